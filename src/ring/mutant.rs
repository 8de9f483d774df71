//! Deliberate faults, one at a time: each must make a loom model fail, and some a stress of real processes, or those
//! prove nothing. Without `cfg(loom)` or `cfg(ringplot_sabotage)` every question is a constant `false` and leaves no
//! trace in the code.

/// A fault that can be put into the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is left out or weakened")]
pub enum Mutant {
    None,
    NoFenceAfterReserve,
    NoFenceAfterCopy,
    PublishRelaxed,
    NoFenceAfterReadingPosition,
    ValidateAgainstWritePosition,
    NoValidation,
    ReserveAfterStore,
    ReserveUnrounded,
    EpochBeforeReserve,
    FramePublishRelaxed,
    NoFenceAfterReadingNewest,
    ClearRelaxed,
    NoFenceAfterReadingMark,
    AnnounceRelaxed,
    NoFenceAfterReadingMagic,
    EndRelaxed,
    NoFenceAfterReadingState,
}

#[cfg(loom)]
static ACTIVE: std::sync::Mutex<Mutant> = std::sync::Mutex::new(Mutant::None);

/// Puts `mutant` into the protocol from now on.
#[cfg(loom)]
pub fn activate(mutant: Mutant) {
    *ACTIVE.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = mutant;
}

/// Whether `mutant` is in.
#[cfg(loom)]
pub(super) fn is(mutant: Mutant) -> bool {
    *ACTIVE.lock().unwrap_or_else(std::sync::PoisonError::into_inner) == mutant
}

#[cfg(all(ringplot_sabotage, not(loom)))]
static ACTIVE: super::sync::AtomicUsize = super::sync::AtomicUsize::new(Mutant::None as usize);

/// Puts `mutant` into the protocol of this process from now on.
#[cfg(all(ringplot_sabotage, not(loom)))]
pub fn activate(mutant: Mutant) {
    ACTIVE.store(mutant as usize, super::sync::Ordering::Relaxed);
}

/// Whether `mutant` is in.
#[cfg(all(ringplot_sabotage, not(loom)))]
#[inline]
pub(super) fn is(mutant: Mutant) -> bool {
    ACTIVE.load(super::sync::Ordering::Relaxed) == mutant as usize
}

/// Whether `mutant` is in: never, in what ships.
#[cfg(not(any(loom, ringplot_sabotage)))]
#[inline(always)]
#[expect(clippy::inline_always, reason = "must vanish from the hot path, also in debug builds")]
pub(super) const fn is(_mutant: Mutant) -> bool {
    false
}
