//! The pipelines light the pixels they should, by as much as they should: on the software adapter, by pixels.

mod common;

use std::path::Path;

use ringplot::render::{
    Axis, BAND_EMPTY, BREAK, GapBand, Gpu, GridLine, Image, Layer, PxRect, RenderError, Renderer, Scene,
    Shape, Target,
};

const WIDTH: u32 = 64;
const HEIGHT: u32 = 48;
const WHITE: [f32; 4] = [1.0; 4];
const RED: [f32; 4] = [1.0, 0.0, 0.0, 1.0];
const GROUND: [f32; 4] = [0.0, 0.0, 0.2, 1.0];
const GROUND_BYTES: [u8; 4] = [0, 0, 51, 255];
const WHOLE: PxRect = PxRect { x: 0.0, y: 0.0, w: WIDTH as f32, h: HEIGHT as f32 };

fn render(gpu: &Gpu, renderer: &mut Renderer, scenes: &[Scene]) -> Image {
    let target = Target::new(gpu, WIDTH, HEIGHT).expect("a small target");
    renderer.prepare(&gpu.device, &gpu.queue, target.size(), scenes);
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target.view(),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    });
    for index in 0..scenes.len() {
        renderer.draw(&mut pass, index);
    }
    drop(pass);
    gpu.queue.submit([encoder.finish()]);
    target.read(gpu).expect("a picture")
}

fn draw(gpu: &Gpu, scene: Scene) -> Image {
    render(gpu, &mut Renderer::new(&gpu.device, Target::FORMAT), &[scene])
}

fn scene(layers: Vec<Layer>) -> Scene {
    Scene { rect: WHOLE, background: GROUND, layers, ..Scene::default() }
}

fn bands(first_px: f32, columns: &[[f32; 2]]) -> Layer {
    let columns = columns.to_vec();
    Layer { colour: WHITE, width_px: 1.0, shape: Shape::Bands { first_px, columns } }
}

fn segments(points: &[[f32; 2]], width_px: f32) -> Layer {
    Layer { colour: WHITE, width_px, shape: Shape::Segments { points: points.to_vec() } }
}

#[track_caller]
fn at(image: &Image, x: u32, y: u32) -> [u8; 4] {
    image.pixel(x, y).expect("inside the picture")
}

/// Red channel as coverage of white on a ground without red.
#[track_caller]
fn lit(image: &Image, x: u32, y: u32) -> f32 {
    f32::from(at(image, x, y)[0]) / 255.0
}

#[test]
fn first_picture() {
    let Some(gpu) = common::gpu() else { return };
    let columns: Vec<_> =
        (0..60).map(|i| [10.0 + (i as f32 * 0.3).sin() * 8.0, 12.0 + (i as f32 * 0.3).sin() * 8.0]).collect();
    let image = draw(
        &gpu,
        Scene {
            rect: PxRect { x: 4.0, y: 4.0, w: 56.0, h: 40.0 },
            background: GROUND,
            grid: vec![
                GridLine { axis: Axis::Y, at_px: 20.0, colour: [0.5, 0.5, 0.5, 1.0], width_px: 1.0 },
                GridLine { axis: Axis::X, at_px: 20.0, colour: [0.5, 0.5, 0.5, 1.0], width_px: 1.0 },
            ],
            gaps: vec![GapBand { x0_px: 30.0, x1_px: 42.0, colour: [0.8, 0.4, 0.0, 0.5] }],
            layers: vec![
                bands(2.0, &columns),
                segments(&[[6.0, 40.0], [40.0, 30.0], BREAK, [50.0, 30.0], [58.0, 40.0]], 2.0),
                Layer {
                    colour: RED,
                    width_px: 1.0,
                    shape: Shape::Markers { points: vec![[50.0, 20.0]], radius_px: 4.0 },
                },
            ],
        },
    );
    image.write_png(Path::new("/tmp/render-first.png")).unwrap();
}
