//! What Python's multiprocessing has beside queues, between real processes: a name as a lock, barriers, waiting for
//! data and for an end, watching streams come and go.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use ringplot::stream::{BarrierError, Change, Watch, gc_below, wait_at_barrier};
use ringplot::{Batch, Consumer, CreateError, FrameData, Liveness, Point, Producer, StartAt};
use streams::{Guard, registry, role as played_role};

/// Nothing here takes this long.
const WATCHDOG: Duration = Duration::from_mins(1);
/// How long a child is given to come to a barrier where nothing tells that it has.
const A_WHILE: Duration = Duration::from_secs(3);
/// Something that must not happen is waited for so long.
const SHORT: Duration = Duration::from_millis(100);

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    let number = |i: usize| args[i].parse::<u32>().unwrap();
    match role.as_str() {
        "hold" => hold(&args[0]),
        "wait at barrier" => {
            println!("arriving");
            wait_at_barrier(&args[0], number(1), WATCHDOG).unwrap();
            println!("passed");
        }
        "barriers" => barriers(number(0), number(1), number(2)),
        "wait for data" => {
            let mut consumer = Consumer::attach(&args[0], StartAt::Oldest).unwrap();
            consumer.announce_viewer();
            let mut batch = Batch::with_limit(1 << 10);
            println!("waiting");
            while consumer.wait_for_data(Duration::MAX) {
                let drained = consumer.drain(&mut batch);
                println!("got {}", drained.first + drained.count);
            }
            println!("{:?}", consumer.wait_for_end(WATCHDOG).unwrap());
        }
        other => panic!("no role {other}"),
    }
}

/// Holds a name until it is told how to end, or killed.
fn hold(name: &str) {
    let producer = match Producer::builder(name).capacity(1024).xy() {
        Ok(producer) => producer,
        Err(error) => return println!("{error}"),
    };
    println!("holding");
    match std::io::stdin().lines().next().unwrap().unwrap().as_str() {
        "finish" => producer.finish(),
        _ => producer.close(),
    }
}

/// Passes `count` barriers of `parties` and checks after each that all have come that far.
fn barriers(me: u32, parties: u32, count: u32) {
    let name = |party: u32| format!("party/{party}");
    let mut producer = Producer::builder(&name(me)).capacity(1024).xy().unwrap();
    wait_at_barrier("party", parties, WATCHDOG).unwrap();
    let others: Vec<_> =
        (0..parties).map(|party| Consumer::attach(&name(party), StartAt::Oldest).unwrap()).collect();
    for barrier in 1..=count {
        producer.push(Point::new(0.0, 0.0));
        wait_at_barrier("party", parties, WATCHDOG).unwrap();
        for other in &others {
            // It may have gone on to the next barrier, and cannot have passed that without us.
            assert!((barrier..=barrier + 1).contains(&(other.written() as u32)), "at barrier {barrier}");
        }
    }
    // Nobody closes while another still attaches.
    wait_at_barrier("party", parties, WATCHDOG).unwrap();
    println!("passed all");
}

/// The lines that a child prints, as they come.
fn lines(child: &mut Guard) -> Receiver<String> {
    let (tell, hear) = channel();
    let out = BufReader::new(child.0.stdout.take().unwrap());
    std::thread::spawn(move || out.lines().map_while(Result::ok).all(|line| tell.send(line).is_ok()));
    hear
}

/// The next line that contains one of `words`.
fn next(lines: &Receiver<String>, words: &[&str]) -> String {
    loop {
        let line = lines.recv_timeout(WATCHDOG).expect("a child says nothing more");
        if words.iter().any(|word| line.contains(word)) {
            return line;
        }
    }
}

fn child(role: &str, args: &[&str], word: &str) -> (Guard, Receiver<String>) {
    let mut child = Guard::role(role, args);
    let lines = lines(&mut child);
    next(&lines, &[word]);
    (child, lines)
}

fn tell(child: &mut Guard, word: &str) {
    writeln!(child.0.stdin.as_mut().unwrap(), "{word}").unwrap();
}

