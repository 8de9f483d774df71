//! XY streams with more points than markers can show: a density over the pixels of the plot.
//!
//! A [`Density`] belongs to one plot. Each frame it counts what is new, for at most the frame's share of time; after
//! pan and zoom it counts all again, the newest first, and meanwhile the last whole picture stays, moved and stretched
//! to where it belongs, and what it does not cover shows what is counted so far.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use egui::Color32;

use super::super::canvas::{Canvas, DensityOptions, Pen, to_px};
use super::super::polyline::LEAST;
use super::super::scene::Drawing;
use super::super::theme::{Theme, rgb};
use super::spread::{CellReach, spread};
use crate::chart::{
    Colours, DensityNote, FollowMode, LINE_WIDTH, PlanePoints, PlotState, StreamSnapshot, ramp,
};
use crate::history::{DensityGrid, DensityMode, DensityView, Trace};
use crate::render::{Exposure, LEVELS, Layer, Levels, Shape, ToneMap, histogram, push_levels};
use crate::stream::Style;

/// Positions dealt with between two looks at the clock, the stream's lock being free in between.
const SLICE: u64 = 65_536;
/// New points may take so many times the budget: a picture that falls behind is of no use.
const CATCH_UP: u32 = 8;
/// Time in which persistence fades to 1/e, seconds.
const FADE_SECS: f64 = 0.7;
/// Levels of a doubling of the density.
const LEVELS_OF_DOUBLING: f64 = 64.0;
/// Densities become points again below this share of the most points that are drawn as such, and not at once.
const CALM_SHARE: f64 = 0.8;

/// What a ramp is made of: the choice, the stream's own colour, and whether the ground is dark.
type RampOf = (Colours, Color32, bool);

/// The density of a plot's stream.
#[derive(Debug, Default)]
pub(crate) struct Density {
    /// Of which run of which stream.
    of: Option<(String, u64)>,
    grid: Option<DensityGrid>,
    /// Version of the grid that `levels` shows.
    shown: Option<u64>,
    /// What is counted, and what of that is shown.
    counted: Vec<u16>,
    levels: Arc<Levels>,
    version: u64,
    /// The last counts that were of all.
    whole: Option<(DensityView, Vec<u16>)>,
    histogram: Vec<u32>,
    points: u64,
    exposure: Exposure,
    /// Colours from the emptiest cells to the fullest, and what they are those of.
    ramp: Option<(RampOf, Box<[[u8; 4]; 256]>)>,
    colours: Option<Arc<[[u8; 4]]>>,
    was_few: bool,
    last_secs: Option<f64>,
    /// The clock by which strokes fade: it stands still while the plot does.
    glow_secs: f64,
    row: Vec<f32>,
}

impl Density {
    /// Whether the stream was drawn as a density of late.
    pub(crate) fn is_shown(&self) -> bool {
        self.colours.is_some() && !self.was_few
    }

