//! What is on the screen, cell by cell.

use std::fmt::Write as _;

use ringplot::history::{ColumnGrid, Columns, Interpolation, Scale, Trace};
use ringplot::{Batch, Point, XMode};

use super::rig::{Place, Terminal};

/// A panel that shows x from 0 to 10 and y from −1.5 to 1.5.
const LAYOUT: &str = "version = 1\narrangement = \"p\"\n[[panel]]\nid = \"p\"\nstreams = [\"data/y\"]\nx = [0.0, 10.0]\ny = [-1.5, 1.5]\n";

/// 2,560 points over 10 seconds, at times and of values that f32 has exactly; with a spike that is one sample wide.
fn points() -> Vec<(f64, f32)> {
    let value = |i: i32| if i == 1_000 { 1.25 } else { ((f64::from(i) / 90.0).sin() * 0.75) as f32 };
    (0..2_560).map(|i| (f64::from(i) / 256.0, value(i))).collect()
}

fn text(points: &[(f64, f32)]) -> String {
    points.iter().fold("t y\n".to_owned(), |mut text, (x, y)| {
        writeln!(text, "{x} {y}").unwrap();
        text
    })
}

/// The dots of a character of Braille: by rows, from the upper left.
fn dots(letter: &str) -> [[bool; 2]; 4] {
    let bits = letter
        .chars()
        .next()
        .map_or(0, |c| u32::from(c).checked_sub(0x2800).filter(|b| *b < 256).unwrap_or(0));
    let is_set = |bit: u32| bits & bit != 0;
    [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]].map(|row| row.map(is_set))
}

#[test]
fn each_column_of_dots_is_the_span_that_the_line_covers() {
    let points = points();
    let mut place = Place::new();
    place.pipe(&["data", "--x", "t"], &text(&points));
    std::fs::write(place.file("layout.toml"), LAYOUT).unwrap();
    let args = ["tui", "data", "--layout", "layout.toml"];
    for size in [[80, 24], [200, 60], [41, 13]] {
        let terminal = Terminal::start(&place, &args, size);
        terminal.wait_for("all points", |screen| {
            screen.contents().contains('⣀') || screen.contents().contains('⡇')
        });
        // The drawn area is right of the line of y and above that of x.
        let lines = terminal.lines();
        let corner = lines.iter().position(|line| line.contains('└')).unwrap();
        let left = lines[corner].chars().position(|c| c == '└').unwrap() + 1;
        let is_beside = |line: &String| line.chars().nth(left - 1).is_some_and(|c| "│┤".contains(c));
        let top = lines.iter().position(is_beside).unwrap();
        let (columns, rows) = ((usize::from(size[0]) - left) * 2, (corner - top) * 4);

        let x_mode = XMode::Uniform { t0: 0.0, rate: 256.0 };
        let mut trace = Trace::new(x_mode, 1 << 20);
        let all = points.iter().map(|(_, y)| Point::new(0.0, *y)).collect();
        trace.append(&Batch { x_mode, points: all, ..Batch::with_limit(points.len()) });
        let grid = ColumnGrid { first: 0, dx: 10.0 / columns as f64, count: columns, scale: Scale::Linear };
        let mut expected = Columns::new();
        trace.columns(&grid, Interpolation::Line, Scale::Linear, &mut expected);
        let row = |y: f64| ((1.0 - (y + 1.5) / 3.0) * rows as f64).floor() as usize;

        // The frame that has them all.
        let matches = |screen: &vt100::Screen| {
            (0..columns).all(|column| {
                let (cell, side) = ((left + column / 2) as u16, column % 2);
                let is_expected = |at: usize| {
                    let span = expected[column];
                    !span.is_empty() && (row(span.hi)..=row(span.lo)).contains(&at)
                };
                (0..rows).all(|at| {
                    let letter = screen.cell((top + at / 4) as u16, cell).unwrap().contents().to_owned();
                    dots(&letter)[at % 4][side] == is_expected(at)
                })
            })
        };
        terminal.wait_for("cells that are the columns", matches);
        // One sample in 2,560 is seen at its height.
        let spike = row(1.25);
        let column = (1_000.0 / 256.0 / 10.0 * columns as f64) as usize;
        let letter = {
            let seen = terminal.seen();
            let cell = seen.parser.screen().cell((top + spike / 4) as u16, (left + column / 2) as u16);
            cell.unwrap().contents().to_owned()
        };
        assert!(dots(&letter)[spike % 4][column % 2], "{size:?}: the spike is gone");
    }
}

#[test]
fn the_screen_is_whole_at_every_size_and_after_each_change_of_it() {
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e4"]);
    let terminal = Terminal::start(&place, &["tui"], [80, 24]);
    terminal.wait_for_text("time (s)");
    for (columns, rows) in [(20, 5), (400, 100), (60, 20), (3, 2), (1, 1), (200, 60), (80, 24)] {
        terminal.resize(columns, rows);
        let is_drawn = move |screen: &vt100::Screen| {
            let is_large = columns >= 60 && rows >= 20;
            let text = screen.contents();
            let has_table = text.contains("received") && text.contains("ringplot sine");
            if is_large {
                has_table && text.contains("time (s)")
            } else {
                columns < 20
                    || text.contains('⠁')
                    || text.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c))
            }
        };
        terminal.wait_for(&format!("a picture of {columns}x{rows}"), is_drawn);
    }
}

#[test]
fn every_kind_of_stream_has_its_picture() {
    let mut place = Place::new();
    place.produce(&["lines", "--signal", "lorenz", "--rate", "2e5"]);
    place.produce(&["bars", "--signal", "spectrum", "--rate", "50"]);
    let once = |place: &Place, args: &[&str]| {
        place.printed(&[&["tui", "--once", "--size", "120x40"], args].concat())
    };
    let is_braille = |c: char| ('\u{2801}'..='\u{28ff}').contains(&c);
    let picture = once(&place, &["lines/xz"]);
    assert!(picture.chars().any(is_braille) || picture.contains('▒'), "{picture}");
    let curve = once(&place, &["bars", "--style", "bars=line"]);
    assert!(curve.chars().filter(|c| is_braille(*c)).count() > 20, "{curve}");
    for args in [
        &["bars", "--style", "bars=waterfall"][..],
        &["bars", "--style", "bars=waterfall", "--depth", "none"],
    ] {
        let fall = once(&place, args);
        assert!(fall.contains('░') && fall.contains('▓') && fall.contains("following"), "{fall}");
    }
    let coloured = once(&place, &["bars", "--style", "bars=waterfall", "--depth", "direct"]);
    assert!(coloured.contains('▀') && coloured.contains(";48;2;"), "{coloured}");
    let ascii = once(&place, &["bars", "lines", "--marker", "ascii"]);
    assert!(ascii.contains('+') && !ascii.chars().any(is_braille), "{ascii}");
}

#[test]
fn what_is_missing_and_what_happened_is_marked() {
    let mut place = Place::new();
    place.pipe(
        &["log", "--format", "teleplot"],
        "a:0:1\na:1000:2\na:2000:nan\na:3000:2\nnote:1500:door opened|t\n",
    );
    let text = place.printed(&["tui", "log", "--once", "--size", "100x30"]);
    assert!(text.contains("▾"), "an event is a flag:\n{text}");
}
