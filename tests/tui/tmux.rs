//! In a real terminal multiplexer: three sizes, live resize, and a pane that is closed.

use std::process::Command;
use std::time::{Duration, Instant};

use super::rig::{Place, has};

struct Tmux<'a> {
    place: &'a Place,
}

impl Tmux<'_> {
    fn run(&self, args: &[&str]) -> String {
        let socket = self.place.file("tmux");
        let mut command = Command::new("tmux");
        command.args(["-f", "/dev/null", "-S", socket.to_str().unwrap()]).args(args).env_remove("TMUX");
        let done = command.env("LANG", "C.UTF-8").output().unwrap();
        assert!(done.status.success(), "{args:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    fn wait_for(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.run(&["capture-pane", "-p"]);
            if is_so(&screen) {
                return screen;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "never: {what}; there is\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        let socket = self.place.file("tmux");
        let _ = Command::new("tmux").arg("-S").arg(socket).arg("kill-server").output();
    }
}

#[test]
fn in_tmux_it_fits_each_size_and_ends_with_its_pane() {
    if !has("tmux") {
        return;
    }
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e4"]);
    let tmux = Tmux { place: &place };
    let registry = place.file("registry");
    let bin = env!("CARGO_BIN_EXE_ringplot");
    let shell = format!("RINGPLOT_DIR={} exec {bin} tui --fresh", registry.display());
    tmux.run(&["new-session", "-d", "-x", "80", "-y", "24", &shell]);
    for [columns, rows] in [[80, 24], [200, 60], [20, 5]] {
        let [width, height] = [columns, rows].map(|length: usize| length.to_string());
        tmux.run(&["resize-window", "-x", &width, "-y", &height]);
        let screen = tmux.wait_for("a picture of that size", |screen| {
            let is_braille = |c: char| ('\u{2801}'..='\u{28ff}').contains(&c);
            let widest = screen.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            screen.chars().any(is_braille)
                && widest <= columns
                && widest * 10 > columns * 8
                && (columns < 80 || screen.contains("time (s)"))
        });
        assert!(screen.lines().count() <= rows, "{screen}");
    }
    let pid = tmux.run(&["display-message", "-p", "#{pane_pid}"]).trim().to_owned();
    tmux.run(&["kill-pane"]);
    let begun = Instant::now();
    while std::path::Path::new("/proc").join(&pid).exists() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it lives on without a terminal");
        std::thread::sleep(Duration::from_millis(50));
    }
}
