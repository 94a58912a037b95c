//! The demo's own controls: a clock that can be moved on, and the mail that it sends to nobody.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use padlock_contract::demo::{Message, MessageKind};
use padlock_domain::{SignedDuration, Timestamp};

use crate::ports::{Clock, Email, Mail, MailError};

/// Letters that are remembered.
const REMEMBERED: usize = 100;

/// The controls.
#[derive(Clone)]
pub struct Controls {
    /// The clock that the demo runs by.
    pub clock: Arc<DemoClock>,
    /// Where its letters go.
    pub outbox: Arc<Outbox>,
}

impl Controls {
    /// Controls over this clock.
    #[must_use]
    pub fn over(clock: Arc<dyn Clock>) -> Self {
        let clock = Arc::new(DemoClock { machine: clock, ahead: AtomicU64::new(0) });
        let outbox = Arc::new(Outbox { clock: Arc::clone(&clock), sent: Mutex::default() });
        Self { clock, outbox }
    }
}

impl std::fmt::Debug for Controls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Controls")
    }
}

/// The machine's clock, and how far the demo is ahead of it.
pub struct DemoClock {
    machine: Arc<dyn Clock>,
    ahead: AtomicU64,
}

impl DemoClock {
    /// Moves it on by so many seconds. It never goes back: what has ended must not be revived.
    pub fn advance(&self, seconds: u32) {
        self.ahead.fetch_add(seconds.into(), Ordering::Relaxed);
    }

    /// How far it is ahead of the machine's, in seconds.
    #[must_use]
    pub fn ahead(&self) -> u64 {
        self.ahead.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(i64::try_from(self.ahead()).unwrap_or_default());
        let now = self.machine.now();
        now.checked_add(ahead).unwrap_or(now)
    }

    async fn sleep(&self, millis: u32) {
        self.machine.sleep(millis).await;
    }
}

/// Letters that went nowhere.
pub struct Outbox {
    clock: Arc<DemoClock>,
    sent: Mutex<VecDeque<Message>>,
}

impl Outbox {
    /// What was sent, the latest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }
}

#[async_trait]
impl Mail for Outbox {
    async fn send(&self, letter: Email) -> Result<(), MailError> {
        let Email { to, subject, text } = letter;
        let message = Message { kind: MessageKind::Mail, at: self.clock.now().into(), to, subject, text };
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() == REMEMBERED {
            sent.pop_front();
        }
        sent.push_back(message);
        Ok(())
    }

    fn is_set_up(&self) -> bool {
        true
    }
}
