//! [`DensityGrid`]: how many points of a trace lie in each cell of a view, kept up to date as points come and go.
//!
//! Each new position is added once and each one that leaves the window is subtracted once, from the same cells, so
//! the cost of a frame is that of its new points however many there are. Another view starts a new *generation*: all
//! is counted anew, the newest first, as much a call as the caller allows.
//!
//! ```text
//! trace      start ......................................... end
//! window          |<- all, or 15/16 once the trace forgets -->|     those that leave it can still be read
//! binned                     |<- counted ------------>|             grows both ways, first towards the newest
//! ```
//!
//! # Invariants
//! 1. The cells are exactly what counting the positions `binned` from scratch would make of them: sums of whole
//!    numbers, so the order does not matter and nothing is left over. (Persistence fades instead: in f32.)
//! 2. Nothing overflows: a trace holds at most 2^32 positions and a window less, which a u32 counts; strokes have 4,096
//!    units each, and are summed in u64.
//! 3. Cells are found in f64 from the stored x and y, so a view may be as narrow as f64 allows, anywhere.
//!
//! # Why not on the GPU
//! It would need a second copy of all the points in its memory, in f32 and so with a grid of origins, and all of them
//! again after the device was lost. Counting here runs at hundreds of millions of points a second on one core, and
//! nothing but the cells goes to the GPU.

use std::collections::VecDeque;
use std::ops::Range;

use super::cells::{Block, DensityView, Plane, STROKE};
use super::paging::{BLOCK_LEN, offset};
use super::trace::Trace;
use crate::ring::{BLOCK, XMode};

/// How points become densities.
///
/// ```
/// use ringplot::history::DensityMode;
///
/// // As on an oscilloscope whose screen glows for half a second.
/// let mode = DensityMode::Persistence { fade_secs: 0.5 };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DensityMode {
    /// Each point counts once, in its cell.
    Scatter,
    /// Each stroke from a point to the next counts once, spread by length over the cells that it crosses, so that fast
    /// strokes are fainter, as on an oscilloscope. Nothing connects across a pen-up; a point without one before it is a
    /// dot.
    Connected,
    /// Strokes that fade: after so many seconds, to 1/e.
    Persistence {
        /// Seconds in which a stroke fades to 1/e.
        fade_secs: f64,
    },
}

/// Strokes fainter than this share of a fresh one need not be counted again.
const FAINTEST: f64 = 1e-4;
/// Moments noted in the time in which a stroke fades to 1/e, to know later how old a position is.
const MOMENTS: f64 = 32.0;
/// When the weight of new strokes has grown to this, the cells are brought back to a weight of 1.
const HEAVIEST: f64 = 1e12;

/// The densities of a trace over a view.
///
/// ```
/// use ringplot::history::{DensityGrid, DensityMode, DensityView, Scale, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let mut trace = Trace::new(XMode::Xy, 1 << 20);
/// let points = vec![Point::new(0.5, 0.5), Point::new(0.6, 0.4), Point::new(1.5, 1.5)];
/// trace.append(&Batch { points, ..Batch::with_limit(3) });
/// let view = DensityView { x: [0.0, 2.0], y: [0.0, 2.0], scales: [Scale::Linear; 2], size: [2, 2] };
/// let mut grid = DensityGrid::new(DensityMode::Scatter, view, 0);
/// grid.update(&trace, trace.end(), u64::MAX, 0.0);
/// assert_eq!(grid.counts(), [0, 1, 2, 0], "rows from the top");
/// ```
#[derive(Debug)]
pub struct DensityGrid {
    mode: DensityMode,
    view: DensityView,
    plane: Plane,
    /// What y are differences to.
    y_offset: f64,
    /// The last one takes what lies in none.
    cells: Cells,
    binned: Range<u64>,
    window: Range<u64>,
    /// The most positions in the window.
    most: u64,
    few: Few,
    glow: Glow,
    version: u64,
}

#[derive(Debug)]
enum Cells {
    Points(Vec<u32>),
    Strokes(Vec<u64>),
    Glow(Vec<f32>),
}

