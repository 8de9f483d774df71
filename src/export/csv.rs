//! Points as comma-separated values, at full resolution.
//!
//! ```text
//! seq,x (s),lorenz/x (V)      one stream: its name and its units are the head
//! 17,0.000017,0.5
//! # lost 40                   points that were overwritten before they could be read
//! stream,seq,x,y              several: one after the other
//! ```
//! Numbers have the shortest digits that read back the same (x as f64; y as f32, or as f64 in a stream with an offset of
//! y), and others are `nan`, `inf` and `-inf`: the rows are those of `ringplot tail`, and the fillers of breaks are left
//! out. What the history forgets while it is being written is told as `# forgotten N`. The `seq` of a snapshot stream is the number of the curve; of an event stream, x is its time
//! and y its text.

use std::io::{self, Write};
use std::ops::Range;

use super::job::Progress;
use super::number::{is_filler, write_number, write_value};
use crate::history::{Curve, Event, Sample};
use crate::store::{Data, SharedStream, StreamState, lock};
use crate::stream::{StreamKind, escaped};

/// Rows that are written to see how long they are.
const SAMPLE_ROWS: u64 = 256;
/// Positions that are copied under one lock.
const CHUNK: u64 = 1 << 14;

/// What of a stream is written.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    shared: SharedStream,
    run: u64,
    name: String,
    x: String,
    y: String,
    /// What is told of it beside its units, where there are several streams.
    note: String,
    y_offset: f64,
    points: Points,
}

#[derive(Clone, Debug)]
enum Points {
    /// Positions, and of them those with x from here up to there.
    Trace(Range<u64>, Option<[f64; 2]>),
    /// Whole curves, and of them the same.
    Curves(Vec<Curve>, Option<[f64; 2]>),
    Events(Vec<Event>),
}

impl Part {
    /// What a stream holds with x from `range[0]` up to but not including `range[1]`; all of it without a range. Of a
    /// snapshot stream, those of its `curves`, or all that are held. Of a trace, the `newest` so many points.
    pub(crate) fn new(
        shared: &SharedStream,
        range: Option<[f64; 2]>,
        curves: Option<Vec<Curve>>,
        newest: Option<u64>,
    ) -> Self {
        let state = lock(shared);
        let points = match &state.data {
            Data::Trace(trace) => {
                let positions = match range {
                    Some([from, to]) => trace.positions_in(from, to),
                    None => trace.start()..trace.end(),
                };
                let first = newest.map_or(0, |newest| trace.end().saturating_sub(newest));
                let positions = positions.start.max(first).min(positions.end)..positions.end;
                // Where time stepped back, others lie between the first and the last.
                Points::Trace(positions, range)
            }
            Data::Frames(frames) => {
                let all = || frames.range(0..frames.len()).cloned().collect();
                Points::Curves(curves.unwrap_or_else(all), range)
            }
            Data::Events(events) => {
                let is_wanted = |event: &&Event| is_within(range, event.t);
                Points::Events(events.iter().filter(is_wanted).cloned().collect())
            }
        };
        let StreamState { info, run, .. } = &*state;
        let meta = &info.meta;
        let with_unit = |name: &str, unit: &str| {
            if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
        };
        // Whatever they say: timed and uniform streams are in seconds.
        let is_over_time = matches!(info.kind, StreamKind::Timed | StreamKind::Uniform | StreamKind::Events);
        let x_unit = if is_over_time { "s" } else { meta.x_unit.as_str() };
        let (x, y) = (with_unit("x", x_unit), with_unit(&meta.name, &meta.y_unit));
        let (run, name, y_offset) = (*run, meta.name.clone(), meta.y_offset);
        drop(state);
        let note = String::new();
        Self { shared: SharedStream::clone(shared), run, name, x, y, note, y_offset, points }
    }

    /// With what is told of it beside its units: on which axis it lies, and where.
    pub(crate) fn with_note(self, note: String) -> Self {
        Self { note, ..self }
    }

    /// The first of it, so many positions at most.
    fn head(&self, most: u64) -> Self {
        let points = match &self.points {
            Points::Trace(positions, within) => {
                Points::Trace(positions.start..positions.end.min(positions.start + most), *within)
            }
            Points::Curves(curves, within) => {
                Points::Curves(curves.iter().take(1).cloned().collect(), *within)
            }
            Points::Events(events) => Points::Events(events.iter().take(most as usize).cloned().collect()),
        };
        Self { points, ..self.clone() }
    }

