//! Layouts in the app: taken from a file, put into one, kept by themselves.

use std::path::{Path, PathBuf};

use egui::Ui;

use super::super::export_dialog::DIALOG_TOP;
use super::App;
use super::parts::AskedPath;
use crate::chart::{
    Layout, LayoutError, PanelSettings, PlotKind, PlotState, Remember, Severity, StreamSettings,
    StreamSnapshot, ThemeChoice, TimeLabels,
};
use crate::errors::with_causes;
use crate::store::{DerivedSpec, DerivedStatus};

/// The file that a layout is saved in at first.
const FIRST_NAME: &str = "ringplot-layout.toml";

impl App {
    /// The layout that is shown now, with what stands still where it stands.
    pub fn layout(&self) -> Layout {
        let mut layout = self.layout_to_keep();
        let panels = self.plots.iter().map(PlotState::settings);
        layout.panels = panels.collect();
        layout.title = layout.title.or_else(|| self.options.title.clone());
        layout.time = Some(self.time.labels).filter(|time| *time != TimeLabels::default());
        layout.markers.clone_from(&self.measuring.markers.settings.markers);
        layout.derived = self.store.derived().list().into_iter().map(|status| status.spec).collect();
        layout
    }

    /// The same without what belongs to this run alone: where it stands still, markers, and what its options asked for.
    fn layout_to_keep(&self) -> Layout {
        let mut layout = Layout { title: self.layout.title.clone(), ..Layout::default() };
        layout.theme =
            self.theme.chosen_dark.map(|is| if is { ThemeChoice::Dark } else { ThemeChoice::Light });
        let is_asked_for = |time: &TimeLabels| self.options.time == Some(*time);
        layout.time =
            Some(self.time.labels).filter(|time| *time != TimeLabels::default() && !is_asked_for(time));
        if self.plots.is_arranged() {
            layout.arrangement = self.plots.arrangement().map(|node| node.text());
        }
        let panels = self.plots.iter().map(|plot| PanelSettings { x: None, ..plot.settings() });
        layout.panels = panels.collect();
        let looks = self.plots.set.looks.iter();
        layout.streams = looks.map(|(name, look)| StreamSettings::new(name, *look)).collect();
        let derived = self.store.derived().list().into_iter().map(|status| status.spec);
        layout.derived = derived.filter(|spec| !self.layout.given_derived.contains(spec)).collect();
        layout
    }

    /// Shows what a layout says from now on, and nothing else but what the options of this run ask for.
    pub fn set_layout(&mut self, layout: &Layout) {
        self.layout.title.clone_from(&layout.title);
        self.theme.chosen_dark = self.options.dark.or(layout.theme.map(|theme| theme == ThemeChoice::Dark));
        for name in std::mem::take(&mut self.plots.set.looks).keys() {
            self.store.unset_style(name);
        }
        self.time.labels = self.options.time.or(layout.time).unwrap_or_default();
        for stream in &layout.streams {
            let look = stream.look();
            if let Some(style) = look.style {
                self.store.set_style(&stream.name, style);
            }
            self.plots.set.looks.insert(stream.name.clone(), look);
        }
        // What was asked for on the command line comes last, and wins.
        for (name, style) in &self.layout.given_styles {
            self.store.set_style(name, *style);
        }
        self.derive(&layout.derived);
        self.measuring.markers.settings.markers.clone_from(&layout.markers);
        match layout.node() {
            Some(node) => {
                let panels = layout.panels.iter().map(|settings| {
                    let mut plot = PlotState::new(PlotKind::Time, settings.id.clone(), &self.options);
                    plot.apply(settings.clone(), &self.options);
                    plot
                });
                self.plots.set(panels.collect(), &node);
            }
            None => self.plots.expect(layout.panels.clone(), &self.options),
        }
    }

    /// Computes what a layout asks for, and no more what one before it asked for.
    fn derive(&mut self, wanted: &[DerivedSpec]) {
        let derived = self.store.derived();
        for DerivedStatus { spec, .. } in derived.list() {
            if !wanted.contains(&spec) && !self.layout.given_derived.contains(&spec) {
                derived.remove(&spec.shown_name());
            }
        }
        let there = derived.list();
        for spec in wanted.iter().filter(|spec| !there.iter().any(|status| status.spec == **spec)) {
            if let Err(error) = derived.add_when_there(spec.clone()) {
                self.notices.say(Severity::Bad, with_causes(&error));
            }
        }
    }

