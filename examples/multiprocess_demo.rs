//! matplotlib's multiprocess demo: ten random points, one every half second, as red dots in another process. At the
//! end the window closes by itself.
//!
//! `cargo run --example multiprocess_demo`

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::{Point, Producer, Style};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ringplot::init();
    let builder = Producer::builder("multiprocess_demo").label("random points").capacity(1024);
    let mut dots = builder.style(Style::Points).colour(214, 39, 40).xy()?;
    dots.open_viewer();
    let mut random = StdRng::seed_from_u64(19_680_801);
    for _ in 0..10 {
        dots.push(Point::new(random.r#gen(), random.r#gen()));
        std::thread::sleep(Duration::from_millis(500));
    }
    dots.finish();
    Ok(())
}
