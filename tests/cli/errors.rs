//! What goes wrong is told in a line that says what to do, and the exit status says whose fault it was.

use std::os::unix::fs::PermissionsExt;

use crate::harness::{Done, Place};

/// The command failed with this status and one line that has all of `parts`.
pub(crate) fn assert_told(done: &Done, code: i32, parts: &[&str]) {
    assert_eq!((done.code(), done.out.as_str()), (Some(code), ""), "{done:?}");
    for part in parts {
        assert!(done.err.contains(part), "{part:?} is not in {done:?}");
    }
    assert!(!done.err.contains("panicked"), "{done:?}");
}

#[test]
fn misuse_has_status_2() {
    let place = Place::new();
    for args in [
        &["produce"][..],
        &["produce", "t", "--rate", "fast"],
        &["produce", "t", "--rate", "-1"],
        &["produce", "t", "--signal", "square"],
        &["produce", "t", "--style", "dotted"],
        &["produce", "t", "--style", ""],
        &["produce", "t", "--seconds", "5 parsecs"],
        &["produce", "t", "--batch", "0"],
        &["produce", "t", "--batch", "1e9"],
        &["tail", "t", "-n", "1.5"],
        &["tail", "t", "-n", "5", "--from-start"],
        &["render", "t"],
        &["render", "t", "-o", "t.png", "--size", "huge"],
        &["render", "t", "-o", "t.png", "--from", "2", "--to", "1"],
        &["render", "t", "-o", "t.png", "--from", "2", "--last", "1"],
        &["view", "--ymin", "2", "--ymax", "1"],
        &["view", "--memory", "lots"],
        &["view", "--style", "step-post"],
        &["view", "--style", "t=staircase"],
        &["demo", "--rate", "nan"],
        &["list", "--frob"],
        &["frobnicate"],
    ] {
        let done = place.run(args);
        assert_told(&done, 2, &[]);
        assert!(!done.err.is_empty(), "{args:?}");
    }
    assert_eq!(place.registered(), Vec::<String>::new());
}

#[test]
fn bad_names_are_refused() {
    let place = Place::new();
    let long = "a".repeat(201);
    for name in ["", "../a", "a//b", "//a", "a/", "/", ".", "a\nb", "a\u{9b}b", "\u{202e}a", &long] {
        assert_told(
            &place.run(&["produce", name, "--seconds", "0"]),
            2,
            &["bad stream name", "such as lorenz/x"],
        );
        assert_told(&place.run(&["tail", name]), 2, &["bad stream name"]);
        assert_told(&place.run(&["stat", name]), 2, &["bad stream name"]);
    }
    assert_eq!(place.registered(), Vec::<String>::new());
}

#[test]
fn an_unknown_stream_tells_how_to_start_or_what_is_live() {
    let place = Place::new();
    for command in ["tail", "stat"] {
        assert_told(&place.run(&[command, "x"]), 1, &["no stream is called \"x\"", "ringplot produce"]);
    }
    let _producer = place.produce(&["t", "--rate", "1e3", "--capacity", "1024"]);
    assert_told(&place.run(&["tail", "x"]), 1, &["no stream is called \"x\"", "live are: t"]);
}

#[test]
fn a_second_producer_is_refused_and_told_who_has_the_name() {
    let place = Place::new();
    let first = place.produce(&["t", "--rate", "1e3", "--capacity", "1024"]);
    let second = place.run(&["produce", "t", "--seconds", "1", "--capacity", "1024"]);
    assert_told(&second, 1, &[&format!("process {}", first.pid()), "choose another name"]);
    assert_eq!(place.run(&["stat", "t", "--json"]).json()["pid"].as_u64(), Some(first.pid().into()));
}

#[test]
fn a_half_made_signal_leaves_nothing() {
    let place = Place::new();
    let _other = place.produce(&["l/z", "--rate", "1e3", "--capacity", "1024"]);
    let lorenz = place.run(&["produce", "l", "--signal", "lorenz", "--capacity", "1024"]);
    assert_told(&lorenz, 1, &["\"l/z\""]);
    assert_eq!(place.registered(), ["l%2Fz.lock", "l%2Fz.stream"]);
}