    /// Memory that it takes, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let levels = |levels: &[u16]| size_of_val(levels) as u64;
        self.grid.as_ref().map_or(0, DensityGrid::memory_bytes)
            + levels(&self.levels.levels)
            + levels(&self.counted)
            + self.whole.as_ref().map_or(0, |whole| levels(&whole.1))
    }

    /// Draws the stream. Returns whether another frame is wanted though nothing new came.
    pub(crate) fn draw(
        &mut self,
        drawing: &mut Drawing,
        canvas: &Canvas,
        plot: &PlotState,
        stream: &StreamSnapshot,
        pen: Pen,
        frame: &DensityFrame<'_>,
    ) -> bool {
        let of = (stream.info.meta.name.clone(), stream.run);
        if self.of.as_ref() != Some(&of) {
            *self = Self { of: Some(of), was_few: true, ..Self::default() };
        }
        let mode = match pen.style {
            Style::Points => DensityMode::Scatter,
            Style::Persistence => DensityMode::Persistence { fade_secs: FADE_SECS },
            _ => DensityMode::Connected,
        };
        let passed = self.last_secs.map_or(0.0, |last| (frame.now_secs - last).max(0.0));
        self.last_secs = Some(frame.now_secs);
        if plot.motion() == FollowMode::Live {
            self.glow_secs += passed;
        }
        let most = frame.most_points;
        let shown = |trace: &Trace, end: u64| end.saturating_sub(most).max(trace.start())..end;
        let few = frame.options.most_markers as u64;
        let is_fading = matches!(mode, DensityMode::Persistence { .. });
        if !is_fading && self.grid.is_none() {
            let drawn = with_trace(plot, stream, |trace, end| {
                let positions = shown(trace, end);
                let is_few = positions.end.saturating_sub(positions.start) <= few;
                if is_few {
                    drawing.curve(canvas, trace, std::iter::once(positions), pen);
                }
                is_few
            });
            if drawn != Some(false) {
                return false;
            }
        }
        let is_done = self.count(plot, stream, canvas, mode, frame);
        let visible = self.grid.as_ref().filter(|_| is_done).and_then(DensityGrid::visible);
        if let Some(visible) = visible {
            self.was_few = true;
            self.whole = None;
            with_trace(plot, stream, |trace, _| drawing.curve(canvas, trace, visible.iter().cloned(), pen));
            return false;
        }
        let is_settled = self.expose(mode, passed, pen.colour, frame);
        if let Some(colours) = &self.colours {
            let shape = Shape::Density { levels: Arc::clone(&self.levels), colours: Arc::clone(colours) };
            drawing.layers.push(Layer { colour: [1.0; 4], width_px: 1.0, shape });
        }
        if is_fading {
            // Where it is now: strokes of a point at rest are nowhere else.
            let newest = with_trace(plot, stream, newest_place).flatten();
            let at = newest.map(|[x, y]| [canvas.x_px(x), canvas.y_px(y)]);
            drawing.specks(canvas, pen, at.map(|at| at.map(to_px)).into_iter().collect());
        }
        let share = self.grid.as_ref().map_or(1.0, DensityGrid::share_done);
        drawing.density = Some(DensityNote { points: (!is_fading).then_some(self.points), share });
        let is_glowing = is_fading && self.histogram.iter().any(|cells| *cells > 0);
        !is_done || !is_settled || is_glowing && plot.motion() == FollowMode::Live
    }

    /// Counts, for as long as the frame grants, and brings the levels up to date. Returns whether all is counted.
    fn count(
        &mut self,
        plot: &PlotState,
        stream: &StreamSnapshot,
        canvas: &Canvas,
        mode: DensityMode,
        frame: &DensityFrame<'_>,
    ) -> bool {
        let view = view_of(plot, canvas);
        let few = frame.options.most_markers;
        let few = if self.was_few { few } else { (few as f64 * CALM_SHARE) as usize };
        match &mut self.grid {
            Some(grid) if grid.mode() == mode => {
                if grid.is_done() && *grid.view() != view && self.shown == Some(grid.version()) {
                    self.whole = Some((*grid.view(), self.counted.clone()));
                }
                grid.set_view(view, few);
            }
            grid => *grid = Some(DensityGrid::new(mode, view, few)),
        }
        let Some(grid) = &mut self.grid else { return true };
        grid.set_most(frame.most_points);
        let mut begun = Instant::now();
        let mut is_catching_up = true;
        let secs = self.glow_secs;
        loop {
            let updated = with_trace(plot, stream, |trace, end| {
                let spent = grid.update(trace, end, SLICE, secs);
                (spent, grid.binned().end < end.min(trace.end()))
            });
            let Some((spent, is_behind)) = updated else { break };
            if is_catching_up && !is_behind {
                // The older points have a time of their own, or those of a fast stream would never be counted.
                (is_catching_up, begun) = (false, Instant::now());
            }
            let budget =
                frame.options.budget.map(|budget| if is_catching_up { budget * CATCH_UP } else { budget });
            if spent == 0 || budget.is_some_and(|budget| begun.elapsed() >= budget) {
                break;
            }
        }
        let is_done = grid.is_done();
        let fades = matches!(mode, DensityMode::Persistence { .. });
        let is_few = is_done && grid.visible().is_some();
        if !is_few && (self.shown != Some(grid.version()) || fades) {
            self.shown = Some(grid.version());
            self.was_few = false;
            self.points = grid.points();
            self.take_levels(is_done, reach(mode, canvas));
        }
        is_done
    }

    /// Makes levels of the densities; where not all is counted, the last whole picture goes before it.
    fn take_levels(&mut self, is_done: bool, reach: CellReach) {
        let Some(grid) = &self.grid else { return };
        let view = *grid.view();
        let [width, height] = view.cells();
        if is_done {
            self.whole = None;
        }
        self.counted.clear();
        for row in 0..height {
            grid.row(row, &mut self.row);
            push_levels(&self.row, &mut self.counted);
        }
        if let Some((old, levels)) = &self.whole {
            let is_area = matches!(grid.mode(), DensityMode::Scatter);
            lay_over(&mut self.counted, &view, grid.share_done(), levels, old, is_area);
        }
        // The last frame's scene is gone, so the memory is used again.
        let mut next = Arc::try_unwrap(std::mem::take(&mut self.levels)).unwrap_or_default();
        spread(&self.counted, width, reach, &mut next.levels);
        let mut hasher = DefaultHasher::new();
        self.of.hash(&mut hasher);
        next.id = hasher.finish();
        self.version += 1;
        next.version = self.version;
        next.size = [width as u32, height as u32];
        self.histogram = histogram(&self.counted);
        self.levels = Arc::new(next);
    }

    /// Lets the exposure follow. Returns whether it is there.
    fn expose(&mut self, mode: DensityMode, passed: f64, own: Color32, frame: &DensityFrame<'_>) -> bool {
        let tone = match mode {
            DensityMode::Persistence { .. } => ToneMap::Glow,
            _ => ToneMap::Equalised,
        };
        let passed = if frame.options.budget.is_some() { passed } else { f64::INFINITY };
        let is_settled = self.exposure.follow(&self.histogram, tone, passed);
        let wanted = (frame.choice, own, frame.theme.is_dark);
        if self.ramp.as_ref().is_none_or(|(of, _)| *of != wanted) {
            self.ramp = Some((wanted, Box::new(ramp(frame.choice, rgb(own), frame.theme.palette))));
        }
        let ramp = self.ramp.as_ref().map(|(_, ramp)| ramp);
        self.colours = ramp.map(|ramp| self.exposure.colours(ramp, tone).into());
        is_settled
    }
}

