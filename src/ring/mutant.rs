//! Deliberate faults, one at a time, for the loom models: each must make a model fail, or the model proves
//! nothing. Without `cfg(loom)` every question is a constant `false` and leaves no trace in the code.

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
    ReserveAfterStore,
    ReserveUnrounded,
    FramePublishRelaxed,
    ClearRelaxed,
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

/// Whether `mutant` is in: never, outside loom.
#[cfg(not(loom))]
#[inline(always)]
#[expect(clippy::inline_always, reason = "must vanish from the hot path, also in debug builds")]
pub(super) const fn is(_mutant: Mutant) -> bool {
    false
}
