//! What was pushed where a page holds a pen-up: the pages keep NaN for every y that no line goes through, and for x the last
//! finite one. Exports are to hold what came, so what a page leaves out stands here, and ordinary points cost nothing.

use std::collections::VecDeque;

use super::lost::LostRuns;
use crate::ring::{Point, XMode};

/// Fillers of breaks, and points that a page does not hold as they came.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    /// Positions with neither x nor y: they lift the pen, and nobody pushed them.
    pub(super) fillers: LostRuns,
    /// Points with an infinite y or an x that is not finite, by position. A finite x stands in the page.
    pub(super) odd: VecDeque<(u64, Point)>,
}

impl Pushed {
    /// Notes those of the points from `first` on that a page does not hold. x of a uniform stream is its position.
    #[cold]
    pub(super) fn note(&mut self, first: u64, points: &[Point], epoch: f64, x_mode: XMode) {
        for (position, point) in (first..).zip(points) {
            let x = match x_mode {
                XMode::Uniform { .. } => 0.0,
                XMode::Timed if !epoch.is_finite() => f32::NAN,
                XMode::Timed | XMode::Xy => point.x,
            };
            if x.is_nan() && point.y.is_nan() {
                self.fillers.extend(position);
            } else if !x.is_finite() || point.y.is_infinite() {
                self.odd.push_back((position, Point { x, y: point.y }));
            }
        }
    }

    /// Forgets what lies before `position`.
    pub(super) fn evict_before(&mut self, position: u64) {
        self.fillers.evict_before(position);
        while self.odd.front().is_some_and(|(at, _)| *at < position) {
            self.odd.pop_front();
        }
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        self.fillers.memory_bytes() + (self.odd.len() * size_of::<(u64, Point)>()) as u64
    }
}