impl DensityGrid {
    /// An empty grid. While at most `few` points lie in the view, [`visible`](Self::visible) tells which.
    pub fn new(mode: DensityMode, view: DensityView, few: usize) -> Self {
        let [width, height] = view.cells();
        let len = width * height + 1;
        let cells = match mode {
            DensityMode::Scatter => Cells::Points(vec![0; len]),
            DensityMode::Connected => Cells::Strokes(vec![0; len]),
            DensityMode::Persistence { .. } => Cells::Glow(vec![0.0; len]),
        };
        Self {
            mode,
            view,
            plane: Plane::new(&view, 0.0),
            y_offset: 0.0,
            cells,
            binned: 0..0,
            window: 0..0,
            most: u64::MAX,
            few: Few::new(few),
            glow: Glow::default(),
            version: 0,
        }
    }

    /// What is covered.
    pub fn view(&self) -> &DensityView {
        &self.view
    }

    /// How points become densities.
    pub fn mode(&self) -> DensityMode {
        self.mode
    }

    /// Covers another view: a new generation, unless nothing changes. `few` is as in [`new`](Self::new).
    pub fn set_view(&mut self, view: DensityView, few: usize) {
        if view == self.view {
            return;
        }
        let [width, height] = view.cells();
        let len = width * height + 1;
        self.view = view;
        self.plane = Plane::new(&view, self.y_offset);
        self.few = Few::new(few);
        self.start_anew(self.binned.end);
        match &mut self.cells {
            Cells::Points(cells) => cells.resize(len, 0),
            Cells::Strokes(cells) => cells.resize(len, 0),
            Cells::Glow(cells) => cells.resize(len, 0.0),
        }
    }

    /// Counts only the newest so many positions.
    pub fn set_most(&mut self, most: u64) {
        self.most = most;
    }

