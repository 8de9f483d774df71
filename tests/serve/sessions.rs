//! What a page is sent: exact columns, from what there is now, and never more than it takes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Frame, Served, Session};
use crate::harness::{Place, wait_until};

fn over_time(streams: &[&str], columns: u32) -> Value {
    json!([{"kind": "time", "streams": streams, "size": [columns, 300], "span": 10.0}])
}

fn newest(frame: &Frame) -> Option<f64> {
    frame.shows()?["newest"].as_f64()
}

#[test]
fn a_page_that_acknowledges_nothing_is_sent_two_frames_and_then_the_newest() {
    let place = Place::new();
    let _test = place.produce(&["test", "--rate", "1e5"]);
    let served = Served::start(&place, &["test"]);
    let mut session = served.session();
    session.show(&over_time(&["test"], 200), 60.0);
    let has_data = |frame: &Frame| newest(frame).is_some();
    session.frame_with("there is data", has_data);
    let waiting: Vec<Frame> = std::iter::from_fn(|| session.frame_within(Duration::from_secs(2))).collect();
    assert!(waiting.len() <= 2, "{} frames without an acknowledgement", waiting.len());
    assert!(session.frame_within(Duration::from_millis(500)).is_none(), "they are skipped");
    let before = waiting.last().map(|frame| (frame.header["frame"].as_u64(), newest(frame)));
    let (number, was) = before.unwrap();
    session.acknowledge(waiting.last().unwrap());
    let next = session.frame();
    assert_eq!(next.header["frame"].as_u64(), number.map(|number| number + 1), "nothing is queued");
    // What came in the seconds between is in it: it was made when it was sent.
    assert!(newest(&next).unwrap() - was.unwrap() > 2.0, "{:?} after {was:?}", newest(&next));
    let metrics = served.get("/metrics").body;
    let skipped =
        metrics.lines().find_map(|line| line.strip_prefix("ringplot_frames_skipped_total ")).unwrap();
    assert!(skipped.parse::<u64>().unwrap() > 60, "{skipped}");
}

#[test]
fn a_stopped_page_changes_nothing_for_fifteen_others_and_nothing_for_the_producer() {
    let place = Place::new();
    let _lorenz = place.produce(&["lorenz", "--signal", "lorenz", "--rate", "1e5"]);
    let served = Served::start(&place, &["lorenz"]);
    let streams = ["lorenz/x", "lorenz/y", "lorenz/z"];
    let mut stopped = served.session();
    // More than the system takes on the way: it blocks whoever sends.
    let wide: Value = (0..60).map(|_| over_time(&streams, 8192)[0].clone()).collect();
    stopped.show(&wide, 60.0);
    let mut others: Vec<Session> = (0..15).map(|_| served.session()).collect();
    for session in &mut others {
        session.show(&over_time(&streams, 400), 30.0);
    }
    for round in 0..5 {
        for session in &mut others {
            let first = session.frame_with("data", |frame| newest(frame).is_some());
            let was = newest(&first);
            session.frame_with("newer data", |frame| newest(frame) > was);
        }
        assert_eq!(served.get("/api/streams").json()["clients"], 16, "round {round}");
    }
    let list = served.get("/api/streams").json();
    for stream in list["streams"].as_array().unwrap() {
        assert_eq!(stream["lost"], 0, "{stream}");
        assert!(stream["written"].as_u64().unwrap() > 0);
    }
    drop(stopped);
    wait_until("it has gone", || served.get("/api/streams").json()["clients"] == 15);
}

#[test]
fn the_columns_of_a_frame_are_those_of_the_api_to_the_bit() {
    let place = Place::new();
    let noise = place.produce(&["noise", "--signal", "noise", "--rate", "1e5", "--seconds", "1"]);
    let served = Served::start(&place, &["noise"]);
    drop(noise.wait());
    wait_until("it is over", || served.get("/api/streams").json()["streams"][0]["state"] == "closed");
    let mut session = served.session();
    session
        .show(&json!([{"kind": "time", "streams": ["noise"], "size": [500, 300], "x": [0.25, 0.75]}]), 30.0);
    let frame = session.frame_with("columns", |frame| {
        frame.shows().is_some_and(|shows| shows["series"].get(0).is_some_and(|series| series["share"] == 1.0))
    });
    let shows = frame.shows().unwrap();
    let series = &shows["series"][0];
    assert_eq!(series["offset"], 0.0);
    let at = series["at"].as_u64().unwrap();
    let (low, high) = (frame.floats(at, 500), frame.floats(at + 2000, 500));
    let answer = served.get("/api/columns?stream=noise&from=0.25&to=0.75&columns=500").json();
    let answer = &answer["streams"][0];
    assert_eq!((&shows["x"][0], &shows["x"][1]), (&answer["from"], &answer["to"]));
    for (index, column) in answer["columns"].as_array().unwrap().iter().enumerate() {
        // Samples are f32, and the reader of the JSON here is exact but for the last bit of f64.
        let asked = [0, 1].map(|end| column[end].as_f64().unwrap() as f32);
        assert_eq!([low[index], high[index]].map(f32::to_bits), asked.map(f32::to_bits), "column {index}");
    }
}

