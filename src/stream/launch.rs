//! Opening a window from a simulation: a viewer in a process of its own, that outlives it.
//!
//! It never harms the caller: no window, a killed window, a window that cannot start are a line in the log at most.
//! The viewer is in a session of its own, so that Ctrl-C and a closing terminal end the simulation and leave the picture.
//! A process group of its own would still belong to the terminal, and can be hung up on with it.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, Once, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::OpenViewerError;
use super::escape::escaped;
use crate::shm::os;

/// Set for the process that [`crate::init`] is to turn into a viewer.
const CHILD: &str = "RINGPLOT_VIEWER_CHILD";
/// How long the end of a stream waits for a viewer that was started and has not attached.
const ATTACH_PATIENCE: Duration = Duration::from_secs(2);

/// Which program to start as the viewer, and how.
///
/// ```no_run
/// let mut options = ringplot::ViewerOptions::default();
/// options.streams.push("pool".into());
/// options.args.extend(["--xlen".into(), "5".into()]);
/// ringplot::stream::open_viewer(&options);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewerOptions {
    /// The program; looked for where it is missing: `RINGPLOT_BIN`, this program itself, `ringplot` beside it, one
    /// folder up, in PATH.
    pub program: Option<PathBuf>,
    /// The streams to show, of whatever process: `lorenz` is also what lies below it. All of this program's where there
    /// are none.
    pub streams: Vec<String>,
    /// More arguments of `ringplot view`.
    pub args: Vec<OsString>,
    /// Environment variables to set for it.
    pub envs: Vec<(OsString, OsString)>,
    /// The text of a layout that the window begins with, as `Ctrl+S` writes one.
    pub layout: Option<String>,
}

impl ViewerOptions {
    /// A window that begins with this layout, the text of a file that `Ctrl+S` wrote. What is wrong with it is told in the
    /// log, and then there is no window.
    ///
    /// ```no_run
    /// # let text = "";
    /// // As a rule `include_str!("sim.toml")`.
    /// ringplot::stream::open_viewer(&ringplot::ViewerOptions::layout(text));
    /// ```
    pub fn layout(text: &str) -> Self {
        Self { layout: Some(text.to_owned()), ..Self::default() }
    }
}

/// What came of opening a viewer. It may be ignored, as a simulation that goes on without a window does: the log has the
/// reason, too.
///
/// ```
/// use ringplot::ViewerStatus;
/// use ringplot::stream::open_viewer;
///
/// let mut options = ringplot::ViewerOptions::default();
/// options.program = Some("/no/such/program".into());
/// open_viewer(&options); // with a window or without one
/// if let ViewerStatus::NoWindow(reason) = open_viewer(&options) {
///     println!("{reason}");
/// }
/// assert!(!open_viewer(&options).is_open());
/// ```
#[derive(Debug)]
pub enum ViewerStatus {
    /// A viewer of this program runs, started now or before. Whether its window came up is not waited for.
    Open,
    /// A viewer of this program runs, and was started with other options: these are not taken.
    Refused(OpenViewerError),
    /// There can be none.
    NoWindow(OpenViewerError),
}

impl ViewerStatus {
    /// Whether a viewer of this program runs.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open | Self::Refused(_))
    }

    /// The same as a `Result`, for a program that ends where there is no window, or another than it asked for.
    ///
    /// # Errors
    /// See [`OpenViewerError`].
    pub fn ok(self) -> Result<(), OpenViewerError> {
        match self {
            Self::Open => Ok(()),
            Self::Refused(error) | Self::NoWindow(error) => Err(error),
        }
    }
}

/// The one viewer of this program.
static VIEWER: Mutex<Option<Viewer>> = Mutex::new(None);
/// Says once that there can be no window.
static NO_WINDOW: Once = Once::new();
/// Set by `init`: whether this program can be its own viewer, and has drawing code for it.
static CAN_BE_VIEWER: OnceLock<(bool, bool)> = OnceLock::new();

/// Most bytes of a line that a viewer prints which are looked at, and letters of it that are told.
const LINE_BYTES: u64 = 4096;
const LINE_LETTERS: usize = 200;
/// What follows what is wrong with the viewer's arguments, and says nothing.
const MORE: &str = "For more information, try";

