//! `ringplot pipe`: standard input and datagrams as streams.

use std::io::{BufRead, Read, Write};
use std::net::UdpSocket;
use std::process::{Command, Stdio};

use crate::harness::{Place, Running, wait_until};

/// A pipe without a window, with small rings.
fn pipe(place: &Place, args: &[&str]) -> Command {
    let mut command = place.command(&["pipe", "--no-view", "--capacity", "1024"]);
    command.args(args).stdin(Stdio::piped());
    command
}

fn has_stream(place: &Place, name: &str) -> bool {
    place.registered().contains(&format!("{}.stream", name.replace('/', "%2F")))
}

fn written(place: &Place, name: &str) -> u64 {
    let stat = place.run(&["stat", name, "--json"]);
    if stat.code() == Some(0) { stat.json()["written"].as_u64().unwrap() } else { 0 }
}

fn y(place: &Place, name: &str) -> Vec<String> {
    let tail = place.run(&["tail", name, "--from-start"]);
    tail.out.lines().map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
}

#[test]
fn a_line_is_there_before_the_next_one_comes_and_nothing_is_left() {
    let place = Place::new();
    let mut running = Running::spawn(pipe(&place, &["in"]));
    let mut stdin = running.stdin();
    stdin.write_all(b"a b\n1 2\n").unwrap();
    wait_until("the first line", || has_stream(&place, "in/b"));
    assert_eq!(y(&place, "in/b"), ["2"]);
    stdin.write_all(b"3 4\n5").unwrap();
    wait_until("the second line", || written(&place, "in/b") == 2);
    assert_eq!(y(&place, "in/b"), ["2", "4"]);
    stdin.write_all(b" 6").unwrap();
    drop(stdin);
    let done = running.wait();
    assert_eq!((done.code(), done.out.as_str()), (Some(0), ""), "{done:?}");
    assert!(done.err.contains("in has ended: 2 streams, 6 values\n"), "{done:?}");
    assert_eq!(place.registered(), Vec::<String>::new());
}

#[test]
fn signals_end_it_in_good_order() {
    for signal in ["TERM", "INT", "HUP"] {
        let place = Place::new();
        let mut running = Running::spawn(pipe(&place, &["in"]));
        let mut stdin = running.stdin();
        stdin.write_all(b"1\n2\n").unwrap();
        wait_until("a stream", || has_stream(&place, "in/1"));
        running.signal(signal);
        let done = running.wait();
        assert_eq!(done.code(), Some(0), "{signal}: {done:?}");
        assert!(done.err.contains("in has ended: 1 stream, 2 values"), "{signal}: {done:?}");
        assert_eq!(place.registered(), Vec::<String>::new(), "{signal}");
    }
}

#[test]
fn the_name_is_that_of_the_program_at_the_other_end() {
    let place = Place::new();
    let mut command = place.wrapped("bash");
    let script =
        format!("timeout 60 cat | exec {} pipe --no-view --capacity 1024", env!("CARGO_BIN_EXE_ringplot"));
    command.args(["-c", &script]).stdin(Stdio::piped());
    let mut running = Running::spawn(command);
    let mut stdin = running.stdin();
    stdin.write_all(b"1\n").unwrap();
    wait_until("a stream", || has_stream(&place, "cat/1"));
    // A second one has another name.
    let mut second = Running::spawn(pipe(&place, &["cat"]));
    let mut other = second.stdin();
    other.write_all(b"1\n").unwrap();
    wait_until("a second stream", || has_stream(&place, "cat-2/1"));
    drop((stdin, other));
    assert_eq!((running.wait().code(), second.wait().code()), (Some(0), Some(0)));
}

#[test]
fn the_input_is_passed_on_byte_for_byte() {
    let place = Place::new();
    let mut command = pipe(&place, &["in", "--tee"]);
    let file = place.file("passed");
    command.stdout(std::fs::File::create(&file).unwrap());
    let input: Vec<u8> = (0..200_000u32)
        .flat_map(|i| if i % 997 == 0 { vec![0, 0xff, b'\r'] } else { format!("{i}\n").into() })
        .collect();
    let mut running = Running::spawn(command);
    running.stdin().write_all(&input).unwrap();
    assert_eq!(running.wait().code(), Some(0));
    assert!(std::fs::read(&file).unwrap() == input, "it was changed");
}

