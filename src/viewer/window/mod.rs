//! The viewer in a window of its own.
//!
//! ```text
//! ingest ─ Store::changed ─▶ waker ─ user event ─▶ loop ─ at most 60 times a second ─▶ frame
//! input ──────────────────────── window event ──┘            nothing new: asleep
//! ```
//! 1. Nothing new and no input: no frame, no CPU. The loop waits; it never polls.
//! 2. A frame is due at the earliest 1/60 s after the last one began, because not every screen throttles.
//! 3. A hidden window draws nothing, whatever comes.
//! 4. A lost GPU is opened again; app, views and history know nothing of it, and ingest goes on meanwhile.
//! 5. Where frames take too long, they leave something out (`src/plot/quality.rs`); the last one before a rest is whole.
//! 6. Nothing here needs Drop: an X server that goes away ends the process on the spot (`gone.rs`). The window is asked
//!    for something only right after the loop has read the server's answers (`requests.rs`).

mod events;
mod gone;
pub(super) mod options;
mod requests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_winit::accesskit_winit;
use winit::dpi::{LogicalSize, PhysicalSize};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::window::Window;

pub use self::options::{Closer, Faults, WindowError, WindowOptions};
use self::requests::Requests;
use super::app::App;
use super::frames::{FrameStats, FrameTimes};
use super::picture::screenshot;
use super::recovery::{Advice, Recovery};
use super::surface::{Acquired, Surface};
use super::{display, icon};
use crate::plot::{Governor, Quality, REST_SECS};
use crate::render::{Gpu, RenderError};
use crate::ring::sync::{AtomicBool, Ordering};
use crate::store::Store;
use crate::stream::escaped;

/// By which window systems know the program, and find its icon: the name of its `.desktop` file.
const APP_ID: &str = "ringplot";
/// Least time from the start of a frame to the start of the next.
const FRAME_TIME: Duration = Duration::from_micros(16_600);
/// When to look again after the screen had no texture for us.
const RETRY_TIME: Duration = Duration::from_millis(100);

/// What wakes the loop.
#[derive(Debug)]
enum Wake {
    /// Something new in the store.
    Data,
    /// Somebody asks it to close.
    Close,
    /// egui wants another frame at this time.
    Repaint(Instant),
    /// A screen reader wants to know what is shown, or presses something.
    Access(accesskit_winit::Event),
}

impl From<accesskit_winit::Event> for Wake {
    fn from(event: accesskit_winit::Event) -> Self {
        Self::Access(event)
    }
}

/// Opens a window on the streams of `store` and returns when it was closed. Takes the store's waker.
///
/// Must be called on the main thread, and once a process: window systems allow no more.
///
/// # Errors
/// [`WindowError::NoDisplay`] when no display answers; [`WindowError::EventLoop`] and [`WindowError::Create`] when the
/// window system refuses, as it does the second time; [`WindowError::Surface`], [`WindowError::NoFormat`] and those of
/// [`Gpu::for_surface`] when no GPU can draw into the window; [`WindowError::Threads`] when no thread is left;
/// [`WindowError::GpuGone`] when the GPU goes away for good; [`RenderError::WriteImage`] when the screenshot cannot be
/// written.
///
/// # Panics
/// On any thread but the main one.
pub fn run(store: &Store, options: WindowOptions) -> Result<FrameStats, WindowError> {
    run_app(App::new(store.clone(), options.app.clone()), options)
}

/// As [`run`], for an app that there is, such as one with [a program's own drawing code](App::with_ui); of the `options`,
/// those of the app are the app's.
///
/// # Errors
/// As [`run`].
///
/// # Panics
/// As [`run`].
pub fn run_app(app: App, options: WindowOptions) -> Result<FrameStats, WindowError> {
    run_with_faults(app, options, Faults::default())
}

/// As [`run_app`], where things go wrong on purpose; for the tests.
///
/// # Errors
/// As [`run`].
#[doc(hidden)]
pub fn run_with_faults(app: App, options: WindowOptions, faults: Faults) -> Result<FrameStats, WindowError> {
    let (stats, failure) = open(app, options, faults)?;
    failure.map_or(Ok(stats), Err)
}

