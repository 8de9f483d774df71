//! With the feature `plot-off` the macros look at their arguments' types, and run nothing.
#![cfg(feature = "plot-off")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/streams.rs"]
mod streams;

use ringplot::{plot, plot_event};

fn called<T>() -> T {
    panic!("an argument is evaluated")
}

#[test]
fn nothing_is_evaluated_and_nothing_is_created() {
    streams::registry();
    plot!("a", called::<f64>(), 1.0);
    plot!("a", 0.0, called::<f32>());
    plot!("b", called::<f32>() => 1);
    plot!("c", called::<f64>());
    plot!("d", called::<&[f32]>());
    plot!(called::<&str>(), 1, 2);
    plot_event!("step {}", called::<u32>());
    plot_event!(called::<f64>() => "step");
    assert!(ringplot::stream::streams().unwrap().is_empty());
}
