//! The badges of a plot, painted: what they say is in `chart/badges.rs`.

use egui::{Align2, Color32, Rect, Sense, Ui, pos2, vec2};

use super::theme::{Theme, font};
use crate::chart::{Badge, BadgeAction, Severity};

/// Height of a badge, points.
pub(crate) const HEIGHT: f32 = 18.0;
const TEXT: f32 = 11.0;

/// The colour of a tone.
pub(crate) fn colour(tone: Severity, theme: &Theme) -> Color32 {
    match tone {
        Severity::Quiet => theme.text_faint,
        Severity::Good => theme.good,
        Severity::Warn => theme.warn,
        Severity::Bad => theme.bad,
    }
}

/// Paints badges from the right edge of `row` to the left. Returns where they begin, and what the one that
/// was clicked does.
pub(crate) fn paint(
    ui: &Ui,
    row: Rect,
    salt: &str,
    badges: &[Badge],
    theme: &Theme,
) -> (f32, Option<BadgeAction>) {
    let mut right = row.right();
    let mut clicked = None;
    for badge in badges {
        let tone = colour(badge.tone, theme);
        let has_dot = badge.tone != Severity::Quiet;
        let galley = ui.painter().layout_no_wrap(badge.text.clone(), font(TEXT), theme.text);
        let width = galley.size().x + if has_dot { 26.0 } else { 16.0 };
        let rect =
            Rect::from_min_size(pos2(right - width, row.center().y - HEIGHT / 2.0), vec2(width, HEIGHT));
        if rect.left() < row.left() {
            break;
        }
        let sense = if badge.action.is_some() { Sense::click() } else { Sense::hover() };
        let response = ui.interact(rect, ui.scope_id().with((salt, "badge", badge.text.as_str())), sense);
        let role =
            if badge.action.is_some() { egui::accesskit::Role::Button } else { egui::accesskit::Role::Label };
        response.widget_info(|| egui::WidgetInfo::labeled(role, true, &badge.text));
        let ground = if response.hovered() && badge.action.is_some() { theme.border } else { theme.raised };
        let edge = if badge.action.is_some() { tone } else { theme.border };
        let stroke = egui::Stroke::new(1.0, edge);
        ui.painter().rect(rect, HEIGHT / 2.0, ground, stroke, egui::StrokeKind::Inside);
        let mut text_left = rect.left() + 8.0;
        if has_dot {
            ui.painter().circle_filled(pos2(rect.left() + 10.5, rect.center().y), 3.0, tone);
            text_left += 10.0;
        }
        let text_colour = if badge.tone == Severity::Quiet { theme.text_faint } else { theme.text };
        let at = pos2(text_left, rect.center().y);
        ui.painter().text(at, Align2::LEFT_CENTER, &badge.text, font(TEXT), text_colour);
        if response.clicked() {
            clicked = badge.action;
        }
        response.on_hover_text(badge.explanation.as_ref());
        right = rect.left() - 6.0;
    }
    (right, clicked)
}
