//! What leaves the viewer as a file: asked for by key and dialog, complete or not there, and the same as what is shown.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::store::{push, store_of, uniform};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use ringplot::chart::Options;
use ringplot::store::Store;
use ringplot::viewer::{App, picture};

const SIZE: [u32; 2] = [900, 500];
/// Nothing here takes this long.
const WATCHDOG: Duration = Duration::from_mins(1);

/// A stream with a loss and a lifted pen, and a name that is no XML.
fn store() -> Store {
    let mut state = uniform("a <b> & \"c\"", 0.0);
    push(&mut state, 0, (0..3000).map(|i| if i == 1500 { f32::NAN } else { 0.1 * i as f32 }));
    push(&mut state, 3040, (3040..5000).map(|i| 0.1 * i as f32));
    store_of(state).0
}

fn options() -> Options {
    Options { dark: Some(true), x_range: Some([1.0, 2.0]), ..Options::default() }
}

fn window(store: Store) -> Harness<'static, App> {
    let size = egui::vec2(SIZE[0] as f32, SIZE[1] as f32);
    let harness = Harness::builder().with_size(size);
    let mut harness = harness.build_ui_state(|ui, app: &mut App| app.frame(ui), App::new(store, options()));
    harness.run_steps(3);
    harness
}

/// Opens the dialog and writes the path into it.
fn dialog(harness: &mut Harness<'static, App>, path: &Path) {
    harness.key_press(Key::E);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::TextInput, "File").type_text(path.to_str().unwrap());
    harness.run_steps(2);
}

fn click(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_label(label).click();
    // A dialog that says something new takes some frames to find its size.
    harness.run_steps(5);
}

/// Frames until the file is there.
fn wait_for(harness: &mut Harness<'static, App>, path: &Path) {
    let began = Instant::now();
    while !path.exists() {
        assert!(began.elapsed() < WATCHDOG, "never written: {}", path.display());
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    while harness.query_by_label("File").is_some() {
        assert!(began.elapsed() < WATCHDOG, "the dialog stays open");
        harness.step();
    }
}

#[test]
fn a_table_has_every_point_and_reads_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    let mut harness = window(store());
    dialog(&mut harness, &path);
    click(&mut harness, "Data (CSV)");
    click(&mut harness, "all held");
    click(&mut harness, "Save");
    wait_for(&mut harness, &path);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("seq,x (s),\"a <b> & \"\"c\"\" (V)\""));
    let mut next = 0u64;
    for line in lines {
        if let Some(lost) = line.strip_prefix("# lost ") {
            assert_eq!((next, lost), (3000, "40"));
            next += 40;
            continue;
        }
        let fields: Vec<&str> = line.split(',').collect();
        let [seq, x, y] = fields[..] else { panic!("{line}") };
        assert_eq!(seq.parse::<u64>().unwrap(), next);
        assert_eq!(x.parse::<f64>().unwrap().to_bits(), (next as f64 / 1000.0).to_bits(), "{line}");
        if next == 1500 {
            assert_eq!(y, "nan");
        } else {
            assert_eq!(y.parse::<f32>().unwrap().to_bits(), (0.1 * next as f32).to_bits(), "{line}");
        }
        next += 1;
    }
    assert_eq!(next, 5000);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside it");
}

#[test]
fn the_visible_range_is_what_the_plot_shows() {
    let mut out = Vec::new();
    let mut app = App::new(store(), options());
    app.write_csv(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let first = text.lines().nth(1).unwrap().split(',').next().unwrap().parse::<u64>().unwrap();
    let last = text.lines().last().unwrap().split(',').next().unwrap().parse::<u64>().unwrap();
    // Edges of the picture lie on whole columns, a thousandth of its width at most from what was asked for.
    assert!(first.abs_diff(1000) <= 1 && last.abs_diff(2000) <= 1, "{first} to {last}");
}

#[test]
fn a_file_is_replaced_only_where_that_is_ticked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drawing.svg");
    std::fs::write(&path, "mine").unwrap();
    let mut harness = window(store());
    dialog(&mut harness, &path);
    click(&mut harness, "Drawing (SVG)");
    click(&mut harness, "Save");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    let refusal = "there is such a file already: tick “Replace it”, or choose another name";
    assert!(harness.query_by_label(refusal).is_some(), "nothing is said");
    click(&mut harness, "Replace it: there is such a file already");
    click(&mut harness, "Save");
    wait_for(&mut harness, &path);
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<?xml"));
}

