//! What Rust programs plot with: `plot!` and `plot_event!`, which create streams on first use, in any function of any
//! thread, and never fail; `channels`, which push a whole state.
//!
//! What depends on a process of its own (a name's first error, the end of a program) is played by this binary as a child.
#![cfg(not(any(loom, feature = "plot-off")))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_cmp,
    reason = "a test fails by panicking, its children talk, and what is compared is exact"
)]

#[path = "../common/streams.rs"]
mod streams;

mod captured;
mod channels;
mod ends;
mod threads;

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use ringplot::{Batch, Consumer, FrameData, StartAt, plot, plot_event};
use streams::{ROLE, registry, role as played_role};

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    match role.as_str() {
        "two forms" => {
            plot!("mixed", 0.0, 1.0);
            plot!("mixed", 1 => 2);
            plot!("mixed", 2 => 3);
            let kind = Consumer::attach("mixed", StartAt::Oldest).unwrap().kind();
            println!("kind {kind}");
        }
        "a bad name" => {
            let plot = || (0..1_000).for_each(|step| plot!("bad\nname", step, 1.0));
            plot();
            std::thread::spawn(plot).join().unwrap();
        }
        "a taken name" => {
            for step in 0..1_000 {
                plot!("taken", step, 1.0);
            }
        }
        "two threads" => threads::two(),
        "many channels" => channels::many(),
        other => ends::role(other, &args),
    }
}

/// This binary in a role of its own, without a window, to its end.
fn child(role: &str) -> Output {
    child_command(role).output().unwrap()
}

fn child_command(role: &str) -> Command {
    registry();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "role", "--nocapture", "--test-threads=1"]).env(ROLE, role);
    command.env("RINGPLOT_VIEW", "0");
    command
}

/// The lines that ringplot itself printed.
fn told(output: &Output) -> Vec<String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    stderr.lines().filter(|line| line.starts_with("ringplot:")).map(str::to_owned).collect()
}

/// What a stream of points holds.
fn points(name: &str) -> Vec<(f64, f32)> {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).unwrap();
    let mut batch = Batch::with_limit(1 << 16);
    consumer.drain(&mut batch);
    batch.iter().map(|(_, x, y)| (x, y)).collect()
}

/// No window opens from this process.
fn no_window() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    registry();
    #[expect(unsafe_code, reason = "set once, before any other thread plots")]
    // SAFETY: each test calls this first, and the Once orders them.
    ONCE.call_once(|| unsafe { std::env::set_var("RINGPLOT_VIEW", "0") });
}

#[test]
fn a_point_has_the_time_and_the_value_of_the_call() {
    no_window();
    for step in 0..4u8 {
        plot!("given", f64::from(step) * 0.25, i64::from(step) * 10);
    }
    assert_eq!(points("given"), [(0.0, 0.0), (0.25, 10.0), (0.5, 20.0), (0.75, 30.0)]);
}

#[test]
fn the_call_sites_of_a_thread_share_a_name() {
    fn elsewhere() {
        plot!("shared", 2.0, 2.0);
    }
    no_window();
    plot!("shared", 1.0, 1.0);
    elsewhere();
    // A name that is no literal is looked up.
    let name = String::from("shared");
    plot!(&name, 3.0, 3.0);
    assert_eq!(points("shared"), [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]);
}

#[test]
fn a_name_that_changes_is_the_name_of_each_call() {
    no_window();
    for cell in 0..3u8 {
        plot!(&format!("cell/{cell}"), 0.0, cell);
    }
    for cell in 0..3u8 {
        assert_eq!(points(&format!("cell/{cell}")), [(0.0, f32::from(cell))]);
    }
}

#[test]
fn a_point_of_the_plane_and_a_reference() {
    no_window();
    let (x, y) = (1.5_f32, -2.5_f64);
    plot!("plane", x => y);
    plot!("plane", &x => &0);
    assert_eq!(points("plane"), [(1.5, -2.5), (1.5, 0.0)]);
}

#[test]
fn without_a_time_it_is_that_since_the_first_plot_of_the_program() {
    no_window();
    let before = Instant::now();
    plot!("clocked", 1);
    std::thread::sleep(Duration::from_millis(20));
    plot!("clocked", 2);
    let slept = before.elapsed().as_secs_f64();
    let consumer = Consumer::attach("clocked", StartAt::Oldest).unwrap();
    assert!(consumer.meta().clock == ringplot::Clock::Wall && consumer.meta().x_unit == "s");
    let points = points("clocked");
    let apart = points[1].0 - points[0].0;
    assert!(points[0].0 >= 0.0 && (0.02..=slept).contains(&apart), "{points:?}, slept {slept}");
}

#[test]
fn a_curve_has_its_numbers_for_x_and_a_longer_one_has_room() {
    no_window();
    let newest = || {
        let mut consumer = Consumer::attach("curve", StartAt::Oldest).unwrap();
        let (mut frame, mut newest) = (FrameData::default(), Vec::new());
        consumer.each_frame(&mut frame, |frame| {
            newest = frame.points().map(|point| (point.x, point.y)).collect();
        });
        newest
    };
    // One call site, whose curve grows.
    for curve in [vec![1.0_f64, 4.0], (0..5_000).map(f64::from).collect()] {
        plot!("curve", &curve);
        let expected: Vec<(f32, f32)> =
            curve.iter().enumerate().map(|(x, y)| (x as f32, *y as f32)).collect();
        assert_eq!(newest(), expected);
    }
    plot!("curve", &[7_u8; 3]);
    plot!("curve", [8.0_f32; 2].as_slice());
    assert_eq!(newest(), [(0.0, 8.0), (1.0, 8.0)]);
}

#[test]
fn a_text_is_at_the_newest_time_that_its_thread_gave() {
    no_window();
    let events = || {
        let mut consumer = Consumer::attach("events", StartAt::Oldest).unwrap();
        let (mut frame, mut texts) = (FrameData::default(), Vec::new());
        consumer.each_frame(&mut frame, |event| texts.push((event.t, event.text())));
        texts
    };
    let n = 3;
    plot!("beside events", 12.5, 1.0);
    plot_event!("step {}", n);
    plot_event!(13 => "step {n} of {}", 4);
    assert_eq!(events(), [(12.5, "step 3".to_owned()), (13.0, "step 3 of 4".to_owned())]);
}

#[test]
fn the_first_error_of_a_name_is_one_line_and_the_program_goes_on() {
    let output = child("two forms");
    let told = told(&output);
    assert!(String::from_utf8_lossy(&output.stdout).contains("kind timed"), "{output:?}");
    assert_eq!(
        told,
        ["ringplot: \"mixed\" is plotted as plot!(name, t, y) and as plot!(name, x => y): \
          the first is kept, the other needs a name of its own"]
    );

    let told = self::told(&child("a bad name"));
    assert_eq!(told.len(), 1, "{told:?}");

    no_window();
    let holder = ringplot::Producer::builder("taken").capacity(1 << 10).timed().unwrap();
    let told = self::told(&child("a taken name"));
    let pid = std::process::id().to_string();
    assert!(told.len() == 1 && told[0].contains("taken") && told[0].contains(&pid), "{told:?}");
    drop(holder);
}
