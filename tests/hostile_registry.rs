//! Whatever somebody puts into the registry's folder: an error that says so or nothing at all, no panic, no hang, and no
//! file of anybody else's touched.
#![cfg(not(loom))]
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "plants devices; a test fails by panicking"
)]

#[path = "common/streams.rs"]
mod streams;

use std::ffi::CString;
use std::fs::OpenOptions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ringplot::stream::{gc, streams as registered};
use ringplot::{AttachError, Batch, Consumer, CreateError, Liveness, Producer, StartAt};
use streams::{files_of, segment_file, t, y};

const QUIET: Duration = Duration::from_mins(10);

/// Puts something at a path; `None` where this machine cannot have it.
type Plant = fn(&Path) -> Option<()>;

/// What can lie where a file of the registry should.
const PLANTS: [(&str, Plant); 13] = [
    ("a folder", |path| std::fs::create_dir(path).ok()),
    ("a folder with something in it", |path| std::fs::create_dir_all(path.join("sub")).ok()),
    ("a pipe that nobody writes", |path| {
        let path = CString::new(path.as_os_str().as_bytes()).ok()?;
        // SAFETY: the path is NUL-terminated.
        (unsafe { libc::mkfifo(path.as_ptr(), 0o600) } == 0).then_some(())
    }),
    ("a device that never ends", |path| {
        let path = CString::new(path.as_os_str().as_bytes()).ok()?;
        // SAFETY: the path is NUL-terminated.
        let made = unsafe { libc::mknod(path.as_ptr(), libc::S_IFCHR | 0o600, libc::makedev(1, 5)) } == 0;
        made.then_some(())
    }),
    ("a socket", |path| UnixListener::bind(path).ok().map(drop)),
    ("a link to a file of the system", |path| symlink("/etc/passwd", path).ok()),
    ("a link to a file of the user's", |path| symlink(victim(), path).ok()),
    ("a link to nothing", |path| symlink("/nowhere/at/all", path).ok()),
    ("a link to itself", |path| symlink(path, path).ok()),
    ("a huge file", |path| {
        let file = OpenOptions::new().write(true).create_new(true).open(path).ok()?;
        file.set_len(1 << 40).ok()
    }),
    ("bytes", |path| std::fs::write(path, [0xFF, 0xFE, 0, b'\n', b'=', 0x80]).ok()),
    ("a text of another program", |path| std::fs::write(path, "version = 4\n").ok()),
    ("a segment outside", |path| {
        std::fs::write(path, "run=1\nos_id=/ringplot-../../../etc/passwd\npid=1\n").ok()
    }),
];

/// Those of them that a machine may lack: devices are root's to make, the path of a socket is short, and a file system may
/// have no files of a tebibyte. The other ten are there on any.
const MAY_BE_MISSING: [&str; 3] = ["a device that never ends", "a socket", "a huge file"];

fn victim() -> PathBuf {
    streams::registry().with_extension("victim")
}

/// A link, or the thing itself: what must still be there.
fn kind(path: &Path) -> Option<std::fs::FileType> {
    path.symlink_metadata().ok().map(|metadata| metadata.file_type())
}

fn clear(path: &Path) {
    let _ = std::fs::remove_file(path);
    let _ = std::fs::remove_dir_all(path);
}

fn clear_stream(name: &str) {
    for path in files_of(name) {
        clear(&path);
    }
}

