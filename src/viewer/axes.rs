//! The two axis strips of a plot: ticks, labels, titles, and the grid lines that go with them.

use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::format::{Labels, Prefix};
use super::scene::Canvas;
use super::theme::{SMALL, Theme, digits, elided, font, srgba};
use super::ticks::Ticks;
use super::view::Interval;
use crate::render::{Axis as GridAxis, GridLine};

/// Height of the x strip without a title, points.
pub(crate) const X_STRIP: f32 = 24.0;
/// Height that a title adds to the x strip, or width to the y strip, points.
pub(crate) const TITLE: f32 = 18.0;
/// Room between a label and the plot area, points.
const LABEL_GAP: f32 = 8.0;
/// Least distance of two x ticks, points.
const X_TICK_GAP: f32 = 96.0;
/// Least distance of two y ticks, points.
const Y_TICK_GAP: f32 = 42.0;
/// Width of a digit of a label at most, points.
const DIGIT_WIDTH: f32 = 7.0;
/// Spans longer than this are labelled in minutes and seconds.
const CLOCK_FROM_SECS: f64 = 120.0;

/// Ticks of one axis and how they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    range: Interval,
    ticks: Ticks,
    labels: Labels,
    is_clock: bool,
    /// Whether the prefix goes onto the labels, because there is no unit to carry it.
    has_bare_prefix: bool,
}

impl Axis {
    /// An x axis `length` points long; `is_time` if it is in seconds.
    pub(crate) fn x(range: Interval, length: f32, is_time: bool, unit: &str) -> Self {
        let axis = Self::x_with_gap(range, length, is_time, unit, X_TICK_GAP);
        // Far from zero a label has many digits. Ticks make room for them, so that none has to be left out, which
        // would make labels come and go while they scroll.
        let digits =
            [range.min, range.max].map(|v| axis.label(v).chars().count()).into_iter().max().unwrap_or(0);
        let gap = digits as f32 * DIGIT_WIDTH + 20.0;
        if gap > X_TICK_GAP { Self::x_with_gap(range, length, is_time, unit, gap) } else { axis }
    }

    fn x_with_gap(range: Interval, length: f32, is_time: bool, unit: &str, gap: f32) -> Self {
        if is_time && range.span() > CLOCK_FROM_SECS {
            let ticks = Ticks::clock(range, length, gap);
            return Self {
                range,
                ticks,
                labels: Labels::clock(ticks),
                is_clock: true,
                has_bare_prefix: false,
            };
        }
        let ticks = Ticks::decimal(range, length, gap);
        let labels = if is_time { Labels::seconds(range, ticks) } else { Labels::decimal(range, ticks) };
        Self { range, ticks, labels, is_clock: false, has_bare_prefix: unit.is_empty() }
    }

    /// A y axis `length` points long.
    pub(crate) fn y(range: Interval, length: f32, unit: &str) -> Self {
        let ticks = Ticks::decimal(range, length, Y_TICK_GAP);
        let labels = Labels::decimal(range, ticks);
        Self { range, ticks, labels, is_clock: false, has_bare_prefix: unit.is_empty() }
    }

    fn label(&self, value: f64) -> String {
        self.with_prefix(self.labels.label(value))
    }

    /// A value between the ticks.
    pub(crate) fn readout(&self, value: f64) -> String {
        self.with_prefix(self.labels.readout(value))
    }

    fn with_prefix(&self, label: String) -> String {
        let letter = self.labels.prefix().letter;
        if self.has_bare_prefix && label != "0" { label + letter } else { label }
    }

    /// `name (unit)`, with the prefix that the labels leave out.
    pub(crate) fn title(&self, name: &str, unit: &str) -> String {
        let Prefix { letter, .. } = self.labels.prefix();
        let unit = match (self.is_clock, unit.is_empty()) {
            (true, _) if self.range.max.abs().max(self.range.min.abs()) >= 3600.0 => "h:min:s".to_owned(),
            (true, _) => "min:s".to_owned(),
            (false, true) => String::new(),
            (false, false) => format!("{letter}{unit}"),
        };
        match (name.is_empty(), unit.is_empty()) {
            (_, true) => name.to_owned(),
            (true, false) => unit,
            (false, false) => format!("{name} ({unit})"),
        }
    }

    /// Width of the widest label, points.
    pub(crate) fn widest(&self, painter: &Painter) -> f32 {
        let width = |value| painter.layout_no_wrap(self.label(value), font(SMALL), Color32::WHITE).size().x;
        self.ticks.values().map(width).fold(0.0, f32::max)
    }

    /// Width of the y strip for labels this wide: a multiple of eight, so that it seldom changes.
    pub(crate) fn strip_width(widest: f32) -> f32 {
        ((widest + LABEL_GAP + 6.0) / 8.0).ceil() * 8.0
    }

    /// The grid lines of this axis.
    pub(crate) fn grid_lines(&self, axis: GridAxis, canvas: &Canvas, theme: &Theme) -> Vec<GridLine> {
        let line = |value: f64| {
            let is_zero = value == 0.0 && axis == GridAxis::Y;
            let at_px = match axis {
                GridAxis::X => canvas.column_px(value),
                GridAxis::Y => canvas.row_px(value),
            };
            let colour = srgba(if is_zero { theme.grid_zero } else { theme.grid });
            GridLine { axis, at_px, colour, width_px: canvas.pixels_per_point.round().max(1.0) }
        };
        self.ticks.values().map(line).collect()
    }

