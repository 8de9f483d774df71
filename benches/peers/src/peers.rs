//! The peers, each behind the same few calls.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use iceoryx2::port::update_connections::UpdateConnections;
use iceoryx2::prelude::*;
use ringplot::stream::Xy;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

use crate::{CAPACITY, INPUTS};

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
        const SLOTS: usize = 0x10000 / 8;
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
        self.0.push_point(Point::from_bits(word));
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

/// rtrb.
pub struct Rtrb(rtrb::Producer<u64>);

impl Peer for Rtrb {
    const NAME: &'static str = "rtrb";
    const WHAT: &'static str = "thread; lossless, spins when full";
    type Consumer = rtrb::Consumer<u64>;

    #[inline(always)]
    fn open() -> (Self, Self::Consumer) {
        let (producer, consumer) = rtrb::RingBuffer::new(CAPACITY);
        (Self(producer), consumer)
    }

    #[inline(always)]
    fn open_read() -> (Self, Reader) {
        let (this, mut consumer) = Self::open();
        let mut buffer = vec![0; CAPACITY];
        let drain = move || {
            std::hint::black_box(consumer.pop_partial_slice(&mut buffer));
        };
        (this, Reader::thread(drain))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        while self.0.push(word).is_err() {
            std::hint::spin_loop();
        }
    }

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        while self.0.push_entire_slice(words).is_err() {
            std::hint::spin_loop();
        }
    }

    fn drain(consumer: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        for _ in 0..count {
            got.push(consumer.pop().expect("a point"));
        }
    }
}

/// disruptor, one producer.
pub struct Disruptor(disruptor::SingleProducer<u64, disruptor::SingleConsumerBarrier>);

type Poller = disruptor::EventPoller<u64, disruptor::SingleProducerBarrier>;

impl Peer for Disruptor {
    const NAME: &'static str = "disruptor";
    const WHAT: &'static str = "thread; lossless, spins when full";
    type Consumer = Poller;

    #[inline(always)]
    fn open() -> (Self, Poller) {
        let builder = disruptor::build_single_producer(CAPACITY, || 0u64, disruptor::BusySpin);
        let (poller, builder) = builder.new_event_poller();
        (Self(builder.build()), poller)
    }

    #[inline(always)]
    fn open_read() -> (Self, Reader) {
        let (this, mut poller) = Self::open();
        let drain = move || {
            if let Ok(mut events) = poller.poll() {
                std::hint::black_box((&mut events).fold(0, |sum: u64, word| sum.wrapping_add(*word)));
            }
        };
        (this, Reader::thread(drain))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        use disruptor::Producer;
        self.0.publish(|event| *event = word);
    }

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        use disruptor::Producer;
        self.0.batch_publish(words.len(), |events| {
            for (event, word) in events.zip(words) {
                *event = *word;
            }
        });
    }

    fn drain(poller: &mut Poller, count: usize, got: &mut Vec<u64>) {
        while got.len() < count {
            if let Ok(mut events) = poller.poll() {
                got.extend(&mut events);
            }
        }
    }
}

/// crossbeam-channel, bounded.
pub struct Crossbeam(crossbeam_channel::Sender<u64>);

impl Peer for Crossbeam {
    const NAME: &'static str = "crossbeam-channel";
    const WHAT: &'static str = "thread; lossless, blocks when full";
    const BATCHES: bool = false;
    type Consumer = crossbeam_channel::Receiver<u64>;

    fn open() -> (Self, Self::Consumer) {
        let (sender, receiver) = crossbeam_channel::bounded(CAPACITY);
        (Self(sender), receiver)
    }

    fn open_read() -> (Self, Reader) {
        let (this, receiver) = Self::open();
        let drain = move || {
            let sum = receiver.try_iter().take(CAPACITY).fold(0, |sum: u64, word| sum.wrapping_add(word));
            std::hint::black_box(sum);
        };
        (this, Reader::thread(drain))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        let _ = self.0.send(word);
    }

    fn batch(&mut self, _: &[u64]) {}