#[test]
fn a_bad_capacity_is_refused() {
    let place = Place::new();
    for (capacity, nearest) in
        [("1000", "1024 would do"), ("1e6", "1048576 would do"), ("512", "1024 would do")]
    {
        let done = place.run(&["produce", "t", "--seconds", "0", "--capacity", capacity]);
        assert_told(&done, 2, &["power of two", nearest]);
    }
    assert_told(&place.run(&["produce", "t", "--capacity", "2^33"]), 2, &["power of two", "4294967296"]);
    assert_eq!(place.registered(), Vec::<String>::new());
}

#[test]
fn a_ring_larger_than_the_shared_memory_names_both_sizes() {
    let df =
        std::process::Command::new("df").args(["-B1", "--output=size,avail", "/dev/shm"]).output().unwrap();
    let text = String::from_utf8(df.stdout).unwrap();
    let sizes: Vec<u64> =
        text.lines().nth(1).unwrap().split_whitespace().map(|n| n.parse().unwrap()).collect();
    let (total, free) = (sizes[0], sizes[1]);
    let Some(log2) = (10..=32).find(|log2| 8u64 << log2 > free) else {
        assert!(free > 0);
        return; // Nothing that a stream may ask for is too large here.
    };
    let place = Place::new();
    let done = place.run(&["produce", "t", "--capacity", &format!("2^{log2}")]);
    assert_told(&done, 1, &["/dev/shm is too small", &total.to_string(), "smaller capacity"]);
    let wanted =
        done.err.split("wants ").nth(1).and_then(|t| t.split(' ').next()?.parse::<u64>().ok()).unwrap();
    assert!(wanted > 8u64 << log2, "{done:?}");
    assert_eq!(place.registered(), Vec::<String>::new());
}

#[test]
fn a_registry_that_others_may_write_is_not_trusted() {
    let place = Place::new();
    std::fs::create_dir(place.registry()).unwrap();
    std::fs::set_permissions(place.registry(), PermissionsExt::from_mode(0o777)).unwrap();
    for args in [&["produce", "t", "--seconds", "0"][..], &["list"], &["tail", "t"], &["stat", "t"], &["gc"]]
    {
        assert_told(&place.run(args), 1, &["written by other users", "RINGPLOT_DIR", "registry"]);
    }
}

#[test]
fn a_registry_that_cannot_be_had_is_told_with_its_path() {
    let place = Place::new();
    std::fs::write(place.registry(), "").unwrap();
    for args in [&["produce", "t", "--seconds", "0"][..], &["list", "--json"], &["tail", "t"], &["gc"]] {
        assert_told(&place.run(args), 1, &["registry folder is not a folder", "RINGPLOT_DIR"]);
    }
    let mut command = place.command(&["produce", "t", "--seconds", "0"]);
    command.env("RINGPLOT_DIR", place.registry().join("below"));
    let done = crate::harness::Running::spawn(command).wait();
    assert_told(&done, 1, &["cannot use the registry folder", "below"]);
}

#[test]
fn a_damaged_announcement_is_no_stream_and_no_panic() {
    let place = Place::new();
    let producer = place.produce(&["t", "--rate", "1e3", "--capacity", "1024"]);
    let segment = place.segment("t");
    let announcement = place.registry().join("t.stream");
    producer.kill();
    let whole = std::fs::read(&segment).unwrap();
    for (length, offset, what) in
        [(100, 0, "length"), (whole.len(), 8, "version or checksum"), (whole.len(), 0x48, "capacity")]
    {
        let mut bytes = whole[..length].to_vec();
        bytes[offset] ^= 0xff;
        std::fs::write(&segment, &bytes).unwrap();
        for args in [["tail", "t"], ["stat", "t"]] {
            assert_told(&place.run(&args), 1, &["stream \"t\""]);
        }
        let list = place.run(&["list", "--json"]);
        assert_eq!((list.code(), list.out.trim()), (Some(0), "[]"), "{what}: {list:?}");
        assert!(list.err.contains("\"t\""), "{what}: {list:?}");
    }
    std::fs::write(&announcement, "nonsense").unwrap();
    assert_told(&place.run(&["tail", "t"]), 1, &["no stream is called"]);
    assert_eq!(place.run(&["gc"]).out, "t\n");
    assert!(!segment.exists(), "gc finds the segment by the lock file alone");
}
