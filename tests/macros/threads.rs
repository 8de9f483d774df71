//! Two threads under one name.

use ringplot::plot;
use ringplot::stream::streams;

use super::{child, no_window, points, told};

/// The names of live streams at or below `name`.
fn live(name: &str) -> Vec<String> {
    let all = streams().unwrap().into_iter().filter(|stream| stream.is_live).map(|stream| stream.name);
    all.filter(|stream| stream.starts_with(name)).collect()
}

#[test]
fn a_second_thread_has_a_stream_of_its_own_that_ends_with_it() {
    no_window();
    let (here, there) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
    std::thread::scope(|scope| {
        plot!("pool", 0, 1);
        let second = scope.spawn(|| {
            plot!("pool", 0, 2);
            here.wait();
            there.wait();
        });
        here.wait();
        assert_eq!(live("pool"), ["pool", "pool/2"]);
        assert_eq!((points("pool"), points("pool/2")), (vec![(0.0, 1.0)], vec![(0.0, 2.0)]));
        there.wait();
        // A scope alone ends before the destructors of its threads have run; a join waits for them.
        second.join().unwrap();
        assert_eq!(live("pool"), ["pool"]);
    });
    // Its number is free again.
    std::thread::spawn(|| {
        plot!("pool", 0, 3);
        assert_eq!(live("pool"), ["pool", "pool/2"]);
    })
    .join()
    .unwrap();
}

#[test]
fn a_second_thread_is_told_once() {
    let told = told(&child("two threads"));
    assert_eq!(told, ["ringplot: a second thread plots \"crowd\": its stream is \"crowd/2\""]);
}

/// Many threads at once, under one name.
pub(super) fn two() {
    let barrier = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        for number in 0..4 {
            let barrier = &barrier;
            scope.spawn(move || {
                plot!("crowd", 0, number);
                barrier.wait();
                assert_eq!(live("crowd"), ["crowd", "crowd/2", "crowd/3", "crowd/4"]);
                barrier.wait();
            });
        }
    });
}
