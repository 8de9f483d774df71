//! Logarithmic axes, on the whole app, without a window and without a GPU.

mod common;

use common::driver::{Driver, live};
use common::store::{push, store_of, uniform};
use egui::{Key, Modifiers};

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

#[test]
fn shift_l_and_shift_x_make_the_axes_logarithmic_and_even_again() {
    let (mut driver, _) = live();
    driver.key(Key::F);
    let (x, y) = (driver.x(), driver.y());
    assert!(x[0] < 0.0 && y[0] < 0.0, "there is room below 0: {x:?} {y:?}");
    driver.key_with(Key::L, Modifiers::SHIFT);
    driver.key_with(Key::X, Modifiers::SHIFT);
    // The ramp is y = 1000 t from t = 0: what is not above 0 has no place.
    let ([x0, x1], [y0, y1]) = (driver.x(), driver.y());
    assert!(x0 > 0.000_5 && x0 < 0.001 && x1 > 19.9 && x1 < 40.0, "{x0} {x1}");
    assert!(y0 > 0.0 && y1 > 19_999.0 && y1 < 60_000.0, "{y0} {y1}");
    let texts = driver.texts();
    for label in ["0.01", "0.1", "10", "1k", "10k"] {
        assert!(texts.iter().any(|text| text == label), "no {label} among {texts:?}");
    }
    driver.key_with(Key::L, Modifiers::SHIFT);
    driver.key_with(Key::X, Modifiers::SHIFT);
    assert_eq!((driver.x(), driver.y()), (x, y));
}

#[test]
fn a_logarithmic_axis_says_how_many_points_it_has_no_place_for() {
    let mut state = uniform("swing", 0.0);
    push(&mut state, 0, (0..1000u16).map(|i| if i % 4 == 0 { -1.0 } else { 1.0 }));
    let mut driver = Driver::new(store_of(state).0);
    driver.key(Key::F);
    assert!(!driver.texts().iter().any(|text| text.contains("not above 0")));
    driver.key_with(Key::L, Modifiers::SHIFT);
    assert!(driver.texts().iter().any(|text| text == "250 not above 0"));
    // The first sample lies at t = 0.
    driver.key_with(Key::L, Modifiers::SHIFT);
    driver.key_with(Key::X, Modifiers::SHIFT);
    assert!(driver.texts().iter().any(|text| text == "1 not above 0"));
}

#[test]
fn a_logarithmic_view_zooms_at_the_value_under_the_pointer() {
    let (mut driver, _) = live();
    driver.key(Key::F);
    driver.key_with(Key::X, Modifiers::SHIFT);
    let middle = driver.area().center();
    let before = (driver.x()[0] * driver.x()[1]).sqrt();
    driver.wheel(middle, 5.0);
    let [x0, x1] = driver.x();
    assert!(
        close((x0 * x1).sqrt() / before, 1.0, 0.02) && close((x1 / x0).log10(), 4.6 / 1f64.exp(), 0.4),
        "{x0} {x1}"
    );
}
