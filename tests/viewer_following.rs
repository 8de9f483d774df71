//! What a plot over time goes along with: the streams that live, on one clock, from their first point to the newest.

#![expect(clippy::float_cmp, reason = "what did not move is the same to the bit")]

mod common;

use common::driver::Driver;
use common::store::{events_at, push, timed, uniform};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use ringplot::chart::{Layout, Options};
use ringplot::store::{SharedStream, Store, StreamState};
use ringplot::viewer::App;
use ringplot::{Liveness, Style};

/// A stream of 1,000 samples a second from `t0` on.
fn ramp(name: &str, t0: f64, count: u16) -> StreamState {
    let mut state = uniform(name, t0);
    push(&mut state, 0, (0..count).map(f32::from));
    state
}

fn end(stream: &SharedStream) {
    stream.lock().expect("nobody panicked").liveness = Liveness::Closed;
}

fn extend(stream: &SharedStream, first: u64, count: u16) {
    push(&mut stream.lock().expect("nobody panicked"), first, (0..count).map(f32::from));
}

/// What each panel over time shows of x, from left to right and from top to bottom.
fn xs(app: &App) -> Vec<[f64; 2]> {
    app.plot_bounds().into_iter().map(|[x, _]| x).collect()
}

fn holds([from, to]: [f64; 2], x: f64) -> bool {
    (from..to).contains(&x)
}

fn csv(app: &mut App) -> String {
    let mut out = Vec::new();
    app.write_csv(&mut out).expect("memory takes all");
    String::from_utf8(out).expect("text")
}

#[test]
fn a_closed_run_does_not_hold_back_the_one_that_lives() {
    let store = Store::new(1 << 30);
    let first = store.add(ramp("run_a", 0.0, 15_000));
    let mut driver = Driver::new(store.clone());
    assert!(holds(driver.x(), 14.999));
    // Longer than a burst, which would be shown whole.
    for _ in 0..15 {
        driver.frame(vec![]);
    }
    end(&first);
    driver.frame(vec![]);
    let where_it_stood = driver.x();
    let second = store.add(ramp("run_b", 0.0, 0));
    driver.frame(vec![]);
    assert_eq!(driver.x(), where_it_stood, "a stream without a point moved the picture");
    extend(&second, 0, 2_001);
    driver.frame(vec![]);
    let [from, to] = driver.x();
    assert!(from <= 0.0 && holds([from, to], 2.0) && to < 4.0, "{:?}", driver.x());
    end(&second);
    extend(&second, 2_001, 500);
    for _ in 0..20 {
        driver.frame(vec![]);
    }
    let [from, to] = driver.x();
    assert!(from <= 0.0 && holds([from, to], 2.5) && to < 4.0, "{:?}", driver.x());
}

#[test]
fn clocks_do_not_move_each_other() {
    // Declared, by a moment of its own, and by times that can only be Unix time.
    let unix = 1.7e9;
    let mut declared = ramp("declared", unix, 3_000);
    declared.info.meta.origin_unix_nanos = Some(0);
    let mut dated = ramp("dated", 0.0, 8_000);
    dated.info.meta.origin_unix_nanos = Some(1_700_000_000_000_000_000);
    for (mut other, newest) in
        [(declared, unix + 2.999), (dated, 7.999), (ramp("bare", unix, 3_000), unix + 2.999)]
    {
        for group in ["", "clock"] {
            group.clone_into(&mut other.info.meta.group);
            let store = Store::new(1 << 30);
            store.add(ramp("simulation", 0.0, 2_000));
            let name = other.info.meta.name.clone();
            let mut copy = uniform(&name, newest - f64::from(other.counts.received as u16 - 1) / 1000.0);
            copy.info.meta = other.info.meta.clone();
            push(&mut copy, 0, (0..other.counts.received as u16).map(f32::from));
            store.add(copy);
            let mut driver = Driver::new(store);
            let seen = xs(&driver.app);
            assert_eq!(seen.len(), 2, "{name}: two clocks in one panel");
            let of =
                |x: f64| seen.iter().filter(|range| holds(**range, x) && range[1] - range[0] < 11.0).count();
            assert!(of(1.999) >= 1 && of(newest) >= 1 && of(0.0) >= 1, "{name}: {seen:?}");
            let place = driver.app.plot_rects()[0].center();
            driver.wheel(place, 3.0);
            let moved = xs(&driver.app);
            assert!(moved[0] != seen[0] && moved[1] == seen[1], "{name}: {seen:?} became {moved:?}");
        }
    }
}

#[test]
fn panels_on_one_clock_move_together() {
    let store = Store::new(1 << 30);
    for (name, group) in [("a", "one"), ("b", "two")] {
        let mut state = ramp(name, 0.0, 5_000);
        group.clone_into(&mut state.info.meta.group);
        // As of a program that creates its streams one after another.
        state.info.meta.origin_unix_nanos = Some(if name == "a" { 5 } else { 300_000_000 });
        store.add(state);
    }
    let mut driver = Driver::new(store);
    let place = driver.app.plot_rects()[0].center();
    driver.wheel(place, 3.0);
    driver.frame(vec![]);
    let seen = xs(&driver.app);
    assert!(seen.len() == 2 && seen[0][1] - seen[0][0] < 4.0, "{seen:?}");
    assert!((seen[0][0] - seen[1][0]).abs() < 1e-2 && (seen[0][1] - seen[1][1]).abs() < 1e-2, "{seen:?}");
}

