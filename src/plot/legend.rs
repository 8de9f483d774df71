//! The legend of a plot: a swatch, the name and the live value of each stream, in rows above the plot area.
//!
//! Where there are too many, it says how many it leaves out: a click on that opens a list of all, with a filter. A picture
//! for readers names all its streams, without their values.

use egui::{Align2, Color32, Painter, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::frame::FrameContext;
use super::menus::{DraggedStream, PanelAction};
use super::theme::{BODY, SMALL, Theme, digits, elided, faded, font, rgb};
use super::{dash, menus as panel};
use crate::chart::{Colours, Member, PlotState, StreamSnapshot, away, mask, ramp};
use crate::stream::{Dash, StreamKind};

/// Height of a row of entries, points.
pub(crate) const ROW: f32 = 22.0;
/// Rows at most; further streams are only in the plot's menu and in the table below the plots.
const MAX_ROWS: usize = 3;
/// Digits that a value has room for: entries do not move while values change.
const VALUE_DIGITS: f32 = 9.0;
/// Width of the list of all streams, points.
const LIST_WIDTH: f32 = 240.0;
/// Room for how many streams are left out, points.
const LEFT_OUT: f32 = 80.0;

/// One entry.
#[derive(Clone, Debug)]
pub(crate) struct LegendEntry {
    member: usize,
    /// Relative to the left end of the first row.
    rect: Rect,
    label: String,
    value: String,
    /// Width of the values that its axis shows, points: a value ends there, and its unit stays in place.
    field: f32,
    /// Where its points are, if none is in view.
    away: Option<String>,
}

/// What a legend says of a stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) value: String,
    /// Characters of the longest value that its axis shows.
    pub(crate) most: usize,
    /// It is asked for at an x.
    pub(crate) is_at_x: bool,
}

/// The entries of a legend, placed.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    /// Of all streams.
    list: Vec<LegendEntry>,
    /// How many of them, from the first on, have a place.
    placed: usize,
    /// Rows that they take, at least one.
    pub(crate) rows: usize,
    /// How many streams have no entry, and where that is said.
    left_out: Option<(usize, egui::Pos2)>,
}

/// What a click on the legend asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegendAction {
    /// Hide or show this member.
    Toggle(usize),
    /// Show this member alone, or all again.
    Solo(usize),
}

/// Rows of a legend at most in a plot that is `height` points high, header and axes included: with values, and without.
/// A picture for readers names all its streams, as long as its plot has half of the height.
pub(crate) fn most_rows(height: f32, is_figure: bool) -> [usize; 2] {
    let few = ((height / 80.0) as usize).clamp(1, MAX_ROWS);
    let many = (height / 2.0 / ROW) as usize;
    [few, if is_figure { many.max(few) } else { few }]
}

