//! How much a frame leaves out while data move, so that the frame rate does not fall first: numbers only.
//!
//! 1. It falls a level when half of the last frames took longer than [`BUDGET_SECS`], and only while frames come one
//!    after the other: data that come twice a second are not drawn worse for it.
//! 2. It remembers how much falling saved and rises when what is drawn now, at the better level, would be well within
//!    the budget: on a load that stays the same it does not go up and down.
//! 3. Where falling saves nothing (a slow screen, a slow computer) it is taken back, and not tried again for a while.
//! 4. What stands still is drawn in full: a paused plot, a picture file, the last frame before nothing comes.

use std::collections::VecDeque;

use crate::render::PxRect;

/// A frame that takes longer is too long: 30 a second.
pub(crate) const BUDGET_SECS: f64 = 1.0 / 30.0;
/// After so long without a frame the picture stands still, and is drawn in full.
pub(crate) const REST_SECS: f64 = 0.25;
/// Frames that are judged together.
const FRAMES: usize = 15;
/// A better level must be expected to take less than this share of the budget, for this long.
const ROOM: f64 = 0.7;
const CALM_SECS: f64 = 2.0;
/// Falling must save this share, or it is taken back.
const LEAST_SAVED: f64 = 0.15;
/// Until something is tried against expectation, again and again; doubled each time that it fails.
const PATIENCE_SECS: f64 = 30.0;
const MOST_PATIENCE_SECS: f64 = 600.0;

/// What a frame may leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Quality {
    /// Nothing.
    #[default]
    Full,
    /// Lines of some points for each pixel column are drawn as the exact extremes of each column, without marks on
    /// single points: what they cover is the same, their slants are less smooth.
    Lean,
    /// As lean, and each pixel of the plots is two wide and two high; extremes are still exact.
    Coarse,
}

impl Quality {
    /// Points for each pixel column up to which a trace is drawn point by point.
    pub(crate) fn points_per_column(self) -> f64 {
        match self {
            Self::Full => 2.0,
            Self::Lean | Self::Coarse => 0.125,
        }
    }

    /// Side of what is drawn as one pixel of a plot, pixels of the target.
    pub(crate) fn pixel(self) -> f32 {
        match self {
            Self::Full | Self::Lean => 1.0,
            Self::Coarse => 2.0,
        }
    }

    /// A plot's area in pixels of the plot: all that it touches.
    pub(crate) fn pixels_of(self, area: PxRect) -> PxRect {
        let side = self.pixel();
        let [x, y] = [(area.x / side).floor(), (area.y / side).floor()];
        let [right, bottom] = [((area.x + area.w) / side).ceil(), ((area.y + area.h) / side).ceil()];
        PxRect { x, y, w: right - x, h: bottom - y }
    }

    fn worse(self) -> Option<Self> {
        match self {
            Self::Full => Some(Self::Lean),
            Self::Lean => Some(Self::Coarse),
            Self::Coarse => None,
        }
    }

    fn better(self) -> Option<Self> {
        match self {
            Self::Full => None,
            Self::Lean => Some(Self::Full),
            Self::Coarse => Some(Self::Lean),
        }
    }
}

/// Chooses the level of quality from how long frames take.
#[derive(Debug)]
pub(crate) struct Governor {
    level: Quality,
    /// What the last frames of this level took, seconds.
    costs: VecDeque<f64>,
    /// When the last frame ended.
    last_end: Option<f64>,
    /// What a frame took before it fell to this level, until it is known what one takes at it.
    before: Option<f64>,
    /// How many times longer a frame took before it fell to each level.
    saved: [f64; 3],
    calm_since: Option<f64>,
    /// When it rose last, against expectation or not.
    rose: Option<f64>,
    patience_secs: f64,
    /// Does not fall before this.
    not_before: f64,
}

impl Default for Governor {
    fn default() -> Self {
        Self {
            level: Quality::Full,
            costs: VecDeque::with_capacity(FRAMES),
            last_end: None,
            before: None,
            saved: [1.0; 3],
            calm_since: None,
            rose: None,
            patience_secs: PATIENCE_SECS,
            not_before: f64::NEG_INFINITY,
        }
    }
}