#[test]
fn it_goes_on_when_nobody_takes_what_it_passes_on() {
    let place = Place::new();
    let mut running = Running::spawn_unread(pipe(&place, &["in", "--tee"]));
    let mut stdin = running.stdin();
    let mut stdout = running.stdout();
    stdin.write_all(b"1\n").unwrap();
    stdout.read_exact(&mut [0; 2]).unwrap();
    drop(stdout);
    for _ in 0..3 {
        stdin.write_all(b"2\n").unwrap();
    }
    drop(stdin);
    let done = running.wait();
    assert_eq!(done.code(), Some(0), "{done:?}");
    assert!(done.err.contains("1 stream, 4 values"), "{done:?}");
    // A full disk is an error, of which the streams take no notice.
    let mut command = pipe(&place, &["in", "--tee"]);
    command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let mut running = Running::spawn(command);
    running.stdin().write_all(b"1\n2\n").unwrap();
    let done = running.wait();
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(
        done.err.contains("cannot write to standard output") && done.err.contains("2 values"),
        "{done:?}"
    );
}

#[test]
fn datagrams_are_lines() {
    let place = Place::new();
    let mut command =
        place.command(&["pipe", "robot", "--no-view", "--capacity", "1024", "--udp=127.0.0.1:0"]);
    command.stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut err = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    let address = line.split("taking datagrams at ").nth(1).unwrap().split(',').next().unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for datagram in [&b"speed:1.5\xc2\xa7m/s"[..], b"", b"speed:2\nstate:up|t\n", b"\xff\x00", b"speed:3"] {
        socket.send_to(datagram, address).unwrap();
    }
    wait_until("datagrams", || written(&place, "robot/speed") == 3 && written(&place, "robot/state") == 1);
    assert_eq!(y(&place, "robot/speed"), ["1.5", "2", "3"]);
    let status = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success() && child.wait().unwrap().success());
    let mut rest = String::new();
    err.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("2 streams, 4 values; left out: 1 line that fits nothing"), "{rest}");
}

#[test]
fn a_fifo_whose_writers_come_and_go_is_followed() {
    let place = Place::new();
    let fifo = place.file("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut command = place.wrapped("bash");
    let program = env!("CARGO_BIN_EXE_ringplot");
    let script = format!("exec {program} pipe in --no-view --capacity 1024 --follow < {}", fifo.display());
    command.args(["-c", &script]);
    let running = Running::spawn(command);
    // The last line of each writer ends with it.
    for (writer, lines) in ["a:1\na:2", "a:3\n", "a:4"].iter().enumerate() {
        let before = u64::try_from(writer).unwrap();
        std::fs::write(&fifo, lines).unwrap();
        wait_until("a writer's lines", || written(&place, "in/a") > before);
    }
    wait_until("all lines", || written(&place, "in/a") == 4);
    assert_eq!(y(&place, "in/a"), ["1", "2", "3", "4"]);
    running.signal("TERM");
    let done = running.wait();
    assert_eq!(done.code(), Some(0), "{done:?}");
}

#[test]
fn a_file_is_numbered_and_no_number_is_a_failure() {
    let place = Place::new();
    let file = place.file("file.txt");
    for (text, args, code, told) in [
        ("1 2\n3 4\n", &[][..], 0, "x is the number of the line"),
        ("t,a\n1,2\n", &[], 0, "x is column t"),
        ("1 2\n", &["--x", "arrival"], 0, "x is the moment when a line comes"),
        ("", &[], 0, "the input was empty"),
        ("words\nalone", &[], 1, "no value was found in 2 lines"),
        ("1\n", &["--x", "b"], 2, "no column is called 'b'"),
        ("1\n", &["--x", ""], 2, "name a column"),
        ("1\n", &["--rate", "5"], 2, "--rate is for samples"),
        ("1\n", &["--format", "xml"], 2, "choose one of columns"),
        ("1\n", &["--capacity", "1000"], 2, "power of two"),
        ("1\n", &["--udp=here"], 2, "not an address"),
        ("1\n", &["--domain", "--x", "1"], 2, "cannot be used with"),
    ] {
        std::fs::write(&file, text).unwrap();
        let mut command = place.command(&["pipe", "in", "--no-view"]);
        command.args(args).stdin(std::fs::File::open(&file).unwrap());
        let done = Running::spawn(command).wait();
        assert_eq!(done.code(), Some(code), "{text:?} {args:?}: {done:?}");
        assert!(done.err.contains(told), "{text:?} {args:?}: {done:?}");
    }
    let done = place.run(&["pipe", "a//b"]);
    assert!(done.code() == Some(2) && done.err.contains("bad stream name"), "{done:?}");
}

#[test]
fn without_a_display_it_streams_all_the_same() {
    let place = Place::new();
    let mut command = place.command(&["pipe", "in", "--capacity", "1024"]);
    command.stdin(Stdio::piped());
    let mut running = Running::spawn(command);
    let mut stdin = running.stdin();
    stdin.write_all(b"1\n").unwrap();
    wait_until("a stream", || has_stream(&place, "in/1"));
    drop(stdin);
    let done = running.wait();
    assert_eq!(done.code(), Some(0), "{done:?}");
    assert!(done.err.contains("no display, so no window"), "{done:?}");
}

#[test]
fn a_reader_that_is_stopped_does_not_slow_the_pipe() {
    let place = Place::new();
    let mut running = Running::spawn(pipe(&place, &["in"]));
    let mut stdin = running.stdin();
    stdin.write_all(b"1\n").unwrap();
    wait_until("a stream", || has_stream(&place, "in/1"));
    let mut tail = Running::spawn_unread(place.command(&["tail", "in/1", "--follow", "--from-start"]));
    assert!(tail.lines().next().is_some());
    tail.signal("STOP");
    let line = b"2\n".repeat(1000);
    for _ in 0..500 {
        stdin.write_all(&line).unwrap();
    }
    drop(stdin);
    let done = running.wait();
    assert!(done.err.contains("1 stream, 500001 values"), "{done:?}");
}

#[test]
fn completions_and_manual_pages_know_the_commands() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = place.run(&["completions", shell]);
        let known = ["pipe", "--decimal-comma", "produce", "completions"];
        assert!(
            done.code() == Some(0)
                && known.iter().all(|word| done.out.contains(word.trim_start_matches('-'))),
            "{shell}"
        );
    }
    assert_eq!(place.run(&["completions", "csh"]).code(), Some(2));
    let done = place.run(&["man"]);
    assert!(done.out.contains(".TH ringplot 1") && done.out.contains("ringplot\\-pipe"), "{done:?}");
    let folder = place.file("man/man1");
    let done = place.run(&["man", folder.to_str().unwrap()]);
    assert_eq!((done.code(), done.out.as_str(), done.err.as_str()), (Some(0), "", ""), "{done:?}");
    let page = std::fs::read_to_string(folder.join("ringplot-pipe.1")).unwrap();
    assert!(page.contains("decimal\\-comma") && folder.join("ringplot.1").exists(), "{page}");
    assert!(place.run(&["man", "/dev/null/x"]).err.contains("cannot make the folder"));
}

