//! ringplot

pub mod ring;

#[cfg(feature = "render")]
pub mod history;
#[cfg(feature = "render")]
pub mod render;
#[cfg(feature = "viewer")]
pub mod viewer;

pub use ring::{Batch, Point, XMode};
