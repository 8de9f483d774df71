//! Dots in cells of characters: several in one, all of one colour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::pixel::{OCTANTS, QUADRANTS};

/// Which characters have the dots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Marker {
    /// 2 × 4 dots a cell, in nearly every font.
    #[default]
    Braille,
    /// 2 × 4 without gaps between them, from Unicode 16.
    Octant,
    /// 2 × 2.
    Block,
    /// 1 × 2, for what shows nothing else.
    Ascii,
}

impl Marker {
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("braille", Self::Braille),
        ("octant", Self::Octant),
        ("block", Self::Block),
        ("ascii", Self::Ascii),
    ];

    /// Dots in a cell: across, and down.
    pub(super) fn dots(self) -> [usize; 2] {
        match self {
            Self::Braille | Self::Octant => [2, 4],
            Self::Block => [2, 2],
            Self::Ascii => [1, 2],
        }
    }

    /// Whether nothing but ASCII is to be written.
    pub(super) fn is_ascii(self) -> bool {
        self == Self::Ascii
    }

    /// The character with these dots, by rows from the upper left one in the lowest bit.
    fn character(self, dots: u8) -> char {
        match self {
            Self::Braille => braille(dots),
            Self::Octant => OCTANTS[usize::from(dots)],
            Self::Block => QUADRANTS[usize::from(dots & 15)],
            Self::Ascii => [' ', '\'', '.', ':'][usize::from(dots & 3)],
        }
    }
}

/// Braille numbers its dots down the columns, and the lowest two last.
fn braille(dots: u8) -> char {
    const BITS: [u32; 8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
    let bits = BITS.iter().enumerate().filter(|(at, _)| dots & (1 << at) != 0);
    char::from_u32(bits.fold(0x2800, |all, (_, bit)| all | bit)).unwrap_or(' ')
}

/// The dots of a plot area.
#[derive(Debug)]
pub(super) struct Dots {
    marker: Marker,
    /// Cells across and down.
    cells: [usize; 2],
    /// The dots of each cell, and its colour's number.
    held: Vec<(u8, u16)>,
}

impl Dots {
    pub(super) fn new(marker: Marker, area: Rect) -> Self {
        let cells = [usize::from(area.width), usize::from(area.height)];
        Self { marker, cells, held: vec![(0, 0); cells[0] * cells[1]] }
    }

    /// Dots across and down.
    pub(super) fn size(&self) -> [usize; 2] {
        let [across, down] = self.marker.dots();
        [self.cells[0] * across, self.cells[1] * down]
    }

    /// Sets a dot, counted from the upper left, if it is one.
    pub(super) fn set(&mut self, x: usize, y: usize, ink: u16) {
        let [across, down] = self.marker.dots();
        let (cell_x, cell_y) = (x / across, y / down);
        if cell_x >= self.cells[0] || cell_y >= self.cells[1] {
            return;
        }
        let cell = &mut self.held[cell_y * self.cells[0] + cell_x];
        cell.0 |= 1 << (y % down * across + x % across);
        cell.1 = ink;
    }

    /// Sets the dots of a column from one row to another, both included.
    pub(super) fn span(&mut self, x: usize, [top, bottom]: [usize; 2], ink: u16) {
        for y in top..=bottom {
            self.set(x, y, ink);
        }
    }

    /// Sets the dots of a stroke between two places, counted in dots. What lies outside is left out.
    pub(super) fn stroke(&mut self, from: [f64; 2], to: [f64; 2], ink: u16) {
        let size = self.size().map(|length| length as f64);
        let Some((a, b)) = clipped(from, to, size) else { return };
        let steps = (b[0] - a[0]).abs().max((b[1] - a[1]).abs()).ceil().max(1.0);
        for step in 0..=steps as usize {
            let share = step as f64 / steps;
            let at = [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * share);
            if (0..2).all(|axis| at[axis] >= 0.0 && at[axis] < size[axis]) {
                self.set(at[0] as usize, at[1] as usize, ink);
            }
        }
    }

    /// Whether a cell has a dot.
    pub(super) fn has(&self, x: usize, y: usize) -> bool {
        self.held.get(y * self.cells[0] + x).is_some_and(|(dots, _)| *dots != 0)
    }

    /// Writes the cells that have dots.
    pub(super) fn write(&self, buffer: &mut Buffer, area: Rect, style_of: impl Fn(u16) -> Style) {
        for (index, (dots, ink)) in self.held.iter().enumerate().filter(|(_, (dots, _))| *dots != 0) {
            let (x, y) = ((index % self.cells[0]) as u16, (index / self.cells[0]) as u16);
            if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) {
                cell.reset();
                cell.set_char(self.marker.character(*dots)).set_style(style_of(*ink));
            }
        }
    }
}

