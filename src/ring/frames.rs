//! Frames: whole curves or texts, published at once, of which a consumer takes the newest.
//!
//! ```text
//! position   end-len-2 ............. end-3 | end-2                      | end-1      | end
//!            payload, len slots            | length | number << 32      | f64 bits t | next frame
//! ```
//! `newest_frame` holds `end` of the newest; the older ones that are still in the ring are found by walking back
//! over the trailers. The frame number is the low half of the count of frames before it.

use super::mutant::{self, Mutant};
use super::publish::publish;
use super::reader::Reader;
use super::sync::{Ordering, fence};
use super::writer::Writer;
use super::{Memory, Point, TRAILER};

/// How many times a consumer tries again when the frame was overwritten under its hands.
const TRIES: usize = 3;

/// What `length` in a trailer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Points, one a slot.
    Points,
    /// Bytes, eight a slot.
    Bytes,
}

impl Payload {
    /// Slots that `length` points or bytes take.
    pub fn slots(self, length: u32) -> u64 {
        match self {
            Self::Points => u64::from(length),
            Self::Bytes => u64::from(length).div_ceil(8),
        }
    }
}

/// One frame, copied out.
///
/// ```
/// use ringplot::{Consumer, FrameData, Point, Producer, StartAt};
///
/// # let name = &format!("example/{}/frame_data", std::process::id());
/// let mut spectrum = Producer::builder(name).capacity(1 << 10).snapshot(64)?;
/// let mut consumer = Consumer::attach(name, StartAt::Oldest)?;
/// spectrum.update(0.1, &[Point::new(0.0, 1.0)]);
/// spectrum.update(0.2, &[Point::new(0.0, 2.0), Point::new(1.0, 3.0)]);
///
/// let mut frame = FrameData::default();
/// assert_eq!(consumer.newest_frame(&mut frame), Some(1), "one was skipped");
/// assert_eq!((frame.number, frame.t, frame.points().len()), (1, 0.2, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameData {
    /// Frames of this run before this one.
    pub number: u64,
    /// Position of its first slot.
    pub position: u64,
    /// The frame's time, in seconds.
    pub t: f64,
    /// Points or bytes in the payload.
    pub length: u32,
    /// The payload, a slot each.
    pub words: Vec<u64>,
}

impl FrameData {
    /// The payload of a frame of points.
    pub fn points(&self) -> impl ExactSizeIterator<Item = Point> + '_ {
        self.words.iter().map(|word| Point::from_bits(*word))
    }

    /// The payload of a frame of text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        let bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        String::from_utf8_lossy(&bytes[..bytes.len().min(self.length as usize)]).into_owned()
    }
}

/// Where a frame lies in the ring.
#[derive(Clone, Copy, Debug)]
struct FrameSpan {
    begin: u64,
    end: u64,
    number: u64,
    t: f64,
    length: u32,
}

impl<const LOG2_BLOCK: u32> Writer<'_, LOG2_BLOCK> {
    /// Frames published so far.
    pub fn frames(&self) -> u64 {
        self.cold.frames
    }

    /// Publishes a frame of `length` points or bytes, given as its payload words. The payload and its trailer must
    /// fit [`Writer::max_chunk`]; a longer one is refused with `false`.
    pub fn push_frame(&mut self, t: f64, length: u32, payload: impl ExactSizeIterator<Item = u64>) -> bool {
        let slots = payload.len() as u64;
        self.put_frame(t, length, slots, |memory, first| {
            for (slot, word) in memory.runs(first, slots).into_iter().flatten().zip(payload) {
                slot.store(word, Ordering::Relaxed);
            }
        })
    }

    /// Publishes a frame of points; one that with its trailer does not fit [`Writer::max_chunk`] is refused with `false`.
    pub fn push_curve(&mut self, t: f64, points: &[Point]) -> bool {
        let slots = points.len() as u64;
        self.put_frame(t, points.len() as u32, slots, |memory, first| {
            let [head, tail] = memory.runs(first, slots);
            memory.copier().store(head, points);
            memory.copier().store(tail, &points[head.len()..]);
        })
    }

    /// Publishes a frame whose payload of `slots` slots `store` puts from a position on.
    fn put_frame(
        &mut self,
        t: f64,
        length: u32,
        slots: u64,
        store: impl FnOnce(&Memory<'_, LOG2_BLOCK>, u64),
    ) -> bool {
        let (first, cold) = (self.position, &mut *self.cold);
        let count = slots + TRAILER;
        if count > cold.memory.max_chunk() {
            return false;
        }
        cold.reserve(first, count);
        let memory = &cold.memory;
        let counters = memory.counters();
        store(memory, first);
        // Nothing to take apart, see `whole.rs`: no half is a float.
        memory.slot(first + slots).store(u64::from(length) | cold.frames << 32, Ordering::Relaxed);
        memory.slot(first + slots + 1).store(t.to_bits(), Ordering::Relaxed);
        self.position = first + count;
        cold.sabotage_reserve_late();
        publish(counters.write_position, self.position);
        cold.frames += 1;
        counters.frame_count.store(cold.frames, Ordering::Relaxed);
        let order =
            if mutant::is(Mutant::FramePublishRelaxed) { Ordering::Relaxed } else { Ordering::Release };
        // ORDERING: Release; pairs with P4 in `FrameReader::end`.
        counters.newest_frame.store(self.position, order);
        true
    }
}

