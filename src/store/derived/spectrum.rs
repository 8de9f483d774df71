//! Spectra by Welch's method: P. D. Welch, IEEE Trans. Audio Electroacoust. 15 (1967) 70.
//!
//! Segments that overlap, each without its mean, tapered by a window, transformed; their powers are averaged. The
//! windows are periodic, as in G. Heinzel et al., "Spectrum and spectral density estimation by the DFT" (2002).

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use super::error::DerivedError;

/// Least and greatest length of a segment.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=1 << 20;
/// A sampling rate that differs by less than this share is the same: x of a curve do not tremble.
const SAME_RATE: f64 = 1e-3;

/// What a spectrum tells.
///
/// ```
/// use ringplot::store::{Formula, Scaling, Settings};
///
/// let settings = Settings { scaling: Scaling::Amplitude, ..Settings::default() };
/// assert_eq!("amplitude(a)".parse(), Ok(Formula::Spectrum("a".to_owned(), settings)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// The amplitude of a sine at each frequency; at 0 Hz the mean.
    Amplitude,
    /// Power for each Hz: its integral is the variance.
    #[default]
    Density,
}

impl Scaling {
    pub(super) fn name(self) -> &'static str {
        if self == Self::Amplitude { "amplitude" } else { "psd" }
    }
}

/// The window by which a segment fades in and out.
///
/// ```
/// use ringplot::store::WindowFunction;
///
/// let names = WindowFunction::ALL.map(WindowFunction::name);
/// assert_eq!(names, ["rectangular", "hann", "hamming", "blackman-harris", "flat-top"]);
/// assert_eq!(WindowFunction::from_name("hann"), Some(WindowFunction::Hann));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowFunction {
    /// None.
    Rectangular,
    /// The best known compromise.
    #[default]
    Hann,
    /// Hann's, with its first side lobe lowered.
    Hamming,
    /// Side lobes below 92 dB.
    BlackmanHarris,
    /// Amplitudes right to 0.01 dB between the frequencies, too; wide.
    FlatTop,
}

impl WindowFunction {
    /// Every window.
    pub const ALL: [Self; 5] =
        [Self::Rectangular, Self::Hann, Self::Hamming, Self::BlackmanHarris, Self::FlatTop];

    /// Its name in formulas.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rectangular => "rectangular",
            Self::Hann => "hann",
            Self::Hamming => "hamming",
            Self::BlackmanHarris => "blackman-harris",
            Self::FlatTop => "flat-top",
        }
    }

    /// The window of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|taper| taper.name() == name)
    }

    fn weights(self, length: usize) -> Vec<f64> {
        let cosines: &[f64] = match self {
            Self::Rectangular => &[1.0],
            Self::Hann => &[0.5, -0.5],
            Self::Hamming => &[0.54, -0.46],
            Self::BlackmanHarris => &[0.358_75, -0.488_29, 0.141_28, -0.011_68],
            Self::FlatTop => &[0.215_578_95, -0.416_631_58, 0.277_263_158, -0.083_578_947, 0.006_947_368],
        };
        let at = |i: usize| {
            let angle = std::f64::consts::TAU * i as f64 / length as f64;
            cosines.iter().zip(0_u8..).map(|(c, k)| c * (f64::from(k) * angle).cos()).sum()
        };
        (0..length).map(at).collect()
    }
}

/// How a spectrum is made.
///
/// ```
/// use ringplot::store::{Formula, Settings, WindowFunction};
///
/// let taper = WindowFunction::FlatTop;
/// let settings = Settings { length: 1024, taper, average: 8, ..Settings::default() };
/// let formula = Formula::Spectrum("a".to_owned(), settings);
/// assert_eq!(formula.to_string(), "psd(a, 1024, flat-top, average=8)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What it tells.
    pub scaling: Scaling,
    /// Samples of a segment: a power of two from 8 to 2^20.
    pub length: usize,
    /// How a segment fades in and out.
    pub taper: WindowFunction,
    /// Share of a segment that the next one has too, from 0 to 0.95.
    pub overlap: f64,
    /// Segments whose powers are averaged: the mean of so many, then each new one counts one in so many. From 1 to
    /// 10,000.
    pub average: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scaling: Scaling::default(),
            length: 4096,
            taper: WindowFunction::default(),
            overlap: 0.5,
            average: 1,
        }
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), DerivedError> {
        let bad = |what, value: String, range| Err(DerivedError::BadValue { what, value, range });
        if !self.length.is_power_of_two() || !LENGTHS.contains(&self.length) {
            return bad("length", self.length.to_string(), "a power of two from 8 to 1048576");
        }
        if !(0.0..=0.95).contains(&self.overlap) {
            return bad("overlap", self.overlap.to_string(), "from 0 to 0.95");
        }
        if !(1..=10_000).contains(&self.average) {
            return bad("average", self.average.to_string(), "from 1 to 10000 segments");
        }
        Ok(())
    }

    /// Samples from one segment to the next.
    pub(super) fn hop(&self) -> usize {
        ((self.length as f64 * (1.0 - self.overlap)).round() as usize).max(1)
    }
}

