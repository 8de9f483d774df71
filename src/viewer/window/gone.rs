//! An X server that goes away: Xlib prints a line, and calls `exit(1)` wherever it was called; winit panics where it was
//! just waiting for an answer. Asking for less and at better moments (`requests.rs`) makes that rare, and cannot rule it out.
//! So a panic in the window's thread is such an exit too, if no display answers any more.
//!
//! What can be done in good order is done in a handler of that exit: no unfinished file stays, and a line says what
//! happened. Everything else that a viewer holds needs no Drop.

use std::io::Write;
use std::panic;
use std::sync::{Mutex, Once, PoisonError};

use super::super::display;
use crate::shm::os;

/// The thread in which Xlib may call `exit`.
static THREAD: Mutex<Option<i32>> = Mutex::new(None);

fn set(thread: Option<i32>) {
    *THREAD.lock().unwrap_or_else(PoisonError::into_inner) = thread;
}

/// From here on, until it is dropped, an exit of this thread is one of Xlib's.
#[derive(Debug)]
pub(super) struct Watch;

impl Watch {
    pub(super) fn begin() -> Self {
        static HANDLER: Once = Once::new();
        HANDLER.call_once(|| {
            os::at_exit(handler);
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |panic| {
                if is_watched() && display::find().is_err() {
                    std::process::exit(1);
                }
                before(panic);
            }));
        });
        set(Some(os::thread_id()));
        Self
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        set(None);
    }
}

/// Runs what may call `exit` for reasons of its own: a program's drawing code.
pub(super) fn unwatched<T>(run: impl FnOnce() -> T) -> T {
    set(None);
    let done = run();
    set(Some(os::thread_id()));
    done
}

fn is_watched() -> bool {
    *THREAD.lock().unwrap_or_else(PoisonError::into_inner) == Some(os::thread_id())
}

extern "C" fn handler() {
    if !is_watched() {
        return;
    }
    crate::chart::abandon_all();
    let _ = writeln!(
        std::io::stderr(),
        "ringplot: the display has gone away, and the window with it: `ringplot view` opens another where there is one"
    );
}
