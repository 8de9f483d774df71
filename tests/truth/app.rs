//! The same through the viewer's own picture: axes, grid lines and all.

use ringplot::chart::Options;
use ringplot::render::Image;
use ringplot::store::Data;
use ringplot::viewer::{App, picture};
use ringplot::{Batch, Point, StreamKind, XMode};

use crate::common;
use crate::common::store::{store_of, stream};
use crate::data::Signal;
use crate::reference::Random;

const SIZE: [u32; 2] = [420, 260];

/// Appends a thousand samples a second from a position on.
fn push(data: &mut Data, x_mode: XMode, first: u64, values: &[f32]) {
    let Data::Trace(trace) = data else { unreachable!() };
    let mut batch = Batch::with_limit(1);
    (batch.x_mode, batch.first) = (x_mode, first);
    let time = |position: u64| position as f64 * 1e-3 + 2.5e-4;
    let epoch = |position: u64| time(position / 256 * 256);
    batch.epochs =
        (first / 256..=(first + values.len() as u64) / 256).map(|block| epoch(block * 256)).collect();
    let point = |(position, y): (u64, &f32)| Point::new((time(position) - epoch(position)) as f32, *y);
    batch.points = (first..).zip(values).map(point).collect();
    trace.append(&batch);
}

/// The pixels of a column of the plot area, but for the border's.
fn column(image: &Image, app: &App, at: u32) -> Vec<[u8; 4]> {
    let area = app.plot_rects()[0];
    (area.top() as u32 + 1..area.bottom() as u32 - 1)
        .map(|y| image.pixel(area.left() as u32 + at, y).unwrap())
        .collect()
}

#[test]
fn a_followed_plot_moves_by_whole_pixels_while_samples_come() {
    let Some(gpu) = common::gpu() else { return };
    for (seed, kind) in [StreamKind::Uniform, StreamKind::Timed].into_iter().enumerate() {
        let x_mode = match kind {
            StreamKind::Uniform => XMode::Uniform { t0: 0.0, rate: 1000.0 },
            _ => XMode::Timed,
        };
        let values = Signal::Walk.values(30_000, &mut Random(seed as u64));
        let (store, shared) = store_of(stream("walk", kind, x_mode));
        let options = Options {
            x_span_secs: Some(10.0),
            y_min: Some(-2.0),
            y_max: Some(2.0),
            dark: Some(true),
            ..Options::default()
        };
        let mut app = App::new(store, options);
        let mut drawn: Option<(f64, Image)> = None;
        let mut end = 0;
        for more in [12_000, 137, 1, 25, 1_300, 400] {
            push(&mut shared.lock().unwrap().data, x_mode, end as u64, &values[end..end + more]);
            end += more;
            let image = picture(&gpu, &mut app, SIZE).unwrap();
            let [x0, x1] = app.plot_bounds()[0][0];
            let width = app.plot_rects()[0].width() as u32;
            if let Some((before, was)) = drawn.replace((x0, image.clone())) {
                let moved = ((x0 - before) / (x1 - x0) * f64::from(width)).round() as u32;
                for at in moved + 1..width - 2 {
                    let [was, is] = [column(&was, &app, at), column(&image, &app, at - moved)];
                    assert!(was == is, "{kind:?}, {more} more, {moved} columns on: column {at}");
                }
            }
        }
    }
}
