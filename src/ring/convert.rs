//! Slices of values and of times made into points and stored, four points a turn where the machine can.
//!
//! The stores are those of [`super::copy`], and so is the argument why they are no data race and why torn words do no harm.
//! SSE2 is enough: every x86-64 has it, and what bounds these loops is one vector store a cycle. Made in memory first and
//! then copied in bulk, values and times took twice as long.

use super::Point;
use super::copy::{Copier, Word};
use super::sync::{AtomicU64, Ordering};

/// Points a turn.
#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
const TURN: usize = 4;

impl Copier {
    /// Stores the points (0, `y[i]`) into as many slots; of slices of unequal length, the shorter.
    #[inline]
    pub(super) fn store_values(self, slots: &[AtomicU64], y: &[f32]) {
        let done = self.store_values_in_turns(slots, y);
        for (slot, y) in slots.iter().zip(y).skip(done) {
            // Nothing to take apart, see `whole.rs`: no half is a float.
            slot.store(u64::from(y.to_bits()) << 32, Ordering::Relaxed);
        }
    }

    /// Stores the points (`t[i] - epoch`, `y[i]`) into as many slots; of slices of unequal length, the shortest.
    #[inline]
    pub(super) fn store_times(self, slots: &[AtomicU64], t: &[f64], y: &[f32], epoch: f64) {
        let done = self.store_times_in_turns(slots, t, y, epoch);
        for ((slot, t), y) in slots.iter().zip(t).zip(y).skip(done) {
            slot.store(Point::new((t - epoch) as f32, *y).to_word(), Ordering::Relaxed);
        }
    }

    /// How many were stored: all but a rest.
    #[inline]
    #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
    #[expect(unsafe_code, reason = "slots are stored in bulk")]
    fn store_values_in_turns(self, slots: &[AtomicU64], y: &[f32]) -> usize {
        let count = slots.len().min(y.len()) / TURN * TURN;
        if count == 0 || self == Self::Words {
            return 0;
        }
        // SAFETY: turn by turn it reads `count` values of `y` and writes `count` slots, which both have. The slots are atomics,
        // so writing through a pointer to a shared reference to them is allowed.
        unsafe {
            std::arch::asm!(
                "xorps {zero}, {zero}",
                ".p2align 4",
                "2:",
                "movups {y}, [{from} + 4 * {at}]",
                "movaps {low}, {zero}",
                "unpcklps {low}, {y}",
                "movaps {high}, {zero}",
                "unpckhps {high}, {y}",
                "movups [{to} + 8 * {at}], {low}",
                "movups [{to} + 8 * {at} + 16], {high}",
                "add {at}, 4",
                "cmp {at}, {count}",
                "jb 2b",
                from = in(reg) y.as_ptr(),
                to = in(reg) slots.as_ptr(),
                count = in(reg) count,
                at = inout(reg) 0usize => _,
                zero = out(xmm_reg) _,
                y = out(xmm_reg) _,
                low = out(xmm_reg) _,
                high = out(xmm_reg) _,
                options(nostack),
            );
        }
        count
    }

    /// How many were stored: all but a rest.
    #[inline]
    #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
    #[expect(unsafe_code, reason = "slots are stored in bulk")]
    fn store_times_in_turns(self, slots: &[AtomicU64], t: &[f64], y: &[f32], epoch: f64) -> usize {
        let count = slots.len().min(t.len()).min(y.len()) / TURN * TURN;
        if count == 0 || self == Self::Words {
            return 0;
        }
        // SAFETY: turn by turn it reads `count` values of `t` and of `y` and writes `count` slots, which all have. The slots are
        // atomics, so writing through a pointer to a shared reference to them is allowed.
        unsafe {
            std::arch::asm!(
                "unpcklpd {epoch}, {epoch}",
                ".p2align 4",
                "2:",
                "movupd {low}, [{t} + 8 * {at}]",
                "movupd {high}, [{t} + 8 * {at} + 16]",
                "subpd {low}, {epoch}",
                "subpd {high}, {epoch}",
                "cvtpd2ps {low}, {low}",
                "cvtpd2ps {high}, {high}",
                "movq {two}, [{y} + 4 * {at}]",
                "unpcklps {low}, {two}",
                "movq {two}, [{y} + 4 * {at} + 8]",
                "unpcklps {high}, {two}",
                "movups [{to} + 8 * {at}], {low}",
                "movups [{to} + 8 * {at} + 16], {high}",
                "add {at}, 4",
                "cmp {at}, {count}",
                "jb 2b",
                t = in(reg) t.as_ptr(),
                y = in(reg) y.as_ptr(),
                to = in(reg) slots.as_ptr(),
                count = in(reg) count,
                at = inout(reg) 0usize => _,
                epoch = inout(xmm_reg) epoch => _,
                two = out(xmm_reg) _,
                low = out(xmm_reg) _,
                high = out(xmm_reg) _,
                options(nostack),
            );
        }
        count
    }

    #[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
    #[expect(clippy::unused_self, reason = "there is only one way here")]
    fn store_values_in_turns(self, _: &[AtomicU64], _: &[f32]) -> usize {
        0
    }

    #[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
    #[expect(clippy::unused_self, reason = "there is only one way here")]
    fn store_times_in_turns(self, _: &[AtomicU64], _: &[f64], _: &[f32], _: f64) -> usize {
        0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const GUARD: u64 = 0xDEAD_BEEF_DEAD_BEEF;

    fn slots() -> Vec<AtomicU64> {
        (0..80).map(|_| AtomicU64::new(GUARD)).collect()
    }

    fn words(slots: &[AtomicU64]) -> Vec<u64> {
        slots.iter().map(|slot| slot.load(Ordering::Relaxed)).collect()
    }

    /// What is stored at `at`, and the guards around it.
    fn awaited(at: usize, points: impl Iterator<Item = Point>) -> Vec<u64> {
        let mut words = vec![GUARD; at];
        words.extend(points.map(Point::to_bits));
        words.resize(80, GUARD);
        words
    }

    #[test]
    fn every_length_at_every_offset_is_stored_and_nothing_beside() {
        let t: Vec<f64> = (0..72).map(|i| 1e9 + f64::from(i) / 3.0).collect();
        let mut y: Vec<f32> = (0..72).map(|i| -0.5 - i as f32).collect();
        y[5] = f32::NAN;
        for copier in [Copier::Words, Copier::detect()] {
            for (length, at) in (0..=70).flat_map(|length| (0..4).map(move |at| (length, at))) {
                for from in [0, 1] {
                    let (t, y) = (&t[from..from + length], &y[from..from + length]);
                    let stored = slots();
                    copier.store_values(&stored[at..at + length], y);
                    assert_eq!(words(&stored), awaited(at, y.iter().map(|y| Point::new(0.0, *y))));
                    let stored = slots();
                    copier.store_times(&stored[at..at + length], t, y, 1e9);
                    let points = t.iter().zip(y).map(|(t, y)| Point::new((t - 1e9) as f32, *y));
                    assert_eq!(words(&stored), awaited(at, points), "{copier:?}, {length} at {at}");
                }
            }
        }
    }

    #[test]
    fn of_unequal_slices_the_shortest_counts() {
        let stored = slots();
        Copier::detect().store_times(&stored[..40], &[1.0; 20], &[2.0; 30], 0.5);
        assert_eq!(words(&stored), awaited(0, [Point::new(0.5, 2.0); 20].into_iter()));
        let stored = slots();
        Copier::detect().store_values(&stored[..9], &[2.0; 30]);
        assert_eq!(words(&stored), awaited(0, [Point::new(0.0, 2.0); 9].into_iter()));
    }
}