/// A window whose one panel shows these streams.
fn in_one_panel(streams: Vec<StreamState>) -> Harness<'static, App> {
    let store = Store::new(1 << 30);
    let names: Vec<String> = streams.iter().map(|state| format!("{:?}", state.info.meta.name)).collect();
    for state in streams {
        store.add(state);
    }
    let text = format!(
        "version = 1\narrangement = \"p\"\n[[panel]]\nid = \"p\"\nstreams = [{}]\n",
        names.join(", ")
    );
    let options = Options { layout: Some(Layout::parse(&text).expect("a layout")), ..Options::default() };
    let mut harness = Harness::builder()
        .with_size([1280.0, 720.0])
        .with_step_dt(0.05)
        .build_ui_state(|ui, app: &mut App| app.ui(ui), App::new(store, options));
    harness.run_steps(3);
    harness
}

#[test]
fn a_stream_out_of_view_says_so_and_takes_there() {
    let mut ended = ramp("ended", 100.0, 3_000);
    ended.liveness = Liveness::Closed;
    let mut unix = ramp("unix", 1.7e9, 3_000);
    unix.info.meta.origin_unix_nanos = Some(0);
    let mut harness = in_one_panel(vec![ended, ramp("here", 0.0, 2_000), unix]);
    let x = |harness: &Harness<'_, App>| harness.state().plot_bounds()[0][0];
    assert!(holds(x(&harness), 1.999) && x(&harness)[1] < 5.0, "{:?}", x(&harness));
    assert!(
        harness.query_by_label_contains("view: go to here").is_none(),
        "a stream in view is said to be out of it"
    );
    harness.get_by_label("98.0 s right of view: go to ended").click();
    harness.run_steps(4);
    let [from, to] = x(&harness);
    assert!(from <= 100.0 && to > 102.999 && to - from < 5.0, "{:?}", x(&harness));
    assert!(harness.query_by_label_contains("view: go to ended").is_none());
    // Beside the crosshair it has no value.
    let area = harness.state().plot_rects()[0];
    harness.hover_at(area.center());
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("view: go to here").is_none());
    harness.hover_at(egui::pos2(1.0, 1.0));
    harness.run_steps(2);
    // One that lives on another clock is followed there.
    harness.get_by_label_contains("view: go to unix").click();
    harness.run_steps(4);
    let [from, to] = x(&harness);
    assert!(from <= 1.7e9 && holds([from, to], 1.7e9 + 2.999) && to - from < 5.0, "{:?}", x(&harness));
    assert!(harness.query_by_label_contains("following").is_some());
    harness.get_by_label_contains("view: go to here").click();
    harness.run_steps(4);
    assert!(holds(x(&harness), 1.999) && x(&harness)[1] < 5.0, "{:?}", x(&harness));
}

#[test]
fn events_out_of_view_say_so_too() {
    let harness = in_one_panel(vec![ramp("here", 0.0, 2_000), events_at("late", &[50.0, 51.0])]);
    assert!(harness.query_by_label_contains("right of view: go to late").is_some());
}

#[test]
fn a_young_stream_is_shown_from_its_first_point_to_its_newest() {
    let times: [&[f64]; 6] = [
        &[0.0, 1.0, 2.0, 3.0],
        &[0.0, 5.0],
        &[0.005, 10.004],
        &[-3.0, -2.0, -1.0],
        &[1.7e9 + 0.25, 1.7e9 + 1.25],
        &[0.0, 1.0 / 1_048_576.0],
    ];
    for times in times {
        let points: Vec<_> = times.iter().map(|t| (*t, 1.0)).collect();
        for state in [timed("young", &points), events_at("young", times)] {
            let (kind, store) = (state.info.kind, Store::new(1 << 30));
            store.add(state);
            let mut driver = Driver::new(store);
            let (x, newest) = (driver.x(), times[times.len() - 1]);
            assert!(holds(x, times[0]) && holds(x, newest), "{kind:?} {times:?}: {x:?}");
            assert!(x[1] - x[0] < 2.0 * (newest - times[0]), "{kind:?} {times:?}: {x:?}");
            let rows = csv(&mut driver.app).lines().count() - 1;
            assert_eq!(rows, times.len(), "{kind:?} {times:?}");
        }
    }
}

#[test]
fn a_growing_stream_is_shown_whole_until_it_is_longer_than_the_view() {
    let store = Store::new(1 << 30);
    let stream = store.add(ramp("growing", 0.0037, 1));
    let mut driver = Driver::new(store);
    for i in 0..1_050_u64 {
        extend(&stream, 1 + i * 10, 10);
        driver.frame(vec![]);
        let newest = 0.0037 + (10 + i * 10) as f64 / 1000.0;
        let [from, to] = driver.x();
        assert!(newest < to, "the newest point {newest} is not in {from} to {to}");
        assert!(newest >= 10.0 || from <= 0.0037, "the first point is not in {from} to {to}");
    }
    let [from, to] = driver.x();
    assert!((to - from - 10.0).abs() < 1e-6, "{from} to {to}");
}

