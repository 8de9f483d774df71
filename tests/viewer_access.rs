//! What a screen reader is told: every control has a name, and a plot says in words what it shows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::store::{push, store_of, uniform};
use egui::accesskit::{Node, Role};
use egui::{Event, Key, Modifiers, Rect, vec2};
use ringplot::chart::Options;
use ringplot::store::Store;
use ringplot::viewer::App;

/// The tree of the last of some frames, with the keys pressed in the third.
fn tree(app: &mut App, keys: &[Key]) -> Vec<Node> {
    let ctx = egui::Context::default();
    ctx.enable_accesskit();
    let mut nodes = Vec::new();
    for frame in 0..6 {
        let press = |key: &Key| Event::Key {
            key: *key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, vec2(1280.0, 720.0))),
            time: Some(f64::from(frame) * 0.1),
            events: if frame == 2 { keys.iter().map(press).collect() } else { vec![] },
            ..Default::default()
        };
        let mut output = ctx.run_ui(input, |ui| app.ui(ui));
        let update = output.platform_output.accesskit_update.take().expect("a tree");
        nodes = update.nodes.into_iter().map(|(_, node)| node).collect();
        output.drop_without_applying_deltas();
    }
    nodes
}

fn app() -> App {
    let mut state = uniform("lorenz/x", 0.0);
    push(&mut state, 0, (0..10_000).map(|i| if i == 9_999 { 3.25 } else { -20.0 + (i % 41) as f32 }));
    App::new(store_of(state).0, Options { x_range: Some([0.0, 10.0]), ..Options::default() })
}

#[test]
fn a_plot_says_in_words_what_it_shows() {
    let nodes = tree(&mut app(), &[]);
    let plot = nodes.iter().find(|node| node.role() == Role::Canvas && node.description().is_some());
    let words = plot.expect("no plot with words").description().unwrap().to_owned();
    assert!(words.starts_with("time plot, standing still, x from "), "{words}");
    assert!(words.contains(" to 10") && words.contains(", lorenz/x 3.25"), "{words}");
}

#[test]
fn every_control_has_a_name() {
    // With nothing above it, with the export dialog, and with the list of keys.
    for keys in [&[][..], &[Key::E], &[Key::F1]] {
        let nodes = tree(&mut app(), keys);
        let is_control = |node: &&Node| {
            use Role::{
                Button, Canvas, CheckBox, ComboBox, Link, RadioButton, Slider, SpinButton, TextInput,
            };
            let role = node.role();
            [Button, Canvas, CheckBox, ComboBox, Link, RadioButton, Slider, SpinButton, TextInput]
                .contains(&role)
        };
        let controls: Vec<&Node> = nodes.iter().filter(is_control).collect();
        assert!(controls.len() > 4, "{keys:?}: {} controls", controls.len());
        for node in controls {
            let has_name = node.label().is_some_and(|label| !label.trim().is_empty());
            assert!(
                has_name || !node.labelled_by().is_empty(),
                "{keys:?}: a control without a name: {node:?}"
            );
        }
    }
}

#[test]
fn what_is_waited_for_is_said_in_the_empty_window_and_beside_what_is_there() {
    let waits_for = |names: &[&str]| Options {
        waits_for: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Options::default()
    };
    // A label's text is its value.
    let words = |node: &Node| node.label().or(node.value()).unwrap_or_default().to_owned();
    let says = |nodes: &[Node], text: &str| nodes.iter().any(|node| words(node) == text);
    let store = Store::new(1 << 30);
    let mut app = App::new(store.clone(), waits_for(&["imu/x", "lorenz"]));
    assert!(says(&tree(&mut app, &[]), "Waiting for imu/x, lorenz"));
    assert_eq!(app.title(), "waiting for imu/x, lorenz");
    // What lies below a name is what was waited for.
    let mut state = uniform("lorenz/x", 0.0);
    push(&mut state, 0, [0.0, 1.0, 2.0]);
    store.add(state);
    assert!(says(&tree(&mut app, &[]), "waiting for imu/x"));
    assert_eq!(app.title(), "lorenz/x");
    store.add(uniform("imu/x", 0.0));
    let nodes = tree(&mut app, &[]);
    assert!(!nodes.iter().any(|node| words(node).starts_with("waiting")));
    // Whoever asked for nothing by name waits for whatever comes.
    let mut app = App::new(Store::new(1 << 30), Options::default());
    assert!(says(&tree(&mut app, &[]), "Waiting for a stream"));
}
