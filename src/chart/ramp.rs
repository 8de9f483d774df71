//! The colours of a density: from its emptiest cells to its fullest.
//!
//! The first colour stands out from the ground, so that a single point is seen; the last one stands out the most.

use super::colour::{LEAST_CONTRAST, Lab, Rgb, contrast};
use super::colour_map::ColourMap;
use super::colours::Colours;
use super::palette::Palette;

/// Colours of a ramp.
const LEN: usize = 256;
/// How much more the fullest cells stand out than the emptiest, at least, as a ratio of contrasts.
const LEAST_RANGE: f64 = 1.8;

/// The colours for a stream of the colour `own`, straight alpha, sRGB.
pub(crate) fn ramp(colours: Colours, own: Rgb, palette: &Palette) -> [[u8; 4]; LEN] {
    match colours {
        Colours::Own => of_colour(own, palette),
        Colours::Table(table) => of_table(table, palette),
    }
}

/// From a colour away from the ground. What is near its end already, such as yellow on a dark ground, begins nearer to
/// the ground, so that the ramp has a range.
fn of_colour(own: Rgb, palette: &Palette) -> [[u8; 4]; LEN] {
    let end = if palette.is_dark { [255; 3] } else { [0; 3] };
    let (lab, end) = (Lab::of(own), Lab::of(end));
    let last = lab.lerp(end, 0.85);
    let is_range =
        |first: Rgb| contrast(last.colour(), palette.plot) / contrast(first, palette.plot) >= LEAST_RANGE;
    let ground = Lab::of(palette.plot);
    let nearer = |step: u8| Lab { lightness: lab.lerp(ground, f64::from(step) / 100.0).lightness, ..lab };
    let steps = (0..100).map(nearer);
    let seen = steps.take_while(|lab| contrast(lab.colour(), palette.plot) >= LEAST_CONTRAST);
    let mut first = lab;
    for step in seen {
        first = step;
        if is_range(step.colour()) {
            break;
        }
    }
    // Slowly away from the colour, so that most of the picture is of it.
    let share = |index: usize| (index as f64 / (LEN - 1) as f64).powi(3);
    std::array::from_fn(|index| {
        let [r, g, b] = first.lerp(last, share(index)).colour();
        [r, g, b, 255]
    })
}

/// The longest part of a table that stands out from the ground, the end that does so the most last.
fn of_table(table: ColourMap, palette: &Palette) -> [[u8; 4]; LEN] {
    let all = table.table();
    let contrasts = all.map(|[r, g, b, _]| contrast([r, g, b], palette.plot));
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

    fn colour([r, g, b, _]: [u8; 4]) -> Rgb {
        [r, g, b]
    }

    #[test]
    fn a_single_point_can_be_seen_on_both_grounds() {
        for palette in [Palette::DARK, Palette::LIGHT] {
            for (colours, number) in Colours::all().flat_map(|c| (0..8).map(move |number| (c, number))) {
                let ramp = ramp(colours, palette.series(number), &palette);
                let contrasts = ramp.map(|c| contrast(colour(c), palette.plot));
                let least = contrasts.iter().copied().fold(f64::INFINITY, f64::min);
                assert!(
                    least >= LEAST_CONTRAST - 0.05,
                    "{colours:?}, {number}, {}: {least}",
                    palette.is_dark
                );
                assert!(contrasts[255] > contrasts[0], "{colours:?}, {number}, {}", palette.is_dark);
            }
        }
    }

    #[test]
    fn the_ramp_of_a_colour_begins_with_it_and_keeps_its_hue() {
        for palette in [Palette::DARK, Palette::LIGHT] {
            // But for yellow on dark, and the theme's ink.
            for number in 0..6 {
                let own = palette.series(number);
                let ramp = ramp(Colours::Own, own, &palette);
                assert_eq!(colour(ramp[0]), own, "{number}, {}", palette.is_dark);
            }
            for number in 0..7 {
                let own = Lab::of(palette.series(number)).hue;
                let ramp = ramp(Colours::Own, palette.series(number), &palette);
                for index in [0, 64, 128] {
                    let other = Lab::of(colour(ramp[index])).hue;
                    let turn = other[1].atan2(other[0]) - own[1].atan2(own[0]);
                    assert!(turn.sin().abs() < 0.12, "{number} at {index}: {own:?} {other:?}");
                }
                let distance = Lab::of(colour(ramp[0])).distance(Lab::of(colour(ramp[255])));
                assert!(distance > 0.2, "{number}, {}: {distance}", palette.is_dark);
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