/// Where the newest point before `end` lies that has a place.
fn newest_place(trace: &Trace, end: u64) -> Option<[f64; 2]> {
    /// A break is no longer.
    const LOOK_BACK: u64 = 1024;
    let positions = (end.saturating_sub(LOOK_BACK).max(trace.start())..end).rev();
    positions
        .filter_map(|position| trace.point(position))
        .map(|(x, y)| [x, y])
        .find(|place| place.iter().all(|value| value.is_finite()))
}

/// How far a cell reaches: as far as the point or the line that it stands for.
fn reach(mode: DensityMode, canvas: &Canvas) -> CellReach {
    let radius = |diameter: f64| to_px(canvas.px(diameter / 2.0));
    let of_lone = radius(LEAST);
    match mode {
        DensityMode::Scatter => CellReach { of_all: of_lone, of_lone },
        _ => CellReach { of_all: radius(f64::from(LINE_WIDTH)), of_lone },
    }
}

/// What a frame is drawn with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DensityFrame<'a> {
    pub(crate) options: DensityOptions,
    pub(crate) now_secs: f64,
    pub(crate) choice: Colours,
    pub(crate) theme: &'a Theme,
    /// Only the newest so many points are drawn.
    pub(crate) most_points: u64,
}

/// Calls `f` with the trace of a stream and the end of what the plot shows of it, under the stream's lock.
fn with_trace<R>(plot: &PlotState, stream: &StreamSnapshot, f: impl FnOnce(&Trace, u64) -> R) -> Option<R> {
    let shown = plot.with_points(stream, u64::MAX, |points| match points {
        PlanePoints::Trace(trace, positions) => Some(f(trace, positions.end)),
        PlanePoints::Frames(_) => None,
    });
    shown.flatten()
}

fn view_of(plot: &PlotState, canvas: &Canvas) -> DensityView {
    let (view, scales) = (plot.drawn(), plot.scales());
    let cells = |px: f32| px.round().max(1.0) as usize;
    DensityView {
        x: [view.x.min, view.x.max],
        y: [view.y.min, view.y.max],
        scales: [scales.x, scales.y],
        size: [cells(canvas.rect.w), cells(canvas.rect.h)],
    }
}