impl Governor {
    /// The level for the next frame while things move.
    pub(crate) fn level(&self) -> Quality {
        self.level
    }

    /// A frame of the level began at a time and took so long, both in seconds.
    pub(crate) fn drew(&mut self, began: f64, took: f64) {
        let is_apart = self.last_end.is_none_or(|end| began - end >= REST_SECS);
        self.last_end = Some(began + took);
        if is_apart {
            self.costs.clear();
            self.calm_since = None;
        }
        if self.costs.len() == FRAMES {
            self.costs.pop_front();
        }
        self.costs.push_back(took);
        if self.costs.len() == FRAMES {
            self.judge(began + took);
        }
    }

    fn judge(&mut self, now: f64) {
        let cost = median(&self.costs);
        let level = self.level as usize;
        let has_fallen = self.before.is_some();
        if let Some(before) = self.before.take() {
            self.saved[level] = if cost > 0.0 { (before / cost).max(1.0) } else { 1.0 };
        }
        if cost > BUDGET_SECS {
            self.calm_since = None;
            let saved: f64 = self.saved[1..=level].iter().product();
            match self.level.worse() {
                Some(worse) if now >= self.not_before => self.fall(worse, cost, now),
                // As slow as with everything: then with everything. Later than this it is another load that is slow.
                None if has_fallen && saved * (1.0 - LEAST_SAVED) < 1.0 => {
                    self.not_before = now + self.patience_secs;
                    self.patience_secs = (self.patience_secs * 2.0).min(MOST_PATIENCE_SECS);
                    self.go(Quality::Full);
                }
                _ => {}
            }
            return;
        }
        let Some(better) = self.level.better() else { return };
        let saved = self.saved[level];
        let is_expected = cost * saved < BUDGET_SECS * ROOM;
        let is_worth_a_try = cost < BUDGET_SECS * 0.5;
        let since = *self.calm_since.get_or_insert(now);
        let wait = if is_expected { CALM_SECS } else { self.patience_secs };
        if !is_expected && !is_worth_a_try {
            self.calm_since = None;
        } else if now - since >= wait {
            if !is_expected {
                self.patience_secs = (self.patience_secs * 2.0).min(MOST_PATIENCE_SECS);
            }
            self.rose = Some(now);
            self.go(better);
        }
    }

    fn fall(&mut self, worse: Quality, cost: f64, now: f64) {
        if self.rose.is_none_or(|rose| now - rose > MOST_PATIENCE_SECS) {
            // It was well for long: another load.
            self.patience_secs = PATIENCE_SECS;
        }
        self.go(worse);
        self.before = Some(cost);
    }

    fn go(&mut self, level: Quality) {
        self.level = level;
        self.before = None;
        self.costs.clear();
        self.calm_since = None;
    }

    /// The window has another size: what was learnt about costs is worth nothing.
    pub(crate) fn resized(&mut self) {
        *self = Self { level: self.level, ..Self::default() };
    }
}

