//! A screen of the test's own.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// An X server that keeps its screen in the file `Xvfb_screen0` of a folder. It ends with this value.
#[derive(Debug)]
pub struct Xvfb {
    server: Child,
    /// What `DISPLAY` must say to use it.
    pub display: String,
}

impl Xvfb {
    /// Starts one; `None` where there is no Xvfb.
    pub fn start(folder: &Path) -> Option<Self> {
        // Two that start at once can take the same number, and one of them ends.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1000x600x24", "-fbdir"])
            .arg(folder)
            .args(["-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut output = server.stdout.take()?;
        let mut number = String::new();
        let mut byte = [0];
        while output.read(&mut byte).is_ok_and(|n| n == 1) && byte[0] != b'\n' {
            number.push(char::from(byte[0]));
        }
        // Closed, it could not write the number again after a reset.
        std::mem::forget(output);
        let screen = Self { server, display: format!(":{number}") };
        (!number.is_empty()).then_some(screen)
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
