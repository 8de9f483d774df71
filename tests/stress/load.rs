//! What a stream is filled with, and the ways to push it.

use ringplot::stream::{Timed, Uniform, Xy};
use ringplot::{Point, Producer};

/// How one stream is stressed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Config {
    pub(super) name: &'static str,
    pub(super) mode: &'static str,
    pub(super) log2_capacity: u32,
    /// Longest slice and longest reservation.
    pub(super) batch: u64,
    pub(super) consumers: usize,
    /// Most points that one drain takes.
    pub(super) limit: usize,
}

/// Values repeat after as many positions: no two that share a slot for several laps are alike, and a slice of them is
/// a slice of a table.
const PERIOD: u64 = 65_521;

/// What the position of a point, kept or awaited, leaves over: t and x of it. Its y is half as much again.
pub(super) fn residue(position: u64) -> f32 {
    (position % PERIOD) as f32
}

/// Values of two periods, so that a slice can begin anywhere in the first.
pub(super) struct Table {
    t: Vec<f64>,
    y: Vec<f32>,
    points: Vec<Point>,
}

impl Table {
    pub(super) fn new() -> Self {
        let residues = || (0..2 * PERIOD).map(residue);
        Self {
            t: residues().map(f64::from).collect(),
            y: residues().map(|r| r * 1.5).collect(),
            points: residues().map(|r| Point::new(r, r * 1.5)).collect(),
        }
    }

    fn range(at: u64, count: u64) -> std::ops::Range<usize> {
        let begin = (at % PERIOD) as usize;
        begin..begin + count as usize
    }
}

/// A producer of any mode of points.
pub(super) enum Stream {
    Timed(Producer<Timed>),
    Uniform(Producer<Uniform>),
    Xy(Producer<Xy>),
}

impl Stream {
    pub(super) fn create(config: &Config, name: &str) -> Self {
        let builder = Producer::builder(name).capacity(1 << config.log2_capacity);
        match config.mode {
            "timed" => Self::Timed(builder.timed().unwrap()),
            "uniform" => Self::Uniform(builder.uniform(0.0, 1.0).unwrap()),
            _ => Self::Xy(builder.xy().unwrap()),
        }
    }

    pub(super) fn slice(&mut self, table: &Table, at: u64, count: u64) {
        let range = Table::range(at, count);
        match self {
            Self::Timed(producer) => producer.push_slice(&table.t[range.clone()], &table.y[range]),
            Self::Uniform(producer) => producer.push_slice(&table.y[range]),
            Self::Xy(producer) => producer.push_slice(&table.points[range]),
        }
    }

    pub(super) fn singles(&mut self, table: &Table, at: u64, count: u64) {
        for i in Table::range(at, count) {
            match self {
                Self::Timed(producer) => producer.push(table.t[i], table.y[i]),
                Self::Uniform(producer) => producer.push(table.y[i]),
                Self::Xy(producer) => producer.push(table.points[i]),
            }
        }
    }

    /// Fills a reservation, and commits it or drops it.
    pub(super) fn chunk(&mut self, table: &Table, at: u64, count: u64, is_kept: bool) {
        macro_rules! fill {
            ($producer:ident, |$chunk:ident, $i:ident| $push:expr) => {{
                let mut $chunk = $producer.reserve(count).unwrap();
                for $i in Table::range(at, count) {
                    let _ = $push;
                }
                if is_kept {
                    assert_eq!($chunk.commit(), count);
                }
            }};
        }
        match self {
            Self::Timed(producer) => fill!(producer, |chunk, i| chunk.push(table.t[i], table.y[i])),
            Self::Uniform(producer) => fill!(producer, |chunk, i| chunk.push(table.y[i])),
            Self::Xy(producer) => fill!(producer, |chunk, i| chunk.push(table.points[i])),
        }
    }
}
