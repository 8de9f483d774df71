//! Waterfalls and fading curves, on the whole app, without a window and without a GPU.
#![expect(clippy::float_cmp, reason = "a picture that stands still does so exactly")]

mod common;

use common::driver::Driver;
use common::store::{store_of, stream};
use egui::{Event, Key, pos2, vec2};
use ringplot::ring::{FrameData, Point, XMode};
use ringplot::store::{Data, SharedStream};
use ringplot::{StreamKind, Style};

/// A live waterfall: a second of curves, 100 a second, whose 50 bins have their own number as value.
fn falls() -> (Driver, SharedStream) {
    let mut state = stream("falls", StreamKind::Snapshot, XMode::Xy);
    state.info.meta.style = Style::Waterfall;
    let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
    frames.keep(usize::MAX);
    let (store, shared) = store_of(state);
    fall(&shared, 0..100);
    (Driver::new(store), shared)
}

fn fall(shared: &SharedStream, numbers: std::ops::Range<u64>) {
    let mut state = shared.lock().expect("no thread panicked");
    let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
    for number in numbers {
        let words = (0..50u8).map(|bin| Point::new(f32::from(bin), f32::from(bin)).to_bits()).collect();
        frames.push(&FrameData { number, t: number as f64 / 100.0, words, ..FrameData::default() });
    }
}

#[test]
fn a_waterfall_follows_until_its_time_is_moved_by_hand() {
    let (mut driver, shared) = falls();
    let [bottom, top] = driver.y();
    assert!((top - 1.0).abs() < 0.01, "the newest curve is not at the top: {top}");
    fall(&shared, 100..200);
    driver.frame(vec![]);
    assert!((driver.y()[1] - 2.0).abs() < 0.01 && driver.y()[1] - top > bottom);
    // Frequencies may be zoomed while it follows.
    let area = driver.area();
    driver.wheel(pos2(area.center().x, area.bottom() + 10.0), 3.0);
    assert!(driver.x()[1] - driver.x()[0] < 40.0);
    fall(&shared, 200..300);
    driver.frame(vec![]);
    assert!((driver.y()[1] - 3.0).abs() < 0.01, "zooming x stopped it");
    driver.wheel(area.center(), 3.0);
    let (held, x) = (driver.y(), driver.x());
    assert!(held[1] < 3.0);
    fall(&shared, 300..400);
    driver.frame(vec![]);
    assert_eq!((driver.y(), driver.x()), (held, x));
    assert!(driver.texts().iter().any(|text| text.contains("behind live")));
    driver.key(Key::L);
    let [bottom, top] = driver.y();
    assert!((top - 4.0).abs() < 0.01);
    assert!(((top - bottom) / (held[1] - held[0]) - 1.0).abs() < 0.01, "it follows with another span");
    driver.key(Key::F);
    assert!(driver.y()[0].abs() < 0.02 && (driver.y()[1] - 4.0).abs() < 0.02, "{:?}", driver.y());
    assert!((driver.x()[0] + 0.5).abs() < 0.1 && (driver.x()[1] - 49.5).abs() < 0.1, "{:?}", driver.x());
}

#[test]
fn the_value_under_the_pointer_is_that_of_the_bin() {
    let (mut driver, _) = falls();
    let area = driver.area();
    for bin in [0u8, 7, 25, 49] {
        let share = (f32::from(bin) + 0.5) / 50.0;
        driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.4)))]);
        let texts = driver.texts();
        let number = |text: &String| text.trim().strip_suffix(" V")?.parse::<f64>().ok();
        let is_told = texts.iter().filter_map(number).any(|value| value == f64::from(bin));
        assert!(is_told, "no {bin} V in {texts:?}");
    }
}

#[test]
fn curves_that_were_skipped_are_counted_in_a_badge() {
    let mut state = stream("curves", StreamKind::Snapshot, XMode::Xy);
    state.counts.lost = 12_345;
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    assert!(driver.texts().iter().any(|text| text.contains("curves skipped")), "{:?}", driver.texts());
    shared.lock().expect("no thread panicked").info.meta.style = Style::Waterfall;
    assert!(driver.texts().iter().any(|text| text.contains("curves lost")), "{:?}", driver.texts());
}

#[test]
fn a_paused_curve_keeps_those_that_fade_behind_it() {
    let mut state = stream("curves", StreamKind::Snapshot, XMode::Xy);
    state.info.meta.style = Style::Fading;
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    fall(&shared, 0..40);
    driver.frame(vec![]);
    let layers =
        |driver: &Driver| driver.app.scenes()[0].layers.iter().map(|layer| layer.colour).collect::<Vec<_>>();
    let before = layers(&driver);
    let distinct = before.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(distinct, 16, "the newest curve and 16 behind it have colours of their own");
    assert!(before.windows(2).all(|pair| pair[0][0] <= pair[1][0] + 1e-3), "an older one stands out more");
    driver.key(Key::Space);
    let paused = format!("{:?}", driver.app.scenes()[0].layers);
    {
        let mut state = shared.lock().expect("no thread panicked");
        let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
        frames.clear_before(u64::MAX);
    }
    driver.frame(vec![]);
    assert_eq!(format!("{:?}", driver.app.scenes()[0].layers), paused);
}
