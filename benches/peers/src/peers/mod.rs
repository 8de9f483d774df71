//! The peers, each behind the same few calls.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use ringplot::stream::Xy;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

use crate::{CAPACITY, INPUTS};

mod services;
mod streams;
mod threads;

pub use services::{ICEORYX_PREFIX, Iceoryx, IceoryxSlices};
pub use streams::{Pipe, Socket};
pub use threads::{Crossbeam, Disruptor, Rtrb};

/// One way to hand 8-byte points over.
pub trait Peer: Sized {
    const NAME: &'static str;
    const WHAT: &'static str;
    const SINGLES: bool = true;
    const BATCHES: bool = true;
    const ALONE: bool = true;
    /// Points that can be pushed singly before something must be taken out.
    const BURST: usize = INPUTS;
    const BURSTS: usize = 2000;
    /// Points handed over while somebody reads.
    const READ_POINTS: usize = 1 << 23;
    type Consumer;

    /// Both ends, in this thread.
    fn open() -> (Self, Self::Consumer);
    /// The producer's end, while somebody drains the other one without a pause.
    fn open_read() -> (Self, Reader);
    /// Hands one point over; a lossless peer waits for room.
    fn single(&mut self, word: u64);
    /// Hands points over together.
    fn batch(&mut self, words: &[u64]);
    /// Takes `count` points out.
    fn drain(consumer: &mut Self::Consumer, count: usize, got: &mut Vec<u64>);
}

/// Somebody who drains until this is dropped.
pub enum Reader {
    Nobody,
    Thread(Arc<AtomicBool>, Option<JoinHandle<()>>),
    Process(Child),
}

impl Reader {
    /// Calls `drain` again and again in a thread.
    fn thread(mut drain: impl FnMut() + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let is_stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !is_stopped.load(Ordering::Relaxed) {
                drain();
            }
        });
        Self::Thread(stop, Some(thread))
    }

    /// This program again, in a role; returns when it says that it is ready.
    fn process(role: &str, stdin: Stdio) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("a program of our own"));
        let mut child =
            command.args(["--role", role]).stdin(stdin).stdout(Stdio::piped()).spawn().expect("a child");
        child.stdout.take().expect("a pipe").read_exact(&mut [0]).expect("the child is ready");
        Self::Process(child)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        match self {
            Self::Nobody => {}
            Self::Thread(stop, thread) => {
                stop.store(true, Ordering::Relaxed);
                let _ = thread.take().map(JoinHandle::join);
            }
            Self::Process(child) => {
                // Its stdin ends, and then it does.
                drop(child.stdin.take());
                let _ = child.wait();
            }
        }
    }
}

