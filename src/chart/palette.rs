//! The colours of everything, light and dark, for whoever draws it.
//!
//! A stream's colour comes from its name, so it is the same in every run and every viewer; streams of one plot
//! that would clash move on to the next free colour, in their order. The first eight are those of Okabe and Ito,
//! told apart by people with any common kind of colour blindness
//! (<https://jfly.uni-koeln.de/color/>); their black becomes the ink of the theme, and what is too pale for a light ground is
//! darkened. All have a contrast of at least 3:1 against the ground. From the ninth of a plot on, lines are dashed too.

use std::sync::OnceLock;

use super::colour::{LEAST_CONTRAST, Lab, Rgb, contrast, standing_out};
use super::state::Member;

/// Colours of series that all look different.
const SERIES: usize = 64;

/// Okabe and Ito's palette without black.
const OKABE_ITO: [[u8; 3]; 7] = [
    [0x56, 0xB4, 0xE9],
    [0xE6, 0x9F, 0x00],
    [0x00, 0x9E, 0x73],
    [0xD5, 0x5E, 0x00],
    [0xCC, 0x79, 0xA7],
    [0x00, 0x72, 0xB2],
    [0xF0, 0xE4, 0x42],
];

/// Colours for one kind of ground.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Palette {
    /// Dark ground.
    pub(crate) is_dark: bool,
    /// The window's ground.
    pub(crate) window: Rgb,
    /// A plot's ground.
    pub(crate) plot: Rgb,
    /// Ground of boxes that lie over a plot.
    pub(crate) raised: Rgb,
    /// Edges of plots and boxes.
    pub(crate) border: Rgb,
    /// Grid lines.
    pub(crate) grid: Rgb,
    /// The grid line at zero.
    pub(crate) grid_zero: Rgb,
    /// Titles and values.
    pub(crate) text_strong: Rgb,
    /// Labels.
    pub(crate) text: Rgb,
    /// What may be overlooked.
    pub(crate) text_faint: Rgb,
    /// All is well.
    pub(crate) good: Rgb,
    /// Look here.
    pub(crate) warn: Rgb,
    /// Something is lost.
    pub(crate) bad: Rgb,
}

impl Palette {
    /// On a dark ground.
    pub(crate) const DARK: Self = Self {
        is_dark: true,
        window: [0x0E, 0x11, 0x16],
        plot: [0x13, 0x17, 0x1D],
        raised: [0x1D, 0x23, 0x2B],
        border: [0x2B, 0x32, 0x3B],
        grid: [0x1F, 0x25, 0x2D],
        grid_zero: [0x36, 0x3E, 0x49],
        text_strong: [0xE8, 0xED, 0xF2],
        text: [0xA9, 0xB3, 0xBE],
        text_faint: [0x6E, 0x78, 0x84],
        good: [0x3F, 0xB9, 0x73],
        warn: [0xE3, 0xA5, 0x3A],
        bad: [0xF4, 0x6A, 0x5E],
    };

    /// On a light one.
    pub(crate) const LIGHT: Self = Self {
        is_dark: false,
        window: [0xF4, 0xF6, 0xF8],
        plot: [0xFF, 0xFF, 0xFF],
        raised: [0xFF, 0xFF, 0xFF],
        border: [0xCF, 0xD6, 0xDD],
        grid: [0xEC, 0xEF, 0xF2],
        grid_zero: [0xC4, 0xCC, 0xD4],
        text_strong: [0x16, 0x1B, 0x21],
        text: [0x47, 0x51, 0x5C],
        text_faint: [0x7E, 0x89, 0x94],
        good: [0x1A, 0x7F, 0x45],
        warn: [0x9A, 0x65, 0x00],
        bad: [0xC9, 0x33, 0x2B],
    };

