//! How long frames took, in constant memory.

/// Bins of the histogram, each 1 % wider than the one before: 10 µs to 300 s.
const BINS: usize = 1730;
const FIRST_MS: f64 = 0.01;
const GROWTH: f64 = 1.01;

/// Frames drawn and the time each took.
///
/// ```
/// use ringplot::viewer::{FrameStats, Percentiles};
///
/// /// What a program says once its window was closed.
/// fn report(FrameStats { adapter, frames, frame_ms, .. }: &FrameStats) -> String {
///     format!("{frames} frames on {adapter}, half of them in less than {:.1} ms", frame_ms.p50)
/// }
///
/// let frame_ms = Percentiles { p50: 4.2, p99: 9.0, max: 12.0 };
/// let stats = FrameStats { adapter: "llvmpipe".to_owned(), frames: 600, frame_ms, ..FrameStats::default() };
/// assert_eq!(report(&stats), "600 frames on llvmpipe, half of them in less than 4.2 ms");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameStats {
    /// The adapter's name.
    pub adapter: String,
    /// The graphics interface, `vulkan`.
    pub backend: String,
    /// Whether a software adapter drew.
    pub software: bool,
    /// Frames drawn.
    pub frames: u64,
    /// From the start of a frame until it was handed to the screen, in milliseconds.
    pub frame_ms: Percentiles,
}

/// What half, 99 % and all of the frames stayed below; zero without frames.
///
/// ```
/// use ringplot::viewer::Percentiles;
///
/// /// Whether nearly all frames kept up with a screen of 60 Hz.
/// fn is_smooth(frame_ms: Percentiles) -> bool {
///     frame_ms.p99 < 1000.0 / 60.0
/// }
/// assert!(is_smooth(Percentiles { p50: 4.2, p99: 9.0, max: 30.0 }));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percentiles {
    /// Median, within 1 %.
    pub p50: f64,
    /// 99 % of the frames, within 1 %.
    pub p99: f64,
    /// The slowest one, exactly.
    pub max: f64,
}

/// Times of frames.
#[derive(Clone, Debug)]
pub(crate) struct FrameTimes {
    bins: Vec<u32>,
    count: u64,
    max_ms: f64,
    /// Frames, their times together, and the mean of the ones before.
    of_late: (u32, f64, Option<f64>),
}

/// Frames that the mean of late ones is taken over: it changes seldom enough to be read.
const OF_LATE: u32 = 30;

impl FrameTimes {
    pub(crate) fn new() -> Self {
        Self { bins: vec![0; BINS], count: 0, max_ms: 0.0, of_late: (0, 0.0, None) }
    }

    /// The mean of some frames of late, milliseconds.
    pub(crate) fn of_late(&self) -> Option<f64> {
        self.of_late.2
    }

    pub(crate) fn push(&mut self, ms: f64) {
        let bin = ((ms / FIRST_MS).max(1.0).ln() / GROWTH.ln()).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 0, and saturating"
        )]
        let bin = (bin as usize).min(BINS - 1);
        self.bins[bin] = self.bins[bin].saturating_add(1);
        self.count += 1;
        self.max_ms = self.max_ms.max(ms);
        let (frames, sum, _) = &mut self.of_late;
        (*frames, *sum) = (*frames + 1, *sum + ms);
        if *frames >= OF_LATE {
            self.of_late = (0, 0.0, Some(*sum / f64::from(*frames)));
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn percentiles(&self) -> Percentiles {
        Percentiles { p50: self.below(0.5), p99: self.below(0.99), max: self.max_ms }
    }

    fn below(&self, share: f64) -> f64 {
        let wanted = self.count as f64 * share;
        let mut seen = 0u64;
        for (bin, count) in self.bins.iter().enumerate() {
            seen += u64::from(*count);
            if seen > 0 && seen as f64 >= wanted {
                let middle = FIRST_MS * GROWTH.powf(bin as f64 + 0.5);
                return middle.min(self.max_ms);
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_one_percent() {
        let mut times = FrameTimes::new();
        for i in 1..=1000 {
            times.push(f64::from(i) / 10.0);
        }
        let Percentiles { p50, p99, max } = times.percentiles();
        assert!((p50 - 50.0).abs() < 0.6 && (p99 - 99.0).abs() < 1.1, "{p50} {p99}");
        assert!((max - 100.0).abs() < 1e-9);
        assert_eq!(times.count(), 1000);
    }

    #[test]
    fn no_frames_and_absurd_times_are_no_panic() {
        assert_eq!(FrameTimes::new().percentiles(), Percentiles::default());
        let mut times = FrameTimes::new();
        for ms in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e12] {
            times.push(ms);
        }
        assert!(times.percentiles().p50 >= 0.0);
    }
}
