//! What eyes make of colours: contrast, and lightness, hue and distance as people see them.
//!
//! Contrast is that of WCAG 2.2 (<https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>); what is smaller than text needs 3:1
//! there. Lightness and distance are those of `OKLab` (Ottosson, <https://bottosson.github.io/posts/oklab/>), in which 0.02 is
//! about the least difference that can be seen.

/// Red, green and blue of sRGB.
pub(crate) type Rgb = [u8; 3];

/// Least contrast of what is drawn against what it is drawn on.
pub(crate) const LEAST_CONTRAST: f64 = 3.0;

/// Contrast of two opaque colours, 1 to 21.
pub(crate) fn contrast(a: Rgb, b: Rgb) -> f64 {
    let [a, b] = [a, b].map(luminance);
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0 to 1.
fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = linear(colour);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn linear(colour: Rgb) -> [f64; 3] {
    colour.map(|byte| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

/// The matrices of `OKLab`, by rows.
const CONES_FROM_LINEAR: [[f64; 3]; 3] = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const LAB_FROM_CONES: [[f64; 3]; 3] = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];
const CONES_FROM_LAB: [[f64; 3]; 3] = [
    [1.0, 0.396_337_777_4, 0.215_803_757_3],
    [1.0, -0.105_561_345_8, -0.063_854_172_8],
    [1.0, -0.089_484_177_5, -1.291_485_548_0],
];
const LINEAR_FROM_CONES: [[f64; 3]; 3] = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
];

fn times(rows: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    rows.map(|row| row.iter().zip(vector).map(|(factor, part)| factor * part).sum())
}

/// A colour in `OKLab`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lab {
    /// 0 is black, 1 is white.
    pub(crate) lightness: f64,
    /// Towards red, and towards yellow.
    pub(crate) hue: [f64; 2],
}

impl Lab {
    pub(crate) fn of(colour: Rgb) -> Self {
        let cones = times(&CONES_FROM_LINEAR, linear(colour)).map(f64::cbrt);
        let [lightness, hue @ ..] = times(&LAB_FROM_CONES, cones);
        Self { lightness, hue }
    }

    /// Linear red, green and blue, which lie in 0..=1 where a screen has the colour.
    fn linear(self) -> [f64; 3] {
        let cones = times(&CONES_FROM_LAB, [self.lightness, self.hue[0], self.hue[1]]);
        times(&LINEAR_FROM_CONES, cones.map(|cone| cone.powi(3)))
    }

    /// Whether a screen has the colour.
    pub(crate) fn is_on_screens(self) -> bool {
        self.linear().iter().all(|value| (-1e-4..=1.0 + 1e-4).contains(value))
    }

    /// The colour on a screen; where no screen has it, the most colourful one of its lightness and hue.
    pub(crate) fn colour(self) -> Rgb {
        let with = |share: f64| Self { hue: self.hue.map(|part| part * share), ..self };
        let mut share = 1.0;
        if !self.is_on_screens() {
            share = least(|share| !with(share).is_on_screens(), [0.0, 1.0])[0];
        }
        with(share).linear().map(|value| {
            let value = value.clamp(0.0, 1.0);
            let value =
                if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
            (value * 255.0).round() as u8
        })
    }

    /// How different two colours look.
    pub(crate) fn distance(self, other: Self) -> f64 {
        let parts =
            [self.lightness - other.lightness, self.hue[0] - other.hue[0], self.hue[1] - other.hue[1]];
        parts.iter().map(|part| part * part).sum::<f64>().sqrt()
    }

    /// The colour with a share of the way to another.
    pub(crate) fn lerp(self, to: Self, share: f64) -> Self {
        let mix = |a: f64, b: f64| a + (b - a) * share;
        Self {
            lightness: mix(self.lightness, to.lightness),
            hue: [mix(self.hue[0], to.hue[0]), mix(self.hue[1], to.hue[1])],
        }
    }
}

/// The colour, lightened or darkened away from the grounds, in its hue, as far as it needs to stand out from each of them
/// by `least_contrast`.
pub(crate) fn standing_out(colour: Rgb, grounds: [Rgb; 2], least_contrast: f64) -> Rgb {
    let stands_out = |colour: Rgb| grounds.iter().all(|ground| contrast(colour, *ground) >= least_contrast);
    if stands_out(colour) {
        return colour;
    }
    let lab = Lab::of(colour);
    let end = if luminance(grounds[0]) < 0.18 { 1.0 } else { 0.0 };
    let at = |share: f64| Lab { lightness: lab.lightness + (end - lab.lightness) * share, ..lab }.colour();
    at(least(|share| stands_out(at(share)), [0.0, 1.0])[1])
}

/// The narrowest range around the place where `is_there` begins to be true, given that it is false below it.
fn least(is_there: impl Fn(f64) -> bool, [mut low, mut high]: [f64; 2]) -> [f64; 2] {
    for _ in 0..24 {
        let middle = low.midpoint(high);
        if is_there(middle) { high = middle } else { low = middle }
    }
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        // Values of the examples that W3C's working group gives for these greys.
        let grey = |level| contrast([level; 3], [255; 3]);
        assert!((grey(0x76) - 4.54).abs() < 0.01 && (grey(0x95) - 2.99).abs() < 0.02);
    }

    #[test]
    fn oklab_goes_there_and_back() {
        for colour in [[255, 0, 0], [0, 114, 178], [240, 228, 66], [1, 2, 3], [255; 3]] {
            assert_eq!(Lab::of(colour).colour(), colour);
        }
        // The standard's own example of a white point.
        assert!((Lab::of([255; 3]).lightness - 1.0).abs() < 1e-6);
    }

    #[test]
    fn whatever_the_colour_it_can_stand_out_and_keeps_its_hue() {
        let grounds = [[[255; 3]; 2], [[0x13, 0x17, 0x1D]; 2]];
        for (ground, colour) in grounds.iter().flat_map(|ground| {
            [[250, 250, 5], [20, 20, 60], [120, 120, 120], [255; 3], [0; 3]].map(|colour| (*ground, colour))
        }) {
            let out = standing_out(colour, ground, LEAST_CONTRAST);
            assert!(contrast(out, ground[0]) >= LEAST_CONTRAST, "{colour:?}");
            let [before, after] = [colour, out].map(|colour| Lab::of(colour).hue);
            assert!(before[0] * after[1] - before[1] * after[0] < 2e-3, "{before:?} {after:?}");
        }
    }
}
