//! The box with what the cursors of a plot measure: in a corner where it covers little, or where somebody put it. The wheel
//! scrolls to the rows and columns that it has no room for.

use std::ops::Range;

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::super::super::theme::{SMALL, Theme, digits, elided, font};
use super::super::crosshair::Ground;
use super::{BoxPlace, CursorBoxes};
use crate::chart::cursors::{CursorSettings, Quantity, Report};
use crate::chart::{PlotState, StreamSnapshot, interpolation_of, told_apart};
use crate::store::{Data, lock};

/// Height of a row, points.
const ROW: f32 = 16.0;
/// Room around the text, points.
const PADDING: f32 = 8.0;
/// Distance from the edges of the plot, points; at the top the handles of the cursors lie.
const MARGIN: f32 = 8.0;
const TOP: f32 = 24.0;
/// Width of the names of the rows, in digits.
const NAME: f32 = 10.0;
/// Width of a number with its prefix, in digits; the unit comes on top.
const NUMBER: f32 = 10.0;
/// Width of x, in digits.
const PLACE: f32 = 20.0;
/// Width of the buttons, points.
const BUTTONS: f32 = 106.0;
/// Share of the plot's width that the box takes at most, but for one column: the wheel leads to the others.
const MOST_SHARE: f32 = 0.55;
/// Columns at most, however wide the plot is.
const MOST_COLUMNS: usize = 12;

const CORNERS: [[f32; 2]; 4] = [[1.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

/// How much of a report there is room for, and which part of it is shown.
struct Shape {
    digit: f32,
    column: f32,
    columns: Range<usize>,
    rows: Range<usize>,
    /// Columns and rows without room.
    left_out: [usize; 2],
    size: egui::Vec2,
}

impl Shape {
    fn new(ui: &Ui, report: &Report, area: Rect, scrolled: [f32; 2]) -> Self {
        let digit = ui.painter().layout_no_wrap("0".to_owned(), digits(SMALL), egui::Color32::WHITE).size().x;
        let cells = || report.columns.iter().flat_map(|column| &column.cells);
        let unit = cells().map(Quantity::unit_width).max().unwrap_or(0);
        // Far from zero, numbers have as many digits as what is visible asks for.
        let longest = cells().map(|cell| cell.shown().chars().count()).max().unwrap_or(0);
        let column = (NUMBER + unit as f32).max(longest as f32 + 2.0) * digit;
        let names = NAME * digit;
        let room = area.size() - vec2(2.0 * (MARGIN + PADDING), TOP + MARGIN + 2.0 * PADDING);
        let across = room.x.min(MOST_SHARE * area.width());
        let columns = (((across - names) / column).max(0.0) as usize).clamp(1, MOST_COLUMNS);
        let columns = columns.min(report.columns.len());
        // Two lines besides: that of the buttons, and the labels of the streams.
        let rows_room = ((room.y / ROW).max(1.0) as usize).saturating_sub(2 + report.head.len());
        let rows = if columns == 0 { 0 } else { report.rows.len().min(rows_room) };
        let width = names + (columns as f32 * column).max(PLACE * digit);
        let lines = 1 + report.head.len() + if rows > 0 { 1 + rows } else { 0 };
        let size = vec2(width, lines as f32 * ROW) + vec2(2.0 * PADDING, 2.0 * PADDING);
        let left_out = [report.columns.len() - columns, if rows > 0 { report.rows.len() - rows } else { 0 }];
        let from = |axis: usize| (scrolled[axis].max(0.0) as usize).min(left_out[axis]);
        Self {
            digit,
            column,
            columns: from(0)..from(0) + columns,
            rows: from(1)..from(1) + rows,
            left_out,
            size: size.min(area.size()),
        }
    }
}

impl CursorBoxes {
    /// Shows what the cursors of a plot measure, if they are to be shown.
    pub(super) fn show_table(
        &mut self,
        ui: &Ui,
        ground: &Ground<'_>,
        settings: &mut CursorSettings,
        (plot, streams): (&PlotState, &[StreamSnapshot]),
        report: &Report,
    ) {
        let Ground { area, theme, .. } = *ground;
        let scrolled = self.scrolled.get(plot.key()).copied().unwrap_or_default();
        let shape = Shape::new(ui, report, area, scrolled);
        // Where there is no room for as much as the x, the legend has to do.
        if shape.size.x >= area.width() || shape.size.y + TOP >= area.height() {
            return;
        }
        let room = area.size() - shape.size - vec2(2.0 * MARGIN, TOP + MARGIN);
        let origin = area.min + vec2(MARGIN, TOP);
        let at = |share: [f32; 2]| origin + vec2(room.x.max(0.0) * share[0], room.y.max(0.0) * share[1]);
        let key = plot.key().to_owned();
        let place = *self.places.entry(key).or_insert_with(|| {
            let covered =
                |share: [f32; 2]| covered(plot, streams, Rect::from_min_size(at(share), shape.size), area);
            let least = CORNERS.into_iter().min_by(|a, b| covered(*a).total_cmp(&covered(*b)));
            BoxPlace { share: least.unwrap_or(CORNERS[0]) }
        });
        let rect = Rect::from_min_size(at(place.share).round(), shape.size);
        let response = ui.interact(rect, id_of(ui, plot), Sense::click_and_drag());
        if response.contains_pointer() {
            self.scrolled.insert(plot.key().to_owned(), scroll(ui, scrolled, shape.left_out));
        }
        let said = report.text();
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Table, true, &said));
        if response.dragged() {
            let moved = rect.min + response.drag_delta() - origin;
            let part = |moved: f32, room: f32| if room > 0.0 { (moved / room).clamp(0.0, 1.0) } else { 0.0 };
            let shares = [part(moved.x, room.x), part(moved.y, room.y)];
            self.places.insert(plot.key().to_owned(), BoxPlace { share: shares });
        }
        response.on_hover_cursor(egui::CursorIcon::Grab);
        ui.painter().rect(rect, 5.0, theme.raised, (1.0, theme.border), egui::StrokeKind::Inside);
        paint(ui, rect.shrink(PADDING), plot, report, &shape, theme);
        buttons(ui, rect, settings, plot, &said, theme);
    }

    /// Whether the pointer is over the box of a plot, which takes the wheel then.
    pub(crate) fn has_pointer(ui: &Ui, plot: &PlotState) -> bool {
        ui.ctx().read_response(id_of(ui, plot)).is_some_and(|response| response.contains_pointer())
    }
}