/// Where a state, of which the last sample lies at 1 s, is drawn on dashed: from there to there, pixels.
fn held(state: StreamState, other: StreamState) -> Option<[f32; 2]> {
    let store = Store::new(1 << 30);
    store.add(state);
    store.add(other);
    let mut driver = Driver::new(store);
    let rows = csv(&mut driver.app).lines().filter(|line| line.starts_with("state,")).count();
    assert_eq!(rows, 2, "the table holds what nobody sent");
    driver.frame(vec![]);
    let thin = |layer: &&ringplot::render::Layer| layer.width_px < 1.4;
    let scenes = driver.app.scenes();
    let mut dashes = scenes.iter().flat_map(|scene| &scene.layers).filter(thin).filter_map(|layer| {
        let ringplot::render::Shape::Segments { points } = &layer.shape else { return None };
        let xs = points.iter().filter(|point| **point != ringplot::render::BREAK).map(|point| point[0]);
        let [first, last] = [xs.clone().reduce(f32::min)?, xs.reduce(f32::max)?];
        Some([first, last])
    });
    let found = dashes.next();
    let is_said = driver.texts().iter().any(|text| text == "dashed: held");
    assert_eq!(found.is_some(), is_said, "what the dashes are");
    let area = driver.app.plot_rects()[0];
    let [from, to] = driver.x();
    let share = |px: f32| from + f64::from((px - area.left()) / area.width()) * (to - from);
    #[expect(clippy::cast_possible_truncation, reason = "a few seconds")]
    found.map(|ends| ends.map(|px| share(px) as f32))
}

#[test]
fn a_state_holds_up_to_the_newest_time_of_what_lives() {
    let state = |style, last: f32| {
        let mut state = timed("state", &[(0.0, 1.0), (1.0, last)]);
        state.info.meta.style = style;
        state
    };
    let step = || state(Style::StepPost, 2.0);
    for style in [Style::StepPost, Style::StepMid] {
        let [from, to] = held(state(style, 2.0), ramp("other", 0.0, 3_000)).expect("it holds");
        assert!((from - 1.0).abs() < 0.02 && (to - 2.999).abs() < 0.02, "{style:?}: {from} to {to}");
    }
    let ended = |mut state: StreamState| {
        state.liveness = Liveness::Closed;
        state
    };
    let mut wall = ramp("other", 0.0, 3_000);
    wall.info.meta.origin_unix_nanos = Some(0);
    for (why, state, other) in [
        ("a line", state(Style::Line, 2.0), ramp("other", 0.0, 3_000)),
        ("the next sample would say", state(Style::StepPre, 2.0), ramp("other", 0.0, 3_000)),
        ("it is not known", state(Style::StepPost, f32::NAN), ramp("other", 0.0, 3_000)),
        ("its producer has ended", ended(step()), ramp("other", 0.0, 3_000)),
        ("the other has ended", step(), ended(ramp("other", 0.0, 3_000))),
        ("another clock", step(), wall),
    ] {
        assert_eq!(held(state, other), None, "{why}");
    }
    // A program that is over leaves the picture that it had.
    assert!(held(ended(step()), ended(ramp("other", 0.0, 3_000))).is_some());
}

#[test]
fn a_state_from_before_the_view_is_in_it() {
    let mut state = timed("state", &[(0.0, 1.0), (1.0, 40_000.0)]);
    state.info.meta.style = Style::StepPost;
    let harness = in_one_panel(vec![state, ramp("other", 0.0, 30_000)]);
    let [x, y] = harness.state().plot_bounds()[0];
    assert!(x[0] > 10.0 && y[1] > 40_000.0, "{x:?} {y:?}");
    assert!(harness.query_by_label_contains("view: go to state").is_none());
}

#[test]
fn an_open_end_of_a_range_is_that_of_the_data() {
    for (range, wanted) in [
        ([2.5, f64::INFINITY], [2.5, 4.999]),
        ([f64::NEG_INFINITY, 1.5], [0.0, 1.499]),
        ([f64::NEG_INFINITY, f64::INFINITY], [0.0, 4.999]),
    ] {
        let store = Store::new(1 << 30);
        store.add(ramp("a", 0.0, 5_000));
        let mut driver = Driver::new(store.clone());
        driver.app = App::new(store, Options { x_range: Some(range), ..Options::default() });
        driver.frame(vec![]);
        driver.frame(vec![]);
        let [from, to] = driver.x();
        let span = wanted[1] - wanted[0];
        assert!(
            (from - wanted[0]).abs() < span * 0.01 && (to - wanted[1]).abs() < span * 0.01,
            "{from} to {to}"
        );
        let table = csv(&mut driver.app);
        let xs: Vec<&str> = table.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
        let ends = [xs[0], xs[xs.len() - 1]].map(|x| x.parse::<f64>().expect("a number"));
        assert_eq!(ends, wanted);
    }
}
