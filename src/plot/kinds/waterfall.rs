//! Waterfalls: rows of colours, and the bar that tells what the colours stand for.

use std::sync::Arc;

use egui::{Align2, Mesh, Painter, Rect, Shape as Paint, Ui, pos2, vec2};

use super::super::cache::PanelCache;
use super::super::canvas::Canvas;
use super::super::frame::FrameContext;
use super::super::scene::Drawing;
use super::super::theme::{SMALL, Theme, faded, font, srgba};
use super::painter::{KindPainter, LegendValue, PointedAt, Subject};
use crate::chart::{
    self, Axis, AxisNames, ColourMap, PlotState, Reading, StreamSnapshot, bar_labels, row_px,
};
use crate::render::{Layer, Row, Rows, Shape};

/// Width of the strip with the bar of colours right of the plot area, points.
const BAR_STRIP: f32 = 64.0;
/// A plot that is less wide has no bar of colours, points.
const LEAST_BARRED: f32 = 240.0;
/// Width of the bar, and its distance from the plot area, points.
const BAR: f32 = 12.0;
const BAR_GAP: f32 = 10.0;

/// Waterfalls.
pub(super) struct Waterfall;

impl KindPainter for Waterfall {
    fn draw(&self, drawing: &mut Drawing, _cache: &mut PanelCache, of: &Subject<'_>) -> bool {
        for (member, _) in of.shown() {
            drawing.is_decimated = true;
            let colours = member.colours.unwrap_or(of.options().colours).table();
            drawing.layers.extend(layer(of.plot.waterfall(), of.canvas, of.frame.theme, colours));
        }
        false
    }

    fn y_axis(&self, plot: &PlotState, _axis: usize, length: f32, names: &AxisNames) -> Axis {
        let y = plot.drawn().y;
        if plot.waterfall().is_over_time() {
            Axis::y_time(y, length)
        } else {
            Axis::y(y, plot.scales().y, length, &names.y_unit)
        }
    }

    fn reading(&self, plot: &PlotState, _y_axis: &Axis, length: f32) -> Reading {
        plot.waterfall().reading(length)
    }

    fn legend_value(&self, plot: &PlotState, _stream: &StreamSnapshot, at: PointedAt) -> LegendValue {
        let value = at.place.and_then(|place| plot.waterfall().value_at(place));
        value.map_or(LegendValue::Nothing, LegendValue::Value)
    }

    fn side_width(&self, plot_width: f32) -> f32 {
        if plot_width < LEAST_BARRED { 0.0 } else { BAR_STRIP }
    }

    fn paint_side(&self, ui: &Ui, area: Rect, plot: &PlotState, frame: FrameContext<'_>, names: &AxisNames) {
        let colours = plot.members().first().and_then(|member| member.colours);
        let colours = colours.unwrap_or(frame.options.colours).table();
        paint_bar(plot.waterfall(), ui.painter(), area, &names.value_unit, frame.theme, colours);
    }
}

/// What is seen of it.
fn layer(waterfall: &chart::Waterfall, canvas: &Canvas, theme: &Theme, colours: ColourMap) -> Option<Layer> {
    let range = waterfall.range()?;
    let row = |(number, values): (i64, Option<Option<&Arc<[f32]>>>)| match values {
        Some(Some(values)) => Row::Values { number, values: Arc::clone(values) },
        Some(None) => Row::Missing,
        None => Row::Nothing,
    };
    let rows = Rows {
        corner_px: [canvas.rect.x, canvas.rect.y],
        columns: canvas.grid.count,
        row_px: row_px(canvas.grid.count, canvas.rect.h as usize) as u32,
        rows: waterfall.seen_rows().map(row).collect(),
        range: [range.min as f32, range.max as f32],
        colours,
    };
    Some(Layer { colour: srgba(faded(theme.bad, 0.32)), width_px: 0.0, shape: Shape::Rows(rows) })
}

/// Paints the bar of colours right of `area`, with the values they stand for.
fn paint_bar(
    waterfall: &chart::Waterfall,
    painter: &Painter,
    area: Rect,
    unit: &str,
    theme: &Theme,
    colours: ColourMap,
) {
    let Some(range) = waterfall.value_range() else { return };
    let left = area.right() + BAR_GAP;
    let bar = Rect::from_min_max(pos2(left, area.top()), pos2(left + BAR, area.bottom()));
    painter.add(Paint::mesh(gradient(bar, colours)));
    painter.rect_stroke(bar, 0.0, (1.0, theme.border), egui::StrokeKind::Outside);
    let (ticks, labels) = bar_labels(range, bar.height());
    for value in ticks.values() {
        let y = painter.round_to_pixel_center(bar.bottom() - range.fraction(value) as f32 * bar.height());
        painter.hline(bar.right()..=bar.right() + 4.0, y, (1.0, theme.border));
        let at = pos2(bar.right() + 8.0, y);
        painter.text(at, Align2::LEFT_CENTER, labels.label(value), font(SMALL), theme.text);
    }
    let unit = labels.prefix().before(unit);
    let at = pos2(bar.center().x, bar.top() - 5.0);
    painter.text(at, Align2::CENTER_BOTTOM, unit, font(SMALL), theme.text_faint);
}
fn gradient(bar: Rect, colours: ColourMap) -> Mesh {
    let mut mesh = Mesh::default();
    let table = colours.table();
    for (index, [r, g, b, _]) in (0u32..).zip(table) {
        let y = bar.bottom() - bar.height() * index as f32 / (table.len() - 1) as f32;
        let colour = egui::Color32::from_rgb(r, g, b);
        mesh.colored_vertex(pos2(bar.left(), y), colour);
        mesh.colored_vertex(pos2(bar.left(), y) + vec2(bar.width(), 0.0), colour);
        if let Some(below) = index.checked_sub(1) {
            let (a, b) = (2 * below, 2 * index);
            mesh.add_triangle(a, a + 1, b);
            mesh.add_triangle(a + 1, b, b + 1);
        }
    }
    mesh
}
