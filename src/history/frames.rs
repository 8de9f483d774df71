//! What is kept of a snapshot stream: whole curves, each replacing the one before.

use crate::ring::Point;

/// One whole curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Its number in the stream, counted from 0 by the producer.
    pub number: u64,
    /// When it was made, in seconds on the stream's clock.
    pub t: f64,
    /// The curve; a non-finite x or y lifts the pen.
    pub points: Vec<Point>,
}

/// The newest frame of a snapshot stream. Never more than one, so it needs no limit.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    newest: Option<Frame>,
}

impl Frames {
    /// Holds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a frame in, unless one with the same or a later number is already held; reuses the memory of the
    /// frame that it replaces. Returns whether it was taken.
    pub fn push(&mut self, number: u64, t: f64, points: &[Point]) -> bool {
        if self.newest.as_ref().is_some_and(|newest| newest.number >= number) {
            return false;
        }
        let frame = self.newest.get_or_insert_default();
        frame.number = number;
        frame.t = t;
        frame.points.clear();
        frame.points.extend_from_slice(points);
        true
    }

    /// The newest frame.
    pub fn newest(&self) -> Option<&Frame> {
        self.newest.as_ref()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.newest = None;
    }

    /// Memory used for points, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.newest.as_ref().map_or(0, |frame| (frame.points.capacity() * size_of::<Point>()) as u64)
    }
}
