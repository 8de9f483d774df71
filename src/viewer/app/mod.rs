//! The whole picture of a viewer, window or none: title bar, plots, table of streams, list of keys.
//!
//! [`App::ui`] lays a frame out with egui and leaves [`App::scenes`] for the plots' own pipelines; the host uploads
//! them before it draws egui's output (see `painting.rs`). The same call makes the window and the picture file.

mod custom_ui;
mod export;
mod export_dialog;
mod layout_dialog;
mod layouts;
mod notices;
mod overlay;
mod palette;
mod panels;
mod parts;
mod run;
mod time;
mod title;
mod undo;
mod waiting;

use std::time::Duration;

use egui::{Rect, Ui, pos2};

use self::notices::Notices;
use self::parts::{Asks, Embedding, LastFrame, LayoutState, Palette, Switches, ThemeState, TimeState, Undo};
use super::derive_dialog::DeriveDialog;
use super::exports::Export;
use super::gpu_status::GpuStatus;
use super::panels::Panels;
use super::{panels as plots, status};
use crate::chart::{Keymap, Options, PROGRAM, PlotState, StreamSnapshot, joined};
use crate::plot::{DensityOptions, FrameContext, Measuring, Theme};
use crate::render::Scene;
use crate::store::Store;

pub(crate) use self::parts::Purpose;
use std::fmt;

/// Height of the title bar, points.
const TITLE_BAR: f32 = 34.0;
/// Time in a frame of a window to count the points of densities.
const DENSITY_BUDGET: Duration = Duration::from_millis(4);
/// The most points of an XY stream that are drawn one by one, and where no GPU draws.
const MOST_MARKERS: usize = 50_000;
const MOST_SOFTWARE_MARKERS: usize = 10_000;
/// Time between two frames while all plots stand still, and while one follows and no GPU draws.
const STILL_TIME: Duration = Duration::from_millis(250);
const SOFTWARE_TIME: Duration = Duration::from_millis(33);
/// As good as never, seconds.
const NEVER_SECS: f32 = 1e6;
/// Room around the plots, points.
const MARGIN: f32 = 12.0;

/// The state of a viewer, in parts.
///
/// ```
/// use ringplot::chart::Options;
/// use ringplot::store::Store;
/// use ringplot::viewer::App;
///
/// let options = Options { title: Some("Pendulum".to_owned()), ..Options::default() };
/// let mut app = App::new(Store::new(64 << 20), options);
/// assert_eq!(app.title(), "Pendulum");
/// let svg = app.svg([640, 360]); // no GPU is needed for that
/// assert!(svg.contains("Pendulum"));
/// ```
#[derive(Debug)]
pub struct App {
    store: Store,
    options: Options,
    plots: Panels,
    last: LastFrame,
    switches: Switches,
    time: TimeState,
    theme: ThemeState,
    keymap: Keymap,
    layout: LayoutState,
    undo: Undo,
    pub(crate) asks: Asks,
    pub(crate) notices: Notices,
    palette: Option<Palette>,
    /// Crosshair, cursors and markers.
    pub(crate) measuring: Measuring,
    pub(crate) export: Export,
    pub(crate) derive_dialog: DeriveDialog,
    /// What a program draws itself.
    pub(crate) own: Option<CustomUi>,
    /// Name of the adapter that draws, and whether it is a software one.
    adapter: Option<(String, bool)>,
    /// Points a second that come from all producers.
    ingest_hz: Option<f64>,
    /// What the window says of the GPU.
    pub(crate) host: GpuStatus,
    /// What this frame is for.
    purpose: Purpose,
    /// The program whose window it lies in, where that is not its own.
    embedding: Option<Embedding>,
}

impl App {
    /// A viewer of the streams of `store`.
    pub fn new(store: Store, options: Options) -> Self {
        let layout = options.layout.clone();
        let mut app = Self {
            last: LastFrame::default(),
            switches: Switches::default(),
            time: TimeState { labels: options.time.unwrap_or_default(), told: String::new() },
            theme: ThemeState { chosen_dark: options.dark, styled: None, is_hushed: false },
            keymap: options.keymap.clone(),
            layout: LayoutState {
                path: layout.as_ref().and_then(|layout| layout.path.clone()),
                given_styles: store.styles(),
                given_derived: store.derived().list().into_iter().map(|status| status.spec).collect(),
                ..LayoutState::default()
            },
            store,
            options,
            plots: Panels::default(),
            asks: Asks::default(),
            undo: Undo::default(),
            notices: Notices::default(),
            palette: None,
            measuring: Measuring::default(),
            export: Export::default(),
            derive_dialog: DeriveDialog::default(),
            own: None,
            adapter: None,
            ingest_hz: None,
            host: GpuStatus::default(),
            purpose: Purpose::Window,
            embedding: None,
        };
        if let Some(layout) = layout {
            app.set_layout(&layout);
        }
        app
    }

