//! The bar above the plots: what they are of, what draws them, and how much they remember.

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2};

use super::super::badges;
use super::super::format;
use super::super::theme::{BODY, SMALL, Theme, elided, font};
use super::{App, MARGIN};

/// Room that the title keeps where it is narrow, points.
const LEAST_TITLE: f32 = 60.0;

impl App {
    pub(super) fn title_bar(&mut self, ui: &Ui, bar: Rect, theme: &Theme) {
        let painter = ui.painter();
        let y = bar.center().y + 1.0;
        let mut right = bar.right() - MARGIN - 2.0;
        let keys = Rect::from_min_max(pos2(right - 44.0, bar.top() + 6.0), pos2(right, bar.bottom() - 4.0));
        let response = ui.interact(keys, ui.scope_id().with("keys"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, "List of keys"));
        let colour = if response.hovered() { theme.text_strong } else { theme.text_faint };
        painter.text(pos2(right, y), Align2::RIGHT_CENTER, "? keys", font(SMALL), colour);
        if response.clicked() {
            self.shows_keys = !self.shows_keys;
        }
        right = keys.left() - 14.0;
        let (used, budget) = self.store.memory();
        let history = match (used, budget) {
            (0, _) => String::new(),
            (used, 0) => format!("history {}", format::bytes(used)),
            (used, budget) => format!("history {} of {}", format::bytes(used), format::bytes(budget)),
        };
        let (gpu, short_gpu) = match &self.adapter {
            Some((name, true)) => (format!("software GPU · {}", short_adapter(name)), "software GPU"),
            _ => (String::new(), ""),
        };
        let left = bar.left() + MARGIN + 2.0;
        let layout = |text: &str, colour| painter.layout_no_wrap(text.to_owned(), font(SMALL), colour);
        // Where it is narrow the history goes first; that no GPU draws is said as long as there is any room.
        let room = right - left - LEAST_TITLE;
        let history = layout(&history, theme.text_faint);
        let full = layout(&gpu, theme.warn);
        let gpu = if full.size().x <= room { full } else { layout(short_gpu, theme.warn) };
        let has_history = history.size().x + gpu.size().x + 36.0 <= room;
        let has_gpu = gpu.size().x <= right - left;
        for (galley, colour, is_shown) in
            [(history, theme.text_faint, has_history), (gpu, theme.warn, has_gpu)]
        {
            if is_shown && galley.size().x > 0.0 {
                right -= galley.size().x;
                painter.galley(pos2(right, y - galley.size().y / 2.0), galley, colour);
                right -= 18.0;
            }
        }
        let badges = self.host.badges();
        if !badges.is_empty() {
            let row =
                Rect::from_min_max(pos2(left + LEAST_TITLE, bar.top()), pos2(right, bar.bottom() + 2.0));
            right = badges::paint(ui, row, "window", &badges, theme).0 - 6.0;
        }
        right = self.offer(ui, bar, right, theme);
        let painter = ui.painter();
        let title = elided(painter, &self.title(), font(BODY + 2.0), theme.text_strong, right - left);
        painter.galley(pos2(left, y - title.size().y / 2.0), title, theme.text_strong);
    }

    /// Offers streams that are in no panel. Returns where the room for the title ends.
    fn offer(&mut self, ui: &Ui, bar: Rect, right: f32, theme: &Theme) -> f32 {
        let offered = self.plots.offered();
        let text = match offered.as_slice() {
            [] => return right,
            [one] => format!("+ {one}"),
            many => format!("+ {} streams", many.len()),
        };
        let galley = elided(ui.painter(), &text, font(SMALL), theme.text_strong, 160.0);
        let width = galley.size().x + 20.0;
        let rect = Rect::from_min_max(pos2(right - width, bar.top() + 8.0), pos2(right, bar.bottom() - 5.0));
        if rect.left() < bar.left() + LEAST_TITLE {
            return right;
        }
        let response = ui.interact(rect, ui.scope_id().with("offered"), Sense::click());
        let name = format!("Streams in no panel: {}", offered.join(", "));
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name));
        let is_lit = response.hovered() || response.has_focus();
        let ground = if is_lit { theme.border } else { theme.raised };
        ui.painter().rect(rect, 9.0, ground, (1.0, theme.good), egui::StrokeKind::Inside);
        let at = rect.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, theme.text_strong);
        let mut chosen = None;
        egui::Popup::menu(&response).show(|ui| {
            ui.set_min_width(160.0);
            if ui.button("Show all").clicked() {
                chosen = Some(offered.clone());
                ui.close();
            }
            ui.separator();
            egui::ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
                for name in &offered {
                    if ui.button(name).clicked() {
                        chosen = Some(vec![name.clone()]);
                        ui.close();
                    }
                }
            });
        });
        for name in chosen.into_iter().flatten() {
            self.plots.accept(&name, &self.options);
        }
        response.on_hover_text("These streams are in no panel yet");
        rect.left() - 10.0
    }
}

/// `llvmpipe (LLVM 15.0.6, 256 bits)` is `llvmpipe`.
fn short_adapter(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adapter_is_named_shortly() {
        assert_eq!(short_adapter("llvmpipe (LLVM 15.0.6, 256 bits)"), "llvmpipe");
    }
}
