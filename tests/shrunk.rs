//! A segment that somebody cuts short under those who have it mapped: a program that asked for it survives.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use ringplot::{Batch, Consumer, FrameData, Liveness, Point, Producer, StartAt};
use streams::{Guard, check, role as played_role, t, y};

/// What is left of a segment: nothing, a page, half.
const LEFT: [fn(u64) -> u64; 3] = [|_| 0, |_| 4096, |len| len / 2 / 4096 * 4096];

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    let name = args[0].as_str();
    if args.get(1).is_some_and(|how| how == "guarded") {
        ringplot::survive_shrunk_segments().unwrap();
        ringplot::survive_shrunk_segments().unwrap();
    }
    match role.as_str() {
        "producer" => produce(name),
        "snapshots" => produce_snapshots(name),
        "reader" => read(name, true),
        "blind reader" => read(name, false),
        "frames" => read_frames(name),
        "waiter" => wait_and_ask(name),
        "patient" => wait_for_data(name),
        "elsewhere" => touch_elsewhere(name, &args[2]),
        other => panic!("no role {other}"),
    }
    // The harness would print on.
    std::process::exit(0);
}

/// Pushes until standard input ends, then closes.
fn produce(name: &str) {
    let mut producer = Producer::builder(name).capacity(1 << 14).timed().unwrap();
    println!("ready");
    let leave = std::thread::spawn(|| std::io::stdin().lines().next());
    let mut at = 0;
    while !leave.is_finished() {
        for _ in 0..1000 {
            producer.push(t(at), y(at));
            at += 1;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    assert_eq!(producer.stats().written, at);
    producer.close();
    println!("closed");
}

/// Every curve is one number, over and over.
fn produce_snapshots(name: &str) {
    let mut producer = Producer::builder(name).capacity(1 << 12).snapshot(500).unwrap();
    println!("ready");
    let leave = std::thread::spawn(|| std::io::stdin().lines().next());
    let mut at = 0u32;
    while !leave.is_finished() {
        at += 1;
        producer.update(f64::from(at), &[Point::new(at as f32, 1.0); 500]);
        std::thread::sleep(Duration::from_micros(200));
    }
    producer.close();
    println!("closed");
}

/// Drains, and checks each point, until the memory is damaged; `asks` how the producer is, too.
fn read(name: &str, asks: bool) {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    let mut batch = Batch::with_limit(1 << 14);
    let watchdog = Instant::now() + Duration::from_mins(1);
    while consumer.drain(&mut batch).count == 0 {
        assert!(Instant::now() < watchdog, "nothing came: {:?}", consumer.counts());
    }
    check(&batch);
    println!("ready");
    let mut rounds = 0u64;
    while !asks || consumer.liveness() != Liveness::Damaged {
        // Mostly draining: the cut comes in the middle of it.
        for _ in 0..100 {
            let before = consumer.counts();
            let drained = consumer.drain(&mut batch);
            check(&batch);
            assert_eq!(before.position + drained.lost, drained.first);
            assert_eq!(drained.first + drained.count, consumer.counts().position);
            rounds += 1;
        }
        assert!(Instant::now() < watchdog, "nothing happened: {:?}", consumer.counts());
    }
    let counts = consumer.counts();
    assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{counts:?}");
    assert!(counts.received > 0);
    let drained = consumer.drain(&mut batch);
    assert_eq!((drained.count, drained.lost, batch.iter().count()), (0, 0, 0));
    consumer.announce_viewer();
    assert_eq!((consumer.written(), consumer.cleared_before()), (counts.position, 0));
    assert_eq!((consumer.liveness(), consumer.counts()), (Liveness::Damaged, counts));
    println!("damaged after {rounds} drains: {counts:?}");
}

fn read_frames(name: &str) {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    let mut frame = FrameData::default();
    let whole = |frame: &FrameData| {
        assert_eq!(frame.length, 500);
        assert!(frame.points().all(|p| p == Point::new(frame.t as f32, 1.0)), "frame {}", frame.number);
    };
    let watchdog = Instant::now() + Duration::from_mins(1);
    while consumer.newest_frame(&mut frame).is_none() {
        assert!(Instant::now() < watchdog, "nothing came: {:?}", consumer.counts());
    }
    println!("ready");
    while consumer.liveness() != Liveness::Damaged {
        for _ in 0..50 {
            if consumer.newest_frame(&mut frame).is_some() {
                whole(&frame);
            }
            consumer.each_frame(&mut frame, whole);
        }
        assert!(Instant::now() < watchdog, "nothing happened: {:?}", consumer.counts());
    }
    let counts = consumer.counts();
    assert!(counts.received > 0 && counts.received + counts.lost == counts.position - counts.start);
    assert_eq!(consumer.newest_frame(&mut frame), None);
    assert_eq!(consumer.each_frame(&mut frame, |_| panic!("a frame of nothing")), 0);
    println!("damaged");
}

/// Attaches, waits for a line, and asks before it touches anything.
fn wait_and_ask(name: &str) {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    println!("ready");
    std::io::stdin().lines().next();
    assert_eq!(consumer.liveness(), Liveness::Damaged);
    assert_eq!(consumer.drain(&mut Batch::with_limit(1 << 14)).count, 0);
    println!("damaged");
}

/// Waits for data for ever, as a program does that is not a viewer.
fn wait_for_data(name: &str) {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    let mut batch = Batch::with_limit(1 << 14);
    println!("ready");
    while consumer.wait_for_data(Duration::MAX) {
        consumer.drain(&mut batch);
        check(&batch);
    }
    assert_eq!(consumer.wait_for_end(Duration::MAX), Some(Liveness::Damaged));
    println!("damaged");
}

/// Makes a SIGBUS that has nothing to do with a stream, with a stream mapped beside it.
#[expect(unsafe_code, reason = "signals and a mapping of its own")]
fn touch_elsewhere(name: &str, how: &str) {
    extern "C" fn own(_: i32) {
        // SAFETY: async-signal-safe, and does not return.
        unsafe { libc::_exit(42) }
    }
    let before = match how {
        "own" => own as extern "C" fn(i32) as libc::sighandler_t,
        "ignored" => libc::SIG_IGN,
        "default" | "sent" => libc::SIG_DFL,
        _ => 0,
    };
    if how != "std" {
        // SAFETY: the handler makes one async-signal-safe call.
        unsafe { libc::signal(libc::SIGBUS, before) };
    }
    ringplot::survive_shrunk_segments().unwrap();
    let mut producer = Producer::builder(name).capacity(1024).timed().unwrap();
    let segment = OpenOptions::new().write(true).open(streams::segment_file(name)).unwrap();
    let consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    segment.set_len(0).unwrap();
    producer.push(0.0, 1.0);
    assert_eq!(consumer.written(), 0);
    println!("survived its own");
    if how == "sent" {
        // SAFETY: sends a signal to this process.
        unsafe { libc::raise(libc::SIGBUS) };
    }
    let file = tempfile::tempfile().unwrap();
    file.set_len(8192).unwrap();
    // SAFETY: a new mapping of a file that is open.
    let at = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            8192,
            libc::PROT_READ,
            libc::MAP_SHARED,
            std::os::fd::AsRawFd::as_raw_fd(&file),
            0,
        )
    };
    assert_ne!(at, libc::MAP_FAILED);
    file.set_len(0).unwrap();
    // SAFETY: mapped above; what it holds is what this is about.
    let byte = unsafe { at.cast::<u8>().read_volatile() };
    println!("read {byte} from nothing");
}

