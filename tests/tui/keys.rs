//! Keys and mouse do what they do in a window.

use super::rig::{Place, Terminal, read};

fn started(args: &[&str]) -> (Place, Terminal) {
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e4"]);
    place.produce(&["wave", "--signal", "chirp", "--rate", "1e4"]);
    let terminal = Terminal::start(&place, &[&["tui"], args].concat(), [100, 30]);
    terminal.wait_for_text("● following");
    (place, terminal)
}

#[test]
fn keys_move_stop_and_measure() {
    let (_place, mut terminal) = started(&[]);
    terminal.send(" ");
    terminal.wait_for_text("paused");
    terminal.send("l");
    terminal.wait_for_text("● following");
    terminal.send("\x1b[D"); // an arrow
    terminal.wait_for_text("stopped");
    terminal.send("\x7f"); // Backspace: the view before
    terminal.wait_for_text("● following");
    terminal.send("f");
    terminal.wait_for("all", |screen| !screen.contents().contains("● following"));
    // Cursors and what all samples between them amount to.
    terminal.send("a");
    terminal.wait_for_text("x A");
    terminal.send("b");
    for row in ["x B", "Δx", "1/Δx", "mean", "rms", "std dev", "peak-peak"] {
        terminal.wait_for_text(row);
    }
    terminal.send("\x1b");
    terminal.wait_for("no cursors", |screen| !screen.contents().contains("peak-peak"));
    terminal.send("lt");
    terminal.wait_for_text("trigger:");
    terminal.send("t");
    terminal.wait_for("no trigger", |screen| !screen.contents().contains("trigger:"));
    // The table, and it is back.
    terminal.send("S");
    terminal.wait_for("no table", |screen| !screen.contents().contains("received"));
    terminal.send("S");
    terminal.wait_for_text("received");
}

#[test]
fn the_list_of_keys_is_that_of_the_file_of_keys() {
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e3"]);
    std::fs::write(place.file("keys.toml"), "pause = \"P\"\n").unwrap();
    let keys = place.file("keys.toml");
    let variables = [("RINGPLOT_KEYS", keys.to_str().unwrap())];
    let bin = env!("CARGO_BIN_EXE_ringplot");
    let mut terminal = Terminal::run(&place, bin, &["tui"], [120, 50], &variables);
    terminal.wait_for_text("● following");
    terminal.send(" ");
    terminal.send("p");
    terminal.wait_for_text("paused");
    terminal.send("?");
    terminal.wait_for("the list", |screen| {
        let text = screen.contents();
        let is_shown = text.lines().any(|line| line.contains(" P ") && line.contains("Pause, resume"));
        is_shown && text.contains("Back to live") && text.contains("suspend")
    });
    terminal.send("\x1b");
    terminal.wait_for_text("paused");
}

#[test]
fn everything_is_found_by_name() {
    let (_place, mut terminal) = started(&[]);
    terminal.send("\x10"); // Ctrl+P
    terminal.send("logarithmic y");
    terminal.wait_for_text("View: Logarithmic y");
    terminal.send("\r");
    terminal.wait_for_text("not above 0");
    terminal.send(":last 2s\r");
    terminal.send(":hide wave");
    terminal.wait_for_text("Show or hide wave");
    terminal.send("\x1b");
}

#[test]
fn panels_are_split_saved_and_read() {
    let (place, mut terminal) = started(&[]);
    terminal.send("v");
    terminal.wait_for_text("Waiting for");
    terminal.send("\x13"); // Ctrl+S
    terminal.wait_for_text("Save the layout in");
    terminal.send("\x15mine.toml\r"); // Ctrl+U empties the field
    terminal.wait_for_text("Layout saved in");
    let saved = read(&place.file("mine.toml"));
    assert!(saved.contains("arrangement = \"row(") && saved.contains("sine"), "{saved}");
    terminal.send("q");
    assert!(terminal.wait().success());
    let layout = "version = 1\narrangement = \"column(a, b)\"\n[[panel]]\nid = \"a\"\ntitle = \"Upper\"\nstreams = [\"sine\"]\n[[panel]]\nid = \"b\"\ntitle = \"Lower\"\nstreams = [\"wave\"]\nlog-y = true\n";
    std::fs::write(place.file("two.toml"), layout).unwrap();
    let terminal = Terminal::start(&place, &["tui", "--layout", "two.toml"], [100, 40]);
    terminal.wait_for("both panels", |screen| {
        let text = screen.contents();
        matches!((text.find("Upper"), text.find("Lower")), (Some(a), Some(b)) if a < b)
    });
}

#[test]
fn the_mouse_zooms_pans_and_hides() {
    let (_place, mut terminal) = started(&[]);
    terminal
        .wait_for("a mouse", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::AnyMotion);
    // A notch of the wheel in the middle of the plot.
    terminal.send("\x1b[<64;50;12M");
    terminal.wait_for_text("stopped");
    terminal.send("l");
    terminal.wait_for_text("● following");
    let lines = terminal.lines();
    let row = lines.iter().position(|line| line.contains("━ sine")).unwrap();
    let column =
        lines[row].chars().collect::<String>().find("━ sine").map(|at| lines[row][..at].chars().count());
    let (x, y) = (column.unwrap() + 3, row + 1);
    terminal.send(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
    terminal.wait_for("a hidden stream has no value", |screen| {
        let text = screen.contents();
        text.lines().any(|line| line.contains("━ sine, 1 Hz  ") || line.trim_end().ends_with("━ sine, 1 Hz"))
    });
}
