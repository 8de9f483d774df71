//! What is kept of a snapshot stream: whole curves, each replacing the one before.
//!
//! The newest is always held; how many before it, a count and a budget of bytes say. Curves that were skipped leave
//! their numbers out, so what is missing between two curves is known.
//!
//! ```text
//! place (t)  ──▶      |12      |13      |14   15 skipped  |16      |17     newest
//!                     holds until the next     gap         holds ...     holds as long as the one before
//! ```
//! A curve holds from its place until the next one's. Where numbers are missing between two, each number has the same
//! share of the way, and the curve holds for its own share alone.
//!
//! Curves mostly have the x of the one before: those are held once for all of them.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::ring::{FrameData, Point};
use crate::stream::offset_value;

/// Curves that a list has room for at least: as much as the standard library's first.
const LEAST_CAPACITY: usize = 4;

/// One whole curve. Clones share its points.
///
/// ```
/// use ringplot::history::Frames;
/// use ringplot::{FrameData, Point};
///
/// let mut frames = Frames::new().with_y_offset(100.0);
/// let words = vec![Point::new(0.0, 1.5).to_bits(), Point::new(1.0, -2.0).to_bits()];
/// frames.push(&FrameData { t: 0.5, length: 2, words, ..FrameData::default() });
/// let curve = frames.newest().unwrap();
/// assert_eq!(curve.t, 0.5);
/// assert!(curve.points().eq([(0.0, 101.5), (1.0, 98.0)]));
/// ```
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its number in the stream, counted from 0 by the producer.
    pub number: u64,
    /// Position of its first point in the stream.
    pub position: u64,
    /// When it was made, in seconds on the stream's clock.
    pub t: f64,
    /// x of its points, shared with curves that have the same.
    pub x: Arc<[f32]>,
    /// y of its points as they were pushed, without the offset; a non-finite x or y lifts the pen.
    pub y: Arc<[f32]>,
    y_offset: f64,
    bounds: Option<[(f64, f64); 2]>,
}

impl Curve {
    /// x and value of its points.
    pub fn points(&self) -> impl ExactSizeIterator<Item = (f64, f64)> + '_ {
        self.x.iter().zip(self.y.iter()).map(|(x, y)| (f64::from(*x), offset_value(self.y_offset, *y)))
    }

    fn y_bytes(&self) -> u64 {
        array_bytes(self.y.len())
    }
}

/// What a stretch of a waterfall shows.
///
/// ```
/// use ringplot::FrameData;
/// use ringplot::history::{Cell, Frames};
///
/// let mut frames = Frames::keeping(100);
/// for number in [0, 1, 3] {
///     frames.push(&FrameData { number, t: number as f64, ..FrameData::default() }); // 2 was skipped
/// }
/// assert_eq!(frames.cell(0.0, 1.5), Cell::Begins(0..2), "two curves in one row of a picture");
/// assert_eq!(frames.cell(1.5, 1.6), Cell::Holds(1));
/// assert_eq!(frames.cell(2.0, 2.1), Cell::Missing);
/// assert_eq!(frames.cell(-1.0, 0.0), Cell::Nothing);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing: before the oldest curve, or after the newest.
    Nothing,
    /// The curves at these places in the list have their own place in the stretch.
    Begins(Range<usize>),
    /// The curve at this place in the list holds.
    Holds(usize),
    /// Curves that were skipped belong there.
    Missing,
}

/// The newest curves of a snapshot stream.
///
/// ```
/// use ringplot::history::Frames;
/// use ringplot::{FrameData, Point};
///
/// let mut frames = Frames::keeping(2);
/// for number in 0..3 {
///     let words = vec![Point::new(0.0, number as f32).to_bits()];
///     frames.push(&FrameData { number, t: number as f64, length: 1, words, ..FrameData::default() });
/// }
/// assert_eq!(frames.newest().map(|curve| curve.t), Some(2.0));
/// assert_eq!(frames.len(), 2, "the oldest was forgotten");
/// ```
#[derive(Clone, Debug)]
pub struct Frames {
    /// What y are differences to.
    y_offset: f64,
    curves: VecDeque<Curve>,
    max_count: usize,
    max_bytes: u64,
    /// Bytes of all x and y.
    array_bytes: u64,
    /// Whether every t was finite and after the one before.
    is_in_order: bool,
    clears: u64,
    /// Memory of the curve that went last, for the next one.
    spare: Option<Arc<[f32]>>,
}

impl Default for Frames {
    fn default() -> Self {
        Self::new()
    }
}

impl Frames {
    /// Holds the newest curve alone, and none yet.
    pub fn new() -> Self {
        Self::keeping(1)
    }

