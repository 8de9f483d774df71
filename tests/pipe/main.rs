//! What becomes of input: the streams that consumers find, point for point, and what is told.
#![cfg(all(target_os = "linux", not(loom)))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod columns;
mod dirt;
mod formats;
mod held;
#[path = "../common/streams.rs"]
mod streams;
mod times;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ringplot::pipe::{Arrival, Base, Pipe, Settings, Summary};
use ringplot::stream::streams as registered;
use ringplot::{Batch, Clock, Consumer, FrameData, StartAt, StreamKind};

/// The moment at which the tests' input comes: nanoseconds since 1970.
const NOW: i64 = 1_700_000_000_000_000_000;

/// A stream as a consumer finds it.
#[derive(Debug, Default, PartialEq)]
struct Found {
    kind: Option<StreamKind>,
    unit: String,
    x_unit: String,
    /// What t = 0 stands for, where it is a date.
    origin: Option<i64>,
    x: Vec<f64>,
    y: Vec<f32>,
    texts: Vec<String>,
}

impl Found {
    /// Its y, with every NaN as -99: NaN is not equal to itself.
    fn values(&self) -> Vec<f32> {
        self.y.iter().map(|y| if y.is_nan() { -99.0 } else { *y }).collect()
    }
}

/// What became of an input.
#[derive(Debug, Default)]
struct Outcome {
    streams: BTreeMap<String, Found>,
    told: Vec<String>,
    summary: Summary,
}

impl Outcome {
    fn names(&self) -> Vec<&str> {
        self.streams.keys().map(String::as_str).collect()
    }

    fn y(&self, name: &str) -> Vec<f32> {
        self.streams.get(name).unwrap_or_else(|| panic!("no stream {name}: {self:?}")).values()
    }

    fn texts(&self, name: &str) -> &[String] {
        &self.streams[name].texts
    }

    fn was_told(&self, text: &str) -> bool {
        self.told.iter().any(|told| told.contains(text))
    }
}

/// Settings with small rings.
fn settings() -> Settings {
    Settings { capacity: Some(1024), ..Settings::default() }
}

/// Feeds a whole input, piece by piece, a second after each other, as a pipe that goes on.
fn feed(settings: Settings, pieces: &[&[u8]]) -> Outcome {
    // One at a time: rings are few, and bases are told apart.
    static TURN: Mutex<u32> = Mutex::new(0);
    let mut turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    streams::registry();
    *turn += 1;
    let base = format!("feed{turn}");
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let settings = Settings { base: Base::Named(base.clone()), ..settings };
    let mut pipe =
        Pipe::new(settings, Box::new(move |text| tell.lock().unwrap().push(text.to_owned()))).unwrap();
    let mut arrival = Arrival { nanos: NOW, spread_nanos: 0 };
    for piece in pieces {
        pipe.feed(piece, arrival).unwrap();
        arrival.nanos += 1_000_000_000;
    }
    arrival.nanos -= 1_000_000_000;
    pipe.end_line(arrival).unwrap();
    pipe.tick(i64::MAX).unwrap();
    let prefix = format!("{base}/");
    let names = registered().unwrap().into_iter().filter(|stream| stream.name.starts_with(&prefix));
    let streams = names.map(|stream| (stream.name[prefix.len()..].to_owned(), read(&stream.name))).collect();
    pipe.end_input().unwrap();
    let summary = pipe.end(false);
    let left = registered().unwrap().into_iter().filter(|stream| stream.name.starts_with(&prefix)).count();
    assert_eq!(left, 0, "streams are left");
    let told = std::mem::take(&mut *told.lock().unwrap());
    Outcome { streams, told, summary }
}

/// The same for text that comes in one piece.
fn text(settings: Settings, input: &str) -> Outcome {
    feed(settings, &[input.as_bytes()])
}

fn read(name: &str) -> Found {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    let meta = consumer.meta().clone();
    let origin = (meta.clock == Clock::Wall).then_some(meta.origin_unix_nanos).flatten();
    let mut found = Found {
        kind: Some(consumer.kind()),
        unit: meta.y_unit,
        x_unit: meta.x_unit,
        origin,
        ..Found::default()
    };
    if consumer.kind() == StreamKind::Events {
        consumer.each_frame(&mut FrameData::default(), |frame| {
            found.x.push(frame.t);
            found.texts.push(frame.text());
        });
        return found;
    }
    let mut batch = Batch::with_limit(1 << 16);
    consumer.drain(&mut batch);
    for (_, x, y) in batch.iter() {
        // Fillers of a lifted pen hold nothing.
        if !(x.is_nan() && y.is_nan()) {
            found.x.push(x);
            found.y.push(y);
        }
    }
    found
}
