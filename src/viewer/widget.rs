//! The plots of a viewer as a widget in a program's own egui window, drawn on that window's wgpu device.
//!
//! ```text
//! install(render state) ─▶ resource of egui's renderer: a Renderer for each widget
//! PlotWidget::ui ─▶ App::ui ─▶ shapes and scenes ─┬─ Prepare: uploads the scenes before the pass
//!                                                 └─ DrawScene: draws one in its place among the shapes
//! ```

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use egui::{Response, Sense, Ui, UiBuilder, Vec2, WidgetInfo};

use super::app::App;
use crate::chart::{Layout, Options};
use crate::plot::{SceneRenderers, fonts};
use crate::render::{AdapterChoice, Gpu, Scene};
use crate::store::{Store, default_memory_budget};
use crate::stream::{Meta, Number};

/// Prepares egui's renderer for [`PlotWidget`]s: once, where the program's window is created.
///
/// # Errors
/// The window's pixels are of a kind that the plots cannot be drawn on.
pub fn install(state: &egui_wgpu::RenderState) -> Result<(), HostError> {
    let format = state.target_format;
    if format.is_srgb() {
        return Err(HostError::Srgb { format });
    }
    state.renderer.write().callback_resources.insert(SceneRenderers::new(format));
    Ok(())
}

/// Why a program's window cannot show plots.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Colours are blended as they are stored, which such a format does not do.
    #[error("plots cannot be drawn on {format:?}: take a surface format that is not sRGB, as eframe does")]
    Srgb {
        /// The format.
        format: wgpu::TextureFormat,
    },
}

debug_as_sentence!(HostError);

/// Plots in a rectangle of a program's own window: arrays, or live streams. It has the gestures, menus, legend, cursors and
/// layouts of ringplot's window, and its keys while it has the focus, which a click gives it.
///
/// A program keeps it from frame to frame, as it keeps its other state: `ui.add(&mut self.plot)`.
///
/// ```no_run
/// use ringplot::viewer::egui;
/// use ringplot::widget::PlotWidget;
///
/// struct Host {
///     plot: PlotWidget,
/// }
///
/// impl Host {
///     fn new(t: &[f64], y: &[f64]) -> Self {
///         Self { plot: PlotWidget::new("orbit").line("y", t, y) }
///     }
///
///     fn ui(&mut self, ui: &mut egui::Ui) {
///         ui.heading("Orbit");
///         ui.add(&mut self.plot); // takes the room that is left
///     }
/// }
/// ```
#[derive(Debug)]
pub struct PlotWidget {
    app: App,
    key: u64,
    size: Option<Vec2>,
    has_waker: bool,
    /// Whether keys are for it: whoever presses a button of the pointer in it gives it them, and takes them elsewhere.
    has_focus: bool,
    /// A device of its own for pictures that are written, once there is one.
    gpu: Option<Gpu>,
}

impl PlotWidget {
    /// A widget without streams, of this title; [`line`](Self::line) and [`points`](Self::points) add arrays.
    pub fn new(title: &str) -> Self {
        let options = Options { title: Some(title.to_owned()), ..Options::default() };
        Self::of(Store::new(default_memory_budget()), options)
    }

