//! Plots over time: the exact columns of each trace as spans of dots, what was lost, and events as flags.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::colours::Inks;
use super::dots::{Dots, Marker};
use super::text::{put, width};
use crate::chart::{Member, PictureNotes, PlotState, Severity, StreamSnapshot, interpolation_of};
use crate::history::{ColumnCache, Scale, Trace};
use crate::store::{Data, lock};

/// What the columns of the traces of a plot may cost in a frame: about a hundredth of a second.
const MOST_VISITS: u64 = 1 << 18;
/// Points in a column from which it says more than one of them.
const DENSE: u64 = 2;
/// Dots across of which half are set where a state holds.
const HELD: usize = 4;
/// A flag that has no room for so many letters is a mark alone.
const LEAST_FLAG: u16 = 3;

/// The rows of dots of a stream in a plot.
struct Rows<'a> {
    plot: &'a PlotState,
    member: &'a Member,
    count: usize,
}

impl Rows<'_> {
    /// The first and the last row of a span of values, as far as they are seen.
    fn span(&self, span: [f64; 2]) -> Option<[usize; 2]> {
        let count = self.count as f64;
        let row = |value| self.plot.y_share(self.member, value).map(|share| (1.0 - share) * count);
        let (a, b) = (row(span[0])?, row(span[1])?);
        // A gain below 0 turns it over.
        let (top, bottom) = (a.min(b), a.max(b));
        if !(bottom >= 0.0 && top <= count) {
            return None;
        }
        let last = self.count.saturating_sub(1);
        Some([top, bottom].map(|row| (row.clamp(0.0, count).floor() as usize).min(last)))
    }
}

/// What drawing found out, beside the dots.
#[derive(Debug, Default)]
pub(super) struct TimeMarks {
    /// Columns in which points were lost.
    pub(super) lost: Vec<bool>,
    /// Columns in which the pen was lifted.
    lifted: Vec<bool>,
    /// Columns with samples that are no number, and the ink of their stream.
    nan: Vec<Option<u16>>,
    /// Events: column, text and ink.
    flags: Vec<(u16, String, u16)>,
}

/// Sets the dots of the traces of a plot.
pub(super) fn draw(
    dots: &mut Dots,
    plot: &PlotState,
    streams: &[StreamSnapshot],
    columns: &mut HashMap<String, ColumnCache>,
    (area, marker): (Rect, Marker),
    notes: &mut PictureNotes,
) -> TimeMarks {
    columns.retain(|name, _| plot.members().iter().any(|member| member.name == *name));
    let count = usize::from(area.width);
    let mut marks = TimeMarks {
        lost: vec![false; count],
        lifted: vec![false; count],
        nan: vec![None; count],
        flags: Vec::new(),
    };
    let across = marker.dots()[0];
    for (member, stream) in plot.drawing_order(streams) {
        let ink = ink_of(plot, member);
        let state = lock(&stream.shared);
        match &state.data {
            Data::Trace(trace) => {
                let cache = columns.entry(member.name.clone()).or_default();
                draw_trace(dots, plot, (member, trace, ink), cache, (&mut marks, across), notes);
                if let Some((until, (from, y))) = stream.held_until.zip(stream.newest) {
                    notes.has_held |= hold(dots, plot, member, ([from, until], y, ink));
                }
            }
            Data::Events(events) => {
                let [x0, x1] = [0.0, 1.0].map(|share| plot.values_at([share, 0.0])[0]);
                for event in events.in_range(x0, x1) {
                    if let Some(column) = column_of(plot, event.t, count) {
                        marks.flags.push((column as u16, event.text.to_string(), ink));
                    }
                }
            }
            Data::Frames(_) => {}
        }
    }
    marks
}

/// The number by which a colour is known: the place of the stream among the members of its plot.
pub(super) fn ink_of(plot: &PlotState, member: &Member) -> u16 {
    plot.members().iter().position(|other| other.name == member.name).unwrap_or(0) as u16
}

fn column_of(plot: &PlotState, x: f64, count: usize) -> Option<usize> {
    let share = plot.drawn().x.fraction(plot.scales().x.checked_transform(x)?);
    let at = (share * count as f64).floor();
    (at >= 0.0 && at < count as f64).then_some(at as usize)
}

