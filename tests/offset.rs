//! Streams whose y are differences to an offset: everything that is shown is offset + y, in f64.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

mod common;

use common::driver::Driver;
use common::store::{push, uniform};
use egui::{Color32, Event, Key, vec2};
use ringplot::history::{
    ColumnCache, ColumnGrid, Columns, DensityGrid, DensityMode, DensityView, Frames, Interpolation, Scale,
    Trace,
};
use ringplot::plot::{Canvas, Drawing, Pen};
use ringplot::render::{BREAK, PxRect, Shape};
use ringplot::ring::{Batch, FrameData, Point, XMode};
use ringplot::store::{Data, DerivedSpec, SharedStream, Store, StreamState};
use ringplot::{CreateError, Dash, Producer, Style};

const COUNT: u16 = 20_000;
const MODE: XMode = XMode::Uniform { t0: 0.0, rate: 1000.0 };

/// The drift of an energy of 1 J.
fn drift(i: u16) -> f32 {
    1e-9 * (f32::from(i) * 0.01).sin()
}

fn trace_of(mode: XMode, y_offset: f64, points: impl Iterator<Item = Point>) -> Trace {
    let mut trace = Trace::new(mode, 1 << 20).with_y_offset(y_offset);
    let mut batch = Batch::with_limit(1);
    batch.x_mode = mode;
    batch.points.extend(points);
    trace.append(&batch);
    trace
}

fn drifting(y_offset: f64) -> Trace {
    trace_of(MODE, y_offset, (0..COUNT).map(|i| Point::new(0.0, drift(i))))
}

fn state(name: &str, y_offset: f64, y: impl Iterator<Item = f32>) -> StreamState {
    let mut state = uniform(name, 0.0);
    state.info.meta.y_offset = y_offset;
    "J".clone_into(&mut state.info.meta.y_unit);
    state.data = Data::Trace(Trace::new(state.info.x_mode, 1 << 24).with_y_offset(y_offset));
    push(&mut state, 0, y);
    state
}

#[test]
fn answers_are_of_offset_plus_y() {
    let trace = drifting(1.0);
    let values: Vec<f64> = (0..COUNT).map(|i| 1.0 + f64::from(drift(i))).collect();
    for (position, value) in (0..).zip(&values) {
        assert_eq!(trace.point(position).unwrap().1, *value);
    }
    assert_eq!(trace.newest().unwrap().2, values[values.len() - 1]);
    assert_eq!(trace.value_at(3.0).unwrap().1, values[3000]);
    let (lo, hi) = values.iter().fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(*v), hi.max(*v)));
    let bounds = trace.y_bounds(0.0, 20.0, Interpolation::Line, Scale::Linear, Scale::Linear).unwrap();
    assert_eq!(bounds, (lo, hi));
    let all = trace.statistics(0.0, 20.0);
    let n = f64::from(COUNT);
    // In differences, which f64 knows far better than the values.
    let mean = (0..COUNT).map(|i| f64::from(drift(i))).sum::<f64>() / n;
    let std = ((0..COUNT).map(|i| (f64::from(drift(i)) - mean).powi(2)).sum::<f64>() / n).sqrt();
    assert_eq!((all.min, all.max, all.mean), (lo, hi, 1.0 + mean));
    assert!((all.std / std - 1.0).abs() < 1e-9 && (all.rms - (1.0 + mean)).abs() < 1e-15, "{all:?}");
    assert_eq!(trace.unbroken_range(0..u64::from(COUNT)), Some((lo, hi)));
    // Each column is that of the differences, moved.
    let grid = ColumnGrid { first: 0, dx: 0.02, count: 1000, scale: Scale::Linear };
    for interpolation in
        [Interpolation::Line, Interpolation::StepPost, Interpolation::Points, Interpolation::Band]
    {
        let (mut moved, mut plain) = (Columns::new(), Columns::new());
        trace.columns(&grid, interpolation, Scale::Linear, &mut moved);
        drifting(0.0).columns(&grid, interpolation, Scale::Linear, &mut plain);
        assert!(moved.iter().zip(plain.iter()).all(|(m, p)| (m.lo, m.hi) == (1.0 + p.lo, 1.0 + p.hi)));
    }
    let mut stems = Columns::new();
    trace.columns(&grid, Interpolation::Stem, Scale::Linear, &mut stems);
    assert!(stems[..999].iter().all(|column| column.lo == 0.0 && column.hi > 0.99));
}