    /// Holds the newest `count` curves, at least one.
    pub fn keeping(count: usize) -> Self {
        Self {
            y_offset: 0.0,
            curves: VecDeque::new(),
            max_count: count.max(1),
            max_bytes: u64::MAX,
            array_bytes: 0,
            is_in_order: true,
            clears: 0,
            spare: None,
        }
    }

    /// Of y that are differences to `y_offset`, which is finite. Before the first curve.
    #[must_use]
    pub fn with_y_offset(self, y_offset: f64) -> Self {
        Self { y_offset, ..self }
    }

    /// What y are differences to.
    pub fn y_offset(&self) -> f64 {
        self.y_offset
    }

    /// Holds the newest `count` curves from now on, at least one.
    pub fn keep(&mut self, count: usize) {
        self.max_count = count.max(1);
        while self.curves.len() > self.max_count {
            self.forget_oldest();
        }
    }

    /// How many curves are held at most.
    pub fn max_count(&self) -> usize {
        self.max_count
    }

    /// Holds no more than this from now on, in bytes; but the newest curve is held whatever it takes.
    pub fn set_max_bytes(&mut self, max_bytes: u64) {
        self.max_bytes = max_bytes;
        if self.memory_bytes() <= max_bytes {
            return;
        }
        let bytes = |frames: &Self| frames.array_bytes + (frames.curves.len() * size_of::<Curve>()) as u64;
        while self.curves.len() > 1 && bytes(self) > max_bytes {
            self.forget_oldest();
        }
        self.spare = None;
        self.curves.shrink_to_fit();
    }

    /// Forgets the oldest curves to free at least `bytes`, but never the newest one; gives the bytes freed.
    pub fn release(&mut self, bytes: u64) -> u64 {
        let before = self.memory_bytes();
        self.spare = None;
        while before - self.memory_bytes() < bytes && self.curves.len() > 1 {
            self.forget_oldest();
            self.spare = None;
            // Of short curves the list itself is what takes the memory.
            if self.curves.capacity() > 2 * self.curves.len() + 16 {
                self.curves.shrink_to(self.curves.len() + self.curves.len() / 8);
            }
        }
        before - self.memory_bytes()
    }

    /// Takes a curve in, unless one with the same or a later number is already held; the oldest go for it where there
    /// is no room. Returns whether it was taken.
    pub fn push(&mut self, frame: &FrameData) -> bool {
        let newest = self.curves.back();
        if newest.is_some_and(|newest| newest.number >= frame.number) {
            return false;
        }
        self.is_in_order &= frame.t.is_finite() && newest.is_none_or(|newest| newest.t < frame.t);
        let same = newest.map(|newest| &newest.x).filter(|x| {
            x.len() == frame.words.len()
                && x.iter().zip(frame.points()).all(|(x, point)| x.to_bits() == point.x.to_bits())
        });
        let x = same.cloned().unwrap_or_else(|| frame.points().map(|point| point.x).collect());
        while self.curves.len() >= self.max_count || self.bytes_with_one_more(&x) > self.max_bytes {
            if !self.forget_oldest() {
                break;
            }
        }
        let y = self.array(frame);
        self.array_bytes += self.bytes_of_next(&x);
        let bounds = bounds(frame, self.y_offset);
        let (y_offset, number, position, t) = (self.y_offset, frame.number, frame.position, frame.t);
        self.curves.push_back(Curve { number, position, t, x, y, y_offset, bounds });
        true
    }

    /// The newest curve.
    pub fn newest(&self) -> Option<&Curve> {
        self.curves.back()
    }

    /// Curves that are held.
    pub fn len(&self) -> usize {
        self.curves.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.curves.is_empty()
    }

