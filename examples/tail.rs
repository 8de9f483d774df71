//! A consumer without a GPU: prints what a stream brings and what it lost, as it comes, until its producer is gone.
//!
//! `cargo run --no-default-features --example tail -- sine`

use std::io::Write;
use std::time::Duration;

use ringplot::{Batch, Consumer, StartAt};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).ok_or("usage: tail STREAM")?;
    let mut consumer = Consumer::attach_timeout(&name, StartAt::Now, Duration::from_secs(10))?;
    let mut batch = Batch::with_limit(1 << 16);
    let mut out = std::io::stdout().lock();
    // Ends when the producer has, and everything that it pushed was read.
    while consumer.wait_for_data(Duration::MAX) {
        let drained = consumer.drain(&mut batch);
        if let Some((position, x, y)) = batch.iter().last() {
            writeln!(out, "{position}: ({x}, {y}), {} new, {} lost", drained.count, drained.lost)?;
        }
    }
    Ok(())
}
