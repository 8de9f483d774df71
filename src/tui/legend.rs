//! The head of a panel: its streams with their values, and what it admits about itself.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::colours::Inks;
use super::text::{cut, put, width};
use crate::chart::{
    Badge, PlotKind, PlotState, Reading, Severity, StreamSnapshot, away, value_of, value_text,
};
use crate::stream::StreamKind;

/// Cells of a value without its unit: entries do not move while values change.
const VALUE: usize = 9;
/// Rows at most.
const MOST_ROWS: u16 = 3;
/// Cells between two entries, and two badges.
const GAP: u16 = 2;

/// One stream in the legend.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    member: usize,
    label: String,
    value: String,
    is_away: bool,
    is_hidden: bool,
}

/// What is said of the streams of a plot, each at the place where somebody points.
pub(super) fn entries(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    readings: &[Reading],
    (pointed_x, place): (Option<f64>, Option<[f64; 2]>),
) -> Vec<Entry> {
    let members = plot.members().iter().enumerate();
    let entry = |(at, member): (usize, &crate::chart::Member)| {
        let stream = streams.get(member.index)?;
        let away = away(plot, member, stream);
        let is_away = away.is_some();
        let unit = &stream.info.meta.y_unit;
        let reading = readings.get(at).copied().unwrap_or(Reading::OWN);
        let value = match plot.kind() {
            _ if is_away => away.unwrap_or_default(),
            _ if stream.info.kind == StreamKind::Events => String::new(),
            PlotKind::Time => value_text(value_of(stream, pointed_x).map(|(_, y)| y), reading, unit),
            PlotKind::Waterfall => {
                let value = place.and_then(|place| plot.waterfall().value_at(place));
                value.map_or_else(String::new, |value| value_text(Some(value), reading, unit))
            }
            PlotKind::Xy | PlotKind::Snapshot => String::new(),
        };
        let room = 1 + VALUE + if unit.is_empty() { 0 } else { unit.chars().count() + 2 };
        let value = if value.is_empty() { value } else { format!("{:<room$}", format!(" {value}")) };
        Some(Entry { member: at, label: member.label.clone(), value, is_away, is_hidden: member.is_hidden })
    };
    members.filter_map(entry).collect()
}

impl Entry {
    fn width(&self) -> u16 {
        2 + width(&cut(&self.label, 40)) + if self.value.is_empty() { 0 } else { width(&self.value) }
    }
}

/// Rows that the legend takes in a panel of this size.
pub(super) fn rows(entries: &[Entry], area: Rect, badges: u16) -> u16 {
    let most = (area.height / 6).clamp(1, MOST_ROWS);
    let (mut x, mut rows) = (0, 1);
    for entry in entries {
        let limit = if rows == 1 { area.width.saturating_sub(badges) } else { area.width };
        if x > 0 && x + entry.width() > limit {
            if rows == most {
                break;
            }
            (x, rows) = (0, rows + 1);
        }
        x += entry.width() + GAP;
    }
    rows
}

/// Cells that the badges may take, and do.
pub(super) fn badges_width(badges: &[Badge], width_of_panel: u16) -> u16 {
    let most = width_of_panel / 2;
    let mut taken = 0;
    for badge in badges {
        let wide = badge_width(badge) + GAP;
        if taken + wide > most {
            break;
        }
        taken += wide;
    }
    taken
}

fn badge_width(badge: &Badge) -> u16 {
    width(&badge.text) + if badge.tone == Severity::Quiet { 0 } else { 2 }
}

/// Writes badges from the right, the most important last, and gives where they begin.
pub(super) fn write_badges(
    buffer: &mut Buffer,
    badges: &[Badge],
    row: Rect,
    inks: Inks,
    is_ascii: bool,
) -> u16 {
    let mut right = row.right();
    let most = badges_width(badges, row.width);
    for badge in badges {
        let wide = badge_width(badge);
        if row.right() - right + wide + GAP > most.max(1) && right < row.right() || wide > most {
            break;
        }
        let left = right - wide;
        let mut at = left;
        if badge.tone != Severity::Quiet {
            let dot = if is_ascii { "* " } else { "● " };
            at = put(buffer, [at, row.y], dot, inks.tone(badge.tone), 2);
        }
        let style = if badge.tone == Severity::Quiet { inks.faint() } else { Inks::text() };
        put(buffer, [at, row.y], &badge.text, style, right - at);
        right = left.saturating_sub(GAP).max(row.x);
    }
    right
}

/// Writes the entries into rows, the first of which ends before the badges. Gives where each lies.
pub(super) fn write(
    buffer: &mut Buffer,
    entries: &[Entry],
    plot: &PlotState,
    (area, first_right): (Rect, u16),
    inks: Inks,
    is_ascii: bool,
) -> Vec<(Rect, usize)> {
    let mut hits = Vec::new();
    let (mut x, mut y) = (area.x, area.y);
    for (index, entry) in entries.iter().enumerate() {
        let right = |y: u16| if y == area.y { first_right } else { area.right() };
        let is_last = y + 1 >= area.bottom();
        let left_out = format!("+{} more", entries.len() - index);
        let reserve = if is_last && index + 1 < entries.len() { width(&left_out) + 1 } else { 0 };
        if x > area.x && x + entry.width() + reserve > right(y) {
            if is_last {
                put(buffer, [x, y], &left_out, inks.faint(), right(y).saturating_sub(x));
                break;
            }
            (x, y) = (area.x, y + 1);
        }
        let Some(member) = plot.members().get(entry.member) else { continue };
        let end = right(y).max(x);
        let begin = x;
        let mut text = Inks::text();
        let mut swatch = Inks::text().fg(inks.of(member));
        if entry.is_hidden {
            text = inks.faint().add_modifier(Modifier::CROSSED_OUT);
            swatch = inks.faint();
        }
        let sign = match (member.is_events, is_ascii) {
            (true, true) => "! ",
            (true, false) => "▾ ",
            (false, true) => "- ",
            (false, false) => "━ ",
        };
        x = put(buffer, [x, y], sign, swatch, (end - x).min(2));
        x = put(buffer, [x, y], &cut(&entry.label, 40), text, end - x);
        if !entry.is_hidden {
            let style = if entry.is_away { inks.tone(Severity::Warn) } else { Inks::text() };
            x = put(buffer, [x, y], &entry.value, style, end.saturating_sub(x));
        }
        hits.push((Rect { x: begin, y, width: x.saturating_sub(begin), height: 1 }, entry.member));
        x = x.max(begin + entry.width()) + GAP;
    }
    hits
}
