//! x: a column, a key, the arrival, the number of the line.

use ringplot::StreamKind;
use ringplot::pipe::{Format, Settings, X};

use crate::{NOW, feed, settings, text};

#[test]
fn unix_time_is_offsets_from_the_first_to_the_nanosecond() {
    for (first, second, offset) in [
        ("1700000000", "1700000001.25", 1.25),
        ("1700000000000", "1700000000001", 1e-3),
        ("1700000000000000", "1700000000000001", 1e-6),
        ("1700000000000000000", "1700000000000000001", 1e-9),
        ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000000001Z", 1e-9),
        ("2023-11-14T22:13:20Z", "2023-11-15 00:13:21+02:00", 1.0),
    ] {
        for input in [
            format!("a,timestamp\n1,{first}\n2,{second}\n"),
            format!("timestamp={first} a=1\na=2 timestamp=\"{second}\"\n"),
            format!("{{\"a\":1,\"timestamp\":\"{first}\"}}\n{{\"a\":2,\"timestamp\":\"{second}\"}}\n"),
        ] {
            let outcome = text(settings(), &input);
            let found = &outcome.streams["a"];
            assert_eq!(outcome.names(), ["a"], "{input}");
            assert_eq!(found.origin, Some(1_700_000_000_000_000_000), "{input}");
            // Times in a ring are kept to 6e-8 of the time since the first of their block.
            assert!(
                (found.x[1] - offset).abs() <= offset * 1e-7 && found.x[0] == 0.0,
                "{input}: {:?}",
                found.x
            );
        }
    }
}

#[test]
fn plain_seconds_are_taken_as_they_are() {
    let outcome = text(settings(), "t a\n0.5 1\n0.75 2\n0.25 3\n");
    let found = &outcome.streams["a"];
    assert_eq!((found.x.clone(), found.origin), (vec![0.5, 0.75, 0.25], None));
    let outcome = text(settings(), "a,Time [ms]\n1,500\n2,750\n");
    assert_eq!(outcome.streams["a"].x, [0.5, 0.75]);
    let outcome = text(settings(), "{\"t\":0.5,\"a\":1}\n{\"t\":0.75,\"a\":2}\n");
    assert_eq!(outcome.streams["a"].x, [0.5, 0.75]);
}

#[test]
fn a_first_column_of_dates_is_x() {
    let outcome = text(settings(), "2023-11-14T22:13:20Z OK 1\n2023-11-14T22:13:21Z BAD 2\n");
    assert_eq!(
        (outcome.streams["3"].x.clone(), outcome.texts("2")),
        (vec![0.0, 1.0], &["OK".into(), "BAD".into()][..])
    );
}

#[test]
fn the_arrival_is_x_where_nothing_else_is() {
    let outcome = feed(settings(), &[b"1\n", b"2\n", b"3\n4\n"]);
    let found = &outcome.streams["1"];
    assert_eq!((found.x.clone(), found.origin), (vec![0.0, 1.0, 2.0, 2.0], Some(NOW)));
    // Though there is a time.
    let outcome = feed(Settings { x: X::Arrival, ..settings() }, &[b"t=5 a=1\n", b"t=6 a=2\n"]);
    assert_eq!((outcome.streams["a"].x.clone(), outcome.y("t")), (vec![0.0, 1.0], vec![5.0, 6.0]));
}

#[test]
fn lines_are_numbered_where_they_are_a_file_or_asked_to_be() {
    for settings in [Settings { x: X::Line, ..settings() }, Settings { is_file: true, ..settings() }] {
        let outcome = text(settings, "a\n5\n# told\n6\n7\n");
        let found = &outcome.streams["a"];
        assert_eq!((found.x.clone(), found.origin), (vec![1.0, 2.0, 3.0], None));
        assert_eq!(found.kind, Some(StreamKind::Uniform), "viewers label sample numbers");
    }
    // A column that comes later begins later, and each row counts.
    let outcome = text(
        Settings { x: X::Line, ..settings() },
        "1\nx\n3,\n4,5\n5,text\n6,7\n".replace("1\nx", "1,\nx,").as_str(),
    );
    assert_eq!(
        (outcome.streams["2"].x.clone(), outcome.y("2")),
        (vec![4.0, 5.0, 6.0], vec![5.0, -99.0, 7.0])
    );
    assert_eq!(
        (outcome.streams["1"].x.clone(), outcome.y("1")[1]),
        (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], -99.0)
    );
    // Not each line of keys has each of them.
    let outcome = text(Settings { x: X::Line, ..settings() }, "a=1\nb=2\na=3\n");
    assert_eq!((outcome.streams["a"].x.clone(), outcome.y("a")), (vec![1.0, 3.0], vec![1.0, 3.0]));
    let outcome = text(Settings { is_file: true, ..settings() }, "t a\n0.5 6\n");
    assert_eq!(outcome.streams["a"].x, [0.5]);
}

#[test]
fn a_line_without_its_time_is_counted() {
    let outcome = text(settings(), "t,a\n1,2\n,3\nx,4\n5,6\n");
    assert_eq!((outcome.streams["a"].x.clone(), outcome.y("a")), (vec![1.0, 5.0], vec![2.0, 6.0]));
    assert_eq!(outcome.summary.left_out, "2 lines without a time");
    assert!(outcome.was_told("line 3 has no time that can be read"), "{:?}", outcome.told);
}

#[test]
fn times_may_have_a_format_of_their_own() {
    let settings = Settings {
        time_format: Some("%d.%m.%Y %H:%M:%S".to_owned()),
        x: X::Column("1".to_owned()),
        format: Some(Format::Columns),
        ..settings()
    };
    let outcome = text(settings, "14.11.2023 22:13:20 1\n14.11.2023 22:13:22 2\n");
    assert_eq!((outcome.names(), outcome.streams["3"].x.clone()), (vec!["3"], vec![0.0, 2.0]));
}

#[test]
fn what_was_shown_is_forgotten_when_a_monotonic_x_goes_back() {
    let settings = Settings { is_monotonic: true, x: X::Column("1".to_owned()), ..settings() };
    let outcome = text(settings, "1 1\n2 2\n1 3\n2 4\n");
    assert_eq!((outcome.y("2"), outcome.summary.values), (vec![3.0, 4.0], 4));
}
