//! Statements and their parameters. Both engines run the same text, so a parameter is text or a 64-bit integer, as the columns
//! are: times are milliseconds, flags are 0 or 1.

use std::fmt::Write as _;

use padlock_domain::{
    AccountEntryId, AccountId, ActivityId, AppId, DeploymentId, EnrolmentId, EnvironmentId, JobId, Login, PackageId,
    SessionId, Slug, Timestamp,
};
use sqlx::any::AnyArguments;
use sqlx::{Any, AssertSqlSafe};

/// A statement with its parameters.
pub(super) struct Query(pub(super) sqlx::query::Query<'static, Any, AnyArguments>);

/// Returns a statement without parameters yet.
pub(super) fn sql(text: &'static str) -> Query {
    Query(sqlx::query(text))
}

impl Query {
    /// Sets the next parameter.
    pub(super) fn bind(self, value: impl Parameter) -> Self {
        self.bind_value(Parameter::into_value(Some(value)))
    }

    fn bind_value(self, value: Value) -> Self {
        Self(match value {
            Value::Text(text) => self.0.bind(text),
            Value::Integer(integer) => self.0.bind(integer),
        })
    }
}

/// A statement that is put together at run time. The text comes from this crate; values are parameters.
pub(super) struct QueryBuilder {
    sql: String,
    values: Vec<Value>,
}

impl QueryBuilder {
    pub(super) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    pub(super) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends the placeholder of a parameter.
    pub(super) fn push_bind(&mut self, value: impl Parameter) -> &mut Self {
        self.push_value(Parameter::into_value(Some(value)))
    }

    /// Appends the placeholder of a parameter.
    pub(super) fn push_value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        // Writing to a string cannot fail.
        let _ = write!(self.sql, "${}", self.values.len());
        self
    }

    pub(super) fn build(self) -> Query {
        self.values.into_iter().fold(Query(sqlx::query(AssertSqlSafe(self.sql))), Query::bind_value)
    }
}

/// The value of a parameter, which knows its type even when it is null.
pub(super) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
}

/// What can be a parameter.
pub(super) trait Parameter: Sized {
    fn into_value(value: Option<Self>) -> Value;
}

impl<T: Parameter> Parameter for Option<T> {
    fn into_value(value: Option<Self>) -> Value {
        T::into_value(value.flatten())
    }
}

impl Parameter for bool {
    fn into_value(value: Option<Self>) -> Value {
        Value::Integer(value.map(i64::from))
    }
}

impl Parameter for u32 {
    fn into_value(value: Option<Self>) -> Value {
        Value::Integer(value.map(i64::from))
    }
}

impl Parameter for i64 {
    fn into_value(value: Option<Self>) -> Value {
        Value::Integer(value)
    }
}

impl Parameter for Timestamp {
    fn into_value(value: Option<Self>) -> Value {
        Value::Integer(value.map(Self::as_millisecond))
    }
}

macro_rules! text_parameters {
    ($($type:ty),+ $(,)?) => {$(
        impl Parameter for $type {
            fn into_value(value: Option<Self>) -> Value {
                Value::Text(value.map(|value| value.to_string()))
            }
        }
    )+};
}

text_parameters!(
    String,
    &str,
    &String,
    &Login,
    &Slug,
    AccountEntryId,
    AccountId,
    ActivityId,
    AppId,
    DeploymentId,
    EnrolmentId,
    EnvironmentId,
    JobId,
    PackageId,
    SessionId,
);
