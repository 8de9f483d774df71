//! Peers between threads of one process.

use super::{CAPACITY, Peer, Reader};

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
