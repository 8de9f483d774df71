//! What a Manager's registry is to Python's multiprocessing: every stream that starts, and how it ended.
//!
//! `cargo run --no-default-features --example watch`, and in another terminal any example, or `ringplot produce test`

use std::io::Write;
use std::time::Duration;

use ringplot::stream::{Change, Watch};
use ringplot::{Consumer, StartAt};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut watch = Watch::new();
    loop {
        for change in watch.wait(Duration::from_mins(1))? {
            let name = change.stream().name.clone();
            writeln!(std::io::stdout(), "{name} {}", word(&change))?;
            if matches!(change, Change::Started(_)) {
                std::thread::spawn(move || tell_end(&name));
            }
        }
    }
}

fn word(change: &Change) -> &'static str {
    match change {
        Change::Started(_) => "has started",
        Change::Died(_) => "has died",
        _ => "is gone",
    }
}

/// A consumer that does not read costs nobody anything, and knows how the stream ended.
fn tell_end(name: &str) {
    let Ok(mut consumer) = Consumer::attach(name, StartAt::Now) else { return };
    if let Some(end) = consumer.wait_for_end(Duration::MAX) {
        let _ = writeln!(std::io::stdout(), "{name}: {end:?} after {} points", consumer.written());
    }
}
