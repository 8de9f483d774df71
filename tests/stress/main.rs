//! Real processes at full speed: a producer that never pauses, and 1 to 3 consumers that spin, and let themselves be
//! lapped now and then, so that they copy what is just about to be overwritten. Every point that is kept tells its position, and is checked.
//!
//! Built with `--cfg ringplot_sabotage` (`make sabotage`), faults can be put into the protocol, and each must go red
//! here, in the same configurations and by the same checks under which the sound protocol stays green. A run of a
//! sabotage goes on until it is red, for at most 30 s. In 50 runs of each fault in each configuration all 800 were red;
//! after so many seconds, median and longest, on 2 cores of a Xeon (KVM) that 15 other busy processes shared:
//!
//! | fault | tiny-timed | tiny-uniform | large-timed | large-xy |
//! |---|---|---|---|---|
//! | `write_position` alone is validated against | 0.27, 13.38 | 0.15, 4.38 | 0.36, 6.27 | 1.42, 11.85 |
//! | no validation at all | 0.11, 8.29 | 0.17, 4.39 | 0.25, 2.06 | 0.36, 8.89 |
//! | reservation raised after the copy | 0.06, 0.30 | 0.05, 0.40 | 0.02, 0.17 | 0.01, 0.11 |
//! | reservation not rounded up to a block | 0.04, 0.16 | 0.14, 0.82 | 0.15, 0.80 | 0.23, 1.77 |
//!
//! The first two need a copy and the stores that overtake it at the same instant on two cores, so they take longest
//! where the cores are busy with something else. [`PAIRS`] are the ones that are run by default.
//!
//! `RINGPLOT_STRESS_SECONDS` is how long the sound protocol is stressed in each configuration (1),
//! `RINGPLOT_SABOTAGE_RUNS` how often each sabotage is run (1), `RINGPLOT_SABOTAGE_ALL=1` runs each in each
//! configuration.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its children talk"
)]

mod load;
#[path = "../common/streams.rs"]
mod streams;

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use load::{Config, Stream, Table, residue};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::ring::mutant::Mutant;
use ringplot::{Batch, Consumer, Liveness, StartAt, XMode};
use streams::{Guard, role as played_role};

const TINY_TIMED: Config =
    Config { name: "tiny-timed", mode: "timed", log2_capacity: 10, batch: 400, consumers: 1, limit: 1 << 10 };
const TINY_UNIFORM: Config =
    Config { name: "tiny-uniform", mode: "uniform", log2_capacity: 10, batch: 700, consumers: 2, limit: 300 };
const LARGE_TIMED: Config = Config {
    name: "large-timed",
    mode: "timed",
    log2_capacity: 16,
    batch: 60_000,
    consumers: 3,
    limit: 1 << 14,
};
const LARGE_XY: Config =
    Config { name: "large-xy", mode: "xy", log2_capacity: 18, batch: 65_000, consumers: 1, limit: 1 << 14 };
const CONFIGS: [Config; 4] = [TINY_TIMED, TINY_UNIFORM, LARGE_TIMED, LARGE_XY];

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    let config = CONFIGS.iter().find(|config| config.name == args[0]).unwrap();
    sabotage(&args[1]);
    match role.as_str() {
        "producer" => produce(config, &stream_of(config, &args[1])),
        "consumer" => consume(config, &stream_of(config, &args[1])),
        other => panic!("no role {other}"),
    }
}

/// The stream of one configuration and one mutant.
fn stream_of(config: &Config, mutant: &str) -> String {
    format!("{}/{mutant}", config.name)
}

/// The four that must go red; the sound protocol is `None`.
const MUTANTS: [Mutant; 5] = [
    Mutant::None,
    Mutant::ValidateAgainstWritePosition,
    Mutant::NoValidation,
    Mutant::ReserveAfterStore,
    Mutant::ReserveUnrounded,
];

#[cfg(ringplot_sabotage)]
fn sabotage(name: &str) {
    let mutant = MUTANTS.into_iter().find(|mutant| format!("{mutant:?}") == name).unwrap();
    ringplot::ring::mutant::activate(mutant);
}

#[cfg(not(ringplot_sabotage))]
fn sabotage(name: &str) {
    assert_eq!(name, format!("{:?}", MUTANTS[0]), "this build knows the sound protocol only");
}

