//! The demo's clock, which can be moved forward, and its outbox.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use padlock_contract::demo::{Message, MessageKind};
use padlock_domain::{SignedDuration, Timestamp};

use crate::ports::{Clock, Email, Mail, MailError};

/// The maximum number of messages in the outbox. A new message removes the oldest.
const OUTBOX_CAPACITY: usize = 100;

/// The demo's clock and outbox.
#[derive(Clone)]
pub struct DemoControls {
    /// The clock that the demo uses.
    pub clock: Arc<DemoClock>,
    /// The outbox that receives the demo's email.
    pub outbox: Arc<Outbox>,
}

impl DemoControls {
    /// Returns controls with an empty outbox and a clock that follows `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = Arc::new(DemoClock { inner: clock, seconds_ahead: AtomicU64::new(0) });
        let outbox = Arc::new(Outbox { clock: Arc::clone(&clock), messages: Mutex::default() });
        Self { clock, outbox }
    }
}

impl std::fmt::Debug for DemoControls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DemoControls")
    }
}

/// A clock that can be moved ahead of another clock.
pub struct DemoClock {
    inner: Arc<dyn Clock>,
    seconds_ahead: AtomicU64,
}

impl DemoClock {
    /// Moves the clock forward. It cannot move back, since what has expired must stay expired.
    pub fn advance(&self, seconds: u32) {
        self.seconds_ahead.fetch_add(seconds.into(), Ordering::Relaxed);
    }

    /// Moves the clock as far ahead as it was when [`seconds_ahead`](Self::seconds_ahead) was read.
    pub fn restore(&self, seconds_ahead: u64) {
        self.seconds_ahead.fetch_max(seconds_ahead, Ordering::Relaxed);
    }

    /// Returns how far this clock is ahead of the other, in seconds.
    #[must_use]
    pub fn seconds_ahead(&self) -> u64 {
        self.seconds_ahead.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(i64::try_from(self.seconds_ahead()).unwrap_or_default());
        let now = self.inner.now();
        now.checked_add(ahead).unwrap_or(now)
    }

    async fn sleep(&self, millis: u32) {
        self.inner.sleep(millis).await;
    }
}

/// Email that is kept instead of sent.
pub struct Outbox {
    clock: Arc<DemoClock>,
    messages: Mutex<VecDeque<Message>>,
}

impl Outbox {
    /// Puts back what [`messages`](Self::messages) returned.
    pub fn restore(&self, messages: Vec<Message>) {
        *self.messages.lock().unwrap_or_else(PoisonError::into_inner) = messages.into_iter().rev().collect();
    }

    /// Returns the messages, newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }
}

#[async_trait]
impl Mail for Outbox {
    async fn send(&self, email: Email) -> Result<(), MailError> {
        let Email { to, subject, text } = email;
        let message = Message { kind: MessageKind::Mail, at: self.clock.now().into(), to, subject, text };
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() == OUTBOX_CAPACITY {
            messages.pop_front();
        }
        messages.push_back(message);
        Ok(())
    }

    fn is_set_up(&self) -> bool {
        true
    }
}
