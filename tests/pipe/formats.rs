//! Formats: what each line of them becomes.

use ringplot::StreamKind;
use ringplot::pipe::{Format, Sample, Settings, X};

use crate::{feed, settings, text};

#[test]
fn arduino_labels_are_streams() {
    let outcome = text(settings(), "temp:21.5,hum:40\ntemp: 22.5\thum: 41\nboot\n");
    assert_eq!((outcome.y("temp"), outcome.y("hum")), (vec![21.5, 22.5], vec![40.0, 41.0]));
    assert_eq!(outcome.summary.left_out, "1 line that fits nothing");
}

#[test]
fn logfmt_keys_are_streams_and_a_word_after_a_number_is_its_unit() {
    let outcome = text(settings(), "level=info t=1.5 a=2 load=5% msg=\"it is = \\\"up\\\"\"\nt=2 a= b=3\n");
    assert_eq!((outcome.y("a"), outcome.streams["a"].x.clone()), (vec![2.0, -99.0], vec![1.5, 2.0]));
    assert_eq!(
        (outcome.streams["load"].unit.as_str(), outcome.texts("msg")),
        ("%", &["it is = \"up\"".to_owned()][..])
    );
    let ping = "PING localhost (127.0.0.1) 56(84) bytes of data.\n\
        64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms\n";
    let outcome = text(settings(), ping);
    assert_eq!(outcome.names(), ["icmp_seq", "time", "ttl"]);
    assert_eq!((outcome.y("time"), outcome.streams["time"].unit.as_str()), (vec![0.045], "ms"));
}

#[test]
fn json_keys_are_paths_and_arrays_are_numbered() {
    let input = "{\"t\":1.5,\"imu\":{\"ax\":0.1,\"v\":[1,[2]]},\"on\":true,\"mode\":\"idle\",\"none\":null}\n\
        {\"t\":2,\"imu\":{\"ax\":null},\"mode\":\"run\"}\n{\"t\":3,\"imu\":{\"ax\":\"off\"}}\nbroken\n{\"t\":\n[]\n";
    let outcome = text(settings(), input);
    assert_eq!(outcome.names(), ["imu/ax", "imu/v/0", "imu/v/1/0", "mode", "on"]);
    assert_eq!(
        (outcome.y("imu/ax"), outcome.streams["imu/ax"].x.clone()),
        (vec![0.1, -99.0, -99.0], vec![1.5, 2.0, 3.0])
    );
    assert_eq!((outcome.y("imu/v/1/0"), outcome.y("on")), (vec![2.0], vec![1.0]));
    assert_eq!(
        (outcome.streams["mode"].kind, outcome.texts("mode")),
        (Some(StreamKind::Events), &["idle".into(), "run".into()][..])
    );
    assert_eq!(outcome.summary.left_out, "3 lines that fit nothing, 1 text among numbers");
    // As deep as it goes, and no deeper than a name may be.
    let deep = "{\"a\":".repeat(100) + "1" + &"}".repeat(100) + "\n";
    let outcome = text(settings(), &deep);
    assert_eq!((outcome.summary.streams, outcome.summary.values), (1, 1), "{outcome:?}");
    let too_deep = "[".repeat(10_000) + "\n";
    assert_eq!(text(Settings { format: Some(Format::Json), ..settings() }, &too_deep).summary.streams, 0);
}

#[test]
fn teleplot_lines_are_values_points_and_texts() {
    let input = "temp:21.5§°C\nspeed:1000:1;1500:2\norbit:1:2;3:4|xy\nstate:up|t\nmode:manual\n>pressed:1|np\n\
        track:-1.5:2.5:99|xy\n3D|cube:S:cube\n";
    let outcome = text(Settings { format: Some(Format::Teleplot), ..settings() }, input);
    assert_eq!(outcome.names(), ["mode", "orbit", "pressed", "speed", "state", "temp", "track"]);
    assert_eq!((outcome.y("temp"), outcome.streams["temp"].unit.as_str()), (vec![21.5], "°C"));
    assert_eq!((outcome.y("speed"), outcome.streams["speed"].x.clone()), (vec![1.0, 2.0], vec![1.0, 1.5]));
    let orbit = &outcome.streams["orbit"];
    assert_eq!(
        (orbit.kind, orbit.x.clone(), orbit.y.clone()),
        (Some(StreamKind::Xy), vec![1.0, 3.0], vec![2.0, 4.0])
    );
    assert_eq!((orbit.x_unit.as_str(), outcome.streams["speed"].x_unit.as_str()), ("", "s"));
    assert_eq!((outcome.streams["track"].x.clone(), outcome.y("track")), (vec![-1.5], vec![2.5]));
    assert_eq!(
        (outcome.texts("state"), outcome.texts("mode")),
        (&["up".to_owned()][..], &["manual".to_owned()][..])
    );
    assert_eq!(outcome.summary.left_out, "1 line that fits nothing");
    // Unix time in milliseconds is a date.
    let outcome = text(settings(), "a:1700000000000:1\na:1700000000500:2\n");
    assert_eq!(
        (outcome.streams["a"].origin, outcome.streams["a"].x.clone()),
        (Some(1_700_000_000_000_000_000), vec![0.0, 0.5])
    );
    // What begins as an Arduino's line may is Teleplot's in datagrams.
    let outcome = text(Settings { is_datagrams: true, ..settings() }, "a:1\na:1500:2\nstate:on\n");
    assert_eq!((outcome.y("a"), outcome.texts("state")), (vec![1.0, 2.0], &["on".to_owned()][..]));
    let outcome = text(Settings { is_datagrams: true, ..settings() }, "a:1,b:2\n1 2\n");
    assert_eq!((outcome.y("b"), outcome.summary.left_out.as_str()), (vec![2.0], "1 line that fits nothing"));
    // With > before them, lines without are the talk of a board.
    let outcome = text(settings(), "booting: now\n>a:1\nerror: none\n>a:2\n>:told\n");
    assert_eq!(
        (outcome.names(), outcome.y("a"), outcome.texts("log")),
        (vec!["a", "log"], vec![1.0, 2.0], &["told".to_owned()][..])
    );
}

