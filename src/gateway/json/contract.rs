//! From a tree to the contract's types, field by field.
//!
//! What serde's derive writes for a structure weighs ten times as much. The compiler holds these lists against the
//! contract: a field that is missing here, or there, does not compile.

use std::collections::BTreeMap;

use padlock_contract::apps::{App, EnvironmentSummary, PackageRights};
use padlock_contract::deployments::{Deployment, FailureReason, StageState, State};
use padlock_contract::environments::{Environment, Health, OperationOutlook, Padlock, Status};
use padlock_contract::packages::{Constant, Package, PackageRef};
use padlock_contract::session::{
    Account, Assurance, Demo, DemoAccount, Method, Portal, Session, SignInState, SignedIn,
};
use padlock_contract::{ErrorCode, Failure, Operation, Page, Person, Problem, Promotion, Reason, Stage, Time};
use serde::Deserialize;

use super::Node;

/// A type that can be read from a tree.
pub trait FromNode: Sized {
    /// Nothing if it is no such thing.
    fn from_node(node: Node) -> Option<Self>;

    /// What it is where it is not there.
    fn absent() -> Option<Self> {
        None
    }
}

/// The fields of an object.
pub(in crate::gateway) struct Fields(Vec<(String, Node)>);

impl Fields {
    pub(in crate::gateway) fn of(node: Node) -> Option<Self> {
        match node {
            Node::Fields(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    #[inline(never)]
    pub(in crate::gateway) fn take<T: FromNode>(&mut self, name: &str) -> Option<T> {
        self.find(name).map_or_else(T::absent, T::from_node)
    }

    #[inline(never)]
    fn find(&mut self, name: &str) -> Option<Node> {
        self.0.iter_mut().find(|field| field.0 == name).map(|field| std::mem::replace(&mut field.1, Node::Null))
    }
}

impl FromNode for String {
    fn from_node(node: Node) -> Option<Self> {
        match node {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromNode for bool {
    fn from_node(node: Node) -> Option<Self> {
        match node {
            Node::Bool(yes) => Some(yes),
            _ => None,
        }
    }
}

macro_rules! whole_numbers {
    ($($kind:ty)*) => {$(
        impl FromNode for $kind {
            fn from_node(node: Node) -> Option<Self> {
                match node {
                    Node::Whole(number) => number.try_into().ok(),
                    _ => None,
                }
            }
        }
    )*};
}

whole_numbers!(u16 u32 u64);

impl<T: FromNode> FromNode for Option<T> {
    fn from_node(node: Node) -> Option<Self> {
        match node {
            Node::Null => Some(None),
            node => T::from_node(node).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(node: Node) -> Option<Self> {
        match node {
            Node::List(items) => items.into_iter().map(T::from_node).collect(),
            _ => None,
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl FromNode for BTreeMap<String, String> {
    fn from_node(node: Node) -> Option<Self> {
        let Fields(fields) = Fields::of(node)?;
        let mut map = Self::new();
        // Collected, they would be sorted first, by code that is larger than this file.
        for (name, node) in fields {
            map.insert(name, String::from_node(node)?);
        }
        Some(map)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Single words: serde knows them.
macro_rules! words {
    ($($kind:ty)*) => {$(
        impl FromNode for $kind {
            fn from_node(node: Node) -> Option<Self> {
                Self::deserialize(node).ok()
            }
        }
    )*};
}

words! {
    Assurance ErrorCode Failure Health Method Operation Padlock Promotion SignInState Stage State Status Time
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
            fn from_node(node: Node) -> Option<Self> {
                let mut fields = Fields::of(node)?;
                Some(Self { $($field: fields.take(name!($field $($name)?))?,)* })
            }
        }
    )*};
}

fields! {
    Account { id, login, name }
    App { id, slug, name, promotion, technical_contact, environments, packages }
    Constant { name, kind = "type", description, default_value }
    Demo { password, accounts }
    DemoAccount { login, name, role }
    Deployment {
        id, environment, from, package, replaces, state, stages, reason, requested_by, created_at, finished_at,
    }
    Environment {
        id, slug, name, position, protected, status, since, package, version, runtime_version, url, health, deployment,
        operations,
    }
    EnvironmentSummary { slug, name, status, health, version }
    FailureReason { code, message }
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
    Session { id, account, assurance, authorised_until, expires_at }
    SignedIn { state, account, methods, attempts_left, session_token }
    StageState { name, state, started_at }
}

impl<T: FromNode> FromNode for Page<T> {
    fn from_node(node: Node) -> Option<Self> {
        let mut fields = Fields::of(node)?;
        Some(Self { items: fields.take("items")?, next_cursor: fields.take("next_cursor")? })
    }
}
