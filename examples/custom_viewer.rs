//! A simulation and its own viewer in one program: a pendulum that is driven, with a panel of the program's own beside
//! ringplot's plots. The slider steers the simulation: what the viewer sends back is a stream, too.
//!
//! `cargo run --release --example custom_viewer`, or without a window: `… custom_viewer -- --offscreen custom.png`

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use ringplot::chart::Options;
use ringplot::render::{AdapterChoice, Gpu};
use ringplot::store::{Ingest, Selection, Store};
use ringplot::viewer::egui::{self, Color32, Panel, Pos2, Slider, Stroke, Ui};
use ringplot::viewer::{App, picture};
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

const ANGLE: &str = "pendulum/angle";
const SPEED: &str = "pendulum/speed";
/// From the viewer to the simulation.
const DRIVE: &str = "pendulum_control/drive";
const STEP_SECS: f64 = 1e-3;

/// What runs in the viewer's process: the panel, and its state.
fn own_ui() -> impl FnMut(&mut Ui, &mut App) {
    let mut drive = 1.2;
    let mut back = Producer::builder(DRIVE).capacity(1024).xy().ok();
    move |ui, app| {
        Panel::right("pendulum").default_size(220.0).resizable(false).show(ui, |ui| {
            ui.heading("Pendulum");
            let newest = |name| app.store().read(name, ringplot::store::StreamState::newest).flatten();
            let angle = newest(ANGLE).map_or(0.0, |(_, y)| y);
            draw_pendulum(ui, angle);
            ui.label(format!("angle {angle:.2} rad"));
            ui.label(format!("speed {:.2} rad/s", newest(SPEED).map_or(0.0, |(_, y)| y)));
            ui.add(Slider::new(&mut drive, 0.0..=2.0).text("drive"));
            if ui.button("Still").clicked() {
                drive = 0.0;
            }
            if let Some(back) = &mut back {
                back.push(Point::new(0.0, drive));
            }
        });
        app.ui(ui);
    }
}

fn draw_pendulum(ui: &mut Ui, angle: f64) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(200.0, 200.0), egui::Sense::hover());
    let (pivot, ink) = (rect.center(), Color32::from_rgb(0x56, 0xB4, 0xE9));
    let (sin, cos) = (angle as f32).sin_cos();
    let bob: Pos2 = pivot + egui::vec2(sin, cos) * 80.0;
    ui.painter().line_segment([pivot, bob], Stroke::new(3.0, ink));
    ui.painter().circle_filled(bob, 14.0, ink);
    ui.painter().circle_filled(pivot, 4.0, ui.visuals().text_color());
}

/// A driven pendulum: its state after one step.
fn step([angle, speed]: [f64; 2], t: f64, drive: f64) -> [f64; 2] {
    let speed = speed + STEP_SECS * (drive * (2.0 / 3.0 * t).cos() - angle.sin() - 0.5 * speed);
    [angle + STEP_SECS * speed, speed]
}

fn simulate(seconds: f64, is_live: bool) -> Result<[Producer<ringplot::stream::Uniform>; 2], Box<dyn Error>> {
    let stream = |name: &str| Producer::builder(name).uniform(0.0, 1.0 / STEP_SECS);
    let [mut angle, mut speed] = [stream(ANGLE)?, stream(SPEED)?];
    if is_live {
        angle.open_viewer();
    }
    let (mut state, mut drive) = ([0.2, 0.0], 1.2);
    let (mut control, mut batch): (Option<Consumer>, _) = (None, Batch::with_limit(1024));
    for n in 0..(seconds / STEP_SECS) as u64 {
        angle.push(state[0] as f32);
        speed.push(state[1] as f32);
        state = step(state, n as f64 * STEP_SECS, drive);
        if is_live && n.is_multiple_of(20) {
            std::thread::sleep(Duration::from_millis(20));
            // The viewer's stream is there once the window is; looking for it is no work of the data path.
            if control.is_none() && n.is_multiple_of(500) {
                control = Consumer::attach(DRIVE, StartAt::Oldest).ok();
            }
            if let Some(control) = &mut control {
                control.drain(&mut batch);
                drive = batch.points.last().map_or(drive, |point| f64::from(point.y));
            }
        }
    }
    Ok([angle, speed])
}

/// The same picture without a window.
fn offscreen(path: &Path) -> Result<(), Box<dyn Error>> {
    let store = Store::new(64 << 20);
    let streams = simulate(20.0, false)?;
    let ingest = Ingest::start(store.clone(), Selection::Names(vec!["pendulum".to_owned()]))?;
    if !streams.iter().all(|stream| stream.wait_for_viewer(Duration::from_secs(5))) {
        return Err("the ingest thread did not attach".into());
    }
    ingest.stop();
    let mut app = App::with_ui(store, Options::default(), own_ui());
    picture(&Gpu::headless(AdapterChoice::default())?, &mut app, [1280, 720])?.write_png(path)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    ringplot::init_with(own_ui);
    let mut args = std::env::args_os().skip(1);
    match (args.next(), args.next()) {
        (Some(word), Some(path)) if word == "--offscreen" => offscreen(Path::new(&path)),
        _ => simulate(120.0, true).map(drop),
    }
}
