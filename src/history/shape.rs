//! What samples stand for between each other.

use super::scale::Scale;

/// How the samples of a trace cover the plane.
///
/// Nothing connects across a pen-up, a lost run or a step back in x, whatever the join. Samples that have no place
/// on an axis of a plot are left out as if they were pen-ups (in x: as if they lay left of everything), and what is
/// straight is straight between places.
///
/// ```
/// use ringplot::history::{Interpolation, Scale, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// let points = vec![Point::new(0.0, 1.0), Point::new(0.0, 3.0)];
/// trace.append(&Batch { x_mode, points, ..Batch::with_limit(2) });
/// let bounds = |join| trace.y_bounds(0.0, 0.5, join, Scale::Linear, Scale::Linear);
/// assert_eq!(bounds(Interpolation::Line), Some((1.0, 2.0)), "half of the way is there");
/// assert_eq!(bounds(Interpolation::StepPost), Some((1.0, 1.0)));
/// assert_eq!(bounds(Interpolation::Area), Some((0.0, 2.0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// Straight from sample to sample.
    #[default]
    Line,
    /// Steps: a sample's y holds over what lies between the sample before and itself, `(x[i - 1], x[i]]`.
    StepPre,
    /// Steps that change half-way between two samples: at the mean of their x, on every scale.
    StepMid,
    /// Steps: a sample's y holds up to the next, `[x[i], x[i + 1])`. The newest holds nowhere yet.
    StepPost,
    /// A line, and all between it and zero.
    Area,
    /// A stroke from zero to each sample; nothing in between. (Zero is infinitely far down a logarithmic axis.)
    Stem,
    /// Samples alone, with nothing in between.
    Points,
    /// A filled range. Points come in pairs, one at an even position and the one after it; together they are the
    /// two ends, in any order, of a range at the x of the first. From range to range the lower ends are joined
    /// straight, and the upper ones. Nothing connects to a pair of which one point is a pen-up: the other point
    /// stands alone.
    Band,
}

impl Interpolation {
    /// Whether what is covered reaches to zero.
    pub(super) fn has_zero(self) -> bool {
        matches!(self, Self::Area | Self::Stem)
    }
}

/// The scales of both axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales {
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Scales {
    /// The y at `x` of the line from `a` to `b`, where `a.0 <= x <= b.0` and all are on their axes; y are differences to
    /// `y_offset`.
    pub(super) fn line_at(self, a: (f64, f32), b: (f64, f32), x: f64, y_offset: f64) -> f32 {
        if x >= b.0 {
            return b.1;
        }
        let [x0, x1, at] = [a.0, b.0, x].map(|x| self.x.transform(x));
        // Straight between values is straight between differences, too, but not between exponents.
        let above = if self.y == Scale::Linear { 0.0 } else { y_offset };
        let [y0, y1] = [a.1, b.1].map(|y| self.y.transform(above + f64::from(y)));
        let y = (self.y.inverse(y0 + (y1 - y0) * ((at - x0) / (x1 - x0))) - above) as f32;
        // Rounding must not leave the line, nor an infinite distance make a hole in it.
        if y.is_nan() { a.1 } else { y.clamp(a.1.min(b.1), a.1.max(b.1)) }
    }
}
