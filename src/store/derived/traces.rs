//! The derived traces of a store and the thread that computes them, as the store holds them.

use std::sync::Mutex;
use std::thread::Thread;

use super::super::data::lock;
use super::run::Run;

/// What the store keeps of derived traces.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    pub(super) runs: Mutex<Vec<Run>>,
    pub(super) thread: Mutex<Option<Thread>>,
}

impl Traces {
    /// Wakes the thread, unless that itself is what calls.
    pub(crate) fn wake(&self) {
        if let Some(thread) = lock(&self.thread).as_ref()
            && thread.id() != std::thread::current().id()
        {
            thread.unpark();
        }
    }
}
