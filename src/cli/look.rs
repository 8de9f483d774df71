//! Looking at streams from outside: who is live, and how fast.
//!
//! A producer writes no clock, so its rate and whether it is stalled come from looking twice. Two looks 200 ms apart,
//! at all streams together, do for whatever moves; only a live stream that did not move is watched for as long as it
//! takes to call it stalled.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::ring::StartAt;
use crate::stream::{Consumer, Liveness, Registered};

/// Between the two looks.
const APART: Duration = Duration::from_millis(200);
/// How long a stream that does not move is watched: the 3 s after which it is stalled, and a little.
const WATCH: Duration = Duration::from_millis(3200);

/// A stream as it was seen.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) consumer: Consumer,
    pub(super) liveness: Liveness,
    pub(super) written: u64,
    pub(super) rate_hz: Option<f64>,
    first: (Instant, u64),
}

/// What `list` tells of a stream.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) name: String,
    pub(super) state: &'static str,
    pub(super) pid: u32,
    pub(super) capacity: u64,
    pub(super) written: u64,
    pub(super) rate_hz: Option<f64>,
    pub(super) x_unit: String,
    pub(super) y_unit: String,
    pub(super) kind: &'static str,
    pub(super) run: String,
}

/// Attaches to the stream as it is now; `None`, or why not, when there is nothing to look at.
pub(super) fn attach(stream: &Registered) -> Result<Option<Consumer>, String> {
    match (stream.run, stream.is_live) {
        (Some(_), _) => {
            Consumer::attach(&stream.name, StartAt::Now).map(Some).map_err(|error| error.to_string())
        }
        (None, true) => Err(format!("{}: its producer is still creating it", stream.name)),
        (None, false) => {
            Err(format!("{}: its producer died creating it; `ringplot gc` removes what it left", stream.name))
        }
    }
}

/// Looks at all of them, twice; longer at live ones that do not move.
pub(super) fn look(consumers: Vec<Consumer>) -> Vec<Seen> {
    let begun = Instant::now();
    let mut seen: Vec<Seen> = consumers
        .into_iter()
        .map(|mut consumer| {
            let first = (Instant::now(), consumer.written());
            let liveness = consumer.liveness();
            Seen { consumer, liveness, written: first.1, rate_hz: None, first }
        })
        .collect();
    if seen.iter().any(Seen::is_live) {
        sleep(APART);
        for stream in seen.iter_mut().filter(|stream| stream.is_live()) {
            stream.look_again();
            stream.rate_hz = stream.rate();
        }
    }
    while seen.iter().any(Seen::may_be_stalled) && begun.elapsed() < WATCH {
        sleep(APART / 8);
        seen.iter_mut().filter(|stream| stream.may_be_stalled()).for_each(Seen::look_again);
    }
    seen
}

impl Seen {
    /// Whether its producer is at work, be it stalled.
    pub(super) fn is_live(&self) -> bool {
        !self.liveness.is_over()
    }

    fn may_be_stalled(&self) -> bool {
        self.liveness == Liveness::Live && self.written == self.first.1
    }

    fn look_again(&mut self) {
        self.liveness = self.consumer.liveness();
        self.written = self.consumer.written();
    }

    /// Points (frames) a second since the first look; `None` when nothing came.
    fn rate(&self) -> Option<f64> {
        let (since, before) = self.first;
        let came = self.written.checked_sub(before).filter(|came| *came > 0)?;
        Some(came as f64 / since.elapsed().as_secs_f64())
    }

    pub(super) fn summary(&self) -> Summary {
        let meta = self.consumer.meta();
        Summary {
            name: self.consumer.name().to_owned(),
            state: self.liveness.as_str(),
            pid: self.consumer.pid(),
            capacity: self.consumer.capacity(),
            written: self.written,
            rate_hz: self.rate_hz,
            x_unit: meta.x_unit.clone(),
            y_unit: meta.y_unit.clone(),
            kind: self.consumer.kind().as_str(),
            run: format!("{:016x}", self.consumer.run()),
        }
    }
}
