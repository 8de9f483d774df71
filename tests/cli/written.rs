//! Where `render` writes its files, what is there already, and what is left when it is ended.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::{Done, Place, Running, wait_until};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A stream with a few points.
fn small(place: &Place) -> Running {
    place.produce(&["t", "--signal", "counter", "--rate", "1e4", "--capacity", "1024"])
}

/// A stream that takes a while to write: more than a million points.
fn large(place: &Place) -> Running {
    let producer = place.produce(&["t", "--signal", "counter", "--rate", "1e6", "--capacity", "2^20"]);
    let written = || place.run(&["stat", "t", "--json"]).json()["written"].as_u64().unwrap();
    wait_until("a full ring", || written() > 1 << 20);
    producer
}

fn render(place: &Place, output: &Path, more: &[&str]) -> Done {
    place.run(&[&["render", "t", "--seconds", "0.1", "-o", text(output)], more].concat())
}

fn assert_written(done: &Done, path: &Path) {
    assert_eq!(done.code(), Some(0), "{done:?}");
    assert!(fs::read_to_string(path).unwrap().starts_with("seq,x (s),t"), "{}", path.display());
}

/// A folder of the test's own, and the names of the files in it.
fn folder(place: &Place) -> PathBuf {
    let folder = place.file("out");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn parts(folder: &Path) -> usize {
    names(folder).iter().filter(|name| name.starts_with(".ringplot-")).count()
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    let place = Place::new();
    let _producer = small(&place);
    let (csv, svg, json) = (place.file("t.csv"), place.file("t.svg"), place.file("s.json"));
    for mode in [0o600, 0o664] {
        for path in [&csv, &svg, &json] {
            fs::write(path, "old").unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        assert_written(&render(&place, &csv, &["--stats-json", text(&json)]), &csv);
        assert_eq!(render(&place, &svg, &[]).code(), Some(0));
        for path in [&csv, &svg, &json] {
            let found = fs::metadata(path).unwrap();
            assert_eq!(found.mode() & 0o7777, mode, "{}", path.display());
            assert!(found.len() > 3, "{} is not replaced", path.display());
        }
    }
    // One that nobody may write is not replaced.
    fs::write(&csv, "old").unwrap();
    fs::set_permissions(&csv, fs::Permissions::from_mode(0o444)).unwrap();
    let done = render(&place, &csv, &[]);
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("may not be written"), "{done:?}");
    assert_eq!(fs::read_to_string(&csv).unwrap(), "old");
}

#[test]
fn links_are_followed_whether_they_lead_to_a_file_or_not_yet() {
    let place = Place::new();
    let _producer = small(&place);
    let folder = folder(&place);
    fs::write(folder.join("there.csv"), "old").unwrap();
    symlink("there.csv", folder.join("live.csv")).unwrap();
    symlink(folder.join("come.csv"), folder.join("dangling.csv")).unwrap();
    symlink("dangling.csv", folder.join("twice.csv")).unwrap();
    for (link, file) in [("live.csv", "there.csv"), ("dangling.csv", "come.csv"), ("twice.csv", "come.csv")] {
        let _ = fs::remove_file(folder.join("come.csv"));
        assert_written(&render(&place, &folder.join(link), &[]), &folder.join(file));
        assert!(folder.join(link).symlink_metadata().unwrap().is_symlink(), "{link} was replaced");
    }
    symlink("round.csv", folder.join("round.csv")).unwrap();
    let done = render(&place, &folder.join("round.csv"), &[]);
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("circle"), "{done:?}");
}

#[test]
fn a_fifo_and_a_device_are_written_to_and_stay() {
    let place = Place::new();
    let _producer = small(&place);
    let fifo = place.file("t.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let reader = {
        let fifo = fifo.clone();
        std::thread::spawn(move || fs::read_to_string(fifo).unwrap())
    };
    let done = render(&place, &fifo, &[]);
    assert_eq!(done.code(), Some(0), "{done:?}");
    let csv = reader.join().unwrap();
    assert!(csv.starts_with("seq,x (s),t") && csv.ends_with('\n'), "{} bytes", csv.len());
    assert!(fifo.symlink_metadata().unwrap().file_type().is_fifo());

    let link = place.file("null.csv");
    symlink("/dev/null", &link).unwrap();
    let done = render(&place, &link, &["--stats-json", "/dev/stdout"]);
    assert_eq!(done.json()["streams"][0]["name"], "t");

    // What a shell has redirected is written on.
    let (all, link) = (place.file("all.csv"), place.file("stdout.csv"));
    symlink("/dev/stdout", &link).unwrap();
    fs::write(&all, "head\n").unwrap();
    let mut command = place.command(&["render", "t", "--seconds", "0.1", "-o", text(&link)]);
    command.stdout(Stdio::from(fs::OpenOptions::new().append(true).open(&all).unwrap()));
    assert_eq!(Running::spawn(command).wait().code(), Some(0));
    assert!(fs::read_to_string(&all).unwrap().starts_with("head\nseq,x (s),t"));
}

