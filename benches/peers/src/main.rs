//! The same points handed over by ringplot and by its peers, as ratios to the least that it could cost.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`
//!
//! A point is 8 bytes. Two questions, each for single points with the producer in a local variable of the loop, single points with
//! the producer behind `&mut` in a loop that is not inlined, and, where there is such a call, batches of 256 and 4,096:
//! - *alone*: the producer's side with nobody reading meanwhile. Bursts that fit, each drained and checked by the same thread
//!   after it was timed; median of the bursts.
//! - *read*: a consumer takes points out without a pause, in a process of its own where the peer can do that, else in a
//!   thread; wall clock, waiting included. A lossless peer waits for its consumer when it is full: what is seen then is the
//!   slower of the two sides. ringplot and ringfire overwrite and never wait; iceoryx2 is set up to do so too.
//!
//! The limit is a loop with one relaxed 8-byte store and one release store of a counter into a mapping like a ring's (of a
//! batch: memcpy and one store), nobody reading, in both tables.

mod peers;

use std::hint::black_box;
use std::time::Instant;

use peers::{
    Crossbeam, Disruptor, Iceoryx, IceoryxSlices, Limit, Peer, Pipe, Ringfire, Ringplot, Ringplot60, Rtrb,
    Socket,
};

/// Points that a peer holds, where that can be chosen.
pub const CAPACITY: usize = 1 << 16;
/// Points in a burst, and the most of a batch.
pub const INPUTS: usize = 4096;

fn quick() -> bool {
    std::env::var_os("RINGPLOT_BENCH_QUICK").is_some()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Hands `words` over, singly when `batch` is 1.
#[inline(always)]
fn hand_over<P: Peer>(peer: &mut P, words: &[u64], batch: usize) {
    if batch == 1 {
        for word in words {
            peer.single(*word);
        }
    } else {
        for words in words.chunks(batch) {
            peer.batch(words);
        }
    }
}

/// As `hand_over`, with the producer where a simulation has it: in a field, behind `&mut self`.
#[inline(never)]
fn hand_over_behind<P: Peer>(peer: &mut P, words: &[u64]) {
    for word in words {
        peer.single(*word);
    }
}

/// How points are handed over.
#[derive(Clone, Copy)]
enum Way {
    Local,
    Behind,
    Batch(usize),
}

const WAYS: [Way; 4] = [Way::Local, Way::Behind, Way::Batch(256), Way::Batch(4096)];

/// Hands `words` over in a way that is known when it is compiled, so that singles have nothing of the others in them.
macro_rules! hand_over {
    ($peer:ident, $words:expr, $way:ident) => {
        match $way {
            Way::Local => hand_over(&mut $peer, $words, 1),
            Way::Behind => hand_over_behind(&mut $peer, $words),
            Way::Batch(batch) => hand_over(&mut $peer, $words, black_box(batch)),
        }
    };
}

/// Nanoseconds a point of the producer alone.
#[inline(never)]
fn alone<P: Peer>(inputs: &[u64], way: Way) -> f64 {
    let (mut peer, mut consumer) = P::open();
    let burst = if let Way::Batch(_) = way { INPUTS } else { P::BURST };
    let bursts = if quick() { 3 } else { P::BURSTS };
    let mut times = Vec::with_capacity(bursts);
    let mut got = Vec::with_capacity(2 * burst);
    for _ in 0..bursts {
        let inputs = black_box(&inputs[..burst]);
        let begun = Instant::now();
        hand_over!(peer, inputs, way);
        times.push(begun.elapsed().as_secs_f64() * 1e9 / burst as f64);
        got.clear();
        P::drain(&mut consumer, burst, &mut got);
        assert!(got == inputs, "{}: what arrived is not what was pushed", P::NAME);
    }
    median(times)
}

/// Nanoseconds a point of the producer while a consumer drains.
#[inline(never)]
fn read<P: Peer>(inputs: &[u64], way: Way) -> f64 {
    let (mut peer, reader) = P::open_read();
    let turns = if quick() { 1 } else { P::READ_POINTS / INPUTS };
    let inputs = black_box(inputs);
    hand_over!(peer, inputs, way);
    let begun = Instant::now();
    for _ in 0..turns {
        hand_over!(peer, inputs, way);
    }
    let time = begun.elapsed().as_secs_f64() * 1e9 / (turns * INPUTS) as f64;
    drop(peer);
    drop(reader);
    time
}

struct Row {
    name: &'static str,
    what: &'static str,
    /// Alone and read, each in all of `WAYS`; several rounds of each.
    times: [[Vec<f64>; 4]; 2],
}

fn round<P: Peer>(rows: &mut Vec<Row>, inputs: &[u64]) {
    let at = rows.iter().position(|row| row.name == P::NAME).unwrap_or_else(|| {
        rows.push(Row { name: P::NAME, what: P::WHAT, times: Default::default() });
        rows.len() - 1
    });
    for (i, way) in WAYS.into_iter().enumerate() {
        if if let Way::Batch(_) = way { P::BATCHES } else { P::SINGLES } {
            if P::ALONE {
                rows[at].times[0][i].push(alone::<P>(inputs, way));
            }
            rows[at].times[1][i].push(read::<P>(inputs, way));
        }
    }
}

fn table(rows: &[Row], which: usize) {
    println!(
        "| | how | single in a local, ns | times the limit | behind `&mut`, ns | times | batch of 256, ns | times | batch of 4096, ns | times |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let time = |row: &Row, i: usize| {
        Some(&row.times[which][i]).filter(|times| !times.is_empty()).map(|t| median(t.clone()))
    };
    for row in rows.iter().filter(|row| (0..WAYS.len()).any(|i| time(row, i).is_some())) {
        let cells: Vec<String> = (0..WAYS.len())
            .map(|i| match (time(row, i), time(&rows[0], i)) {
                (Some(time), Some(limit)) => format!("{time:.2} | {:.2}", time / limit),
                _ => " | ".to_owned(),
            })
            .collect();
        println!("| {} | {} | {} |", row.name, row.what, cells.join(" | "));
    }
}

fn main() {
    if peers::play_role() {
        return;
    }
    let registry = std::env::temp_dir().join(format!("ringplot-peers-{}", std::process::id()));
    // SAFETY: there is no other thread yet.
    unsafe { std::env::set_var("RINGPLOT_DIR", &registry) };
    let inputs: Vec<u64> = (1..=INPUTS as u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 2).collect();
    let mut rows = Vec::new();
    for _ in 0..if quick() { 1 } else { 5 } {
        round::<Limit>(&mut rows, &inputs);
        round::<Ringplot>(&mut rows, &inputs);
        round::<Ringplot60>(&mut rows, &inputs);
        round::<Rtrb>(&mut rows, &inputs);
        round::<Disruptor>(&mut rows, &inputs);
        round::<Crossbeam>(&mut rows, &inputs);
        round::<Ringfire>(&mut rows, &inputs);
        round::<Iceoryx>(&mut rows, &inputs);
        round::<IceoryxSlices>(&mut rows, &inputs);
        round::<Pipe>(&mut rows, &inputs);
        round::<Socket>(&mut rows, &inputs);
    }
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown");
    println!("\npeers: {model}, load average {}\n\nalone:\n", read("/proc/loadavg").trim());
    table(&rows, 0);
    println!("\nread:\n");
    table(&rows, 1);
    let _ = std::fs::remove_dir_all(registry);
    for item in std::fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
        if item.file_name().to_string_lossy().starts_with(peers::ICEORYX_PREFIX) {
            let _ = std::fs::remove_file(item.path());
        }
    }
}
