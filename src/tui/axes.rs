//! The axes of a panel in cells: labels left of the plot area, and below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::colours::Inks;
use super::text::{put, width};
use crate::chart::{Axis, AxisNames, DIGIT_WIDTH, PlotKind, PlotState};

/// Height of a cell in points of a window, so that as many ticks fit as there.
const CELL_HEIGHT: f32 = 16.0;

/// The axes of a plot whose area has so many cells: x, and each y, of which the names are given.
pub(super) fn axes_of(plot: &PlotState, all_names: &[AxisNames], area: Rect) -> (Axis, Vec<Axis>) {
    let names = &all_names[0];
    let length = [f32::from(area.width) * DIGIT_WIDTH, f32::from(area.height) * CELL_HEIGHT];
    let scales = plot.scales();
    let x_axis = if plot.kind() == PlotKind::Time {
        Axis::x_time(plot.x_on_axis(), scales.x, length[0], &names.time)
    } else {
        Axis::x(plot.x_on_axis(), scales.x, length[0], false, &names.x_unit)
    };
    let y_axis = |(at, names): (usize, &AxisNames)| {
        let y = plot.drawn_on(at).y;
        if plot.kind() == PlotKind::Waterfall && plot.waterfall().is_over_time() {
            return Axis::y_time(y, length[1]);
        }
        Axis::y(y, plot.scales_on(at).y, length[1], &names.y_unit)
    };
    (x_axis, all_names.iter().enumerate().map(y_axis).collect())
}

/// Cells of the widest label of an axis.
pub(super) fn widest(axis: &Axis) -> u16 {
    let labelled = axis.ticks().filter(|tick| tick.is_labelled);
    labelled.map(|tick| width(&axis.label(tick.value))).max().unwrap_or(0)
}

/// The row or column of a share of a length, from its beginning.
pub(super) fn cell_of(share: f64, length: u16) -> Option<u16> {
    // What lies on the edge belongs to the last one.
    let is_inside = (0.0..=1.0).contains(&share) && length > 0;
    is_inside.then(|| ((share * f64::from(length)) as u16).min(length - 1))
}

/// Writes the labels of y, which end beside the line of the axis.
pub(super) fn write_y(buffer: &mut Buffer, axis: &Axis, area: Rect, gutter: u16, inks: Inks, is_ascii: bool) {
    let [line, mark] = if is_ascii { ["|", "+"] } else { ["│", "┤"] };
    let at = area.x - 1;
    for y in area.top()..area.bottom() {
        put(buffer, [at, y], line, inks.faint(), 1);
    }
    let mut free_above = area.bottom();
    for tick in axis.ticks() {
        let Some(row) = cell_of(1.0 - tick.place, area.height) else { continue };
        put(buffer, [at, area.y + row], mark, inks.faint(), 1);
        if !tick.is_labelled || area.y + row >= free_above {
            continue;
        }
        free_above = area.y + row;
        let label = axis.label(tick.value);
        let wide = width(&label).min(gutter.saturating_sub(1));
        put(buffer, [at - wide, area.y + row], &label, Inks::text(), wide);
    }
}

/// Writes the labels of another y axis into a strip right of the plot area, and its title below them.
pub(super) fn write_right(
    buffer: &mut Buffer,
    (axis, title): (&Axis, &str),
    [area, strip]: [Rect; 2],
    inks: Inks,
    is_ascii: bool,
) {
    let [line, mark] = if is_ascii { ["|", "+"] } else { ["│", "├"] };
    for y in strip.top()..strip.bottom() {
        put(buffer, [strip.x, y], line, inks.faint(), 1);
    }
    let mut free_above = strip.bottom();
    for tick in axis.ticks() {
        let Some(row) = cell_of(1.0 - tick.place, strip.height) else { continue };
        put(buffer, [strip.x, strip.y + row], mark, inks.faint(), 1);
        if tick.is_labelled && strip.y + row < free_above {
            free_above = strip.y + row;
            put(buffer, [strip.x + 1, strip.y + row], &axis.label(tick.value), Inks::text(), strip.width - 1);
        }
    }
    put(buffer, [strip.x + 1, area.bottom()], title, inks.faint(), strip.width - 1);
}

/// Writes the line of x with its title where there are two rows, and its labels.
pub(super) fn write_x(
    buffer: &mut Buffer,
    axis: &Axis,
    title: &str,
    [area, strip]: [Rect; 2],
    inks: Inks,
    is_ascii: bool,
) {
    let has_line = strip.height >= 2;
    let [line, mark, corner] = if is_ascii { ["-", "+", "+"] } else { ["─", "┬", "└"] };
    if has_line {
        put(buffer, [area.x - 1, strip.y], corner, inks.faint(), 1);
        for x in area.left()..area.right() {
            put(buffer, [x, strip.y], line, inks.faint(), 1);
        }
    }
    let labels = strip.bottom() - 1;
    // A label at the left edge may begin below the labels of y.
    let mut free_from = strip.x.saturating_sub(2);
    for tick in axis.ticks() {
        let Some(column) = cell_of(tick.place, area.width) else { continue };
        if has_line {
            put(buffer, [area.x + column, strip.y], mark, inks.faint(), 1);
        }
        if !tick.is_labelled {
            continue;
        }
        let label = axis.label(tick.value);
        let wide = width(&label);
        let left = (area.x + column).saturating_sub(wide / 2).min(area.right().saturating_sub(wide));
        if left >= free_from && wide <= area.width {
            put(buffer, [left, labels], &label, Inks::text(), wide);
            free_from = left + wide + 1;
        }
    }
    let wide = width(title) + 2;
    if has_line && !title.is_empty() && wide + 4 < area.width {
        put(buffer, [area.right() - wide - 1, strip.y], &format!(" {title} "), inks.faint(), wide);
    }
}

/// Writes the lines of the grid.
pub(super) fn write_grid(buffer: &mut Buffer, axis: &Axis, area: Rect, style: Style, is_ascii: bool) {
    let line = if is_ascii { "." } else { "┈" };
    for tick in axis.ticks().filter(|tick| tick.is_labelled) {
        let Some(row) = cell_of(1.0 - tick.place, area.height) else { continue };
        for x in area.left()..area.right() {
            put(buffer, [x, area.y + row], line, style, 1);
        }
    }
}
