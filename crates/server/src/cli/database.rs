//! The parser of addresses of databases, whose errors do not show the password.

use std::ffi::OsStr;

use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

use crate::store::DatabaseUrl;

/// Parses the address of a database.
#[derive(Debug, Clone)]
pub(super) struct DatabaseUrlParser;

impl TypedValueParser for DatabaseUrlParser {
    type Value = DatabaseUrl;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        StringValueParser::new().parse_ref(command, arg, value)?.parse().map_err(|why| {
            let option = arg.and_then(Arg::get_long).unwrap_or_default();
            Error::raw(ErrorKind::ValueValidation, format!("--{option} {why}\n")).with_cmd(command)
        })
    }
}