    /// A widget that shows what a store has. An [`Ingest`](crate::store::Ingest) fills one with live streams:
    ///
    /// ```no_run
    /// use ringplot::chart::Options;
    /// use ringplot::store::{Ingest, Selection, Store};
    /// use ringplot::widget::PlotWidget;
    ///
    /// let store = Store::new(1 << 30);
    /// let ingest = Ingest::start(store.clone(), Selection::Live)?; // kept as long as the widget
    /// let plot = PlotWidget::of(store, Options::default());
    /// # drop((ingest, plot));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(store: Store, options: Options) -> Self {
        let key = {
            let mut widgets = widgets();
            let key = widgets.last().map_or(1, |last| last + 1);
            widgets.insert(key);
            key
        };
        let mut app = App::new(store, options);
        app.embed(key);
        Self { app, key, size: None, has_waker: false, has_focus: false, gpu: None }
    }

    /// Adds a line of `y[i]` at `t[i]`; of arrays of unequal length, the shorter.
    #[must_use]
    pub fn line<Y: Number>(self, name: &str, t: &[f64], y: &[Y]) -> Self {
        self.app.store().add_timed(self.next_meta(name), t, y);
        self
    }

    /// Adds the points (`x[i]`, `y[i]`) of the plane, joined in their order.
    #[must_use]
    pub fn points<X: Number, Y: Number>(self, name: &str, x: &[X], y: &[Y]) -> Self {
        self.app.store().add_xy(self.next_meta(name), x, y);
        self
    }

    fn next_meta(&self, name: &str) -> Meta {
        let order = self.app.store().streams().len();
        Meta { name: name.to_owned(), order: order as i32, ..Meta::default() }
    }

    /// Arranges it as a layout says, the text of a file that `Ctrl+S` wrote.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text, and in which line.
    pub fn layout(mut self, text: &str) -> Result<Self, String> {
        self.app.set_layout(&Layout::parse(text)?);
        Ok(self)
    }

    /// So large it is, in points; without this it takes the room that is left.
    #[must_use]
    pub fn size(mut self, size: impl Into<Vec2>) -> Self {
        self.size = Some(size.into());
        self
    }

    /// The plots, for what a widget does not have a call for.
    pub fn app(&mut self) -> &mut App {
        &mut self.app
    }

    /// The streams that it shows.
    pub fn store(&self) -> &Store {
        self.app.store()
    }

    fn show(&mut self, ui: &mut Ui) -> Response {
        if !self.has_waker {
            self.has_waker = true;
            let ctx = ui.ctx().clone();
            // Names and powers of ten in letters that the window's fonts may lack.
            fonts::install(&ctx);
            self.store().set_waker(Some(Box::new(move || ctx.request_repaint())));
        }
        let size = self.size.unwrap_or_else(|| ui.available_size());
        // A widget in a row of a list that has no end.
        let size = Vec2::new(finite_or(size.x, 640.0), finite_or(size.y, 360.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::focusable_noninteractive());
        let title = self.app.title();
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Image, true, title.as_str()));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        if ui.input(|input| input.pointer.any_pressed()) {
            self.has_focus = ui.rect_contains_pointer(rect);
        } else {
            // By the Tab key.
            self.has_focus |= response.gained_focus();
        }
        self.app.set_focus(self.has_focus);
        // Uploads come before any of the draws, wherever their shape lies; its scenes are known once all is laid out.
        let prepare = ui.painter().add(egui::Shape::Noop);
        let builder = UiBuilder::new().id_salt(("ringplot", self.key)).max_rect(rect);
        let mut child = ui.new_child(builder);
        child.shrink_clip_rect(rect);
        self.app.frame(&mut child);
        let scenes = Prepare { key: self.key, scenes: self.app.scenes().to_vec() };
        ui.painter().set(prepare, egui_wgpu::Callback::new_paint_callback(rect, scenes));
        if !self.app.is_complete() {
            ui.ctx().request_repaint();
        }
        if self.app.wants_pictures() {
            self.save_pictures();
        }
        response
    }

    /// Writes the pictures that were asked for. The window's own device belongs to egui, so they are drawn on another.
    fn save_pictures(&mut self) {
        let gpu = match self.gpu.take() {
            Some(gpu) => Ok(gpu),
            None => Gpu::headless(AdapterChoice::default()),
        };
        match gpu {
            Ok(gpu) => {
                self.app.save_pictures(&gpu);
                self.gpu = Some(gpu);
            }
            Err(error) => self.app.drop_pictures(&error.to_string()),
        }
    }
}

impl egui::Widget for &mut PlotWidget {
    fn ui(self, ui: &mut Ui) -> Response {
        self.show(ui)
    }
}

fn finite_or(length: f32, other: f32) -> f32 {
    if length.is_finite() { length.max(0.0) } else { other }
}

/// Uploads the scenes of a widget.
struct Prepare {
    key: u64,
    scenes: Vec<Scene>,
}

impl egui_wgpu::CallbackTrait for Prepare {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &egui_wgpu::ScreenDescriptor,
        encoder: &mut wgpu::CommandEncoder,
        resources: &mut egui_wgpu::CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(renderers) = resources.get_mut::<SceneRenderers>() {
            {
                let widgets = widgets();
                renderers.retain(|key| widgets.contains(&key));
            }
            let renderer = renderers.of(device, self.key);
            renderer.prepare(device, queue, screen.size_in_pixels, &self.scenes);
            renderer.draw_coarse(encoder);
        }
        Vec::new()
    }

    fn paint(
        &self,
        _info: egui::PaintCallbackInfo,
        _pass: &mut wgpu::RenderPass<'static>,
        _resources: &egui_wgpu::CallbackResources,
    ) {
    }
}

impl Drop for PlotWidget {
    fn drop(&mut self) {
        self.store().set_waker(None);
        widgets().remove(&self.key);
    }
}

/// The keys of the widgets that there are: what the GPU keeps for others is let go of.
fn widgets() -> MutexGuard<'static, BTreeSet<u64>> {
    static WIDGETS: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
    WIDGETS.lock().unwrap_or_else(PoisonError::into_inner)
}
