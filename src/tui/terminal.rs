//! The terminal: taken over, written to, given back as it was.
//!
//! Frames are written by a thread of their own, through a descriptor of its own: whoever ends the program gives the
//! terminal back even while a frame is stuck in it.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::queue;
use ratatui::crossterm::style::ResetColor;
use ratatui::crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};

/// Why there is no terminal to draw in.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub(crate) enum TerminalError {
    /// It cannot be switched to drawing, or be written to.
    #[error("cannot draw in this terminal: `ringplot tui --once` prints one picture as text")]
    Io(#[from] io::Error),
    /// A thread panicked, and has told why.
    #[error("a part of this program failed, see above: start it again")]
    Panicked,
}

debug_as_sentence!(TerminalError);

/// How long a frame that is on its way may hold up the end.
const PATIENCE: Duration = Duration::from_millis(500);
/// Of a terminal that does not say how large it is.
const USUAL: [u16; 2] = [80, 24];

/// Whether the terminal is taken over, and its mouse.
static TAKEN: Mutex<Option<bool>> = Mutex::new(None);
/// Held while a frame is written.
static WRITING: Mutex<()> = Mutex::new(());

/// Takes the terminal over: another screen, raw keys, no cursor.
pub(super) fn take(has_mouse: bool) -> io::Result<()> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            before(panic);
        }));
    });
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    enable_raw_mode()?;
    *taken = Some(has_mouse);
    let mut bytes = Vec::new();
    queue!(bytes, EnterAlternateScreen, DisableLineWrap, Hide, Clear(ClearType::All))?;
    if has_mouse {
        queue!(bytes, EnableMouseCapture)?;
    }
    own_output()?.write_all(&bytes)
}

/// Whether the terminal is taken over.
pub(super) fn is_taken() -> bool {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Gives the terminal back as it was, if it was taken over; from whatever thread, and whatever that thread is doing.
pub(crate) fn restore() {
    let Some(has_mouse) = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    let give_back = move || {
        let begun = Instant::now();
        // A frame that is cut in the middle would swallow what follows.
        let guard = loop {
            match WRITING.try_lock() {
                Ok(guard) => break Some(guard),
                Err(_) if begun.elapsed() > PATIENCE => break None,
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        let mut bytes = Vec::new();
        if has_mouse {
            let _ = queue!(bytes, DisableMouseCapture);
        }
        let _ = queue!(bytes, EndSynchronizedUpdate, ResetColor, Show, EnableLineWrap, LeaveAlternateScreen);
        let _ = own_output().and_then(|mut output| output.write_all(&bytes));
        drop(guard);
    };
    // A terminal that takes nothing, as after Ctrl-S, takes this neither.
    let (done, is_done) = sync_channel(1);
    let thread = std::thread::Builder::new().spawn(move || {
        give_back();
        let _ = done.send(());
    });
    if thread.is_ok() {
        let _ = is_done.recv_timeout(PATIENCE * 2);
    }
    let _ = disable_raw_mode();
}

/// Columns and rows of the terminal.
pub(super) fn screen() -> [u16; 2] {
    let [width, height] = size().map_or(USUAL, |(width, height)| [width, height]);
    [if width == 0 { USUAL[0] } else { width }, if height == 0 { USUAL[1] } else { height }]
}

/// Standard output, with no lock that a stuck frame could hold.
fn own_output() -> io::Result<File> {
    #[cfg(unix)]
    let own = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
    #[cfg(windows)]
    let own = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
    own.map(File::from)
}

/// Writes frames, one at a time.
pub(super) struct Writer(SyncSender<Vec<u8>>);

impl Writer {
    /// `written` is called after each frame, from the thread that writes.
    pub(super) fn start(written: impl Fn(io::Result<()>) + Send + 'static) -> io::Result<Self> {
        let mut output = own_output()?;
        let (sender, frames): (_, Receiver<Vec<u8>>) = sync_channel(1);
        let write = move || {
            for frame in frames {
                let guard = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
                // Whoever gave the terminal back meanwhile wants no frame any more.
                let done = if is_taken() { output.write_all(&frame) } else { Ok(()) };
                drop(guard);
                written(done);
            }
        };
        std::thread::Builder::new().name("ringplot: terminal".to_owned()).spawn(write)?;
        Ok(Self(sender))
    }

    /// Hands a frame over; only once the last one is out.
    pub(super) fn write(&self, frame: Vec<u8>) {
        let _ = self.0.try_send(frame);
    }
}
