//! The axes of a plot: which move, how values lie on them, whether x goes with the data.

use crate::history::Scale;

/// Whether a plot goes with the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FollowMode {
    /// It shows the newest.
    #[default]
    Live,
    /// It stands still since a gesture.
    Held,
    /// It stands still since the pause key.
    Paused,
}

impl FollowMode {
    /// What a gesture makes of it: what the pause key stopped stays paused.
    pub(crate) fn stopped(self) -> Self {
        if self == Self::Paused { Self::Paused } else { Self::Held }
    }
}

/// How values lie on the two axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scales {
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

/// Y axes of a plot at most.
pub(crate) const MOST_Y_AXES: usize = 4;

/// Some of the y axes of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct YAxes(u8);

impl YAxes {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self((1 << MOST_Y_AXES) - 1);

    /// The one at this place alone.
    pub(crate) fn one(axis: usize) -> Self {
        Self(1 << axis.min(MOST_Y_AXES - 1))
    }

    /// Those that a test lets pass.
    pub(crate) fn those(is_one: impl Fn(usize) -> bool) -> Self {
        Self((0..MOST_Y_AXES).filter(|axis| is_one(*axis)).fold(0, |all, axis| all | 1 << axis))
    }

    pub(crate) fn has(self, axis: usize) -> bool {
        axis < MOST_Y_AXES && self.0 & 1 << axis != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Which axes a gesture moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axes {
    pub(crate) x: bool,
    pub(crate) y: YAxes,
}

impl Axes {
    pub(crate) const NONE: Self = Self { x: false, y: YAxes::NONE };
    pub(crate) const BOTH: Self = Self { x: true, y: YAxes::ALL };
    pub(crate) const X: Self = Self { x: true, y: YAxes::NONE };
    /// All y axes.
    pub(crate) const Y: Self = Self { x: false, y: YAxes::ALL };

    /// One y axis.
    pub(crate) fn y(axis: usize) -> Self {
        Self { x: false, y: YAxes::one(axis) }
    }
}

/// Where the values of a stream lie on its y axis: at `factor` times the value, plus `offset`. The values themselves stay
/// what they are wherever they are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gain {
    /// Finite and not 0.
    pub(crate) factor: f64,
    pub(crate) offset: f64,
}

impl Default for Gain {
    fn default() -> Self {
        Self { factor: 1.0, offset: 0.0 }
    }
}

impl Gain {
    /// That on an axis of this scale: a logarithmic one takes a ratio alone.
    #[must_use]
    pub(crate) fn on(self, scale: Scale) -> Self {
        match scale {
            Scale::Linear => self,
            Scale::Log10 => Self { factor: self.factor.abs(), offset: 0.0 },
        }
    }

    /// Where a value lies.
    pub(crate) fn of(self, value: f64) -> f64 {
        value * self.factor + self.offset
    }

    /// The value that lies there.
    pub(crate) fn value_at(self, at: f64) -> f64 {
        (at - self.offset) / self.factor
    }

    /// Where values from the lowest to the highest lie.
    pub(crate) fn of_range(self, (lo, hi): (f64, f64)) -> (f64, f64) {
        let (a, b) = (self.of(lo), self.of(hi));
        if a <= b { (a, b) } else { (b, a) }
    }

    /// The factor and the offset, but for those that change nothing.
    #[expect(clippy::float_cmp, reason = "what is not exactly that changes something")]
    pub(crate) fn parts(self) -> [Option<f64>; 2] {
        [Some(self.factor).filter(|factor| *factor != 1.0), Some(self.offset).filter(|offset| *offset != 0.0)]
    }

    /// As a legend has it, `×2 +3`; `None` where it changes nothing.
    pub(crate) fn text(self) -> Option<String> {
        let number = |v: f64| {
            let is_short = (1e-4..1e7).contains(&v.abs());
            (if is_short { format!("{v}") } else { format!("{v:e}") }).replace('-', "−")
        };
        let sign = |offset: f64| if offset < 0.0 { '−' } else { '+' };
        let [factor, offset] = self.parts();
        let factor = factor.map(|factor| format!("×{}", number(factor)));
        let offset = offset.map(|offset| format!("{}{}", sign(offset), number(offset.abs())));
        let parts: Vec<String> = factor.into_iter().chain(offset).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}
