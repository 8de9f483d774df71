//! The palette: every command by its name, found by typing a part of that or another word for it.

use egui::{Key, Rect, Ui, WidgetInfo, pos2, vec2};

use super::App;
use super::parts::Palette;
use crate::chart::{Found, Severity, StreamSnapshot, Wish, search};
use crate::plot::Theme;

/// Width of the palette and height of its list at most, points.
const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 320.0;

impl App {
    pub(super) fn toggle_palette(&mut self) {
        self.palette = match self.palette.take() {
            None => Some(Palette::default()),
            Some(_) => None,
        };
    }

    /// Shows the palette, if it is open, and does what is asked for.
    pub(super) fn show_palette(&mut self, ui: &Ui, window: Rect, streams: &[StreamSnapshot], theme: &Theme) {
        let Some(mut palette) = self.palette.take() else { return };
        let entries = search(&palette.text, &self.keymap, self.plots.iter(), streams);
        palette.chosen = palette.chosen.min(entries.len().saturating_sub(1));
        let (up, down, enter, escape) = ui.input_mut(|i| {
            let mut pressed = |key| i.consume_key(egui::Modifiers::NONE, key);
            (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter), pressed(Key::Escape))
        });
        if down {
            palette.chosen = (palette.chosen + 1).min(entries.len().saturating_sub(1));
        }
        if up {
            palette.chosen = palette.chosen.saturating_sub(1);
        }
        let mut run = enter.then_some(palette.chosen);
        let mut is_left = escape;
        let width = WIDTH.min(window.width() - 20.0).max(60.0);
        let at = pos2(window.center().x - width / 2.0, window.top() + 44.0);
        let area =
            egui::Area::new(ui.unique_id().with("palette")).order(egui::Order::Foreground).fixed_pos(at);
        let shown = area.show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(width);
                let field = egui::TextEdit::singleline(&mut palette.text).desired_width(width);
                let field = ui.add(field.hint_text(
                    "A command, a stream, a panel, or a view: 10ms, last 30s, x 3.2..3.4, y -1..1",
                ));
                field.widget_info(|| {
                    WidgetInfo::labeled(egui::accesskit::Role::SearchInput, true, "All commands")
                });
                if !std::mem::replace(&mut palette.is_opened, true) {
                    field.request_focus();
                }
                if field.changed() {
                    palette.chosen = 0;
                }
                let height = HEIGHT.min(window.height() * 0.6);
                egui::ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
                    for (i, Found { name, keys, .. }) in entries.iter().enumerate() {
                        let button =
                            egui::Button::new(name).shortcut_text(keys).selected(i == palette.chosen);
                        let response = ui.add(button.frame_when_inactive(false).min_size(vec2(width, 0.0)));
                        if i == palette.chosen && (up || down) {
                            response.scroll_to_me(None);
                        }
                        if response.clicked() {
                            run = Some(i);
                        }
                    }
                    if entries.is_empty() {
                        ui.colored_label(theme.text_faint, "Nothing is called so");
                    }
                });
            });
        });
        is_left |=
            shown.response.clicked_elsewhere() && palette.is_opened && ui.input(|i| i.pointer.any_click());
        match run.and_then(|i| entries.get(i)) {
            Some(found) => self.run_entry(found.wish.clone(), ui, streams),
            None if is_left => {}
            None => self.palette = Some(palette),
        }
    }

    fn run_entry(&mut self, entry: Wish, ui: &Ui, streams: &[StreamSnapshot]) {
        match entry {
            Wish::Run(command) => self.run(command, ui, streams),
            Wish::Panel(key) => self.plots.show_panel(&key),
            Wish::View(view) => {
                let target = self.meant(ui);
                let labels = self.time.labels;
                let meant = self
                    .plots
                    .iter_mut()
                    .filter(|plot| target.as_deref().is_none_or(|key| plot.key() == key));
                let shown =
                    meant.filter_map(|plot| plot.show_request(&view, labels, streams).then_some(())).count();
                if shown == 0 {
                    self.notices.say(Severity::Warn, format!("No panel can do that: {}", view.title()));
                }
                self.plots.follow_leader();
            }
            Wish::Stream(name) => self.plots.iter_mut().for_each(|plot| plot.toggle_named(&name)),
        }
    }
}
