//! What the viewer says of what it did: a line at the lower edge of a plot, for a while. Ticks stay in sight.

use std::time::Duration;

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::chart::Severity;
use crate::plot::{BODY, Theme, colour, elided, font};

/// How long a notice stays, seconds; one that tells of a failure stays twice as long.
const STAYS_SECS: f64 = 6.0;
/// Notices at a time.
const MOST: usize = 4;
/// Height of a notice and room between two, points.
const HEIGHT: f32 = 26.0;
const GAP: f32 = 6.0;
/// A plot that holds notices is at least this wide, points.
const LEAST_WIDTH: f32 = 400.0;

#[derive(Clone, Debug)]
struct Notice {
    text: String,
    tone: Severity,
    /// When it was first seen, on egui's clock.
    since_secs: Option<f64>,
}

/// Short lines about what was done or could not be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices {
    list: Vec<Notice>,
    /// What stays for as long as it is so.
    standing: Option<Notice>,
}

impl Notices {
    /// Says something for a while.
    pub(crate) fn say(&mut self, tone: Severity, text: impl Into<String>) {
        let text = text.into();
        self.list.retain(|notice| notice.text != text);
        self.list.push(Notice { text, tone, since_secs: None });
        let surplus = self.list.len().saturating_sub(MOST);
        self.list.drain(..surplus);
    }

    /// Says something for as long as it is so, below the others.
    pub(super) fn stand(&mut self, text: Option<String>) {
        self.standing = text.map(|text| Notice { text, tone: Severity::Bad, since_secs: None });
    }

    /// Paints them at the lower edge of the widest of the lowest of these plots, or of `area` if there is none; a click takes one
    /// away.
    pub(super) fn show(&mut self, ui: &Ui, area: Rect, plots: &[Rect], theme: &Theme) {
        let area = room(area, plots);
        let now_secs = ui.input(|i| i.time);
        for notice in &mut self.list {
            notice.since_secs.get_or_insert(now_secs);
        }
        let ends = |notice: &Notice| {
            let stays = if notice.tone == Severity::Bad { 2.0 * STAYS_SECS } else { STAYS_SECS };
            notice.since_secs.unwrap_or(now_secs) + stays
        };
        self.list.retain(|notice| ends(notice) > now_secs);
        if let Some(next) = self.list.iter().map(ends).reduce(f64::min) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64((next - now_secs).max(0.0) + 0.01));
        }
        let layer = egui::LayerId::new(egui::Order::Foreground, ui.scope_id().with("notices"));
        let painter = ui.ctx().layer_painter(layer);
        let mut clicked = None;
        for (i, notice) in self.standing.iter().chain(self.list.iter().rev()).enumerate() {
            let bottom = area.bottom() - GAP - i as f32 * (HEIGHT + GAP);
            if i > 0 && bottom - HEIGHT < area.top() {
                break;
            }
            let text = elided(&painter, &notice.text, font(BODY), theme.text_strong, area.width() - 60.0);
            let size = vec2(text.size().x + 34.0, HEIGHT);
            let rect = Rect::from_min_size(pos2(area.center().x - size.x / 2.0, bottom - HEIGHT), size);
            painter.rect(rect, 5.0, theme.raised, (1.0, theme.border), egui::StrokeKind::Inside);
            painter.circle_filled(rect.left_center() + vec2(13.0, 0.0), 3.5, colour(notice.tone, theme));
            let at = Align2::LEFT_CENTER.anchor_size(rect.left_center() + vec2(24.0, 0.0), text.size()).min;
            painter.galley(at, text, theme.text_strong);
            let response = ui.interact(rect, ui.scope_id().with(("notice", &notice.text)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Status, true, &notice.text));
            if response.clicked() {
                clicked = Some(notice.text.clone());
            }
        }
        self.list.retain(|notice| Some(&notice.text) != clicked.as_ref());
    }
}

/// Where the notices lie: in a plot, beside which narrow ones leave their width.
fn room(area: Rect, plots: &[Rect]) -> Rect {
    let is_lower = |a: &&Rect, b: &&Rect| {
        a.bottom().round().total_cmp(&b.bottom().round()).then(a.width().total_cmp(&b.width()))
    };
    match plots.iter().max_by(is_lower) {
        None => area.with_max_y(area.bottom() - GAP),
        Some(plot) if plot.width() >= LEAST_WIDTH => *plot,
        Some(plot) => Rect::from_x_y_ranges(area.x_range(), plot.y_range()),
    }
}
