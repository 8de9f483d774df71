//! A picture without a window: streams a sweep, reads it like any viewer, and draws it into `offscreen.png`.
//!
//! `cargo run --release --example offscreen`

use std::error::Error;
use std::f64::consts::TAU;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use ringplot::Producer;
use ringplot::chart::Options;
use ringplot::render::{AdapterChoice, Gpu};
use ringplot::store::{Ingest, Selection, Store};
use ringplot::viewer::{App, picture};

fn main() -> Result<(), Box<dyn Error>> {
    let gpu = Gpu::headless(AdapterChoice::default())?;
    let mut sweep = Producer::builder("offscreen").label("sweep").units("s", "V").uniform(0.0, 1e6)?;
    let store = Store::new(256 << 20);
    let ingest = Ingest::start(store.clone(), Selection::Names(vec!["offscreen".to_owned()]))?;
    if !sweep.wait_for_viewer(Duration::from_secs(2)) {
        return Err("the ingest thread did not attach".into());
    }
    for step in 0..1_000_000 {
        let t = f64::from(step) * 1e-6;
        sweep.push((TAU * (2.0 + 20.0 * t) * t).sin() as f32);
    }
    // Ends with one last drain, so that everything pushed is in the picture.
    let runs = ingest.stop();
    let options = Options { title: Some("A sweep from 2 to 42 Hz".to_owned()), ..Options::default() };
    let image = picture(&gpu, &mut App::new(store, options), [1280, 720])?;
    image.write_png(Path::new("offscreen.png"))?;
    let counts = runs[0].counts;
    writeln!(std::io::stdout(), "offscreen.png: {} points received, {} lost", counts.received, counts.lost)?;
    Ok(())
}
