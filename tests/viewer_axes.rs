//! Axes and the numbers beside them, on the whole app, without a window and without a GPU.

mod common;

use common::driver::{Driver, live};
use common::store::{push, store_of, stream, uniform};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use ringplot::StreamKind;
use ringplot::chart::{Layout, Options};
use ringplot::history::{Events, Trace};
use ringplot::ring::{FrameData, XMode};
use ringplot::store::{Data, DerivedSpec, Store};
use ringplot::viewer::App;

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

/// The text that is heard of the plot.
fn heard(store: Store) -> (Harness<'static, App>, String) {
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .build_ui_state(|ui, app: &mut App| app.ui(ui), App::new(store, Options::default()));
    harness.run_steps(3);
    let node = harness.get_by_label_contains("plot area of");
    let text = node.accesskit_node().description().unwrap_or_default();
    (harness, text)
}

#[test]
fn a_prefix_stands_only_before_units_that_take_one() {
    for (unit, title, value) in [
        ("m²", "×10³ m²", " 47.50×10³ m²"),
        ("1/s", "×10³ 1/s", " 47.50×10³ 1/s"),
        ("kg", "×10³ kg", " 47.50×10³ kg"),
        ("%", "×10³ %", " 47.50×10³ %"),
        ("V²/Hz", "×10³ V²/Hz", " 47.50×10³ V²/Hz"),
        ("m/s", "km/s", " 47.50 km/s"),
        ("V", "kV", " 47.50 kV"),
    ] {
        let mut state = uniform("s", 0.0);
        state.info.meta.y_unit = unit.to_owned();
        push(&mut state, 0, (0..4000u16).map(|i| (f32::from(i) * 25.0 - 50_000.0).min(47_500.0)));
        let (store, _) = store_of(state);
        let (_, heard) = heard(store.clone());
        assert!(heard.contains(&format!("s{value}")), "{heard}");
        let mut driver = Driver::new(store);
        let area = driver.area();
        let texts = driver.texts();
        for wanted in [title, value] {
            assert!(texts.iter().any(|text| text == wanted), "{unit}: {texts:?}");
        }
        for (share, key) in [(0.5, Key::A), (0.9, Key::B)] {
            driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.5)))]);
            driver.key(key);
        }
        let texts = driver.texts();
        // y A to max: each in the same power.
        let power = value.trim_start_matches(|c: char| !['×', 'k'].contains(&c));
        let written = texts.iter().filter(|text| text.ends_with(power)).count();
        assert!(written >= 8, "{unit}: {texts:?}");
        let is_wrong = |text: &String| title.starts_with('×') && text.ends_with(&format!("k{unit}"));
        assert!(!texts.iter().any(is_wrong), "{texts:?}");
    }
}

#[test]
fn read_outs_have_the_digits_of_the_axis() {
    let mut state = uniform("s", 0.0);
    let y = |i: u16| 1000.0 + 0.001 * (f32::from(i) * 0.01).sin();
    push(&mut state, 0, (0..4000u16).map(y));
    let (store, shared) = store_of(state);
    let (_, heard) = heard(store.clone());
    let newest = y(3999);
    let is_it =
        |text: &str, value: f32| text.trim().strip_suffix(" V").and_then(|n| n.parse().ok()) == Some(value);
    let in_heard =
        heard.split(", ").filter_map(|part| part.strip_prefix("s ")).any(|text| is_it(text, newest));
    assert!(in_heard, "{heard}");
    let mut driver = Driver::new(store);
    let area = driver.area();
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text.starts_with(' ') && is_it(text, newest)), "{texts:?}");
    for (share, key) in [(0.2, Key::A), (0.8, Key::B)] {
        driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.5)))]);
        driver.key(key);
    }
    let texts = driver.texts();
    let state = shared.lock().unwrap();
    let Data::Trace(trace) = &state.data else { panic!("not a trace") };
    let [a, b] = ["x A", "x B"].map(|name| {
        let place = texts.iter().position(|text| text == name).expect("a cursor");
        texts[place + 1].trim_end_matches(" s").parse::<f64>().expect("x") + 1e-6
    });
    let all = trace.statistics(a - 2e-6, b);
    let y_at = [a, b].map(|x| trace.value_at(x).expect("a sample").1);
    for (name, value) in [("y A", y_at[0]), ("y B", y_at[1]), ("min", all.min), ("max", all.max)] {
        let place = texts.iter().position(|text| text == name).expect("a row");
        assert!(is_it(&texts[place + 1], value as f32), "{name} {value}: {texts:?}");
    }
    // Mean and rms, to a tenth of the step of f32 there; Δy and the deviation as on an axis around zero.
    let close = |text: &String, wanted: f64, unit: &str| {
        let number = text.strip_suffix(unit).map(|n| n.replace('−', "-").parse::<f64>());
        number.is_some_and(|n| n.is_ok_and(|n| (n - wanted).abs() < 1e-4))
    };
    assert!(texts.iter().filter(|text| close(text, all.mean, " V")).count() >= 2, "{texts:?}");
    assert!(
        texts.iter().any(|text| text.starts_with("1.9") && text.ends_with(" mV")),
        "peak-peak: {texts:?}"
    );
}

