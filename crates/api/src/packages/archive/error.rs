//! Why a file is not a deployment package.

use std::io;

use padlock_domain::package::archive_path::InvalidPath;
use padlock_domain::package::manifest::ManifestError;
use zip::result::ZipError;

/// Why a file is not a deployment package, in a sentence for the person who uploads it.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// It is not a zip file, or an incomplete one.
    #[error("This is not a deployment package: it is not a whole zip file.")]
    NotAZip,
    /// It has no manifest.
    #[error("This is not a deployment package: it has no model/metadata.json.")]
    NoManifest,
    /// It has no site.
    #[error("This is not a deployment package: it has no files in web/.")]
    NoSite,
    /// The manifest is not valid.
    #[error("The package cannot be used: {0}.")]
    Manifest(#[from] ManifestError),
    /// A member has a name that is not allowed.
    #[error("The package cannot be used: it holds {why}: {name}.")]
    Name {
        /// The name, made fit for display.
        name: String,
        /// What is wrong with it.
        why: InvalidPath,
    },
    /// Two members have the same name.
    #[error("The package cannot be used: it holds two files of one name.")]
    DuplicateName,
    /// The directory is larger than allowed.
    #[error("The package cannot be used: the names of its files are too long.")]
    NamesTooLong,
    /// A member is a link or another special file.
    #[error("The package cannot be used: it holds a link: {0}.")]
    Link(String),
    /// A member is encrypted.
    #[error("The package cannot be used: {0} is encrypted.")]
    Encrypted(String),
    /// It has more files than this.
    #[error("The package cannot be used: it holds more than {0} files.")]
    TooManyFiles(usize),
    /// It unpacks to more than allowed.
    #[error("The package cannot be used: it would unpack to far more than is allowed.")]
    TooLarge,
    /// A member cannot be read, or its checksum is wrong.
    #[error("The package is damaged: {0} cannot be read.")]
    Damaged(String),
    /// Reading the file or writing the unpacked files failed.
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for PackageError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Files answer the last to a position of 2^63 or more.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Self::NotAZip,
            _ => Self::Io(error),
        }
    }
}

/// Errors while opening the archive.
impl From<ZipError> for PackageError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            _ => Self::NotAZip,
        }
    }
}
