//! Streams to draw.

use ringplot::XMode;

use crate::reference::{Feed, Random, Step};

/// What a signal looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    Walk,
    Noise,
    Spikes,
    Sine,
    Square,
    Steep,
}

impl Signal {
    pub(crate) const ALL: [Self; 6] =
        [Self::Walk, Self::Noise, Self::Spikes, Self::Sine, Self::Square, Self::Steep];

    /// So many values, mostly from −1 to 1.
    pub(crate) fn values(self, count: usize, random: &mut Random) -> Vec<f32> {
        let mut walk = 0.0;
        let period = 3.0 + random.unit() * count as f64 / 3.0;
        (0..count)
            .map(|i| {
                let r = random.unit() * 2.0 - 1.0;
                walk += r * 2.0 / (count as f64).sqrt();
                let phase = i as f64 / period;
                let y = match self {
                    Self::Walk => walk,
                    Self::Noise => r,
                    Self::Spikes if random.next().is_multiple_of(9) => r,
                    Self::Spikes => 0.01 * r,
                    Self::Sine => (phase * std::f64::consts::TAU).sin() * 0.9,
                    Self::Square => {
                        if phase.fract() < 0.5 {
                            0.8
                        } else {
                            -0.8
                        }
                    }
                    Self::Steep => {
                        if i % 2 == 0 {
                            40.0 * r
                        } else {
                            r
                        }
                    }
                };
                y as f32
            })
            .collect()
    }
}

/// A stream of a signal, uniform at 1 Hz or timed at uneven steps of a second on average.
pub(crate) fn stream(signal: Signal, count: usize, timed: bool, random: &mut Random) -> Feed {
    let values = signal.values(count, random);
    let mode = if timed { XMode::Timed } else { XMode::Uniform { t0: 0.0, rate: 1.0 } };
    let mut feed = Feed::new(mode, 0, 1 << 24);
    let mut t = 0.0;
    let samples = values.into_iter().map(|y| {
        t += random.unit() * 2.0;
        (t, y)
    });
    let samples = samples.collect::<Vec<_>>();
    feed.append_timed(&samples);
    feed
}

/// A stream with everything that can happen to one: pen-ups, lost runs, steps back in x, a limit.
pub(crate) fn eventful(seed: u64) -> Feed {
    let mut random = Random(seed);
    let mode = if seed.is_multiple_of(2) { XMode::Timed } else { XMode::Uniform { t0: -3.0, rate: 1e3 } };
    let mut feed = Feed::new(mode, random.next() % 5_000, 1 << 20);
    for _ in 0..2 + random.next() % 6 {
        let count = 1 + (random.next() % 10_u64.pow(1 + (random.next() % 4) as u32)) as usize;
        let nan = [0.0, 0.0, 0.003, 0.3][(random.next() % 4) as usize];
        feed.apply(&Step::Points { count, nan, back: 0.0002, seed: random.next() });
        if random.next().is_multiple_of(3) {
            feed.apply(&Step::Lose(1 + random.next() % 3_000));
        }
    }
    feed
}
