//! The cursors on the screen: lines or points, their handles, and the keys that move them.

use egui::{Align2, EventFilter, Key, Pos2, Rect, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::super::super::gestures;
use super::super::super::theme::{SMALL, font};
use super::super::crosshair::{Ground, paint_sample};
use super::CursorBoxes;
use super::dock::Docked;
use crate::chart::cursors::{
    Column, CursorAxes, Cursors, Report, Which, group, is_read_at_x, place_of, sample_at,
};
use crate::chart::{CursorReads, PlotState, StreamSnapshot};

/// Size of a handle, points.
const HANDLE: f32 = 16.0;
/// Pixels that an arrow with Shift moves a cursor by.
const FAR: f64 = 10.0;

/// Where a cursor is on the screen.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// Where its handle is.
    handle: Rect,
    /// Where it is itself; `None` out of sight.
    at: Option<Pos2>,
    /// Where it is from the handle, if it is out of sight.
    beyond: egui::Vec2,
}

impl CursorBoxes {
    /// Paints the cursors of a plot and moves them as pointer and keys say; then what they measure.
    pub(crate) fn show(
        &mut self,
        ui: &Ui,
        ground: &Ground<'_>,
        cursors: &mut Cursors,
        plot: &PlotState,
        streams: &[StreamSnapshot],
    ) {
        let area = ground.area;
        if cursors.pair(plot).is_none() || area.width() < 2.0 * HANDLE || area.height() < 2.0 * HANDLE {
            return;
        }
        let mut taken = None;
        for which in Which::BOTH {
            let Some(cursor) = cursors.pair(plot).and_then(|pair| pair.get(which)) else { continue };
            let mut spot = spot(plot, area, cursor.at);
            if taken.is_some_and(|taken: Rect| taken.expand(1.0).intersects(spot.handle)) {
                spot.handle = spot.handle.translate(vec2(0.0, HANDLE + 2.0));
            }
            taken = Some(spot.handle);
            paint(ui, ground, plot, streams, which, cursor.at, spot);
            self.handle(ui, ground, cursors, (plot, streams), which, spot);
        }
        let Some(pair) = cursors.pair(plot) else { return };
        // One box is enough; beside the plots there is room for all.
        if !self.is_docked && !cursors.is_active(plot) {
            return;
        }
        let wants_copy = ui.input(|i| i.events.contains(&egui::Event::Copy)) && !ui.ctx().text_edit_focused();
        if !cursors.settings.statistics && !wants_copy {
            return;
        }
        let (x_axis, first) = (ground.x_axis, &ground.ys[0]);
        let axes = CursorAxes {
            x: x_axis.reading(),
            y: first.axis.reading(),
            values: ground.readings,
            x_unit: ground.x_unit,
            y_unit: &first.unit,
            said: &|x| x_axis.said(x),
        };
        let report = Report::new(plot, pair, streams, axes);
        if self.is_docked {
            if wants_copy && cursors.is_active(plot) {
                ui.ctx().copy_text(report.text());
            }
            let colour = |column: &Column| ground.theme.colour_of(&plot.members()[column.member]);
            let colours = report.columns.iter().map(colour).collect();
            self.dock.docked.push(Docked { report, colours });
            return;
        }
        if wants_copy {
            ui.ctx().copy_text(report.text());
        }
        if cursors.settings.statistics {
            self.show_table(ui, ground, &mut cursors.settings, (plot, streams), &report);
        }
    }

    /// The handle of a cursor: its letter, what drags it and what has the keys.
    fn handle(
        &mut self,
        ui: &Ui,
        ground: &Ground<'_>,
        cursors: &mut Cursors,
        (plot, streams): (&PlotState, &[StreamSnapshot]),
        which: Which,
        spot: Spot,
    ) {
        let (area, theme) = (ground.area, ground.theme);
        // The cursor is shared, but each plot has a handle of it.
        let id = ui.scope_id().with((plot.key(), "cursor", group(plot), which));
        let response = ui.interact(spot.handle.expand(2.0), id, Sense::click_and_drag());
        let x = cursors.pair(plot).and_then(|pair| pair.get(which)).map_or(f64::NAN, |cursor| cursor.at[0]);
        let said = format!("cursor {} of {} at {}", which.name(), plot.key(), ground.x_axis.readout(x));
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Slider, true, &said));
        let anchor = spot.at.unwrap_or(spot.handle.center());
        if response.drag_started() {
            let pressed = ui.input(|i| i.pointer.press_origin());
            self.grab = pressed.map_or(egui::Vec2::ZERO, |pressed| pressed - anchor);
        }
        if response.dragged()
            && let Some(at) = response.interact_pointer_pos()
        {
            let to = at - self.grab;
            let to = pos2(to.x.clamp(area.left(), area.right()), to.y.clamp(area.top(), area.bottom()));
            cursors.drag(which, plot, streams, gestures::place(to, area));
        }
        if response.clicked() || response.gained_focus() {
            cursors.activate(plot);
        }
        if response.has_focus() {
            let filter =
                EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.ctx().memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            let by = ui.input(arrows);
            if by != [0.0, 0.0] {
                let share = |by: f64, points: f32| by / f64::from(points.max(1.0));
                let by = [share(by[0], area.width()), share(by[1], area.height())];
                cursors.nudge(which, plot, streams, by);
            }
        }
        let painter = ui.painter();
        let is_lit = response.hovered() || response.dragged() || response.has_focus();
        let ground_colour = if is_lit { theme.text_strong } else { theme.text };
        painter.rect_filled(spot.handle, 3.0, ground_colour);
        if response.has_focus() {
            painter.rect_stroke(
                spot.handle.expand(1.5),
                4.0,
                Stroke::new(1.5, theme.warn),
                egui::StrokeKind::Outside,
            );
        }
        painter.text(spot.handle.center(), Align2::CENTER_CENTER, which.name(), font(SMALL), theme.plot);
        if spot.at.is_none() {
            painter.add(arrow(spot, ground_colour));
        }
        let response = response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal);
        if !response.dragged() {
            response.on_hover_text("Drag, or Tab to it and move it with the arrows; Esc clears the cursors");
        }
    }
}

