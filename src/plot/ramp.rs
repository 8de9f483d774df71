//! The colours of a density: from its emptiest cells to its fullest.
//!
//! The first colour stands out from the ground, so that a single point is seen; the last one stands out the most.

use egui::Color32;

use super::colour::{LEAST_CONTRAST, Lab, contrast};
use super::theme::Theme;
use crate::chart::{ColourMap, Colours};

/// Colours of a ramp.
const LEN: usize = 256;
/// How much more the fullest cells stand out than the emptiest, at least, as a ratio of contrasts.
const LEAST_RANGE: f64 = 1.8;

/// The colours for a stream of the colour `own`, straight alpha, sRGB.
pub(crate) fn ramp(colours: Colours, own: Color32, theme: &Theme) -> [[u8; 4]; LEN] {
    match colours {
        Colours::Own => of_colour(own, theme),
        Colours::Table(table) => of_table(table, theme),
    }
}

/// From a colour away from the ground. What is near its end already, such as yellow on a dark ground, begins nearer to
/// the ground, so that the ramp has a range.
fn of_colour(own: Color32, theme: &Theme) -> [[u8; 4]; LEN] {
    let end = if theme.is_dark { Color32::WHITE } else { Color32::BLACK };
    let (lab, end) = (Lab::of(own), Lab::of(end));
    let last = lab.lerp(end, 0.85);
    let is_range =
        |first: Color32| contrast(last.colour(), theme.plot) / contrast(first, theme.plot) >= LEAST_RANGE;
    let ground = Lab::of(theme.plot);
    let nearer = |step: u8| Lab { lightness: lab.lerp(ground, f64::from(step) / 100.0).lightness, ..lab };
    let steps = (0..100).map(nearer);
    let seen = steps.take_while(|lab| contrast(lab.colour(), theme.plot) >= LEAST_CONTRAST);
    let mut first = lab;
    for step in seen {
        first = step;
        if is_range(step.colour()) {
            break;
        }
    }
    // Slowly away from the colour, so that most of the picture is of it.
    let share = |index: usize| (index as f64 / (LEN - 1) as f64).powi(3);
    std::array::from_fn(|index| first.lerp(last, share(index)).colour().to_array())
}

/// The longest part of a table that stands out from the ground, the end that does so the most last.
fn of_table(table: ColourMap, theme: &Theme) -> [[u8; 4]; LEN] {
    let all = table.table();
    let contrasts = all.map(|[r, g, b, _]| contrast(Color32::from_rgb(r, g, b), theme.plot));
    let mut at = 0;
    let parts = contrasts.chunk_by(|a, b| (*a >= LEAST_CONTRAST) == (*b >= LEAST_CONTRAST)).map(|part| {
        at += part.len();
        at - part.len()..at
    });
    let seen = parts.filter(|part| contrasts[part.start] >= LEAST_CONTRAST);
    let part = seen.max_by_key(std::ops::Range::len).unwrap_or(0..LEN);
    let is_turned = contrasts[part.start] > contrasts[part.end - 1];
    std::array::from_fn(|index| {
        let place = index * (part.len() - 1) / (LEN - 1);
        all[if is_turned { part.end - 1 - place } else { part.start + place }]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour([r, g, b, _]: [u8; 4]) -> Color32 {
        Color32::from_rgb(r, g, b)
    }

    #[test]
    fn a_single_point_can_be_seen_on_both_grounds() {
        for theme in [Theme::dark(), Theme::light()] {
            for (colours, number) in Colours::all().flat_map(|c| (0..8).map(move |number| (c, number))) {
                let ramp = ramp(colours, theme.series(number), &theme);
                let contrasts = ramp.map(|c| contrast(colour(c), theme.plot));
                let least = contrasts.iter().copied().fold(f64::INFINITY, f64::min);
                assert!(least >= LEAST_CONTRAST - 0.05, "{colours:?}, {number}, {}: {least}", theme.is_dark);
                assert!(contrasts[255] > contrasts[0], "{colours:?}, {number}, {}", theme.is_dark);
            }
        }
    }

    #[test]
    fn the_ramp_of_a_colour_begins_with_it_and_keeps_its_hue() {
        for theme in [Theme::dark(), Theme::light()] {
            // But for yellow on dark, and the theme's ink.
            for number in 0..6 {
                let own = theme.series(number);
                let ramp = ramp(Colours::Own, own, &theme);
                assert_eq!(colour(ramp[0]), own, "{number}, {}", theme.is_dark);
            }
            for number in 0..7 {
                let own = Lab::of(theme.series(number)).hue;
                let ramp = ramp(Colours::Own, theme.series(number), &theme);
                for index in [0, 64, 128] {
                    let other = Lab::of(colour(ramp[index])).hue;
                    let turn = other[1].atan2(other[0]) - own[1].atan2(own[0]);
                    assert!(turn.sin().abs() < 0.12, "{number} at {index}: {own:?} {other:?}");
                }
                let distance = Lab::of(colour(ramp[0])).distance(Lab::of(colour(ramp[255])));
                assert!(distance > 0.2, "{number}, {}: {distance}", theme.is_dark);
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for colours in Colours::all() {
            assert_eq!(Colours::from_name(colours.name()), Ok(colours));
        }
        assert!(Colours::from_name("pink").is_err());
    }
}
