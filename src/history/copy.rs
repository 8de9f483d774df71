//! Samples copied out of a [`Trace`], a page at a time.

use super::paging::{BLOCK_LEN, PAGE_LEN, offset};
use super::trace::Trace;
use crate::ring::{BLOCK, Batch, Point, XMode};

impl Trace {
    /// Copies points from position `from` on into `batch`, at most its limit: as they would come out of a ring, and up
    /// to where a lost run begins. Where `from` is forgotten or lost, from the first position after it that is held.
    pub fn copy(&self, from: u64, batch: &mut Batch) {
        let mut first = from.clamp(self.start, self.end);
        if let Some(run) = self.lost.touching(&(first..first + 1)).next() {
            first = run.end.min(self.end);
        }
        let most = self.end.min(first.saturating_add(batch.limit as u64));
        let end = self.lost.touching(&(first..most)).next().map_or(most, |run| run.start);
        batch.x_mode = self.x_mode;
        batch.first = first;
        batch.points.clear();
        batch.epochs.clear();
        let mut at = first;
        while at < end {
            let from = offset(at);
            let until = ((end - at) as usize).saturating_add(from).min(match self.x_mode {
                XMode::Uniform { .. } => PAGE_LEN,
                // One epoch at a time.
                XMode::Timed | XMode::Xy => (from / BLOCK_LEN + 1) * BLOCK_LEN,
            });
            let Some(page) = self.page_at(at) else { break };
            let ys = &page.values()[from..until];
            match page.x() {
                None => batch.points.extend(ys.iter().map(|y| Point { x: 0.0, y: *y })),
                Some(x) => {
                    let (xs, epoch) = x.of_block(from..until);
                    batch.epochs.push(epoch);
                    batch.points.extend(xs.iter().zip(ys).map(|(x, y)| Point { x: *x, y: *y }));
                }
            }
            at += (until - from) as u64;
        }
        if matches!(self.x_mode, XMode::Uniform { .. }) {
            let blocks = batch.end().div_ceil(BLOCK).saturating_sub(batch.first / BLOCK);
            batch.epochs.resize(blocks as usize, 0.0);
        }
    }
}
