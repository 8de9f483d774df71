//! Text in cells, and cells as text.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use crate::stream::escaped;

/// Writes a text that may be somebody else's, no wider than `most` cells; where it ends. What is cut ends in an ellipsis.
pub(super) fn put(buffer: &mut Buffer, [x, y]: [u16; 2], text: &str, style: Style, most: u16) -> u16 {
    let area = *buffer.area();
    if y >= area.bottom() || x >= area.right() || most == 0 {
        return x;
    }
    let most = most.min(area.right() - x);
    let shown = cut(text, most);
    buffer.set_stringn(x, y, shown, usize::from(most), style).0
}

/// A text of one line, no wider than so many cells.
pub(super) fn cut(text: &str, most: u16) -> String {
    let text = escaped(text);
    if width(&text) <= most {
        return text.into_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if width(&short) + 1 > most {
            short.pop();
            break;
        }
    }
    if most > 0 { short + "…" } else { String::new() }
}

/// Cells that a text takes.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(Span::raw(text).width()).unwrap_or(u16::MAX)
}

/// A frame as lines of text, with sequences for its colours or without.
pub(crate) fn print(buffer: &Buffer, has_colours: bool) -> String {
    let area = *buffer.area();
    let mut text = String::new();
    for y in area.top()..area.bottom() {
        let row: Vec<&Cell> = (area.left()..area.right()).filter_map(|x| buffer.cell((x, y))).collect();
        let is_blank = |cell: &&Cell| cell.symbol().trim().is_empty() && cell.bg == Color::Reset;
        let end = row.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
        let mut style = Style::reset();
        let mut at = 0;
        while at < end {
            let cell = row[at];
            if has_colours && cell.style() != style {
                style = cell.style();
                sequence(&mut text, cell);
            }
            text.push_str(cell.symbol());
            at += usize::from(width(cell.symbol()).max(1));
        }
        if has_colours && end > 0 {
            text.push_str("\x1b[0m");
        }
        text.push('\n');
    }
    text
}

fn sequence(text: &mut String, cell: &Cell) {
    text.push_str("\x1b[0");
    let modifiers =
        [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::REVERSED, 7), (Modifier::CROSSED_OUT, 9)];
    for (_, code) in modifiers.iter().filter(|(modifier, _)| cell.modifier.contains(*modifier)) {
        let _ = write!(text, ";{code}");
    }
    for (colour, base) in [(cell.fg, 30), (cell.bg, 40)] {
        // Writing to a string does not fail.
        let _ = match colour {
            Color::Reset => Ok(()),
            Color::Rgb(r, g, b) => write!(text, ";{};2;{r};{g};{b}", base + 8),
            Color::Indexed(index) => write!(text, ";{};5;{index}", base + 8),
            named => write!(text, ";{}", base + code(named)),
        };
    }
    text.push('m');
}

/// The code of one of the 16, from that of black on.
fn code(colour: Color) -> u8 {
    match colour {
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn what_steers_a_terminal_never_reaches_a_cell() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
        put(&mut buffer, [0, 0], "a\x1b[31mb\u{9b}2J\u{202e}c", Style::new(), 40);
        let text = print(&buffer, false);
        assert_eq!(text, "a\\u{1b}[31mb\\u{9b}2J\\u{202e}c\n");
    }

    #[test]
    fn what_is_cut_says_so_and_wide_letters_count_twice() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(width("漢字"), 4);
    }
}
