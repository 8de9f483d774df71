//! Finds where a stream crosses a level, looking at each position once.
//!
//! 1. A rising crossing needs a sample at or below `level - hysteresis` first, which arms it, and lies where the line
//!    to the first sample at or above `level` crosses it. A falling one likewise, upside down.
//! 2. Nothing is crossed over a pen-up, a loss or a step back in x: each disarms.
//! 3. A crossing nearer than the hold-off to the last trigger is none.
//! 4. A frame looks at no more than the newest 2^20 positions: who draws so seldom misses what lies before.
//! 5. A stream is locked to skip what crosses nothing, and to copy a few samples; they are looked at without the lock.

use std::collections::VecDeque;

use super::data::{Data, SharedStream, lock};
use crate::history::Trace;
use crate::ring::Batch;
use crate::stream::offset_value;
use serde::{Deserialize, Serialize};

/// Positions that a frame looks at, at most.
const MOST_POSITIONS: u64 = 1 << 20;
/// Samples copied at once, while the stream is locked.
const CHUNK: usize = 1 << 10;
/// Buckets skipped at once, while the stream is locked.
const MOST_SKIPPED: usize = 1 << 9;
/// Positions that are skipped together where nothing can happen.
const BUCKET: u64 = 256;
/// Samples on each side of a crossing that tell where it was, at most.
const MOST_NEAR: u64 = 2048;
/// Triggers whose picture has not arrived, at most; further ones are let go.
const MOST_PENDING: usize = 1 << 16;

/// What has to be crossed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) edge: Edge,
    pub(crate) level: f64,
    pub(crate) hysteresis: f64,
    pub(crate) hold_off_secs: f64,
}

impl Threshold {
    fn rises(&self) -> bool {
        self.edge != Edge::Falling
    }

    fn falls(&self) -> bool {
        self.edge != Edge::Rising
    }

    fn arms_rise(&self, y: f64) -> bool {
        self.rises() && y < self.level && y <= self.level - self.hysteresis
    }

    fn arms_fall(&self, y: f64) -> bool {
        self.falls() && y > self.level && y >= self.level + self.hysteresis
    }
}

/// Where a stream crossed the level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crossing {
    pub(crate) at: f64,
    /// The position of the sample after it.
    position: u64,
}

/// How far a stream was looked at, and what was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Engine {
    threshold: Option<Threshold>,
    run: Option<u64>,
    /// The first position that was not looked at.
    next: u64,
    /// What the y of the stream are differences to.
    y_offset: f64,
    /// The sample before that.
    before: Option<(f64, f64)>,
    can_rise: bool,
    can_fall: bool,
    last: Option<f64>,
    /// Seconds shown: where time steps back by less, a sample is late; where by more, another sweep begins.
    span: f64,
    /// Triggers that nobody has asked for, in the order in which they were found.
    pending: VecDeque<Crossing>,
    /// What is there already does not count.
    skips_past: bool,
}

impl Engine {
    /// Forgets what was found, and goes on looking at what is new.
    pub(crate) fn go_on(&mut self) {
        self.pending.clear();
        self.last = None;
    }

    /// Looks again at what is held.
    pub(crate) fn look_again(&mut self) {
        self.run = None;
    }

    /// Looks only at what comes from now on.
    pub(crate) fn skip_past(&mut self) {
        self.skips_past = true;
    }

    fn disarm(&mut self) {
        (self.before, self.can_rise, self.can_fall) = (None, false, false);
    }

    /// Looks at what is new in a stream since the last time, up to the end that this frame knows of; `span` seconds are
    /// shown.
    pub(crate) fn look(&mut self, source: Source<'_>, threshold: Threshold, span: f64) {
        self.span = span;
        let mut batch = Batch::with_limit(CHUNK);
        let (run, end) = (source.run, source.end);
        while source.ask(|trace| self.skim(trace, run, end, threshold, &mut batch)) == Some(true) {
            self.take(threshold, &batch);
        }
    }

