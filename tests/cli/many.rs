//! Many streams and few descriptors; and streams that were asked for and cannot be had.

use std::io::Read;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use ringplot::Producer;

use crate::errors::assert_told;
use crate::harness::{Place, ROLE, Running, wait_until};

const MANY: usize = 300;
/// Descriptors of the reader: fewer than there are streams.
const DESCRIPTORS: u64 = 256;

/// Not a test: the producer of many streams that a test below starts in a process of its own. It lives until its standard
/// input ends.
#[test]
fn role_of_a_producer_of_many() {
    let Some(ready) = std::env::var_os(ROLE) else { return };
    let make = |i| {
        let mut producer = Producer::builder(&format!("many/{i}")).capacity(1024).uniform(0.0, 10.0).unwrap();
        producer.push(1.0);
        producer
    };
    let producers: Vec<_> = (0..MANY).map(make).collect();
    std::fs::write(ready, "").unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(producers);
}

#[test]
fn more_streams_than_descriptors_are_rendered_all() {
    let place = Place::new();
    let mut command = place.role("many::role_of_a_producer_of_many");
    command.stdin(Stdio::piped());
    let _producers = Running::spawn(command);
    wait_until("the producers", || place.file("ready").exists());
    let csv = place.file("many.csv");
    let mut render = place.command(&["render", "many", "-o", csv.to_str().unwrap(), "--seconds", "1"]);
    let limit = || {
        let limit = libc::rlimit { rlim_cur: DESCRIPTORS, rlim_max: DESCRIPTORS };
        #[expect(unsafe_code, reason = "std sets no limits")]
        // SAFETY: async-signal-safe, with a valid limit.
        let rc = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) };
        if rc == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
    };
    #[expect(unsafe_code, reason = "runs between fork and exec")]
    // SAFETY: the closure makes one async-signal-safe call and allocates nothing.
    unsafe {
        render.pre_exec(limit);
    }
    let done = Running::spawn(render).wait();
    assert_eq!(done.code(), Some(0), "{done:?}");
    let text = std::fs::read_to_string(csv).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("many/")).count();
    assert_eq!(rows, MANY, "rows of one point each");
}

#[test]
fn a_stream_that_was_asked_for_and_cannot_be_read_is_an_error() {
    let place = Place::new();
    let _whole = place.produce(&["two/whole", "--rate", "1e3", "--capacity", "1024"]);
    let _broken = place.produce(&["two/broken", "--rate", "1e3", "--capacity", "1024"]);
    let segment = std::fs::OpenOptions::new().write(true).open(place.segment("two/broken")).unwrap();
    // A reserved byte of the header: the checksum is wrong.
    segment.write_all_at(&[1], 0xF0).unwrap();
    let csv = place.file("two.csv");
    let done = place.run(&["render", "two", "-o", csv.to_str().unwrap(), "--seconds", "0.2"]);
    assert_told(&done, 1, &["cannot read the stream \"two/broken\""]);
    assert!(!csv.exists(), "it wrote a part as if it were all");
}
