//! What leaves the app as a file.
//!
//! ```text
//! key, dialog ─▶ request ─┬─ CSV, SVG: written from here
//!                         └─ PNG: the host draws it on its GPU after the frame (App::save_pictures)
//! ```

use super::super::export_dialog::Dialog;
use super::super::exports::PictureRequest;
use super::super::picture::{Pictures, Still};
use super::App;
use super::parts::Purpose;
use crate::chart::{AtomicFile, Flow, PlanePoints, PlotState, Severity, StreamSnapshot, advice};
use crate::export::{ExportError, ExportRange, Format, Job, SaveError, csv, job, place, save, svg};
use crate::history::Curve;
use crate::render::{Gpu, Image, RenderError};
use egui::{Rect, Ui, Vec2, vec2};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

impl App {
    /// Draws the pictures that somebody asked for, and has them written. Whoever draws the app calls it after each
    /// frame, with the GPU that draws it.
    pub fn save_pictures(&mut self, gpu: &Gpu) {
        for request in std::mem::take(&mut self.export.pictures) {
            match self.picture_of(gpu, &request) {
                Ok(image) => {
                    let work = move |out: &mut AtomicFile, _: &mut job::Progress| image.encode(out);
                    let job = Job::start(self.store(), &request.place, request.replaces, None, work);
                    self.export.jobs.push(job);
                }
                Err(error) => self.tell_outcome(&request.place, Err(ExportError::Failed(error.to_string()))),
            }
            self.store().changed();
        }
    }

    /// Says that there is nothing to draw the pictures with that somebody asked for.
    pub(crate) fn drop_pictures(&mut self, reason: &str) {
        self.export.pictures.clear();
        self.notices.say(Severity::Warn, format!("No picture: {reason}"));
    }

    /// Whether [`App::save_pictures`] has something to do.
    pub fn wants_pictures(&self) -> bool {
        !self.export.pictures.is_empty()
    }

    fn picture_of(&mut self, gpu: &Gpu, request: &PictureRequest) -> Result<Image, RenderError> {
        let (points, pixels_per_point) = self.export.screen;
        let scale = pixels_per_point * request.scale;
        let size = (points * scale).round();
        let image = Pictures::scaled(gpu, [size.x as u32, size.y as u32], scale)?.draw(gpu, self)?;
        let Some(rect) = request.plot.as_deref().and_then(|key| self.rect_of(key)) else { return Ok(image) };
        let (min, max) = ((rect.min.to_vec2() * scale).floor(), (rect.max.to_vec2() * scale).ceil());
        Ok(image.cropped([min.x as u32, min.y as u32], [max.x as u32, max.y as u32]))
    }

    /// What the app shows now as an SVG file, `size` (width and height) in its pixels: as [`picture`](crate::viewer::picture),
    /// but drawn of lines and outlines. Densities and waterfalls are pictures in it.
    pub fn svg(&mut self, size: [u32; 2]) -> String {
        let purpose = self.purpose_of_pictures();
        self.svg_of(vec2(size[0] as f32, size[1] as f32), None, purpose)
    }

    /// The plot with this key, or the whole window.
    pub(crate) fn svg_of(&mut self, size: Vec2, plot: Option<&str>, purpose: Purpose) -> String {
        let mut still = Still::new(size, 1.0);
        let output = still.lay_out(self, purpose);
        let area = plot.and_then(|key| self.rect_of(key)).map(|rect| rect.expand(2.0));
        let [r, g, b, a] = self.clear_colour(&still.ctx).map(|v| (v * 255.0).round() as u8);
        let page = svg::Page {
            area: area.unwrap_or(Rect::from_min_size(egui::Pos2::ZERO, size)),
            ground: egui::Color32::from_rgba_unmultiplied(r, g, b, a),
            shapes: &output.shapes,
            scenes: self.scenes(),
            title: &self.title(),
        };
        let text = svg::document(&page);
        output.drop_without_applying_deltas();
        self.enter_context();
        text
    }

