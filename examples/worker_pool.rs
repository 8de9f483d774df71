//! A pool of worker processes, shown together: each claims the first free name, all start at one moment, and each
//! streams a random walk of its own. What Pool, Lock, Barrier and Event are to Python's multiprocessing.
//!
//! `cargo run --example worker_pool` (or `-- 8 60`: eight workers for a minute)

use std::error::Error;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rand::Rng;
use ringplot::stream::{open_viewer, wait_at_barrier};
use ringplot::{CreateError, Producer, Timed, ViewerOptions};

const STEPS_A_SECOND: u32 = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    ringplot::init();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default| args.get(at).map_or(Ok(default), |text| text.parse::<u32>());
    if args.first().is_some_and(|word| word == "--worker") {
        return work(number(1, 4)?, number(2, 10)?);
    }
    let (workers, seconds) = (number(0, 4)?, number(1, 10)?);
    let worker = || {
        let role = ["--worker".to_owned(), workers.to_string(), seconds.to_string()];
        Command::new(std::env::current_exe()?).args(role).spawn()
    };
    let mut pool: Vec<Child> = (0..workers).map(|_| worker()).collect::<Result<_, _>>()?;
    let mut options = ViewerOptions::default();
    options.streams.push("pool".into());
    open_viewer(&options);
    for worker in &mut pool {
        if !worker.wait()?.success() {
            return Err("a worker failed".into());
        }
    }
    Ok(())
}

/// A worker takes the first name that nobody has: a name is a lock that a killed holder gives back.
fn claim() -> Result<Producer<Timed>, CreateError> {
    let mut number = 1;
    loop {
        let name = format!("pool/worker-{number}");
        match Producer::builder(&name).group("pool").units("s", "").timed() {
            Err(CreateError::NameInUse { .. }) => number += 1,
            other => return other,
        }
    }
}

fn work(workers: u32, seconds: u32) -> Result<(), Box<dyn Error>> {
    let mut walk = claim()?;
    // With a window no step is missed; without one the pool runs all the same.
    walk.wait_for_viewer(Duration::from_secs(2));
    wait_at_barrier("pool", workers, Duration::from_secs(30))?;
    let begun = Instant::now();
    let mut random = rand::thread_rng();
    let mut y = 0.0;
    for step in 0..seconds * STEPS_A_SECOND {
        let t = f64::from(step) / f64::from(STEPS_A_SECOND);
        y += random.gen_range(-1.0..1.0);
        walk.push(t, y);
        if step % 100 == 0 {
            std::thread::sleep(Duration::from_secs_f64(t).saturating_sub(begun.elapsed()));
        }
    }
    Ok(())
}