/// Held by each test: `gc` of one would remove what another has planted.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn nothing_in_the_place_of_a_file_stops_anybody_and_nothing_is_touched() {
    let _turn = turn();
    let dir = streams::registry();
    // Makes the folder.
    drop(Producer::builder("first").capacity(1024).timed().unwrap());
    std::fs::write(victim(), "mine").unwrap();
    let (mut tried, mut missing) = (0, Vec::new());
    for (what, plant) in PLANTS {
        for ending in ["lock", "stream", "stream.tmp"] {
            let path = dir.join(format!("planted.{ending}"));
            if plant(&path).is_none() {
                println!("SKIPPED, AND NOT TESTED HERE: {what} cannot be made as {}", path.display());
                clear(&path);
                if !MAY_BE_MISSING.contains(&what) {
                    missing.push((what, ending));
                }
                continue;
            }
            tried += 1;
            let before = kind(&path);
            let live: Vec<_> = registered().unwrap().into_iter().filter(|stream| stream.is_live).collect();
            assert!(live.iter().all(|stream| stream.name != "planted"), "{what}: {live:?}");
            let error = Consumer::try_attach("planted", StartAt::Oldest).err();
            assert!(matches!(error, Some(AttachError::Unknown { .. })), "{what}: {error:?}");
            for age in [Duration::ZERO, QUIET] {
                let _ = gc(age).unwrap();
                assert_eq!(kind(&path), before, "gc removed {what} at {}", path.display());
            }
            match Producer::builder("planted").capacity(1024).timed() {
                // The lock file is nobody else's to be.
                Err(CreateError::Registry { source, path: named }) => {
                    println!("{what}: {source}");
                    assert!(named.starts_with(&dir), "{}", named.display());
                    assert_eq!(kind(&path), before, "{what}");
                }
                Ok(mut producer) => {
                    assert_ne!(ending, "lock", "{what} is no lock file");
                    producer.push(t(0), y(0));
                    let mut consumer = Consumer::attach("planted", StartAt::Oldest).unwrap();
                    assert_eq!(consumer.drain(&mut Batch::with_limit(8)).count, 1);
                }
                other => panic!("{what} as {ending}: {other:?}"),
            }
            clear(&path);
            clear_stream("planted");
        }
    }
    assert!(missing.is_empty(), "any machine can have these: {missing:?}");
    println!("{tried} tried");
    assert_eq!(std::fs::read_to_string(victim()).unwrap(), "mine");
    std::fs::remove_file(victim()).unwrap();
}

#[test]
fn a_lock_file_that_is_replaced_under_a_live_producer_harms_neither_side() {
    let _turn = turn();
    let dir = streams::registry();
    let _first = Producer::builder("first").capacity(1024).timed().unwrap();
    for (what, plant) in PLANTS {
        let mut producer = Producer::builder("replaced").capacity(1024).timed().unwrap();
        let mut consumer = Consumer::attach("replaced", StartAt::Oldest).unwrap();
        let (lock, segment) = (dir.join("replaced.lock"), segment_file("replaced"));
        std::fs::remove_file(&lock).unwrap();
        if plant(&lock).is_some() {
            producer.push(t(0), y(0));
            assert_eq!(consumer.drain(&mut Batch::with_limit(8)).count, 1);
            assert_eq!(consumer.liveness(), Liveness::Live, "{what}");
            let before = kind(&lock);
            producer.close();
            assert_eq!(consumer.liveness(), Liveness::Closed, "{what}");
            assert!(!segment.exists() && kind(&lock) == before, "{what}");
        }
        clear(&lock);
        clear_stream("replaced");
    }
    // By another run's: a successor.
    let producer = Producer::builder("replaced").capacity(1024).timed().unwrap();
    let mut consumer = Consumer::attach("replaced", StartAt::Oldest).unwrap();
    let record = std::fs::read_to_string(dir.join("replaced.lock")).unwrap();
    std::fs::remove_file(dir.join("replaced.lock")).unwrap();
    std::fs::write(dir.join("replaced.lock"), record.replace("run=", "run=0")).unwrap();
    assert!([Liveness::Replaced, Liveness::Dead].contains(&consumer.liveness()));
    producer.close();
    assert_eq!(consumer.liveness(), Liveness::Closed);
    clear_stream("replaced");
}

