//! The whole picture of a viewer, window or none: title bar, plots, table of streams, list of keys.
//!
//! [`App::ui`] lays a frame out with egui and leaves [`App::scenes`] for the plots' own pipelines; the host uploads
//! them before it draws egui's output (see `painting.rs`). The same call makes the window and the picture file.

use std::time::Duration;

use egui::{Align2, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::badges;
use super::data::Store;
use super::density::DensityOptions;
use super::format;
use super::host::Host;
use super::keys::{self, Command};
use super::plot::{Axes, Motion, PlotState};
use super::plots::{PlotKind, Plots};
use super::seen::SeenStream;
use super::status;
use super::theme::{BODY, SMALL, Theme, elided, font};
use super::widget::{self, Frame};
use crate::render::{ColourMap, Scene};

/// Height of the title bar, points.
const TITLE_BAR: f32 = 34.0;
/// Time in a frame of a window to count the points of densities.
const DENSITY_BUDGET: Duration = Duration::from_millis(4);
/// The most points of an XY stream that are drawn one by one, and where no GPU draws.
const MOST_MARKERS: usize = 50_000;
const MOST_SOFTWARE_MARKERS: usize = 10_000;
/// Room around the plots, points.
const MARGIN: f32 = 12.0;

/// Room that the title keeps where it is narrow, points.
const LEAST_TITLE: f32 = 60.0;

/// What a viewer is asked to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Title of the picture; by default the names of the streams.
    pub title: Option<String>,
    /// Name of the x axis of the time plot.
    pub xlabel: Option<String>,
    /// Name of the y axes.
    pub ylabel: Option<String>,
    /// Seconds shown while following. By default 10, and less while there are fewer; if set, always so many.
    pub x_span_secs: Option<f64>,
    /// Shows x from here to there and does not follow.
    pub x_range: Option<[f64; 2]>,
    /// Fixes the lower edge of y.
    pub y_min: Option<f64>,
    /// Fixes the upper edge of y.
    pub y_max: Option<f64>,
    /// Starts with a logarithmic x axis.
    pub log_x: bool,
    /// Starts with a logarithmic y axis.
    pub log_y: bool,
    /// An XY plot shows at most the newest this many points.
    pub max_xy_points: u64,
    /// Colours of densities.
    pub colour_map: ColourMap,
    /// Dark or light; `None` follows the system, and is dark where the system does not say.
    pub dark: Option<bool>,
}

impl Options {
    /// Seconds shown while following, unless set.
    pub const DEFAULT_SPAN_SECS: f64 = 10.0;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: None,
            xlabel: None,
            ylabel: None,
            x_span_secs: None,
            x_range: None,
            y_min: None,
            y_max: None,
            log_x: false,
            log_y: false,
            max_xy_points: u64::MAX,
            colour_map: ColourMap::default(),
            dark: None,
        }
    }
}

/// The state of a viewer.
#[derive(Debug)]
pub struct App {
    store: Store,
    options: Options,
    plots: Plots,
    scenes: Vec<Scene>,
    plot_rects: Vec<Rect>,
    names: Vec<String>,
    has_grid: bool,
    shows_keys: bool,
    wants_quit: bool,
    /// The theme chosen by hand.
    chosen_dark: Option<bool>,
    /// The theme that egui's own style was last set to.
    styled: Option<bool>,
    adapter: Option<(String, bool)>,
    now_secs: f64,
    /// What the window says of the GPU.
    pub(crate) host: Host,
    /// Time in a frame to count the points of densities; `None` for as long as it takes.
    density_budget: Option<Duration>,
}

impl App {
    /// A viewer of the streams of `store`.
    pub fn new(store: Store, options: Options) -> Self {
        Self {
            store,
            chosen_dark: options.dark,
            options,
            plots: Plots::default(),
            scenes: Vec::new(),
            plot_rects: Vec::new(),
            names: Vec::new(),
            has_grid: true,
            shows_keys: false,
            wants_quit: false,
            styled: None,
            adapter: None,
            now_secs: 0.0,
            host: Host::default(),
            density_budget: Some(DENSITY_BUDGET),
        }
    }

    /// Tells which adapter draws, and whether it is a software one, for the title bar.
    pub fn set_adapter(&mut self, name: &str, is_software: bool) {
        self.adapter = Some((name.to_owned(), is_software));
    }

