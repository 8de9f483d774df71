//! A value over a segment's words, together with the segment.
#![expect(unsafe_code, reason = "a lifetime that the compiler cannot see; see the reasons at each")]

use super::Segment;
use crate::ring::sync::AtomicU64;

/// A value that borrows a segment, together with what keeps the segment mapped.
///
/// The keeper is boxed: then dropping it takes no address of the whole, and a `Mapped` in a local variable can live
/// in registers.
pub(crate) struct Mapped<V, K: AsRef<Segment>> {
    // Dropped before the keeper.
    pub(crate) value: V,
    keeper: Box<K>,
}

impl<V: std::fmt::Debug, K: AsRef<Segment> + std::fmt::Debug> std::fmt::Debug for Mapped<V, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mapped").field("value", &self.value).field("keeper", &self.keeper).finish()
    }
}

impl<V, K: AsRef<Segment>> Mapped<V, K> {
    /// Builds a value over the words of `keeper`'s segment. Inside the crate only, and `value` never leaves its
    /// `Mapped`: that is what makes the lifetime true.
    pub(crate) fn new<E>(
        keeper: Box<K>,
        build: impl FnOnce(&'static [AtomicU64], &K) -> Result<V, E>,
    ) -> Result<Self, E> {
        let words: *const [AtomicU64] = (*keeper).as_ref().words();
        // SAFETY: the segment is owned by `keeper`, whose box does not move it and which is dropped after `value`.
        let words: &'static [AtomicU64] = unsafe { &*words };
        Ok(Self { value: build(words, &keeper)?, keeper })
    }

    /// What keeps the segment mapped.
    pub(crate) fn keeper(&self) -> &K {
        &self.keeper
    }

    /// The value, and what keeps the segment mapped.
    pub(crate) fn split_mut(&mut self) -> (&mut V, &K) {
        (&mut self.value, &self.keeper)
    }

    /// What keeps the segment mapped, to be changed but not replaced.
    pub(crate) fn keeper_mut(&mut self) -> &mut K {
        &mut self.keeper
    }
}
