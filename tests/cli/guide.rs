//! The commands of docs/pipe.md, as they stand there.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use crate::harness::{Place, Running, wait_until};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pipe.md");
/// What a board prints.
const BOARD: &str = "temp:21.5,hum:40\ntemp:22,hum:41\n";

/// What stands between ```sh and ```.
fn blocks() -> Vec<String> {
    let text = std::fs::read_to_string(GUIDE).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.collect()
}

/// Whether the system has the program that a block begins with.
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
fn is_there(block: &str) -> bool {
    let program = block.split_whitespace().next().unwrap();
    let paths = std::env::var_os("PATH").unwrap();
    let is_there = ["ringplot", "while"].contains(&program)
        || std::env::split_paths(&paths).any(|folder| folder.join(program).is_file());
    if !is_there {
        eprintln!("skipped: there is no {program} to run {block:?}");
    }
    is_there
}

#[test]
fn every_command_of_the_guide_streams() {
    let program = Path::new(env!("CARGO_BIN_EXE_ringplot")).parent().unwrap();
    let found = std::env::var("PATH").unwrap();
    let all = blocks();
    assert!(all.len() > 10, "{all:?}");
    for block in all.iter().filter(|block| is_there(block)) {
        let place = Place::new();
        std::fs::write(place.file("board"), BOARD).unwrap();
        let script = block.replace("/dev/ttyACM0", "board");
        let mut command = place.wrapped("bash");
        command.args(["-c", &script]).current_dir(place.file(".")).process_group(0);
        command.env("PATH", format!("{}:{found}", program.display())).stdin(Stdio::null());
        let mut running = Running::spawn(command);
        // It ends by itself, or it has a stream.
        let has_stream = || place.registered().iter().any(|file| file.ends_with(".stream"));
        wait_until(block, || has_stream() || !running.is_running());
        if running.is_running() {
            // Not INT, which a shell has its background jobs ignore.
            running.signal_group("TERM");
        }
        let done = running.wait();
        let is_told = done.err.contains("has ended:") && !done.err.contains(" 0 values");
        assert!(is_told, "{block}: {done:?}");
    }
}
