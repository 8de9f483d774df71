//! Any sequence of calls on one ring, in one thread, against a plain list of everything that was published: what every
//! drain gives, loses and leaves is predicted to the point, in every mode, and read + lost = position - start.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking, and compares exactly")]

use proptest::prelude::*;
use ringplot::ring::sync::AtomicU64;
use ringplot::ring::{BLOCK, Chunk, Counters, FrameReader, Memory, Payload, Reader, TRAILER, Writer};
use ringplot::{Batch, FrameData, Point, StartAt, XMode};

const CAPACITY: u64 = 1024;
const MAX_CHUNK: u64 = CAPACITY / 4;
const UNIFORM: XMode = XMode::Uniform { t0: -3.0, rate: 7.0 };

/// The words of a ring on the heap.
struct Ring {
    slots: Vec<AtomicU64>,
    epochs: Vec<AtomicU64>,
    counters: Vec<AtomicU64>,
}

impl Ring {
    fn new() -> Self {
        let zeroes = |n: u64| (0..n).map(|_| AtomicU64::new(0)).collect();
        Self { slots: zeroes(CAPACITY), epochs: zeroes(CAPACITY / BLOCK), counters: zeroes(5) }
    }

    fn memory(&self) -> Memory<'_> {
        let [write_position, reserved_position, cleared_before, newest_frame, frame_count] =
            &self.counters[..]
        else {
            panic!("five counters")
        };
        let counters =
            Counters { write_position, reserved_position, cleared_before, newest_frame, frame_count };
        Memory::new(&self.slots, &self.epochs, counters).unwrap()
    }
}

/// What a ring is: everything that was published, how far was reserved, and the clear mark.
#[derive(Default)]
struct Model {
    /// x and y as they are to be read, NaN where the pen was lifted.
    published: Vec<(f64, f32)>,
    reserved: u64,
    cleared: u64,
}

impl Model {
    fn written(&self) -> u64 {
        self.published.len() as u64
    }

    /// Whatever announces `count` points reserves whole blocks, and never takes a reservation back.
    fn reserve(&mut self, count: u64) {
        self.reserved = self.reserved.max((self.written() + count).next_multiple_of(BLOCK));
    }

    /// The oldest position that is whole.
    fn oldest(&self) -> u64 {
        self.reserved.saturating_sub(CAPACITY)
    }
}

/// One call on a ring.
#[derive(Clone, Debug)]
enum Call {
    Push(u64),
    PushNotFinite,
    Slice(u64),
    Reserve { room: u64, used: u64, is_committed: bool },
    Break,
    Clear,
    Drain { consumer: usize, limit: usize },
    Attach { consumer: usize, start: StartAt },
}

fn starts() -> impl Strategy<Value = StartAt> {
    prop_oneof![Just(StartAt::Oldest), Just(StartAt::Now)]
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let reserve = (0..=MAX_CHUNK, 0u64..300, any::<bool>());
    let call = prop_oneof![
        4 => (1u64..300).prop_map(Call::Push),
        1 => Just(Call::PushNotFinite),
        3 => (0u64..3000).prop_map(Call::Slice),
        3 => reserve.prop_map(|(room, used, is_committed)| Call::Reserve { room, used, is_committed }),
        1 => Just(Call::Break),
        1 => Just(Call::Clear),
        4 => (0usize..2, 0usize..2000).prop_map(|(consumer, limit)| Call::Drain { consumer, limit }),
        1 => (0usize..2, starts()).prop_map(|(consumer, start)| Call::Attach { consumer, start }),
    ];
    proptest::collection::vec(call, 1..60)
}

/// t, or x, and y of the sample at `position`. A block apart, times differ by more than an f32 of microseconds holds.
fn sample(position: u64) -> (f64, f32) {
    (position as f64 * 1e3, position as f32 + 0.5)
}

