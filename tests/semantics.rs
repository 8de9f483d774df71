//! What each call of a producer means to a consumer, in one process.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test fails by panicking, compares exactly, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ringplot::ring::BLOCK;
use ringplot::{Batch, Clock, Consumer, FrameData, Liveness, Point, Producer, StartAt, StreamKind, Style};

fn drained(consumer: &mut Consumer) -> Batch {
    let mut batch = Batch::with_limit(1 << 16);
    consumer.drain(&mut batch);
    batch
}

fn attach(name: &str) -> Consumer {
    Consumer::attach(name, StartAt::Oldest).unwrap()
}

#[test]
fn timed_points_keep_their_f64_time() {
    streams::registry();
    let mut producer = Producer::builder("timed").capacity(1024).timed().unwrap();
    let mut consumer = attach("timed");
    // A month at 1 MHz: f32 seconds would have steps of a quarter of a second.
    let t0 = 2_592_000.0;
    (0..600).for_each(|i| producer.push(t0 + f64::from(i) * 1e-6, i as f32));
    let batch = drained(&mut consumer);
    assert_eq!(batch.points.len(), 600);
    for (i, x, y) in batch.iter() {
        assert_eq!(y, i as f32);
        assert!((x - (t0 + i as f64 * 1e-6)).abs() < 1e-9, "{i}: {x}");
    }
}

#[test]
fn a_break_pads_a_timed_stream_to_a_fresh_epoch() {
    streams::registry();
    let mut producer = Producer::builder("broken").capacity(1024).timed().unwrap();
    let mut consumer = attach("broken");
    producer.push(0.0, 1.0);
    producer.push_break();
    producer.push(1e9 + 1e-6, 2.0);
    let batch = drained(&mut consumer);
    assert_eq!(batch.points.len() as u64, BLOCK + 1);
    assert!(batch.points[1..BLOCK as usize].iter().all(|p| p.x.is_nan() && p.y.is_nan()));
    assert_eq!(batch.x(BLOCK as usize), 1e9 + 1e-6);
}

#[test]
fn a_break_after_a_break_takes_nothing() {
    streams::registry();
    let mut timed = Producer::builder("breaks/timed").capacity(1024).timed().unwrap();
    let mut reader = attach("breaks/timed");
    (0..5000).for_each(|_| timed.push_break());
    assert_eq!(timed.stats().written, 0, "before the first point");
    timed.push(0.0, 1.0);
    (0..5000).for_each(|_| timed.push_break());
    assert_eq!(timed.stats().written, BLOCK, "a break at the end of a block, and all after it");
    timed.push(1e9 + 1e-6, 2.0);
    let batch = drained(&mut reader);
    assert_eq!((reader.counts().lost, batch.points[0].y, batch.x(BLOCK as usize)), (0, 1.0, 1e9 + 1e-6));
    // A block that is full has no room for the pen-up: the break takes the next one.
    (0..BLOCK - 1).for_each(|_| timed.push(1e9, 3.0));
    (0..2).for_each(|_| timed.push_break());
    assert_eq!(timed.stats().written, 3 * BLOCK);

    let mut xy = Producer::builder("breaks/xy").capacity(1024).xy().unwrap();
    xy.push_break();
    xy.push(Point::new(1.0, 2.0));
    (0..5000).for_each(|_| xy.push_break());
    assert_eq!(xy.stats().written, 2);
    // Time goes on by one sample with each break of a uniform stream.
    let mut uniform = Producer::builder("breaks/uniform").capacity(1024).uniform(0.0, 1.0).unwrap();
    (0..3).for_each(|_| uniform.push_break());
    assert_eq!(uniform.stats().written, 3);
}

#[test]
fn a_time_that_is_not_finite_lifts_the_pen_and_is_no_epoch() {
    streams::registry();
    let mut producer = Producer::builder("nonfinite").capacity(1024).timed().unwrap();
    let mut consumer = attach("nonfinite");
    for t in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5.0] {
        producer.push(t, 1.0);
    }
    producer.push_slice(&[f64::NAN, 6.0], &[1.0, 2.0]);
    let batch = drained(&mut consumer);
    let finite: Vec<_> = batch.iter().filter(|(_, x, _)| x.is_finite()).map(|(_, x, y)| (x, y)).collect();
    assert_eq!(finite, [(5.0, 1.0), (6.0, 2.0)]);
}

