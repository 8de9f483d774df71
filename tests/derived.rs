//! Derived traces in a store: they follow their sources, whatever happens to those, and a person can ask for them.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

mod common;

use std::time::{Duration, Instant};

use common::driver::Driver;
use common::store::{push, push_points, store_of, stream, uniform};
use egui::{Key, Modifiers};
use ringplot::history::{Frames, Trace};
use ringplot::ring::{Batch, Point, XMode};
use ringplot::store::{Data, DerivedError, DerivedSpec, SharedStream, Store, StreamState};
use ringplot::{Liveness, StreamKind};

fn spec(text: &str) -> DerivedSpec {
    DerivedSpec::parse(text).unwrap()
}

fn named(store: &Store, name: &str) -> SharedStream {
    let found = store.streams().into_iter().find(|s| s.lock().unwrap().info.meta.name == name);
    found.unwrap_or_else(|| panic!("no stream {name}"))
}

fn trace<R>(store: &Store, name: &str, f: impl FnOnce(&Trace) -> R) -> R {
    let shared = named(store, name);
    let state = shared.lock().unwrap();
    let Data::Trace(trace) = &state.data else { panic!("no trace") };
    f(trace)
}

fn values(store: &Store, name: &str) -> Vec<f32> {
    trace(store, name, |trace| {
        (trace.start()..trace.end()).map(|p| trace.point(p).map_or(f32::NAN, |p| p.1 as f32)).collect()
    })
}

fn frames<R>(store: &Store, name: &str, f: impl FnOnce(&Frames) -> R) -> R {
    let shared = named(store, name);
    let state = shared.lock().unwrap();
    let Data::Frames(frames) = &state.data else { panic!("no frames") };
    f(frames)
}

fn liveness(store: &Store, name: &str) -> Liveness {
    named(store, name).lock().unwrap().liveness
}

/// A store with a ramp that rises by 2 from sample to sample.
fn ramp(count: u16) -> (Store, SharedStream) {
    let mut state = uniform("ramp", 0.0);
    push(&mut state, 0, (0..count).map(|i| f32::from(i) * 2.0));
    store_of(state)
}

fn same(a: &[f32], b: &[f32]) {
    let bits = |values: &[f32]| {
        values.iter().map(|v| if v.is_nan() { u32::MAX } else { v.to_bits() }).collect::<Vec<_>>()
    };
    assert_eq!(bits(a), bits(b), "{a:?} and not {b:?}");
}

#[test]
fn a_derived_trace_follows_by_itself_at_the_positions_of_its_source() {
    let (store, source) = ramp(10_000);
    store.derived().add(spec("slope=derivative(ramp)")).unwrap();
    push(&mut source.lock().unwrap(), 10_000, (10_000..50_000u16).map(|i| f32::from(i) * 2.0));
    store.changed();
    let end = Instant::now() + Duration::from_mins(1);
    while trace(&store, "slope", Trace::end) < 50_000 {
        assert!(Instant::now() < end, "waited in vain");
        std::thread::sleep(Duration::from_millis(2));
    }
    trace(&store, "slope", |trace| {
        assert_eq!((trace.start(), trace.end()), (0, 50_000));
        assert_eq!(trace.point(20_000), Some((20.0, 2000.0)));
    });
    let info = named(&store, "slope").lock().unwrap().info.clone();
    assert_eq!((info.meta.y_unit.as_str(), info.kind), ("V/s", StreamKind::Uniform));
    assert_eq!(info.derived.map(|derived| derived.formula.to_string()), Some("derivative(ramp)".into()));
}

#[test]
fn it_does_not_matter_how_the_samples_were_cut_into_batches() {
    let y = |i: u32| (i as f32 * 0.37).sin() * 100.0;
    let whole = |step: u32| {
        let (store, source) = store_of(uniform("a", 5.0));
        for formula in ["mean(a, 70)", "rms(a, 0.05s)", "derivative(a)", "difference(a, mean(a, 70))"] {
            store.derived().add_when_there(spec(formula)).unwrap();
        }
        for from in (0..40_000).step_by(step as usize) {
            push(&mut source.lock().unwrap(), u64::from(from), (from..from + step).map(y));
            store.derived().catch_up();
        }
        store.derived().catch_up();
        ["mean(a, 70)", "rms(a, 0.05s)", "derivative(a)", "difference(a, mean(a, 70))"]
            .map(|name| values(&store, name))
    };
    let (once, often) = (whole(40_000), whole(100));
    for (once, often) in once.iter().zip(&often) {
        assert_eq!(once.len(), 40_000);
        same(once, often);
    }
    let expected: f32 = (931..1001).map(y).sum::<f32>() / 70.0;
    assert!((once[0][1000] - expected).abs() < 1e-4);
    assert!((once[3][1000] - (y(1000) - expected)).abs() < 1e-3);
}

