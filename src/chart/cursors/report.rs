//! What two cursors measure: numbers, and how they are written.

use super::super::format::{self, Reading};
use super::super::kind::CursorReads;
use super::super::snapshot::StreamSnapshot;
use super::super::state::{Member, PlotState};
use super::reading::{is_read_at_x, place_of, sample_at};
use super::{Pair, Which};
use crate::history::Statistics;
use crate::ring::XMode;
use crate::store::{Data, lock};
use crate::stream::{StreamKind, escaped};

/// A unit longer than this is cut, characters.
const LONGEST_UNIT: usize = 8;

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) value: f64,
    unit: String,
    form: Form,
    /// In place of the number, where the axis has something else.
    said: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// Five digits with a prefix of its own.
    Own,
    /// A value on an axis.
    Value(Reading),
    /// A mean of many of them.
    Mean(Reading),
    /// A difference of two of them.
    Difference(Reading),
    /// A whole number.
    Count,
}

impl Quantity {
    fn new(form: Form, value: f64, unit: &str) -> Self {
        Self { value, unit: unit.to_owned(), form, said: None }
    }

    /// As it is shown.
    pub(crate) fn shown(&self) -> String {
        if let Some(said) = &self.said {
            return said.clone();
        }
        let unit: String = match self.unit.char_indices().nth(LONGEST_UNIT) {
            Some((at, _)) => format!("{}…", &self.unit[..at]),
            None => self.unit.clone(),
        };
        match self.form {
            Form::Own => format::value(self.value, &unit),
            Form::Value(reading) => reading.value(self.value, &unit),
            Form::Mean(reading) => reading.mean(self.value, &unit),
            Form::Difference(reading) => reading.difference(self.value, &unit),
            Form::Count => format::count(self.value as u64),
        }
    }

    /// Characters of the unit at most, with what parts and cuts it.
    pub(crate) fn unit_width(&self) -> usize {
        self.unit.chars().count().min(LONGEST_UNIT) + 1
    }

    /// As it is copied: all digits, and no prefix.
    fn copied(&self) -> String {
        let space = if self.unit.is_empty() { "" } else { " " };
        let said = self.said.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
        format!("{}{space}{}{said}", self.value, self.unit)
    }
}

/// What the cursors say of one stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) label: String,
    /// Its place among the members of the plot.
    pub(crate) member: usize,
    pub(crate) cells: Vec<Quantity>,
}

/// How the axes of a plot write values.
#[derive(Clone, Copy)]
pub(crate) struct CursorAxes<'a> {
    pub(crate) x: Reading,
    pub(crate) y: Reading,
    /// Of the values of each member of the plot.
    pub(crate) values: &'a [Reading],
    pub(crate) x_unit: &'a str,
    pub(crate) y_unit: &'a str,
    /// What x says in place of a number.
    pub(crate) said: &'a dyn Fn(f64) -> Option<String>,
}

impl CursorAxes<'_> {
    /// How the values of a member of the plot are written.
    fn reading(&self, member: usize) -> Reading {
        self.values.get(member).copied().unwrap_or(Reading::OWN)
    }

    /// An x: a number, or what the axis says in place of it.
    fn place(&self, x: f64) -> Quantity {
        let said = x.is_finite().then(|| (self.said)(x)).flatten();
        Quantity { said, ..Quantity::new(Form::Value(self.x), x, self.x_unit) }
    }
}

/// What the cursors of a plot say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    /// Of the cursors alone.
    pub(crate) head: Vec<(&'static str, Quantity)>,
    /// What the cells of each column are.
    pub(crate) rows: Vec<&'static str>,
    pub(crate) columns: Vec<Column>,
}

/// The names of what is counted and measured over all samples between.
const STATISTICS: [&str; 11] = [
    "frequency",
    "period",
    "count",
    "min",
    "x of min",
    "max",
    "x of max",
    "mean",
    "rms",
    "std dev",
    "peak-peak",
];
/// Samples that a report looks at one by one in a frame to count cycles; the streams share them. Of a stream with more between
/// the cursors, frequency and period stay empty.
const MOST_CYCLE_SAMPLES: u64 = 1 << 18;