/// Waits until `count` wait at a barrier, as the system's list of locks tells without taking part; a while where there is no
/// such list, which is then said.
fn until_waiting(name: &str, count: usize) {
    let begun = Instant::now();
    if let Err(error) = std::fs::read_to_string("/proc/locks") {
        println!("NOT SEEN, BUT SUPPOSED AFTER A WHILE: {count} waiting at {name}: /proc/locks: {error}");
        return std::thread::sleep(A_WHILE);
    }
    let path = registry().join(format!("{name}.gate"));
    let places = || {
        let inode = format!(":{}", std::fs::metadata(&path).ok()?.ino());
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        let ours = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        Some(ours.filter(|words| words[5].ends_with(&inode) && words[6] != "0").count())
    };
    while places() != Some(count) {
        assert!(begun.elapsed() < WATCHDOG, "never {count} at {name}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_name_is_a_lock_that_a_killed_holder_gives_back() {
    registry();
    let (mut first, _lines) = child("hold", &["lock"], "holding");
    let (mut second, _lines) = child("hold", &["lock"], "already streams");
    second.0.wait().unwrap();
    let Err(CreateError::NameInUse { pid, .. }) = Producer::builder("lock").xy() else { panic!("taken") };
    assert_eq!(pid, Some(first.0.id()));
    first.kill();
    let (mut third, _lines) = child("hold", &["lock"], "holding");
    tell(&mut third, "close");
    assert!(third.0.wait().unwrap().success());
    assert!(Producer::builder("lock").capacity(1024).xy().is_ok());
}

#[test]
fn nobody_passes_a_barrier_before_all_are_there() {
    registry();
    let waiters: Vec<_> = (0..3).map(|_| child("wait at barrier", &["start", "4"], "arriving")).collect();
    until_waiting("start", 3);
    std::thread::sleep(SHORT);
    for (_, lines) in &waiters {
        assert_eq!(lines.try_recv(), Err(TryRecvError::Empty), "passed before all were there");
    }
    wait_at_barrier("start", 4, WATCHDOG).unwrap();
    for (_, lines) in &waiters {
        next(lines, &["passed"]);
    }
    assert!(streams::files_of("start.gate").is_empty(), "an open barrier leaves nothing");
}

#[test]
fn a_killed_waiter_does_not_count() {
    registry();
    let (mut killed, _lines) = child("wait at barrier", &["killed", "3"], "arriving");
    let (_waiter, lines) = child("wait at barrier", &["killed", "3"], "arriving");
    until_waiting("killed", 2);
    killed.kill();
    match wait_at_barrier("killed", 3, SHORT) {
        Err(error @ BarrierError::TimedOut { arrived: 2, parties: 3, .. }) => {
            assert!(error.to_string().starts_with("only 2 of 3 came to the barrier \"killed\""), "{error}");
        }
        other => panic!("{other:?}"),
    }
    let (_successor, successor) = child("wait at barrier", &["killed", "3"], "arriving");
    wait_at_barrier("killed", 3, WATCHDOG).unwrap();
    next(&lines, &["passed"]);
    next(&successor, &["passed"]);
}

#[test]
fn a_stopped_waiter_is_one_of_them() {
    registry();
    let (stopped, lines) = child("wait at barrier", &["stopped", "2"], "arriving");
    until_waiting("stopped", 1);
    stopped.signal(libc::SIGSTOP);
    wait_at_barrier("stopped", 2, WATCHDOG).unwrap();
    stopped.signal(libc::SIGCONT);
    next(&lines, &["passed"]);
}

#[test]
fn a_barrier_is_used_again_and_again_and_nobody_runs_ahead() {
    registry();
    let mut parties: Vec<_> = (0..3)
        .map(|party: u32| {
            let mut child = Guard::role("barriers", &[&party.to_string(), "3", "200"]);
            let lines = lines(&mut child);
            (child, lines)
        })
        .collect();
    for (child, lines) in &mut parties {
        next(lines, &["passed all"]);
        assert!(child.end().success(), "it closes its stream");
    }
}

#[test]
fn those_who_disagree_about_the_number_are_told() {
    registry();
    let (mut waiter, _lines) = child("wait at barrier", &["number", "2"], "arriving");
    until_waiting("number", 1);
    let error = wait_at_barrier("number", 3, WATCHDOG).unwrap_err();
    assert!(matches!(error, BarrierError::Disagreement { parties: 3, others: 2, .. }), "{error:?}");
    for parties in [0, 257] {
        let error = wait_at_barrier("number", parties, WATCHDOG).unwrap_err();
        assert!(matches!(error, BarrierError::Parties { .. }), "{error:?}");
    }
    assert!(matches!(wait_at_barrier("no/../name", 2, SHORT), Err(BarrierError::Name(_))));
    // When nobody waits, a number that was left behind binds nobody.
    waiter.kill();
    assert!(matches!(wait_at_barrier("number", 3, SHORT), Err(BarrierError::TimedOut { arrived: 1, .. })));
    assert_eq!(streams::files_of("number.gate").len(), 1);
    let _ = gc_below("number").unwrap();
    assert!(streams::files_of("number.gate").is_empty());
}

#[test]
fn a_barrier_that_somebody_waits_at_survives_gc() {
    registry();
    let (_waiter, lines) = child("wait at barrier", &["kept", "2"], "arriving");
    until_waiting("kept", 1);
    let _ = gc_below("kept").unwrap();
    assert_eq!(streams::files_of("kept.gate").len(), 1);
    wait_at_barrier("kept", 2, WATCHDOG).unwrap();
    next(&lines, &["passed"]);
}

#[test]
fn a_removed_barrier_is_made_anew_by_those_who_wait() {
    registry();
    let (_waiter, lines) = child("wait at barrier", &["removed", "2"], "arriving");
    until_waiting("removed", 1);
    std::fs::remove_file(&streams::files_of("removed.gate")[0]).unwrap();
    wait_at_barrier("removed", 2, WATCHDOG).unwrap();
    next(&lines, &["passed"]);
}

#[test]
fn a_barrier_whose_opener_was_killed_in_between_opens_again() {
    let path = registry().join("half.gate");
    drop(Producer::builder("half").capacity(1024).xy().unwrap());
    std::fs::write(&path, "parties=2\nopen\n").unwrap();
    let (_waiter, lines) = child("wait at barrier", &["half", "2"], "arriving");
    until_waiting("half", 1);
    wait_at_barrier("half", 2, WATCHDOG).unwrap();
    next(&lines, &["passed"]);
    std::fs::write(&path, "not a gate").unwrap();
    let error = wait_at_barrier("half", 2, SHORT).unwrap_err().to_string();
    assert!(error.contains("a file of another program is in the way"), "{error}");
}

#[test]
fn waiting_for_data_ends_with_data_and_with_the_end() {
    registry();
    let mut producer = Producer::builder("data").capacity(1024).xy().unwrap();
    assert!(!producer.wait_for_viewer(Duration::ZERO));
    let (_waiter, lines) = child("wait for data", &["data"], "waiting");
    assert!(producer.wait_for_viewer(WATCHDOG), "nobody announced itself");
    std::thread::sleep(SHORT);
    assert!(lines.try_recv().is_err(), "there was nothing to be had");
    for count in 1..=20 {
        producer.push(Point::new(0.0, 0.0));
        assert_eq!(next(&lines, &["got", "Live"]), format!("got {count}"));
    }
    producer.push(Point::new(0.0, 0.0));
    producer.finish();
    assert_eq!(next(&lines, &["got"]), "got 21", "the last point comes before the end");
    next(&lines, &["Finished"]);
}

#[test]
fn waiting_for_data_ends_when_the_producer_is_killed() {
    registry();
    let (mut holder, _lines) = child("hold", &["mourned"], "holding");
    let (_waiter, lines) = child("wait for data", &["mourned"], "waiting");
    holder.kill();
    next(&lines, &["Dead"]);
    let _ = gc_below("mourned").unwrap();
}

#[test]
fn waiting_for_data_gives_up_in_time_and_knows_frames_too() {
    registry();
    let mut producer = Producer::builder("frames").snapshot(8).unwrap();
    let mut consumer = Consumer::attach("frames", StartAt::Oldest).unwrap();
    assert!(!consumer.wait_for_data(Duration::from_millis(2)));
    assert_eq!(consumer.wait_for_end(Duration::from_millis(2)), None);
    producer.update(0.0, &[Point::new(1.0, 2.0)]);
    assert!(consumer.wait_for_data(Duration::ZERO));
    assert_eq!(consumer.newest_frame(&mut FrameData::default()), Some(0));
    assert!(!consumer.wait_for_data(Duration::ZERO));
    producer.close();
    assert!(!consumer.wait_for_data(Duration::MAX));
    assert_eq!(consumer.wait_for_end(Duration::MAX), Some(Liveness::Closed));
}

#[test]
fn a_watch_sees_streams_start_die_and_close() {
    registry();
    let mut watch = Watch::new();
    watch.changes().unwrap();
    // Other tests have streams in this registry, too.
    let mut next = || {
        let begun = Instant::now();
        loop {
            let changes = watch.wait(WATCHDOG).unwrap();
            let ours: Vec<_> = changes.into_iter().filter(|c| c.stream().name == "watched/a").collect();
            if !ours.is_empty() {
                return ours;
            }
            assert!(begun.elapsed() < WATCHDOG, "nothing changes");
        }
    };
    let (mut first, _lines) = child("hold", &["watched/a"], "holding");
    match &next()[..] {
        [Change::Started(stream)] => assert_eq!((stream.pid, stream.is_live), (Some(first.0.id()), true)),
        other => panic!("{other:?}"),
    }
    first.kill();
    assert!(matches!(&next()[..], [Change::Died(stream)] if !stream.is_live));
    let (mut second, _lines) = child("hold", &["watched/a"], "holding");
    // A look may fall between the end of the old run and the announcement of the new one.
    let mut taken = next();
    if taken.len() == 1 {
        taken.extend(next());
    }
    assert!(
        matches!(&taken[..], [Change::Closed(_), Change::Started(stream)] if stream.is_live),
        "{taken:?}"
    );
    tell(&mut second, "finish");
    assert!(matches!(&next()[..], [Change::Closed(stream)] if stream.pid == Some(second.0.id())));
    assert!(Watch::new().wait(Duration::ZERO).is_ok());
}
