//! JSON bodies of limited size.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http::{HeaderValue, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use padlock_contract::ErrorCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::http::problem::ApiError;

/// The maximum size of a JSON body, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Extracts a JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if !request.headers().get(header::CONTENT_TYPE).is_some_and(is_json) {
            return Err(unsupported_media_type());
        }
        parse(&read_body(request.into_body()).await?).map(Self)
    }
}

/// Returns whether the value of `Content-Type` is JSON.
pub(crate) fn is_json(media_type: &HeaderValue) -> bool {
    let essence = media_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Returns the error for a body that is not JSON.
pub(crate) fn unsupported_media_type() -> ApiError {
    ApiError::new(ErrorCode::UnsupportedMediaType, "Send application/json.")
}

/// Returns the whole body. The frames are copied, since each may keep a much larger read buffer alive.
async fn read_body(body: Body) -> Result<Vec<u8>, ApiError> {
    let (mut body, mut bytes) = (Limited::new(body, MAX_BYTES), Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.downcast_ref::<LengthLimitError>().is_some() {
                ApiError::new(ErrorCode::TooLarge, "A request of this kind has at most 64 KiB.")
            } else {
                ApiError::new(ErrorCode::BadRequest, "The request stopped before its end.")
            }
        })?;
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(ApiError::new(ErrorCode::BadRequest, "The body has to be a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        match cause.classify() {
            Category::Data if path != "." => ApiError::field(&path, data_error(&cause)),
            Category::Data => match named_field(&cause.to_string()) {
                Some(field) => ApiError::field(field, data_error(&cause)),
                None => ApiError::new(ErrorCode::InvalidFields, data_error(&cause)),
            },
            _ => ApiError::new(
                ErrorCode::BadRequest,
                format!("The body is not JSON: see line {}, column {}.", cause.line(), cause.column()),
            ),
        }
    })?;
    json.end().map_err(|_| ApiError::new(ErrorCode::BadRequest, "The body has something after its JSON object."))?;
    Ok(value)
}

/// Returns the field that an error about the whole object names.
fn named_field(text: &str) -> Option<&str> {
    let is_about_a_field = ["missing field", "duplicate field"].iter().any(|start| text.starts_with(start));
    text.split('`').nth(1).filter(|_| is_about_a_field)
}

/// Returns the message without the values that serde quotes: a response must not contain a password.
fn data_error(cause: &serde_json::Error) -> String {
    let text = cause.to_string();
    let field = text.split('`').nth(1).unwrap_or_default();
    if text.starts_with("missing field") {
        format!("The field “{field}” is missing.")
    } else if text.starts_with("unknown field") {
        format!("There is no field “{field}” here.")
    } else if text.starts_with("duplicate field") {
        format!("The field “{field}” stands twice.")
    } else {
        "Another kind of value is expected.".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Form {
        login: String,
        password: String,
    }

    fn refusal(json: &str) -> String {
        format!("{:?}", parse::<Form>(json.as_bytes()).unwrap_err())
    }

    #[test]
    fn refusals_never_quote_what_was_sent() {
        assert!(!refusal(r#"{"login":"a","password":12345678}"#).contains("12345678"));
        assert!(!refusal(r#"{"login":"a","password":"secret"#).contains("secret"));
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for json in ["", "[]", "null", "{", r#"{"login":"a"}"#, r#"{"login":"a","password":"b"}x"#] {
            let _ = refusal(json);
        }
        assert!(refusal(r#"{"login":"a","login":"b","password":"c"}"#).contains("stands twice"));
        assert!(refusal(r#"{"login":"a","password":"c","role":"admin"}"#).contains("There is no field"));
    }
}
