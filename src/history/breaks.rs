//! Why a line has no value somewhere: the pen was lifted, or a sample is no number. (What was lost: `lost_runs_in`.)

use std::ops::Range;

use super::page_x::is_lifted;
use super::pyramid::FAN_OUT;
use super::trace::Trace;

/// Pen-ups looked at in one stretch at most: a stretch with more of one kind may not tell of the other.
const MOST_LOOKS: usize = 16;

/// What breaks a line in a stretch of positions.
///
/// ```
/// use ringplot::history::{Breaks, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let mut trace = Trace::new(XMode::Xy, 1 << 20);
/// let points = vec![Point::new(0.0, 1.0), Point::new(1.0, f32::NAN), Point::PEN_UP, Point::new(3.0, 1.0)];
/// trace.append(&Batch { points, ..Batch::with_limit(4) });
/// assert_eq!(trace.breaks_among(0..4), Breaks { nan: true, lifted: true });
/// assert_eq!(trace.breaks_among(0..1), Breaks::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaks {
    /// A sample is no number, or infinite.
    pub nan: bool,
    /// The pen was lifted: x is no number. In uniform streams a lifted pen is a sample that is no number.
    pub lifted: bool,
}

impl Trace {
    /// Whether the pen was lifted at a position.
    pub fn is_lifted_at(&self, position: u64) -> bool {
        (self.start..self.end).contains(&position) && is_lifted(self.y_at(position))
    }

    /// What breaks the line among `positions`; what was lost is none of it. O(log N).
    pub fn breaks_among(&self, positions: Range<u64>) -> Breaks {
        let mut found = Breaks::default();
        let mut at = positions.start.max(self.start);
        let end = positions.end.min(self.end);
        for _ in 0..MOST_LOOKS {
            if found.nan && found.lifted {
                break;
            }
            let Some(pen_up) = self.first_pen_up(at..end) else { break };
            at = if let Some(run) = self.lost.touching(&(pen_up..pen_up + 1)).next() {
                run.end
            } else if is_lifted(self.y_at(pen_up)) {
                found.lifted = true;
                // A lifted pen fills the rest of its block.
                let mut rest = pen_up + 1..end;
                rest.find(|position| !is_lifted(self.y_at(*position))).unwrap_or(end)
            } else {
                found.nan = true;
                pen_up + 1
            };
        }
        found
    }

    /// The first position in the range at which the line is broken.
    fn first_pen_up(&self, positions: Range<u64>) -> Option<u64> {
        let Range { start: mut at, end } = positions;
        while at < end {
            let mut whole = None;
            let mut width = FAN_OUT;
            while at.is_multiple_of(width) && end - at >= width && !self.extent(at..at + width).pen_up {
                whole = Some(width);
                width *= FAN_OUT;
            }
            match whole {
                Some(width) => at += width,
                None if self.y_at(at).is_nan() => return Some(at),
                None => at += 1,
            }
        }
        None
    }
}
