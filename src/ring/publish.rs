//! The stores of a push: the slot, then the counter that publishes it.
//!
//! On x86-64 they are assembly, for two reasons. The compiler cannot take a word apart that it does not store itself (see
//! `whole.rs`). And to LLVM a relaxed or a release store is an access to all memory, so that behind `&mut` every field of
//! the producer is read again for each push. Assembly is an access to what it could reach, and that a field of the
//! producer is not: it is borrowed mutably, and its address went nowhere. So slots, mask and counter stay in registers from
//! push to push, and the position is stored and not read again.
//!
//! Why it is sound. To the compiler a block of assembly is a foreign function (Rust Reference, "Rules for inline assembly"),
//! without `nomem` or `readonly` one that may read and write all memory that it can reach, and that may synchronise with
//! other threads. What it does must be something that Rust could have done, and is: `slot.store(word, Relaxed)` and then
//! `counter.store(end, Release)`. Two things hold the order that Release promises:
//! - The compiler moves no store of this program that another thread can see behind the block: its memory is reachable for
//!   somebody else, so it is for the block. What it may move is what nobody else can reach.
//! - The processor makes stores visible in the order of the program (Intel's Software Developer's Manual, volume 3A, "Memory
//!   Ordering in P6 and More Recent Processor Families"; AMD's volume 2, "Memory Access Ordering"), so that a plain `mov` is a
//!   release store there, as it is in what LLVM makes of `Release`.
//!
//! Elsewhere, under loom and under Miri they are what they stand for. 64-bit ARM could have the same with `stlr`; nobody has
//! measured it there.

use super::mutant::{self, Mutant};
use super::sync::{AtomicU64, Ordering};

/// Publishes everything before `end`.
#[inline]
pub(super) fn publish(write_position: &AtomicU64, end: u64) {
    if mutant::is(Mutant::PublishRelaxed) {
        write_position.store(end, Ordering::Relaxed);
    } else {
        // ORDERING: Release; pairs with P1 in `reader::published`.
        release(write_position, end);
    }
}

#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
mod x86 {
    use std::arch::asm;

    use super::AtomicU64;

    /// `word.store(value, Release)`.
    #[inline]
    #[expect(unsafe_code, reason = "only assembly leaves the compiler its registers")]
    pub(in super::super) fn release(word: &AtomicU64, value: u64) {
        // SAFETY: one aligned store of 8 bytes to a word that is borrowed for the call.
        unsafe {
            asm!(
                "mov qword ptr [{word}], {value}",
                word = in(reg) word.as_ptr(),
                value = in(reg) value,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Stores `word` in the slot of `position`, and publishes it.
    ///
    /// # Safety
    /// The number of slots is a power of two.
    #[inline]
    #[expect(unsafe_code, reason = "only assembly leaves the compiler its registers")]
    pub(in super::super) unsafe fn put_word(
        slots: &[AtomicU64],
        write_position: &AtomicU64,
        position: u64,
        word: u64,
    ) {
        // SAFETY: two aligned stores of 8 bytes to words that are borrowed for the call: a number and its predecessor, which
        // is one less than a power of two, is below that.
        unsafe {
            asm!(
                "mov qword ptr [{slots} + 8 * {index}], {word}",
                "mov qword ptr [{write_position}], {end}",
                slots = in(reg) slots.as_ptr(),
                index = in(reg) position as usize & (slots.len() - 1),
                word = in(reg) word,
                write_position = in(reg) write_position.as_ptr(),
                end = in(reg) position + 1,
                options(nostack, preserves_flags),
            );
        }
    }

    /// As `put_word`, of the point (`x`, `y`), whose halves come from float registers: to merge them as integers takes two
    /// more instructions.
    ///
    /// # Safety
    /// The number of slots is a power of two.
    #[inline]
    #[expect(unsafe_code, reason = "only assembly leaves the compiler its registers")]
    pub(in super::super) unsafe fn put_halves(
        slots: &[AtomicU64],
        write_position: &AtomicU64,
        position: u64,
        x: f32,
        y: f32,
    ) {
        // SAFETY: as in `put_word`. Every x86-64 has SSE.
        unsafe {
            asm!(
                "unpcklps {x}, {y}",
                "movlps qword ptr [{slots} + 8 * {index}], {x}",
                "mov qword ptr [{write_position}], {end}",
                slots = in(reg) slots.as_ptr(),
                index = in(reg) position as usize & (slots.len() - 1),
                x = inout(xmm_reg) x => _,
                y = in(xmm_reg) y,
                write_position = in(reg) write_position.as_ptr(),
                end = in(reg) position + 1,
                options(nostack, preserves_flags),
            );
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
pub(super) use x86::{put_halves, put_word, release};

#[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
mod portable {
    use super::super::Point;
    use super::super::whole::whole;
    use super::{AtomicU64, Ordering, publish};

    /// `word.store(value, Release)`.
    #[inline]
    pub(in super::super) fn release(word: &AtomicU64, value: u64) {
        word.store(value, Ordering::Release);
    }

    /// Stores `word` in the slot of `position`, and publishes it.
    ///
    /// # Safety
    /// The number of slots is a power of two.
    #[inline]
    #[expect(unsafe_code, reason = "a bounds check costs a fifth of a push")]
    pub(in super::super) unsafe fn put_word(
        slots: &[AtomicU64],
        write_position: &AtomicU64,
        position: u64,
        word: u64,
    ) {
        let index = position as usize & (slots.len() - 1);
        // SAFETY: a number and its predecessor, which is one less than a power of two, is below that.
        let slot = unsafe { slots.get_unchecked(index) };
        // ORDERING: Relaxed; made visible by the publish below.
        slot.store(whole(word), Ordering::Relaxed);
        publish(write_position, position + 1);
    }

    /// As `put_word`, of the point (`x`, `y`).
    ///
    /// # Safety
    /// The number of slots is a power of two.
    #[inline]
    #[expect(unsafe_code, reason = "a bounds check costs a fifth of a push")]
    pub(in super::super) unsafe fn put_halves(
        slots: &[AtomicU64],
        write_position: &AtomicU64,
        position: u64,
        x: f32,
        y: f32,
    ) {
        // SAFETY: the caller's.
        unsafe { put_word(slots, write_position, position, Point::new(x, y).to_bits()) };
    }
}

#[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
pub(super) use portable::{put_halves, put_word, release};
