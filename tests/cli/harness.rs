//! A registry of its own for each test, and children that do not outlive it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// After this long something hangs.
const WATCHDOG: Duration = Duration::from_mins(1);

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// The exit status.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Standard output as JSON, of a command that succeeded.
    pub(crate) fn json(&self) -> Value {
        assert!(self.status.success(), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A registry folder. Whatever a test leaves in it goes with it.
pub(crate) struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// The registry's folder, which the first producer makes.
    pub(crate) fn registry(&self) -> PathBuf {
        self.dir.path().join("registry")
    }

    /// A file that is not the registry's.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Names of the files in the registry.
    pub(crate) fn registered(&self) -> Vec<String> {
        let Ok(listing) = std::fs::read_dir(self.registry()) else { return Vec::new() };
        let mut names: Vec<String> =
            listing.map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Path of the shared memory of a registered stream.
    pub(crate) fn segment(&self, stream: &str) -> PathBuf {
        let file = self.registry().join(format!("{}.stream", stream.replace('/', "%2F")));
        let text = std::fs::read_to_string(&file).unwrap();
        let os_id = text.lines().find_map(|line| line.strip_prefix("os_id=/")).unwrap();
        Path::new("/dev/shm").join(os_id)
    }

    /// The program with these arguments, in this registry.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.prepare(Command::new(env!("CARGO_BIN_EXE_ringplot")), args)
    }

    /// Another program, which is to start this one, with the same environment.
    pub(crate) fn wrapped(&self, program: &str) -> Command {
        self.prepare(Command::new(program), &[])
    }

    /// This test program, in the part of the test `role`.
    pub(crate) fn role(&self, role: &str) -> Command {
        let mut command =
            self.prepare(Command::new(std::env::current_exe().unwrap()), &["--exact", role, "--nocapture"]);
        command.env(ROLE, self.file("ready"));
        command
    }

    fn prepare(&self, mut command: Command, args: &[&str]) -> Command {
        command.args(args).env("RINGPLOT_DIR", self.registry());
        // No layout and no keys of whoever runs the tests.
        command.env("RINGPLOT_STATE_DIR", self.file("state")).env("XDG_CONFIG_HOME", self.file("config"));
        for name in [
            "RINGPLOT_LOG",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "WAYLAND_SOCKET",
            "XDG_RUNTIME_DIR",
            "RINGPLOT_KEYS",
        ] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The tests themselves may run under nohup, or as a background job of a shell.
        let heed_signals = || {
            for signal in [libc::SIGHUP, libc::SIGINT] {
                #[expect(unsafe_code, reason = "std sets no signals")]
                // SAFETY: async-signal-safe, and sets no handler.
                unsafe {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            Ok(())
        };
        #[expect(unsafe_code, reason = "runs between fork and exec")]
        // SAFETY: the closure makes one async-signal-safe call and allocates nothing.
        unsafe {
            command.pre_exec(heed_signals);
        }
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Done {
        Running::spawn(self.command(args)).wait()
    }

    /// Starts a producer and waits until its streams are there.
    pub(crate) fn produce(&self, args: &[&str]) -> Running {
        let mut command = self.command(&["produce"]);
        command.args(args);
        let mut child = command.spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        err.read_line(&mut line).unwrap();
        let running = Running { child, out: None, err: Some(collect(err)) };
        assert!(line.contains("streams"), "no producer: {line}");
        running
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What killed producers left in /dev/shm.
        let _ = self.command(&["gc"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Names the file that says that a role is played.
pub(crate) const ROLE: &str = "RINGPLOT_TEST_READY";

/// A child that is killed when the test lets go of it.
pub(crate) struct Running {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

impl Running {
    /// Starts the command and collects what it prints.
    pub(crate) fn spawn(command: Command) -> Self {
        let mut this = Self::spawn_unread(command);
        this.out = this.child.stdout.take().map(collect);
        this
    }

    /// Starts the command; its standard output is for [`Running::stdout`].
    pub(crate) fn spawn_unread(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let err = child.stderr.take().map(collect);
        Self { child, out: None, err }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn stdout(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.child.stdout.take().unwrap())
    }

    /// Lines of standard output as they come; panics when it goes on for too long.
    pub(crate) fn lines(&mut self) -> impl Iterator<Item = String> + use<> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1024);
        let lines = self.stdout().lines().map_while(Result::ok);
        std::thread::spawn(move || lines.map(|line| sender.send(line)).take_while(Result::is_ok).count());
        let end = Instant::now() + WATCHDOG;
        std::iter::from_fn(move || {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it goes on and on");
            match receiver.recv_timeout(left) {
                Err(RecvTimeoutError::Timeout) => panic!("no line came"),
                line => line.ok(),
            }
        })
    }

    pub(crate) fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Sends a signal to all of its process group.
    pub(crate) fn signal_group(&self, name: &str) {
        let group = format!("-{}", self.pid());
        let status = Command::new("kill").args(["-s", name, "--", &group]).status().unwrap();
        assert!(status.success());
    }

    /// Kills it on the spot.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Done {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < WATCHDOG, "it hangs");
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |pipe: Option<JoinHandle<String>>| pipe.map(|p| p.join().unwrap()).unwrap_or_default();
        Done { status, out: text(self.out.take()), err: text(self.err.take()) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `is_so`.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < WATCHDOG, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
