//! Panels, their menus, keys and the palette, by what a screen reader would find and a hand would do.

mod common;

use common::store::{push, push_points, stream, uniform};
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use ringplot::StreamKind;
use ringplot::chart::{Keymap, Layout, Options};
use ringplot::ring::{Point, XMode};
use ringplot::store::{Store, StreamState};
use ringplot::viewer::App;

const SIZE: [f32; 2] = [1280.0, 720.0];

fn ramp(name: &str, group: &str, by: u16) -> StreamState {
    let mut state = uniform(name, 0.0);
    group.clone_into(&mut state.info.meta.group);
    push(&mut state, 0, (0..20_000u16).map(|i| f32::from(i / by)));
    state
}

/// Two streams over time in groups of their own, and one in the plane.
fn store() -> Store {
    let store = Store::new(1 << 30);
    store.add(ramp("motor/speed", "motor", 1));
    store.add(ramp("motor/torque", "motor", 2));
    store.add(ramp("tank/level", "tank", 3));
    let mut plane = stream("plane", StreamKind::Xy, XMode::Xy);
    push_points(&mut plane, 0, (0..100u8).map(|i| Point { x: f32::from(i), y: f32::from(i % 7) }));
    store.add(plane);
    store
}

fn harness_of(app: App) -> Harness<'static, App> {
    let mut harness = Harness::builder()
        .with_size(SIZE)
        .with_step_dt(0.05)
        .build_ui_state(|ui, app: &mut App| app.ui(ui), app);
    // The window's own fonts have all letters; here an axis that a random hand moves may need one that is not there.
    harness.ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
    harness.run_steps(3);
    harness
}

fn harness(options: Options) -> Harness<'static, App> {
    harness_of(App::new(store(), options))
}

fn arrangement(harness: &Harness<'_, App>) -> String {
    let text = harness.state().layout().text();
    let line = text.lines().find_map(|line| line.strip_prefix("arrangement = "));
    line.map_or_else(String::new, |line| line.trim_matches('"').to_owned())
}

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn key(harness: &mut Harness<'_, App>, key: Key) {
    press(harness, Modifiers::NONE, key);
}

/// The plot area of a panel of this key.
fn area(harness: &Harness<'_, App>, key: &str) -> egui::Rect {
    harness
        .get_by(|node| node.label().is_some_and(|label| label.starts_with(&format!("plot area of {key}"))))
        .rect()
}

fn drag(harness: &mut Harness<'_, App>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(1);
    for share in [0.2, 0.6, 1.0] {
        harness.hover_at(from.lerp(to, share));
        harness.run_steps(1);
    }
    harness.drop_at(to);
    harness.run_steps(4);
}

fn streams_of(harness: &Harness<'_, App>, id: &str) -> String {
    let text = harness.state().layout().text();
    let panel = text.split("[[panel]]").find(|panel| panel.contains(&format!("id = \"{id}\"")));
    let panel = panel.unwrap_or_else(|| panic!("no panel {id} in {text}"));
    let line = panel.lines().find(|line| line.starts_with("streams = "));
    line.expect("a panel has streams").to_owned()
}

#[test]
fn each_group_has_a_panel_and_those_over_time_lie_below_each_other_on_one_line() {
    let harness = harness(Options::default());
    assert_eq!(arrangement(&harness), "", "nobody arranged anything");
    let [motor, tank, plane] = ["time-motor", "time-tank", "xy-plane"].map(|key| area(&harness, key));
    assert!(motor.bottom() < tank.top() && motor.right() < plane.left());
    assert!((motor.left() - tank.left()).abs() < 0.1, "the axes do not begin on one line");
}

#[test]
fn keys_split_choose_maximise_and_close_panels() {
    let mut harness = harness(Options::default());
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    key(&mut harness, Key::V);
    assert_eq!(arrangement(&harness), "row(64 column(row(time-motor, panel-1), time-tank), 36 xy-plane)");
    assert!(harness.query_by_label("panel empty").is_some(), "a new panel says that it is empty");
    press(&mut harness, Modifiers::SHIFT, Key::V);
    assert!(arrangement(&harness).contains("row(time-motor, column(panel-1, panel-2))"));
    key(&mut harness, Key::Delete);
    assert_eq!(harness.state().plot_rects().len(), 4);
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    key(&mut harness, Key::Z);
    assert_eq!(harness.state().plot_rects().len(), 1);
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    assert_eq!(harness.state().plot_rects().len(), 1, "another panel is shown alone");
    key(&mut harness, Key::Z);
    assert_eq!(harness.state().plot_rects().len(), 4);
}