    /// Skips what changes nothing, for a while, and copies what has to be looked at; false if there is nothing more.
    fn skim(&mut self, trace: &Trace, run: u64, end: u64, threshold: Threshold, batch: &mut Batch) -> bool {
        let end = trace.end().min(end);
        if self.run != Some(run) || end < self.next {
            let Self { skips_past, span, .. } = *self;
            *self = Self { run: Some(run), threshold: Some(threshold), skips_past, span, ..Self::default() };
        }
        if std::mem::take(&mut self.skips_past) {
            self.next = end;
            self.disarm();
            self.go_on();
        }
        if self.threshold.replace(threshold) != Some(threshold) {
            (self.can_rise, self.can_fall) = (false, false);
        }
        let from = trace.start().max(end.saturating_sub(MOST_POSITIONS));
        if self.next < from {
            self.next = from;
            self.disarm();
        }
        for _ in 0..MOST_SKIPPED {
            let to = (self.next / BUCKET + 1).saturating_mul(BUCKET).min(end);
            let range = trace.unbroken_range(self.next..to);
            if !range.is_some_and(|(lo, hi)| self.is_idle(&threshold, lo, hi)) {
                break;
            }
            self.before = trace.point(to - 1);
            self.next = to;
        }
        self.y_offset = trace.y_offset();
        trace.copy(self.next, batch);
        batch.points.truncate(usize::try_from(end.saturating_sub(batch.first)).unwrap_or(usize::MAX));
        if batch.first > self.next {
            self.disarm();
        }
        let from = self.next;
        self.next = batch.end().min(end).max(from);
        self.next > from
    }

    /// Whether samples between two values change nothing.
    fn is_idle(&self, threshold: &Threshold, lo: f64, hi: f64) -> bool {
        let rise = if self.can_rise { hi >= threshold.level } else { threshold.arms_rise(lo) };
        let fall = if self.can_fall { lo <= threshold.level } else { threshold.arms_fall(hi) };
        !rise && !fall
    }

    fn take(&mut self, threshold: Threshold, batch: &Batch) {
        let y_offset = self.y_offset;
        batch
            .iter()
            .for_each(|(position, x, y)| self.take_one(&threshold, position, x, offset_value(y_offset, y)));
    }

    fn take_one(&mut self, threshold: &Threshold, position: u64, x: f64, y: f64) {
        if !(x.is_finite() && y.is_finite()) {
            return self.disarm();
        }
        if let Some((before, _)) = self.before.take_if(|(before, _)| x < *before)
            && before - x >= self.span
        {
            self.disarm();
            self.go_on();
        }
        if let Some(before) = self.before {
            let is_rise = self.can_rise && y >= threshold.level;
            let is_fall = self.can_fall && y <= threshold.level;
            if is_rise || is_fall {
                self.cross(threshold, position, before, (x, y));
            }
            self.can_rise &= !is_rise;
            self.can_fall &= !is_fall;
        }
        self.can_rise |= threshold.arms_rise(y);
        self.can_fall |= threshold.arms_fall(y);
        self.before = Some((x, y));
    }

    fn cross(&mut self, threshold: &Threshold, position: u64, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
        let share = ((threshold.level - y0) / (y1 - y0)).clamp(0.0, 1.0);
        let at = if share.is_nan() { x1 } else { x0 + (x1 - x0) * share };
        if self.last.is_none_or(|last| (at - last).abs() >= threshold.hold_off_secs) {
            self.last = Some(at);
            if self.pending.len() < MOST_PENDING {
                self.pending.push_back(Crossing { at, position });
            }
        }
    }

    /// The newest trigger at or before `x`, once; older ones are let go.
    pub(crate) fn newest_before(&mut self, x: f64) -> Option<Crossing> {
        let newest = self.pending.iter().rposition(|crossing| crossing.at <= x)?;
        self.pending.drain(..=newest).next_back()
    }

    /// Takes back what [`newest_before`](Self::newest_before) gave.
    pub(crate) fn put_back(&mut self, crossing: Crossing) {
        self.pending.push_front(crossing);
    }
}

