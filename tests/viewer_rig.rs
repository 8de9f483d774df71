//! A test rig's signals in one window: of several units, with derived traces, many of them, some switched off.

#![expect(clippy::float_cmp, reason = "what did not move is the same to the bit")]

mod common;

use common::driver::Driver;
use common::store::{push, uniform};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use ringplot::chart::{Layout, Options};
use ringplot::render::{Layer, Shape};
use ringplot::store::{DerivedSpec, Store, StreamState};
use ringplot::viewer::App;

/// 20 s of a wave around `mean` with this amplitude; no colour is wished for.
fn signal(name: &str, unit: &str, [mean, amplitude]: [f32; 2]) -> StreamState {
    let mut state = uniform(name, 0.0);
    unit.clone_into(&mut state.info.meta.y_unit);
    state.info.meta.colour = None;
    push(&mut state, 0, (0..20_000u16).map(|i| mean + amplitude * (f32::from(i) / 100.0).sin()));
    state
}

fn store(states: impl IntoIterator<Item = StreamState>) -> Store {
    let store = Store::new(1 << 30);
    for state in states {
        store.add(state);
    }
    store
}

fn rig() -> Store {
    store([
        signal("pressure", "bar", [5.0, 0.4]),
        signal("temperature", "°C", [350.0, 30.0]),
        signal("inlet", "bar", [4.0, 0.2]),
        signal("valve", "", [0.5, 0.5]),
    ])
}

#[test]
fn streams_of_one_unit_share_an_axis_and_others_have_panels_of_their_own() {
    let driver = Driver::new(rig());
    let bounds = driver.app.plot_bounds();
    assert_eq!(bounds.len(), 3, "{bounds:?}");
    // Each fills its axis: 350 °C leave 5 bar no flat line.
    let mut spans: Vec<f64> = bounds.iter().map(|[_, [lo, hi]]| hi - lo).collect();
    spans.sort_by(f64::total_cmp);
    assert!(spans[0] < 2.0 && spans[1] < 4.0 && (60.0..100.0).contains(&spans[2]), "{spans:?}");
}

#[test]
fn more_units_than_panels_have_further_axes_in_them_and_at_last_share_one() {
    for (units, axes) in [(12u8, [2; 6]), (30, [4; 6])] {
        let states =
            (0..units).map(|i| signal(&format!("s{i}"), &format!("u{i}"), [f32::from(i) * 9.0, 1.0]));
        let driver = Driver::new(store(states));
        let bounds = driver.app.y_bounds();
        assert_eq!(bounds.iter().map(Vec::len).collect::<Vec<_>>(), axes, "{units}");
        let is_filled = |[lo, hi]: &[f64; 2]| hi - lo < 3.0;
        let filled = bounds.iter().flatten().filter(|bounds| is_filled(bounds)).count();
        assert_eq!(filled, axes.iter().sum::<usize>() - usize::from(units == 30), "{bounds:?}");
    }
}

/// One panel with the streams of the rig; more may be said of it.
fn panel(more: &str) -> Driver {
    let names = ["pressure", "temperature", "inlet", "valve"].map(|name| format!("{name:?}")).join(", ");
    let text =
        format!("version = 1\narrangement = \"p\"\n\n[[panel]]\nid = \"p\"\nstreams = [{names}]\n{more}");
    let mut driver = Driver::new(rig());
    driver.app.set_layout(&Layout::parse(&text).expect("a layout"));
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    driver
}

/// The y axes of the only panel: lowest and highest y.
fn ys(driver: &Driver) -> Vec<[f64; 2]> {
    driver.app.y_bounds().remove(0)
}

/// A place on the axis right of the plot area.
fn right_of(driver: &Driver) -> Pos2 {
    driver.area().right_center() + vec2(14.0, 10.0)
}

fn is_near([a, b]: [f64; 2], [c, d]: [f64; 2]) -> bool {
    (a - c).abs() < 0.02 * (d - c) && (b - d).abs() < 0.02 * (d - c)
}

const BAR: [f64; 2] = [3.72, 5.48];
const CELSIUS: [f64; 2] = [317.0, 383.0];
const VALVE: [f64; 2] = [-0.05, 1.05];