/// Where the arrows that are pressed lead, in pixels right and up.
fn arrows(input: &egui::InputState) -> [f64; 2] {
    let mut by = [0.0, 0.0];
    for event in &input.events {
        let egui::Event::Key { key, pressed: true, modifiers, .. } = event else { continue };
        let step = if modifiers.shift { FAR } else { 1.0 };
        match key {
            Key::ArrowLeft => by[0] -= step,
            Key::ArrowRight => by[0] += step,
            Key::ArrowDown => by[1] -= step,
            Key::ArrowUp => by[1] += step,
            _ => {}
        }
    }
    by.map(|by: f64| by.clamp(-1e4, 1e4))
}

fn spot(plot: &PlotState, area: Rect, at: [f64; 2]) -> Spot {
    // What a logarithmic axis has no place for lies before all that it shows.
    let [x, y] = place_of(plot, at).unwrap_or([f64::NEG_INFINITY, 0.5]);
    let place = |v: f64| v.clamp(-1e3, 1e3) as f32;
    let is_line = is_read_at_x(plot);
    let free = pos2(area.left() + place(x) * area.width(), area.bottom() - place(y) * area.height());
    let inside = pos2(free.x.clamp(area.left(), area.right()), free.y.clamp(area.top(), area.bottom()));
    let is_seen = if is_line { (0.0..=1.0).contains(&x) } else { inside == free };
    let middle = if is_line { pos2(inside.x, area.top() + HANDLE / 2.0) } else { inside + vec2(12.0, -12.0) };
    let half = HANDLE / 2.0;
    let room = area.shrink(if is_seen { half } else { half + 8.0 });
    let y = if is_line { middle.y } else { middle.y.clamp(room.top(), room.bottom().max(room.top())) };
    let middle = if is_line && is_seen {
        middle
    } else {
        pos2(middle.x.clamp(room.left(), room.right().max(room.left())), y)
    };
    let beyond = if is_line { vec2(free.x - middle.x, 0.0) } else { free - middle };
    Spot { handle: Rect::from_center_size(middle, vec2(HANDLE, HANDLE)), at: is_seen.then_some(free), beyond }
}

/// An arrow beside a handle, towards its cursor.
fn arrow(spot: Spot, colour: egui::Color32) -> Shape {
    let towards = spot.beyond.normalized();
    let side = vec2(-towards.y, towards.x) * 4.0;
    let base = spot.handle.center() + towards * (HANDLE / 2.0 + 2.0);
    Shape::convex_polygon(vec![base + towards * 6.0, base + side, base - side], colour, Stroke::NONE)
}

fn paint(
    ui: &Ui,
    ground: &Ground<'_>,
    plot: &PlotState,
    streams: &[StreamSnapshot],
    which: Which,
    at: [f64; 2],
    spot: Spot,
) {
    let (painter, area, theme) = (ui.painter(), ground.area, ground.theme);
    let Some(seen) = spot.at else { return };
    let stroke = Stroke::new(1.0, theme.text);
    let line = |from: Pos2, to: Pos2| match which {
        Which::A => {
            painter.line_segment([from, to], stroke);
        }
        // Told apart without colours.
        Which::B => {
            painter.extend(Shape::dashed_line(&[from, to], stroke, 6.0, 4.0));
        }
    };
    if is_read_at_x(plot) {
        let x = painter.round_to_pixel_center(seen.x);
        line(pos2(x, area.top()), pos2(x, area.bottom()));
        for (member, stream) in plot.shown(streams) {
            if let Some(sample) = sample_at(plot, stream, at[0]) {
                paint_sample(ui, ground, plot, member, sample);
            }
        }
        return;
    }
    let (x, y) = (painter.round_to_pixel_center(seen.x), painter.round_to_pixel_center(seen.y));
    let reach = if plot.kind().spec().cursor == CursorReads::Cell { 18.0 } else { 12.0 };
    let clamp_x = |x: f32| x.clamp(area.left(), area.right());
    let clamp_y = |y: f32| y.clamp(area.top(), area.bottom());
    line(pos2(clamp_x(x - reach), y), pos2(clamp_x(x + reach), y));
    line(pos2(x, clamp_y(y - reach)), pos2(x, clamp_y(y + reach)));
    painter.circle(seen, 4.0, theme.plot, Stroke::new(1.5, theme.text_strong));
}
