//! Viewer-ready: the one flag that a viewer raises for a producer. The only user of the `raw_sync` crate, and of it
//! only the `BusyEvent`: its pthread-based `Event` can hang a producer for ever once a waiter was killed.
#![expect(unsafe_code, reason = "raw_sync takes addresses; see the reasons at each")]

use std::time::Duration;

use raw_sync::Timeout;
use raw_sync::events::{BusyEvent, EventImpl, EventInit, EventState};

use super::segment::Segment;

/// The event in the first two bytes of a segment's control page.
fn event(segment: &Segment, off_control: u64, fresh: bool) -> Option<Box<dyn EventImpl>> {
    let at = segment.at(off_control);
    let event = if fresh {
        // SAFETY: the control page is mapped writable on both sides, and the event's two bytes lie inside it.
        unsafe { BusyEvent::new(at, false) }
    } else {
        // SAFETY: as above; whatever the bytes hold is checked by the call.
        unsafe { BusyEvent::from_existing(at) }
    };
    event.ok().map(|(event, _)| event)
}

/// Lays the event out, cleared. Called once, by the producer, before the magic is stored.
pub(crate) fn init_ready(segment: &Segment, off_control: u64) {
    let _ = event(segment, off_control, true);
}

/// Tells the producer that a viewer is attached.
pub(crate) fn set_ready(segment: &Segment, off_control: u64) {
    if let Some(event) = event(segment, off_control, false) {
        let _ = event.set(EventState::Signaled);
    }
}

/// Whether a viewer has attached. Asks once: the event's own timed wait would spin.
pub(crate) fn is_ready(segment: &Segment, off_control: u64) -> bool {
    event(segment, off_control, false).is_some_and(|event| event.wait(Timeout::Val(Duration::ZERO)).is_ok())
}
