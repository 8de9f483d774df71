//! Binary input: samples of one kind, those of all channels in turn, at a fixed rate.

use super::error::PipeError;
use super::settings::{Sample, Settings};
use super::sink::Sink;

/// Samples of a channel that are pushed at a time: they stay in the cache.
const PIECE: usize = 4096;

/// Reads samples.
pub(super) struct Binary {
    sample: Sample,
    /// The streams; `None` where there are too many.
    channels: Vec<Option<usize>>,
    /// The beginning of samples that have not come whole.
    rest: Vec<u8>,
    y: Vec<f32>,
}

impl Binary {
    /// Creates the streams.
    pub(super) fn new(sample: Sample, settings: &Settings, sink: &mut Sink) -> Result<Self, PipeError> {
        if settings.rate_hz.is_none() {
            sink.set_x_unit("");
            sink.number_rows();
        }
        let mut channels = Vec::new();
        for channel in 0..settings.channels {
            let number = (channel + 1).to_string();
            let label = settings.names.get(channel).unwrap_or(&number);
            let index = sink.add(label, "");
            match index {
                Some(index) => sink.uniform(index, settings.rate_hz.unwrap_or(1.0))?,
                None => sink.too_many(label),
            }
            channels.push(index);
        }
        Ok(Self { sample, channels, rest: Vec::new(), y: Vec::with_capacity(PIECE) })
    }

    /// Takes bytes.
    pub(super) fn feed(&mut self, mut bytes: &[u8], sink: &mut Sink) {
        let row = self.sample.bytes() * self.channels.len();
        if !self.rest.is_empty() {
            let missing = (row - self.rest.len()).min(bytes.len());
            self.rest.extend_from_slice(&bytes[..missing]);
            bytes = &bytes[missing..];
            if self.rest.len() < row {
                return;
            }
            let whole = std::mem::take(&mut self.rest);
            self.rows(&whole, sink);
        }
        let whole = bytes.len() / row * row;
        for piece in bytes[..whole].chunks(PIECE * row) {
            self.rows(piece, sink);
        }
        self.rest.extend_from_slice(&bytes[whole..]);
    }

    /// Bytes at the end of the input that are no whole row.
    pub(super) fn left_over(&self) -> usize {
        self.rest.len()
    }

    fn rows(&mut self, bytes: &[u8], sink: &mut Sink) {
        let (width, count) = (self.sample.bytes(), self.channels.len());
        if let (Sample::F32, [Some(index)], Ok(y)) = (self.sample, &self.channels[..], as_floats(bytes)) {
            sink.samples(*index, y);
            return;
        }
        for (at, channel) in self.channels.iter().enumerate() {
            let Some(index) = channel else { continue };
            self.y.clear();
            if count == 1 {
                decode(self.sample, bytes.chunks_exact(width), &mut self.y);
            } else {
                let strided = bytes.chunks_exact(width * count).map(|row| &row[at * width..(at + 1) * width]);
                decode(self.sample, strided, &mut self.y);
            }
            sink.samples(*index, &self.y);
        }
    }
}

/// Floats as they lie in memory, where the bytes lie as floats would.
fn as_floats(bytes: &[u8]) -> Result<&[f32], bytemuck::PodCastError> {
    if cfg!(target_endian = "big") {
        return Err(bytemuck::PodCastError::SizeMismatch);
    }
    bytemuck::try_cast_slice(bytes)
}

fn decode<'b>(sample: Sample, samples: impl Iterator<Item = &'b [u8]>, y: &mut Vec<f32>) {
    fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
        // Each sample has its own length.
        bytes.try_into().unwrap_or([0; N])
    }
    match sample {
        Sample::F32 => y.extend(samples.map(|bytes| f32::from_le_bytes(array(bytes)))),
        Sample::F64 => y.extend(samples.map(|bytes| f64::from_le_bytes(array(bytes)) as f32)),
        Sample::I8 => y.extend(samples.map(|bytes| f32::from(i8::from_le_bytes(array(bytes))))),
        Sample::U8 => y.extend(samples.map(|bytes| f32::from(u8::from_le_bytes(array(bytes))))),
        Sample::I16 => y.extend(samples.map(|bytes| f32::from(i16::from_le_bytes(array(bytes))))),
        Sample::U16 => y.extend(samples.map(|bytes| f32::from(u16::from_le_bytes(array(bytes))))),
        Sample::I32 => y.extend(samples.map(|bytes| i32::from_le_bytes(array(bytes)) as f32)),
    }
}
