//! What a person does with pointer and keys, on the whole app, without a window and without a GPU.
#![expect(clippy::float_cmp, reason = "a picture that stands still does so exactly")]

mod common;

use common::driver::{Driver, live, texts_of};
use common::store::{push, push_points, store_of, stream, uniform};
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, TouchPhase, vec2};
use ringplot::ring::{Point, XMode};
use ringplot::store::{Data, SharedStream, Store};
use ringplot::viewer::App;
use ringplot::{Liveness, StreamKind};

fn more(shared: &SharedStream) {
    let mut state = shared.lock().expect("no thread panicked");
    let first = state.counts.position;
    push(&mut state, first, (0..5_000u16).map(f32::from));
}

/// Points that are held of a stream.
fn held(shared: &SharedStream) -> u64 {
    let state = shared.lock().expect("no thread panicked");
    let Data::Trace(trace) = &state.data else { panic!("a trace") };
    trace.end() - trace.start()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

#[test]
fn it_follows_the_newest_sample_with_ten_seconds() {
    let (mut driver, shared) = live();
    let [x0, x1] = driver.x();
    assert!(close(x1, 20.0, 0.03) && close(x1 - x0, 10.0, 0.03));
    more(&shared);
    driver.frame(vec![]);
    assert!(close(driver.x()[1], 25.0, 0.03));
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_leaves_follow() {
    let (mut driver, shared) = live();
    let at = driver.area().lerp_inside(vec2(0.25, 0.5));
    let before = driver.x();
    let under = before[0] + 0.25 * (before[1] - before[0]);
    driver.wheel(at, 1.0);
    let [x0, x1] = driver.x();
    let pixel = (x1 - x0) / f64::from(driver.area().width());
    assert!(close((x1 - x0) * 0.2f64.exp(), before[1] - before[0], 1e-6));
    assert!(close(x0 + 0.25 * (x1 - x0), under, pixel), "the value under the pointer moved");
    let held = driver.x();
    more(&shared);
    driver.frame(vec![]);
    assert_eq!(driver.x(), held, "the picture moved while data came");
}

#[test]
fn the_y_of_a_time_plot_still_fits_after_zooming_x() {
    let (mut driver, _shared) = live();
    let at = driver.area().center();
    driver.wheel(at, 5.0);
    let ([x0, x1], [y0, y1]) = (driver.x(), driver.y());
    // The ramp is 1,000 a second.
    assert!(y0 < x0 * 1000.0 && y1 > x1 * 1000.0 - 1.0);
    assert!(y1 - y0 < (x1 - x0) * 1000.0 * 1.2);
}

#[test]
fn dragging_pans_by_as_much_as_the_pointer_moves() {
    let (mut driver, shared) = live();
    let before = driver.x();
    let from = driver.area().center();
    driver.drag(from, from + vec2(120.0, 0.0), PointerButton::Primary);
    let moved = (before[1] - before[0]) * 120.0 / f64::from(driver.area().width());
    let pixel = (before[1] - before[0]) / f64::from(driver.area().width());
    assert!(close(driver.x()[0], before[0] - moved, pixel * 1.01));
    let held = driver.x();
    more(&shared);
    driver.frame(vec![]);
    assert_eq!(driver.x(), held);
}

#[test]
fn a_drag_ends_where_the_button_is_let_go() {
    let (mut driver, _shared) = live();
    let from = driver.area().center();
    let to = from + vec2(120.0, 0.0);
    driver.drag(from, to, PointerButton::Primary);
    let [dragged, before] = [driver.x(), {
        driver.key(Key::Backspace);
        driver.x()
    }];
    driver.frame(vec![Event::PointerMoved(from)]);
    driver.frame(vec![Driver::button(from, PointerButton::Primary, true)]);
    driver.frame(vec![Event::PointerMoved(to)]);
    // The pointer goes on within the same frame.
    driver.frame(vec![
        Driver::button(to, PointerButton::Primary, false),
        Event::PointerMoved(to + vec2(80.0, 0.0)),
    ]);
    assert!(before[0] > dragged[0]);
    for (is, wanted) in driver.x().into_iter().zip(dragged) {
        assert!((is - wanted).abs() < 1e-6, "{is} and not {wanted}");
    }
}

#[test]
fn space_pauses_and_resumes_and_loses_nothing() {
    let (mut driver, shared) = live();
    driver.key(Key::Space);
    let held = driver.x();
    more(&shared);
    driver.frame(vec![]);
    assert_eq!(driver.x(), held);
    driver.key(Key::Space);
    assert!(close(driver.x()[1], 25.0, 0.03));
}

#[test]
fn l_goes_back_to_live_and_keeps_the_zoom() {
    let (mut driver, shared) = live();
    let at = driver.area().center();
    driver.wheel(at, 5.0);
    let span = driver.x()[1] - driver.x()[0];
    more(&shared);
    driver.key(Key::L);
    let [x0, x1] = driver.x();
    assert!(close(x1, 25.0, 0.03) && close(x1 - x0, span, span * 1e-6));
}

#[test]
fn a_double_click_and_f_fit_everything() {
    for by_key in [false, true] {
        let (mut driver, _shared) = live();
        let at = driver.area().center();
        driver.wheel(at, 8.0);
        if by_key {
            driver.key(Key::F);
        } else {
            driver.click(at);
            driver.click(at);
        }
        let [x0, x1] = driver.x();
        assert!(x0 < 0.0 && x1 > 19.9 && x1 - x0 < 23.0, "{:?}", driver.x());
        let [y0, y1] = driver.y();
        assert!(y0 < 0.0 && y1 > 19_999.0);
    }
}

#[test]
fn a_right_drag_zooms_to_its_box() {
    let (mut driver, _shared) = live();
    let (x, y) = (driver.x(), driver.y());
    let area = driver.area();
    driver.drag(
        area.lerp_inside(vec2(0.25, 0.25)),
        area.lerp_inside(vec2(0.75, 0.5)),
        PointerButton::Secondary,
    );
    let ([x0, x1], [y0, y1]) = (driver.x(), driver.y());
    let (w, h) = (x[1] - x[0], y[1] - y[0]);
    assert!(close(x0, x[0] + w * 0.25, w * 0.005) && close(x1, x[0] + w * 0.75, w * 0.005));
    assert!(close(y0, y[0] + h * 0.5, h * 0.005) && close(y1, y[0] + h * 0.75, h * 0.005));
}

#[test]
fn on_an_axis_strip_the_wheel_moves_that_axis_alone() {
    let (mut driver, shared) = live();
    let (x, y) = (driver.x(), driver.y());
    let strip = driver.area().left_center() - vec2(20.0, 0.0);
    driver.wheel(strip, 2.0);
    assert!(driver.y()[1] - driver.y()[0] < (y[1] - y[0]) * 0.7);
    assert_eq!(driver.x(), x);
    more(&shared);
    driver.frame(vec![]);
    assert!(driver.x()[1] > x[1] + 4.0, "zooming y stopped the following");
    driver.click(strip);
    driver.click(strip);
    assert!(driver.y()[1] >= 19_999.0, "a double click on the strip did not fit it");
}

#[test]
fn the_legend_hides_and_shows() {
    let (store, _) = store_of({
        let mut state = uniform("a", 0.0);
        push(&mut state, 0, (0..20_000u16).map(|_| 1.0));
        state
    });
    let mut b = uniform("b", 0.0);
    push(&mut b, 0, (0..20_000u16).map(|_| 100.0));
    store.add(b);
    let mut driver = Driver::new(store);
    let entry = driver.area().left_top() + vec2(8.0, -17.0);
    let layers = |driver: &Driver| driver.app.scenes()[0].layers.len();
    assert_eq!(layers(&driver), 2);
    driver.click(entry);
    driver.frame(vec![]);
    assert_eq!(layers(&driver), 1);
    assert!(driver.y()[0] > 50.0, "y does not fit what is left");
    driver.click(entry);
    driver.frame(vec![]);
    assert_eq!(layers(&driver), 2);
}

#[test]
fn a_paused_curve_in_the_plane_stands_still() {
    let mut state = stream("xy", StreamKind::Xy, XMode::Xy);
    push_points(&mut state, 0, (0..100u8).map(|i| Point { x: f32::from(i), y: f32::from(i % 7) }));
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    driver.key(Key::Space);
    let points = |driver: &Driver| format!("{:?}", driver.app.scenes()[0].layers);
    let held = points(&driver);
    push_points(&mut shared.lock().unwrap(), 100, (0..100u8).map(|i| Point { x: f32::from(i), y: 50.0 }));
    driver.frame(vec![]);
    assert_eq!(points(&driver), held);
    driver.key(Key::L);
    assert_ne!(points(&driver), held);
}

#[test]
fn a_program_that_is_gone_already_is_shown_whole() {
    let mut state = uniform("burst", 0.0);
    push(&mut state, 0, (0..60_000u16).map(f32::from));
    state.liveness = Liveness::Closed;
    let driver = Driver::new(store_of(state).0);
    let [x0, x1] = driver.x();
    assert!(x0 <= 0.0 && x1 >= 59.9, "{:?}", driver.x());
}

#[test]
fn the_grid_the_list_of_keys_and_quit_have_keys() {
    let (mut driver, _shared) = live();
    assert!(!driver.app.scenes()[0].grid.is_empty());
    driver.key(Key::G);
    assert!(driver.app.scenes()[0].grid.is_empty());
    driver.key(Key::F1);
    driver.key(Key::Escape);
    assert!(!driver.app.wants_quit());
    driver.key(Key::Q);
    assert!(driver.app.wants_quit());
}

#[test]
fn streams_that_find_no_room_are_counted() {
    let store = Store::new(1 << 30);
    for i in 0..40u8 {
        let mut state = uniform(&format!("stream-with-a-name-{i:02}"), 0.0);
        push(&mut state, u64::from(i == 39) * 5, [1.0; 100]);
        store.add(state);
    }
    let texts = Driver::new(store).texts();
    let more: Vec<usize> =
        texts.iter().filter_map(|text| text.strip_prefix('+')?.split_once(" more")?.0.parse().ok()).collect();
    let [legend, table] = more[..] else { panic!("{more:?} of {texts:?}") };
    // Scrolled away, rows may be laid out, but not in the legend.
    let named =
        texts.iter().filter(|text| text.starts_with("stream-with-a-name-") && text.len() == 21).count();
    assert!(legend > 0 && table > 0 && named >= 40 - legend, "{more:?}, {named} named");
    assert!(texts.iter().any(|text| text == "1 of them lost points"), "{texts:?}");
}

#[test]
fn streams_with_one_label_go_by_their_names() {
    let store = Store::new(1 << 30);
    for (name, label) in [("a/x", "x"), ("b/x", "x"), ("b/y", "why")] {
        let mut state = uniform(name, 0.0);
        label.clone_into(&mut state.info.meta.label);
        push(&mut state, 0, [1.0; 100]);
        store.add(state);
    }
    let texts = Driver::new(store).texts();
    let count = |what: &str| texts.iter().filter(|text| *text == what).count();
    // Once in the legend, once in the table, which has names only.
    assert_eq!(
        [count("a/x"), count("b/x"), count("b/y"), count("x"), count("why")],
        [2, 2, 1, 0, 1],
        "{texts:?}"
    );
}

#[test]
fn curves_that_were_replaced_are_counted_but_no_alarm() {
    let mut state = stream("curve", StreamKind::Snapshot, XMode::Xy);
    state.counts.position = 1_000;
    state.counts.lost = 990;
    state.counts.received = 10;
    let texts = Driver::new(store_of(state).0).texts();
    assert!(texts.iter().any(|text| text == "990 curves skipped") && texts.iter().any(|text| text == "990"));
    assert!(texts.iter().all(|text| text != "lost points"), "{texts:?}");
}

#[test]
fn escape_ends_a_box_and_closes_the_menu() {
    let (mut driver, _shared) = live();
    let (from, to) = (driver.area().center(), driver.area().center() + vec2(200.0, 100.0));
    driver.frame(vec![Event::PointerMoved(from)]);
    driver.frame(vec![Driver::button(from, PointerButton::Secondary, true)]);
    driver.frame(vec![Event::PointerMoved(from.lerp(to, 0.5))]);
    driver.frame(vec![Event::PointerMoved(to)]);
    let x = driver.x();
    driver.key(Key::Escape);
    driver.frame(vec![Driver::button(to, PointerButton::Secondary, false)]);
    driver.frame(vec![]);
    assert_eq!(driver.x(), x, "the box was zoomed to all the same");

    driver.frame(vec![Driver::button(from, PointerButton::Secondary, true)]);
    driver.frame(vec![Driver::button(from, PointerButton::Secondary, false)]);
    driver.frame(vec![]);
    assert!(egui::Popup::is_any_open(&driver.ctx), "no menu");
    driver.key(Key::Escape);
    assert!(!egui::Popup::is_any_open(&driver.ctx), "the menu is still there");
}

#[test]
fn y_stands_still_on_stationary_noise_and_columns_scroll_whole() {
    let mut state = uniform("noise", 0.0);
    let noise = |i: u64| ((i.wrapping_mul(2_654_435_761) >> 16) % 2000) as f32 / 1000.0 - 1.0;
    push(&mut state, 0, (0..20_000).map(noise));
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    let y = driver.y();
    let dx = (driver.x()[1] - driver.x()[0]) / f64::from(driver.area().width());
    for _ in 0..50 {
        let mut state = shared.lock().unwrap();
        let first = state.counts.position;
        push(&mut state, first, (first..first + 137).map(noise));
        drop(state);
        driver.frame(vec![]);
        assert_eq!(driver.y(), y);
        let columns = driver.x()[0] / dx;
        assert!(close(columns, columns.round(), 1e-6), "not a whole column: {columns}");
    }
}

#[test]
fn random_input_is_no_panic() {
    let (mut driver, shared) = live();
    let mut seed = 1u64;
    let mut random = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits") % n
    };
    let keys =
        [Key::Space, Key::L, Key::F, Key::Y, Key::G, Key::D, Key::F1, Key::ArrowLeft, Key::Plus, Key::Minus];
    for i in 0..600 {
        let at = egui::pos2(random(1280) as f32, random(720) as f32);
        let button = [PointerButton::Primary, PointerButton::Secondary, PointerButton::Middle][random(3)];
        let event = match random(6) {
            0 | 1 => Event::PointerMoved(at),
            2 => Driver::button(at, button, true),
            3 => Driver::button(at, button, false),
            4 => Event::MouseWheel {
                unit: [MouseWheelUnit::Line, MouseWheelUnit::Point, MouseWheelUnit::Page][random(3)],
                delta: vec2(random(9) as f32 - 4.0, random(9) as f32 - 4.0) * 3.0,
                phase: TouchPhase::Move,
                source: MouseWheelSource::Wheel,
                modifiers: Modifiers::NONE,
            },
            _ => Event::Key {
                key: keys[random(keys.len())],
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers: Modifiers::NONE,
            },
        };
        driver.frame(vec![event]);
        if i % 50 == 0 {
            more(&shared);
        }
        for bounds in driver.app.plot_bounds().iter().flatten() {
            assert!(bounds[0] < bounds[1] && bounds[0].is_finite() && bounds[1].is_finite(), "{bounds:?}");
        }
    }
}

#[test]
fn a_dialog_takes_the_keys() {
    let (mut driver, shared) = live();
    for open in [Key::E, Key::D, Key::T] {
        let modifiers = if open == Key::E { Modifiers::NONE } else { Modifiers::SHIFT };
        driver.key_with(open, modifiers);
        driver.frame(vec![]);
        let x = driver.x();
        for key in [Key::C, Key::C, Key::T, Key::M, Key::Space, Key::G, Key::Plus] {
            driver.key(key);
        }
        assert_eq!((held(&shared), driver.x()), (20_000, x), "{open:?}");
        let texts = driver.texts();
        assert!(!texts.iter().any(|text| text.starts_with("trigger:") || text == "paused"), "{texts:?}");
        driver.key(Key::Escape);
        driver.frame(vec![]);
    }
    assert!(!driver.app.scenes()[0].grid.is_empty());
}

#[test]
fn clear_is_asked_for_twice() {
    let (mut driver, shared) = live();
    driver.key(Key::C);
    assert_eq!(held(&shared), 20_000);
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text.starts_with("C again clears the history")), "{texts:?}");
    // Too late: it is asked anew.
    for _ in 0..60 {
        driver.frame(vec![]);
    }
    driver.key(Key::C);
    assert_eq!(held(&shared), 20_000);
    driver.key(Key::C);
    assert_eq!(held(&shared), 0);
}