/// Places the entries in at most `most_rows` rows, with values and without: the first `widths[0]` points wide, the others `widths[1]`.
/// `value` gives the value to show for a stream.
pub(crate) fn arrange(
    ui: &Ui,
    plot: &PlotState,
    streams: &[StreamSnapshot],
    widths: [f32; 2],
    [most_rows, most_without]: [usize; 2],
    said: impl Fn(usize, &StreamSnapshot) -> Said,
) -> Entries {
    let digit = ui.painter().layout_no_wrap("0".to_owned(), digits(SMALL), egui::Color32::WHITE).size().x;
    let members = plot.members().iter().enumerate();
    let entry = |(member, m): (usize, &Member)| {
        let stream = streams.get(m.index)?;
        let gain = m.gain.on(plot.scales_on(m.axis).y).text().filter(|_| !plot.is_normalised());
        let label = gain.map_or_else(|| m.label.clone(), |gain| format!("{} {gain}", m.label));
        let name = ui.painter().layout_no_wrap(label.clone(), font(BODY), egui::Color32::WHITE).size().x;
        let Said { value, most, is_at_x } = said(member, stream);
        let away = away(plot, m, stream);
        let value = match &away {
            // Where the crosshair is, it has no value.
            Some(_) if is_at_x && !value.is_empty() => " –".to_owned(),
            Some(_) => String::new(),
            None => value,
        };
        let unit = match stream.info.meta.y_unit.chars().count() {
            0 => 1.0,
            letters => letters as f32 + 2.0,
        };
        // Far from zero a value has as many digits as what is visible asks for.
        let field = value.chars().count().max(most) as f32 * digit;
        let values = ((VALUE_DIGITS + unit) * digit).max(field);
        let width_of = |text: &String| {
            ui.painter().layout_no_wrap(text.clone(), font(SMALL), egui::Color32::WHITE).size().x
        };
        let room = match (&away, stream.info.kind) {
            (Some(away), StreamKind::Events) => 8.0 + width_of(away),
            (Some(away), _) => 6.0 + values.max(width_of(away) + 2.0),
            (None, _) if value.is_empty() => 0.0,
            (None, _) => 9.0 + values,
        };
        let swatch = swatch_width(m);
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(swatch + 8.0 + name + room, ROW));
        Some((LegendEntry { member, rect, label, value, field, away }, room))
    };
    let (mut list, rooms): (Vec<LegendEntry>, Vec<f32>) = members.filter_map(entry).unzip();
    let (mut rows, mut placed) = place(&mut list, widths, most_rows);
    if placed < list.len() && most_without > most_rows {
        for (entry, room) in list.iter_mut().zip(rooms).filter(|(entry, _)| entry.away.is_none()) {
            entry.value.clear();
            entry.rect.max.x -= room;
        }
        (rows, placed) = place(&mut list, widths, most_without);
    }
    let left_out = list.len() - placed;
    let end = list[..placed].last().map_or(pos2(0.0, ROW / 2.0), |entry| entry.rect.right_center());
    let is_said = left_out > 0 && (rows > 1 || widths[0] >= LEFT_OUT);
    Entries { rows, left_out: is_said.then_some((left_out, end + vec2(14.0, 0.0))), list, placed }
}

/// Places entries of known widths. Returns the rows used, and how many entries have found a place.
fn place(list: &mut [LegendEntry], [first_width, width]: [f32; 2], most_rows: usize) -> (usize, usize) {
    let (mut x, mut row) = (0.0f32, 0usize);
    let count = list.len();
    for (i, entry) in list.iter_mut().enumerate() {
        let wide = entry.rect.width();
        let limit = |row: usize| {
            let whole = if row == 0 { first_width } else { width };
            // The last row ends with how many are left out, unless this is the last one.
            if row + 1 == most_rows && i + 1 < count { whole - LEFT_OUT } else { whole }
        };
        if i == 0 && wide > first_width && wide <= width && most_rows > 1 {
            // Too long to stand beside the badges: below them.
            row = 1;
        }
        if x > 0.0 && x + wide > limit(row) {
            if row + 1 == most_rows {
                return (most_rows, i);
            }
            row += 1;
            x = 0.0;
        }
        let size = vec2(wide.min(limit(row)).max(0.0), ROW);
        entry.rect = Rect::from_min_size(pos2(x, row as f32 * ROW), size);
        x += wide + 10.0;
    }
    (row + 1, count)
}