#[test]
fn two_streams_meet_at_the_x_of_the_first_and_wait_for_each_other() {
    let mut a = stream("a", StreamKind::Timed, XMode::Timed);
    timed(&mut a, 0, &[(0.5, 10.0), (1.0, 20.0), (1.25, 30.0), (2.0, 40.0), (3.5, 50.0)]);
    let (store, _) = store_of(a);
    let mut b = stream("b", StreamKind::Timed, XMode::Timed);
    timed(&mut b, 0, &[(1.0, 2.0), (2.0, 4.0), (3.0, 0.0)]);
    let b = store.add(b);
    store.derived().add(spec("d=difference(a, b)")).unwrap();
    store.derived().add(spec("r=ratio(a, b)")).unwrap();
    store.derived().catch_up();
    same(&values(&store, "d"), &[f32::NAN, 18.0, 27.5, 36.0]);
    same(&values(&store, "r"), &[f32::NAN, 10.0, 12.0, 10.0]);
    let behind = |name: &str| named(&store, name).lock().unwrap().info.derived.clone().unwrap().behind_secs;
    assert_eq!(behind("d"), Some(1.5), "b has not come so far");
    timed(&mut b.lock().unwrap(), 3, &[(4.0, 1.0)]);
    store.derived().catch_up();
    same(&values(&store, "d")[4..], &[49.5]);
    assert_eq!(behind("d"), None);
}

/// Appends samples at their times, from a position on.
fn timed(state: &mut StreamState, first: u64, samples: &[(f32, f32)]) {
    let mut batch = Batch::with_limit(1);
    (batch.x_mode, batch.first, batch.epochs) = (XMode::Timed, first, vec![0.0]);
    batch.points = samples.iter().map(|(x, y)| Point::new(*x, *y)).collect();
    let Data::Trace(trace) = &mut state.data else { panic!("no trace") };
    trace.append(&batch);
}

#[test]
fn the_second_stream_of_a_pair_that_is_over_is_not_waited_for() {
    let (store, source) = ramp(100);
    let mut short = uniform("short", 0.0);
    push(&mut short, 0, [1.0; 50]);
    short.liveness = Liveness::Closed;
    store.add(short);
    store.derived().add(spec("d=difference(ramp, short)")).unwrap();
    source.lock().unwrap().liveness = Liveness::Closed;
    store.derived().catch_up();
    let values = values(&store, "d");
    assert_eq!((values.len(), values[49]), (100, 97.0));
    assert!(values[50..].iter().all(|value| value.is_nan()));
    assert!(store.is_over(), "nothing will come any more");
}

#[test]
fn losses_and_what_was_forgotten_are_the_same_as_in_the_source() {
    let (store, source) = ramp(5_000);
    store.derived().add(spec("m=mean(ramp, 10)")).unwrap();
    push(&mut source.lock().unwrap(), 9_000, (0..30_000u16).map(|_| 7.0));
    store.derived().catch_up();
    let held = |name: &str| {
        trace(&store, name, |trace| {
            let mut runs = Vec::new();
            trace.lost_runs_in(f64::MIN, f64::MAX, &mut runs);
            (trace.start(), trace.end(), runs)
        })
    };
    assert_eq!(held("m"), held("ramp"));
    assert_eq!(
        trace(&store, "m", |trace| trace.point(9_000)),
        Some((9.0, 7.0)),
        "no mean reaches across a loss"
    );
    let release = |shared: &SharedStream| shared.lock().unwrap().data.release(60_000);
    assert!(release(&source) > 0);
    store.derived().catch_up();
    assert!(held("ramp").0 > 0);
    assert_eq!(held("m"), held("ramp"));
    if let Data::Trace(trace) = &mut source.lock().unwrap().data {
        trace.clear_before(30_000);
    }
    store.derived().catch_up();
    assert_eq!(self::trace(&store, "m", |trace| (trace.start(), trace.has_forgotten())), (30_000, false));
}