#[test]
fn a_stream_is_dragged_from_legend_to_panel() {
    let mut harness = harness(Options::default());
    let from = harness.get_by_label("motor/torque").rect().center();
    let to = area(&harness, "time-tank").center();
    drag(&mut harness, from, to);
    assert_eq!(streams_of(&harness, "time-tank"), r#"streams = ["tank/level", "motor/torque"]"#);
    assert_eq!(streams_of(&harness, "time-motor"), r#"streams = ["motor/speed"]"#);
    // To the lower edge: a panel of its own.
    let from = harness.get_by_label("motor/torque").rect().center();
    let to = area(&harness, "time-tank").center_bottom() + vec2(0.0, 20.0);
    drag(&mut harness, from, to);
    assert_eq!(streams_of(&harness, "panel-1"), r#"streams = ["motor/torque"]"#);
    assert!(arrangement(&harness).contains("25 time-tank, 25 panel-1"), "{}", arrangement(&harness));
}

#[test]
fn the_last_stream_that_leaves_closes_its_panel() {
    let mut harness = harness(Options::default());
    let from = harness.get_by_label("tank/level").rect().center();
    let to = area(&harness, "time-motor").center();
    drag(&mut harness, from, to);
    assert_eq!(arrangement(&harness), "row(64 time-motor, 36 xy-plane)");
    assert_eq!(
        streams_of(&harness, "time-motor"),
        r#"streams = ["motor/speed", "motor/torque", "tank/level"]"#
    );
}

#[test]
fn a_panel_is_dragged_by_its_grip() {
    let mut harness = harness(Options::default());
    let from = harness.get_by_label("panel plane").rect().center();
    let to = area(&harness, "time-motor").left_top() + vec2(20.0, 60.0);
    drag(&mut harness, from, to);
    let node = arrangement(&harness);
    assert_eq!(node, "column(row(xy-plane, time-motor), time-tank)");
    let plane = area(&harness, "xy-plane");
    assert!(plane.left() < area(&harness, "time-tank").right());
}

#[test]
fn x_is_common_until_a_panel_is_unlinked() {
    let mut harness = harness(Options::default());
    let x =
        |harness: &Harness<'_, App>| harness.state().plot_bounds().iter().map(|b| b[0]).collect::<Vec<_>>();
    let zoom = |harness: &mut Harness<'_, App>| {
        let at = area(harness, "time-motor").center();
        harness.hover_at(at);
        harness.run_steps(1);
        key(harness, Key::Plus);
        harness.remove_cursor();
        harness.run_steps(2);
    };
    let before = x(&harness);
    zoom(&mut harness);
    let after = x(&harness);
    assert!(after[0][1] - after[0][0] < (before[0][1] - before[0][0]) * 0.9);
    let column = (after[0][1] - after[0][0]) / 300.0;
    assert!(
        (after[0][0] - after[1][0]).abs() < column && (after[0][1] - after[1][1]).abs() < column,
        "{after:?}"
    );
    // Ctrl+Tab twice chooses the second panel.
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    key(&mut harness, Key::X);
    zoom(&mut harness);
    let alone = x(&harness);
    assert!(alone[0][1] - alone[0][0] < (after[0][1] - after[0][0]) * 0.9);
    assert!(
        alone[1].iter().zip(after[1]).all(|(a, b)| (a - b).abs() < 1e-12),
        "an unlinked panel moved along"
    );
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    press(&mut harness, Modifiers::CTRL, Key::Tab);
}

#[test]
fn a_new_stream_is_added_by_itself_and_offered_once_panels_are_arranged() {
    let store = store();
    let mut harness = harness_of(App::new(store.clone(), Options::default()));
    store.add(ramp("tank/flow", "tank", 5));
    harness.run_steps(2);
    assert!(harness.query_by_label("tank/flow").is_some(), "it is in no panel");
    key(&mut harness, Key::V);
    store.add(ramp("tank/heat", "tank", 5));
    harness.run_steps(2);
    assert!(harness.query_by_label("tank/heat").is_none(), "it was added to what somebody arranged");
    harness.get_by_label("Streams in no panel: tank/heat").click();
    harness.run_steps(3);
    harness.get_by_label("Show all").click();
    harness.run_steps(3);
    let layout = harness.state().layout().text();
    assert!(layout.contains("\"tank/heat\""), "{layout}");
    assert!(harness.query_by_label_contains("Streams in no panel").is_none());
}

#[test]
fn the_palette_finds_commands_streams_and_panels_by_typing() {
    let mut harness = harness(Options::default());
    press(&mut harness, Modifiers::CTRL, Key::P);
    let field = harness.get_by_label("All commands");
    field.type_text("split right");
    harness.run_steps(2);
    key(&mut harness, Key::Enter);
    assert!(harness.query_by_label("All commands").is_none(), "it is still open");
    assert!(arrangement(&harness).contains("panel-1"), "{}", arrangement(&harness));
    press(&mut harness, Modifiers::CTRL, Key::P);
    harness.get_by_label("All commands").type_text("hide motor/tor");
    harness.run_steps(2);
    key(&mut harness, Key::Enter);
    assert!(harness.state().layout().text().contains("hidden = [\"motor/torque\"]"));
    press(&mut harness, Modifiers::CTRL, Key::P);
    key(&mut harness, Key::Escape);
    assert!(harness.query_by_label("All commands").is_none());
}

#[test]
fn the_palette_finds_a_command_by_another_word_for_it() {
    let mut harness = harness(Options::default());
    for (word, title) in [
        ("spectrum", "Measure: New derived trace"),
        ("FFT", "Measure: New derived trace"),
        ("screenshot", "Files: Save a picture"),
        ("dark", "Window: Cycle theme: light, dark, system"),
        ("erase", "Streams: Clear history"),
        ("undo zoom", "View: Previous view"),
    ] {
        press(&mut harness, Modifiers::CTRL, Key::P);
        harness.get_by_label("All commands").type_text(word);
        harness.run_steps(2);
        let found = harness.query_all_by_role(egui::accesskit::Role::Button);
        let labels: Vec<_> = found.filter_map(|node| node.accesskit_node().label()).collect();
        let first = labels.iter().find(|label| label.contains(": "));
        assert!(first.is_some_and(|first| first.starts_with(title)), "{word}: {labels:?}");
        key(&mut harness, Key::Escape);
    }
}

#[test]
fn letters_that_are_typed_into_a_field_are_no_commands() {
    let mut harness = harness(Options::default());
    press(&mut harness, Modifiers::CTRL, Key::P);
    key(&mut harness, Key::Q);
    assert!(!harness.state().wants_quit(), "Q in a text field quit the program");
}

#[test]
fn keys_do_what_a_file_of_keys_says() {
    let keymap = Keymap::parse("split-right = \"Ctrl+R\"\nquit = []\n").unwrap();
    let mut harness = harness(Options { keymap, ..Options::default() });
    key(&mut harness, Key::V);
    assert_eq!(arrangement(&harness), "");
    key(&mut harness, Key::Q);
    assert!(!harness.state().wants_quit());
    press(&mut harness, Modifiers::CTRL, Key::R);
    assert!(arrangement(&harness).contains("panel-1"));
}

#[test]
fn the_menu_of_a_stream_changes_how_it_is_drawn_in_every_panel() {
    let mut harness = harness(Options::default());
    let open = |harness: &mut Harness<'_, App>| {
        harness.get_by_label("motor/speed").click_secondary();
        harness.run_steps(3);
    };
    open(&mut harness);
    harness.get_by_label("Colour 2").click();
    harness.run_steps(3);
    assert!(harness.state().layout().text().contains("colour = \"#e69f00\""));
    key(&mut harness, Key::Escape);
    open(&mut harness);
    harness.get_by_label_contains("Style").click();
    harness.run_steps(3);
    harness.get_by_label("step-post").click();
    harness.run_steps(3);
    assert!(harness.state().layout().text().contains("style = \"step-post\""));
    open(&mut harness);
    harness.get_by_label("Into a panel of its own").click();
    harness.run_steps(3);
    assert_eq!(streams_of(&harness, "panel-1"), r#"streams = ["motor/speed"]"#);
}

#[test]
fn a_layout_is_shown_and_comes_back_to_the_byte() {
    let text = r##"version = 1
title = "Plant"
theme = "light"
arrangement = "row(40 a, 60 column(b, tabs(c, none)))"

[[panel]]
id = "a"
title = "Rotor"
y-label = "rpm"
streams = ["motor/speed"]
log-y = true
span = 2.5

[[panel]]
id = "b"
streams = ["motor/torque", "tank/level"]
hidden = ["tank/level"]
unlinked = true
autoscale = "expand-only"
y = [-10.0, 50000.0]

[[panel]]
id = "c"
streams = ["plane"]

[[panel]]
id = "none"
streams = ["not there"]

[[stream]]
name = "motor/speed"
style = "area"
colour = "#112233"
width = 3.0
"##;
    let layout = Layout::parse(text).unwrap();
    let mut harness = harness(Options { layout: Some(layout), ..Options::default() });
    assert_eq!(harness.state().layout().text(), text);
    assert_eq!(harness.state().title(), "Plant");
    let bounds = harness.state().plot_bounds();
    assert_eq!(bounds.len(), 3, "a tab that is not in front is shown");
    assert!(
        (bounds[0][0][1] - bounds[0][0][0] - 2.5).abs() < 0.05 && (bounds[1][1][1] - 50_000.0).abs() < 1.0
    );
    // A stream that is not there is waited for.
    harness.get_by_label_contains("not there").click();
    harness.run_steps(3);
    let shown = harness.query_all_by_label_contains("plot area of none").count();
    assert_eq!(shown, 1);
    assert_eq!(harness.state().layout().text(), text);
}

#[test]
fn nothing_that_is_asked_of_panels_is_a_panic() {
    let store = store();
    let mut harness = harness_of(App::new(store.clone(), Options::default()));
    let mut seed = 7u64;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let keys = [
        (Modifiers::NONE, Key::V),
        (Modifiers::SHIFT, Key::V),
        (Modifiers::NONE, Key::Delete),
        (Modifiers::NONE, Key::Z),
        (Modifiers::NONE, Key::X),
        (Modifiers::CTRL, Key::Tab),
        (Modifiers::NONE, Key::T),
        (Modifiers::NONE, Key::A),
        (Modifiers::NONE, Key::B),
        (Modifiers::NONE, Key::M),
        (Modifiers::NONE, Key::C),
        (Modifiers::NONE, Key::Escape),
        (Modifiers::NONE, Key::Backspace),
    ];
    for round in 0..150 {
        let at = Pos2::new(random(1280) as f32, random(720) as f32);
        match random(4) {
            0 => {
                let (modifiers, key) = keys[random(keys.len() as u64) as usize];
                harness.key_press_modifiers(modifiers, key);
            }
            1 => harness.hover_at(at),
            2 => harness.drag_at(at),
            _ => harness.drop_at(at),
        }
        harness.run_steps(1);
        // Streams that vanish while something is done with them.
        if round % 40 == 39
            && let Some(stream) = store.streams().first()
        {
            assert!(store.remove(stream));
        }
        if round % 10 == 0 {
            harness.set_size(vec2(random(1400) as f32, random(800) as f32));
        }
        for bounds in harness.state().plot_bounds().iter().flatten() {
            assert!(bounds[0] < bounds[1] && bounds[0].is_finite() && bounds[1].is_finite(), "{bounds:?}");
        }
        assert_eq!(Layout::parse(&harness.state().layout().text()).map(drop), Ok(()));
    }
}

#[test]
fn views_of_linked_panels_go_back_together_whichever_was_moved() {
    let mut harness = harness(Options::default());
    let x =
        |harness: &Harness<'_, App>| harness.state().plot_bounds().iter().map(|b| b[0]).collect::<Vec<_>>();
    let zoom = |harness: &mut Harness<'_, App>, panel: &str| {
        let at = area(harness, panel).center();
        harness.hover_at(at);
        harness.run_steps(1);
        key(harness, Key::Plus);
        // Longer than a burst of notches.
        harness.run_steps(20);
        x(harness)
    };
    let near = |a: &[[f64; 2]], b: &[[f64; 2]]| {
        let column = (b[0][1] - b[0][0]) / 200.0;
        (0..2).all(|i| (0..2).all(|j| (a[i][j] - b[i][j]).abs() < column))
    };
    harness.hover_at(area(&harness, "time-motor").center());
    harness.run_steps(1);
    key(&mut harness, Key::Space);
    harness.run_steps(20);
    let first = x(&harness);
    let second = zoom(&mut harness, "time-motor");
    let third = zoom(&mut harness, "time-tank");
    assert!(!near(&first, &second) && !near(&second, &third));
    // Over the panel that was moved first, and over no panel at all.
    harness.hover_at(area(&harness, "time-motor").center());
    harness.run_steps(1);
    key(&mut harness, Key::Backspace);
    assert!(near(&x(&harness), &second), "{:?} {second:?}", x(&harness));
    harness.remove_cursor();
    harness.run_steps(1);
    key(&mut harness, Key::Backspace);
    assert!(near(&x(&harness), &first), "{:?} {first:?}", x(&harness));
    press(&mut harness, Modifiers::SHIFT, Key::Backspace);
    press(&mut harness, Modifiers::SHIFT, Key::Backspace);
    assert!(near(&x(&harness), &third), "{:?} {third:?}", x(&harness));
    key(&mut harness, Key::F);
    let fitted = x(&harness);
    assert!(near(&[fitted[0], fitted[0]], &fitted[..2]), "linked panels fit apart: {fitted:?}");
}

#[test]
fn escape_in_the_palette_closes_the_palette_alone() {
    let mut harness = harness(Options::default());
    harness.hover_at(area(&harness, "time-motor").center());
    harness.run_steps(1);
    key(&mut harness, Key::A);
    let has_cursor =
        |harness: &Harness<'_, App>| harness.query_by_label_contains("cursor A of time-motor").is_some();
    assert!(has_cursor(&harness));
    press(&mut harness, Modifiers::CTRL, Key::P);
    key(&mut harness, Key::Escape);
    assert!(has_cursor(&harness), "the cursors went with the palette");
    key(&mut harness, Key::Escape);
    assert!(!has_cursor(&harness));
}

#[test]
fn what_the_command_line_asks_for_wins_over_a_layout() {
    let text = "version = 1\ntitle = \"of the layout\"\n[[panel]]\nid = \"time-motor\"\nspan = 2.0\ny = [0.0, 1.0]\nstreams = []\n";
    let layout = Layout::parse(text).unwrap();
    let options = Options {
        layout: Some(layout),
        title: Some("of this run".into()),
        x_span_secs: Some(4.0),
        y_max: Some(30_000.0),
        ..Options::default()
    };
    let harness = harness(options);
    assert_eq!(harness.state().title(), "of this run");
    let [[x0, x1], [_, y1]] = harness.state().plot_bounds()[0];
    assert!((x1 - x0 - 4.0).abs() < 0.05 && (y1 - 30_000.0).abs() < 1e-6, "{x0} {x1} {y1}");
}

#[test]
fn another_layout_leaves_nothing_of_the_one_before() {
    let one = Layout::parse(
        "version = 1\ntitle = \"One\"\ntheme = \"light\"\narrangement = \"a\"\n[[panel]]\nid = \"a\"\nstreams = [\"plane\"]\n\
         [[stream]]\nname = \"plane\"\nstyle = \"points\"\n[[marker]]\nx = 1.0\ntext = \"m\"\n\
         [[derived]]\nname = \"d\"\nformula = \"derivative(motor/speed)\"\n",
    );
    let mut harness = harness(Options { layout: Some(one.unwrap()), ..Options::default() });
    let untouched = harness_of(App::new(store(), Options::default())).state().layout().text();
    harness.state_mut().set_layout(&Layout::parse("version = 1\n").unwrap());
    harness.run_steps(3);
    assert_eq!(harness.state().layout().text(), untouched);
}

#[test]
fn the_menu_of_a_stream_opens_by_keyboard() {
    let mut harness = harness(Options::default());
    harness.get_by_label("motor/speed").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::SHIFT, Key::F10);
    assert!(harness.query_by_label("Take out of this panel").is_some());
}

