//! A producer written from LAYOUT.md alone, without the library's own types, and read with the library: what a
//! program in another language would do.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

#[path = "common/streams.rs"]
mod streams;

use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU32, Ordering};

use ringplot::{AttachError, Batch, Consumer, FrameData, Liveness, StartAt, StreamKind};

/// Where everything lies, as LAYOUT.md lets a producer choose.
const EPOCHS: u64 = 0x0400;
const POINTS: u64 = 0x0480;
const CONTROL: u64 = 0x10000;
const LEN: u64 = 0x20000;
const META: &str =
    "name=by hand\nfrom_the_future=1\ny_offset=1.0000000001\n!y_unit=V\nstates=0:off|1:on\nlabel=C";
/// Tells the segments of this program apart.
static NEXT: AtomicU32 = AtomicU32::new(0);
const RUN: u64 = 0x1234_5678_9abc_def0;

/// A stream whose every byte is put by hand.
struct ByHand {
    segment: File,
    segment_path: String,
    _lock: File,
}

impl ByHand {
    fn new(name: &str, x_mode: u32, kind: u32, longest: u32) -> Self {
        Self::saying(name, x_mode, kind, longest, META)
    }

    fn saying(name: &str, x_mode: u32, kind: u32, longest: u32, meta: &str) -> Self {
        let dir = streams::registry();
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::set_permissions(&dir, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let os_id =
            format!("/ringplot-{:08x}{:08x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        // Keys in another order, a line from the future, and no line feed after the last.
        let record = format!("pid={}\nlater=1\nos_id={os_id}\nrun={RUN:016x}", std::process::id());
        let lock_path = dir.join(format!("{name}.lock"));
        std::fs::write(&lock_path, &record).unwrap();
        let lock = OpenOptions::new().read(true).write(true).open(&lock_path).unwrap();
        let whole = libc::flock {
            l_type: libc::F_WRLCK as libc::c_short,
            l_whence: 0,
            l_start: 0,
            l_len: 0,
            l_pid: 0,
        };
        #[expect(unsafe_code, reason = "std has no open-file-description locks")]
        // SAFETY: the descriptor is open and `whole` lives for the call.
        let rc = unsafe { libc::fcntl(lock.as_raw_fd(), libc::F_OFD_SETLK, &raw const whole) };
        assert_eq!(rc, 0);

        let segment_path = format!("/dev/shm{os_id}");
        let segment = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&segment_path)
            .unwrap();
        segment.set_len(LEN).unwrap();
        let meta = meta.as_bytes();
        let mut header = vec![0u8; 0x100];
        let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
        put(0x08, &2u16.to_le_bytes());
        put(0x0A, &3u16.to_le_bytes());
        put(0x0C, &0x100u32.to_le_bytes());
        put(0x10, &LEN.to_le_bytes());
        put(0x18, &0x0102_0304u32.to_le_bytes());
        put(0x1C, &1u32.to_le_bytes());
        put(0x20, &RUN.to_le_bytes());
        put(0x38, &std::process::id().to_le_bytes());
        put(0x3C, &x_mode.to_le_bytes());
        put(0x48, &10u32.to_le_bytes());
        put(0x4C, &8u32.to_le_bytes());
        put(0x50, &longest.to_le_bytes());
        put(0x54, &kind.to_le_bytes());
        put(0x58, &EPOCHS.to_le_bytes());
        put(0x60, &POINTS.to_le_bytes());
        put(0x68, &CONTROL.to_le_bytes());
        put(0x70, &0x0200u64.to_le_bytes());
        put(0x78, &(meta.len() as u32).to_le_bytes());
        if x_mode == 2 {
            put(0x80, &10.0f64.to_le_bytes());
            put(0x88, &4.0f64.to_le_bytes());
        }
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&header[0x08..0x7C]);
        hasher.update(&header[0x80..0x100]);
        hasher.update(meta);
        header[0x7C..0x80].copy_from_slice(&hasher.finalize().to_le_bytes());
        segment.write_all_at(&header, 0).unwrap();
        segment.write_all_at(meta, 0x200).unwrap();
        segment.write_all_at(&1u64.to_le_bytes(), 0x180).unwrap();
        segment.write_all_at(b"RINGPLOT", 0).unwrap();
        // Others may read what is ours: what counts is who owns it, and that the folder is nobody else's to write.
        let readable = || std::os::unix::fs::PermissionsExt::from_mode(0o644);
        let announcement = dir.join(format!("{name}.stream"));
        std::fs::write(&announcement, record).unwrap();
        for path in [&announcement, &lock_path, std::path::Path::new(&segment_path)] {
            std::fs::set_permissions(path, readable()).unwrap();
        }
        std::fs::set_permissions(&dir, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Self { segment, segment_path, _lock: lock }
    }

    fn word(&self, offset: u64, value: u64) {
        self.segment.write_all_at(&value.to_le_bytes(), offset).unwrap();
    }

    fn slot(&self, position: u64, low: u32, high: u32) {
        self.word(POINTS + position % 1024 * 8, u64::from(low) | u64::from(high) << 32);
    }

    fn publish(&self, end: u64) {
        self.word(0x108, end.next_multiple_of(256));
        self.word(0x100, end);
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.segment_path);
    }
}