/// Pushes as fast as it can, in every way there is, until its standard input is closed.
fn produce(config: &Config, name: &str) {
    let table = Table::new();
    let mut stream = Stream::create(config, name);
    println!("ready");
    let told_to_end = std::thread::spawn(|| std::io::stdin().lines().count());
    let mut rng = StdRng::seed_from_u64(std::process::id().into());
    let quarter = (1u64 << config.log2_capacity) / 4;
    let mut at = 0;
    while !told_to_end.is_finished() {
        let count = rng.gen_range(1..=config.batch);
        at += match rng.gen_range(0..16) {
            0 => {
                stream.singles(&table, at, count);
                count
            }
            1 => {
                let count = count.min(quarter);
                stream.chunk(&table, at, count, true);
                count
            }
            2 => {
                stream.chunk(&table, at + 1, count.min(quarter), false);
                0
            }
            _ => {
                stream.slice(&table, at, count);
                count
            }
        };
    }
}

/// Drains without a pause until the stream ends or a point is not the one written for its position; says which.
fn consume(config: &Config, name: &str) {
    let mut consumer = Consumer::attach_timeout(name, StartAt::Oldest, Duration::from_secs(30)).unwrap();
    let mut batch = Batch::with_limit(config.limit);
    let mut rng = StdRng::seed_from_u64(std::process::id().into());
    let mut is_lapped = false;
    for round in 0u64.. {
        if rng.gen_range(0..4) == 0 {
            wait_to_be_lapped(&consumer);
        }
        if !is_lapped && consumer.counts().lost > 0 {
            println!("lapped");
            is_lapped = true;
        }
        let is_over = round % 256 == 0 && consumer.liveness().is_over();
        let before = consumer.counts();
        let drained = consumer.drain(&mut batch);
        if let Some(fault) = fault(&batch) {
            println!("red after {round} drains: {fault}");
            return;
        }
        let counts = consumer.counts();
        assert_eq!(before.position + drained.lost, drained.first, "{drained:?}");
        assert_eq!((drained.first + drained.count, drained.first), (counts.position, batch.first));
        assert_eq!(drained.count, batch.points.len() as u64);
        assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{counts:?}");
        if is_over && drained.remaining == 0 {
            break;
        }
    }
    if consumer.liveness() != Liveness::Closed {
        println!("the producer died");
        return;
    }
    println!("green {} {}", consumer.counts().received, consumer.counts().lost);
}

/// Spins until the producer is a lap ahead, but not for ever: it may have ended.
fn wait_to_be_lapped(consumer: &Consumer) {
    let lapped = consumer.counts().position + consumer.capacity();
    let _ = (0..20_000).find(|_| {
        std::hint::spin_loop();
        consumer.written() >= lapped
    });
}

/// What is wrong with a drained batch.
fn fault(batch: &Batch) -> Option<String> {
    let x_is_position = matches!(batch.x_mode, XMode::Uniform { .. });
    let (position, x, y) = batch.iter().find(|&(position, x, y)| {
        let value = residue(position);
        let awaited = if x_is_position { position as f64 } else { f64::from(value) };
        (x, y) != (awaited, value * 1.5)
    })?;
    Some(format!("({x}, {y}) at {position}, where {} was written", residue(position)))
}

/// Every line of its output, and at its end an empty one.
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

/// The line with `word`, if it comes before `until`.
fn wait_for(lines: &Receiver<String>, words: &[&str], until: Instant) -> Option<String> {
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            // What the test harness prints may stand before it on the line.
            Ok(line) => {
                if let Some(at) = words.iter().find_map(|word| line.find(word)) {
                    return Some(line[at..].to_owned());
                }
            }
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("a child ended without {words:?}"),
        }
    }
}