#[test]
fn a_logarithmic_axis_has_place_for_what_is_positive_with_the_offset() {
    // From −0.5e-9 to 1.5e-9.
    let trace = drifting(0.5e-9);
    let values: Vec<f64> = (0..COUNT).map(|i| 0.5e-9 + f64::from(drift(i))).collect();
    let positive = || values.iter().copied().filter(|v| *v > 0.0);
    let (lo, hi) = trace.y_bounds(0.0, 20.0, Interpolation::Points, Scale::Linear, Scale::Log10).unwrap();
    assert_eq!((lo, hi), (positive().fold(f64::MAX, f64::min), positive().fold(f64::MIN, f64::max)));
    let left_out = values.len() - positive().count();
    assert_eq!(trace.left_out(0.0, 20.0, Scale::Linear, Scale::Log10), left_out as u64);
    // All of it is positive, and straight between the exponents of two samples.
    let line = trace_of(MODE, 1.0, [0.0f32, 99.0].map(|y| Point::new(0.0, y)).into_iter());
    let grid = ColumnGrid { first: 1, dx: 0.0005, count: 1, scale: Scale::Linear };
    let mut columns = Columns::new();
    line.columns(&grid, Interpolation::Line, Scale::Log10, &mut columns);
    assert!((columns[0].lo - 10.0).abs() < 1e-5, "{columns:?}");
    let plain = trace_of(MODE, 0.0, [0.0f32, 99.0].map(|y| Point::new(0.0, y)).into_iter());
    assert_eq!(plain.left_out(0.0, 1.0, Scale::Linear, Scale::Log10), 1);
    assert_eq!(line.left_out(0.0, 1.0, Scale::Linear, Scale::Log10), 0);
}

/// All pixel coordinates of a drawing.
fn pixels(drawing: &Drawing) -> Vec<[f32; 2]> {
    let of = |shape: &Shape| match shape {
        Shape::Segments { points } | Shape::Markers { points, .. } => points.clone(),
        Shape::Bands { halves, .. } => halves.clone(),
        other => panic!("{other:?}"),
    };
    drawing.layers.iter().flat_map(|layer| of(&layer.shape)).filter(|p| *p != BREAK).collect()
}

#[test]
fn the_picture_shows_the_drift_as_if_there_were_no_offset() {
    let rect = PxRect { x: 20.0, y: 10.0, w: 800.0, h: 500.0 };
    for style in [Style::Line, Style::Points, Style::StepPost, Style::Band] {
        for x in [[0.0, 20.0], [3.0, 3.4], [5.0, 5.02]] {
            let pen =
                Pen { colour: Color32::WHITE, breaks: Color32::RED, style, width: 1.5, dash: Dash::Solid };
            let draw = |y_offset: f64| {
                let canvas = Canvas::over(rect, x, [y_offset - 1.1e-9, y_offset + 1.1e-9]);
                let mut drawing = Drawing::default();
                drawing.trace(&canvas, &drifting(y_offset), pen, &mut ColumnCache::new());
                pixels(&drawing)
            };
            let (plain, moved) = (draw(0.0), draw(1.0));
            assert!(plain.len() > 20 && plain.len() == moved.len());
            for (p, m) in plain.iter().zip(&moved) {
                let is_near = |axis: usize| (p[axis] - m[axis]).abs() < 0.01 || p[axis] == m[axis];
                assert!(is_near(0) && is_near(1), "{style:?} {x:?}: {p:?} is not {m:?}");
            }
        }
    }
}

#[test]
fn densities_and_curves_have_the_offset() {
    let points = || (0..5000u16).map(|i| Point::new((f32::from(i) * 0.3).cos(), drift(i)));
    let counts = |y_offset: f64, scale: Scale, y: [f64; 2]| {
        let view = DensityView { x: [-1.1, 1.1], y, scales: [Scale::Linear, scale], size: [40, 30] };
        let mut grid = DensityGrid::new(DensityMode::Scatter, view, 0);
        let trace = trace_of(XMode::Xy, y_offset, points());
        grid.update(&trace, trace.end(), u64::MAX, 0.0);
        grid.counts()
    };
    // Edges of cells that no point lies on.
    let plain = counts(0.0, Scale::Linear, [-1.13e-9, 1.17e-9]);
    let moved = counts(1.0, Scale::Linear, [1.0 - 1.13e-9, 1.0 + 1.17e-9]);
    let differences: u64 = plain.iter().zip(&moved).map(|(p, m)| p.abs_diff(*m)).sum();
    assert!(plain.iter().sum::<u64>() == 5000 && differences <= 4, "{differences}");
    let log = counts(2e-9, Scale::Log10, [(0.9e-9f64).log10(), (3.1e-9f64).log10()]);
    assert_eq!(log.iter().sum::<u64>(), 5000);

    let mut frames = Frames::new().with_y_offset(1.0);
    let words = (0..100u16).map(|i| Point::new(f32::from(i), drift(i)).to_bits()).collect();
    frames.push(&FrameData { words, ..FrameData::default() });
    let curve = frames.newest().unwrap();
    assert!(curve.points().zip(0..).all(|(point, i)| point == (f64::from(i), 1.0 + f64::from(drift(i)))));
    assert_eq!(frames.bounds().unwrap()[1], (1.0, 1.0 + f64::from(drift(99))));
}

