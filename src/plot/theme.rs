//! Colours, sizes and fonts, in one place; light and dark.
//!
//! A stream's colour comes from its name, so it is the same in every run and every viewer; streams of one plot
//! that would clash move on to the next free colour, in their order. The first eight are those of Okabe and Ito,
//! told apart by people with any common kind of colour blindness
//! (<https://jfly.uni-koeln.de/color/>); their black becomes the ink of the theme, and what is too pale for a light ground is
//! darkened. All have a contrast of at least 3:1 against the ground. From the ninth of a plot on, lines are dashed too.

use std::sync::{Arc, OnceLock};

use egui::{Color32, FontId, Painter, Rgba};

use crate::chart::Member;

use super::colour::{LEAST_CONTRAST, Lab, contrast, standing_out};

/// Text size of tick labels and tables, points.
pub(crate) const SMALL: f32 = 12.0;
/// Text size of labels, points.
pub(crate) const BODY: f32 = 13.0;

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

/// Colours of one theme.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theme {
    /// Dark ground.
    pub(crate) is_dark: bool,
    /// The window's ground.
    pub(crate) window: Color32,
    /// A plot's ground.
    pub(crate) plot: Color32,
    /// Ground of boxes that lie over a plot.
    pub(crate) raised: Color32,
    /// Edges of plots and boxes.
    pub(crate) border: Color32,
    /// Grid lines.
    pub(crate) grid: Color32,
    /// The grid line at zero.
    pub(crate) grid_zero: Color32,
    /// Titles and values.
    pub(crate) text_strong: Color32,
    /// Labels.
    pub(crate) text: Color32,
    /// What may be overlooked.
    pub(crate) text_faint: Color32,
    /// All is well.
    pub(crate) good: Color32,
    /// Look here.
    pub(crate) warn: Color32,
    /// Something is lost.
    pub(crate) bad: Color32,
}

impl Theme {
    /// The dark theme.
    pub(crate) fn dark() -> Self {
        Self {
            is_dark: true,
            window: Color32::from_rgb(0x0E, 0x11, 0x16),
            plot: Color32::from_rgb(0x13, 0x17, 0x1D),
            raised: Color32::from_rgb(0x1D, 0x23, 0x2B),
            border: Color32::from_rgb(0x2B, 0x32, 0x3B),
            grid: Color32::from_rgb(0x1F, 0x25, 0x2D),
            grid_zero: Color32::from_rgb(0x36, 0x3E, 0x49),
            text_strong: Color32::from_rgb(0xE8, 0xED, 0xF2),
            text: Color32::from_rgb(0xA9, 0xB3, 0xBE),
            text_faint: Color32::from_rgb(0x6E, 0x78, 0x84),
            good: Color32::from_rgb(0x3F, 0xB9, 0x73),
            warn: Color32::from_rgb(0xE3, 0xA5, 0x3A),
            bad: Color32::from_rgb(0xF4, 0x6A, 0x5E),
        }
    }

    /// The light theme.
    pub(crate) fn light() -> Self {
        Self {
            is_dark: false,
            window: Color32::from_rgb(0xF4, 0xF6, 0xF8),
            plot: Color32::from_rgb(0xFF, 0xFF, 0xFF),
            raised: Color32::from_rgb(0xFF, 0xFF, 0xFF),
            border: Color32::from_rgb(0xCF, 0xD6, 0xDD),
            grid: Color32::from_rgb(0xEC, 0xEF, 0xF2),
            grid_zero: Color32::from_rgb(0xC4, 0xCC, 0xD4),
            text_strong: Color32::from_rgb(0x16, 0x1B, 0x21),
            text: Color32::from_rgb(0x47, 0x51, 0x5C),
            text_faint: Color32::from_rgb(0x7E, 0x89, 0x94),
            good: Color32::from_rgb(0x1A, 0x7F, 0x45),
            warn: Color32::from_rgb(0x9A, 0x65, 0x00),
            bad: Color32::from_rgb(0xC9, 0x33, 0x2B),
        }
    }

    /// The theme for a dark or a light ground.
    pub(crate) fn of(is_dark: bool) -> Self {
        if is_dark { Self::dark() } else { Self::light() }
    }

    /// The colour of a stream in a plot: the chosen one, the wished one, or the one that belongs to its name.
    pub(crate) fn colour_of(&self, member: &Member) -> Color32 {
        match (member.chosen, member.wish) {
            (Some([r, g, b]), _) => Color32::from_rgb(r, g, b),
            (None, Some(wish)) => self.wished(wish),
            (None, None) => self.series(member.series),
        }
    }

    /// The colour of series `index`, see [`palette`]; after [`SERIES`] the same again, but for the first eight.
    pub(crate) fn series(&self, index: usize) -> Color32 {
        static PALETTES: [OnceLock<Vec<Color32>>; 2] = [const { OnceLock::new() }; 2];
        let palette = PALETTES[usize::from(self.is_dark)].get_or_init(|| palette(self));
        let index = if index < SERIES { index } else { 8 + (index - 8) % (SERIES - 8) };
        palette.get(index).copied().unwrap_or(self.text_strong)
    }

    /// What a producer wishes for, as far as it can be seen here: it does not know the ground.
    pub(crate) fn wished(&self, [r, g, b]: [u8; 3]) -> Color32 {
        standing_out(Color32::from_rgb(r, g, b), self.grounds(), LEAST_CONTRAST)
    }

    /// What streams are drawn on: the plot's ground, and the window's, where their legend is.
    pub(crate) fn grounds(&self) -> [Color32; 2] {
        [self.plot, self.window]
    }

