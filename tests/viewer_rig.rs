//! A test rig's signals in one window: of several units, with derived traces, many of them, some switched off.

#![expect(clippy::float_cmp, reason = "what did not move is the same to the bit")]

mod common;

use common::driver::Driver;
use common::store::{push, uniform};
use egui::accesskit::Role;
use egui::{Modifiers, Pos2, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use ringplot::chart::{Layout, Options};
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

fn colour_of(driver: &mut Driver, label: &str) -> Option<[f32; 4]> {
    let layout = driver.app.layout();
    let panel = layout.text().split("[[panel]]").skip(1).position(|panel| panel.contains(label))?;
    let scene = driver.app.scenes().get(panel)?;
    scene.layers.first().map(|layer| layer.colour)
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
fn more_units_than_panels_can_show_share_the_last_one() {
    let states = (0..12u8).map(|i| signal(&format!("s{i}"), &format!("u{i}"), [f32::from(i), 1.0]));
    let driver = Driver::new(store(states));
    assert_eq!(driver.app.plot_bounds().len(), 6);
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
    for others in [&[0u8, 1, 2, 3][..], &[11, 10, 9, 8, 7, 6][..], &[][..]] {
        let text = format!(
            "version = 1\narrangement = \"column(a, b)\"\n{}{}",
            panel("a", &[5]),
            panel("b", others)
        );
        driver.app.set_layout(&Layout::parse(&text).expect("a layout"));
        driver.frame(vec![]);
        driver.frame(vec![]);
        colours.push(colour_of(&mut driver, "wave 5").expect("it is drawn"));
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
