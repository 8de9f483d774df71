//! `ringplot tail NAME`: points as text.
//!
//! It reads as any consumer does: what was overwritten before it was read is counted and told, and the producer notices
//! nothing. Printed and lost points are contiguous, fillers of a lifted pen aside.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;

use super::{output, values};
use crate::export::{is_filler, write_number, write_value};
use crate::ring::{Batch, FrameData, StartAt};
use crate::stream::{Consumer, Liveness, StreamKind, offset_value};

/// Points of one drain.
const LIMIT: usize = 1 << 16;
/// Between two looks while points come, and the longest between two while none do.
const PAUSES: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(20)];
/// Between two questions about the producer while nothing comes.
const LIVENESS_EVERY: Duration = Duration::from_millis(100);

/// Print points as `seq,x,y` lines
///
/// x and y have the shortest digits that read back the same (f64 and f32; y f64 in a stream with a y offset, which is added),
/// NaN is `nan`. Points that were overwritten
/// before they could be read are told as `# lost N`; the fillers of a lifted pen are left out. Works on what a dead
/// producer left, too.
///
/// A snapshot stream gives its newest N curves (1 without -n), each a line `# frame NUMBER t T points COUNT` and its
/// points as `NUMBER,x,y`. An events stream gives lines `NUMBER,t,"text"`, the text as a JSON string.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot tail test                      the newest 10 points
  ringplot tail test -n 1000 > points.csv
  ringplot tail test --follow             what comes, until the producer ends
  ringplot tail test --from-start         everything that the ring holds")]
pub(super) struct TailArgs {
    /// The stream
    name: String,
    /// How many of the newest points (curves, events) to print; 10, or 1 curve, without it
    #[arg(short = 'n', long = "lines", value_name = "N", value_parser = values::count)]
    lines: Option<u64>,
    /// Go on with what comes, until the producer ends; a new run under the name begins with `# run RUN`
    #[arg(short, long)]
    follow: bool,
    /// Begin at the oldest point that the ring holds
    #[arg(long, conflicts_with = "lines")]
    from_start: bool,
}

pub(super) fn run(args: &TailArgs) -> anyhow::Result<()> {
    let mut consumer = Consumer::attach(&args.name, StartAt::Oldest)?;
    let default_lines = if consumer.kind() == StreamKind::Snapshot { 1 } else { 10 };
    let newest = (!args.from_start).then(|| args.lines.unwrap_or(default_lines));
    let mut printer = Printer { out: output::data(), y_offset: consumer.meta().y_offset, lost: 0 };
    let mut reader = Reader::new(&consumer);
    if let Some(count) = newest {
        reader.print_newest(&mut consumer, count, &mut printer)
    } else {
        reader.print_held(&mut consumer, &mut printer)
    }
    .context(CANNOT_WRITE)?;
    if args.follow {
        follow_runs(&args.name, consumer, reader, &mut printer)?;
    } else {
        refuse_damage(&mut consumer)?;
    }
    Ok(())
}

/// An error, after what was there was printed, if the memory went under our hands.
fn refuse_damage(consumer: &mut Consumer) -> anyhow::Result<()> {
    if consumer.liveness() == Liveness::Damaged {
        bail!("{}", output::damage(consumer.name(), consumer.counts().position));
    }
    Ok(())
}

/// Prints what comes, from this run and those that replace it, until there is none any more.
fn follow_runs(
    name: &str,
    mut consumer: Consumer,
    mut reader: Reader,
    printer: &mut Printer<impl Write>,
) -> anyhow::Result<()> {
    loop {
        reader.follow(&mut consumer, printer).context(CANNOT_WRITE)?;
        let is_dead = consumer.liveness() == Liveness::Dead;
        match Consumer::attach(name, StartAt::Oldest) {
            Ok(successor) if successor.run() != consumer.run() => consumer = successor,
            _ => {
                refuse_damage(&mut consumer)?;
                output::tell(if is_dead { "the producer died" } else { "the producer closed the stream" });
                return Ok(());
            }
        }
        printer.run(&consumer).context(CANNOT_WRITE)?;
        reader = Reader::new(&consumer);
    }
}