#[test]
fn the_last_label_of_x_is_there_with_and_without_a_title_of_y_and_a_short_one_stands_upright() {
    for unit in ["", "L"] {
        let mut state = uniform("s", 0.0);
        state.info.meta.y_unit = unit.to_owned();
        push(&mut state, 0, (0..=10_000u16).map(|i| (f32::from(i) * 0.01).sin()));
        let mut driver = Driver::new(store_of(state).0);
        let [x0, x1] = driver.x();
        let texts = driver.texts();
        for tick in (x0.ceil() as i32..=x1.floor() as i32).step_by(1) {
            assert!(texts.iter().any(|text| *text == tick.to_string()), "no {tick} with {unit:?}: {texts:?}");
        }
        assert!(x1.floor() >= 10.0 && driver.upright("L") == (unit == "L"), "{unit:?}");
    }
}

#[test]
fn an_event_beyond_every_view_leaves_the_others_in_sight() {
    let mut state = stream("e", StreamKind::Events, XMode::Xy);
    let mut events = Events::new();
    for (number, t) in [0.0, 1.0, 2.0, 1e308].into_iter().enumerate() {
        let words = vec![u64::from_le_bytes(*b"text    ")];
        events.push(&FrameData { number: number as u64, t, words, length: 4, ..FrameData::default() });
    }
    state.data = Data::Events(events);
    let driver = Driver::new(store_of(state).0);
    let [x0, x1] = driver.x();
    assert!(x0 <= 0.0 && (2.0..20.0).contains(&x1), "{x0} {x1}");
}

#[test]
fn a_stretch_that_is_asked_for_is_no_longer_than_what_there_is() {
    let mut state = uniform("s", 0.0);
    push(&mut state, 0, (0..=3_900u16).map(|i| (f32::from(i) * 0.01).sin()));
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store.clone());
    driver.app = App::new(store, Options { x_span_secs: Some(10.0), ..Options::default() });
    driver.frame(vec![]);
    let [x0, x1] = driver.x();
    assert!((-0.2..=0.0).contains(&x0) && (3.9..4.1).contains(&x1), "{x0} {x1}");
    push(&mut shared.lock().unwrap(), 3_901, (0..20_000u16).map(|i| (f32::from(i) * 0.01).sin()));
    driver.frame(vec![]);
    let [x0, x1] = driver.x();
    assert!((x1 - x0 - 10.0).abs() < 0.05, "{x0} {x1}");
}

