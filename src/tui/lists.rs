//! Lists over the panels: the keys, all that can be asked for by name, and a line that asks for a file.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::colours::Inks;
use super::keys::works_here;
use super::text::{put, width};
use crate::chart::{ALL, Found, Keymap, POINTER};

/// Cells of a column of the list of keys, and of the keys in it.
const COLUMN: u16 = 46;
const KEYS: u16 = 16;
/// What the pointer does in a window alone.
const NOT_HERE: [&str; 7] = [
    "Ctrl+wheel",
    "right click",
    "on an axis",
    "legend Ctrl+click",
    "legend drag",
    "legend right click",
    "right drag",
];
/// What the keys do besides.
const BESIDES: [(&str, &str); 5] = [
    ("Tab", "next panel"),
    ("Alt+Backspace", "next view"),
    ("Shift+arrows", "move the cursor"),
    ("Ctrl+C", "quit"),
    ("Ctrl+Z", "suspend, fg resumes"),
];
/// Width of the box with names at most.
const BOX: u16 = 64;

/// Writes the list of keys over a screen, from a row on. Gives how many rows there are more than have room.
pub(super) fn list_keys(buffer: &mut Buffer, area: Rect, keymap: &Keymap, from: usize, inks: Inks) -> usize {
    let rows = rows(keymap);
    let columns = usize::from((area.width / COLUMN).max(1));
    let per_column = rows.len().div_ceil(columns);
    let room = usize::from(area.height.saturating_sub(1));
    let surplus = per_column.saturating_sub(room);
    let from = from.min(surplus);
    clear(buffer, area);
    for (column, rows) in rows.chunks(per_column.max(1)).enumerate() {
        let x = area.x + column as u16 * COLUMN;
        for (row, (key, what)) in rows.iter().skip(from).take(room).enumerate() {
            let y = area.y + row as u16;
            if key.is_empty() {
                put(buffer, [x, y], what, Inks::text().add_modifier(Modifier::BOLD), COLUMN - 1);
                continue;
            }
            put(buffer, [x + 1, y], key, Inks::text(), KEYS - 2);
            put(
                buffer,
                [x + KEYS, y],
                what,
                inks.faint(),
                (COLUMN - KEYS - 1).min(area.right().saturating_sub(x + KEYS)),
            );
        }
    }
    let hint = if surplus > 0 { "Esc closes, arrows scroll" } else { "Esc closes" };
    put(buffer, [area.x, area.bottom().saturating_sub(1)], hint, inks.faint(), area.width);
    surplus
}

fn rows(keymap: &Keymap) -> Vec<(String, &'static str)> {
    let mut rows = Vec::new();
    let mut group = "";
    for spec in ALL.iter().filter(|spec| works_here(spec.command)) {
        let keys = keymap.keys_of(spec.command);
        if keys.is_empty() {
            continue;
        }
        if spec.group != group {
            group = spec.group;
            rows.push((String::new(), group));
        }
        rows.push((keys, spec.title));
    }
    rows.push((String::new(), "Here"));
    rows.extend(BESIDES.map(|(key, what)| (key.to_owned(), what)));
    rows.push((String::new(), "Mouse"));
    let pointer = POINTER.iter().filter(|(key, _)| !NOT_HERE.contains(key));
    rows.extend(pointer.map(|(key, what)| ((*key).to_owned(), *what)));
    rows
}

/// Writes a field with what was typed, and below it what fits to that.
pub(super) fn names(
    buffer: &mut Buffer,
    area: Rect,
    (text, found, chosen): (&str, &[Found], usize),
    inks: Inks,
) {
    let wide = BOX.min(area.width);
    let area = Rect { x: area.x + (area.width - wide) / 2, width: wide, ..area };
    let room = usize::from(area.height.saturating_sub(2)).min(12);
    let rows = found.len().clamp(1, room.max(1)) as u16;
    let area = Rect { height: (rows + 1).min(area.height), ..area };
    clear(buffer, area);
    field(buffer, area, ": ", text);
    let from = (chosen + 1).saturating_sub(room);
    for (row, (index, found)) in found.iter().enumerate().skip(from).take(room).enumerate() {
        let y = area.y + 1 + row as u16;
        let style =
            if index == chosen { Inks::text().add_modifier(Modifier::REVERSED) } else { Inks::text() };
        let keys = width(&found.keys).min(area.width / 3);
        put(buffer, [area.x + 1, y], &found.name, style, area.width.saturating_sub(keys + 3));
        put(buffer, [area.right().saturating_sub(keys + 1), y], &found.keys, inks.faint(), keys);
    }
    if found.is_empty() {
        put(buffer, [area.x + 1, area.y + 1], "Nothing is called so", inks.faint(), area.width);
    }
}

/// Writes a field that asks for a file, and what is wrong with the one that was named.
pub(super) fn path(buffer: &mut Buffer, area: Rect, (title, text, error): (&str, &str, &str), inks: Inks) {
    let area = Rect { height: area.height.min(if error.is_empty() { 1 } else { 2 }), ..area };
    clear(buffer, area);
    field(buffer, area, &format!("{title}: "), text);
    if area.height > 1 {
        put(buffer, [area.x, area.y + 1], error, inks.tone(crate::chart::Severity::Bad), area.width);
    }
}

fn field(buffer: &mut Buffer, area: Rect, prompt: &str, text: &str) {
    let style = Inks::text().add_modifier(Modifier::REVERSED);
    for x in area.left()..area.right() {
        put(buffer, [x, area.y], " ", style, 1);
    }
    let x = put(buffer, [area.x, area.y], prompt, style, area.width);
    // The end of what is typed is what counts.
    let room = area.right().saturating_sub(x + 1);
    let begins = text.char_indices().map(|(at, _)| at).find(|at| width(&text[*at..]) <= room);
    let end = put(buffer, [x, area.y], begins.map_or("", |at| &text[at..]), style, room);
    put(buffer, [end, area.y], "▏", style, 1);
}

fn clear(buffer: &mut Buffer, area: Rect) {
    for (y, x) in (area.top()..area.bottom()).flat_map(|y| (area.left()..area.right()).map(move |x| (y, x))) {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.reset();
        }
    }
}
