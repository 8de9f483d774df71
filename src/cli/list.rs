//! `ringplot list`: what is live, and what dead producers left.

use clap::Args;

use super::look::{self, Summary};
use super::{output, values};
use crate::stream::{Liveness, streams};

/// List the streams: who produces what, and how fast
///
/// A stream is `live`, `stalled` (its producer is alive, but nothing came for 3 s or ten nominal intervals) or `dead`
/// (its producer was killed; the ring can still be read until `ringplot gc`). One that was closed is gone. The rate is
/// measured over 200 ms; a live stream that does not move is watched for 3 s before it is called stalled.
#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  ringplot list
  ringplot list --json | jq -r '.[] | select(.state == \"live\") | .name'

JSON: an array of {name, state, pid, capacity, written, rate_hz, x_unit, y_unit, kind, run}.
`written` counts points, or frames of a snapshot or events stream; rate_hz is null if nothing came;
run is a string of 16 hex digits.")]
pub(super) struct ListArgs {
    /// Print a JSON array, `[]` when there is nothing; see below
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<()> {
    let mut consumers = Vec::new();
    for stream in streams()? {
        match look::attach(&stream) {
            Ok(consumer) => consumers.extend(consumer),
            Err(why) => output::tell(&why),
        }
    }
    let seen = look::look(consumers);
    // What was closed or replaced while we looked is gone.
    let listed: Vec<Summary> = seen
        .iter()
        .filter(|stream| stream.is_live() || stream.liveness == Liveness::Dead)
        .map(look::Seen::summary)
        .collect();
    if args.json {
        output::print_json(&listed)?;
    } else {
        output::print(&table(&listed))?;
    }
    if !args.json && !seen.iter().any(look::Seen::is_live) {
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
        stream.name.clone(),
        stream.state.to_owned(),
        stream.kind.to_owned(),
        stream.rate_hz.map_or_else(|| "-".to_owned(), |hz| format!("{}/s", values::metric(hz))),
        stream.written.to_string(),
        stream.capacity.to_string(),
        stream.pid.to_string(),
        // Metadata may hold anything: keep it from steering the terminal.
        units.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
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
