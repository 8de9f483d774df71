//! Small promises of the command line: orders, pipes, what is said of a slip, where the registry lies.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use ringplot::ring::StartAt;
use ringplot::{AttachError, Consumer, Producer};

use crate::harness::{Done, Place, ROLE, Running};

const SMALL: [&str; 4] = ["--rate", "1e3", "--capacity", "1024"];

fn produce(place: &Place, name: &str) -> Running {
    place.produce(&[&[name][..], &SMALL].concat())
}

#[test]
fn streams_are_listed_as_people_count() {
    let place = Place::new();
    let _producers: Vec<Running> = ["s10", "s1", "s2"].map(|name| produce(&place, name)).into();
    let names = |text: &str| -> Vec<String> {
        text.lines().filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
    };
    assert_eq!(names(&place.run(&["list"]).out), ["NAME", "s1", "s2", "s10"]);
    let json = place.run(&["list", "--json"]).json();
    let listed: Vec<&str> = json.as_array().unwrap().iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(listed, ["s1", "s2", "s10"]);
    let err = place.run(&["tail", "none"]).err;
    assert!(err.contains("live are: s1, s2, s10"), "{err}");
}

#[test]
fn what_follows_ends_when_nobody_reads_it_any_more() {
    let place = Place::new();
    // A stream to which nothing comes: there is nothing to write, and so no write that could fail.
    let _producer = place.produce(&["t", "--rate", "1e-6", "--capacity", "1024"]);
    for args in [&["list", "--follow"][..], &["tail", "t", "--follow"]] {
        let mut follower = Running::spawn_unread(place.command(args));
        drop(follower.stdout());
        let done = follower.wait();
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn help_on_a_full_disk_is_an_error() {
    let place = Place::new();
    for args in [&["help"][..], &["--help"], &["--version"], &["help", "view"], &["tail", "--help"]] {
        let mut command = place.command(args);
        command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
        let done = Running::spawn(command).wait();
        assert_eq!(done.code(), Some(1), "{args:?}: {done:?}");
        assert!(done.err.contains("cannot write to standard output: No space left"), "{args:?}: {done:?}");
        assert_eq!(place.run(args).code(), Some(0));
    }
}

#[test]
fn a_number_that_cannot_be_is_told_as_such_and_shortly() {
    let place = Place::new();
    for (args, part) in [
        (&["produce", "t", "--rate", "-1"][..], "a rate is not negative; 0 is flat out"),
        (&["demo", "--rate", "-1"], "a rate is not negative; 0 is flat out"),
        (&["produce", "t", "--rate", "1e308"], "a rate is at most 1e12 a second"),
        (&["produce", "t", "--seconds", "-1s"], "not a duration: write it like 5s"),
        (&["view", "--exit-after", "-5"], "not a duration: write it like 5s"),
        (&["view", "--size", "-1x5"], "not a size: write it like 1280x720"),
        (&["tail", "t", "-n", "-5"], "not a whole number"),
        (&["render", "t", "-o", "t.png", "--ymin", "-x"], "not a number"),
        (&["view", "--ymin", "1e38", "--ymax", "-1e38"], "--ymin 1e38 is not below --ymax -1e38"),
    ] {
        let done = place.run(args);
        assert_eq!((done.code(), done.out.as_str()), (Some(2), ""), "{args:?}: {done:?}");
        assert!(done.err.contains(part), "{args:?}: {done:?}");
        assert!(!done.err.contains("to pass") && done.err.len() < 250, "{args:?}: {done:?}");
    }
}

#[test]
fn a_picture_without_a_runtime_folder_is_drawn_without_a_word() {
    let place = Place::new();
    let _producer = produce(&place, "t");
    for folder in [None, Some("nonsense")] {
        let path = place.file("t.png");
        let mut command = place.command(&["render", "t", "--seconds", "0.1", "-o", path.to_str().unwrap()]);
        command.envs(folder.map(|folder| ("XDG_RUNTIME_DIR", folder)));
        let done = Running::spawn(command).wait();
        if done.err.contains("mesa-vulkan-drivers") && std::env::var_os("RINGPLOT_REQUIRE_GPU").is_none() {
            return skip("no Vulkan driver");
        }
        assert_eq!((done.code(), done.err.as_str()), (Some(0), ""), "{folder:?}");
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}

/// A command that knows no registry but the usual ones, with a runtime folder that is nobody's to use.
fn without_a_folder_of_ours(place: &Place, args: &[&str]) -> Running {
    let runtime = place.file("runtime");
    if !runtime.exists() {
        std::fs::create_dir(&runtime).unwrap();
        // As good as a folder of another user's, also for root: what should be a folder is a file.
        std::fs::write(runtime.join("ringplot"), "").unwrap();
    }
    let mut command = place.command(args);
    command.env_remove("RINGPLOT_DIR").env("XDG_RUNTIME_DIR", runtime);
    Running::spawn(command)
}

#[test]
fn a_runtime_folder_of_another_user_takes_nothing_away() {
    let place = Place::new();
    let run = |args: &[&str]| -> Done { without_a_folder_of_ours(&place, args).wait() };
    for args in [&["list", "--json"][..], &["gc"]] {
        let done = run(args);
        assert_eq!(done.code(), Some(0), "{args:?}: {done:?}");
    }
    for args in [&["tail", "none-of-this-name"][..], &["view", "--no-wait", "none-of-this-name"]] {
        let done = run(args);
        assert!(done.code() == Some(1) && done.err.contains("no stream is called"), "{args:?}: {done:?}");
    }
}

#[test]
fn the_folder_of_the_registry_is_made_with_those_above_it() {
    let place = Place::new();
    let below = place.file("a/b/registry");
    let mut command = place.command(&["produce", "t", "--seconds", "10ms", "--capacity", "1024"]);
    command.env("RINGPLOT_DIR", &below);
    let done = Running::spawn(command).wait();
    assert_eq!(done.code(), Some(0), "{done:?}");
    for folder in ["a", "a/b", "a/b/registry"] {
        let mode = place.file(folder).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}

/// Not a test: creates and ends a stream again and again, and attaches to it meanwhile. Writes what was contradictory.
#[test]
fn role_of_a_restless_producer() {
    let Some(ready) = std::env::var_os(ROLE) else { return };
    let end = Instant::now() + Duration::from_secs(2);
    let restless = std::thread::spawn(move || {
        while Instant::now() < end {
            drop(Producer::builder("rr").capacity(1024).timed());
        }
    });
    let mut said = String::new();
    while !restless.is_finished() {
        if let Err(error @ AttachError::Unknown { .. }) = Consumer::try_attach("rr", StartAt::Now)
            && error.to_string().contains("live are: rr")
        {
            said = error.to_string();
        }
    }
    std::fs::write(ready, said).unwrap();
}

#[test]
fn no_stream_is_said_to_be_live_and_not_there() {
    let place = Place::new();
    let done = Running::spawn(place.role("asides::role_of_a_restless_producer")).wait();
    assert!(done.status.success(), "{done:?}");
    assert_eq!(std::fs::read_to_string(place.file("ready")).unwrap(), "");
}
