//! Streams over time: the exact columns of each, and what was lost.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::super::message::PanelView;
use super::payload::Payload;
use crate::chart::{Interval, Options, StreamSnapshot, grown_span, interpolation_of};
use crate::history::{ColumnCache, ColumnGrid, Columns, Interpolation, LostRun, Scale, Trace};
use crate::store::{Data, lock};

/// Visits of curves to columns that all the sweeps of a panel may cost in a frame.
const MOST_VISITS: u64 = 1 << 19;
/// Events told of a panel: the newest.
const MOST_EVENTS: usize = 200;

/// What a panel over time keeps from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Time {
    columns: HashMap<String, ColumnCache>,
}

impl Time {
    /// Tells what is seen of some streams, whose group reaches from the oldest x to the newest; and whether that is all.
    pub(super) fn compose(
        &mut self,
        view: &PanelView,
        streams: &[&StreamSnapshot],
        reach: Option<[f64; 2]>,
        out: &mut Payload,
    ) -> (Value, bool) {
        let grid = grid(view, reach);
        let y_scale = Scale::log_if(view.log[1]);
        self.columns.retain(|name, _| streams.iter().any(|stream| stream.info.meta.name == *name));
        let stepping = streams.iter().filter(|stream| stream.steps_back > 0).count().max(1) as u64;
        let (mut series, mut events, mut is_complete) = (Vec::new(), Vec::new(), true);
        for stream in streams {
            let meta = &stream.info.meta;
            let [from, to] = [grid.edge(0), grid.edge(grid.count)];
            let state = lock(&stream.shared);
            match &state.data {
                Data::Trace(trace) => {
                    let cache = self.columns.entry(meta.name.clone()).or_default();
                    // What an area fills, the page fills: its line is told.
                    let join = match interpolation_of(stream.style) {
                        Interpolation::Area => Interpolation::Line,
                        join => join,
                    };
                    cache.update_some(trace, &grid, join, y_scale, MOST_VISITS / stepping);
                    let positions = trace.positions_in(from, to);
                    let is_decimated = positions.end - positions.start > grid.count as u64;
                    let lost = lost(trace, &grid);
                    drop(state);
                    is_complete &= cache.share() >= 1.0;
                    let at = out.len();
                    let told = told(cache.columns(), meta.y_offset, &lost, out);
                    let held = stream.held_until.zip(stream.newest).map(|(until, (x, y))| [x, until, y]);
                    series.push(json!({
                        "stream": meta.name,
                        "at": at,
                        "offset": meta.y_offset,
                        "spans": told[0],
                        "gaps": told[1],
                        "lost": lost.len(),
                        "decimated": is_decimated,
                        "coarse": cache.columns().is_coarse(),
                        "share": cache.share(),
                        "held": held,
                    }));
                }
                Data::Events(all) => {
                    let newest = all.in_range(from, to).rev().take(MOST_EVENTS);
                    let texts: Vec<Value> = newest.map(|event| json!([event.t, &*event.text])).collect();
                    events.push(json!({ "stream": meta.name, "texts": texts }));
                }
                Data::Frames(_) => {}
            }
        }
        let told = json!({
            "x": [grid.edge(0), grid.edge(grid.count)],
            "count": grid.count,
            "newest": reach.map(|reach| reach[1]),
            "series": series,
            "events": events,
        });
        (told, is_complete)
    }
}

/// The columns that a view asks for.
fn grid(view: &PanelView, reach: Option<[f64; 2]>) -> ColumnGrid {
    let columns = view.size[0] as usize;
    let scale = Scale::log_if(view.log[0]);
    let asked = view.x.and_then(|[from, to]| scale.transform_range((from, to)));
    let span = view.span.unwrap_or(Options::DEFAULT_SPAN_SECS);
    let snapped = |(low, high): (f64, f64)| {
        let (_, grid) = Interval::new(low, high).snapped(columns);
        ColumnGrid { scale, ..grid }
    };
    match (asked, reach) {
        (Some(range), _) => snapped(range),
        (None, None) => snapped((0.0, span)),
        // Following with so many exponents of ten shown would leave all but the beginning in the last column.
        (None, Some([oldest, newest])) if scale == Scale::Log10 => {
            snapped(scale.transform_range((oldest, newest)).unwrap_or((0.0, 1.0)))
        }
        (None, Some([oldest, newest])) => {
            let span = grown_span(newest - oldest, span, columns);
            let (_, mut grid) = Interval::following(newest, span, columns).snapped(columns);
            // The right edge is not part of the last column.
            if newest >= grid.edge(columns) {
                grid.first = grid.first.saturating_add(1);
            }
            grid
        }
    }
}

/// The first and the last column of each stretch that has losses.
fn lost(trace: &Trace, grid: &ColumnGrid) -> Vec<[u32; 2]> {
    let mut runs = Vec::new();
    trace.lost_runs_in(grid.edge(0), grid.edge(grid.count), &mut runs);
    let column = |x: f64| {
        let place = grid.scale.checked_transform(x)? / grid.dx - grid.first as f64;
        Some(place.clamp(0.0, grid.count as f64 - 1.0) as u32)
    };
    let mut stretches: Vec<[u32; 2]> = Vec::new();
    for LostRun { x0, x1, .. } in runs {
        let Some((first, last)) = column(x0).zip(column(x1)) else { continue };
        match stretches.last_mut() {
            Some(before) if first <= before[1] && before[0] <= last => {
                *before = [before[0].min(first), before[1].max(last)];
            }
            _ => stretches.push([first, last]),
        }
    }
    stretches
}

/// Writes columns as differences to an offset: the least of each, the greatest of each, the spans of those that have
/// several, the columns with a break, and the stretches that have losses; gives how many spans and breaks.
fn told(columns: &Columns, y_offset: f64, lost: &[[u32; 2]], out: &mut Payload) -> [usize; 2] {
    let difference = |value: f64| if value.is_finite() { (value - y_offset) as f32 } else { value as f32 };
    out.floats(columns.iter().map(|column| difference(column.lo)));
    out.floats(columns.iter().map(|column| difference(column.hi)));
    let several = (0..columns.len()).filter(|index| columns.spans(*index).len() > 1);
    let spans: Vec<(u32, [f64; 2])> =
        several.flat_map(|index| columns.spans(index).map(move |span| (index as u32, span))).collect();
    out.integers(spans.iter().map(|(index, _)| *index));
    out.floats(spans.iter().map(|(_, [low, _])| difference(*low)));
    out.floats(spans.iter().map(|(_, [_, high])| difference(*high)));
    // Of losses it is told where they are.
    let gaps: Vec<u32> = columns.breaks().map(|(index, _)| index as u32).collect();
    out.integers(gaps.iter().copied());
    out.integers(lost.iter().flatten().copied());
    [spans.len(), gaps.len()]
}