/// Stresses until a consumer finds a fault, for at most `patience`: the first fault, if any.
fn stress(config: &Config, mutant: Mutant, patience: Duration) -> Option<String> {
    // Far more than anything here takes: against hanging.
    let watchdog = Instant::now() + patience + Duration::from_mins(2);
    let args = [config.name, &format!("{mutant:?}")];
    let mut producer = Guard::role("producer", &args);
    let said = lines_of(&mut producer);
    wait_for(&said, &["ready"], watchdog).expect("a producer");
    let mut consumers: Vec<_> = (0..config.consumers).map(|_| Guard::role("consumer", &args)).collect();
    let lines: Vec<_> = consumers.iter_mut().map(lines_of).collect();
    // The clock runs once every one of them has been lapped, however slow the machine is.
    for lines in &lines {
        let line = wait_for(lines, &["red", "lapped"], watchdog).expect("a consumer that is lapped");
        if line.starts_with("red") {
            return Some(line);
        }
    }
    let until = Instant::now() + patience;
    while Instant::now() < until {
        let slice = Instant::now() + Duration::from_millis(20);
        if let Some(fault) = lines.iter().find_map(|lines| wait_for(lines, &["red"], slice.min(until))) {
            producer.kill();
            return Some(fault);
        }
    }
    drop(producer.0.stdin.take());
    let (mut received, mut lost) = (0, 0);
    for lines in &lines {
        let line = wait_for(lines, &["red", "green"], watchdog).expect("an end");
        if line.starts_with("red") {
            return Some(line);
        }
        let mut numbers = line.split_whitespace().filter_map(|word| word.parse::<u64>().ok());
        received += numbers.next().unwrap();
        lost += numbers.next().unwrap();
    }
    if mutant == Mutant::None {
        println!("{:12} green; {received} points kept, {lost} lost", config.name);
        assert!(received > 0 && lost > 0, "nothing was kept, or nobody was lapped: this is no stress");
    }
    None
}

/// Stresses until a fault is found, for at most 30 s; starts afresh every 2 s, because processes that the scheduler has
/// put on one core may stay there.
#[cfg(ringplot_sabotage)]
fn stress_until_red(config: &Config, mutant: Mutant) -> Option<String> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        if let Some(fault) = stress(config, mutant, left.min(Duration::from_secs(2))) {
            return Some(fault);
        }
    }
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn the_sound_protocol_stays_green() {
    streams::registry();
    let seconds = Duration::from_secs(setting("RINGPLOT_STRESS_SECONDS", 1));
    let faults = CONFIGS.each_ref().map(|config| stress(config, Mutant::None, seconds));
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    assert!(faults.iter().all(Option::is_none), "{faults:?}");
}

/// What is run by default: each sabotage twice, and each configuration shows at least two.
#[cfg(ringplot_sabotage)]
const PAIRS: [(Mutant, Config); 8] = [
    (Mutant::ValidateAgainstWritePosition, TINY_UNIFORM),
    (Mutant::ValidateAgainstWritePosition, LARGE_TIMED),
    (Mutant::NoValidation, TINY_UNIFORM),
    (Mutant::NoValidation, LARGE_XY),
    (Mutant::ReserveAfterStore, TINY_TIMED),
    (Mutant::ReserveAfterStore, LARGE_XY),
    (Mutant::ReserveUnrounded, TINY_TIMED),
    (Mutant::ReserveUnrounded, LARGE_TIMED),
];

#[cfg(ringplot_sabotage)]
#[test]
fn each_sabotage_goes_red() {
    streams::registry();
    let runs = setting("RINGPLOT_SABOTAGE_RUNS", 1);
    let mut green = Vec::new();
    let all = MUTANTS[1..].iter().flat_map(|mutant| CONFIGS.map(|config| (*mutant, config)));
    let pairs = if setting("RINGPLOT_SABOTAGE_ALL", 0) == 1 { all.collect() } else { PAIRS.to_vec() };
    for (mutant, config) in pairs {
        let mut seconds = Vec::new();
        let mut first = None;
        for _ in 0..runs {
            let begun = Instant::now();
            match stress_until_red(&config, mutant) {
                Some(fault) => _ = first.get_or_insert(fault),
                None => green.push((mutant, config.name)),
            }
            seconds.push(begun.elapsed().as_secs_f64());
        }
        seconds.sort_by(f64::total_cmp);
        let name = format!("{:12} {mutant:?}", config.name);
        let red = runs as usize - green.iter().filter(|pair| **pair == (mutant, config.name)).count();
        let (median, longest) = (seconds[seconds.len() / 2], seconds[seconds.len() - 1]);
        println!("{name}: red in {red} of {runs}, after {median:.2} s, {longest:.2} s at most; {first:?}");
    }
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    assert!(green.is_empty(), "not seen: {green:?}");
}