fn named(store: &Store, name: &str) -> SharedStream {
    store.streams().into_iter().find(|s| s.lock().unwrap().info.meta.name == name).unwrap()
}

#[test]
fn derived_traces_keep_the_small_changes() {
    let (a, b) = (|i: u16| 2.0 + f64::from(drift(i)), |i: u16| 1.0 - 2.0 * f64::from(drift(i)));
    let store = Store::new(1 << 30);
    store.add(state("a", 2.0, (0..COUNT).map(drift)));
    store.add(state("b", 1.0, (0..COUNT).map(|i| -2.0 * drift(i))));
    for text in ["m=mean(a, 10)", "r=rms(a, 10)", "d=difference(a, b)", "q=ratio(a, b)", "s=derivative(a)"] {
        store.derived().add(DerivedSpec::parse(text).unwrap()).unwrap();
    }
    store.derived().catch_up();
    let window = |i: u16| (i - 9..=i).map(a);
    let mean = |i: u16| 2.0 + (i - 9..=i).map(|i| f64::from(drift(i))).sum::<f64>() / 10.0;
    let rms = |i: u16| (window(i).map(|v| v * v).sum::<f64>() / 10.0).sqrt();
    let slope = |i: u16| (f64::from(drift(i)) - f64::from(drift(i - 1))) * 1000.0;
    for i in (100..COUNT).step_by(997) {
        for (name, expected, tolerance) in [
            ("m", mean(i), 1e-15),
            ("r", rms(i), 1e-14),
            ("d", a(i) - b(i), 1e-15),
            ("q", a(i) / b(i), 1e-15),
            ("s", slope(i), 1e-13),
        ] {
            let shared = named(&store, name);
            let state = shared.lock().unwrap();
            let Data::Trace(trace) = &state.data else { panic!("no trace") };
            let (_, value) = trace.point(u64::from(i)).unwrap();
            assert!((value - expected).abs() <= tolerance, "{name} at {i}: {value} is not {expected}");
        }
    }
}

#[test]
fn streams_with_different_offsets_share_a_panel_and_every_read_out_is_exact() {
    let store = Store::new(1 << 30);
    store.add(state("a", 1.0, (0..COUNT).map(drift)));
    store.add(state("b", 1.0 + 5e-9, (0..COUNT).map(drift)));
    let mut driver = Driver::new(store);
    driver.key(Key::F);
    let [y0, y1] = driver.y();
    assert!((y0 - (1.0 - 1.35e-9)).abs() < 1e-11 && (y1 - (1.0 + 6.35e-9)).abs() < 1e-11, "{y0} {y1}");
    let newest = [1.0, 1.0 + 5e-9].map(|y_offset| y_offset + f64::from(drift(COUNT - 1)));
    let texts = driver.texts();
    let read = |text: &str| text.trim().strip_suffix(" J").and_then(|number| number.parse::<f64>().ok());
    for value in newest {
        assert!(
            texts.iter().filter_map(|text| read(text)).any(|v| (v - value).abs() < 1e-12),
            "no {value}: {texts:?}"
        );
    }
    assert!(texts.iter().any(|text| text == "1.000000002"), "labels of y: {texts:?}");
    let area = driver.area();
    for (share, key) in [(0.1, Key::A), (0.9, Key::B)] {
        driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.5)))]);
        driver.key(key);
    }
    let texts = driver.texts();
    for (name, wanted) in [("min", 1.0 - 1e-9), ("max", 1.0 + 1e-9)] {
        let place = texts.iter().position(|text| text == name).unwrap();
        let value = read(&texts[place + 1]).unwrap();
        assert!((value - wanted).abs() < 1e-12, "{name} {value}: {texts:?}");
    }
    let place = texts.iter().position(|text| text == "peak-peak").unwrap();
    assert_eq!(texts[place + 1], "2.0000 nJ", "{texts:?}");
}

#[test]
fn an_offset_that_is_not_finite_is_refused() {
    for y_offset in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = Producer::builder("never").y_offset(y_offset).timed().unwrap_err();
        assert!(matches!(error, CreateError::YOffset { .. }), "{error:?}");
        assert!(error.to_string().starts_with("the y offset must be finite, not "), "{error}");
    }
}
