//! Where `-o` and `--screenshot` write, and as what; what an argument is: a stream, a file, or neither.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::harness::{Done, Place, Running};
use crate::waiting;

const BRIEF: [&str; 2] = ["--seconds", "0.1"];

fn counter(place: &Place, name: &str) -> Running {
    place.produce(&[name, "--signal", "counter", "--rate", "1e4", "--capacity", "4096"])
}

fn has_gpu() -> bool {
    crate::common::gpu().is_some()
}

/// What a file is, by how it begins.
fn kind(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'<', b'?', b'x', b'm', b'l', ..] => "svg",
        [b's', b'e', b'q', b',', ..] | [b's', b't', b'r', b'e', b'a', b'm', b',', ..] | [b'#', ..] => "csv",
        _ => "something else",
    }
}

/// Standard output as bytes, of a command that succeeds and says nothing else.
fn bytes_of(mut command: Command) -> (Vec<u8>, Done) {
    command.stdout(Stdio::piped());
    let mut running = Running::spawn_unread(command);
    let mut bytes = Vec::new();
    running.stdout().read_to_end(&mut bytes).unwrap();
    (bytes, running.wait())
}

fn assert_refused(done: &Done, parts: &[&str]) {
    assert_eq!((done.code(), done.out.as_str()), (Some(2), ""), "{done:?}");
    for part in parts {
        assert!(done.err.contains(part), "{part:?} is not in {done:?}");
    }
}

#[test]
fn a_dash_is_standard_output_and_takes_the_data_alone() {
    let place = Place::new();
    let _producer = counter(&place, "t");
    let mut formats = vec![("svg", Some("svg")), ("csv", Some("csv"))];
    if has_gpu() {
        formats.extend([("png", Some("png")), ("png", None)]);
    }
    for (wanted, format) in formats {
        for output in ["-", "/dev/stdout"] {
            let mut command = place.command(&["render", "t", "-o", output]);
            command.args(BRIEF).args(format.map(|format| ["--format", format]).into_iter().flatten());
            let (bytes, done) = bytes_of(command);
            assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{format:?}");
            assert_eq!(kind(&bytes), wanted, "{format:?}");
            // The end of the file is the end of the output.
            assert!(wanted != "svg" || bytes.ends_with(b"</svg>\n"), "something comes behind the drawing");
        }
    }
    assert_refused(&place.run(&["render", "t", "-o", "-", "--stats-json", "-"]), &["cannot both go"]);
    assert_refused(&place.run(&["demo", "-o", "/dev/stdout", "--stats-json", "-"]), &["cannot both go"]);
}

#[test]
fn a_fifo_and_a_device_are_written_to() {
    let place = Place::new();
    let _producer = counter(&place, "t");
    let fifo = place.file("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for format in ["svg", "csv"] {
        let mut command = place.command(&["render", "t", "-o", fifo.to_str().unwrap(), "--format", format]);
        command.args(BRIEF);
        let render = Running::spawn(command);
        // Nobody may ever open the other end.
        let (sender, receiver) = std::sync::mpsc::channel();
        let path = fifo.clone();
        std::thread::spawn(move || sender.send(std::fs::read(path)));
        let done = render.wait();
        let read = receiver.recv_timeout(Duration::from_mins(1)).expect("nothing was written to the FIFO");
        assert_eq!(kind(&read.unwrap()), format);
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""));
        let done = place.run(&[&["render", "t", "-o", "/dev/null", "--format", format], &BRIEF[..]].concat());
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_format_decides_where_the_name_does_not() {
    let place = Place::new();
    let _producer = counter(&place, "t");
    let render = |name: &str, format: &str| {
        let path = place.file(name);
        let path = path.to_str().unwrap();
        place.run(&[&["render", "t", "-o", path, "--format", format], &BRIEF[..]].concat())
    };
    for (name, format) in [("bare", "svg"), ("other", "csv"), ("notes.txt", "csv"), ("same.svg", "svg")] {
        let done = render(name, format);
        assert_eq!(done.code(), Some(0), "{done:?}");
        assert_eq!(kind(&std::fs::read(place.file(name)).unwrap()), format, "{name}");
    }
    assert_refused(&render("t.svg", "csv"), &["ends in .svg", "--format csv"]);
    assert_refused(&render("t", "gif"), &["choose one of png, svg, csv"]);
    assert!(!place.file("t.svg").exists());
}