/// Paints the entries from `origin` on; returns what was clicked.
pub(crate) fn paint(
    ui: &Ui,
    origin: egui::Pos2,
    plot: &PlotState,
    entries: &Entries,
    (frame, is_density): (FrameContext<'_>, bool),
    actions: &mut Vec<PanelAction>,
) -> Option<LegendAction> {
    let theme = frame.theme;
    let mut action = None;
    let others = frame.panels.iter().filter(|(key, _, kind)| key != plot.key() && *kind == plot.kind());
    let others: Vec<_> = others
        .filter(|_| plot.kind().spec().is_shared)
        .map(|(key, title, _)| (key.clone(), title.clone()))
        .collect();
    if let Some((count, at)) = entries.left_out {
        action = list_of_all(ui, plot, (count, at + origin.to_vec2()), entries, theme);
    }
    for entry in &entries.list[..entries.placed] {
        let Some(member) = plot.members().get(entry.member) else { continue };
        let rect = entry.rect.translate(origin.to_vec2());
        let response = ui.interact(
            rect,
            ui.scope_id().with((plot.key(), "legend", &member.name)),
            Sense::click_and_drag(),
        );
        response.widget_info(|| {
            WidgetInfo::selected(egui::accesskit::Role::CheckBox, true, !member.is_hidden, &entry.label)
        });
        if response.clicked() {
            // Many window managers keep Alt for themselves.
            let is_solo = ui.input(|i| i.modifiers.alt || i.modifiers.command);
            action = Some(if is_solo {
                LegendAction::Solo(entry.member)
            } else {
                LegendAction::Toggle(entry.member)
            });
        }
        if response.drag_started() {
            response.dnd_set_drag_payload(DraggedStream(member.name.clone()));
        }
        panel::stream_menu(&response, (plot, member), entry.away.is_some(), &others, frame, actions);
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let y = rect.center().y;
        let width = swatch_width(member);
        let swatch = Rect::from_center_size(pos2(rect.left() + 1.0 + width / 2.0, y), vec2(width, 4.0));
        let (ink, text, faint) = match (member.is_hidden, response.hovered()) {
            (true, _) => (theme.border, theme.text_faint, theme.text_faint),
            (false, true) => (theme.colour_of(member), theme.text_strong, theme.text_strong),
            (false, false) => (theme.colour_of(member), theme.text_strong, theme.text),
        };
        paint_swatch(&painter, swatch, (member, is_density), frame, ink);
        let galley = elided(&painter, &entry.label, font(BODY), text, rect.width() - width - 8.0);
        let at = pos2(rect.left() + width + 7.0, y - galley.size().y / 2.0);
        let label = Rect::from_min_size(at, galley.size());
        painter.galley(at, galley, text);
        if member.is_hidden {
            let stroke = egui::Stroke::new(1.0, theme.text_faint);
            painter.hline(label.x_range(), painter.round_to_pixel_center(y), stroke);
        } else if let Some(text) = entry.away.as_ref().filter(|_| entry.value.is_empty()) {
            let at = pos2(label.right() + 8.0, y);
            if paint_away(ui, (plot.key(), member, rect), (at, text), frame) {
                actions.push(PanelAction::GoTo(member.name.clone()));
            }
        } else if !entry.value.is_empty() {
            let at = pos2(label.right() + 8.0 + entry.field, y);
            painter.text(at, Align2::RIGHT_CENTER, &entry.value, digits(SMALL), faint);
        }
        let hint = if member.is_hidden {
            "Click to show"
        } else {
            "Click to hide, Ctrl+click to show alone, drag to another panel"
        };
        response.on_hover_text(hint);
    }
    action
}

/// Says how many streams have no entry; a click opens a list of all, which a filter makes shorter.
fn list_of_all(
    ui: &Ui,
    plot: &PlotState,
    (count, at): (usize, egui::Pos2),
    entries: &Entries,
    theme: &Theme,
) -> Option<LegendAction> {
    let text = format!("+{count} more");
    let galley = ui.painter().layout_no_wrap(text.clone(), font(BODY), theme.text_faint);
    let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    let id = ui.scope_id().with((plot.key(), "all streams"));
    let response = ui.interact(rect.expand2(vec2(4.0, 3.0)), id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &text));
    let is_lit = response.hovered() || response.has_focus();
    ui.painter().galley(rect.min, galley, if is_lit { theme.text_strong } else { theme.text_faint });
    let response = response.on_hover_text("All streams of this panel");
    let mut action = None;
    let popup = egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    popup.show(|ui| {
        ui.set_min_width(LIST_WIDTH);
        let filter_id = id.with("filter");
        let mut filter: String = ui.data_mut(|data| data.get_temp(filter_id).unwrap_or_default());
        let field = egui::TextEdit::singleline(&mut filter).hint_text("Filter").desired_width(LIST_WIDTH);
        let field = ui.add(field);
        field
            .widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, "Filter of streams"));
        let wanted = filter.to_lowercase();
        ui.data_mut(|data| data.insert_temp(filter_id, filter));
        let height = ui.ctx().content_rect().height() * 0.6;
        egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
            for LegendEntry { member: at, value, .. } in &entries.list {
                let (at, Some(member)) = (*at, plot.members().get(*at)) else { continue };
                if !member.label.to_lowercase().contains(&wanted) {
                    continue;
                }
                ui.horizontal(|ui| {
                    let mut is_shown = !member.is_hidden;
                    let text = egui::RichText::new(&member.label).color(theme.colour_of(member));
                    if ui.checkbox(&mut is_shown, text).clicked() {
                        let is_solo = ui.input(|i| i.modifiers.alt || i.modifiers.command);
                        action =
                            Some(if is_solo { LegendAction::Solo(at) } else { LegendAction::Toggle(at) });
                    }
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        ui.label(egui::RichText::new(value.trim()).font(digits(SMALL)));
                    });
                });
            }
        });
    });
    action
}