fn cut(name: &str, left: fn(u64) -> u64) {
    let file = OpenOptions::new().write(true).open(streams::segment_file(name)).unwrap();
    file.set_len(left(file.metadata().unwrap().len())).unwrap();
}

/// Lets a producer go and makes sure that it closed.
fn leave(mut producer: Guard) {
    let _ = writeln!(producer.0.stdin.as_mut().unwrap(), "leave");
    producer.line("closed");
    assert!(producer.end().success());
}

#[test]
fn a_guarded_reader_survives_and_says_damaged_and_so_does_a_guarded_producer() {
    streams::registry();
    for (producer, reader) in [("producer", "reader"), ("snapshots", "frames")] {
        for (i, left) in LEFT.into_iter().enumerate() {
            let name = format!("survive/{reader}{i}");
            let mut producer = Guard::role(producer, &[&name, "guarded"]);
            producer.line("ready");
            let mut readers = [(); 2].map(|()| Guard::role(reader, &[&name, "guarded"]));
            for reader in &mut readers {
                reader.line("ready");
            }
            let segment = streams::segment_file(&name);
            cut(&name, left);
            for reader in &mut readers {
                println!("{name}: {}", reader.line("damaged"));
                assert!(reader.end().success());
            }
            let late = Consumer::try_attach(&name, StartAt::Oldest).err().map(|error| error.to_string());
            assert!(
                late.as_ref().is_some_and(|e| e.contains("truncated") || e.contains("initialising")),
                "{late:?}"
            );
            leave(producer);
            assert!(!segment.exists() && streams::files_of(&name).is_empty(), "the producer left something");
        }
    }
}

