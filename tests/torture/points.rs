//! What is pushed: every value is a function of its position and of the run's seed, which the stream's label tells.

use std::time::{Duration, Instant};

use ringplot::{Batch, Consumer, FrameData, Liveness, StreamKind};

/// Longest curve and longest text that is pushed, in points and in bytes.
pub const LONGEST: u64 = 200;

/// Far longer than anybody holds a lock who passes by.
pub const PASSING_BY: Duration = Duration::from_secs(20);

/// All kinds of streams.
pub const KINDS: [StreamKind; 5] =
    [StreamKind::Timed, StreamKind::Uniform, StreamKind::Xy, StreamKind::Snapshot, StreamKind::Events];

/// A well mixed function of two numbers.
pub fn mix(seed: u64, n: u64) -> u64 {
    let mut z = seed ^ n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

pub fn y(seed: u64, position: u64) -> f32 {
    (mix(seed, position) >> 40) as f32 + 0.5
}

/// x of an xy point.
pub fn x(seed: u64, position: u64) -> f32 {
    y(!seed, position)
}

/// x of position 0 of a run, in seconds.
pub fn t0(seed: u64) -> f64 {
    (seed % 1000) as f64
}

pub fn t(seed: u64, position: u64) -> f64 {
    t0(seed) + position as f64 * 1e-6
}

/// Whether the pen is up at a position: from some place in some blocks of 256 to the block's end.
pub fn is_pen_up(seed: u64, position: u64) -> bool {
    let (block, offset) = (position / 256, position % 256);
    let draw = mix(seed ^ 0x55, block);
    // Whole stretches of blocks, too: break after break.
    mix(seed ^ 0xAA, block / 8).is_multiple_of(4) || (draw.is_multiple_of(8) && offset >= (draw >> 8) % 256)
}

/// How a run ends that ends by itself.
pub fn end(seed: u64) -> Liveness {
    if seed.is_multiple_of(2) { Liveness::Closed } else { Liveness::Finished }
}

/// Points of a snapshot, or bytes of filler in a text.
pub fn length(seed: u64, number: u64) -> u64 {
    1 + mix(seed, number) % LONGEST
}

pub fn text(seed: u64, number: u64) -> String {
    format!("n={number}\nseed={seed:016x}\nfill={}\n", "x".repeat(length(seed, number) as usize))
}

/// The seed that a stream's label tells.
pub fn seed_of(consumer: &Consumer) -> u64 {
    let label = &consumer.meta().label;
    u64::from_str_radix(label, 16).unwrap_or_else(|_| panic!("a label that nobody wrote: {label:?}"))
}

/// Panics unless every point of a drained batch is the one written for its position; how many there are.
pub fn check_batch(kind: StreamKind, seed: u64, batch: &Batch) -> u64 {
    for (position, at, value) in batch.iter() {
        if is_pen_up(seed, position) {
            assert!(!value.is_finite() || !at.is_finite(), "the pen is down at {position}: ({at}, {value})");
            continue;
        }
        assert_eq!(value, y(seed, position), "y at {position}");
        if kind == StreamKind::Xy {
            assert_eq!(at, f64::from(x(seed, position)), "x at {position}");
        } else {
            assert!(
                (at - t(seed, position)).abs() < 1e-9,
                "t at {position}: {at} and not {}",
                t(seed, position)
            );
        }
    }
    batch.points.len() as u64
}

/// Panics unless a frame is the one written for its number; how many points, or words of text, it holds.
pub fn check_frame(kind: StreamKind, seed: u64, frame: &FrameData) -> u64 {
    let n = frame.number;
    assert_eq!(frame.t, t(seed, n), "t of frame {n}");
    if kind == StreamKind::Events {
        assert_eq!(frame.text(), text(seed, n));
        return frame.words.len() as u64;
    }
    assert_eq!(frame.words.len() as u64, length(seed, n), "length of frame {n}");
    for (i, point) in (0..).zip(frame.points()) {
        let position = n * LONGEST + i;
        assert_eq!((point.x, point.y), (x(seed, position), y(seed, position)), "point {i} of frame {n}");
    }
    frame.words.len() as u64
}

/// What has been read of a run.
#[derive(Debug)]
pub struct Follower {
    pub consumer: Consumer,
    seed: u64,
    batch: Batch,
    frame: FrameData,
    /// Points, and words of text, that were checked.
    pub checked: u64,
}

impl Follower {
    pub fn new(consumer: Consumer) -> Self {
        let seed = seed_of(&consumer);
        Self { consumer, seed, batch: Batch::with_limit(1 << 13), frame: FrameData::default(), checked: 0 }
    }

    /// Reads what there is, at most `drains` batches, and checks it to the point.
    pub fn follow(&mut self, drains: usize) {
        let kind = self.consumer.kind();
        if kind.is_frames() {
            let (seed, mut checked) = (self.seed, 0);
            self.consumer.each_frame(&mut self.frame, |frame| checked += check_frame(kind, seed, frame));
            self.checked += checked;
        }
        for _ in 0..drains {
            let before = self.consumer.counts().position;
            let drained = self.consumer.drain(&mut self.batch);
            if drained.count + drained.lost == 0 {
                break;
            }
            assert_eq!(drained.run, self.consumer.run());
            assert_eq!(before + drained.lost, drained.first);
            assert_eq!(drained.count, self.batch.points.len() as u64);
            self.checked += check_batch(kind, self.seed, &self.batch);
        }
        let counts = self.consumer.counts();
        assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{counts:?}");
    }

    /// How a run ended that is over. A passer-by who looks for dead streams to collect holds their locks for a moment
    /// each, and who asks just then is told that they are live.
    pub fn how_it_ended(&mut self) -> Liveness {
        let until = Instant::now() + PASSING_BY;
        loop {
            let liveness = self.consumer.liveness();
            if liveness.is_over() {
                return liveness;
            }
            assert!(Instant::now() < until, "the run is over, and {liveness:?}");
            std::thread::yield_now();
        }
    }

    /// Reads to the end of a run that has ended: all that was published, to the last point; returns that position, in
    /// frames in a stream of frames.
    pub fn follow_to_end(&mut self) -> u64 {
        self.follow(usize::MAX);
        let (counts, published) = (self.consumer.counts(), self.consumer.written());
        assert_eq!(counts.position, published, "{counts:?}");
        published
    }
}
