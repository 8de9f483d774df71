//! What was pushed where a page holds a pen-up: the pages keep NaN for every y that no line goes through, and for x the last
//! finite one. Exports are to hold what came, so what a page leaves out stands here, and ordinary points cost nothing.

use std::collections::VecDeque;
use std::ops::Range;

use super::lost::LostRuns;
use super::query::Sample;
use super::trace::Trace;
use crate::ring::{Point, XMode};

/// Fillers of breaks, and points that a page does not hold as they came.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    /// Positions with neither x nor y: they lift the pen, and nobody pushed them.
    fillers: LostRuns,
    /// Points with an infinite y or an x that is not finite, by position. A finite x stands in the page.
    odd: VecDeque<(u64, Point)>,
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

impl Trace {
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