fn id_of(ui: &Ui, plot: &PlotState) -> egui::Id {
    ui.scope_id().with((plot.key(), "cursor table"))
}

/// What the wheel leaves scrolled, in columns and rows: it moves the rows if some are left out, and the columns with Shift or
/// if no row is.
fn scroll(ui: &Ui, from: [f32; 2], left_out: [usize; 2]) -> [f32; 2] {
    let mut to = from;
    ui.input(|i| {
        for event in &i.events {
            let egui::Event::MouseWheel { unit, delta, modifiers, .. } = event else { continue };
            let delta = match unit {
                egui::MouseWheelUnit::Point => *delta / ROW,
                egui::MouseWheelUnit::Line | egui::MouseWheelUnit::Page => *delta,
            };
            let upright = usize::from(!modifiers.shift && left_out[1] > 0);
            to[upright] -= delta.y;
            to[0] -= delta.x;
        }
    });
    [0, 1].map(|axis| to[axis].clamp(0.0, left_out[axis] as f32))
}

fn buttons(ui: &Ui, rect: Rect, settings: &mut CursorSettings, plot: &PlotState, text: &str, theme: &Theme) {
    let row = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + ROW + PADDING));
    let right = rect.right() - 4.0;
    let close = Rect::from_center_size(pos2(right - 10.0, row.center().y), vec2(18.0, 18.0));
    let copy = Rect::from_center_size(pos2(close.left() - 22.0, row.center().y), vec2(40.0, 18.0));
    let dock = Rect::from_center_size(pos2(copy.left() - 22.0, row.center().y), vec2(40.0, 18.0));
    for (rect, face, label, hint) in [
        (dock, "Dock", "dock what the cursors measure", "Shows the values of all panels beside the plots"),
        (copy, "Copy", "copy what the cursors measure", "Copies all digits as text (Ctrl+C)"),
        (close, "×", "hide what the cursors measure", "Shown again from the plot's menu"),
    ] {
        let id = ui.scope_id().with((plot.key(), "cursor table", face));
        let response = ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, label));
        let is_lit = response.hovered() || response.has_focus();
        let colour = if is_lit { theme.text_strong } else { theme.text_faint };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, face, font(SMALL), colour);
        if response.clicked() && face == "Copy" {
            ui.ctx().copy_text(text.to_owned());
        } else if response.clicked() && face == "Dock" {
            settings.docked = true;
        } else if response.clicked() {
            settings.statistics = false;
        }
        response.on_hover_text(hint);
    }
}

