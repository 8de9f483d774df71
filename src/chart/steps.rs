//! Steps back and forward through what was shown.

use super::axes::MOST_Y_AXES;
use super::view::Interval;
use crate::history::Scale;
use crate::ring::sync::{AtomicUsize, Ordering};
use crate::store::Clock;
use std::collections::VecDeque;

/// Notches of a wheel, or repeats of a key, this near to each other are one step, seconds.
pub(crate) const BURST_SECS: f64 = 0.7;

/// Steps back at most.
pub(crate) const MOST: usize = 100;

/// Steps are numbered over all plots: of linked ones, the newest step is the first to go back.
pub(crate) static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// Steps back and forward through values of any kind.
#[derive(Clone, Debug)]
pub(super) struct Steps<T> {
    /// Each with the number of the step that left it.
    before: VecDeque<(T, usize)>,
    now: Option<T>,
    after: Vec<(T, usize)>,
    /// When the last notch of a burst came.
    notch_secs: Option<f64>,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self { before: VecDeque::new(), now: None, after: Vec::new(), notch_secs: None }
    }
}

impl<T: Clone + PartialEq> Steps<T> {
    /// Takes in what is shown now: a step, if it is not what was shown before. `is_notch` if it came by a notch of the
    /// wheel or a key that may be held down.
    pub(super) fn observe(&mut self, seen: &T, is_notch: bool, now_secs: f64) {
        let Some(now) = self.now.replace(seen.clone()) else { return };
        if now == *seen {
            return;
        }
        self.after.clear();
        let is_near = |notch_secs: f64| (now_secs - notch_secs).abs() <= BURST_SECS;
        if is_notch && self.notch_secs.is_some_and(is_near) {
            // Back and forth in one burst is no step at all.
            if self.before.back().is_some_and(|(before, _)| before == seen) {
                self.before.pop_back();
                self.notch_secs = None;
                return;
            }
        } else {
            self.before.push_back((now, NUMBER.fetch_add(1, Ordering::Relaxed)));
            let surplus = self.before.len().saturating_sub(MOST);
            self.before.drain(..surplus);
        }
        self.notch_secs = is_notch.then_some(now_secs);
    }

    /// What is shown changed by itself: no step.
    pub(super) fn settle(&mut self, now: T) {
        self.now = Some(now);
    }

    /// Numbers of the step that would be gone back, and of the one that would be gone forward again.
    pub(crate) fn next(&self) -> [Option<usize>; 2] {
        [self.before.back().map(|(_, number)| *number), self.after.last().map(|(_, number)| *number)]
    }

    /// One step back; `None` at the first.
    pub(super) fn back(&mut self) -> Option<T> {
        let (to, number) = self.before.pop_back()?;
        self.after.extend(self.now.replace(to.clone()).map(|now| (now, number)));
        self.notch_secs = None;
        Some(to)
    }

    /// One step forward again; `None` at the last.
    pub(super) fn forward(&mut self) -> Option<T> {
        let (to, number) = self.after.pop()?;
        self.before.extend(self.now.replace(to.clone()).map(|now| (now, number)));
        self.notch_secs = None;
        Some(to)
    }
}

/// What a plot was asked to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Standing {
    pub(crate) is_live: bool,
    /// `None` where it follows or fits.
    pub(crate) x: Option<Interval>,
    pub(crate) x_by_hand: bool,
    pub(crate) x_scale: Scale,
    /// Of each y axis that there is.
    pub(crate) y: [Option<StandingY>; MOST_Y_AXES],
    pub(crate) span: Option<f64>,
    pub(crate) clock: Clock,
}

/// What a y axis was asked to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StandingY {
    /// `None` where it fits.
    pub(crate) view: Option<Interval>,
    pub(crate) by_hand: bool,
    pub(crate) scale: Scale,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn notches_of_one_burst_are_one_step() {
        let mut steps = Steps::default();
        for (at, value) in [(0.0, 0), (1.0, 1), (1.5, 2), (2.1, 3), (2.9, 4)] {
            steps.observe(&value, true, at);
        }
        assert_eq!([steps.back(), steps.back(), steps.back()], [Some(3), Some(0), None]);
        assert_eq!([steps.forward(), steps.forward(), steps.forward()], [Some(3), Some(4), None]);
    }

    #[test]
    fn a_burst_that_comes_back_is_no_step() {
        let mut steps = Steps::default();
        for (at, value) in [(0.0, 0), (0.1, 1), (0.2, 0)] {
            steps.observe(&value, true, at);
        }
        assert_eq!(steps.back(), None);
    }

    #[test]
    fn what_changes_by_itself_is_no_step() {
        let mut steps = Steps::default();
        steps.observe(&0, false, 0.0);
        steps.settle(1);
        steps.observe(&1, false, 5.0);
        assert_eq!(steps.back(), None);
    }

    #[test]
    fn a_step_forgets_what_lay_ahead_and_old_steps_go() {
        let mut steps = Steps::default();
        for value in 0..1000 {
            steps.observe(&value, false, 0.0);
        }
        let back: Vec<i32> = std::iter::from_fn(|| steps.back()).collect();
        assert_eq!(back, (999 - MOST as i32..999).rev().collect::<Vec<_>>());
        steps.observe(&5000, false, 0.0);
        assert_eq!((steps.forward(), steps.back()), (None, Some(899)));
    }

    #[derive(Clone, Debug)]
    enum Act {
        See { value: u8, is_notch: bool, after_secs: f64 },
        Back,
        Forward,
    }

    fn act() -> impl Strategy<Value = Act> {
        let see = (0u8..4, any::<bool>(), 0.0..1.5).prop_map(|(value, is_notch, after_secs)| Act::See {
            value,
            is_notch,
            after_secs,
        });
        prop_oneof![3 => see, 1 => Just(Act::Back), 1 => Just(Act::Forward)]
    }

    proptest! {
        #[test]
        fn steps_are_those_of_a_list_with_a_place_in_it(acts in prop::collection::vec(act(), 0..80)) {
            let (mut list, mut place, mut burst) = (vec![9u8], 0, None::<f64>);
            let (mut steps, mut now) = (Steps::default(), 0.0);
            steps.observe(&9, false, 0.0);
            for act in acts {
                match act {
                    Act::See { value, is_notch, after_secs } => {
                        now += after_secs;
                        steps.observe(&value, is_notch, now);
                        if value == list[place] {
                            continue;
                        }
                        list.truncate(place + 1);
                        if is_notch && burst.is_some_and(|at| now - at <= BURST_SECS) {
                            list.pop();
                        }
                        let is_new = list.last() != Some(&value);
                        if is_new {
                            list.push(value);
                        }
                        place = list.len() - 1;
                        burst = (is_notch && is_new).then_some(now);
                    }
                    Act::Back => {
                        let to = place.checked_sub(1);
                        prop_assert_eq!(steps.back(), to.map(|to| list[to]));
                        if let Some(to) = to {
                            (place, burst) = (to, None);
                        }
                    }
                    Act::Forward => {
                        let to = list.get(place + 1).copied();
                        prop_assert_eq!(steps.forward(), to);
                        if to.is_some() {
                            (place, burst) = (place + 1, None);
                        }
                    }
                }
            }
        }
    }
}
