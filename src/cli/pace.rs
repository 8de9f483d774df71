//! When a synthetic producer pushes, and when it stops.
//!
//! The schedule is absolute: step i is due at i / rate after the start, so nothing drifts. Steps go out in batches, each
//! when its last step is due, with a sleep between; a producer that fell behind, because it was stopped or the machine
//! was busy, leaves out the sleeping until it has caught up. A large batch goes out in pieces, one right after the other:
//! between two of them it can be stopped.

use std::io::Read;
use std::ops::Range;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::interrupt;

/// Longest wait between two looks at the clock.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The request to stop, from a signal or from whoever holds our standard input.
#[derive(Debug)]
pub(super) struct Stop {
    sender: Sender<()>,
    receiver: Receiver<()>,
    is_asked: bool,
}

impl Stop {
    /// Stops at SIGINT, SIGTERM and SIGHUP, each of which would else kill without closing anything.
    pub(super) fn on_signals() -> anyhow::Result<Self> {
        let this = Self::new();
        let sender = this.sender.clone();
        interrupt::on_first(move || {
            let _ = sender.send(());
        })?;
        Ok(this)
    }

    fn new() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, is_asked: false }
    }

    /// Stops at the end of standard input, too: so a process ends with the one that holds its pipe, however that ends.
    pub(super) fn on_end_of_input(&self) -> anyhow::Result<()> {
        let sender = self.sender.clone();
        let wait = move || {
            let mut buffer = [0; 256];
            while !matches!(std::io::stdin().lock().read(&mut buffer), Ok(0) | Err(_)) {}
            let _ = sender.send(());
        };
        std::thread::Builder::new()
            .name("ringplot: end of input".to_owned())
            .spawn(wait)
            .with_context(interrupt::no_thread)?;
        Ok(())
    }

    /// Whether it is time to stop. Does not wait.
    pub(super) fn is_asked(&mut self) -> bool {
        self.is_asked = self.is_asked || self.receiver.try_recv().is_ok();
        self.is_asked
    }

    /// Waits until `due`, or until asked to stop: then it gives `true`.
    fn wait_until(&mut self, due: Instant) -> bool {
        while !self.is_asked {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.is_asked =
                self.receiver.recv_timeout(left.min(LONGEST_WAIT)) != Err(RecvTimeoutError::Timeout);
        }
        self.is_asked()
    }
}

/// How many steps to push, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    /// Steps a second; 0 is flat out.
    pub(super) rate: f64,
    /// Steps that are due together.
    pub(super) batch: u64,
    /// Most steps between two looks at the clock and at the request to stop.
    pub(super) piece: u64,
    /// How long; until asked to stop without it.
    pub(super) length: Option<Duration>,
}

impl Pace {
    /// A batch of about a millisecond, or of `flat_out` steps where nothing paces it, at most `most`.
    pub(super) fn default_batch(rate: f64, flat_out: u64, most: u64) -> u64 {
        let batch = if rate > 0.0 { (rate * 1e-3) as u64 } else { flat_out };
        batch.clamp(1, most.max(1))
    }

    /// Steps in all; none is told where the clock alone decides.
    fn steps(&self) -> Option<u64> {
        let length = self.length.filter(|_| self.rate > 0.0)?;
        Some((self.rate * length.as_secs_f64()).round() as u64)
    }

    /// Pushes steps by `push` until they are all out or `stop` asks; returns how many that were.
    ///
    /// A paced producer pushes exactly `rate * length` steps, except when it cannot keep up at all: then it ends
    /// a tenth (at least half a second) after its time.
    pub(super) fn run(&self, stop: &mut Stop, mut push: impl FnMut(Range<u64>)) -> u64 {
        let start = Instant::now();
        let steps = self.steps().unwrap_or(u64::MAX);
        let patience = |length: Duration| {
            if self.rate > 0.0 { length + (length / 10).max(Duration::from_millis(500)) } else { length }
        };
        let deadline = self.length.and_then(|length| start.checked_add(patience(length)));
        let mut done = 0;
        while done < steps {
            let end = done.saturating_add(self.batch).min(steps);
            if self.rate > 0.0 && stop.wait_until(self.due(start, end - 1)) {
                return done;
            }
            while done < end {
                if stop.is_asked() || deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                    return done;
                }
                let piece = done..end.min(done.saturating_add(self.piece));
                done = piece.end;
                push(piece);
            }
        }
        if let Some(end) = self.length.and_then(|length| start.checked_add(length)) {
            stop.wait_until(end);
        }
        done
    }

    fn due(&self, start: Instant, step: u64) -> Instant {
        let after = Duration::try_from_secs_f64(step as f64 / self.rate).unwrap_or(Duration::MAX);
        // What is due after the end of time is due in an hour, and then again.
        start.checked_add(after).unwrap_or_else(|| Instant::now() + LONGEST_WAIT * 24)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, Stop};
    use std::time::Duration;

    #[test]
    fn every_step_is_pushed_once_and_in_order() {
        for (batch, piece) in [(1, 9), (7, 9), (1000, 9), (1000, 1000)] {
            let pace = Pace { rate: 1e4, batch, piece, length: Some(Duration::from_millis(20)) };
            let mut next = 0;
            let done = pace.run(&mut Stop::new(), |steps| {
                assert_eq!(steps.start, next);
                assert!(steps.end - steps.start <= batch.min(piece));
                next = steps.end;
            });
            assert_eq!((done, next), (200, 200));
        }
    }

    #[test]
    fn no_step_is_early() {
        let start = std::time::Instant::now();
        let pace = Pace { rate: 1e3, batch: 5, piece: 5, length: Some(Duration::from_millis(30)) };
        pace.run(&mut Stop::new(), |steps| {
            assert!(start.elapsed().as_secs_f64() >= (steps.end - 1) as f64 / 1e3);
        });
    }

    #[test]
    fn a_request_ends_it_between_pieces() {
        let mut stop = Stop::new();
        let sender = stop.sender.clone();
        let pace = Pace { rate: 0.0, batch: 1 << 24, piece: 3, length: None };
        let done = pace.run(&mut stop, |steps| {
            if steps.end == 9 {
                sender.send(()).unwrap();
            }
        });
        assert_eq!(done, 9);
        assert!(stop.is_asked(), "it stays asked");
    }

    #[test]
    fn a_very_slow_rate_does_not_overflow() {
        let mut stop = Stop::new();
        let sender = stop.sender.clone();
        let done = Pace { rate: 1e-300, batch: 1, piece: 1, length: None }
            .run(&mut stop, |_| sender.send(()).unwrap());
        assert_eq!(done, 1);
    }
}
