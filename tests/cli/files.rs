//! Files that a person writes for the viewer (layouts, keys, formulas), and those that `render` writes.

use std::path::Path;

use crate::harness::{Done, Place};

/// A counter that has ended: 4,000 samples of 1,000 a second, in a ring that keeps the newest 4,096.
fn counter(place: &Place) -> crate::harness::Running {
    place.produce(&["t", "--signal", "counter", "--rate", "1e4", "--capacity", "4096"])
}

fn write(place: &Place, name: &str, text: &str) -> String {
    let path = place.file(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn assert_refused(done: &Done, parts: &[&str]) {
    assert_eq!((done.code(), done.out.as_str()), (Some(2), ""), "{done:?}");
    for part in parts {
        assert!(done.err.contains(part), "{part:?} is not in {done:?}");
    }
    assert!(!done.err.contains("panicked"), "{done:?}");
}

#[test]
fn a_layout_that_makes_no_sense_is_refused_and_says_where() {
    let place = Place::new();
    let render = |layout: &str| place.run(&["render", "t", "-o", "t.png", "--layout", layout]);
    assert_refused(
        &render(&place.file("none.toml").display().to_string()),
        &["cannot read the layout", "none.toml"],
    );
    for (text, part) in [
        ("", "`version = 1`, which is missing"),
        ("version = 7\n", "version 7, and this ringplot reads up to 1"),
        ("version = 1\narrangement = \"row(a\"\n", "is missing before"),
        ("version = 1\n[[panel]]\nid = \"a\"\nstreams = 3\n", "line 4"),
        ("version = 1\n[[panel]]\nid = \"a b\"\n", "`a b`"),
        ("version = 1\n[[derived]]\nformula = \"cube(t)\"\n", "cube"),
        ("version = 1\n\u{0}", "line 2"),
    ] {
        assert_refused(&render(&write(&place, "bad.toml", text)), &[part, "bad.toml"]);
    }
}

#[test]
fn keys_are_printed_and_what_is_wrong_with_a_file_of_them_is_said() {
    let place = Place::new();
    let usual = place.run(&["keys"]);
    assert_eq!(usual.code(), Some(0), "{usual:?}");
    assert!(
        usual.out.contains("pause = [\"Space\"]") && usual.out.contains("# Back to live"),
        "{}",
        usual.out
    );
    let own = write(&place, "own.toml", "pause = \"Ctrl+Enter\"\n");
    assert!(place.run(&["keys", &own]).out.contains("pause = [\"Ctrl+Enter\"]"));
    // What is printed can be read, and says the same again.
    let printed = write(&place, "printed.toml", &usual.out);
    assert_eq!(place.run(&["keys", &printed]).out, usual.out);
    for (text, part) in
        [("paws = \"P\"", "no command `paws`"), ("pause = \"P", "own keys"), ("pause = 1", "`1` is no text")]
    {
        let part = if part == "own keys" { "bad.toml" } else { part };
        assert_refused(&place.run(&["keys", &write(&place, "bad.toml", text)]), &[part, "bad.toml"]);
    }
    let mut command = place.command(&["keys"]);
    command.env("RINGPLOT_KEYS", &own);
    let done = crate::harness::Running::spawn(command).wait();
    assert!(done.out.contains("pause = [\"Ctrl+Enter\"]"), "{done:?}");
}

#[test]
fn a_formula_that_makes_no_sense_is_refused() {
    let place = Place::new();
    for (formula, part) in [
        ("cube(t)", "cube"),
        ("mean(t)", "mean"),
        ("mean(t, -1s)", "-1s"),
        ("a=derivative(a)", "derived from itself"),
        ("psd(t, 1)", "1"),
    ] {
        assert_refused(&place.run(&["render", "t", "-o", "t.png", "--derive", formula]), &[part]);
    }
}

/// Rows of a table: position, x and y.
fn rows(path: &Path) -> Vec<[f64; 3]> {
    let text = std::fs::read_to_string(path).unwrap();
    let numbers = |line: &str| -> Option<[f64; 3]> {
        let cells: Vec<f64> = line.split(',').map_while(|cell| cell.parse().ok()).collect();
        cells.try_into().ok()
    };
    text.lines().filter_map(numbers).collect()
}

#[test]
fn render_writes_tables_and_drawings_by_the_end_of_the_name() {
    let place = Place::new();
    let producer = counter(&place);
    let (csv, svg) = (place.file("t.csv"), place.file("t.svg"));
    for path in [&csv, &svg] {
        let done = place.run(&["render", "t", "-o", path.to_str().unwrap(), "--seconds", "0.2"]);
        assert_eq!(done.code(), Some(0), "{done:?}");
    }
    let rows = rows(&csv);
    assert!(rows.len() > 1000, "{} rows", rows.len());
    for [position, x, y] in &rows {
        assert!((x - position / 1e4).abs() < 1e-12 && (y - position % 1_048_576.0).abs() < 1e-9);
    }
    let svg = std::fs::read_to_string(&svg).unwrap();
    assert!(svg.starts_with("<svg") || svg.starts_with("<?xml"), "{}", &svg[..80]);
    assert!(svg.trim_end().ends_with("</svg>") && svg.contains(">t<"));
    producer.kill();
    let done = place.run(&["render", "t", "-o", place.file("t.bmp").to_str().unwrap()]);
    assert_refused(&done, &[".bmp", ".png, .svg or .csv"]);
}

#[test]
fn a_layout_says_which_streams_are_drawn_and_what_is_derived_from_them() {
    let place = Place::new();
    let _producer = counter(&place);
    let text = "version = 1\narrangement = \"row(a, b)\"\n[[panel]]\nid = \"a\"\nstreams = [\"t\"]\n\
                [[panel]]\nid = \"b\"\ntitle = \"Slope\"\nstreams = [\"slope\"]\n\
                [[derived]]\nname = \"slope\"\nformula = \"derivative(t)\"\n";
    let layout = write(&place, "layout.toml", text);
    let path = place.file("t.svg");
    let done = place.run(&[
        "render",
        "t",
        "-o",
        path.to_str().unwrap(),
        "--layout",
        &layout,
        "--seconds",
        "0.2",
        "--stats-json",
        "-",
    ]);
    assert_eq!(done.code(), Some(0), "{done:?}");
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.contains(">Slope<") && svg.contains(">slope<"), "the second panel is not drawn");
    // What is derived is no stream of a producer.
    assert_eq!(done.json()["streams"].as_array().unwrap().len(), 1);
}

#[test]
fn keys_and_layouts_are_regular_files_of_at_most_a_mebibyte() {
    let place = Place::new();
    let fifo = place.file("fifo").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let large = write(&place, "large.toml", &"# far too long\n".repeat(1 << 17));
    let folder = place.file(".").display().to_string();
    for (file, part) in [
        (fifo.as_str(), "regular file"),
        ("/dev/zero", "regular file"),
        (&folder, "a folder"),
        (&large, "1048576 bytes"),
    ] {
        assert_refused(&place.run(&["keys", file]), &["cannot read the keys", file, part]);
        let render = ["render", "t", "-o", "t.svg", "--layout", file];
        assert_refused(&place.run(&render), &["cannot read the layout", file, part]);
    }
    // A window opens with the usual keys all the same.
    let mut command = place.command(&["keys"]);
    command.env("RINGPLOT_KEYS", "/dev/zero");
    assert_refused(&crate::harness::Running::spawn(command).wait(), &["/dev/zero"]);
    let long = write(&place, "long.toml", &format!("{}pause = \"Ctrl+Enter\"\n", "# long\n".repeat(100_000)));
    assert!(place.run(&["keys", &long]).out.contains("Ctrl+Enter"));
}

#[test]
fn a_name_is_that_of_one_trace() {
    let place = Place::new();
    let _producer = counter(&place);
    let render = |more: &[&str]| {
        let mut args = vec!["render", "t", "-o", "t.csv"];
        args.extend(more);
        place.run(&args)
    };
    assert_refused(&render(&["--derive", "t=derivative(t)"]), &["the name \"t\" is taken"]);
    let two = ["--derive", "m=mean(t, 10)", "--derive", "m=rms(t, 10)"];
    assert_refused(&render(&two), &["the name \"m\" is taken"]);
    let text = "version = 1\n[[derived]]\nname = \"m\"\nformula = \"mean(t, 10)\"\n";
    let layout = write(&place, "layout.toml", text);
    assert_refused(&render(&["--layout", &layout, "--derive", "m=rms(t, 10)"]), &["the name \"m\" is taken"]);
    // Of a layout, the stream keeps the name, and that is told.
    let layout = write(&place, "taken.toml", &text.replace("\"m\"", "\"t\"").replace("mean(t", "mean(u"));
    let path = place.file("u.csv");
    let _other = place.produce(&["u", "--signal", "counter", "--rate", "1e4"]);
    let done = place.run(&["render", "t", "u", "-o", path.to_str().unwrap(), "--layout", &layout]);
    assert!(done.code() == Some(0) && done.err.contains("called mean(u, 10)"), "{done:?}");
    let table = std::fs::read_to_string(&path).unwrap();
    for name in ["\nt,", "\nu,", "\n\"mean(u, 10)\","] {
        assert!(table.contains(name), "no row of {name:?} in {}", &table[..200]);
    }
}

#[test]
fn a_layout_without_an_arrangement_is_used() {
    let place = Place::new();
    let _producer = counter(&place);
    let text =
        "version = 1\n[[panel]]\nid = \"a\"\ntitle = \"Counted\"\ny-label = \"steps\"\nstreams = [\"t\"]\n";
    let layout = write(&place, "layout.toml", text);
    let path = place.file("t.svg");
    let done =
        place.run(&["render", "t", "-o", path.to_str().unwrap(), "--layout", &layout, "--seconds", "0.2"]);
    assert_eq!(done.code(), Some(0), "{done:?}");
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.contains(">Counted<") && svg.contains("steps"), "the panel is not used");
    let wrong = write(&place, "wrong.toml", &text.replace("[\"t\"]", "[\"t\", \"t\"]"));
    let done = place.run(&["render", "t", "-o", "t.svg", "--layout", &wrong]);
    assert_refused(&done, &["line 2", "`t` is in it twice", "wrong.toml"]);
}
