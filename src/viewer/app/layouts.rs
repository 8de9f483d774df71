//! Layouts in the app: taken from a file, put into one, kept by themselves.

use std::path::{Path, PathBuf};

use egui::Ui;

use super::super::badges::Tone;
use super::super::derived::DerivedSpec;
use super::super::layout::{Layout, LayoutError, StreamSettings, ThemeChoice};
use super::super::plot::PlotState;
use super::super::plots::PlotKind;
use super::super::seen::SeenStream;
use super::App;

/// The file that a layout is saved in at first.
const FIRST_NAME: &str = "ringplot-layout.toml";

/// The box that asks for the file of a layout.
#[derive(Clone, Debug)]
pub(super) struct AskedPath {
    is_save: bool,
    path: String,
    error: String,
    is_new: bool,
}

impl App {
    /// The layout that is shown now, with what stands still where it stands.
    pub fn layout(&self) -> Layout {
        self.layout_to_keep(true)
    }

    fn layout_to_keep(&self, has_views: bool) -> Layout {
        let mut layout = Layout { title: self.options.title.clone(), ..Layout::default() };
        layout.theme = self.chosen_dark.map(|is| if is { ThemeChoice::Dark } else { ThemeChoice::Light });
        if self.plots.is_arranged() {
            layout.arrangement = self.plots.arrangement().map(|node| node.text());
        }
        layout.panels = self.plots.iter().map(PlotState::settings).collect();
        if !has_views {
            layout.panels.iter_mut().for_each(|panel| panel.x = None);
        } else {
            layout.markers.clone_from(&self.measuring.markers.settings.markers);
        }
        let styles = self.store.styles();
        let mut names: Vec<&String> = self.plots.looks.keys().chain(styles.iter().map(|(n, _)| n)).collect();
        names.sort();
        names.dedup();
        let settings = names.into_iter().map(|name| {
            let style = styles.iter().find(|(other, _)| other == name).map(|(_, style)| *style);
            StreamSettings::new(name, style, self.plots.looks.get(name).copied().unwrap_or_default())
        });
        layout.streams = settings.collect();
        layout.derived = self.store.derived().list().into_iter().map(|status| status.spec).collect();
        layout
    }

    /// Shows what a layout says from now on.
    pub fn set_layout(&mut self, layout: &Layout) {
        if layout.title.is_some() {
            self.options.title.clone_from(&layout.title);
        }
        if let Some(theme) = layout.theme {
            self.chosen_dark = Some(theme == ThemeChoice::Dark);
        }
        for stream in &layout.streams {
            self.plots.looks.insert(stream.name.clone(), stream.look());
            if let Some(style) = stream.style() {
                self.store.set_style(&stream.name, style);
            }
        }
        self.derive(&layout.derived);
        if !layout.markers.is_empty() {
            self.measuring.markers.settings.markers.clone_from(&layout.markers);
        }
        match layout.node() {
            Some(node) => {
                let panels = layout.panels.iter().map(|settings| {
                    let mut plot = PlotState::new(PlotKind::Time, settings.id.clone(), &self.options);
                    plot.apply(settings.clone());
                    plot
                });
                self.plots.set(panels.collect(), &node);
            }
            None => self.plots.expect(layout.panels.clone()),
        }
    }

    /// Computes what a layout asks for, in place of what has the same name.
    fn derive(&mut self, wanted: &[DerivedSpec]) {
        let derived = self.store.derived();
        for spec in wanted {
            let list = derived.list();
            let old = list.iter().find(|status| status.spec.shown_name() == spec.shown_name());
            if old.is_some_and(|old| old.spec == *spec) {
                continue;
            }
            derived.remove(&spec.shown_name());
            if let Err(error) = derived.add_when_there(spec.clone()) {
                self.notices.say(Tone::Bad, said(&error));
            }
        }
    }

    /// Keeps the layout of each set of streams in `folder`, and takes it from there.
    pub(crate) fn remember_layouts(&mut self, folder: PathBuf) {
        self.remember = Some(super::super::layout::Remember::new(folder));
    }

