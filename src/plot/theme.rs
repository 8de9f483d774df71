//! Colours, sizes and fonts of a window, in one place. What the colours are is in `chart/palette.rs`.

use std::sync::Arc;

use egui::{Color32, FontId, Painter, Rgba};

use crate::chart::{Member, Palette};

/// Text size of tick labels and tables, points.
pub(crate) const SMALL: f32 = 12.0;
/// Text size of labels, points.
pub(crate) const BODY: f32 = 13.0;

/// Colours of one theme.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theme {
    /// Dark ground.
    pub(crate) is_dark: bool,
    /// The same for whoever draws without egui.
    pub(crate) palette: &'static Palette,
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
    /// The theme for a dark or a light ground.
    pub(crate) fn of(is_dark: bool) -> Self {
        let palette = Palette::of(is_dark);
        let own = |[r, g, b]: [u8; 3]| Color32::from_rgb(r, g, b);
        Self {
            is_dark,
            palette,
            window: own(palette.window),
            plot: own(palette.plot),
            raised: own(palette.raised),
            border: own(palette.border),
            grid: own(palette.grid),
            grid_zero: own(palette.grid_zero),
            text_strong: own(palette.text_strong),
            text: own(palette.text),
            text_faint: own(palette.text_faint),
            good: own(palette.good),
            warn: own(palette.warn),
            bad: own(palette.bad),
        }
    }

    /// The colour of a stream in a plot: see [`Palette::colour_of`].
    pub(crate) fn colour_of(&self, member: &Member) -> Color32 {
        let [r, g, b] = self.palette.colour_of(member);
        Color32::from_rgb(r, g, b)
    }

    /// The colour of series `index`: see [`Palette::series`].
    pub(crate) fn series(&self, index: usize) -> Color32 {
        let [r, g, b] = self.palette.series(index);
        Color32::from_rgb(r, g, b)
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

/// Red, green and blue of an opaque colour.
pub(crate) fn rgb(colour: Color32) -> [u8; 3] {
    let [r, g, b, _] = colour.to_array();
    [r, g, b]
}

/// A colour with some of its opacity.
pub(crate) fn faded(colour: Color32, opacity: f32) -> Color32 {
    let rgba = Rgba::from(colour);
    Color32::from(Rgba::from_rgba_unmultiplied(rgba.r(), rgba.g(), rgba.b(), opacity))
}