fn paint(ui: &Ui, inner: Rect, plot: &PlotState, report: &Report, shape: &Shape, theme: &Theme) {
    let painter = ui.painter().with_clip_rect(inner.expand(2.0).intersect(ui.clip_rect()));
    let text = |at: egui::Pos2, align, text: &str, font, colour| {
        painter.text(at, align, text, font, colour);
    };
    let mut y = inner.top() + ROW / 2.0;
    let title = match shape.left_out {
        [0, 0] => "Cursors",
        [_, 0] | [0, _] => "Cursors · wheel: more",
        _ => "Cursors · (Shift+)wheel: more",
    };
    let title = elided(&painter, title, font(SMALL), theme.text_faint, inner.width() - BUTTONS);
    painter.galley(pos2(inner.left(), y - title.size().y / 2.0), title, theme.text_faint);
    y += ROW;
    let number_right = inner.left() + (NAME + PLACE) * shape.digit;
    for (name, quantity) in &report.head {
        text(pos2(inner.left(), y), Align2::LEFT_CENTER, name, font(SMALL), theme.text);
        let at = pos2(number_right.min(inner.right()), y);
        text(at, Align2::RIGHT_CENTER, &quantity.shown(), digits(SMALL), theme.text_strong);
        y += ROW;
    }
    if shape.rows.is_empty() {
        return;
    }
    let column_right = |index: usize| inner.left() + NAME * shape.digit + (index + 1) as f32 * shape.column;
    let labels: Vec<&str> = report.columns.iter().map(|column| column.label.as_str()).collect();
    let labels = told_apart(&labels, ((shape.column - 10.0) / shape.digit) as usize);
    let columns = &report.columns[shape.columns.clone()];
    for (index, (column, label)) in columns.iter().zip(&labels[shape.columns.clone()]).enumerate() {
        let colour = theme.colour_of(&plot.members()[column.member]);
        let label = elided(&painter, label, font(SMALL), colour, shape.column - 4.0);
        let at = Align2::RIGHT_CENTER.anchor_size(pos2(column_right(index), y), label.size()).min;
        painter.galley(at, label, colour);
    }
    if shape.left_out[0] > 0 {
        let Range { start, end } = shape.columns;
        let which = format!("{}–{end} of {}", start + 1, report.columns.len());
        text(pos2(inner.left(), y), Align2::LEFT_CENTER, &which, font(SMALL), theme.text_faint);
    }
    y += ROW;
    for row in shape.rows.clone() {
        text(pos2(inner.left(), y), Align2::LEFT_CENTER, report.rows[row], font(SMALL), theme.text);
        for (index, column) in columns.iter().enumerate() {
            if let Some(cell) = column.cells.get(row) {
                let at = pos2(column_right(index), y);
                text(at, Align2::RIGHT_CENTER, &cell.shown(), digits(SMALL), theme.text_strong);
            }
        }
        y += ROW;
    }
}

/// How much of a box lies over data: of its height, added up over the streams.
fn covered(plot: &PlotState, streams: &[StreamSnapshot], rect: Rect, area: Rect) -> f64 {
    if !plot.kind().is_over_time() {
        return 0.0;
    }
    let [x0, x1] = [rect.left(), rect.right()]
        .map(|x| plot.values_at([f64::from((x - area.left()) / area.width()), 0.0])[0]);
    let share = |(member, stream): (&crate::chart::Member, &StreamSnapshot)| {
        let scales = plot.scales_on(member.axis);
        let state = lock(&stream.shared);
        let Data::Trace(trace) = &state.data else { return None };
        let interpolation = interpolation_of(stream.style);
        let (lo, hi) = trace.y_bounds(x0, x1, interpolation, scales.x, scales.y)?;
        let down = |share: f64| area.bottom() - share.clamp(-1.0, 2.0) as f32 * area.height();
        let (a, b) = (down(plot.y_share(member, lo)?), down(plot.y_share(member, hi)?));
        let overlap = rect.bottom().min(a.max(b)) - rect.top().max(a.min(b));
        Some(f64::from(overlap.max(0.0)))
    };
    plot.shown(streams).filter_map(share).sum()
}
