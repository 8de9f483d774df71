//! What is asked of the window system, and when.
//!
//! winit panics in a window's methods once the X server has gone. It notices that itself when it reads the connection,
//! which it does at the start of each round of its loop. So requests are collected, and made in a round in which nothing
//! was drawn: right after it has read, and not after a frame that may have taken long, or failed for the same reason.

use egui::PlatformOutput;
use winit::event_loop::ActiveEventLoop;
use winit::window::{Fullscreen, Window};

use super::super::surface::Surface;

/// What the next calm round asks for.
#[derive(Default)]
pub(super) struct Requests {
    /// Something was drawn or opened in this round.
    pub(super) is_late: bool,
    pub(super) is_to_be_seen: bool,
    pub(super) title: Option<String>,
    pub(super) is_full_screen_toggled: bool,
    output: Option<PlatformOutput>,
}

impl Requests {
    /// What egui wants: a cursor, the clipboard, what screen readers hear.
    pub(super) fn add(&mut self, output: PlatformOutput) {
        match &mut self.output {
            Some(before) => before.append(output),
            None => self.output = Some(output),
        }
    }

    /// Whether the loop has to go round once more before they are made.
    pub(super) fn have_to_wait(&mut self) -> bool {
        let is_anything_wanted = self.is_to_be_seen
            || self.title.is_some()
            || self.is_full_screen_toggled
            || self.output.is_some();
        std::mem::take(&mut self.is_late) && is_anything_wanted
    }

    /// Makes them.
    pub(super) fn make(
        &mut self,
        event_loop: &ActiveEventLoop,
        window: &Window,
        surface: Option<&mut Surface>,
    ) {
        let Self { is_late: _, is_to_be_seen, title, is_full_screen_toggled, output } = std::mem::take(self);
        if is_to_be_seen {
            window.set_visible(true);
        }
        if let Some(title) = title {
            window.set_title(&title);
        }
        if is_full_screen_toggled {
            let is_full = window.fullscreen().is_some();
            window.set_fullscreen((!is_full).then_some(Fullscreen::Borderless(None)));
        }
        if let (Some(output), Some(surface)) = (output, surface) {
            surface.input.handle_platform_output_with_event_loop(window, event_loop, output);
        }
    }
}