#[test]
fn what_does_not_change_is_not_sent_again() {
    let place = Place::new();
    let test = place.produce(&["test", "--rate", "1e4", "--seconds", "1"]);
    let served = Served::start(&place, &["test"]);
    drop(test.wait());
    let mut session = served.session();
    session.show(&over_time(&["test"], 300), 30.0);
    session.frame_with("all is there", |frame| newest(frame).is_some_and(|x| x > 0.99));
    let mut last = session.frame();
    session.acknowledge(&last);
    for _ in 0..3 {
        last = session.frame();
        session.acknowledge(&last);
    }
    assert_eq!(last.header["panels"][0]["same"], true, "{}", last.header);
    assert!(last.header["list"]["streams"].is_array(), "states and rates are told still");
}

#[test]
fn planes_curves_and_waterfalls_are_told() {
    let place = Place::new();
    let _lorenz = place.produce(&["lorenz", "--signal", "lorenz", "--rate", "1e5"]);
    let _spectrum = place.produce(&["spectrum", "--signal", "spectrum"]);
    let served = Served::start(&place, &["lorenz", "spectrum", "--style", "spectrum=waterfall"]);
    wait_until("all are there", || {
        served.get("/api/streams").json()["streams"].as_array().unwrap().len() >= 5
    });
    let list = served.get("/api/streams").json();
    let of = |panel: &str| {
        let streams = list["streams"].as_array().unwrap();
        let found = streams.iter().find(|stream| stream["panel"] == panel);
        found.unwrap_or_else(|| panic!("no {panel}: {list}"))["name"].as_str().unwrap().to_owned()
    };
    let mut session = served.session();
    session.show(&json!([{"kind": "plane", "streams": [of("plane")], "size": [300, 200]}]), 30.0);
    let drawn = session.frame_with("a plane", |frame| {
        frame
            .shows()
            .is_some_and(|shows| shows["points"].as_u64() > Some(10) || shows["cells"].as_u64() > Some(10))
    });
    let shows = drawn.shows().unwrap();
    if let Some(points) = shows["points"].as_u64() {
        let across = drawn.floats(0, points);
        assert!(across.iter().any(|x| (0.0..=300.0).contains(x)), "{across:?}");
    }
    let waterfall = of("waterfall");
    session.show(&json!([{"kind": "curves", "streams": [waterfall], "size": [300, 200]}]), 30.0);
    let curves = session.frame_with("a curve", |frame| {
        frame.shows().is_some_and(|shows| {
            shows["series"].get(0).is_some_and(|of| of["curves"][0]["count"].as_u64() > Some(1))
        })
    });
    let curve = &curves.shows().unwrap()["series"][0]["curves"][0];
    let y = curves.floats(curve["at"].as_u64().unwrap(), 2 * curve["count"].as_u64().unwrap());
    assert!(y.iter().all(|value| value.is_finite()));
    session
        .show(&json!([{"kind": "waterfall", "streams": [waterfall], "size": [100, 80], "span": 5.0}]), 30.0);
    let rows = session
        .frame_with("rows", |frame| frame.shows().is_some_and(|shows| shows["new"].as_u64() > Some(0)));
    let shows = rows.shows().unwrap();
    let new = shows["new"].as_u64().unwrap();
    let places = rows.words(0, new);
    assert!(places.iter().all(|place| *place < 80), "{places:?}");
    let values = rows.floats(4 * (new + shows["missing"].as_u64().unwrap()), 100);
    assert!(values.iter().any(|value| value.is_finite()), "{values:?}");
}
