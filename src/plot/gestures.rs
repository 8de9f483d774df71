//! What the pointer does to a plot: wheel, drag, box, double click; in the plot area and on the axis strips.
//!
//! Wheel events are taken as they come, without egui's smoothing: the same notch moves the view by the same
//! amount however slow the frames are, and when the wheel rests, nothing is left to animate. Drags measure from
//! where the button went down, so no movement is lost when many events fall into one frame.

use egui::{Event, MouseWheelUnit, PointerButton, Pos2, Rect, Response, Ui, Vec2, pos2};

use super::frame::FrameContext;
use crate::chart::{
    Axes, Drag, DragKind, FollowMode, Interval, PlotState, StreamSnapshot, View, Views, YAxes,
};

/// Zoom factor of one line of the wheel: e^0.2.
const LINE_ZOOM: f64 = 0.2;
/// Share of the view that one line of a wheel tilted sideways moves.
const LINE_PAN: f64 = 0.05;
/// Zoom factor of dragging along an axis strip, for each point.
const STRIP_ZOOM: f64 = 0.01;
/// A box must be this wide to mean x, and this high to mean y, points.
const LEAST_BOX: f32 = 12.0;

/// The responses of the sensitive parts of a plot.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) plot: Response,
    pub(crate) x_strip: Response,
    /// Of each y axis.
    pub(crate) y_strips: Vec<Response>,
    /// Something that lies over the plot takes the wheel.
    pub(crate) is_covered: bool,
}

/// Applies this frame's pointer input.
///
/// In box mode the left button draws boxes and the right one moves the view.
pub(crate) fn apply(ui: &Ui, plot: &mut PlotState, parts: &Parts, frame: FrameContext<'_>) {
    let streams = frame.streams;
    let area = parts.plot.rect;
    if area.width() < 1.0 || area.height() < 1.0 {
        return;
    }
    let area_and_x = [(&parts.plot, plot.wheel_axes()), (&parts.x_strip, Axes::X)];
    plot.pointed_axis = parts.y_strips.iter().position(Response::contains_pointer);
    for (response, axes) in area_and_x.into_iter().chain(parts.of_y()) {
        if response.contains_pointer()
            && !parts.is_covered
            && let Some(at) = ui.input(|i| i.pointer.hover_pos())
        {
            wheel(ui, plot, axes, at, area, frame);
        }
        if response.double_clicked() {
            let axes = if response.id == parts.plot.id { Axes::BOTH } else { axes };
            plot.drag = None;
            plot.fit(axes, streams);
        }
    }
    drags(ui, plot, parts, streams, frame.pointer.draws_boxes);
}

impl Parts {
    /// The strip of each y axis, and that axis alone.
    fn of_y(&self) -> impl Iterator<Item = (&Response, Axes)> {
        self.y_strips.iter().enumerate().map(|(axis, response)| (response, Axes::y(axis)))
    }
}

fn wheel(ui: &Ui, plot: &mut PlotState, axes: Axes, at: Pos2, area: Rect, frame: FrameContext<'_>) {
    let streams = frame.streams;
    let events = ui.input(|i| i.events.clone());
    for event in events {
        match event {
            Event::MouseWheel { unit, delta, modifiers, .. } => {
                plot.is_notch = true;
                let axes = match (modifiers.shift, modifiers.alt) {
                    (true, _) => Axes::X,
                    (_, true) => Axes::Y,
                    _ => axes,
                };
                match unit {
                    // Fingers on a trackpad move the content, unless Ctrl asks for a zoom.
                    MouseWheelUnit::Point if !modifiers.command => {
                        let from = plot.moving_from();
                        plot.pan(axes, from, shares(delta, area), streams);
                    }
                    MouseWheelUnit::Point => {
                        let lines = f64::from(delta.x + delta.y) / 40.0;
                        plot.zoom(axes, place(at, area), (lines * LINE_ZOOM).exp(), streams);
                    }
                    MouseWheelUnit::Line | MouseWheelUnit::Page => {
                        if delta.x != 0.0 {
                            let from = plot.moving_from();
                            let by = -f64::from(delta.x.clamp(-20.0, 20.0)) * LINE_PAN;
                            plot.pan(Axes::X, from, [by, 0.0], streams);
                        }
                        if delta.y != 0.0 {
                            let lines = f64::from(delta.y.clamp(-50.0, 50.0));
                            let factor = (lines * LINE_ZOOM).exp();
                            if modifiers.command != frame.pointer.wheel_follows && plot.can_zoom_live() {
                                plot.zoom_live(factor);
                            } else {
                                plot.zoom(axes, place(at, area), factor, streams);
                            }
                        }
                    }
                }
            }
            Event::Zoom(factor) => {
                plot.is_notch = true;
                plot.zoom(axes, place(at, area), f64::from(factor), streams);
            }
            _ => {}
        }
    }
}

