//! Reads columns into the domain's types. A value that does not fit means a damaged database and is an error.

use std::str::FromStr;

use data_encoding::HEXLOWER;
use padlock_api::ports::{StoreError, StoreResult};
use padlock_domain::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, Row as _, Type};

use super::error::failed;

/// A row of a result.
pub(super) type Row = AnyRow;

/// Typed access to the columns of a row, by name.
pub(super) trait Columns {
    fn value<'r, T: Decode<'r, Any> + Type<Any>>(&'r self, column: &str) -> StoreResult<T>;

    fn text(&self, column: &str) -> StoreResult<String> {
        self.value(column)
    }

    fn optional_text(&self, column: &str) -> StoreResult<Option<String>> {
        self.value(column)
    }

    fn integer(&self, column: &str) -> StoreResult<i64> {
        self.value(column)
    }

    fn optional_integer(&self, column: &str) -> StoreResult<Option<i64>> {
        self.value(column)
    }

    fn flag(&self, column: &str) -> StoreResult<bool> {
        match self.integer(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(damaged(column)),
        }
    }

    fn unsigned<T: TryFrom<i64>>(&self, column: &str) -> StoreResult<T> {
        self.integer(column)?.try_into().map_err(|_| damaged(column))
    }

    fn parsed<T: FromStr>(&self, column: &str) -> StoreResult<T> {
        self.text(column)?.parse().map_err(|_| damaged(column))
    }

    fn optional_parsed<T: FromStr>(&self, column: &str) -> StoreResult<Option<T>> {
        self.optional_text(column)?.map(|text| text.parse().map_err(|_| damaged(column))).transpose()
    }

    fn time(&self, column: &str) -> StoreResult<Timestamp> {
        Timestamp::from_millisecond(self.integer(column)?).map_err(|_| damaged(column))
    }

    fn optional_time(&self, column: &str) -> StoreResult<Option<Timestamp>> {
        let millis: Option<i64> = self.value(column)?;
        millis.map(|n| Timestamp::from_millisecond(n).map_err(|_| damaged(column))).transpose()
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> StoreResult<T> {
        serde_json::from_str(&self.text(column)?).map_err(|_| damaged(column))
    }

    /// Reads a SHA-256 hash in lower-case hexadecimal.
    fn hash(&self, column: &str) -> StoreResult<[u8; 32]> {
        let bytes = HEXLOWER.decode(self.text(column)?.as_bytes()).map_err(|_| damaged(column))?;
        bytes.try_into().map_err(|_| damaged(column))
    }
}

impl Columns for Row {
    fn value<'r, T: Decode<'r, Any> + Type<Any>>(&'r self, column: &str) -> StoreResult<T> {
        self.try_get(column).map_err(|error| failed(error.to_string()))
    }
}

pub(super) fn damaged(column: &str) -> StoreError {
    failed(format!("the database is damaged: a value in {column} cannot be read"))
}

pub(super) fn to_json<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|error| failed(error.to_string()))
}
