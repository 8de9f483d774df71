//! The text of an SVG file while it is written.

use std::fmt::{self, Write};

use egui::{Rect, Vec2};

use super::outlines::Outlines;
use super::svg_text::N;

/// A drawing in progress.
#[derive(Debug)]
pub(crate) struct Svg {
    pub(crate) body: String,
    pub(crate) defs: String,
    pub(crate) clips: Vec<Rect>,
    pub(crate) outlines: Outlines,
}

impl Svg {
    pub(crate) fn add(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.body.write_fmt(text);
    }

    /// Something to be referred to.
    pub(crate) fn define(&mut self, text: fmt::Arguments<'_>) {
        let _ = self.defs.write_fmt(text);
    }

    /// The number of a rectangle to clip to.
    pub(crate) fn clip(&mut self, rect: Rect) -> usize {
        if let Some(known) = self.clips.iter().position(|other| *other == rect) {
            return known;
        }
        let number = self.clips.len();
        self.clips.push(rect);
        let Vec2 { x: w, y: h } = rect.size().max(Vec2::ZERO);
        self.define(format_args!(
            "<clipPath id=\"c{number}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n",
            N(rect.min.x),
            N(rect.min.y),
            N(w),
            N(h)
        ));
        number
    }
}