    fn drain(receiver: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        got.extend(receiver.try_iter().take(count));
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

/// Files of iceoryx2 lie in the folder of the registry, and its memory has a name of ours: both are removed in the end.
fn iceoryx_config() -> Config {
    let mut config = Config::default();
    let folder = std::env::var("RINGPLOT_DIR").expect("a registry");
    config.global.set_root_path(&Path::new(folder.as_bytes()).expect("a path"));
    config.global.prefix = FileName::new(ICEORYX_PREFIX.as_bytes()).expect("a name");
    config
}

/// What the names of iceoryx2's memory begin with.
pub const ICEORYX_PREFIX: &str = "ringplot_peers_iox2_";

/// iceoryx2: its service, for single points or for slices.
macro_rules! iceoryx {
    ($peer:ident, $service:literal, $payload:ty) => {
        impl $peer {
            fn node() -> Node<ipc::Service> {
                set_log_level(LogLevel::Fatal);
                NodeBuilder::new().config(&iceoryx_config()).create::<ipc::Service>().expect("a node")
            }

            fn service(
                node: &Node<ipc::Service>,
            ) -> iceoryx2::service::port_factory::publish_subscribe::PortFactory<ipc::Service, $payload, ()>
            {
                let name = $service.try_into().expect("a name");
                let service = node.service_builder(&name).publish_subscribe::<$payload>();
                service
                    .subscriber_max_buffer_size(INPUTS)
                    .enable_safe_overflow(true)
                    .open_or_create()
                    .expect("a service")
            }

            fn subscriber(
                node: &Node<ipc::Service>,
            ) -> iceoryx2::port::subscriber::Subscriber<ipc::Service, $payload, ()> {
                Self::service(node).subscriber_builder().create().expect("a subscriber")
            }
        }
    };
}

/// iceoryx2, a sample a point.
pub struct Iceoryx(iceoryx2::port::publisher::Publisher<ipc::Service, u64, ()>);

iceoryx!(Iceoryx, "ringplot peers single", u64);

impl Peer for Iceoryx {
    const NAME: &'static str = "iceoryx2";
    const WHAT: &'static str = "process; overwrites as set up";
    const BATCHES: bool = false;
    const BURSTS: usize = 200;
    const READ_POINTS: usize = 1 << 20;
    type Consumer = iceoryx2::port::subscriber::Subscriber<ipc::Service, u64, ()>;

    fn open() -> (Self, Self::Consumer) {
        let node = Self::node();
        let publisher = Self::service(&node).publisher_builder().create().expect("a publisher");
        let subscriber = Self::subscriber(&node);
        publisher.update_connections().expect("a connection");
        (Self(publisher), subscriber)
    }

    fn open_read() -> (Self, Reader) {
        let publisher = Self::service(&Self::node()).publisher_builder().create().expect("a publisher");
        (Self(publisher), Reader::process("iceoryx2", Stdio::piped()))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        self.0.send_copy(word).expect("a sample");
    }

    fn batch(&mut self, _: &[u64]) {}

    fn drain(subscriber: &mut Self::Consumer, _: usize, got: &mut Vec<u64>) {
        while let Some(sample) = subscriber.receive().expect("a service") {
            got.push(*sample);
        }
    }
}

/// iceoryx2, a sample a batch.
pub struct IceoryxSlices(iceoryx2::port::publisher::Publisher<ipc::Service, [u64], ()>);

iceoryx!(IceoryxSlices, "ringplot peers slices", [u64]);

impl Peer for IceoryxSlices {
    const NAME: &'static str = "iceoryx2, a sample a batch";
    const WHAT: &'static str = "process; overwrites as set up";
    const SINGLES: bool = false;
    const BURSTS: usize = 1000;
    type Consumer = iceoryx2::port::subscriber::Subscriber<ipc::Service, [u64], ()>;

    fn open() -> (Self, Self::Consumer) {
        let node = Self::node();
        let service = Self::service(&node);
        let publisher =
            service.publisher_builder().initial_max_slice_len(INPUTS).create().expect("a publisher");
        let subscriber = Self::subscriber(&node);
        publisher.update_connections().expect("a connection");
        (Self(publisher), subscriber)
    }

    fn open_read() -> (Self, Reader) {
        let service = Self::service(&Self::node());
        let publisher =
            service.publisher_builder().initial_max_slice_len(INPUTS).create().expect("a publisher");
        (Self(publisher), Reader::process("iceoryx2-slices", Stdio::piped()))
    }

    fn single(&mut self, _: u64) {}

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        let sample = self.0.loan_slice_uninit(words.len()).expect("a loan");
        sample.write_from_slice(words).send().expect("a sample");
    }

    fn drain(subscriber: &mut Self::Consumer, _: usize, got: &mut Vec<u64>) {
        while let Some(sample) = subscriber.receive().expect("a service") {
            got.extend_from_slice(&sample);
        }
    }
}

fn bytes(words: &[u64]) -> &[u8] {
    // SAFETY: the words are that many bytes.
    unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 8) }
}

fn read_words(from: &mut impl Read, count: usize, got: &mut Vec<u64>) {
    let mut bytes = vec![0; count * 8];
    from.read_exact(&mut bytes).expect("points");
    got.extend(bytes.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().expect("eight bytes"))));
}

/// A pipe: a `write` a point or a batch.
pub struct Pipe(std::io::PipeWriter);

impl Peer for Pipe {
    const NAME: &'static str = "pipe";
    const WHAT: &'static str = "process; lossless, blocks when full";
    const BURSTS: usize = 200;
    const READ_POINTS: usize = 1 << 18;
    type Consumer = std::io::PipeReader;

    fn open() -> (Self, Self::Consumer) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        (Self(writer), reader)
    }

    fn open_read() -> (Self, Reader) {
        let (this, reader) = Self::open();
        (this, Reader::process("stdin", OwnedFd::from(reader).into()))
    }

    fn single(&mut self, word: u64) {
        self.0.write_all(&word.to_ne_bytes()).expect("a reader");
    }

    fn batch(&mut self, words: &[u64]) {
        self.0.write_all(bytes(words)).expect("a reader");
    }

    fn drain(reader: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        read_words(reader, count, got);
    }
}

/// A Unix stream socket: a `write` a point or a batch.
pub struct Socket(UnixStream);

impl Peer for Socket {
    const NAME: &'static str = "Unix socket";
    const WHAT: &'static str = "process; lossless, blocks when full";
    const BURST: usize = 128;
    const BURSTS: usize = 1000;
    const READ_POINTS: usize = 1 << 18;
    type Consumer = UnixStream;

    fn open() -> (Self, Self::Consumer) {
        let (writer, reader) = UnixStream::pair().expect("a socket");
        (Self(writer), reader)
    }

    fn open_read() -> (Self, Reader) {
        let (this, reader) = Self::open();
        (this, Reader::process("stdin", OwnedFd::from(reader).into()))
    }

    fn single(&mut self, word: u64) {
        self.0.write_all(&word.to_ne_bytes()).expect("a reader");
    }

    fn batch(&mut self, words: &[u64]) {
        self.0.write_all(bytes(words)).expect("a reader");
    }

    fn drain(reader: &mut Self::Consumer, count: usize, got: &mut Vec<u64>) {
        read_words(reader, count, got);
    }
}
