//! What a kind of plot tells the panel that shows it: the seam between the two.

use egui::{Rect, Ui};

use super::super::cache::PanelCache;
use super::super::canvas::{Canvas, Pen};
use super::super::frame::FrameContext;
use super::super::scene::Drawing;
use crate::chart::{Axis, AxisNames, Member, Options, PlotState, Reading, StreamSnapshot};

/// How plots of a kind are drawn.
pub(in crate::plot) trait KindPainter {
    /// Puts what the streams show into the scene. Returns whether another frame is wanted though nothing new came.
    fn draw(&self, drawing: &mut Drawing, cache: &mut PanelCache, of: &Subject<'_>) -> bool;

    /// The x axis, `length` points long.
    fn x_axis(&self, plot: &PlotState, length: f32, names: &AxisNames) -> Axis {
        Axis::x(plot.x_on_axis(), plot.scales().x, length, false, &names.x_unit)
    }

    /// The y axis at this place, `length` points long.
    fn y_axis(&self, plot: &PlotState, axis: usize, length: f32, names: &AxisNames) -> Axis {
        Axis::y(plot.drawn_on(axis).y, plot.scales_on(axis).y, length, &names.y_unit)
    }

    /// How values of the streams are written, given the y axis, `length` points long.
    fn reading(&self, _plot: &PlotState, y_axis: &Axis, _length: f32) -> Reading {
        y_axis.reading()
    }

    /// What the legend says of a stream.
    fn legend_value(&self, _plot: &PlotState, _stream: &StreamSnapshot, _at: PointedAt) -> LegendValue {
        LegendValue::Nothing
    }

    /// Room right of the plot area, in a plot of this width, points.
    fn side_width(&self, _plot_width: f32) -> f32 {
        0.0
    }

    /// Paints what lies right of the plot area.
    fn paint_side(
        &self,
        _ui: &Ui,
        _area: Rect,
        _plot: &PlotState,
        _frame: FrameContext<'_>,
        _names: &AxisNames,
    ) {
    }
}

/// What is drawn, and where.
pub(in crate::plot) struct Subject<'a> {
    pub(in crate::plot) plot: &'a PlotState,
    pub(in crate::plot) frame: FrameContext<'a>,
    pub(in crate::plot) canvas: &'a Canvas,
}

impl<'a> Subject<'a> {
    /// The streams that are switched on, from back to front.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&'a Member, &'a StreamSnapshot)> + use<'a> {
        self.plot.drawing_order(self.frame.streams).into_iter()
    }

    pub(super) fn pen(&self, member: &Member) -> Pen {
        let theme = self.frame.theme;
        let (colour, breaks) = (theme.colour_of(member), theme.text_faint);
        Pen { colour, breaks, style: member.style, width: member.width, dash: member.dash }
    }

    /// The canvas with the y axis of a stream.
    pub(super) fn canvas_of(&self, member: &Member) -> Canvas {
        let y_scale = self.plot.scales_on(member.axis).y;
        let view = self.plot.drawn_on(member.axis);
        Canvas { view, y_scale, gain: member.drawn_gain.on(y_scale), ..*self.canvas }
    }

    pub(super) fn options(&self) -> &'a Options {
        self.frame.options
    }
}

/// Where the pointer is, in this plot or at the same x in one that is linked.
#[derive(Clone, Copy, Debug)]
pub(in crate::plot) struct PointedAt {
    pub(in crate::plot) x: Option<f64>,
    /// As shares of the width and height of the plot area, from the lower left.
    pub(in crate::plot) place: Option<[f64; 2]>,
}

/// What a legend says of a stream beside its name.
#[derive(Clone, Copy, Debug)]
pub(in crate::plot) enum LegendValue {
    Nothing,
    /// There is no value where one was looked for.
    Missing,
    Value(f64),
}
