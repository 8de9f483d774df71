//! What the fuzz targets of `ringplot pipe` do with an input, and `tests/fuzzed_pipe.rs` with inputs of its own: whatever
//! the bytes are, no panic and no error, no more streams than allowed, and the same however the input is cut.
#![allow(dead_code, reason = "each fuzz target uses a part of it")]

use ringplot::pipe::{Arrival, Base, Format, Pipe, Sample, Settings, Summary, X};

/// Streams that a target allows.
const MOST_STREAMS: usize = 20;
const SAMPLES: [Sample; 7] =
    [Sample::F32, Sample::F64, Sample::I8, Sample::U8, Sample::I16, Sample::U16, Sample::I32];

/// Bytes of an input that are settings.
pub(crate) const HEAD: usize = 4;

/// Binary input, its kind and channels taken from the input.
pub(crate) fn binary(data: &[u8]) -> Summary {
    let kind = usize::from(data.first().copied().unwrap_or(0));
    text(Some(Format::Binary(SAMPLES[kind % SAMPLES.len()])), data)
}

/// Input in a format, or one to recognise: [`HEAD`] bytes of settings, then the input itself.
pub(crate) fn text(format: Option<Format>, data: &[u8]) -> Summary {
    let (head, input) = data.split_at_checked(HEAD).unwrap_or((&[0; HEAD], data));
    let x = match head[0] % 8 {
        0 => X::Arrival,
        1 => X::Line,
        2 if !matches!(format, None | Some(Format::Columns)) => X::Column("a".to_owned()),
        _ => X::Found,
    };
    let settings = Settings {
        base: Base::Named("fuzz".to_owned()),
        format,
        x,
        time_format: (head[0] & 8 != 0).then(|| "%H:%M:%S".to_owned()),
        names: if head[0] & 16 != 0 { vec!["t".to_owned(), "..".to_owned()] } else { Vec::new() },
        has_decimal_comma: head[0] & 32 != 0,
        is_monotonic: head[0] & 64 != 0,
        is_file: head[0] & 128 != 0,
        max_streams: MOST_STREAMS,
        channels: usize::from(head[1] % 30) + 1,
        is_dry: true,
        ..Settings::default()
    };
    let whole = feed(&settings, &[input]);
    let pieces: Vec<&[u8]> = input.chunks(usize::from(head[2]) + 1).collect();
    let cut = feed(&settings, &pieces);
    assert!(whole.streams <= MOST_STREAMS);
    if !matches!(format, Some(Format::Binary(_))) {
        let ends = input.split(|byte| *byte == b'\n').count() - 1;
        let last = usize::from(input.last().is_some_and(|byte| *byte != b'\n'));
        assert_eq!(whole.lines, (ends + last) as u64);
    }
    assert_eq!(cut, whole, "it makes a difference how the input is cut");
    whole
}

fn feed(settings: &Settings, pieces: &[&[u8]]) -> Summary {
    let mut pipe = Pipe::new(settings.clone(), Box::new(|told| assert!(!told.is_empty())))
        .expect("no stream is created");
    for piece in pieces {
        pipe.feed(piece, Arrival { nanos: 1_700_000_000_000_000_000, spread_nanos: 1000 })
            .expect("nothing is refused");
    }
    pipe.end_input().expect("nothing is refused");
    pipe.end(true)
}