    /// Paints labels below the plot area; none is cut by the sides of `strip`.
    pub(crate) fn paint_x(&self, painter: &Painter, area: Rect, strip: Rect, title: &str, theme: &Theme) {
        let mut free_from = strip.left();
        for value in self.ticks.values() {
            #[expect(clippy::cast_possible_truncation, reason = "a share of 0..=1")]
            let x = area.left() + self.range.fraction(value) as f32 * area.width();
            tick(painter, [pos2(x, area.bottom()), pos2(x, area.bottom() + 4.0)], theme);
            let galley = painter.layout_no_wrap(self.label(value), font(SMALL), theme.text);
            let left = x - galley.size().x / 2.0;
            if left >= free_from && left + galley.size().x <= strip.right() {
                free_from = left + galley.size().x + 10.0;
                let at = pos2(left, area.bottom() + LABEL_GAP - 1.0);
                painter.galley(painter_round(painter, at), galley, theme.text);
            }
        }
        if !title.is_empty() {
            let galley = elided(painter, title, font(SMALL), theme.text_faint, area.width());
            let at = pos2(area.center().x, area.bottom() + X_STRIP + TITLE / 2.0) - galley.size() / 2.0;
            painter.galley(painter_round(painter, at), galley, theme.text_faint);
        }
    }

    /// Paints labels left of the plot area, and the title along the left edge of `strip`.
    pub(crate) fn paint_y(&self, painter: &Painter, area: Rect, strip: Rect, title: &str, theme: &Theme) {
        for value in self.ticks.values() {
            #[expect(clippy::cast_possible_truncation, reason = "a share of 0..=1")]
            let y = area.bottom() - self.range.fraction(value) as f32 * area.height();
            tick(painter, [pos2(area.left() - 4.0, y), pos2(area.left(), y)], theme);
            let at = pos2(area.left() - LABEL_GAP, y);
            painter.text(at, Align2::RIGHT_CENTER, self.label(value), font(SMALL), theme.text);
        }
        if !title.is_empty() {
            let galley = elided(painter, title, font(SMALL), theme.text_faint, area.height());
            let at = pos2(strip.left(), area.center().y + galley.size().x / 2.0);
            let at = painter_round(painter, at);
            let text = egui::epaint::TextShape::new(at, galley, theme.text_faint)
                .with_angle(-std::f32::consts::FRAC_PI_2);
            painter.add(text);
        }
    }
}

fn tick(painter: &Painter, ends: [Pos2; 2], theme: &Theme) {
    let ends = ends.map(|p| pos2(painter.round_to_pixel_center(p.x), painter.round_to_pixel_center(p.y)));
    painter.line_segment(ends, Stroke::new(1.0, theme.border));
}

fn painter_round(painter: &Painter, at: Pos2) -> Pos2 {
    let ppp = painter.pixels_per_point();
    (at.to_vec2() * ppp).round().to_pos2() / ppp
}

/// A box with a value, on an axis strip.
pub(crate) fn tag(painter: &Painter, at: Pos2, align: Align2, text: String, within: Rect, theme: &Theme) {
    let galley = painter.layout_no_wrap(text, digits(SMALL - 1.0), theme.text_strong);
    let size = galley.size() + vec2(10.0, 4.0);
    let mut rect = align.anchor_size(at, size);
    let shift = vec2(
        (within.left() - rect.left()).max(0.0) - (rect.right() - within.right()).max(0.0),
        (within.top() - rect.top()).max(0.0) - (rect.bottom() - within.bottom()).max(0.0),
    );
    rect = rect.translate(shift);
    painter.rect(rect, 3.0, theme.raised, Stroke::new(1.0, theme.border), egui::StrokeKind::Inside);
    painter.galley(painter_round(painter, rect.min + vec2(5.0, 2.0)), galley, theme.text_strong);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_carry_the_prefix_and_the_unit() {
        let axis = Axis::y(Interval::new(-0.001, 0.001), 400.0, "V");
        assert_eq!(axis.title("amplitude", "V"), "amplitude (mV)");
        assert_eq!(axis.label(0.0005), "0.5");
        let axis = Axis::y(Interval::new(-1.0, 1.0), 400.0, "");
        assert_eq!(axis.title("", ""), "");
    }

    #[test]
    fn without_a_unit_the_labels_carry_the_prefix() {
        let axis = Axis::y(Interval::new(0.0, 50_000.0), 400.0, "");
        assert_eq!(axis.label(20_000.0), "20k");
        assert_eq!(axis.label(0.0), "0");
    }

    #[test]
    fn long_times_are_minutes_and_hours() {
        let title = |max| Axis::x(Interval::new(max - 600.0, max), 800.0, true, "s").title("time", "s");
        assert_eq!(title(600.0), "time (min:s)");
        assert_eq!(title(7200.0), "time (h:min:s)");
        assert_eq!(Axis::x(Interval::new(0.0, 10.0), 800.0, true, "s").title("time", "s"), "time (s)");
    }
}
