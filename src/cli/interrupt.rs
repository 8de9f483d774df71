//! SIGINT, SIGTERM and SIGHUP: a command ends in good order where it can, and leaves no unfinished file.
//!
//! What this program was started to ignore, as by `nohup`, stays ignored.

use std::time::{Duration, Instant};

#[cfg(unix)]
use anyhow::Context;

/// A terminal that closes, and its shell, both send SIGHUP: only a signal that comes later than this is a second one.
const SAME_REQUEST: Duration = Duration::from_secs(1);

/// Has the first signal call `end`, from a thread of its own. The next one ends the program on the spot.
pub(super) fn on_first(end: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    listen(Some(Box::new(end)))
}

/// Has a signal end the program on the spot, without a file that it was about to write.
pub(super) fn on_the_spot() -> anyhow::Result<()> {
    listen(None)
}

/// What to do where the system gives no thread.
pub(super) fn no_thread() -> &'static str {
    "cannot start a thread: end other programs, or raise their limit (ulimit -u)"
}

#[cfg(unix)]
fn listen(mut end: Option<Box<dyn FnOnce() + Send>>) -> anyhow::Result<()> {
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let failed = "cannot wait for signals";
    let mut signals = Signals::new(crate::shm::os::heeded_signals()).context(failed)?;
    let wait = move || {
        let mut asked: Option<Instant> = None;
        for signal in &mut signals {
            if let Some(end) = end.take() {
                asked = Some(Instant::now());
                end();
            } else if asked.is_none_or(|at| at.elapsed() > SAME_REQUEST) {
                crate::chart::abandon_all();
                #[cfg(feature = "tui")]
                crate::tui::restore();
                let _ = emulate_default_handler(signal);
            }
        }
    };
    std::thread::Builder::new().name("ringplot: signals".to_owned()).spawn(wait).with_context(no_thread)?;
    Ok(())
}

/// A signal ends the program here as the system has it.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn listen(end: Option<Box<dyn FnOnce() + Send>>) -> anyhow::Result<()> {
    let _ = (end, SAME_REQUEST, Instant::now, crate::chart::abandon_all);
    Ok(())
}
