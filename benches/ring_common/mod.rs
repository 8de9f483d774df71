//! For the benches of the ring: the bare words of a stream's segment, consumers in processes of their own, medians.
//!
//! The limit that a bench compares with writes into the very segment that the pushes go to, from another mapping of
//! it, and is read by the same consumers: same pages, same layout, same load. These benches measure limit and push in turns
//! and report the median of the ratios; criterion measures one row after the other, and on a machine that others use the
//! rows of one run drift apart by more than what is to be seen.
#![allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
#![allow(clippy::print_stdout, clippy::missing_panics_doc, reason = "tables are what a bench is for")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ringplot::ring::layout::OFF_WRITE_POSITION;
use ringplot::ring::sync::AtomicU64;
use ringplot::{Batch, Consumer, Point, StartAt};

/// Names the role that a child process plays.
const ROLE: &str = "RINGPLOT_BENCH_ROLE";

/// Whether to run once, on little data, for the checks alone.
pub fn quick() -> bool {
    std::env::var_os("RINGPLOT_BENCH_QUICK").is_some()
}

/// A registry of this run's own. Call it first.
#[expect(unsafe_code, reason = "set once, before there is another thread")]
pub fn registry() -> Registry {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", std::process::id()));
    // No window either.
    for (key, value) in [("RINGPLOT_DIR", dir.as_os_str()), ("RINGPLOT_VIEW", "0".as_ref())] {
        // SAFETY: this is the first thing that `main` does.
        unsafe { std::env::set_var(key, value) };
    }
    Registry(dir)
}

/// A folder that is removed in the end.
pub struct Registry(PathBuf);

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The role that this process plays and its arguments, if it is a child. It ends with its parent.
pub fn role() -> Option<(String, Vec<String>)> {
    let text = std::env::var(ROLE).ok()?;
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let mut words = text.split_whitespace().map(str::to_owned);
    let role = words.next()?;
    Some((role, words.collect()))
}

/// Tells the parent a line.
pub fn tell(line: &str) {
    println!("{line}");
    let _ = std::io::stdout().flush();
}

/// A child that is killed, and waited for, when it goes out of scope.
pub struct Guard {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Guard {
    /// This program again, in the role `role`; returns when it has said a line.
    pub fn new(role: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("a program of our own"));
        command.env(ROLE, role).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("a child");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut this = Self { child, lines };
        assert_eq!(this.line(), "ready", "{role}");
        this
    }

    /// The next line that it says; empty at its end.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a pipe");
        line.trim().to_owned()
    }

    #[expect(unsafe_code, reason = "std sends no signal but SIGKILL")]
    pub fn stop(&self) {
        let pid = i32::try_from(self.child.id()).expect("a pid");
        // SAFETY: the pid is that of a child that was not waited for.
        unsafe { libc::kill(pid, libc::SIGSTOP) };
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Who reads meanwhile, in processes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Nobody.
    Alone,
    /// One that drains 60 times a second.
    Hz60,
    /// Four of those.
    Four,
    /// One that drains again as soon as it has drained.
    BackToBack,
    /// One that asks for the write position without a pause, and drains when it has moved.
    Spinning,
    /// One that waits for data, drains, and works on it for a millisecond.
    Waiting,
    /// One that attached and was stopped.
    Stopped,
    /// One that attached and was killed.
    Killed,
}

impl Load {
    pub fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Hz60 => "consumer_60hz",
            Self::Four => "4_consumers_60hz",
            Self::BackToBack => "consumer_back_to_back",
            Self::Spinning => "consumer_spinning",
            Self::Waiting => "consumer_waiting",
            Self::Stopped => "consumer_stopped",
            Self::Killed => "consumer_killed",
        }
    }

    /// Starts the consumers of the stream `name`; they end when what is returned is dropped.
    pub fn start(self, name: &str) -> Vec<Guard> {
        let role = |kind: &str| Guard::new(&format!("consumer {name} {kind}"));
        match self {
            Self::Alone => Vec::new(),
            Self::Hz60 => vec![role("60hz")],
            Self::Four => (0..4).map(|_| role("60hz")).collect(),
            Self::BackToBack => vec![role("back_to_back")],
            Self::Spinning => vec![role("spinning")],
            Self::Waiting => vec![role("waiting")],
            Self::Stopped => {
                let consumer = role("60hz");
                consumer.stop();
                vec![consumer]
            }
            Self::Killed => {
                let mut consumer = role("60hz");
                consumer.kill();
                Vec::new()
            }
        }
    }
}

