//! `tail`: digits, counts and losses.

use std::io::Read;
use std::process::Stdio;

use ringplot::{Point, Producer};

use crate::harness::{Place, ROLE, Running, wait_until};

/// Not a test: the producer of known points that the tests below start in a process of its own. It lives until its
/// standard input ends.
#[test]
fn role_of_a_producer_of_known_points() {
    let Some(ready) = std::env::var_os(ROLE) else { return };
    let small = |name: &str| Producer::builder(name).capacity(1024);
    let mut timed = small("timed").timed().unwrap();
    timed.push(0.1, 0.1);
    timed.push(0.6, f32::NAN);
    timed.push_break();
    timed.push(1e9 + 0.25, -1.0e30);
    let mut xy = small("xy").xy().unwrap();
    xy.push_slice(&[
        Point::new(1.0, 2.5),
        Point::PEN_UP,
        Point::new(f32::NAN, 3.0),
        Point::new(1e-7, f32::INFINITY),
    ]);
    let mut odd = small("odd").xy().unwrap();
    for (x, y) in [(0.0, 0.0), (1.0, 1.0)] {
        odd.push(Point::new(x, y));
    }
    odd.push_break();
    for (x, y) in [(1.5, f32::INFINITY), (1.75, f32::NEG_INFINITY), (1.75, f32::NAN), (2.0, 2.0)] {
        odd.push(Point::new(x, y));
    }
    let mut uniform = small("uniform").uniform(10.0, 3.0).unwrap();
    uniform.push_slice(&[1.0, f32::NAN, 3.0]);
    let mut snapshot = small("snapshot").snapshot(8).unwrap();
    snapshot.update(0.5, &[Point::new(9.0, 9.0)]);
    snapshot.update(1.5, &[Point::new(0.0, 1.0), Point::new(0.5, 2.0)]);
    let mut events = small("events").events().unwrap();
    events.emit(0.25, "title=a \"quoted\" one\nlabel=x");
    events.emit(0.75, "ü");
    std::fs::write(ready, "").unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn known_points(place: &Place) -> Running {
    let mut command = place.role("tails::role_of_a_producer_of_known_points");
    command.stdin(Stdio::piped());
    let running = Running::spawn(command);
    wait_until("the producer of known points", || place.file("ready").exists());
    running
}

#[test]
fn digits_are_the_shortest_that_read_back() {
    let place = Place::new();
    let _producer = known_points(&place);
    let tail = |args: &[&str]| {
        let done = place.run(&[&["tail"], args].concat());
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{done:?}");
        done.out
    };
    assert_eq!(tail(&["timed"]), "0,0.1,0.1\n1,0.6,nan\n256,1000000000.25,-1e30\n");
    assert_eq!(tail(&["timed", "-n", "1"]), "256,1000000000.25,-1e30\n");
    // The fillers of the lifted pen are left out and do not count.
    assert_eq!(tail(&["timed", "-n", "2"]), "1,0.6,nan\n256,1000000000.25,-1e30\n");
    assert_eq!(tail(&["timed", "-n", "0"]), "");
    assert_eq!(tail(&["xy"]), "0,1,2.5\n2,nan,3\n3,1.0000000116860974e-7,inf\n");
    assert_eq!(tail(&["uniform"]), "0,10,1\n1,10.333333333333334,nan\n2,10.666666666666666,3\n");
    assert_eq!(tail(&["snapshot"]), "# frame 1 t 1.5 points 2\n1,0,1\n1,0.5,2\n");
    let both = "# frame 0 t 0.5 points 1\n0,9,9\n# frame 1 t 1.5 points 2\n1,0,1\n1,0.5,2\n";
    assert_eq!(tail(&["snapshot", "-n", "5"]), both);
    assert_eq!(tail(&["snapshot", "--from-start"]), both);
    assert_eq!(tail(&["events"]), "0,0.25,\"title=a \\\"quoted\\\" one\\nlabel=x\"\n1,0.75,\"ü\"\n");
    assert_eq!(tail(&["events", "-n", "1"]), "1,0.75,\"ü\"\n");
}

#[test]
fn a_csv_has_the_rows_of_tail() {
    let place = Place::new();
    let _producer = known_points(&place);
    for (name, range) in [
        ("timed", &["--from", "-1", "--to", "2e9"][..]),
        ("odd", &[]),
        ("uniform", &["--from", "0", "--to", "100"]),
        ("snapshot", &[]),
    ] {
        let csv = place.file(&format!("{name}.csv"));
        let args = [&["render", name, "-o", csv.to_str().unwrap(), "--seconds", "0.3"], range].concat();
        let done = place.run(&args);
        assert_eq!(done.code(), Some(0), "{done:?}");
        let tail = place.run(&["tail", name, "-n", "1000"]).out;
        let tail: Vec<&str> = tail.lines().filter(|line| !line.starts_with('#')).collect();
        let text = std::fs::read_to_string(csv).unwrap();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        if name == "snapshot" {
            // A picture shows the newest curve.
            assert_eq!(rows, tail[1..], "{name}");
        } else {
            assert_eq!(rows, tail, "{name}");
        }
    }
}

/// Checks the lines of a counter from `first` on; gives points printed, points lost and the next position.
fn check_counter<'a>(lines: impl Iterator<Item = &'a str>, mut next: Option<u64>) -> (u64, u64, u64) {
    let (mut printed, mut lost) = (0, 0);
    for line in lines {
        if let Some(count) = line.strip_prefix("# lost ") {
            let count: u64 = count.parse().unwrap();
            lost += count;
            next = next.map(|next| next + count);
            continue;
        }
        let fields: Vec<&str> = line.split(',').collect();
        let [position, _, y] = fields[..] else { panic!("no point: {line:?}") };
        let position: u64 = position.parse().unwrap();
        assert_eq!(position, next.unwrap_or(position), "a hole before {line:?}");
        assert_eq!(y, (position % (1 << 20)).to_string(), "{line:?}");
        printed += 1;
        next = Some(position + 1);
    }
    (printed, lost, next.unwrap_or(0))
}