#[test]
fn a_restarted_producer_restarts_what_is_derived_from_it_in_its_place() {
    let (store, source) = ramp(1000);
    store.derived().add(spec("m=mean(ramp, 1000)")).unwrap();
    store.derived().add(spec("dm=derivative(m)")).unwrap();
    store.derived().catch_up();
    let before = named(&store, "m");
    let mut again = uniform("ramp", 100.0);
    again.run = 2;
    push(&mut again, 0, [5.0; 20]);
    *source.lock().unwrap() = again;
    store.derived().catch_up();
    assert!(std::sync::Arc::ptr_eq(&before, &named(&store, "m")));
    same(&values(&store, "m"), &[5.0; 20]);
    assert_eq!(trace(&store, "dm", |trace| trace.point(1)), Some((100.001, 0.0)));
    assert_ne!(before.lock().unwrap().run, 1);
}

#[test]
fn what_was_derived_from_a_stream_that_is_gone_stays_and_is_over() {
    let (store, source) = ramp(1000);
    let derived = store.derived();
    derived.add(spec("m=mean(ramp, 10)")).unwrap();
    derived.add(spec("dm=derivative(m)")).unwrap();
    derived.catch_up();
    assert_eq!(liveness(&store, "dm"), Liveness::Live);
    assert!(store.remove(&source));
    derived.catch_up();
    assert_eq!((liveness(&store, "m"), liveness(&store, "dm")), (Liveness::Closed, Liveness::Closed));
    assert_eq!(values(&store, "dm").len(), 1000);
    assert_eq!(derived.list()[0].waits_for, Some(DerivedError::UnknownSource("ramp".into())));
    let mut back = uniform("ramp", 0.0);
    back.run = 9;
    push(&mut back, 0, [1.0; 30]);
    store.add(back);
    derived.catch_up();
    assert_eq!((liveness(&store, "dm"), values(&store, "dm").len()), (Liveness::Live, 30));
    assert!(derived.remove("dm") && !derived.remove("dm"));
    assert_eq!(store.streams().len(), 2);
}

#[test]
fn what_cannot_be_derived_is_told() {
    let (store, _) = ramp(10);
    store.add(stream("xy", StreamKind::Xy, XMode::Xy));
    store.add(stream("curve", StreamKind::Snapshot, XMode::Xy));
    store.add(stream("log", StreamKind::Events, XMode::Xy));
    let derived = store.derived();
    let add = |text: &str| derived.add(spec(text)).map_err(|error| error.to_string());
    assert!(add("derivative(rampe)").unwrap_err().contains("there is no stream \"rampe\""));
    for name in ["xy", "curve", "log"] {
        assert!(add(&format!("derivative({name})")).unwrap_err().contains("no values over time"));
    }
    assert!(add("ramp=derivative(ramp)").unwrap_err().contains("\"ramp\" is taken"));
    add("a=derivative(ramp)").unwrap();
    assert!(add("a=mean(ramp, 3)").unwrap_err().contains("\"a\" is taken"));
    let long = "n".repeat(129);
    assert!(add(&format!("{long}=derivative(ramp)")).unwrap_err().contains("128 characters"));
    let later = |text: &str| derived.add_when_there(spec(text));
    later("b=derivative(c)").unwrap();
    assert_eq!(later("c=mean(d, 3)"), Ok(()));
    assert_eq!(later("d=ratio(a, b)"), Err(DerivedError::Cycle("d".into())));
    assert_eq!(later("e=derivative(e)"), Err(DerivedError::Cycle("e".into())));
    derived.catch_up();
    let waits = derived.list().iter().filter(|status| status.waits_for.is_some()).count();
    assert_eq!(waits, 2, "a trace whose sources are not there waits for them");
}

