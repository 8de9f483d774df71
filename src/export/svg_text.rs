//! Numbers, colours and names as SVG has them.

use crate::stream::escaped;
use egui::{Color32, Stroke};
use std::fmt::{self, Display, Write as _};

/// Beyond this nothing is seen, and browsers reckon in f32.
const FAR: f32 = 1e5;

/// A number of pixels: finite, near, with at most two digits behind the point.
#[derive(Clone, Copy, Debug)]
pub(super) struct N(pub(super) f32);

impl Display for N {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.0.is_nan() { 0.0 } else { self.0.clamp(-FAR, FAR) };
        let hundredths = (f64::from(value) * 100.0).round() as i64;
        let (sign, whole, rest) =
            (if hundredths < 0 { "-" } else { "" }, hundredths.abs() / 100, hundredths.abs() % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{sign}{whole}"),
            (_, 0) => write!(f, "{sign}{whole}.{}", rest / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

/// Text with nothing in it that XML takes for more, or does not allow.
pub(crate) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in escaped(self.0).chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '\u{FFFE}' | '\u{FFFF}' => f.write_char('\u{FFFD}')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// A colour as attributes, for `fill` or `stroke`.
pub(super) fn paint(what: &str, colour: Color32) -> String {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    match a {
        0 => format!(" {what}=\"none\""),
        255 => format!(" {what}=\"#{r:02x}{g:02x}{b:02x}\""),
        a => {
            let opacity = N(f32::from(a) / 255.0);
            format!(" {what}=\"#{r:02x}{g:02x}{b:02x}\" {what}-opacity=\"{opacity}\"")
        }
    }
}

pub(super) fn fill(colour: Color32) -> String {
    paint("fill", colour)
}

pub(crate) fn stroke(pen: Stroke) -> String {
    if pen.is_empty() {
        return String::new();
    }
    format!("{} stroke-width=\"{}\"", paint("stroke", pen.color), N(pen.width))
}