/// A consumer of frames. Its counts are of frames, not of slots.
#[derive(Debug)]
pub struct FrameReader<'m, const LOG2_BLOCK: u32 = 8> {
    reader: Reader<'m, LOG2_BLOCK>,
    payload: Payload,
    max_length: u32,
    start: u64,
    /// Frames accounted for, received or skipped, this run's first `start` among them.
    seen: u64,
    received: u64,
}

impl<'m, const LOG2_BLOCK: u32> FrameReader<'m, LOG2_BLOCK> {
    /// A consumer of the frames of `reader`'s ring. When `oldest`, it begins at the first whole frame from where `reader`
    /// starts, or at the newest; else with the next one. `max_length` bounds what a trailer may claim.
    pub fn new(reader: Reader<'m, LOG2_BLOCK>, payload: Payload, max_length: u32, oldest: bool) -> Self {
        let mut this = Self { reader, payload, max_length, start: 0, seen: 0, received: 0 };
        this.start = this.written();
        if oldest {
            let (cleared_before, from) = (this.reader.cleared_before(), this.reader.start());
            let mut start = this.start;
            this.walk(|span| {
                // The newest frame is worth a try wherever it lies.
                let is_newest = span.number + 1 == this.start;
                let held = span.begin >= cleared_before && (is_newest || span.begin >= from);
                if held {
                    start = span.number;
                }
                held
            });
            this.start = start;
        }
        this.seen = this.start;
        this
    }

    /// Number of the first frame that this consumer could read.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Frames that this consumer has accounted for, `start` included.
    pub fn cursor(&self) -> u64 {
        self.seen
    }

    /// Frames copied out.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Frames published so far: up to the newest one, and not by the count, which a producer that was killed in the
    /// middle of a frame may have left one ahead.
    pub fn written(&self) -> u64 {
        for _ in 0..TRIES {
            let end = self.end();
            if end == 0 {
                return 0;
            }
            if let Some(newest) = self.span_ending_at(end) {
                return newest.number + 1;
            }
        }
        self.reader.memory.counters().frame_count.load(Ordering::Relaxed)
    }

    /// Whether the newest frame is one that was not taken yet, and can be read.
    pub fn has_unread(&self) -> bool {
        let cleared_before = self.reader.cleared_before();
        let is_new = |newest: FrameSpan| newest.number >= self.seen && newest.begin >= cleared_before;
        self.span_ending_at(self.end()).is_some_and(is_new)
    }

    /// The ring's capacity, in slots.
    pub fn capacity(&self) -> u64 {
        self.reader.capacity()
    }

    /// Position before which the producer cleared.
    pub fn cleared_before(&self) -> u64 {
        self.reader.cleared_before()
    }

    /// Copies the newest frame into `frame` if it is new; returns how many frames were skipped to get to it.
    pub fn newest(&mut self, frame: &mut FrameData) -> Option<u64> {
        for _ in 0..TRIES {
            let Some(span) = self.span_ending_at(self.end()) else { continue };
            if span.number < self.seen {
                return None;
            }
            if span.begin < self.reader.cleared_before() {
                // Published and cleared since the last look.
                self.seen = span.number + 1;
                return None;
            }
            if self.copy(span, frame) {
                let skipped = span.number - self.seen;
                self.seen = span.number + 1;
                self.received += 1;
                return Some(skipped);
            }
        }
        None
    }