fn median(costs: &VecDeque<f64>) -> f64 {
    let mut sorted: Vec<f64> = costs.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws frames one after the other for a time; `cost` tells what one takes at a level and a time. The level of each.
    fn run(
        governor: &mut Governor,
        from: f64,
        secs: f64,
        cost: impl Fn(Quality, f64) -> f64,
    ) -> Vec<Quality> {
        let (mut now, mut levels) = (from, Vec::new());
        while now < from + secs {
            let level = governor.level();
            levels.push(level);
            let took = cost(level, now);
            governor.drew(now, took);
            now += took.max(1.0 / 60.0);
        }
        levels
    }

    fn changes(levels: &[Quality]) -> usize {
        levels.windows(2).filter(|w| w[0] != w[1]).count()
    }

    #[test]
    fn what_is_fast_enough_is_drawn_in_full() {
        let levels = run(&mut Governor::default(), 0.0, 60.0, |_, _| 0.03);
        assert_eq!(changes(&levels), 0);
    }

    #[test]
    fn a_single_slow_frame_is_none() {
        let cost = |_, now: f64| if (now * 2.0).fract() < 0.1 { 0.3 } else { 0.01 };
        assert_eq!(changes(&run(&mut Governor::default(), 0.0, 60.0, cost)), 0);
    }

    #[test]
    fn it_falls_within_seconds_to_the_first_level_that_is_fast_enough() {
        for (costs, expected) in [([0.05, 0.02, 0.01], Quality::Lean), ([0.1, 0.09, 0.03], Quality::Coarse)] {
            let mut governor = Governor::default();
            let levels = run(&mut governor, 0.0, 3.0, |level, _| costs[level as usize]);
            assert_eq!(governor.level(), expected);
            assert!(levels.iter().take(FRAMES).all(|level| *level == Quality::Full));
        }
    }

    #[test]
    fn a_load_that_stays_the_same_does_not_make_it_go_up_and_down() {
        for costs in [[0.04, 0.03, 0.02], [0.1, 0.01, 0.005], [0.2, 0.1, 0.05], [0.06, 0.05, 0.001]] {
            let mut governor = Governor::default();
            run(&mut governor, 0.0, 5.0, |level, _| costs[level as usize]);
            let levels = run(&mut governor, 5.0, 20.0, |level, _| costs[level as usize]);
            assert_eq!(changes(&levels), 0, "{costs:?}");
            // Tried against expectation now and then, ever more seldom.
            let hour = run(&mut governor, 25.0, 3600.0, |level, _| costs[level as usize]);
            assert!(changes(&hour) <= 30, "{costs:?}: {}", changes(&hour));
            let best = hour.iter().filter(|level| **level == Quality::Full).count();
            assert!(best < hour.len() / 20, "{costs:?}");
        }
    }

    #[test]
    fn it_rises_when_the_load_is_gone() {
        let mut governor = Governor::default();
        let heavy = [0.1, 0.06, 0.03];
        run(&mut governor, 0.0, 5.0, |level, _| heavy[level as usize]);
        assert_eq!(governor.level(), Quality::Coarse);
        run(&mut governor, 5.0, 10.0, |level, _| heavy[level as usize] / 10.0);
        assert_eq!(governor.level(), Quality::Full);
    }

    #[test]
    fn a_load_that_grows_later_is_no_reason_to_draw_more() {
        let mut governor = Governor::default();
        let heavy = [0.1, 0.06, 0.03];
        run(&mut governor, 0.0, 5.0, |level, _| heavy[level as usize]);
        let levels = run(&mut governor, 5.0, 20.0, |level, _| heavy[level as usize] * 4.0);
        assert_eq!((governor.level(), changes(&levels)), (Quality::Coarse, 0));
        let mut governor = Governor::default();
        run(&mut governor, 0.0, 60.0, |level, _| [0.04, 0.02, 0.01][level as usize]);
        let levels = run(&mut governor, 60.0, 20.0, |level, _| [0.4, 0.2, 0.1][level as usize]);
        assert_eq!((governor.level(), changes(&levels)), (Quality::Coarse, 1));
    }

    #[test]
    fn where_falling_saves_nothing_it_is_taken_back() {
        // A screen of 20 Hz, which makes every frame wait.
        let mut governor = Governor::default();
        let levels = run(&mut governor, 0.0, 3600.0, |_, _| 0.05);
        let full = levels.iter().filter(|level| **level == Quality::Full).count();
        assert!(full > levels.len() * 9 / 10, "{full} of {}", levels.len());
    }

    #[test]
    fn frames_that_come_now_and_then_are_drawn_in_full() {
        let mut governor = Governor::default();
        for i in 0..100 {
            governor.drew(f64::from(i), 0.2);
        }
        assert_eq!(governor.level(), Quality::Full);
    }

    #[test]
    fn absurd_times_are_no_panic() {
        let mut governor = Governor::default();
        for took in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300].repeat(50) {
            governor.drew(took, took);
        }
        assert!(governor.level() <= Quality::Coarse);
    }
}
