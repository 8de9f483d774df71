//! What the public types promise by their traits: they can be stored, printed, compared and sent to another thread.

#![cfg(not(loom))]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "common/streams.rs"]
mod streams;

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use ringplot::stream::{
    BarrierError, Change, Cleaned, DirectoryError, HeaderError, Left, NameError, OpenViewerError,
    ParseNameError, Registered, SegmentError, Watch, WriteChunk,
};
use ringplot::{
    AttachError, Batch, Builder, Clock, Consumer, Counts, CreateError, Drained, Events, FrameData, Liveness,
    Meta, Point, Producer, ProducerStats, Snapshot, StartAt, StreamKind, Style, Timed, Uniform,
    ViewerOptions, ViewerStatus, XMode, Xy,
};

fn is_sent<T: Send + Sync + Unpin + Debug + 'static>() {}
fn is_compared<T: Clone + PartialEq + Debug>() {}
fn is_a_key<T: Clone + Eq + Hash + Debug>() {}
fn is_default<T: Default>() {}
fn is_an_error<T: Error + Send + Sync + 'static>() {}
fn is_named<T: Display + FromStr<Err = ParseNameError> + Copy + PartialEq>() {}

/// Each mode of a producer has a name that a struct's field can hold.
#[expect(dead_code, reason = "that it compiles is the test")]
struct Held {
    timed: Producer<Timed>,
    uniform: Producer<Uniform>,
    xy: Producer<Xy>,
    snapshot: Producer<Snapshot>,
    events: Producer<Events>,
}

#[test]
fn public_types_have_the_common_traits() {
    is_sent::<Producer<Timed>>();
    is_sent::<Producer<Uniform>>();
    is_sent::<Producer<Xy>>();
    is_sent::<Producer<Snapshot>>();
    is_sent::<Producer<Events>>();
    is_sent::<WriteChunk<'static, Timed>>();
    is_sent::<Builder>();
    is_sent::<Consumer>();
    is_sent::<Watch>();
    is_sent::<Batch>();
    is_sent::<FrameData>();
    is_sent::<ViewerStatus>();
    is_sent::<Meta>();

    is_compared::<Batch>();
    is_compared::<Builder>();
    is_compared::<FrameData>();
    is_compared::<Meta>();
    is_compared::<Point>();
    is_compared::<XMode>();

    is_a_key::<Change>();
    is_a_key::<Cleaned>();
    is_a_key::<Clock>();
    is_a_key::<Counts>();
    is_a_key::<Drained>();
    is_a_key::<HeaderError>();
    is_a_key::<Left>();
    is_a_key::<Liveness>();
    is_a_key::<NameError>();
    is_a_key::<ParseNameError>();
    is_a_key::<ProducerStats>();
    is_a_key::<Registered>();
    is_a_key::<StartAt>();
    is_a_key::<StreamKind>();
    is_a_key::<Style>();
    is_compared::<ViewerOptions>();

    is_default::<Clock>();
    is_default::<Counts>();
    is_default::<Drained>();
    is_default::<FrameData>();
    is_default::<Meta>();
    is_default::<Point>();
    is_default::<StartAt>();
    is_default::<Style>();
    is_default::<ViewerOptions>();
    is_default::<Watch>();

    is_an_error::<AttachError>();
    is_an_error::<BarrierError>();
    is_an_error::<CreateError>();
    is_an_error::<DirectoryError>();
    is_an_error::<HeaderError>();
    is_an_error::<NameError>();
    is_an_error::<OpenViewerError>();
    is_an_error::<ParseNameError>();
    is_an_error::<SegmentError>();

    is_named::<Clock>();
    is_named::<Liveness>();
    is_named::<StreamKind>();
    is_named::<Style>();
}

fn names_of<T: Display + FromStr<Err = ParseNameError> + Copy + PartialEq + Debug>(all: &[T]) -> String {
    let names: Vec<String> = all.iter().map(T::to_string).collect();
    for (value, name) in all.iter().zip(&names) {
        assert_eq!(name.parse::<T>().unwrap(), *value);
        assert_eq!(format!("{value:>12}").len(), 12, "{name} is padded");
    }
    names.join(" ")
}

/// They are in segments, layouts and JSON, so that none of them may change.
#[test]
fn names_read_back_and_stay() {
    assert_eq!(
        names_of(Style::ALL),
        "line points step-pre step-mid step-post area stem band persistence fading waterfall"
    );
    assert_eq!(names_of(StreamKind::ALL), "timed uniform xy snapshot events");
    assert_eq!(names_of(Clock::ALL), "simulation wall");
    assert_eq!(names_of(Liveness::ALL), "live stalled closed finished dead replaced damaged");
    let error = "Line".parse::<Style>().unwrap_err();
    assert!(
        error.to_string().starts_with("'Line' is no style: choose one of line, points, step-pre"),
        "{error}"
    );
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[test]
fn a_viewer_that_cannot_be_started_says_why() {
    streams::registry();
    let producer = Producer::builder("unseen").capacity(1024).timed().unwrap();
    let mut options = ViewerOptions::default();
    options.program = Some("/nowhere/ringplot".into());
    // Ignored without a warning.
    producer.open_viewer_with(&options);
    let status = producer.open_viewer_with(&options);
    assert!(!status.is_open());
    let error = status.ok().unwrap_err();
    assert!(matches!(error, OpenViewerError::Start { .. }), "{error}");
    assert!(error.to_string().ends_with(": /nowhere/ringplot"), "{error}");
}

#[test]
fn the_debug_text_of_a_producer_is_short() {
    streams::registry();
    let mut producer = Producer::builder("debug").capacity(1024).xy().unwrap();
    producer.push(Point::new(1.0, 2.0));
    let text = [format!("{producer:?}"), format!("{:?}", producer.reserve(4))].concat();
    assert!(text.contains("position: 1") && text.len() < 4000, "{} bytes", text.len());
}