    /// The scenes of the plots of the last frame; the paint callbacks in egui's output refer to them by their place.
    pub fn scenes(&self) -> &[Scene] {
        &self.scenes
    }

    /// The plot areas of the last frame, in points.
    pub fn plot_rects(&self) -> &[Rect] {
        &self.plot_rects
    }

    /// What each plot showed in the last frame: lowest and highest x, lowest and highest y.
    pub fn plot_bounds(&self) -> Vec<[[f64; 2]; 2]> {
        let bounds = self.plots.iter().map(|plot| {
            let [[x0, y0], [x1, y1]] = [plot.values_at([0.0, 0.0]), plot.values_at([1.0, 1.0])];
            [[x0, x1], [y0, y1]]
        });
        bounds.collect()
    }

    /// Whether somebody pressed the key that leaves.
    pub fn wants_quit(&self) -> bool {
        self.wants_quit
    }

    /// The title of the picture: as asked for, or the streams' names.
    pub fn title(&self) -> String {
        match &self.options.title {
            Some(title) => title.clone(),
            None => joined(&self.names),
        }
    }

    /// The colour to clear the target with before egui's output is drawn, sRGB with alpha 1.
    pub fn clear_colour(&self, ctx: &egui::Context) -> [f32; 4] {
        super::theme::srgba(Theme::of(self.is_dark(ctx)).window)
    }

    /// Whether the last frame showed all that there is: what takes long is computed over several frames.
    pub(crate) fn is_complete(&self) -> bool {
        self.plots.iter().all(PlotState::is_complete)
    }

    /// Whether frames take the time to finish all that a window would finish in later ones.
    pub(crate) fn set_still(&mut self, is_still: bool) {
        self.density_budget = (!is_still).then_some(DENSITY_BUDGET);
    }

    /// egui's clock in the last frame.
    pub(crate) fn now_secs(&self) -> f64 {
        self.now_secs
    }

    /// The theme of the last frame.
    pub(crate) fn last_theme(&self) -> Option<egui::Theme> {
        self.styled.map(|is_dark| if is_dark { egui::Theme::Dark } else { egui::Theme::Light })
    }

    /// Another egui context follows, which has no style of ours yet.
    pub(crate) fn enter_context(&mut self) {
        self.styled = None;
    }

    fn is_dark(&self, ctx: &egui::Context) -> bool {
        self.chosen_dark.unwrap_or_else(|| ctx.system_theme() != Some(egui::Theme::Light))
    }

