//! Cells shaded by a value: two rows in a cell where there are colours, else one of five characters.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::colours::{Depth, Inks};

/// Characters from the emptiest to the fullest.
const BLOCKS: [&str; 5] = [" ", "░", "▒", "▓", "█"];
const LETTERS: [&str; 9] = [" ", ".", ":", "-", "=", "+", "*", "#", "@"];
/// What stands where something is missing.
const MISSING: [&str; 2] = ["/", "╱"];

/// What a shaded cell shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shade {
    Nothing,
    /// Something is lost.
    Missing,
    /// A share of the greatest, 0 to 1.
    Value(f32),
}

/// How shades are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shading<'a> {
    pub(super) inks: Inks,
    pub(super) is_ascii: bool,
    /// Colours from the least value to the greatest.
    pub(super) ramp: &'a [[u8; 4]; 256],
    /// The colour where there are only few.
    pub(super) own: Color,
    pub(super) missing: Style,
}

impl Shading<'_> {
    /// Rows of values in a row of cells.
    pub(super) fn rows_of_cell(inks: Inks, is_ascii: bool) -> usize {
        let has_ramp = matches!(inks.depth, Depth::Indexed | Depth::Direct);
        if has_ramp && !is_ascii { 2 } else { 1 }
    }

    fn colour(&self, share: f32) -> Color {
        let [r, g, b, _] = self.ramp[(share.clamp(0.0, 1.0) * 255.0) as usize];
        self.inks.colour([r, g, b])
    }

    /// Writes rows of shades, from the top; each as many as the area is wide.
    pub(super) fn write(&self, buffer: &mut Buffer, area: Rect, at: impl Fn(usize, usize) -> Shade) {
        let per_cell = Self::rows_of_cell(self.inks, self.is_ascii);
        for (y, x) in (0..area.height).flat_map(|y| (0..area.width).map(move |x| (y, x))) {
            let of = |row: usize| at(usize::from(x), usize::from(y) * per_cell + row);
            let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) else { continue };
            let shades = [of(0), if per_cell == 2 { of(1) } else { Shade::Nothing }];
            match shades {
                [Shade::Nothing, Shade::Nothing] => {}
                [Shade::Missing, _] | [_, Shade::Missing] => {
                    cell.reset();
                    cell.set_symbol(MISSING[usize::from(!self.is_ascii)]).set_style(self.missing);
                }
                [Shade::Value(share), _] if per_cell == 1 => {
                    let share = share.clamp(0.0, 1.0);
                    let symbol = if self.is_ascii { pick(&LETTERS, share) } else { pick(&BLOCKS, share) };
                    cell.reset();
                    cell.set_symbol(symbol).set_fg(self.own);
                }
                [Shade::Value(upper), Shade::Value(lower)] => {
                    let (upper, lower) = (self.colour(upper), self.colour(lower));
                    cell.reset();
                    if upper == lower {
                        cell.set_symbol("█").set_fg(upper);
                    } else {
                        cell.set_symbol("▀").set_fg(upper).set_bg(lower);
                    }
                }
                [Shade::Value(upper), Shade::Nothing] => {
                    cell.reset();
                    cell.set_symbol("▀").set_fg(self.colour(upper));
                }
                [Shade::Nothing, Shade::Value(lower)] => {
                    cell.reset();
                    cell.set_symbol("▄").set_fg(self.colour(lower));
                }
            }
        }
    }
}

/// The character of a share; what is there at all is never blank.
fn pick<const N: usize>(signs: &[&'static str; N], share: f32) -> &'static str {
    signs[1 + (share * (N - 2) as f32).round() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(depth: Depth, is_ascii: bool, shades: [[Shade; 2]; 2]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        let ramp = std::array::from_fn(|i| [i as u8, 0, 0, 255]);
        let inks = Inks::new(depth, true);
        let (own, missing) = (Color::Green, Style::new());
        let shading = Shading { inks, is_ascii, ramp: &ramp, own, missing };
        shading.write(&mut buffer, Rect::new(0, 0, 2, 1), |x, y| shades[y][x]);
        buffer
    }

    #[test]
    fn two_values_share_a_cell_where_there_are_colours() {
        let (least, most) = (Shade::Value(0.0), Shade::Value(1.0));
        let buffer = written(Depth::Direct, false, [[most, Shade::Nothing], [least, Shade::Missing]]);
        let cell = &buffer[(0, 0)];
        assert_eq!((cell.symbol(), cell.fg, cell.bg), ("▀", Color::Rgb(255, 0, 0), Color::Rgb(0, 0, 0)));
        assert_eq!(buffer[(1, 0)].symbol(), "╱");
    }

    #[test]
    fn without_colours_characters_tell_how_much_there_is() {
        let (least, most) = (Shade::Value(0.0), Shade::Value(1.0));
        let signs = |depth, is_ascii| {
            let buffer = written(depth, is_ascii, [[least, most], [Shade::Nothing; 2]]);
            [buffer[(0, 0)].symbol().to_owned(), buffer[(1, 0)].symbol().to_owned()]
        };
        assert_eq!(signs(Depth::Monochrome, false), ["░", "█"]);
        assert_eq!(signs(Depth::Monochrome, true), [".", "@"]);
    }
}
