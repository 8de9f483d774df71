//! Where the box of the cursors lies.

/// Where a box lies: shares of the room that it has, from the upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(crate) share: [f32; 2],
}
