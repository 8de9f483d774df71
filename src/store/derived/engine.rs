//! What turns the samples of a source into the values of a derived trace.

use super::formula::Formula;
use super::spectrum::Spectrum;
use crate::history::derive::{At, Derivative, Line, Mean, Moving, Rms};
use crate::ring::{Batch, FrameData, Point, XMode};

/// A transform of one source, or of two.
#[derive(Debug)]
pub(super) enum Engine {
    Derivative(Derivative),
    Mean(Moving<Mean>),
    Rms(Moving<Rms>),
    Difference { second: Line },
    Ratio { second: Line, y_offsets: [f64; 2] },
    Spectrum { spectrum: Box<Spectrum>, number: u64 },
}

/// What is known of the second source.
pub(super) struct Second<'a> {
    /// Gets more of its samples into the line; whether any came.
    pub(super) pull: &'a mut dyn FnMut(&mut Line) -> bool,
    /// Whether no more will ever come.
    pub(super) is_over: bool,
}

impl Engine {
    /// For a formula, what x means in the first source, and what the y of the sources are differences to. What comes out
    /// are differences to [`Formula::y_offset`].
    pub(super) fn new(formula: &Formula, x_mode: XMode, y_offsets: [f64; 2]) -> Self {
        let rate = match x_mode {
            XMode::Uniform { rate, .. } if rate.is_finite() && rate > 0.0 => Some(rate),
            _ => None,
        };
        let at_rate =
            |window: crate::history::derive::Window| rate.map_or(window, |rate| window.at_rate(rate));
        match formula {
            Formula::Derivative(_) => {
                Self::Derivative(rate.map_or_else(Derivative::new, |rate| Derivative::spaced(1.0 / rate)))
            }
            Formula::Mean(_, window) => Self::Mean(Moving::new(at_rate(*window))),
            Formula::Rms(_, window) => {
                Self::Rms(Moving::with(Rms { y_offset: y_offsets[0] }, at_rate(*window)))
            }
            Formula::Difference(..) => Self::Difference { second: Line::new() },
            Formula::Ratio(..) => Self::Ratio { second: Line::new(), y_offsets },
            Formula::Spectrum(_, settings) => {
                Self::Spectrum { spectrum: Box::new(Spectrum::new(*settings, rate, y_offsets[0])), number: 0 }
            }
        }
    }

    /// Positions are missing here.
    pub(super) fn reset(&mut self) {
        match self {
            Self::Derivative(derivative) => derivative.reset(),
            Self::Mean(mean) => mean.reset(),
            Self::Rms(rms) => rms.reset(),
            // The first stream's samples stand for themselves.
            Self::Difference { .. } | Self::Ratio { .. } => {}
            Self::Spectrum { spectrum, .. } => spectrum.reset(),
        }
    }

    /// Puts the values in the place of the samples' y; the batch is cut short where a value is not known yet. Spectra
    /// are given to `curves` instead, and how many that were is returned.
    pub(super) fn apply(
        &mut self,
        batch: &mut Batch,
        mut second: Second<'_>,
        mut curves: impl FnMut(&FrameData),
    ) -> usize {
        match self {
            Self::Derivative(derivative) => each(batch, |x, y| derivative.next(x, y)),
            Self::Mean(mean) => each(batch, |x, y| mean.next(x, y)),
            Self::Rms(rms) => each(batch, |x, y| rms.next(x, y)),
            Self::Difference { second: line } => pair(batch, line, &mut second, |a, b| a - b),
            Self::Ratio { second: line, y_offsets: [above, below] } => {
                // Less the ratio of the offsets, if there is one; without offsets a / b.
                let (above, below) = (*above, *below);
                let of_offsets = Some(above / below).filter(|ratio| ratio.is_finite()).unwrap_or(0.0);
                let rest = above - of_offsets * below;
                pair(batch, line, &mut second, |a, b| (a - of_offsets * b + rest) / (below + b));
            }
            Self::Spectrum { spectrum, number } => {
                let mut frame = FrameData::default();
                let mut count = 0;
                for i in 0..batch.points.len() {
                    let x = batch.x(i);
                    if !spectrum.push(x, batch.points[i].y) {
                        continue;
                    }
                    frame.words.clear();
                    let points = spectrum.curve().map(|(hz, value)| Point::new(hz as f32, value as f32));
                    frame.words.extend(points.map(Point::to_bits));
                    (frame.number, frame.position, frame.t) = (*number, batch.first + i as u64, x);
                    frame.length = frame.words.len() as u32;
                    curves(&frame);
                    *number += 1;
                    count += 1;
                }
                return count;
            }
        }
        0
    }

    /// Memory used, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        match self {
            Self::Derivative(_) => 0,
            Self::Mean(mean) => mean.memory_bytes(),
            Self::Rms(rms) => rms.memory_bytes(),
            Self::Difference { second } | Self::Ratio { second, .. } => second.memory_bytes(),
            Self::Spectrum { spectrum, .. } => spectrum.memory_bytes(),
        }
    }
}

fn each(batch: &mut Batch, mut f: impl FnMut(f64, f32) -> f32) {
    if let XMode::Uniform { t0, rate } = batch.x_mode {
        let first = batch.first;
        for (i, point) in batch.points.iter_mut().enumerate() {
            point.y = f(t0 + (first + i as u64) as f64 / rate, point.y);
        }
        return;
    }
    for i in 0..batch.points.len() {
        batch.points[i].y = f(batch.x(i), batch.points[i].y);
    }
}

fn pair(batch: &mut Batch, line: &mut Line, second: &mut Second<'_>, of: impl Fn(f64, f64) -> f64) {
    for i in 0..batch.points.len() {
        let (x, y) = (batch.x(i), f64::from(batch.points[i].y));
        if !(x.is_finite() && y.is_finite()) {
            batch.points[i].y = f32::NAN;
            continue;
        }
        let other = loop {
            match line.at(x) {
                At::Value(value) => break value,
                At::Nothing => break f64::NAN,
                At::Unknown if (second.pull)(line) => {}
                At::Unknown if second.is_over => break f64::NAN,
                At::Unknown => {
                    batch.points.truncate(i);
                    return;
                }
            }
        };
        batch.points[i].y = of(y, other) as f32;
    }
}
