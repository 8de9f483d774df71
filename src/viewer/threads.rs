//! Whether the system gives threads: the libraries that serve the clipboard and screen readers panic where it does not.

use std::io;
use std::sync::mpsc::channel;
use std::thread::Builder;

/// As many as they start, and one to spare.
const WANTED: u32 = 5;

/// Starts them at once, and ends them.
pub(crate) fn check() -> io::Result<()> {
    let start = |_| {
        let (sender, receiver) = channel::<()>();
        let wait = move || {
            let _ = receiver.recv();
        };
        Builder::new().name("ringplot: probe".to_owned()).spawn(wait).map(|thread| (sender, thread))
    };
    let started: Vec<_> = (0..WANTED).map(start).collect::<io::Result<_>>()?;
    for (sender, thread) in started {
        drop(sender);
        let _ = thread.join();
    }
    Ok(())
}
