//! What is done with panels: by key, by menu, by dragging streams between them.

use egui::{Rect, Ui};

use super::super::panels::Zone;
use super::App;
use crate::chart::{Command, Gain, GroupKind, MOST_Y_AXES, PlotState, SeriesStyle, StreamSnapshot};
use crate::plot::{BODY, DraggedStream, PanelAction, Theme, faded, font};

/// A stream that is let go so near to the right edge of a plot area has a new y axis, points.
const NEW_AXIS: f32 = 14.0;

impl App {
    /// Commands about the panel that a key means; about the first one where it means none.
    pub(super) fn run_on_panels(&mut self, command: Command, ui: &Ui) {
        if command == Command::ResetLayout {
            self.plots.reset();
            return;
        }
        let first = || self.plots.iter().next().map(|plot| plot.key().to_owned());
        let first = first();
        let Some(key) = self.meant(ui).or(first) else { return };
        self.run_on_panel(command, &key);
    }

    fn run_on_panel(&mut self, command: Command, key: &str) {
        match command {
            Command::SplitRight => self.plots.split(key, GroupKind::Row, None, &self.options),
            Command::SplitDown => self.plots.split(key, GroupKind::Column, None, &self.options),
            Command::Maximise if self.plots.maximised.is_some() => self.plots.maximised = None,
            Command::Maximise => self.plots.maximised = Some(key.to_owned()),
            Command::ClosePanel => self.plots.close(key),
            Command::LinkX => self.plots.toggle_link(key),
            _ => {}
        }
    }

    /// Does what was asked for in a panel.
    pub(super) fn act(&mut self, key: &str, action: PanelAction, ui: &Ui, streams: &[StreamSnapshot]) {
        match action {
            PanelAction::Run(command) => {
                let chosen = self.plots.chosen.replace(key.to_owned());
                self.run(command, ui, streams);
                if self.plots.chosen.as_deref() == Some(key) {
                    self.plots.chosen = chosen;
                }
            }
            PanelAction::Title(title) => {
                if let Some(plot) = self.plots.find_mut(key) {
                    plot.title = title;
                }
            }
            PanelAction::ToAxis(stream, axis) => {
                if let Some(plot) = self.plots.find_mut(key) {
                    plot.move_to_axis(&stream, axis, streams);
                }
            }
            PanelAction::GoTo(stream) => {
                if let Some(plot) = self.plots.find_mut(key) {
                    plot.go_to(&stream, streams);
                }
                self.plots.follow_leader();
            }
            PanelAction::Raise(stream) => {
                if let Some(plot) = self.plots.find_mut(key) {
                    plot.raise(&stream);
                }
            }
            PanelAction::Remove(stream) => self.plots.remove(&stream, key),
            PanelAction::Apart(stream) => {
                self.plots.split(key, GroupKind::Column, Some(&stream), &self.options);
            }
            PanelAction::Move(stream, to) => self.plots.relocate(&stream, &to),
            PanelAction::SeriesStyle(stream, look) if look == SeriesStyle::default() => {
                self.plots.set.looks.remove(&stream);
                self.store.unset_style(&stream);
            }
            PanelAction::SeriesStyle(stream, look) => {
                if let Some(style) = look.style {
                    self.store.set_style(&stream, style);
                }
                let entry = self.plots.set.looks.entry(stream).or_default();
                *entry = entry.with(look);
                entry.gain = entry.gain.filter(|gain| *gain != Gain::default());
            }
            PanelAction::Time(labels) => self.time.labels = labels,
            PanelAction::Derive(stream) => self.derive_dialog.open_for(&stream),
        }
    }

