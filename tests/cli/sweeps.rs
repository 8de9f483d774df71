//! Time that steps back: a sample that is late, a sweep that begins anew; from another process to a file.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use png::Decoder;
use ringplot::Producer;

use crate::harness::{Place, ROLE, Running, wait_until};

/// Not a test: the producer of three sweeps, and of 1 kHz with a sample a second 1.5 ms early; it lives until its standard
/// input ends.
#[test]
fn role_of_a_producer_whose_time_steps_back() {
    let Some(ready) = std::env::var_os(ROLE) else { return };
    let mut sweeps = Producer::builder("sweeps").capacity(1 << 14).timed().unwrap();
    for k in 0..3u8 {
        for i in 0..3000u16 {
            sweeps.push(f64::from(i) * 1e-3, f32::from(k) + 0.3 * (f32::from(i) * 0.02).sin());
        }
    }
    let mut late = Producer::builder("late").capacity(1 << 17).timed().unwrap();
    for i in 0..80_000u32 {
        late.push(f64::from(i) * 1e-3 - if i % 1000 == 999 { 1.5e-3 } else { 0.0 }, (i % 1000) as f32);
    }
    std::fs::write(ready, "").unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn producer(place: &Place) -> Running {
    let mut command = place.role("sweeps::role_of_a_producer_whose_time_steps_back");
    command.stdin(Stdio::piped());
    let producer = Running::spawn(command);
    wait_until("a producer whose time steps back", || place.file("ready").exists());
    producer
}

#[test]
fn the_last_second_of_a_stream_with_late_samples_is_a_thousand_rows() {
    let place = Place::new();
    let _producer = producer(&place);
    let rows = |range: &[&str]| -> Vec<(u64, f64)> {
        let csv = place.file("late.csv");
        let to = ["-o", csv.to_str().unwrap(), "--seconds", "0.5"];
        let done = place.run(&[&["render", "late"], range, &to].concat());
        assert_eq!(done.code(), Some(0), "{done:?}");
        let csv = std::fs::read_to_string(csv).unwrap();
        let cells = csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        cells.map(|cells| (cells[0].parse().unwrap(), cells[1].parse().unwrap())).collect()
    };
    let all = rows(&["--from", "0"]);
    assert_eq!(all.len(), 80_000);
    // That of the last but one: the last is late.
    let newest = all[79_998].1;
    let is_last_second = |(_, t): &&(u64, f64)| *t > newest - 1.0 && *t <= newest;
    let expected: Vec<_> = all.iter().filter(is_last_second).copied().collect();
    assert!((1000..=1001).contains(&expected.len()), "{}", expected.len());
    assert_eq!(rows(&["--last", "1"]), expected);
}

/// Rows of a picture in which a line is seen, from the top, each as its first and last row; in a column of pixels.
fn lines(path: &std::path::Path, share_of_width: f64) -> Vec<(usize, usize)> {
    let mut reader = Decoder::new(std::io::BufReader::new(File::open(path).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, bytes) = (info.width as usize, info.color_type.samples());
    let column = (width as f64 * share_of_width) as usize;
    let at = |row: usize| &pixels[(row * width + column) * bytes..][..3];
    // The first stream's colour is far from grey; axes, grid and text are not.
    let is_line = |row: &usize| {
        let [lo, hi] = [at(*row).iter().min(), at(*row).iter().max()].map(|c| i32::from(*c.unwrap()));
        hi - lo > 60
    };
    let mut found: Vec<(usize, usize)> = Vec::new();
    for row in (0..info.height as usize).filter(is_line) {
        match found.last_mut() {
            Some(last) if last.1 + 1 == row => last.1 = row,
            _ => found.push((row, row)),
        }
    }
    found
}

#[test]
fn three_sweeps_are_three_lines_in_a_picture() {
    let place = Place::new();
    let _producer = producer(&place);
    let png = place.file("sweeps.png");
    let size = ["--size", "600x400"];
    let done = place
        .run(&[&["render", "sweeps", "-o", png.to_str().unwrap(), "--seconds", "0.5"], &size[..]].concat());
    if done.err.contains("mesa-vulkan-drivers") && std::env::var_os("RINGPLOT_REQUIRE_GPU").is_none() {
        eprintln!("skipped: {}", done.err);
        return;
    }
    assert_eq!(done.code(), Some(0), "{done:?}");
    for share in [0.4, 0.6, 0.8] {
        let found = lines(&png, share);
        assert_eq!(found.len(), 3, "at {share} of the width: {found:?}");
        // 15 samples to a column: a line is as high as it rises there, and no block.
        assert!(found.iter().all(|(from, to)| to - from < 30), "at {share} of the width: {found:?}");
    }
}
