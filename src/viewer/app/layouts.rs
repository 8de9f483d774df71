//! Layouts in the app: taken from a file, put into one, kept by themselves.

use std::path::PathBuf;

use egui::Ui;

use super::App;
use crate::chart::{
    Layout, PanelSettings, PlotState, RecentFiles, Remember, Severity, StreamSettings, StreamSnapshot,
    ThemeChoice, TimeLabels,
};
use crate::errors::with_causes;
use crate::store::{DerivedSpec, DerivedStatus};

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
            Some(node) => self.plots.set(&layout.panels, &node, &self.options),
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
        self.layout.recent = RecentFiles::kept_in(folder.join("recent"));
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
}
