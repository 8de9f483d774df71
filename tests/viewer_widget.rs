//! `PlotWidget` in another program's egui: what it draws and where, whose keys are whose, whose style is whose.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use egui::{Context, Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, Ui, vec2};
use ringplot::render::{Gpu, Image, Target};
use ringplot::viewer::egui;
use ringplot::widget::{self, PlotWidget};

const SIZE: [u32; 2] = [900, 600];

/// A program with an egui of its own and a device, as eframe has them.
struct Host {
    ctx: Context,
    gpu: Gpu,
    state: egui_wgpu::RenderState,
    target: Target,
    now_secs: f64,
}

impl Host {
    fn new() -> Option<Self> {
        let gpu = common::gpu()?;
        let renderer =
            egui_wgpu::Renderer::new(&gpu.device, Target::FORMAT, egui_wgpu::RendererOptions::default());
        let state = egui_wgpu::RenderState {
            adapter: gpu.adapter.clone(),
            available_adapters: Vec::new(),
            instance: gpu.instance.clone(),
            device: gpu.device.clone(),
            queue: gpu.queue.clone(),
            target_format: Target::FORMAT,
            renderer: Arc::new(egui::mutex::RwLock::new(renderer)),
        };
        let target = Target::new(&gpu, SIZE[0], SIZE[1]).unwrap();
        let ctx = Context::default();
        ctx.set_theme(egui::Theme::Dark);
        Some(Self { ctx, gpu, state, target, now_secs: 0.0 })
    }

    /// One frame of the program, and its pixels.
    fn frame(&mut self, events: Vec<Event>, ui: impl FnMut(&mut Ui)) -> Image {
        self.now_secs += 0.1;
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(SIZE[0] as f32, SIZE[1] as f32));
        let input =
            RawInput { screen_rect: Some(screen), time: Some(self.now_secs), events, ..Default::default() };
        let mut output = self.ctx.run_ui(input, ui);
        let jobs = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let mut renderer = self.state.renderer.write();
        for (id, deltas) in output.textures_delta.set.drain() {
            for delta in deltas {
                renderer.update_texture(&self.gpu.device, &self.gpu.queue, id, &delta);
            }
        }
        output.textures_delta.free.drain().for_each(drop);
        let screen = egui_wgpu::ScreenDescriptor { size_in_pixels: SIZE, pixels_per_point: 1.0 };
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands =
            renderer.update_buffers(&self.gpu.device, &self.gpu.queue, &mut encoder, &jobs, &screen);
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: self.target.view(),
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        renderer.render(&mut pass.forget_lifetime(), &jobs, &screen);
        commands.push(encoder.finish());
        self.gpu.queue.submit(commands);
        drop(renderer);
        self.target.read(&self.gpu).unwrap()
    }
}

/// A widget with one line from the lower left to the upper right, of a colour that nothing else has.
fn ramp() -> PlotWidget {
    let t: Vec<f64> = (0..1_000).map(f64::from).collect();
    PlotWidget::new("ramp").line("ramp", &t, &t)
}

/// Whether a pixel is of the first line's colour.
fn is_line(pixel: Option<[u8; 4]>) -> bool {
    pixel.is_some_and(|[r, g, b, _]| {
        let (most, least) = (r.max(g).max(b), r.min(g).min(b));
        most > 130 && most - least > 70
    })
}

/// The rectangle around all pixels of lines.
fn drawn(image: &Image) -> Option<[u32; 4]> {
    let at = |x, y| is_line(image.pixel(x, y)).then_some((x, y));
    let all: Vec<(u32, u32)> =
        (0..SIZE[0]).flat_map(|x| (0..SIZE[1]).filter_map(move |y| at(x, y))).collect();
    let x = || all.iter().map(|(x, _)| *x);
    let y = || all.iter().map(|(_, y)| *y);
    Some([x().min()?, y().min()?, x().max()?, y().max()?])
}

