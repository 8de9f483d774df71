//! The fuzz targets' twin for every machine: the same functions, a million inputs of its own making from a fixed seed.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and tells its seed")]

#[path = "common/targets.rs"]
mod targets;

use bytemuck::Zeroable;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngCore, SeedableRng};
use ringplot::ring::layout::{
    ENDIAN, Geometry, Header, LOG2_BLOCK, MAGIC, MAJOR, MINOR, OFF_META, POINT_FORMAT,
};
use ringplot::stream::hostile;
use targets::{FIX_CHECKSUM, FIX_LENGTH};

const SEED: u64 = 19_680_801;
const HEADERS: usize = if cfg!(miri) { 200 } else { 500_000 };
const RECORDS: usize = if cfg!(miri) { 100 } else { 300_000 };
const RINGS: usize = if cfg!(miri) { 100 } else { 200_000 };

const META: &[u8] = b"name=a/b\nlabel=x\ngroup=a\nx_unit=s\ny_unit=V\ncolour=#01ff02\nstyle=points\nrate_hint=1000000\ny_range=-1,1\nclock=wall\norder=-3\n";

/// An input of the target `header`: a header of each kind that a producer writes, with metadata.
fn valid_header(rng: &mut StdRng) -> Vec<u8> {
    let geometry = Geometry::new(rng.gen_range(10..=32), META.len() as u64, 4096);
    let (stream_kind, x_mode) = *[(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)].choose(rng).unwrap();
    let header = Header {
        magic: MAGIC,
        major: MAJOR,
        minor: MINOR,
        header_len: 0x100,
        segment_len: geometry.segment_len,
        endian: ENDIAN,
        point_format: POINT_FORMAT,
        run_id: rng.r#gen(),
        producer_pid: rng.r#gen(),
        log2_capacity: geometry.log2_capacity,
        log2_block: LOG2_BLOCK,
        stream_kind,
        x_mode,
        max_frame_len: if stream_kind == 0 { 0 } else { 100 },
        off_epochs: geometry.off_epochs,
        off_points: geometry.off_points,
        off_control: geometry.off_control,
        off_meta: OFF_META,
        len_meta: META.len() as u32,
        rate: if x_mode == 2 { 1000.0 } else { 0.0 },
        ..Header::zeroed()
    };
    let mut input = vec![FIX_CHECKSUM];
    input.extend(geometry.segment_len.to_le_bytes());
    input.extend(bytemuck::bytes_of(&header));
    input.resize(9 + OFF_META as usize, 0);
    input.extend(META);
    input
}

/// Numbers on which arithmetic breaks.
fn edge(rng: &mut StdRng) -> u64 {
    let power = 1u64 << rng.gen_range(0..64);
    *[0, 1, 2, u64::MAX, u64::MAX - 1, power, power - 1, power + 1, !power, power.wrapping_neg(), rng.r#gen()]
        .choose(rng)
        .unwrap()
}

/// Changes an input: a field of a header, bits, bytes, runs, the length.
fn mutate(input: &mut Vec<u8>, from: usize, rng: &mut StdRng) {
    for _ in 0..rng.gen_range(1..=6) {
        if input.len() <= from {
            return;
        }
        let at = rng.gen_range(from..input.len());
        match rng.gen_range(0..8) {
            0 => input[at] ^= 1 << rng.gen_range(0..8),
            1 => input[at] = rng.r#gen(),
            2 | 3 => {
                // A whole field, aligned as fields are.
                let at = from + (at - from) / 4 * 4;
                let width = (*[2, 4, 8].choose(rng).unwrap()).min(input.len() - at);
                let value = edge(rng).to_le_bytes();
                input[at..at + width].copy_from_slice(&value[..width]);
            }
            4 => {
                let end = rng.gen_range(at..input.len().min(at + 64) + 1).min(input.len());
                rng.fill_bytes(&mut input[at..end]);
            }
            5 => {
                let end = rng.gen_range(at..input.len().min(at + 32) + 1).min(input.len());
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece);
            }
            6 => input.truncate(if rng.gen_bool(0.2) { at } else { input.len() }),
            _ => {
                input.remove(at);
            }
        }
    }
}

#[test]
fn half_a_million_headers_are_survived_and_some_are_headers() {
    println!("seed {SEED}");
    let mut rng = StdRng::seed_from_u64(SEED);
    let (mut passed, mut refused) = (0u64, 0u64);
    for round in 0..HEADERS {
        let mut input = if round % 10 == 0 {
            let mut bytes = vec![0; rng.gen_range(0..600)];
            rng.fill_bytes(&mut bytes);
            bytes
        } else {
            valid_header(&mut rng)
        };
        if round % 7 == 0 && input.len() > 9 + 0x100 {
            // Regions at the end of the world, in order and aligned: only sums tell.
            let mut put = |at: usize, value: u64| {
                input[9 + at..9 + at + 8].copy_from_slice(&value.to_le_bytes());
            };
            put(0x10, u64::MAX - rng.gen_range(0..3));
            put(0x60, (u64::MAX - rng.gen_range(0..1 << 36)) & !0x3FFF);
            if rng.gen_bool(0.5) {
                put(0x58, (u64::MAX - rng.gen_range(1 << 35..1 << 37)) & !0x3FFF);
            }
        }
        if round % 50 > 0 && round % 7 > 0 {
            let from = if round % 3 == 0 { 0 } else { 9 };
            mutate(&mut input, from, &mut rng);
        }
        if let Some(flags) = input.first_mut() {
            // Mostly with a checksum that holds: it hides everything behind it.
            *flags = [FIX_CHECKSUM, FIX_CHECKSUM | FIX_LENGTH, FIX_CHECKSUM, 0][round % 4];
        }
        if targets::header(&input) {
            passed += 1;
        } else {
            refused += 1;
        }
    }
    println!("{passed} passed, {refused} were refused");
    assert!(
        cfg!(miri) || passed > 10_000 && refused > 10_000,
        "{passed} and {refused}: this tests one side only"
    );
}

