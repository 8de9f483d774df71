//! Plots as widgets in a program's own window, with eframe: one of arrays, one of live streams.
//!
//! `cargo run --release --manifest-path examples/egui_app/Cargo.toml`, with the number of points of the arrays if they should be other than 10^6

use eframe::egui;
use ringplot::chart::Options;
use ringplot::store::{Ingest, Selection, Store};
use ringplot::widget::{self, PlotWidget};
use ringplot::{Producer, Timed};

struct Window {
    damping: f64,
    /// The swing of a damped spring: arrays, made anew when the slider moves.
    spring: PlotWidget,
    points: u32,
    /// What the simulation of this program pushes.
    live: PlotWidget,
    simulation: Simulation,
    _ingest: Ingest,
}

/// A simulation that takes a step each frame.
struct Simulation {
    step: u32,
    noise: Producer<Timed>,
}

impl Window {
    fn new(
        creation: &eframe::CreationContext<'_>,
        points: u32,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        widget::install(creation.wgpu_render_state.as_ref().ok_or("eframe draws without wgpu")?)?;
        let noise = Producer::builder("egui_app/noise").label("noise").units("s", "V").timed()?;
        let store = Store::new(256 << 20);
        let ingest = Ingest::start(store.clone(), Selection::Names(vec!["egui_app".to_owned()]))?;
        Ok(Self {
            damping: 0.2,
            spring: spring(0.2, points),
            points,
            live: PlotWidget::of(store, Options::default()).size([f32::INFINITY, 220.0]),
            simulation: Simulation { step: 0, noise },
            _ingest: ingest,
        })
    }
}

fn spring(damping: f64, points: u32) -> PlotWidget {
    let t: Vec<f64> = (0..points).map(|i| f64::from(i) * 40.0 / f64::from(points)).collect();
    let swing = |t: &f64| (-damping * t).exp() * (3.0 * t).cos();
    let y: Vec<f64> = t.iter().map(swing).collect();
    let envelope: Vec<f64> = t.iter().map(|t| (-damping * t).exp()).collect();
    PlotWidget::new("spring").line("y", &t, &y).line("envelope", &t, &envelope)
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        for _ in 0..1_000 {
            self.simulation.step += 1;
            let t = f64::from(self.simulation.step) * 1e-4;
            self.simulation.noise.push(t, (t.sin() + 0.2 * (997.0 * t).sin()) as f32);
        }
        ui.ctx().request_repaint();
        egui::Frame::central_panel(ui.style()).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.heading("A damped spring");
                if ui.add(egui::Slider::new(&mut self.damping, 0.0..=1.0).text("damping")).changed() {
                    self.spring = spring(self.damping, self.points);
                }
            });
            let below = ui.available_height() - 270.0;
            ui.allocate_ui([ui.available_width(), below].into(), |ui| ui.add(&mut self.spring));
            ui.heading("Live");
            ui.add(&mut self.live);
        });
    }
}

fn main() -> eframe::Result {
    let points = std::env::args().nth(1).and_then(|points| points.parse().ok()).unwrap_or(1_000_000);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1000.0, 720.0]),
        ..Default::default()
    };
    eframe::run_native(
        "egui_app",
        options,
        Box::new(move |creation| Ok(Box::new(Window::new(creation, points)?))),
    )
}