/// The streams of each panel, by its id.
fn panels(harness: &Harness<'_, App>) -> Vec<String> {
    let text = harness.state().layout().text();
    let ids = text.lines().filter_map(|line| line.strip_prefix("id = ")).map(|id| id.trim_matches('"'));
    ids.map(|id| format!("{id}: {}", streams_of(harness, id))).collect()
}

#[test]
fn streams_that_name_a_panel_share_it_whatever_their_group_and_unit() {
    let store = Store::new(1 << 30);
    for (name, group, unit, panel) in [
        ("a", "one", "V", "state"),
        ("b", "two", "K", "state"),
        ("c", "one", "V", ""),
        ("d", "one", "Pa", ""),
    ] {
        let mut state = ramp(name, group, 1);
        unit.clone_into(&mut state.info.meta.y_unit);
        panel.clone_into(&mut state.info.meta.panel);
        store.add(state);
    }
    let harness = harness_of(App::new(store, Options::default()));
    let shared = panels(&harness).into_iter().find(|panel| panel.contains("state")).unwrap_or_default();
    assert!(shared.contains('a') && shared.contains('b'), "{:?}", panels(&harness));
    assert_eq!(panels(&harness).len(), 3, "{:?}", panels(&harness));
}

#[test]
fn panels_of_a_layout_that_says_no_places_are_arranged_by_themselves() {
    let text = "version = 1\n[[panel]]\nid = \"plane\"\ntitle = \"Plane\"\nstreams = [\"plane\"]\n\
                [[panel]]\nid = \"both\"\ntitle = \"Both\"\nstreams = [\"tank/level\", \"motor/speed\"]\n\
                [[panel]]\nid = \"later\"\nx-label = \"some time\"\nstreams = [\"later\"]\n";
    let layout = Layout::parse(text).expect("a layout");
    let mut harness = harness(Options { layout: Some(layout), ..Options::default() });
    let wanted = [
        "both: streams = [\"tank/level\", \"motor/speed\"]",
        "later: streams = [\"later\"]",
        "time-motor: streams = [\"motor/torque\"]",
        "plane: streams = [\"plane\"]",
    ];
    assert_eq!(panels(&harness), wanted);
    assert_eq!(arrangement(&harness), "", "nobody arranged anything");
    assert!(
        harness.query_by_label("panel Both").is_some() && harness.query_by_label("panel Plane").is_some()
    );
    assert!(
        area(&harness, "both").right() < area(&harness, "plane").left(),
        "the plane is not beside the others"
    );
    // What comes later has its place, and what is arranged by hand stays.
    harness.state().store().add(ramp("later", "", 1));
    harness.run_steps(3);
    assert_eq!(panels(&harness), wanted);
    assert!(harness.query_by_label_contains("plot area of later").is_some());
    press(&mut harness, Modifiers::CTRL, Key::Tab);
    key(&mut harness, Key::V);
    assert!(arrangement(&harness).contains("both") && arrangement(&harness).contains("later"));
}

