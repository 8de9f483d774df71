//! Text of a drawing as outlines: a browser lacks the window's fonts, and others are of other widths.
//!
//! Each glyph is told once, in units of its font, and referred to where it stands.

use std::collections::HashMap;
use std::fmt::Write as _;

use egui::{FontData, FontDefinitions, FontFamily};

use super::svg_text::N;
use crate::plot::fonts;

/// A glyph that was told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// Its number, by which it is referred to.
    pub(crate) number: usize,
    /// Size of a unit of its font, for text of size 1.
    pub(crate) scale: f32,
    /// How far down it stands, for text of size 1.
    pub(crate) down: f32,
}

/// The glyphs of a drawing.
pub(crate) struct Outlines {
    fonts: FontDefinitions,
    /// By character, and whether the digits are all equally wide. What has no outline, as a blank, is `None`.
    known: HashMap<(char, bool), Option<Glyph>>,
    count: usize,
}

impl std::fmt::Debug for Outlines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlines").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Outlines {
    pub(crate) fn new() -> Self {
        Self { fonts: FontDefinitions::default(), known: HashMap::new(), count: 0 }
    }

    /// The glyph of a character. `define` is given the outline of one that was not told before, as the data of a path.
    pub(crate) fn glyph(
        &mut self,
        letter: char,
        family: &FontFamily,
        define: impl FnOnce(usize, &str),
    ) -> Option<Glyph> {
        let key = (letter, *family == FontFamily::Monospace);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let own = self.fonts.families.get(family).into_iter().flatten();
        let mut own = own.filter_map(|name| self.fonts.font_data.get(name));
        let found = own.find_map(|font| Outline::of(font, letter));
        let found = found.or_else(|| Outline::of(&fonts::of_the_system(letter)?.data, letter));
        let glyph = found.filter(|found| !found.path.is_empty()).map(|found| {
            define(self.count, &found.path);
            self.count += 1;
            Glyph { number: self.count - 1, scale: found.scale, down: found.down }
        });
        self.known.insert(key, glyph);
        glyph
    }
}

/// An outline in units of its font, y down.
struct Outline {
    path: String,
    scale: f32,
    down: f32,
}

impl Outline {
    /// The outline of a letter; `None` where the font lacks it.
    fn of(font: &FontData, letter: char) -> Option<Self> {
        let face = ttf_parser::Face::parse(font.bytes(), font.index).ok()?;
        let glyph = face.glyph_index(letter)?;
        let mut path = Path::default();
        face.outline_glyph(glyph, &mut path);
        let scale = font.tweak.scale / f32::from(face.units_per_em());
        Some(Self { path: path.0, scale, down: font.tweak.scale * font.tweak.y_offset_factor })
    }
}

/// The data of a path in progress.
#[derive(Default)]
struct Path(String);

impl Path {
    fn add(&mut self, letter: char, places: &[[f32; 2]]) {
        self.0.push(letter);
        for (index, [x, y]) in places.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(self.0, "{gap}{} {}", N(*x), N(-*y));
        }
    }
}

impl ttf_parser::OutlineBuilder for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add('M', &[[x, y]]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add('L', &[[x, y]]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.add('Q', &[[x1, y1], [x, y]]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.add('C', &[[x1, y1], [x2, y2], [x, y]]);
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glyph_is_told_once_and_blanks_not_at_all() {
        let (mut outlines, mut told) = (Outlines::new(), Vec::new());
        for letter in ['V', 'V', ' ', 'µ', 'V'] {
            outlines.glyph(letter, &FontFamily::Proportional, |number, path| {
                told.push((number, path.to_owned()));
            });
        }
        assert_eq!(told.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1]);
        assert!(told.iter().all(|(_, path)| path.starts_with('M') && path.ends_with('Z')));
        let other = outlines.glyph('V', &FontFamily::Monospace, |_, _| {});
        assert_eq!(other.map(|glyph| glyph.number), Some(2), "another font has another outline");
    }
}
