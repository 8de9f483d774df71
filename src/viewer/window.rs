//! The viewer in a window of its own.
//!
//! ```text
//! ingest ─ Store::changed ─▶ waker ─ user event ─▶ loop ─ at most 60 times a second ─▶ frame
//! input ──────────────────────── window event ──┘            nothing new: asleep
//! ```
//! 1. Nothing new and no input: no frame, no CPU. The loop waits; it never polls.
//! 2. A frame is due at the earliest 1/60 s after the last one began, because not every screen throttles.
//! 3. A hidden window draws nothing, whatever comes.
//! 4. Nothing here needs Drop: an X server that goes away ends the process on the spot.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use winit::application::ApplicationHandler;
use winit::dpi::{LogicalSize, PhysicalSize};
use winit::event::{ElementState, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::keyboard::{Key, NamedKey};
use winit::window::{Fullscreen, Window, WindowId};

use super::app::{App, Options};
use super::data::Store;
use super::display;
use super::frames::{FrameStats, FrameTimes};
use super::picture::picture;
use super::surface::{Acquired, Surface};
use crate::render::{AdapterChoice, RenderError};
use crate::ring::sync::{AtomicBool, Ordering};

/// Least time from the start of a frame to the start of the next.
const FRAME_TIME: Duration = Duration::from_micros(16_600);
/// When to look again after the screen had no texture for us.
const RETRY_TIME: Duration = Duration::from_millis(100);
/// How often a hidden window looks whether its streams are finished.
const HIDDEN_TIME: Duration = Duration::from_millis(500);
/// Devices lost in a row until the window gives up.
const MOST_REBUILDS: u32 = 3;

/// Why there is no window, or why it closed early. The cause is in `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// Nothing to open a window on.
    #[error(
        "no display to open a window on ({tried}): use `ringplot render NAME -o plot.png` for a picture or \
         `ringplot tail NAME` for the numbers, or log in with `ssh -X`"
    )]
    NoDisplay {
        /// Which displays were tried.
        tried: String,
    },
    /// The window system refused.
    #[error("cannot talk to the window system: use `ringplot render NAME -o plot.png` for a picture instead")]
    EventLoop(#[source] winit::error::EventLoopError),
    /// The window system would not make a window.
    #[error("cannot open a window: use `ringplot render NAME -o plot.png` for a picture instead")]
    Create(#[source] winit::error::OsError),
    /// Vulkan cannot draw into the window.
    #[error("cannot draw into the window: update the GPU's Vulkan driver, or install mesa-vulkan-drivers")]
    Surface(#[source] wgpu::CreateSurfaceError),
    /// The adapter offers no way to show pixels in the window.
    #[error("{adapter} cannot show a picture in this window: set WGPU_ADAPTER_NAME to another adapter")]
    NoFormat {
        /// The adapter's name.
        adapter: String,
    },
    /// No GPU, or it went away.
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// How a window opens and when it closes by itself.
#[derive(Clone, Debug, Default)]
pub struct WindowOptions {
    /// What it shows.
    pub app: Options,
    /// Width and height in logical pixels; 1280 × 720 where `None`.
    pub size: Option<[u32; 2]>,
    /// Closes after this time.
    pub exit_after: Option<Duration>,
    /// Writes the last picture here when it closes.
    pub screenshot: Option<PathBuf>,
    /// Closes, with the last picture drawn, when every stream is finished.
    pub close_when_finished: bool,
    /// Which GPU to use.
    pub adapter: AdapterChoice,
}

/// What wakes the loop.
#[derive(Clone, Copy, Debug)]
enum Wake {
    /// Something new in the store.
    Data,
    /// egui wants another frame at this time.
    Repaint(Instant),
}

/// Opens a window on the streams of `store` and returns when it was closed. Takes the store's waker.
///
/// Must be called on the main thread, and once a process: window systems allow no more.
///
/// # Errors
/// [`WindowError`], before the window opens or when the GPU goes away for good. Writing the screenshot can fail with
/// [`RenderError::WriteImage`].
pub fn run(store: &Store, options: WindowOptions) -> Result<FrameStats, WindowError> {
    let found = display::find().map_err(|tried| WindowError::NoDisplay { tried })?;
    let mut builder = EventLoop::<Wake>::with_user_event();
    found.choose(&mut builder);
    let event_loop = builder.build().map_err(WindowError::EventLoop)?;
    drop(found);
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
    let mut viewer = Viewer {
        app: App::new(store.clone(), options.app.clone()),
        store: store.clone(),
        proxy: event_loop.create_proxy(),
        deadline: options.exit_after.map(|after| Instant::now() + after),
        options,
        is_woken,
        shown: None,
        start: Instant::now(),
        last_frame: None,
        repaint_at: None,
        is_dirty: true,
        is_hidden: false,
        is_closing: false,
        rebuilds: 0,
        title: String::new(),
        times: FrameTimes::new(),
        adapter: None,
        failure: None,
    };
    let outcome = event_loop.run_app(&mut viewer);
    store.set_waker(None);
    viewer.finish(outcome)
}

struct Viewer {
    app: App,
    store: Store,
    options: WindowOptions,
    proxy: EventLoopProxy<Wake>,
    is_woken: Arc<AtomicBool>,
    shown: Option<Shown>,
    start: Instant,
    deadline: Option<Instant>,
    last_frame: Option<Instant>,
    repaint_at: Option<Instant>,
    /// Something changed since the last frame.
    is_dirty: bool,
    is_hidden: bool,
    is_closing: bool,
    rebuilds: u32,
    title: String,
    times: FrameTimes,
    adapter: Option<(String, String, bool)>,
    failure: Option<WindowError>,
}

struct Shown {
    window: Arc<Window>,
    surface: Surface,
    size: [u32; 2],
}

impl Viewer {
    fn open(&mut self, event_loop: &ActiveEventLoop) -> Result<Shown, WindowError> {
        let [width, height] = self.options.size.unwrap_or([1280, 720]);
        let attributes = Window::default_attributes()
            .with_title("ringplot")
            .with_inner_size(LogicalSize::new(width, height))
            .with_min_inner_size(LogicalSize::new(240, 160))
            // A running program must not lose the keyboard to its plot.
            .with_active(false);
        let window = Arc::new(event_loop.create_window(attributes).map_err(WindowError::Create)?);
        let PhysicalSize { width, height } = window.inner_size();
        self.surface(event_loop, window, [width, height])
    }

    fn surface(
        &mut self,
        event_loop: &ActiveEventLoop,
        window: Arc<Window>,
        size: [u32; 2],
    ) -> Result<Shown, WindowError> {
        let surface = Surface::new(&window, event_loop, self.options.adapter, size)?;
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
        Ok(Shown { window, surface, size })
    }

    /// Draws one frame, unless there is nothing to draw on.
    fn frame(&mut self, event_loop: &ActiveEventLoop) {
        let Some(shown) = &mut self.shown else { return };
        if self.is_hidden || shown.size[0] == 0 || shown.size[1] == 0 {
            return;
        }
        let began = Instant::now();
        self.last_frame = Some(began);
        self.is_dirty = false;
        self.repaint_at = None;
        // Before the store is read: what comes after wakes us again.
        self.is_woken.store(false, Ordering::Release);
        let is_last = self.options.close_when_finished && self.store.is_finished();

        let surface = &mut shown.surface;
        let mut input = surface.input.egui_input_mut().take();
        input.time = Some(self.start.elapsed().as_secs_f64());
        let ppp = egui_winit::pixels_per_point(&surface.ctx, &shown.window);
        let size = surface.size();
        let points = egui::vec2(size[0] as f32, size[1] as f32) / ppp;
        input.screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, points));
        let app = &mut self.app;
        let mut output = surface.ctx.run_ui(input, |ui| app.ui(ui));
        let platform = std::mem::take(&mut output.platform_output);
        surface.input.handle_platform_output_with_event_loop(&shown.window, event_loop, platform);

        match surface.acquire() {
            Acquired::Texture(texture) => {
                let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
                surface.painting.draw(&surface.gpu, &view, size, &surface.ctx, app, output);
                shown.window.pre_present_notify();
                surface.present(texture);
                self.times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            Acquired::Lost => {
                output.textures_delta.clear();
                self.rebuild(event_loop, "the window's surface was lost");
                return;
            }
            not_now @ (Acquired::Retry | Acquired::Hidden) => {
                // The texture updates must reach the renderer all the same.
                surface.painting.keep(&surface.gpu, output);
                self.is_dirty = true;
                let wait = if matches!(not_now, Acquired::Hidden) { RETRY_TIME * 5 } else { RETRY_TIME };
                self.last_frame = Some(Instant::now() + wait);
            }
        }
        if let Some(reason) = shown.surface.gpu.failure().map(str::to_owned) {
            self.rebuild(event_loop, &reason);
            return;
        }
        self.set_title();
        if self.app.wants_quit() || is_last {
            self.close(event_loop);
        }
    }

    /// Makes device and surface anew; the app and its views stay.
    fn rebuild(&mut self, event_loop: &ActiveEventLoop, reason: &str) {
        self.rebuilds += 1;
        let Some(Shown { window, surface, size }) = self.shown.take() else { return };
        drop(surface);
        if self.rebuilds > MOST_REBUILDS {
            self.fail(event_loop, RenderError::DeviceLost { reason: reason.to_owned() }.into());
            return;
        }
        tracing::warn!(reason, "opening the GPU again");
        match self.surface(event_loop, window, size) {
            Ok(shown) => {
                self.shown = Some(shown);
                self.is_dirty = true;
            }
            Err(error) => self.fail(event_loop, error),
        }
    }

    fn set_title(&mut self) {
        let title = format!("ringplot — {}", self.app.title());
        if title != self.title
            && let Some(shown) = &self.shown
        {
            shown.window.set_title(&title);
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
        if let (Some(path), Some(shown)) = (&self.options.screenshot, &self.shown) {
            let size = shown.surface.size();
            let written =
                picture(&shown.surface.gpu, &mut self.app, size).and_then(|image| image.write_png(path));
            if let Err(error) = written {
                self.failure.get_or_insert(error.into());
            }
        }
        event_loop.exit();
    }

    fn finish(self, outcome: Result<(), winit::error::EventLoopError>) -> Result<FrameStats, WindowError> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        outcome.map_err(WindowError::EventLoop)?;
        let (adapter, backend, software) = self.adapter.unwrap_or_default();
        Ok(FrameStats {
            adapter,
            backend,
            software,
            frames: self.times.count(),
            frame_ms: self.times.percentiles(),
        })
    }
}

impl ApplicationHandler<Wake> for Viewer {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.shown.is_some() || self.is_closing {
            return;
        }
        match self.open(event_loop) {
            Ok(shown) => {
                self.shown = Some(shown);
                self.set_title();
            }
            Err(error) => self.fail(event_loop, error),
        }
    }

    fn user_event(&mut self, _event_loop: &ActiveEventLoop, wake: Wake) {
        match wake {
            Wake::Data => self.is_dirty = true,
            Wake::Repaint(at) => self.repaint_at = Some(self.repaint_at.map_or(at, |other| other.min(at))),
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _id: WindowId, event: WindowEvent) {
        let Some(shown) = &mut self.shown else { return };
        if self.is_closing {
            return;
        }
        match &event {
            WindowEvent::Destroyed => {
                // From here on no method of the window may be called: winit panics on a window that is gone.
                self.close(event_loop);
                return;
            }
            WindowEvent::CloseRequested => {
                self.close(event_loop);
                return;
            }
            WindowEvent::RedrawRequested => {
                self.frame(event_loop);
                return;
            }
            WindowEvent::Resized(PhysicalSize { width, height }) => {
                shown.size = [*width, *height];
                shown.surface.resize(shown.size);
                self.is_dirty = true;
            }
            WindowEvent::Occluded(is_hidden) => {
                self.is_hidden = *is_hidden;
                self.is_dirty = true;
            }
            WindowEvent::KeyboardInput { event, .. }
                if event.logical_key == Key::Named(NamedKey::F11)
                    && event.state == ElementState::Pressed
                    && !event.repeat =>
            {
                let is_full = shown.window.fullscreen().is_some();
                shown.window.set_fullscreen((!is_full).then_some(Fullscreen::Borderless(None)));
            }
            _ => {}
        }
        let response = shown.surface.input.on_window_event(&shown.window, &event);
        self.is_dirty |= response.repaint;
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if self.is_closing {
            return;
        }
        let now = Instant::now();
        let can_draw = !self.is_hidden && self.shown.as_ref().is_some_and(|s| s.size[0] > 0 && s.size[1] > 0);
        if self.deadline.is_some_and(|deadline| now >= deadline)
            || (!can_draw && self.options.close_when_finished && self.store.is_finished())
        {
            self.close(event_loop);
            return;
        }
        if self.repaint_at.is_some_and(|at| now >= at) {
            self.is_dirty = true;
        }
        let mut wake_at = self.deadline;
        if !can_draw && self.options.close_when_finished {
            // No frame clears the wake-up while nothing can be drawn.
            wake_at = Some(wake_at.map_or(now + HIDDEN_TIME, |at| at.min(now + HIDDEN_TIME)));
        }
        if can_draw {
            let earliest = self.last_frame.map_or(now, |last| last + FRAME_TIME);
            if self.is_dirty && now >= earliest {
                if let Some(shown) = &self.shown {
                    shown.window.request_redraw();
                }
            } else {
                let due = if self.is_dirty { Some(earliest) } else { self.repaint_at };
                wake_at = [wake_at, due].into_iter().flatten().min();
            }
        }
        event_loop.set_control_flow(wake_at.map_or(ControlFlow::Wait, ControlFlow::WaitUntil));
    }
}
