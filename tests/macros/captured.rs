//! `testing::capture`.

use ringplot::stream::streams;
use ringplot::testing::capture;
use ringplot::{plot, plot_event};

use super::{no_window, points};

#[test]
fn a_block_is_captured_without_a_stream() {
    no_window();
    let plotted = capture(|| {
        plot!("captured/energy", 0.5, 2.0);
        plot!("captured/orbit", 1 => 2);
        plot!(&String::from("captured/energy"), 1.5, 3.0);
        plot!("captured/curve", &[1.0, 2.0]);
        plot!("captured/load", 0.25);
        plot_event!(2.5 => "half {}", 1);
        plot_event!("at the newest time");
    });
    assert_eq!(plotted.names(), ["captured/energy", "captured/orbit", "captured/load", "captured/curve"]);
    assert_eq!(plotted.points("captured/energy"), [(0.5, 2.0), (1.5, 3.0)]);
    assert_eq!(plotted.points("captured/orbit"), [(1.0, 2.0)]);
    assert_eq!(plotted.points("captured/load")[0].1, 0.25);
    assert_eq!(plotted.curves("captured/curve")[0].1, [1.0, 2.0]);
    assert_eq!(plotted.texts()[0], (2.5, "half 1".to_owned()));
    assert!(plotted.points("captured/nothing").is_empty());
    let live: Vec<String> = streams().unwrap().into_iter().map(|stream| stream.name).collect();
    assert!(!live.iter().any(|name| name.starts_with("captured")), "{live:?}");
}

#[test]
fn a_capture_leaves_the_streams_of_before_as_they_are() {
    no_window();
    let plot_one = |y: u8| plot!("around", y, y);
    plot_one(1);
    let plotted = capture(|| plot_one(2));
    let panicked = std::panic::catch_unwind(|| {
        capture(|| {
            plot!("around", 3, 3);
            panic!("a failed assertion");
        })
    });
    assert!(panicked.is_err());
    plot_one(4);
    assert_eq!(plotted.points("around"), [(2.0, 2.0)]);
    assert_eq!(points("around"), [(1.0, 1.0), (4.0, 4.0)]);
}

#[test]
fn captures_in_each_other_keep_their_own() {
    let mut inner = None;
    let outer = capture(|| {
        plot!("nested", 1, 1);
        inner = Some(capture(|| plot!("nested", 2, 2)));
        plot!("nested", 3, 3);
    });
    assert_eq!(inner.unwrap().points("nested"), [(2.0, 2.0)]);
    assert_eq!(outer.points("nested"), [(1.0, 1.0), (3.0, 3.0)]);
}
