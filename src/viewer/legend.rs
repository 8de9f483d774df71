//! The legend of a plot: a swatch, the name and the live value of each stream, in a row above the plot area.

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::format;
use super::plot::PlotState;
use super::seen::SeenStream;
use super::theme::{BODY, SMALL, Theme, digits, font};

/// Height of a row of entries, points.
pub(crate) const ROW: f32 = 22.0;
/// Rows at most; further streams are only in the table below the plots.
const MAX_ROWS: usize = 3;
/// Digits that a value has room for: entries do not move while values change.
const VALUE_DIGITS: f32 = 9.0;

/// One entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    member: usize,
    /// Relative to the left end of the first row.
    rect: Rect,
    label: String,
    value: String,
}

/// What a click on the legend asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegendAction {
    /// Hide or show this member.
    Toggle(usize),
    /// Show this member alone, or all again.
    Solo(usize),
}

/// Places the entries in rows: the first `first_width` points wide, the others `width`. `value` gives the
/// value to show for a stream. Returns the entries and the number of rows, at least one.
pub(crate) fn arrange(
    ui: &Ui,
    plot: &PlotState,
    streams: &[SeenStream],
    first_width: f32,
    width: f32,
    value: impl Fn(&SeenStream) -> String,
) -> (Vec<Entry>, usize) {
    let digit = ui.painter().layout_no_wrap("0".to_owned(), digits(SMALL), egui::Color32::WHITE).size().x;
    let mut entries = Vec::new();
    let (mut x, mut row) = (0.0f32, 0usize);
    for (member, m) in plot.members().iter().enumerate() {
        let Some(stream) = streams.get(m.index) else { continue };
        let label = stream.info.meta.shown_name().to_owned();
        let name = ui.painter().layout_no_wrap(label.clone(), font(BODY), egui::Color32::WHITE).size().x;
        let text = value(stream);
        let unit = if stream.info.meta.y_unit.is_empty() {
            1.0
        } else {
            stream.info.meta.y_unit.chars().count() as f32 + 2.0
        };
        let room = if text.is_empty() { 0.0 } else { (VALUE_DIGITS + unit) * digit };
        let entry = 20.0 + name + 6.0 + room;
        if x == 0.0 && row == 0 && entry > first_width && entries.is_empty() && entry <= width {
            // Too long to stand beside the badges: below them.
            row = 1;
        }
        let limit = if row == 0 { first_width } else { width };
        if x > 0.0 && x + entry > limit {
            if row + 1 == MAX_ROWS {
                break;
            }
            row += 1;
            x = 0.0;
        }
        let limit = if row == 0 { first_width } else { width };
        let rect = Rect::from_min_size(pos2(x, row as f32 * ROW), vec2(entry.min(limit).max(0.0), ROW));
        entries.push(Entry { member, rect, label, value: text });
        x += entry + 10.0;
    }
    (entries, row + 1)
}

/// Paints the entries from `origin` on; returns what was clicked.
pub(crate) fn paint(
    ui: &Ui,
    origin: egui::Pos2,
    plot: &PlotState,
    entries: &[Entry],
    theme: &Theme,
) -> Option<LegendAction> {
    let mut action = None;
    for entry in entries {
        let Some(member) = plot.members().get(entry.member) else { continue };
        let rect = entry.rect.translate(origin.to_vec2());
        let response =
            ui.interact(rect, ui.scope_id().with((plot.key(), "legend", entry.member)), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(egui::accesskit::Role::CheckBox, true, !member.is_hidden, &entry.label)
        });
        if response.clicked() {
            let is_solo = ui.input(|i| i.modifiers.alt);
            action = Some(if is_solo {
                LegendAction::Solo(entry.member)
            } else {
                LegendAction::Toggle(entry.member)
            });
        }
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let y = rect.center().y;
        let swatch = Rect::from_center_size(pos2(rect.left() + 7.0, y), vec2(12.0, 4.0));
        let (ink, text, faint) = match (member.is_hidden, response.hovered()) {
            (true, _) => (theme.border, theme.text_faint, theme.text_faint),
            (false, true) => (member.colour(theme), theme.text_strong, theme.text_strong),
            (false, false) => (member.colour(theme), theme.text_strong, theme.text),
        };
        painter.rect_filled(swatch, 2.0, ink);
        let label =
            painter.text(pos2(rect.left() + 19.0, y), Align2::LEFT_CENTER, &entry.label, font(BODY), text);
        if member.is_hidden {
            let stroke = egui::Stroke::new(1.0, theme.text_faint);
            painter.hline(label.x_range(), painter.round_to_pixel_center(y), stroke);
        } else if !entry.value.is_empty() {
            let at = pos2(label.right() + 8.0, y);
            painter.text(at, Align2::LEFT_CENTER, &entry.value, digits(SMALL), faint);
        }
        let hint = if member.is_hidden { "Click to show" } else { "Click to hide, Alt+click to show alone" };
        response.on_hover_text(hint);
    }
    action
}

/// A value for the legend; a minus and its absence take the same room.
pub(crate) fn value_text(value: Option<f64>, unit: &str) -> String {
    let text = value.map_or_else(|| "–".to_owned(), |v| format::value(v, unit));
    if text.starts_with('−') { text } else { format!(" {text}") }
}
