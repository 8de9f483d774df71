//! The end of a program: its streams are marked closed, however it ends, but for a kill.

use std::process::Stdio;

use ringplot::stream::streams;
use ringplot::{Batch, Consumer, Liveness, StartAt, plot};

use super::{child_command, registry};

/// A program that plots on two threads, and ends in a way that its name says.
pub(super) fn role(role: &str, _args: &[String]) {
    let (sender, receiver) = std::sync::mpsc::channel();
    plot!("end/main", 0, 1);
    std::thread::spawn(move || {
        plot!("end/other", 0, 2);
        sender.send(()).unwrap();
        std::thread::sleep(std::time::Duration::from_mins(1));
    });
    receiver.recv().unwrap();
    println!("plotted");
    // Attached to first, so that the end can be seen.
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    match role {
        // The test harness exits when its test returns: as a `main` that returns does.
        "end by return" => {}
        "end by exit" => std::process::exit(0),
        "end by exit of another thread" => {
            std::thread::spawn(|| std::process::exit(0)).join().unwrap();
        }
        "end by abort" => std::process::abort(),
        other => panic!("no role {other}"),
    }
}

/// How a program that ends this way leaves its two streams, each with the points that are read of it.
fn ends(role: &str) -> Vec<(Liveness, u64)> {
    registry();
    let mut guard = super::streams::Guard(
        child_command(role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    guard.line("plotted");
    let mut consumers =
        ["end/main", "end/other"].map(|name| Consumer::attach(name, StartAt::Oldest).unwrap());
    drop(guard.0.stdin.take());
    guard.end();
    let read = |consumer: &mut Consumer| {
        let mut batch = Batch::with_limit(1 << 10);
        (consumer.liveness(), consumer.drain(&mut batch).count)
    };
    consumers.iter_mut().map(read).collect()
}

#[test]
fn all_streams_are_closed_at_the_end_of_the_program() {
    for role in ["end by return", "end by exit", "end by exit of another thread"] {
        let ends = ends(role);
        assert_eq!(ends, [(Liveness::Closed, 1), (Liveness::Closed, 1)], "{role}");
        let left: Vec<String> = streams().unwrap().into_iter().map(|stream| stream.name).collect();
        assert!(!left.iter().any(|name| name.starts_with("end/")), "{role}: {left:?}");
    }
    let ends = ends("end by abort");
    assert!(ends.iter().all(|(liveness, count)| *liveness != Liveness::Closed && *count == 1), "{ends:?}");
}
