//! `ringplot list`: what is live, and what dead producers left.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::look::{self, Summary};
use super::output;
use crate::chart::format;
use crate::stream::{Change, Liveness, Watch, escaped, streams};

/// List the streams: who produces what, and how fast
///
/// A stream is `live`, `stalled` (its producer is alive, but nothing came for 3 s or ten nominal intervals) or `dead`
/// (its producer was killed; the ring can still be read until `ringplot gc`), or `damaged` (somebody cut its memory
/// short or overwrote it while we looked). One that was closed is gone. The rate is
/// measured over 200 ms; a live stream that does not move is watched for 3 s before it is called stalled.
#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  ringplot list
  ringplot list --json | jq -r '.[] | select(.state == \"live\") | .name'
  ringplot list --follow

JSON: an array of {name, state, pid, capacity, written, rate_hz, x_unit, y_unit, kind, run}.
`written` counts points, fillers of breaks among them, or frames of a snapshot or events stream; rate_hz is null if nothing came;
run is a string of 16 hex digits. With --follow: an object a line, {change, name, pid, run};
change is started, died or closed.")]
pub(super) struct ListArgs {
    /// Print a JSON array, `[]` when there is nothing; see below
    #[arg(long)]
    json: bool,
    /// Print a line for every stream that starts, dies or is closed, those that are there first, until Ctrl-C
    #[arg(long)]
    follow: bool,
}

/// A line of `list --follow --json`.
#[derive(Serialize)]
struct Followed<'a> {
    change: &'static str,
    name: &'a str,
    pid: Option<u32>,
    run: Option<String>,
}

impl<'a> Followed<'a> {
    fn new(change: &'a Change) -> Self {
        let stream = change.stream();
        let word = match change {
            Change::Started(_) => "started",
            Change::Died(_) => "died",
            Change::Closed(_) => "closed",
        };
        let run = stream.run.map(|run| format!("{run:016x}"));
        Self { change: word, name: &stream.name, pid: stream.pid, run }
    }
}

/// How often it is asked whether anybody still reads what is printed.
const READER_EVERY: Duration = Duration::from_millis(200);

/// Prints what comes and goes, until it is interrupted or nobody reads it any more.
fn follow(is_json: bool) -> anyhow::Result<()> {
    let mut watch = Watch::new();
    while !crate::shm::os::is_reader_gone(&std::io::stdout()) {
        for change in watch.wait(READER_EVERY)? {
            let line = Followed::new(&change);
            if is_json {
                output::print(&output::json_line(&line)?)?;
            } else {
                let pid = line.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
                let run = line.run.as_deref().unwrap_or("-");
                output::print(&format!("{:<7}  {}  {pid}  {run}\n", line.change, escaped(line.name)))?;
            }
        }
    }
    Ok(())
}

/// Streams that are looked at together: each takes a descriptor, and a program often has no more than 1,024.
const AT_ONCE: usize = 256;

pub(super) fn run(args: &ListArgs) -> anyhow::Result<()> {
    if args.follow {
        return follow(args.json);
    }
    let (mut listed, mut is_anything_live) = (Vec::<Summary>::new(), false);
    for streams in streams()?.chunks(AT_ONCE) {
        let mut consumers = Vec::new();
        for stream in streams {
            match look::attach(stream) {
                Ok(consumer) => consumers.extend(consumer),
                Err(why) => output::tell(&why),
            }
        }
        let seen = look::look(consumers);
        is_anything_live |= seen.iter().any(look::Seen::is_live);
        // What was closed or replaced while we looked is gone.
        let is_listed = |stream: &&look::Seen| {
            stream.is_live() || matches!(stream.liveness, Liveness::Dead | Liveness::Damaged)
        };
        listed.extend(seen.iter().filter(is_listed).map(look::Seen::summary));
    }
    if args.json {
        output::print_json(&listed)?;
    } else {
        output::print(&table(&listed))?;
    }
    if !args.json && !is_anything_live {
        output::tell(
            "nothing is live: `ringplot demo` starts a simulation and a window, `ringplot produce test` a stream to try things with",
        );
    }
    Ok(())
}

/// The streams as an aligned table; nothing at all for no streams.
fn table(streams: &[Summary]) -> String {
    const RIGHT_ALIGNED: std::ops::RangeInclusive<usize> = 3..=6;
    if streams.is_empty() {
        return String::new();
    }
    let head =
        ["NAME", "STATE", "KIND", "RATE", "WRITTEN", "CAPACITY", "PID", "UNITS", "RUN"].map(String::from);
    let rows: Vec<[String; 9]> = std::iter::once(head).chain(streams.iter().map(row)).collect();
    let mut widths = [0; 9];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = std::iter::zip(row, widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if RIGHT_ALIGNED.contains(&column) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn row(stream: &Summary) -> [String; 9] {
    let units = match (stream.x_unit.as_str(), stream.y_unit.as_str()) {
        ("", "") => "-".to_owned(),
        (x, y) => format!("{}, {}", if x.is_empty() { "-" } else { x }, if y.is_empty() { "-" } else { y }),
    };
    [
        escaped(&stream.name).into_owned(),
        stream.state.to_owned(),
        stream.kind.to_owned(),
        stream.rate_hz.map_or_else(|| "-".to_owned(), format::rate),
        stream.written.to_string(),
        stream.capacity.to_string(),
        stream.pid.to_string(),
        escaped(&units).into_owned(),
        stream.run.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Summary, table};

    #[test]
    fn columns_line_up() {
        let stream = |name: &str, written, y_unit: &str| Summary {
            name: name.into(),
            state: "live",
            pid: 7,
            capacity: 1024,
            written,
            rate_hz: (written > 0).then_some(1e6),
            x_unit: "s".into(),
            y_unit: y_unit.into(),
            kind: "timed",
            run: "00000000000000ff".into(),
        };
        let text = table(&[stream("a", 0, "°C"), stream("lorenz/x", 123_456_789, "\u{1b}[2J")]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        let at = |line: &str, what: &str| line[..line.find(what).expect(what)].chars().count();
        assert_eq!(at(lines[0], "STATE"), at(lines[1], "live"));
        assert_eq!(at(lines[0], "RUN"), at(lines[1], "0000"));
        assert_eq!(at(lines[1], "0000"), at(lines[2], "0000"));
        assert!(lines[2].contains("1.00 M/s  123456789") && !text.contains('\u{1b}'), "{text}");
        assert_eq!(table(&[]), "");
    }
}
