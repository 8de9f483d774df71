//! The short twin of the fuzz target of a page's messages: the same function, inputs of its own making from a fixed seed.

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::serve_target::message;

const SEED: u64 = 19_680_801;
const INPUTS: usize = 50_000;

const SEEDS: [&str; 4] = [
    r#"{"ack":17}"#,
    r#"{"view":{"panels":[],"fps":30}}"#,
    r#"{"view":{"panels":[{"kind":"time","streams":["a","b"],"size":[800,300],"span":10,"log":[false,true],"group":1}]}}"#,
    r#"{"view":{"panels":[{"kind":"plane","streams":["a"],"size":[8192,4096],"x":[-1e3,2.5],"y":[0,1]},{"kind":"waterfall","streams":[],"size":[1,1]},{"kind":"curves","streams":["\u0000"],"size":[10,10],"x":null}],"fps":0.1}}"#,
];

const PIECES: [&[u8]; 26] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"-0",
    b"8193",
    b"4294967296",
    b"99999999999999999999",
    b"NaN",
    b"\xff",
    b"\0",
    b"\"view\"",
    b"\"ack\":1",
    b"\"x\":[1,0]",
    b"\"streams\":[]",
];

#[test]
fn messages_are_survived() {
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut taken = 0;
    for _ in 0..INPUTS {
        let mut input = SEEDS.choose(&mut rng).unwrap().as_bytes().to_vec();
        for _ in 0..rng.gen_range(0..5) {
            let at = rng.gen_range(0..=input.len());
            let end = rng.gen_range(at..=input.len().min(at + 12));
            match rng.gen_range(0..5) {
                0 => drop(input.splice(at..at, PIECES.choose(&mut rng).unwrap().iter().copied())),
                1 => drop(input.splice(at..end, PIECES.choose(&mut rng).unwrap().iter().copied())),
                2 => drop(input.drain(at..end)),
                3 => {
                    let piece = input[at..end].to_vec();
                    input.splice(at..at, piece.repeat(rng.gen_range(1..200)));
                }
                _ => {
                    if let Some(byte) = input.get_mut(at) {
                        *byte = rng.r#gen();
                    }
                }
            }
        }
        taken += usize::from(message(&input));
    }
    assert!(taken > INPUTS / 10 && taken < INPUTS * 9 / 10, "{taken} of {INPUTS} were taken: seed {SEED}");
}
