//! The panels on the screen: egui's tiles place them, drag them and change their sizes.

use std::collections::HashMap;

use egui::{Color32, Rect, Stroke, Ui, pos2};
use egui_tiles::{Behavior, EditAction, ResizeState, SimplificationOptions, TileId, Tiles, UiResponse};

use super::Panels;
use super::tree::{self, SIMPLE};
use crate::chart::PlotState;
use crate::plot::{FrameContext, Measuring, PanelAction, PanelCache, Theme, faded, widget};
use crate::render::Scene;

/// Room between two panels, points.
const GAP: f32 = 10.0;
/// A panel is at least this wide and high, points.
const LEAST: f32 = 60.0;

/// What showing the panels left.
#[derive(Debug, Default)]
pub(crate) struct Panes {
    /// The panels that were shown, with their whole rectangles and their plot areas, in points.
    pub(crate) shown: Vec<(String, Rect, Rect)>,
    /// The y axes of each of them, in points.
    pub(crate) strips: Vec<(String, Vec<Rect>)>,
    /// What was asked for in a panel.
    pub(crate) actions: Vec<(String, PanelAction)>,
}

/// Shows the panels in `area`.
pub(crate) fn show(
    plots: &mut Panels,
    ui: &mut Ui,
    area: Rect,
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    scenes: &mut Vec<Scene>,
) -> Panes {
    plots.arrange(area);
    let alone = plots.maximised.clone().filter(|key| plots.find(key).is_some());
    let marked = plots.chosen.clone().filter(|_| plots.set.list.len() > 1 && !frame.is_figure);
    let mut desk = Desk {
        list: &mut plots.set.list,
        caches: &mut plots.caches,
        frame,
        measuring,
        scenes,
        panes: Panes::default(),
        marked,
        is_edited: false,
        clip: ui.clip_rect(),
        style: ui.style().clone(),
    };
    if let Some(key) = alone {
        desk.panel(ui, area, &key);
    } else {
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(area));
        plots.tree.ui(&mut desk, &mut child);
    }
    let Desk { panes, is_edited, .. } = desk;
    let shown = |key: &String| panes.shown.iter().any(|(other, ..)| other == key);
    if PanelCache::line_up(plots.caches.iter_mut().filter(|(key, _)| shown(key)).map(|(_, cache)| cache)) {
        ui.ctx().request_discard("plot areas that line up");
    }
    if is_edited {
        plots.edit();
        plots.sort();
    }
    plots.follow_leader();
    panes
}

struct Desk<'a, 'f> {
    list: &'a mut Vec<PlotState>,
    caches: &'a mut HashMap<String, PanelCache>,
    frame: FrameContext<'f>,
    measuring: &'a mut Measuring,
    scenes: &'a mut Vec<Scene>,
    panes: Panes,
    /// The panel that the keys mean.
    marked: Option<String>,
    is_edited: bool,
    /// What cuts the whole off, and its style.
    clip: Rect,
    style: std::sync::Arc<egui::Style>,
}

impl Desk<'_, '_> {
    /// Shows one panel; whether somebody began to drag it.
    fn panel(&mut self, ui: &mut Ui, rect: Rect, key: &str) -> bool {
        let Some(plot) = self.list.iter_mut().find(|plot| plot.key() == key) else { return false };
        let cache = self.caches.entry(key.to_owned()).or_default();
        let shown = widget::show(ui, rect, (plot, cache), self.frame, self.measuring, self.scenes);
        if self.marked.as_deref() == Some(key) {
            let stroke = Stroke::new(1.5, faded(self.frame.theme.text_strong, 0.55));
            ui.painter().rect_stroke(shown.area.expand(1.0), 2.0, stroke, egui::StrokeKind::Outside);
        }
        self.panes.shown.push((key.to_owned(), rect, shown.area));
        self.panes.strips.push((key.to_owned(), shown.strips));
        self.panes.actions.extend(shown.actions.into_iter().map(|action| (key.to_owned(), action)));
        shown.is_dragged
    }

    fn theme(&self) -> &Theme {
        self.frame.theme
    }
}

impl Behavior<String> for Desk<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _id: TileId, key: &mut String) -> UiResponse {
        // The tree makes it anew: it knows neither what cuts the whole off nor what style that has.
        ui.shrink_clip_rect(self.clip);
        ui.set_style(self.style.clone());
        let rect = ui.max_rect();
        if self.panel(ui, rect, key) { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, key: &String) -> egui::WidgetText {
        let plot = self.list.iter().find(|plot| plot.key() == key);
        plot.map_or_else(|| key.clone(), PlotState::shown_title).into()
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        GAP
    }

    fn min_size(&self) -> f32 {
        LEAST
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SIMPLE
    }

    fn grid_auto_column_count(&self, count: usize, rect: Rect, _gap: f32) -> usize {
        tree::columns_of(count, rect)
    }

    fn resize_stroke(&self, _style: &egui::Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => Stroke::new(2.0, self.theme().border),
            ResizeState::Dragging => Stroke::new(2.0, self.theme().text_faint),
        }
    }

    fn tab_bar_color(&self, _visuals: &egui::Visuals) -> Color32 {
        self.theme().window
    }

    fn tab_bg_color(
        &self,
        _visuals: &egui::Visuals,
        _tiles: &Tiles<String>,
        _id: TileId,
        state: &egui_tiles::TabState,
    ) -> Color32 {
        if state.active { self.theme().raised } else { self.theme().window }
    }

    fn drag_preview_stroke(&self, _visuals: &egui::Visuals) -> Stroke {
        Stroke::new(1.5, self.theme().text_faint)
    }

    fn drag_preview_color(&self, _visuals: &egui::Visuals) -> Color32 {
        faded(self.theme().text_faint, 0.2)
    }

    // Ctrl+Tab goes from panel to panel, hidden or not.
    fn cycle_tabs_with_keyboard(&self) -> bool {
        false
    }

    fn on_edit(&mut self, action: EditAction) {
        self.is_edited |= matches!(action, EditAction::TileResized | EditAction::TileDropped);
    }
}

/// The part of a panel that something dragged lies over: its middle, or one of its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    Middle,
    Right,
    Bottom,
}

impl Zone {
    /// Where `at` lies in a panel, and what a drop there would fill.
    pub(crate) fn of(at: egui::Pos2, panel: Rect) -> (Self, Rect) {
        let place = (at - panel.min) / panel.size().max(egui::vec2(1.0, 1.0));
        if place.x > 0.8 && place.x >= place.y {
            (Self::Right, panel.with_min_x(panel.center().x))
        } else if place.y > 0.8 {
            (Self::Bottom, Self::bottom_of(panel))
        } else {
            (Self::Middle, panel)
        }
    }

    /// The lower half of a panel.
    pub(crate) fn bottom_of(panel: Rect) -> Rect {
        Rect::from_min_max(pos2(panel.left(), panel.center().y), panel.max)
    }
}