/// What is read of `sample` at `position` in a stream of mode `x_mode`.
fn as_read(x_mode: XMode, position: u64, sample: (f64, f32)) -> (f64, f32) {
    match x_mode {
        XMode::Uniform { t0, rate } => (t0 + position as f64 / rate, sample.1),
        XMode::Timed | XMode::Xy => sample,
    }
}

fn push(writer: &mut Writer<'_>, x_mode: XMode, (x, y): (f64, f32)) {
    match x_mode {
        XMode::Timed => writer.push_timed(x, y),
        XMode::Xy => writer.push(Point::new(x as f32, y)),
        XMode::Uniform { .. } => writer.push(Point::new(0.0, y)),
    }
}

fn push_into(chunk: &mut Chunk<'_, '_>, x_mode: XMode, (x, y): (f64, f32)) -> bool {
    match x_mode {
        XMode::Timed => chunk.push_timed(x, y),
        XMode::Xy => chunk.push(Point::new(x as f32, y)),
        XMode::Uniform { .. } => chunk.push(Point::new(0.0, y)),
    }
}

fn push_slice(writer: &mut Writer<'_>, x_mode: XMode, samples: &[(f64, f32)]) {
    let (x, y): (Vec<_>, Vec<_>) = samples.iter().copied().unzip();
    match x_mode {
        XMode::Timed => writer.push_timed_slice(&x, &y),
        XMode::Xy => {
            let points: Vec<_> = samples.iter().map(|(x, y)| Point::new(*x as f32, *y)).collect();
            writer.push_slice(&points);
        }
        XMode::Uniform { .. } => writer.push_values(&y),
    }
}

/// A consumer and what it was given and told.
struct Tally<'m> {
    reader: Reader<'m>,
    kept: u64,
    lost: u64,
}

impl<'m> Tally<'m> {
    fn attach(memory: Memory<'m>, start: StartAt) -> Self {
        Self { reader: Reader::attach(memory, start), kept: 0, lost: 0 }
    }

    /// Drains, and compares everything with what the model says.
    fn drain(&mut self, model: &Model, x_mode: XMode, limit: usize) -> Result<(), TestCaseError> {
        let mut batch = Batch::with_limit(limit);
        let cursor = self.reader.cursor();
        let drained = self.reader.drain(&mut batch, x_mode);
        let first = cursor.max(model.oldest()).min(model.written());
        let count = (model.written() - first).min(limit.max(1) as u64);
        prop_assert_eq!((drained.first, drained.count, drained.lost), (first, count, first - cursor));
        prop_assert_eq!(drained.remaining, model.written() - first - count);
        prop_assert_eq!((batch.first, batch.points.len() as u64), (first, count));
        self.kept += drained.count;
        self.lost += drained.lost;
        prop_assert_eq!(self.kept + self.lost, self.reader.cursor() - self.reader.start());
        for (position, x, y) in batch.iter() {
            let (t, value) = model.published[position as usize];
            let is_same_x = x == t || (!x.is_finite() && !t.is_finite());
            let is_same_y = y.to_bits() == value.to_bits() || (y.is_nan() && value.is_nan());
            prop_assert!(is_same_x && is_same_y, "({}, {}) and not ({}, {}) at {}", x, y, t, value, position);
        }
        Ok(())
    }
}

