//! [`Trace`]: one stream's history, how it grows and how it forgets.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::extent::Extent;
use super::lost::LostRuns;
use super::page::Page;
use super::page_x::Reached;
use super::paging::{PAGE, offset, page_of};
use super::positives::Positives;
use super::pushed::Pushed;
use super::pyramid::{Pyramid, give_back};
use super::statistics::Sums;
use super::steps::BackSteps;
use crate::ring::{BLOCK, Batch, Point, XMode};

/// The most positions any trace holds, whatever it is asked for: 2^32, so that the table of pages stays small
/// even when nearly all of them are lost.
const LIMIT: u64 = 1 << 32;
/// Pages forgotten at once at most, where memory is what is short: who waits for the trace waits for less than a
/// tenth of a millisecond.
const PAGES_AT_ONCE: usize = 64;
/// The history of one timed, uniform or XY stream: bounded, addressed by absolute position.
///
/// x may step back as often as it likes, by little (a late sample) or by much (a sweep begins, a clock was set). The
/// line is not joined across a step back, and every answer is over the points whose x lies where it was asked for,
/// whichever sweep they belong to.
///
/// ```
/// use ringplot::history::Trace;
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 100.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// let points = [1.0, 3.0, 2.0].map(|y| Point::new(0.0, y)).to_vec(); // as a drain fills it
/// trace.append(&Batch { x_mode, points, ..Batch::with_limit(3) });
/// assert_eq!(trace.value_at(0.015), Some((0.01, 3.0)));
/// assert_eq!(trace.newest(), Some((2, 0.02, 2.0)));
/// ```
pub struct Trace {
    pub(super) x_mode: XMode,
    /// What y are differences to.
    pub(super) y_offset: f64,
    max_points: u64,
    max_bytes: u64,
    /// Whether a point ever came: before that there is no position to start from.
    begun: bool,
    /// Where the history began: the first position of all, or since the last clear.
    origin: u64,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Number of `pages[0]`.
    pub(super) first_page: u64,
    /// Pages in order; `None` where a whole page is lost. The last one may be open.
    pub(super) pages: VecDeque<Option<Box<Page>>>,
    /// The x reached at the first position of each page; unused in uniform streams.
    pub(super) reached: VecDeque<f64>,
    pub(super) pyramid: Pyramid,
    /// The x reached where the pages end.
    last: Reached,
    /// Positions whose x is less than what was reached before them; not of XY streams, where that is nothing odd.
    pub(super) steps: BackSteps,
    pub(super) lost: LostRuns,
    /// What the pages do not hold as it was pushed.
    pub(super) pushed: Pushed,
    /// What logarithmic axes asked for.
    pub(super) positives: Mutex<Positives>,
    /// Tells this trace from every other.
    pub(super) identity: Arc<()>,
    /// Pages that are not lost.
    kept_pages: u64,
    /// A page that was evicted, to be used again.
    spare: Option<Box<Page>>,
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace")
            .field("x_mode", &self.x_mode)
            .field("start", &self.start)
            .field("end", &self.end)
            .field("max_points", &self.max_points)
            .field("steps_back", &self.steps_back())
            .field("memory_bytes", &self.memory_bytes())
            .finish_non_exhaustive()
    }
}

impl Trace {
    /// Holds nothing yet, and never more than `max_points` positions (between 1 and 2^32).
    ///
    /// In a uniform mode whose t0 or rate is no number, or whose rate is not positive, no point has a place in x.
    pub fn new(x_mode: XMode, max_points: u64) -> Self {
        Self {
            x_mode,
            y_offset: 0.0,
            max_points: max_points.clamp(1, LIMIT),
            max_bytes: u64::MAX,
            begun: false,
            origin: 0,
            start: 0,
            end: 0,
            first_page: 0,
            pages: VecDeque::new(),
            reached: VecDeque::new(),
            pyramid: Pyramid::default(),
            last: Reached::NOTHING,
            steps: BackSteps::default(),
            lost: LostRuns::default(),
            pushed: Pushed::default(),
            positives: Mutex::default(),
            identity: Arc::default(),
            kept_pages: 0,
            spare: None,
        }
    }

    /// Of y that are differences to `y_offset`, which is finite: what is held are the differences, and what comes out
    /// are values, their sums in f64.
    #[must_use]
    pub fn with_y_offset(self, y_offset: f64) -> Self {
        Self { y_offset, ..self }
    }

    /// What y are differences to.
    pub fn y_offset(&self) -> f64 {
        self.y_offset
    }

    /// What x means in the stream.
    pub fn x_mode(&self) -> XMode {
        self.x_mode
    }

