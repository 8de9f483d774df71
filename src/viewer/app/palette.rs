//! The palette: every command by its name, found by typing a part of that or another word for it.

use egui::{Key, Rect, Ui, WidgetInfo, pos2, vec2};

use super::App;
use super::parts::Palette;
use crate::chart::{ALL, Command, Severity, StreamSnapshot, ViewRequest};
use crate::plot::Theme;

/// Width of the palette and height of its list at most, points.
const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 320.0;

/// Something that can be asked for by name.
#[derive(Clone, Debug, PartialEq)]
enum PaletteEntry {
    Run(Command),
    /// Shows or hides a stream in all panels.
    Stream(String),
    /// Chooses a panel.
    Panel(String),
    /// Shows a view.
    View(ViewRequest),
}

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
        let entries = self.found(&palette.text, streams);
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
                    for (i, (name, keys, _)) in entries.iter().enumerate() {
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
            Some((_, _, entry)) => self.run_entry(entry.clone(), ui, streams),
            None if is_left => {}
            None => self.palette = Some(palette),
        }
    }

    /// What fits to a text: name, keys and what it does.
    fn found(&self, text: &str, streams: &[StreamSnapshot]) -> Vec<(String, String, PaletteEntry)> {
        let wanted = text.trim().to_lowercase();
        let commands = ALL.iter().filter(|spec| spec.command != Command::Palette).map(|spec| {
            let name = format!("{}: {}", spec.group, spec.title);
            let misfit = if spec.is_also(&wanted) { Some(0) } else { misfit(text, &name) };
            (misfit, (name, self.keymap.keys_of(spec.command), PaletteEntry::Run(spec.command)))
        });
        let by_name = |entry: (String, String, PaletteEntry)| (misfit(text, &entry.0), entry);
        let panels = self.plots.iter().map(|plot| {
            let title = plot.shown_title();
            (format!("Go to panel {title}"), String::new(), PaletteEntry::Panel(plot.key().to_owned()))
        });
        let streams = streams.iter().map(|stream| {
            let name = &stream.info.meta.name;
            (format!("Show or hide {name}"), String::new(), PaletteEntry::Stream(name.clone()))
        });
        let mut found: Vec<_> = commands
            .chain(panels.map(by_name))
            .chain(streams.map(by_name))
            .filter_map(|(misfit, entry)| Some((misfit?, entry)))
            .collect();
        found.sort_by_key(|(misfit, _)| *misfit);
        // What is a view is hardly meant as a name.
        let view =
            ViewRequest::parse(text).map(|view| (view.title(), String::new(), PaletteEntry::View(view)));
        view.into_iter().chain(found.into_iter().map(|(_, entry)| entry)).collect()
    }

    fn run_entry(&mut self, entry: PaletteEntry, ui: &Ui, streams: &[StreamSnapshot]) {
        match entry {
            PaletteEntry::Run(command) => self.run(command, ui, streams),
            PaletteEntry::Panel(key) => self.plots.show_panel(&key),
            PaletteEntry::View(view) => {
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
            PaletteEntry::Stream(name) => self.plots.iter_mut().for_each(|plot| plot.toggle_named(&name)),
        }
    }
}

/// How badly `text` fits to `name`; `None` if not all of its letters are there in order. Words that hold the text come
/// before names that only have its letters.
fn misfit(text: &str, name: &str) -> Option<usize> {
    /// More than any gaps between letters.
    const SCATTERED: usize = 1 << 16;
    let name = name.to_lowercase();
    let whole = text.trim().to_lowercase();
    if let Some(at) = name.find(&whole) {
        let begins_word = name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        return Some(if begins_word { at.min(8) } else { 16 + at.min(8) });
    }
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut gaps) = (0, 0);
    for letter in text.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        let step = name[at..].iter().position(|c| *c == letter)?;
        gaps += if at == 0 { step.min(8) } else { step };
        at += step + 1;
    }
    Some(SCATTERED + gaps)
}

#[cfg(test)]
mod tests {
    use super::misfit;

    #[test]
    fn letters_in_order_fit_and_those_together_fit_best() {
        assert_eq!(misfit("", "anything"), Some(0));
        assert_eq!(misfit("xq", "Fit x"), None);
        assert!(misfit("fit", "View: Fit all") < misfit("fit", "Follow: …i…t"));
        // A word in the middle comes before letters from the start.
        assert!(misfit("max", "Panels: Maximise") < misfit("max", "Measure: add x"));
        assert!(misfit("ТОК", "ток фазы").is_some());
    }
}