#[test]
fn a_timed_stream_written_by_hand_is_read() {
    let by_hand = ByHand::new("hand-timed", 1, 0, 0);
    by_hand.word(EPOCHS, 1e6f64.to_bits());
    by_hand.word(EPOCHS + 8, 2e6f64.to_bits());
    for p in 0..300u32 {
        by_hand.slot(p.into(), (p as f32).to_bits(), (p as f32 * 2.0).to_bits());
    }
    by_hand.publish(300);
    let mut consumer = Consumer::attach("hand-timed", StartAt::Oldest).unwrap();
    assert_eq!((consumer.kind(), consumer.run()), (StreamKind::Timed, RUN));
    assert_eq!((consumer.meta().label.as_str(), consumer.meta().y_unit.as_str()), ("C", "V"));
    assert_eq!(consumer.meta().value(0.5), 1.000_000_000_1 + 0.5);
    assert_eq!(consumer.liveness(), Liveness::Live);
    let mut batch = Batch::with_limit(4096);
    consumer.drain(&mut batch);
    let got: Vec<_> = batch.iter().collect();
    assert_eq!(got.len(), 300);
    assert_eq!((got[255], got[256]), ((255, 1e6 + 255.0, 510.0), (256, 2e6 + 256.0, 512.0)));
    by_hand.word(0x180, 2);
    assert_eq!(consumer.liveness(), Liveness::Closed);
}

#[test]
fn a_key_that_must_be_known_is_refused_by_who_does_not_know_it() {
    let meta = "label=C\n!channels=left|right\n";
    let _by_hand = ByHand::saying("hand-demanding", 2, 0, 0, meta);
    let error = Consumer::attach("hand-demanding", StartAt::Oldest).unwrap_err();
    assert!(matches!(&error, AttachError::UnknownKey { key, .. } if key == "channels"), "{error}");
    assert_eq!(
        error.to_string(),
        "cannot read the stream \"hand-demanding\": who reads it must know its key \"channels\", and this program does not: update it"
    );
}

#[test]
fn a_segment_of_layout_1_is_refused_with_both_versions() {
    let by_hand = ByHand::new("hand-old", 1, 0, 0);
    // Its version is in its checksum too, but who reads another one does not know that.
    by_hand.segment.write_all_at(&[1, 0, 1, 0], 0x08).unwrap();
    let error = Consumer::attach("hand-old", StartAt::Oldest).unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot read the stream \"hand-old\": the stream has layout version 1.1, and this program reads 2.x: update the older of the two"
    );
}

#[test]
fn times_that_go_back_and_the_fillers_of_a_break_written_by_hand_are_read() {
    let by_hand = ByHand::new("hand-back", 1, 0, 0);
    // Any finite epoch will do; x may be before it.
    by_hand.word(EPOCHS, 1e6f64.to_bits());
    by_hand.word(EPOCHS + 8, 5.0f64.to_bits());
    for (p, x) in [1.0f32, -2.0, -2.0].into_iter().enumerate() {
        by_hand.slot(p as u64, x.to_bits(), (p as f32).to_bits());
    }
    for p in 3..256 {
        by_hand.slot(p, f32::NAN.to_bits(), f32::NAN.to_bits());
    }
    by_hand.slot(256, 0f32.to_bits(), 9f32.to_bits());
    by_hand.publish(257);
    let mut batch = Batch::with_limit(4096);
    let mut consumer = Consumer::attach("hand-back", StartAt::Oldest).unwrap();
    consumer.drain(&mut batch);
    let drawn: Vec<_> = batch.iter().filter(|(_, x, _)| x.is_finite()).collect();
    assert_eq!(drawn, [(0, 1e6 + 1.0, 0.0), (1, 1e6 - 2.0, 1.0), (2, 1e6 - 2.0, 2.0), (256, 5.0, 9.0)]);
    assert_eq!(consumer.counts().received, 257, "fillers are positions like all others");
    // Cleared up to here: who attaches later begins there.
    by_hand.word(0x188, 256);
    assert_eq!(Consumer::attach("hand-back", StartAt::Oldest).unwrap().counts().start, 256);
}

