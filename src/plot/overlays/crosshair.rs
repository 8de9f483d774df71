//! The crosshair: in the plot under the pointer, and at the same x in the plots that are linked with it.

use egui::{Align2, Pos2, Rect, Stroke, Ui, pos2, vec2};

use super::super::axes::{Side, Tag};
use super::super::gestures::{self, position};
use super::super::theme::{Theme, faded};
use super::super::y_strips::YStrip;
use crate::chart::{Axis, Member, PlotState, Reading, StreamSnapshot, value_of};
use crate::store::Clock;

/// Which plot the pointer is over, and the x that others show with it.
#[derive(Debug, Default)]
pub(crate) struct Crosshair {
    /// The plot that had the crosshair in the last frame, and where it lay.
    last: Option<(String, Rect)>,
    /// The same in this frame.
    now: Option<(String, Rect)>,
    /// The x under the pointer, and the clock that it is of.
    shared_x: Option<(Clock, f64)>,
}

impl Crosshair {
    /// Finds the x of this frame before any plot is shown: all of them show it, in whatever order they come.
    pub(crate) fn begin<'a>(&mut self, ui: &Ui, mut plots: impl Iterator<Item = &'a PlotState>) {
        self.last = self.now.take();
        let pointer = ui.input(|i| i.pointer.hover_pos());
        self.shared_x = self.last.as_ref().zip(pointer).and_then(|((key, area), at)| {
            let plot = plots.find(|plot| plot.key() == key)?;
            let clock = plot.link().filter(|_| area.contains(at))?;
            Some((clock, plot.values_at(gestures::place(at, *area))[0]))
        });
    }

    /// Another plot has the crosshair now, or none: those that are linked must hear of it.
    pub(crate) fn end(&self, ui: &Ui) {
        if self.last.as_ref().map(|(key, _)| key) != self.now.as_ref().map(|(key, _)| key) {
            ui.ctx().request_repaint();
        }
    }

    /// The x at which a plot shows values: under the pointer, or under the pointer in a plot that is linked.
    pub(crate) fn x_of(&mut self, plot: &PlotState, area: Rect, hover: Option<Pos2>) -> Option<f64> {
        if let Some(at) = hover {
            self.now = Some((plot.key().to_owned(), area));
            return Some(plot.values_at(gestures::place(at, area))[0]);
        }
        self.shared_x.filter(|(clock, _)| Some(*clock) == plot.link()).map(|(_, x)| x)
    }
}

/// Where a plot lies and what its crosshair is made of.
pub(crate) struct Ground<'a> {
    pub(crate) area: Rect,
    pub(crate) x_strip: Rect,
    pub(crate) x_axis: &'a Axis,
    pub(crate) x_unit: &'a str,
    /// At least one.
    pub(in crate::plot) ys: &'a [YStrip],
    /// How values of each member of the plot are written.
    pub(crate) readings: &'a [Reading],
    pub(crate) theme: &'a Theme,
}

/// Paints the line at an x, with the samples there.
pub(crate) fn paint_x(ui: &Ui, ground: &Ground<'_>, plot: &PlotState, streams: &[StreamSnapshot], x: f64) {
    let Ground { area, theme, .. } = *ground;
    let (view, scales) = (plot.drawn(), plot.scales());
    let Some(place) = scales.x.checked_transform(x) else { return };
    let at = position(view, place, view.y.min, area).x;
    if !area.x_range().contains(at) {
        return;
    }
    let painter = ui.painter();
    painter.vline(painter.round_to_pixel_center(at), area.y_range(), (1.0, faded(theme.text, 0.45)));
    if plot.kind().is_over_time() {
        for (member, stream) in plot.shown(streams) {
            let Some(sample) = value_of(stream, Some(x)) else { continue };
            paint_sample(ui, ground, plot, member, sample);
        }
    }
}

/// Paints a dot at a sample; at the left edge where it lies further left.
pub(crate) fn paint_sample(
    ui: &Ui,
    ground: &Ground<'_>,
    plot: &PlotState,
    member: &Member,
    (x, y): (f64, f64),
) {
    let area = ground.area;
    let view = plot.drawn();
    let Some(x) = plot.scales().x.checked_transform(x) else { return };
    let Some(share) = plot.y_share(member, y) else { return };
    let across = position(view, x.max(view.x.min), view.y.min, area).x;
    let dot = pos2(across, area.bottom() - share.clamp(-1e6, 1e6) as f32 * area.height());
    if area.contains(dot) {
        let colour = ground.theme.colour_of(member);
        ui.painter().circle(dot, 3.5, colour, Stroke::new(1.5, ground.theme.plot));
    }
}

/// The tags on all axes of the crosshair under the pointer.
pub(crate) struct Tags {
    pub(crate) x: Tag,
    pub(crate) ys: Vec<Tag>,
}

