//! Steps back and forward through what was done to panels, to the looks of streams, to markers and cursors.
//!
//! 1. A step is what one input did, looked at once no button is down and no text is typed.
//! 2. Where a view stands is no part of it: a view has steps of its own.
//! 3. What changes by itself, as a stream that comes, is no step.

use egui::{Event, Ui};

use super::App;
use super::parts::Standing;
use crate::chart::Severity;

/// Steps back at most.
const MOST: usize = 50;
/// Frames after an input in which it still has effects.
const FRAMES: u8 = 3;

impl App {
    fn standing(&self) -> Standing {
        Standing {
            layout: self.layout(),
            expected: self.plots.expected().to_vec(),
            cursors: self.measuring.cursors.kept(),
        }
    }

    /// Takes in what this frame's input did.
    pub(super) fn note_for_undo(&mut self, ui: &Ui) {
        let is_input = |event: &Event| !matches!(event, Event::PointerMoved(_) | Event::PointerGone);
        let is_busy = ui.input(|i| i.pointer.any_down()) || ui.ctx().text_edit_focused();
        if is_busy || ui.input(|i| i.events.iter().any(is_input)) {
            self.undo.by_hand = FRAMES;
        }
        let has_others = self.undo.names != self.last.names;
        let is_due = self.undo.by_hand > 0 || self.undo.by_undoing > 0 || has_others;
        if is_busy || !is_due && self.undo.now.is_some() {
            return;
        }
        self.undo.names.clone_from(&self.last.names);
        let seen = self.standing();
        let is_step = self.undo.by_hand > 0 && self.undo.by_undoing == 0;
        self.undo.by_hand = self.undo.by_hand.saturating_sub(1);
        self.undo.by_undoing = self.undo.by_undoing.saturating_sub(1);
        match self.undo.now.replace(seen) {
            Some(before) if is_step && self.undo.now.as_ref().is_some_and(|now| now.differs(&before)) => {
                self.undo.after.clear();
                self.undo.before.push(before);
                let surplus = self.undo.before.len().saturating_sub(MOST);
                self.undo.before.drain(..surplus);
            }
            _ => {}
        }
    }

    /// Goes a step back, or forward again.
    pub(super) fn undo(&mut self, is_back: bool) {
        let from = if is_back { &mut self.undo.before } else { &mut self.undo.after };
        let Some(to) = from.pop() else {
            let text = if is_back { "There is nothing to undo" } else { "There is nothing to do again" };
            self.notices.say(Severity::Quiet, text);
            return;
        };
        let now = self.standing();
        let back = if is_back { &mut self.undo.after } else { &mut self.undo.before };
        back.push(now);
        self.undo.by_undoing = FRAMES;
        let mut layout = to.layout;
        for panel in &mut layout.panels {
            if let Some(plot) = self.plots.find(&panel.id) {
                panel.take_views(&plot.settings());
            }
        }
        let is_arranged = layout.arrangement.is_some();
        self.set_layout(&layout);
        if !is_arranged {
            self.plots.set_expected(to.expected);
        }
        self.measuring.cursors.restore(to.cursors);
    }
}
