//! `list` and `stat`: what is there, and in what shape it is told.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Place, Running};

const LISTED: [&str; 10] =
    ["name", "state", "pid", "capacity", "written", "rate_hz", "x_unit", "y_unit", "kind", "run"];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn nothing_live_is_an_empty_array_and_a_hint() {
    let place = Place::new();
    let json = place.run(&["list", "--json"]);
    assert_eq!((json.code(), json.out.trim(), json.err.as_str()), (Some(0), "[]", ""));
    for args in [&["list"][..], &[]] {
        let text = place.run(args);
        assert_eq!((text.code(), text.out.as_str()), (Some(0), ""));
        assert!(text.err.contains("ringplot demo"), "{text:?}");
    }
}

#[test]
fn list_has_the_promised_shape() {
    let place = Place::new();
    let counter = place.produce(&["t", "--signal", "counter", "--rate", "1e4", "--capacity", "4096"]);
    let _spectrum = place.produce(&["a/spectrum", "--signal", "spectrum", "--rate", "200"]);
    let list = place.run(&["list", "--json"]).json();
    let list = list.as_array().unwrap();
    assert_eq!(list.iter().map(|s| s["name"].as_str().unwrap()).collect::<Vec<_>>(), ["a/spectrum", "t"]);
    for stream in list {
        assert_eq!(keys(stream), BTreeSet::from(LISTED));
        assert_eq!(stream["state"], "live");
        assert!(stream["rate_hz"].as_f64().unwrap() > 0.0, "{stream}");
        let run = stream["run"].as_str().unwrap();
        assert!(run.len() == 16 && u64::from_str_radix(run, 16).unwrap() != 0, "{run}");
    }
    let (spectrum, t) = (&list[0], &list[1]);
    assert_eq!((&t["kind"], &t["x_unit"], &t["y_unit"]), (&"uniform".into(), &"s".into(), &"".into()));
    assert_eq!((t["pid"].as_u64(), t["capacity"].as_u64()), (Some(counter.pid().into()), Some(4096)));
    assert_eq!((&spectrum["kind"], &spectrum["x_unit"]), (&"snapshot".into(), &"Hz".into()));
    // A frame has a thousand points: frames are counted, not points.
    assert!(spectrum["written"].as_u64().unwrap() < 20_000 && t["written"].as_u64().unwrap() > 0);

    let text = place.run(&["list"]).out;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("NAME") && lines[2].starts_with("t "), "{text}");
    assert_eq!(lines[0].find("RUN"), lines[2].find(t["run"].as_str().unwrap()), "{text}");
}

#[test]
fn stat_has_geometry_and_metadata_besides() {
    let place = Place::new();
    let _producer = place.produce(&["l", "--signal", "lorenz", "--rate", "1e4", "--capacity", "2^12"]);
    let stat = place.run(&["stat", "l/x", "--json"]).json();
    let all = keys(&stat);
    let besides = [
        "label",
        "group",
        "colour",
        "style",
        "rate_hint_hz",
        "y_range",
        "clock",
        "order",
        "x_mode",
        "t0",
        "rate",
        "origin_unix_ns",
        "segment_bytes",
        "cleared_before",
    ];
    for key in LISTED.iter().chain(&besides) {
        assert!(all.contains(key), "{key} is missing in {stat}");
    }
    assert_eq!((&stat["group"], &stat["label"], &stat["kind"]), (&"l".into(), &"x".into(), &"timed".into()));
    assert_eq!((stat["rate_hint_hz"].as_f64(), stat["t0"].as_f64()), (Some(1e4), None));
    assert_eq!(stat["colour"], "#0072b2");
    assert!(stat["segment_bytes"].as_u64().unwrap() > 8 * 4096);
    assert!(stat["origin_unix_ns"].as_i64().unwrap() > 1_600_000_000_000_000_000);

    let text = place.run(&["stat", "l/xz"]).out;
    assert!(text.contains("capacity        4096 points") && text.contains("kind            xy"), "{text}");

    let counter = Place::new();
    let _producer = counter.produce(&["t", "--signal", "counter", "--rate", "250", "--capacity", "1024"]);
    let stat = counter.run(&["stat", "t", "--json"]).json();
    assert_eq!((stat["x_mode"].as_str(), stat["rate"].as_f64()), (Some("uniform"), Some(250.0)));
    assert_eq!(stat["t0"].as_f64(), Some(0.0));
}

#[test]
fn a_stopped_producer_is_stalled_and_nothing_came() {
    let place = Place::new();
    let producer = place.produce(&["t", "--rate", "1e4", "--capacity", "1024"]);
    producer.signal("STOP");
    let list = place.run(&["list", "--json"]).json();
    assert_eq!((&list[0]["state"], &list[0]["rate_hz"]), (&"stalled".into(), &Value::Null));
    producer.signal("CONT");
    assert_eq!(place.run(&["stat", "t", "--json"]).json()["state"], "live");
}

