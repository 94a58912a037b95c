//! Who listens to what changes in an app.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use async_broadcast::{InactiveReceiver, Receiver, Sender};
use padlock_contract::events::Change;
use padlock_domain::ids::AppId;

/// Changes that a slow listener may fall behind before it is told that it missed some.
const BACKLOG: usize = 64;

type Channel = (Sender<Change>, InactiveReceiver<Change>);

/// One channel for each app that anybody has listened to.
#[derive(Default)]
pub(crate) struct EventBus {
    channels: Mutex<BTreeMap<AppId, Channel>>,
    closed: AtomicBool,
}

impl EventBus {
    /// Tells the listeners of an app.
    pub(crate) fn publish(&self, app: AppId, change: Change) {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((sender, _)) = channels.get(&app) {
            // Overflow drops the oldest; nobody listening is fine.
            let _ = sender.try_broadcast(change);
        }
    }

    /// Listens to an app from now on.
    pub(crate) fn subscribe(&self, app: AppId) -> Receiver<Change> {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, _) = channels.entry(app).or_insert_with(|| {
            let (mut sender, receiver) = async_broadcast::broadcast(BACKLOG);
            sender.set_overflow(true);
            (sender, receiver.deactivate())
        });
        sender.new_receiver()
    }

    /// Whether the server is about to stop.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Ends every listener.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        for (sender, _) in self.channels.lock().unwrap_or_else(PoisonError::into_inner).values() {
            sender.close();
        }
    }
}
