//! The commands of docs/guide.md and docs/pipe.md, as they stand there.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use crate::harness::{Place, Running, wait_until};

const PIPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pipe.md");
const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide.md");
/// What a board prints.
const BOARD: &str = "temp:21.5,hum:40\ntemp:22,hum:41\n";

/// What stands between ```sh and ```.
fn blocks(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap();
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

/// Runs a script in the folder of a place, in a process group of its own; `ringplot` is the built program.
fn shell(place: &Place, script: &str) -> Running {
    let program = Path::new(env!("CARGO_BIN_EXE_ringplot")).parent().unwrap();
    let found = std::env::var("PATH").unwrap();
    let mut command = place.wrapped("bash");
    command.args(["-c", script]).current_dir(place.file(".")).process_group(0);
    command.env("PATH", format!("{}:{found}", program.display())).stdin(Stdio::null());
    Running::spawn(command)
}

#[test]
fn every_command_of_the_guide_streams() {
    let all = blocks(PIPE);
    assert!(all.len() > 10, "{all:?}");
    for block in all.iter().filter(|block| is_there(block)) {
        let place = Place::new();
        std::fs::write(place.file("board"), BOARD).unwrap();
        let script = block.replace("/dev/ttyACM0", "board");
        let mut running = shell(&place, &script);
        // It ends by itself, or a stream has values: one of samples is there before they are.
        let has_values = || {
            let list = place.run(&["list", "--json"]).json();
            list.as_array().unwrap().iter().any(|stream| stream["written"].as_u64() > Some(0))
        };
        wait_until(block, || has_values() || !running.is_running());
        if running.is_running() {
            // Not INT, which a shell has its background jobs ignore.
            running.signal_group("TERM");
        }
        let done = running.wait();
        let is_told = done.err.contains("has ended:") && !done.err.contains(" 0 values");
        assert!(is_told, "{block}: {done:?}");
    }
}

#[test]
fn every_command_of_the_guide_does_what_it_says() {
    let all = blocks(GUIDE);
    assert!(all.len() >= 3, "{all:?}");
    for block in all {
        let place = Place::new();
        // The first command that fails ends it; what goes on in the background is ended by its group.
        let script = format!("set -e\n{block}");
        let mut running = shell(&place, &script);
        wait_until(&block, || !running.is_running());
        running.signal_group("TERM");
        let done = running.wait();
        assert_eq!(done.code(), Some(0), "{block}: {done:?}");
        for output in block.split_whitespace().skip_while(|word| *word != "-o").skip(1) {
            if [".png", ".svg", ".csv"].iter().any(|end| output.ends_with(end)) {
                assert!(
                    place.file(output).metadata().is_ok_and(|file| file.len() > 100),
                    "{output}: {done:?}"
                );
            }
        }
    }
}
