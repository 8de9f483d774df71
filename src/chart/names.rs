//! What the axes of a plot are called, and what is said of its streams.

use super::axes::Gain;
use super::badge::Severity;
use super::badges::state;
use super::format::{self, Reading};
use super::kind::PlotKind;
use super::options::Options;
use super::snapshot::StreamSnapshot;
use super::state::{Member, PlotState};
use super::time::{TimeAxis, TimeLabels};
use crate::store::{Data, Derivation, lock};

/// What the axes of a plot are called, and their units.
#[derive(Clone, Debug)]
pub(crate) struct AxisNames {
    pub(crate) x_name: Option<String>,
    pub(crate) x_unit: String,
    pub(crate) y_name: String,
    pub(crate) y_unit: String,
    /// The unit of the streams' y.
    pub(crate) value_unit: String,
    pub(crate) time: TimeAxis,
}

impl AxisNames {
    /// As the panel, the options and the streams say: of x and of the y axis at this place.
    pub(crate) fn of(
        plot: &PlotState,
        axis: usize,
        streams: &[StreamSnapshot],
        options: &Options,
        labels: TimeLabels,
    ) -> Self {
        let all = plot.members().iter().filter(|member| !member.is_events);
        let value_unit = unit_of(plot.members_on(axis), streams, |s| s.info.meta.y_unit.as_str());
        let mut on_axis = plot.members_on(axis);
        // Of several axes each says what it is of.
        let only = on_axis.next().filter(|_| plot.y_axes() > 1 && value_unit.is_empty());
        let only = only.filter(|_| on_axis.next().is_none()).map(|member| member.label.as_str());
        let given = options.ylabel.as_deref().filter(|_| axis == 0);
        let (y_name, y_unit) = if plot.is_normalised() {
            ("share of its range", "%")
        } else {
            (plot.y_label(axis).or(given).or(only).unwrap_or_default(), value_unit.as_str())
        };
        let mut names = Self {
            x_name: plot.x_label.clone().or_else(|| options.xlabel.clone()),
            x_unit: unit_of(all, streams, |s| s.info.meta.x_unit.as_str()),
            y_name: y_name.to_owned(),
            y_unit: y_unit.to_owned(),
            value_unit,
            time: TimeAxis::of(labels, plot, streams).unwrap_or(TimeAxis::Seconds),
        };
        match plot.kind() {
            PlotKind::Time => {
                // Whatever they say: timed and uniform streams are in seconds.
                "s".clone_into(&mut names.x_unit);
                let name = match names.time {
                    _ if plot.x_origin() != 0.0 => "time from trigger",
                    TimeAxis::Samples { .. } => "sample",
                    TimeAxis::Seconds | TimeAxis::Calendar(_) => "time",
                };
                names.x_name.get_or_insert_with(|| name.to_owned());
            }
            PlotKind::Waterfall => {
                let (name, unit) =
                    if plot.waterfall().is_over_time() { ("time", "s") } else { ("curve", "") };
                name.clone_into(&mut names.y_name);
                unit.clone_into(&mut names.y_unit);
            }
            PlotKind::Xy | PlotKind::Snapshot => {}
        }
        names
    }
}

/// The unit of an axis, if all streams on it have the same.
fn unit_of<'a>(
    members: impl Iterator<Item = &'a Member>,
    streams: &'a [StreamSnapshot],
    unit: impl Fn(&'a StreamSnapshot) -> &'a str,
) -> String {
    let mut units = members.filter_map(|m| streams.get(m.index)).map(unit);
    let first = units.next().unwrap_or_default();
    if units.all(|other| other == first) { first.to_owned() } else { String::new() }
}