#[test]
fn the_tags_of_the_crosshair_leave_no_fragment_of_a_label() {
    let (mut driver, _shared) = common::driver::live();
    driver.key(egui::Key::Space);
    let area = driver.area();
    let on_axes = |driver: &mut Driver| -> Vec<(String, egui::Rect)> {
        let is_label = |rect: &egui::Rect| {
            let below = rect.top() > area.bottom() && rect.bottom() < area.bottom() + 26.0;
            below || (rect.right() < area.left() && area.y_range().contains(rect.center().y))
        };
        driver.placed_texts().into_iter().filter(|(_, rect)| is_label(rect)).collect()
    };
    driver.frame(vec![egui::Event::PointerGone]);
    driver.frame(vec![]);
    let labels = on_axes(&mut driver);
    assert!(labels.len() > 10, "{labels:?}");
    let mut hidden = 0;
    for step in 0..60u8 {
        let share = f32::from(step) / 60.0;
        let at = area.lerp_inside(egui::vec2(0.05 + 0.9 * share, 0.05 + 0.9 * share));
        driver.frame(vec![egui::Event::PointerMoved(at)]);
        let shown = on_axes(&mut driver);
        for (i, (text, rect)) in shown.iter().enumerate() {
            let touched = shown[i + 1..].iter().find(|(_, other)| other.intersects(*rect));
            assert!(touched.is_none(), "{text} and {touched:?} lie over each other at {at}");
        }
        hidden += usize::from(shown.len() < labels.len() + 2);
    }
    assert!(hidden > 5, "no label was ever in the way");
}

/// Finds something in the list of all commands, and does it.
fn ask(driver: &mut Driver, text: &str) {
    driver.key_with(Key::P, Modifiers::COMMAND);
    driver.frame(vec![Event::Text(text.to_owned())]);
    driver.key(Key::Enter);
    driver.frame(vec![]);
}

#[test]
fn the_list_of_commands_takes_views() {
    let (mut driver, _) = live();
    let near = |[a, b]: [f64; 2], [c, d]: [f64; 2]| {
        let tolerance = (d - c) * 0.01;
        (a - c).abs() < tolerance && (b - d).abs() < tolerance
    };
    ask(&mut driver, "x 3.2..3.4");
    assert!(near(driver.x(), [3.2, 3.4]), "{:?}", driver.x());
    ask(&mut driver, "10ms");
    assert!(near(driver.x(), [3.295, 3.305]), "{:?}", driver.x());
    ask(&mut driver, "goto 7");
    assert!(near(driver.x(), [6.995, 7.005]), "{:?}", driver.x());
    ask(&mut driver, "y -1..1");
    assert!(near(driver.y(), [-1.0, 1.0]), "{:?}", driver.y());
    ask(&mut driver, "last 5s");
    let [from, to] = driver.x();
    assert!(close(to, 20.0, 0.1) && close(to - from, 5.0, 0.01), "{from} {to}");
}

#[test]
fn a_spectrum_has_a_logarithmic_y_and_a_key_makes_its_frequency_so() {
    let mut state = uniform("wave", 0.0);
    push(&mut state, 0, (0..20_000u16).map(|i| (f32::from(i) * 0.3).sin()));
    let (store, _) = store_of(state);
    let formula = "psd(wave, 1024)".parse().expect("a formula");
    store.derived().add(DerivedSpec { name: String::new(), formula }).expect("it is computed");
    let mut driver = Driver::new(store);
    let wait = std::time::Instant::now();
    while driver.app.scenes().get(1).is_none_or(|scene| scene.layers.is_empty()) {
        assert!(wait.elapsed().as_secs() < 60, "the spectrum is not drawn");
        std::thread::sleep(std::time::Duration::from_millis(5));
        driver.frame(vec![]);
    }
    let of_spectrum = |driver: &Driver, key: &str| {
        let text = driver.app.layout().text();
        text.split("[[panel]]").nth(2).is_some_and(|panel| panel.contains(key))
    };
    assert!(of_spectrum(&driver, "log-y = true") && !of_spectrum(&driver, "log-x"));
    let at = driver.app.plot_rects()[1].center();
    driver.frame(vec![Event::PointerMoved(at)]);
    driver.key_with(Key::X, Modifiers::SHIFT);
    assert!(of_spectrum(&driver, "log-x = true"), "{}", driver.app.layout().text());
}

/// Two streams of other units in one panel, of which the second triggers.
const TWO_AXES: &str = "version = 1\narrangement = \"p\"\n[[panel]]\nid = \"p\"\nstreams = [\"p\", \"t\"]\n\
                        span = 0.5\n[panel.trigger]\non = true\nsource = \"t\"\n";

fn two_axes() -> Store {
    let store = Store::new(1 << 30);
    for (name, unit, mean, amplitude) in [("p", "bar", 5.0, 0.4), ("t", "K", 350.0, 30.0)] {
        let mut state = uniform(name, 0.0);
        unit.clone_into(&mut state.info.meta.y_unit);
        push(&mut state, 0, (0..20_000u16).map(|i| mean + amplitude * (f32::from(i) * 0.02).sin()));
        store.add(state);
    }
    store
}