impl Report {
    /// Over all samples between, both ends included.
    pub(crate) fn new(
        plot: &PlotState,
        pair: &Pair,
        streams: &[StreamSnapshot],
        axes: CursorAxes<'_>,
    ) -> Self {
        let y_unit = axes.y_unit;
        let mut report = Self { head: Vec::new(), rows: Vec::new(), columns: Vec::new() };
        let placed = Which::BOTH.map(|which| pair.get(which).map(|cursor| cursor.at));
        for (which, at) in Which::BOTH.into_iter().zip(placed) {
            let names = match which {
                Which::A => ["x A", "y A"],
                Which::B => ["x B", "y B"],
            };
            let Some([at_x, at_y]) = at else { continue };
            report.head.push((names[0], axes.place(at_x)));
            if is_read_at_x(plot) {
                report.rows.push(names[1]);
            } else {
                report.head.push((names[1], Quantity::new(Form::Value(axes.y), at_y, y_unit)));
            }
        }
        let both = pair.both().map(|both| both.map(|cursor| cursor.at));
        let dx = both.map_or(f64::NAN, |[a, b]| distance(plot, streams, a[0], b[0]));
        if let Some([a, b]) = both {
            report.add_differences(plot, [dx, b[1] - a[1]], axes);
        }
        match plot.kind().spec().cursor {
            CursorReads::Streams => {
                let members = plot.members().iter().enumerate().filter(|(_, member)| !member.is_hidden);
                let shown = members.filter_map(|(at, member)| Some((at, member, streams.get(member.index)?)));
                let shown: Vec<_> =
                    shown.filter(|(.., stream)| stream.info.kind != StreamKind::Events).collect();
                let most = MOST_CYCLE_SAMPLES / shown.len().max(1) as u64;
                let column = |(at, member, stream): (usize, &Member, &StreamSnapshot)| Column {
                    label: member.label.clone(),
                    member: at,
                    cells: cells(plot, (stream, axes.reading(at)), placed, axes, (dx, most)),
                };
                report.columns = shown.into_iter().map(column).collect();
            }
            CursorReads::Cell => report.add_values(plot, streams, placed, axes),
            CursorReads::Point => {}
        }
        report
    }

    fn add_differences(&mut self, plot: &PlotState, [dx, dy]: [f64; 2], axes: CursorAxes<'_>) {
        let CursorAxes { x_unit, y_unit, .. } = axes;
        let own = |value: f64, unit: &str| Quantity::new(Form::Own, value, unit);
        self.head.push(("Δx", own(dx, x_unit)));
        if is_read_at_x(plot) {
            self.head.push(("1/Δx", own(1.0 / dx, &inverse(x_unit))));
            self.rows.extend(["Δy", "slope"]);
            if plot.kind().is_over_time() {
                self.rows.extend(STATISTICS);
            }
            return;
        }
        self.head.push(("Δy", Quantity::new(Form::Difference(axes.y), dy, y_unit)));
        if plot.kind().spec().cursor == CursorReads::Point {
            self.head.push(("slope", own(dy / dx, &ratio(y_unit, x_unit))));
            let unit = if x_unit == y_unit { x_unit } else { "" };
            self.head.push(("distance", own(dx.hypot(dy), unit)));
        } else if x_unit == "Hz" || y_unit == "s" {
            self.head.push(("1/Δy", own(1.0 / dy, &inverse(y_unit))));
        }
    }

    /// The values of a waterfall under the cursors.
    fn add_values(
        &mut self,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        placed: [Option<[f64; 2]>; 2],
        axes: CursorAxes<'_>,
    ) {
        let Some(at) = plot.members().iter().position(|member| !member.is_hidden) else { return };
        let member = &plot.members()[at];
        let Some(stream) = streams.get(member.index) else { return };
        let unit = &stream.info.meta.y_unit;
        let reading = axes.reading(at);
        let mut cells = Vec::new();
        for (name, cursor) in ["at A", "at B"].into_iter().zip(placed) {
            let Some(cursor) = cursor else { continue };
            let place = place_of(plot, cursor).filter(|place| place.iter().all(|v| (0.0..1.0).contains(v)));
            let value = place.and_then(|place| plot.waterfall().value_at(place));
            self.rows.push(name);
            cells.push(Quantity::new(Form::Value(reading), value.unwrap_or(f64::NAN), unit));
        }
        if let [a, b] = &cells[..] {
            let difference = Quantity::new(Form::Difference(reading), b.value - a.value, unit);
            self.rows.push("Δ");
            cells.push(difference);
        }
        self.columns = vec![Column { label: member.label.clone(), member: at, cells }];
    }

    /// As text: a line for each quantity, cells parted by tabs.
    pub(crate) fn text(&self) -> String {
        let mut lines: Vec<String> =
            self.head.iter().map(|(name, quantity)| format!("{name}\t{}", quantity.copied())).collect();
        if !self.columns.is_empty() {
            let labels: Vec<_> = self.columns.iter().map(|column| escaped(&column.label)).collect();
            lines.push(format!("\t{}", labels.join("\t")));
        }
        for (index, name) in self.rows.iter().enumerate() {
            let cells = self.columns.iter().filter_map(|column| column.cells.get(index));
            let cells: Vec<String> = cells.map(Quantity::copied).collect();
            lines.push(format!("{name}\t{}", cells.join("\t")));
        }
        lines.join("\n")
    }
}