/// A program in the place of the window: it writes its arguments into a file.
fn window(place: &Place, command: &mut Command) -> std::path::PathBuf {
    let (script, arguments) = (place.file("window"), place.file("arguments"));
    let text =
        format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {0}.part && mv {0}.part {0}\n", arguments.display());
    // Written by another process: a child of another test could hold it open for writing, and nobody could run it.
    let write = format!("printf %s \"$TEXT\" > {0} && chmod +x {0}", script.display());
    assert!(Command::new("sh").args(["-c", &write]).env("TEXT", text).status().unwrap().success());
    command.env("RINGPLOT_BIN", &script).env("DISPLAY", ":none");
    arguments
}

#[test]
fn the_window_opens_before_anything_comes_and_is_told_what_was_asked() {
    let place = Place::new();
    let args = [
        "pipe",
        "in",
        "--capacity",
        "1024",
        "--title=-a b",
        "--ymin=-1.5",
        "--xlen",
        "30",
        "--",
        "--style",
        "in/1=stem",
    ];
    let mut command = place.command(&args);
    command.stdin(Stdio::piped());
    let arguments = window(&place, &mut command);
    let mut running = Running::spawn(command);
    let stdin = running.stdin();
    wait_until("the window", || arguments.exists() || !running.is_running());
    let told = std::fs::read_to_string(&arguments).unwrap();
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told[..2], ["view", "--program"]);
    assert_eq!(told[3..], ["--title=-a b", "--xlen=30", "--ymin=-1.5", "--style", "in/1=stem"]);
    drop(stdin);
    assert_eq!(running.wait().code(), Some(0));
}

#[test]
fn the_window_labels_numbered_lines_as_samples_and_times_as_times() {
    for (input, is_numbered) in [("1\n2\n", true), ("t a\n1 2\n", false), ("a=1\n", false)] {
        let place = Place::new();
        let mut command = place.command(&["pipe", "in", "--capacity", "1024"]);
        command.stdin(Stdio::piped());
        let arguments = window(&place, &mut command);
        let mut running = Running::spawn(command);
        running.stdin().write_all(input.as_bytes()).unwrap();
        let done = running.wait();
        assert_eq!(done.code(), Some(0), "{done:?}");
        wait_until("the window", || arguments.exists());
        let told = std::fs::read_to_string(&arguments).unwrap();
        assert_eq!(told.contains("--time=samples"), is_numbered, "{input:?}: {told}");
    }
}