const CANNOT_WRITE: &str = "cannot write to standard output";

/// What came out of a ring: a point, or points that are missing.
enum Item {
    Point(u64, f64, f32),
    Lost(u64),
}

/// Reads one run of a stream, whatever its kind.
struct Reader {
    is_frames: bool,
    batch: Batch,
    frame: FrameData,
    /// Number of the frame that comes next.
    next: u64,
}

impl Reader {
    fn new(consumer: &Consumer) -> Self {
        let is_frames = consumer.kind().is_frames();
        Self {
            is_frames,
            batch: Batch::with_limit(if is_frames { 1 } else { LIMIT }),
            frame: FrameData::default(),
            next: consumer.counts().start,
        }
    }

    /// Prints everything new; whether there was anything.
    fn print_new(&mut self, consumer: &mut Consumer, printer: &mut Printer<impl Write>) -> io::Result<bool> {
        if !self.is_frames {
            let drained = consumer.drain(&mut self.batch);
            printer.lost += drained.lost;
            for (position, x, y) in self.batch.iter() {
                printer.point(position, x, y)?;
            }
            return Ok(drained.count > 0 || drained.lost > 0);
        }
        let (kind, next, before) = (consumer.kind(), &mut self.next, consumer.counts().position);
        let mut done = Ok(());
        consumer.each_frame(&mut self.frame, |frame| {
            if done.is_ok() {
                printer.lost += frame.number.saturating_sub(*next);
                *next = frame.number + 1;
                done = printer.frame(kind, frame);
            }
        });
        done.map(|()| consumer.counts().position > before)
    }

    /// Prints everything that the ring holds now.
    fn print_held(&mut self, consumer: &mut Consumer, printer: &mut Printer<impl Write>) -> io::Result<()> {
        let target = consumer.written();
        while consumer.counts().position < target && self.print_new(consumer, printer)? {}
        printer.finish()
    }

    /// Prints the newest `count` points or frames.
    fn print_newest(
        &mut self,
        consumer: &mut Consumer,
        count: u64,
        printer: &mut Printer<impl Write>,
    ) -> io::Result<()> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if self.is_frames {
            let kind = consumer.kind();
            for frame in self.newest_frames(consumer, count) {
                printer.frame(kind, &frame)?;
            }
        } else {
            for item in self.newest_points(consumer, count) {
                match item {
                    Item::Point(position, x, y) => printer.point(position, x, y)?,
                    Item::Lost(count) => printer.lost += count,
                }
            }
        }
        printer.finish()
    }

    /// The newest `count` points. Goes through the whole ring, because only that tells how many fillers there are; but
    /// it looks only at the end of each batch.
    fn newest_points(&mut self, consumer: &mut Consumer, count: usize) -> VecDeque<Item> {
        let target = consumer.written();
        let mut kept = VecDeque::new();
        let mut points = 0;
        loop {
            let drained = consumer.drain(&mut self.batch);
            if drained.lost > 0 {
                kept.push_back(Item::Lost(drained.lost));
            }
            let mut first = self.batch.points.len();
            let mut fresh = 0;
            while first > 0 && fresh < count {
                first -= 1;
                fresh += usize::from(!is_filler(self.batch.x(first), self.batch.points[first].y));
            }
            if first > 0 {
                kept.clear();
                points = 0;
            }
            for (position, x, y) in self.batch.iter().skip(first).filter(|(_, x, y)| !is_filler(*x, *y)) {
                kept.push_back(Item::Point(position, x, y));
            }
            points += fresh;
            while points > count || matches!(kept.front(), Some(Item::Lost(_))) {
                points -= usize::from(matches!(kept.pop_front(), Some(Item::Point(..))));
            }
            if drained.count == 0 || consumer.counts().position >= target {
                return kept;
            }
        }
    }

    /// The newest `count` frames.
    fn newest_frames(&mut self, consumer: &mut Consumer, count: usize) -> VecDeque<FrameData> {
        let mut kept = VecDeque::new();
        if count <= 1 {
            let is_new = consumer.newest_frame(&mut self.frame).is_some();
            kept.extend(is_new.then(|| self.frame.clone()).filter(|_| count == 1));
        } else {
            consumer.each_frame(&mut self.frame, |frame| {
                kept.push_back(frame.clone());
                if kept.len() > count {
                    kept.pop_front();
                }
            });
        }
        self.next = consumer.counts().position;
        kept
    }

    /// Prints what comes until the producer is over, and then the rest.
    fn follow(&mut self, consumer: &mut Consumer, printer: &mut Printer<impl Write>) -> io::Result<()> {
        let mut asked = Instant::now();
        let mut pause = PAUSES[0];
        loop {
            if self.print_new(consumer, printer)? {
                pause = PAUSES[0];
                if consumer.counts().position < consumer.written() {
                    continue;
                }
            } else if asked.elapsed() > LIVENESS_EVERY {
                asked = Instant::now();
                if crate::shm::os::is_reader_gone(&io::stdout()) {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                if consumer.liveness().is_over() {
                    while self.print_new(consumer, printer)? {}
                    return printer.finish();
                }
            }
            printer.finish()?;
            sleep(pause);
            pause = (pause * 2).min(PAUSES[1]);
        }
    }
}

