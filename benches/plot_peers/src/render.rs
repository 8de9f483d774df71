//! `ringplot render` from its start to its end: a picture of a stream in shared memory, as a PNG.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use ringplot::Producer;

use super::{SIZE, SPAN_SECS, Y_RANGE};

/// Prints what five runs take, in milliseconds: process, device, pipelines, all the points out of the ring, picture, PNG.
pub fn time(values: &[f32], points: usize, program: &Path, png: &Path) {
    let name = format!("plot-peers/{}", std::process::id());
    let builder = Producer::builder(&name).capacity(points.next_power_of_two() as u64).units("s", "V");
    let mut producer = builder.uniform(0.0, points as f64 / SPAN_SECS).expect("a stream");
    producer.push_slice(&values[..points]);
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let status = Command::new(program)
            .args(["render", &name, "--seconds", "0"])
            .args(["--size", &format!("{}x{}", SIZE[0], SIZE[1]), "--last", &format!("{SPAN_SECS}s")])
            .args(["--ymin", &Y_RANGE[0].to_string(), "--ymax", &Y_RANGE[1].to_string(), "--output"])
            .arg(png)
            .status();
        assert!(status.expect("the program is there").success(), "ringplot render failed");
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    println!("{times:?}");
}