    /// Time between two frames that nothing but new data ask for: little while a plot follows, and much while all stand
    /// still and only the table and the legends change.
    pub(crate) fn news_time(&self) -> Duration {
        let shown = self.last.shown.iter().filter_map(|(key, ..)| self.plots.find(key));
        let mut moving = shown.filter(|plot| !plot.is_still);
        match (moving.next(), &self.adapter) {
            (None, _) if !self.last.shown.is_empty() => STILL_TIME,
            // There the processor draws, which the program that is being watched needs, too.
            (_, Some((_, true))) => SOFTWARE_TIME,
            _ => Duration::ZERO,
        }
    }

    /// The streams that it shows.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What it was asked to show.
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Tells which adapter draws, and whether it is a software one, for the title bar.
    pub fn set_adapter(&mut self, name: &str, is_software: bool) {
        self.adapter = Some((name.to_owned(), is_software));
    }

    /// The scenes of the plots of the last frame; the paint callbacks in egui's output refer to them by their place.
    pub fn scenes(&self) -> &[Scene] {
        &self.last.scenes
    }

    /// The plot areas of the last frame, in points.
    pub fn plot_rects(&self) -> Vec<Rect> {
        self.last.shown.iter().map(|(_, _, area)| *area).collect()
    }

    /// What each plot showed in the last frame: lowest and highest x, lowest and highest y.
    pub fn plot_bounds(&self) -> Vec<[[f64; 2]; 2]> {
        let shown = self.last.shown.iter().filter_map(|(key, ..)| self.plots.find(key));
        let bounds = shown.map(|plot| {
            let [[x0, y0], [x1, y1]] = [plot.values_at([0.0, 0.0]), plot.values_at([1.0, 1.0])];
            [[x0, x1], [y0, y1]]
        });
        bounds.collect()
    }

    /// What each plot showed in the last frame on each of its y axes, the first first: lowest and highest y.
    pub fn y_bounds(&self) -> Vec<Vec<[f64; 2]>> {
        let shown = self.last.shown.iter().filter_map(|(key, ..)| self.plots.find(key));
        let of_axis = |plot: &PlotState, axis| [0.0, 1.0].map(|share| plot.y_at(axis, share));
        shown.map(|plot| (0..plot.y_axes()).map(|axis| of_axis(plot, axis)).collect()).collect()
    }

    /// Names of streams that no panel showed in the last frame: a layout puts none of them anywhere.
    pub fn unshown(&self) -> Vec<String> {
        self.plots.offered()
    }

    /// Whether somebody pressed the key that leaves.
    pub fn wants_quit(&self) -> bool {
        self.asks.quit
    }

    /// The title of the picture: as asked for, or the streams' names.
    pub fn title(&self) -> String {
        match self.options.title.as_ref().or(self.layout.title.as_ref()) {
            Some(title) => title.clone(),
            None if self.last.names.is_empty() && self.is_waiting() => self.waiting_text(),
            None => joined(&self.last.names),
        }
    }

    /// The title of a window: of this program, and of what it shows.
    pub(crate) fn window_title(&self) -> String {
        match self.title() {
            title if title == PROGRAM => title,
            title => format!("{PROGRAM} — {title}"),
        }
    }

    /// The colour to clear the target with before egui's output is drawn, sRGB with alpha 1.
    pub fn clear_colour(&self, ctx: &egui::Context) -> [f32; 4] {
        crate::plot::srgba(Theme::of(self.is_dark(ctx)).window)
    }

    /// Whether the last frame showed all that there is: what takes long is computed over several frames.
    pub(crate) fn is_complete(&self) -> bool {
        self.plots.iter().all(PlotState::is_complete)
    }

    /// What pictures that are written are.
    pub(crate) fn purpose_of_pictures(&self) -> Purpose {
        if self.options.with_status { Purpose::Screenshot } else { Purpose::Figure }
    }