/// The running spectrum of a stream of samples.
pub(super) struct Spectrum {
    settings: Settings,
    weights: Vec<f64>,
    fft: Arc<dyn RealToComplex<f64>>,
    /// Samples of the segment that is not yet whole, and their x.
    samples: Vec<f64>,
    xs: Vec<f64>,
    input: Vec<f64>,
    output: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
    powers: Vec<f64>,
    averaged: u32,
    rate_hz: f64,
    /// What samples are differences to.
    y_offset: f64,
    /// Whether the rate is known, and not told by x.
    is_fixed_rate: bool,
}

impl Spectrum {
    /// Of samples at `rate_hz`, or at x that tell how far apart they are.
    pub(super) fn new(settings: Settings, rate_hz: Option<f64>, y_offset: f64) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(settings.length);
        Self {
            weights: settings.taper.weights(settings.length),
            samples: Vec::with_capacity(settings.length),
            xs: Vec::new(),
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            powers: vec![0.0; settings.length / 2 + 1],
            averaged: 0,
            rate_hz: rate_hz.unwrap_or(0.0),
            y_offset,
            is_fixed_rate: rate_hz.is_some(),
            fft,
            settings,
        }
    }

    /// Takes a sample in; whether a new spectrum is there. A break leaves out the segment that it lies in.
    pub(super) fn push(&mut self, x: f64, y: f32) -> bool {
        if !(x.is_finite() && y.is_finite()) || self.xs.last().is_some_and(|last| x < *last) {
            self.reset();
        }
        if !(x.is_finite() && y.is_finite()) {
            return false;
        }
        self.samples.push(f64::from(y));
        self.xs.push(x);
        if self.samples.len() < self.settings.length {
            return false;
        }
        let is_new = self.transform();
        self.samples.drain(..self.settings.hop());
        self.xs.drain(..self.settings.hop());
        is_new
    }

    /// Positions are missing here: no segment reaches across.
    pub(super) fn reset(&mut self) {
        self.samples.clear();
        self.xs.clear();
    }

    /// Frequency and value of each bin.
    pub(super) fn curve(&self) -> impl ExactSizeIterator<Item = (f64, f64)> + '_ {
        let bin = self.rate_hz / self.settings.length as f64;
        let is_amplitude = self.settings.scaling == Scaling::Amplitude;
        self.powers
            .iter()
            .enumerate()
            .map(move |(k, power)| (k as f64 * bin, if is_amplitude { power.sqrt() } else { *power }))
    }

    /// Memory used, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        // Weights, samples, x, input, powers and the two complex arrays, which are half as long.
        (self.settings.length * size_of::<f64>() * 7) as u64
    }

    fn transform(&mut self) -> bool {
        let length = self.settings.length as f64;
        if let (Some(first), Some(last), false) = (self.xs.first(), self.xs.last(), self.is_fixed_rate) {
            let rate = (length - 1.0) / (last - first);
            if !rate.is_finite() || rate <= 0.0 {
                return false;
            }
            if (rate - self.rate_hz).abs() > SAME_RATE * self.rate_hz {
                (self.rate_hz, self.averaged) = (rate, 0);
            }
        }
        let mean = self.samples.iter().sum::<f64>() / length;
        for ((input, sample), weight) in self.input.iter_mut().zip(&self.samples).zip(&self.weights) {
            *input = (sample - mean) * weight;
        }
        if self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch).is_err() {
            return false;
        }
        let (sum, squares) = self.weights.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        let scale = match self.settings.scaling {
            Scaling::Amplitude => 4.0 / (sum * sum),
            Scaling::Density => 2.0 / (self.rate_hz * squares),
        };
        // What has no twin at a negative frequency counts once: half of a power, a quarter of a squared amplitude.
        let alone = if self.settings.scaling == Scaling::Amplitude { 0.25 } else { 0.5 };
        self.averaged = (self.averaged + 1).min(self.settings.average);
        let share = 1.0 / f64::from(self.averaged);
        let last = self.powers.len() - 1;
        for (k, (power, output)) in self.powers.iter_mut().zip(&self.output).enumerate() {
            let mut new = output.norm_sqr() * scale;
            if k == 0 || k == last {
                new *= alone;
            }
            if k == 0 && self.settings.scaling == Scaling::Amplitude {
                new = (self.y_offset + mean) * (self.y_offset + mean);
            }
            *power += (new - *power) * share;
        }
        true
    }
}