    /// How many positions it has.
    pub(crate) fn count(&self) -> u64 {
        match &self.points {
            Points::Trace(positions, _) => positions.end - positions.start,
            Points::Curves(curves, _) => curves.iter().map(|curve| curve.x.len() as u64).sum(),
            Points::Events(events) => events.len() as u64,
        }
    }
}

/// Rows that the parts have, at most, and about how many bytes those take: as many for each as the first ones do.
pub(crate) fn estimate(parts: &[Part]) -> (u64, u64) {
    let (mut rows, mut bytes) = (0, 0);
    for part in parts {
        let (count, head) = (part.count(), part.head(SAMPLE_ROWS));
        let of_head = head.count();
        let mut text = Vec::new();
        // Nothing fails that is written into memory.
        let is_written = of_head > 0 && write(&mut text, std::slice::from_ref(&head), |_| Ok(())).is_ok();
        if is_written {
            // The heads of several parts name the stream in each row.
            let name = if parts.len() > 1 { quoted(&part.name).len() as u64 + 1 } else { 0 };
            bytes += text.len() as u64 * count / of_head + name * count;
        }
        rows += count;
    }
    (rows, bytes)
}

/// Writes the parts; `progress` is told of each chunk.
pub(crate) fn write(
    out: &mut impl Write,
    parts: &[Part],
    mut progress: impl FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    match parts {
        [Part { points: Points::Events(_), .. }] => out.write_all(b"seq,t,text\n")?,
        [part] => writeln!(out, "seq,{},{}", quoted(&part.x), quoted(&part.y))?,
        _ => {
            for Part { name, x, y, note, .. } in parts {
                let comma = if note.is_empty() { "" } else { ", " };
                writeln!(out, "# {}: {}, {}{comma}{}", escaped(name), escaped(x), escaped(y), escaped(note))?;
            }
            out.write_all(b"stream,seq,x,y\n")?;
        }
    }
    for part in parts {
        let prefix = if parts.len() == 1 { String::new() } else { quoted(&part.name) + "," };
        match &part.points {
            Points::Trace(positions, within) => {
                trace(out, part, positions.clone(), *within, &prefix, &mut progress)?;
            }
            Points::Curves(curves, within) => {
                for curve in curves {
                    let points = curve.points();
                    for point in points.filter(|(x, y)| !is_filler(*x, *y) && is_within(*within, *x)) {
                        row(out, &prefix, curve.number, point, part.y_offset)?;
                    }
                    progress(curve.x.len() as u64)?;
                }
            }
            Points::Events(events) => {
                for Event { number, t, text } in events {
                    write!(out, "{prefix}{number},")?;
                    write_number(out, *t)?;
                    writeln!(out, ",{}", quoted(text))?;
                }
                progress(events.len() as u64)?;
            }
        }
    }
    Ok(())
}

/// As [`write`], for a job.
pub(crate) fn write_job(out: &mut impl Write, parts: &[Part], progress: &mut Progress) -> io::Result<()> {
    write(out, parts, |by| progress.advance(by))
}

fn trace(
    out: &mut impl Write,
    part: &Part,
    positions: Range<u64>,
    within: Option<[f64; 2]>,
    prefix: &str,
    progress: &mut impl FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    let Range { start: mut at, end } = positions;
    let mut samples = Vec::new();
    let (mut lost, mut forgotten) = (0, 0);
    while at < end {
        let to = end.min(at + CHUNK);
        samples.clear();
        let first = copy(part, at..to, &mut samples);
        forgotten += first - at;
        for sample in &samples {
            match *sample {
                Sample::Lost { count, .. } => lost += count,
                Sample::Point { x, .. } if !is_within(within, x) => {}
                Sample::Point { position, x, y } => {
                    tell(out, "forgotten", &mut forgotten)?;
                    tell(out, "lost", &mut lost)?;
                    row(out, prefix, position, (x, y), part.y_offset)?;
                }
            }
        }
        progress(to - at)?;
        at = to;
    }
    tell(out, "forgotten", &mut forgotten)?;
    tell(out, "lost", &mut lost)
}

/// Whether an x is from here up to there, or anything where there is no range.
fn is_within(range: Option<[f64; 2]>, x: f64) -> bool {
    range.is_none_or(|[from, to]| from <= x && x < to)
}