    /// egui's own widgets (menus, tooltips) in these colours.
    pub(crate) fn visuals(&self) -> egui::Visuals {
        let mut visuals = if self.is_dark { egui::Visuals::dark() } else { egui::Visuals::light() };
        visuals.window_fill = self.raised;
        visuals.panel_fill = self.window;
        visuals.window_stroke = egui::Stroke::new(1.0, self.border);
        visuals.override_text_color = Some(self.text);
        visuals
    }
}

/// The colours of series: the eight of Okabe and Ito, as far as they stand out from the grounds of the theme, and then
/// each time the one that is the least like all before it.
fn palette(theme: &Theme) -> Vec<Color32> {
    let first = OKABE_ITO.map(|colour| theme.wished(colour));
    let mut palette: Vec<Color32> = first.into_iter().chain([theme.text_strong]).collect();
    let mut others: Vec<(Color32, Lab, f64)> = Vec::new();
    for lightness in (30_u8..97).step_by(4) {
        for (chroma, turn) in [4_u8, 8, 12, 16, 20].iter().flat_map(|c| (0..36_u8).map(move |turn| (c, turn)))
        {
            let (sin, cos) = (f64::from(turn) * 10.0).to_radians().sin_cos();
            let hue = [cos, sin].map(|part| part * f64::from(*chroma) / 100.0);
            let lab = Lab { lightness: f64::from(lightness) / 100.0, hue };
            let colour = lab.colour();
            let is_seen = theme.grounds().iter().all(|ground| contrast(colour, *ground) >= LEAST_CONTRAST);
            if lab.is_on_screens() && is_seen {
                others.push((colour, lab, f64::INFINITY));
            }
        }
    }
    for index in 0..SERIES {
        if index == palette.len() {
            let farthest = others.iter().max_by(|a, b| a.2.total_cmp(&b.2));
            palette.extend(farthest.map(|(colour, ..)| *colour));
        }
        let Some(taken) = palette.get(index).map(|colour| Lab::of(*colour)) else { break };
        for (_, lab, distance) in &mut others {
            *distance = distance.min(lab.distance(taken));
        }
    }
    palette
}

/// The text font at `size` points.
pub(crate) fn font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// The font whose digits are all equally wide, at `size` points.
pub(crate) fn digits(size: f32) -> FontId {
    FontId::monospace(size)
}

/// One line of text no wider than `width`, points: cut at its end, with an ellipsis, where it is longer.
pub(crate) fn elided(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// As [`elided`], but cut at its beginning: the names of streams that belong together differ at the end.
pub(crate) fn elided_in_front(
    painter: &Painter,
    text: &str,
    font: &FontId,
    colour: Color32,
    width: f32,
) -> Arc<egui::Galley> {
    let whole = painter.layout_no_wrap(text.to_owned(), font.clone(), colour);
    if whole.size().x <= width {
        return whole;
    }
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
    let cut = |at: usize| painter.layout_no_wrap(format!("…{}", &text[at..]), font.clone(), colour);
    let first = starts.partition_point(|at| cut(*at).size().x > width);
    cut(starts.get(first).copied().unwrap_or(text.len()))
}

/// Straight-alpha sRGB, 0..=1, as the render layer takes it.
pub(crate) fn srgba(colour: Color32) -> [f32; 4] {
    colour.to_srgba_unmultiplied().map(|channel| f32::from(channel) / 255.0)
}

/// A colour with some of its opacity.
pub(crate) fn faded(colour: Color32, opacity: f32) -> Color32 {
    let rgba = Rgba::from(colour);
    Color32::from(Rgba::from_rgba_unmultiplied(rgba.r(), rgba.g(), rgba.b(), opacity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::SeriesNumbers;

    #[test]
    fn every_colour_stands_out_and_no_two_streams_of_a_plot_look_the_same() {
        let names: Vec<String> = (0..SERIES).map(|i| format!("stream {i}")).collect();
        let mut numbers = SeriesNumbers::default();
        numbers.update(names.iter().map(String::as_str));
        for theme in [Theme::dark(), Theme::light()] {
            let colours: Vec<Color32> = names.iter().map(|name| theme.series(numbers.of(name))).collect();
            for (i, colour) in colours.iter().enumerate() {
                for ground in theme.grounds() {
                    let contrast = contrast(*colour, ground);
                    assert!(contrast >= 3.0, "{colour:?} on {ground:?}: {contrast}");
                }
                for other in &colours[..i] {
                    let distance = Lab::of(*colour).distance(Lab::of(*other));
                    assert!(distance >= 0.06, "{colour:?} and {other:?}: {distance}");
                }
            }
            // However many there are.
            let contrasts = (0..1000).map(|number| contrast(theme.series(number), theme.plot));
            assert!(contrasts.fold(f64::INFINITY, f64::min) >= 3.0);
        }
    }

    #[test]
    fn the_first_eight_are_okabe_and_ito_s_as_far_as_they_can_be_seen() {
        let [dark, light] = [Theme::dark(), Theme::light()];
        for (number, [r, g, b]) in OKABE_ITO.into_iter().enumerate() {
            let colour = Color32::from_rgb(r, g, b);
            assert_eq!(dark.series(number), colour);
            let is_seen = light.grounds().iter().all(|ground| contrast(colour, *ground) >= 3.0);
            assert_eq!(light.series(number) == colour, is_seen, "{colour:?}");
        }
        assert_eq!(light.wished([0xF0, 0xE4, 0x42]), light.series(6), "a wish is kept where it can be");
    }
}