#[test]
fn the_badge_of_losses_says_what_helps_and_leads_to_them() {
    let mut state = uniform("fast", 0.0);
    state.info.capacity = Some(2_000);
    push(&mut state, 0, (0..5_000u16).map(f32::from));
    push(&mut state, 5_500, (0..14_500u16).map(f32::from));
    let mut driver = Driver::new(store_of(state).0);
    let badge = driver.place_of("lost points").expect("the badge");
    driver.frame(vec![egui::Event::PointerMoved(badge)]);
    for _ in 0..10 {
        driver.frame(vec![]);
    }
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text.contains("The ring of fast holds 2.0 s")), "{texts:?}");
    driver.click(badge);
    driver.frame(vec![]);
    let [x0, x1] = driver.x();
    assert!(x0 < 4.999 && x1 > 5.5 && x1 - x0 < 3.0, "{x0} {x1}");
}

#[test]
fn the_list_of_keys_fits_into_small_windows_and_can_be_scrolled() {
    for size in [[320.0, 200.0], [640.0, 400.0], [1280.0, 720.0]] {
        let (driver, _shared) = live();
        let mut harness = egui_kittest::Harness::builder()
            .with_size(size)
            .with_step_dt(0.05)
            .build_ui_state(|ui, app: &mut App| app.ui(ui), driver.app);
        harness.run_steps(3);
        harness.key_press(Key::F1);
        harness.run_steps(3);
        let rects = texts_of(&harness.output().shapes);
        let (pause, rect) = rects.iter().find(|(text, _)| text == "Pause, resume").expect("the first row");
        assert!(rect.left() >= 0.0 && rect.right() <= size[0], "{pause} at {rect:?} in {size:?}");
        // No two texts of the list lie over each other.
        let rows: Vec<_> = rects.iter().skip_while(|(text, _)| text != "Follow").collect();
        for (i, (a, at)) in rows.iter().enumerate() {
            for (b, other) in &rows[i + 1..] {
                assert!(!at.shrink(1.0).intersects(other.shrink(1.0)), "{a} and {b} in {size:?}");
            }
        }
    }
}

