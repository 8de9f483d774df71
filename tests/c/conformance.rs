//! A writer in C and a reader in Rust, and back: all kinds, laps, kills, restarts, names in any script.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use ringplot::{
    AttachError, Batch, Clock, Consumer, CreateError, FrameData, Liveness, Point, Producer, StartAt,
    StreamKind, Style,
};

use super::compiler::{compile, folder, peer, root, start};
use super::streams::{Guard, files_of, registry, segment_file, t, y};

const TIMEOUT: Duration = Duration::from_secs(20);
const LONGEST: u64 = 300;

fn tell(guard: &mut Guard, line: &str) {
    writeln!(guard.0.stdin.as_mut().unwrap(), "{line}").unwrap();
}

/// Has a writer in C do what `line` says, and waits until it is done; what it has written.
fn order(guard: &mut Guard, line: &str) -> u64 {
    tell(guard, line);
    let said = guard.line("written");
    said.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn attach(name: &str) -> Consumer {
    Consumer::attach_timeout(name, StartAt::Oldest, TIMEOUT).unwrap()
}

/// Drains everything; panics unless each point tells its position.
fn drain_all(consumer: &mut Consumer) {
    let mut batch = Batch::with_limit(4000);
    loop {
        let drained = consumer.drain(&mut batch);
        for (position, x, value) in batch.iter() {
            assert_eq!(value, y(position), "y at {position}");
            let wanted =
                if consumer.kind() == StreamKind::Xy { (position % 65_521) as f64 } else { t(position) };
            assert!((x - wanted).abs() < 1e-9, "x at {position}: {x} and not {wanted}");
        }
        if drained.remaining == 0 {
            return;
        }
    }
}

fn text_of(n: u64) -> String {
    let part = ["", "a", "é", "速", "😀"][(n % 5) as usize];
    part.repeat(if n % 50 == 49 { 1500 } else { (n % 40) as usize })
}

fn curve_of(n: u64) -> Vec<Point> {
    (0..n % (LONGEST + 1)).map(|i| Point::new(i as f32, n as f32)).collect()
}

#[test]
fn points_that_c_writes_are_read_to_the_point() {
    let Some(peer) = peer() else { return };
    for (kind, awaited) in
        [("timed", StreamKind::Timed), ("uniform", StreamKind::Uniform), ("xy", StreamKind::Xy)]
    {
        let name = format!("c-writes/{kind}");
        let mut writer = start(&peer, &["write", kind, &name, "4096"]);
        writer.line("ready");
        let mut consumer = attach(&name);
        assert_eq!((consumer.kind(), consumer.capacity()), (awaited, 4096));
        assert_eq!((consumer.pid(), consumer.liveness()), (writer.0.id(), Liveness::Live));
        for count in [1, 255, 300, 1000, 2000] {
            order(&mut writer, &count.to_string());
            drain_all(&mut consumer);
        }
        assert_eq!((consumer.counts().received, consumer.counts().lost), (3556, 0));
        // Several laps behind the reader's back.
        order(&mut writer, "50001");
        drain_all(&mut consumer);
        let counts = consumer.counts();
        assert_eq!((counts.position, counts.received + counts.lost), (53_557, 53_557));
        assert!(counts.lost >= 50_001 - 4096, "{counts:?}");
        tell(&mut writer, "finish");
        assert!(writer.end().success());
        assert_eq!(consumer.liveness(), Liveness::Finished);
        assert!(files_of(&name).is_empty(), "{:?}", files_of(&name));
    }
}

#[test]
fn breaks_and_clears_of_c_are_those_of_rust() {
    let Some(peer) = peer() else { return };
    for kind in ["timed", "uniform", "xy"] {
        let name = format!("c-breaks/{kind}");
        let mut writer = start(&peer, &["write", kind, &name, "4096"]);
        writer.line("ready");
        let mut consumer = attach(&name);
        let mut written = Vec::new();
        for line in ["break", "10", "break", "break", "5", "break", "256"] {
            written.push(order(&mut writer, line));
        }
        let awaited: [u64; 7] = match kind {
            "timed" => [0, 10, 256, 256, 261, 512, 768],
            "uniform" => [1, 11, 12, 13, 18, 19, 275],
            _ => [0, 10, 11, 11, 16, 17, 273],
        };
        assert_eq!(written, awaited, "{kind}");
        let mut batch = Batch::with_limit(4096);
        consumer.drain(&mut batch);
        for (position, x, value) in batch.iter() {
            let is_filler = match kind {
                "timed" => (10..256).contains(&position) || (261..512).contains(&position),
                "uniform" => [0, 11, 12, 18].contains(&position),
                _ => [10, 16].contains(&position),
            };
            assert_eq!(value.is_nan(), is_filler, "{kind} at {position}");
            assert_eq!(x.is_nan(), is_filler && kind != "uniform", "{kind} at {position}");
        }
        assert_eq!(consumer.cleared_before(), 0);
        order(&mut writer, "clear");
        assert_eq!(consumer.cleared_before(), awaited[6]);
        drop(writer.0.stdin.take());
        assert!(writer.end().success());
        assert_eq!(consumer.liveness(), Liveness::Closed);
    }
}

#[test]
fn curves_that_c_writes_are_read() {
    let Some(peer) = peer() else { return };
    let mut writer = start(&peer, &["write", "snapshot", "c-writes/snapshot", "1024"]);
    writer.line("ready");
    let mut consumer = attach("c-writes/snapshot");
    assert_eq!((consumer.kind(), consumer.capacity()), (StreamKind::Snapshot, 2048));
    let mut frame = FrameData::default();
    let mut awaited = 0;
    for count in [1, 1, 5, 400, 1] {
        order(&mut writer, &count.to_string());
        awaited += count;
        let n = awaited - 1;
        assert_eq!(consumer.newest_frame(&mut frame), Some(count - 1));
        assert_eq!((frame.number, frame.t), (n, n as f64 * 0.5));
        assert_eq!(frame.points().collect::<Vec<_>>(), curve_of(n));
    }
    assert_eq!(consumer.newest_frame(&mut frame), None);
}

#[test]
fn events_that_c_writes_are_read() {
    let Some(peer) = peer() else { return };
    let mut writer = start(&peer, &["write", "events", "c-writes/events", "16384"]);
    writer.line("ready");
    let mut consumer = attach("c-writes/events");
    tell(&mut writer, "200");
    let said = writer.line("written");
    // 1,500 characters of three and of four bytes are longer than an event; every 50th has so many.
    assert_eq!(said, "written 200 4");
    let mut next = 0;
    let lost = consumer.each_frame(&mut FrameData::default(), |event| {
        let whole = text_of(event.number);
        let cut = whole.floor_char_boundary(4096);
        assert_eq!((event.number, event.t, event.text()), (next, next as f64 * 0.5, whole[..cut].to_owned()));
        next += 1;
    });
    assert_eq!((next, lost), (200, 0));
}

#[test]
fn a_writer_in_c_that_is_killed_is_dead_and_its_name_is_taken_over() {
    let Some(peer) = peer() else { return };
    let name = "c-killed";
    let mut writer = start(&peer, &["write", "timed", name, "1024"]);
    writer.line("ready");
    order(&mut writer, "700");
    let mut first = attach(name);
    let segment = segment_file(name);
    assert!(matches!(
        Producer::builder(name).timed(),
        Err(CreateError::NameInUse { pid: Some(pid), .. }) if pid == writer.0.id()
    ));
    let mut second = start(&peer, &["write", "xy", name, "1024"]);
    assert_eq!(second.end().code(), Some(1), "a live name is refused");
    writer.kill();
    assert_eq!(first.liveness(), Liveness::Dead);
    drain_all(&mut first);
    assert_eq!(first.counts().received, 700);
    // What it left can be read, and goes when C takes the name over, and when Rust does.
    assert_eq!(attach(name).counts().start, 0);
    let mut successor = start(&peer, &["write", "timed", name, "1024"]);
    successor.line("ready");
    assert!(!segment.exists(), "{}", segment.display());
    assert_eq!(first.liveness(), Liveness::Replaced);
    let segment = segment_file(name);
    successor.kill();
    let mut by_rust = Producer::builder(name).capacity(1 << 10).timed().unwrap();
    assert!(!segment.exists());
    let mut refused = start(&peer, &["write", "timed", name, "1024"]);
    assert_eq!(refused.end().code(), Some(1));
    by_rust.push(0.0, 1.0);
    drop(by_rust);
    let mut last = start(&peer, &["write", "timed", name, "1024"]);
    last.line("ready");
    drop(last.0.stdin.take());
    assert!(last.end().success());
    assert!(files_of(name).is_empty(), "{:?}", files_of(name));
}

/// Kills at any moment of create, push and close: a successor always gets the name, and nothing stays in /dev/shm.
#[test]
fn kills_at_any_moment_leave_a_name_that_can_be_had() {
    let Some(peer) = peer() else { return };
    let name = "c-kills";
    for round in 0..60u64 {
        let mut writer = start(&peer, &["write", "timed", name, "1024"]);
        if round % 3 == 0 {
            writer.line("ready");
            tell(&mut writer, "100000");
            if round % 2 == 0 {
                drop(writer.0.stdin.take());
            }
        }
        std::thread::sleep(Duration::from_micros(round * 97 % 3000));
        writer.kill();
        let record = std::fs::read_to_string(registry().join("c-kills.lock")).unwrap_or_default();
        let producer = Producer::builder(name).capacity(1 << 10).timed().unwrap();
        if let Some(id) = record.lines().find_map(|line| line.strip_prefix("os_id=")) {
            assert!(!std::path::Path::new(&format!("/dev/shm{id}")).exists(), "round {round}");
        }
        drop(producer);
        assert!(files_of(name).is_empty(), "round {round}: {:?}", files_of(name));
    }
}

#[test]
fn what_c_says_of_a_stream_is_read_whatever_the_locale() {
    let Some(peer) = peer() else { return };
    // A locale whose decimal point is a comma, made for this test: few machines have one installed.
    let locales = folder().join("locales");
    std::fs::create_dir_all(&locales).unwrap();
    let mut localedef = std::process::Command::new("localedef");
    localedef.args(["-i", "de_DE", "-f", "UTF-8"]).arg(locales.join("de_DE.UTF-8"));
    let is_made = localedef.output().is_ok_and(|output| output.status.success());
    if !is_made {
        println!("NOT CHECKED: a locale whose decimal point is a comma: localedef cannot make it here");
    }
    let comma = is_made.then_some(("de_DE.UTF-8", "locale ,"));
    registry();
    for (locale, awaited) in [("C", "locale .")].into_iter().chain(comma) {
        let mut command = std::process::Command::new(&peer);
        command.args(["describe", "c-meta"]).env("LC_ALL", locale).env("LOCPATH", &locales);
        let mut writer = Guard(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
        let said = ["locale", "y_offset", "y_range", "nothing", "value"].map(|word| writer.line(word));
        writer.line("ready");
        assert_eq!(said[0], awaited);
        assert_eq!(said[1..], ["y_offset=1.0000000000000002", "y_range=-1.5,0.1", "nothing=NULL", "value 1"]);
        let consumer = attach("c-meta");
        let meta = consumer.meta();
        assert_eq!((meta.label.as_str(), meta.group.as_str()), ("Größe x", "g"));
        assert_eq!((meta.x_unit.as_str(), meta.y_unit.as_str()), ("s", "m"));
        assert_eq!((meta.colour, meta.style, meta.order), (Some([1, 2, 254]), Style::Persistence, -3));
        assert_eq!((meta.rate_hint_hz, meta.y_offset), (Some(12_345.678), 1.0 + f64::EPSILON));
        assert_eq!((meta.y_range, meta.clock), (Some([-1.5, 0.1]), Clock::Wall));
        assert_eq!(meta.origin_unix_nanos, Some(1_234_567_890_123_456_789));
        drop(writer.0.stdin.take());
        assert!(writer.end().success());
    }
}

#[test]
fn names_in_any_script_have_the_files_that_rust_gives_them() {
    let Some(peer) = peer() else { return };
    let long = "a".repeat(201);
    let names = [
        "test",
        "lorenz/x",
        "/imu/acc[0]",
        "Temp (°C)",
        "100%",
        ".hidden",
        "con.log",
        "com10",
        "速度",
        "скорость/x",
        "سرعة",
        "a//b",
        "",
        "..",
        "a/..",
        "a\u{9b}b",
        "\u{202e}a",
        "a\u{7f}",
        "lpt1",
        "ä=,😀",
        &long,
        "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q",
    ];
    let mut guard = start(&peer, &["names"]);
    for name in names {
        tell(&mut guard, name);
        let said = guard.line("");
        match Producer::builder(name).capacity(1 << 10).xy() {
            Ok(producer) => {
                let lock = std::fs::read_dir(registry()).unwrap().flatten().map(|item| item.file_name());
                let locks: Vec<String> = lock
                    .map(|file| file.into_string().unwrap())
                    .filter(|file| said == format!("0 {file}"))
                    .collect();
                assert_eq!(locks.len(), 1, "{name:?}: C says {said}");
                drop(producer);
            }
            Err(error) => assert_eq!(said, format!("1 {error}"), "{name:?}"),
        }
    }
    // What is no UTF-8 is no name; a `&str` cannot be that.
    guard.0.stdin.as_mut().unwrap().write_all(b"a\xffb\n").unwrap();
    assert!(guard.line("bad stream name").contains("it is not UTF-8"));
}

fn end_of(reader: &mut Guard) -> Vec<u64> {
    let said = reader.line("end ");
    said.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn points_that_rust_writes_are_read_by_c() {
    let Some(peer) = peer() else { return };
    for kind in 0..3 {
        let name = format!("rust-writes/{kind}");
        let builder = || Producer::builder(&name).capacity(1 << 12);
        let push = |push: &mut dyn FnMut(u64), from: u64, to: u64| (from..to).for_each(push);
        let script = |put: &mut dyn FnMut(u64), reader: &mut Guard| {
            reader.line("ready");
            push(put, 0, 3000);
            std::thread::sleep(Duration::from_millis(50));
            push(put, 3000, 100_000);
        };
        let mut reader = start(&peer, &["read", &name, "1000"]);
        match kind {
            0 => {
                let mut producer = builder().timed().unwrap();
                script(&mut |p| producer.push(t(p), y(p)), &mut reader);
            }
            1 => {
                let mut producer = builder().uniform(0.0, 1e6).unwrap();
                script(&mut |p| producer.push(y(p)), &mut reader);
                producer.finish();
            }
            _ => {
                let mut producer = builder().xy().unwrap();
                script(&mut |p| producer.push(Point::new((p % 65_521) as f32, y(p))), &mut reader);
            }
        }
        let said = end_of(&mut reader);
        let [end, begin, position, received, lost, faults] = said[..] else { panic!("{said:?}") };
        assert_eq!(end, if kind == 1 { 3 } else { 2 });
        assert_eq!((begin, position, faults), (0, 100_000, 0));
        assert_eq!(received + lost, 100_000);
        assert!(received >= 4096 && lost > 0, "{said:?}: one lap and more was pushed at once");
    }
}

#[test]
fn frames_that_rust_writes_are_read_by_c() {
    let Some(peer) = peer() else { return };
    let mut curves = start(&peer, &["read", "rust-writes/curves", "0"]);
    let mut texts = start(&peer, &["read", "rust-writes/texts", "0"]);
    let mut snapshot = Producer::builder("rust-writes/curves").snapshot(LONGEST as u32).unwrap();
    let mut events = Producer::builder("rust-writes/texts").events().unwrap();
    curves.line("ready");
    texts.line("ready");
    for n in 0..5000 {
        snapshot.update(n as f64 * 0.5, &curve_of(n));
        events.emit(n as f64 * 0.5, &text_of(n));
        if n % 100 == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    drop((snapshot, events));
    for reader in [&mut curves, &mut texts] {
        let said = end_of(reader);
        let [end, begin, position, received, lost, faults] = said[..] else { panic!("{said:?}") };
        assert_eq!((end, begin, position, received + lost, faults), (2, 0, 5000, 5000, 0), "{said:?}");
        assert!(received > 10, "{said:?}");
    }
}

#[test]
fn c_sees_a_producer_in_rust_live_and_dead_and_lists_what_rust_lists() {
    let Some(peer) = peer() else { return };
    let list = || {
        let output = std::process::Command::new(&peer).arg("list").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let mut dying = start(&peer, &["write", "xy", "listed/dead", "1024"]);
    dying.line("ready");
    let live = Producer::builder("listed/速度").capacity(1 << 10).timed().unwrap();
    let mut reader = start(&peer, &["read", "listed/dead", "0"]);
    reader.line("ready");
    dying.kill();
    assert_eq!(end_of(&mut reader)[0], 4, "dead");
    let text = list();
    let mine = |stream: &ringplot::stream::Registered| stream.name.starts_with("listed/");
    for stream in ringplot::stream::streams().unwrap().into_iter().filter(mine) {
        let (run, pid) = (stream.run.unwrap(), stream.pid.unwrap());
        let row = format!("{} {} {run:016x} {pid}\n", stream.name, u8::from(stream.is_live));
        assert!(text.contains(&row), "{row} is not in\n{text}");
    }
    drop(live);
    assert!(!list().contains("listed/速度"));
    let _ = ringplot::stream::gc_below("listed");
}

/// What is wrong with a segment, C says in the words of Rust; and neither dies of it.
#[test]
fn c_refuses_what_rust_refuses() {
    let Some(peer) = peer() else { return };
    let name = "damaged";
    let faults: [(u64, &[u8]); 9] = [
        (0x08, &[3, 0]),
        (0x18, &[1, 2, 3, 4]),
        (0x1C, &[2]),
        (0x48, &[40]),
        (0x54, &[7]),
        (0x58, &[0xFF; 8]),
        (0x68, &[1]),
        (0x78, &[0xFF, 0xFF]),
        (0x7C, &[0, 0, 0, 0]),
    ];
    for (offset, bytes) in faults {
        let producer = Producer::builder(name).capacity(1 << 10).timed().unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(segment_file(name)).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, bytes, offset).unwrap();
        let by_rust = Consumer::attach(name, StartAt::Oldest).unwrap_err();
        assert!(matches!(by_rust, AttachError::Header { .. }));
        let output = std::process::Command::new(&peer).args(["read", name, "0"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.trim_end()), (Some(1), &*format!("attach: {by_rust}")));
        drop(producer);
    }
    let begun = Instant::now();
    let output = std::process::Command::new(&peer).args(["write", "timed", name, "1000"]).output().unwrap();
    let by_rust = Producer::builder(name).capacity(1000).timed().unwrap_err();
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end(), format!("create: {by_rust}"));
    assert!(begun.elapsed() < Duration::from_mins(1));
}

/// A child that was forked holds no name after its parent's death, and closing its copy ends nothing of a successor's.
#[test]
fn a_child_that_was_forked_holds_no_name_and_ends_nothing() {
    let Some(peer) = peer() else { return };
    let name = "c-forked";
    let mut parent = start(&peer, &["fork", name]);
    let said = parent.line("child");
    let child = said.split(' ').nth(1).unwrap();
    let reader = attach(name);
    // Held until the child is to end: a wait would close it.
    let input = parent.0.stdin.take();
    parent.0.kill().unwrap();
    parent.0.wait().unwrap();
    assert!(std::path::Path::new("/proc").join(child).exists(), "the child lives");
    let mut successor = Producer::builder(name).capacity(1 << 10).timed().unwrap();
    drop(input);
    let watchdog = Instant::now() + TIMEOUT;
    while std::fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(Instant::now() < watchdog, "the child does not end");
        std::thread::sleep(Duration::from_millis(2));
    }
    successor.push(0.0, 1.0);
    assert_ne!(attach(name).run(), reader.run());
    assert_eq!(attach(name).liveness(), Liveness::Live);
}

/// A stream of a later minor, from a copy of the header that says more: a key that changes what the data mean is refused by
/// both, in the same words, and one that does not is passed over.
#[test]
fn a_key_that_must_be_known_is_refused_by_c_and_by_rust() {
    let Some(peer) = peer() else { return };
    let name = "later-minor";
    let dir = folder().join("later");
    std::fs::create_dir_all(&dir).unwrap();
    let header = std::fs::read_to_string(root().join("include/ringplot.h")).unwrap();
    let line = "    rp__meta_line(meta, \"order\", number);\n";
    assert_eq!(header.matches(line).count(), 1);
    for (more, is_read) in [("states", true), ("!y_unit", true), ("!channels", false)] {
        let later = format!("{line}    rp__meta_line(meta, \"{more}\", \"a|b\");\n");
        let later =
            header.replace(line, &later).replace("header.major = 2;", "header.major = 2, header.minor = 9;");
        std::fs::write(dir.join("ringplot.h"), later).unwrap();
        let source = root().join("tests/c/peer.c");
        compile("gcc", &["-I", dir.to_str().unwrap(), source.to_str().unwrap()], &dir.join("peer"));
        let mut writer = start(&dir.join("peer"), &["write", "timed", name, "1024"]);
        writer.line("ready");
        let mut command = std::process::Command::new(&peer);
        let mut by_c =
            command.args(["read", name, "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let by_rust = Consumer::attach(name, StartAt::Oldest);
        if is_read {
            assert_eq!(by_rust.unwrap().meta().y_unit, if more == "states" { "" } else { "a|b" });
        } else {
            let error = by_rust.unwrap_err();
            assert!(matches!(&error, AttachError::UnknownKey { key, .. } if key == "channels"), "{error}");
            // What is dead is refused as well, and read to its end by who does not refuse it.
            writer.kill();
            let output = by_c.wait_with_output().unwrap();
            assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("attach: {error}\n"));
            continue;
        }
        // It is told when the reader is there.
        let mut said = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(by_c.stdout.take().unwrap()), &mut said)
            .unwrap();
        assert_eq!(said, "ready 0 1024\n");
        by_c.kill().unwrap();
        by_c.wait().unwrap();
    }
}

/// Files can be copied: what a copied lock file names is another's, as long as that one lives.
#[test]
fn a_copy_of_a_live_streams_files_takes_nothing_away() {
    let Some(peer) = peer() else { return };
    let mut original = Producer::builder("original").capacity(1 << 10).timed().unwrap();
    let segment = segment_file("original");
    for ending in ["lock", "stream"] {
        std::fs::copy(
            registry().join(format!("original.{ending}")),
            registry().join(format!("copied.{ending}")),
        )
        .unwrap();
    }
    let mut writer = start(&peer, &["write", "timed", "copied", "1024"]);
    writer.line("ready");
    assert!(segment.exists(), "the segment of a live stream is gone");
    original.push(0.0, 1.0);
    assert_eq!(attach("original").written(), 1);
    // A file of another program's is none of ours, and is left as it is.
    let foreign = registry().join("foreign.lock");
    std::fs::write(&foreign, "mine\n").unwrap();
    let output =
        std::process::Command::new(&peer).args(["write", "timed", "foreign", "1024"]).output().unwrap();
    let by_rust = Producer::builder("foreign").timed().unwrap_err();
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end(), format!("create: {by_rust}"));
    assert_eq!(std::fs::read_to_string(&foreign).unwrap(), "mine\n");
    std::fs::remove_file(foreign).unwrap();
}
