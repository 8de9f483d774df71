//! Walks along the positions of a [`Trace`]: as they are drawn, and as they were pushed.

use std::ops::Range;

use super::trace::Trace;

/// One thing met on a walk along positions.
///
/// ```
/// use ringplot::history::{Sample, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// for first in [0, 10] {
///     trace.append(&Batch { x_mode, first, points: vec![Point::new(0.0, 1.0); 2], ..Batch::with_limit(2) });
/// }
/// let (mut sum, mut lost) = (0.0, 0);
/// trace.for_each(0..trace.end(), |sample| match sample {
///     Sample::Point { y, .. } => sum += y,
///     Sample::Lost { count, .. } => lost += count,
/// });
/// assert_eq!((sum, lost), (4.0, 8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// A point; a pen-up if x or y is not finite.
    Point {
        /// Its position.
        position: u64,
        /// Its x.
        x: f64,
        /// Its value, NaN at every pen-up.
        y: f64,
    },
    /// Positions that were lost.
    Lost {
        /// The first of them.
        first: u64,
        /// How many.
        count: u64,
    },
}

impl Trace {
    /// Walks the positions held among `positions`, in order.
    pub fn for_each(&self, positions: Range<u64>, mut f: impl FnMut(Sample)) {
        let mut at = positions.start.max(self.start);
        let end = positions.end.min(self.end);
        if at >= end {
            return;
        }
        let mut runs = self.lost.touching(&(at..end)).peekable();
        while at < end {
            if let Some(run) = runs.next_if(|run| run.start <= at) {
                let last = run.end.min(end);
                f(Sample::Lost { first: at, count: last - at });
                at = last;
            } else {
                let to = runs.peek().map_or(end, |run| run.start);
                for position in at..to {
                    let y = self.value(self.y_at(position));
                    f(Sample::Point { position, x: self.x_at(position), y });
                }
                at = to;
            }
        }
    }

    /// Walks the positions held among `positions`, in order, with x and values as they were pushed, infinities too, and without
    /// the fillers of breaks, which nobody pushed.
    pub fn for_each_pushed(&self, positions: Range<u64>, mut f: impl FnMut(Sample)) {
        let pushed = &self.pushed;
        let mut fillers = pushed.fillers.touching(&positions).peekable();
        let from = pushed.odd.partition_point(|(at, _)| *at < positions.start);
        let mut odd = pushed.odd.range(from..).peekable();
        self.for_each(positions.clone(), |sample| {
            let Sample::Point { position, x, .. } = sample else { return f(sample) };
            while fillers.next_if(|run| run.end <= position).is_some() {}
            if fillers.peek().is_some_and(|run| run.contains(&position)) {
                return;
            }
            while odd.next_if(|(at, _)| *at < position).is_some() {}
            f(match odd.next_if(|(at, _)| *at == position) {
                Some((_, point)) => {
                    let x = if point.x.is_finite() { x } else { f64::from(point.x) };
                    Sample::Point { position, x, y: self.value(point.y) }
                }
                None => sample,
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::history::{Sample, Trace};
    use crate::ring::{Batch, Point, XMode};

    const INF: f32 = f32::INFINITY;
    const NAN: f32 = f32::NAN;

    fn held(x_mode: XMode, points: &[(f32, f32)]) -> Trace {
        let mut trace = Trace::new(x_mode, u64::MAX);
        let mut batch = Batch::with_limit(1);
        batch.x_mode = x_mode;
        batch.epochs = vec![100.0];
        batch.points = points.iter().map(|(x, y)| Point::new(*x, *y)).collect();
        trace.append(&batch);
        trace
    }

    /// As text, so that NaN equals NaN.
    fn pushed(trace: &Trace) -> Vec<String> {
        let mut all = Vec::new();
        trace.for_each_pushed(0..u64::MAX, |sample| {
            all.push(match sample {
                Sample::Point { position, x, y } => format!("{position},{x},{y}"),
                Sample::Lost { first, count } => format!("{first} lost {count}"),
            });
        });
        all
    }

    #[test]
    fn what_was_pushed_comes_back_whatever_it_was() {
        let points = [
            (NAN, NAN),
            (1.0, 2.0),
            (2.0, INF),
            (INF, 3.0),
            (NAN, 4.0),
            (3.0, NAN),
            (-INF, -INF),
            (4.0, 5.0),
        ];
        let timed = held(XMode::Timed, &points);
        assert_eq!(
            pushed(&timed),
            ["1,101,2", "2,102,inf", "3,inf,3", "4,NaN,4", "5,103,NaN", "6,-inf,-inf", "7,104,5"]
        );
        let xy = held(XMode::Xy, &points);
        assert_eq!(
            pushed(&xy),
            ["1,1,2", "2,2,inf", "3,inf,3", "4,NaN,4", "5,3,NaN", "6,-inf,-inf", "7,4,5"]
        );
        let uniform = held(XMode::Uniform { t0: 0.0, rate: 1.0 }, &[(NAN, NAN), (0.0, -INF), (INF, 1.0)]);
        assert_eq!(pushed(&uniform), ["0,0,NaN", "1,1,-inf", "2,2,1"], "a break is a sample of its own");
    }

    #[test]
    fn what_is_forgotten_takes_no_memory() {
        let mut trace = held(XMode::Xy, &[(NAN, NAN), (1.0, INF), (2.0, INF), (3.0, 1.0)]);
        let before = trace.memory_bytes();
        trace.clear_before(2);
        assert_eq!(before - trace.memory_bytes(), 16 + 16);
        assert_eq!(pushed(&trace), ["2,2,inf", "3,3,1"]);
    }
}
