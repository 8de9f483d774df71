//! The pictures are the data: pixel by pixel against columns by brute force and against an ideal line in f64, at every
//! zoom, wherever the view lies. Through the real renderer.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a panic is how a test fails, and pixels are small whole numbers"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../reference/mod.rs"]
mod reference;

mod app;
mod data;
mod ideal;
mod lines;
mod moving;
mod screen;
mod spike;
mod sweeps;
mod switch;
