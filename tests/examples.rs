//! The examples that draw run, and draw what they say.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program of an example. `cargo test` alone has built it; where one test was asked for, it is built here.
fn example(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    if !program.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--features", "full", "--example", name]);
        assert!(cargo.status().unwrap().success(), "{name} cannot be built");
    }
    program
}

/// Runs an example that writes a picture to the path it is given last.
fn picture_of(name: &str, args: &[&str]) -> Option<Picture> {
    common::gpu()?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    let mut command = Command::new(example(name));
    command.args(args).arg(&path).env("RINGPLOT_DIR", folder.path().join("registry"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    Some(Picture::read(&path))
}

struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Picture {
    fn read(path: &Path) -> Self {
        let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut rgba = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgba).unwrap();
        Self { width: info.width as usize, height: info.height as usize, rgba }
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 4;
        self.rgba[at..at + 3].try_into().unwrap()
    }

    /// Pixels of the columns `x` that are of a colour.
    fn count(&self, x: std::ops::Range<usize>, is_it: impl Fn([u8; 3]) -> bool) -> usize {
        x.map(|x| (0..self.height).filter(|y| is_it(self.pixel(x, *y))).count()).sum()
    }
}

#[test]
fn embed_draws_a_stream_over_what_the_program_drew() {
    let Some(picture) = picture_of("embed", &[]) else { return };
    assert_eq!((picture.width, picture.height), (800, 450));
    // The program's own colours outside of the plot: red on top, blue at the bottom.
    let ([top, _, _], [bottom, _, blue]) = (picture.pixel(5, 5), picture.pixel(5, 445));
    assert!(top > 80 && bottom < 20 && blue > 60);
    // The line: from -1 to 1 of the three units of the plot area, in every column of it and nowhere else.
    let is_line = |[r, g, b]: [u8; 3]| r > 180 && g > 170 && b < 120;
    assert_eq!(picture.count(0..58, is_line) + picture.count(742..800, is_line), 0);
    for x in (62..738).step_by(20) {
        let ys: Vec<usize> = (0..450).filter(|y| is_line(picture.pixel(x, *y))).collect();
        let t = (x as f64 + 0.5 - 60.0) / 680.0;
        let wanted = 45.0 + (1.5 - (t * 1e5 * 2e-4).sin()) / 3.0 * 360.0;
        assert!(
            ys.iter().any(|y| (*y as f64 + 0.5 - wanted).abs() < 4.0),
            "column {x}: {ys:?}, not {wanted}"
        );
    }
}

#[test]
fn custom_viewer_draws_its_panel_beside_the_plot() {
    let Some(picture) = picture_of("custom_viewer", &["--offscreen"]) else { return };
    assert_eq!((picture.width, picture.height), (1280, 720));
    // The pendulum's bob, a disc in its colour, is in the panel.
    let is_bob = |colour: [u8; 3]| colour == [0x56, 0xB4, 0xE9];
    assert!(picture.count(1060..1280, is_bob) > 400, "no pendulum in the panel");
    // Lines of ringplot's plot are left of it: many saturated pixels.
    let is_saturated = |[r, g, b]: [u8; 3]| r.max(g).max(b) - r.min(g).min(b) > 90;
    assert!(picture.count(100..1000, is_saturated) > 1000, "no line in the plot");
}