    /// For a dark or a light ground.
    pub(crate) fn of(is_dark: bool) -> &'static Self {
        if is_dark { &Self::DARK } else { &Self::LIGHT }
    }

    /// The colour of a stream in a plot: the chosen one, the wished one, or the one that belongs to its name.
    pub(crate) fn colour_of(&self, member: &Member) -> Rgb {
        match (member.chosen, member.wish) {
            (Some(chosen), _) => chosen,
            (None, Some(wish)) => self.wished(wish),
            (None, None) => self.series(member.series),
        }
    }

    /// The colour of series `index`, see [`series`]; after [`SERIES`] the same again, but for the first eight.
    pub(crate) fn series(&self, index: usize) -> Rgb {
        static PALETTES: [OnceLock<Vec<Rgb>>; 2] = [const { OnceLock::new() }; 2];
        let palette = PALETTES[usize::from(self.is_dark)].get_or_init(|| series(self));
        let index = if index < SERIES { index } else { 8 + (index - 8) % (SERIES - 8) };
        palette.get(index).copied().unwrap_or(self.text_strong)
    }

    /// What a producer wishes for, as far as it can be seen here: it does not know the ground.
    pub(crate) fn wished(&self, wish: Rgb) -> Rgb {
        standing_out(wish, self.grounds(), LEAST_CONTRAST)
    }

    /// What streams are drawn on: the plot's ground, and the window's, where their legend is.
    fn grounds(&self) -> [Rgb; 2] {
        [self.plot, self.window]
    }
}

/// The colours of series: the eight of Okabe and Ito, as far as they stand out from the grounds of the theme, and then
/// each time the one that is the least like all before it.
fn series(palette: &Palette) -> Vec<Rgb> {
    let first = OKABE_ITO.map(|colour| palette.wished(colour));
    let mut colours: Vec<Rgb> = first.into_iter().chain([palette.text_strong]).collect();
    let mut others: Vec<(Rgb, Lab, f64)> = Vec::new();
    for lightness in (30_u8..97).step_by(4) {
        for (chroma, turn) in [4_u8, 8, 12, 16, 20].iter().flat_map(|c| (0..36_u8).map(move |turn| (c, turn)))
        {
            let (sin, cos) = (f64::from(turn) * 10.0).to_radians().sin_cos();
            let hue = [cos, sin].map(|part| part * f64::from(*chroma) / 100.0);
            let lab = Lab { lightness: f64::from(lightness) / 100.0, hue };
            let colour = lab.colour();
            let is_seen = palette.grounds().iter().all(|ground| contrast(colour, *ground) >= LEAST_CONTRAST);
            if lab.is_on_screens() && is_seen {
                others.push((colour, lab, f64::INFINITY));
            }
        }
    }
    for index in 0..SERIES {
        if index == colours.len() {
            let farthest = others.iter().max_by(|a, b| a.2.total_cmp(&b.2));
            colours.extend(farthest.map(|(colour, ..)| *colour));
        }
        let Some(taken) = colours.get(index).map(|colour| Lab::of(*colour)) else { break };
        for (_, lab, distance) in &mut others {
            *distance = distance.min(lab.distance(taken));
        }
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::super::series::SeriesNumbers;
    use super::*;

    #[test]
    fn every_colour_stands_out_and_no_two_streams_of_a_plot_look_the_same() {
        let names: Vec<String> = (0..SERIES).map(|i| format!("stream {i}")).collect();
        let mut numbers = SeriesNumbers::default();
        numbers.update(names.iter().map(String::as_str));
        for palette in [Palette::DARK, Palette::LIGHT] {
            let colours: Vec<Rgb> = names.iter().map(|name| palette.series(numbers.of(name))).collect();
            for (i, colour) in colours.iter().enumerate() {
                for ground in palette.grounds() {
                    let contrast = contrast(*colour, ground);
                    assert!(contrast >= 3.0, "{colour:?} on {ground:?}: {contrast}");
                }
                for other in &colours[..i] {
                    let distance = Lab::of(*colour).distance(Lab::of(*other));
                    assert!(distance >= 0.06, "{colour:?} and {other:?}: {distance}");
                }
            }
            // However many there are.
            let contrasts = (0..1000).map(|number| contrast(palette.series(number), palette.plot));
            assert!(contrasts.fold(f64::INFINITY, f64::min) >= 3.0);
        }
    }

    #[test]
    fn the_first_eight_are_okabe_and_ito_s_as_far_as_they_can_be_seen() {
        let [dark, light] = [Palette::DARK, Palette::LIGHT];
        for (number, colour) in OKABE_ITO.into_iter().enumerate() {
            assert_eq!(dark.series(number), colour);
            let is_seen = light.grounds().iter().all(|ground| contrast(colour, *ground) >= 3.0);
            assert_eq!(light.series(number) == colour, is_seen, "{colour:?}");
        }
        assert_eq!(light.wished([0xF0, 0xE4, 0x42]), light.series(6), "a wish is kept where it can be");
    }
}