fn drags(ui: &Ui, plot: &mut PlotState, parts: &Parts, streams: &[StreamSnapshot], is_box_mode: bool) {
    let area = parts.plot.rect;
    let (pan_button, box_button) = if is_box_mode {
        (PointerButton::Secondary, PointerButton::Primary)
    } else {
        (PointerButton::Primary, PointerButton::Secondary)
    };
    let of_y = parts.of_y().flat_map(|(response, axes)| {
        let primary = (response, PointerButton::Primary, DragKind::Pan(axes));
        [primary, (response, PointerButton::Secondary, DragKind::Strip(axes))]
    });
    let starts = [
        (&parts.plot, pan_button, DragKind::Pan(plot.dragged_axes())),
        (&parts.plot, PointerButton::Middle, DragKind::Pan(Axes::BOTH)),
        (&parts.plot, box_button, DragKind::Box),
        (&parts.x_strip, PointerButton::Primary, DragKind::Pan(Axes::X)),
        (&parts.x_strip, PointerButton::Secondary, DragKind::Strip(Axes::X)),
    ];
    for (response, button, kind) in starts.into_iter().chain(of_y) {
        if response.drag_started_by(button)
            && let Some(origin) = ui.input(|i| i.pointer.press_origin())
        {
            plot.drag = Some(Drag { kind, origin: origin.into(), from: plot.moving_from() });
        }
    }
    let Some(drag) = plot.drag else { return };
    let all = || [&parts.plot, &parts.x_strip].into_iter().chain(&parts.y_strips);
    let (is_over, is_on) = (all().any(Response::drag_stopped), all().any(Response::dragged));
    if ui.input(|i| i.key_pressed(egui::Key::Escape)) || !(is_over || is_on) {
        plot.drag = None;
        return;
    }
    // Where the button was let go, however far the pointer has come since in a slow frame.
    let released = |event: &egui::Event| match event {
        egui::Event::PointerButton { pos, pressed: false, .. } if is_over => Some(*pos),
        _ => None,
    };
    let at = ui.input(|i| i.events.iter().find_map(released).or(i.pointer.latest_pos()));
    let Some(at) = at else { return };
    match drag.kind {
        DragKind::Pan(axes) => plot.pan(axes, drag.from, shares(at - Pos2::from(drag.origin), area), streams),
        DragKind::Strip(axes) => {
            let moved = at - Pos2::from(drag.origin);
            let factor = (f64::from(moved.x - moved.y) * STRIP_ZOOM).exp();
            let anchor = place(drag.origin.into(), area);
            let view = Views { x: drag.from.x.zoomed(drag.from.x.at(anchor[0]), factor), ..drag.from }
                .with_y(|y| y.zoomed(y.at(anchor[1]), factor));
            plot.show(axes, view, streams);
        }
        DragKind::Box => {
            // What is being chosen must not run away.
            if plot.motion() == FollowMode::Live {
                plot.hold(streams, FollowMode::Held);
            }
            if is_over {
                let (axes, view) = boxed(drag, at, area);
                plot.show(axes, view, streams);
            }
        }
    }
    if is_over {
        plot.drag = None;
    }
}

/// The box that is being drawn, to paint it: cut to the plot area, and as high or wide as the area where the other
/// side alone counts.
pub(crate) fn rubber_band(ui: &Ui, plot: &PlotState, area: Rect) -> Option<Rect> {
    let drag = plot.drag.filter(|drag| drag.kind == DragKind::Box)?;
    let at = ui.input(|i| i.pointer.latest_pos())?;
    let mut rect = Rect::from_two_pos(drag.origin.into(), at).intersect(area);
    let axes = meant(drag.origin.into(), at);
    if axes.y.is_empty() {
        (rect.min.y, rect.max.y) = (area.top(), area.bottom());
    }
    if !axes.x {
        (rect.min.x, rect.max.x) = (area.left(), area.right());
    }
    (axes != Axes::NONE).then_some(rect)
}

