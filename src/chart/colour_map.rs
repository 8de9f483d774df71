//! Colours for numbers: the tables that a density or a waterfall is drawn with.
//!
//! The curves are those of `colorous` (after d3-scale-chromatic). All but Turbo go evenly from dark to light, so that
//! they can be read without telling hues apart; on a light ground they are meant to be turned round, so that more
//! always stands out more.

/// A table of colours for numbers from 0 to 1.
///
/// ```
/// use ringplot::chart::ColourMap;
///
/// assert_eq!(ColourMap::Greys.colour(0.0), [0, 0, 0]);
/// assert_eq!(ColourMap::Greys.colour(1.0), [255, 255, 255]);
/// assert_eq!(ColourMap::Inferno.table()[255][3], 255, "opaque");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ColourMap {
    /// Black, purple, orange, pale yellow.
    #[default]
    Inferno,
    /// Black, purple, pink, pale yellow.
    Magma,
    /// Blue, purple, orange, yellow.
    Plasma,
    /// Purple, green, yellow.
    Viridis,
    /// Blue, grey, yellow: the same to people with any common kind of colour blindness.
    Cividis,
    /// Blue, green, yellow, red: a rainbow, brightest in its middle.
    Turbo,
    /// Black to white.
    Greys,
}

impl ColourMap {
    /// Every table.
    pub const ALL: [Self; 7] =
        [Self::Inferno, Self::Magma, Self::Plasma, Self::Viridis, Self::Cividis, Self::Turbo, Self::Greys];

    /// Its name, in lowercase.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inferno => "inferno",
            Self::Magma => "magma",
            Self::Plasma => "plasma",
            Self::Viridis => "viridis",
            Self::Cividis => "cividis",
            Self::Turbo => "turbo",
            Self::Greys => "greys",
        }
    }

    /// The colour of `share`, sRGB. Clamped to 0..=1; NaN is 0.
    pub fn colour(self, share: f64) -> [u8; 3] {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        let (gradient, share) = match self {
            Self::Inferno => (colorous::INFERNO, share),
            Self::Magma => (colorous::MAGMA, share),
            Self::Plasma => (colorous::PLASMA, share),
            Self::Viridis => (colorous::VIRIDIS, share),
            Self::Cividis => (colorous::CIVIDIS, share),
            Self::Turbo => (colorous::TURBO, share),
            Self::Greys => (colorous::GREYS, 1.0 - share),
        };
        gradient.eval_continuous(share).as_array()
    }

    /// 256 colours at even steps, red, green, blue and alpha 255: a word of four bytes each, red lowest, where the
    /// shaders read them.
    pub fn table(self) -> [[u8; 4]; 256] {
        std::array::from_fn(|index| {
            let [r, g, b] = self.colour(index as f64 / 255.0);
            [r, g, b, 255]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, near enough.
    fn luminance([r, g, b]: [u8; 3]) -> f64 {
        0.2126 * (f64::from(r) / 255.0).powf(2.2)
            + 0.7152 * (f64::from(g) / 255.0).powf(2.2)
            + 0.0722 * (f64::from(b) / 255.0).powf(2.2)
    }

    #[test]
    fn tables_but_turbo_never_get_darker() {
        for map in ColourMap::ALL.into_iter().filter(|map| *map != ColourMap::Turbo) {
            let table = map.table().map(|[r, g, b, _]| luminance([r, g, b]));
            assert!(table.windows(2).all(|pair| pair[1] >= pair[0] - 0.005), "{map:?}");
            assert!(table[255] - table[0] > 0.5, "{map:?}");
        }
    }

    #[test]
    fn colours_of_no_share_are_those_of_the_ends() {
        for map in ColourMap::ALL {
            assert_eq!(map.colour(f64::NAN), map.colour(0.0));
            assert_eq!(map.colour(-1.0), map.colour(0.0));
            assert_eq!(map.colour(f64::INFINITY), map.colour(1.0));
        }
    }
}