fn draw_trace(
    dots: &mut Dots,
    plot: &PlotState,
    (member, trace, ink): (&Member, &Trace, u16),
    cache: &mut ColumnCache,
    (marks, across): (&mut TimeMarks, usize),
    notes: &mut PictureNotes,
) {
    let (grid, scales) = (plot.grid(), plot.scales_on(member.axis));
    let rows = Rows { plot, member, count: dots.size()[1] };
    let (x0, x1) = (grid.edge(0), grid.edge(grid.count));
    let mut points = 0;
    trace.stays_in(x0, x1, |stay| points += stay.end - stay.start);
    notes.is_decimated |= points > DENSE * grid.count as u64;
    if (scales.x, scales.y) != (Scale::Linear, Scale::Linear) {
        let from = if scales.x == Scale::Linear { x0 } else { f64::NEG_INFINITY };
        notes.left_out += trace.left_out(from, x1, scales.x, scales.y);
    }
    let mut runs = Vec::new();
    trace.lost_runs_in(x0, x1, &mut runs);
    let count = marks.lost.len();
    for run in runs {
        let place = |x: f64| scales.x.checked_transform(x).map_or(0.0, |x| plot.drawn().x.fraction(x));
        let [from, to] = [run.x0, run.x1].map(|x| (place(x) * count as f64).clamp(0.0, count as f64 - 1.0));
        if from.is_finite() && to >= from {
            marks.lost[from as usize..=to as usize].fill(true);
        }
    }
    let columns = cache.update_some(trace, &grid, interpolation_of(member.style), scales.y, MOST_VISITS);
    for index in 0..columns.len() {
        for span in columns.spans(index) {
            if let Some(span) = rows.span(span) {
                dots.span(index, span, ink);
            }
        }
    }
    for (index, breaks) in columns.breaks() {
        let cell = index / across;
        if cell < count {
            marks.lifted[cell] |= breaks.lifted;
            if breaks.nan {
                marks.nan[cell] = Some(ink);
            }
        }
        notes.has_lifted_pen |= breaks.lifted;
        notes.has_ticks |= breaks.nan;
    }
    notes.are_lines_joined |= columns.is_coarse();
    notes.missing_share = notes.missing_share.max(1.0 - cache.share());
}

/// Sets every other few dots where a state holds; whether any is seen.
fn hold(
    dots: &mut Dots,
    plot: &PlotState,
    member: &Member,
    ([from, until], y, ink): ([f64; 2], f64, u16),
) -> bool {
    let [columns, count] = dots.size();
    let rows = Rows { plot, member, count };
    let Some([row, _]) = rows.span([y, y]) else { return false };
    let place =
        |x: f64| plot.scales().x.checked_transform(x).map(|x| plot.drawn().x.fraction(x) * columns as f64);
    let (Some(from), Some(until)) = (place(from), place(until)) else { return false };
    let (first, last) = (from.floor().max(0.0) as usize, until.floor().clamp(-1.0, columns as f64) as isize);
    let mut is_seen = false;
    for column in first..columns.min(usize::try_from(last + 1).unwrap_or(0)) {
        if (column - first) % HELD >= HELD / 2 {
            dots.set(column, row, ink);
            is_seen = true;
        }
    }
    is_seen
}

impl TimeMarks {
    /// Writes what lies under the dots: where points were lost.
    pub(super) fn write_below(&self, buffer: &mut Buffer, area: Rect, inks: Inks, is_ascii: bool) {
        let sign = if is_ascii { "/" } else { "░" };
        for (x, _) in self.lost.iter().enumerate().filter(|(_, is_lost)| **is_lost) {
            for y in area.top()..area.bottom() {
                put(buffer, [area.x + x as u16, y], sign, inks.tone(Severity::Bad), 1);
            }
        }
    }

    /// Writes what lies at the edges where no dots are: lifted pens, samples that are no number; and flags, over all.
    pub(super) fn write_above(
        &self,
        buffer: &mut Buffer,
        (area, dots): (Rect, &Dots),
        plot: &PlotState,
        inks: Inks,
        is_ascii: bool,
    ) {
        let bottom = usize::from(area.height.saturating_sub(1));
        let [lifted, nan] = if is_ascii { ["~", "x"] } else { ["▔", "╵"] };
        for x in 0..self.lifted.len() {
            let at = area.x + x as u16;
            if self.lifted[x] && !dots.has(x, 0) {
                put(buffer, [at, area.y], lifted, inks.faint(), 1);
            }
            if let Some(ink) = self.nan[x].filter(|_| !dots.has(x, bottom)) {
                let style = plot
                    .members()
                    .get(usize::from(ink))
                    .map_or(Inks::text(), |m| Inks::text().fg(inks.of(m)));
                put(buffer, [at, area.bottom() - 1], nan, style, 1);
            }
        }
        self.write_flags(buffer, (area, dots), plot, inks, is_ascii);
    }

    fn write_flags(
        &self,
        buffer: &mut Buffer,
        (area, dots): (Rect, &Dots),
        plot: &PlotState,
        inks: Inks,
        is_ascii: bool,
    ) {
        let [pole, sign] = if is_ascii { [":", "!"] } else { ["┊", "▾"] };
        let mut flags: Vec<_> = self.flags.iter().collect();
        flags.sort_by_key(|(column, ..)| *column);
        for (index, (column, text, ink)) in flags.iter().enumerate() {
            let style =
                plot.members().get(usize::from(*ink)).map_or(Inks::text(), |m| Inks::text().fg(inks.of(m)));
            let x = area.x + column;
            for row in 1..area.height {
                if !dots.has(usize::from(*column), usize::from(row)) {
                    put(buffer, [x, area.y + row], pole, style, 1);
                }
            }
            put(buffer, [x, area.y], sign, style, 1);
            let next = flags.get(index + 1).map_or(area.right(), |(next, ..)| area.x + next);
            let room = next.saturating_sub(x + 1);
            if room >= LEAST_FLAG.min(width(text)) {
                put(
                    buffer,
                    [x + 1, area.y],
                    text,
                    Inks::text(),
                    room.saturating_sub(u16::from(next < area.right())),
                );
            }
        }
    }
}
