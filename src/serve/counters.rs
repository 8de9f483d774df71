//! What the server counts of itself.

use std::sync::Mutex;

use crate::store::lock;

/// Totals since the start.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) requests: u64,
    pub(super) refused: u64,
    pub(super) frames_sent: u64,
    pub(super) frames_skipped: u64,
    pub(super) frame_bytes: u64,
}

/// Totals that every connection adds to.
#[derive(Debug, Default)]
pub(super) struct Counters(Mutex<Totals>);

impl Counters {
    pub(super) fn add(&self, change: impl FnOnce(&mut Totals)) {
        change(&mut lock(&self.0));
    }

    pub(super) fn now(&self) -> Totals {
        *lock(&self.0)
    }
}