#[test]
fn feedgnuplots_labels_stand_before_their_values() {
    let format = Some(Format::LabelledValues);
    let outcome = text(Settings { format, ..settings() }, "a 1 b 2\nb 3\na\n");
    assert_eq!((outcome.y("a"), outcome.y("b")), (vec![1.0], vec![2.0, 3.0]));
    assert_eq!(outcome.summary.left_out, "1 line that fits nothing");
    let x = X::Column("1".to_owned());
    let outcome = text(Settings { format, x, ..settings() }, "0.5 a 1 b 2\n1.5 b 3\n");
    assert_eq!((outcome.streams["b"].x.clone(), outcome.y("b")), (vec![0.5, 1.5], vec![2.0, 3.0]));
}

#[test]
fn samples_of_each_kind_and_channel_are_uniform_streams() {
    fn bytes<const N: usize>(values: &[[u8; N]]) -> Vec<u8> {
        values.iter().flatten().copied().collect()
    }
    let kinds: [(Sample, Vec<u8>, [f32; 4]); 7] = [
        (
            Sample::F32,
            bytes(&[1.5f32, -2.0, 3.0, f32::MAX].map(f32::to_le_bytes)),
            [1.5, -2.0, 3.0, f32::MAX],
        ),
        (Sample::F64, bytes(&[1.5f64, -2.0, 3.0, 0.1].map(f64::to_le_bytes)), [1.5, -2.0, 3.0, 0.1]),
        (Sample::I8, bytes(&[1i8, -128, 127, 0].map(i8::to_le_bytes)), [1.0, -128.0, 127.0, 0.0]),
        (Sample::U8, bytes(&[1u8, 128, 255, 0].map(u8::to_le_bytes)), [1.0, 128.0, 255.0, 0.0]),
        (Sample::I16, bytes(&[1i16, -32768, 32767, 0].map(i16::to_le_bytes)), [1.0, -32768.0, 32767.0, 0.0]),
        (Sample::U16, bytes(&[1u16, 32768, 65535, 0].map(u16::to_le_bytes)), [1.0, 32768.0, 65535.0, 0.0]),
        (Sample::I32, bytes(&[1i32, -5, 1 << 24, 0].map(i32::to_le_bytes)), [1.0, -5.0, 16_777_216.0, 0.0]),
    ];
    for (sample, input, values) in kinds {
        let format = Some(Format::Binary(sample));
        let rate_hz = Some(1000.0);
        for width in [1, 3, 100] {
            let pieces: Vec<&[u8]> = input.chunks(width).collect();
            let outcome = feed(Settings { format, rate_hz, ..settings() }, &pieces);
            let found = &outcome.streams["1"];
            assert_eq!(
                (found.kind, found.y.clone()),
                (Some(StreamKind::Uniform), values.to_vec()),
                "{sample:?}"
            );
            assert_eq!(found.x, [0.0, 0.001, 0.002, 0.003]);
            let outcome = feed(Settings { format, rate_hz, channels: 2, ..settings() }, &pieces);
            assert_eq!(
                (outcome.y("1"), outcome.y("2")),
                (vec![values[0], values[2]], vec![values[1], values[3]])
            );
        }
    }
    let format = Some(Format::Binary(Sample::F32));
    let outcome = feed(
        Settings { format, channels: 2, names: vec!["l".into(), "r".into()], ..settings() },
        &[&[0; 21]],
    );
    assert_eq!(
        (outcome.names(), outcome.y("r"), outcome.streams["r"].x.clone()),
        (vec!["l", "r"], vec![0.0, 0.0], vec![0.0, 1.0])
    );
    assert!(outcome.was_told("the last 5 bytes"), "{:?}", outcome.told);
}

#[test]
fn a_told_format_is_not_recognised_anew() {
    let outcome = text(Settings { format: Some(Format::Columns), ..settings() }, "a=1 2\n");
    assert_eq!(outcome.y("2"), [2.0]);
}