    /// Takes the layout that was kept for these streams, and keeps the one that is shown.
    pub(super) fn look_after_layout(&mut self, ui: &Ui, streams: &[SeenStream]) {
        let Some(mut remember) = self.remember.take() else { return };
        let edits = self.plots.edits;
        if edits == 0 || !self.plots.is_arranged() {
            let produced = streams.iter().filter(|stream| stream.info.derived.is_none());
            let names = produced.map(|stream| stream.info.meta.name.clone()).collect();
            match remember.recall(names, edits) {
                None => {}
                Some(Ok(layout)) => {
                    self.set_layout(&layout);
                    remember.is_kept(self.plots.edits);
                    if self.plots.is_arranged() {
                        let text = "Arranged as last time; “Arrange by itself again” in Ctrl+P undoes that";
                        self.notices.say(Tone::Quiet, text);
                    }
                    ui.ctx().request_discard("a layout was found");
                }
                Some(Err(error)) => self.notices.say(Tone::Bad, said(&error)),
            }
        }
        match remember.is_due(self.plots.edits, self.now_secs) {
            Ok(false) => {}
            Err(left) => ui.ctx().request_repaint_after(left),
            Ok(true) => {
                let is_default = !self.plots.is_arranged()
                    && self.plots.looks.is_empty()
                    && self.store.derived().list().is_empty();
                let layout = (!is_default).then(|| self.layout_to_keep(false));
                if let Err(error) = remember.keep(layout.as_ref(), self.plots.edits) {
                    self.notices.say(Tone::Bad, said(&error));
                }
            }
        }
        self.remember = Some(remember);
    }

    /// Saves where it was saved before; asks where, the first time.
    pub(super) fn save_layout(&mut self) {
        match self.layout_path.clone() {
            Some(path) => self.write_layout(&path),
            None => self.ask_path(true),
        }
    }

    pub(super) fn ask_path(&mut self, is_save: bool) {
        let path = self.layout_path.as_ref().map_or(FIRST_NAME.into(), |path| path.display().to_string());
        self.asked_path = Some(AskedPath { is_save, path, error: String::new(), is_new: true });
    }

    fn write_layout(&mut self, path: &Path) {
        match self.layout().write(path) {
            Ok(()) => {
                self.layout_path = Some(path.to_owned());
                self.notices.say(Tone::Good, format!("Layout saved in {}", path.display()));
            }
            Err(error) => self.notices.say(Tone::Bad, said(&error)),
        }
    }

    /// Reads a layout and shows it.
    ///
    /// # Errors
    /// As [`Layout::read`]; then nothing changes.
    fn open_layout(&mut self, path: &Path) -> Result<(), LayoutError> {
        let layout = Layout::read(path)?;
        self.set_layout(&layout);
        self.plots.edits += 1;
        self.layout_path = Some(path.to_owned());
        self.notices.say(Tone::Good, format!("Layout {} is shown", path.display()));
        Ok(())
    }

    /// Shows the box that asks for a file, if it is open.
    pub(super) fn show_asked_path(&mut self, ui: &Ui) {
        let Some(mut asked) = self.asked_path.take() else { return };
        let title = if asked.is_save { "Save the layout" } else { "Open a layout" };
        let mut is_open = true;
        let mut answer = None;
        let window = egui::Window::new(title).collapsible(false).resizable(false).open(&mut is_open);
        window.anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO).show(ui.ctx(), |ui| {
            let field = ui.add(egui::TextEdit::singleline(&mut asked.path).desired_width(360.0));
            field.widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, "File of the layout")
            });
            if std::mem::take(&mut asked.is_new) {
                field.request_focus();
            }
            if !asked.error.is_empty() {
                ui.colored_label(ui.visuals().error_fg_color, &asked.error);
            } else if asked.is_save && Path::new(&asked.path).exists() {
                ui.label("This file is there already and will be replaced.");
            }
            let is_entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            ui.horizontal(|ui| {
                let word = if asked.is_save { "Save" } else { "Open" };
                if ui.button(word).clicked() || is_entered {
                    answer = Some(true);
                }
                if ui.button("Cancel").clicked() {
                    answer = Some(false);
                }
            });
        });
        if ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            is_open = false;
        }
        let path = PathBuf::from(asked.path.trim());
        match answer {
            Some(true) if asked.is_save => self.write_layout(&path),
            Some(true) => {
                if let Err(error) = self.open_layout(&path) {
                    asked.error = said(&error);
                    self.asked_path = Some(asked);
                }
            }
            None if is_open => self.asked_path = Some(asked),
            _ => {}
        }
    }
}

/// An error with its causes, in one line.
pub(super) fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