/// Lays an old picture over `levels`, which show a `share` of all: where the old one has cells, they are taken, brought
/// to the density that they have at the new cells' size; elsewhere `levels` stay, brought to the density of all.
fn lay_over(
    levels: &mut [u16],
    view: &DensityView,
    share: f64,
    old_levels: &[u16],
    old: &DensityView,
    is_area: bool,
) {
    if old.scales != view.scales {
        return;
    }
    let [width, height] = view.cells();
    let [old_width, old_height] = old.cells();
    let columns = places(view.x, width, old.x, old_width);
    let rows = places([view.y[1], view.y[0]], height, [old.y[1], old.y[0]], old_height);
    let side = |range: [f64; 2], cells: usize| (range[1] - range[0]).abs() / cells as f64;
    let zoom = [side(view.x, width) / side(old.x, old_width), side(view.y, height) / side(old.y, old_height)];
    // Points spread over an area, strokes along a line.
    let shrunk = if is_area { zoom[0] * zoom[1] } else { (zoom[0] * zoom[1]).sqrt() };
    let (for_old, for_new) = (shift(shrunk), shift(1.0 / share.max(1e-9)));
    for (line, row) in levels.chunks_exact_mut(width).zip(&rows) {
        let from = row.and_then(|row| old_levels.get(row * old_width..(row + 1) * old_width));
        for (level, column) in line.iter_mut().zip(&columns) {
            *level = match (from, column) {
                (Some(from), Some(column)) => shifted(from[*column], for_old),
                _ => shifted(*level, for_new),
            };
        }
    }
}

/// By how many levels a density changes with a factor.
fn shift(factor: f64) -> i32 {
    (factor.log2() * LEVELS_OF_DOUBLING).round() as i32
}

fn shifted(level: u16, by: i32) -> u16 {
    if level == 0 { 0 } else { i32::from(level).saturating_add(by).clamp(1, LEVELS as i32 - 1) as u16 }
}

/// For each of `count` cells of a range, the cell of another range that holds its middle.
fn places(range: [f64; 2], count: usize, old: [f64; 2], old_count: usize) -> Vec<Option<usize>> {
    let held: Range<f64> = 0.0..old_count as f64;
    let place = |cell: usize| {
        let at = range[0] + (range[1] - range[0]) * (cell as f64 + 0.5) / count as f64;
        let place = (at - old[0]) / (old[1] - old[0]) * old_count as f64;
        held.contains(&place).then_some(place as usize)
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Scale;

    fn view(x: [f64; 2], y: [f64; 2]) -> DensityView {
        DensityView { x, y, scales: [Scale::Linear; 2], size: [40, 20] }
    }

    fn old() -> (DensityView, Vec<u16>) {
        (view([0.0, 40.0], [0.0, 20.0]), (100..900).collect())
    }

    #[test]
    fn a_panned_picture_keeps_its_cells_and_shows_what_is_new_beside_them() {
        let (old, old_levels) = old();
        let mut levels = vec![500; 800];
        // 5 cells to the right and 3 up; half of all is counted, so that the rest has twice the density.
        lay_over(&mut levels, &view([5.0, 45.0], [3.0, 23.0]), 0.5, &old_levels, &old, true);
        for row in 0..20_usize {
            for column in 0..40 {
                let expected = match (row.checked_sub(3), column + 5) {
                    (Some(row), column) if column < 40 => old_levels[row * 40 + column],
                    _ => 500 + 64,
                };
                assert_eq!(levels[row * 40 + column], expected, "{row}, {column}");
            }
        }
    }

    #[test]
    fn a_zoomed_picture_is_as_dense_as_its_cells_will_be() {
        let (old, old_levels) = old();
        let half = view([10.0, 30.0], [5.0, 15.0]);
        for (is_area, less) in [(true, 2 * 64), (false, 64)] {
            let mut levels = vec![0; 800];
            lay_over(&mut levels, &half, 0.1, &old_levels, &old, is_area);
            for (index, level) in levels.iter().enumerate() {
                let (row, column) = (index / 40, index % 40);
                let from = old_levels[(row / 2 + 5) * 40 + column / 2 + 10];
                assert_eq!(i32::from(*level), (i32::from(from) - less).max(1), "{row}, {column}");
            }
        }
    }

    #[test]
    fn what_shows_nothing_goes_on_to() {
        assert_eq!(shifted(0, 500), 0);
        assert_eq!(shifted(3, -500), 1);
        assert_eq!(usize::from(shifted(2000, i32::MAX)), LEVELS - 1);
        let (old, old_levels) = old();
        let mut levels = vec![7; 800];
        let other = DensityView { scales: [Scale::Log10, Scale::Linear], ..old };
        lay_over(&mut levels, &other, 0.5, &old_levels, &old, true);
        assert_eq!(levels, vec![7; 800], "places of another scale are others");
    }
}