/// Writes lines; losses are kept back until the next point, so that they are told once.
struct Printer<W> {
    out: W,
    /// What the y of this run are differences to.
    y_offset: f64,
    lost: u64,
}

impl<W: Write> Printer<W> {
    fn point(&mut self, position: u64, x: f64, y: f32) -> io::Result<()> {
        if is_filler(x, y) {
            return Ok(());
        }
        self.tell_lost()?;
        write!(self.out, "{position},")?;
        write_number(&mut self.out, x)?;
        self.out.write_all(b",")?;
        write_value(&mut self.out, offset_value(self.y_offset, y), self.y_offset)?;
        self.out.write_all(b"\n")
    }

    fn frame(&mut self, kind: StreamKind, frame: &FrameData) -> io::Result<()> {
        self.tell_lost()?;
        if kind == StreamKind::Events {
            write!(self.out, "{},", frame.number)?;
            write_number(&mut self.out, frame.t)?;
            let text = output::json_line(&frame.text())?;
            return write!(self.out, ",{text}");
        }
        write!(self.out, "# frame {} t ", frame.number)?;
        write_number(&mut self.out, frame.t)?;
        writeln!(self.out, " points {}", frame.length)?;
        frame.points().try_for_each(|point| self.point(frame.number, f64::from(point.x), point.y))
    }

    /// Goes on with another run.
    fn run(&mut self, consumer: &Consumer) -> io::Result<()> {
        self.y_offset = consumer.meta().y_offset;
        writeln!(self.out, "# run {:016x}", consumer.run())
    }

    fn tell_lost(&mut self) -> io::Result<()> {
        if self.lost > 0 {
            writeln!(self.out, "# lost {}", self.lost)?;
            self.lost = 0;
        }
        Ok(())
    }

    /// Writes out what was kept back.
    fn finish(&mut self) -> io::Result<()> {
        self.tell_lost()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Printer;

    #[test]
    fn losses_are_told_once_before_the_next_point() {
        let mut printer = Printer { out: Vec::new(), y_offset: 0.0, lost: 3 };
        printer.lost += 4;
        printer.point(7, f64::NAN, f32::NAN).unwrap();
        printer.point(8, 0.5, f32::NAN).unwrap();
        printer.lost += 1;
        printer.finish().unwrap();
        assert_eq!(String::from_utf8(printer.out).unwrap(), "# lost 7\n8,0.5,nan\n# lost 1\n");
    }
}
