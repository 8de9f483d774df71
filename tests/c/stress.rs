//! Real processes at full speed, with C on one side or on both; and faults put into a copy of the header, each of which must
//! go red by the checks under which the header stays green. As tests/stress, whose docs tell the reasons.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use ringplot::{Batch, Consumer, StartAt, XMode};

use super::compiler::{compile, folder, has, root, start};
use super::streams::{Guard, registry};

/// Kind, 2^n points, longest slice, most points of a drain.
struct Config {
    kind: &'static str,
    log2_capacity: u32,
    batch: u64,
    limit: usize,
}

const TINY_TIMED: Config = Config { kind: "timed", log2_capacity: 10, batch: 400, limit: 1 << 10 };
const TINY_UNIFORM: Config = Config { kind: "uniform", log2_capacity: 10, batch: 700, limit: 300 };
const LARGE_TIMED: Config = Config { kind: "timed", log2_capacity: 16, batch: 60_000, limit: 1 << 14 };
const LARGE_XY: Config = Config { kind: "xy", log2_capacity: 18, batch: 65_000, limit: 1 << 14 };

/// A fault: its name, what stands in the header, and what takes its place.
struct Sabotage {
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
}

const VALIDATE_AGAINST_WRITE_POSITION: Sabotage = Sabotage {
    name: "validate-against-write-position",
    changes: &[(
        "safe = rp__minus(rp__load(c, RP_OFF_RESERVED_POSITION), c->capacity);",
        "safe = rp__minus(rp__load(c, RP_OFF_WRITE_POSITION), c->capacity);",
    )],
};
const NO_VALIDATION: Sabotage = Sabotage {
    name: "no-validation",
    changes: &[("safe = rp__minus(rp__load(c, RP_OFF_RESERVED_POSITION), c->capacity);", "safe = low;")],
};
const RESERVE_AFTER_STORE: Sabotage = Sabotage {
    name: "reserve-after-store",
    changes: &[
        (
            "    __atomic_store_n(rp__counter_at(run->base, RP_OFF_RESERVED_POSITION), run->reserved, __ATOMIC_RELAXED);\n",
            "",
        ),
        (
            "    p->position = end;\n    /* Release",
            "    p->position = end;\n    __atomic_store_n(rp__counter_at(p->run->base, RP_OFF_RESERVED_POSITION), p->run->reserved, \
             __ATOMIC_RELAXED);\n    /* Release",
        ),
    ],
};
const RESERVE_UNROUNDED: Sabotage = Sabotage {
    name: "reserve-unrounded",
    changes: &[(
        "uint64_t end = (position + count + RP_BLOCK - 1) / RP_BLOCK * RP_BLOCK;",
        "uint64_t end = position + count;",
    )],
};

/// The program, with the header as it is or with a fault in it.
fn program(sabotage: Option<&Sabotage>) -> PathBuf {
    let name = sabotage.map_or("sound", |sabotage| sabotage.name);
    let dir = folder().join(name);
    let out = dir.join("stress");
    std::fs::create_dir_all(&dir).unwrap();
    let mut header = std::fs::read_to_string(root().join("include/ringplot.h")).unwrap();
    for (from, to) in sabotage.iter().flat_map(|sabotage| sabotage.changes) {
        assert_eq!(header.matches(from).count(), 1, "the header has another form: {from}");
        header = header.replace(from, to);
    }
    std::fs::write(dir.join("ringplot.h"), header).unwrap();
    let source = root().join("tests/c/stress.c");
    compile("gcc", &["-I", dir.to_str().unwrap(), "-O2", source.to_str().unwrap()], &out);
    out
}

/// Every line of its output, until its end.
fn lines_of(child: &mut Guard) -> Receiver<String> {
    let (sender, lines) = channel();
    let output = BufReader::new(child.0.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}

/// The next line that begins with one of the words, if it comes before `until`.
fn wait_for(lines: &Receiver<String>, words: &[&str], until: Instant) -> Option<String> {
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) if words.iter().any(|word| line.starts_with(word)) => return Some(line),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("a child ended without {words:?}"),
        }
    }
}

