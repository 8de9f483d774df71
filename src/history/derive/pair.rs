//! The value of one stream at the x of another.

use std::collections::VecDeque;

/// What a line has at an x.
///
/// ```
/// use ringplot::history::derive::{At, Line};
///
/// let mut line = Line::new();
/// line.push(0.0, 1.0);
/// line.push(2.0, 5.0);
/// assert_eq!(line.at(-1.0), At::Nothing);
/// assert_eq!(line.at(2.5), At::Unknown, "until the next sample comes");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// This value.
    Value(f64),
    /// No value: before the first sample, or where the line is broken.
    Nothing,
    /// Not known before further samples have come.
    Unknown,
}

/// A line through samples, asked for its values at x that rise, and forgotten behind them.
///
/// Between two samples it is straight. A sample whose x or y is not finite breaks it, and so does a step back in x.
///
/// ```
/// use ringplot::history::derive::{At, Line};
///
/// let mut pressure = Line::new();
/// pressure.push(0.0, 1.0);
/// pressure.push(2.0, 5.0);
/// assert_eq!(pressure.at(1.0), At::Value(3.0));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Line {
    samples: VecDeque<(f64, f64)>,
    last: f64,
}

impl Line {
    /// A line without samples.
    pub fn new() -> Self {
        Self { samples: VecDeque::new(), last: f64::NEG_INFINITY }
    }

    /// Goes on to a sample.
    pub fn push(&mut self, x: f64, y: f32) {
        if x.is_finite() {
            if x < self.last {
                self.lift();
            }
            self.samples.push_back((x, f64::from(y)));
            self.last = x;
        } else {
            self.lift();
        }
    }

    /// Breaks the line: samples are missing here.
    pub fn lift(&mut self) {
        if self.last.is_finite() {
            self.samples.push_back((self.last, f64::NAN));
        }
    }

    /// The value at `x`; what lies before it is forgotten.
    pub fn at(&mut self, x: f64) -> At {
        // Of samples at one x the last that has a value counts.
        while let (Some(first), Some(next)) = (self.samples.front(), self.samples.get(1)) {
            let is_passed = next.0 < x || next.0 <= x && (next.1.is_finite() || first.0 < x);
            if !is_passed {
                break;
            }
            self.samples.pop_front();
        }
        let finite = |y: f64| if y.is_finite() { At::Value(y) } else { At::Nothing };
        match (self.samples.front(), self.samples.get(1)) {
            (Some((x0, _)), _) if x < *x0 => At::Nothing,
            (Some((x0, y0)), _) if *x0 >= x => finite(*y0),
            (Some((x0, y0)), Some((x1, y1))) => {
                let share = (x - x0) / (x1 - x0);
                finite(y0 + (y1 - y0) * share)
            }
            _ => At::Unknown,
        }
    }

    /// Samples that are held.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Memory used, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        (self.samples.capacity() * size_of::<(f64, f64)>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_has_the_value_between_its_neighbours(
            steps in prop::collection::vec((0.01f64..1.0, prop_oneof![9 => -10f32..10.0, 1 => Just(f32::NAN)]), 1..60),
            mut asked in prop::collection::vec(-1.0f64..40.0, 0..60),
        ) {
            let mut x = 0.0;
            let samples: Vec<(f64, f32)> = steps.iter().map(|(dx, y)| { x += dx; (x, *y) }).collect();
            asked.extend(samples.iter().map(|s| s.0));
            asked.sort_by(f64::total_cmp);
            let mut line = Line::new();
            for (x, y) in &samples {
                line.push(*x, *y);
            }
            for x in asked {
                let after = samples.iter().position(|s| s.0 >= x);
                let expected = match after {
                    None => At::Unknown,
                    Some(i) if samples[i].0 <= x && samples[i].1.is_finite() => At::Value(f64::from(samples[i].1)),
                    Some(0) => At::Nothing,
                    Some(i) => {
                        let [(x0, y0), (x1, y1)] = [samples[i - 1], samples[i]];
                        let y = f64::from(y0) + (f64::from(y1) - f64::from(y0)) * ((x - x0) / (x1 - x0));
                        if y.is_finite() { At::Value(y) } else { At::Nothing }
                    }
                };
                prop_assert_eq!(line.at(x), expected, "at {}", x);
            }
        }
    }

    #[test]
    fn nothing_is_known_before_a_sample_beyond_and_nothing_is_kept_behind() {
        let mut line = Line::new();
        assert_eq!(line.at(0.0), At::Unknown);
        (0..1000u16).for_each(|i| line.push(f64::from(i), f32::from(i)));
        assert_eq!((line.at(998.5), line.len()), (At::Value(998.5), 2));
        assert_eq!(line.at(999.5), At::Unknown);
        line.lift();
        line.push(1000.0, 1.0);
        assert_eq!(line.at(999.5), At::Nothing, "across a break");
    }
}
