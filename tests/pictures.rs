//! `render`, `view` and `demo` as built programs on real streams: the counts, the pictures, and what goes wrong.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

#[path = "cli/harness.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for the command line's tests; used in part")]
mod harness;

use std::fs;
use std::path::Path;

use harness::{Done, Place};
use ringplot::render::Image;
use serde_json::Value;

/// The picture in a PNG file.
fn picture(path: &Path) -> Image {
    let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let pixels = bytes[..info.buffer_size()].chunks_exact(info.color_type.samples());
    let rgba = pixels.flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    Image { width: info.width, height: info.height, rgba }
}

fn streams(done: &Done) -> Vec<Value> {
    let json = done.json();
    for key in ["adapter", "backend", "software", "frames", "frame_ms", "streams"] {
        assert!(!json[key].is_null(), "no {key}: {json}");
    }
    let streams = json["streams"].as_array().unwrap().clone();
    for stream in &streams {
        let number = |key: &str| stream[key].as_u64().unwrap();
        assert_eq!(number("received") + number("lost"), number("written") - number("start"), "{stream}");
        assert_eq!(stream["run"].as_str().unwrap().len(), 16);
    }
    streams
}

fn render(place: &Place, name: &str, more: &[&str]) -> (Done, std::path::PathBuf) {
    let output = place.file("picture.png");
    let mut args = vec!["render", name, "-o", output.to_str().unwrap(), "--stats-json", "-"];
    args.extend(more);
    (place.run(&args), output)
}

#[test]
fn a_rendered_stream_is_counted_exactly_and_drawn() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let _producer = place.produce(&["t", "--signal", "counter", "--rate", "1e6", "--capacity", "2^18"]);
    let (done, output) = render(&place, "t", &["--seconds", "1", "--size", "640x360"]);
    let streams = streams(&done);
    assert_eq!(streams.len(), 1);
    assert!(streams[0]["received"].as_u64() > Some(500_000), "{streams:?}");
    assert_eq!(streams[0]["lost"], 0);
    let image = picture(&output);
    assert_eq!((image.width, image.height), (640, 360));
    let first = image.pixel(0, 0);
    assert!(image.rgba.chunks_exact(4).any(|p| Some([p[0], p[1], p[2], 255]) != first), "nothing was drawn");
}

#[test]
fn losses_of_a_tiny_ring_are_counted_exactly() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    // Flat out over 1,024 points: no reader keeps up.
    let _producer = place.produce(&["t", "--signal", "counter", "--rate", "0", "--capacity", "1024"]);
    let (done, _) = render(&place, "t", &["--seconds", "300ms"]);
    let streams = streams(&done);
    assert!(streams[0]["lost"].as_u64() > Some(0), "{streams:?}");
}

#[test]
fn a_name_selects_what_lies_below_it_and_every_plot_is_drawn() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let _producer = place.produce(&["sim", "--signal", "lorenz", "--rate", "1e5", "--capacity", "2^16"]);
    let (done, _) = render(&place, "sim", &["--seconds", "500ms"]);
    let names: Vec<_> = streams(&done).iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn what_a_dead_producer_left_can_be_drawn() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let producer = place.produce(&["t", "--rate", "1e4", "--capacity", "2^14"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    producer.kill();
    let (done, output) = render(&place, "t", &[]);
    assert!(streams(&done)[0]["received"].as_u64() > Some(0));
    assert!(output.exists());
}

#[test]
fn what_is_wrong_is_said_and_what_to_do() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let _producer = place.produce(&["t", "--rate", "1e4", "--capacity", "2^14"]);
    let fails = |args: &[&str], code: i32, parts: &[&str]| {
        let done = place.run(args);
        assert_eq!(done.code(), Some(code), "{args:?}: {done:?}");
        for part in parts {
            assert!(done.err.contains(part), "{args:?} does not say {part:?}: {}", done.err);
        }
        assert!(!done.err.contains("panicked"), "{}", done.err);
    };
    let png = place.file("x.png");
    let png = png.to_str().unwrap();
    fails(&["render", "unknown", "-o", png], 1, &["unknown", "live are: t"]);
    fails(&["view", "unknown"], 1, &["unknown", "live are: t"]);
    fails(&["render", "a//b", "-o", png], 2, &["bad stream name"]);
    fails(&["render", "t"], 2, &["--output"]);
    fails(&["render", "t", "-o", png, "--size", "0x0"], 2, &["0x0"]);
    fails(&["render", "t", "-o", png, "--from", "2", "--to", "1"], 2, &["--from 2 is not below --to 1"]);
    fails(&["render", "t", "-o", png, "--last", "0"], 2, &["above 0"]);
    fails(&["render", "t", "-o", png, "--seconds", "1e19"], 2, &["30 years"]);
    fails(&["render", "t", "-o", png, "--layout", "l.toml"], 2, &["cannot read the layout l.toml"]);
    fails(&["render", "t", "-o", "/nonexistent/x.png", "--seconds", "10ms"], 1, &["/nonexistent/x.png"]);
    fails(&["render", "t", "-o", "/dev/full", "--seconds", "10ms"], 1, &["/dev/full", "space"]);
    fails(&["view", "t"], 1, &["no display", "ringplot render"]);
    let mut command = place.command(&["render", "t", "-o", png]);
    command.env("VK_DRIVER_FILES", "/nonexistent");
    let output = command.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(err.contains("mesa-vulkan-drivers"), "{err}");
    assert!(!Path::new(png).exists(), "a picture was left");
}

#[test]
fn a_stream_that_cannot_be_read_is_an_error_and_no_empty_picture() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let _producer = place.produce(&["bad", "--rate", "1e4", "--capacity", "2^14"]);
    let segment = fs::OpenOptions::new().write(true).open(place.segment("bad")).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&segment, b"NOTRINGS", 0).unwrap();
    let (done, output) = render(&place, "bad", &["--seconds", "10ms"]);
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("magic"), "{}", done.err);
    assert!(!output.exists());
}

#[test]
fn the_demo_without_a_display_ends_with_the_path_of_its_picture() {
    if common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let output = place.file("demo.png");
    let done = place.run(&["demo", "--seconds", "1s", "--rate", "1e5", "-o", output.to_str().unwrap()]);
    assert_eq!(done.code(), Some(0), "{done:?}");
    assert_eq!(done.out.trim(), output.to_str().unwrap());
    assert!(done.err.contains("lorenz/x") && done.err.contains("0 lost"), "{}", done.err);
    assert_eq!(picture(&output).width, 1280);
    assert_eq!(place.registered(), Vec::<String>::new());
}