    /// What the frames from now on are for.
    pub(crate) fn set_purpose(&mut self, purpose: Purpose) {
        self.purpose = purpose;
    }

    /// Forgets the plots that were drawn.
    pub(crate) fn clear_scenes(&mut self) {
        self.last.scenes.clear();
        self.last.shown.clear();
    }

    /// Whether this frame goes into a file.
    pub(crate) fn is_still(&self) -> bool {
        self.purpose != Purpose::Window
    }

    /// The plots that are shown.
    pub(crate) fn plots(&self) -> impl Iterator<Item = &PlotState> {
        self.plots.iter()
    }

    /// egui's clock in the last frame.
    pub(crate) fn now_secs(&self) -> f64 {
        self.last.now_secs
    }

    /// The theme of the last frame.
    pub(crate) fn last_theme(&self) -> Option<egui::Theme> {
        self.theme.styled.map(|is_dark| if is_dark { egui::Theme::Dark } else { egui::Theme::Light })
    }

    /// Another egui context follows, which has no style of ours yet.
    pub(crate) fn enter_context(&mut self) {
        self.theme.styled = None;
    }

    /// What is said of something below a list of commands would lie over it.
    fn hush_tooltips(&mut self, ctx: &egui::Context) {
        let is_hushed = self.palette.is_some();
        if std::mem::replace(&mut self.theme.is_hushed, is_hushed) != is_hushed {
            let usual = egui::style::Interaction::default();
            let [delay, grace] =
                if is_hushed { [NEVER_SECS, 0.0] } else { [usual.tooltip_delay, usual.tooltip_grace_time] };
            ctx.all_styles_mut(|style| {
                style.interaction.tooltip_delay = delay;
                style.interaction.tooltip_grace_time = grace;
            });
        }
    }

    /// Makes it a part of a program's window, which draws its scenes with the renderer of this key. It leaves the window's
    /// style alone, and what is the window's: title, keys while it has no focus, closing.
    pub(crate) fn embed(&mut self, key: u64) {
        self.embedding = Some(Embedding { key, has_focus: false });
        self.switches.has_table = false;
    }

    /// Whether keys are for it.
    pub(crate) fn set_focus(&mut self, has_focus: bool) {
        if let Some(host) = &mut self.embedding {
            host.has_focus = has_focus;
        }
    }

    fn is_dark(&self, ctx: &egui::Context) -> bool {
        self.theme.chosen_dark.unwrap_or_else(|| match &self.embedding {
            Some(_) => ctx.theme() == egui::Theme::Dark,
            None => Self::is_dark_by_system(ctx),
        })
    }

    /// Dark where the system does not say.
    fn is_dark_by_system(ctx: &egui::Context) -> bool {
        ctx.system_theme() != Some(egui::Theme::Light)
    }