    /// Lays one frame out. `ui` covers the whole window.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.now_secs = ui.input(|i| i.time);
        let streams = SeenStream::all(&self.store);
        self.names = streams.iter().map(|s| s.info.meta.name.clone()).collect();
        self.plots.sync(&streams, &self.options);
        for command in keys::pressed(ui.ctx()) {
            self.run(command, ui, &streams);
        }
        self.scenes.clear();
        self.plot_rects.clear();
        let is_dark = self.is_dark(ui.ctx());
        let theme = Theme::of(is_dark);
        if self.styled != Some(is_dark) {
            self.styled = Some(is_dark);
            ui.ctx().set_theme(if is_dark { egui::Theme::Dark } else { egui::Theme::Light });
            ui.ctx().set_visuals(theme.visuals());
        }
        let window = ui.max_rect();
        let bar = window.with_max_y(window.top() + TITLE_BAR);
        let table_layout = status::Layout::new(ui, &streams, window.size());
        let table = window.with_min_y((window.bottom() - table_layout.height).max(bar.bottom()));
        self.title_bar(ui, bar, &theme);
        let area = Rect::from_min_max(
            pos2(window.left() + MARGIN, bar.bottom()),
            pos2(window.right() - MARGIN + 6.0, table.top() - 6.0),
        );
        if self.plots.iter().next().is_none() {
            Self::nothing_yet(ui, area, &theme);
        } else if area.width() > 40.0 && area.height() > 40.0 {
            self.show_plots(ui, area, &theme, &streams);
        }
        self.store.set_memory_of_pictures(self.plots.iter().map(PlotState::memory_bytes).sum());
        status::show(ui, table, table_layout, &streams, &theme);
        if self.shows_keys {
            list_of_keys(ui, window, &theme);
        }
    }

    fn show_plots(&mut self, ui: &mut Ui, area: Rect, theme: &Theme, streams: &[SeenStream]) {
        let frame = Frame {
            streams,
            options: &self.options,
            theme,
            now_secs: self.now_secs,
            has_grid: self.has_grid,
            quality: self.host.quality,
            density: DensityOptions {
                budget: self.density_budget,
                most_markers: if self.adapter.as_ref().is_some_and(|(_, software)| *software) {
                    MOST_SOFTWARE_MARKERS
                } else {
                    MOST_MARKERS
                },
                colour_map: self.options.colour_map,
            },
        };
        self.host.is_reduced = false;
        let rects = self.plots.arrange(area);
        for (plot, rect) in self.plots.iter_mut().zip(rects) {
            let area = widget::show(ui, rect, plot, frame, &mut self.scenes);
            self.host.is_reduced |=
                !plot.is_still && matches!(plot.kind(), PlotKind::Time | PlotKind::Snapshot);
            self.plot_rects.push(area);
        }
    }

    fn title_bar(&mut self, ui: &Ui, bar: Rect, theme: &Theme) {
        let painter = ui.painter();
        let y = bar.center().y + 1.0;
        let mut right = bar.right() - MARGIN - 2.0;
        let keys = Rect::from_min_max(pos2(right - 44.0, bar.top() + 6.0), pos2(right, bar.bottom() - 4.0));
        let response = ui.interact(keys, ui.scope_id().with("keys"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, "List of keys"));
        let colour = if response.hovered() { theme.text_strong } else { theme.text_faint };
        painter.text(pos2(right, y), Align2::RIGHT_CENTER, "? keys", font(SMALL), colour);
        if response.clicked() {
            self.shows_keys = !self.shows_keys;
        }
        right = keys.left() - 14.0;
        let (used, budget) = self.store.memory();
        let history = match (used, budget) {
            (0, _) => String::new(),
            (used, 0) => format!("history {}", format::bytes(used)),
            (used, budget) => format!("history {} of {}", format::bytes(used), format::bytes(budget)),
        };
        let (gpu, short_gpu) = match &self.adapter {
            Some((name, true)) => (format!("software GPU · {}", short_adapter(name)), "software GPU"),
            _ => (String::new(), ""),
        };
        let left = bar.left() + MARGIN + 2.0;
        let layout = |text: &str, colour| painter.layout_no_wrap(text.to_owned(), font(SMALL), colour);
        // Where it is narrow the history goes first; that no GPU draws is said as long as there is any room.
        let room = right - left - LEAST_TITLE;
        let history = layout(&history, theme.text_faint);
        let full = layout(&gpu, theme.warn);
        let gpu = if full.size().x <= room { full } else { layout(short_gpu, theme.warn) };
        let has_history = history.size().x + gpu.size().x + 36.0 <= room;
        let has_gpu = gpu.size().x <= right - left;
        for (galley, colour, is_shown) in
            [(history, theme.text_faint, has_history), (gpu, theme.warn, has_gpu)]
        {
            if is_shown && galley.size().x > 0.0 {
                right -= galley.size().x;
                painter.galley(pos2(right, y - galley.size().y / 2.0), galley, colour);
                right -= 18.0;
            }
        }
        let badges = self.host.badges();
        if !badges.is_empty() {
            let row =
                Rect::from_min_max(pos2(left + LEAST_TITLE, bar.top()), pos2(right, bar.bottom() + 2.0));
            right = badges::paint(ui, row, "window", &badges, theme).0 - 6.0;
        }
        let title = elided(painter, &self.title(), font(BODY + 2.0), theme.text_strong, right - left);
        painter.galley(pos2(left, y - title.size().y / 2.0), title, theme.text_strong);
    }

    fn nothing_yet(ui: &Ui, area: Rect, theme: &Theme) {
        let painter = ui.painter();
        let at = area.center();
        painter.text(at, Align2::CENTER_BOTTOM, "Waiting for a stream", font(18.0), theme.text_strong);
        let hint = "Start a producer, or try:  ringplot demo";
        painter.text(at + vec2(0.0, 10.0), Align2::CENTER_TOP, hint, font(BODY), theme.text_faint);
    }

    fn run(&mut self, command: Command, ui: &Ui, streams: &[SeenStream]) {
        // A key that moves a view means the plot under the pointer; without one, all of them.
        let pointer = ui.input(|i| i.pointer.hover_pos());
        let target = pointer.and_then(|at| self.plot_rects.iter().position(|area| area.contains(at)));
        let any_live = self.plots.iter().any(|plot| plot.motion() == Motion::Live);
        match command {
            Command::Quit => self.wants_quit = true,
            Command::Grid => self.has_grid = !self.has_grid,
            Command::Theme => self.chosen_dark = Some(!self.is_dark(ui.ctx())),
            Command::Keys => self.shows_keys = !self.shows_keys,
            Command::Escape => self.shows_keys = false,
            _ => {}
        }
        for (index, plot) in self.plots.iter_mut().enumerate() {
            let is_meant = target.is_none_or(|target| target == index);
            match command {
                Command::PauseOrResume if any_live => plot.hold(streams, Motion::Paused),
                Command::PauseOrResume | Command::Live => plot.go_live(),
                Command::LogX if is_meant => plot.toggle_scale(Axes::X, streams),
                Command::LogY if is_meant => plot.toggle_scale(Axes::Y, streams),
                Command::Fit if is_meant => plot.fit(Axes::BOTH, streams),
                Command::FitY if is_meant => plot.fit(Axes::Y, streams),
                Command::Pan { x, y } if is_meant => {
                    let axes = Axes { x: x != 0, y: y != 0 };
                    let from = plot.moving_from();
                    plot.pan(axes, from, [f64::from(x) / 100.0, f64::from(y) / 100.0], streams);
                }
                Command::Zoom { is_in } if is_meant => {
                    let factor = if is_in { 1.25 } else { 0.8 };
                    plot.zoom(plot.wheel_axes(), [0.5, 0.5], factor, streams);
                }
                _ => {}
            }
        }
    }
}

