//! What the mouse does: the wheel zooms, drags pan or draw a box, a click in the legend hides and shows.

use std::time::{Duration, Instant};

use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::app::App;
use super::panel::place_of_cell;
use super::pointer::spanned;
use crate::chart::{Axes, Drag, DragKind, FollowMode, Interval, Views, YAxes};

/// Zoom factor of a notch of the wheel: e^0.2, as in a window.
const NOTCH: f64 = 0.2;
/// Two clicks within this time are a double click.
const DOUBLE: Duration = Duration::from_millis(400);
/// A box must be so many cells wide and high to mean x and y.
const LEAST_BOX: u16 = 2;

impl App {
    /// Does what the mouse asks for.
    pub(super) fn on_mouse(&mut self, event: MouseEvent) {
        let at = [event.column, event.row];
        self.pointer.at = Some(at);
        match event.kind {
            MouseEventKind::Moved => {
                let is_in_plot = self.shown.iter().any(|shown| place_of_cell(at, shown.area).is_some());
                if is_in_plot {
                    self.chosen = None;
                }
            }
            MouseEventKind::ScrollUp => self.wheel(at, 1.0, event.modifiers),
            MouseEventKind::ScrollDown => self.wheel(at, -1.0, event.modifiers),
            MouseEventKind::Down(button) => self.press(at, button),
            MouseEventKind::Drag(_) => self.drag(at),
            MouseEventKind::Up(_) => self.release(at),
            MouseEventKind::ScrollLeft | MouseEventKind::ScrollRight => {}
        }
    }

    fn panel_at(&self, at: [u16; 2]) -> Option<(String, Rect, [f64; 2])> {
        self.shown.iter().find_map(|shown| {
            let place = place_of_cell(at, shown.area)?;
            Some((shown.key.clone(), shown.area, place))
        })
    }

    fn wheel(&mut self, at: [u16; 2], notches: f64, held: KeyModifiers) {
        let Some((key, _, place)) = self.panel_at(at) else { return };
        self.touch();
        let follows = held.contains(KeyModifiers::CONTROL) != self.switches.wheel_follows;
        let Some(plot) = self.panels.find_mut(&key) else { return };
        plot.is_notch = true;
        let axes = match (held.contains(KeyModifiers::SHIFT), held.contains(KeyModifiers::ALT)) {
            (true, _) => Axes::X,
            (_, true) => Axes::Y,
            _ => plot.wheel_axes(),
        };
        let factor = (notches * NOTCH).exp();
        if follows && plot.can_zoom_live() {
            plot.zoom_live(factor);
        } else {
            plot.zoom(axes, place, factor, &self.streams);
        }
        self.panels.follow_leader();
    }

    fn press(&mut self, at: [u16; 2], button: MouseButton) {
        self.touch();
        let hit = self.shown.iter().find_map(|shown| {
            let (_, member) = shown.legend.iter().find(|(rect, _)| rect.contains((at[0], at[1]).into()))?;
            Some((shown.key.clone(), *member))
        });
        if let Some((key, member)) = hit {
            if let Some(plot) = self.panels.find_mut(&key) {
                plot.toggle(member);
            }
            return;
        }
        let Some((key, _, _)) = self.panel_at(at) else { return };
        let draws_box = (button == MouseButton::Right) != self.switches.draws_boxes;
        let Some(plot) = self.panels.find_mut(&key) else { return };
        let is_double = self.pointer.last_click.take().is_some_and(|(when, before)| {
            when.elapsed() < DOUBLE && before == at && button == MouseButton::Left
        });
        if is_double {
            plot.fit(Axes::BOTH, &self.streams);
            self.panels.follow_leader();
            return;
        }
        self.pointer.last_click = Some((Instant::now(), at));
        let kind = if draws_box { DragKind::Box } else { DragKind::Pan(plot.dragged_axes()) };
        plot.drag = Some(Drag { kind, origin: at.map(f32::from), from: plot.moving_from() });
        self.pointer.drag = Some((key, at, kind));
    }

    fn drag(&mut self, at: [u16; 2]) {
        let Some((key, origin, DragKind::Pan(axes))) = self.pointer.drag.clone() else { return };
        let area = self.shown.iter().find(|shown| shown.key == key).map(|shown| shown.area);
        let (Some(area), Some(plot)) = (area, self.panels.find_mut(&key)) else { return };
        let Some(from) = plot.drag.map(|drag| drag.from) else { return };
        if at == origin && plot.motion() == FollowMode::Live {
            return;
        }
        let by = [0, 1].map(|axis| f64::from(origin[axis]) - f64::from(at[axis]));
        let by = [by[0] / f64::from(area.width.max(1)), -by[1] / f64::from(area.height.max(1))];
        plot.pan(axes, from, by, &self.streams);
        self.panels.follow_leader();
    }

    fn release(&mut self, at: [u16; 2]) {
        let Some((key, origin, kind)) = self.pointer.drag.take() else { return };
        let area = self.shown.iter().find(|shown| shown.key == key).map(|shown| shown.area);
        let (Some(area), Some(plot)) = (area, self.panels.find_mut(&key)) else { return };
        let from = plot.drag.take().map(|drag| drag.from);
        let (DragKind::Box, Some(from)) = (kind, from) else { return };
        let band = spanned(origin, at).intersection(area);
        let y = if band.height >= LEAST_BOX { YAxes::ALL } else { YAxes::NONE };
        let axes = Axes { x: band.width >= LEAST_BOX, y };
        if band.is_empty() || axes == Axes::NONE {
            return;
        }
        let share = |at: u16, begin: u16, length: u16| f64::from(at - begin) / f64::from(length.max(1));
        let x = [band.left(), band.right()].map(|at| from.x.at(share(at, area.x, area.width)));
        let y = [band.bottom(), band.top()].map(|at| 1.0 - share(at, area.y, area.height));
        let view = Views { x: Interval::new(x[0], x[1]), ..from }
            .with_y(|of| Interval::new(of.at(y[0]), of.at(y[1])));
        plot.show(axes, view, &self.streams);
        self.panels.follow_leader();
    }
}
