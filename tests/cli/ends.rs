//! How producers and readers end, and what they leave.

use std::io::{BufRead, Read};
use std::process::Stdio;

use crate::harness::{Place, Running, wait_until};

#[test]
fn a_clean_end_leaves_nothing() {
    for signal in ["TERM", "INT", "HUP"] {
        let place = Place::new();
        let producer = place.produce(&["a/b", "--capacity", "1024"]);
        let segment = place.segment("a/b");
        assert!(segment.exists());
        producer.signal(signal);
        let done = producer.wait();
        assert_eq!(done.code(), Some(0), "{signal}: {done:?}");
        assert!(done.err.contains("has ended"), "{done:?}");
        assert!(!segment.exists(), "{signal} left the segment");
        assert_eq!(place.registered(), Vec::<String>::new(), "{signal}");
    }
}

#[test]
fn a_producer_ends_with_its_standard_input() {
    let place = Place::new();
    let args =
        ["produce", "l", "--signal", "lorenz", "--rate", "1e4", "--capacity", "1024", "--until-stdin-eof"];
    let mut command = place.command(&args);
    command.stdin(Stdio::piped());
    let mut producer = Running::spawn(command);
    let stdin = producer.stdin();
    wait_until("four streams", || place.registered().iter().filter(|f| f.ends_with(".stream")).count() == 4);
    assert!(producer.is_running());
    drop(stdin);
    let done = producer.wait();
    assert_eq!((done.code(), done.err.as_str()), (Some(0), ""));
    assert_eq!(place.registered(), Vec::<String>::new());
}

#[test]
fn a_killed_producer_is_dead_until_gc() {
    let place = Place::new();
    let args = ["t", "--signal", "counter", "--rate", "1e4", "--capacity", "1024"];
    let producer = place.produce(&args);
    wait_until("points", || place.run(&["stat", "t", "--json"]).json()["written"].as_u64().unwrap() > 20);
    let segment = place.segment("t");
    producer.kill();
    let list = place.run(&["list", "--json"]).json();
    assert_eq!((&list[0]["state"], &list[0]["rate_hz"]), (&"dead".into(), &serde_json::Value::Null));
    assert_eq!(place.run(&["stat", "t", "--json"]).json()["state"], "dead");
    assert!(place.run(&["list"]).err.contains("nothing is live"));
    // Its ring reads as it was left.
    let tail = place.run(&["tail", "t", "-n", "3", "--follow"]);
    assert_eq!((tail.code(), tail.out.lines().count()), (Some(0), 3), "{tail:?}");
    assert!(tail.err.contains("died"), "{tail:?}");
    // A live stream is not touched.
    let _other = place.produce(&["other", "--rate", "1e3", "--capacity", "1024"]);
    let gc = place.run(&["gc"]);
    assert_eq!((gc.code(), gc.out.as_str(), gc.err.as_str()), (Some(0), "t\n", ""));
    assert!(!segment.exists());
    assert_eq!(place.registered(), ["other.lock", "other.stream"]);
    let again = place.run(&["gc"]);
    assert_eq!((again.code(), again.out.as_str()), (Some(0), ""));
    assert!(again.err.contains("nothing to remove"), "{again:?}");
}

#[test]
fn a_dead_name_is_taken_over() {
    let place = Place::new();
    let args = ["t", "--rate", "1e3", "--capacity", "1024"];
    place.produce(&args).kill();
    let old = place.segment("t");
    let _successor = place.produce(&args);
    assert!(!old.exists() && place.segment("t").exists());
    assert_eq!(place.run(&["list", "--json"]).json()[0]["state"], "live");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new();
    let _producer = place.produce(&["t", "--signal", "counter", "--rate", "1e6", "--capacity", "2^16"]);
    let mut tail = Running::spawn_unread(place.command(&["tail", "t", "--follow"]));
    let mut stdout = tail.stdout();
    stdout.read_line(&mut String::new()).unwrap();
    drop(stdout);
    let done = tail.wait();
    assert_eq!((done.code(), done.err.as_str()), (Some(0), ""));
    for args in [&["list", "--json"][..], &["stat", "t"], &["--help"], &["tail", "t", "-n", "60000"]] {
        let mut command = Running::spawn_unread(place.command(args));
        drop(command.stdout());
        let done = command.wait();
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let place = Place::new();
    let _producer = place.produce(&["t", "--rate", "1e4", "--capacity", "1024"]);
    for args in [&["list"][..], &["list", "--json"], &["stat", "t"], &["tail", "t", "--follow"]] {
        let mut command = place.command(args);
        command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
        let done = Running::spawn(command).wait();
        assert_eq!(done.code(), Some(1), "{args:?}: {done:?}");
        assert!(done.err.contains("cannot write to standard output: No space left"), "{args:?}: {done:?}");
    }
}

#[test]
fn nobody_need_listen_to_standard_error() {
    let place = Place::new();
    let mut command = place.command(&["produce", "t", "--seconds", "50ms", "--capacity", "1024"]);
    command.stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stderr.take());
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!((child.wait().unwrap().code(), out.as_str()), (Some(0), ""));
}
