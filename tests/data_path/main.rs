//! The data path makes no system call and no allocation, takes no page fault and gives the processor away never.
#![cfg(not(loom))]
#![expect(unsafe_code, reason = "a counting allocator, fork, seccomp and getrusage")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_cmp,
    reason = "a test fails by panicking, its children talk, and it compares exactly"
)]

mod everything;
mod seccomp;
#[path = "../common/streams.rs"]
mod streams;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use everything::{CAPACITY, Everything, OF_FRAMES, OF_POINTS, check_points};
use ringplot::{Batch, Consumer, FrameData, StartAt};
use seccomp::Confined;
use streams::{Guard, role as played_role};

/// The system's allocator, which counts what each thread asks of it.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

fn asked() -> u64 {
    ASKED.get()
}

// SAFETY: everything is the system allocator's; a thread-local number without a destructor is neither allocated nor
// gone while its thread runs.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller's promises are those that the system's asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: as above; `pointer` came from the system's.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_call_of_the_data_path_allocates_or_frees() {
    streams::registry();
    let mut everything = Everything::create("allocator", CAPACITY);
    let before = asked();
    (0..500).for_each(|_| everything.round());
    assert_eq!(asked() - before, 0, "calls of the allocator in 500 rounds of every call");
    drop(Box::new(7));
    assert_eq!(asked() - before, 2, "the allocator counts what is asked of it");
    assert!(check_points("allocator") > 0);
}

#[test]
fn draining_into_a_warm_batch_or_frame_allocates_nothing() {
    streams::registry();
    let mut everything = Everything::create("drains", CAPACITY);
    everything.round();
    let mut readers =
        OF_POINTS.map(|kind| Consumer::attach(&format!("drains/{kind}"), StartAt::Oldest).unwrap());
    let mut spectra = Consumer::attach("drains/snapshot", StartAt::Oldest).unwrap();
    // A new batch is warm: it is made with all the room that it may need.
    let mut batches = [100, 1000, CAPACITY as usize].map(Batch::with_limit);
    let mut frame = FrameData::default();
    assert_eq!(spectra.newest_frame(&mut frame), Some(1));
    let (mut kept, mut lost, mut frames) = (0, 0, 0);
    let before = asked();
    for round in 0..200 {
        // Now and then nobody reads for several laps.
        (0..=4 * (round / 10 % 2)).for_each(|_| everything.round());
        for reader in &mut readers {
            for batch in &mut batches {
                let drained = reader.drain(batch);
                kept += drained.count;
                lost += drained.lost;
            }
        }
        frames += u64::from(spectra.newest_frame(&mut frame).is_some());
    }
    assert_eq!(asked() - before, 0, "calls of the allocator in 200 rounds of drains");
    assert!(kept > 0 && lost > 0 && frames > 100, "{kept} {lost} {frames}");
}

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    match role.as_str() {
        "strict" => strict(&args[0], args[1] == "forbidden", args[2] == "filtered"),
        "quiet" => quiet(),
        "consumer" => consume(&args[0]),
        other => panic!("no role {other}"),
    }
}

/// What the process that pushes under seccomp leaves with when the kernel refuses it that.
const NO_SECCOMP: i32 = 77;
/// What it leaves with when the kernel does not even let it have a filter that forbids nothing.
const NO_FILTER: i32 = 78;
const STRICT_ROUNDS: u64 = 1000;

/// Forks a process with one thread, which creates its streams, gives up every system call but read, write, exit and
/// sigreturn, and then pushes; says how that ended.
fn strict(prefix: &str, does_a_forbidden_call: bool, is_filtered_already: bool) {
    // SAFETY: no other thread of this process holds a lock: the test harness has one that waits for this one.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let mut everything = Everything::create(prefix, CAPACITY);
        let status = if is_filtered_already && seccomp::allow_all().is_err() {
            NO_FILTER
        } else if let Ok(confined) = seccomp::confine() {
            (0..STRICT_ROUNDS).for_each(|_| everything.round());
            if does_a_forbidden_call {
                // SAFETY: asks for a number, and is not answered.
                unsafe { libc::syscall(libc::SYS_getppid) };
            }
            confined.status()
        } else {
            NO_SECCOMP
        };
        // SAFETY: ends this process, whose only thread this is; `exit_group`, which libc calls, is forbidden by now.
        unsafe { libc::syscall(libc::SYS_exit, status) };
    }
    assert!(child > 0, "fork: {}", std::io::Error::last_os_error());
    let mut status = 0;
    // SAFETY: `status` is ours, and `child` was not waited for.
    let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(waited, child);
    match (libc::WIFEXITED(status), libc::WIFSIGNALED(status)) {
        (true, _) => println!("ended exited {}", libc::WEXITSTATUS(status)),
        (_, true) => println!("ended signalled {}", libc::WTERMSIG(status)),
        _ => println!("ended otherwise {status}"),
    }
}

/// How a process that pushed under seccomp ended.
fn end_of_strict(prefix: &str, how: &str, before: &str) -> String {
    let mut child = Guard::role("strict", &[prefix, how, before]);
    let end = wait_for(&mut child, "ended ");
    assert!(
        !end.contains(&format!("exited {NO_SECCOMP}")),
        "this kernel has neither seccomp's strict mode nor a filter: that no call is made cannot be shown here"
    );
    end[end.find("ended").unwrap()..].to_owned()
}