/// What the cursors say of a stream that is read at their x.
fn cells(
    plot: &PlotState,
    (stream, reading): (&StreamSnapshot, Reading),
    placed: [Option<[f64; 2]>; 2],
    axes: CursorAxes<'_>,
    (dx, most_cycle_samples): (f64, u64),
) -> Vec<Quantity> {
    let (unit, x_unit) = (&stream.info.meta.y_unit, axes.x_unit);
    let [value, mean, difference] = [Form::Value(reading), Form::Mean(reading), Form::Difference(reading)]
        .map(|form| move |value: f64| Quantity::new(form, value, unit));
    let at = placed.map(|at| at.map(|at| sample_at(plot, stream, at[0]).map_or(f64::NAN, |(_, y)| y)));
    let mut cells: Vec<Quantity> = at.iter().flatten().map(|y| value(*y)).collect();
    let ([Some(a), Some(b)], [Some(y_a), Some(y_b)]) = (placed, at) else { return cells };
    cells.push(difference(y_b - y_a));
    cells.push(Quantity::new(Form::Own, (y_b - y_a) / dx, &ratio(unit, x_unit)));
    if plot.kind().is_over_time() {
        let Between { all, x_of_min, x_of_max, period } =
            Between::new(stream, a[0], b[0], most_cycle_samples);
        cells.push(Quantity::new(Form::Own, 1.0 / period, &inverse(x_unit)));
        cells.push(Quantity::new(Form::Own, period, x_unit));
        cells.push(Quantity::new(Form::Count, all.count as f64, ""));
        cells.extend([value(all.min), axes.place(x_of_min), value(all.max), axes.place(x_of_max)]);
        cells.extend([mean(all.mean), mean(all.rms), difference(all.std), difference(all.max - all.min)]);
    }
    cells
}

/// From one x to another. Where both are samples of a stream with a fixed rate, positions know better than seconds,
/// which far from zero are coarse.
fn distance(plot: &PlotState, streams: &[StreamSnapshot], a: f64, b: f64) -> f64 {
    let in_samples = plot.shown(streams).find_map(|(_, stream)| {
        let XMode::Uniform { t0, rate } = stream.info.x_mode else { return None };
        let position = |x: f64| {
            let position = ((x - t0) * rate).round();
            ((t0 + position / rate).to_bits() == x.to_bits()).then_some(position)
        };
        Some((position(b)? - position(a)?) / rate)
    });
    in_samples.unwrap_or(b - a)
}

/// What all samples of a stream amount to between two x in any order, both ends included.
struct Between {
    all: Statistics,
    /// NaN without samples.
    x_of_min: f64,
    x_of_max: f64,
    /// From one upward crossing of the mean to the next, NaN without one.
    period: f64,
}

impl Between {
    fn new(stream: &StreamSnapshot, a: f64, b: f64, most_cycle_samples: u64) -> Self {
        let nan = f64::NAN;
        let state = lock(&stream.shared);
        let Data::Trace(trace) = &state.data else {
            return Self { all: Statistics::EMPTY, x_of_min: nan, x_of_max: nan, period: nan };
        };
        let [x0, x1] = [a.min(b), a.max(b).next_up()];
        let all = trace.statistics(x0, x1);
        let [x_of_min, x_of_max] = trace.extremes(x0, x1).map_or([nan; 2], |ends| ends.map(|(x, _)| x));
        let cycles = trace.cycles([x0, x1], &all, most_cycle_samples);
        let period = cycles.map_or(nan, |cycles| cycles.length / cycles.count as f64);
        Self { all, x_of_min, x_of_max, period }
    }
}

/// The unit of one over something.
fn inverse(unit: &str) -> String {
    match unit {
        "" => String::new(),
        "s" => "Hz".to_owned(),
        "Hz" => "s".to_owned(),
        unit => format!("1/{unit}"),
    }
}

/// The unit of y over x.
fn ratio(y_unit: &str, x_unit: &str) -> String {
    match (y_unit, x_unit) {
        (y, "") => y.to_owned(),
        (y, x) if y == x => String::new(),
        // Only cycles are counted in Hz.
        ("", "s") => "1/s".to_owned(),
        ("", x) => inverse(x),
        (y, x) => format!("{y}/{x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::prefix::Prefix;
    use super::*;

    #[test]
    fn units_of_inverses_and_ratios_are_written_as_usual() {
        assert_eq!([inverse("s"), inverse("m"), inverse("")], ["Hz", "1/m", ""]);
        assert_eq!(
            [ratio("V", "s"), ratio("V", "V"), ratio("", "s"), ratio("V", "")],
            ["V/s", "", "1/s", "V"]
        );
    }

    #[test]
    fn quantities_are_short_where_shown_and_whole_where_copied() {
        let volts = Quantity::new(Form::Own, -0.001_234_567_890_12, "V");
        assert_eq!((volts.shown().as_str(), volts.copied().as_str()), ("−1.2346 mV", "-0.00123456789012 V"));
        let nothing = Quantity::new(Form::Own, f64::NAN, "V");
        assert_eq!(nothing.shown(), "–");
        let long = Quantity::new(Form::Own, 1.0, "ありがとうございます");
        assert!(long.shown().chars().count() < 20);
        for value in [1e300, -1e300, 1e-300, f64::INFINITY, f64::NAN] {
            for span in [1e300, 1e-300, 0.0, f64::NAN] {
                let reading = Reading::new(Prefix::of(value), span);
                for form in [Form::Value(reading), Form::Mean(reading), Form::Difference(reading)] {
                    let shown = Quantity::new(form, value, "s").shown();
                    assert!(shown.chars().count() < 24, "{shown}");
                }
            }
        }
    }
}