#[test]
fn a_copy_of_a_live_streams_files_does_not_take_its_segment_along() {
    let _turn = turn();
    let dir = streams::registry();
    let mut original = Producer::builder("original").capacity(1024).timed().unwrap();
    let segment = segment_file("original");
    let copy = || {
        for ending in ["lock", "stream"] {
            std::fs::copy(dir.join(format!("original.{ending}")), dir.join(format!("copy.{ending}")))
                .unwrap();
        }
    };
    copy();
    // It leads to the original's segment, and says that nobody holds it.
    let mut astray = Consumer::try_attach("copy", StartAt::Oldest).unwrap();
    assert_eq!(astray.run(), original.stats().run);
    // Another test's gc that is passing by holds the lock for a moment.
    let end = Instant::now() + Duration::from_mins(1);
    while astray.liveness() != Liveness::Dead {
        assert!(Instant::now() < end, "{:?}", astray.liveness());
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(gc(Duration::ZERO).unwrap().removed.contains(&"copy".to_owned()));
    assert!(segment.exists(), "gc of a copy removed the segment of a live stream");
    copy();
    let own = Producer::builder("copy").capacity(1024).timed().unwrap();
    assert!(segment.exists(), "a producer with the name of a copy removed the segment of a live stream");
    assert_ne!(own.stats().run, original.stats().run);
    original.push(t(0), y(0));
    let mut consumer = Consumer::attach("original", StartAt::Oldest).unwrap();
    assert_eq!(consumer.drain(&mut Batch::with_limit(8)).count, 1);
    // An announcement alone, of a stream that is another one.
    drop(own);
    std::fs::copy(dir.join("original.stream"), dir.join("astray.stream")).unwrap();
    assert!(Consumer::try_attach("astray", StartAt::Oldest).is_ok());
    let old = std::time::SystemTime::now() - 2 * QUIET;
    OpenOptions::new().write(true).open(dir.join("astray.stream")).unwrap().set_modified(old).unwrap();
    let _ = gc(QUIET).unwrap();
    assert!(segment.exists(), "an orphaned announcement took the segment of a live stream along");
    assert!(files_of("astray").is_empty());
}

#[test]
fn a_record_with_another_run_or_a_segment_of_another_program_is_refused() {
    let _turn = turn();
    let dir = streams::registry();
    let _original = Producer::builder("true").capacity(1024).timed().unwrap();
    let record = std::fs::read_to_string(dir.join("true.stream")).unwrap();
    let (run, _) = record.split_once('\n').unwrap();
    std::fs::write(dir.join("false.stream"), record.replace(run, "run=00000000000000bb")).unwrap();
    let error = Consumer::try_attach("false", StartAt::Oldest).err();
    assert!(matches!(error, Some(AttachError::Gone { .. })), "{error:?}");
    // A shared memory of somebody else's under a name that could be ours.
    let os_id = format!("ringplot-cc{:014x}", std::process::id());
    let foreign = &Path::new("/dev/shm").join(&os_id);
    for (content, says) in [
        (vec![0x55; 100_000], "magic"),
        (vec![0x55; 100], "damaged or truncated"),
        (vec![0; 100_000], "initialising"),
        (Vec::new(), "initialising"),
    ] {
        std::fs::write(foreign, content).unwrap();
        let record = format!("run=00000000000000cc\nos_id=/{os_id}\npid=1\n");
        std::fs::write(dir.join("foreign.stream"), record).unwrap();
        let error = Consumer::try_attach("foreign", StartAt::Oldest).err().unwrap().to_string();
        assert!(error.contains(says), "{error}");
    }
    std::fs::remove_file(foreign).unwrap();
    // Something that is no memory at all, of which the system says what it says of a memory of no length.
    std::fs::create_dir(foreign).unwrap();
    let error = Consumer::try_attach("foreign", StartAt::Oldest).err().unwrap().to_string();
    assert!(error.contains("initialising") || error.contains("cannot map"), "{error}");
    std::fs::remove_dir(foreign).unwrap();
    clear(&dir.join("foreign.stream"));
    clear(&dir.join("false.stream"));
}