#[test]
fn a_path_that_cannot_be_written_is_told_in_the_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none").join("data.csv");
    let mut harness = window(store());
    dialog(&mut harness, &path);
    click(&mut harness, "Data (CSV)");
    click(&mut harness, "Save");
    let text = format!(
        "cannot write {}: its folder does not exist, make it first or choose another",
        path.display()
    );
    let began = Instant::now();
    while harness.query_by_label(&text).is_none() {
        assert!(began.elapsed() < WATCHDOG, "never said: {text}");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

#[test]
fn pictures_for_readers_have_all_streams_and_what_is_missing_and_no_furniture() {
    let store = Store::new(1 << 28);
    for index in 0..40 {
        let mut state = uniform(&format!("rig/channel {index}"), 0.0);
        push(&mut state, 0, (0..2000).map(|i| i as f32));
        push(&mut state, 2345, (0..2000).map(|i| i as f32));
        store.add(state);
    }
    let furniture =
        ["? keys", "history ", "drained", "received", "following", "more: scroll", "+", "r=\"1.2\""];
    let drawing = |with_status: bool| {
        let options = Options { with_status, ..Options::default() };
        App::new(store.clone(), options).svg([1280, 720])
    };
    let bare = drawing(false);
    for what in furniture {
        assert!(!bare.contains(&format!("<title>{what}")) && !bare.contains(" r=\"1.2\""), "{what}");
    }
    for index in 0..40 {
        assert!(bare.contains(&format!("<title>rig/channel {index}</title>")), "no channel {index}");
    }
    assert!(bare.contains("13 800 points lost") || bare.contains("points lost"), "the loss is not told");
    let whole = drawing(true);
    for what in ["? keys", "drained", "received", "following"] {
        assert!(whole.contains(&format!("<title>{what}")), "{what}");
    }
}

#[test]
fn a_drawing_needs_no_font() {
    let text = App::new(store(), options()).svg(SIZE);
    assert_is_xml(&text);
    assert!(!text.contains("<text") && !text.contains("font-family"), "its text is of some font");
    // Each letter stands where the window has it, and its outline is told once.
    let told = text.matches("<path id=\"g").count();
    let used = text.matches("<use href=\"#g").count();
    assert!(told > 20 && used > 2 * told, "{used} letters of {told}");
}

/// Elements are closed in order, and text has no bare signs: what a browser refuses a file for.
fn assert_is_xml(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text.split_once("?>").unwrap().1;
    while let Some(at) = rest.find('<') {
        for part in rest[..at].split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;"].iter().any(|known| part.starts_with(known)), "&{part}");
        }
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
}

#[test]
fn a_drawing_is_small_valid_and_has_line_loss_and_text() {
    let mut state = uniform("a <b> & \"c\"", 0.0);
    push(&mut state, 0, (0..1_000_000).map(|i| (i as f32 * 0.01).sin()));
    push(&mut state, 1_200_000, (0..800_000).map(|i| (i as f32 * 0.01).sin()));
    let options =
        Options { x_range: Some([0.0, 2000.0]), ylabel: Some("</svg>".into()), ..Options::default() };
    let text = App::new(store_of(state).0, options).svg(SIZE);
    assert_is_xml(&text);
    assert!(text.len() < 200_000, "{} bytes of two million points", text.len());
    assert!(
        text.contains("a &lt;b&gt; &amp; \"c\"") && text.contains("&lt;/svg&gt; (V)"),
        "a text is missing"
    );
    assert!(text.contains("url(#h"), "the loss is not marked");
    assert!(text.contains(">min:s<") || text.contains("(min:s)"), "the x axis has no title");
    let line = text.lines().find(|line| line.contains("stroke=\"#ff00ff\"")).expect("no line");
    assert!(line.matches('L').count() > 1000, "{line}");
}

#[test]
fn the_key_saves_the_picture_of_the_window_and_the_dialog_that_of_a_plot() {
    let Some(gpu) = common::gpu() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    let mut harness = window(store());
    dialog(&mut harness, &path);
    click(&mut harness, "2×");
    click(&mut harness, "Save");
    assert!(harness.state().wants_pictures());
    harness.state_mut().save_pictures(&gpu);
    wait_for(&mut harness, &path);
    assert_eq!(png_size(&path), [2 * SIZE[0], 2 * SIZE[1]]);
    let same = folder.path().join("same.png");
    picture(&gpu, &mut App::new(store(), options()), SIZE).unwrap().write_png(&same).unwrap();
    assert_eq!(png_size(&same), SIZE);
}

/// Width and height, from the head of a PNG.
fn png_size(path: &Path) -> [u32; 2] {
    let bytes = std::fs::read(path).unwrap();
    [16, 20].map(|at| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()))
}