    /// Keeps the layout of each set of streams in `folder`, and takes it from there.
    pub(crate) fn remember_layouts(&mut self, folder: PathBuf) {
        self.layout.remember = Some(Remember::new(folder));
    }

    /// Takes the layout that was kept for these streams, and keeps the one that is shown.
    pub(super) fn look_after_layout(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        let Some(mut remember) = self.layout.remember.take() else { return };
        let produced = streams.iter().filter(|stream| stream.info.derived.is_none());
        let names = produced.map(|stream| stream.info.meta.name.clone()).collect();
        if remember.follow(names) && !self.plots.is_arranged() {
            match remember.recall() {
                None => {}
                Some(Ok(layout)) => {
                    self.set_layout(&layout);
                    let text = "As last time; “Reset layout” in the palette forgets that";
                    self.notices.say(Severity::Quiet, text);
                    ui.ctx().request_discard("a layout was found");
                }
                Some(Err(error)) => self.notices.say(Severity::Bad, with_causes(&error)),
            }
        }
        // Only a hand changes what is kept.
        let is_touched = ui.input(|i| !i.events.is_empty());
        if let Some(left) = remember.wait(is_touched, self.last.now_secs) {
            ui.ctx().request_repaint_after(left);
        }
        self.layout.remember = Some(remember);
    }

    /// Notes what is shown of these streams before anybody changed it, and writes what was changed a moment ago.
    pub(super) fn keep_layout(&mut self) {
        let Some(mut remember) = self.layout.remember.take() else { return };
        if remember.wants_text() {
            let layout = self.layout_to_keep();
            if let Err(error) = remember.keep(&layout) {
                self.notices.say(Severity::Bad, with_causes(&error));
            }
        }
        self.layout.remember = Some(remember);
    }

    /// Writes what was changed at once: the window closes.
    pub(crate) fn flush_layout(&mut self) {
        if let Some(remember) = &mut self.layout.remember {
            remember.hurry();
        }
        self.keep_layout();
    }

    /// Saves where it was saved before; asks where, the first time.
    pub(super) fn save_layout(&mut self) {
        match self.layout.path.clone() {
            Some(path) => self.write_layout(&path),
            None => self.ask_path(true),
        }
    }

    pub(super) fn ask_path(&mut self, is_save: bool) {
        let path = self.layout.path.as_ref().map_or(FIRST_NAME.into(), |path| path.display().to_string());
        self.layout.asked_path = Some(AskedPath { is_save, path, error: String::new(), is_new: true });
    }

    fn write_layout(&mut self, path: &Path) {
        match self.layout().write(path) {
            Ok(()) => {
                self.layout.path = Some(path.to_owned());
                self.notices.say(Severity::Good, format!("Layout saved in {}", path.display()));
            }
            Err(error) => self.notices.say(Severity::Bad, with_causes(&error)),
        }
    }

    /// Reads a layout and shows it.
    ///
    /// # Errors
    /// As [`Layout::read`]; then nothing changes.
    fn open_layout(&mut self, path: &Path) -> Result<(), LayoutError> {
        let layout = Layout::read(path)?;
        self.set_layout(&layout);
        self.layout.path = Some(path.to_owned());
        self.notices.say(Severity::Good, format!("Layout {} is shown", path.display()));
        Ok(())
    }

    /// Shows the box that asks for a file, if it is open.
    pub(super) fn show_asked_path(&mut self, ui: &Ui) {
        let Some(mut asked) = self.layout.asked_path.take() else { return };
        let title = if asked.is_save { "Save the layout" } else { "Open a layout" };
        let mut is_open = true;
        let mut answer = None;
        let window = egui::Window::new(title).collapsible(false).resizable(false).open(&mut is_open);
        window.anchor(egui::Align2::CENTER_TOP, egui::vec2(0.0, DIALOG_TOP)).show(ui.ctx(), |ui| {
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
                    asked.error = with_causes(&error);
                    self.layout.asked_path = Some(asked);
                }
            }
            None if is_open => self.layout.asked_path = Some(asked),
            _ => {}
        }
    }
}