#[test]
fn each_unit_in_a_panel_has_a_y_axis_with_its_unit() {
    let mut driver = panel("");
    let fits = |driver: &Driver| {
        let ys = ys(driver);
        ys.len() == 3 && is_near(ys[0], BAR) && is_near(ys[1], CELSIUS) && is_near(ys[2], VALVE)
    };
    assert!(fits(&driver), "{:?}", ys(&driver));
    let area = driver.area();
    let texts = driver.placed_texts();
    let place = |wanted: &str| texts.iter().find(|(text, _)| text == wanted).map(|(_, rect)| rect.center().x);
    // The first axis left, the second right, the third left of the first.
    assert!(place("bar").is_some_and(|x| x < area.left()) && place("°C").is_some_and(|x| x > area.right()));
    assert!(place("0.5").is_some_and(|x| x < place("5.0").unwrap_or(0.0)), "{texts:?}");
    // Values are written as on their own axes.
    assert!(texts.iter().any(|(text, _)| text.ends_with("°C") && text.trim().starts_with('3')), "{texts:?}");
}

#[test]
fn wheel_drag_keys_and_double_click_on_an_axis_mean_that_axis_alone() {
    let mut driver = panel("");
    let at = right_of(&driver);
    let x = driver.x();
    let others = |driver: &Driver| is_near(ys(driver)[0], BAR) && is_near(ys(driver)[2], VALVE);
    driver.wheel(at, 5.0);
    let zoomed = ys(&driver)[1];
    assert!(zoomed[1] - zoomed[0] < 30.0 && others(&driver), "{:?}", ys(&driver));
    driver.drag(at, at + vec2(0.0, 100.0), PointerButton::Primary);
    let moved = ys(&driver)[1];
    assert!(moved[0] > zoomed[0] + 1.0 && others(&driver), "{:?}", ys(&driver));
    driver.key(Key::ArrowUp);
    assert!(ys(&driver)[1][0] > moved[0] && others(&driver), "{:?}", ys(&driver));
    driver.key_with(Key::L, Modifiers::SHIFT);
    assert!(ys(&driver)[1][0] > 300.0 && others(&driver), "{:?}", ys(&driver));
    driver.key_with(Key::L, Modifiers::SHIFT);
    driver.wheel(at, 5.0);
    for _ in 0..2 {
        let button = |pressed| Driver::button(at, PointerButton::Primary, pressed);
        driver.frame(vec![button(true), button(false)]);
    }
    driver.frame(vec![]);
    assert!(is_near(ys(&driver)[1], CELSIUS) && others(&driver), "{:?}", ys(&driver));
    assert_eq!(driver.x(), x, "the x axis moved");
    // A box means all of them, and so does fitting.
    let area = driver.area();
    let of = |share| area.lerp_inside(vec2(share, share));
    driver.drag(of(0.25), of(0.75), PointerButton::Secondary);
    let half = |[lo, hi]: [f64; 2]| [lo + (hi - lo) * 0.25, lo + (hi - lo) * 0.75];
    let boxed = ys(&driver);
    for (now, before) in boxed.iter().zip([BAR, CELSIUS, VALVE]) {
        assert!(is_near(*now, half(before)), "{boxed:?}");
    }
    driver.key(Key::Backspace);
    assert!(others(&driver) && is_near(ys(&driver)[1], CELSIUS), "{:?}", ys(&driver));
}

