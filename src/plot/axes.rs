//! The two axis strips of a plot: ticks, labels, titles, and the grid lines that go with them.

use std::sync::Arc;

use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::canvas::Canvas;
use super::theme::{SMALL, Theme, digits, elided, faded, font, srgba};
use crate::chart::{Axis, Tick};
use crate::render::{Axis as GridAxis, GridLine, PxRect};

/// Height of the x strip without a title, points.
pub(crate) const X_STRIP: f32 = 24.0;
/// Height that a title adds to the x strip, or width to the y strip, points.
pub(crate) const TITLE: f32 = 18.0;
/// Room between a label and the plot area, points.
const LABEL_GAP: f32 = 8.0;
/// Room between a tag and a label, points.
const TAG_GAP: f32 = 2.0;
/// How much of a grid line's colour is left where it has no label.
const FAINT: f32 = 0.5;

/// Width of the y strip for labels this wide: a multiple of eight, so that it seldom changes.
pub(crate) fn strip_width(widest: f32) -> f32 {
    ((widest + LABEL_GAP + 6.0) / 8.0).ceil() * 8.0
}

/// Of the plot area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// What an axis paints beside and over its plot area.
pub(crate) trait PaintAxis {
    /// Width of the widest label, points.
    fn widest(&self, painter: &Painter) -> f32;

    /// The grid lines of this axis.
    fn grid_lines(&self, axis: GridAxis, canvas: &Canvas, theme: &Theme) -> Vec<GridLine>;

    /// Paints labels below the plot area; none is cut by the sides of `strip`, and none lies under `tag`.
    fn paint_x(
        &self,
        painter: &Painter,
        area_and_strip: [Rect; 2],
        title: &str,
        tag: Option<&Tag>,
        theme: &Theme,
    );

    /// Paints labels beside a line at `spine` and a gap, none of them under `tag`, and the title along the outer edge of
    /// `strip`.
    fn paint_y(
        &self,
        painter: &Painter,
        area_and_strip: [Rect; 2],
        spine_gap_side: (f32, f32, Side),
        title: &str,
        tag: Option<&Tag>,
        theme: &Theme,
    );
}

impl PaintAxis for Axis {
    fn widest(&self, painter: &Painter) -> f32 {
        let width = |value| painter.layout_no_wrap(self.label(value), font(SMALL), Color32::WHITE).size().x;
        self.ticks().filter(|tick| tick.is_labelled).map(|tick| width(tick.value)).fold(0.0, f32::max)
    }

    fn grid_lines(&self, axis: GridAxis, canvas: &Canvas, theme: &Theme) -> Vec<GridLine> {
        let PxRect { x, y, w, h } = canvas.rect;
        let line = |tick: Tick| {
            let is_zero = tick.value == 0.0 && axis == GridAxis::Y;
            #[expect(clippy::cast_possible_truncation, reason = "a share of 0..=1")]
            let place = tick.place as f32;
            let at_px = match axis {
                GridAxis::X => x + place * w,
                GridAxis::Y => y + (1.0 - place) * h,
            };
            let colour = match (is_zero, tick.is_labelled) {
                (true, _) => theme.grid_zero,
                (false, true) => theme.grid,
                (false, false) => faded(theme.grid, FAINT),
            };
            GridLine {
                axis,
                at_px,
                colour: srgba(colour),
                width_px: canvas.pixels_per_point.round().max(1.0),
            }
        };
        self.ticks().map(line).collect()
    }

