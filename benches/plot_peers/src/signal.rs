//! What is drawn: a chirp of 1 to 100 cycles a span with noise over it, the same for every peer.

use std::f64::consts::TAU;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Frames move by this part of the span.
pub const STEPS_A_SPAN: usize = 1000;
/// Most frames of a run.
const MOST_FRAMES: usize = 64;
const SEED: u32 = 19_680_801;

/// Writes `points` and what is new in the most frames that follow.
pub fn write(file: &Path, points: usize) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(file).expect("the file is made"));
    let mut noise = SEED;
    for i in 0..points + MOST_FRAMES * points / STEPS_A_SPAN {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let uniform = f64::from(noise >> 8) / f64::from(1 << 24);
        let spans = i as f64 / points as f64;
        let chirp = (TAU * (spans + 49.5 * spans * spans)).sin();
        let y = 0.8 * chirp + 0.4 * (uniform - 0.5);
        file.write_all(&(y as f32).to_le_bytes()).expect("the file is written");
    }
    file.flush().expect("the file is written");
}

/// Reads them back.
pub fn read(file: &Path) -> Vec<f32> {
    let bytes = std::fs::read(file).expect("the file is there");
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}