#[test]
fn it_draws_in_its_rectangle_and_nowhere_else() {
    let Some(mut host) = Host::new() else { return };
    widget::install(&host.state).unwrap();
    let mut plot = ramp().size([400.0, 300.0]);
    let place = Rect::from_min_size(Pos2::new(200.0, 100.0), vec2(400.0, 300.0));
    let mut image = None;
    for _ in 0..4 {
        image = Some(host.frame(vec![], |ui| _ = ui.put(place, &mut plot)));
    }
    let area = plot.app().plot_rects()[0];
    assert!(place.contains_rect(area), "{area:?} of {place:?}");
    let [left, top, right, bottom] = drawn(&image.unwrap()).expect("a line");
    assert!(left as f32 >= place.left() && right as f32 <= place.right(), "{left} to {right}");
    assert!(top as f32 >= place.top() && bottom as f32 <= place.bottom(), "{top} to {bottom}");
    // It goes from one end of the plot area to the other.
    assert!((right - left) as f32 > 0.9 * area.width(), "{left} to {right} of {area:?}");
}

#[test]
fn a_list_that_scrolls_cuts_it_off() {
    let Some(mut host) = Host::new() else { return };
    widget::install(&host.state).unwrap();
    let mut plot = ramp().size([400.0, 300.0]);
    let mut image = None;
    for _ in 0..4 {
        image = Some(host.frame(vec![], |ui| {
            let clip = Rect::from_min_max(Pos2::new(0.0, 150.0), Pos2::new(300.0, 600.0));
            ui.set_clip_rect(clip);
            ui.put(Rect::from_min_size(Pos2::new(0.0, 0.0), vec2(400.0, 300.0)), &mut plot);
        }));
    }
    let [left, top, right, _] = drawn(&image.unwrap()).expect("a part of the line");
    assert!(top >= 150 && right < 300, "from {left}, {top} to {right}");
}

#[test]
fn two_widgets_of_one_window_draw_their_own() {
    let Some(mut host) = Host::new() else { return };
    widget::install(&host.state).unwrap();
    let (mut first, mut second) = (ramp(), ramp());
    let places = [0.0, 450.0].map(|x| Rect::from_min_size(Pos2::new(x, 0.0), vec2(440.0, 300.0)));
    let mut image = None;
    for _ in 0..4 {
        image = Some(host.frame(vec![], |ui| {
            ui.put(places[0], &mut first);
            ui.put(places[1], &mut second);
        }));
    }
    let image = image.unwrap();
    for place in places {
        let x = place.left() as u32..place.right() as u32;
        let lit = x.filter(|x| (0..300).any(|y| is_line(image.pixel(*x, y)))).count();
        assert!(lit as f32 > 0.7 * place.width(), "{lit} columns of {place:?}");
    }
    // What the GPU keeps for one that is gone is let go of, and the other goes on.
    drop(first);
    let image = host.frame(vec![], |ui| _ = ui.put(places[1], &mut second));
    let [left, ..] = drawn(&image).expect("the second");
    assert!(left >= 450);
}

#[test]
fn keys_are_its_own_only_after_a_click_and_the_windows_style_stays() {
    let Some(mut host) = Host::new() else { return };
    widget::install(&host.state).unwrap();
    let before = host.ctx.style_of(egui::Theme::Dark);
    let mut plot = ramp();
    let place = Rect::from_min_size(Pos2::ZERO, vec2(800.0, 500.0));
    let mut frame = |host: &mut Host, events: Vec<Event>| {
        host.frame(events, |ui| _ = ui.put(place, &mut plot));
        plot.app().plot_bounds().first().copied()
    };
    for _ in 0..3 {
        frame(&mut host, vec![]);
    }
    let key = || {
        vec![Event::Key {
            key: Key::Plus,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        }]
    };
    let at = place.center();
    let shown = frame(&mut host, vec![Event::PointerMoved(at)]);
    assert_eq!(frame(&mut host, key()), shown, "the pointer alone is no focus");
    let button = |pressed| Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    frame(&mut host, vec![button(true)]);
    frame(&mut host, vec![button(false)]);
    frame(&mut host, key());
    let zoomed = frame(&mut host, vec![]);
    assert_ne!(zoomed, shown, "the key zooms");
    assert_eq!(host.ctx.style_of(egui::Theme::Dark), before);
}