    /// Memory that the cells take, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        let bytes = match &self.cells {
            Cells::Points(cells) => cells.capacity() * size_of::<u32>(),
            Cells::Strokes(cells) => cells.capacity() * size_of::<u64>(),
            Cells::Glow(cells) => cells.capacity() * size_of::<f32>(),
        };
        bytes as u64
    }

    /// Grows with every change of a cell.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The positions that are counted.
    pub fn binned(&self) -> Range<u64> {
        self.binned.clone()
    }

    /// The share of the positions wanted that is counted, 1 when all are.
    pub fn share_done(&self) -> f64 {
        let wanted = self.window.end.saturating_sub(self.window.start);
        let done =
            self.binned.end.min(self.window.end).saturating_sub(self.binned.start.max(self.window.start));
        if wanted == 0 { 1.0 } else { done as f64 / wanted as f64 }
    }

    /// Whether all positions wanted are counted, and no others.
    pub fn is_done(&self) -> bool {
        self.binned == self.window
    }

    /// The positions of the points in the view (of the ends of strokes that touch it), in order, while they are few.
    /// Never for persistence.
    pub fn visible(&self) -> Option<&VecDeque<Range<u64>>> {
        let fades = matches!(self.mode, DensityMode::Persistence { .. });
        (!fades && !self.few.is_over).then_some(&self.few.ranges)
    }

    /// Densities of a row of cells, in points, the first row being the uppermost; `out` is filled anew.
    pub fn row(&self, row: usize, out: &mut Vec<f32>) {
        out.clear();
        let [width, height] = self.view.cells();
        if row >= height {
            return;
        }
        let places = row * width..(row + 1) * width;
        match &self.cells {
            Cells::Points(cells) => out.extend(cells[places].iter().map(|count| *count as f32)),
            Cells::Strokes(cells) => {
                out.extend(cells[places].iter().map(|units| *units as f32 * (1.0 / STROKE as f32)));
            }
            Cells::Glow(cells) => {
                let scale = (1.0 / (self.glow.weight * f64::from(STROKE))) as f32;
                out.extend(cells[places].iter().map(|glow| glow * scale));
            }
        }
    }

    /// Points in the view, or strokes, each by its share in the view; 0 for persistence.
    pub fn points(&self) -> u64 {
        match &self.cells {
            Cells::Points(cells) => inner(cells).iter().map(|count| u64::from(*count)).sum(),
            Cells::Strokes(cells) => inner(cells).iter().sum::<u64>() / u64::from(STROKE),
            Cells::Glow(_) => 0,
        }
    }

    /// Whole numbers in the cells: points, or 4,096 units for each stroke. Nothing for persistence.
    pub fn counts(&self) -> Vec<u64> {
        match &self.cells {
            Cells::Points(cells) => inner(cells).iter().map(|count| u64::from(*count)).collect(),
            Cells::Strokes(cells) => inner(cells).to_vec(),
            Cells::Glow(_) => Vec::new(),
        }
    }

    /// Counts what is new in `trace` up to the position `end`, takes out what is too old, and then goes on towards the
    /// oldest; at most `budget` positions in all. `now_secs` is the time by which strokes fade, and never falls.
    /// Returns how many positions were dealt with.
    ///
    /// The same trace each time: a new one, or another run, wants a new grid.
    pub fn update(&mut self, trace: &Trace, end: u64, budget: u64, now_secs: f64) -> u64 {
        self.y_offset = trace.y_offset();
        self.plane = Plane::new(&self.view, self.y_offset);
        let max = trace.max_points();
        let end = end.min(trace.end());
        let is_full = trace.has_forgotten();
        let margin = if is_full { (trace.end() - trace.start()) / 16 } else { 0 };
        let start = end.saturating_sub((max - max / 16).min(self.most));
        let start = start.max(trace.start() + margin).min(end);
        self.window = start..end;
        self.glow.go_on(self.mode, now_secs, end, &mut self.cells);
        let Range { start: from, end: to } = self.binned.clone();
        // While nothing new comes, the picture may keep what the trace forgets meanwhile.
        let stands_still = is_full && end <= to && (end == to || end >= trace.start());
        let is_readable = self.fades() || from >= trace.start() || stands_still;
        if from == to || from > end || to < trace.start() && !stands_still || !is_readable {
            self.start_anew(end);
        }
        let mut left = budget;
        let Range { start: from, end: to } = self.binned.clone();
        if to < end {
            let to_new = end.min(to.saturating_add(left));
            self.count(trace, from..to, from..to_new, Way::Newer);
            left -= to_new - to;
        } else if to > end && self.fades() {
            self.window.end = to;
        } else if to > end {
            // A plot was stopped at a place before the newest that it had drawn.
            self.count(trace, from..to, from..end, Way::Retract);
        }
        let Range { start: from, end: to } = self.binned.clone();
        if from > start {
            let oldest = start.max(self.glow.oldest_seen());
            let from_new = oldest.max(from.saturating_sub(left)).min(from);
            self.count(trace, from..to, from_new..to, Way::Older);
            left -= from - from_new;
            if from_new <= oldest {
                // What has faded already needs no counting.
                self.binned.start = start;
            }
        } else if self.fades() {
            self.binned.start = start;
        } else if from < trace.start() {
            self.window.start = from;
        } else if from < start {
            let from_new = start.min(from.saturating_add(left)).min(to);
            self.count(trace, from..to, from_new..to, Way::Evict);
            left -= from_new - from;
        }
        budget - left
    }

    fn fades(&self) -> bool {
        matches!(self.mode, DensityMode::Persistence { .. })
    }

    fn start_anew(&mut self, end: u64) {
        self.binned = end..end;
        self.few.clear();
        self.version += 1;
        match &mut self.cells {
            Cells::Points(cells) => cells.fill(0),
            Cells::Strokes(cells) => cells.fill(0),
            Cells::Glow(cells) => cells.fill(0.0),
        }
    }

    /// Goes from counting the positions `before` to counting those of `after`, which differ at one end.
    fn count(&mut self, trace: &Trace, before: Range<u64>, after: Range<u64>, way: Way) {
        self.binned = after.clone();
        // A stroke belongs to the position where it ends, and the first one has none before it.
        let first = u64::from(!matches!(self.mode, DensityMode::Scatter));
        let changed = match way {
            Way::Newer => before.end.max(before.start + first)..after.end,
            Way::Retract => after.end.max(before.start + first)..before.end,
            Way::Older => after.start + first..before.end.min(before.start + first),
            Way::Evict => before.start + first..before.end.min(after.start + first),
        };
        if changed.is_empty() {
            return;
        }
        self.version += 1;
        let is_added = matches!(way, Way::Newer | Way::Older);
        self.few.begin(is_added);
        match &mut self.cells {
            Cells::Points(cells) => {
                let one = if is_added { 1 } else { u32::MAX };
                count_points(trace, &self.plane, changed, cells, one, &mut self.few);
            }
            Cells::Strokes(cells) => {
                let sign = if is_added { 1 } else { u64::MAX };
                let few = &mut self.few;
                for_each_stroke(trace, &self.plane, changed, |position, a, b| {
                    few.add(position - 1..position + 1, || self.plane.is_touched(a, b));
                    self.plane.spread(a, b, position, |cell, units| {
                        cells[cell] = cells[cell].wrapping_add(u64::from(units).wrapping_mul(sign));
                    });
                });
            }
            Cells::Glow(cells) => {
                let glow = &self.glow;
                let mut weight = (0, 0.0);
                for_each_stroke(trace, &self.plane, changed, |position, a, b| {
                    if position >= weight.0 {
                        weight = glow.weight_at(position);
                    }
                    self.plane.spread(a, b, position, |cell, units| cells[cell] += units as f32 * weight.1);
                });
            }
        }
        self.few.end(&after, way);
    }
}