    /// Gives every unread frame that is still in the ring, oldest first; returns how many were lost. Those that were
    /// cleared are not given and count as lost.
    pub fn each(&mut self, frame: &mut FrameData, mut give: impl FnMut(&FrameData)) -> u64 {
        let mut spans = Vec::new();
        let (seen, cleared_before) = (self.seen, self.reader.cleared_before());
        let mut cleared = None;
        self.walk(|span| {
            let new = span.number >= seen;
            if new && span.begin >= cleared_before {
                spans.push(span);
            } else if new {
                cleared = Some(span.number);
            }
            // All that lie before it were cleared, too.
            new && cleared.is_none()
        });
        let mut lost = 0;
        if let Some(cleared) = cleared {
            lost = cleared + 1 - self.seen;
            self.seen = cleared + 1;
        }
        for span in spans.into_iter().rev() {
            if self.copy(span, frame) {
                lost += span.number.saturating_sub(self.seen);
                self.seen = span.number + 1;
                self.received += 1;
                give(frame);
            }
        }
        lost
    }

    /// Frames between the newest and the last one taken are skipped for good.
    pub fn lost(&self) -> u64 {
        self.seen.saturating_sub(self.start).saturating_sub(self.received)
    }

    /// End position of the newest frame.
    fn end(&self) -> u64 {
        let end = self.reader.memory.counters().newest_frame.load(Ordering::Relaxed);
        if !mutant::is(Mutant::NoFenceAfterReadingNewest) {
            // ORDERING: Acquire; P4, pairs with the last store of `Writer::push_frame`.
            fence(Ordering::Acquire);
        }
        end
    }

    /// Visits the frames that are still whole, newest first, until `visit` says no.
    fn walk(&self, mut visit: impl FnMut(FrameSpan) -> bool) {
        let mut next = self.span_ending_at(self.end());
        let mut number = u64::MAX;
        while let Some(span) = next {
            // Numbers go down by one; anything else is no frame of ours.
            if (number != u64::MAX && span.number + 1 != number) || !visit(span) {
                break;
            }
            number = span.number;
            next = self.span_ending_at(span.begin);
        }
    }

    /// Where the frame that ends at `end` lies, if it is still whole and its trailer makes sense.
    fn span_ending_at(&self, end: u64) -> Option<FrameSpan> {
        let trailer = end.checked_sub(TRAILER)?;
        let memory = self.reader.memory;
        let word = memory.slot(trailer).load(Ordering::Relaxed);
        let t = f64::from_bits(memory.slot(trailer + 1).load(Ordering::Relaxed));
        let count = memory.counters().frame_count.load(Ordering::Relaxed);
        let (length, low) = (word as u32, (word >> 32) as u32);
        // The count may already be ahead of this frame; the difference of the low halves says by how much.
        let behind = u64::from((count as u32).wrapping_sub(low));
        let number = count.checked_sub(behind).filter(|number| *number < u64::MAX)?;
        let begin = trailer.checked_sub(self.payload.slots(length))?;
        let fits = length <= self.max_length && end - begin <= memory.capacity();
        let is_whole = fits && self.reader.validate(begin, end) == begin;
        is_whole.then_some(FrameSpan { begin, end, number, t, length })
    }

    /// Copies the payload at `span`; `false` when it was overwritten meanwhile.
    fn copy(&self, span: FrameSpan, frame: &mut FrameData) -> bool {
        let memory = self.reader.memory;
        frame.words.clear();
        for run in memory.runs(span.begin, span.end - TRAILER - span.begin) {
            memory.copier().load(run, &mut frame.words);
        }
        frame.number = span.number;
        frame.position = span.begin;
        frame.t = span.t;
        frame.length = span.length;
        self.reader.validate(span.begin, span.end) == span.begin
    }
}

#[cfg(test)]
mod tests {
    use super::Payload;

    #[test]
    fn bytes_take_eight_a_slot() {
        assert_eq!(Payload::Bytes.slots(0), 0);
        assert_eq!(Payload::Bytes.slots(8), 1);
        assert_eq!(Payload::Bytes.slots(9), 2);
        assert_eq!(Payload::Points.slots(9), 9);
    }
}