#[test]
fn empty_frames_written_by_hand_are_read() {
    // x_mode says nothing in a stream of frames.
    for (kind, x_mode) in [(1, 0), (1, 1), (2, 0), (2, 1)] {
        let name = format!("hand-empty-{kind}-{x_mode}");
        let by_hand = ByHand::new(&name, x_mode, kind, 100);
        by_hand.slot(0, 0, 0);
        by_hand.word(POINTS + 8, 2.5f64.to_bits());
        by_hand.publish(2);
        by_hand.word(0x198, 1);
        by_hand.word(0x190, 2);
        let mut consumer = Consumer::attach(&name, StartAt::Oldest).unwrap();
        let mut frame = FrameData::default();
        assert_eq!(consumer.newest_frame(&mut frame), Some(0));
        assert_eq!((frame.t, frame.length, frame.words.len()), (2.5, 0, 0));
    }
}

#[test]
fn asking_by_hand_whether_a_stream_lives_takes_nothing() {
    let by_hand = ByHand::new("hand-asked", 0, 0, 0);
    let path = streams::registry().join("hand-asked.lock");
    let is_held = || {
        let file = File::open(&path).unwrap();
        let mut asked = libc::flock {
            l_type: libc::F_WRLCK as libc::c_short,
            l_whence: 0,
            l_start: 0,
            l_len: 0,
            l_pid: 0,
        };
        #[expect(unsafe_code, reason = "std has no open-file-description locks")]
        // SAFETY: the descriptor is open and `asked` lives for the call.
        let rc = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut asked) };
        assert_eq!(rc, 0);
        libc::c_int::from(asked.l_type) != libc::F_UNLCK
    };
    assert!(is_held());
    drop(by_hand);
    assert!(!is_held());
}

#[test]
fn a_uniform_stream_written_by_hand_is_read() {
    let by_hand = ByHand::new("hand-uniform", 2, 0, 0);
    by_hand.slot(0, 0, 1.5f32.to_bits());
    by_hand.slot(1, 77, 2.5f32.to_bits());
    by_hand.publish(2);
    let mut batch = Batch::with_limit(8);
    Consumer::attach("hand-uniform", StartAt::Oldest).unwrap().drain(&mut batch);
    assert_eq!(batch.iter().collect::<Vec<_>>(), [(0, 10.0, 1.5), (1, 10.25, 2.5)]);
}

#[test]
fn snapshots_and_events_written_by_hand_are_read() {
    let by_hand = ByHand::new("hand-snapshot", 0, 1, 100);
    by_hand.slot(0, 1f32.to_bits(), 2f32.to_bits());
    by_hand.slot(1, 1, 0);
    by_hand.word(POINTS + 16, 0.5f64.to_bits());
    by_hand.publish(3);
    by_hand.word(0x198, 1);
    by_hand.word(0x190, 3);
    let mut frame = FrameData::default();
    let mut consumer = Consumer::attach("hand-snapshot", StartAt::Oldest).unwrap();
    assert_eq!(consumer.newest_frame(&mut frame), Some(0));
    assert_eq!((frame.number, frame.t, frame.points().next().unwrap().y), (0, 0.5, 2.0));

    let by_hand = ByHand::new("hand-events", 0, 2, 100);
    by_hand.word(POINTS, u64::from_le_bytes(*b"marker=a"));
    by_hand.word(POINTS + 8, u64::from_le_bytes(*b"b\0\0\0\0\0\0\0"));
    by_hand.slot(2, 9, 0);
    by_hand.word(POINTS + 24, 7.0f64.to_bits());
    by_hand.publish(4);
    by_hand.word(0x198, 1);
    by_hand.word(0x190, 4);
    let mut consumer = Consumer::attach("hand-events", StartAt::Oldest).unwrap();
    let mut seen = Vec::new();
    assert_eq!(consumer.each_frame(&mut frame, |frame| seen.push((frame.t, frame.text()))), 0);
    assert_eq!(seen, [(7.0, "marker=ab".to_owned())]);
}
