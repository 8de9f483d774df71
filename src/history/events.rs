//! What is kept of an event stream: the newest texts, each at a time.
//!
//! In order of number, bounded in count and bytes; the oldest go first. Times may go back and forth or be no number:
//! an event whose t is not finite is held and lies in no range of x. While no t held is less than the one before, a
//! range is found in O(log N); else all that are held are looked at.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::ring::FrameData;
use crate::stream::escaped;

/// Events held at most.
const MAX_COUNT: usize = 1 << 16;
/// Memory that they take at most, in bytes.
const MAX_BYTES: u64 = 16 << 20;
/// Events forgotten at once at most, where memory is what is short.
const AT_ONCE: usize = 4096;

/// A text at a time.
///
/// ```
/// use ringplot::FrameData;
/// use ringplot::history::Events;
///
/// let mut events = Events::new();
/// let words = vec![u64::from_le_bytes(*b"overheat")]; // eight bytes a slot
/// events.push(&FrameData { t: 2.5, length: 8, words, ..FrameData::default() });
/// let event = events.newest().unwrap();
/// assert_eq!((event.t, &*event.text), (2.5, "overheat"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number in the stream, counted from 0 by the producer.
    pub number: u64,
    /// When it was, in seconds on the stream's clock; may be no number.
    pub t: f64,
    /// What it says, on one line.
    pub text: Arc<str>,
}

#[derive(Clone, Debug)]
struct HeldEvent {
    event: Event,
    /// Position of its first slot in the stream.
    position: u64,
}

impl HeldEvent {
    fn text_bytes(&self) -> u64 {
        (self.event.text.len() + 2 * size_of::<usize>()) as u64
    }
}

/// The newest events of a stream.
///
/// ```
/// use ringplot::FrameData;
/// use ringplot::history::Events;
///
/// let mut events = Events::keeping(1000, 1 << 20);
/// for number in 0..5 {
///     events.push(&FrameData { number, t: number as f64, ..FrameData::default() });
/// }
/// let numbers: Vec<u64> = events.in_range(1.0, 3.0).map(|event| event.number).collect();
/// assert_eq!(numbers, [1, 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Events {
    held: VecDeque<HeldEvent>,
    max_count: usize,
    max_bytes: u64,
    text_bytes: u64,
    /// Neighbours of which the second is not known to be as late as the first.
    disorders: usize,
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}

/// A text as one line.
fn shown(text: &str) -> String {
    escaped(&text.replace(['\n', '\r', '\t'], " ")).into_owned()
}

impl Events {
    /// Holds the newest 65,536 events, as far as they fit 16 MiB, and none yet.
    pub fn new() -> Self {
        Self::keeping(MAX_COUNT, MAX_BYTES)
    }

    /// Holds the newest `count` events, at least one, that fit so many bytes; the newest whatever it takes.
    pub fn keeping(count: usize, bytes: u64) -> Self {
        Self { held: VecDeque::new(), max_count: count.max(1), max_bytes: bytes, text_bytes: 0, disorders: 0 }
    }

    /// Takes an event in, unless one with the same or a later number is held; what is no UTF-8 is
    /// replaced, ends of lines and tabs are blanks, and what is no printable character is escaped. Returns whether it was taken.
    pub fn push(&mut self, frame: &FrameData) -> bool {
        let newest = self.held.back().map(|newest| &newest.event);
        if newest.is_some_and(|newest| newest.number >= frame.number) {
            return false;
        }
        self.disorders += usize::from(newest.is_some_and(|newest| is_disorder(newest.t, frame.t)));
        let event = Event { number: frame.number, t: frame.t, text: shown(&frame.text()).into() };
        let held = HeldEvent { event, position: frame.position };
        self.text_bytes += held.text_bytes();
        self.held.push_back(held);
        while self.held.len() > self.max_count || self.held.len() > 1 && self.bytes() > self.max_bytes {
            self.forget_oldest();
        }
        true
    }

    /// Events that are held.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The event with the greatest number.
    pub fn newest(&self) -> Option<&Event> {
        self.held.back().map(|held| &held.event)
    }

