//! Backups: one file with every row of the database and every package, and a MAC that authenticates both.

mod archive;
mod authentication;
mod earlier_format;
mod restore_error;
mod tables;

pub(crate) use archive::{Contents, FileEntry, Manifest, Reader, Writer, package_name};
pub(crate) use authentication::{AuthenticContent, BackupFile, NewContent, open_authenticated};
pub(crate) use earlier_format::EarlierBackup;
pub(crate) use restore_error::RestoreError;
pub(crate) use tables::{Requirements, copy_tables, read_tables, write_tables};
