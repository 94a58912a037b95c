//! Completes the OpenAPI document with what all routes share, so that the attributes of the handlers need not repeat it.

use padlock_contract::OPERATION_EXTENSION;
use padlock_domain::Operation;
use padlock_domain::operation::{FreshCodeRule, PadlockRule, Requirement, Scope};
use serde_json::Value;
use utoipa::openapi::path::{self, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{Components, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, Response};

const PROBLEM: &str = "application/problem+json";
const BINARY: &str = "application/octet-stream";
const TOKEN: &str = "session_token";
const COOKIE: &str = "session_cookie";

/// Completes a document.
pub(crate) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            complete_operation(method, path, operation);
        }
    }
    if let Some(components) = &mut document.components {
        add_security_schemes(components);
        components.schemas.values_mut().for_each(remove_unknown_values);
    }
}

/// Returns the operations of the table, one of which a call authorises.
pub(super) fn authorised_operations(operation: &path::Operation) -> Vec<Operation> {
    let extension = operation.extensions.as_ref().and_then(|extensions| extensions.get(OPERATION_EXTENSION));
    let names = match extension {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => std::slice::from_ref(name),
        None => &[],
    };
    names.iter().filter_map(|name| Operation::from_name(name.as_str()?)).collect()
}

/// Returns whether a call can ask for a proof of the second factor.
pub(super) fn may_need_code(operation: &path::Operation) -> bool {
    let needs_code = |operation: &Operation| {
        let rule = operation.rule();
        rule.padlock != PadlockRule::Never || rule.fresh_code != FreshCodeRule::Never
    };
    authorised_operations(operation).iter().any(needs_code)
}

fn complete_operation(method: &str, path: &str, operation: &mut path::Operation) {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<_> = words.skip(2).collect();
    operation.operation_id = Some(format!("{}_{}", method.to_ascii_lowercase(), words.join("_")));
    let authorised = authorised_operations(operation);
    operation.security = Some(if authorised.is_empty() {
        Vec::new()
    } else {
        [TOKEN, COOKIE].map(|scheme| SecurityRequirement::new(scheme, [""; 0])).to_vec()
    });
    if may_need_code(operation) {
        operation.parameters.get_or_insert_default().push(RefOr::T(fresh_code_parameter()));
    }
    for (status, description) in refusals(operation, &authorised) {
        let missing = || RefOr::T(Response::new(description));
        operation.responses.responses.entry(status.to_owned()).or_insert_with(missing);
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            complete_response(status, response);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.content.iter_mut().for_each(|(media_type, content)| allow_any_bytes(media_type, content));
    }
}

/// Returns the refusals that follow from the operations, with their descriptions.
fn refusals(operation: &path::Operation, authorised: &[Operation]) -> Vec<(&'static str, &'static str)> {
    let mut refusals = Vec::new();
    if authorised.is_empty() {
        return refusals;
    }
    if may_need_code(operation) {
        refusals.push((
            "401",
            "`not_signed_in`, `step_up_required`, `fresh_code_required`, `wrong_code` or `code_already_used`",
        ));
        refusals.push(("429", "Too many wrong codes, or `factor_blocked`"));
    } else {
        refusals.push(("401", "`not_signed_in`"));
    }
    let in_app = |operation: &Operation| matches!(operation.rule().scope, Scope::App | Scope::Environment);
    if authorised.iter().any(in_app) {
        refusals.push(("404", "Unknown, or the account is not in the team"));
    }
    if authorised.iter().any(|operation| in_app(operation) && operation.rule().requirement != Requirement::Member) {
        refusals.push(("403", "A permission is missing: `reasons` says which one and whom to ask"));
    }
    refusals
}

fn complete_response(status: &str, response: &mut Response) {
    if !status.starts_with(['4', '5']) {
        if response.description.is_empty() {
            "The answer".clone_into(&mut response.description);
        }
        response.content.iter_mut().for_each(|(media_type, content)| allow_any_bytes(media_type, content));
        return;
    }
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    response.content.clear();
    response.content.insert(PROBLEM.to_owned(), RefOr::T(problem));
}

/// A schema describes JSON, so a file has none.
fn allow_any_bytes(media_type: &str, content: &mut RefOr<Content>) {
    if let (BINARY, RefOr::T(content)) = (media_type, content) {
        content.schema = None;
    }
}

fn fresh_code_parameter() -> path::Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    ParameterBuilder::new()
        .name("Padlock-Code")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A code of the second factor, or a recovery code, for this request alone. It is neither verified nor used up \
             if the request needs none",
        ))
        .schema(Some(schema))
        .build()
}

fn add_security_schemes(components: &mut Components) {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The `session_token` of `POST /sign-in`, for scripts"))
        .build();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(token));
    let description = "The cookie of a browser. Over https its name is `__Host-padlock`";
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description("padlock", description));
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(cookie));
}

/// Removes the value with which clients replace those that they do not know. The server never sends it.
fn remove_unknown_values(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            if let Some(values) = &mut object.enum_values {
                values.retain(|value| value != "unknown");
            }
        }
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.retain(|item| !is_unknown_variant(item)),
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

/// Returns whether this is the variant with the type `unknown`.
fn is_unknown_variant(schema: &RefOr<Schema>) -> bool {
    let RefOr::T(Schema::Object(object)) = schema else { return false };
    let Some(RefOr::T(Schema::Object(tag))) = object.properties.get("type") else { return false };
    tag.enum_values.as_ref().is_some_and(|values| values.iter().all(|value| value == "unknown"))
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut path::Operation)> {
    [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}
