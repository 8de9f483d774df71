//! What the window system and the rest of the process tell the viewer, and when its loop wakes again.

use std::time::{Duration, Instant};

use winit::application::ApplicationHandler;
use winit::dpi::PhysicalSize;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, ControlFlow};
use winit::window::WindowId;

use super::{FRAME_TIME, Viewer, Wake, Wants, is_finished};

/// How often a hidden window looks whether its streams are finished.
const HIDDEN_TIME: Duration = Duration::from_millis(500);
/// How often it is looked whether the window is minimised.
const LOOK_TIME: Duration = Duration::from_millis(400);

impl Viewer {
    /// Whether the window is minimised, of which window systems send no message. It is asked now and then.
    fn is_minimised(&mut self, now: Instant) -> bool {
        match self.minimised {
            Some((at, is_minimised)) if now < at + LOOK_TIME => is_minimised,
            _ => {
                let window = self.shown.as_ref().map(|shown| &shown.window);
                let is_minimised = window.is_some_and(|window| window.is_minimized() == Some(true));
                self.minimised = Some((now, is_minimised));
                is_minimised
            }
        }
    }
}

impl ApplicationHandler<Wake> for Viewer {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.shown.is_some() || self.is_closing {
            return;
        }
        match self.open(event_loop) {
            Ok(shown) => {
                self.shown = Some(shown);
                self.set_title();
            }
            Err(error) => self.fail(event_loop, error),
        }
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, wake: Wake) {
        match wake {
            Wake::Data => self.wants = self.wants.max(Wants::News),
            Wake::Close => self.close(event_loop),
            Wake::Repaint(at) => self.repaint_at = Some(self.repaint_at.map_or(at, |other| other.min(at))),
            Wake::Access(event) => self.heed(event),
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _id: WindowId, event: WindowEvent) {
        let Some(shown) = &mut self.shown else { return };
        if self.is_closing {
            return;
        }
        match &event {
            WindowEvent::Destroyed => {
                // From here on no method of the window may be called: winit panics on a window that is gone.
                self.close(event_loop);
                return;
            }
            WindowEvent::CloseRequested => {
                self.close(event_loop);
                return;
            }
            WindowEvent::RedrawRequested => {
                self.frame(event_loop);
                return;
            }
            WindowEvent::Resized(PhysicalSize { width, height }) => {
                shown.size = [*width, *height];
                self.governor.resized();
                if let Some(surface) = &mut shown.surface {
                    surface.resize(shown.size);
                }
                self.wants = Wants::Now;
            }
            WindowEvent::Occluded(is_hidden) => {
                self.is_hidden = *is_hidden;
                self.wants = Wants::Now;
            }
            _ => {}
        }
        if let Some(surface) = &mut shown.surface
            && surface.input.on_window_event(&shown.window, &event).repaint
        {
            self.wants = Wants::Now;
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if self.is_closing {
            return;
        }
        if self.requests.have_to_wait() {
            event_loop.set_control_flow(ControlFlow::Poll);
            return;
        }
        if let Some(shown) = &mut self.shown {
            self.requests.make(event_loop, &shown.window, shown.surface.as_mut());
        }
        let now = Instant::now();
        if self.try_at.is_some_and(|at| now >= at) {
            self.reopen(event_loop);
            if self.is_closing {
                return;
            }
        }
        let can_draw =
            !self.is_hidden && self.shown.as_ref().is_some_and(|s| s.has_room() && s.surface.is_some());
        if self.deadline.is_some_and(|deadline| now >= deadline)
            || (!can_draw && is_finished(&self.options, &self.app))
        {
            self.close(event_loop);
            return;
        }
        if self.repaint_at.is_some_and(|at| now >= at) {
            self.wants = Wants::Now;
        }
        let mut wake_at = [self.deadline, self.try_at].into_iter().flatten().min();
        if !can_draw && self.options.close_when_finished {
            // No frame clears the wake-up while nothing can be drawn.
            wake_at = Some(wake_at.map_or(now + HIDDEN_TIME, |at| at.min(now + HIDDEN_TIME)));
        }
        if can_draw {
            let after = |time: Duration| self.last_frame.map_or(now, |last| last + time);
            let due = match self.wants {
                Wants::Now => Some(after(FRAME_TIME)),
                Wants::News => Some(after(FRAME_TIME.max(self.app.news_time()))),
                Wants::Nothing => None,
            };
            match due {
                Some(due) if now >= due && !self.is_minimised(now) => {
                    if let Some(shown) = &self.shown {
                        shown.window.request_redraw();
                    }
                }
                Some(due) if now >= due => {
                    wake_at = [wake_at, Some(now + HIDDEN_TIME)].into_iter().flatten().min();
                }
                due => wake_at = [wake_at, due, self.repaint_at].into_iter().flatten().min(),
            }
        }
        event_loop.set_control_flow(wake_at.map_or(ControlFlow::Wait, ControlFlow::WaitUntil));
    }
}