/// Opens the dialog of layouts and writes the path into it.
fn layout_dialog(harness: &mut Harness<'static, App>, key: Key, path: &Path) {
    harness.key_press_modifiers(Modifiers::COMMAND, key);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::TextInput, "File of the layout").type_text(path.to_str().unwrap());
    harness.run_steps(2);
}

#[test]
fn a_layout_asks_before_it_replaces_a_file_and_files_of_late_are_a_click_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let mut harness = window(store());
    layout_dialog(&mut harness, Key::S, &path);
    click(&mut harness, "Save");
    let first = std::fs::read_to_string(&path).unwrap();
    // Saved again under its own name, it is not replaced unasked.
    harness.key_press(Key::Num1);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    let field = harness.get_by_role_and_label(Role::TextInput, "File of the layout");
    assert_eq!(field.value().as_deref(), path.to_str());
    click(&mut harness, "Save");
    assert!(harness.query_by_label_contains("there is such a file already: tick").is_some());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    click(&mut harness, "Replace it: there is such a file already");
    click(&mut harness, "Save");
    assert_ne!(std::fs::read_to_string(&path).unwrap(), first);
    assert!(harness.query_by_role_and_label(Role::TextInput, "File of the layout").is_none());
    // A file of late is opened by a click on its whole path.
    std::fs::write(&path, &first).unwrap();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(3);
    click(&mut harness, path.to_str().unwrap());
    assert_eq!(harness.state().layout().text(), first);
}

#[test]
fn the_dialog_stays_in_place_whatever_it_says_and_tells_how_much_it_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(store());
    let path = folder.path().join("there.png");
    std::fs::write(&path, "before").unwrap();
    dialog(&mut harness, &path);
    let top =
        |harness: &Harness<'_, App>| harness.get_by_role_and_label(Role::TextInput, "File").rect().top();
    let before = top(&harness);
    click(&mut harness, "Save");
    assert!(harness.query_by_role(Role::Alert).is_some(), "it says what is wrong");
    assert!((top(&harness) - before).abs() < 0.5, "it moved by {}", top(&harness) - before);
    // 1 s of 1,000 samples a second, without the one that is no sample.
    click(&mut harness, "Data (CSV)");
    assert!(harness.query_by_label_contains("about 1,000 rows, ").is_some());
}

#[test]
fn the_streams_of_the_dialog_have_the_room_that_there_is() {
    let store = Store::new(1 << 24);
    for name in 0..60 {
        let mut state = uniform(&format!("stream {name}"), 0.0);
        push(&mut state, 0, [1.0; 10]);
        store.add(state);
    }
    let mut bottoms = Vec::new();
    for height in [500.0, 1000.0] {
        let harness = Harness::builder().with_size(egui::vec2(900.0, height));
        let app = App::new(store.clone(), options());
        let mut harness = harness.build_ui_state(|ui, app: &mut App| app.frame(ui), app);
        harness.run_steps(3);
        harness.key_press(Key::E);
        harness.run_steps(3);
        click(&mut harness, "Data (CSV)");
        bottoms.push(height - harness.get_by_label("Cancel").rect().bottom());
    }
    assert!(bottoms.iter().all(|below| (0.0..160.0).contains(below)), "{bottoms:?}");
}