/// What lies in the view: all but the last.
fn inner<T>(cells: &[T]) -> &[T] {
    &cells[..cells.len() - 1]
}

/// How the positions counted change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Newer,
    Older,
    Evict,
    Retract,
}

fn count_points(
    trace: &Trace,
    plane: &Plane,
    positions: Range<u64>,
    cells: &mut [u32],
    one: u32,
    few: &mut Few,
) {
    let mut found = [0; BLOCK_LEN];
    for_each_block(trace, positions, |first, block| {
        plane.find(&block, &mut found);
        let found = &found[..block.y.len()];
        for cell in found {
            let cell = &mut cells[*cell as usize];
            *cell = cell.wrapping_add(one);
        }
        if few.is_wanted() {
            for (position, cell) in (first..).zip(found) {
                few.add(position..position + 1, || *cell != plane.outside);
            }
        }
    });
}

/// Calls `f` with position, begin and end, in cells, of each stroke near the view that ends at one of `positions`.
fn for_each_stroke(
    trace: &Trace,
    plane: &Plane,
    positions: Range<u64>,
    mut f: impl FnMut(u64, [f64; 2], [f64; 2]),
) {
    let before = positions.start - 1;
    let is_place = |at: &[f64; 2]| (at[0] + at[1]).is_finite();
    let mut last = trace.point(before).map(|(x, _)| plane.locate(x, trace.y_at(before))).filter(is_place);
    let mut expected = positions.start;
    for_each_block(trace, positions, |first, block| {
        if first != expected {
            last = None;
        }
        expected = first + block.y.len() as u64;
        for (position, (x, y)) in (first..).zip(block.x.iter().zip(block.y)) {
            let to = plane.locate(block.epoch + f64::from(*x), *y);
            if !is_place(&to) {
                last = None;
                continue;
            }
            let from = last.replace(to).unwrap_or(to);
            if plane.is_near(from, to) {
                f(position, from, to);
            }
        }
    });
}

