//! How values lie on an axis.

/// How values lie on an axis: their *axis coordinates*, or places, are what is evenly spread over it.
///
/// ```
/// use ringplot::history::Scale;
///
/// assert_eq!(Scale::Log10.transform(100.0), 2.0);
/// assert_eq!(Scale::Log10.checked_transform(-1.0), None, "it has no place there");
/// assert_eq!(Scale::Linear.transform(-1.0), -1.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// A value's axis coordinate is the value.
    #[default]
    Linear,
    /// A value's axis coordinate is its exponent of ten; values that are not positive have none.
    Log10,
}

impl Scale {
    /// Logarithmic if asked for.
    pub fn log_if(is_log: bool) -> Self {
        if is_log { Self::Log10 } else { Self::Linear }
    }

    /// The axis coordinate of a value; NaN, or negative infinity for 0, where it has none.
    #[inline]
    pub fn transform(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log10 => log10(value),
        }
    }

    /// The value at an axis coordinate.
    #[inline]
    pub fn inverse(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Log10 => 10f64.powf(place),
        }
    }

    /// Values at or below this one have no axis coordinate.
    #[inline]
    pub(super) fn floor(self) -> f64 {
        match self {
            Self::Linear => f64::NEG_INFINITY,
            Self::Log10 => 0.0,
        }
    }

    /// The axis coordinate of a value, if it has one.
    pub fn checked_transform(self, value: f64) -> Option<f64> {
        Some(self.transform(value)).filter(|place| place.is_finite())
    }

    /// The axis coordinates of the least and the greatest of some values. Where only the least has none, some decades below the
    /// greatest take its part.
    pub fn transform_range(self, (lo, hi): (f64, f64)) -> Option<(f64, f64)> {
        /// Decades shown of values that reach down to 0 or below it.
        const DECADES: f64 = 6.0;
        let hi = self.checked_transform(hi)?;
        Some((self.checked_transform(lo).unwrap_or(hi - DECADES), hi))
    }
}

/// Apart: inlined, compilers compute the logarithm of every value of linear axes too, half the time of a layout.
#[inline(never)]
fn log10(value: f64) -> f64 {
    value.log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_values_are_each_others_inverse() {
        for scale in [Scale::Linear, Scale::Log10] {
            for value in [1e-30, 0.5, 1.0, 1e3, 1e30] {
                assert!((scale.inverse(scale.transform(value)) / value - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn what_is_not_positive_has_no_place_on_a_logarithmic_axis() {
        for value in [0.0, -0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(Scale::Log10.checked_transform(value), None);
        }
        assert_eq!(Scale::Linear.checked_transform(-1.0), Some(-1.0));
        assert_eq!(Scale::Log10.transform_range((-1.0, 100.0)), Some((-4.0, 2.0)));
        assert_eq!(Scale::Log10.transform_range((-2.0, -1.0)), None);
    }
}
