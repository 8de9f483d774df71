//! The point: what a slot of the ring holds.

use bytemuck::{Pod, Zeroable};

/// An (x, y) pair, 8 bytes, as it travels through the ring and to the GPU.
///
/// A non-finite `x` or `y` is a pen-up: it breaks the line and is drawn nowhere.
///
/// ```
/// use ringplot::Point;
///
/// let point = Point::new(1.0, -2.0);
/// assert_eq!((point.x, point.y), (1.0, -2.0));
/// assert!(Point::PEN_UP.x.is_nan());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Point {
    /// Horizontal value; in a timed stream the offset in seconds from the epoch of the point's block.
    pub x: f32,
    /// Vertical value, in the stream's y unit.
    pub y: f32,
}

impl Point {
    /// The point (`x`, `y`).
    #[inline]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The slot word: x in the low half, y in the high half.
    #[inline]
    pub const fn to_bits(self) -> u64 {
        self.x.to_bits() as u64 | (self.y.to_bits() as u64) << 32
    }

    /// The point in a slot word.
    #[inline]
    pub const fn from_bits(bits: u64) -> Self {
        Self { x: f32::from_bits(bits as u32), y: f32::from_bits((bits >> 32) as u32) }
    }

    /// A pen-up: NaN in both halves.
    pub const PEN_UP: Self = Self { x: f32::NAN, y: f32::NAN };
}
