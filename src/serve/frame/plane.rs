//! A curve in the plane: few points as they are, many as how many lie in each cell.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::message::PanelView;
use super::payload::Payload;
use crate::chart::{AutoRange, Interval, StreamSnapshot};
use crate::history::{DensityGrid, DensityMode, DensityView, Interpolation, Sample, Scale, Trace};
use crate::store::{Data, lock};
use crate::stream::Style;

/// Points that are drawn one by one, at most.
const FEW: usize = 8192;
/// Cells across and down, at most: of a larger plot a cell is several pixels wide.
const MOST_CELLS: usize = 1024;
/// Positions that are counted under one lock, and how long a frame may count.
const SLICE: u64 = 1 << 16;
const BUDGET: Duration = Duration::from_millis(6);
/// Seconds in which what is drawn for persistence fades to 1/e.
const FADE_SECS: f64 = 0.7;
/// Least time between two times that an axis shrinks, seconds.
const CALM_SECS: f64 = 1.0;

/// What a panel keeps from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Plane {
    of: Option<(String, u64)>,
    grid: Option<DensityGrid>,
    fitted: [AutoRange; 2],
    begun: Option<Instant>,
}

impl Plane {
    /// Tells what is seen of a stream, and whether that is all.
    pub(super) fn compose(
        &mut self,
        view: &PanelView,
        stream: Option<&StreamSnapshot>,
        out: &mut Payload,
    ) -> (Value, bool) {
        let Some(stream) = stream else { return (json!({ "points": 0 }), true) };
        let of = (stream.info.meta.name.clone(), stream.run);
        if self.of.as_ref() != Some(&of) {
            *self = Self { of: Some(of), ..Self::default() };
        }
        let now_secs = self.begun.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
        let scales = view.log.map(Scale::log_if);
        let [x, y] = self.ranges(view, stream, scales, now_secs);
        let size = view.size.map(|side| {
            let side = side as usize;
            side.div_ceil(side.div_ceil(MOST_CELLS))
        });
        let mode = match stream.style {
            Style::Points => DensityMode::Scatter,
            Style::Persistence => DensityMode::Persistence { fade_secs: FADE_SECS },
            _ => DensityMode::Connected,
        };
        let density = DensityView { x: [x.min, x.max], y: [y.min, y.max], scales, size };
        match &mut self.grid {
            Some(grid) if grid.mode() == mode => grid.set_view(density, FEW),
            grid => *grid = Some(DensityGrid::new(mode, density, FEW)),
        }
        let is_done = self.count(stream, now_secs);
        let values = |range: Interval, scale: Scale| [scale.inverse(range.min), scale.inverse(range.max)];
        let mut told = json!({
            "stream": stream.info.meta.name,
            "x": values(x, scales[0]),
            "y": values(y, scales[1]),
            "size": size,
            "style": stream.style.as_str(),
        });
        let Some(grid) = &self.grid else { return (told, true) };
        if let Some(points) = self.points(stream, [x, y], scales, size) {
            told["points"] = json!(points.len());
            out.floats(points.iter().map(|point| point[0]));
            out.floats(points.iter().map(|point| point[1]));
        } else {
            let (cells, levels, greatest) = cells(grid);
            told["cells"] = json!(cells.len());
            told["greatest"] = json!(greatest);
            told["share"] = json!(grid.share_done());
            told["counted"] = json!(grid.binned().end - grid.binned().start);
            out.integers(cells);
            out.octets(&levels);
        }
        (told, is_done)
    }

    /// The stretches that are shown, in places: those asked for, else what is held.
    fn ranges(
        &mut self,
        view: &PanelView,
        stream: &StreamSnapshot,
        scales: [Scale; 2],
        now_secs: f64,
    ) -> [Interval; 2] {
        let bounds = match &lock(&stream.shared).data {
            Data::Trace(trace) => trace.x_bounds().zip(y_bounds(trace, scales)),
            Data::Frames(_) | Data::Events(_) => None,
        };
        let held = [bounds.map(|bounds| bounds.0), bounds.map(|bounds| bounds.1)];
        let asked = [view.x, view.y];
        std::array::from_fn(|axis| {
            let places = |range: (f64, f64)| scales[axis].transform_range(range);
            match asked[axis].and_then(|[low, high]| places((low, high))) {
                Some((low, high)) => Interval::new(low, high),
                None => self.fitted[axis].update(held[axis].and_then(places), now_secs, CALM_SECS),
            }
        })
    }

    /// Counts what is new for as long as a frame may; whether all is counted.
    fn count(&mut self, stream: &StreamSnapshot, now_secs: f64) -> bool {
        let Some(grid) = &mut self.grid else { return true };
        let begun = Instant::now();
        loop {
            let state = lock(&stream.shared);
            let Data::Trace(trace) = &state.data else { return true };
            let dealt = grid.update(trace, trace.end(), SLICE, now_secs);
            if grid.is_done() || dealt == 0 {
                return true;
            }
            drop(state);
            if begun.elapsed() > BUDGET {
                return false;
            }
        }
    }

    /// Where the points lie, in cells from the upper left, while they are few; NaN lifts the pen.
    fn points(
        &self,
        stream: &StreamSnapshot,
        [x, y]: [Interval; 2],
        scales: [Scale; 2],
        size: [usize; 2],
    ) -> Option<Vec<[f32; 2]>> {
        let visible = self.grid.as_ref().filter(|grid| grid.is_done())?.visible()?;
        let state = lock(&stream.shared);
        let Data::Trace(trace) = &state.data else { return None };
        let mut points = Vec::new();
        for positions in visible {
            points.push([f32::NAN; 2]);
            // The stroke that leads in, and the one that leads out.
            let positions = positions.start.saturating_sub(1)..positions.end + 1;
            trace.for_each(positions, |sample| {
                let Sample::Point { x: at, y: value, .. } = sample else {
                    points.push([f32::NAN; 2]);
                    return;
                };
                let across = x.fraction(scales[0].transform(at)) * size[0] as f64;
                let down = (1.0 - y.fraction(scales[1].transform(value))) * size[1] as f64;
                points.push([across as f32, down as f32]);
            });
        }
        Some(points)
    }
}

fn y_bounds(trace: &Trace, scales: [Scale; 2]) -> Option<(f64, f64)> {
    let (from, to) = trace.x_bounds()?;
    trace.y_bounds(from, to, Interpolation::Line, scales[0], scales[1])
}

/// The cells in which something lies, how much of it as levels from 1 to 255 on a logarithmic scale, and the most of all.
fn cells(grid: &DensityGrid) -> (Vec<u32>, Vec<u8>, f32) {
    let [width, height] = grid.view().cells();
    let (mut row, mut found) = (Vec::new(), Vec::new());
    for number in 0..height {
        grid.row(number, &mut row);
        let of_row = row.iter().enumerate().filter(|(_, density)| **density > 0.0);
        found.extend(of_row.map(|(column, density)| ((number * width + column) as u32, *density)));
    }
    let greatest = found.iter().map(|(_, density)| *density).fold(0.0, f32::max);
    let least = found.iter().map(|(_, density)| *density).fold(f32::INFINITY, f32::min).min(greatest);
    let decades = (greatest / least).ln();
    let level = |density: f32| {
        let share = if decades > 0.0 { (density / least).ln() / decades } else { 1.0 };
        1 + (share.clamp(0.0, 1.0) * 254.0) as u8
    };
    let levels = found.iter().map(|(_, density)| level(*density)).collect();
    (found.into_iter().map(|(cell, _)| cell).collect(), levels, greatest)
}
