//! Plots over time: traces, what they lost, and states that hold.

use super::super::cache::PanelCache;
use super::super::canvas::{Canvas, Pen};
use super::super::polyline::Polyline;
use super::super::scene::{Drawing, layer};
use super::super::theme::faded;
use super::painter::{KindPainter, LegendValue, PointedAt, Subject};
use crate::chart::{Axis, AxisNames, PlotState, StreamSnapshot, value_of};
use crate::render::Shape;
use crate::store::{Data, lock};

/// What the columns of the traces of a plot may cost in a frame: about a hundredth of a second.
const MOST_VISITS: u64 = 1 << 18;
/// A dash and a gap where a state holds, points.
const HELD_PX: [f64; 2] = [4.0, 5.0];
/// Width of a line there, of what it is otherwise.
const HELD_WIDTH: f32 = 0.75;

/// Plots over time.
pub(super) struct Time;

impl KindPainter for Time {
    fn draw(&self, drawing: &mut Drawing, cache: &mut PanelCache, of: &Subject<'_>) -> bool {
        cache.columns.retain(|name, _| of.plot.members().iter().any(|member| member.name == *name));
        // Pictures are drawn in full.
        let stepping = of.shown().filter(|(_, stream)| stream.steps_back > 0).count();
        drawing.most_visits = of.frame.density.budget.map(|_| MOST_VISITS / stepping.max(1) as u64);
        for (member, stream) in of.shown() {
            let state = lock(&stream.shared);
            let Data::Trace(trace) = &state.data else { continue };
            let (pen, canvas) = (of.pen(member), &of.canvas_of(member));
            drawing.losses(canvas, trace, faded(of.frame.theme.bad, 0.32));
            let columns = cache.columns.entry(member.name.clone()).or_default();
            drawing.trace(canvas, trace, pen, columns);
            drawing.count_left_out(canvas, trace);
            if let Some((until, (from, y))) = stream.held_until.zip(stream.newest) {
                drawing.held(canvas, [from, until], y, pen);
            }
        }
        drawing.sweeps.missing > 0.0
    }

    fn x_axis(&self, plot: &PlotState, length: f32, names: &AxisNames) -> Axis {
        Axis::x_time(plot.x_on_axis(), plot.scales().x, length, &names.time)
    }

    fn legend_value(&self, _plot: &PlotState, stream: &StreamSnapshot, at: PointedAt) -> LegendValue {
        value_of(stream, at.x).map_or(LegendValue::Missing, |(_, y)| LegendValue::Value(y))
    }
}

impl Drawing {
    /// Draws how a state holds: its value from its last sample, which nothing is measured after, up to some x.
    pub(crate) fn held(&mut self, canvas: &Canvas, [from, to]: [f64; 2], y: f64, pen: Pen) {
        let [from_px, to_px, y_px] = [canvas.x_px(from), canvas.x_px(to), canvas.y_px(y)];
        let (left, right) = (f64::from(canvas.rect.x), f64::from(canvas.rect.x + canvas.rect.w));
        let end = to_px.min(right);
        if !(from_px.is_finite() && y_px.is_finite() && from_px < end && end > left) {
            return;
        }
        let period = HELD_PX.iter().sum::<f64>() * f64::from(canvas.pixels_per_point);
        let dash = HELD_PX[0] * f64::from(canvas.pixels_per_point);
        // The dashes go along with the data.
        let first = ((left - from_px) / period).floor().max(0.0);
        let mut line = Polyline::new(canvas);
        let most = ((right - left) / period) as u32 + 2;
        let dashes = (0..most).map(|i| from_px + (first + f64::from(i)) * period);
        let dashes = dashes.take_while(|at| *at < end);
        for at in dashes {
            line.lift();
            line.stroke_px([at, y_px]);
            line.stroke_px([(at + dash).min(end), y_px]);
        }
        let points = line.finish().points;
        let thin = Pen { width: pen.width * HELD_WIDTH, ..pen };
        self.layers.push(layer(canvas, thin, Shape::Segments { points }));
        self.has_held = true;
    }
}