/// Pushes everything without a system call, in a process that first did what `before` says; by which means.
fn push_without_system_calls(before: &str) -> Option<Confined> {
    let (forbidden, strict) = (format!("forbidden-{before}"), format!("strict-{before}"));
    let end = end_of_strict(&strict, "allowed", before);
    if end == format!("ended exited {NO_FILTER}") {
        return None;
    }
    let confined = [Confined::Strict, Confined::Filter]
        .into_iter()
        .find(|confined| end == format!("ended exited {}", confined.status()))
        .unwrap_or_else(|| panic!("{before}: {end}"));
    // The same pushes with one system call after them: what is forbidden is seen.
    let end = end_of_strict(&forbidden, "forbidden", before);
    assert_eq!(end, format!("ended signalled {}", confined.signal()));
    let mut written = 0;
    for kind in OF_POINTS {
        let consumer = Consumer::attach(&format!("{strict}/{kind}"), StartAt::Oldest).unwrap();
        written += consumer.written();
    }
    let means = match confined {
        Confined::Strict => "seccomp's strict mode",
        Confined::Filter => "a seccomp filter of read, write, exit and rt_sigreturn",
    };
    println!("{written} points pushed under {means}");
    assert!(written >= 3 * 2000 * STRICT_ROUNDS, "{written}");
    assert!(check_points(&strict) > 3 * CAPACITY / 2);
    for (kind, frames) in OF_FRAMES.into_iter().zip([2, 1]) {
        let consumer = Consumer::attach(&format!("{strict}/{kind}"), StartAt::Oldest).unwrap();
        assert_eq!(consumer.written(), frames * STRICT_ROUNDS);
    }
    Some(confined)
}

#[test]
fn pushing_makes_no_system_call() {
    streams::registry();
    assert!(push_without_system_calls("free").is_some());
    // As in a container, where a filter is in force already.
    match push_without_system_calls("filtered") {
        Some(confined) => assert_eq!(confined, Confined::Filter),
        None => println!("SKIPPED, AND NOT TESTED HERE: under a filter: the kernel lets us have none"),
    }
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
}

/// What the kernel counts of this thread: voluntary and involuntary context switches, minor and major page faults.
fn usage() -> [i64; 4] {
    // SAFETY: a struct of numbers, for which zeroes are valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is ours.
    let rc = unsafe { libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage) };
    assert_eq!(rc, 0);
    [usage.ru_nvcsw, usage.ru_nivcsw, usage.ru_minflt, usage.ru_majflt]
}

/// Pushes until its standard input is closed, and says what the kernel counted of the pushing thread meanwhile.
fn quiet() {
    let mut everything = Everything::create("quiet", 16 * CAPACITY);
    // The code and the stack are paged in by their first use, which is not the segments' affair. One round of every
    // call does it, and is but a few hundredths of a lap: what follows goes where no store was before.
    everything.round();
    println!("ready");
    let told_to_end = std::thread::spawn(|| std::io::stdin().lines().count());
    let _ = (usage(), told_to_end.is_finished());
    let before = usage();
    while !told_to_end.is_finished() {
        everything.round();
    }
    let after = usage();
    let [voluntary, involuntary, minor, major] = std::array::from_fn(|i| after[i] - before[i]);
    println!("counted {voluntary} {involuntary} {minor} {major} {}", everything.pushed());
}

/// Reads a stream without an end.
fn consume(name: &str) {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    println!("ready");
    let (mut batch, mut frame) = (Batch::with_limit(CAPACITY as usize), FrameData::default());
    loop {
        consumer.drain(&mut batch);
        consumer.newest_frame(&mut frame);
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn wait_for(child: &mut Guard, word: &str) -> String {
    let mut lines = BufReader::new(child.0.stdout.as_mut().unwrap()).lines();
    lines
        .find_map(|line| line.ok().filter(|line| line.contains(word)))
        .unwrap_or_else(|| panic!("no {word:?}"))
}

/// `RINGPLOT_QUIET_SECONDS` is for how long is pushed (2).
#[test]
fn pushing_takes_no_fault_and_never_gives_the_processor_away() {
    streams::registry();
    let seconds: u64 = std::env::var("RINGPLOT_QUIET_SECONDS").map_or(2, |text| text.parse().unwrap());
    let mut producer = Guard::role("quiet", &[]);
    wait_for(&mut producer, "ready");
    let begun = Instant::now();
    let kinds = || OF_POINTS.into_iter().chain(OF_FRAMES);
    let mut stopped: Vec<Guard> = Vec::new();
    let (mut attached, mut stops, mut kills) = (0, 0, 0);
    while begun.elapsed() < Duration::from_secs(seconds) || kills < 10 {
        for kind in kinds() {
            let mut child = Guard::role("consumer", &[&format!("quiet/{kind}")]);
            wait_for(&mut child, "ready");
            attached += 1;
            std::thread::sleep(Duration::from_millis(10));
            child.signal(libc::SIGSTOP);
            stops += 1;
            stopped.push(child);
            if stopped.len() > 3 {
                let mut woken = stopped.remove(0);
                woken.signal(libc::SIGCONT);
                std::thread::sleep(Duration::from_millis(10));
                woken.kill();
                kills += 1;
            }
        }
    }
    drop(producer.0.stdin.take());
    let line = wait_for(&mut producer, "counted");
    // It has its streams to close yet.
    assert!(producer.0.wait().unwrap().success());
    let seconds = begun.elapsed().as_secs_f64();
    let numbers: Vec<i64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [voluntary, involuntary, minor, major, pushed] = numbers[..] else { panic!("{line}") };
    println!(
        "{pushed} points in {seconds:.1} s; consumers: {attached} attached, {stops} stopped, {kills} killed; \
         context switches: {voluntary} voluntary, {involuntary} not; page faults: {minor} minor, {major} major"
    );
    assert_eq!((voluntary, minor, major), (0, 0, 0), "switches by choice, minor and major faults");
}