fn meant(origin: Pos2, at: Pos2) -> Axes {
    let size = (at - origin).abs();
    Axes { x: size.x >= LEAST_BOX, y: if size.y >= LEAST_BOX { YAxes::ALL } else { YAxes::NONE } }
}

fn boxed(drag: Drag, at: Pos2, area: Rect) -> (Axes, Views) {
    let (a, b) = (place(drag.origin.into(), area), place(at, area));
    let inside = |v: f64| v.clamp(0.0, 1.0);
    let stretch = |from: Interval, a: f64, b: f64| Interval::new(from.at(inside(a)), from.at(inside(b)));
    let view = Views { x: stretch(drag.from.x, a[0], b[0]), ..drag.from }.with_y(|y| stretch(y, a[1], b[1]));
    (meant(drag.origin.into(), at), view)
}

/// A place as shares of the area's width and height, from the lower left.
pub(crate) fn place(at: Pos2, area: Rect) -> [f64; 2] {
    let share = |v: f32, from: f32, length: f32| f64::from(v - from) / f64::from(length.max(1.0));
    [share(at.x, area.left(), area.width()), 1.0 - share(at.y, area.top(), area.height())]
}

/// How far the view moves when the content moves by `delta` points.
fn shares(delta: Vec2, area: Rect) -> [f64; 2] {
    let moved = place(area.left_bottom() + delta, area);
    [-moved[0], -moved[1]]
}

/// The place of a value in the area, points.
pub(crate) fn position(view: View, x: f64, y: f64, area: Rect) -> Pos2 {
    #[expect(clippy::cast_possible_truncation, reason = "screen places; f32 saturates to infinity")]
    let place = |v: f64| v.clamp(-1e6, 1e6) as f32;
    pos2(
        area.left() + place(view.x.fraction(x)) * area.width(),
        area.bottom() - place(view.y.fraction(y)) * area.height(),
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these are exact by construction")]
    use super::*;
    use crate::chart::MOST_Y_AXES;
    use egui::vec2;

    const AREA: Rect = Rect { min: pos2(100.0, 50.0), max: pos2(300.0, 150.0) };

    fn view() -> View {
        View { x: Interval::new(0.0, 10.0), y: Interval::new(0.0, 1.0) }
    }

    #[test]
    fn places_are_measured_from_the_lower_left() {
        assert_eq!(place(pos2(100.0, 150.0), AREA), [0.0, 0.0]);
        assert_eq!(place(pos2(300.0, 50.0), AREA), [1.0, 1.0]);
        assert_eq!(position(view(), 5.0, 0.5, AREA), AREA.center());
    }

    #[test]
    fn dragging_to_the_right_shows_what_is_on_the_left() {
        let by = shares(vec2(100.0, 0.0), AREA);
        assert_eq!(view().x.panned(by[0]), Interval::new(-5.0, 5.0));
        assert!(by[1].abs() < 1e-12);
    }

    #[test]
    fn a_box_zooms_to_what_it_holds() {
        let from = Views { x: view().x, y: [view().y; MOST_Y_AXES] };
        let drag = Drag { kind: DragKind::Box, origin: [150.0, 75.0], from };
        let (axes, boxed) = boxed(drag, pos2(250.0, 125.0), AREA);
        assert_eq!(axes, Axes::BOTH);
        assert_eq!(boxed.x, Interval::new(2.5, 7.5));
        assert_eq!(boxed.y[0], Interval::new(0.25, 0.75));
    }

    #[test]
    fn a_flat_box_means_x_alone() {
        let from = Views { x: view().x, y: [view().y; MOST_Y_AXES] };
        let drag = Drag { kind: DragKind::Box, origin: [150.0, 75.0], from };
        assert_eq!(boxed(drag, pos2(250.0, 78.0), AREA).0, Axes::X);
        assert_eq!(boxed(drag, pos2(152.0, 140.0), AREA).0, Axes::Y);
    }
}
