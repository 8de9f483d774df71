//! Feeds a pipe with standard input, or with datagrams, until that ends or somebody asks.

use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::error::PipeError;
use super::feed::{Arrival, Pipe};
use crate::shm::os::{Input, Ready};

/// Bytes that are read at a time: they stay in the cache.
const PIECE: usize = 256 << 10;
/// Lines that are read together are spread over the time since the reading before, but not over more than this.
const LONGEST_SPREAD: Duration = Duration::from_millis(100);
/// How long the window waits for the input to be known, so that it can label x.
const WINDOW_AFTER: Duration = Duration::from_millis(300);
/// Between two looks at an input that has ended and may go on.
const FOLLOW_EVERY: Duration = Duration::from_millis(100);

/// What is read, and how its end is taken.
pub(crate) struct Source {
    pub(crate) input: Input,
    /// What is read at a time is a datagram.
    pub(crate) is_datagrams: bool,
    /// The end of the input is that of a writer, and another may come.
    pub(crate) follows: bool,
}

/// Where the input is passed on to, until that fails.
#[derive(Default)]
pub(crate) struct Tee {
    output: Option<Box<dyn Write>>,
    /// Why it was given up.
    pub(crate) failure: Option<io::Error>,
}

impl Tee {
    pub(crate) fn to(output: Box<dyn Write>) -> Self {
        Self { output: Some(output), failure: None }
    }

    fn pass(&mut self, bytes: &[u8]) {
        let Some(output) = &mut self.output else { return };
        if let Err(error) = output.write_all(bytes).and_then(|()| output.flush()) {
            (self.output, self.failure) = (None, Some(error));
        }
    }
}

/// Now, by a clock that began at the wall clock's time and never goes back.
struct Clock {
    begun: Instant,
    begun_nanos: i64,
}

impl Clock {
    fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { begun: Instant::now(), begun_nanos: i64::try_from(since.as_nanos()).unwrap_or(0) }
    }

    fn nanos(&self) -> i64 {
        self.begun_nanos + self.begun.elapsed().as_nanos() as i64
    }
}

/// Reads `source` into `pipe` until it ends, or its waker asks. Calls `open` once, as soon as it is known what the input is,
/// in any case soon, and at its end: whether x is the number of the line or sample.
///
/// # Errors
/// The input cannot be read, or the pipe ends before it does.
pub(crate) fn run(
    source: &mut Source,
    pipe: &mut Pipe,
    tee: &mut Tee,
    open: impl FnOnce(bool),
) -> Result<(), PipeError> {
    let clock = Clock::new();
    let mut open = Some(open);
    let read = read(source, pipe, tee, &clock, &mut open);
    let ended = pipe.end_input();
    if let Some(open) = open {
        open(pipe.is_numbered());
    }
    read.and(ended)
}

fn read(
    source: &mut Source,
    pipe: &mut Pipe,
    tee: &mut Tee,
    clock: &Clock,
    open: &mut Option<impl FnOnce(bool)>,
) -> Result<(), PipeError> {
    let mut buffer = vec![0; PIECE];
    let mut before = clock.nanos();
    loop {
        let is_late = clock.begun.elapsed() >= WINDOW_AFTER;
        if let Some(open) = open.take_if(|_| is_late || pipe.is_settled()) {
            open(pipe.is_numbered());
        }
        let opens_in = open.as_ref().map(|_| WINDOW_AFTER.saturating_sub(clock.begun.elapsed()));
        let left = pipe.due_nanos().map(|due| Duration::from_nanos((due - clock.nanos()).max(0) as u64));
        let left = left.into_iter().chain(opens_in).min();
        match source.input.wait(left).map_err(PipeError::Input)? {
            Ready::Asked => return Ok(()),
            Ready::Quiet => {
                pipe.tick(clock.nanos())?;
                continue;
            }
            Ready::Input => {}
        }
        let len = match source.input.read(&mut buffer) {
            Ok(len) => len,
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                continue;
            }
            Err(error) => return Err(PipeError::Input(error)),
        };
        let nanos = clock.nanos();
        let spread_nanos = (nanos - before).min(LONGEST_SPREAD.as_nanos() as i64);
        before = nanos;
        let arrival = Arrival { nanos, spread_nanos };
        if len > 0 {
            tee.pass(&buffer[..len]);
            pipe.feed(&buffer[..len], arrival)?;
        }
        if source.is_datagrams || len == 0 && source.follows {
            pipe.end_line(arrival)?;
        }
        if len == 0 && !source.is_datagrams {
            if !source.follows {
                return Ok(());
            }
            pipe.tick(nanos)?;
            if source.input.pause(FOLLOW_EVERY).map_err(PipeError::Input)? {
                return Ok(());
            }
        }
    }
}
