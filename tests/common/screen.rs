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

/// The pixels of an X server's screen, from its file in the xwd format.
#[derive(Debug)]
pub struct Screen {
    bytes: Vec<u8>,
    first: usize,
    row_bytes: usize,
}

impl Screen {
    /// The screen in the folder given to [`Xvfb::start`].
    pub fn read(folder: &Path) -> Option<Self> {
        let bytes = std::fs::read(folder.join("Xvfb_screen0")).ok()?;
        let field = |index: usize| {
            let at = bytes.get(index * 4..index * 4 + 4)?;
            usize::try_from(u32::from_be_bytes(at.try_into().ok()?)).ok()
        };
        let (header, row_bytes, colours) = (field(0)?, field(12)?, field(19)?);
        (field(11)? == 32).then_some(())?;
        Some(Self { first: header + colours * 12, row_bytes, bytes })
    }

    /// Red, green and blue; the window lies at the screen's upper left.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the screen")]
    pub fn pixel(&self, at: egui::Pos2) -> Option<[u8; 3]> {
        let from = self.first + at.y as usize * self.row_bytes + at.x as usize * 4;
        let bgrx = self.bytes.get(from..from + 4)?;
        Some([bgrx[2], bgrx[1], bgrx[0]])
    }
}
