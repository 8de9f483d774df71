//! One open page: what it asks for, and the frames that it is sent.
//!
//! ```text
//! page ─view─▶ what is shown      page ─ack─▶ fewer on the way
//! store ─changed─▶ something is new ─▶ is a frame due, and fewer than two on the way? ─▶ make it from what is there now
//! ```

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::frame::Composer;
use super::message::ClientMessage;
use super::shared::Shared;
use super::{MOST_UNACKNOWLEDGED, PING_EVERY, SILENCE_TIME};

/// The list of streams is sent with a frame at most this often.
const LIST_EVERY: Duration = Duration::from_millis(250);

struct Session {
    composer: Composer,
    every: Duration,
    /// Numbers of the last frame sent, and of the last that was acknowledged.
    sent: u32,
    acknowledged: u32,
    /// Something is new since the last frame.
    is_pending: bool,
    due: Instant,
    listed: Option<Instant>,
    heard: Instant,
}

/// Serves a page until it goes, is silent for too long, or says what makes no sense.
pub(super) async fn run(mut socket: WebSocket, shared: &Arc<Shared>) {
    let now = Instant::now();
    let mut session = Session {
        composer: Composer::default(),
        every: Duration::from_millis(33),
        sent: 0,
        acknowledged: 0,
        is_pending: false,
        due: now,
        listed: None,
        heard: now,
    };
    let mut news = shared.changes.clone();
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // The list tells of rates and states, which change without a sample.
        let next = if session.is_pending { session.due } else { session.due.max(now_plus(LIST_EVERY)) };
        tokio::select! {
            message = socket.recv() => {
                let Some(Ok(message)) = message else { return };
                if !session.hear(&message) {
                    return;
                }
            }
            changed = news.changed(), if !session.is_pending => {
                if changed.is_err() {
                    return;
                }
                session.is_pending = true;
            }
            () = sleep_until(next), if session.may_send() => {
                if let Some(bytes) = session.frame(shared)
                    && socket.send(Message::binary(bytes)).await.is_err()
                {
                    return;
                }
            }
            _ = pings.tick() => {
                if session.heard.elapsed() > SILENCE_TIME || socket.send(Message::Ping(Vec::new().into())).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn now_plus(duration: Duration) -> Instant {
    Instant::now() + duration
}

impl Session {
    /// Whether another frame may be on the way.
    fn may_send(&self) -> bool {
        self.sent.wrapping_sub(self.acknowledged) < MOST_UNACKNOWLEDGED
    }

    /// Takes a message; `false` where it ends the session.
    fn hear(&mut self, message: &Message) -> bool {
        self.heard = Instant::now();
        match message {
            Message::Text(text) => match ClientMessage::parse(text.as_str()) {
                Ok(ClientMessage::View(view)) => {
                    self.every = Duration::from_secs_f64(1.0 / view.fps);
                    self.composer.show(view);
                    self.is_pending = true;
                    true
                }
                // Of a frame that was sent: an older one says nothing new, and a newer one there is not.
                Ok(ClientMessage::Ack(number)) => {
                    let on_the_way = self.sent.wrapping_sub(self.acknowledged);
                    if self.sent.wrapping_sub(number) < on_the_way {
                        self.acknowledged = number;
                    }
                    true
                }
                Err(error) => {
                    tracing::debug!("a page is cut off: {error}");
                    false
                }
            },
            Message::Ping(_) | Message::Pong(_) => true,
            Message::Binary(_) | Message::Close(_) => false,
        }
    }

    /// The next frame, if there is anything to tell.
    fn frame(&mut self, shared: &Shared) -> Option<Vec<u8>> {
        let now = Instant::now();
        let late = now.saturating_duration_since(self.due);
        let skipped =
            if self.is_pending { (late.as_secs_f64() / self.every.as_secs_f64()) as u64 } else { 0 };
        self.due = now + self.every;
        let is_list_due = self.listed.is_none_or(|listed| now - listed >= LIST_EVERY);
        let number = self.sent.wrapping_add(1);
        let composed = self.composer.compose(shared, number, is_list_due);
        // What is being counted goes on in the next frame.
        self.is_pending = !composed.is_complete;
        if is_list_due {
            self.listed = Some(now);
        }
        let bytes = composed.bytes?;
        self.sent = number;
        shared.counters.add(|totals| {
            totals.frames_sent += 1;
            totals.frames_skipped += skipped;
            totals.frame_bytes += bytes.len() as u64;
        });
        Some(bytes)
    }
}