#[test]
fn a_stream_is_moved_between_axes_by_key_and_drag_and_a_layout_keeps_that() {
    let mut driver = panel("");
    let inlet = |driver: &Driver| {
        let text = driver.app.layout().text();
        text.split("[[panel.axis]]").position(|part| part.contains("\"inlet\"") && !part.contains("version"))
    };
    assert_eq!(inlet(&driver), None, "it lies on the first axis");
    // The inlet is what lies lowest on its axis.
    let lowest = driver.area().lerp_inside(vec2(0.5, 0.95));
    driver.frame(vec![Event::PointerMoved(lowest)]);
    driver.key(Key::R);
    assert_eq!(inlet(&driver), Some(1));
    let text = driver.app.layout().text();
    let mut again = Driver::new(rig());
    again.app.set_layout(&Layout::parse(&text).expect("a layout"));
    again.frame(vec![]);
    assert_eq!(again.app.layout().text(), text);
    assert_eq!(again.app.y_bounds()[0].len(), 3);
    // Dragged from the legend to the axis left of the plot area, and to the right edge: a new one.
    let legend = driver.place_of("inlet").expect("an entry");
    let left = driver.area().left_center() - vec2(12.0, -40.0);
    driver.drag(legend, left, PointerButton::Primary);
    assert_eq!(inlet(&driver), None, "{}", driver.app.layout().text());
    driver.frame(vec![]);
    let edge = driver.area().right_center() - vec2(4.0, 0.0);
    let legend = driver.place_of("inlet").expect("an entry");
    driver.drag(legend, edge, PointerButton::Primary);
    driver.frame(vec![]);
    assert_eq!((inlet(&driver), ys(&driver).len()), (Some(3), 4), "{}", driver.app.layout().text());
    assert!(is_near(ys(&driver)[3], [3.78, 4.22]), "{:?}", ys(&driver));
}

#[test]
fn a_layout_says_what_lies_on_which_axis_and_comes_back_to_the_byte() {
    let more = "log-y = true\n\n[[panel.axis]]\nlabel = \"oven\"\nstreams = [\"temperature\", \"valve\"]\n\
                autoscale = \"expand-only\"\ny = [-10.0, 500.0]\n";
    let mut driver = panel(more);
    assert!(driver.app.layout().text().ends_with(more), "{}", driver.app.layout().text());
    let ys = ys(&driver);
    assert!(ys.len() == 2 && is_near(ys[1], [-10.0, 500.0]) && ys[0][0] > 3.0, "{ys:?}");
    assert!(driver.texts().iter().any(|text| text == "oven"));
    let one = panel("one-axis = true\n");
    assert_eq!(one.app.y_bounds()[0].len(), 1);
    assert!(one.app.layout().text().contains("one-axis = true"));
}

#[test]
fn normalised_streams_go_from_0_to_100_and_keep_their_values() {
    let mut driver = panel("");
    driver.key_with(Key::N, Modifiers::SHIFT);
    for _ in 0..3 {
        driver.frame(vec![]);
    }
    let normal = ys(&driver);
    assert!(normal.len() == 1 && is_near(normal[0], [-5.0, 105.0]), "{normal:?}");
    let scene = &driver.app.scenes()[0];
    for layer in &scene.layers {
        let [top, bottom] = reach(layer);
        let share = |y: f32| f64::from((scene.rect.y + scene.rect.h - y) / scene.rect.h) * 110.0 - 5.0;
        assert!((share(top) - 100.0).abs() < 1.5 && share(bottom).abs() < 1.5, "{top} {bottom}");
    }
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text == "share of its range (%)"), "{texts:?}");
    assert!(texts.iter().any(|text| text.ends_with("°C") && text.trim().starts_with('3')), "{texts:?}");
    assert!(driver.app.layout().text().contains("normalised = true"));
    driver.key_with(Key::N, Modifiers::SHIFT);
    assert!(is_near(ys(&driver)[1], CELSIUS));
}

#[test]
fn pictures_and_csv_say_which_axis_a_stream_is_on() {
    let driver = panel("\n[[stream]]\nname = \"valve\"\ngain = 2.0\n");
    let layout = driver.app.layout();
    let options = Options { layout: Some(layout), ..Options::default() };
    let svg = App::new(rig(), options.clone()).svg([900, 500]);
    for title in ["bar", "°C", "valve", "valve ×2"] {
        assert!(svg.contains(&format!(">{title}<")), "{title}");
    }
    let mut text = Vec::new();
    App::new(rig(), options).write_csv(&mut text).expect("memory");
    let text = String::from_utf8(text).expect("text");
    assert!(text.contains("# temperature: x (s), temperature (°C), y axis 2\n"), "{}", &text[..400]);
    assert!(text.contains("# valve: x (s), valve, y axis 3, ×2\n"), "{}", &text[..400]);
}