#[test]
fn uniform_samples_have_exact_times() {
    streams::registry();
    let mut producer = Producer::builder("uniform").capacity(1024).uniform(-1.0, 3.0).unwrap();
    let mut consumer = attach("uniform");
    producer.push(7.0);
    producer.push_slice(&[8.0, 9.0]);
    producer.push_break();
    let mut chunk = producer.reserve(2).unwrap();
    assert!(chunk.push(10.0));
    assert_eq!(chunk.commit(), 1);
    assert_eq!(consumer.kind(), StreamKind::Uniform);
    let batch = drained(&mut consumer);
    let xs: Vec<_> = batch.iter().map(|(_, x, _)| x).collect();
    assert_eq!(xs, [-1.0, -1.0 + 1.0 / 3.0, -1.0 + 2.0 / 3.0, 0.0, -1.0 + 4.0 / 3.0]);
    assert_eq!(batch.points[2].y, 9.0);
    assert!(batch.points[3].y.is_nan());
}

#[test]
fn clear_changes_no_count_and_moves_late_readers() {
    streams::registry();
    let mut producer = Producer::builder("cleared").capacity(1024).xy().unwrap();
    let mut early = attach("cleared");
    producer.push_slice(&[Point::new(1.0, 2.0); 10]);
    producer.clear();
    producer.push(Point::new(3.0, 4.0));
    assert_eq!(drained(&mut early).points.len(), 11);
    assert_eq!(early.cleared_before(), 10);
    assert_eq!((early.counts().position, early.counts().received, early.counts().lost), (11, 11, 0));
    assert_eq!(attach("cleared").counts().start, 10);
    assert_eq!(producer.stats().written, 11);
}

#[test]
fn from_now_sees_only_what_follows() {
    streams::registry();
    let mut producer = Producer::builder("now").capacity(1024).xy().unwrap();
    producer.push_slice(&[Point::new(0.0, 0.0); 10]);
    let mut consumer = Consumer::attach("now", StartAt::Now).unwrap();
    producer.push(Point::new(1.0, 1.0));
    let batch = drained(&mut consumer);
    assert_eq!((batch.first, batch.points.len()), (10, 1));
}

#[test]
fn a_snapshot_reader_gets_the_newest_and_counts_the_rest() {
    streams::registry();
    let mut producer = Producer::builder("spectrum").snapshot(8).unwrap();
    let mut consumer = attach("spectrum");
    let mut frame = FrameData::default();
    assert_eq!(consumer.newest_frame(&mut frame), None);
    for i in 0..5u8 {
        producer.update(f64::from(i), &vec![Point::new(1.0, f32::from(i)); usize::from(i) + 1]);
    }
    assert_eq!(consumer.newest_frame(&mut frame), Some(4));
    assert_eq!((frame.number, frame.t, frame.points().len()), (4, 4.0, 5));
    assert_eq!(frame.points().next(), Some(Point::new(1.0, 4.0)));
    assert_eq!(consumer.newest_frame(&mut frame), None, "nothing is new");
    let counts = consumer.counts();
    assert_eq!((counts.start, counts.position, counts.received, counts.lost), (0, 5, 1, 4));
    producer.update(5.0, &[Point::default(); 20]);
    assert_eq!(producer.stats().cut, 1);
    assert_eq!(producer.stats().written, 6);
    consumer.newest_frame(&mut frame);
    assert_eq!(frame.points().len(), 8, "a curve that is too long is cut");
}

#[test]
fn a_cleared_frame_is_not_shown() {
    streams::registry();
    let mut producer = Producer::builder("cleared-frames").snapshot(8).unwrap();
    let mut consumer = attach("cleared-frames");
    let mut frame = FrameData::default();
    producer.update(0.0, &[Point::default(); 3]);
    producer.clear();
    assert_eq!(consumer.newest_frame(&mut frame), None);
    assert_eq!((consumer.counts().position, consumer.counts().lost), (1, 1));
    producer.update(1.0, &[Point::default(); 3]);
    assert_eq!(consumer.newest_frame(&mut frame), Some(0));
    assert_eq!(frame.number, 1);
}

#[test]
fn a_late_reader_finds_the_frames_that_are_still_in_the_ring() {
    streams::registry();
    let mut producer = Producer::builder("late").capacity(1024).snapshot(98).unwrap();
    (0..25u8).for_each(|i| producer.update(f64::from(i), &[Point::new(0.0, f32::from(i)); 98]));
    let mut consumer = attach("late");
    let mut seen = Vec::new();
    let lost = consumer.each_frame(&mut FrameData::default(), |frame| seen.push(frame.number));
    // 25 frames of 100 slots end at 2,500; a ring of 1,024, in blocks, holds what begins at 1,536 or later.
    assert_eq!(seen, (16..25).collect::<Vec<_>>());
    assert_eq!((lost, consumer.counts().start, consumer.counts().received), (0, 16, 9));
}

