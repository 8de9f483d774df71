//! The export dialog in the app: what there is to choose, and what is begun.

use super::super::export_dialog::{Answer, Choices, DIALOG_TOP, Dialog, WIDTH};
use super::super::exports::PictureRequest;
use super::App;
use crate::chart::{AtomicFile, StreamSnapshot};
use crate::export::{ExportRange, Format, Job, csv};
use crate::plot::Theme;
use egui::Ui;

impl App {
    pub(super) fn show_export_dialog(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        if self.is_still() {
            return;
        }
        let Some(mut dialog) = self.export.dialog.take() else { return };
        let mut choices = self.choices(&dialog);
        if dialog.format == Format::Csv && dialog.waits_for.is_none() {
            choices.size = Some(csv::estimate(&self.parts_of(&dialog, streams)));
        }
        let theme = Theme::of(ui.visuals().dark_mode);
        let window = egui::Window::new("Export")
            .collapsible(false)
            .resizable(false)
            // Its top stays where it is, whatever appears in it.
            .anchor(egui::Align2::CENTER_TOP, egui::vec2(0.0, DIALOG_TOP))
            .default_width(WIDTH);
        let shown = window.show(ui.ctx(), |ui| dialog.show(ui, &choices, &theme));
        match shown.and_then(|shown| shown.inner).flatten() {
            Some(Answer::Export) => {
                if let Err(error) = self.begin(&mut dialog, streams) {
                    dialog.refuse(error);
                }
            }
            Some(Answer::Cancel) => {
                let mut own = self.export.jobs.iter().filter(|job| dialog.waits_for(job.place()));
                if let Some(job) = own.next() {
                    job.cancel();
                } else {
                    return;
                }
            }
            None => {}
        }
        self.export.dialog = Some(dialog);
    }

    fn choices(&self, dialog: &Dialog) -> Choices {
        let mut streams: Vec<(String, String)> = Vec::new();
        let chosen =
            || self.plots().filter(|plot| dialog.plot.as_deref().is_none_or(|key| plot.key() == key));
        for member in chosen().flat_map(crate::chart::PlotState::members) {
            if !member.is_hidden && !streams.iter().any(|(name, _)| *name == member.name) {
                streams.push((member.name.clone(), member.label.clone()));
            }
        }
        let job = self.export.jobs.iter().find(|job| dialog.waits_for(job.place()));
        Choices {
            plots: self.plots().map(|plot| plot.key().to_owned()).collect(),
            streams,
            has_cursors: chosen().any(|plot| self.cursors_of(plot).is_some()),
            share: job.and_then(Job::share),
            is_running: dialog.waits_for.is_some(),
            size: None,
        }
    }

    /// The data that the dialog asks for.
    fn parts_of(&self, dialog: &Dialog, streams: &[StreamSnapshot]) -> Vec<csv::Part> {
        let is_chosen = |name: &str| !dialog.left_out.iter().any(|other| other == name);
        self.parts(streams, dialog.plot.as_deref(), dialog.range, &is_chosen)
    }

    /// Starts what the dialog asks for.
    fn begin(&mut self, dialog: &mut Dialog, streams: &[StreamSnapshot]) -> Result<(), String> {
        let place = dialog.place();
        if dialog.path.trim().is_empty() {
            return Err("no file name was given".to_owned());
        }
        if !dialog.replaces && place.symlink_metadata().is_ok() {
            return Err("there is such a file already: tick “Replace it”, or choose another name".to_owned());
        }
        if self.export.jobs.iter().any(|job| job.place() == place) {
            return Err("this file is being written already".to_owned());
        }
        let plot = dialog.plot.as_deref();
        match dialog.format {
            Format::Png => self.export.pictures.push(PictureRequest {
                place: place.clone(),
                replaces: dialog.replaces,
                plot: dialog.plot.clone(),
                scale: f32::from(dialog.scale),
            }),
            Format::Svg => {
                let purpose = self.purpose_of_pictures();
                let text = self.svg_of(self.export.screen.0, plot, purpose);
                let job = Job::start(self.store(), &place, dialog.replaces, None, move |out, _| {
                    std::io::Write::write_all(out, text.as_bytes())
                });
                self.export.jobs.push(job);
            }
            Format::Csv => {
                let parts = self.parts_of(dialog, streams);
                if parts.is_empty() {
                    let has_range = dialog.range != ExportRange::Cursors || self.choices(dialog).has_cursors;
                    let error =
                        if has_range { "no stream is chosen" } else { "place the cursors A and B first" };
                    return Err(error.to_owned());
                }
                let total = parts.iter().map(csv::Part::count).sum();
                let work = move |out: &mut AtomicFile, progress: &mut crate::export::Progress| {
                    csv::write_job(out, &parts, progress)
                };
                self.export.jobs.push(Job::start(self.store(), &place, dialog.replaces, Some(total), work));
            }
        }
        dialog.error = None;
        dialog.waits_for = Some(place);
        Ok(())
    }
}