/// Highest and lowest pixel of a band.
fn reach(layer: &Layer) -> [f32; 2] {
    let Shape::Bands { halves, .. } = &layer.shape else { panic!("no bands: {layer:?}") };
    let seen = halves.iter().filter(|half| half[0] <= half[1]);
    seen.fold([f32::MAX, f32::MIN], |[top, bottom], half| [top.min(half[0]), bottom.max(half[1])])
}

#[test]
fn gain_and_offset_move_a_stream_on_its_axis_and_not_its_values() {
    let mut driver = panel("\n[[stream]]\nname = \"valve\"\ngain = -2.0\noffset = 3.0\n");
    // 0..1 is drawn from 3 down to 1.
    assert!(is_near(ys(&driver)[2], [0.9, 3.1]), "{:?}", ys(&driver));
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text == "valve ×−2 +3"), "{texts:?}");
    let text = driver.app.layout().text();
    assert!(text.contains("gain = -2.0\noffset = 3.0\n"), "{text}");
    let area = driver.area();
    for (share, key) in [(0.1, Key::A), (0.9, Key::B)] {
        driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.1)))]);
        driver.key(key);
    }
    // The greatest value is still 1, and lies lowest.
    let texts = driver.texts();
    let greatest = texts.iter().position(|text| text == "max").expect("a row");
    assert!(texts[greatest..].iter().take(5).any(|text| text.starts_with("1.0000")), "{texts:?}");
    for wrong in ["gain = 0.0", "gain = inf", "offset = nan"] {
        let text = format!("version = 1\n[[stream]]\nname = \"valve\"\n{wrong}\n");
        assert!(Layout::parse(&text).is_err(), "{wrong}");
    }
}

#[test]
fn a_stream_has_its_colour_in_every_panel_whoever_moves() {
    let states = (0..12u8).map(|i| signal(&format!("wave {i}"), "V", [0.0, 1.0]));
    let mut driver = Driver::new(store(states));
    let panel = |id: &str, names: &[u8]| {
        let names: Vec<String> = names.iter().map(|i| format!("\"wave {i}\"")).collect();
        format!("[[panel]]\nid = \"{id}\"\nstreams = [{}]\n", names.join(", "))
    };
    let mut colours = Vec::new();
    let rounds = [(&[5u8][..], &[0u8, 1, 2, 3][..]), (&[2, 5], &[11, 10, 9, 8, 7, 6]), (&[9, 1, 0, 5], &[])];
    for (own, others) in rounds {
        let text =
            format!("version = 1\narrangement = \"column(a, b)\"\n{}{}", panel("a", own), panel("b", others));
        driver.app.set_layout(&Layout::parse(&text).expect("a layout"));
        driver.frame(vec![]);
        driver.frame(vec![]);
        // The last of its panel is drawn last.
        let layer = driver.app.scenes()[0].layers.last().expect("it is drawn");
        colours.push(layer.colour);
    }
    assert!(colours.iter().all(|colour| *colour == colours[0]), "{colours:?}");
}

#[test]
fn panels_above_each_other_have_one_left_and_one_right_edge() {
    let mut driver =
        Driver::new(store([signal("small", "V", [0.0, 1.0]), signal("large", "Pa", [1.234e9, 1.0e3])]));
    driver.frame(vec![]);
    let areas: Vec<Rect> = driver.app.plot_rects();
    assert_eq!(areas.len(), 2);
    assert_eq!(areas[0].x_range(), areas[1].x_range());
}

