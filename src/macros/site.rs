//! A call site of a macro, in one thread: what it costs after its first call is a borrow, and a push.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use super::capture;
use super::clock::now;
use super::form::{Clocked, Curves, Form, PointForm, Texts};
use super::thread::{Slot, newest_given, slot};
use super::{names, thread};
use crate::errors::with_causes;
use crate::stream::Number;

/// The name of the stream of events.
const EVENTS: &str = "events";

/// A call site, in one thread.
#[derive(Debug)]
pub struct Site<F>(OnceCell<Rc<Slot<F>>>);

impl<F> Site<F> {
    /// A call site that was not reached yet.
    #[expect(clippy::new_without_default, reason = "a thread_local takes a const")]
    pub const fn new() -> Self {
        Self(OnceCell::new())
    }
}

impl<F: Form> Site<F> {
    /// Does `plot` with the site's stream, if there is one.
    #[inline]
    fn with(&self, plot: impl FnOnce(&mut F)) -> bool {
        let Some(slot) = self.0.get() else { return false };
        // Borrowed already only by a `Display` of the program's own that plots under the name it is plotted under.
        let Ok(mut form) = slot.form.try_borrow_mut() else { return true };
        let Some(form) = form.as_mut() else { return false };
        plot(form);
        true
    }

    /// The site's stream, sought if this is the first call.
    fn found(&self, name: &str) {
        if self.0.get().is_none()
            && let Some(slot) = slot(name)
        {
            let _ = self.0.set(slot);
        }
    }
}

impl<F: PointForm> Site<F> {
    /// Plots y at x: a time in seconds, or a place of the plane.
    #[inline]
    pub fn push(&self, name: &str, x: F::X, y: f32) {
        if !self.with(|form| form.push(x, y)) {
            self.push_first(name, x, y);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_first(&self, name: &str, x: F::X, y: f32) {
        if !capture::point(name, x.into(), y) {
            self.found(name);
            self.with(|form| form.push(x, y));
        }
    }
}

impl Site<Curves> {
    /// Plots a whole curve.
    pub fn update<N: Number>(&self, name: &str, t: f64, y: &[N]) {
        let y = || y.iter().map(Number::as_f32);
        if capture::curve(name, t, y) {
            return;
        }
        self.found(name);
        let mut updated = Ok(false);
        self.with(|form| updated = form.update(t, y()));
        match updated {
            Ok(false) => {}
            Ok(true) => _ = self.0.get().map(|slot| slot.renewed()),
            Err(error) => {
                names::tell_error(name, &format!("{name:?} is not plotted: {}", with_causes(&error)));
            }
        }
    }
}

/// A call site of `plot!(name, value)`: the value's type says what it is.
#[derive(Debug)]
pub struct OneSite {
    pub(super) clocked: Site<Clocked>,
    pub(super) curves: Site<Curves>,
}

impl OneSite {
    /// A call site that was not reached yet.
    #[expect(clippy::new_without_default, reason = "a thread_local takes a const")]
    pub const fn new() -> Self {
        Self { clocked: Site::new(), curves: Site::new() }
    }
}

/// Plots a text at time `t`, or at the newest time that this thread plotted something at.
pub fn event(t: Option<f64>, text: fmt::Arguments<'_>) {
    let t = t.or_else(newest_given).unwrap_or_else(now);
    if capture::text(t, text) {
        return;
    }
    if let Some(slot) = thread::slot::<Texts>(EVENTS)
        && let Ok(mut form) = slot.form.try_borrow_mut()
        && let Some(form) = form.as_mut()
    {
        form.emit(t, text);
    }
}
