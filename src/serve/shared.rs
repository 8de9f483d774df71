//! What all connections share.

use std::sync::{Arc, Mutex};

use tokio::sync::{Semaphore, watch};

use super::access::Access;
use super::counters::Counters;
use super::described::List;
use super::{MOST_CLIENTS, MOST_CONNECTIONS, MOST_DOWNLOADS};
use crate::chart::{PanelList, StreamSnapshot};
use crate::store::{Store, lock};

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) access: Access,
    pub(super) store: Store,
    /// What the page is told at its start, as JSON: title, span, layouts.
    pub(super) start: serde_json::Value,
    /// Grows with every change of the store.
    pub(super) changes: watch::Receiver<u64>,
    pub(super) counters: Counters,
    pub(super) connections: Arc<Semaphore>,
    pub(super) clients: Arc<Semaphore>,
    pub(super) downloads: Arc<Semaphore>,
    /// What streams are called and coloured, the same for all pages.
    panels: Mutex<PanelList>,
}

impl Shared {
    pub(super) fn new(
        access: Access,
        store: Store,
        start: serde_json::Value,
        changes: watch::Receiver<u64>,
    ) -> Self {
        let permits = |most| Arc::new(Semaphore::new(most));
        Self {
            access,
            store,
            start,
            changes,
            counters: Counters::default(),
            connections: permits(MOST_CONNECTIONS),
            clients: permits(MOST_CLIENTS),
            downloads: permits(MOST_DOWNLOADS),
            panels: Mutex::default(),
        }
    }

    /// What is told of all streams.
    pub(super) fn list(&self, streams: &[StreamSnapshot]) -> List {
        List::new(streams, &mut lock(&self.panels))
    }

    /// Pages that are open.
    pub(super) fn client_count(&self) -> usize {
        MOST_CLIENTS - self.clients.available_permits()
    }
}