/// Where a crossing lies, noise aside: where the straight line through the samples around it that lie
/// within the hysteresis crosses the level. The first crossing of many comes early, and by as much as the noise says.
pub(crate) fn sharpened(trace: &Trace, crossing: Crossing, threshold: Threshold) -> f64 {
    let Threshold { level, hysteresis, .. } = threshold;
    let Crossing { at, position: here } = crossing;
    let sample = |position: u64| {
        let (x, y) = trace.point(position)?;
        (x.is_finite() && y.is_finite()).then_some((x - at, y - level))
    };
    let Some((_, first)) = sample(here) else { return at };
    let sign = if first >= 0.0 { 1.0 } else { -1.0 };
    let near = |(x, y): &(f64, f64)| x.is_finite() && (y * sign).abs() < hysteresis;
    // As far as x does not step back.
    let mut greatest = f64::NEG_INFINITY;
    let rises = |(x, _): &(f64, f64)| std::mem::replace(&mut greatest, *x) <= *x;
    let after = (here..here.saturating_add(MOST_NEAR)).map_while(sample).take_while(near).take_while(rises);
    let mut least = f64::INFINITY;
    let falls = |(x, _): &(f64, f64)| std::mem::replace(&mut least, *x) >= *x;
    let before =
        (here.saturating_sub(MOST_NEAR)..here).rev().map_while(sample).take_while(near).take_while(falls);
    let samples: Vec<(f64, f64)> = before.chain(after).collect();
    if samples.len() < 4 {
        return at;
    }
    let count = samples.len() as f64;
    let sums = samples.iter().fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x, sums.1 + y));
    let (mean_x, mean_y) = (sums.0 / count, sums.1 / count);
    let products = samples.iter().fold((0.0, 0.0), |sums, (x, y)| {
        (sums.0 + (x - mean_x) * (x - mean_x), sums.1 + (x - mean_x) * (y - mean_y))
    });
    let slope = products.1 / products.0;
    let by = mean_x - mean_y / slope;
    let (least, most) = samples.iter().fold((0.0f64, 0.0f64), |(lo, hi), (x, _)| (lo.min(*x), hi.max(*x)));
    // Of what is no slope, or leads elsewhere, nothing can be learnt.
    if slope * sign > 0.0 && (least..=most).contains(&by) { at + by } else { at }
}

/// What the source of a trigger is at the moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) stream: &'a SharedStream,
    pub(crate) run: u64,
    /// One past the newest position, and the newest x, that this frame knows of.
    pub(crate) end: u64,
    pub(crate) newest: f64,
}

impl Source<'_> {
    /// Asks the trace for something, while no other may.
    pub(crate) fn ask<R>(&self, f: impl FnOnce(&Trace) -> R) -> Option<R> {
        let state = lock(self.stream);
        match &state.data {
            Data::Trace(trace) if state.run == self.run => Some(f(trace)),
            _ => None,
        }
    }
}

/// Which crossings of the level count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Edge {
    /// Upwards.
    #[default]
    Rising,
    /// Downwards.
    Falling,
    /// Both.
    Either,
}