#[test]
fn what_is_derived_lies_over_its_source_and_what_is_shown_again_over_all() {
    let store = store([signal("noisy", "V", [0.0, 1.0]), signal("zero", "V", [0.0, 0.1])]);
    let formula = "mean(noisy, 100)".parse().expect("a formula");
    store.derived().add(DerivedSpec { name: String::new(), formula }).expect("it is computed");
    let mut driver = Driver::new(store);
    let wait = std::time::Instant::now();
    while driver.app.scenes().first().is_none_or(|scene| scene.layers.len() < 3) {
        assert!(wait.elapsed().as_secs() < 60, "the mean is not drawn");
        std::thread::sleep(std::time::Duration::from_millis(5));
        driver.frame(vec![]);
    }
    let colours = |driver: &Driver| -> Vec<[f32; 4]> {
        driver.app.scenes()[0].layers.iter().map(|layer| layer.colour).collect()
    };
    let before = colours(&driver);
    // Switched off and on again, the source lies above what is derived from it.
    let legend = driver.place_of("noisy").expect("its legend");
    driver.click(legend);
    driver.click(legend);
    driver.frame(vec![]);
    let after = colours(&driver);
    let noisy = after.last().copied();
    assert_ne!(before.last().copied(), noisy, "{before:?} {after:?}");
    assert!(before.iter().position(|colour| Some(*colour) == noisy) < Some(before.len() - 1));
}

#[test]
fn switching_all_streams_off_leaves_the_axes_where_they_are() {
    let pressures = [signal("inlet", "bar", [5.0, 0.4]), signal("outlet", "bar", [5.0, 0.4])];
    let mut driver = Driver::new(store(pressures));
    let before = driver.app.plot_bounds();
    for name in ["inlet", "outlet"] {
        let legend = driver.place_of(name).expect("its legend");
        driver.click(legend);
    }
    for _ in 0..3 {
        driver.frame(vec![]);
    }
    assert_eq!(driver.app.plot_bounds(), before);
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text == "all hidden"), "{texts:?}");
    assert!(!texts.iter().any(|text| text == "following"), "{texts:?}");
}

#[test]
fn a_click_on_how_many_streams_are_left_out_lists_them_all() {
    let states = (0..40u8).map(|i| signal(&format!("channel number {i}"), "V", [0.0, 1.0]));
    let app = App::new(store(states), Options::default());
    let mut harness = Harness::builder()
        .with_size([900.0, 600.0])
        .with_step_dt(0.05)
        .build_ui_state(|ui, app: &mut App| app.ui(ui), app);
    harness.run_steps(3);
    let is_more = |text: &str| text.starts_with('+') && text.ends_with(" more");
    harness.get_by(|node| node.label().is_some_and(|label| is_more(&label))).click();
    harness.run_steps(3);
    harness.get_by_label("Filter of streams").focus();
    harness.run_steps(2);
    harness.get_by_label("Filter of streams").type_text("number 37");
    harness.run_steps(3);
    let listed = |harness: &Harness<'_, App>, name: &str| {
        harness
            .query_all_by_role(Role::CheckBox)
            .filter(|node| node.accesskit_node().label().as_deref() == Some(name))
            .count()
    };
    assert!(listed(&harness, "channel number 37") >= 1);
    let before = harness.state().layout().text();
    let mut boxes = harness.query_all_by_role(Role::CheckBox);
    let found = boxes.rfind(|node| node.accesskit_node().label().as_deref() == Some("channel number 37"));
    found.expect("its box").click();
    drop(boxes);
    harness.run_steps(3);
    let after = harness.state().layout().text();
    assert!(!before.contains("hidden") && after.contains("hidden = [\"channel number 37\"]"), "{after}");
}

#[test]
fn ctrl_and_the_wheel_zoom_and_the_plot_goes_on_following() {
    let mut driver = Driver::new(store([signal("pressure", "bar", [5.0, 0.4])]));
    let span = |driver: &Driver| driver.x()[1] - driver.x()[0];
    let before = span(&driver);
    let at: Pos2 = driver.area().left_center() + egui::vec2(40.0, 0.0);
    driver.wheel_with(at, 3.0, Modifiers::COMMAND);
    driver.frame(vec![]);
    assert!(span(&driver) < before * 0.7, "{} of {before}", span(&driver));
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text == "following"), "{texts:?}");
    assert!(driver.x()[1] > 19.9, "{:?}", driver.x());
}

#[test]
fn the_title_names_what_comes_in_and_nothing_that_is_derived() {
    let store = store([signal("noisy", "V", [0.0, 1.0])]);
    let formula = "mean(noisy, 100)".parse().expect("a formula");
    store.derived().add(DerivedSpec { name: String::new(), formula }).expect("it is computed");
    let mut driver = Driver::new(store);
    driver.frame(vec![]);
    assert_eq!(driver.app.title(), "noisy");
}

