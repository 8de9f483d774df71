//! What a signal interrupts, and what is done before the end.

use crate::harness::{Place, Running, wait_until};

/// A batch that takes minutes to compute.
const ENDLESS: [&str; 8] = ["t", "--signal", "spectrum", "--rate", "0", "--batch", "2^24", "--capacity"];

#[test]
fn a_long_batch_can_be_ended_at_any_time() {
    for signal in ["INT", "TERM"] {
        let place = Place::new();
        let producer = place.produce(&[&ENDLESS[..], &["2^14"]].concat());
        let written = || place.run(&["stat", "t", "--json"]).json()["written"].as_u64().unwrap();
        wait_until("a curve in the middle of the batch", || written() > 0);
        producer.signal(signal);
        let done = producer.wait();
        assert_eq!(done.code(), Some(0), "{done:?}");
        assert!(done.err.contains("has ended"), "{done:?}");
        assert_eq!(place.registered(), Vec::<String>::new());
    }
    let place = Place::new();
    let done = place.run(&[&["produce"], &ENDLESS[..], &["2^14", "--seconds", "0.2"]].concat());
    assert_eq!(done.code(), Some(0), "{done:?}");
}

#[test]
fn a_large_batch_is_pushed_to_the_step() {
    let place = Place::new();
    let args = ["t", "--signal", "counter", "--rate", "1e6", "--batch", "50000", "--capacity", "2^18"];
    let mut tail_args = vec!["tail", "t", "--follow", "--from-start"];
    let producer = place.produce(&[&args[..], &["--seconds", "0.2"]].concat());
    let mut tail = Running::spawn_unread(place.command(&tail_args));
    let lines: Vec<String> = tail.lines().collect();
    assert!(producer.wait().err.contains("200000 points"));
    tail_args.clear();
    assert_eq!(lines.len(), 200_000);
    for (position, line) in lines.iter().enumerate() {
        assert!(line.starts_with(&format!("{position},")), "{line}");
    }
}
