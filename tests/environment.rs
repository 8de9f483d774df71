//! The world around a stream: full memory, files that vanish, forks, other users, clocks, years of rubbish.
#![cfg(not(loom))]
#![allow(
    unsafe_code,
    clippy::multiple_unsafe_ops_per_block,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "forks and mounts; a test fails by panicking, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::ffi::CStr;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use ringplot::stream::{gc, streams as registered};
use ringplot::{AttachError, Batch, Consumer, CreateError, Liveness, Producer, StartAt};
use streams::{Guard, ROLE, check, files_of, role as played_role, segment_file, t, y};

const NOBODY: u32 = 65_534;
const YEARS: Duration = Duration::from_hours(10 * 365 * 24);
/// What `create` and a leaving viewer do quietly.
const QUIET: Duration = Duration::from_mins(10);

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    match role.as_str() {
        "tiny memory" => in_tiny_memory(),
        "container" => in_the_memory_of_a_container(),
        "no files" => in_memory_without_files(),
        "read-only memory" => in_read_only_memory(),
        "forker" => fork_and_stay(&args[0], args[1] == "drops"),
        "other user" => be_another_user(&args[0], &args[1]),
        "removed registry" => in_a_registry_that_is_removed(),
        "rubbish" => among_ten_thousand_dead_streams(),
        other => panic!("no role {other}"),
    }
    println!("done");
    std::process::exit(0);
}

/// A case that this machine does not let us try; said in a way that cannot be read over.
fn skip(what: &str, why: impl std::fmt::Display) {
    println!("SKIPPED, AND NOT TESTED HERE: {what}: {why}");
}

/// This binary in a role, without standard input.
fn role_command(program: &Path, role: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", "role", "--nocapture", "--test-threads=1"]).env(ROLE, role);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// Plays a role in a registry of its own, to its end; what it printed.
fn play_in(registry: &Path, role: &str) -> String {
    let mut command = role_command(&std::env::current_exe().unwrap(), role);
    let output = command.env("RINGPLOT_DIR", registry).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Runs `role` where /dev/shm is a file system of its own, mounted with these flags and options; skips, and says so, where
/// that cannot be had.
fn with_shared_memory(role: &'static str, flags: libc::c_ulong, options: &'static CStr) {
    streams::registry();
    let mut command = role_command(&std::env::current_exe().unwrap(), role);
    let mount = move || {
        let ok = |rc: libc::c_int| if rc == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
        // SAFETY: plain system calls with constants, in a child that has one thread.
        unsafe {
            if libc::unshare(libc::CLONE_NEWNS) != 0 {
                let (uid, gid) = (libc::getuid(), libc::getgid());
                ok(libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNS))?;
                std::fs::write("/proc/self/setgroups", "deny")?;
                std::fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
                std::fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))?;
            }
            let private = libc::MS_REC | libc::MS_PRIVATE;
            ok(libc::mount(c"none".as_ptr(), c"/".as_ptr(), std::ptr::null(), private, std::ptr::null()))?;
            let (tmpfs, shm) = (c"tmpfs".as_ptr(), c"/dev/shm".as_ptr());
            ok(libc::mount(tmpfs, shm, tmpfs, flags, options.as_ptr().cast()))
        }
    };
    // SAFETY: the child has one thread; what it allocates is its own.
    unsafe { command.pre_exec(mount) };
    match command.spawn() {
        Ok(child) => {
            let mut child = Guard(child);
            child.line("done");
            assert!(child.end().success());
        }
        Err(error) => skip(&format!("/dev/shm mounted with {options:?}"), error),
    }
}

#[test]
fn a_full_shared_memory_is_a_clear_error_and_leaves_nothing() {
    with_shared_memory("tiny memory", 0, c"size=256k,mode=1777");
}

#[test]
fn a_hundred_default_streams_fit_into_the_memory_of_a_container() {
    with_shared_memory("container", 0, c"size=64m,mode=1777");
}

#[test]
fn a_shared_memory_without_room_for_a_file_is_a_clear_error() {
    with_shared_memory("no files", 0, c"size=1m,nr_inodes=2,mode=1777");
}