    /// Writes the points of all streams that are shown, as far as the plots show them, as CSV.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_csv(&mut self, out: &mut impl Write) -> io::Result<()> {
        let mut still = Still::new(vec2(1280.0, 720.0), 1.0);
        let purpose = self.purpose_of_pictures();
        still.lay_out(self, purpose).drop_without_applying_deltas();
        self.enter_context();
        let streams = StreamSnapshot::all(self.store());
        csv::write(out, &self.parts(&streams, None, ExportRange::Visible, &|_| true), |_| Ok(()))
    }

    /// Writes what the app shows into the file `path`, as a drawing or as a table: what takes no GPU.
    pub(crate) fn save_shown(
        &mut self,
        path: &Path,
        format: Format,
        size: [u32; 2],
    ) -> Result<(), SaveError> {
        save(path, |out| match format {
            Format::Csv => self.write_csv(out),
            Format::Png | Format::Svg => out.write_all(self.svg(size).as_bytes()),
        })
    }

    /// Writes the last picture of a window, whose GPU may be gone: as the end of the name says, and as a PNG where that
    /// says nothing.
    pub(crate) fn save_last(
        &mut self,
        path: &Path,
        draw: impl FnOnce(&mut Self) -> Result<Image, RenderError>,
    ) -> Result<(), RenderError> {
        let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
        match end.as_deref().and_then(Format::from_extension) {
            Some(Format::Png) | None => return draw(self)?.write_png(path),
            Some(Format::Csv) => save(path, |out| self.write_csv(out)),
            Some(Format::Svg) => {
                let size = self.export.screen.0.round().max(Vec2::splat(1.0));
                let text = self.svg_of(size, None, Purpose::Screenshot);
                save(path, |out| out.write_all(text.as_bytes()))
            }
        }
        .map_err(|SaveError { path, source }| RenderError::WriteImage {
            reason: advice(&path, &source),
            path,
            source,
        })
    }

    /// Where the plot with this key lay in the last frame.
    fn rect_of(&self, key: &str) -> Option<Rect> {
        self.last.shown.iter().find(|(other, ..)| other == key).map(|(_, rect, _)| *rect)
    }

    /// What the chosen streams of a plot, or of all, have in a range.
    pub(crate) fn parts(
        &self,
        streams: &[StreamSnapshot],
        key: Option<&str>,
        range: ExportRange,
        is_chosen: &dyn Fn(&str) -> bool,
    ) -> Vec<csv::Part> {
        let mut names: Vec<&str> = Vec::new();
        let mut parts = Vec::new();
        for plot in self.plots().filter(|plot| key.is_none_or(|key| plot.key() == key)) {
            for (member, stream) in plot.shown(streams) {
                if names.contains(&member.name.as_str()) || !is_chosen(&member.name) {
                    continue;
                }
                names.push(&member.name);
                let x = self.x_of(plot, range);
                if range == ExportRange::Cursors && x.is_none() {
                    continue;
                }
                let is_visible = range == ExportRange::Visible;
                let curves = (range != ExportRange::Held).then(|| self.shown_curves(plot, stream)).flatten();
                let newest = (is_visible && plot.kind().flow() == Flow::InPlace)
                    .then_some(self.options().max_xy_points);
                let part = csv::Part::new(&stream.shared, x, curves, newest);
                parts.push(part.with_note(plot.place_of_member(member)));
            }
        }
        parts
    }

    /// The curves that a plot shows of a snapshot stream: the one that is up, or all in sight of a waterfall.
    fn shown_curves(&self, plot: &PlotState, stream: &StreamSnapshot) -> Option<Vec<Curve>> {
        let [bottom, top] = plot.exported_y(self.options());
        let curves = plot.with_points(stream, 1, |points| match points {
            PlanePoints::Frames(frames) if plot.kind().flow() == Flow::Y => {
                let is_over_time = plot.waterfall().is_over_time();
                let place = |curve: &Curve| if is_over_time { curve.t } else { curve.number as f64 };
                let all = frames.range(0..frames.len());
                Some(all.filter(|curve| (bottom..top).contains(&place(curve))).cloned().collect())
            }
            PlanePoints::Frames(frames) => Some(frames.newest().cloned().into_iter().collect()),
            PlanePoints::Trace(..) => None,
        });
        curves.flatten()
    }

    /// The x of a plot that a range means, up to but not including the second; `None` for all.
    fn x_of(&self, plot: &PlotState, range: ExportRange) -> Option<[f64; 2]> {
        match range {
            ExportRange::Visible => plot.exported_x(self.options()),
            ExportRange::Cursors => self.cursors_of(plot).map(|[from, to]| [from, to.next_up()]),
            ExportRange::Held => None,
        }
    }

    /// The x between the two cursors of a plot, if it has both.
    pub(crate) fn cursors_of(&self, plot: &PlotState) -> Option<[f64; 2]> {
        let [a, b] = self.measuring.cursors.pair(plot)?.both()?.map(|cursor| cursor.at[0]);
        Some([a.min(b), a.max(b)])
    }

    /// Saves a picture of the window beside whatever is in the current folder.
    pub(crate) fn save_png(&mut self) {
        let place = self.free_place("png");
        self.export.pictures.push(PictureRequest { place, replaces: false, plot: None, scale: 1.0 });
    }

    /// Opens the dialog, or closes it.
    pub(crate) fn toggle_export_dialog(&mut self) {
        if self.export.dialog.take().is_none() {
            let place = self.free_place("png");
            self.export.dialog = Some(Dialog::new(&place));
        }
    }

    /// Closes the dialog; whether it was open.
    pub(crate) fn close_export_dialog(&mut self) -> bool {
        self.export.dialog.take().is_some()
    }

    fn free_place(&self, extension: &str) -> PathBuf {
        let is_promised = |place: &Path| {
            let of_pictures = self.export.pictures.iter().map(|request| request.place.as_path());
            self.export.jobs.iter().map(Job::place).chain(of_pictures).any(|other| other == place)
        };
        place::free(extension, is_promised)
    }

    /// Shows the dialog, and tells what became of what is being written.
    pub(crate) fn show_export(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        let size = match &self.embedding {
            Some(_) => ui.max_rect().size(),
            None => ui.ctx().content_rect().size(),
        };
        self.export.screen = (size, ui.ctx().pixels_per_point());
        let mut ended = Vec::new();
        self.export.jobs.retain_mut(|job| match job.take_outcome() {
            Some(outcome) => {
                ended.push((job.place().to_owned(), outcome));
                false
            }
            None => true,
        });
        for (place, outcome) in ended {
            self.tell_outcome(&place, outcome);
        }
        self.show_export_dialog(ui, streams);
    }

    fn tell_outcome(&mut self, place: &Path, outcome: Result<(), ExportError>) {
        let dialog = self.export.dialog.as_mut().filter(|dialog| dialog.waits_for(place));
        match (outcome, dialog) {
            (Ok(()), dialog) => {
                if dialog.is_some() {
                    self.export.dialog = None;
                }
                self.notices.say(Severity::Good, format!("Saved {}", place.display()));
            }
            (Err(error), Some(dialog)) => dialog.refuse(error.to_string()),
            (Err(ExportError::Cancelled), None) => self.notices.say(Severity::Quiet, "Export cancelled"),
            (Err(error), None) => self.notices.say(Severity::Bad, error.to_string()),
        }
    }
}
