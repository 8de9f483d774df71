//! The same history kept the slow and obvious way, and a feed that gives both the same data.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test includes this file and uses the part that it needs"
)]

mod curves;

#[allow(unused_imports, reason = "not each test compares columns")]
pub use curves::{Covered, as_columns};

use ringplot::history::Trace;
use ringplot::{Batch, Point, XMode};

/// One thing that happens to a stream.
#[derive(Clone, Debug)]
pub enum Step {
    /// Points come: the share that are pen-ups, the share that step back in x (half of them late samples, after which x
    /// goes on from where it was), and what draws the rest.
    Points { count: usize, nan: f64, back: f64, seed: u64 },
    /// So many positions are lost before the next point.
    Lose(u64),
    /// This share of what is held is forgotten.
    ClearShare(f64),
    /// The limit changes.
    Limit(u64),
}

const NOWHERE: (f64, f64) = (f64::NEG_INFINITY, 0.0);

/// One position that was ever there.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub x: f64,
    /// NaN at pen-ups and lost positions.
    pub y: f32,
    /// Its x if finite, else the last finite one before.
    pub reached: f64,
    pub lost: bool,
    pub back_step: bool,
}

/// Every position, from `first` on, kept for ever; `start` says from where on they count.
pub struct Reference {
    pub mode: XMode,
    pub first: u64,
    pub start: u64,
    pub entries: Vec<Entry>,
    pub limit: u64,
    /// Lost, but no point came after them yet.
    pending: u64,
    /// x reached and its slack: now, and where the block began.
    now: (f64, f64),
    at_block: (f64, f64),
}

/// A trace and its reference, fed alike.
pub struct Feed {
    pub trace: Trace,
    pub reference: Reference,
    /// x of the newest sample.
    pub t: f64,
    epochs: Vec<f64>,
}

/// splitmix64: reproducible from the seed that proptest prints.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Feed {
    pub fn new(mode: XMode, first: u64, limit: u64) -> Self {
        let reference = Reference {
            mode,
            first,
            start: first,
            entries: Vec::new(),
            limit,
            pending: 0,
            now: NOWHERE,
            at_block: NOWHERE,
        };
        Self { trace: Trace::new(mode, limit), reference, t: 1000.25, epochs: Vec::new() }
    }

    pub fn apply(&mut self, step: &Step) {
        match step {
            Step::Points { count, nan, back, seed } => self.append_random(*count, *nan, *back, *seed),
            // A history starts at its first batch.
            Step::Lose(count) if self.reference.entries.is_empty() => {
                self.reference.first += count;
                self.reference.start += count;
            }
            Step::Lose(count) => self.reference.pending += count,
            Step::ClearShare(share) => {
                let held = self.reference.end() - self.reference.start;
                let position = self.reference.start + (held as f64 * share) as u64;
                self.trace.clear_before(position);
                self.reference.start = position;
            }
            Step::Limit(limit) => {
                self.trace.set_max_points(*limit);
                self.reference.limit = *limit;
                self.reference.evict();
            }
        }
        if !self.reference.entries.is_empty() {
            let held = (self.reference.start, self.reference.end());
            assert_eq!((self.trace.start(), self.trace.end()), held);
        }
    }

    fn append_random(&mut self, count: usize, nan: f64, back: f64, seed: u64) {
        let mut random = Random(seed);
        let scale = 10_f64.powf(random.unit() * 8.0 - 6.0);
        let mut y = random.unit() * 10.0 - 5.0;
        let mut points = Vec::new();
        for _ in 0..count {
            let kind = random.unit();
            self.t += match random.next() % 16 {
                0 => 0.0,
                1 => 20.0 * scale,
                _ => random.unit() * scale,
            };
            let mut late = 0.0;
            if random.unit() < back {
                match random.next() % 4 {
                    0 | 1 => late = 30.0 * scale * random.unit(),
                    2 => self.t -= 3.0 * scale * random.unit(),
                    _ => self.t -= 300.0 * scale * random.unit(),
                }
            }
            y += random.unit() - 0.5;
            let mut sample =
                (self.t - late, if random.next().is_multiple_of(64) { y * 50.0 } else { y } as f32);
            if random.next().is_multiple_of(101) {
                sample.1 = 0.0;
            }
            if kind < nan {
                match random.next() % 4 {
                    0 => sample.0 = f64::NAN,
                    1 => sample.1 = f32::NEG_INFINITY,
                    2 => sample = (f64::INFINITY, f32::NAN),
                    _ => sample.1 = f32::NAN,
                }
            }
            points.push(sample);
        }
        self.append_timed(&points);
    }

    /// Appends (x, y) as the stream's mode keeps them; in a uniform stream x is ignored.
    pub fn append_timed(&mut self, samples: &[(f64, f32)]) {
        let position = self.next_position();
        let mut points = Vec::new();
        for (position, (x, y)) in (position..).zip(samples) {
            let block = usize::try_from(position / 256 - self.reference.first / 256).unwrap();
            while self.epochs.len() <= block {
                let known = self.epochs.last().copied().unwrap_or(0.0);
                self.epochs.push(if x.is_finite() { *x } else { known });
            }
            let delta = match self.reference.mode {
                XMode::Timed => x - self.epochs[block],
                XMode::Xy => *x,
                XMode::Uniform { .. } => 0.25,
            };
            points.push(Point::new(delta as f32, *y));
        }
        self.append_points(&points);
    }

    fn next_position(&self) -> u64 {
        self.reference.end() + self.reference.pending
    }

    /// Appends raw points in batches of uneven sizes.
    pub fn append_points(&mut self, points: &[Point]) {
        let mut random = Random(points.len() as u64);
        let mut first = self.next_position();
        let mut rest = points;
        while !rest.is_empty() {
            let size = 1 + usize::try_from(random.next() % 9_000).unwrap();
            let (now, later) = rest.split_at(size.min(rest.len()));
            let mut batch = Batch::with_limit(now.len());
            batch.x_mode = self.reference.mode;
            batch.first = first;
            batch.points.extend_from_slice(now);
            if self.reference.mode == XMode::Timed {
                let block =
                    |position: u64| usize::try_from(position / 256 - self.reference.first / 256).unwrap();
                let blocks = block(first)..block(batch.end() - 1) + 1;
                if self.epochs.len() < blocks.end {
                    self.epochs.resize(blocks.end, 0.0);
                }
                batch.epochs.extend_from_slice(&self.epochs[blocks]);
            }
            self.trace.append(&batch);
            self.reference.append(&batch);
            first = batch.end();
            rest = later;
        }
        assert_eq!((self.trace.start(), self.trace.end()), (self.reference.start, self.reference.end()));
    }
}