    fn paint_x(
        &self,
        painter: &Painter,
        [area, strip]: [Rect; 2],
        title: &str,
        tag: Option<&Tag>,
        theme: &Theme,
    ) {
        let mut free_from = strip.left();
        for Tick { value, place, is_labelled } in self.ticks() {
            #[expect(clippy::cast_possible_truncation, reason = "a share of 0..=1")]
            let x = area.left() + place as f32 * area.width();
            let length = if is_labelled { 4.0 } else { 2.0 };
            tick(painter, [pos2(x, area.bottom()), pos2(x, area.bottom() + length)], theme);
            if !is_labelled {
                continue;
            }
            let galley = painter.layout_no_wrap(self.label(value), font(SMALL), theme.text);
            // At the edge it moves in by what would be cut.
            let left = (x - galley.size().x / 2.0).min(strip.right() - galley.size().x);
            if left >= free_from {
                free_from = left + galley.size().x + 10.0;
                let at = painter_round(painter, pos2(left, area.bottom() + LABEL_GAP - 1.0));
                if !tag.is_some_and(|tag| tag.touches(Rect::from_min_size(at, galley.size()))) {
                    painter.galley(at, galley, theme.text);
                }
            }
        }
        if !title.is_empty() {
            let galley = elided(painter, title, font(SMALL), theme.text_faint, area.width());
            let at = pos2(area.center().x, area.bottom() + X_STRIP + TITLE / 2.0) - galley.size() / 2.0;
            painter.galley(painter_round(painter, at), galley, theme.text_faint);
        }
    }

    fn paint_y(
        &self,
        painter: &Painter,
        [area, strip]: [Rect; 2],
        (spine, gap, side): (f32, f32, Side),
        title: &str,
        tag: Option<&Tag>,
        theme: &Theme,
    ) {
        for Tick { value, place, is_labelled } in self.ticks() {
            #[expect(clippy::cast_possible_truncation, reason = "a share of 0..=1")]
            let y = area.bottom() - place as f32 * area.height();
            let length = if is_labelled { 4.0 } else { 2.0 };
            let (out, align) = match side {
                Side::Left => (-1.0, Align2::RIGHT_CENTER),
                Side::Right => (1.0, Align2::LEFT_CENTER),
            };
            tick(painter, [pos2(spine + out * (gap + length), y), pos2(spine + out * gap, y)], theme);
            if is_labelled {
                let galley = painter.layout_no_wrap(self.label(value), font(SMALL), theme.text);
                let rect = align.anchor_size(pos2(spine + out * (gap + LABEL_GAP), y), galley.size());
                if !tag.is_some_and(|tag| tag.touches(rect)) {
                    painter.galley(rect.min, galley, theme.text);
                }
            }
        }
        if !title.is_empty() {
            let galley = elided(painter, title, font(SMALL), theme.text_faint, area.height());
            // Lying on its side, a V would be a ">".
            let is_upright = galley.size().x <= TITLE;
            let extent = if is_upright { galley.size() } else { galley.size().rot90().abs() };
            let left = if side == Side::Left { strip.left() } else { strip.right() - TITLE };
            let middle = pos2(left + TITLE / 2.0, area.center().y);
            let (at, angle) = if is_upright {
                (middle - extent / 2.0, 0.0)
            } else {
                (pos2(left, middle.y + extent.y / 2.0), -std::f32::consts::FRAC_PI_2)
            };
            let at = painter_round(painter, at);
            painter.add(egui::epaint::TextShape::new(at, galley, theme.text_faint).with_angle(angle));
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

/// A box with a value, on an axis strip. The labels of the axis that it touches are left out: what it leaves of one would
/// read as another number.
pub(crate) struct Tag {
    rect: Rect,
    galley: Arc<egui::Galley>,
}

impl Tag {
    pub(crate) fn new(
        painter: &Painter,
        (at, align): (Pos2, Align2),
        text: String,
        within: Rect,
        theme: &Theme,
    ) -> Self {
        let galley = painter.layout_no_wrap(text, digits(SMALL - 1.0), theme.text_strong);
        let rect = align.anchor_size(at, galley.size() + vec2(10.0, 4.0));
        let shift = vec2(
            (within.left() - rect.left()).max(0.0) - (rect.right() - within.right()).max(0.0),
            (within.top() - rect.top()).max(0.0) - (rect.bottom() - within.bottom()).max(0.0),
        );
        Self { rect: rect.translate(shift), galley }
    }

    pub(crate) fn paint(self, painter: &Painter, theme: &Theme) {
        let stroke = Stroke::new(1.0, theme.border);
        painter.rect(self.rect, 3.0, theme.raised, stroke, egui::StrokeKind::Inside);
        let at = painter_round(painter, self.rect.min + vec2(5.0, 2.0));
        painter.galley(at, self.galley, theme.text_strong);
    }

    fn touches(&self, label: Rect) -> bool {
        self.rect.intersects(label.expand(TAG_GAP))
    }
}