#[test]
fn demo_writes_what_the_end_of_the_name_says() {
    let place = Place::new();
    for format in ["svg", "csv"] {
        let path = place.file(&format!("demo.{format}"));
        let args = ["demo", "--headless", "--rate", "1e4", "-o", path.to_str().unwrap()];
        let done = place.run(&[&args, &BRIEF[..]].concat());
        assert_eq!((done.code(), done.out.trim()), (Some(0), path.to_str().unwrap()), "{done:?}");
        assert_eq!(kind(&std::fs::read(&path).unwrap()), format);
    }
    // Nothing is started for a name that is refused.
    assert_refused(&place.run(&["demo", "-o", "demo.bmp"]), &["--output", ".bmp", ".png, .svg or .csv"]);
    assert_refused(&place.run(&["view", "--screenshot", "w.gif"]), &["--screenshot", ".gif"]);
    if has_gpu() {
        let mut command = place.command(&["demo", "--headless", "--rate", "1e4", "-o", "-"]);
        command.args(BRIEF);
        let (bytes, done) = bytes_of(command);
        assert_eq!((done.code(), kind(&bytes)), (Some(0), "png"), "{done:?}");
        assert_eq!(&bytes[bytes.len() - 8..bytes.len() - 4], b"IEND", "nothing comes behind the picture");
    }
}

#[test]
fn a_screenshot_is_what_the_end_of_the_name_says() {
    let place = Place::new();
    let Some(screen) = waiting::screen(&place) else { return };
    let _producer = counter(&place, "t");
    for format in ["svg", "csv", "png"] {
        let path = place.file(&format!("w.{format}"));
        let args = ["t", "--exit-after", "1s", "--size", "640x400", "--screenshot", path.to_str().unwrap()];
        let done = Running::spawn(waiting::view(&place, &screen, &args)).wait();
        assert_eq!(done.code(), Some(0), "{done:?}");
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(kind(&bytes), format);
        if format == "svg" {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("width=\"640\" height=\"400\""), "{}", &text[..200]);
        }
    }
    let mut command = waiting::view(&place, &screen, &["none", "--exit-after", "1s", "--screenshot", "-"]);
    command.current_dir(place.file("screen"));
    let (bytes, done) = bytes_of(command);
    assert_eq!((done.code(), kind(&bytes)), (Some(0), "png"), "{done:?}");
    assert!(!place.file("screen/-").exists());
}

#[test]
fn an_argument_that_is_or_looks_like_a_file_is_not_waited_for() {
    let place = Place::new();
    std::fs::create_dir(place.file("here")).unwrap();
    std::fs::write(place.file("here/notes"), "").unwrap();
    std::fs::write(place.file("here/data.csv"), "").unwrap();
    let run = |args: &[&str]| {
        let mut command = place.command(args);
        command.current_dir(place.file("here"));
        Running::spawn(command).wait()
    };
    for (name, part) in [
        ("notes", "is a file"),
        ("data.csv", "is a file"),
        ("gone.csv", "neither a file nor a stream"),
        ("gone.MCAP", "neither a file nor a stream"),
        ("/gone.toml", "neither a file nor a stream"),
    ] {
        for args in [&["view", name][..], &["render", name, "-o", "t.svg"]] {
            let done = run(args);
            assert_eq!((done.code(), done.out.as_str()), (Some(1), ""), "{args:?}: {done:?}");
            assert!(done.err.contains(part) && done.err.contains("cannot be opened yet"), "{done:?}");
        }
    }
    // A stream that is called so goes before the file; and so does one below the name.
    let _streams = [counter(&place, "data.csv"), counter(&place, "notes/x")];
    for name in ["data.csv", "notes", "/data.csv"] {
        let done = run(&[&["render", name, "-o", "t.csv"], &BRIEF[..]].concat());
        assert_eq!(done.code(), Some(0), "{name}: {done:?}");
    }
}

#[test]
fn names_stand_in_backticks_where_other_signs_have_a_meaning() {
    let place = Place::new();
    let _streams = ["a-b", "Temp (°C)", "x=y"].map(|name| counter(&place, name));
    let render = |args: &[&str]| {
        let path = place.file("t.csv");
        let common = ["render", "a-b", "Temp (°C)", "x=y", "-o", path.to_str().unwrap()];
        let done = place.run(&[&common, &BRIEF[..], args].concat());
        (done, std::fs::read_to_string(path).unwrap_or_default())
    };
    for (args, heads) in [
        (&["--derive", "mean(`Temp (°C)`, 2)"][..], "# mean(`Temp (°C)`, 2): "),
        (&["--derive", "a-b - `x=y`"], "# difference(a-b, `x=y`): "),
        (&["--derive", "`p=q`=mean(`x=y`, 2)"], "# p=q: "),
    ] {
        let (done, table) = render(args);
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{args:?}");
        assert!(table.contains(heads), "{args:?}: {}", &table[..200.min(table.len())]);
    }
    for style in ["x=y=points", "`x=y`=points", "Temp (°C)=step-post", "a-b = stem"] {
        let (done, _) = render(&["--style", style]);
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{style}");
    }
    assert_refused(&render(&["--derive", "mean(Temp (°C), 2)"]).0, &["put it in backticks"]);
    assert_refused(&render(&["--style", "x=y"]).0, &["'y' is no style"]);
    // Without blanks it is one name, and no stream has it.
    let (done, _) = render(&["--derive", "derivative(a-b-c)"]);
    assert!(done.err.contains("a-b-c"), "{done:?}");
}
