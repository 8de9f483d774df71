//! Curves as rows over time: those that are new to the page.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::super::message::PanelView;
use super::payload::Payload;
use crate::chart::{Interval, Options, StreamSnapshot, Waterfall, following_rows};
use crate::history::{ColumnGrid, Scale};
use crate::store::{Data, lock};

/// Least time between two changes of the scale of the colours, seconds.
const CALM_SECS: f64 = 1.0;

/// The place of a row from the lowest, and its values.
type NewRow = (u32, Arc<[f32]>);

/// What a waterfall keeps from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Rows {
    waterfall: Waterfall,
    /// What rows were told for: the run, the columns and the height of a row.
    basis: Option<(u64, ColumnGrid, f64)>,
    /// The rows that the page has.
    told: HashMap<i64, Option<Arc<[f32]>>>,
    begun: Option<Instant>,
}

impl Rows {
    /// Tells the rows that the page does not have; and whether those are all.
    pub(super) fn compose(
        &mut self,
        view: &PanelView,
        stream: Option<&StreamSnapshot>,
        out: &mut Payload,
    ) -> (Value, bool) {
        let Some(stream) = stream else { return (json!({ "rows": 0 }), true) };
        let [columns, height] = view.size.map(|side| side as usize);
        let scale = Scale::log_if(view.log[0]);
        let count = Waterfall::rows(columns, height);
        let state = lock(&stream.shared);
        let Data::Frames(frames) = &state.data else { return (json!({ "rows": 0 }), true) };
        let asked = view.x.and_then(|[from, to]| scale.transform_range((from, to)));
        let fitted = self.waterfall.x_extent(frames, scale);
        let (low, high) = asked.or(fitted).unwrap_or((0.0, 1.0));
        let (_, grid) = Interval::new(low, high).snapped(columns);
        let grid = ColumnGrid { scale, ..grid };
        let rows = match view.y {
            Some([from, to]) => Some(Interval::new(from, to)),
            None => following_rows(frames, view.span, count, &Options::default()),
        };
        let (y, row_grid) = rows.unwrap_or(Interval { min: 0.0, max: 1.0 }).snapped(count);
        self.waterfall.update(frames, stream.run, grid, row_grid);
        let newest = frames.newest().map(|curve| json!({ "number": curve.number, "t": curve.t }));
        drop(state);
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let fixed = stream.info.meta.value_range().map_or([None; 2], |range| range.map(Some));
        self.waterfall.fit(fixed, begun.elapsed().as_secs_f64(), CALM_SECS);
        let basis = Some((stream.run, grid, row_grid.dx));
        if self.basis != basis {
            self.basis = basis;
            self.told.clear();
        }
        let (new, missing) = self.new_rows();
        out.integers(new.iter().map(|(index, _)| *index));
        out.integers(missing.iter().copied());
        for (_, values) in &new {
            out.floats(values.iter().copied());
        }
        let range = self.waterfall.range().map(|range| [range.min, range.max]);
        let told = json!({
            "stream": stream.info.meta.name,
            "x": [grid.edge(0), grid.edge(grid.count)],
            "y": [y.min, y.max],
            "first": row_grid.first,
            "row": row_grid.dx,
            "rows": row_grid.count,
            "columns": grid.count,
            "new": new.len(),
            "missing": missing.len(),
            "all": self.told.len() == new.len(),
            "range": range,
            "offset": stream.info.meta.y_offset,
            "over_time": self.waterfall.is_over_time(),
            "newest": newest,
        });
        (told, !self.waterfall.is_waiting())
    }

    /// The rows that are new to the page with their places from the lowest, and the places of all that are missing.
    fn new_rows(&mut self) -> (Vec<NewRow>, Vec<u32>) {
        let seen = self.waterfall.seen_rows().map(|(number, row)| (number, row.map(Option::<&_>::cloned)));
        let seen: Vec<_> = seen.collect();
        let lowest = seen.last().map_or(0, |(number, _)| *number);
        let highest = seen.first().map_or(0, |(number, _)| *number);
        self.told.retain(|number, _| (lowest..=highest).contains(number));
        let (mut new, mut missing) = (Vec::new(), Vec::new());
        for (number, row) in seen {
            let place = u32::try_from(number.saturating_sub(lowest)).unwrap_or_default();
            match row {
                None => {}
                Some(None) => missing.push(place),
                Some(Some(values)) => {
                    let known = self.told.get(&number).and_then(Option::as_ref);
                    if known.is_none_or(|known| !Arc::ptr_eq(known, &values)) {
                        new.push((place, Arc::clone(&values)));
                        self.told.insert(number, Some(values));
                    }
                }
            }
        }
        (new, missing)
    }
}