/// Calls `f` with the points of each block that has some of `positions`, and the first one's position; not with what
/// was lost as whole pages.
fn for_each_block(trace: &Trace, positions: Range<u64>, mut f: impl FnMut(u64, Block<'_>)) {
    let mut xs = [0.0; BLOCK_LEN];
    let mut at = positions.start.max(trace.start());
    let end = positions.end.min(trace.end());
    while at < end {
        let to = ((at / BLOCK + 1) * BLOCK).min(end);
        if let Some(page) = trace.page_at(at) {
            let (epoch, x, y) = page.block(offset(at)..offset(to - 1) + 1);
            if let XMode::Uniform { .. } = trace.x_mode {
                // Only a rate that is not positive puts such a stream into the plane.
                let epoch = trace.x_at(at);
                for (x, position) in xs.iter_mut().zip(at..to) {
                    *x = (trace.x_at(position) - epoch) as f32;
                }
                f(at, Block { epoch, x: &xs[..y.len()], y });
            } else {
                f(at, Block { epoch, x, y });
            }
        }
        at = to;
    }
}

/// Which positions lie in the view, while they are few.
#[derive(Debug)]
struct Few {
    most: u64,
    count: u64,
    is_over: bool,
    ranges: VecDeque<Range<u64>>,
    /// Those found in the call.
    found: Vec<Range<u64>>,
    is_adding: bool,
}

impl Few {
    fn new(most: usize) -> Self {
        Self {
            most: most as u64,
            count: 0,
            is_over: most == 0,
            ranges: VecDeque::new(),
            found: Vec::new(),
            is_adding: false,
        }
    }

    fn clear(&mut self) {
        *self = Self::new(usize::try_from(self.most).unwrap_or(usize::MAX));
    }

    fn begin(&mut self, is_adding: bool) {
        self.is_adding = is_adding;
        self.found.clear();
    }

    fn is_wanted(&self) -> bool {
        self.is_adding && !self.is_over
    }

    #[inline]
    fn add(&mut self, positions: Range<u64>, is_visible: impl Fn() -> bool) {
        if !self.is_wanted() || !is_visible() {
            return;
        }
        match self.found.last_mut() {
            Some(last) if last.end >= positions.start => {
                self.count += positions.end - last.end;
                last.end = positions.end;
            }
            _ => {
                self.count += positions.end - positions.start;
                self.found.push(positions);
            }
        }
        self.is_over = self.count > self.most;
    }

    /// Puts what was found where it belongs, and keeps nothing outside `held`.
    fn end(&mut self, held: &Range<u64>, way: Way) {
        if self.is_over {
            self.ranges.clear();
            self.found.clear();
            return;
        }
        match way {
            Way::Newer => self.ranges.extend(self.found.drain(..)),
            Way::Older => self.found.drain(..).rev().for_each(|range| self.ranges.push_front(range)),
            Way::Evict => {
                while let Some(front) = self.ranges.front_mut() {
                    let gone = front.end.min(held.start).saturating_sub(front.start);
                    self.count = self.count.saturating_sub(gone);
                    front.start += gone;
                    if front.start < front.end {
                        break;
                    }
                    self.ranges.pop_front();
                }
            }
            Way::Retract => {
                while let Some(back) = self.ranges.back_mut() {
                    let gone = back.end.saturating_sub(back.start.max(held.end));
                    self.count = self.count.saturating_sub(gone);
                    back.end -= gone;
                    if back.start < back.end {
                        break;
                    }
                    self.ranges.pop_back();
                }
            }
        }
    }
}

/// When positions came, and the weight of what comes now: instead of fading all cells in each frame, new strokes
/// weigh more and more.
#[derive(Debug)]
struct Glow {
    now_secs: Option<f64>,
    fade_secs: f64,
    /// Weight of a stroke that comes now.
    weight: f64,
    /// One past the newest position, and when it was so: noted `MOMENTS` times while a stroke fades to 1/e.
    moments: VecDeque<(u64, f64)>,
}

impl Default for Glow {
    fn default() -> Self {
        Self { now_secs: None, fade_secs: 1.0, weight: 1.0, moments: VecDeque::new() }
    }
}

impl Glow {
    fn go_on(&mut self, mode: DensityMode, now_secs: f64, end: u64, cells: &mut Cells) {
        let (DensityMode::Persistence { fade_secs }, Cells::Glow(cells)) = (mode, cells) else { return };
        self.fade_secs = if fade_secs > 0.0 { fade_secs } else { f64::MIN_POSITIVE };
        let passed = self.now_secs.map_or(0.0, |last| (now_secs - last).max(0.0));
        self.now_secs = Some(now_secs);
        self.weight *= (passed / self.fade_secs).exp();
        if self.weight > HEAVIEST {
            let scale = (1.0 / self.weight) as f32;
            for cell in cells.iter_mut() {
                *cell *= scale;
            }
            self.weight = 1.0;
        }
        let is_due = |last: &(u64, f64)| now_secs - last.1 >= self.fade_secs / MOMENTS;
        match self.moments.back_mut() {
            Some(last) if !is_due(last) => last.0 = last.0.max(end),
            _ => self.moments.push_back((end, now_secs)),
        }
        let oldest = now_secs + self.fade_secs * FAINTEST.ln();
        while self.moments.len() > 1 && self.moments[1].1 < oldest {
            self.moments.pop_front();
        }
    }

    /// The first position that can still be seen.
    fn oldest_seen(&self) -> u64 {
        match (self.now_secs, self.moments.front()) {
            (Some(now), Some((end, came))) if *came < now + self.fade_secs * FAINTEST.ln() => *end,
            _ => 0,
        }
    }

    /// The first position after `position` that weighs something else, and the weight of `position`, in units.
    fn weight_at(&self, position: u64) -> (u64, f32) {
        let now = self.now_secs.unwrap_or_default();
        let at = self.moments.partition_point(|(end, _)| *end <= position);
        let (until, came) = self.moments.get(at).copied().unwrap_or((u64::MAX, now));
        (until, (self.weight * ((came - now) / self.fade_secs).exp()) as f32)
    }
}