/// How the values of each member of a plot are written: as those of its y axis, of which each is given, unless they lie
/// elsewhere on it.
pub(crate) fn readings(plot: &PlotState, streams: &[StreamSnapshot], beside: &[Reading]) -> Vec<Reading> {
    let reading = |member: &Member| {
        let is_plain = member.drawn_gain == Gain::default();
        let reading = match beside.get(member.axis) {
            Some(reading) if is_plain => *reading,
            _ => Reading::between([0.0, 1.0].map(|share| plot.y_value(member, share))),
        };
        streams.get(member.index).map_or(reading, |stream| stream.reading(reading))
    };
    plot.members().iter().map(reading).collect()
}

/// What stands in place of the value of a stream without a point in view: how far away its points are. `None` where there
/// are some.
pub(crate) fn away(plot: &PlotState, member: &Member, stream: &StreamSnapshot) -> Option<String> {
    if member.is_hidden || !plot.is_away(member, stream) {
        return None;
    }
    let [x0, x1] = [0.0, 1.0].map(|share| plot.values_at([share, 0.0])[0]);
    Some(match stream.x_bounds {
        Some((_, latest)) if latest < x0 => format!("{} left of view", format::lag(x0 - latest)),
        Some((oldest, _)) if oldest >= x1 => format!("{} right of view", format::lag(oldest - x1)),
        _ => "not in view".to_owned(),
    })
}

/// A value for the legend; a minus and its absence take the same room.
pub(crate) fn value_text(value: Option<f64>, reading: Reading, unit: &str) -> String {
    let text = value.map_or_else(|| "–".to_owned(), |v| reading.value(v, unit));
    if text.starts_with('−') { text } else { format!(" {text}") }
}

/// The sample of a trace at or before an x, or the newest one.
pub(crate) fn value_of(stream: &StreamSnapshot, at: Option<f64>) -> Option<(f64, f64)> {
    let Some(x) = at else { return stream.newest };
    let state = lock(&stream.shared);
    match &state.data {
        Data::Trace(trace) => trace.value_at(x),
        Data::Frames(_) | Data::Events(_) => None,
    }
}

/// What the table of streams says of one in a word: its producer, or how it came about.
pub(crate) fn state_of(stream: &StreamSnapshot) -> (String, Severity) {
    let (word, tone) = state(stream.liveness);
    match &stream.info.derived {
        None => (word.to_owned(), tone),
        Some(Derivation { behind_secs: Some(secs), .. }) => {
            (format!("{} behind", format::lag(*secs)), Severity::Warn)
        }
        Some(_) => ("derived".to_owned(), if tone == Severity::Good { tone } else { Severity::Quiet }),
    }
}

/// What a screen reader is told of a stream's counts.
pub(crate) fn counts_text(stream: &StreamSnapshot) -> String {
    if let Some(derived) = &stream.info.derived {
        let behind = derived.behind_secs.map(|secs| format!(", {} behind", format::lag(secs)));
        let name = &stream.info.meta.name;
        let asked = derived.asked_name.as_ref().map(|asked| format!(", not called {asked} as a stream is"));
        let [behind, asked] = [behind, asked].map(Option::unwrap_or_default);
        return format!("{name}: derived, {}{behind}{asked}", derived.formula);
    }
    let counts = stream.counts;
    format!(
        "{}: {}, drained {}, received {}, lost {}",
        stream.info.meta.name,
        state(stream.liveness).0,
        format::count(counts.position.saturating_sub(counts.start)),
        format::count(counts.received),
        format::count(counts.lost),
    )
}

/// What the program is called.
pub(crate) const PROGRAM: &str = "ringplot";

/// `a, b, c and 4 more`.
pub(crate) fn joined(names: &[String]) -> String {
    match names {
        [] => PROGRAM.to_owned(),
        few if few.len() <= 4 => few.join(", "),
        many => format!("{} and {} more", many[..3].join(", "), many.len() - 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_names_the_streams_and_stays_short() {
        let names = |n: usize| (0..n).map(|i| format!("s{i}")).collect::<Vec<_>>();
        assert_eq!(joined(&names(0)), "ringplot");
        assert_eq!(joined(&names(2)), "s0, s1");
        assert_eq!(joined(&names(9)), "s0, s1, s2 and 6 more");
    }
}