#[test]
fn every_signal_streams() {
    let place = Place::new();
    for (signal, rate) in [
        ("sine", "1e5"),
        ("chirp", "1e5"),
        ("noise", "1e5"),
        ("counter", "0"),
        ("lorenz", "1e5"),
        ("spectrum", "0"),
    ] {
        let args =
            ["produce", "s", "--signal", signal, "--rate", rate, "--seconds", "50ms", "--capacity", "4096"];
        let done = place.run(&args);
        assert_eq!((done.code(), done.out.as_str()), (Some(0), ""), "{signal}: {done:?}");
        let points: u64 =
            done.err.split("has ended: ").nth(1).and_then(|t| t.split(' ').next()?.parse().ok()).unwrap();
        assert!(points > 0, "{signal}: {done:?}");
        assert_eq!(place.registered(), Vec::<String>::new());
    }
}

#[test]
fn the_log_is_off_until_asked_for() {
    let place = Place::new();
    let _producer = place.produce(&["t", "--rate", "1e3", "--capacity", "1024"]);
    assert_eq!(place.run(&["tail", "t", "-n", "1"]).err, "");
    assert!(place.run(&["tail", "t", "-n", "1", "-v"]).err.contains("attached"));
    let mut command = place.command(&["tail", "t", "-n", "1"]);
    command.env("RINGPLOT_LOG", "ringplot=info");
    assert!(crate::harness::Running::spawn(command).wait().err.contains("attached"));
}

#[test]
fn list_follows_what_comes_and_goes() {
    let place = Place::new();
    let first = place.produce(&["a", "--signal", "counter", "--capacity", "1024"]);
    let mut follower = Running::spawn_unread(place.command(&["list", "--follow", "--json"]));
    let mut lines = follower.lines();
    let mut next = |change: &str, name: &str, pid: u32| {
        let line: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
        let seen = (line["change"].as_str(), line["name"].as_str(), line["pid"].as_u64());
        assert_eq!(seen, (Some(change), Some(name), Some(pid.into())), "{line}");
        assert_eq!(line["run"].as_str().unwrap().len(), 16);
    };
    next("started", "a", first.pid());
    let second = place.produce(&["b", "--signal", "counter", "--capacity", "1024"]);
    let second_pid = second.pid();
    next("started", "b", second_pid);
    second.signal("TERM");
    second.wait();
    next("closed", "b", second_pid);
    let first_pid = first.pid();
    first.kill();
    next("died", "a", first_pid);

    let mut text = Running::spawn_unread(place.command(&["list", "--follow"]));
    let line = text.lines().next().unwrap();
    assert!(line.starts_with("died     a  ") && line.contains(&first_pid.to_string()), "{line}");
}

#[test]
fn the_x_of_a_counter_without_a_rate_is_the_position_also_where_an_f32_cannot_say_it() {
    let place = Place::new();
    let producer = place.produce(&["t", "--signal", "counter", "--rate", "0", "--capacity", "2^16"]);
    let written = || place.run(&["stat", "t", "--json"]).json()["written"].as_u64().unwrap();
    crate::harness::wait_until("more than 2^24 points", || written() > (1 << 24) + (1 << 17));
    producer.kill();
    let tail = place.run(&["tail", "t", "-n", "1000"]);
    let points = tail.out.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in points {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[0], fields[1], "{line}");
        count += 1;
    }
    assert!(count > 0, "{tail:?}");
}

#[test]
fn the_projection_of_the_lorenz_system_is_that_of_its_streams() {
    let place = Place::new();
    let producer = place.produce(&["l", "--signal", "lorenz", "--rate", "2e4", "--capacity", "2^16"]);
    let written = || place.run(&["stat", "l/xz", "--json"]).json()["written"].as_u64().unwrap();
    crate::harness::wait_until("three points of the projection", || written() >= 3);
    producer.kill();
    let values = |name: &str| -> Vec<Vec<f64>> {
        let text = place.run(&["tail", name, "--from-start"]).out;
        text.lines().map(|line| line.split(',').map(|field| field.parse().unwrap()).collect()).collect()
    };
    let (x, z, xz) = (values("l/x"), values("l/z"), values("l/xz"));
    assert!(x[0][0] == 0.0 && xz.len() >= 3, "{} points, from {:?}", xz.len(), x[0]);
    for (index, point) in xz.iter().enumerate().take(3) {
        // Written with the shortest digits that read back: the one as an f64, the other as an f32.
        let step = index * 1000;
        let bits = |value: f64| (value as f32).to_bits();
        assert_eq!([bits(point[1]), bits(point[2])], [bits(x[step][2]), bits(z[step][2])], "step {step}");
    }
    let help = place.run(&["produce", "--help"]).out;
    assert!(help.contains("noise of standard deviation 0.05"), "{help}");
}
