//! The list of keys.

use egui::{Align2, Frame, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::chart::{ALL, Keymap, MARKS, POINTER};
use crate::plot::{BODY, SMALL, Theme, elided, font};

/// Height of a row, points.
const ROW: f32 = 20.0;
/// Width of a column at least and where there is room, and of the keys in it, points; what is wider is cut.
const COLUMN: f32 = 310.0;
const WIDE_COLUMN: f32 = 400.0;
const KEYS: f32 = 120.0;
/// Room around the list, and around what is in it, points.
const MARGIN: f32 = 8.0;
const PADDING: f32 = 14.0;
const MOST_COLUMNS: usize = 3;

/// A line of the list: what is pressed and what it does, or the head of a group.
enum Row<'a> {
    Head(&'a str),
    Key(String, &'a str),
}

/// Shows the list of keys over the plots: in as many columns as there is room for, and to be scrolled where there is not
/// enough.
pub(super) fn list_of_keys(ui: &Ui, window: Rect, keymap: &Keymap, theme: &Theme) {
    let rows = rows(keymap);
    let most = window.shrink(MARGIN);
    let columns = ((most.width() - 2.0 * PADDING) / COLUMN).floor().clamp(1.0, MOST_COLUMNS as f32) as usize;
    let per_column = rows.len().div_ceil(columns);
    let wanted =
        vec2(columns as f32 * WIDE_COLUMN, per_column as f32 * ROW) + vec2(2.0 * PADDING, 2.0 * PADDING);
    let rect = Rect::from_center_size(window.center(), wanted.min(most.size()));
    let area = egui::Area::new(ui.scope_id().with("list of keys"))
        .order(egui::Order::Foreground)
        .fixed_pos(rect.min)
        .constrain(false);
    let said: Vec<String> = rows
        .iter()
        .map(|row| match row {
            Row::Head(name) => (*name).to_owned(),
            Row::Key(key, what) => format!("{key} {what}"),
        })
        .collect();
    let shown = area.show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme.raised).stroke((1.0, theme.border)).corner_radius(8.0);
        frame.show(ui, |ui| {
            let inner = rect.shrink(PADDING);
            ui.allocate_rect(rect, Sense::hover());
            let mut ui = ui.new_child(UiBuilder::new().max_rect(inner));
            ScrollArea::vertical().auto_shrink(false).show(&mut ui, |ui| {
                let width = ui.available_width() / columns as f32;
                let size = vec2(ui.available_width(), per_column as f32 * ROW);
                let (list, _) = ui.allocate_exact_size(size, Sense::hover());
                for (i, row) in rows.iter().enumerate() {
                    let left = list.left() + (i / per_column) as f32 * width;
                    let y = list.top() + (i % per_column) as f32 * ROW + ROW / 2.0;
                    paint(ui, row, pos2(left, y), width, theme);
                }
            });
        });
    });
    let label = || WidgetInfo::labeled(egui::accesskit::Role::Label, true, said.join(", "));
    shown.response.widget_info(label);
}

fn rows(keymap: &Keymap) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut group = "";
    for spec in ALL {
        if spec.group != group {
            group = spec.group;
            rows.push(Row::Head(group));
        }
        rows.push(Row::Key(keymap.keys_of(spec.command), spec.title));
    }
    rows.push(Row::Head("Pointer"));
    rows.extend(POINTER.iter().map(|(key, what)| Row::Key((*key).to_owned(), what)));
    rows.push(Row::Head("Marks"));
    rows.extend(MARKS.iter().map(|(mark, what)| Row::Key((*mark).to_owned(), what)));
    rows
}

fn paint(ui: &Ui, row: &Row<'_>, at: egui::Pos2, width: f32, theme: &Theme) {
    let painter = ui.painter();
    match row {
        Row::Head(name) => {
            painter.text(at, Align2::LEFT_CENTER, name, font(SMALL), theme.text_faint);
        }
        Row::Key(key, what) => {
            let keys_width = KEYS.min(width * 0.4);
            let key = elided(painter, key, font(BODY), theme.text_strong, keys_width);
            let what_left = keys_width + 12.0;
            let what = elided(painter, what, font(BODY), theme.text, width - what_left - 8.0);
            let key_at = Align2::RIGHT_CENTER.anchor_size(pos2(at.x + keys_width, at.y), key.size()).min;
            painter.galley(key_at, key, theme.text_strong);
            let what_at = Align2::LEFT_CENTER.anchor_size(pos2(at.x + what_left, at.y), what.size()).min;
            painter.galley(what_at, what, theme.text);
        }
    }
}