/// Farther than this, in dots, a place on a stroke cannot be computed to a dot from its ends.
const FAR: f64 = 1e9;

/// The ends of a stroke, brought near the rectangle along the stroke: halved for as long as that leaves out nothing of what
/// lies in the rectangle.
fn nearer(mut p: [f64; 2], mut q: [f64; 2], size: [f64; 2]) -> [[f64; 2]; 2] {
    let is_far = |at: [f64; 2]| at.iter().any(|place| place.is_finite() && place.abs() > FAR);
    // Both on the outer side of one edge.
    let is_beyond = |a: [f64; 2], b: [f64; 2]| {
        (0..2).any(|axis| a[axis].max(b[axis]) < 0.0 || a[axis].min(b[axis]) > size[axis])
    };
    let half = |a: [f64; 2], b: [f64; 2]| [a[0] / 2.0 + b[0] / 2.0, a[1] / 2.0 + b[1] / 2.0];
    // An f64 is halved 2,100 times at most.
    for _ in 0..4_200 {
        if !(is_far(p) || is_far(q)) {
            break;
        }
        let middle = half(p, q);
        if is_beyond(p, middle) {
            p = middle;
        } else if is_beyond(middle, q) {
            q = middle;
        } else if is_far(p) {
            p = half(p, middle);
        } else {
            q = half(q, middle);
        }
    }
    [p, q]
}

/// The part of a stroke within a rectangle from the origin on (Liang and Barsky, 1984).
fn clipped(p: [f64; 2], q: [f64; 2], size: [f64; 2]) -> Option<([f64; 2], [f64; 2])> {
    let [p, q] = nearer(p, q, size);
    let d = [q[0] - p[0], q[1] - p[1]];
    let (mut t0, mut t1) = (0f64, 1f64);
    for axis in 0..2 {
        for (delta, room) in [(-d[axis], p[axis]), (d[axis], size[axis] - p[axis])] {
            if delta == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if delta < 0.0 {
                t0 = t0.max(room / delta);
            } else {
                t1 = t1.min(room / delta);
            }
        }
    }
    let at = |t: f64| [p[0] + t * d[0], p[1] + t * d[1]];
    // False too where something is not a number.
    (t0 <= t1).then(|| (at(t0), at(t1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dot_has_its_place_in_a_character() {
        let one = |marker: Marker, x, y| {
            let mut dots = Dots::new(marker, Rect::new(0, 0, 1, 1));
            dots.set(x, y, 0);
            marker.character(dots.held[0].0)
        };
        assert_eq!([one(Marker::Braille, 0, 0), one(Marker::Braille, 1, 3)], ['⠁', '⢀']);
        assert_eq!([one(Marker::Block, 1, 0), one(Marker::Block, 0, 1)], ['▝', '▖']);
        assert_eq!([one(Marker::Ascii, 0, 0), one(Marker::Ascii, 0, 1)], ['\'', '.']);
        for marker in [Marker::Braille, Marker::Octant] {
            let mut all: Vec<char> = (0..=255).map(|dots| marker.character(dots)).collect();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 256, "{marker:?}");
        }
        assert_eq!(Marker::Octant.character(255), '█');
        assert_eq!(Marker::Octant.character(0b0000_1111), '▀', "rows, not columns");
    }

    #[test]
    fn strokes_of_any_length_stay_inside() {
        let mut dots = Dots::new(Marker::Braille, Rect::new(0, 0, 4, 2));
        let far = 1e300;
        for (a, b) in [([-far, -far], [far, far]), ([f64::NAN, 0.0], [1.0, 1.0]), ([3.0, 3.0], [3.0, 3.0])] {
            dots.stroke(a, b, 0);
        }
        assert!(dots.has(0, 0) && dots.has(3, 1));
    }
}
