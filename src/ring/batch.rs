//! What one drain takes out of a ring: a run of consecutive positions, with what their x means.

use super::{BLOCK, Point};

/// What x means in a stream, fixed when it is created.
///
/// ```
/// # let name = &format!("example/{}/x_mode", std::process::id());
/// let samples = ringplot::Producer::builder(name).capacity(1 << 10).uniform(5.0, 100.0)?;
/// let consumer = ringplot::Consumer::attach(name, ringplot::StartAt::Oldest)?;
/// assert_eq!(consumer.x_mode(), ringplot::XMode::Uniform { t0: 5.0, rate: 100.0 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum XMode {
    /// x is the f32 of the point itself.
    Xy,
    /// x is the epoch of the point's block plus its f32, in seconds.
    Timed,
    /// x is `t0 + position / rate`, in seconds; the f32 is unused.
    Uniform {
        /// x of position 0, in seconds.
        t0: f64,
        /// Samples per second.
        rate: f64,
    },
}

/// A run of consecutive points of one stream, in order, starting at position `first`.
///
/// ```
/// use ringplot::{Batch, Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/batch", std::process::id());
/// let mut heat = Producer::builder(name).capacity(1 << 10).timed()?;
/// heat.push_slice(&[0.5, 1.5, 2.5], &[20.0, 21.0, 23.0]);
///
/// let mut batch = Batch::with_limit(2);
/// Consumer::attach(name, StartAt::Oldest)?.drain(&mut batch);
/// let points: Vec<(u64, f64, f32)> = batch.iter().collect(); // position, x and y
/// assert_eq!(points, [(0, 0.5, 20.0), (1, 1.5, 21.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// What x means.
    pub x_mode: XMode,
    /// Position of `points[0]`.
    pub first: u64,
    /// The points as they were in the ring; at most `limit` of them.
    pub points: Vec<Point>,
    /// Epochs (seconds) of the blocks of 256 positions that the points touch: `epochs[0]` belongs to block
    /// `first / 256`. Meaningful in timed streams only.
    pub epochs: Vec<f64>,
    /// The most points that one drain puts in.
    pub limit: usize,
}

impl Batch {
    /// An empty batch that takes at most `limit` points a drain (at least 1).
    pub fn with_limit(limit: usize) -> Self {
        let limit = limit.max(1);
        Self {
            x_mode: XMode::Xy,
            first: 0,
            points: Vec::with_capacity(limit),
            epochs: Vec::with_capacity(limit / BLOCK as usize + 2),
            limit,
        }
    }

    /// One past the position of the last point.
    pub fn end(&self) -> u64 {
        self.first.saturating_add(self.points.len() as u64)
    }

    /// The x of the point at `index` in this batch, in f64; not finite where the producer lifted the pen.
    ///
    /// # Panics
    /// When `index` is not below `points.len()`.
    pub fn x(&self, index: usize) -> f64 {
        let position = self.first.saturating_add(index as u64);
        match self.x_mode {
            XMode::Xy => f64::from(self.points[index].x),
            XMode::Timed => {
                let block = (position / BLOCK - self.first / BLOCK) as usize;
                self.epochs[block] + f64::from(self.points[index].x)
            }
            XMode::Uniform { t0, rate } => t0 + position as f64 / rate,
        }
    }

    /// Position, x and y of every point.
    pub fn iter(&self) -> impl Iterator<Item = (u64, f64, f32)> + '_ {
        (0..self.points.len()).map(|i| (self.first.saturating_add(i as u64), self.x(i), self.points[i].y))
    }
}