struct Viewer {
    /// Ends after the viewer, once its end is told.
    watch: JoinHandle<()>,
    /// The process that started it: one that is forked from that has no such thread.
    owner: u32,
    /// Until when the ends of this program's streams wait for it, all of them together.
    patience: Option<Instant>,
    /// What it was started with.
    options: ViewerOptions,
}

impl Viewer {
    fn is_running(&self) -> bool {
        self.owner == std::process::id() && !self.watch.is_finished()
    }
}

/// Remembers that `init` was called; whether this process was started to be the viewer.
pub(crate) fn init(is_built_with_viewer: bool, has_own_ui: bool) -> bool {
    let _ = CAN_BE_VIEWER.set((is_built_with_viewer, has_own_ui));
    is_built_with_viewer && std::env::var_os(CHILD).is_some()
}

/// Starts the viewer unless one is running. Why it cannot be is told in the log, too.
pub(super) fn open_viewer(options: &ViewerOptions) -> ViewerStatus {
    status(start_unless_running(options))
}

/// What came of opening; why there is no window is told in the log, too.
fn status(opened: Result<(), OpenViewerError>) -> ViewerStatus {
    match opened {
        Ok(()) => ViewerStatus::Open,
        Err(error) => {
            match &error {
                // A program may ask for its window with each of its streams.
                OpenViewerError::NoDisplay | OpenViewerError::NotFound => {
                    NO_WINDOW.call_once(|| tell(&error.to_string()));
                }
                OpenViewerError::Start { .. } | OpenViewerError::AlreadyOpen => tell(&error.to_string()),
                // By the user, who knows.
                OpenViewerError::TurnedOff => {}
            }
            if matches!(error, OpenViewerError::AlreadyOpen) {
                ViewerStatus::Refused(error)
            } else {
                ViewerStatus::NoWindow(error)
            }
        }
    }
}

