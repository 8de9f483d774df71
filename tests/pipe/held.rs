//! The first lines: how long they are held, and what that shows.

use std::sync::{Arc, Mutex};

use ringplot::pipe::{Arrival, Base, Pipe, Settings};
use ringplot::stream::streams as registered;

use crate::{NOW, settings, streams};

fn pipe(base: &str, settings: Settings) -> (Pipe, Arc<Mutex<Vec<String>>>) {
    streams::registry();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let settings = Settings { base: Base::Named(base.to_owned()), ..settings };
    (Pipe::new(settings, Box::new(move |text| tell.lock().unwrap().push(text.to_owned()))).unwrap(), told)
}

fn at(millis: i64) -> Arrival {
    Arrival { nanos: NOW + millis * 1_000_000, spread_nanos: 0 }
}

fn is_there(name: &str) -> bool {
    registered().unwrap().iter().any(|stream| stream.name == name)
}

#[test]
fn the_first_line_is_drawn_within_a_second_without_a_second_one() {
    let (mut pipe, _) = pipe("held", settings());
    pipe.feed(b"1 2\n", at(0)).unwrap();
    let due = pipe.due_nanos().unwrap();
    assert!(due <= at(1000).nanos && !is_there("held/1"));
    pipe.tick(due).unwrap();
    assert!(is_there("held/1") && pipe.due_nanos().is_none());
}

#[test]
fn half_a_line_and_words_alone_are_held_until_there_is_a_number() {
    let (mut pipe, told) = pipe("words", settings());
    pipe.feed(b"1", at(0)).unwrap();
    pipe.tick(at(5000).nanos).unwrap();
    assert!(!is_there("words/1"));
    pipe.feed(b"2\n", at(6000)).unwrap();
    assert!(is_there("words/1"));
    let (mut talk, _) = self::pipe("talk", settings());
    talk.feed(b"starting\nstill starting\n", at(0)).unwrap();
    talk.tick(at(5000).nanos).unwrap();
    assert!(talk.due_nanos().is_some() && !is_there("talk/1"));
    talk.feed(b"5\n", at(6000)).unwrap();
    assert!(is_there("talk/1"));
    // A megabyte of words is held no longer.
    let (mut words, told_words) = self::pipe("megabyte", settings());
    words.feed(&b"words alone\n".repeat(100_000), at(0)).unwrap();
    words.feed(b"1 2\n", at(10)).unwrap();
    words.tick(at(6000).nanos).unwrap();
    assert!(is_there("megabyte/2"), "{told_words:?}");
    words.end_input().unwrap();
    assert_eq!(words.end(false).left_out, "100000 lines that fit nothing");
    drop(told);
}

#[test]
fn an_input_that_comes_at_once_is_numbered_and_one_that_comes_soon_is_told_of() {
    let (mut at_once, told) = pipe("once", settings());
    at_once.feed(b"5\n6\n7", at(0)).unwrap();
    at_once.feed(b"\n", at(100)).unwrap();
    at_once.end_input().unwrap();
    let summary = at_once.end(false);
    assert_eq!((summary.streams, summary.values), (1, 3));
    assert!(told.lock().unwrap().iter().any(|told| told.contains("x is the number of the line")), "{told:?}");
    let (mut soon, told) = pipe("soon", settings());
    soon.feed(b"5\n6\n7\n", at(0)).unwrap();
    soon.feed(b"8\n", at(400)).unwrap();
    soon.end_input().unwrap();
    soon.end(false);
    assert!(told.lock().unwrap().iter().any(|told| told.contains("--x 0")), "{told:?}");
}

#[test]
fn a_taken_base_gets_a_number() {
    let (mut first, _) = pipe("taken", settings());
    first.feed(b"1\n", at(0)).unwrap();
    first.tick(i64::MAX).unwrap();
    let (mut second, _) = pipe("taken", settings());
    second.feed(b"1\n", at(0)).unwrap();
    second.tick(i64::MAX).unwrap();
    assert!(is_there("taken/1") && is_there("taken-2/1"));
    assert_eq!(second.end(false).base.as_deref(), Some("taken-2"));
}

#[test]
fn lines_that_are_read_together_are_spread_over_the_time_since_the_reading_before() {
    let (mut pipe, _) = pipe("spread", settings());
    pipe.feed(b"1\n", at(0)).unwrap();
    pipe.tick(i64::MAX).unwrap();
    pipe.feed(b"2\n3\n4\n5\n", Arrival { nanos: at(1000).nanos, spread_nanos: 400_000_000 }).unwrap();
    let found = crate::read("spread/1");
    let expected = [0.0, 0.7, 0.8, 0.9, 1.0];
    assert!(found.x.iter().zip(expected).all(|(x, e)| (x - e).abs() < 1e-6), "{:?}", found.x);
    drop(pipe);
}