/// Plays `calls` on a stream of mode `x_mode`.
fn play(x_mode: XMode, calls: Vec<Call>) -> Result<(), TestCaseError> {
    let ring = Ring::new();
    let mut writer = Writer::new(ring.memory());
    let mut model = Model::default();
    let mut broken_at = 0;
    let mut consumers = [StartAt::Oldest, StartAt::Now].map(|start| Tally::attach(ring.memory(), start));
    for call in calls {
        let at = model.written();
        match call {
            Call::Push(n) => {
                for position in at..at + n {
                    push(&mut writer, x_mode, sample(position));
                    model.reserve(1);
                    model.published.push(as_read(x_mode, position, sample(position)));
                }
            }
            Call::PushNotFinite => {
                push(&mut writer, x_mode, (f64::NAN, f32::INFINITY));
                model.reserve(1);
                model.published.push(as_read(x_mode, at, (f64::NAN, f32::INFINITY)));
            }
            Call::Slice(n) => {
                let samples: Vec<_> = (at..at + n).map(sample).collect();
                push_slice(&mut writer, x_mode, &samples);
                model.reserve(n);
                model.published.extend((at..at + n).map(|p| as_read(x_mode, p, sample(p))));
            }
            Call::Reserve { room, used, is_committed } => {
                let mut chunk = writer.reserve(room).unwrap();
                model.reserve(room);
                for i in 0..used {
                    prop_assert_eq!(push_into(&mut chunk, x_mode, sample(at + i)), i < room);
                }
                let added = used.min(room);
                prop_assert_eq!(chunk.remaining(), room - added);
                if is_committed {
                    prop_assert_eq!(chunk.commit(), added);
                    model.published.extend((at..at + added).map(|p| as_read(x_mode, p, sample(p))));
                }
            }
            Call::Break => {
                let is_broken = at == broken_at;
                let end = match x_mode {
                    XMode::Timed => {
                        writer.break_block();
                        if is_broken { at } else { (at + 1).next_multiple_of(BLOCK) }
                    }
                    XMode::Xy => {
                        writer.break_line();
                        if is_broken { at } else { at + 1 }
                    }
                    XMode::Uniform { .. } => {
                        writer.push(Point::PEN_UP);
                        at + 1
                    }
                };
                broken_at = end;
                model.reserve(end - at);
                model.published.extend((at..end).map(|p| as_read(x_mode, p, (f64::NAN, f32::NAN))));
            }
            Call::Clear => {
                writer.clear();
                model.cleared = at;
            }
            Call::Drain { consumer, limit } => consumers[consumer].drain(&model, x_mode, limit)?,
            Call::Attach { consumer, start } => {
                let fresh = Tally::attach(ring.memory(), start);
                let oldest = model.oldest().max(model.cleared).min(at);
                let begin = if start == StartAt::Now { at } else { oldest };
                prop_assert_eq!((fresh.reader.start(), fresh.reader.cursor()), (begin, begin));
                prop_assert_eq!(fresh.reader.cleared_before(), model.cleared);
                consumers[consumer] = fresh;
            }
        }
        prop_assert_eq!(writer.position(), model.written());
    }
    prop_assert!(writer.reserve(MAX_CHUNK + 1).is_none());
    for consumer in &mut consumers {
        consumer.drain(&model, x_mode, 1 << 20)?;
        prop_assert_eq!(consumer.reader.cursor(), model.written());
        prop_assert_eq!(consumer.kept + consumer.lost, model.written() - consumer.reader.start());
    }
    Ok(())
}

/// One call on a ring of frames.
#[derive(Clone, Debug)]
enum FrameCall {
    Push(u64),
    Clear,
    Newest,
    Each,
    Attach { is_oldest: bool },
}

fn frame_calls() -> impl Strategy<Value = Vec<FrameCall>> {
    let call = prop_oneof![
        6 => (0u64..=MAX_CHUNK).prop_map(FrameCall::Push),
        1 => Just(FrameCall::Clear),
        2 => Just(FrameCall::Newest),
        2 => Just(FrameCall::Each),
        1 => any::<bool>().prop_map(|is_oldest| FrameCall::Attach { is_oldest }),
    ];
    proptest::collection::vec(call, 1..60)
}

/// Payload of the frame of number `number`.
fn words(number: u64, length: u64) -> impl ExactSizeIterator<Item = u64> {
    (0..length as usize).map(move |i| (number << 32) + i as u64)
}

