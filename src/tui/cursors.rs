//! Cursors and triggers over a plot area: their lines and marks, and what the cursors measure.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::axes::cell_of;
use super::colours::Inks;
use super::dots::Dots;
use super::text::{put, width};
use crate::chart::cursors::{CursorAxes, Cursors, Quantity, Report, Which, is_read_at_x, place_of};
use crate::chart::{Axis, AxisNames, PlotState, Reading, StreamSnapshot};

/// Cells of the widest column of numbers that is shown in full.
const WIDEST: u16 = 16;

/// A plot area that is less wide or high has no box.
const LEAST: [u16; 2] = [30, 6];

/// A plot area, what its axes are, and how they are called.
pub(super) struct Ground<'a> {
    pub(super) area: Rect,
    /// The x axis, and the first y axis.
    pub(super) axes: [&'a Axis; 2],
    pub(super) names: &'a AxisNames,
    /// How the values of each member are written.
    pub(super) readings: &'a [Reading],
    pub(super) inks: Inks,
    pub(super) is_ascii: bool,
}

impl Ground<'_> {
    /// Writes the mark of the trigger, and that of its level.
    pub(super) fn write_trigger(&self, buffer: &mut Buffer, plot: &PlotState) {
        if !plot.trigger().is_on() || !plot.can_trigger() {
            return;
        }
        let Some(member) = plot.trigger_member() else { return };
        let (view, area) = (plot.drawn(), self.area);
        let style = Inks::text().fg(self.inks.of(member));
        let [at_sign, level_sign] = if self.is_ascii { ["V", "<"] } else { ["▼", "◀"] };
        let at = plot.trigger().shown().and_then(|at| cell_of(view.x.fraction(at), area.width));
        if let Some(column) = at {
            put(buffer, [area.x + column, area.y], at_sign, style, 1);
        }
        let level = plot.trigger().level().and_then(|level| plot.y_share(member, level));
        let row = level.and_then(|share| cell_of(1.0 - share.clamp(0.0, 1.0), area.height));
        if let Some(row) = row {
            put(buffer, [area.right().saturating_sub(1), area.y + row], level_sign, style, 1);
        }
    }

    /// Writes the line at the x under the pointer, in cells without dots.
    pub(super) fn write_crosshair(&self, buffer: &mut Buffer, dots: &Dots, plot: &PlotState, x: f64) {
        let Some(place) = plot.scales().x.checked_transform(x) else { return };
        let Some(column) = cell_of(plot.drawn().x.fraction(place), self.area.width) else { return };
        self.line(buffer, dots, column, if self.is_ascii { ":" } else { "┊" }, false);
    }

    fn line(&self, buffer: &mut Buffer, dots: &Dots, column: u16, sign: &str, is_strong: bool) {
        let style = if is_strong { Inks::text().add_modifier(Modifier::BOLD) } else { self.inks.faint() };
        for row in 0..self.area.height {
            if !dots.has(usize::from(column), usize::from(row)) {
                put(buffer, [self.area.x + column, self.area.y + row], sign, style, 1);
            }
        }
    }

    /// Writes the cursors of a plot, and in the one where they were touched last what they measure.
    pub(super) fn write_cursors(
        &self,
        buffer: &mut Buffer,
        dots: &Dots,
        cursors: &Cursors,
        plot: &PlotState,
        streams: &[StreamSnapshot],
    ) {
        let Some(pair) = cursors.pair(plot) else { return };
        for which in Which::BOTH {
            let Some(place) = pair.get(which).and_then(|cursor| place_of(plot, cursor.at)) else { continue };
            let Some(column) = cell_of(place[0], self.area.width) else { continue };
            let strong = Inks::text().add_modifier(Modifier::BOLD);
            if is_read_at_x(plot) {
                self.line(buffer, dots, column, if self.is_ascii { "|" } else { "│" }, true);
                put(buffer, [self.area.x + column, self.area.y], which.name(), strong, 1);
            } else if let Some(row) = cell_of(1.0 - place[1], self.area.height) {
                put(buffer, [self.area.x + column, self.area.y + row], which.name(), strong, 1);
            }
        }
        // On a very small screen the box would leave nothing of the plot.
        let has_room = self.area.width >= LEAST[0] && self.area.height >= LEAST[1];
        if !cursors.is_active(plot) || !has_room {
            return;
        }
        let [x_axis, y_axis] = self.axes;
        let axes = CursorAxes {
            x: x_axis.reading(),
            y: y_axis.reading(),
            values: self.readings,
            x_unit: &self.names.x_unit,
            y_unit: &self.names.y_unit,
            said: &|x| x_axis.said(x),
        };
        self.write_report(buffer, plot, &Report::new(plot, pair, streams, axes));
    }

    /// Writes a box with the report into the upper right corner, as much of it as there is room for.
    fn write_report(&self, buffer: &mut Buffer, plot: &PlotState, report: &Report) {
        let names = report.head.iter().map(|(name, _)| *name).chain(report.rows.iter().copied());
        let name = names.map(width).max().unwrap_or(0) + 1;
        let columns: Vec<(Vec<String>, u16)> = report
            .columns
            .iter()
            .map(|column| {
                let cells: Vec<String> = column.cells.iter().map(Quantity::shown).collect();
                let widest = cells.iter().map(|cell| width(cell)).max().unwrap_or(0);
                let widest = widest.max(width(&column.label).min(WIDEST)) + 1;
                (cells, widest)
            })
            .collect();
        let head: Vec<(&str, String)> =
            report.head.iter().map(|(name, quantity)| (*name, quantity.shown())).collect();
        let head_width = head.iter().map(|(_, text)| width(text)).max().unwrap_or(0) + 1;
        let most = self.area.width.saturating_sub(2);
        let mut total = name;
        let shown = columns.iter().take_while(|(_, wide)| {
            total += wide;
            total <= most
        });
        let shown = shown.count();
        let wide = name + columns[..shown].iter().map(|(_, wide)| wide).sum::<u16>().max(head_width);
        let wide = wide.min(most);
        let left = self.area.right().saturating_sub(wide + 1);
        let (mut y, bottom) = (self.area.y, self.area.bottom());
        let (text, faint) = (Inks::text(), self.inks.faint());
        let mut line = |buffer: &mut Buffer, name: &str, cells: &[(String, ratatui::style::Style, u16)]| {
            if y >= bottom {
                return;
            }
            for x in left..left + wide {
                put(buffer, [x, y], " ", text, 1);
            }
            put(buffer, [left, y], name, faint, wide);
            let mut x = left + wide;
            for (cell, style, column) in cells.iter().rev() {
                let own = width(cell).min(*column);
                put(buffer, [x.saturating_sub(own), y], cell, *style, own);
                x = x.saturating_sub(*column);
            }
            y += 1;
        };
        for (name, value) in &head {
            line(buffer, name, &[(value.clone(), text, head_width)]);
        }
        if shown > 0 {
            let labels: Vec<_> = report.columns[..shown]
                .iter()
                .zip(&columns)
                .map(|(column, (_, wide))| {
                    let member = plot.members().get(column.member);
                    let style = member.map_or(text, |member| text.fg(self.inks.of(member)));
                    (column.label.clone(), style, *wide)
                })
                .collect();
            line(buffer, "", &labels);
        }
        for (index, name) in report.rows.iter().enumerate().filter(|_| shown > 0) {
            let cells = columns[..shown].iter();
            let cells: Vec<_> = cells
                .map(|(cells, wide)| (cells.get(index).cloned().unwrap_or_default(), text, *wide))
                .collect();
            line(buffer, name, &cells);
        }
    }
}
