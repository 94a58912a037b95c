//! Reads columns into the domain's types. A value that does not fit means a damaged database and is an error.

use std::str::FromStr;

use data_encoding::HEXLOWER;
use padlock_api::ports::StoreError;
use padlock_domain::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{ColumnIndex, Decode, Row as _, Sqlite, Type};

use super::error::{failed, store_error};

/// A row of a result.
pub(super) type Row = sqlx::sqlite::SqliteRow;

/// Typed access to the columns of a row, by name.
pub(super) trait Columns {
    fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(&'r self, column: &str) -> Result<T, StoreError>;

    fn text(&self, column: &str) -> Result<String, StoreError> {
        self.value(column)
    }

    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        self.value(column)
    }

    fn integer(&self, column: &str) -> Result<i64, StoreError> {
        self.value(column)
    }

    fn flag(&self, column: &str) -> Result<bool, StoreError> {
        self.integer(column).map(|n| n != 0)
    }

    fn unsigned<T: TryFrom<i64>>(&self, column: &str) -> Result<T, StoreError> {
        self.integer(column)?.try_into().map_err(|_| damaged(column))
    }

    fn parsed<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|_| damaged(column))
    }

    fn optional_parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?.map(|text| text.parse().map_err(|_| damaged(column))).transpose()
    }

    fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(self.integer(column)?).map_err(|_| damaged(column))
    }

    fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let millis: Option<i64> = self.value(column)?;
        millis.map(|n| Timestamp::from_millisecond(n).map_err(|_| damaged(column))).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| damaged(column))
    }

    /// Reads an enumeration of the domain that is stored as its serde name.
    fn named<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        from_name(self.text(column)?, column)
    }

    /// Reads a SHA-256 hash in lower-case hexadecimal.
    fn hash(&self, column: &str) -> Result<[u8; 32], StoreError> {
        let bytes = HEXLOWER.decode(self.text(column)?.as_bytes()).map_err(|_| damaged(column))?;
        bytes.try_into().map_err(|_| damaged(column))
    }
}

impl Columns for Row {
    fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(&'r self, column: &str) -> Result<T, StoreError>
    where
        for<'c> &'c str: ColumnIndex<Self>,
    {
        self.try_get(column).map_err(store_error)
    }
}

pub(super) fn damaged(column: &str) -> StoreError {
    failed(format!("the database is damaged: a value in {column} cannot be read"))
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| failed(error.to_string()))
}

/// Returns the serde name of an enumeration's value.
pub(super) fn to_name<T: Serialize>(value: T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(failed("the value has no name")),
    }
}

/// Returns the enumeration's value of this serde name.
pub(super) fn from_name<T: DeserializeOwned>(name: String, column: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(|_| damaged(column))
}
