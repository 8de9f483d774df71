//! For tests that use real streams: a registry of their own, children, points that tell their position.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test's helpers fail by panicking, and compare exactly"
)]

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use ringplot::Batch;

/// Names the role that a child process plays.
pub const ROLE: &str = "RINGPLOT_TEST_ROLE";

/// This test binary's own registry, from now on in its environment and its children's. Call it first.
#[expect(unsafe_code, reason = "set once, before any other thread asks the library for anything")]
pub fn registry() -> PathBuf {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        if std::env::var_os(ROLE).is_some() {
            return PathBuf::from(std::env::var_os("RINGPLOT_DIR").expect("children are given a registry"));
        }
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("registry-{}", std::process::id()));
        // SAFETY: every test calls this before anything that reads the environment, and the OnceLock orders them.
        unsafe { std::env::set_var("RINGPLOT_DIR", &dir) };
        dir
    })
    .clone()
}

/// A child that is killed, and waited for, when it goes out of scope.
pub struct Guard(pub Child);

/// Sends a signal to a child that was not waited for.
pub fn signal(child: &Child, signal: i32) {
    let pid = i32::try_from(child.id()).unwrap();
    #[expect(unsafe_code, reason = "std sends no signal but SIGKILL")]
    // SAFETY: the pid is that of a child that was not waited for.
    unsafe {
        libc::kill(pid, signal);
    }
}

impl Guard {
    /// This test binary again, in the role `role`: the test `role` of the binary plays it.
    pub fn role(role: &str, args: &[&str]) -> Self {
        registry();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "role", "--nocapture", "--test-threads=1"]).env(ROLE, role);
        command.env("RINGPLOT_TEST_ARGS", args.join(" ")).stdin(Stdio::piped()).stdout(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    pub fn signal(&self, signal: i32) {
        self::signal(&self.0, signal);
    }

    /// The first line that it prints from now on with `word` in it; panics if nothing comes for two minutes.
    pub fn line(&mut self, word: &str) -> String {
        let mut line = Vec::new();
        // Byte by byte: what comes after the line is for the next call.
        while let Some(byte) = self.byte() {
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            if text.contains(word) {
                return text;
            }
            line.clear();
        }
        panic!("it ended without {word:?}: {:?}", self.0.wait());
    }

    fn byte(&mut self) -> Option<u8> {
        let stdout = self.0.stdout.as_mut().unwrap();
        let fd = std::os::fd::AsRawFd::as_raw_fd(stdout);
        let mut asked = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
        #[expect(unsafe_code, reason = "std cannot wait for a pipe")]
        // SAFETY: one descriptor, which is open.
        let answers = unsafe { libc::poll(&raw mut asked, 1, 120_000) };
        assert_ne!(answers, 0, "process {} says nothing for two minutes", self.0.id());
        let mut byte = [0];
        (std::io::Read::read(stdout, &mut byte).unwrap() == 1).then_some(byte[0])
    }

    /// How it ended; panics if it does not within a minute.
    pub fn end(&mut self) -> std::process::ExitStatus {
        let watchdog = std::time::Instant::now() + std::time::Duration::from_mins(1);
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(std::time::Instant::now() < watchdog, "process {} hangs", self.0.id());
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// Kills it and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The role that this process plays and its arguments, if it is a child.
pub fn role() -> Option<(String, Vec<String>)> {
    let role = std::env::var(ROLE).ok()?;
    registry();
    let args = std::env::var("RINGPLOT_TEST_ARGS").unwrap_or_default();
    Some((role, args.split_whitespace().map(str::to_owned).collect()))
}

/// t of the point at `position`.
pub fn t(position: u64) -> f64 {
    position as f64 * 1e-6
}

/// y of the point at `position`.
pub fn y(position: u64) -> f32 {
    ((position.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32) + 0.5
}

/// Panics unless every point of a drained batch is the one written for its position.
pub fn check(batch: &Batch) {
    for (position, x, value) in batch.iter() {
        assert_eq!(value, y(position), "y at {position}");
        assert!((x - t(position)).abs() < 1e-9, "x at {position}: {x} and not {}", t(position));
    }
}

/// The segment of shared memory that the lock file of a stream names, as a file.
pub fn segment_file(name: &str) -> PathBuf {
    let lock = registry().join(format!("{}.lock", name.replace('/', "%2F")));
    let text = std::fs::read_to_string(lock).unwrap();
    let id = text.lines().find_map(|line| line.strip_prefix("os_id=")).unwrap();
    PathBuf::from(format!("/dev/shm{id}"))
}

/// The files of a stream in the registry.
pub fn files_of(name: &str) -> Vec<PathBuf> {
    let file = name.replace('/', "%2F");
    let listing = std::fs::read_dir(registry()).into_iter().flatten().flatten().map(|item| item.path());
    listing.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(&file)).collect()
}
