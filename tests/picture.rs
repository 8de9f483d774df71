//! A picture is written whole or not at all, and the error says what to do. Needs no GPU.

use std::error::Error;
use std::fs;
use std::path::Path;

use ringplot::render::{Image, RenderError};

fn image() -> Image {
    let rgba = (0..16 * 8).flat_map(|i: u8| [i, 1, 2, 255]).collect();
    Image { width: 16, height: 8, rgba }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|e| e.expect("an entry").file_name().into_string().expect("ASCII")).collect()
}

fn decode(path: &Path) -> Image {
    let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).expect("a file")))
        .read_info()
        .expect("a PNG");
    let mut rgba = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut rgba).expect("a picture");
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgba, png::BitDepth::Eight));
    Image { width: info.width, height: info.height, rgba }
}

#[track_caller]
fn refused(path: &Path, expected: &str) {
    let error = image().write_png(path).expect_err("it cannot be written");
    assert!(matches!(error, RenderError::WriteImage { .. }));
    assert_eq!(error.to_string(), format!("cannot write the picture: {expected}: {}", path.display()));
    assert!(error.source().is_some());
}

#[test]
fn written_picture_reads_back_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a picture.png");
    image().write_png(&path).expect("written");
    assert_eq!(decode(&path), image());
    assert_eq!(files(folder.path()), ["a picture.png"]);
}

#[test]
fn existing_file_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.png");
    fs::write(&path, "old").expect("a file");
    image().write_png(&path).expect("written");
    assert_eq!(decode(&path), image());
    assert_eq!(files(folder.path()), ["p.png"]);
}

#[test]
fn missing_folder_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    refused(&folder.path().join("none/p.png"), "its folder does not exist, make it first or choose another");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn folder_instead_of_a_file_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    refused(folder.path(), "it is a folder, give a file name");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn file_used_as_a_folder_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("a file");
    refused(
        &folder.path().join("file/p.png"),
        "part of the path is a file and not a folder, choose another path",
    );
    assert_eq!(files(folder.path()), ["file"]);
}

#[test]
fn empty_path_is_a_clear_error() {
    refused(Path::new(""), "no file name was given");
}

#[test]
fn name_that_is_too_long_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    refused(
        &folder.path().join("p".repeat(300)),
        "the file name is too long or has characters that may not be in one",
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn picture_of_the_wrong_length_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.png");
    fs::write(&path, "old").expect("a file");
    let cut = Image { rgba: vec![0; 5], ..image() };
    cut.write_png(&path).expect_err("five bytes are no picture");
    assert_eq!(fs::read_to_string(&path).expect("the old file"), "old");
    assert_eq!(files(folder.path()), ["p.png"]);
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_a_clear_error() {
    refused(Path::new("/dev/full"), "the disk is full, make room or choose another");
    assert!(!fs::metadata("/dev/full").expect("the device").is_file(), "the device was replaced by a file");
}

#[cfg(unix)]
#[test]
fn link_is_written_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, link) = (folder.path().join("p.png"), folder.path().join("link.png"));
    fs::write(&path, "old").expect("a file");
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    image().write_png(&link).expect("written");
    assert_eq!(decode(&path), image());
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
}
