//! The header under the sanitizers of gcc: whatever they print is a failure.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::compiler::{compile, folder, has, program, root, start};
use super::streams::registry;

const ADDRESS: [&str; 4] = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// What a program says to an input that ends.
fn say(program: &Path, words: &[&str], input: &str) -> Output {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The program made no complaint; what it printed.
fn clean(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{}: {said}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writers, readers, lists, names good and bad, with the assembly and without it: no byte outside, no undefined step.
#[test]
fn address_and_undefined_behaviour_sanitizers_find_nothing() {
    registry();
    for portable in ["-DRINGPLOT_ASSEMBLY", "-DRINGPLOT_PORTABLE"] {
        let words = [&["-std=gnu11", portable], &ADDRESS[..]].concat();
        let Some(peer) = program("gcc", "peer.c", &words) else { return };
        for kind in ["timed", "uniform", "xy", "snapshot", "events"] {
            let name = format!("sanitized/{kind}");
            let is_frames = matches!(kind, "snapshot" | "events");
            let lines = if is_frames {
                ["1", "300", "clear", "2000", "finish"]
            } else {
                ["9", "break", "clear", "60000", "finish"]
            };
            let mut writer = Command::new(&peer);
            writer.args(["write", kind, &name, "1024"]);
            let mut writer =
                writer.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            drop(
                ringplot::Consumer::attach_timeout(&name, ringplot::StartAt::Now, Duration::from_secs(20))
                    .unwrap(),
            );
            let mut reader = Command::new(&peer);
            reader.args(["read", &name, "100"]).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut reader = reader.spawn().unwrap();
            let mut said = BufReader::new(reader.stdout.take().unwrap());
            let mut text = String::new();
            said.read_line(&mut text).unwrap();
            let mut input = writer.stdin.take().unwrap();
            for line in lines {
                writeln!(input, "{line}").unwrap();
            }
            drop(input);
            clean(&writer.wait_with_output().unwrap());
            said.read_line(&mut text).unwrap();
            clean(&reader.wait_with_output().unwrap());
            let faults = text.split_whitespace().last().unwrap();
            // The fillers of a break do not tell their position.
            assert!(!is_frames || faults == "0", "{kind}: {text}");
        }
        let long = "速".repeat(70);
        let names = format!("a\nb//c\n\n{long}\nü/x\n\u{202e}\n{}\n", "a/".repeat(20));
        assert_eq!(clean(&say(&peer, &["names"], &names)).lines().count(), 7);
        clean(&say(&peer, &["describe", "sanitized/meta"], "\n"));
        clean(&say(&peer, &["list"], ""));
    }
}

/// A leaked handle would be seen here, too: each role frees what it has. Of a reader that a damaged header refuses, nothing stays.
#[test]
fn a_refused_reader_leaks_nothing() {
    registry();
    let Some(peer) = program("gcc", "peer.c", &[&["-std=gnu11"], &ADDRESS[..]].concat()) else { return };
    let mut writer = start(&peer, &["write", "timed", "sanitized/damaged", "1024"]);
    writer.line("ready");
    let segment = super::streams::segment_file("sanitized/damaged");
    let file = std::fs::OpenOptions::new().write(true).open(segment).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[0xFF; 4], 0x7C).unwrap();
    let output = say(&peer, &["read", "sanitized/damaged", "0"], "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("checksum") && said.lines().count() == 1, "{said}");
}

/// `ThreadSanitizer` knows no fences, so it sees the portable copy, in which every access to shared words is atomic, and in one
/// process only.
#[test]
fn the_thread_sanitizer_finds_nothing_in_the_portable_copy() {
    registry();
    if !has("gcc") {
        return;
    }
    let out = folder().join("threads");
    let source = root().join("tests/c/threads.c");
    let words = ["-std=gnu11", "-Wno-tsan", "-O1", "-g", "-fsanitize=thread", source.to_str().unwrap()];
    compile("gcc", &words, &out);
    // Where addresses are more random than its shadow memory can have, it says so and gives up.
    let mut command = Command::new("setarch");
    let said = clean(&command.arg("-R").arg(&out).output().unwrap());
    assert!(said.ends_with(" 0 faults\n"), "{said}");
}
