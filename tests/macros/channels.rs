//! Channels: streams that are pushed together, each a stream of its own for its readers.

use std::process::Command;

use ringplot::stream::streams;
use ringplot::{Consumer, CreateError, Producer, StartAt, StreamKind};

use super::{ROLE, no_window, points, registry, told};

#[test]
fn a_row_is_a_point_of_each_channel() {
    no_window();
    let names = ["x", "y", "heading"];
    let mut state =
        ringplot::channels("robot", names).units("s", ["m", "m", "rad"]).rate_hint(100.0).timed().unwrap();
    state.push(0.5, [1.0, 2.0, 3.0]);
    state.push_slice(&[1.0, 1.5], &[[4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]);
    state.producers()[2].push(2.0, 10.0);
    assert_eq!(points("robot/x"), [(0.5, 1.0), (1.0, 4.0), (1.5, 7.0)]);
    assert_eq!(points("robot/y"), [(0.5, 2.0), (1.0, 5.0), (1.5, 8.0)]);
    assert_eq!(points("robot/heading"), [(0.5, 3.0), (1.0, 6.0), (1.5, 9.0), (2.0, 10.0)]);
    for (name, unit, order) in [("x", "m", 0), ("y", "m", 1), ("heading", "rad", 2)] {
        let consumer = Consumer::attach(&format!("robot/{name}"), StartAt::Now).unwrap();
        let meta = consumer.meta();
        assert_eq!((meta.group.as_str(), meta.label.as_str(), meta.order), ("robot", name, order));
        assert_eq!((meta.x_unit.as_str(), meta.y_unit.as_str()), ("s", unit));
        assert_eq!((meta.rate_hint_hz, consumer.kind()), (Some(100.0), StreamKind::Timed));
        // 4 s at 100 Hz, rounded up, and no less than the least.
        assert_eq!(consumer.capacity(), 1 << 10);
    }
}

#[test]
fn one_unit_is_that_of_all_and_without_a_rate_few_channels_have_long_rings() {
    no_window();
    let capacity = |name: &str| Consumer::attach(name, StartAt::Now).unwrap().capacity();
    let three = ringplot::channels("omega", ["p", "q", "r"]).units("s", "rad/s").timed().unwrap();
    let unit = |name: &str| Consumer::attach(name, StartAt::Now).unwrap().meta().y_unit.clone();
    assert_eq!([unit("omega/p"), unit("omega/r")], ["rad/s", "rad/s"]);
    // 2^20 in all of them, or what the machine has room for.
    assert!((1 << 14..=1 << 18).contains(&capacity("omega/q")), "{}", capacity("omega/q"));
    drop(three);
    let names: Vec<String> = (0..300).map(|index| index.to_string()).collect();
    let many = ringplot::channels("many", names).units("s", vec!["V"; 300]).timed().unwrap();
    assert!((1 << 10..=1 << 12).contains(&capacity("many/299")), "{}", capacity("many/299"));
    assert_eq!(unit("many/299"), "V");
    drop(many);
}

#[test]
fn slices_of_more_rows_than_are_taken_apart_at_a_time_arrive_whole() {
    no_window();
    let rows: Vec<[f32; 2]> = (0..1_000u16).map(|row| [f32::from(row), -f32::from(row)]).collect();
    let t: Vec<f64> = (0..1_000u16).map(f64::from).collect();
    let mut timed = ringplot::channels("rows/timed", ["a", "b"]).timed().unwrap();
    timed.push_slice(&t, &rows);
    timed.push_slice(&t[..1], &rows);
    let mut uniform = ringplot::channels("rows/uniform", vec!["a", "b"]).uniform(0.0, 1.0).unwrap();
    // The last row is not whole.
    uniform.push_slice(&rows.as_flattened()[..1_999]);
    uniform.push([5.0]);
    for (name, sign) in [("a", 1.0), ("b", -1.0)] {
        let sent: Vec<(f64, f32)> = t.iter().map(|t| (*t, *t as f32 * sign)).collect();
        let mut twice = sent.clone();
        twice.push((0.0, 0.0));
        assert_eq!(points(&format!("rows/timed/{name}")), twice);
        let got = points(&format!("rows/uniform/{name}"));
        assert_eq!(got[..999], sent[..999]);
        assert_eq!(got.len(), 1_000);
        assert!(if name == "a" { got[999].1 == 5.0 } else { got[999].1.is_nan() }, "{:?}", got[999]);
    }
}

#[test]
fn a_row_that_is_too_short_leaves_the_rest_alone() {
    no_window();
    let names: Vec<String> = (0..3).map(|index| format!("cell {index}")).collect();
    let mut cells = ringplot::channels("cells", names).timed().unwrap();
    cells.push(0.0, [1.0, 2.0]);
    cells.push(1.0, vec![3.0; 3]);
    assert_eq!(points("cells/cell 0"), [(0.0, 1.0), (1.0, 3.0)]);
    assert_eq!(points("cells/cell 2"), [(1.0, 3.0)]);
}

ringplot::channels! {
    /// A state.
    #[derive(Debug, Default)]
    struct Pose {
        x: f64 as "m",
        steps: u32,
        /// In radians.
        heading: f32 as "rad",
    }
}

#[test]
fn the_fields_of_a_struct_are_channels() {
    no_window();
    let mut stream = Pose::channels("pose").timed().unwrap();
    let pose = Pose { x: 0.5, steps: 3, heading: -1.0 };
    stream.push(0.25, pose.row());
    for (name, unit, value) in [("x", "m", 0.5), ("steps", "", 3.0), ("heading", "rad", -1.0)] {
        let name = format!("pose/{name}");
        assert_eq!(points(&name), [(0.25, value)]);
        assert_eq!(Consumer::attach(&name, StartAt::Now).unwrap().meta().y_unit, unit);
    }
}

#[test]
fn all_channels_are_created_or_none() {
    no_window();
    let holder = Producer::builder("partly/b").capacity(1 << 10).timed().unwrap();
    let refused = ringplot::channels("partly", ["a", "b", "c"]).timed();
    assert!(matches!(refused, Err(CreateError::NameInUse { .. })), "{refused:?}");
    let names: Vec<String> = streams().unwrap().into_iter().map(|stream| stream.name).collect();
    let left: Vec<&String> = names.iter().filter(|name| name.starts_with("partly")).collect();
    assert_eq!(left, ["partly/b"]);
    drop(holder);
}

/// More channels than the soft limit has descriptors.
pub(super) fn many() {
    let names: Vec<String> = (0..300).map(|index| format!("s{index}")).collect();
    match ringplot::channels("crowded", names).capacity(1 << 10).timed() {
        Ok(mut channels) => println!("created {}", channels.producers().len()),
        Err(error) => println!("refused {error}"),
    }
}

#[test]
fn more_channels_than_descriptors_raise_the_soft_limit_or_are_told_of_it() {
    registry();
    let child = |limit: &str| {
        let own = std::env::current_exe().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -{limit} 200 && exec \"$0\" \"$@\"")]).arg(own);
        command.args(["--exact", "role", "--nocapture", "--test-threads=1"]).env(ROLE, "many channels");
        let output = command.output().unwrap();
        assert!(told(&output).is_empty(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let raised = child("Sn");
    assert!(raised.contains("created 300"), "{raised}");
    let refused = child("n");
    assert!(refused.contains("refused") && refused.contains("`ulimit -n` raises"), "{refused}");
}