    /// The first position held.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// One past the last position held. The positions `start..end` may contain lost runs.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Whether positions were forgotten for want of room.
    pub fn has_forgotten(&self) -> bool {
        self.start > self.origin
    }

    /// The most positions held.
    pub fn max_points(&self) -> u64 {
        self.max_points
    }

    /// How often x stepped back among the positions held. 0 in an XY stream, whose x may go anywhere. O(log N).
    pub fn steps_back(&self) -> u64 {
        self.steps.count(&(self.start + 1..self.end))
    }

    /// Memory used, in bytes, but for the room that tables have to grow (below one per cent).
    pub fn memory_bytes(&self) -> u64 {
        let tables = self.pages.len() * (size_of::<Option<Box<Page>>>() + size_of::<f64>());
        let positives = self.positives.lock().unwrap_or_else(PoisonError::into_inner).memory_bytes();
        (self.kept_pages + u64::from(self.spare.is_some())) * Page::bytes(self.x_mode)
            + tables as u64
            + self.pyramid.memory_bytes()
            + self.lost.memory_bytes()
            + self.pushed.memory_bytes()
            + self.steps.memory_bytes()
            + positives
    }

    /// Takes in what a drain brought.
    ///
    /// The first batch sets where the history starts. Later, positions between [`end`](Self::end) and the batch
    /// are recorded as lost (a run of at least `max_points` leaves nothing of the past); positions already held
    /// are skipped. A batch whose x means something else than this trace's is ignored: it belongs to another run.
    pub fn append(&mut self, batch: &Batch) {
        let len = batch.points.len() as u64;
        let Some(batch_end) = batch.first.checked_add(len).filter(|end| *end < u64::MAX - PAGE) else {
            return;
        };
        if len == 0 || batch.x_mode != self.x_mode || self.begun && batch_end <= self.end {
            return;
        }
        if !self.begun {
            self.begun = true;
            self.restart_at(batch.first);
        } else if batch.first > self.end {
            self.lose_until(batch.first);
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than the batch is long")]
        let mut points = &batch.points[(self.end - batch.first) as usize..];
        while !points.is_empty() {
            #[expect(clippy::cast_possible_truncation, reason = "at most a block")]
            let room = (BLOCK - self.end % BLOCK) as usize;
            let (now, later) = points.split_at(room.min(points.len()));
            #[expect(clippy::cast_possible_truncation, reason = "less than the batch is long")]
            let block = (self.end / BLOCK - batch.first / BLOCK) as usize;
            self.push(now, batch.epochs.get(block).copied().unwrap_or(f64::NAN));
            points = later;
        }
        self.evict();
    }

    /// Changes the most positions held; the oldest go now if they are too many.
    pub fn set_max_points(&mut self, max: u64) {
        self.max_points = max.clamp(1, LIMIT);
        self.evict();
    }

    /// Changes the most memory used, in bytes; the oldest go as new ones come, a few pages at a time. The newest two
    /// pages stay, whatever they take.
    pub fn set_max_bytes(&mut self, max: u64) {
        self.max_bytes = max;
    }

    /// Forgets the oldest positions to free at least `bytes`, but no more than a few pages at a time, and never the
    /// newest; gives the bytes freed, 0 where nothing can be.
    pub fn release(&mut self, bytes: u64) -> u64 {
        let before = self.memory_bytes();
        self.spare = None;
        for _ in 0..PAGES_AT_ONCE {
            if before - self.memory_bytes() >= bytes || !self.forget_page() {
                break;
            }
            self.spare = None;
        }
        before - self.memory_bytes()
    }

    /// Forgets all positions before `position`.
    pub fn clear_before(&mut self, position: u64) {
        self.start = position.clamp(self.start, self.end);
        self.origin = self.start;
        self.drop_before_start();
    }

    /// Forgets all positions before `position` for want of room elsewhere.
    pub fn forget_before(&mut self, position: u64) {
        self.start = position.clamp(self.start, self.end);
        self.drop_before_start();
    }

    /// Appends points of one block.
    fn push(&mut self, points: &[Point], epoch: f64) {
        let (position, last) = (self.end, self.last);
        if self.open_page().push(points, epoch, last) {
            self.pushed.note(position, points, epoch, self.x_mode);
        }
        self.follow(position);
        self.advance(points.len() as u64);
    }

    /// Notes the x reached and the steps back in x from `position` to the end of the open page.
    fn follow(&mut self, position: u64) {
        let Some(Some(page)) = self.pages.back() else { return };
        let Some(x) = page.x() else { return };
        let (from, to) = (offset(position), page.len());
        if from == 0
            && let Some(at_page) = self.reached.back_mut()
        {
            *at_page = x.reached(0);
        }
        if self.x_mode == XMode::Xy {
            self.last = Some(x.reached_after(to - 1)).filter(|last| last.x.is_finite()).unwrap_or(self.last);
            return;
        }
        if x.is_sorted(from..to) {
            if x.reached(from) < self.last.x && position > self.start {
                self.steps.push(position);
            }
            self.last = x.reached_after(to - 1);
            return;
        }
        for (position, at) in (position..).zip(from..to) {
            if x.x(at).is_finite() {
                if x.reached(at) < self.last.x && position > self.start {
                    self.steps.push(position);
                }
                self.last = x.reached_after(at);
            }
        }
    }

    /// The page that the next position goes to, filled up to it.
    fn open_page(&mut self) -> &mut Page {
        let from = offset(self.end);
        if from == 0 || self.pages.is_empty() {
            self.make_room();
            let mut page = self.spare.take().unwrap_or_else(|| Page::new(self.x_mode));
            page.push_lost(from, self.last);
            self.add_page(Some(page));
        }
        let page = self.pages.back_mut().expect("one was just added if there was none");
        page.as_mut().expect("the position is inside the page, and lost pages are whole")
    }

    /// Forgets the oldest where another page would be too much memory; one of them is used again.
    fn make_room(&mut self) {
        for _ in 0..PAGES_AT_ONCE {
            let more = if self.spare.is_some() { 0 } else { Page::bytes(self.x_mode) };
            if self.memory_bytes() + more <= self.max_bytes || !self.forget_page() {
                return;
            }
        }
    }

    /// Forgets the oldest page, unless it is the last; whether it did.
    fn forget_page(&mut self) -> bool {
        if self.pages.len() < 2 {
            return false;
        }
        self.start = (self.first_page + 1) * PAGE;
        self.drop_before_start();
        true
    }

    /// Adds a page for the position `end`, which is its first, or the first of all.
    fn add_page(&mut self, page: Option<Box<Page>>) {
        if self.pages.is_empty() {
            self.first_page = page_of(self.end);
        }
        self.kept_pages += u64::from(page.is_some());
        self.pages.push_back(page);
        self.reached.push_back(self.last.x);
    }

    /// Moves the end by positions that lie in the last page, and closes the page if they fill it.
    fn advance(&mut self, count: u64) {
        self.end += count;
        if offset(self.end) != 0 {
            return;
        }
        let (extent, sums) = match self.pages.back() {
            Some(Some(page)) => {
                let extent = page.whole_extent();
                (extent, page.sums(0..page.len(), extent.pen_up))
            }
            _ => (Extent::LOST, Sums::default()),
        };
        let x_range = self.close_x_range();
        self.pyramid.close_page(page_of(self.end - 1), extent, sums, x_range);
        self.evict();
    }

    /// Records the positions up to `to` as lost.
    fn lose_until(&mut self, to: u64) {
        if to - self.end >= self.max_points {
            self.restart_at(to);
            return;
        }
        self.lost.push(self.end..to);
        while self.end < to {
            let left = to - self.end;
            let room = PAGE - self.end % PAGE;
            if room == PAGE && left >= PAGE {
                self.add_page(None);
                self.advance(PAGE);
                continue;
            }
            let (count, last) = (room.min(left), self.last);
            #[expect(clippy::cast_possible_truncation, reason = "at most a page")]
            self.open_page().push_lost(count as usize, last);
            self.advance(count);
        }
    }

    /// Forgets everything held and goes on at `position`.
    fn restart_at(&mut self, position: u64) {
        (self.origin, self.start, self.end) = (position, position, position);
        self.pages.clear();
        self.reached.clear();
        self.pyramid.clear();
        self.steps = BackSteps::default();
        self.lost.evict_before(u64::MAX);
        self.pushed.evict_before(u64::MAX);
        self.kept_pages = 0;
    }

    /// Forgets the oldest positions where more than the limit are held.
    fn evict(&mut self) {
        if self.end - self.start > self.max_points {
            self.start = self.end - self.max_points;
            self.drop_before_start();
        }
    }

    /// Drops what belongs to positions before the start only.
    fn drop_before_start(&mut self) {
        while !self.pages.is_empty() && (self.first_page + 1) * PAGE <= self.start {
            self.first_page += 1;
            self.reached.pop_front();
            if let Some(mut page) = self.pages.pop_front().flatten() {
                self.kept_pages -= 1;
                page.clear();
                self.spare = Some(page);
            }
        }
        give_back(&mut self.pages);
        give_back(&mut self.reached);
        self.pyramid.evict_before(page_of(self.start));
        self.lost.evict_before(self.start);
        self.pushed.evict_before(self.start);
        self.steps.evict_before(self.start);
    }
}
