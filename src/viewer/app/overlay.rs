//! The list of keys.

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::chart::{ALL, Keymap, MARKS, POINTER};
use crate::plot::{BODY, SMALL, Theme, font};

/// Height of a row, points.
const ROW: f32 = 20.0;

/// Paints the list of keys over the plots.
pub(super) fn list_of_keys(ui: &Ui, window: Rect, keymap: &Keymap, theme: &Theme) {
    let mut rows: Vec<(String, &str, bool)> = Vec::new();
    let mut group = "";
    for spec in ALL {
        if spec.group != group {
            group = spec.group;
            rows.push((group.to_owned(), "", true));
        }
        rows.push((keymap.keys_of(spec.command), spec.title, false));
    }
    rows.push(("Pointer".to_owned(), "", true));
    rows.extend(POINTER.iter().map(|(key, what)| ((*key).to_owned(), *what, false)));
    rows.push(("Marks".to_owned(), "", true));
    rows.extend(MARKS.iter().map(|(mark, what)| ((*mark).to_owned(), *what, false)));
    let columns = 3;
    let per_column = rows.len().div_ceil(columns);
    let size = vec2(960.0, per_column as f32 * ROW + 32.0);
    let rect = Rect::from_center_size(window.center(), size).intersect(window);
    let layer = egui::LayerId::new(egui::Order::Foreground, ui.scope_id().with("list of keys"));
    let painter = ui.ctx().layer_painter(layer).with_clip_rect(rect);
    painter.rect(rect, 8.0, theme.raised, (1.0, theme.border), egui::StrokeKind::Inside);
    let said: Vec<String> = rows.iter().map(|(key, what, _)| format!("{key} {what}")).collect();
    let response = ui.interact(rect, ui.scope_id().with("list of keys"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Label, true, said.join(", ")));
    let width = rect.width() / columns as f32;
    for (i, (key, what, is_head)) in rows.iter().enumerate() {
        let left = rect.left() + (i / per_column) as f32 * width;
        let y = rect.top() + 26.0 + (i % per_column) as f32 * ROW;
        if *is_head {
            painter.text(pos2(left + 20.0, y), Align2::LEFT_CENTER, key, font(SMALL), theme.text_faint);
        } else {
            painter.text(pos2(left + 120.0, y), Align2::RIGHT_CENTER, key, font(BODY), theme.text_strong);
            painter.text(pos2(left + 132.0, y), Align2::LEFT_CENTER, what, font(BODY), theme.text);
        }
    }
}
