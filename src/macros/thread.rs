//! What a thread plots: a slot for each name, which ends with the thread.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::form::{Form, FormName};
use super::{clock, names};
use crate::errors::with_causes;
use crate::stream::Producer;

thread_local! {
    static SLOTS: RefCell<Slots> = RefCell::default();
}

/// The slots of a thread. Its end closes their streams.
#[derive(Default)]
struct Slots(HashMap<String, Rc<dyn AnySlot>>);

impl Drop for Slots {
    fn drop(&mut self) {
        for slot in self.0.values() {
            slot.close();
        }
    }
}

/// A name of a thread. Call sites hold on to it, so it outlives its stream.
#[derive(Debug)]
pub(super) struct Slot<F> {
    /// `None` where there could be no stream, after the thread's end, and while a `capture` runs.
    pub(super) form: RefCell<Option<F>>,
    /// The name and its number in the process; `None` where another form has the name.
    claim: Option<(String, u32)>,
}

impl<F: Form> Slot<F> {
    /// A new run of the slot's stream began.
    pub(super) fn renewed(&self) {
        if let (Some((name, number)), Ok(form)) = (&self.claim, self.form.try_borrow()) {
            names::begun(name, *number, form.as_ref().and_then(Form::ending));
        }
    }
}

/// A slot of whatever form.
trait AnySlot: Any {
    fn form_name(&self) -> FormName;
    fn newest_given(&self) -> Option<f64>;
    fn close(&self);
    /// Takes the stream out, for as long as what is returned is not called.
    fn set_aside(self: Rc<Self>) -> Box<dyn FnOnce()>;
}

impl<F: Form> AnySlot for Slot<F> {
    fn form_name(&self) -> FormName {
        F::NAME
    }

    fn newest_given(&self) -> Option<f64> {
        self.form.try_borrow().ok()?.as_ref()?.newest_given()
    }

    fn close(&self) {
        let form = self.form.try_borrow_mut().ok().and_then(|mut form| form.take());
        drop(form);
        if let Some((name, number)) = &self.claim {
            names::released(name, *number);
        }
    }

    fn set_aside(self: Rc<Self>) -> Box<dyn FnOnce()> {
        let form = self.form.take();
        Box::new(move || *self.form.borrow_mut() = form)
    }
}

/// The thread's slot of a name, with its stream created on first use. `None` when the thread is ending.
pub(super) fn slot<F: Form>(name: &str) -> Option<Rc<Slot<F>>> {
    let known = SLOTS.try_with(|slots| slots.borrow().0.get(name).cloned()).ok()?;
    if let Some(slot) = known {
        if slot.form_name() == F::NAME {
            return (slot as Rc<dyn Any>).downcast().ok();
        }
        // Told by `claim`: the name is taken.
        names::claim(name, F::NAME);
        return Some(Rc::new(Slot { form: RefCell::new(None), claim: None }));
    }
    let slot = Rc::new(new_slot::<F>(name));
    let kept: Rc<dyn AnySlot> = slot.clone();
    let _ = SLOTS.try_with(|slots| slots.borrow_mut().0.insert(name.to_owned(), kept));
    Some(slot)
}

fn new_slot<F: Form>(name: &str) -> Slot<F> {
    clock::first_plot();
    let Some((number, stream)) = names::claim(name, F::NAME) else {
        return Slot { form: RefCell::new(None), claim: None };
    };
    match F::create(Producer::builder(&stream)) {
        Ok(form) => {
            names::begun(name, number, form.ending());
            names::open_window();
            Slot { form: RefCell::new(Some(form)), claim: Some((name.to_owned(), number)) }
        }
        Err(error) => {
            names::released(name, number);
            names::tell_error(name, &format!("{stream:?} is not plotted: {}", with_causes(&error)));
            Slot { form: RefCell::new(None), claim: None }
        }
    }
}

/// The newest time that the program gave to a plot of this thread.
pub(super) fn newest_given() -> Option<f64> {
    let newest = |slots: &RefCell<Slots>| {
        let given = slots.borrow();
        given.0.values().filter_map(|slot| slot.newest_given()).reduce(f64::max)
    };
    SLOTS.try_with(newest).ok().flatten()
}

/// Takes the streams of this thread out of their slots until what is returned is called.
pub(super) fn set_aside() -> impl FnOnce() {
    let slots: Vec<_> =
        SLOTS.try_with(|slots| slots.borrow().0.values().cloned().collect()).unwrap_or_default();
    let put_back: Vec<_> = slots.into_iter().map(AnySlot::set_aside).collect();
    move || put_back.into_iter().for_each(|put_back| put_back())
}
