//! What the commands say when somebody cuts the memory of a stream short under them: they live, and it is told.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::common::screen::Xvfb;
use crate::harness::{Done, Place, Running, wait_until};

/// Leaves a page of a segment.
fn cut(segment: &Path) {
    OpenOptions::new().write(true).open(segment).unwrap().set_len(4096).unwrap();
}

fn says_damaged(done: &Done) {
    assert!(done.err.contains("was cut short or overwritten") && done.err.contains("\"test\""), "{done:?}");
}

#[test]
fn tail_survives_and_fails_and_the_producer_goes_on() {
    let place = Place::new();
    let mut producer = place.produce(&["test", "--rate", "1e5"]);
    let mut tail = Running::spawn_unread(place.command(&["tail", "test", "--follow"]));
    let mut lines = tail.lines();
    assert!(lines.by_ref().take(100).count() == 100);
    cut(&place.segment("test"));
    // Somebody goes on reading: else it ends for that.
    lines.for_each(drop);
    let done = tail.wait();
    assert_eq!(done.code(), Some(1), "{}", done.err);
    says_damaged(&done);
    assert!(producer.is_running(), "its producer died of it");
    let refused = place.run(&["stat", "test"]);
    assert!(refused.code() == Some(1) && refused.err.contains("damaged or truncated"), "{refused:?}");
    let listed = place.run(&["list"]);
    assert!(listed.code() == Some(0) && listed.err.contains("damaged or truncated"), "{listed:?}");
    // And ends as any other.
    producer.signal("TERM");
    let ended = producer.wait();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(place.registered().is_empty());
}

#[test]
fn list_says_damaged_of_what_is_cut_while_it_looks() {
    let place = Place::new();
    let _producer = place.produce(&["test", "--rate", "1e5"]);
    let list = Running::spawn(place.command(&["list", "--json"]));
    // It looks for 200 ms.
    wait_until_mapped(&list, &place.segment("test"));
    cut(&place.segment("test"));
    let done = list.wait();
    // On a machine so busy that all its looks came before the cut, it is still live.
    let state = done.json()[0]["state"].clone();
    assert!(state == "damaged" || state == "live", "{done:?}");
    assert_eq!(done.code(), Some(0));
}

/// Waits until a viewer has attached to stay: what it looks at before, it maps for a moment only.
fn wait_until_announced(segment: &Path) {
    let file = OpenOptions::new().read(true).open(segment).unwrap();
    let is_ready = || {
        // `off_control` of the header, and the first byte of that page (LAYOUT.md).
        let (mut offset, mut event) = ([0; 8], [0]);
        file.read_exact_at(&mut offset, 0x68).unwrap();
        file.read_exact_at(&mut event, u64::from_le_bytes(offset)).unwrap();
        event[0] == 1
    };
    wait_until("a viewer to announce itself", is_ready);
}

/// Waits until a command has the segment mapped as a reader has it once it is attached: mostly read-only.
fn wait_until_mapped(command: &Running, segment: &Path) {
    let maps = format!("/proc/{}/maps", command.pid());
    let name = segment.file_name().unwrap().to_str().unwrap();
    let is_attached = |line: &str| line.contains(name) && line.contains(" r--s ");
    let is_mapped = || std::fs::read_to_string(&maps).is_ok_and(|maps| maps.lines().any(is_attached));
    wait_until("the stream to be mapped", is_mapped);
}

#[test]
fn render_survives_draws_what_was_there_and_says_so() {
    if crate::common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    let mut producer = place.produce(&["test", "--rate", "1e5"]);
    let picture = place.file("cut.png");
    // It does not wait out its hour, because no stream is left.
    let args = ["render", "test", "-o", picture.to_str().unwrap(), "--seconds", "3600"];
    let render = Running::spawn(place.command(&args));
    wait_until_announced(&place.segment("test"));
    cut(&place.segment("test"));
    let done = render.wait();
    assert_eq!(done.code(), Some(0), "{}", done.err);
    says_damaged(&done);
    assert!(std::fs::metadata(&picture).unwrap().len() > 1000);
    assert!(producer.is_running());
}

#[test]
fn a_window_survives_and_says_so_when_it_closes() {
    if crate::common::gpu().is_none() {
        return;
    }
    let place = Place::new();
    std::fs::create_dir(place.file("screen")).unwrap();
    let Some(screen) = Xvfb::start(&place.file("screen")) else {
        let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
        println!("skipped: no Xvfb");
        return;
    };
    let mut producer = place.produce(&["test", "--rate", "1e5"]);
    let mut command = place.command(&["view", "test", "--exit-after", "3s", "--stats-json", "-"]);
    command.env("DISPLAY", &screen.display);
    let view = Running::spawn(command);
    wait_until_announced(&place.segment("test"));
    cut(&place.segment("test"));
    let done = view.wait();
    says_damaged(&done);
    // It lived on for its time, and what it counts adds up.
    let stats = done.json();
    let stream = &stats["streams"][0];
    let count = |key: &str| stream[key].as_u64().unwrap_or_else(|| panic!("{stats}"));
    assert_eq!(count("received") + count("lost"), count("written") - count("start"), "{stats}");
    assert!(stats["frames"].as_u64() > Some(0), "{stats}");
    assert!(producer.is_running());
}

/// Overwrites counters and slots of a segment until it is dropped.
struct Scribbler(Option<(Arc<Mutex<bool>>, JoinHandle<()>)>);

impl Scribbler {
    fn start(segment: &Path) -> Self {
        let file = OpenOptions::new().write(true).open(segment).unwrap();
        let is_over = Arc::new(Mutex::new(false));
        let watched = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let mut state = 0x9E37_79B9_7F4A_7C15u64;
            while !*watched.lock().unwrap() {
                for _ in 0..50 {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    let edges = [0, u64::MAX, u64::MAX - 300, 1 << 63, state, state % 5000];
                    let value = edges[(state >> 32) as usize % edges.len()];
                    // The words of write_position, reserved_position, cleared_before, newest_frame and frame_count; a slot.
                    let slot = 4096 + (state >> 40) % 1000 * 8;
                    let places = [0x100, 0x108, 0x188, 0x190, 0x198, slot];
                    file.write_all_at(&value.to_le_bytes(), places[(state >> 20) as usize % places.len()])
                        .unwrap();
                }
                std::thread::sleep(Duration::from_micros(200));
            }
        });
        Self(Some((is_over, thread)))
    }
}

impl Drop for Scribbler {
    fn drop(&mut self) {
        if let Some((is_over, thread)) = self.0.take() {
            *is_over.lock().unwrap() = true;
            let _ = thread.join();
        }
    }
}

#[test]
fn counters_that_somebody_scribbles_over_end_no_command() {
    let place = Place::new();
    let mut producer = place.produce(&["test", "--rate", "1e5", "--capacity", "16384"]);
    let scribbler = Scribbler::start(&place.segment("test"));
    let picture = place.file("scribbled.png");
    let mut commands = vec![
        vec!["stat", "test"],
        vec!["list", "--json"],
        vec!["tail", "test", "-n", "5"],
        vec!["tail", "test", "--from-start"],
    ];
    if crate::common::gpu().is_some() {
        commands.push(vec!["render", "test", "-o", picture.to_str().unwrap(), "--seconds", "1"]);
    }
    for args in commands {
        let done = place.run(&args);
        assert_eq!(done.code(), Some(0), "{args:?}: {}", done.err);
        assert!(!done.err.contains("panicked"), "{args:?}: {}", done.err);
    }
    drop(scribbler);
    assert!(producer.is_running(), "its producer died of it");
}