/// The tags of the crosshair under the pointer.
pub(crate) fn tags(ui: &Ui, ground: &Ground<'_>, plot: &PlotState, at: Pos2) -> Tags {
    let Ground { area, x_strip, x_axis, theme, .. } = *ground;
    let place = gestures::place(at, area);
    let x = plot.values_at(place)[0];
    let x_at = (pos2(at.x, area.bottom() + 4.0), Align2::CENTER_TOP);
    let x_within = x_strip.expand2(vec2(30.0, 0.0));
    let of_y = |(axis, y): (usize, &YStrip)| {
        // A value longer than the labels reaches into the plot, not over the title.
        let (at, within) = match y.side {
            Side::Left => {
                let at = (pos2(y.spine() - 4.0, at.y), Align2::RIGHT_CENTER);
                (at, y.labels.with_max_x(area.right()))
            }
            Side::Right => {
                let at = (pos2(y.spine() + 4.0, at.y), Align2::LEFT_CENTER);
                (at, y.labels.with_min_x(area.left()))
            }
        };
        let text = y.axis.readout(plot.y_at(axis, place[1]));
        Tag::new(ui.painter(), at, text, within.expand2(vec2(0.0, 10.0)), theme)
    };
    Tags {
        x: Tag::new(ui.painter(), x_at, x_axis.readout(x - plot.x_origin()), x_within, theme),
        ys: ground.ys.iter().enumerate().map(of_y).collect(),
    }
}

/// Paints the crosshair under the pointer, with both values.
pub(crate) fn paint(
    ui: &Ui,
    ground: &Ground<'_>,
    plot: &PlotState,
    streams: &[StreamSnapshot],
    (at, tags): (Pos2, Tags),
) {
    let Ground { area, theme, .. } = *ground;
    let painter = ui.painter();
    let x = plot.values_at(gestures::place(at, area))[0];
    painter.hline(area.x_range(), painter.round_to_pixel_center(at.y), (1.0, faded(theme.text, 0.45)));
    paint_x(ui, ground, plot, streams, x);
    tags.x.paint(painter, theme);
    for tag in tags.ys {
        tag.paint(painter, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Options, PlotKind};

    /// One frame with the pointer at a place: the x that each of the plots shows, which lie side by side.
    fn frame(
        ctx: &egui::Context,
        crosshair: &mut Crosshair,
        plots: &[PlotState],
        at: Pos2,
    ) -> Vec<Option<f64>> {
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 100.0))),
            events: vec![egui::Event::PointerMoved(at)],
            ..Default::default()
        };
        let mut shown = Vec::new();
        let output = ctx.run_ui(input, |ui| {
            crosshair.begin(ui, plots.iter());
            let areas = (0..plots.len())
                .map(|i| Rect::from_min_size(pos2(i as f32 * 100.0, 0.0), vec2(100.0, 100.0)));
            let pairs = plots.iter().zip(areas);
            shown = pairs
                .map(|(plot, area)| crosshair.x_of(plot, area, area.contains(at).then_some(at)))
                .collect();
            crosshair.end(ui);
        });
        output.drop_without_applying_deltas();
        shown
    }

    #[test]
    fn plots_over_time_show_the_x_under_the_pointer_whichever_has_it() {
        let new = |kind, key: &str| PlotState::new(kind, key.to_owned(), &Options::default());
        let plots = [new(PlotKind::Time, "a"), new(PlotKind::Xy, "b"), new(PlotKind::Time, "c")];
        let (ctx, mut crosshair) = (egui::Context::default(), Crosshair::default());
        for (at, own) in [(25.0, 0), (250.0, 2), (275.0, 2), (60.0, 0)] {
            frame(&ctx, &mut crosshair, &plots, pos2(at, 50.0));
            let shown = frame(&ctx, &mut crosshair, &plots, pos2(at, 50.0));
            assert_eq!((shown[0], shown[1]), (shown[2], None), "{at}");
            let expected = plots[own].values_at([f64::from(at % 100.0) / 100.0, 0.5])[0];
            assert!((shown[own].expect("an x") - expected).abs() < 1e-6, "{at}: {shown:?}");
        }
        // A plot of another kind shares with nobody.
        frame(&ctx, &mut crosshair, &plots, pos2(150.0, 50.0));
        let shown = frame(&ctx, &mut crosshair, &plots, pos2(150.0, 50.0));
        assert!(shown[0].is_none() && shown[1].is_some() && shown[2].is_none(), "{shown:?}");
        // Nor does one that the pointer left.
        frame(&ctx, &mut crosshair, &plots, pos2(390.0, 50.0));
        assert_eq!(frame(&ctx, &mut crosshair, &plots, pos2(390.0, 50.0)), [None, None, None]);
    }
}
