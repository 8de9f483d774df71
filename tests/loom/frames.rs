//! Models of streams of frames: one point and two trailer slots each, unless a model says otherwise.

use ringplot::StartAt;
use ringplot::ring::{FrameData, FrameReader, Payload, Reader, Writer};

use super::{Shared, consumer};

/// What a model says of a frame that is not one of those published.
pub(super) const NOT_WHOLE: &str = "not the frame published as";

fn push_frame<const B: u32>(writer: &mut Writer<'_, B>, number: u64, points: u64) {
    let payload: Vec<_> = (0..points).map(|i| 70 + number + 1000 * i).collect();
    assert!(writer.push_frame(number as f64, points as u32, payload.into_iter()));
}

fn check(frame: &FrameData, points: u64) {
    let payload: Vec<_> = (0..points).map(|i| 70 + frame.number + 1000 * i).collect();
    let is_whole = frame.words == payload && frame.t == frame.number as f64;
    assert!(is_whole, "{frame:?}: {NOT_WHOLE} {}", frame.number);
}

/// 2 frames of 2 points (so that a lap puts trailers on trailers) beside one consumer of a ring of 16 that holds 4: the
/// newest is read whole or not at all, and once the producer is done, it is read.
pub(super) fn newest() {
    let shared = Shared::new(16);
    let mut writer = Writer::new(shared.memory::<1>());
    (0..4).for_each(|number| push_frame(&mut writer, number, 2));
    let consumer = consumer(&shared, |shared| {
        let reader = Reader::attach(shared.memory::<1>(), StartAt::Now);
        let mut reader = FrameReader::new(reader, Payload::Points, 8, false);
        let mut frame = FrameData::default();
        let before = reader.cursor();
        if let Some(skipped) = reader.newest(&mut frame) {
            check(&frame, 2);
            assert_eq!(before + skipped, frame.number);
            assert_eq!(reader.start() + reader.received() + reader.lost(), reader.cursor());
        }
    });
    (4..6).for_each(|number| push_frame(&mut writer, number, 2));
    consumer.join().unwrap();
}

/// 2 frames of 2 points, beside one consumer that attaches at the oldest and asks once for the newest, in a ring of 8 in
/// blocks of 4 that is full of 2 frames: the newest is overwritten while it is read.
pub(super) fn newest_lapped() {
    let shared = Shared::with_blocks(8, 2);
    let mut writer = Writer::new(shared.memory::<2>());
    (0..2).for_each(|number| push_frame(&mut writer, number, 2));
    let consumer = consumer(&shared, |shared| {
        let reader = Reader::attach(shared.memory::<2>(), StartAt::Oldest);
        let mut reader = FrameReader::new(reader, Payload::Points, 8, true);
        let mut frame = FrameData::default();
        if reader.newest(&mut frame).is_some() {
            check(&frame, 2);
        }
        assert_eq!(reader.start() + reader.received() + reader.lost(), reader.cursor());
    });
    (2..4).for_each(|number| push_frame(&mut writer, number, 2));
    consumer.join().unwrap();
}

/// Walks over the trailers of a ring of 4 that is full of 2 frames without points, while 2 more lap it: frames come in
/// order, whole, each once, and received + lost adds up. One consumer, which walks twice, once to attach.
pub(super) fn each() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<1>());
    (0..2).for_each(|number| push_frame(&mut writer, number, 0));
    let consumer = consumer(&shared, |shared| {
        let reader = Reader::attach(shared.memory::<1>(), StartAt::Oldest);
        let mut reader = FrameReader::new(reader, Payload::Points, 8, true);
        let mut frame = FrameData::default();
        let mut next = reader.start();
        let mut given = 0;
        let lost = reader.each(&mut frame, |frame| {
            check(frame, 0);
            assert!(frame.number >= next, "frame {} after {next}", frame.number);
            next = frame.number + 1;
            given += 1;
        });
        assert_eq!((reader.start() + lost + given, next), (reader.cursor(), reader.cursor()));
        assert_eq!((reader.received(), reader.lost()), (given, lost));
    });
    (2..4).for_each(|number| push_frame(&mut writer, number, 0));
    consumer.join().unwrap();
}

/// A clear between two frames, in a ring of 16 that holds one: who has seen the mark is given no frame from before it,
/// and the counts add up. One consumer, which looks once.
pub(super) fn cleared() {
    let shared = Shared::new(16);
    let mut writer = Writer::new(shared.memory::<1>());
    push_frame(&mut writer, 0, 1);
    let consumer = consumer(&shared, |shared| {
        let reader = Reader::attach(shared.memory::<1>(), StartAt::Oldest);
        let mut reader = FrameReader::new(reader, Payload::Points, 8, true);
        let mut frame = FrameData::default();
        let mark = reader.cleared_before();
        if reader.newest(&mut frame).is_some() {
            check(&frame, 1);
            assert!(3 * frame.number >= mark, "frame {} was cleared", frame.number);
        }
        assert_eq!(reader.start() + reader.received() + reader.lost(), reader.cursor());
    });
    push_frame(&mut writer, 1, 1);
    writer.clear();
    push_frame(&mut writer, 2, 1);
    consumer.join().unwrap();
}