/// As [`run_app`], and gives the statistics of a window that was open whatever failed then.
pub(crate) fn show(
    app: App,
    options: WindowOptions,
) -> Result<(FrameStats, Option<WindowError>), WindowError> {
    open(app, options, Faults::default())
}

fn open(
    mut app: App,
    options: WindowOptions,
    faults: Faults,
) -> Result<(FrameStats, Option<WindowError>), WindowError> {
    let store = app.store().clone();
    if let Some(folder) = &options.layouts {
        app.remember_layouts(folder.clone());
    }
    let event_loop = {
        let found = display::find().map_err(|tried| WindowError::NoDisplay { tried })?;
        let mut builder = EventLoop::<Wake>::with_user_event();
        found.choose(&mut builder);
        builder.build().map_err(WindowError::EventLoop)?
    };
    event_loop.set_control_flow(ControlFlow::Wait);

    // One wake-up until the next frame has begun, however often data come.
    let is_woken = Arc::new(AtomicBool::new(false));
    let (proxy, flag) = (event_loop.create_proxy(), Arc::clone(&is_woken));
    store.set_waker(Some(Box::new(move || {
        if !flag.swap(true, Ordering::AcqRel) {
            // Fails only when the loop has ended.
            let _ = proxy.send_event(Wake::Data);
        }
    })));
    let proxy = event_loop.create_proxy();
    options.closer.on_close(move || {
        let _ = proxy.send_event(Wake::Close);
    });
    let mut viewer = Viewer {
        app,
        proxy: event_loop.create_proxy(),
        deadline: options.exit_after.map(|after| Instant::now() + after),
        options,
        faults,
        is_woken,
        shown: None,
        start: Instant::now(),
        last_frame: None,
        repaint_at: None,
        wants: Wants::Now,
        minimised: None,
        is_hidden: false,
        is_closing: false,
        recovery: Recovery::default(),
        try_at: None,
        reason: String::new(),
        governor: Governor::default(),
        last_end: None,
        title: String::new(),
        requests: Requests::default(),
        times: FrameTimes::new(),
        adapter: None,
        failure: None,
    };
    let watch = gone::Watch::begin();
    let outcome = event_loop.run_app(&mut viewer);
    drop(watch);
    store.set_waker(None);
    let failure = viewer.failure.take().or(outcome.err().map(WindowError::EventLoop));
    match (failure, viewer.adapter.take()) {
        (Some(failure), None) => Err(failure),
        (failure, adapter) => Ok((viewer.stats(adapter), failure)),
    }
}

struct Viewer {
    app: App,
    options: WindowOptions,
    faults: Faults,
    proxy: EventLoopProxy<Wake>,
    is_woken: Arc<AtomicBool>,
    shown: Option<Shown>,
    start: Instant,
    deadline: Option<Instant>,
    last_frame: Option<Instant>,
    repaint_at: Option<Instant>,
    /// What changed since the last frame.
    wants: Wants,
    /// When it was last looked whether the window is minimised, and what was found.
    minimised: Option<(Instant, bool)>,
    is_hidden: bool,
    is_closing: bool,
    recovery: Recovery,
    /// When to open the GPU again; it is lost.
    try_at: Option<Instant>,
    /// Why it was lost, or why it cannot be opened.
    reason: String,
    governor: Governor,
    /// When the last picture was handed to the screen.
    last_end: Option<Instant>,
    title: String,
    requests: Requests,
    times: FrameTimes,
    adapter: Option<(String, String, bool)>,
    failure: Option<WindowError>,
}

/// How soon a frame is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wants {
    Nothing,
    /// Data came.
    News,
    /// A hand moved something, or the window changed.
    Now,
}

/// Whether the window is to close because nothing more will come: all streams are finished, and none is waited for.
fn is_finished(options: &WindowOptions, app: &App) -> bool {
    options.close_when_finished && app.store().is_finished() && !app.is_waiting()
}

struct Shown {
    window: Arc<Window>,
    /// `None` while the GPU is lost.
    surface: Option<Surface>,
    size: [u32; 2],
    /// Of the last frame: once the window is gone it cannot be asked.
    pixels_per_point: f32,
    /// The way to screen readers while the GPU is lost: a window has only one.
    access: Option<accesskit_winit::Adapter>,
    /// A screen reader listens.
    is_heard: bool,
}

