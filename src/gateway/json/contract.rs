//! The contract's types, field by field and word by word.
//!
//! What serde's derive writes for a structure weighs ten times as much. The compiler holds these lists against the
//! contract: a field or a word that is missing here, or there, does not compile.

use padlock_contract::activity::ActivityEntry;
use padlock_contract::apps::{App, EnvironmentSummary, PackageRights};
use padlock_contract::demo::{DemoClock, Message, MessageKind};
use padlock_contract::deployments::{Deployment, FailureReason, StageState, State};
use padlock_contract::environments::{Environment, Health, OperationOutlook, Padlock, Status};
use padlock_contract::packages::{Constant, Package, PackageRef};
use padlock_contract::second_factor::{
    AccountDetails, CodeSent, Enrolled, Enrolment, FirstBinding, Notice, ProvedBy, RecoveryCode, RecoveryCodes,
    SecondFactor, Verified,
};
use padlock_contract::session::{
    Account, Assurance, Demo, DemoAccount, Method, Portal, Session, SignInState, SignedIn,
};
use padlock_contract::{Failure, Page, Person, Problem, Promotion, Reason, Stage};

use super::Node;
use super::node::{Fields, FromNode, word};

macro_rules! words {
    ($($kind:ident { $first:ident = $first_name:literal $(, $other:ident = $name:literal)* $(,)? })*) => {
        $(
            impl FromNode for $kind {
                fn read(node: Option<Node>, flawed: &mut bool) -> Self {
                    const WORDS: &[(&str, $kind)] =
                        &[($first_name, $kind::$first) $(, ($name, $kind::$other))*];
                    // Each is listed, or this does not compile.
                    const fn _all(value: $kind) {
                        match value {
                            $kind::$first $(| $kind::$other)* => {}
                        }
                    }
                    word(node, flawed, WORDS, Self::$first)
                }
            }
        )*

        /// Holds every word against what serde makes of it.
        #[cfg(test)]
        pub(super) fn every_word(mut same: impl FnMut(serde_json::Value, &str)) {
            $(
                same(serde_json::to_value($kind::$first).unwrap_or_default(), $first_name);
                $(same(serde_json::to_value($kind::$other).unwrap_or_default(), $name);)*
            )*
        }
    };
}

words! {
    Assurance { Password = "password", SecondFactor = "second_factor" }
    Failure {
        Interrupted = "interrupted", PermissionWithdrawn = "permission_withdrawn", HashMismatch = "hash_mismatch",
        Unreadable = "unreadable", DiskFull = "disk_full", DidNotStart = "did_not_start", Internal = "internal",
    }
    FirstBinding { Password = "password", Mail = "mail" }
    Health { Ok = "ok", Off = "off", Critical = "critical" }
    MessageKind { Mail = "mail", Sms = "sms" }
    Method { Authenticator = "authenticator", Sms = "sms" }
    Padlock { None = "none", Closed = "closed", Open = "open" }
    Promotion { Strict = "strict", Free = "free" }
    ProvedBy { Authenticator = "authenticator", Sms = "sms", RecoveryCode = "recovery_code" }
    SignInState { SignedIn = "signed_in", TwoFactorRequired = "two_factor_required" }
    Stage { Verify = "verify", Unpack = "unpack", Start = "start", Replace = "replace" }
    State { Queued = "queued", Running = "running", Done = "done", Failed = "failed" }
    Status { Empty = "empty", Stopped = "stopped", Starting = "starting", Running = "running", Failed = "failed" }
}

macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// `field` or, where its name in JSON is another, `field = "name"`.
macro_rules! fields {
    ($($kind:ident { $($field:ident $(= $name:literal)?),* $(,)? })*) => {$(
        impl FromNode for $kind {
            fn read(node: Option<Node>, flawed: &mut bool) -> Self {
                let mut fields = Fields::of(node, flawed);
                Self { $($field: fields.take(name!($field $($name)?)),)* }
            }
        }
    )*};
}

fields! {
    Account { id, login, name }
    AccountDetails {
        id, login, name, second_factor, recovery_codes_left, recovery_codes_saved, first_binding, notices,
    }
    ActivityEntry { id, at, kind = "type", person, environment, text }
    App { id, slug, name, promotion, technical_contact, environments, packages }
    CodeSent { sent_to, expires_at, resend_after }
    Constant { name, kind = "type", description, default_value }
    Demo { password, accounts }
    DemoAccount { login, name, role }
    DemoClock { now, ahead_seconds }
    Deployment {
        id, environment, from, package, replaces, state, stages, reason, requested_by, created_at, finished_at,
    }
    Enrolled { recovery_codes, authorised_until, session_token }
    Enrolment { enrolment_id, expires_at, secret, otpauth_uri }
    Environment {
        id, slug, name, position, protected, status, since, package, version, runtime_version, url, health, deployment,
        operations,
    }
    EnvironmentSummary { slug, name, status, health, version }
    FailureReason { code, message }
    Message { kind, at, to, subject, text }
    Notice { id, at, text }
    OperationOutlook { name, allowed, padlock, fresh, reasons }
    Package {
        id, file_name, version, runtime_version, project_name, description, size, sha256, uploaded_by, created_at,
        expires_at, runs_on, constants, scheduled_events,
    }
    PackageRef { id, version, runtime_version, file_name }
    PackageRights { edit, reasons }
    Person { id, name }
    Portal { demo }
    Problem {
        kind = "type", title, status, detail, code, fields, reasons, retry_after, attempts_left, now,
    }
    Reason { code, message, ask }
    RecoveryCode { code, used_at }
    RecoveryCodes { recovery_codes }
    SecondFactor { method, sign_in, masked_phone, enrolled_at, blocked }
    Session { id, account, assurance, authorised_until, expires_at }
    SignedIn { state, account, methods, attempts_left, session_token }
    StageState { name, state, started_at }
    Verified { state, account, authorised_until, method, recovery_codes_left, session_token }
}

impl<T: FromNode> FromNode for Page<T> {
    fn read(node: Option<Node>, flawed: &mut bool) -> Self {
        let mut fields = Fields::of(node, flawed);
        Self { items: fields.take("items"), next_cursor: fields.take("next_cursor") }
    }
}