/// `a, b, c and 4 more`.
fn joined(names: &[String]) -> String {
    match names {
        [] => "ringplot".to_owned(),
        few if few.len() <= 4 => few.join(", "),
        many => format!("{} and {} more", many[..3].join(", "), many.len() - 3),
    }
}

/// `llvmpipe (LLVM 15.0.6, 256 bits)` is `llvmpipe`.
fn short_adapter(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name)
}

fn list_of_keys(ui: &mut Ui, window: Rect, theme: &Theme) {
    let rows: usize = keys::LIST.iter().map(|(_, list)| list.len() + 1).sum();
    let size = vec2(340.0, rows as f32 * 20.0 + keys::LIST.len() as f32 * 8.0 + 24.0);
    let rect = Rect::from_center_size(window.center(), size).intersect(window);
    let layer = egui::LayerId::new(egui::Order::Foreground, ui.scope_id().with("list of keys"));
    let painter = ui.ctx().layer_painter(layer).with_clip_rect(rect);
    painter.rect(rect, 8.0, theme.raised, (1.0, theme.border), egui::StrokeKind::Inside);
    let mut y = rect.top() + 16.0;
    for (group, list) in keys::LIST {
        y += 8.0;
        painter.text(pos2(rect.left() + 20.0, y), Align2::LEFT_CENTER, group, font(SMALL), theme.text_faint);
        y += 20.0;
        for (key, what) in list {
            let key_at = pos2(rect.left() + 150.0, y);
            painter.text(key_at, Align2::RIGHT_CENTER, key, font(BODY), theme.text_strong);
            painter.text(pos2(rect.left() + 168.0, y), Align2::LEFT_CENTER, what, font(BODY), theme.text);
            y += 20.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_names_the_streams_and_stays_short() {
        let names = |n: usize| (0..n).map(|i| format!("s{i}")).collect::<Vec<_>>();
        assert_eq!(joined(&names(0)), "ringplot");
        assert_eq!(joined(&names(2)), "s0, s1");
        assert_eq!(joined(&names(9)), "s0, s1, s2 and 6 more");
    }

    #[test]
    fn the_adapter_is_named_shortly() {
        assert_eq!(short_adapter("llvmpipe (LLVM 15.0.6, 256 bits)"), "llvmpipe");
    }
}
