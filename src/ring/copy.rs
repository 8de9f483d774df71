//! Runs of slots copied in bulk: the processor's widest moves where a run is one, single words elsewhere.
//!
//! [`Copier::store`] and [`Copier::load`] mean what a loop of relaxed 8-byte accesses, one a slot, means, except that the
//! order of the slots is open and that a slot that is overwritten meanwhile may be *torn*: some bytes old, some new.
//! The loop itself would do; LLVM makes no wide moves of it, and it takes up to 1.4 times as long as memcpy.
//!
//! Why this is no data race. A plain `ptr::copy` of slots that another process may access would be one, and undefined.
//! The moves below are inline assembly. Its accesses are not Rust's but the machine's: to the compiler a block is a
//! foreign function that may access any memory that is reachable for it (Rust Reference, "Rules for inline assembly":
//! the memory locations that a block may read and write are those of an FFI function; the compiler may not assume what
//! instructions it holds), so nothing is moved over it, merged with it or inferred from it. What a block does must be
//! something that Rust could have done, and is:
//! - a load is any number of relaxed loads of each slot, the bytes of the result taken from any of them;
//! - a store is, for each slot, any number of relaxed stores of mixtures of the old word and the new one, and at last of
//!   the new one. Nobody else stores, so the old word is known.
//!
//! Why torn words do no harm: who copied one drops it. Let any byte of the copy of position p be of a later point q on
//! the same slot. Then q's reservation was raised, and P2's release fence passed, before that byte was stored, and
//! the byte was loaded before P2's acquire fence: `Reader::validate` sees the reservation, q ≥ p + capacity, and p is not
//! kept. And no byte is of an earlier point: every store of p's bytes comes before the publish that counts p (P1).
//! Neither argument asks in which order the slots of one copy go, nor for whole words.
//!
//! What it asks of the machine: the stores of a block come after earlier stores (the reservation) and before later ones
//! (the publish), and its loads after earlier loads (`write_position`) and before later ones (the reservation, read again);
//! on x86-64 the fences are orders to the compiler only. Intel's manual (Software Developer's Manual, volume 3A, chapter
//! "Multiple-Processor Management", "Memory Ordering in P6 and More Recent Processor Families", for write-back memory;
//! AMD's volume 2, "Memory Access Ordering", agrees):
//! - reads are not reordered with other reads, nor writes with other writes, of single and vector moves alike. A vector move
//!   may be several accesses, each of them in order; none here has a non-temporal hint.
//! - Of `rep movsb` the stores may go out of order among themselves, but "string operations are not reordered with
//!   other store operations" ("Fast-String Operation and Out-of-Order Stores"), and a flag belongs in a store after the string
//!   operation: `write_position` is.
//! - No such line is written of its loads, so where a run is loaded that way an `lfence` goes before and one follows: it
//!   waits until every load before it is done, and no later one begins before that ("reads cannot pass LFENCE").
//!
//! On every other architecture, under loom and under Miri the loop does it. An `ldp`/`stp` loop would be as sound on 64-bit ARM,
//! whose fences are `dmb` and order every access around them; nobody has measured it there.

use super::Point;
use super::sync::{AtomicU64, Ordering};
use super::whole::whole;

/// From how many words on a string operation beats a loop of vector moves.
#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
const STRING_WORDS: usize = 1024;

/// How runs are copied on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copier {
    /// A word at a time.
    Words,
    /// 16 bytes at a time: every x86-64.
    #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
    Sse2,
    /// 32 bytes at a time.
    #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
    Avx,
    /// 32 bytes at a time, and long runs by `rep movsb`.
    #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
    AvxAndStrings,
}

/// Eight bytes of which every pattern is a value: what a slot's word may be copied from and to.
pub(super) trait Word: bytemuck::Pod {
    fn to_word(self) -> u64;
    fn from_word(word: u64) -> Self;
    const IS_EIGHT_BYTES: () = assert!(size_of::<Self>() == 8);
}

impl Word for Point {
    #[inline]
    fn to_word(self) -> u64 {
        whole(self.to_bits())
    }

    #[inline]
    fn from_word(word: u64) -> Self {
        Self::from_bits(word)
    }
}

impl Word for u64 {
    #[inline]
    fn to_word(self) -> u64 {
        self
    }

    #[inline]
    fn from_word(word: u64) -> Self {
        word
    }
}

