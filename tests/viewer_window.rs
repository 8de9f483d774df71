//! The real window, on a screen of its own: known data is where it is computed to be, and it closes cleanly.
//!
//! Not run by the test harness: a window needs the main thread, and there may be one a process. Without arguments
//! this starts an Xvfb whose screen is a file, and itself again as the program with the window.

mod common;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use common::screen::{Screen, Xvfb};
use common::store::{is_colour, push, store_of, uniform};
use egui::{Rect, pos2, vec2};
use ringplot::Liveness;
use ringplot::chart::Options;
use ringplot::render::AdapterChoice;
use ringplot::store::Store;
use ringplot::viewer::{App, WindowOptions, picture, run};

/// Of the window, pixels.
const SIZE: [u32; 2] = [900, 500];
/// Set in the process that opens the window: the pixels of a point.
const CHILD: &str = "RINGPLOT_TEST_WINDOW";
/// Where that process leaves its picture.
const SCREENSHOT: &str = "RINGPLOT_TEST_SCREENSHOT";
/// Nothing here takes this long.
const WATCHDOG: Duration = Duration::from_mins(1);

/// A square wave of four seconds, closed, with a loss from 1.1 to 1.4 s.
fn store() -> Store {
    let level = |i: u64| if (i / 500).is_multiple_of(2) { 1.0 } else { -1.0 };
    let mut state = uniform("square", 0.0);
    push(&mut state, 0, (0..1100).map(level));
    push(&mut state, 1400, (1400..4000).map(level));
    state.liveness = Liveness::Closed;
    store_of(state).0
}

