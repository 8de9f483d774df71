//! The bar above the plots: what they are of, what draws them, and how much they remember.

use egui::{Align2, Color32, Rect, Sense, Ui, WidgetInfo, pos2};

use super::parts::Purpose;
use super::{App, MARGIN};
use crate::chart::format;
use crate::plot::{BODY, SMALL, Theme, badges, elided, font};

/// Room that the title keeps where it is narrow, points.
const LEAST_TITLE: f32 = 60.0;
/// Room between two remarks on the viewer's own work, points.
const STATUS_GAP: f32 = 18.0;

impl App {
    pub(super) fn title_bar(&mut self, ui: &Ui, bar: Rect, theme: &Theme) {
        let painter = ui.painter();
        let y = bar.center().y + 1.0;
        let mut right = bar.right() - MARGIN - 2.0;
        let left = bar.left() + MARGIN + 2.0;
        if self.purpose == Purpose::Figure {
            self.paint_title(ui, left, right, y, theme);
            return;
        }
        let keys = Rect::from_min_max(pos2(right - 44.0, bar.top() + 6.0), pos2(right, bar.bottom() - 4.0));
        let response = ui.interact(keys, ui.scope_id().with("keys"), Sense::click());
        response
            .widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Keyboard shortcuts"));
        let colour = if response.hovered() { theme.text_strong } else { theme.text_faint };
        painter.text(pos2(right, y), Align2::RIGHT_CENTER, "? keys", font(SMALL), colour);
        if response.clicked() {
            self.switches.shows_keys = !self.switches.shows_keys;
        }
        right = keys.left() - 14.0;
        let room = right - left - LEAST_TITLE;
        for (text, colour) in self.status(ui, room, theme) {
            let galley = ui.painter().layout_no_wrap(text.clone(), font(SMALL), colour);
            right -= galley.size().x;
            let at = pos2(right, y - galley.size().y / 2.0);
            let response = ui.interact(
                Rect::from_min_size(at, galley.size()),
                ui.scope_id().with(("status", text.split(' ').next())),
                Sense::hover(),
            );
            response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Label, true, &text));
            ui.painter().galley(at, galley, colour);
            right -= STATUS_GAP;
        }
        let mut badges = self.host.badges();
        badges.extend(self.waiting_badge(ui, right - left - LEAST_TITLE));
        if !badges.is_empty() {
            let row =
                Rect::from_min_max(pos2(left + LEAST_TITLE, bar.top()), pos2(right, bar.bottom() + 2.0));
            right = badges::paint(ui, row, "window", &badges, theme).0 - 6.0;
        }
        right = self.offer(ui, bar, right, theme);
        self.paint_title(ui, left, right, y, theme);
    }

    fn paint_title(&self, ui: &Ui, left: f32, right: f32, y: f32, theme: &Theme) {
        let painter = ui.painter();
        let title = elided(painter, &self.title(), font(BODY + 2.0), theme.text_strong, right - left);
        painter.galley(pos2(left, y - title.size().y / 2.0), title, theme.text_strong);
    }

    /// What the bar says of the viewer's own work, from right to left, as far as there is room: where it is narrow the
    /// time of a frame goes first; that no GPU draws is said as long as there is any room.
    fn status(&self, ui: &Ui, room: f32, theme: &Theme) -> Vec<(String, Color32)> {
        let width = |text: &str| {
            ui.painter().layout_no_wrap(text.to_owned(), font(SMALL), theme.text).size().x + STATUS_GAP
        };
        let (gpu, short_gpu, tone) = match &self.adapter {
            Some((name, true)) => {
                (format!("software GPU · {}", short_adapter(name)), "software GPU", theme.warn)
            }
            Some((name, false)) => (short_adapter(name).to_owned(), "", theme.text_faint),
            None => (String::new(), "", theme.text_faint),
        };
        let (used, budget) = self.store.memory();
        let history = match (used, budget) {
            (0, _) => String::new(),
            (used, 0) => format!("history {}", format::bytes(used)),
            (used, budget) => format!("history {} of {}", format::bytes(used), format::bytes(budget)),
        };
        let ingest = self.ingest_hz.map_or_else(String::new, |hz| format!("ingest {}", format::rate(hz)));
        let frame = self.host.frame_ms.map_or_else(String::new, |ms| format!("frame {ms:.0} ms"));
        let mut left = room;
        let mut shown = Vec::new();
        let gpu = if width(&gpu) <= left { gpu } else { short_gpu.to_owned() };
        // In the order of importance; shown in the order of the places.
        for (place, text, tone) in [
            (3, gpu, tone),
            (0, history, theme.text_faint),
            (1, ingest, theme.text_faint),
            (2, frame, theme.text_faint),
        ] {
            let needed = width(&text);
            if !text.is_empty() && (needed <= left || place == 3 && needed <= left + LEAST_TITLE) {
                left -= needed;
                shown.push((place, text, tone));
            }
        }
        shown.sort_by_key(|(place, ..)| *place);
        shown.into_iter().map(|(_, text, tone)| (text, tone)).collect()
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