    /// The curves at these places in the list, the oldest of which is at 0; oldest first.
    pub fn range(&self, places: Range<usize>) -> impl DoubleEndedIterator<Item = &Curve> + Clone + '_ {
        let end = places.end.min(self.curves.len());
        self.curves.range(places.start.min(end)..end)
    }

    /// Forgets the curves that lie before a position. Which they were, is counted in [`Frames::clears`].
    pub fn clear_before(&mut self, position: u64) {
        let mut is_any = false;
        while self.curves.front().is_some_and(|oldest| oldest.position < position) {
            is_any |= self.forget_oldest();
        }
        if is_any {
            self.clears += 1;
            self.is_in_order = self.curves.iter().all(|curve| curve.t.is_finite())
                && self.curves.iter().is_sorted_by(|a, b| a.t < b.t);
        }
    }

    /// How many times curves were cleared.
    pub fn clears(&self) -> u64 {
        self.clears
    }

    /// Whether the curves came in the order of their t. Where they did not, places are their numbers.
    pub fn is_in_order(&self) -> bool {
        self.is_in_order
    }

    /// Lowest and highest x and y of all curves.
    pub fn bounds(&self) -> Option<[(f64, f64); 2]> {
        let both = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        let bounds = self.curves.iter().filter_map(|curve| curve.bounds);
        bounds.reduce(|a, b| [both(a[0], b[0]), both(a[1], b[1])])
    }

    /// Memory used, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        let spare = self.spare.as_ref().map_or(0, |spare| array_bytes(spare.len()));
        self.array_bytes + spare + (self.curves.capacity() * size_of::<Curve>()) as u64
    }

    /// The oldest curve's place, the newest one's, and where the newest one's hold ends.
    pub fn places(&self) -> Option<[f64; 3]> {
        let last = self.curves.len().checked_sub(1)?;
        Some([self.place(0), self.place(last), self.hold_end(last)])
    }

    /// What belongs into places from `lower` up to, but not including, `upper`: a curve that begins there, else the one
    /// that holds at `lower`.
    pub fn cell(&self, lower: f64, upper: f64) -> Cell {
        let first_from = |edge: f64| self.curves.partition_point(|curve| self.place_of(curve) < edge);
        let (begin, end) = (first_from(lower), first_from(upper));
        match begin.checked_sub(1) {
            _ if begin < end => Cell::Begins(begin..end),
            None => Cell::Nothing,
            Some(before) if lower < self.hold_end(before) => Cell::Holds(before),
            Some(_) if begin == self.curves.len() => Cell::Nothing,
            Some(_) => Cell::Missing,
        }
    }

    /// The place of a curve: its t, or its number where the t are in no order.
    fn place(&self, index: usize) -> f64 {
        self.place_of(&self.curves[index])
    }

    fn place_of(&self, curve: &Curve) -> f64 {
        if self.is_in_order { curve.t } else { curve.number as f64 }
    }

    /// Until where a curve holds.
    fn hold_end(&self, index: usize) -> f64 {
        let place = self.place(index);
        let share = |from: usize| {
            let numbers = self.curves[from + 1].number - self.curves[from].number;
            (self.place(from + 1) - self.place(from)) / numbers as f64
        };
        match (index.checked_sub(1), self.curves.get(index + 1)) {
            // The next one's place to the bit.
            (_, Some(next)) if next.number == self.curves[index].number + 1 => self.place(index + 1),
            (_, Some(_)) => place + share(index),
            (Some(before), None) => place + share(before),
            (None, None) => place + 1.0,
        }
    }

    /// y of a frame, in the memory of the curve that went last if that is as large.
    fn array(&mut self, frame: &FrameData) -> Arc<[f32]> {
        if let Some(mut spare) = self.spare.take()
            && spare.len() == frame.words.len()
            && let Some(memory) = Arc::get_mut(&mut spare)
        {
            memory.iter_mut().zip(frame.points()).for_each(|(y, point)| *y = point.y);
            return spare;
        }
        frame.points().map(|point| point.y).collect()
    }

    /// Bytes of y, and of x unless the newest curve has the same, of a curve to be added.
    fn bytes_of_next(&self, x: &Arc<[f32]>) -> u64 {
        let is_shared = self.curves.back().is_some_and(|newest| Arc::ptr_eq(&newest.x, x));
        array_bytes(x.len()) * if is_shared { 1 } else { 2 }
    }

    /// Memory once a curve with these x has been added.
    fn bytes_with_one_more(&self, x: &Arc<[f32]>) -> u64 {
        let is_full = self.curves.len() == self.curves.capacity();
        // A full list doubles.
        let capacity = self.curves.capacity() * if is_full { 2 } else { 1 };
        self.array_bytes + self.bytes_of_next(x) + (capacity.max(LEAST_CAPACITY) * size_of::<Curve>()) as u64
    }

    fn forget_oldest(&mut self) -> bool {
        let Some(oldest) = self.curves.pop_front() else { return false };
        self.array_bytes -= oldest.y_bytes();
        if self.curves.front().is_none_or(|next| !Arc::ptr_eq(&next.x, &oldest.x)) {
            self.array_bytes -= array_bytes(oldest.x.len());
        }
        self.spare = Some(oldest.y);
        true
    }
}

/// Bytes that an array of this length takes, with its counts.
fn array_bytes(len: usize) -> u64 {
    (len * size_of::<f32>() + 2 * size_of::<usize>()) as u64
}

fn bounds(frame: &FrameData, y_offset: f64) -> Option<[(f64, f64); 2]> {
    let mut bounds: Option<[(f32, f32); 2]> = None;
    for Point { x, y } in frame.points() {
        if x.is_finite() && y.is_finite() {
            let [xs, ys] = bounds.get_or_insert([(x, x), (y, y)]);
            *xs = (xs.0.min(x), xs.1.max(x));
            *ys = (ys.0.min(y), ys.1.max(y));
        }
    }
    let value = |y: f32| offset_value(y_offset, y);
    bounds.map(|[xs, ys]| [(f64::from(xs.0), f64::from(xs.1)), (value(ys.0), value(ys.1))])
}