impl Edge {
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Rising, "Rising"), (Self::Falling, "Falling"), (Self::Either, "Either")];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::{Point, XMode};
    use proptest::prelude::*;

    const RATE: f64 = 1000.0;

    fn append(trace: &mut Trace, first: u64, ys: &[f32]) {
        let mut batch = Batch::with_limit(1);
        batch.x_mode = trace.x_mode();
        batch.first = first;
        batch.points.extend(ys.iter().map(|y| Point { x: 0.0, y: *y }));
        trace.append(&batch);
    }

    fn trace() -> Trace {
        Trace::new(XMode::Uniform { t0: 0.0, rate: RATE }, 1 << 20)
    }

    fn look(engine: &mut Engine, trace: &Trace, run: u64, threshold: Threshold) {
        let mut batch = Batch::with_limit(CHUNK);
        while engine.skim(trace, run, trace.end(), threshold, &mut batch) {
            engine.take(threshold, &batch);
        }
    }

    fn threshold(edge: Edge, level: f64, hysteresis: f64) -> Threshold {
        Threshold { edge, level, hysteresis, hold_off_secs: 0.0 }
    }

    /// All triggers of samples at 1 kHz, sample by sample: what the engine has to find.
    fn reference(ys: &[f32], threshold: Threshold) -> Vec<f64> {
        let Threshold { edge, level, hysteresis, hold_off_secs } = threshold;
        let mut found: Vec<f64> = Vec::new();
        for i in 1..ys.len() {
            let (a, b) = (f64::from(ys[i - 1]), f64::from(ys[i]));
            if a.is_nan() || b.is_nan() {
                continue;
            }
            // Back from here, without a break: beyond the hysteresis before beyond the level.
            let stretch = ys[..i].iter().rev().map(|y| f64::from(*y)).take_while(|y| !y.is_nan());
            let rises = edge != Edge::Falling && a < level && b >= level;
            let falls = edge != Edge::Rising && a > level && b <= level;
            let mut below = stretch.clone().take_while(|y| *y < level);
            let mut above = stretch.take_while(|y| *y > level);
            let is_armed = rises && below.any(|y| y <= level - hysteresis)
                || falls && above.any(|y| y >= level + hysteresis);
            let at = ((i - 1) as f64 + (level - a) / (b - a)) / RATE;
            if is_armed && found.last().is_none_or(|last| at - last >= hold_off_secs) {
                found.push(at);
            }
        }
        found
    }

    fn found(ys: &[f32], cuts: &[usize], threshold: Threshold) -> Vec<f64> {
        let (mut trace, mut engine) = (trace(), Engine::default());
        let mut first = 0;
        for cut in cuts.iter().copied().chain([ys.len()]) {
            let cut = cut.clamp(first, ys.len());
            append(&mut trace, first as u64, &ys[first..cut]);
            look(&mut engine, &trace, 1, threshold);
            first = cut;
        }
        engine.pending.iter().map(|crossing| crossing.at).collect()
    }

    #[test]
    fn a_crossing_lies_between_its_samples() {
        let at = found(&[-1.0, 3.0], &[], threshold(Edge::Rising, 0.0, 0.5));
        assert_eq!(at, [0.25 / RATE]);
    }

    #[test]
    fn noise_moves_a_crossing_by_less_than_the_noise_of_one_sample() {
        let noise = |i: u64| ((i.wrapping_mul(2_654_435_761) >> 7) % 2001) as f64 / 1000.0 - 1.0;
        // It rises through 0 at 1 s, by 1 a second.
        let ys: Vec<f32> = (0..2000u64).map(|i| (i as f64 / RATE - 1.0 + 0.1 * noise(i)) as f32).collect();
        let mut trace = trace();
        append(&mut trace, 0, &ys);
        let threshold = threshold(Edge::Rising, 0.0, 0.4);
        let mut engine = Engine::default();
        look(&mut engine, &trace, 1, threshold);
        let first = engine.pending[0];
        assert!(first.at < 0.95, "the first crossing comes early: {first:?}");
        let sharp = sharpened(&trace, first, threshold);
        assert!((sharp - 1.0).abs() < 0.01, "{sharp}");
        // Without hysteresis there is nothing to learn from.
        let unmoved = sharpened(&trace, first, Threshold { hysteresis: 0.0, ..threshold });
        assert!((unmoved - first.at).abs() < 1e-12);
    }

    #[test]
    fn constant_data_a_single_point_and_nan_trigger_nothing() {
        for ys in [&[0.0f32; 600][..], &[1.0], &[f32::NAN; 300], &[-1.0, f32::NAN, 1.0]] {
            for edge in [Edge::Rising, Edge::Falling, Edge::Either] {
                assert_eq!(found(ys, &[], threshold(edge, 0.0, 0.0)), [0.0; 0]);
            }
        }
    }

    #[test]
    fn nothing_is_crossed_over_a_loss_or_by_a_restarted_producer() {
        let (mut trace_a, mut engine) = (trace(), Engine::default());
        let level = threshold(Edge::Rising, 0.0, 0.0);
        append(&mut trace_a, 0, &[-1.0; 10]);
        append(&mut trace_a, 15, &[1.0; 10]);
        look(&mut engine, &trace_a, 1, level);
        append(&mut trace_a, 25, &[-1.0; 10]);
        look(&mut engine, &trace_a, 1, level);
        let mut trace_b = trace();
        append(&mut trace_b, 0, &[1.0; 400]);
        look(&mut engine, &trace_b, 2, level);
        assert!(engine.pending.is_empty(), "{:?}", engine.pending);
    }

    #[test]
    fn a_step_back_in_x_forgets_what_was_found() {
        let mut batch = Batch::with_limit(1);
        batch.x_mode = XMode::Timed;
        batch.epochs.push(0.0);
        let xs = [5.0, 6.0, 7.0, 1.0, 2.0, 3.0, 4.0];
        let ys = [-1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0];
        batch.points.extend(xs.iter().zip(ys).map(|(x, y)| Point { x: *x, y }));
        let (mut trace, mut engine) = (Trace::new(XMode::Timed, 1000), Engine::default());
        trace.append(&batch);
        look(&mut engine, &trace, 1, threshold(Edge::Rising, 0.0, 0.0));
        assert_eq!(engine.pending.iter().map(|crossing| crossing.at).collect::<Vec<_>>(), [3.5]);
    }

    #[test]
    fn a_sample_that_is_late_hides_no_crossing_and_makes_none() {
        // 5 Hz, and every tenth sample 1.5 ms early.
        let late = |i: u64| i as f64 / RATE - if i % 10 == 9 { 1.5e-3 } else { 0.0 };
        let mut batch = Batch::with_limit(1);
        batch.x_mode = XMode::Timed;
        batch.points.extend((0..4000).map(|i| Point {
            x: late(i) as f32,
            y: (std::f64::consts::TAU * 5.0 * late(i) + 0.5).sin() as f32,
        }));
        batch.epochs.resize(batch.points.len().div_ceil(256), 0.0);
        let mut trace = Trace::new(XMode::Timed, 10_000);
        trace.append(&batch);
        for hold_off_secs in [0.0, 0.1] {
            let mut engine = Engine { span: 1.0, ..Engine::default() };
            let threshold = Threshold { hold_off_secs, ..threshold(Edge::Rising, 0.0, 0.5) };
            look(&mut engine, &trace, 1, threshold);
            assert_eq!(engine.pending.len(), 20, "{:?}", engine.pending);
            for (crossing, number) in engine.pending.iter().zip(1u8..) {
                let expected = f64::from(number) / 5.0 - 0.5 / (std::f64::consts::TAU * 5.0);
                assert!((crossing.at - expected).abs() < 1e-4, "{crossing:?}, and not {expected}");
            }
            assert_eq!(engine.newest_before(2.0).map(|crossing| (crossing.at * 5.0).round()), Some(10.0));
            assert_eq!(engine.pending.len(), 10, "older ones are let go");
        }
    }

    #[test]
    fn what_is_older_than_the_most_it_looks_at_is_left_out() {
        let (mut trace, mut engine) =
            (Trace::new(XMode::Uniform { t0: 0.0, rate: RATE }, 1 << 22), Engine::default());
        let wave = |i: u64| if i % 1000 < 500 { -1.0 } else { 1.0 };
        let count = MOST_POSITIONS + 5_000_000 / 4;
        for first in (0..count).step_by(1 << 16) {
            let ys: Vec<f32> = (first..(first + (1 << 16)).min(count)).map(wave).collect();
            append(&mut trace, first, &ys);
        }
        look(&mut engine, &trace, 1, threshold(Edge::Rising, 0.0, 0.1));
        let first = engine.pending.front().copied().expect("there are crossings");
        assert!(first.at * RATE >= (count - MOST_POSITIONS) as f64, "{first:?}");
        assert_eq!(engine.next, count);
    }

    proptest! {
        #[test]
        fn triggers_are_those_of_a_plain_search(
            steps in prop::collection::vec((-1.5f32..1.5, 1usize..60), 1..60),
            edge in prop::sample::select(vec![Edge::Rising, Edge::Falling, Edge::Either]),
            level in -1.0f64..1.0,
            hysteresis in prop_oneof![Just(0.0), 0.0f64..1.5],
            hold_off_secs in prop_oneof![Just(0.0), 0.0f64..0.3],
            cuts in prop::collection::vec(0usize..3000, 0..6),
            is_smooth in any::<bool>(),
        ) {
            let mut ys: Vec<f32> = Vec::new();
            for (i, (y, count)) in steps.iter().enumerate() {
                let from = ys.last().copied().filter(|y| !y.is_nan()).unwrap_or(0.0);
                let at = |k: usize| from + (y - from) * (k + 1) as f32 / *count as f32;
                ys.extend((0..*count).map(|k| if is_smooth { at(k) } else { *y }));
                if i % 11 == 10 {
                    ys.push(f32::NAN);
                }
            }
            let mut cuts = cuts;
            cuts.sort_unstable();
            let threshold = Threshold { edge, level, hysteresis, hold_off_secs };
            let (found, expected) = (found(&ys, &cuts, threshold), reference(&ys, threshold));
            prop_assert_eq!(found.len(), expected.len(), "{:?} {:?}", found, expected);
            for (a, b) in found.iter().zip(&expected) {
                prop_assert!((a - b).abs() < 1e-9, "{} {}", a, b);
            }
        }

        #[test]
        fn the_time_of_a_crossing_of_a_sine_is_exact_to_a_thousandth_of_a_sample(
            hz in 0.5f64..20.0, phase in 0.0f64..1.0, level in -0.8f64..0.8,
        ) {
            let wave = |t: f64| (std::f64::consts::TAU * (hz * t + phase)).sin();
            let ys: Vec<f32> = (0..4000u16).map(|i| wave(f64::from(i) / RATE) as f32).collect();
            for at in found(&ys, &[], threshold(Edge::Rising, level, 0.05)) {
                // The chord is off by less than the square of the step over 8.
                let step = std::f64::consts::TAU * hz / RATE;
                let slope = std::f64::consts::TAU * hz * (1.0 - level * level).sqrt();
                let most = (step * step / 8.0 + 1e-6) / slope * 1.5;
                prop_assert!((wave(at) - level).abs() / slope <= most, "{} at {}", wave(at) - level, at);
            }
        }
    }
}