#[test]
fn a_spectrum_is_a_curve_over_hertz() {
    let sine = |i: u32| 3.0 * (f64::from(i) * std::f64::consts::TAU * 125.0 / 1000.0).sin() as f32;
    let mut state = uniform("sine", 0.0);
    push(&mut state, 0, (0..5000).map(sine));
    let (store, source) = store_of(state);
    store.derived().add(spec("spectrum=amplitude(sine, 1024, hann)")).unwrap();
    store.derived().catch_up();
    let newest = |store: &Store| {
        frames(store, "spectrum", |frames| {
            let curve = frames.newest().unwrap();
            let most = curve.points().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            (curve.t, curve.x.len(), most.0, most.1)
        })
    };
    let (t, len, hz, amplitude) = newest(&store);
    assert_eq!((t, len, hz), (4.607, 513, 125.0));
    assert!((amplitude - 3.0).abs() < 1e-4, "{amplitude}");
    let info = named(&store, "spectrum").lock().unwrap().info.clone();
    assert_eq!(
        (info.kind, info.meta.x_unit.as_str(), info.meta.y_unit.as_str()),
        (StreamKind::Snapshot, "Hz", "V")
    );
    push(&mut source.lock().unwrap(), 5000, (5000..6000).map(sine));
    store.derived().catch_up();
    assert!(newest(&store).0 > t);
}

#[test]
fn any_samples_are_fine() {
    let odd = [f32::NAN, f32::INFINITY, 3e38, -3e38, 0.0, -0.0, 1e-45];
    for x_mode in
        [XMode::Timed, XMode::Uniform { t0: 1e300, rate: 1e-300 }, XMode::Uniform { t0: f64::NAN, rate: 0.0 }]
    {
        let kind = if x_mode == XMode::Timed { StreamKind::Timed } else { StreamKind::Uniform };
        let mut state = stream("odd", kind, x_mode);
        if x_mode == XMode::Timed {
            let points: Vec<(f32, f32)> = (0..200).map(|i| (odd[i % 7], odd[i / 7 % 7])).collect();
            timed(&mut state, 3, &points);
        } else {
            push_points(&mut state, 3, (0..9000).map(|i| Point::new(0.0, odd[i / 5 % 7])));
        }
        let (store, _) = store_of(state);
        for formula in [
            "derivative(odd)",
            "mean(odd, 3)",
            "rms(odd, 1e-9s)",
            "mean(odd, 1e300s)",
            "ratio(odd, odd)",
            "psd(odd, 8)",
        ] {
            store.derived().add(spec(formula)).unwrap();
        }
        store.derived().catch_up();
        let mut driver = Driver::new(store.clone());
        driver.frame(vec![]);
        assert_eq!(store.derived().list().len(), 6);
    }
}

#[test]
fn the_memory_of_derived_traces_is_counted() {
    let (store, _) = ramp(60_000);
    assert_eq!(store.memory_of_derived(), 0);
    store.derived().add(spec("derivative(ramp)")).unwrap();
    store.derived().catch_up();
    assert!(store.memory_of_derived() >= 60_000 * 4);
    store.derived().remove("derivative(ramp)");
    store.derived().catch_up();
    assert_eq!(store.memory_of_derived(), 0);
}

#[test]
fn the_table_says_derived_and_gives_no_counts() {
    let (store, _) = ramp(1000);
    store.derived().add(spec("m=mean(ramp, 10)")).unwrap();
    store.derived().catch_up();
    let mut driver = Driver::new(store);
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text == "derived"), "{texts:?}");
    assert_eq!(texts.iter().filter(|text| *text == "live").count(), 1, "{texts:?}");
}

#[test]
fn the_dialog_adds_and_removes_a_trace_by_keyboard_alone() {
    let (store, _) = ramp(1000);
    let mut driver = Driver::new(store.clone());
    driver.key_with(Key::D, Modifiers::SHIFT);
    let texts = driver.texts();
    for text in ["Derived traces", "Moving mean", "Window", "Name", "Add"] {
        assert!(texts.iter().any(|t| t == text), "{text}: {texts:?}");
    }
    driver.key(Key::Enter);
    assert_eq!(store.streams().len(), 2);
    named(&store, "mean(ramp, 100)");
    driver.key_with(Key::D, Modifiers::SHIFT);
    driver.key(Key::Enter);
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text.contains("is taken")), "{texts:?}");
    driver.key(Key::Escape);
    assert!(!driver.texts().iter().any(|text| text == "Derived traces"));
    assert!(store.derived().remove("mean(ramp, 100)"));
}