/// What is wrong with what Rust drained.
fn fault(batch: &Batch) -> Option<String> {
    let is_uniform = matches!(batch.x_mode, XMode::Uniform { .. });
    let residue = |position: u64| (position % 65_521) as f32;
    batch.iter().find_map(|(position, x, y)| {
        let wanted = if is_uniform { position as f64 } else { f64::from(residue(position)) };
        let is_right = (x, y) == (wanted, residue(position) * 1.5);
        (!is_right).then(|| format!("red: ({x}, {y}) at {position}"))
    })
}

/// Stresses until a reader finds a fault, for at most `patience`: the first fault, if any. The readers are one in C and,
/// unless `is_alone`, one in Rust.
fn stress(
    config: &Config,
    writer: &std::path::Path,
    reader: &std::path::Path,
    is_alone: bool,
    patience: Duration,
) -> Option<String> {
    let watchdog = Instant::now() + patience + Duration::from_mins(2);
    let name = format!("c-stress/{}{}/{is_alone}", config.kind, config.log2_capacity);
    let [log2, batch, limit] =
        [u64::from(config.log2_capacity), config.batch, config.limit as u64].map(|n| n.to_string());
    let mut producer = start(writer, &["produce", config.kind, &name, &log2, &batch]);
    let said = lines_of(&mut producer);
    wait_for(&said, &["ready"], watchdog).expect("a producer");
    let mut consumer = start(reader, &["consume", &name, &limit]);
    let lines = lines_of(&mut consumer);
    let line = wait_for(&lines, &["red", "lapped"], watchdog).expect("a reader that is lapped");
    if line.starts_with("red") {
        return Some(line);
    }
    let until = Instant::now() + patience;
    if !is_alone {
        let mut reader = Consumer::attach(&name, StartAt::Oldest).unwrap();
        let mut batch = Batch::with_limit(config.limit);
        while Instant::now() < until || reader.counts().received == 0 {
            reader.drain(&mut batch);
            if let Some(fault) = fault(&batch) {
                return Some(fault);
            }
            assert!(Instant::now() < watchdog, "nothing is received");
        }
    }
    if let Some(line) = wait_for(&lines, &["red"], until) {
        return Some(line);
    }
    drop(producer.0.stdin.take());
    let line = wait_for(&lines, &["red", "green"], watchdog).expect("an end");
    if line.starts_with("red") {
        return Some(line);
    }
    let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(numbers[0] > 0 && numbers[1] > 0, "nothing was kept, or nobody was lapped: {line}");
    None
}

#[test]
fn the_header_stays_green_under_stress() {
    if !has("gcc") {
        return;
    }
    registry();
    let sound = program(None);
    for config in [&TINY_TIMED, &TINY_UNIFORM, &LARGE_TIMED, &LARGE_XY] {
        let fault = stress(config, &sound, &sound, false, Duration::from_secs(1));
        assert_eq!(fault, None, "{}", config.kind);
    }
    let _ = ringplot::stream::gc_below("c-stress");
}

/// Starts afresh every 2 s, because processes that the scheduler has put on one core may stay there.
#[test]
fn each_sabotage_of_the_header_goes_red() {
    if !has("gcc") {
        return;
    }
    registry();
    let sound = program(None);
    for (sabotage, config, is_writers) in [
        (VALIDATE_AGAINST_WRITE_POSITION, &TINY_UNIFORM, false),
        (VALIDATE_AGAINST_WRITE_POSITION, &LARGE_TIMED, false),
        (NO_VALIDATION, &TINY_UNIFORM, false),
        (NO_VALIDATION, &LARGE_XY, false),
        (RESERVE_AFTER_STORE, &TINY_TIMED, true),
        (RESERVE_AFTER_STORE, &LARGE_XY, true),
        (RESERVE_UNROUNDED, &TINY_TIMED, true),
        (RESERVE_UNROUNDED, &LARGE_TIMED, true),
    ] {
        let faulty = program(Some(&sabotage));
        let (writer, reader) = if is_writers { (&faulty, &sound) } else { (&sound, &faulty) };
        let begun = Instant::now();
        let fault = (0..60).find_map(|_| stress(config, writer, reader, true, Duration::from_secs(2)));
        let seconds = begun.elapsed().as_secs_f64();
        println!("{:8} {}: after {seconds:.2} s, {fault:?}", config.kind, sabotage.name);
        assert!(fault.is_some(), "not seen: {} in {}", sabotage.name, config.kind);
    }
    let _ = ringplot::stream::gc_below("c-stress");
}