/// The text of a layout without where its views stand.
fn text(driver: &Driver) -> String {
    let text = driver.app.layout().text();
    text.lines()
        .filter(|line| !line.starts_with("x = ") && !line.starts_with("y = "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_was_done_to_panels_looks_markers_and_cursors_is_undone_step_by_step() {
    const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::CTRL };
    let mut driver = Driver::new(rig());
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    let middle = driver.area().center();
    let mut seen = vec![text(&driver)];
    let mut step = |driver: &mut Driver, key: Key, modifiers: Modifiers| {
        driver.frame(vec![Event::PointerMoved(middle)]);
        driver.key_with(key, modifiers);
        for _ in 0..4 {
            driver.frame(vec![]);
        }
        seen.push(text(driver));
    };
    step(&mut driver, Key::V, Modifiers::NONE);
    step(&mut driver, Key::Delete, Modifiers::NONE);
    step(&mut driver, Key::Num1, Modifiers::NONE);
    step(&mut driver, Key::N, Modifiers::SHIFT);
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "{seen:#?}");
    // Where a view stands has steps of its own.
    driver.wheel(middle, 4.0);
    let x = driver.x();
    for before in seen.iter().rev().skip(1) {
        driver.key_with(Key::Z, Modifiers::CTRL);
        for _ in 0..4 {
            driver.frame(vec![]);
        }
        assert_eq!(text(&driver), *before);
    }
    assert_eq!(driver.x(), x);
    driver.key_with(Key::Z, Modifiers::CTRL);
    assert!(driver.texts().iter().any(|text| text == "There is nothing to undo"));
    for after in &seen[1..] {
        driver.key_with(Key::Z, CTRL_SHIFT);
        for _ in 0..4 {
            driver.frame(vec![]);
        }
        assert_eq!(text(&driver), *after);
    }
    // Cursors that were cleared come back.
    driver.key(Key::A);
    let placed = driver.texts().into_iter().filter(|text| text == "x A").count();
    assert_eq!(placed, 1);
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    driver.key(Key::Escape);
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    assert!(!driver.texts().iter().any(|text| text == "x A"));
    driver.key_with(Key::Z, Modifiers::CTRL);
    assert!(driver.texts().iter().any(|text| text == "x A"));
}

#[test]
fn a_stream_that_comes_is_no_step_to_undo() {
    let store = rig();
    let mut driver = Driver::new(store.clone());
    driver.key(Key::G);
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    store.add(signal("late", "A", [1.0, 0.1]));
    for _ in 0..4 {
        driver.frame(vec![]);
    }
    let before = text(&driver);
    driver.key_with(Key::Z, Modifiers::CTRL);
    assert!(driver.texts().iter().any(|text| text == "There is nothing to undo"));
    assert_eq!(text(&driver), before);
}

#[test]
fn docked_values_are_of_all_panels_and_a_click_on_a_heading_sorts_them() {
    let mut driver = Driver::new(rig());
    let area = driver.area();
    for (share, key) in [(0.2, Key::A), (0.8, Key::B)] {
        driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.5)))]);
        driver.key(key);
    }
    let of_streams = |driver: &mut Driver| -> Vec<String> {
        let names = ["pressure", "temperature", "inlet", "valve"];
        let edge = driver.app.plot_rects().iter().map(Rect::right).fold(0.0, f32::max);
        let table = driver.app.plot_rects().iter().map(Rect::bottom).fold(0.0, f32::max);
        let mut texts = driver.placed_texts();
        texts.retain(|(text, at)| names.contains(&text.as_str()) && at.left() > edge && at.top() < table);
        texts.sort_by(|a, b| a.1.top().total_cmp(&b.1.top()));
        texts.into_iter().map(|(text, _)| text).collect()
    };
    assert!(of_streams(&mut driver).is_empty());
    let dock = driver.place_of("Dock").expect("a button");
    let width = area.width();
    driver.click(dock);
    for _ in 0..3 {
        driver.frame(vec![]);
    }
    assert!(driver.area().width() < width - 150.0);
    assert_eq!(of_streams(&mut driver).len(), 4);
    let heading = driver.place_of("y B").expect("a heading");
    driver.click(heading);
    assert_eq!(of_streams(&mut driver), ["temperature", "pressure", "inlet", "valve"]);
    let heading = driver.place_of("y B ▼").expect("a heading");
    driver.click(heading);
    assert_eq!(of_streams(&mut driver), ["valve", "inlet", "pressure", "temperature"]);
    let undock = driver.place_of("Undock").expect("a button");
    driver.click(undock);
    driver.frame(vec![]);
    assert!(driver.place_of("Dock").is_some() && driver.area().width() > width - 8.0);
}

