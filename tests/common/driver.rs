//! A whole app, driven by events without a window and without a GPU.

use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, Rect, TouchPhase, vec2,
};
use ringplot::chart::Options;
use ringplot::store::{SharedStream, Store};
use ringplot::viewer::App;

use super::store::{push, store_of, uniform};

/// An app that is fed events and never drawn.
pub struct Driver {
    /// The app.
    pub app: App,
    /// Its egui.
    pub ctx: egui::Context,
    now_secs: f64,
}

impl Driver {
    pub fn new(store: Store) -> Self {
        let mut driver =
            Self { app: App::new(store, Options::default()), ctx: egui::Context::default(), now_secs: 0.0 };
        driver.frame(vec![]);
        driver.frame(vec![]);
        driver
    }

    pub fn frame(&mut self, events: Vec<Event>) {
        self.now_secs += 0.1;
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0))),
            time: Some(self.now_secs),
            events,
            ..Default::default()
        };
        let app = &mut self.app;
        self.ctx.run_ui(input, |ui| app.ui(ui)).drop_without_applying_deltas();
    }

    /// All text of a frame.
    pub fn texts(&mut self) -> Vec<String> {
        self.placed_texts().into_iter().map(|(text, _)| text).collect()
    }

    /// Where a text is, its middle.
    pub fn place_of(&mut self, text: &str) -> Option<Pos2> {
        let texts = self.placed_texts();
        texts.into_iter().find(|(found, _)| found == text).map(|(_, rect)| rect.center())
    }

    /// Whether a text is there and does not lie on its side.
    pub fn upright(&mut self, text: &str) -> bool {
        let texts = self.placed_texts();
        texts.iter().any(|(found, rect)| found == text && rect.height() > rect.width())
    }

    /// All text of a frame and where it lies.
    pub fn placed_texts(&mut self) -> Vec<(String, Rect)> {
        self.now_secs += 0.1;
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0))),
            time: Some(self.now_secs),
            ..Default::default()
        };
        let app = &mut self.app;
        let output = self.ctx.run_ui(input, |ui| app.ui(ui));
        let texts = texts_of(&output.shapes);
        output.drop_without_applying_deltas();
        texts
    }

    pub fn x(&self) -> [f64; 2] {
        self.app.plot_bounds()[0][0]
    }

    pub fn y(&self) -> [f64; 2] {
        self.app.plot_bounds()[0][1]
    }

    pub fn area(&self) -> Rect {
        self.app.plot_rects()[0]
    }

    pub fn wheel(&mut self, at: Pos2, lines: f32) {
        self.wheel_with(at, lines, Modifiers::NONE);
    }

    pub fn wheel_with(&mut self, at: Pos2, lines: f32, modifiers: Modifiers) {
        self.frame(vec![Event::PointerMoved(at)]);
        let wheel = Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: vec2(0.0, lines),
            phase: TouchPhase::Move,
            source: MouseWheelSource::Wheel,
            modifiers,
        };
        self.frame(vec![wheel]);
    }

    pub fn button(at: Pos2, button: PointerButton, pressed: bool) -> Event {
        Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE }
    }

    pub fn drag(&mut self, from: Pos2, to: Pos2, button: PointerButton) {
        self.frame(vec![Event::PointerMoved(from)]);
        self.frame(vec![Self::button(from, button, true)]);
        self.frame(vec![Event::PointerMoved(from.lerp(to, 0.5))]);
        self.frame(vec![Event::PointerMoved(to)]);
        self.frame(vec![Self::button(to, button, false)]);
    }

    pub fn click(&mut self, at: Pos2) {
        self.frame(vec![Event::PointerMoved(at)]);
        self.frame(vec![Self::button(at, PointerButton::Primary, true)]);
        self.frame(vec![Self::button(at, PointerButton::Primary, false)]);
    }

    pub fn key(&mut self, key: Key) {
        self.key_with(key, Modifiers::NONE);
    }

    pub fn key_with(&mut self, key: Key, modifiers: Modifiers) {
        let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.frame(vec![event(true)]);
        self.frame(vec![event(false)]);
    }
}

/// Each text of a frame and where it lies.
pub fn texts_of(shapes: &[egui::epaint::ClippedShape]) -> Vec<(String, Rect)> {
    fn collect(shape: &egui::Shape, texts: &mut Vec<(String, Rect)>) {
        match shape {
            egui::Shape::Text(text) => {
                texts.push((text.galley.text().to_owned(), text.visual_bounding_rect()));
            }
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, texts)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    for shape in shapes {
        collect(&shape.shape, &mut texts);
    }
    texts
}

/// One live stream with 20 s of a ramp; more can be pushed.
pub fn live() -> (Driver, SharedStream) {
    let mut state = uniform("ramp", 0.0);
    push(&mut state, 0, (0..20_000u16).map(f32::from));
    let (store, shared) = store_of(state);
    (Driver::new(store), shared)
}
