//! A pipe: takes pieces of input as they come, and makes streams of them.
//!
//! The first pieces are held until the format can be recognised, for a quarter of a second at most: that shows whether the
//! whole input comes at once, too. Then lines have no time of arrival that says anything, and are numbered.

use super::binary::Binary;
use super::error::PipeError;
use super::fit::Fit;
use super::lines::{Line, Lines};
use super::notes::{Left, Notes, Tell, excerpt};
use super::reader::Reader;
use super::recognise::{Recognised, recognise};
use super::settings::{Format, Settings};
use super::sink::Sink;
use super::time::Time;

/// How long the first pieces are held.
const HELD_NANOS: i64 = 250_000_000;
/// Bytes that are held, at most.
const HELD_BYTES: usize = 1 << 20;
/// An input that came faster than this, all of it, has no times of arrival that say anything.
const AT_ONCE_NANOS: i64 = 1_000_000_000;

/// When a piece of input came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// When the last byte of it came: nanoseconds since 1970.
    pub nanos: i64,
    /// Over how many nanoseconds it came.
    pub spread_nanos: i64,
}

/// What became of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The name above all streams; `None` where there are none.
    pub base: Option<String>,
    /// Streams that were created.
    pub streams: usize,
    /// Values and events in them.
    pub values: u64,
    /// Lines that came.
    pub lines: u64,
    /// What was left out, in words; empty where nothing was.
    pub left_out: String,
}

/// What the input is.
enum State {
    /// Not known yet: pieces, each with its length and arrival, one after the other.
    Held {
        bytes: Vec<u8>,
        pieces: Vec<(usize, Arrival)>,
    },
    Lines(Box<Reader>),
    Binary(Binary),
}

/// Takes input and makes streams of it.
pub struct Pipe {
    settings: Settings,
    sink: Sink,
    lines: Lines,
    state: State,
    /// Lines that fit so far, and the moments of the first and the last piece.
    fitting: u64,
    span: Option<(i64, i64)>,
    all: u64,
}