#[test]
fn the_unit_of_a_value_in_a_legend_stays_in_place_while_the_value_changes() {
    let mut state = signal("level", "m", [0.0, 0.0]);
    push(&mut state, 20_000, (0..10_000u16).map(|i| (f32::from(i) / 10.0).sin() * 12.0));
    let mut driver = Driver::new(store([state]));
    let area = driver.area();
    let mut ends = Vec::new();
    for share in [0.93f32, 0.95, 0.951, 0.952, 0.97, 0.98] {
        driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(share, 0.5)))]);
        let texts = driver.placed_texts();
        let value = texts.iter().find(|(text, at)| text.ends_with(" m") && at.top() < area.top());
        let (text, at) = value.expect("a value");
        ends.push((text.clone(), at.right()));
    }
    let lengths: Vec<usize> = ends.iter().map(|(text, _)| text.trim().chars().count()).collect();
    assert!(lengths.iter().any(|length| *length != lengths[0]), "they are all as long: {ends:?}");
    assert!(ends.iter().all(|(_, right)| (right - ends[0].1).abs() < 1.0), "{ends:?}");
}

#[test]
fn panels_that_would_be_too_low_are_tabs_and_come_back_with_the_room() {
    let heights = |height: f32| {
        let size = vec2(640.0, height);
        let mut harness = Harness::builder()
            .with_size(size)
            .build_ui_state(|ui, app: &mut App| app.ui(ui), App::new(rig(), Options::default()));
        harness.run_steps(4);
        harness.state().plot_rects().iter().map(Rect::height).collect::<Vec<_>>()
    };
    let low = heights(300.0);
    assert!(low.len() == 1 && low[0] > 80.0, "{low:?}");
    let high = heights(720.0);
    assert!(high.len() == 3 && high.iter().all(|height| *height > 80.0), "{high:?}");
}

#[test]
fn no_hint_lies_over_the_list_of_commands() {
    let mut driver = Driver::new(rig());
    let hint = |driver: &mut Driver| {
        driver.frame(vec![Event::PointerMoved(Pos2::new(640.0, 400.0))]);
        driver.frame(vec![]);
        let entry = driver.place_of("pressure").expect("an entry");
        driver.frame(vec![Event::PointerMoved(entry + vec2(1.0, 0.0))]);
        for _ in 0..12 {
            driver.frame(vec![]);
        }
        driver.texts().iter().any(|text| text.starts_with("Click to hide"))
    };
    assert!(hint(&mut driver));
    driver.key_with(Key::P, Modifiers::COMMAND);
    assert!(!hint(&mut driver));
    driver.key(Key::Escape);
    assert!(hint(&mut driver));
}

#[test]
fn a_click_with_ctrl_shows_a_stream_alone_and_another_one_all_again() {
    let names = ["pressure", "temperature", "inlet", "valve"].map(|name| format!("{name:?}")).join(", ");
    let text = format!("version = 1\narrangement = \"p\"\n[[panel]]\nid = \"p\"\nstreams = [{names}]\n");
    let options = Options { layout: Some(Layout::parse(&text).expect("a layout")), ..Options::default() };
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .build_ui_state(|ui, app: &mut App| app.ui(ui), App::new(rig(), options));
    harness.run_steps(3);
    for drawn in [1, 4] {
        harness.get_by_role_and_label(Role::CheckBox, "temperature").click_modifiers(Modifiers::COMMAND);
        harness.run_steps(4);
        assert_eq!(harness.state().scenes()[0].layers.len(), drawn);
    }
}
