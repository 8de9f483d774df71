//! The table of streams: for each whether its producer lives, how fast it is, and the exact counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::colours::Inks;
use super::text::{put, width};
use crate::chart::{Severity, StreamSnapshot, format, state_of};
use crate::stream::StreamKind;

/// Share of the screen that the table takes at most: one in so many rows.
const SHARE: u16 = 4;
/// A screen of fewer rows has no table.
const LEAST_HEIGHT: u16 = 16;
/// Least and greatest width of a name, and the room between two columns.
const NAME: [u16; 2] = [8, 40];
const GAP: u16 = 2;
/// Width of the state and of a rate.
const STATE: u16 = 14;
const RATE: u16 = 9;

/// Rows that the table takes on a screen of this height.
pub(super) fn height(streams: usize, screen: u16) -> u16 {
    if streams == 0 || screen < LEAST_HEIGHT {
        return 0;
    }
    (u16::try_from(streams).unwrap_or(u16::MAX).saturating_add(1)).min((screen / SHARE).max(2))
}

/// Writes the table; what has no room is left out from the rate on, and lost is left out last.
pub(super) fn write(buffer: &mut Buffer, area: Rect, streams: &[StreamSnapshot], inks: Inks) {
    if area.height < 2 {
        return;
    }
    let counts = |s: &StreamSnapshot| {
        let counts = s.counts;
        [counts.position.saturating_sub(counts.start), counts.received, counts.lost]
    };
    let widest = streams.iter().flat_map(counts).map(|count| width(&format::count(count))).max();
    let count = widest.unwrap_or(0).max(8) + GAP;
    let names = streams.iter().map(|stream| width(&stream.info.meta.name)).max().unwrap_or(0);
    let name = names.clamp(NAME[0], NAME[1]);
    let fits = |others: u16| area.width >= NAME[0] + others;
    let shown = [3, 2].into_iter().find(|n| fits(n * count)).unwrap_or(1);
    let has_rate = shown == 3 && fits(3 * count + RATE + GAP);
    let has_state = has_rate && fits(3 * count + RATE + STATE + 2 * GAP);
    let others =
        shown * count + if has_rate { RATE + GAP } else { 0 } + if has_state { STATE + GAP } else { 0 };
    let name = name.min(area.width.saturating_sub(others));
    let state_at = area.x + name + GAP;
    let right_of_rate = area.x + name + if has_state { STATE + GAP } else { 0 } + RATE + GAP;
    let first_count = if has_rate { right_of_rate } else { area.x + name };
    let right = |place: u16| first_count + (place + 1) * count;
    let number = |buffer: &mut Buffer, text: &str, [right, y]: [u16; 2], style| {
        let wide = width(text);
        put(buffer, [right.saturating_sub(wide), y], text, style, wide);
    };
    put(buffer, [area.x, area.y], "stream", inks.faint(), name);
    if has_state {
        put(buffer, [state_at, area.y], "producer", inks.faint(), STATE);
    }
    if has_rate {
        number(buffer, "rate", [right_of_rate, area.y], inks.faint());
    }
    let titles = ["drained", "received", "lost"];
    for (place, title) in (0..shown).zip(&titles[usize::from(3 - shown)..]) {
        number(buffer, title, [right(place), area.y], inks.faint());
    }
    let rows = usize::from(area.height - 1);
    let is_cut = streams.len() > rows;
    for (index, stream) in streams.iter().take(rows).enumerate() {
        let y = area.y + 1 + index as u16;
        if is_cut && index + 1 == rows {
            let hidden = &streams[index..];
            let losing = hidden.iter().filter(|s| s.counts.lost > 0 && s.info.kind != StreamKind::Snapshot);
            let losing = losing.count();
            let end = put(buffer, [area.x, y], &format!("+{} more", hidden.len()), inks.faint(), area.width);
            if losing > 0 {
                let text = format!("  {losing} of them lost points");
                put(buffer, [end, y], &text, inks.tone(Severity::Bad), area.right().saturating_sub(end));
            }
            break;
        }
        let (state, tone) = state_of(stream);
        put(buffer, [area.x, y], &in_front(&stream.info.meta.name, name), Inks::text(), name);
        if has_state {
            put(buffer, [state_at, y], &state, inks.tone(tone), STATE);
        }
        if has_rate {
            let rate = stream.rate_hz.filter(|_| !stream.liveness.is_over());
            number(
                buffer,
                &rate.map_or_else(|| "–".to_owned(), format::rate),
                [right_of_rate, y],
                Inks::text(),
            );
        }
        let all = counts(stream);
        for (place, count) in (0..shown).zip(&all[usize::from(3 - shown)..]) {
            let is_lost = place + 1 == shown;
            let style = match (is_lost, *count, stream.info.kind) {
                (true, 0, _) => inks.faint(),
                (true, _, kind) if kind != StreamKind::Snapshot => inks.tone(Severity::Bad),
                _ => Inks::text(),
            };
            // No producer counts what is derived.
            let is_derived = stream.info.derived.is_some();
            let text = if is_derived { "–".to_owned() } else { format::count(*count) };
            number(buffer, &text, [right(place), y], style);
        }
    }
}

/// A name cut at its beginning: the names of streams that belong together differ at the end.
fn in_front(name: &str, most: u16) -> String {
    if width(name) <= most {
        return name.to_owned();
    }
    let starts = name.char_indices().map(|(at, _)| at);
    let mut ends = starts.map(|at| &name[at..]);
    ends.find(|end| width(end) < most).map_or_else(String::new, |end| format!("…{end}"))
}