/// Starts a viewer besides that of this program, and has `write` fill its standard input.
pub(super) fn open_another(
    options: &ViewerOptions,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> ViewerStatus {
    let opened = || {
        let mut command = command(options)?;
        command.args(&options.args);
        let program = command.get_program().into();
        let written = start(&mut command, None).and_then(|(_, input)| {
            let mut input = input.ok_or(io::ErrorKind::BrokenPipe)?;
            write(&mut input)
        });
        written.map_err(|source| OpenViewerError::Start { program, source })
    };
    status(opened())
}

fn start_unless_running(options: &ViewerOptions) -> Result<(), OpenViewerError> {
    let mut viewer = VIEWER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(viewer) = viewer.as_ref().filter(|viewer| viewer.is_running()) {
        let asks_for_more = *options != ViewerOptions::default() && *options != viewer.options;
        return if asks_for_more { Err(OpenViewerError::AlreadyOpen) } else { Ok(()) };
    }
    let mut command = command(options)?;
    let pid = std::process::id();
    command.arg("--program").arg(format!("{pid}:{}", os::start_time(pid)));
    command.args(&options.streams);
    if options.layout.is_some() {
        command.args(["--layout", "-"]);
    }
    command.args(&options.args);
    let (watch, _) = start(&mut command, Some(options.layout.clone().unwrap_or_default()))
        .map_err(|source| OpenViewerError::Start { program: command.get_program().into(), source })?;
    *viewer = Some(Viewer { watch, owner: pid, patience: None, options: options.clone() });
    Ok(())
}

/// The command that starts a viewer, without the arguments that say what to show.
fn command(options: &ViewerOptions) -> Result<Command, OpenViewerError> {
    if is_turned_off() {
        return Err(OpenViewerError::TurnedOff);
    }
    if options.program.is_none() && !has_display() {
        return Err(OpenViewerError::NoDisplay);
    }
    let mut command = program(options).ok_or(OpenViewerError::NotFound)?;
    command.arg("view").envs(options.envs.iter().map(|(key, value)| (key, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    os::in_own_session(&mut command);
    Ok(command)
}

/// Waits until the viewer of this program has attached to the stream that `is_attached` asks about, or until it is gone,
/// for at most 2 s. Without a viewer it returns at once.
pub(super) fn wait_until_attached(is_attached: impl Fn() -> bool) {
    while !is_attached() {
        {
            let mut viewer = VIEWER.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(viewer) = viewer.as_mut() else { return };
            let patience = *viewer.patience.get_or_insert_with(|| Instant::now() + ATTACH_PATIENCE);
            if !viewer.is_running() || Instant::now() >= patience {
                return;
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether the user wants no windows of programs: `RINGPLOT_VIEW=0`.
fn is_turned_off() -> bool {
    std::env::var_os("RINGPLOT_VIEW").is_some_and(|view| view == "0")
}

/// Whether there is something to open a window on.
pub(crate) fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn program(options: &ViewerOptions) -> Option<Command> {
    if let Some(program) = &options.program {
        return Some(Command::new(program));
    }
    let (can_be_viewer, has_own_ui) = CAN_BE_VIEWER.get().copied().unwrap_or_default();
    let wish = std::env::var_os("RINGPLOT_BIN").filter(|path| !path.is_empty() && !has_own_ui);
    if let Some(program) = wish {
        return Some(Command::new(program));
    }
    if can_be_viewer {
        // Unlike `current_exe`, this still works when the program was rebuilt meanwhile.
        let own = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe().ok()?
        };
        let mut command = Command::new(own);
        command.env(CHILD, "1");
        return Some(command);
    }
    let beside = std::env::current_exe().ok().and_then(|own| {
        let dir = own.parent()?;
        let dirs = [Some(dir), dir.parent()];
        dirs.into_iter().flatten().map(|dir| dir.join("ringplot")).find(|path| path.is_file())
    });
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|dir| dir.join("ringplot")).find(|path| path.is_file())
    };
    beside.or_else(in_path).map(Command::new)
}

/// Starts a viewer, and a thread that watches it, after it wrote `input` into its standard input; without `input` that is
/// the caller's to fill. The thread comes first: a viewer is never without one.
fn start(command: &mut Command, input: Option<String>) -> io::Result<(JoinHandle<()>, Option<ChildStdin>)> {
    let program = command.get_program().display().to_string();
    let is_callers = input.is_none();
    let (sender, receiver) = sync_channel(1);
    let watch = std::thread::Builder::new().name("ringplot: viewer log".to_owned());
    let watch = watch.spawn(move || watch_over(&program, &receiver, &input.unwrap_or_default()))?;
    // On an error the thread ends, since nothing comes.
    let mut child = command.spawn()?;
    let stdin = if is_callers { child.stdin.take() } else { None };
    let _ = sender.send(child);
    Ok((watch, stdin))
}

/// Passes on what the viewer itself has to say, and not what its libraries print, and tells of a bad end of which it said
/// nothing. Waits for its end, so that no zombie stays for the rest of a long simulation.
fn watch_over(program: &str, receiver: &Receiver<Child>, input: &str) {
    let Ok(mut child) = receiver.recv() else { return };
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read it says why, below.
        let _ = stdin.write_all(input.as_bytes());
    }
    let (mut has_spoken, mut last) = (false, String::new());
    if let Some(stderr) = child.stderr.take() {
        let mut stderr = BufReader::new(stderr);
        let mut line = Vec::new();
        while matches!((&mut stderr).take(LINE_BYTES).read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if let Some(text) = text.strip_prefix("ringplot: ") {
                has_spoken = true;
                tell(text);
            } else if !text.is_empty() && !text.starts_with(MORE) {
                last = text.chars().filter(|letter| !letter.is_control()).take(LINE_LETTERS).collect();
            }
            line.clear();
        }
    }
    let Ok(status) = child.wait() else { return };
    // It ends with 1 or 2 after it has said why.
    let is_explained = has_spoken && matches!(status.code(), Some(1 | 2));
    if !status.success() && !is_explained {
        tell(&end_of_viewer(program, status, &last));
    }
}

/// The line about a viewer that ended badly.
fn end_of_viewer(program: &str, status: ExitStatus, last: &str) -> String {
    let said = if last.is_empty() { String::new() } else { format!(", and last printed: {last}") };
    format!("the viewer {program} ended with {status}{said}; the streams go on without it")
}

/// One line for the user: to the log if there is one, else to standard error.
pub(crate) fn tell(text: &str) {
    let text = escaped(text);
    if tracing::dispatcher::has_been_set() {
        tracing::warn!("{text}");
    } else {
        let _ = writeln!(std::io::stderr(), "ringplot: {text}");
    }
}
