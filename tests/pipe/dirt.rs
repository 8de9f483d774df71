//! Input as it should not be: nothing in it ends a pipe.

use ringplot::pipe::{Format, Settings};

use crate::{feed, settings, text};

#[test]
fn nul_bytes_and_invalid_utf_8_are_texts_like_others() {
    let outcome = feed(settings(), &[b"a,b\n1,2\n\0,3\n\xff\xfe,4\n5\0,5\n6,6\n"]);
    assert_eq!(outcome.y("b"), [2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(outcome.y("a"), [1.0, -99.0, -99.0, -99.0, 6.0]);
    assert_eq!(outcome.summary.left_out, "3 texts among numbers");
    let outcome = feed(settings(), &[b"\xff\xfe=1 b=2\n"]);
    assert_eq!((outcome.summary.streams, outcome.y("b")), (2, vec![2.0]));
}

#[test]
fn a_line_of_more_than_a_mebibyte_is_counted_and_the_next_is_read() {
    let long = vec![b'7'; (1 << 20) + 1];
    let outcome = feed(settings(), &[b"1\n", &long, b"\n2\n"]);
    assert_eq!(
        (outcome.y("1"), outcome.summary.left_out.as_str()),
        (vec![1.0, 2.0], "1 line longer than 1 MiB")
    );
    assert!(outcome.was_told("line 2 is longer than 1 MiB"), "{:?}", outcome.told);
    // As long as may be: one number of a million digits is none that an f32 holds.
    let outcome = feed(settings(), &[b"1\n", &long[1..], b"\n2\n"]);
    assert_eq!(outcome.summary.left_out, "1 number beyond a 32-bit float");
}

#[test]
fn the_last_line_needs_no_end() {
    assert_eq!(text(settings(), "1 2\n3 4").y("2"), [2.0, 4.0]);
    assert_eq!(text(settings(), "1 2").y("2"), [2.0]);
}

#[test]
fn how_the_input_is_cut_makes_no_difference() {
    let input = "t,a,b\n1,2,3\n2,,x\r\n3,4,5\n4,x,\n";
    let whole = feed(settings(), &[input.as_bytes()]);
    for width in 1..12 {
        let pieces: Vec<&[u8]> = input.as_bytes().chunks(width).collect();
        let cut = feed(settings(), &pieces);
        assert_eq!(
            (cut.names(), cut.y("a"), cut.y("b")),
            (whole.names(), whole.y("a"), whole.y("b")),
            "{width}"
        );
        assert_eq!(cut.streams["a"].x, whole.streams["a"].x);
    }
}

#[test]
fn lines_of_another_format_are_counted() {
    for (format, lines) in [
        (Format::Json, "{\"a\":1}\na:1\n"),
        (Format::Logfmt, "a=1\n{\n"),
        (Format::Arduino, "a:1\n1 2\n"),
        (Format::Teleplot, "a:1\n1 2\n"),
    ] {
        let outcome = text(Settings { format: Some(format), ..settings() }, lines);
        assert_eq!(
            (outcome.y("a"), outcome.summary.left_out.as_str()),
            (vec![1.0], "1 line that fits nothing"),
            "{format:?}"
        );
    }
}
