//! Why a backup cannot be restored.

use std::io;

use padlock_api::ports::StoreError;

use crate::command_error::CommandError;

/// Why a backup cannot be restored.
#[derive(Debug)]
pub(crate) enum RestoreError {
    /// The backup is not usable, or does not fit the new installation. The text continues the sentence "the backup …".
    Backup(String),
    /// The new installation cannot be written at present. The text is a sentence.
    Target(String),
}

impl RestoreError {
    /// An error while something of the backup was copied to disk: the disk's, or that of the archive.
    pub(super) fn copying(name: &str, error: &io::Error) -> Self {
        if error.raw_os_error().is_some() {
            Self::Target(format!("{name} cannot be unpacked: {error}"))
        } else {
            Self::Backup(format!("is damaged: {name}: {error}"))
        }
    }

    /// An error while rows of the backup were written to a database that nobody else uses.
    pub(crate) fn writing_rows(error: StoreError) -> Self {
        match error {
            StoreError::Failed(why) => Self::Backup(format!("cannot be restored into this database: {why}")),
            StoreError::Conflict => Self::Backup("has rows that contradict each other".to_owned()),
            other => Self::Target(format!("the database cannot be written: {other}")),
        }
    }

    /// Returns the error of the command that restores `file`.
    pub(crate) fn for_backup(self, file: &std::path::Path) -> CommandError {
        match self {
            Self::Backup(what) => CommandError::Usage(format!("the backup {} {what}", file.display())),
            Self::Target(what) => {
                CommandError::Failed(format!("{what}; nothing was restored, and the same command can be run again"))
            }
        }
    }
}
