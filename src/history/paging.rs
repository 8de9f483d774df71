//! Which page and block a position lies in.

/// Positions in a page.
pub(super) const PAGE_LEN: usize = 4096;
/// Positions in a page, to reckon with positions.
pub(super) const PAGE: u64 = PAGE_LEN as u64;
/// Positions in a block, the stretch that has one epoch.
pub(super) const BLOCK_LEN: usize = 256;
/// Blocks in a page.
pub(super) const BLOCKS: usize = PAGE_LEN / BLOCK_LEN;

/// Number of the page that holds `position`.
#[inline]
pub(super) const fn page_of(position: u64) -> u64 {
    position / PAGE
}

/// Place of `position` in its page.
#[inline]
pub(super) const fn offset(position: u64) -> usize {
    (position % PAGE) as usize
}

/// Room for a value at each position of a page; untouched, it takes no memory.
pub(super) fn zeros() -> Box<[f32; PAGE_LEN]> {
    vec![0.0; PAGE_LEN].try_into().expect("it is as long as a page")
}
