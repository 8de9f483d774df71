//! What of a stream `render` takes: `--from`, `--to`, `--last` and `--xlen`.

use crate::harness::{Done, Place};

/// Runs `render` on a stream into a table; what it did, and x of the rows.
fn table(place: &Place, stream: &str, options: &[&str]) -> (Done, Vec<f64>) {
    let path = place.file("table.csv");
    let _ = std::fs::remove_file(&path);
    let mut args = vec!["render", stream, "--seconds", "0.5", "-o", path.to_str().unwrap()];
    args.extend(options);
    let done = place.run(&args);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    // Heads and remarks have no number there.
    let xs = text.lines().filter_map(|line| line.split(',').nth(1)?.parse().ok());
    (done, xs.collect())
}

fn assert_refused(done: &Done, parts: &[&str]) {
    assert_eq!(done.code(), Some(2), "{done:?}");
    for part in parts {
        assert!(done.err.contains(part), "{part:?} is not in {done:?}");
    }
}

#[test]
fn a_range_of_time_is_half_open_and_to_the_sample() {
    let place = Place::new();
    let _producer = place.produce(&["t", "--signal", "counter", "--rate", "1e4", "--capacity", "2^20"]);
    // So that there is more than is asked for.
    let (done, all) = table(&place, "t", &["--from", "0"]);
    assert!(done.code() == Some(0) && all[0] == 0.0 && all.len() > 3_000, "{done:?}: {} rows", all.len());
    for (options, first, last) in [
        (vec!["--from", "0.1", "--to", "0.2003"], 1_000_u32, 2_002),
        (vec!["--from", "0.10005", "--to", "0.20035"], 1_001, 2_003),
        (vec!["--to", "0.05"], 0, 499),
        (vec!["--from", "0.1", "--xlen", "0.05"], 1_000, 1_499),
        (vec!["--to", "0.1", "--xlen", "0.05"], 500, 999),
    ] {
        let (done, xs) = table(&place, "t", &options);
        assert_eq!(done.code(), Some(0), "{done:?}");
        let wanted: Vec<f64> = (first..=last).map(|i| f64::from(i) / 1e4).collect();
        assert!(xs == wanted, "{options:?}: {} rows from {:?} to {:?}", xs.len(), xs.first(), xs.last());
    }
    for option in ["--last", "--xlen"] {
        let (done, xs) = table(&place, "t", &[option, "0.1"]);
        assert_eq!((done.code(), xs.len()), (Some(0), 1_000), "{option}: {done:?}");
    }
    assert_refused(
        &place.run(&["render", "t", "-o", "t.csv", "--from", "2", "--to", "1"]),
        &["--from 2", "--to 1"],
    );
    let all_three = ["render", "t", "-o", "t.csv", "--from", "1", "--to", "2", "--xlen", "1"];
    assert_refused(&place.run(&all_three), &["leave one out"]);
}

#[test]
fn a_range_is_one_of_x_where_x_is_not_time() {
    let place = Place::new();
    let _lorenz = place.produce(&["l", "--signal", "lorenz", "--rate", "1e5", "--capacity", "2^18"]);
    let (done, all) = table(&place, "l/xz", &[]);
    let mut sorted = all.clone();
    sorted.sort_by(f64::total_cmp);
    let [quarter, half] = [sorted[all.len() / 4], sorted[all.len() / 2]];
    assert!(quarter < half, "{done:?}");
    let [from, to] = [quarter.to_string(), half.to_string()];
    let (_, right) = table(&place, "l/xz", &["--from", &from, "--to", &to]);
    assert!(!right.is_empty() && right.iter().all(|x| (quarter..half).contains(x)));
    let (_, left) = table(&place, "l/xz", &["--to", &from]);
    assert!(!left.is_empty() && left.iter().all(|x| *x < quarter));
    let (_, newest) = table(&place, "l/xz", &["--xy-points", "100"]);
    assert_eq!(newest.len(), 100);
    for option in ["--last", "--xlen"] {
        let (done, xs) = table(&place, "l/xz", &[option, "0.1"]);
        assert_refused(&done, &[option, "l/xz is an XY stream", "--from and --to"]);
        assert!(xs.is_empty());
    }
    // Beside a stream over time it is said.
    let (done, _) = table(&place, "l", &["--last", "0.1"]);
    assert!(done.code() == Some(0) && done.err.contains("l/xz is an XY stream"), "{done:?}");
}

#[test]
fn a_range_is_one_of_x_in_curves_too() {
    let place = Place::new();
    let _spectrum = place.produce(&["s", "--signal", "spectrum"]);
    let (done, all) = table(&place, "s", &[]);
    assert!(all.len() > 10, "{done:?}");
    let [from, to] = [all[all.len() / 3], all[all.len() / 2]];
    let (done, part) = table(&place, "s", &["--from", &from.to_string(), "--to", &to.to_string()]);
    let wanted: Vec<f64> = all.iter().copied().filter(|x| (from..to).contains(x)).collect();
    assert!(part == wanted && !part.is_empty(), "{done:?}");
    assert_refused(&table(&place, "s", &["--last", "1"]).0, &["--last", "s is a curve"]);
}

#[test]
fn what_says_nothing_of_data_is_told() {
    let place = Place::new();
    let _producer = place.produce(&["t", "--signal", "counter", "--rate", "1e4"]);
    let (done, _) = table(&place, "t", &["--ymin", "0", "--title", "T"]);
    assert!(done.code() == Some(0) && done.err.contains("--title, --ymin"), "{done:?}");
}
