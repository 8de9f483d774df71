//! Words that say that everything before them is there: the magic, which a producer stores when its segment is whole, and
//! the state, which it stores when it pushes no more.

use super::mutant::{self, Mutant};
use super::sync::{AtomicU64, Ordering, fence};

/// Stores the magic of a segment, after all that is written before anybody reads it.
pub fn announce(word: &AtomicU64, magic: u64) {
    let order = if mutant::is(Mutant::AnnounceRelaxed) { Ordering::Relaxed } else { Ordering::Release };
    // ORDERING: Release; P5, pairs with the fence in `announced`: who sees the magic sees the header.
    word.store(magic, order);
}

/// The magic of a segment, 0 while there is none; what is read after this is what went before it.
pub fn announced(word: &AtomicU64) -> u64 {
    let magic = word.load(Ordering::Relaxed);
    if !mutant::is(Mutant::NoFenceAfterReadingMagic) {
        // ORDERING: Acquire; P5, pairs with `announce`.
        fence(Ordering::Acquire);
    }
    magic
}

/// Stores the state that the end of a run leaves, after its last publish.
pub fn end(word: &AtomicU64, state: u64) {
    let order = if mutant::is(Mutant::EndRelaxed) { Ordering::Relaxed } else { Ordering::Release };
    // ORDERING: Release; P6, pairs with the fence in `state`: who sees the end sees the last point.
    word.store(state, order);
}

/// The state of a run; when it is an end, what is read after this has the last point.
pub fn state(word: &AtomicU64) -> u64 {
    let state = word.load(Ordering::Relaxed);
    if !mutant::is(Mutant::NoFenceAfterReadingState) {
        // ORDERING: Acquire; P6, pairs with `end`.
        fence(Ordering::Acquire);
    }
    state
}