#[test]
fn what_is_valid_passes() {
    let mut rng = StdRng::seed_from_u64(SEED);
    assert_eq!(targets::crc32(&[b"1234", b"56789"]), 0xCBF4_3926);
    // `make fuzz` begins with these.
    let corpus = std::env::var_os("RINGPLOT_FUZZ_CORPUS").map(std::path::PathBuf::from);
    let keep = |target: &str, number: usize, input: &[u8]| {
        if let Some(corpus) = &corpus {
            std::fs::create_dir_all(corpus.join(target)).unwrap();
            std::fs::write(corpus.join(target).join(format!("seed{number}")), input).unwrap();
        }
    };
    for number in 0..1000 {
        let header = valid_header(&mut rng);
        assert!(targets::header(&header));
        if number < 30 {
            keep("header", number, &header);
        }
    }
    for (number, input) in texts().iter().enumerate() {
        targets::registry(input);
        keep("registry", number, input);
    }
    for number in 0..50 {
        let input = hostile_ring(&mut rng);
        targets::ring(&input);
        keep("ring", number, &input);
    }
}

/// Records, names and metadata, some as they should be.
fn texts() -> Vec<Vec<u8>> {
    let record = hostile::record_text(0x0123_4567_89ab_cdef, "/ringplot-0123456789abcdef", 42);
    let texts: [&[u8]; 6] = [
        record.as_bytes(),
        META,
        b"lorenz%2Fx\n..\n%2F\na%2F..%2Fb\n.a\na/b/c/d\n%54emp%20%C2%B0\ncon.x\n/imu/acc[0]\ncom1\n%63on",
        b"run=1\nos_id=/ringplot-../../../etc/x\npid=1\n",
        b"run=ffffffffffffffff\nos_id=/ringplot-ffffffffffffffff\npid=4294967296\nrun=0",
        b"y_range=1e39,-1e39\nrate_hint=1e-320\norder=99999999999\ncolour=#\xff\xfe\nlabel=\r\x1b[2J",
    ];
    texts.map(<[u8]>::to_vec).to_vec()
}

#[test]
fn three_hundred_thousand_records_names_and_metadata_are_survived() {
    println!("seed {SEED}");
    let mut rng = StdRng::seed_from_u64(SEED);
    let seeds = texts();
    for round in 0..RECORDS {
        let mut input = seeds.choose(&mut rng).unwrap().clone();
        if round % 20 == 0 {
            let length = rng.gen_range(0..300);
            input = (0..length).map(|_| rng.r#gen()).collect();
        } else {
            mutate(&mut input, 0, &mut rng);
        }
        targets::registry(&input);
    }
}

#[test]
fn two_hundred_thousand_hostile_rings_are_survived() {
    println!("seed {SEED}");
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut frames = 0;
    for round in 0..RINGS {
        let mut input = hostile_ring(&mut rng);
        if round % 10 == 0 {
            mutate(&mut input, 0, &mut rng);
        }
        frames += targets::ring(&input);
    }
    println!("{frames} frames were taken");
    assert!(cfg!(miri) || frames > 1000, "the rings hold no frames: {frames}");
}

/// An input of the target `ring`: counters that belong together, more or less, and frames that nearly are some.
fn hostile_ring(rng: &mut StdRng) -> Vec<u8> {
    let mut input: Vec<u8> = (0..4).map(|_| rng.r#gen()).collect();
    input.extend(rng.gen_range(0..2000u64).to_le_bytes());
    // Counters that belong together, more or less.
    let written = match rng.gen_range(0..4) {
        0 => edge(rng),
        1 => rng.gen_range(0..5000),
        2 => u64::MAX - rng.gen_range(0..5000),
        _ => 1 << 40,
    };
    let near = |rng: &mut StdRng| match rng.gen_range(0..4) {
        0 => edge(rng),
        1 => written,
        2 => written.wrapping_add(rng.gen_range(0..600)),
        _ => written.wrapping_sub(rng.gen_range(0..600)),
    };
    let end = near(rng);
    let count = if rng.gen_bool(0.5) { near(rng) } else { rng.gen_range(0..10) };
    for counter in [written, near(rng), near(rng), end, count] {
        input.extend(counter.to_le_bytes());
    }
    input.push(rng.r#gen());
    for _ in 0..rng.gen_range(0..24) {
        let what = rng.gen_range(0..8u8);
        input.push(what);
        match what {
            0 => {
                input.push(rng.r#gen());
                input.extend(near(rng).to_le_bytes());
            }
            1 if rng.gen_bool(0.7) => {
                // A trailer that could be one.
                input.push(2);
                let length = rng.gen_range(0..40u64);
                input.extend((length | (count.wrapping_sub(1) << 32)).to_le_bytes());
            }
            1 => {
                input.push(rng.r#gen());
                input.extend(edge(rng).to_le_bytes());
            }
            2 => {
                input.extend(edge(rng).to_le_bytes());
                input.extend(f64::to_le_bytes(rng.gen_range(-1e9..1e9)));
            }
            _ => input.push(rng.r#gen()),
        }
    }
    input
}
