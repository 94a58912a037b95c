//! The responses to refused uploads and packages.

use padlock_contract::ErrorCode;

use super::archive::PackageError;
use super::multipart::MAX_FORM_OVERHEAD;
use crate::app_state::Api;
use crate::http::ApiError;
use crate::ports::BlobError;

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::disk_full(),
            other => Self::internal(&other),
        }
    }
}

impl From<PackageError> for ApiError {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::Io(cause) => Self::internal(&cause),
            invalid => Self::new(ErrorCode::InvalidPackage, invalid.to_string()),
        }
    }
}

pub(super) fn too_large(api: &Api) -> ApiError {
    let most = api.config.package_limits.file_bytes / (1024 * 1024);
    ApiError::new(ErrorCode::TooLarge, format!("A package has at most {most} MiB."))
}

pub(super) fn upload_incomplete() -> ApiError {
    ApiError::new(ErrorCode::UploadIncomplete, "The upload stopped before its end. Nothing was stored. Try again.")
}

pub(super) fn too_many_uploads() -> ApiError {
    let detail = "Three of your uploads are under way already. Wait until one has ended.";
    ApiError::too_many_requests(detail, 5)
}

pub(super) fn upload_quota_used_up(api: &Api, retry_after: u64) -> ApiError {
    let detail =
        format!("You have begun {} uploads within an hour. Wait before the next one.", api.config.uploads_per_hour);
    ApiError::too_many_requests(&detail, retry_after)
}

/// Returns the error for a form that has too much before its file.
pub(super) fn form_too_large() -> ApiError {
    let most = MAX_FORM_OVERHEAD / 1024;
    ApiError::new(ErrorCode::TooLarge, format!("The form holds more than {most} KiB before the field “file”."))
}

pub(super) fn form_unreadable() -> ApiError {
    ApiError::new(ErrorCode::BadRequest, "The form cannot be read.")
}

pub(super) fn form_without_file() -> ApiError {
    ApiError::field("file", "The form has no field “file”.")
}

pub(super) fn unsupported_media_type() -> ApiError {
    ApiError::new(
        ErrorCode::UnsupportedMediaType,
        "Send the file as application/octet-stream, or a form with it in “file”.",
    )
}

/// Returns the error for deleting a package that is deployed or being deployed.
pub(super) fn in_use(version: &str) -> ApiError {
    let detail = format!("{version} lies on an environment, or is on its way to one. Replace it there first.");
    ApiError::new(ErrorCode::InUse, detail)
}