impl std::fmt::Debug for Pipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipe").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Pipe {
    /// A pipe that tells what it has to say by `tell`.
    ///
    /// # Errors
    /// A stream of binary input cannot be created.
    pub fn new(settings: Settings, tell: Tell) -> Result<Self, PipeError> {
        let mut sink = Sink::new(&settings, Notes::new(tell));
        let state = match settings.format {
            Some(Format::Binary(sample)) => State::Binary(Binary::new(sample, &settings, &mut sink)?),
            _ => State::Held { bytes: Vec::new(), pieces: Vec::new() },
        };
        Ok(Self { settings, sink, lines: Lines::default(), state, fitting: 0, span: None, all: 0 })
    }

    /// Takes a piece of the input.
    ///
    /// # Errors
    /// What ends a pipe before its input does.
    pub fn feed(&mut self, piece: &[u8], arrival: Arrival) -> Result<(), PipeError> {
        let first = self.span.map_or(arrival.nanos, |(first, _)| first);
        self.span = Some((first, arrival.nanos));
        match &mut self.state {
            State::Held { bytes, pieces } => {
                bytes.extend_from_slice(piece);
                pieces.push((piece.len(), arrival));
                let is_full = bytes.len() >= HELD_BYTES;
                if is_full || arrival.nanos - first >= HELD_NANOS {
                    self.settle(is_full)?;
                }
                Ok(())
            }
            _ => self.take(piece, arrival),
        }
    }

    /// Until when the pipe wants to be called again though nothing comes: nanoseconds since 1970.
    pub fn due_nanos(&self) -> Option<i64> {
        match (&self.state, self.span) {
            (State::Held { bytes, .. }, Some((first, _))) if memchr::memchr(b'\n', bytes).is_some() => {
                Some(first + HELD_NANOS)
            }
            _ => None,
        }
    }

    /// Nothing came for a while.
    ///
    /// # Errors
    /// What ends a pipe before its input does.
    pub fn tick(&mut self, now_nanos: i64) -> Result<(), PipeError> {
        if self.due_nanos().is_some_and(|due| now_nanos >= due) { self.settle(false) } else { Ok(()) }
    }

    /// A writer has gone, or a datagram has ended: so has its last line.
    ///
    /// # Errors
    /// What ends a pipe before its input does.
    pub fn end_line(&mut self, arrival: Arrival) -> Result<(), PipeError> {
        match &mut self.state {
            State::Held { bytes, .. } if bytes.last().is_some_and(|byte| *byte != b'\n') => {
                self.feed(b"\n", arrival)
            }
            State::Lines(_) => {
                let done = self.take_lines(None, arrival);
                self.sink.flush();
                done
            }
            State::Held { .. } | State::Binary(_) => Ok(()),
        }
    }

    /// Whether it is known what the input is.
    pub fn is_settled(&self) -> bool {
        !matches!(self.state, State::Held { .. })
    }

    /// Whether x is the number of the line or sample.
    pub fn is_numbered(&self) -> bool {
        self.sink.is_numbered()
    }

    /// The input has ended: so has its last line.
    ///
    /// # Errors
    /// What ends a pipe before its input does.
    pub fn end_input(&mut self) -> Result<(), PipeError> {
        let (_, last) = self.span.unwrap_or_default();
        if !self.is_settled() {
            // All of it has come at once.
            self.settings.is_file = true;
            self.settle(true)?;
        }
        if !self.is_settled() {
            self.refuse(None);
        }
        self.end_line(Arrival { nanos: last, spread_nanos: 0 })
    }

    /// Ends the streams after [`Pipe::end_input`], and closes their window if `closes_windows`.
    pub fn end(mut self, closes_windows: bool) -> Summary {
        let (first, last) = self.span.unwrap_or_default();
        if let State::Binary(binary) = &self.state
            && binary.left_over() > 0
        {
            let bytes = binary.left_over();
            self.sink.notes.tell(&format!("the last {bytes} bytes are no whole sample of each channel"));
        }
        self.sink.flush();
        if self.is_by_arrival() && self.fitting > 2 && last - first < AT_ONCE_NANOS {
            let secs = (last - first) as f64 * 1e-9;
            self.sink.notes.tell(&format!(
                "all {} lines came within {secs:.2} s, and are drawn by their arrival: `--x 0` numbers them",
                self.fitting
            ));
        }
        let (streams, values) = self.sink.totals();
        let summary = Summary {
            base: self.sink.base().map(str::to_owned),
            streams,
            values,
            lines: self.all,
            left_out: self.sink.notes.summary(),
        };
        self.sink.end(closes_windows);
        summary
    }

    fn is_by_arrival(&self) -> bool {
        matches!(self.state, State::Lines(_)) && !self.settings.is_numbered() && !self.sink.has_own_times()
    }

    /// Recognises the format of what is held, and takes it. Nothing recognisable is held on, unless there `is_no_more` room
    /// or input: then its lines fit nothing.
    fn settle(&mut self, is_no_more: bool) -> Result<(), PipeError> {
        let State::Held { bytes, pieces } = &mut self.state else { return Ok(()) };
        let told = self.settings.format.map(|format| Recognised { format, has_prefix: false });
        let whole =
            if is_no_more { bytes.len() } else { memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1) };
        let is_of_teleplot = self.settings.is_datagrams;
        let lines = bytes[..whole].split(|byte| *byte == b'\n');
        let Some(found) = told.filter(|_| whole > 0).or_else(|| recognise(lines, is_of_teleplot)) else {
            if is_no_more {
                // What follows may be some format.
                let bytes = std::mem::take(bytes);
                let now = std::mem::take(pieces).last().map(|(_, arrival)| (arrival.nanos, arrival.nanos));
                self.span = now.or(self.span);
                self.refuse(Some(&bytes));
            }
            return Ok(());
        };
        if self.settings.is_numbered() {
            self.sink.set_x_unit("");
        }
        if found.format == Format::Teleplot {
            self.sink.notes.tell("reading lines of Teleplot");
        }
        let (bytes, pieces) = (std::mem::take(bytes), std::mem::take(pieces));
        self.state = State::Lines(Box::new(Reader::new(found, &self.settings)));
        let mut rest = &bytes[..];
        for (len, arrival) in pieces {
            let (piece, after) = rest.split_at(len);
            rest = after;
            self.take(piece, arrival)?;
        }
        Ok(())
    }

    /// Counts lines of which none was of a format; the last may go on, unless there is no piece and it has ended.
    fn refuse(&mut self, piece: Option<&[u8]>) {
        let (notes, all) = (&mut self.sink.notes, &mut self.all);
        let each = |line: Line<'_>| {
            *all += 1;
            notes.leave_out(Left::Line, || refusal(line, "holds no number"));
            Ok::<(), PipeError>(())
        };
        // None of it fails.
        let _ = match piece {
            Some(piece) => self.lines.feed(piece, each),
            None => self.lines.end(each),
        };
    }

    fn take(&mut self, piece: &[u8], arrival: Arrival) -> Result<(), PipeError> {
        let done = match &mut self.state {
            State::Binary(binary) => {
                binary.feed(piece, &mut self.sink);
                Ok(())
            }
            _ => self.take_lines(Some(piece), arrival),
        };
        self.sink.flush();
        done
    }

    /// Takes the lines that a piece ends, or the one that the end of the input ends.
    fn take_lines(&mut self, piece: Option<&[u8]>, arrival: Arrival) -> Result<(), PipeError> {
        let State::Lines(reader) = &mut self.state else { return Ok(()) };
        let (sink, fitting, all) = (&mut self.sink, &mut self.fitting, &mut self.all);
        let is_numbered = self.settings.is_numbered();
        let begun = arrival.nanos - arrival.spread_nanos;
        let len = piece.map_or(1, <[u8]>::len).max(1);
        let nanos_a_byte = arrival.spread_nanos as f64 / len as f64;
        let each = |line: Line<'_>| {
            *all += 1;
            let Some(bytes) = line.bytes else {
                let number = line.number;
                sink.notes.leave_out(Left::LongLine, || {
                    format!("line {number} is longer than 1 MiB, and left out")
                });
                return Ok(());
            };
            sink.set_arrival(if is_numbered {
                Time::Plain((*fitting + 1) as f64)
            } else if piece.is_none() {
                Time::Date(arrival.nanos)
            } else {
                Time::Date(begun + (line.end as f64 * nanos_a_byte) as i64)
            });
            match reader.line(bytes, sink)? {
                Fit::Yes => *fitting += 1,
                Fit::Ignored => {}
                Fit::No(why) => sink.notes.leave_out(Left::Line, || refusal(line, why)),
                Fit::NoTime => {
                    sink.notes.leave_out(Left::Time, || refusal(line, "has no time that can be read"));
                }
            }
            Ok(())
        };
        match piece {
            Some(piece) => self.lines.feed(piece, each),
            None => self.lines.end(each),
        }
    }
}

/// What is told of the first line that is left out.
fn refusal(line: Line<'_>, why: &str) -> String {
    let text = excerpt(line.bytes.unwrap_or_default());
    format!("line {} {why}, and is left out: {text}", line.number)
}