impl std::fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectrum").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 1000.0;

    /// The last curve of samples that are a function of time.
    fn spectrum(settings: Settings, count: usize, y: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        let mut spectrum = Spectrum::new(settings, Some(RATE), 0.0);
        let mut curve = Vec::new();
        for i in 0..count {
            let x = i as f64 / RATE;
            if spectrum.push(x, y(x) as f32) {
                curve = spectrum.curve().collect();
            }
        }
        curve
    }

    fn sine(amplitude: f64, hz: f64) -> impl Fn(f64) -> f64 {
        move |t| amplitude * (std::f64::consts::TAU * hz * t + 0.3).sin()
    }

    #[test]
    fn a_sine_has_its_amplitude_in_every_window() {
        for taper in WindowFunction::ALL {
            let settings =
                Settings { scaling: Scaling::Amplitude, length: 1024, taper, ..Settings::default() };
            let hz = 100.0 * RATE / 1024.0;
            let curve = spectrum(settings, 4096, |t| 5.0 + sine(3.0, hz)(t));
            assert_eq!(curve.len(), 513);
            assert!((curve[100].0 - hz).abs() < 1e-6 && (curve[100].1 - 3.0).abs() < 1e-4, "{taper:?}");
            assert!((curve[0].1 - 5.0).abs() < 1e-4, "the mean stands at 0 Hz: {:?}", curve[0]);
            assert!(curve[200].1 < 1e-3, "{taper:?}: {:?}", curve[200]);
        }
    }

    #[test]
    fn a_flat_top_has_the_amplitude_between_two_bins_too() {
        let settings = Settings {
            scaling: Scaling::Amplitude,
            length: 1024,
            taper: WindowFunction::FlatTop,
            ..Settings::default()
        };
        let curve = spectrum(settings, 1024, sine(2.0, 100.5 * RATE / 1024.0));
        let most = curve.iter().map(|bin| bin.1).fold(0.0, f64::max);
        assert!((most - 2.0).abs() < 0.005, "{most}");
    }

    #[test]
    fn a_density_integrates_to_the_variance() {
        let mut state = 1_u64;
        let noise: Vec<f64> = (0..1 << 17)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5) * 7.0 + 20.0
            })
            .collect();
        let at = |t: f64| noise[((t * RATE).round() as usize).min(noise.len() - 1)];
        for taper in WindowFunction::ALL {
            let settings = Settings { length: 512, taper, average: 500, ..Settings::default() };
            let curve = spectrum(settings, noise.len(), at);
            let variance = curve.iter().map(|bin| bin.1).sum::<f64>() * RATE / 512.0;
            let expected = 49.0 / 12.0;
            assert!((variance / expected - 1.0).abs() < 0.05, "{taper:?}: {variance} and not {expected}");
        }
        // Exactly so, for one segment without a window.
        let settings = Settings { length: 256, taper: WindowFunction::Rectangular, ..Settings::default() };
        let variance = spectrum(settings, 256, at).iter().map(|bin| bin.1).sum::<f64>() * RATE / 256.0;
        let segment: Vec<f64> = noise[..256].iter().map(|y| f64::from(*y as f32)).collect();
        let mean = segment.iter().sum::<f64>() / 256.0;
        let expected = segment.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / 256.0;
        assert!((variance / expected - 1.0).abs() < 1e-9, "{variance} and not {expected}");
    }

    #[test]
    fn no_segment_reaches_across_a_break() {
        let settings = Settings { length: 64, ..Settings::default() };
        let mut spectrum = Spectrum::new(settings, Some(RATE), 0.0);
        let mut count = 0;
        for i in 0..200u32 {
            let y = if i == 50 || i == 110 { f32::NAN } else { 1.0 };
            count += u32::from(spectrum.push(f64::from(i), y));
        }
        // 51..110 is too short; 111..200 holds one segment at the start and none half a segment later.
        assert_eq!(count, 1);
    }

    #[test]
    fn samples_tell_their_rate_by_their_times() {
        let mut spectrum = Spectrum::new(Settings { length: 64, ..Settings::default() }, None, 0.0);
        for i in 0..64u32 {
            spectrum.push(f64::from(i) * 0.01, 1.0);
        }
        let last = spectrum.curve().last().map(|bin| bin.0);
        assert!(last.is_some_and(|hz| (hz - 50.0).abs() < 1e-6), "{last:?}");
        let mut still = Spectrum::new(Settings { length: 8, ..Settings::default() }, None, 0.0);
        assert!((0..100).all(|_| !still.push(1.0, 1.0)), "no time passes");
    }
}
