//! A slot's word that is stored in one piece.
//!
//! LLVM before its change 199592 ("splitMergedValStore: don't split atomic stores", May 2026) makes two plain stores of 4
//! bytes out of the relaxed store of a word that is merged from a computed float and an integer: of `push(t, y)`, for one.
//! No reader keeps such a half point, because it drops whatever may have been in the making while it copied; but "each
//! slot is one 8-byte store" is what the models and the documents say, so the machine is to do it. A word that went
//! through a register behind the compiler's back has no halves that the compiler knows of. A push on x86-64 needs no such
//! detour: its stores are assembly (`publish.rs`).

/// The same word.
#[inline]
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(loom), not(miri)))]
#[expect(unsafe_code, reason = "only assembly is opaque to the compiler at no cost")]
pub fn whole(mut word: u64) -> u64 {
    // SAFETY: no instruction, which reads and writes nothing but the register it is given.
    unsafe {
        std::arch::asm!("/* {0} */", inlateout(reg) word, options(pure, nomem, nostack, preserves_flags));
    }
    word
}

/// The same word.
#[inline]
#[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(loom), not(miri))))]
pub fn whole(word: u64) -> u64 {
    if cfg!(any(loom, miri)) { word } else { std::hint::black_box(word) }
}