    /// All events that are held, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> + '_ {
        self.held.iter().map(|held| &held.event)
    }

    /// The events with t in `[x0, x1)`, in order of number.
    pub fn in_range(&self, x0: f64, x1: f64) -> impl DoubleEndedIterator<Item = &Event> + '_ {
        let places = if self.disorders == 0 {
            let first_from = |x: f64| self.held.partition_point(|held| held.event.t < x);
            let from = first_from(x0);
            from..first_from(x1).max(from)
        } else {
            0..self.held.len()
        };
        // Also of a single one, which is in order whatever its t.
        self.held.range(places).map(|held| &held.event).filter(move |event| x0 <= event.t && event.t < x1)
    }

    /// Least and greatest t that lies no farther than this from 0. O(1) while all are in order, and near.
    pub fn t_bounds(&self, farthest: f64) -> Option<(f64, f64)> {
        let mut times = self.iter().map(|event| event.t).filter(|t| t.abs() <= farthest);
        if self.disorders == 0 {
            let oldest = times.next()?;
            return Some((oldest, times.next_back().unwrap_or(oldest)));
        }
        times.map(|t| (t, t)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Forgets the events that lie before a position.
    pub fn clear_before(&mut self, position: u64) {
        while self.held.front().is_some_and(|oldest| oldest.position < position) {
            self.forget_oldest();
        }
        self.shrink();
    }

    /// Forgets the oldest to free at least `bytes`, but only so many at once, and never the newest; gives the bytes
    /// freed.
    pub fn release(&mut self, bytes: u64) -> u64 {
        let before = self.memory_bytes();
        for _ in 0..AT_ONCE {
            if self.held.len() < 2 || before - self.memory_bytes() >= bytes {
                break;
            }
            self.forget_oldest();
            self.shrink();
        }
        before - self.memory_bytes()
    }

    /// Memory used, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.text_bytes + (self.held.capacity() * size_of::<HeldEvent>()) as u64
    }

    /// Memory that the events themselves take.
    fn bytes(&self) -> u64 {
        self.text_bytes + (self.held.len() * size_of::<HeldEvent>()) as u64
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.held.pop_front() else { return };
        self.text_bytes -= oldest.text_bytes();
        let next = self.held.front();
        self.disorders -= usize::from(next.is_some_and(|next| is_disorder(oldest.event.t, next.event.t)));
    }

    /// Gives back what the list no longer needs.
    fn shrink(&mut self) {
        if self.held.capacity() > 2 * self.held.len() + 16 {
            self.held.shrink_to(self.held.len() + self.held.len() / 8);
        }
    }
}

/// Not so where a number is missing.
fn is_disorder(before: f64, after: f64) -> bool {
    before > after || before.is_nan() || after.is_nan()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u64, t: f64, text: &[u8]) -> FrameData {
        let mut bytes = text.to_vec();
        bytes.resize(text.len().next_multiple_of(8), 0);
        let words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
        FrameData { number, position: number * 10, t, length: text.len() as u32, words }
    }

    fn numbers<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<u64> {
        events.map(|event| event.number).collect()
    }

    fn at(times: &[f64]) -> Events {
        let mut events = Events::new();
        for (number, t) in times.iter().enumerate() {
            assert!(events.push(&frame(number as u64, *t, b"x")));
        }
        events
    }

    #[test]
    fn the_text_is_one_line_whatever_the_bytes_are() {
        let mut events = Events::new();
        events.push(&frame(7, 1.5, "a\tb\nGröße\u{0}".as_bytes()));
        assert_eq!(events.newest().map(|e| (&*e.text, e.t, e.number)), Some((r"a b Größe\u{0}", 1.5, 7)));
        events.push(&frame(8, 2.0, b"\xff\xfeok"));
        assert_eq!(events.newest().map(|e| &*e.text), Some("\u{fffd}\u{fffd}ok"));
        assert!(!events.push(&frame(8, 3.0, b"again")) && !events.push(&frame(3, 3.0, b"older")));
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn a_range_has_its_events_in_order_or_not() {
        let cases: [&[f64]; 5] = [
            &[0.0, 1.0, 1.0, 2.0, 3.0],
            &[3.0, 1.0, 2.0, 0.0, 1.0],
            &[0.0, f64::NAN, 1.0, f64::INFINITY, 2.0],
            &[f64::NAN],
            &[],
        ];
        for times in cases {
            let events = at(times);
            for (x0, x1) in [(0.0, 2.0), (1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (-1e300, 1e300)] {
                let expected: Vec<u64> =
                    (0..times.len() as u64).filter(|i| (x0..x1).contains(&times[*i as usize])).collect();
                assert_eq!(numbers(events.in_range(x0, x1)), expected, "{times:?} {x0} {x1}");
            }
        }
    }

    #[test]
    fn order_is_back_once_the_disorder_is_forgotten() {
        let mut events = at(&[5.0, f64::NAN, 1.0, 2.0, 3.0]);
        assert_eq!(events.disorders, 2);
        events.clear_before(20);
        assert_eq!((events.disorders, numbers(events.iter())), (0, vec![2, 3, 4]));
    }

    #[test]
    fn the_oldest_go_where_count_or_bytes_are_short() {
        let mut few = Events::keeping(3, u64::MAX);
        let mut small = Events::keeping(usize::MAX, 300);
        for number in 0..10 {
            few.push(&frame(number, 0.0, b"text"));
            small.push(&frame(number, 0.0, &[b'a'; 60]));
        }
        assert_eq!(numbers(few.iter()), [7, 8, 9]);
        assert_eq!(numbers(small.iter()), [8, 9]);
        small.push(&frame(10, 0.0, &[b'b'; 5000]));
        assert_eq!(numbers(small.iter()), [10], "the newest is held whatever it takes");
    }

    #[test]
    fn what_is_released_is_given_back_and_the_newest_stays() {
        let mut events = at(&vec![0.0; 3000]);
        let before = events.memory_bytes();
        let freed = events.release(before / 2);
        assert!(freed >= before / 2 && events.memory_bytes() == before - freed, "{freed} of {before}");
        while events.release(u64::MAX) > 0 {}
        assert_eq!((events.len(), events.newest().map(|e| e.number)), (1, Some(2999)));
    }
}