/// Says that a stream has no point in view, from a place to the right; whether that was clicked.
fn paint_away(
    ui: &Ui,
    (key, member, entry): (&str, &Member, Rect),
    (at, said): (egui::Pos2, &str),
    frame: FrameContext<'_>,
) -> bool {
    let theme = frame.theme;
    let galley = ui.painter().layout_no_wrap(said.to_owned(), font(SMALL), theme.warn);
    let text = Rect::from_min_size(pos2(at.x, at.y - galley.size().y / 2.0), galley.size());
    let rect = text.expand2(vec2(2.0, 3.0)).intersect(entry);
    let response = ui.interact(rect, ui.scope_id().with((key, "away", &member.name)), Sense::click());
    let name = format!("{said}: go to {}", member.label);
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name));
    let is_lit = response.hovered() || response.has_focus();
    let colour = if is_lit { theme.text_strong } else { theme.warn };
    let painter = ui.painter().with_clip_rect(entry.intersect(ui.clip_rect()));
    painter.galley_with_override_text_color(text.min, galley, colour);
    painter.hline(text.x_range(), painter.round_to_pixel_center(text.bottom()), (1.0, colour));
    let is_clicked = response.clicked();
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .on_hover_text("Click to show where its points are");
    is_clicked
}

/// How wide the swatch of a stream is, points: a pattern needs room to be told.
fn swatch_width(member: &Member) -> f32 {
    if member.dash == Dash::Solid { 12.0 } else { 34.0 }
}

/// The colour of a stream as it is in the plot: dashed as its line is, or the colours of its density.
fn paint_swatch(
    painter: &Painter,
    rect: Rect,
    (member, has_density): (&Member, bool),
    frame: FrameContext<'_>,
    ink: Color32,
) {
    let is_table = |colours: Colours| colours != Colours::Own && has_density;
    match member.colours.unwrap_or(frame.options.colours) {
        colours if is_table(colours) && !member.is_hidden => {
            let ramp = ramp(colours, rgb(ink), frame.theme.palette);
            let steps = rect.width() as usize;
            for (step, left) in (0..steps).map(|step| (step, rect.left() + step as f32)) {
                let [r, g, b, _] = ramp[step * (ramp.len() - 1) / (steps - 1).max(1)];
                let part = Rect::from_min_max(pos2(left, rect.top()), pos2(left + 1.0, rect.bottom()));
                painter.rect_filled(part, 0.0, Color32::from_rgb(r, g, b));
            }
        }
        _ if member.dash == Dash::Solid => {
            painter.rect_filled(rect, 2.0, ink);
        }
        _ => {
            painter.rect_filled(rect, 0.0, faded(ink, dash::FAINT));
            let mask = mask(member.dash, 0, rect.width() as usize, 1.0);
            let mut at = rect.left();
            for run in mask.chunk_by(|a, b| a == b) {
                let end = at + run.len() as f32;
                if run[0] {
                    let part = Rect::from_min_max(pos2(at, rect.top()), pos2(end, rect.bottom()));
                    painter.rect_filled(part, 0.0, ink);
                }
                at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize, width: f32) -> Vec<LegendEntry> {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, ROW));
        (0..count)
            .map(|member| LegendEntry {
                member,
                rect,
                label: "label".into(),
                value: String::new(),
                field: 0.0,
                away: None,
            })
            .collect()
    }

    #[test]
    fn entries_never_overlap_and_leave_room_to_say_how_many_are_left_out() {
        for count in [1, 5, 12, 30, 300] {
            let mut list = entries(count, 90.0);
            let (rows, placed) = place(&mut list, [500.0, 700.0], MAX_ROWS);
            assert!(rows <= MAX_ROWS && placed >= 1);
            for (i, a) in list[..placed].iter().enumerate() {
                assert!(a.rect.right() <= 700.0);
                assert!(list[..i].iter().all(|b| !a.rect.shrink(0.5).intersects(b.rect)), "{count}");
            }
            assert!(placed == count || list[placed - 1].rect.right() + LEFT_OUT <= 700.0);
            assert_eq!(placed == count, count <= 12, "{count}: {placed}");
        }
    }
}