impl Reference {
    pub fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    fn append(&mut self, batch: &Batch) {
        let lost = std::mem::take(&mut self.pending);
        if !self.entries.is_empty() {
            assert_eq!(self.end() + lost, batch.first);
            for position in self.end()..batch.first {
                let x = match self.mode {
                    XMode::Uniform { t0, rate } => t0 + position as f64 / rate,
                    _ => f64::NAN,
                };
                self.add(position, Entry { x, y: f32::NAN, reached: 0.0, lost: true, back_step: false }, 0.0);
            }
            if lost >= self.limit {
                self.start = batch.first;
            }
        }
        for ((position, x, y), point) in batch.iter().zip(&batch.points) {
            let y = if x.is_finite() && y.is_finite() { y } else { f32::NAN };
            let entry = Entry { x, y, reached: 0.0, lost: false, back_step: false };
            self.add(position, entry, point.x);
        }
        self.evict();
    }

    fn add(&mut self, position: u64, mut entry: Entry, delta: f32) {
        if position.is_multiple_of(256) {
            self.at_block = self.now;
        }
        entry.reached = self.now.0;
        if entry.x.is_finite() {
            let (floor, slack) = self.at_block;
            let within = self.mode == XMode::Timed && (floor - slack..floor).contains(&entry.x);
            entry.reached = if within { floor } else { entry.x };
            entry.back_step = entry.reached < self.now.0;
            let rounding = f64::from(delta.abs() * f32::EPSILON) + entry.reached.abs() * f64::EPSILON;
            self.now = (entry.reached, rounding);
        }
        self.entries.push(entry);
    }

    fn evict(&mut self) {
        self.start = self.start.max(self.end().saturating_sub(self.limit).max(self.first));
    }

    pub fn steps_back(&self) -> u64 {
        let is_step = |position: u64, entry: &Entry| position > self.start && entry.back_step;
        match self.mode {
            XMode::Xy => 0,
            _ => self.held().filter(|(position, entry)| is_step(*position, entry)).count() as u64,
        }
    }

    pub fn held(&self) -> impl DoubleEndedIterator<Item = (u64, &Entry)> {
        let skip = usize::try_from(self.start - self.first).unwrap();
        self.entries.iter().enumerate().skip(skip).map(|(i, entry)| (self.first + i as u64, entry))
    }

    pub fn finite(&self) -> impl DoubleEndedIterator<Item = (u64, &Entry)> {
        self.held().filter(|(_, entry)| !entry.y.is_nan())
    }

    pub fn x_bounds(&self) -> Option<(f64, f64)> {
        let x = || self.finite().map(|(_, entry)| entry.reached);
        let lo = x().reduce(f64::min)?;
        Some((lo, x().reduce(f64::max)?))
    }

    pub fn some_x(&self) -> Option<f64> {
        let count = self.finite().count();
        self.finite().nth(count / 3).map(|(_, entry)| entry.x)
    }
}