#[test]
fn a_counter_is_exact_under_laps() {
    let place = Place::new();
    let _producer =
        place.produce(&["t", "--signal", "counter", "--rate", "0", "--capacity", "1024", "--batch", "300"]);
    let mut tail = Running::spawn_unread(place.command(&["tail", "t", "--follow", "-n", "1000"]));
    let lines: Vec<String> = tail.lines().take(60_000).collect();
    let (printed, lost, next) = check_counter(lines.iter().map(String::as_str), None);
    assert_eq!(lines.len(), 60_000);
    assert!(lost > 0, "no lap happened: {printed} points up to {next}");
}

#[test]
fn a_bounded_run_is_read_whole() {
    let place = Place::new();
    let args = ["t", "--signal", "counter", "--rate", "2e4", "--seconds", "1.5", "--capacity", "2^15"];
    let producer = place.produce(&args);
    let tail = Running::spawn(place.command(&["tail", "t", "--from-start", "--follow"]));
    let done = tail.wait();
    assert_eq!((done.code(), producer.wait().code()), (Some(0), Some(0)));
    assert!(done.err.contains("closed"), "{}", done.err);
    assert_eq!(check_counter(done.out.lines(), Some(0)), (30_000, 0, 30_000));
    assert!(done.out.starts_with("0,0,0\n1,0.00005,1\n"), "{:?}", done.out.get(..40));
}

#[test]
fn the_newest_points_come_from_a_fast_stream() {
    let place = Place::new();
    let _fast = place.produce(&["fast", "--signal", "counter", "--rate", "5e6", "--capacity", "2^18"]);
    let _calm = place.produce(&["calm", "--signal", "counter", "--rate", "1e6", "--capacity", "2^18"]);
    // The last is more than one drain gives.
    for (name, n, expected) in [("fast", "5", 5), ("fast", "1e3", 1000), ("calm", "1e5", 100_000)] {
        wait_until("enough points", || {
            place.run(&["stat", name, "--json"]).json()["written"].as_u64().unwrap() > 2 * expected
        });
        let done = place.run(&["tail", name, "-n", n]);
        assert_eq!(check_counter(done.out.lines(), None).0, expected, "{name}");
    }
}

#[test]
fn following_goes_on_with_the_next_run() {
    let place = Place::new();
    let args = ["t", "--signal", "counter", "--rate", "1e3", "--capacity", "2^15"];
    let first = place.produce(&args);
    let mut tail = Running::spawn_unread(place.command(&["tail", "t", "--from-start", "--follow"]));
    let mut lines = tail.lines();
    assert_eq!(lines.next().unwrap(), "0,0,0");
    // It must not look between the death of the one and the birth of the other.
    tail.signal("STOP");
    first.kill();
    let second = place.produce(&args);
    let run = place.run(&["stat", "t", "--json"]).json()["run"].as_str().unwrap().to_owned();
    tail.signal("CONT");
    let line = lines.find(|line| line.starts_with('#')).unwrap();
    assert_eq!(line, format!("# run {run}"));
    assert_eq!(lines.next().unwrap(), "0,0,0");
    second.signal("TERM");
    assert!(lines.last().is_some());
    assert_eq!((tail.wait().code(), second.wait().code()), (Some(0), Some(0)));
}

/// Not a test: the producer of an energy of 1 J that drifts by 1e-9, which the test below starts.
#[test]
fn role_of_a_producer_of_a_small_drift() {
    let Some(ready) = std::env::var_os(ROLE) else { return };
    let energy = || Producer::builder("energy").capacity(1024).units("s", "J").y_offset(1.0);
    let mut energy = energy().uniform(0.0, 100.0).unwrap();
    energy.push_slice(&(0..200u16).map(drift).collect::<Vec<f32>>());
    std::fs::write(ready, "").unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn drift(i: u16) -> f32 {
    1e-9 * (f32::from(i) * 0.1).sin()
}

#[test]
fn a_small_drift_of_a_large_number_comes_through_to_the_last_digit() {
    let place = Place::new();
    let mut command = place.role("tails::role_of_a_producer_of_a_small_drift");
    command.stdin(Stdio::piped());
    let _producer = Running::spawn(command);
    wait_until("the producer of a drift", || place.file("ready").exists());
    let csv = place.file("energy.csv");
    let done = place.run(&["render", "energy", "-o", csv.to_str().unwrap(), "--seconds", "0.5"]);
    assert_eq!(done.code(), Some(0), "{done:?}");
    let csv = std::fs::read_to_string(csv).unwrap();
    assert!(csv.starts_with("seq,x (s),energy (J)\n"), "{csv}");
    let tail = place.run(&["tail", "energy", "--from-start"]);
    assert_eq!(csv.lines().skip(1).collect::<Vec<_>>(), tail.out.lines().collect::<Vec<_>>());
    assert_eq!(tail.out.lines().count(), 200);
    for (i, line) in (0..).zip(tail.out.lines()) {
        let y = line.rsplit(',').next().unwrap();
        assert_eq!(y, (1.0 + f64::from(drift(i))).to_string(), "{line}");
    }
    let stat = place.run(&["stat", "energy", "--json"]).json();
    assert_eq!(stat["y_offset"].as_f64(), Some(1.0));
    assert!(place.run(&["stat", "energy"]).out.contains("y offset        1\n"));
    let refused = place.run(&["produce", "t", "--y-offset", "inf"]);
    assert_eq!(refused.code(), Some(2), "{refused:?}");
}
