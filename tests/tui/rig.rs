//! A terminal that is none: a pseudo-terminal with a program in it, and an emulator that reads what that writes.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// After this long something hangs.
const WATCHDOG: Duration = Duration::from_mins(1);

/// A registry folder, and the streams in it. Whatever a test leaves in it goes with it.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    children: Vec<Child>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), children: Vec::new() }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program with these arguments, with nothing of the user's around it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.prepare(Command::new(env!("CARGO_BIN_EXE_ringplot")), args)
    }

    fn prepare(&self, mut command: Command, args: &[&str]) -> Command {
        command.args(args).env("RINGPLOT_DIR", self.file("registry")).env("HOME", self.dir.path());
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "NO_COLOR", "COLORTERM", "COLORFGBG"] {
            command.env_remove(name);
        }
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "RINGPLOT_KEYS", "RINGPLOT_LOG", "COLUMNS", "LINES"]
        {
            command.env_remove(name);
        }
        command
            .env("TERM", "xterm-256color")
            .env("TZ", "UTC")
            .env("RUST_BACKTRACE", "0")
            .current_dir(self.dir.path());
        command
    }

    /// What a command prints.
    pub(crate) fn output(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    /// What a command that succeeds prints, as text.
    pub(crate) fn printed(&self, args: &[&str]) -> String {
        let done = self.output(args);
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Starts a producer, which lives as long as this does.
    pub(crate) fn produce(&mut self, args: &[&str]) {
        let name = args[0];
        let command = [&["produce"], args].concat();
        let mut command = self.command(&command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.children.push(command.spawn().unwrap());
        self.wait_until_live(name);
    }

    /// Makes streams of lines of text, which live as long as this does.
    pub(crate) fn pipe(&mut self, args: &[&str], lines: &str) {
        let command = [&["pipe"], args, &["--no-view"]].concat();
        let mut child = self.command(&command);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
        self.children.push(child);
        self.wait_until_live(args[0]);
    }

    fn wait_until_live(&self, name: &str) {
        let begun = Instant::now();
        while !self.printed(&["list", "--json"]).contains(&format!("\"{name}")) {
            assert!(begun.elapsed() < WATCHDOG, "no stream {name}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = kill_process(Pid::from_child(child), Signal::TERM);
        }
        for mut child in self.children.drain(..) {
            let _ = child.wait();
        }
    }
}

/// What the emulator knows.
pub(crate) struct Seen {
    pub(crate) parser: vt100::Parser,
    /// All that was written.
    pub(crate) bytes: Vec<u8>,
    is_closed: bool,
}

/// A terminal with a program in it.
pub(crate) struct Terminal {
    host: File,
    child: Child,
    seen: Arc<Mutex<Seen>>,
    /// The reader leaves the program's output where it is while this is set.
    is_slow: Arc<Mutex<Duration>>,
}

impl Terminal {
    /// Starts `ringplot` in a terminal of so many columns and rows.
    pub(crate) fn start(place: &Place, args: &[&str], size: [u16; 2]) -> Self {
        Self::run(place, env!("CARGO_BIN_EXE_ringplot"), args, size, &[])
    }

    /// Starts a program with some variables set.
    pub(crate) fn run(
        place: &Place,
        program: &str,
        args: &[&str],
        [columns, rows]: [u16; 2],
        variables: &[(&str, &str)],
    ) -> Self {
        let host = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&host).unwrap();
        unlockpt(&host).unwrap();
        let path = ptsname(&host, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let guest = rustix::fs::open(&path, flags, Mode::empty()).unwrap();
        let host = File::from(host);
        set_size(&host, columns, rows);
        // A session of its own, whose controlling terminal this is.
        let mut command = place.prepare(Command::new("setsid"), &["--ctty", program]);
        command.args(args).envs(variables.iter().copied());
        let end = || Stdio::from(guest.try_clone().unwrap());
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        let seen = Seen {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            bytes: Vec::new(),
            is_closed: false,
        };
        let seen = Arc::new(Mutex::new(seen));
        let is_slow = Arc::new(Mutex::new(Duration::ZERO));
        let (mut output, writes, slow) = (host.try_clone().unwrap(), Arc::clone(&seen), Arc::clone(&is_slow));
        std::thread::spawn(move || {
            let mut buffer = vec![0; 4096];
            loop {
                let pause = *slow.lock().unwrap();
                std::thread::sleep(pause);
                match output.read(&mut buffer) {
                    Ok(count) if count > 0 => {
                        let mut seen = writes.lock().unwrap();
                        seen.parser.process(&buffer[..count]);
                        seen.bytes.extend_from_slice(&buffer[..count]);
                    }
                    _ => break,
                }
            }
            writes.lock().unwrap().is_closed = true;
        });
        Self { host, child, seen, is_slow }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// What is on the screen, as lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = self.seen();
        let (_, columns) = seen.parser.screen().size();
        seen.parser.screen().rows(0, columns.get()).collect()
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait_for(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let begun = Instant::now();
        while !is_so(self.seen().parser.screen()) {
            assert!(begun.elapsed() < WATCHDOG, "never: {what}; there is\n{}", self.lines().join("\n"));
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    /// Presses keys.
    pub(crate) fn send(&mut self, keys: &str) {
        self.host.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.seen().parser.screen_mut().set_size(cells(rows), cells(columns));
        set_size(&self.host, columns, rows);
    }

    /// Reads so slowly from now on: a few kilobytes after each pause.
    pub(crate) fn slow_down(&self, pause: Duration) {
        *self.is_slow.lock().unwrap() = pause;
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// The state letter of the program's process: T where it is stopped.
    pub(crate) fn process_state(&self) -> char {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        text.rsplit_once(')').and_then(|(_, rest)| rest.trim().chars().next()).unwrap()
    }

    pub(crate) fn wait_for_state(&self, letter: char) {
        let begun = Instant::now();
        while self.process_state() != letter {
            assert!(begun.elapsed() < WATCHDOG, "never in state {letter}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the program ends.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it wrote last is still on its way.
                std::thread::sleep(Duration::from_millis(100));
                return status;
            }
            assert!(begun.elapsed() < WATCHDOG, "it does not end; there is\n{}", self.lines().join("\n"));
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the terminal is as a shell leaves it: its usual screen with a cursor, no mouse, lines and echo.
    pub(crate) fn is_as_before(&self) -> bool {
        let modes = tcgetattr(&self.host).unwrap().local_modes;
        let seen = self.seen();
        let screen = seen.parser.screen();
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
            && !screen.alternate_screen()
            && !screen.hide_cursor()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }
}

fn cells(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).unwrap()
}

fn set_size(host: &File, columns: u16, rows: u16) {
    tcsetwinsize(host, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
}

/// Whether a program is there; a test that needs one it lacks says so.
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
pub(crate) fn has(program: &str) -> bool {
    let found = Command::new(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    assert!(
        found || std::env::var_os("RINGPLOT_REQUIRE_GPU").is_none(),
        "{program} is missing: see .ci/setup"
    );
    if !found {
        eprintln!("skipped: there is no {program}");
    }
    found
}

/// What a path holds.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