#[test]
fn events_are_all_read_in_order() {
    streams::registry();
    let mut producer = Producer::builder("sim/_events").events().unwrap();
    let mut consumer = attach("sim/_events");
    producer.emit(0.5, "marker=start");
    producer.emit(1.5, "title=größer");
    producer.emit(2.5, "");
    producer.emit(3.5, &"é".repeat(3000));
    let mut texts = Vec::new();
    consumer.each_frame(&mut FrameData::default(), |frame| texts.push((frame.t, frame.text())));
    assert_eq!(texts[0], (0.5, "marker=start".to_owned()));
    assert_eq!(texts[1], (1.5, "title=größer".to_owned()));
    assert_eq!(texts[2], (2.5, String::new()));
    assert_eq!(texts[3].1, "é".repeat(2048), "a text that is too long is cut between two characters");
    assert_eq!((texts.len(), producer.stats().cut), (4, 1));
}

#[test]
fn the_end_of_a_stream_is_told_and_leaves_nothing() {
    streams::registry();
    for (finish, end) in [(false, Liveness::Closed), (true, Liveness::Finished)] {
        let mut producer = Producer::builder("ended").capacity(1024).timed().unwrap();
        let mut consumer = attach("ended");
        let segment = streams::segment_file("ended");
        producer.push(1.0, 1.0);
        assert_eq!(consumer.liveness(), Liveness::Live);
        if finish {
            producer.finish();
        } else {
            producer.close();
        }
        assert_eq!(consumer.liveness(), end);
        assert_eq!(drained(&mut consumer).points.len(), 1, "the last point is there after the end");
        assert!(!segment.exists() && streams::files_of("ended").is_empty());
    }
}

#[test]
fn a_folder_removed_under_a_producer_leaves_no_segment() {
    streams::registry();
    let mut producer = Producer::builder("swept").capacity(1024).timed().unwrap();
    producer.push(1.0, 1.0);
    let mut consumer = attach("swept");
    let segment = streams::segment_file("swept");
    for path in streams::files_of("swept") {
        std::fs::remove_file(path).unwrap();
    }
    producer.close();
    assert!(!segment.exists());
    assert_eq!(consumer.liveness(), Liveness::Closed);
}

#[test]
fn a_viewer_that_attaches_is_waited_for_and_no_longer() {
    streams::registry();
    let producer = Producer::builder("awaited").capacity(1024).timed().unwrap();
    assert!(!producer.wait_for_viewer(Duration::from_millis(20)));
    let consumer = attach("awaited");
    assert!(!producer.wait_for_viewer(Duration::ZERO), "a consumer is no viewer until it says so");
    consumer.announce_viewer();
    assert!(producer.wait_for_viewer(Duration::from_secs(10)));
}

#[test]
fn what_a_stream_says_of_itself_arrives() {
    streams::registry();
    let builder =
        Producer::builder("told").capacity(1024).label("Höhe").group("g").units("s", "m").colour(1, 2, 3);
    let builder = builder.style(Style::Points).rate_hint(50.0).y_range(-1.0, 1.0).order(4);
    let _producer = builder.timed().unwrap();
    let consumer = attach("told");
    let meta = consumer.meta();
    assert_eq!((meta.label.as_str(), meta.group.as_str(), meta.order), ("Höhe", "g", 4));
    assert_eq!((meta.x_unit.as_str(), meta.y_unit.as_str(), meta.colour), ("s", "m", Some([1, 2, 3])));
    assert_eq!((meta.style, meta.rate_hint_hz, meta.y_range), (Style::Points, Some(50.0), Some([-1.0, 1.0])));
    assert_eq!(consumer.pid(), std::process::id());
}

#[test]
fn a_consumer_is_told_what_t_0_stands_for_on_a_wall_clock_alone() {
    streams::registry();
    let origin = |builder: ringplot::Builder| {
        let _producer = builder.capacity(1024).timed().unwrap();
        attach("origin").meta().origin_unix_nanos
    };
    let build = || Producer::builder("origin");
    assert_eq!(origin(build()), None);
    let created = i128::from(origin(build().clock(Clock::Wall)).unwrap());
    let now = i128::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap();
    assert!(created <= now && now - created < 600_000_000_000, "{created} {now}");
    assert_eq!(origin(build().origin(UNIX_EPOCH)), Some(0));
    assert_eq!(origin(build().origin(UNIX_EPOCH - Duration::from_nanos(5))), Some(-5));
}