/// Width and height of a window that nobody asked for another size, and the least, points.
const SIZE: [u32; 2] = [1280, 720];
const LEAST: [u32; 2] = [240, 160];
/// Share of the screen that such a window takes at most: around it there is more.
const MOST_OF_SCREEN: f64 = 0.95;

/// A size that fits on a screen, all in points.
fn within(size: [u32; 2], screen: Option<[f64; 2]>) -> [u32; 2] {
    let Some(screen) = screen else { return size };
    [0, 1].map(|side| size[side].min((screen[side] * MOST_OF_SCREEN) as u32).max(LEAST[side]))
}

impl Shown {
    fn has_room(&self) -> bool {
        self.size[0] > 0 && self.size[1] > 0
    }
}

impl Viewer {
    fn open(&mut self, event_loop: &ActiveEventLoop) -> Result<Shown, WindowError> {
        let screen = event_loop.primary_monitor().or_else(|| event_loop.available_monitors().next());
        let screen = screen.map(|screen| screen.size().to_logical::<f64>(screen.scale_factor()));
        let on_it = || within(SIZE, screen.map(|screen| [screen.width, screen.height]));
        let [width, height] = self.options.size.unwrap_or_else(on_it);
        let attributes = Window::default_attributes()
            .with_title("ringplot")
            .with_inner_size(LogicalSize::new(width, height))
            .with_min_inner_size(LogicalSize::new(LEAST[0], LEAST[1]))
            // A running program must not lose the keyboard to its plot.
            .with_active(false)
            .with_window_icon(icon::of_window())
            // Screen readers are told of a window before it is seen.
            .with_visible(false);
        let attributes = display::with_app_id(attributes, APP_ID);
        let window = Arc::new(event_loop.create_window(attributes).map_err(WindowError::Create)?);
        let PhysicalSize { width, height } = window.inner_size();
        let size = [width, height];
        let mut surface = self.surface(event_loop, &window, size)?;
        surface.input.init_accesskit(event_loop, &window, self.proxy.clone());
        (self.requests.is_to_be_seen, self.requests.is_late) = (true, true);
        let pixels_per_point = egui_winit::pixels_per_point(&surface.ctx, &window);
        Ok(Shown { window, surface: Some(surface), size, pixels_per_point, access: None, is_heard: false })
    }

    fn surface(
        &mut self,
        event_loop: &ActiveEventLoop,
        window: &Arc<Window>,
        size: [u32; 2],
    ) -> Result<Surface, WindowError> {
        let surface = Surface::new(window, event_loop, self.options.adapter, size)?;
        let info = &surface.gpu.info;
        let is_software = surface.gpu.is_software();
        self.adapter = Some((info.name.clone(), format!("{:?}", info.backend).to_lowercase(), is_software));
        self.app.set_adapter(&info.name, is_software);
        self.app.enter_context();
        let proxy = self.proxy.clone();
        surface.ctx.set_request_repaint_callback(move |info| {
            if let Some(at) = Instant::now().checked_add(info.delay) {
                let _ = proxy.send_event(Wake::Repaint(at));
            }
        });
        Ok(surface)
    }

