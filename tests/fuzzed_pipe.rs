//! The short twin of the fuzz targets of `ringplot pipe`: the same functions, inputs of its own making from a fixed seed.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and tells its seed")]

#[path = "common/pipe_target.rs"]
mod pipe_target;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngCore, SeedableRng};
use ringplot::pipe::Format;

const SEED: u64 = 19_680_801;
const INPUTS: usize = if cfg!(miri) { 20 } else { 10_000 };

/// What breaks parsers, and what makes another format of a line.
const PIECES: [&[u8]; 40] = [
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    "§".as_bytes(),
    b"\xa7",
    b"|",
    b"|xy",
    b":",
    b";",
    b",",
    b"\t",
    b"  ",
    b"=",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"#",
    b">",
    b"-",
    b"+",
    b".",
    b"e999",
    b"nan",
    b"inf",
    b"1e39",
    b"99999999999999999999",
    b"9223372036854775807",
    b"1700000000",
    b"1700000000000000000",
    b"2026-11-30T12:00:00Z",
    b"/",
    b"..",
    b"3D|",
    b"null",
    b"t=",
];

/// Lines of each format.
fn seeds(format: Format) -> &'static [u8] {
    match format {
        Format::Columns => b"t a b\n0.5 1 2\n1 -2.5e3 text\n2 ,3\n# told\n0.1;2,5\n2026-11-30 12:00:00,5,\"a, b\"\n",
        Format::Arduino => b"temp:21.5,hum:40\nt:1\ta b: -2\n",
        Format::Teleplot => "a:1§V\n>b:1700000000000:2;1700000000001:3\nc:1:2|xy\nd:on|t\n>:told\n".as_bytes(),
        Format::Logfmt => b"t=1.5 a=2 b=\"x \\\" y\" c= d=5% e=7 ms\ntime=2026-11-30T12:00:00Z\n",
        Format::Json => b"{\"t\":1.5,\"a\":{\"b\":[1,null,\"x\",true]}}\n[1,2]\n{\"time\":\"2026-11-30T12:00:00Z\",\"a\":5}\n",
        Format::LabelledValues => b"1 a 2 b 3\na 1\n12:00:00 a 5\n",
        Format::Binary(_) => b"",
    }
}

fn mutated(seed: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut input = seed.to_vec();
    for _ in 0..rng.gen_range(0..8) {
        let at = rng.gen_range(0..=input.len());
        let end = rng.gen_range(at..=input.len().min(at + 12));
        match rng.gen_range(0..5) {
            0 => drop(input.splice(at..at, PIECES.choose(rng).unwrap().iter().copied())),
            1 => drop(input.splice(at..end, PIECES.choose(rng).unwrap().iter().copied())),
            2 => drop(input.drain(at..end)),
            3 => {
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece.repeat(rng.gen_range(1..20)));
            }
            _ => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = rng.r#gen();
                }
            }
        }
    }
    input
}

fn survives(format: Option<Format>, seed: &[u8]) -> u64 {
    println!("seed {SEED}");
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut values = 0;
    for _ in 0..INPUTS {
        let mut input: Vec<u8> = (0..pipe_target::HEAD).map(|_| rng.r#gen()).collect();
        input.extend(mutated(seed, &mut rng));
        values += pipe_target::text(format, &input).values;
    }
    println!("{values} values were read");
    values
}

/// Much of what is survived is read, too.
fn survives_and_reads(format: Format) {
    let values = survives(Some(format), seeds(format));
    assert!(values > INPUTS as u64 / 2, "{values}: this tests refusals alone");
}

#[test]
fn columns_are_survived() {
    survives_and_reads(Format::Columns);
}

#[test]
fn arduino_lines_are_survived() {
    survives_and_reads(Format::Arduino);
}

#[test]
fn teleplot_lines_are_survived() {
    survives_and_reads(Format::Teleplot);
}

#[test]
fn logfmt_lines_are_survived() {
    survives_and_reads(Format::Logfmt);
}

#[test]
fn json_lines_are_survived() {
    survives_and_reads(Format::Json);
}

#[test]
fn labelled_values_are_survived() {
    survives_and_reads(Format::LabelledValues);
}

#[test]
fn lines_to_recognise_are_survived() {
    for format in [Format::Columns, Format::Arduino, Format::Teleplot, Format::Logfmt, Format::Json] {
        survives(None, seeds(format));
    }
}

#[test]
fn samples_are_survived() {
    println!("seed {SEED}");
    let mut rng = StdRng::seed_from_u64(SEED);
    for _ in 0..INPUTS {
        let mut input = vec![0; rng.gen_range(0..2000)];
        rng.fill_bytes(&mut input);
        pipe_target::binary(&input);
    }
}
