//! Columns: separators, names, gaps.

use ringplot::StreamKind;
use ringplot::pipe::{Format, Settings, X};

use crate::{settings, text};

#[test]
fn every_separator_gives_the_same_streams() {
    for input in [
        "1 2.5 -3\n4 5 6\n",
        "1\t2.5\t-3\n4\t5\t6\n",
        " 1,2.5, -3\n4 ,5,6\n",
        "1;2.5;-3\n4;5;6\n",
        "1   +2.5 -3.0e0 # told\n# 9 9 9\n\n4 5 6",
        "\u{feff}1 2.5 -3\r\n4 5 6\r\n",
    ] {
        let outcome = text(settings(), input);
        assert_eq!(outcome.names(), ["1", "2", "3"], "{input:?}: {outcome:?}");
        assert_eq!(
            (outcome.y("1"), outcome.y("2"), outcome.y("3")),
            (vec![1.0, 4.0], vec![2.5, 5.0], vec![-3.0, 6.0])
        );
        assert_eq!((outcome.summary.values, outcome.summary.left_out.as_str()), (6, ""), "{input:?}");
    }
}

#[test]
fn a_header_names_the_columns_and_gives_their_units() {
    let outcome = text(settings(), "Temp (°C),v [m/s],\"a, b\",a/b,\n1,2,3,4,5\n");
    assert_eq!(outcome.names(), ["5", "Temp", "a, b", "a/b", "v"]);
    assert_eq!((outcome.streams["Temp"].unit.as_str(), outcome.streams["v"].unit.as_str()), ("°C", "m/s"));
    // As numpy.savetxt has it, and as vmstat does: the last title counts, and repeated ones are no data.
    let outcome =
        text(settings(), "procs --memory-- -cpu-\n # a b\n1 2\nprocs --memory-- -cpu-\n# a b\n3 4\n");
    assert_eq!((outcome.names(), outcome.y("b")), (vec!["a", "b"], vec![2.0, 4.0]));
    assert_eq!(outcome.summary.left_out, "");
    let outcome = text(settings(), "a b\n1 2\na b\n3 4\n");
    assert_eq!((outcome.y("a"), outcome.summary.left_out.as_str()), (vec![1.0, 3.0], ""));
}

#[test]
fn names_are_for_all_columns_or_for_those_that_are_not_x() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let outcome = text(Settings { names: names(&["t", "a", "b"]), ..settings() }, "0.5 1 2\n1.5 3 4\n");
    assert_eq!((outcome.names(), outcome.streams["a"].x.clone()), (vec!["a", "b"], vec![0.5, 1.5]));
    let x = X::Column("1".to_owned());
    let outcome = text(Settings { names: names(&["a", "b"]), x, ..settings() }, "0.5 1 2\n1.5 3 4\n");
    assert_eq!((outcome.names(), outcome.streams["b"].x.clone()), (vec!["a", "b"], vec![0.5, 1.5]));
}

#[test]
fn an_absent_cell_is_a_gap_and_a_later_column_is_a_stream() {
    let outcome = text(settings(), "1,2\n3,\n5,6,7\n,8\n");
    assert_eq!(outcome.y("1"), [1.0, 3.0, 5.0, -99.0]);
    assert_eq!(outcome.y("2"), [2.0, -99.0, 6.0, 8.0]);
    assert_eq!(outcome.y("3"), [7.0, -99.0]);
    assert_eq!(outcome.summary.left_out, "");
}

#[test]
fn a_text_lifts_the_pen_where_numbers_were_and_is_an_event_where_none_were() {
    let outcome = text(settings(), "1,up,nan\n2,down,3\nfault,3,4\n4,on,1e39\n");
    assert_eq!(outcome.y("1"), [1.0, 2.0, -99.0, 4.0]);
    assert!(outcome.was_told("1 has 'fault' among its numbers"), "{outcome:?}");
    // The second column is one of numbers from its first one on.
    assert_eq!((outcome.streams["2"].kind, outcome.y("2")), (Some(StreamKind::Timed), vec![3.0, -99.0]));
    assert_eq!(outcome.y("3")[..3], [-99.0, 3.0, 4.0]);
    assert_eq!(outcome.summary.left_out, "2 texts among numbers, 1 number beyond a 32-bit float");
    let outcome = text(settings(), "1,up\n2,down\n");
    assert_eq!(outcome.texts("2"), ["up", "down"]);
    assert_eq!(text(settings(), "1,up\n2,3\n").summary.values, 4, "the event is counted, too");
}

#[test]
fn numbers_may_have_a_decimal_comma() {
    let outcome = text(Settings { has_decimal_comma: true, ..settings() }, "a;b\n1,5;2\n-2,5e1;3\n");
    assert_eq!((outcome.y("a"), outcome.y("b")), (vec![1.5, -25.0], vec![2.0, 3.0]));
    let outcome = text(Settings { has_decimal_comma: true, ..settings() }, "1,5 2,5\n");
    assert_eq!(outcome.y("2"), [2.5]);
}

#[test]
fn a_line_that_fits_nothing_is_counted_and_the_first_is_told() {
    let outcome = text(settings(), "1 2\nno such file or directory\n3 4\nagain and again and again\n");
    assert_eq!(
        (outcome.y("2"), outcome.summary.left_out.as_str()),
        (vec![2.0, 4.0], "2 lines that fit nothing")
    );
    let told: Vec<_> = outcome.told.iter().filter(|told| told.contains("left out")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("line 2 ") && told[0].contains("'no such file or directory'"), "{told:?}");
}

#[test]
fn more_streams_than_allowed_are_counted() {
    let outcome = text(Settings { max_streams: 2, ..settings() }, "1 2 3 4\n5 6 7 8\n");
    assert_eq!((outcome.names(), outcome.summary.streams), (vec!["1", "2"], 2));
    assert_eq!(outcome.summary.left_out, "4 values of streams too many");
    assert!(outcome.was_told("--max-streams"), "{:?}", outcome.told);
    let keys: Vec<String> = (0..300).map(|n| format!("k{n}=1")).collect();
    let keys = keys.join(" ");
    let outcome = text(Settings { capacity: Some(1024), ..settings() }, &keys);
    assert_eq!(
        (outcome.summary.streams, outcome.summary.left_out.as_str()),
        (256, "44 values of streams too many")
    );
}

#[test]
fn a_chosen_column_that_is_not_there_is_an_error() {
    let settings = Settings {
        x: X::Column("speed".to_owned()),
        is_dry: true,
        format: Some(Format::Columns),
        ..settings()
    };
    let mut pipe = ringplot::pipe::Pipe::new(settings, Box::new(|_| ())).unwrap();
    pipe.feed(b"a b\n1 2\n", ringplot::pipe::Arrival::default()).unwrap();
    let error = pipe.tick(i64::MAX).unwrap_err().to_string();
    assert_eq!(error, "no column is called 'speed', and there are 2: choose one of a, b");
}

#[test]
fn labels_that_are_no_names_are_mended_and_told() {
    let outcome = text(settings(), "..,a\u{7},a_,x//y\n1,2,3,4\n");
    assert_eq!(outcome.names(), ["__", "a_", "a_-2", "x/y"]);
    assert!(outcome.was_told("a_-2") && outcome.was_told("x/y"), "{:?}", outcome.told);
}