/// The role of a consumer: never returns.
pub fn consume(arguments: &[String]) -> ! {
    let mut consumer = Consumer::attach(&arguments[0], StartAt::Oldest).expect("a live stream");
    let mut batch = Batch::with_limit(1 << 16);
    tell("ready");
    loop {
        match arguments[1].as_str() {
            "60hz" => {
                while consumer.drain(&mut batch).remaining > 0 {}
                std::thread::sleep(Duration::from_micros(16_667));
            }
            "waiting" => {
                consumer.wait_for_data(Duration::from_mins(1));
                while consumer.drain(&mut batch).remaining > 0 {}
                std::thread::sleep(Duration::from_millis(1));
            }
            "spinning" => {
                let before = consumer.written();
                while consumer.written() == before {}
                consumer.drain(&mut batch);
            }
            _ => {
                consumer.drain(&mut batch);
            }
        }
    }
}

/// The words of a stream's segment, mapped once more and to be written: where the limit writes to.
pub struct Bare {
    shmem: shared_memory::Shmem,
    slots: usize,
    capacity: usize,
}

impl Bare {
    /// The segment of the live stream `name`.
    pub fn open(name: &str) -> Self {
        let dir = PathBuf::from(std::env::var_os("RINGPLOT_DIR").expect("a registry"));
        let lock = std::fs::read_to_string(dir.join(format!("{}.lock", name.replace('/', "%2F"))));
        let lock = lock.expect("a live stream has a lock file");
        let id = lock.lines().find_map(|line| line.strip_prefix("os_id=")).expect("it names the segment");
        let shmem = shared_memory::ShmemConf::new().os_id(id).open().expect("a segment");
        let geometry = Consumer::attach(name, StartAt::Now).expect("a live stream").geometry();
        let (slots, capacity) = (geometry.off_points as usize / 8, geometry.capacity() as usize);
        let this = Self { shmem, slots, capacity };
        // Into the page tables, or the first lap pays for them.
        let words = this.words();
        let read = |at: usize| words[at].load(ringplot::ring::sync::Ordering::Relaxed);
        std::hint::black_box((0..words.len()).step_by(512).map(read).fold(0, u64::wrapping_add));
        for slot in this.slots().iter().step_by(512) {
            slot.store(0, ringplot::ring::sync::Ordering::Relaxed);
        }
        this
    }

    #[expect(unsafe_code, reason = "the limit is measured on a raw mapping")]
    fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping is page-aligned and as long as it says; any bytes are a valid AtomicU64.
        unsafe { std::slice::from_raw_parts(self.shmem.as_ptr().cast(), self.shmem.len() / 8) }
    }

    /// `write_position`.
    pub fn counter(&self) -> &AtomicU64 {
        &self.words()[OFF_WRITE_POSITION as usize / 8]
    }

    pub fn slots(&self) -> &[AtomicU64] {
        &self.words()[self.slots..][..self.capacity]
    }

    /// Where a plain copy of `count` points to `position` goes; the run must not wrap.
    #[inline]
    pub fn plain(&self, position: u64, count: usize) -> *mut Point {
        let at = position as usize & (self.capacity - 1);
        assert!(at + count <= self.capacity, "the limit does not wrap inside a batch");
        self.slots()[at..].as_ptr().cast::<Point>().cast_mut()
    }
}

/// Seconds that this thread has had of a processor: what others take from it meanwhile is not the ring's.
#[expect(unsafe_code, reason = "std has no clock of a thread")]
pub fn thread_secs() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is ours.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// The middle one.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Where a table was taken, to stand above it.
pub fn tell_machine(bench: &str) {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = read("/proc/loadavg");
    let load: Vec<&str> = load.split(' ').take(3).collect();
    println!("\n{bench}: {model}, {cores} cores, load average {}\n", load.join(" "));
}
