//! Models of the first word of a run and of its last: the magic of a segment, and the state that its end leaves.

use loom::sync::Arc;

use ringplot::ring::layout::{MAGIC, STATE_CLOSED, STATE_LIVE};
use ringplot::ring::sync::{AtomicU64, Ordering};
use ringplot::ring::{Reader, Writer, handover};
use ringplot::{Batch, Point, StartAt, XMode};

use super::{LOG2_BLOCK, Shared, consumer};

/// What a model says of a header that is not there for who has seen its magic.
pub(super) const NO_HEADER: &str = "the magic is there, and not what was written before it";
/// What a model says of points that are not there for who has seen the end.
pub(super) const NO_LAST_POINT: &str = "the end is there, and not the last point:";

/// 2 words of a header and the magic after them, beside one consumer, which looks twice.
pub(super) fn magic() {
    let words: Arc<[AtomicU64; 3]> = Arc::new(std::array::from_fn(|_| AtomicU64::new(0)));
    let seen = words.clone();
    let consumer = loom::thread::spawn(move || {
        for _ in 0..2 {
            if handover::announced(&seen[0]) == MAGIC {
                let header = [1, 2].map(|at: usize| seen[at].load(Ordering::Relaxed));
                assert!(header == [71, 72], "{header:?}: {NO_HEADER}");
            }
        }
    });
    words[1].store(71, Ordering::Relaxed);
    words[2].store(72, Ordering::Relaxed);
    handover::announce(&words[0], MAGIC);
    consumer.join().unwrap();
}

/// 2 pushes and the end, in a ring of 4 that holds 1, beside one consumer, which looks for the end and then drains, twice.
pub(super) fn end() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    writer.push(Point::new(0.0, 0.0));
    let state = Arc::new(AtomicU64::new(STATE_LIVE));
    let seen = state.clone();
    let consumer = consumer(&shared, move |shared| {
        let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        let mut batch = Batch::with_limit(8);
        for _ in 0..2 {
            let is_over = handover::state(&seen) == STATE_CLOSED;
            reader.drain(&mut batch, XMode::Xy);
            assert!(!is_over || reader.cursor() == 3, "{NO_LAST_POINT} {}", reader.cursor());
        }
    });
    (1..3).for_each(|p| writer.push(Point::new(p as f32, 0.0)));
    handover::end(&state, STATE_CLOSED);
    consumer.join().unwrap();
}