    /// The y axis that lies somewhere, or would right of a plot area: its panel, its place and where it is.
    fn axis_at(&self, at: egui::Pos2) -> Option<(String, usize, Rect)> {
        let (key, panel, area) = self.last.shown.iter().find(|(_, rect, _)| rect.contains(at))?;
        let plot = self.plots.find(key).filter(|plot| plot.can_have_axes())?;
        let strips = &self.last.strips.iter().find(|(other, _)| other == key)?.1;
        if let Some(axis) = strips.iter().position(|strip| strip.contains(at)) {
            return Some((key.clone(), axis, strips[axis]));
        }
        let edge = Rect::from_min_max(egui::pos2(area.right() - NEW_AXIS, area.top()), area.right_bottom());
        let edge = edge.with_max_x(panel.right());
        let is_free = plot.y_axes() < MOST_Y_AXES && edge.contains(at);
        is_free.then(|| (key.clone(), plot.y_axes(), edge))
    }

    /// Shows where a dragged stream would go, and puts it there when it is let go.
    pub(super) fn drop_stream(&mut self, ui: &Ui, theme: &Theme, streams: &[StreamSnapshot]) {
        let Some(dragged) = egui::DragAndDrop::payload::<DraggedStream>(ui.ctx()) else { return };
        let Some(at) = ui.input(|i| i.pointer.interact_pos()) else { return };
        let kind_of = |name: &str| {
            self.plots
                .iter()
                .find(|plot| plot.sources().iter().any(|source| source == name))
                .map(PlotState::kind)
        };
        // A panel takes what is of its kind; beside it there is room for anything.
        let takes = |key: &str| {
            self.plots.find(key).is_some_and(|plot| {
                plot.members().is_empty()
                    || plot.kind().spec().is_shared && Some(plot.kind()) == kind_of(&dragged.0)
            })
        };
        let axis = self.axis_at(at).filter(|(key, ..)| takes(key));
        let over = self.last.shown.iter().find(|(_, rect, _)| rect.contains(at) && axis.is_none());
        let target = over.map(|(key, rect, _)| {
            let (zone, fills) = Zone::of(at, *rect);
            let takes = takes(key);
            match zone {
                Zone::Middle if !takes => (key.clone(), Zone::Bottom, Zone::bottom_of(*rect)),
                zone => (key.clone(), zone, fills),
            }
        });
        let layer = egui::LayerId::new(egui::Order::Tooltip, ui.scope_id().with("dragged stream"));
        let painter = ui.ctx().layer_painter(layer);
        let fills = target.as_ref().map(|(.., fills)| *fills).or(axis.as_ref().map(|(.., rect)| *rect));
        if let Some(fills) = fills {
            paint_target(&painter, fills, theme);
        }
        let text = egui::Align2::LEFT_BOTTOM;
        painter.text(at + egui::vec2(12.0, -6.0), text, &dragged.0, font(BODY), theme.text_strong);
        if ui.input(|i| i.pointer.any_released()) {
            egui::DragAndDrop::clear_payload(ui.ctx());
            let stream = dragged.0.as_str();
            if let Some((key, axis, _)) = axis {
                self.plots.relocate(stream, &key);
                if let Some(plot) = self.plots.find_mut(&key) {
                    plot.move_to_axis(stream, axis, streams);
                }
                return;
            }
            match target {
                Some((key, Zone::Middle, _)) => {
                    let is_there =
                        self.plots.find(&key).is_some_and(|plot| plot.sources().iter().any(|s| s == stream));
                    if !is_there {
                        self.plots.relocate(stream, &key);
                    }
                }
                Some((key, Zone::Right, _)) => {
                    self.plots.split(&key, GroupKind::Row, Some(stream), &self.options);
                }
                Some((key, Zone::Bottom, _)) => {
                    self.plots.split(&key, GroupKind::Column, Some(stream), &self.options);
                }
                None => {}
            }
        }
    }
}

fn paint_target(painter: &egui::Painter, rect: Rect, theme: &Theme) {
    let stroke = egui::Stroke::new(1.5, theme.text_faint);
    painter.rect(rect.shrink(2.0), 4.0, faded(theme.text_faint, 0.15), stroke, egui::StrokeKind::Inside);
}
