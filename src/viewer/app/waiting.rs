//! What the window says of streams that were asked for and are not there yet.

use egui::text::LayoutJob;
use egui::{Align, Align2, Rect, Sense, Ui, WidgetInfo, pos2};

use super::App;
use crate::chart::{Badge, Severity, joined};
use crate::plot::{BODY, SMALL, Theme, font};
use crate::store::lock;
use crate::stream::is_at_or_below;

/// Size of the words in the middle of the empty window, points.
const HEADING: f32 = 18.0;
/// Room beside them, points.
const BESIDE: f32 = 24.0;
/// What a badge takes beside its text, points.
const BADGE: f32 = 26.0;

impl App {
    /// The names that were asked for and that no stream has, and none below them.
    pub(crate) fn awaited(&self) -> Vec<String> {
        let streams = self.store.streams();
        let there: Vec<String> = streams
            .iter()
            .map(|stream| lock(stream))
            .filter(|state| state.info.derived.is_none())
            .map(|state| state.info.meta.name.clone())
            .collect();
        let is_missing = |name: &&String| !there.iter().any(|stream| is_at_or_below(stream, name));
        self.options.waits_for.iter().filter(is_missing).cloned().collect()
    }

    /// Whether a stream that was asked for is not there yet.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.awaited().is_empty()
    }

    /// `waiting for a, b`.
    pub(super) fn waiting_text(&self) -> String {
        format!("waiting for {}", joined(&self.awaited()))
    }

    /// The words in the middle of a window that shows nothing yet.
    pub(super) fn nothing_yet(&self, ui: &Ui, area: Rect, theme: &Theme) {
        let awaited = self.awaited();
        let (heading, hint) = if awaited.is_empty() {
            ("Waiting for a stream".to_owned(), "Start a producer, or try:  ringplot demo")
        } else {
            let hint = "Shown as soon as a producer starts; what is live:  ringplot list";
            (format!("Waiting for {}", joined(&awaited)), hint)
        };
        let said = ui.interact(area, ui.scope_id().with("nothing yet"), Sense::hover());
        said.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Status, true, &heading));
        let paint = |text: String, size: f32, colour, at: f32, align: Align2| {
            let mut job = LayoutJob::simple(text, font(size), colour, (area.width() - 2.0 * BESIDE).max(1.0));
            job.halign = Align::Center;
            let galley = ui.painter().layout_job(job);
            let top = if align == Align2::CENTER_BOTTOM { at - galley.size().y } else { at };
            ui.painter().galley(pos2(area.center().x, top), galley, colour);
        };
        let middle = area.center().y;
        paint(heading, HEADING, theme.text_strong, middle, Align2::CENTER_BOTTOM);
        paint(hint.to_owned(), BODY, theme.text_faint, middle + 10.0, Align2::CENTER_TOP);
    }

    /// The remark in the title bar while some streams are there and others are not, in at most `room` points.
    pub(super) fn waiting_badge(&self, ui: &Ui, room: f32) -> Option<Badge> {
        let awaited = self.awaited();
        if awaited.is_empty() || self.plots.is_empty() {
            return None;
        }
        let count = match awaited.len() {
            1 => "waiting for a stream".to_owned(),
            many => format!("waiting for {many} streams"),
        };
        let width = |text: &str| {
            let galley =
                ui.painter().layout_no_wrap(text.to_owned(), font(SMALL), egui::Color32::PLACEHOLDER);
            galley.size().x + BADGE
        };
        let texts = [self.waiting_text(), count];
        let text = texts.into_iter().find(|text| width(text) <= room).unwrap_or_else(|| "waiting".to_owned());
        let explanation = format!("Asked for, and not started by any producer yet: {}", awaited.join(", "));
        Some(Badge::new(text, Severity::Warn, explanation))
    }
}