#[test]
fn a_stream_keeps_its_name_beside_a_derived_trace() {
    let store = Store::new(1 << 30);
    store.add(ramp("a", "", 1));
    let derived = |text: &str| ringplot::store::DerivedSpec::parse(text).expect("a formula");
    store.derived().add(derived("b=mean(a, 10)")).expect("b is free");
    store.derived().catch_up();
    let mut harness = harness_of(App::new(store.clone(), Options::default()));
    assert!(harness.query_by_label_contains("is another stream").is_none());
    store.add(ramp("b", "", 2));
    store.derived().catch_up();
    harness.run_steps(3);
    let newest = |name: &str| store.read(name, |state| state.newest().expect("points").1).expect("a stream");
    assert_eq!((newest("a"), newest("b")), (19_999.0, 9_999.0), "the stream is not itself");
    assert!((newest("mean(a, 10)") - 19_994.5).abs() < 0.01, "the trace is not itself");
    assert!(harness.query_by_label("b is another stream").is_some(), "nothing is said");
    for name in ["a", "b", "mean(a, 10)"] {
        assert_eq!(harness.query_all_by_label(name).count(), 1, "{name} is not in the legend once");
    }
    let taken = store.derived().add(derived("a=rms(b, 10)")).expect_err("a is taken");
    assert!(taken.to_string().contains("\"a\" is taken"), "{taken}");
}

#[test]
fn a_panel_that_is_split_off_one_that_stands_still_stands_still() {
    let (mut driver, shared) = common::driver::live();
    driver.key(Key::Space);
    let stopped = driver.x();
    driver.key(Key::V);
    driver.frame(vec![]);
    let first = shared.lock().expect("no thread panicked").counts.position;
    push(&mut shared.lock().expect("no thread panicked"), first, (0..5000u16).map(f32::from));
    driver.frame(vec![]);
    driver.frame(vec![]);
    let bounds = driver.app.plot_bounds();
    assert_eq!(bounds.len(), 2);
    let texts = driver.texts();
    assert!(!texts.iter().any(|text| text == "following"), "{texts:?}");
    for [x, _] in bounds {
        let near = |a: f64, b: f64| (a - b).abs() < 0.05;
        assert!(near(x[0], stopped[0]) && near(x[1], stopped[1]), "{x:?}, not {stopped:?}");
    }
}
