//! Broadcasts the changes in an app to its subscribers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use async_broadcast::{InactiveReceiver, Receiver, Sender};
use padlock_contract::events::Change;
use padlock_domain::{AppId, Environment};

/// How many changes are kept for a slow subscriber. When there are more, it misses the oldest.
const CAPACITY: usize = 64;

type Channel = (Sender<Change>, InactiveReceiver<Change>);

/// A broadcast channel for each app that has ever had a subscriber.
#[derive(Default)]
pub(crate) struct EventBus {
    channels: Mutex<BTreeMap<AppId, Channel>>,
    closed: AtomicBool,
}

impl EventBus {
    /// Sends a change to the subscribers of an app.
    pub(crate) fn publish(&self, app: AppId, change: Change) {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((sender, _)) = channels.get(&app) {
            // Fails without subscribers and after `close`. Overflow drops the oldest change.
            let _ = sender.try_broadcast(change);
        }
    }

    /// Sends the change of an environment to the subscribers of its app.
    pub(crate) fn publish_environment(&self, environment: &Environment) {
        self.publish(environment.app, Change::Environment { environment: environment.slug.to_string() });
    }

    /// Subscribes to the changes in an app from now on.
    pub(crate) fn subscribe(&self, app: AppId) -> Receiver<Change> {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, _) = channels.entry(app).or_insert_with(|| {
            let (mut sender, receiver) = async_broadcast::broadcast(CAPACITY);
            sender.set_overflow(true);
            (sender, receiver.deactivate())
        });
        sender.new_receiver()
    }

    /// Returns whether the server is shutting down.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Ends every subscription.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        for (sender, _) in self.channels.lock().unwrap_or_else(PoisonError::into_inner).values() {
            sender.close();
        }
    }
}