/// Plays the role of a consumer, if this process is one.
pub fn play_role() -> bool {
    let mut arguments = std::env::args().skip_while(|word| word != "--role").skip(1);
    let Some(role) = arguments.next() else { return false };
    let ready = || {
        let _ = std::io::stdout().write_all(b"!");
        let _ = std::io::stdout().flush();
    };
    if role == "stdin" {
        ready();
        let mut buffer = [0; 1 << 16];
        let mut stdin = std::io::stdin().lock();
        while stdin.read(&mut buffer).is_ok_and(|count| count > 0) {}
        return true;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let is_stopped = Arc::clone(&stop);
    std::thread::spawn(move || {
        let _ = std::io::stdin().read(&mut [0]);
        stop.store(true, Ordering::Relaxed);
    });
    let until_stopped = |drain: &mut dyn FnMut()| {
        ready();
        while !is_stopped.load(Ordering::Relaxed) {
            drain();
        }
    };
    let pause = Duration::from_micros(if role == "ringplot60" { 16_667 } else { 0 });
    match role.as_str() {
        "ringplot" | "ringplot60" => {
            let mut consumer = Consumer::attach(RINGPLOT, StartAt::Oldest).expect("a live stream");
            let mut batch = Batch::with_limit(CAPACITY);
            until_stopped(&mut || {
                consumer.drain(&mut batch);
                if !pause.is_zero() {
                    std::thread::sleep(pause);
                }
            });
        }
        "ringfire" => {
            let mut consumer = ringfire::RingConsumer::<u64>::attach(ringfire_path(true)).expect("a ring");
            let mut buffer = vec![0; CAPACITY];
            until_stopped(&mut || {
                consumer.recv_batch(&mut buffer);
            });
        }
        "iceoryx2" => {
            let subscriber = Iceoryx::subscriber(&Iceoryx::node());
            until_stopped(&mut || while subscriber.receive().expect("a service").is_some() {});
        }
        "iceoryx2-slices" => {
            let subscriber = IceoryxSlices::subscriber(&IceoryxSlices::node());
            until_stopped(&mut || while subscriber.receive().expect("a service").is_some() {});
        }
        other => panic!("no such role: {other}"),
    }
    true
}

/// The limit: bare stores.
pub struct Limit {
    counter: &'static AtomicU64,
    slots: &'static [AtomicU64],
    position: usize,
}

impl Peer for Limit {
    const NAME: &'static str = "limit";
    const WHAT: &'static str = "bare stores, memcpy; nobody reads";
    type Consumer = (&'static [AtomicU64], usize);

    #[inline(always)]
    fn open() -> (Self, Self::Consumer) {
        // Laid out like a segment: where stores fall in a page matters.
        const COUNTER: usize = 0x100 / 8;
        const SLOTS: usize = 0xB00 / 8;
        let length = SLOTS + CAPACITY;
        let shmem = shared_memory::ShmemConf::new().size(length * 8).create().expect("memory");
        // SAFETY: the mapping is that long, and page-aligned; any bytes are a valid AtomicU64.
        let words: &'static [AtomicU64] =
            unsafe { std::slice::from_raw_parts(shmem.as_ptr().cast(), length) };
        // A few of half a megabyte in all: unlinked, and never unmapped, so that `words` stays valid.
        let name = shmem.get_os_id().to_owned();
        std::mem::forget(shmem);
        let _ = std::fs::remove_file(format!("/dev/shm{name}"));
        for word in words {
            word.store(0, Ordering::Relaxed);
        }
        let slots = &words[SLOTS..];
        (Self { counter: &words[COUNTER], slots, position: 0 }, (slots, 0))
    }

    #[inline(always)]
    fn open_read() -> (Self, Reader) {
        (Self::open().0, Reader::Nobody)
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        // SAFETY: the capacity is a power of two.
        let slot = unsafe { self.slots.get_unchecked(self.position & (CAPACITY - 1)) };
        slot.store(word, Ordering::Relaxed);
        self.position += 1;
        self.counter.store(self.position as u64, Ordering::Release);
    }

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        let at = self.position & (CAPACITY - 1);
        let to = self.slots[at..at + words.len()].as_ptr().cast::<u64>().cast_mut();
        // SAFETY: there is room, and nobody reads meanwhile.
        unsafe { std::ptr::copy_nonoverlapping(words.as_ptr(), to, words.len()) };
        self.position += words.len();
        self.counter.store(self.position as u64, Ordering::Release);
    }

    fn drain((slots, position): &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        let at = *position & (CAPACITY - 1);
        got.extend(slots[at..at + count].iter().map(|slot| slot.load(Ordering::Relaxed)));
        *position += count;
    }
}

const RINGPLOT: &str = "peers";

/// ringplot, read without a pause.
pub struct Ringplot(Producer<Xy>);

impl Ringplot {
    #[inline(always)]
    fn create() -> Self {
        Self(Producer::builder(RINGPLOT).capacity(CAPACITY as u64).xy().expect("a free name"))
    }
}

impl Peer for Ringplot {
    const NAME: &'static str = "ringplot";
    const WHAT: &'static str = "process; overwrites";
    type Consumer = (Consumer, Batch);

    #[inline(always)]
    fn open() -> (Self, Self::Consumer) {
        let this = Self::create();
        let consumer = Consumer::attach(RINGPLOT, StartAt::Oldest).expect("a live stream");
        (this, (consumer, Batch::with_limit(CAPACITY)))
    }

    #[inline(always)]
    fn open_read() -> (Self, Reader) {
        (Self::create(), Reader::process("ringplot", Stdio::piped()))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        self.0.push(Point::from_bits(word));
    }

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        // SAFETY: a `Point` is two f32, eight bytes of any bits, and aligned less strictly.
        let points = unsafe { std::slice::from_raw_parts(words.as_ptr().cast::<Point>(), words.len()) };
        self.0.push_slice(points);
    }

    fn drain((consumer, batch): &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        consumer.drain(batch);
        got.extend(batch.points.iter().map(|point| point.to_bits()));
        assert_eq!(got.len(), count);
    }
}

/// ringplot, read 60 times a second: what it is made for.
pub struct Ringplot60(Ringplot);

impl Peer for Ringplot60 {
    const NAME: &'static str = "ringplot, read at 60 Hz";
    const WHAT: &'static str = "process; overwrites";
    const ALONE: bool = false;
    type Consumer = (Consumer, Batch);

    fn open() -> (Self, Self::Consumer) {
        let (this, consumer) = Ringplot::open();
        (Self(this), consumer)
    }

    #[inline(always)]
    fn open_read() -> (Self, Reader) {
        (Self(Ringplot::create()), Reader::process("ringplot60", Stdio::piped()))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        self.0.single(word);
    }

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        self.0.batch(words);
    }

    fn drain(consumer: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        Ringplot::drain(consumer, count, got);
    }
}

/// ringfire, lossy.
pub struct Ringfire(ringfire::RingProducer<u64>);

/// Where the ring lies; children are asked with their parent's id.
fn ringfire_path(is_child: bool) -> String {
    // SAFETY: it takes nothing and cannot fail.
    let id = if is_child { (unsafe { libc::getppid() }).cast_unsigned() } else { std::process::id() };
    format!("/dev/shm/ringplot-peers-ringfire-{id}")
}

impl Peer for Ringfire {
    const NAME: &'static str = "ringfire";
    const WHAT: &'static str = "process; overwrites";
    type Consumer = ringfire::RingConsumer<u64>;

    #[inline(always)]
    fn open() -> (Self, Self::Consumer) {
        let producer = ringfire::RingProducer::create(ringfire_path(false), CAPACITY as u64).expect("a ring");
        let consumer = ringfire::RingConsumer::attach(ringfire_path(false)).expect("a ring");
        (Self(producer), consumer)
    }

    #[inline(always)]
    fn open_read() -> (Self, Reader) {
        let producer = ringfire::RingProducer::create(ringfire_path(false), CAPACITY as u64).expect("a ring");
        (Self(producer), Reader::process("ringfire", Stdio::piped()))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        self.0.push(&word);
    }

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        self.0.push_batch(words);
    }

    fn drain(consumer: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        for _ in 0..count {
            got.push(consumer.try_recv().expect("a point"));
        }
    }
}