#[test]
fn a_read_only_shared_memory_is_a_clear_error() {
    with_shared_memory("read-only memory", libc::MS_RDONLY, c"size=1m");
}

fn shared_files() -> usize {
    std::fs::read_dir("/dev/shm").unwrap().count()
}

fn in_tiny_memory() {
    assert_eq!(shared_files(), 0, "this is not a memory of its own");
    let build = |name: &str, capacity| Producer::builder(name).capacity(capacity).timed();
    let text = match build("tiny/large", 1 << 16) {
        Err(error @ CreateError::Segment(_)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    // Header, counters, metadata, 2 KiB of epochs and 512 KiB of points fill 129 pages of 4 KiB; one more is the control page.
    assert!(text.contains("532480 bytes") && text.contains("262144 of 262144 are free"), "{text}");
    assert!(text.contains("smaller capacity") && text.contains("remount,size"), "{text}");
    assert!(files_of("tiny").is_empty() && shared_files() == 0, "a refused stream left files");
    // Until it is full; who is in stays whole.
    let mut kept = Vec::new();
    let refused = loop {
        assert!(kept.len() < 100, "it never fills");
        match build(&format!("tiny/{}", kept.len()), 1024) {
            Ok(producer) => kept.push(producer),
            Err(error) => break error.to_string(),
        }
    };
    assert!(!kept.is_empty() && refused.contains("/dev/shm is too small"), "{refused}");
    assert_eq!(shared_files(), kept.len());
    for producer in &mut kept {
        (0..3000).for_each(|at| producer.push(t(at), y(at)));
    }
    let mut batch = Batch::with_limit(1 << 11);
    let mut consumer = Consumer::attach("tiny/0", StartAt::Oldest).unwrap();
    assert!(consumer.drain(&mut batch).count > 0);
    check(&batch);
    drop(kept);
    assert_eq!(shared_files(), 0);
    // Several that each would fit, at once: the look at what is free does not tell, and the pages must.
    let workers: Vec<_> = (0..4)
        .map(|i| {
            std::thread::spawn(move || {
                let (mut made, mut refused) = (0, 0);
                for _ in 0..50 {
                    match Producer::builder(&format!("race/{i}")).capacity(1 << 13).timed() {
                        Ok(mut producer) => {
                            (0..9000).for_each(|at| producer.push(t(at), y(at)));
                            made += 1;
                        }
                        Err(CreateError::Segment(ringplot::stream::SegmentError::NoSpace {
                            wanted, ..
                        })) => {
                            assert!(wanted > 1 << 16);
                            refused += 1;
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
                (made, refused)
            })
        })
        .collect();
    let counts: Vec<(u32, u32)> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    println!("made and refused, of four at once: {counts:?}");
    assert_eq!(shared_files(), 0);
    assert!(files_of("race").is_empty());
}

fn in_the_memory_of_a_container() {
    assert_eq!(shared_files(), 0, "this is not a memory of its own");
    let build = |i: u32| Producer::builder(&format!("container/{i}"));
    let make = |i| build(i).timed().unwrap_or_else(|error| panic!("stream {i}: {error}"));
    let streams: Vec<Producer> = (0..100).map(make).collect();
    let capacities: Vec<u64> = streams.iter().map(|stream| stream.stats().capacity).collect();
    assert_eq!((capacities[0], capacities[99]), (1 << 17, 1 << 14));
    // What is asked for is had or refused, and never made less.
    let large = build(100).capacity(1 << 22).timed();
    assert!(matches!(large, Err(CreateError::Segment(_))), "{large:?}");
    drop(streams);
    assert_eq!(build(100).capacity(1 << 20).timed().unwrap().stats().capacity, 1 << 20);
    assert_eq!(build(101).uniform(0.0, 1e3).unwrap().stats().capacity, 1 << 14);
    assert_eq!(build(102).snapshot(30_000).unwrap().stats().capacity, 1 << 17, "room for four curves");
}

fn in_memory_without_files() {
    let _one = Producer::builder("files/one").capacity(1024).timed().unwrap();
    let error = Producer::builder("files/two").capacity(1024).timed().map(drop).unwrap_err().to_string();
    assert!(error.contains("cannot create shared memory") && error.contains("No space left"), "{error}");
    assert!(files_of("files/two").is_empty());
}

fn in_read_only_memory() {
    let error = Producer::builder("read-only").capacity(1024).timed().map(drop).unwrap_err().to_string();
    assert!(error.contains("cannot create shared memory") && error.contains("Read-only"), "{error}");
    assert!(files_of("read-only").is_empty());
}

/// Pushes `count` points from `at` on and drains them, checked.
fn go_on(producer: &mut Producer, consumer: &mut Consumer, at: &mut u64, count: u64) {
    let mut batch = Batch::with_limit(1 << 12);
    let before = consumer.counts();
    (*at..*at + count).for_each(|position| producer.push(t(position), y(position)));
    *at += count;
    while consumer.counts().position < *at {
        consumer.drain(&mut batch);
        check(&batch);
    }
    assert_eq!(consumer.counts().received, before.received + count);
}

#[test]
fn what_is_unlinked_under_a_live_producer_harms_neither_it_nor_its_readers_nor_a_successor() {
    streams::registry();
    let name = "unlinked/x";
    let mut at = 0;
    let mut producer = Producer::builder(name).capacity(1024).timed().unwrap();
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    go_on(&mut producer, &mut consumer, &mut at, 500);
    // As systemd's RemoveIPC does when its user logs out.
    std::fs::remove_file(segment_file(name)).unwrap();
    go_on(&mut producer, &mut consumer, &mut at, 500);
    assert_eq!(consumer.liveness(), Liveness::Live);
    let error = Consumer::try_attach(name, StartAt::Oldest).err().unwrap().to_string();
    assert!(error.contains("is gone"), "{error}");
    // The registry's files, too.
    for file in files_of(name) {
        std::fs::remove_file(file).unwrap();
    }
    go_on(&mut producer, &mut consumer, &mut at, 500);
    assert_eq!(consumer.liveness(), Liveness::Live, "its process is there");
    assert!(matches!(Consumer::try_attach(name, StartAt::Oldest), Err(AttachError::Unknown { .. })));
    // Nobody can know of the first one any more: a second one gets the name.
    let mut second = Producer::builder(name).capacity(1024).timed().unwrap();
    second.push(t(0), y(0));
    assert_eq!(consumer.liveness(), Liveness::Replaced);
    go_on(&mut producer, &mut consumer, &mut at, 500);
    producer.close();
    assert_eq!(consumer.liveness(), Liveness::Closed);
    let mut successor = Consumer::attach(name, StartAt::Oldest).unwrap();
    assert_eq!((successor.run(), successor.liveness()), (second.stats().run, Liveness::Live));
    assert_eq!(successor.drain(&mut Batch::with_limit(8)).count, 1);
    assert_eq!(files_of(name).len(), 2);
}

#[test]
fn a_registry_that_is_removed_is_made_again() {
    let own = streams::registry().with_extension("removed");
    play_in(&own, "removed registry");
    let _ = std::fs::remove_dir_all(own);
}

fn in_a_registry_that_is_removed() {
    let dir = std::env::var_os("RINGPLOT_DIR").unwrap();
    let mut at = 0;
    let mut producer = Producer::builder("a").capacity(1024).timed().unwrap();
    let mut consumer = Consumer::attach("a", StartAt::Oldest).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    go_on(&mut producer, &mut consumer, &mut at, 500);
    assert_eq!(consumer.liveness(), Liveness::Live);
    assert_eq!(registered().unwrap(), []);
    let other = Producer::builder("b").capacity(1024).timed().unwrap();
    assert_eq!(registered().unwrap().len(), 1);
    producer.close();
    other.close();
    assert_eq!(registered().unwrap(), []);
    assert_eq!(consumer.liveness(), Liveness::Closed);
}

/// Creates, forks, and waits to be killed; the child drops its copy or keeps it, and lives on until standard input ends.
fn fork_and_stay(name: &str, drops: bool) {
    let mut producer = Producer::builder(name).capacity(1024).timed().unwrap();
    producer.push(t(0), y(0));
    // SAFETY: the child only drops, reads, and leaves.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let kept = (!drops).then_some(producer);
        println!("child");
        let _ = io::stdin().lines().next();
        drop(kept);
        println!("left");
        // SAFETY: leaves without what the parent registered to be run at exit.
        unsafe { libc::_exit(0) };
    }
    println!("forked {pid}");
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_forked_child_ends_nothing_and_keeps_no_name() {
    streams::registry();
    for what in ["drops", "keeps"] {
        let name = format!("forked/{what}");
        let mut parent = Guard::role("forker", &[&name, what]);
        parent.line("child");
        let mut consumer = Consumer::attach(&name, StartAt::Oldest).unwrap();
        assert_eq!(consumer.drain(&mut Batch::with_limit(8)).count, 1);
        assert_eq!(consumer.liveness(), Liveness::Live, "the child ended its parent's stream");
        assert_eq!(files_of(&name).len(), 2);
        assert!(segment_file(&name).exists());
        let second = Producer::builder(&name).capacity(1024).timed();
        assert!(matches!(second, Err(CreateError::NameInUse { .. })), "{second:?}");
        let mut stdin = parent.0.stdin.take().unwrap();
        parent.kill();
        // The child is still there, and with it its copies of the parent's descriptors.
        assert_eq!(consumer.liveness(), Liveness::Dead, "the child holds its parent's name");
        let successor = Producer::builder(&name).capacity(1024).timed().unwrap();
        assert_eq!(consumer.liveness(), Liveness::Replaced);
        // What the child drops now is neither its parent's nor the successor's.
        let _ = writeln!(stdin, "leave");
        parent.line("left");
        assert!(segment_file(&name).exists() && files_of(&name).len() == 2);
        drop(successor);
    }
}

fn is_root() -> bool {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// In another user's shoes: `theirs` is root's registry, `mine` this user's own, in which root planted its record.
fn be_another_user(theirs: &str, mine: &str) {
    // SAFETY: one thread of the harness waits, and nobody else asks for the environment.
    let registry = |dir: &str| unsafe { std::env::set_var("RINGPLOT_DIR", dir) };
    registry(theirs);
    let refused = [
        Producer::builder("mine").capacity(1024).timed().map(drop).unwrap_err().to_string(),
        Consumer::attach("theirs", StartAt::Oldest).map(drop).unwrap_err().to_string(),
        registered().map(drop).unwrap_err().to_string(),
        gc(Duration::ZERO).map(drop).unwrap_err().to_string(),
    ];
    for error in refused {
        assert!(error.contains("belongs to another user") && error.contains("RINGPLOT_DIR"), "{error}");
    }
    registry(mine);
    let error = Consumer::attach("theirs", StartAt::Oldest).map(drop).unwrap_err().to_string();
    assert!(error.contains("cannot map the stream \"theirs\"") && error.contains("denied"), "{error}");
    let planted = Producer::builder("planted").capacity(1024).timed().map(drop).unwrap_err().to_string();
    assert!(planted.contains("denied") && planted.contains("planted.lock"), "{planted}");
    assert!(matches!(Consumer::try_attach("planted", StartAt::Oldest), Err(AttachError::Unknown { .. })));
    // What is in this user's own folder is this user's to remove; root's segment is not.
    let mut own = Producer::builder("mine").capacity(1024).timed().unwrap();
    own.push(t(0), y(0));
    assert_eq!(Consumer::attach("mine", StartAt::Oldest).unwrap().drain(&mut Batch::with_limit(8)).count, 1);
    let cleaned = gc(Duration::ZERO).unwrap();
    assert_eq!(cleaned.removed, ["theirs"]);
    // The record goes; the memory that it named is root's and stays, and is told of. So is root's lock file.
    let left: Vec<_> = cleaned.left.iter().map(|left| (left.name.as_str(), left.reason.as_str())).collect();
    let [("planted", planted), ("theirs", memory)] = left[..] else { panic!("{left:?}") };
    assert!(planted.contains("planted.lock stays") && planted.contains("denied"), "{planted}");
    assert!(memory.contains("/dev/shm/ringplot-") && memory.contains("belongs to another user"), "{memory}");
    drop(own);
    // The folders that nobody chose are different ones.
    // SAFETY: as above.
    unsafe {
        std::env::remove_var("RINGPLOT_DIR");
        std::env::remove_var("XDG_RUNTIME_DIR");
    }
    assert!(registered().unwrap().iter().all(|stream| stream.name != "theirs"));
}

#[test]
fn another_users_segment_is_refused_even_where_it_can_be_opened() {
    streams::registry();
    if !is_root() {
        return skip("another user's segment", "only root can give a segment away");
    }
    // The file is given to somebody else, and this user may still open it.
    let mut producer = Producer::builder("foreign").capacity(1024).timed().unwrap();
    producer.push(t(0), y(0));
    let segment = segment_file("foreign");
    if let Err(error) = chown(&segment, Some(NOBODY), None) {
        return skip("another user's segment", error);
    }
    let error = Consumer::attach("foreign", StartAt::Oldest).map(drop).unwrap_err().to_string();
    assert!(error.contains("belongs to another user (uid 65534)"), "{error}");
    // Its producer does not remove it either: by now it is none of ours.
    drop(producer);
    assert!(segment.exists());
    std::fs::remove_file(segment).unwrap();
}

#[test]
fn another_user_reaches_nothing_and_is_told() {
    let registry = streams::registry();
    if !is_root() {
        return skip("two users", "only root can be another user");
    }
    let theirs = Producer::builder("theirs").capacity(1024).timed().unwrap();
    // Where the other user can read and run: not below a home.
    let place = tempfile::Builder::new().prefix("ringplot-users").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let program = place.path().join("program");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let (public, mine) = (place.path().join("public"), place.path().join("mine"));
    // Root's folder where its way is open, so that the refusal is ours and not the system's.
    std::fs::create_dir(&public).unwrap();
    std::fs::create_dir(&mine).unwrap();
    for ending in ["stream", "lock"] {
        let file = format!("theirs.{ending}");
        std::fs::copy(registry.join(&file), mine.join(&file)).unwrap();
        // In a user namespace there may be no such user.
        if let Err(error) = chown(mine.join(&file), Some(NOBODY), Some(NOBODY)) {
            return skip("two users", error);
        }
    }
    // A lock file of root's in this user's folder.
    std::fs::write(mine.join("planted.lock"), "").unwrap();
    std::fs::set_permissions(mine.join("planted.lock"), Permissions::from_mode(0o600)).unwrap();
    for (dir, mode, owner) in [(&public, 0o755, 0), (&mine, 0o700, NOBODY)] {
        std::fs::set_permissions(dir, Permissions::from_mode(mode)).unwrap();
        chown(dir, Some(owner), Some(owner)).unwrap();
    }
    let mut command = role_command(&program, "other user");
    command.env("RINGPLOT_TEST_ARGS", format!("{} {}", public.display(), mine.display()));
    command.current_dir(place.path()).uid(NOBODY).gid(NOBODY);
    let mut child = match command.spawn() {
        Ok(child) => Guard(child),
        Err(error) => return skip("two users", error),
    };
    child.line("done");
    assert!(child.end().success());
    // And the other way round: a folder of theirs is not used by root either.
    let mut consumer = Consumer::attach("theirs", StartAt::Oldest).unwrap();
    assert_eq!(consumer.liveness(), Liveness::Live);
    assert!(segment_file("theirs").exists(), "another user removed root's segment");
    drop(theirs);
}

fn date(file: &Path, when: SystemTime) {
    OpenOptions::new().write(true).open(file).unwrap().set_modified(when).unwrap();
}

/// A stream whose producer is dead, as far as its files tell.
fn leave_dead(dir: &Path, name: &str, segment: &str) {
    let text = format!("run=00000000000000aa\nos_id={segment}\npid=0000000001\n");
    std::fs::write(dir.join(format!("{name}.lock")), &text).unwrap();
    std::fs::write(dir.join(format!("{name}.stream")), &text).unwrap();
}

#[test]
fn a_clock_that_jumps_by_years_removes_nothing_that_lives_and_stops_nobody() {
    let dir = streams::registry();
    let mut at = 0;
    let mut producer = Producer::builder("clock/live").capacity(1024).timed().unwrap();
    let mut consumer = Consumer::attach("clock/live", StartAt::Oldest).unwrap();
    let now = SystemTime::now();
    for when in [now - YEARS, now + YEARS, SystemTime::UNIX_EPOCH] {
        for file in files_of("clock/live") {
            date(&file, when);
        }
        let removed = [gc(QUIET).unwrap().removed, gc(Duration::ZERO).unwrap().removed].concat();
        assert!(removed.iter().all(|name| name != "clock/live"), "{removed:?}");
        go_on(&mut producer, &mut consumer, &mut at, 100);
        assert_eq!(consumer.liveness(), Liveness::Live);
        // Seen dead for the first time: however old its files say they are, it is kept for now.
        leave_dead(&dir, "clock-fresh", "/ringplot-00000000000000aa");
        for file in files_of("clock-fresh") {
            date(&file, when);
        }
        assert!(!gc(QUIET).unwrap().removed.contains(&"clock-fresh".to_owned()), "{when:?}");
        assert_eq!(files_of("clock-fresh").len(), 2);
        // A mark in the future is not old; one in the past is.
        let lock = dir.join("clock-fresh.lock");
        date(&lock, now + YEARS);
        assert!(!gc(QUIET).unwrap().removed.contains(&"clock-fresh".to_owned()));
        date(&lock, now - YEARS);
        assert!(gc(QUIET).unwrap().removed.contains(&"clock-fresh".to_owned()), "{when:?}");
        assert!(files_of("clock-fresh").is_empty());
    }
}

#[test]
fn ten_thousand_dead_streams_are_listed_found_passed_by_and_removed() {
    const MANY: usize = 10_000;
    streams::registry();
    let dir = tempfile::tempdir().unwrap();
    // A registry of its own: the other tests would be slowed down.
    let registry = dir.path().join("many");
    std::fs::create_dir(&registry).unwrap();
    std::fs::set_permissions(&registry, Permissions::from_mode(0o700)).unwrap();
    for i in 0..MANY {
        leave_dead(&registry, &format!("run{i}%2Fx"), &format!("/ringplot-dead{i:012x}"));
    }
    println!("{}", play_in(&registry, "rubbish"));
}

fn among_ten_thousand_dead_streams() {
    fn timed<T>(what: &str, call: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let result = call();
        println!("10,000 dead streams: {what}: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
        result
    }
    let listed = timed("streams()", || registered().unwrap());
    assert_eq!((listed.len(), listed.iter().any(|stream| stream.is_live)), (10_000, false));
    let producer = timed("create, the first to mark them", || {
        Producer::builder("alive").capacity(1024).timed().unwrap()
    });
    let again = timed("create, once they are marked", || {
        Producer::builder("alive/too").capacity(1024).timed().unwrap()
    });
    let mut consumer = timed("attach to a live one", || Consumer::attach("alive", StartAt::Oldest).unwrap());
    timed("liveness()", || assert_eq!(consumer.liveness(), Liveness::Live));
    match timed("attach to a dead one", || Consumer::attach("run77/x", StartAt::Oldest)) {
        Err(AttachError::Gone { .. }) => {}
        other => panic!("{other:?}"),
    }
    match timed("attach to an unknown one", || Consumer::attach("unknown", StartAt::Oldest)) {
        Err(AttachError::Unknown { live, .. }) => assert_eq!(live, ["alive", "alive/too"]),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        timed("gc of those dead for ten minutes", || gc(QUIET).unwrap().removed),
        Vec::<String>::new()
    );
    assert_eq!(timed("gc of all", || gc(Duration::ZERO).unwrap().removed).len(), 10_000);
    assert_eq!(registered().unwrap().len(), 2);
    drop((producer, again));
}