    /// Lays one frame out, in the room that is left in `ui`: all of the window, unless a program has put something else
    /// there before.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.last.now_secs = ui.input(|i| i.time);
        let streams = StreamSnapshot::all(&self.store);
        self.ingest_hz = {
            let produced = streams.iter().filter(|stream| stream.info.derived.is_none());
            produced.filter_map(|stream| stream.rate_hz).reduce(|a, b| a + b)
        };
        let produced = streams.iter().filter(|stream| stream.info.derived.is_none());
        self.last.names = produced.map(|stream| stream.info.meta.name.clone()).collect();
        if !self.is_still() {
            self.look_after_layout(ui, &streams);
        }
        self.plots.sync(self.last.now_secs, &streams, &self.options);
        if !self.is_still() {
            self.keep_layout();
        }
        if self.embedding.as_ref().is_none_or(|host| host.has_focus) {
            self.run_pressed(ui, &streams);
        }
        if self.embedding.is_none() {
            self.hush_tooltips(ui.ctx());
        }
        self.tell_of_time(&streams);
        self.clear_scenes();
        let is_dark = self.is_dark(ui.ctx());
        let theme = Theme::of(is_dark);
        let is_hosted = self.embedding.is_some() && !self.is_still();
        if is_hosted {
            ui.style_mut().visuals = theme.visuals();
        } else if self.theme.styled != Some(is_dark) {
            self.theme.styled = Some(is_dark);
            ui.ctx().set_theme(if is_dark { egui::Theme::Dark } else { egui::Theme::Light });
            ui.ctx().set_visuals(theme.visuals());
        }
        let window = ui.available_rect_before_wrap();
        let bar = window.with_max_y(window.top() + if is_hosted { 0.0 } else { TITLE_BAR });
        let is_figure = self.purpose == Purpose::Figure;
        let listed = if self.switches.has_table && !is_figure { streams.as_slice() } else { &[] };
        let table_layout = status::TableLayout::new(ui, listed, window.size());
        let table = window.with_min_y((window.bottom() - table_layout.height).max(bar.bottom()));
        if !is_hosted {
            self.title_bar(ui, bar, &theme);
        }
        let area = Rect::from_min_max(
            pos2(window.left() + MARGIN, bar.bottom()),
            pos2(window.right() - MARGIN + 6.0, table.top() - 6.0),
        );
        let whole = area;
        let (area, dock) = self.measuring.dock(whole, is_figure);
        if self.plots.is_empty() {
            self.nothing_yet(ui, area, &theme);
        } else if area.width() > 40.0 && area.height() > 40.0 {
            self.show_plots(ui, area, &theme, &streams);
        }
        if let Some(dock) = dock {
            self.measuring.show_dock(ui, (whole, dock), &theme);
        }
        self.store.set_memory_of_pictures(self.plots.memory_bytes());
        status::show(ui, table, table_layout, &streams, &theme);
        if self.switches.shows_keys && !is_figure {
            overlay::list_of_keys(ui, window, &self.keymap, &theme);
        }
        if !self.is_still() {
            self.derive_dialog.show(ui.ctx(), &self.store, &streams, &theme);
            self.show_asked_path(ui);
            self.show_palette(ui, window, &streams, &theme);
            self.notices.stand(self.store.unreadable().map(|what| format!("{what}; trying again")));
            self.notices.show(ui, area, &self.plot_rects(), &theme);
            self.show_export(ui, &streams);
            self.note_for_undo(ui);
        }
    }

    fn show_plots(&mut self, ui: &mut Ui, area: Rect, theme: &Theme, streams: &[StreamSnapshot]) {
        let panels: Vec<_> =
            self.plots.iter().map(|plot| (plot.key().to_owned(), plot.shown_title(), plot.kind())).collect();
        let frame = FrameContext {
            streams,
            options: &self.options,
            theme,
            now_secs: self.last.now_secs,
            has_grid: self.switches.has_grid,
            time: self.time.labels,
            pointer: self.switches.pointer,
            quality: self.host.quality,
            density: DensityOptions {
                budget: (!self.is_still()).then_some(DENSITY_BUDGET),
                most_markers: if self.adapter.as_ref().is_some_and(|(_, software)| *software) {
                    MOST_SOFTWARE_MARKERS
                } else {
                    MOST_MARKERS
                },
            },
            renderer: self.embedding.as_ref().filter(|_| !self.is_still()).map_or(0, |host| host.key),
            keymap: &self.keymap,
            panels: &panels,
            is_figure: self.purpose == Purpose::Figure,
        };
        self.measuring.crosshair.begin(ui, self.plots.iter());
        self.measuring.cursors.keep_active(self.plots.iter());
        self.measuring.markers.keep_field(self.plots.iter());
        let shown = plots::show(&mut self.plots, ui, area, frame, &mut self.measuring, &mut self.last.scenes);
        self.measuring.crosshair.end(ui);
        self.host.is_reduced = shown.shown.iter().any(|(key, ..)| {
            let plot = self.plots.find(key);
            plot.is_some_and(|plot| !plot.is_still && !plot.kind().spec().has_cells)
        });
        self.last.shown = shown.shown;
        self.last.strips = shown.strips;
        for (key, action) in shown.actions {
            self.act(&key, action, ui, streams);
        }
        self.drop_stream(ui, theme, streams);
    }
}

/// What lays a frame out instead of [`App::ui`].
pub(crate) type Draw = Box<dyn FnMut(&mut Ui, &mut App)>;

/// A program's own drawing code.
pub(crate) struct CustomUi(Draw);

impl fmt::Debug for CustomUi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomUi")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_with_nothing_in_it_is_called_ringplot_once() {
        let app = |title: Option<&str>| {
            App::new(Store::new(1 << 20), Options { title: title.map(str::to_owned), ..Options::default() })
        };
        assert_eq!(app(None).window_title(), "ringplot");
        assert_eq!(app(Some("Pendulum")).window_title(), "ringplot — Pendulum");
    }
}