/// Copies what is held of some positions; gives the first that is still held, or the end.
fn copy(part: &Part, positions: Range<u64>, samples: &mut Vec<Sample>) -> u64 {
    let state = lock(&part.shared);
    match &state.data {
        Data::Trace(trace) if state.run == part.run => {
            trace.for_each_pushed(positions.clone(), |sample| samples.push(sample));
            trace.start().clamp(positions.start, positions.end)
        }
        _ => positions.end,
    }
}

fn tell(out: &mut impl Write, what: &str, count: &mut u64) -> io::Result<()> {
    match std::mem::take(count) {
        0 => Ok(()),
        count => writeln!(out, "# {what} {count}"),
    }
}

fn row(out: &mut impl Write, prefix: &str, seq: u64, (x, y): (f64, f64), y_offset: f64) -> io::Result<()> {
    write!(out, "{prefix}{seq},")?;
    write_number(out, x)?;
    out.write_all(b",")?;
    write_value(out, y, y_offset)?;
    out.write_all(b"\n")
}

/// A field by RFC 4180, on one line: in quotes where it has to be.
pub(crate) fn quoted(field: &str) -> String {
    let field = escaped(field);
    if field.contains([',', '"', '#']) || field.trim() != field {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Events, Trace};
    use crate::ring::{Batch, FrameData, Point, XMode};
    use crate::store::{Store, StreamInfo};
    use crate::stream::{Counts, Liveness, Meta};

    fn stream(name: &str, kind: StreamKind, data: Data) -> SharedStream {
        let x_mode = XMode::Uniform { t0: 0.0, rate: 10.0 };
        let meta = Meta { name: name.to_owned(), ..Meta::default() };
        let info = StreamInfo { meta, kind, x_mode, derived: None, capacity: None };
        let (liveness, counts) = (Liveness::Live, Counts::default());
        Store::new(0).add(StreamState { info, run: 1, liveness, counts, rate_hz: None, data })
    }

    fn ramp(name: &str, count: u16) -> SharedStream {
        let mut trace = Trace::new(XMode::Uniform { t0: 0.0, rate: 10.0 }, u64::MAX);
        let mut batch = Batch::with_limit(1);
        batch.x_mode = trace.x_mode();
        batch.points = (0..count).map(|i| Point { x: 0.0, y: f32::from(i) }).collect();
        trace.append(&batch);
        stream(name, StreamKind::Uniform, Data::Trace(trace))
    }

    fn text(parts: &[Part], progress: impl FnMut(u64) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out, parts, progress).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn several_streams_follow_each_other_in_long_form() {
        let parts =
            [Part::new(&ramp("a,b", 2), None, None, None), Part::new(&ramp("c", 1), None, None, None)];
        let wanted =
            "# a,b: x (s), a,b\n# c: x (s), c\nstream,seq,x,y\n\"a,b\",0,0,0\n\"a,b\",1,0.1,1\nc,0,0,0\n";
        assert_eq!(text(&parts, |_| Ok(())), wanted);
    }

    #[test]
    fn what_is_forgotten_meanwhile_is_said() {
        let shared = ramp("a", 50_000);
        let part = Part::new(&shared, None, None, None);
        let mut is_first = true;
        let written = text(&[part], |_| {
            if std::mem::take(&mut is_first) {
                let Data::Trace(trace) = &mut lock(&shared).data else { panic!("not a trace") };
                trace.clear_before(40_000);
            }
            Ok(())
        });
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines[CHUNK as usize + 1], format!("# forgotten {}", 40_000 - CHUNK));
        assert_eq!(lines[CHUNK as usize + 2], "40000,4000,40000");
        assert_eq!(lines.len() as u64, 2 + CHUNK + 10_000);
    }

    #[test]
    fn another_run_is_not_taken_for_the_one_that_was_asked_for() {
        let shared = ramp("a", 10);
        let part = Part::new(&shared, None, None, None);
        lock(&shared).run = 2;
        assert_eq!(text(&[part], |_| Ok(())), "seq,x (s),a\n# forgotten 10\n");
    }

    #[test]
    fn events_are_quoted() {
        let mut events = Events::new();
        let words = vec![u64::from_le_bytes(*b"is \"a,b\"")];
        events.push(&FrameData { t: 0.5, words, length: 8, ..FrameData::default() });
        let part = Part::new(&stream("e", StreamKind::Events, Data::Events(events)), None, None, None);
        assert_eq!(text(&[part], |_| Ok(())), "seq,t,text\n0,0.5,\"is \"\"a,b\"\"\"\n");
    }
}