fn options() -> Options {
    Options {
        x_range: Some([0.0, 4.0]),
        y_min: Some(-2.0),
        y_max: Some(2.0),
        dark: Some(true),
        with_status: true,
        ..Options::default()
    }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped or fails has to say so")]
fn main() -> ExitCode {
    if std::env::var_os(CHILD).is_some() {
        return child();
    }
    let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
    match ringplot::render::Gpu::headless(AdapterChoice { software: true }) {
        Ok(_) => {}
        Err(error) if is_required => panic!("RINGPLOT_REQUIRE_GPU=1, but {error}"),
        Err(error) => {
            eprintln!("skipped: {error}");
            return ExitCode::SUCCESS;
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(screen) = Xvfb::start(folder.path()) else {
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
        eprintln!("skipped: no Xvfb");
        return ExitCode::SUCCESS;
    };
    let outcome = std::panic::catch_unwind(|| {
        for scale in [1_u8, 2] {
            the_window_shows_known_data_and_closes_when_told(folder.path(), &screen.display, scale);
        }
    });
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The process with the window: open for six seconds.
#[expect(clippy::print_stderr, reason = "its error is the test's")]
fn child() -> ExitCode {
    let scale = std::env::var(CHILD).ok().and_then(|scale| scale.parse().ok()).unwrap_or(1);
    let options = WindowOptions {
        app: options(),
        size: Some(SIZE.map(|side| side / scale)),
        screenshot: std::env::var_os(SCREENSHOT).map(Into::into),
        exit_after: Some(Duration::from_secs(6)),
        adapter: AdapterChoice { software: true },
        ..WindowOptions::default()
    };
    match run(&store(), options) {
        Ok(stats) if stats.frames > 0 => ExitCode::SUCCESS,
        Ok(stats) => {
            eprintln!("no frame was drawn: {stats:?}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn the_window_shows_known_data_and_closes_when_told(folder: &Path, display: &str, scale: u8) {
    let screenshot = folder.join(format!("at{scale}.png"));
    let mut window = Command::new(std::env::current_exe().expect("this program's path"))
        .env(CHILD, scale.to_string())
        .env(SCREENSHOT, &screenshot)
        .env("WINIT_X11_SCALE_FACTOR", scale.to_string())
        .env("DISPLAY", display)
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .stdin(Stdio::null())
        .spawn()
        .expect("this program starts again");
    let began = Instant::now();
    let area = plot_area(f32::from(scale));
    // The pixel that shows a second and a y.
    let spot = |t: f32, y: f32| area.lerp_inside(vec2(t / 4.0, (2.0 - y) / 4.0));
    let is_line = |screen: &Screen, t, y| screen.pixel(spot(t, y)).is_some_and(is_colour);
    let mut is_shown = false;
    let mut last = None;
    while !is_shown && began.elapsed() < WATCHDOG {
        std::thread::sleep(Duration::from_millis(50));
        is_shown = Screen::read(folder).is_some_and(|screen| is_line(&screen, 0.25, 1.0));
        if window.try_wait().expect("the window's process can be asked").is_some() {
            break;
        }
    }
    if is_shown {
        let screen = Screen::read(folder).expect("the screen was read before");
        for half in (0u8..8).filter(|half| *half != 2) {
            let t = f32::from(half) * 0.5 + 0.27;
            let level = if half % 2 == 0 { 1.0 } else { -1.0 };
            assert!(is_line(&screen, t, level), "no line at {t} s");
            assert!(!is_line(&screen, t, -level), "a line at {t} s where none belongs");
        }
        let [r, g, _] = screen.pixel(spot(1.25, 0.3)).expect("on the screen");
        assert!(r > g.saturating_add(12), "no mark of the loss");
        assert!(!is_line(&screen, 1.25, 1.0), "the loss is bridged");
        if scale == 1 {
            assert_badges_are_there(&screen, area);
        }
        // The data stand still, and so does the picture.
        last = Some(screen);
    }
    let status = loop {
        if let Some(status) = window.try_wait().expect("the window's process can be asked") {
            break status;
        }
        if began.elapsed() > WATCHDOG {
            let _ = window.kill();
            let _ = window.wait();
            panic!("the window did not close");
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(is_shown, "the window never showed the data");
    assert!(status.success(), "the window's process ended with {status}");
    let screen = last.expect("it was shown");
    assert_is_the_screen(&screenshot, &screen, scale);
}

/// The picture that the window leaves is the one that it showed, but for the title bar, which says what a frame took, and for
/// the crosshair: a new screen has the pointer in its middle.
fn assert_is_the_screen(screenshot: &Path, screen: &Screen, scale: u8) {
    let decoder =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(screenshot).expect("written")));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("a PNG");
    assert_eq!([info.width, info.height], SIZE, "at scale {scale}");
    let pixels = bytes.chunks_exact(info.color_type.samples()).zip(0_u32..);
    let is_alike = |pixel: &[u8], at: u32| {
        screen.pixel(pos2((at % SIZE[0]) as f32, (at / SIZE[0]) as f32)) == pixel.first_chunk().copied()
    };
    let below_the_bar = pixels.skip((SIZE[0] * 36 * u32::from(scale)) as usize);
    let others = below_the_bar.filter(|(pixel, at)| !is_alike(pixel, *at)).count();
    let most = 900 * 500 / 50;
    assert!(others < most, "at scale {scale}, {others} pixels are not those of the screen");
}

/// The badges stand above the plot's right end, pixel for pixel as in the picture that is drawn without a window.
fn assert_badges_are_there(screen: &Screen, area: Rect) {
    let gpu = common::gpu().expect("there was a GPU before");
    let drawn = picture(&gpu, &mut App::new(store(), options()), SIZE).expect("a picture");
    let badges =
        Rect::from_min_max(pos2(area.center().x, area.top() - 28.0), pos2(area.right(), area.top() - 4.0));
    let at = |index: u32| {
        let width = badges.width() as u32;
        (badges.left() as u32 + index % width, badges.top() as u32 + index / width)
    };
    let pixels = badges.width() as u32 * badges.height() as u32;
    let (mut alike, mut bright) = (0, 0);
    for (x, y) in (0..pixels).map(at) {
        let [r, g, b, _] = drawn.pixel(x, y).expect("inside the picture");
        alike += u32::from(screen.pixel(pos2(x as f32, y as f32)) == Some([r, g, b]));
        bright += u32::from(g > 90);
    }
    assert!(bright > 100, "no text of a badge in the picture: {bright} bright pixels");
    assert!(alike >= pixels - pixels / 100, "{alike} of {pixels} pixels of the badges are as in the picture");
}

/// Where the window's plot area lies, pixels: laid out here, with no window.
fn plot_area(scale: f32) -> Rect {
    let mut app = App::new(store(), options());
    let ctx = egui::Context::default();
    for _ in 0..2 {
        let size = vec2(SIZE[0] as f32, SIZE[1] as f32) / scale;
        let mut input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), size)),
            ..egui::RawInput::default()
        };
        let viewport = input.viewports.entry(input.viewport_id).or_default();
        viewport.native_pixels_per_point = Some(scale);
        ctx.run_ui(input, |ui| app.ui(ui)).drop_without_applying_deltas();
    }
    let points = app.plot_rects()[0];
    Rect::from_min_max((points.min.to_vec2() * scale).to_pos2(), (points.max.to_vec2() * scale).to_pos2())
}