/// Plays `calls` on a stream of curves.
fn play_frames(calls: Vec<FrameCall>) -> Result<(), TestCaseError> {
    let ring = Ring::new();
    let attach = |is_oldest| {
        let start = if is_oldest { StartAt::Oldest } else { StartAt::Now };
        let reader = Reader::attach(ring.memory(), start);
        FrameReader::new(reader, Payload::Points, MAX_CHUNK as u32, is_oldest)
    };
    let mut writer = Writer::new(ring.memory());
    let mut reader = attach(true);
    // Begin and length of every frame; where the next begins; the first number that the consumer has not seen.
    let mut published: Vec<(u64, u64)> = Vec::new();
    let (mut end, mut cleared, mut seen) = (0u64, 0, 0);
    let mut received = 0;
    let mut frame = FrameData::default();
    for call in calls {
        let oldest = end.next_multiple_of(BLOCK).saturating_sub(CAPACITY);
        let count = published.len() as u64;
        // Number of the oldest frame that is whole and begins at `from` or later.
        let first_from =
            |from: u64| count - published.iter().rev().take_while(|frame| frame.0 >= from).count() as u64;
        let is_right = |frame: &FrameData| {
            let length = published[frame.number as usize].1;
            (frame.t, u64::from(frame.length)) == (frame.number as f64, length)
                && words(frame.number, length).eq(frame.words.iter().copied())
        };
        match call {
            FrameCall::Push(length) => {
                let fits = length + TRAILER <= MAX_CHUNK;
                prop_assert_eq!(writer.push_frame(count as f64, length as u32, words(count, length)), fits);
                if fits {
                    published.push((end, length));
                    end += length + TRAILER;
                }
            }
            FrameCall::Clear => {
                writer.clear();
                cleared = end;
            }
            FrameCall::Newest => {
                let is_new = count > seen;
                let is_shown = is_new && published.last().is_some_and(|newest| newest.0 >= cleared);
                let skipped = reader.newest(&mut frame);
                prop_assert_eq!(skipped, is_shown.then(|| count - 1 - seen));
                if is_shown {
                    prop_assert_eq!(frame.number, count - 1);
                    prop_assert!(is_right(&frame), "{:?}", frame);
                    received += 1;
                }
                seen = seen.max(count);
            }
            FrameCall::Each => {
                let first = first_from(oldest.max(cleared)).max(seen);
                let has_unread = first_from(oldest).max(seen) < count;
                let mut given = Vec::new();
                let mut are_right = true;
                let lost = reader.each(&mut frame, |frame| {
                    given.push(frame.number);
                    are_right &= is_right(frame);
                });
                prop_assert!(are_right);
                prop_assert_eq!(&given, &(first..count).collect::<Vec<_>>());
                prop_assert_eq!(lost, if has_unread { first - seen } else { 0 });
                received += given.len() as u64;
                seen = seen.max(count);
            }
            FrameCall::Attach { is_oldest } => {
                reader = attach(is_oldest);
                let start = if is_oldest { first_from(oldest.max(cleared)) } else { count };
                prop_assert_eq!(reader.start(), start);
                (seen, received) = (start, 0);
            }
        }
        prop_assert_eq!((reader.cursor(), reader.received()), (seen, received));
        prop_assert_eq!(reader.received() + reader.lost(), seen - reader.start());
        prop_assert_eq!((reader.written(), reader.cleared_before()), (published.len() as u64, cleared));
        prop_assert_eq!((writer.frames(), writer.position()), (published.len() as u64, end));
    }
    Ok(())
}

/// No files beside the sources: the seed of a failure is printed.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_timed_stream_reads_back_as_the_model_says(calls in calls()) {
        play(XMode::Timed, calls)?;
    }

    #[test]
    fn a_uniform_stream_reads_back_as_the_model_says(calls in calls()) {
        play(UNIFORM, calls)?;
    }

    #[test]
    fn an_xy_stream_reads_back_as_the_model_says(calls in calls()) {
        play(XMode::Xy, calls)?;
    }

    #[test]
    fn a_stream_of_frames_reads_back_as_the_model_says(calls in frame_calls()) {
        play_frames(calls)?;
    }
}
