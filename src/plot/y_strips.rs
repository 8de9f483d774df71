//! The y axes beside a plot area: the first left of it, the second right, the third left of the first, the fourth right of
//! the second. Each has a title with its unit; where there are several, a bar has the colours of the streams on it.

use egui::{Color32, Painter, Rect, Ui, pos2, vec2};

use super::axes::{PaintAxis as _, Side, TITLE, Tag, strip_width};
use super::cache::PanelCache;
use super::kinds::KindPainter;
use super::theme::Theme;
use crate::chart::{Axis, AxisNames, PlotState};

/// Width of the bar of colours, points.
const BAR: f32 = 3.0;
/// Streams whose colours a bar has at most.
const MOST_COLOURS: usize = 8;
/// Room between an axis and the one beyond it, points.
const BETWEEN: f32 = 8.0;
/// Room right of a plot area that has no axis there, points.
const RIGHT_MARGIN: f32 = 10.0;

/// A y axis beside a plot area.
#[derive(Debug)]
pub(super) struct YStrip {
    pub(super) axis: Axis,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) side: Side,
    /// All of it, with its title.
    pub(super) rect: Rect,
    /// The same without the title.
    pub(super) labels: Rect,
}

/// Where the axis at this place lies.
fn side_of(axis: usize) -> Side {
    if axis.is_multiple_of(2) { Side::Left } else { Side::Right }
}

/// Width of the title of an axis, points.
fn title_width(names: &AxisNames) -> f32 {
    if names.y_name.is_empty() && names.y_unit.is_empty() { 0.0 } else { TITLE }
}

/// Widths of the strips, as far as they are known.
pub(super) struct Widths {
    strips: Vec<f32>,
    titles: Vec<f32>,
}

impl Widths {
    pub(super) fn new(cache: &mut PanelCache, names: &[AxisNames]) -> Self {
        // Of an axis that is gone, another one may be as wide as it wants.
        cache.strip_widths[names.len()..].fill(0.0);
        let titles: Vec<f32> = names.iter().map(title_width).collect();
        let bar = if names.len() > 1 { BAR } else { 0.0 };
        let strip =
            |(axis, title): (usize, &f32)| title + bar + cache.strip_widths[axis].max(strip_width(20.0));
        Self { strips: titles.iter().enumerate().map(strip).collect(), titles }
    }

    /// Room left and right of the plot area, the latter with what else lies there.
    pub(super) fn margins(&self, side_width: f32) -> [f32; 2] {
        let of = |side: Side| {
            let strips = self.strips.iter().enumerate().filter(|(axis, _)| side_of(*axis) == side);
            let (count, all) = strips.fold((0, 0.0), |(count, all), (_, width)| (count + 1, all + width));
            all + (count.max(1) - 1) as f32 * BETWEEN
        };
        let right = of(Side::Right);
        [of(Side::Left), side_width + if right > 0.0 { right + 2.0 } else { RIGHT_MARGIN }]
    }

    /// Where the strips lie beside an area in a panel: the outermost reach to the edges of it, where they are alone.
    pub(super) fn rects(&self, area: Rect, panel: Rect) -> Vec<[Rect; 2]> {
        let mut edges = [area.left(), area.right()];
        let mut rects = Vec::new();
        for (axis, width) in self.strips.iter().enumerate() {
            let title = self.titles[axis];
            if axis > 1 {
                let outwards = if side_of(axis) == Side::Left { -BETWEEN } else { BETWEEN };
                edges[axis % 2] += outwards;
            }
            let rect = match side_of(axis) {
                Side::Left => {
                    let is_alone = self.strips.len() < 3;
                    let left = if is_alone { panel.left() } else { edges[0] - width };
                    Rect::from_min_max(pos2(left.min(edges[0]), area.top()), pos2(edges[0], area.bottom()))
                }
                Side::Right => {
                    Rect::from_min_max(pos2(edges[1], area.top()), pos2(edges[1] + width, area.bottom()))
                }
            };
            let labels = match side_of(axis) {
                Side::Left => rect.with_min_x((rect.left() + title).min(rect.right())),
                Side::Right => rect.with_max_x((rect.right() - title).max(rect.left())),
            };
            match side_of(axis) {
                Side::Left => edges[0] = rect.left(),
                Side::Right => edges[1] = rect.right(),
            }
            rects.push([rect, labels]);
        }
        rects
    }
}

/// The y axes of a plot, and asks for a new pass where one has no room.
pub(super) fn strips(
    ui: &Ui,
    (plot, kind): (&PlotState, &dyn KindPainter),
    cache: &mut PanelCache,
    names: &[AxisNames],
    rects: &[[Rect; 2]],
) -> Vec<YStrip> {
    let mut strips = Vec::new();
    for (axis, (names, [rect, labels])) in names.iter().zip(rects).enumerate() {
        let marks = kind.y_axis(plot, axis, rect.height(), names);
        let width = strip_width(marks.widest(ui.painter()));
        if width > cache.strip_widths[axis] {
            cache.strip_widths[axis] = width;
            ui.ctx().request_discard("wider axis labels");
        }
        strips.push(YStrip {
            axis: marks,
            name: names.y_name.clone(),
            unit: names.y_unit.clone(),
            side: side_of(axis),
            rect: *rect,
            labels: *labels,
        });
    }
    strips
}

impl YStrip {
    /// The x of the line that its ticks begin at.
    pub(super) fn spine(&self) -> f32 {
        match self.side {
            Side::Left => self.rect.right(),
            Side::Right => self.rect.left(),
        }
    }

    pub(super) fn title(&self) -> String {
        self.axis.title(&self.name, &self.unit)
    }

    /// Paints its labels, of which none lies under a tag, its title and the colours of its streams.
    pub(super) fn paint(
        &self,
        painter: &Painter,
        area: Rect,
        tag: Option<&Tag>,
        colours: &[Color32],
        theme: &Theme,
    ) {
        let spine = self.spine();
        let is_outer = (spine - area.left()).abs() > 1.0 && (spine - area.right()).abs() > 1.0;
        if is_outer {
            painter.vline(painter.round_to_pixel_center(spine), area.y_range(), (1.0, theme.border));
        }
        let gap = if colours.is_empty() { 0.0 } else { BAR };
        self.axis.paint_y(painter, [area, self.rect], (spine, gap, self.side), &self.title(), tag, theme);
        let count = colours.len().min(MOST_COLOURS);
        let left = if self.side == Side::Left { spine - 1.0 - BAR } else { spine + 1.0 };
        let height = area.height() / count.max(1) as f32;
        for (at, colour) in colours.iter().take(count).enumerate() {
            let top = area.top() + at as f32 * height;
            let part = Rect::from_min_size(pos2(left, top), vec2(BAR, height));
            painter.rect_filled(part, 0.0, *colour);
        }
    }
}

/// The colours of the streams on an axis, where there are several axes.
pub(super) fn colours_of(plot: &PlotState, axis: usize, theme: &Theme) -> Vec<Color32> {
    if plot.y_axes() < 2 {
        return Vec::new();
    }
    let shown = plot.members_on(axis).filter(|member| !member.is_hidden);
    shown.map(|member| theme.colour_of(member)).collect()
}