    /// Draws one frame, unless there is nothing to draw on.
    fn frame(&mut self, event_loop: &ActiveEventLoop) {
        let Some(shown) = &mut self.shown else { return };
        if self.is_hidden || !shown.has_room() {
            return;
        }
        let Some(surface) = &mut shown.surface else { return };
        let began = Instant::now();
        self.last_frame = Some(began);
        self.wants = Wants::Nothing;
        self.repaint_at = None;
        // Before the store is read: what comes after wakes us again.
        self.is_woken.store(false, Ordering::Release);
        let is_last = is_finished(&self.options, &self.app);
        // What stood still until now need not be quick.
        let is_still = self.last_end.is_none_or(|end| (began - end).as_secs_f64() >= REST_SECS);
        let quality = if is_still || is_last { Quality::Full } else { self.governor.level() };
        self.app.host.quality = quality;
        self.app.host.frame_ms = self.times.of_late();
        self.app.host.device_losses = self.recovery.losses();
        self.app.host.has_refused_call = surface.gpu.failure().is_some();

        let mut input = surface.input.egui_input_mut().take();
        input.time = Some(self.start.elapsed().as_secs_f64());
        let ppp = egui_winit::pixels_per_point(&surface.ctx, &shown.window);
        shown.pixels_per_point = ppp;
        let size = surface.size();
        let points = egui::vec2(size[0] as f32, size[1] as f32) / ppp;
        input.screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, points));
        let app = &mut self.app;
        let mut output = gone::unwatched(|| surface.ctx.run_ui(input, |ui| app.frame(ui)));
        self.requests.is_late = true;
        self.requests.add(std::mem::take(&mut output.platform_output));

        if let Err(error) = surface.gpu.check() {
            output.textures_delta.clear();
            self.lost(event_loop, &error);
            return;
        }
        match surface.acquire() {
            Acquired::Texture(texture) => {
                let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
                let (gpu, painting, ctx) = (&surface.gpu, &mut surface.painting, &surface.ctx);
                let drawn = gpu.guarded(|| {
                    painting.draw(gpu, &view, size, ctx, (app.scenes(), app.clear_colour(ctx)), output);
                });
                if let Err(error) = drawn {
                    self.lost(event_loop, &error);
                    return;
                }
                shown.window.pre_present_notify();
                surface.present(texture);
                self.presented(began, quality);
            }
            Acquired::Lost => {
                output.textures_delta.clear();
                let reason = surface.gpu.failure().unwrap_or("the window's surface is gone").to_owned();
                self.lost(event_loop, &RenderError::DeviceLost { reason });
                return;
            }
            not_now @ (Acquired::Retry | Acquired::Hidden) => {
                // The texture updates must reach the renderer all the same.
                let (gpu, painting) = (&surface.gpu, &mut surface.painting);
                if let Err(error) = gpu.guarded(|| painting.keep(gpu, output)) {
                    self.lost(event_loop, &error);
                    return;
                }
                self.wants = Wants::Now;
                let wait = if matches!(not_now, Acquired::Hidden) { RETRY_TIME * 5 } else { RETRY_TIME };
                self.last_frame = Some(Instant::now() + wait);
            }
        }
        self.save_pictures();
        self.requests.is_full_screen_toggled ^= std::mem::take(&mut self.app.asks.full_screen);
        self.set_title();
        if self.app.wants_quit() || is_last {
            self.close(event_loop);
        }
    }

    /// A picture went to the screen.
    fn presented(&mut self, began: Instant, quality: Quality) {
        let end = Instant::now();
        let took = end - began;
        self.last_end = Some(end);
        self.times.push(took.as_secs_f64() * 1000.0);
        self.recovery.drew(end);
        let is_reduced = quality != Quality::Full && self.app.host.is_reduced;
        if quality == self.governor.level() && (is_reduced || quality == Quality::Full) {
            self.governor.drew((began - self.start).as_secs_f64(), took.as_secs_f64());
        }
        if is_reduced {
            // One more in full, unless another comes before.
            let at = end + Duration::from_secs_f64(REST_SECS);
            self.repaint_at = Some(self.repaint_at.map_or(at, |other| other.min(at)));
        }
        let Faults { lose_device_at, lose_surface_at, .. } = &self.faults;
        let frames = self.times.count();
        if let Some(surface) = self.shown.as_mut().and_then(|shown| shown.surface.as_mut()) {
            if lose_device_at.contains(&frames) {
                surface.gpu.device.destroy();
                self.wants = Wants::Now;
            }
            if lose_surface_at.contains(&frames) {
                surface.renew();
                self.wants = Wants::Now;
            }
        }
    }

    /// Draws the pictures that somebody asked for in the last frame.
    fn save_pictures(&mut self) {
        let surface = self.shown.as_ref().and_then(|shown| shown.surface.as_ref());
        if let Some(surface) = surface.filter(|_| self.app.wants_pictures()) {
            self.app.save_pictures(&surface.gpu);
        }
    }

    /// Lets go of all that belongs to the GPU. The app, its views and the history stay.
    fn lost(&mut self, event_loop: &ActiveEventLoop, error: &RenderError) {
        if let Some(shown) = &mut self.shown {
            if let Some(mut surface) = shown.surface.take() {
                shown.access = surface.input.accesskit.take();
            }
            self.requests.title = Some("ringplot — the GPU was lost, opening it again".to_owned());
            self.title.clear();
        }
        self.reason = error.to_string();
        tracing::warn!(reason = self.reason, "the GPU was lost, opening it again");
        let advice = self.recovery.lost(Instant::now());
        self.follow(event_loop, advice);
    }

    /// Opens device and surface anew.
    fn reopen(&mut self, event_loop: &ActiveEventLoop) {
        self.try_at = None;
        let Some(Shown { window, size, .. }) = &self.shown else { return };
        let (window, size) = (Arc::clone(window), *size);
        let opened = if self.faults.refuse_devices {
            Err(RenderError::DeviceLost { reason: "refused for a test".to_owned() }.into())
        } else {
            self.surface(event_loop, &window, size)
        };
        match opened {
            Ok(mut surface) => {
                tracing::warn!(losses = self.recovery.losses(), "the GPU is open again");
                self.wants = Wants::Now;
                if let Some(shown) = &mut self.shown {
                    surface.input.accesskit = shown.access.take();
                    if shown.is_heard {
                        surface.ctx.enable_accesskit();
                    }
                    shown.surface = Some(surface);
                }
                self.set_title();
            }
            Err(error) => {
                self.reason = error.to_string();
                let advice = self.recovery.failed(Instant::now());
                self.follow(event_loop, advice);
            }
        }
    }

    fn follow(&mut self, event_loop: &ActiveEventLoop, advice: Advice) {
        match advice {
            Advice::TryAt(at) => self.try_at = Some(at),
            Advice::GiveUp => {
                let reason = std::mem::take(&mut self.reason);
                self.fail(event_loop, WindowError::GpuGone { reason });
            }
        }
    }

    /// Does what a screen reader asks for.
    fn heed(&mut self, event: accesskit_winit::Event) {
        let Some(Shown { surface: Some(surface), is_heard, .. }) = &mut self.shown else { return };
        match event.window_event {
            accesskit_winit::WindowEvent::InitialTreeRequested => {
                *is_heard = true;
                surface.ctx.enable_accesskit();
            }
            accesskit_winit::WindowEvent::ActionRequested(request) => {
                surface.input.on_accesskit_action_request(request);
            }
            accesskit_winit::WindowEvent::AccessibilityDeactivated => {
                *is_heard = false;
                surface.ctx.disable_accesskit();
            }
        }
        self.wants = Wants::Now;
    }

    fn set_title(&mut self) {
        let title = escaped(&self.app.window_title()).into_owned();
        if title != self.title {
            self.requests.title = Some(title.clone());
            self.title = title;
        }
    }

    fn fail(&mut self, event_loop: &ActiveEventLoop, error: WindowError) {
        self.failure.get_or_insert(error);
        self.is_closing = true;
        event_loop.exit();
    }

    /// Writes the screenshot, if one is wanted, and ends the loop.
    fn close(&mut self, event_loop: &ActiveEventLoop) {
        if std::mem::replace(&mut self.is_closing, true) {
            return;
        }
        self.app.flush_layout();
        if let (Some(path), Some(shown)) = (&self.options.screenshot, &self.shown) {
            let scale = shown.pixels_per_point;
            let draw = |app: &mut App| {
                if let Some(surface) = &shown.surface {
                    return screenshot(&surface.gpu, app, surface.size(), scale);
                }
                let size = shown.size.map(|side| side.max(1));
                let gpu = Gpu::headless(self.options.adapter)?;
                screenshot(&gpu, app, size, scale)
            };
            if let Err(error) = self.app.save_last(path, draw) {
                self.failure.get_or_insert(error.into());
            }
        }
        event_loop.exit();
    }

    fn stats(&self, adapter: Option<(String, String, bool)>) -> FrameStats {
        let (adapter, backend, software) = adapter.unwrap_or_default();
        FrameStats {
            adapter,
            backend,
            software,
            frames: self.times.count(),
            frame_ms: self.times.percentiles(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_no_larger_than_its_screen() {
        assert_eq!(within(SIZE, Some([1920.0, 1080.0])), SIZE);
        // 1920 × 1080 pixels at scale 2.
        let [width, height] = within(SIZE, Some([960.0, 540.0]));
        assert!(width < 960 && height < 540, "{width} {height}");
        assert_eq!(within(SIZE, Some([0.0, 0.0])), LEAST);
        assert_eq!(within(SIZE, None), SIZE);
    }
}