#[test]
fn the_crosshair_reads_each_axis_and_a_trigger_lies_on_that_of_its_stream() {
    let mut driver = Driver::new(two_axes());
    driver.app.set_layout(&Layout::parse(TWO_AXES).expect("a layout"));
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    let [_, [low, high]] = driver.app.y_bounds()[0][..] else { panic!("two axes") };
    let area = driver.area();
    // The handle of the level is dragged to three quarters of the axis of the stream.
    let handle = area.right_center() - vec2(4.0, 0.0);
    driver.drag(handle, handle - vec2(0.0, area.height() * 0.25), PointerButton::Primary);
    let text = driver.app.layout().text();
    let level = text.lines().find_map(|line| line.strip_prefix("level = ")).expect("a level");
    let level: f64 = level.parse().expect("a number");
    assert!(close(level, low + (high - low) * 0.75, (high - low) * 0.01), "{level} of {low} to {high}");
    for _ in 0..12 {
        driver.frame(vec![]);
    }
    let texts = driver.texts();
    assert!(
        texts.iter().any(|text| text.starts_with("Trigger level 36") && text.contains(" K;")),
        "{texts:?}"
    );
    driver.frame(vec![Event::PointerMoved(area.center())]);
    let texts = driver.placed_texts();
    let tag = |is_there: &dyn Fn(f32) -> bool, value: f64| {
        texts.iter().any(|(text, at)| {
            is_there(at.center().x) && text.parse().is_ok_and(|n: f64| close(n, value, value * 0.003))
        })
    };
    assert!(tag(&|x| x < area.left(), 5.0) && tag(&|x| x > area.right(), 350.0), "{texts:?}");
}

#[test]
fn the_menu_of_a_stream_moves_it_to_another_axis_and_gives_it_a_gain() {
    let options = Options { layout: Some(Layout::parse(TWO_AXES).expect("a layout")), ..Options::default() };
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .build_ui_state(|ui, app: &mut App| app.ui(ui), App::new(two_axes(), options));
    harness.run_steps(3);
    let choose = |harness: &mut Harness<'_, App>, menu: &str, entry: &str| {
        harness.get_by_role_and_label(Role::CheckBox, "t").click_secondary();
        harness.run_steps(3);
        let is_menu = |label: String| label.starts_with(menu) && !label.contains(" of ");
        harness.get_by(|node| node.label().is_some_and(is_menu)).click();
        harness.run_steps(3);
        harness.get_by_label(entry).click();
        harness.run_steps(4);
    };
    assert_eq!(harness.state().y_bounds()[0].len(), 2);
    choose(&mut harness, "y axis", "1 · bar");
    assert_eq!(harness.state().y_bounds()[0].len(), 1);
    assert!(harness.state().layout().text().contains("one-axis = true"));
    choose(&mut harness, "y axis", "A new one");
    assert_eq!(harness.state().y_bounds()[0].len(), 2);
    assert!(harness.state().layout().text().contains("[[panel.axis]]\nstreams = [\"t\"]"));
}

#[test]
fn far_from_zero_a_y_axis_counts_from_a_round_value_near_by() {
    let mut state = uniform("level", 0.0);
    state.info.meta.y_offset = 1.0e9;
    state.data = Data::Trace(Trace::new(state.info.x_mode, 1 << 20).with_y_offset(1.0e9));
    push(&mut state, 0, (0..4000u16).map(|i| 1e-3 * (f32::from(i) * 0.01).sin()));
    let mut driver = Driver::new(store_of(state).0);
    let area = driver.area();
    let texts = driver.placed_texts();
    let labels: Vec<&String> = texts
        .iter()
        .filter(|(_, at)| {
            at.right() < area.left() && area.y_range().contains(at.center().y) && at.height() < at.width()
        })
        .map(|(text, _)| text)
        .collect();
    assert!(labels.len() > 3 && labels.iter().all(|text| text.chars().count() <= 12), "{labels:?}");
    assert!(texts.iter().any(|(text, _)| text.starts_with("+ ")), "{texts:?}");
}