#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
impl Copier {
    /// The fastest that this processor can do. Asks it: not for the hot path.
    pub(super) fn detect() -> Self {
        let leaves = std::arch::x86_64::__cpuid(0).eax;
        // Enhanced `rep movsb`: leaf 7, EBX bit 9.
        let has_strings = leaves >= 7 && std::arch::x86_64::__cpuid_count(7, 0).ebx & 1 << 9 != 0;
        match (std::arch::is_x86_feature_detected!("avx"), has_strings) {
            (true, true) => Self::AvxAndStrings,
            (true, false) => Self::Avx,
            (false, _) => Self::Sse2,
        }
    }

    /// Stores `items` into as many slots; of slices of unequal length, the shorter.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    pub(super) fn store<T: Word>(self, slots: &[AtomicU64], items: &[T]) {
        let () = T::IS_EIGHT_BYTES;
        if self == Self::Words {
            return store_words(slots, items);
        }
        let count = slots.len().min(items.len());
        // The slots are atomics, so writing through a pointer to a shared reference to them is allowed.
        let (to, from) = (slots.as_ptr().cast::<u64>().cast_mut(), items.as_ptr().cast::<u64>());
        // SAFETY: both are valid for `count` words, and apart: no `&[T]` lies over slots.
        unsafe { self.copy(to, from, count) };
    }

    /// Appends the words of `slots` to `to`.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    pub(super) fn load<T: Word>(self, slots: &[AtomicU64], to: &mut Vec<T>) {
        let () = T::IS_EIGHT_BYTES;
        if self == Self::Words {
            return load_words(slots, to);
        }
        to.reserve(slots.len());
        let from = slots.as_ptr().cast::<u64>();
        let is_string = self == Self::AvxAndStrings && slots.len() >= STRING_WORDS;
        if is_string {
            x86::wait_for_loads();
        }
        // SAFETY: the spare room is valid for as many words, as was just reserved, and apart from the slots.
        unsafe { self.copy(to.spare_capacity_mut().as_mut_ptr().cast(), from, slots.len()) };
        if is_string {
            x86::wait_for_loads();
        }
        // SAFETY: that many words were just written there, and any bits are a `T`.
        unsafe { to.set_len(to.len() + slots.len()) };
    }

    /// Copies `words` words.
    ///
    /// # Safety
    /// 1. `self` comes from [`Copier::detect`], or is less than it.
    /// 2. `from` is valid for reads and `to` for writes of `words` words, and they do not overlap.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    unsafe fn copy(self, to: *mut u64, from: *const u64, words: usize) {
        match self {
            Self::AvxAndStrings if words >= STRING_WORDS => {
                // SAFETY: (2) is the caller's.
                unsafe { x86::strings(to, from, words) }
            }
            Self::Avx | Self::AvxAndStrings => {
                // SAFETY: (1) is the caller's: there is AVX; and so is (2).
                unsafe { x86::avx(to, from, words) }
            }
            Self::Words | Self::Sse2 => {
                // SAFETY: (2) is the caller's.
                unsafe { x86::sse2(to, from, words) }
            }
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
#[expect(clippy::unused_self, reason = "there is only one way here")]
impl Copier {
    /// A word at a time.
    pub(super) fn detect() -> Self {
        Self::Words
    }

    /// Stores `items` into as many slots; of slices of unequal length, the shorter.
    #[inline]
    pub(super) fn store<T: Word>(self, slots: &[AtomicU64], items: &[T]) {
        let () = T::IS_EIGHT_BYTES;
        store_words(slots, items);
    }

    /// Appends the words of `slots` to `to`.
    #[inline]
    pub(super) fn load<T: Word>(self, slots: &[AtomicU64], to: &mut Vec<T>) {
        let () = T::IS_EIGHT_BYTES;
        load_words(slots, to);
    }
}

#[inline]
fn store_words<T: Word>(slots: &[AtomicU64], items: &[T]) {
    for (slot, item) in slots.iter().zip(items) {
        slot.store(item.to_word(), Ordering::Relaxed);
    }
}

#[inline]
fn load_words<T: Word>(slots: &[AtomicU64], to: &mut Vec<T>) {
    to.extend(slots.iter().map(|slot| T::from_word(slot.load(Ordering::Relaxed))));
}

/// The moves. No block uses the stack, or a store with a non-temporal hint.
#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
mod x86 {
    use std::arch::asm;

    /// 128 bytes a turn, then 32, then 8.
    ///
    /// # Safety
    /// 1. The processor has AVX.
    /// 2. `from` is valid for reads and `to` for writes of `words` words, and they do not overlap.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    pub(super) unsafe fn avx(to: *mut u64, from: *const u64, words: usize) {
        // SAFETY: each turn moves what the count in {n} still has left, so (2) holds at each move; (1) is the caller's.
        // `vzeroupper` clears the upper halves of all sixteen registers, and so all are named.
        unsafe {
            asm!(
                "sub {n}, 128",
                "jb 3f",
                ".p2align 4",
                "2:",
                "vmovups ymm0, [{from}]",
                "vmovups ymm1, [{from} + 32]",
                "vmovups ymm2, [{from} + 64]",
                "vmovups ymm3, [{from} + 96]",
                "vmovups [{to}], ymm0",
                "vmovups [{to} + 32], ymm1",
                "vmovups [{to} + 64], ymm2",
                "vmovups [{to} + 96], ymm3",
                "add {from}, 128",
                "add {to}, 128",
                "sub {n}, 128",
                "jae 2b",
                "3:",
                "add {n}, 128",
                "jz 6f",
                "sub {n}, 32",
                "jb 5f",
                "4:",
                "vmovups ymm0, [{from}]",
                "vmovups [{to}], ymm0",
                "add {from}, 32",
                "add {to}, 32",
                "sub {n}, 32",
                "jae 4b",
                "5:",
                "add {n}, 32",
                "jz 6f",
                "7:",
                "vmovq xmm0, [{from}]",
                "vmovq [{to}], xmm0",
                "add {from}, 8",
                "add {to}, 8",
                "sub {n}, 8",
                "jnz 7b",
                "6:",
                "vzeroupper",
                n = inout(reg) words * 8 => _,
                from = inout(reg) from => _,
                to = inout(reg) to => _,
                out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _,
                out("ymm4") _, out("ymm5") _, out("ymm6") _, out("ymm7") _,
                out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm11") _,
                out("ymm12") _, out("ymm13") _, out("ymm14") _, out("ymm15") _,
                options(nostack),
            );
        }
    }

    /// 64 bytes a turn, then 8.
    ///
    /// # Safety
    /// `from` is valid for reads and `to` for writes of `words` words, and they do not overlap.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    pub(super) unsafe fn sse2(to: *mut u64, from: *const u64, words: usize) {
        // SAFETY: each turn moves what the count in {n} still has left, so the caller's promise holds at each move.
        unsafe {
            asm!(
                "sub {n}, 64",
                "jb 3f",
                ".p2align 4",
                "2:",
                "movups {a}, [{from}]",
                "movups {b}, [{from} + 16]",
                "movups {c}, [{from} + 32]",
                "movups {d}, [{from} + 48]",
                "movups [{to}], {a}",
                "movups [{to} + 16], {b}",
                "movups [{to} + 32], {c}",
                "movups [{to} + 48], {d}",
                "add {from}, 64",
                "add {to}, 64",
                "sub {n}, 64",
                "jae 2b",
                "3:",
                "add {n}, 64",
                "jz 6f",
                "7:",
                "movq {a}, [{from}]",
                "movq [{to}], {a}",
                "add {from}, 8",
                "add {to}, 8",
                "sub {n}, 8",
                "jnz 7b",
                "6:",
                n = inout(reg) words * 8 => _,
                from = inout(reg) from => _,
                to = inout(reg) to => _,
                a = out(xmm_reg) _,
                b = out(xmm_reg) _,
                c = out(xmm_reg) _,
                d = out(xmm_reg) _,
                options(nostack),
            );
        }
    }

    /// One string operation.
    ///
    /// # Safety
    /// `from` is valid for reads and `to` for writes of `words` words, and they do not overlap.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    pub(super) unsafe fn strings(to: *mut u64, from: *const u64, words: usize) {
        // SAFETY: it moves `words * 8` bytes upwards (the direction flag is clear on entry), as the caller allows.
        unsafe {
            asm!(
                "rep movsb",
                inout("rcx") words * 8 => _,
                inout("rdi") to => _,
                inout("rsi") from => _,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Waits until every load before it is done.
    #[inline]
    #[expect(unsafe_code, reason = "slots are copied in bulk")]
    pub(super) fn wait_for_loads() {
        // SAFETY: it changes nothing. No `nomem`: the compiler must not move a load over it either.
        unsafe { asm!("lfence", options(nostack, preserves_flags)) };
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// Every way to copy that this machine has.
    #[expect(clippy::print_stdout, reason = "a way that was not tested must be told")]
    fn copiers() -> Vec<Copier> {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            let best = Copier::detect();
            let mut copiers = vec![Copier::Words, Copier::Sse2];
            if best == Copier::Sse2 {
                println!("no AVX here: its copy was NOT tested");
            } else {
                copiers.push(Copier::Avx);
            }
            if best == Copier::AvxAndStrings {
                copiers.push(best);
            } else {
                println!("no fast strings here: their copy was NOT tested");
            }
            copiers
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        {
            println!("only single words here: no bulk copy was tested");
            vec![Copier::detect()]
        }
    }

    /// Any length up to 300, some around the change to strings, and a few pages.
    fn lengths() -> impl Iterator<Item = usize> {
        (0..=300).chain([1023, 1024, 1025, 1027, 1031, 4096, 5001])
    }

    const GUARD: u64 = 0xDEAD_BEEF_DEAD_BEEF;

    fn words(count: usize) -> Vec<u64> {
        (0..count as u64).map(|i| (i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect()
    }

    #[test]
    fn stores_copy_every_length_at_every_offset_and_nothing_beside() {
        for copier in copiers() {
            for length in lengths() {
                let source = words(length + 8);
                for (at, from) in
                    [0, 1, 2, 3, 4, 5, 6, 7, 8].into_iter().flat_map(|at| [(at, 0), (at, 1), (at, 3)])
                {
                    let slots: Vec<AtomicU64> = (0..length + 24).map(|_| AtomicU64::new(GUARD)).collect();
                    copier.store(&slots[at..at + length], &source[from..from + length]);
                    let after: Vec<u64> = slots.iter().map(|slot| slot.load(Ordering::Relaxed)).collect();
                    assert!(after[..at].iter().chain(&after[at + length..]).all(|word| *word == GUARD));
                    assert_eq!(
                        after[at..at + length],
                        source[from..from + length],
                        "{copier:?}, {length} at {at}"
                    );
                }
            }
        }
    }

    #[test]
    #[expect(unsafe_code, reason = "looks behind the end of a vector")]
    fn loads_copy_every_length_at_every_offset_and_nothing_beside() {
        for copier in copiers() {
            for length in lengths() {
                let slots: Vec<AtomicU64> = words(length + 8).into_iter().map(AtomicU64::new).collect();
                for (at, before) in
                    [0, 1, 2, 3, 4, 5, 6, 7, 8].into_iter().flat_map(|at| [(at, 0), (at, 1), (at, 3)])
                {
                    let mut to = vec![GUARD; before + length + 16];
                    to.truncate(before);
                    copier.load(&slots[at..at + length], &mut to);
                    assert_eq!(to.len(), before + length);
                    assert!(to[..before].iter().all(|word| *word == GUARD));
                    assert!(
                        to[before..].iter().eq(words(length + 8)[at..at + length].iter()),
                        "{copier:?}, {length}"
                    );
                    // SAFETY: `before + length + 16` words were written, and no copy made the vector move.
                    unsafe { to.set_len(before + length + 16) };
                    assert!(to[before + length..].iter().all(|word| *word == GUARD), "{copier:?}, {length}");
                }
            }
        }
    }

    #[test]
    fn of_unequal_slices_the_shorter_counts() {
        for copier in copiers() {
            let slots: Vec<AtomicU64> = (0..64).map(|_| AtomicU64::new(GUARD)).collect();
            copier.store(&slots[..40], &words(50));
            copier.store(&slots[50..], &words(3));
            let after: Vec<u64> = slots.iter().map(|slot| slot.load(Ordering::Relaxed)).collect();
            assert_eq!(after[..40], words(40));
            assert!(after[40..50].iter().chain(&after[53..]).all(|word| *word == GUARD));
        }
    }

    #[test]
    fn a_point_keeps_its_halves() {
        for copier in copiers() {
            let points: Vec<Point> = (0..77).map(|i| Point::new(i as f32, -0.5 - i as f32)).collect();
            let slots: Vec<AtomicU64> = (0..77).map(|_| AtomicU64::new(0)).collect();
            copier.store(&slots, &points);
            assert!(
                slots
                    .iter()
                    .zip(&points)
                    .all(|(slot, point)| slot.load(Ordering::Relaxed) == point.to_bits())
            );
            let mut back = Vec::new();
            copier.load::<Point>(&slots, &mut back);
            assert_eq!(back, points);
        }
    }
}