#[test]
fn without_the_guard_it_is_a_sigbus() {
    streams::registry();
    for (i, left) in LEFT.into_iter().enumerate() {
        let name = format!("die/{i}");
        let mut guarded = Guard::role("producer", &[&name, "guarded"]);
        guarded.line("ready");
        let mut reader = Guard::role("blind reader", &[&name, "bare"]);
        reader.line("ready");
        cut(&name, left);
        assert_eq!(reader.end().signal(), Some(libc::SIGBUS), "a reader, {i}");
        leave(guarded);
        let mut bare = Guard::role("producer", &[&name, "bare"]);
        bare.line("ready");
        cut(&name, left);
        assert_eq!(bare.end().signal(), Some(libc::SIGBUS), "a producer, {i}");
        let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    }
}

#[test]
fn a_cut_is_told_before_anything_is_touched() {
    streams::registry();
    for (i, left) in [|_| 0, |_| 4096, |len| len - 8].into_iter().enumerate() {
        let name = format!("asked/{i}");
        let mut producer = Guard::role("producer", &[&name, "guarded"]);
        producer.line("ready");
        let mut waiter = Guard::role("waiter", &[&name, "bare"]);
        waiter.line("ready");
        cut(&name, left);
        writeln!(waiter.0.stdin.as_mut().unwrap(), "ask").unwrap();
        waiter.line("damaged");
        assert!(waiter.end().success());
        leave(producer);
    }
}

#[test]
fn who_waits_for_data_is_told_of_a_cut() {
    streams::registry();
    for (i, left) in LEFT.into_iter().enumerate() {
        let name = format!("patient/{i}");
        let mut producer = Guard::role("producer", &[&name, "guarded"]);
        producer.line("ready");
        let mut patient = Guard::role("patient", &[&name, "guarded"]);
        patient.line("ready");
        cut(&name, left);
        patient.line("damaged");
        assert!(patient.end().success());
        leave(producer);
    }
}

#[test]
fn a_segment_cut_and_made_long_again_gives_no_zeros() {
    streams::registry();
    let name = "regrown";
    let mut producer = Guard::role("producer", &[name, "guarded"]);
    producer.line("ready");
    let mut reader = Guard::role("reader", &[name, "guarded"]);
    reader.line("ready");
    let file = OpenOptions::new().write(true).open(streams::segment_file(name)).unwrap();
    let len = file.metadata().unwrap().len();
    file.set_len(0).unwrap();
    file.set_len(len).unwrap();
    println!("{}", reader.line("damaged"));
    assert!(reader.end().success());
    leave(producer);
}

#[test]
fn a_sigbus_elsewhere_goes_where_it_went_before() {
    streams::registry();
    for how in ["std", "default", "ignored", "sent"] {
        let mut child = Guard::role("elsewhere", &[&format!("elsewhere/{how}"), "bare", how]);
        child.line("survived its own");
        assert_eq!(child.end().signal(), Some(libc::SIGBUS), "{how}");
    }
    let mut child = Guard::role("elsewhere", &["elsewhere/own", "bare", "own"]);
    child.line("survived its own");
    assert_eq!(child.end().code(), Some(42), "the handler that was there before");
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
}
