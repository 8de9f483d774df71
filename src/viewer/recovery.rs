//! When to open a lost device again, and when to give up: numbers only.
//!
//! 1. The first try comes at once, each further one later than the one before: a driver that is down is not asked in a
//!    loop.
//! 2. An episode ends when pictures have been fine for [`STABLE`]; one that lasts [`PATIENCE`] is the end. So a device
//!    that is lost again after each frame is given up like one that cannot be opened.

use std::time::{Duration, Instant};

/// Pictures must be fine for this long to be sure that they will be.
const STABLE: Duration = Duration::from_secs(2);
/// How long nothing, or nothing lasting, may come of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Until the second try; doubled for each further one.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest time between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What to do about a device that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Open it then.
    TryAt(Instant),
    /// It has been tried for long enough.
    GiveUp,
}

/// What became of the device so far.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    /// Times that it was lost.
    losses: u32,
    episode: Option<Episode>,
}

#[derive(Debug)]
struct Episode {
    began: Instant,
    tries: u32,
    /// Pictures have been fine since.
    fine_since: Option<Instant>,
}

impl Recovery {
    /// The device, or what it draws into, is gone at this moment.
    pub(crate) fn lost(&mut self, now: Instant) -> Advice {
        self.losses = self.losses.saturating_add(1);
        self.failed(now)
    }

    /// Nothing could be opened, or what was opened is gone.
    pub(crate) fn failed(&mut self, now: Instant) -> Advice {
        let was_fine = |since: Instant| now.saturating_duration_since(since) >= STABLE;
        if self.episode.as_ref().and_then(|episode| episode.fine_since).is_some_and(was_fine) {
            self.episode = None;
        }
        let episode = self.episode.get_or_insert(Episode { began: now, tries: 0, fine_since: None });
        episode.fine_since = None;
        if now.saturating_duration_since(episode.began) >= PATIENCE {
            return Advice::GiveUp;
        }
        let wait = match episode.tries.checked_sub(1) {
            None => Duration::ZERO,
            Some(more) => (FIRST_WAIT * 2u32.pow(more.min(8))).min(LONGEST_WAIT),
        };
        episode.tries = episode.tries.saturating_add(1);
        Advice::TryAt(now + wait)
    }

    /// A picture went to the screen.
    pub(crate) fn drew(&mut self, now: Instant) {
        if let Some(episode) = &mut self.episode {
            episode.fine_since.get_or_insert(now);
        }
    }

    /// How often it was lost.
    pub(crate) fn losses(&self) -> u32 {
        self.losses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens it whenever told; after each it draws for `fine`. How often within a minute, and whether it gave up.
    fn opened(fine: Duration) -> (u32, bool) {
        let start = Instant::now();
        let (mut recovery, mut now, mut count) = (Recovery::default(), start, 0);
        while now < start + Duration::from_mins(1) {
            match recovery.lost(now) {
                Advice::GiveUp => return (count, true),
                Advice::TryAt(at) => now = at,
            }
            count += 1;
            let until = now + fine;
            while now < until {
                recovery.drew(now);
                now += Duration::from_millis(16);
            }
        }
        (count, false)
    }

    #[test]
    fn a_device_lost_now_and_then_is_opened_at_once_and_for_ever() {
        assert_eq!(opened(Duration::from_secs(6)), (10, false));
    }

    #[test]
    fn one_picture_and_a_long_rest_is_fine() {
        let start = Instant::now();
        let mut recovery = Recovery::default();
        recovery.lost(start);
        recovery.drew(start + Duration::from_millis(100));
        let later = start + Duration::from_hours(1);
        assert_eq!(recovery.lost(later), Advice::TryAt(later));
    }

    #[test]
    fn one_that_never_lasts_is_tried_a_few_times_and_given_up() {
        for fine in [Duration::ZERO, Duration::from_millis(16), Duration::from_secs(1)] {
            let (count, has_given_up) = opened(fine);
            assert!(has_given_up && (4..=12).contains(&count), "{fine:?}: {count}");
        }
    }

    #[test]
    fn tries_become_rarer_until_patience_is_over() {
        let start = Instant::now();
        let (mut recovery, mut now) = (Recovery::default(), start);
        let mut waits = Vec::new();
        let mut advice = recovery.lost(now);
        while let Advice::TryAt(at) = advice {
            waits.push(at - now);
            // An attempt that hangs a while.
            now = at + Duration::from_millis(50);
            advice = recovery.failed(now);
        }
        assert_eq!(waits[0], Duration::ZERO);
        assert!(waits.windows(2).all(|w| w[0] < w[1] || w[1] == LONGEST_WAIT), "{waits:?}");
        let total = now - start;
        assert!(total >= PATIENCE && total < PATIENCE + LONGEST_WAIT * 2, "{total:?}");
        assert_eq!(recovery.losses(), 1);
    }
}