#[test]
fn what_cannot_be_written_is_told_before_anything_starts() {
    let place = Place::new();
    let _producer = small(&place);
    let nowhere = place.file("nosuch/t");
    let file = place.file("file");
    fs::write(&file, "").unwrap();
    let with = |end: &str| format!("{}{end}", nowhere.display());
    let good = place.file("good.csv");
    // An hour is longer than the watchdog waits.
    for args in [
        &["render", "t", "--seconds", "1h", "-o", &with(".csv")][..],
        &["render", "t", "--seconds", "1h", "-o", text(&place.file("file/t.svg"))],
        &["render", "t", "--seconds", "1h", "-o", text(&good), "--stats-json", &with(".json")],
        &[
            "render",
            "t",
            "--seconds",
            "1h",
            "-o",
            text(&good),
            "--stats-json",
            text(place.registry().as_path()),
        ],
        &["view", "--exit-after", "1h", "--screenshot", &with(".png")],
        &["view", "--exit-after", "1h", "--stats-json", &with(".json")],
        &["demo", "--headless", "--seconds", "1h", "-o", &with(".png")],
        &["demo", "--headless", "--seconds", "1h", "--stats-json", &with(".json")],
    ] {
        let done = place.run(args);
        assert_eq!((done.code(), done.out.as_str()), (Some(1), ""), "{args:?}: {done:?}");
        assert!(done.err.contains("cannot write") && done.err.contains("folder"), "{args:?}: {done:?}");
    }
    assert!(!good.exists());
}

#[test]
fn one_file_that_cannot_be_written_does_not_lose_another() {
    let place = Place::new();
    let _producer = small(&place);
    let (full, json) = (place.file("full.csv"), place.file("s.json"));
    symlink("/dev/full", &full).unwrap();
    let done = render(&place, &full, &["--stats-json", text(&json)]);
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("the disk is full"), "{done:?}");
    assert!(fs::read_to_string(&json).unwrap().contains("\"received\""));
}

/// Starts to render and has `end` end it while its file is half written; tries again where it was done before.
fn end_half_way(place: &Place, folder: &Path, end: impl Fn(Running) -> Option<Done>) -> Option<Done> {
    for _ in 0..20 {
        let command = place.command(&["render", "t", "--seconds", "0.1", "-o", text(&folder.join("t.csv"))]);
        // A part that was left before is not the one that is waited for, nor is the empty one that tries the folder.
        let before = names(folder);
        let has_begun = || {
            let new = names(folder).into_iter().filter(|name| !before.contains(name));
            let mut parts = new.filter(|name| name.starts_with(".ringplot-"));
            parts.any(|name| folder.join(name).metadata().is_ok_and(|part| part.len() > 0))
        };
        let mut render = Running::spawn(command);
        while render.is_running() && !has_begun() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        if has_begun() {
            let ended = end(render);
            if !folder.join("t.csv").exists() {
                return ended;
            }
        }
        let _ = fs::remove_file(folder.join("t.csv"));
    }
    panic!("it was never ended half-way");
}

#[test]
fn a_signal_ends_render_as_the_system_does_and_leaves_no_part_of_a_file() {
    use std::os::unix::process::ExitStatusExt;
    let place = Place::new();
    let _producer = large(&place);
    let folder = folder(&place);
    for (name, signal) in [("INT", libc::SIGINT), ("TERM", libc::SIGTERM), ("HUP", libc::SIGHUP)] {
        let ended = end_half_way(&place, &folder, |render| {
            render.signal(name);
            Some(render.wait())
        });
        assert_eq!(ended.unwrap().status.signal(), Some(signal));
        assert_eq!(names(&folder), Vec::<String>::new(), "SIG{name}");
    }
}

#[test]
fn a_killed_render_leaves_one_part_that_blocks_nothing_and_the_next_removes() {
    let place = Place::new();
    let _producer = large(&place);
    let folder = folder(&place);
    for _ in 0..2 {
        end_half_way(&place, &folder, |render| {
            render.kill();
            None
        });
        assert_eq!(parts(&folder), 1, "each removes what the one before it left");
    }
    // One that somebody writes stays.
    let alive = folder.join(".ringplot-alive.part");
    let lock = fs::File::create(&alive).unwrap();
    lock.lock().unwrap();
    let small = folder.join("small.svg");
    assert_eq!(render(&place, &small, &[]).code(), Some(0));
    assert_eq!(names(&folder), [".ringplot-alive.part", "small.svg"]);
    drop(lock);
    assert_eq!(render(&place, &small, &[]).code(), Some(0));
    assert_eq!(names(&folder), ["small.svg"]);
}

/// In a container each run has the same process id, and so had those that were killed.
#[test]
fn a_part_left_by_a_process_with_the_same_id_is_in_nobodys_way() {
    let place = Place::new();
    let _producer = small(&place);
    let folder = folder(&place);
    let output = folder.join("t.csv");
    let script = "echo half > out/.ringplot-$$-0.part; exec \"$0\" render t --seconds 0.1 -o out/t.csv";
    let mut command = place.wrapped("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_ringplot")]).current_dir(place.file("."));
    assert_written(&Running::spawn(command).wait(), &output);
    assert_eq!(names(&folder), ["t.csv"]);
    let mut file = String::new();
    fs::File::open(output).unwrap().read_to_string(&mut file).unwrap();
    assert!(file.lines().count() > 10);
}