#[test]
fn notices_leave_the_ticks_in_sight() {
    let (mut driver, _shared) = live();
    let at = driver.area().center();
    driver.frame(vec![Event::PointerMoved(at)]);
    driver.key(Key::C);
    driver.key(Key::Comma);
    driver.key(Key::N);
    let area = driver.area();
    for said in ["clears the history", "No further marker", "Place cursor A first"] {
        let texts = driver.placed_texts();
        let (_, rect) =
            texts.iter().find(|(text, _)| text.contains(said)).unwrap_or_else(|| panic!("{said}"));
        assert!(area.contains_rect(*rect), "{said} lies at {rect}, outside {area}");
    }
}

#[test]
fn menus_name_the_keys_of_what_they_do() {
    let (mut driver, _shared) = live();
    let area = driver.area();
    let places = [
        (area.center(), &["Pause, resume", "Space", "Shift+X", "Shift+L", "Shift+T"][..]),
        (area.center_bottom() + vec2(0.0, 10.0), &["Fit x", "Shift+X"][..]),
        (area.left_center() - vec2(15.0, 0.0), &["Fit y", "Shift+L"][..]),
    ];
    for (at, wanted) in places {
        driver.frame(vec![Event::PointerMoved(at)]);
        driver.frame(vec![Driver::button(at, PointerButton::Secondary, true)]);
        driver.frame(vec![Driver::button(at, PointerButton::Secondary, false)]);
        driver.frame(vec![]);
        let texts = driver.texts();
        for text in wanted {
            assert!(texts.iter().any(|found| found == text), "no {text} in {texts:?}");
        }
        driver.key(Key::Escape);
        driver.frame(vec![]);
    }
}
