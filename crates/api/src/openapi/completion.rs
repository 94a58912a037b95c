//! Completes the OpenAPI document with what all routes share, so that the attributes of the handlers need not repeat it.

use padlock_contract::OPERATION_EXTENSION;
use padlock_domain::Operation;
use padlock_domain::operation::{FreshCodeRule, PadlockRule, Requirement, Rule, Scope};
use serde_json::Value;
use utoipa::openapi::path::{self, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Components, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, Response};

use super::methods;

const PROBLEM: &str = "application/problem+json";
const BINARY: &str = "application/octet-stream";
const TOKEN: &str = "session_token";
const COOKIE: &str = "session_cookie";

/// Completes a document.
pub(crate) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in methods::of_mut(item) {
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

/// Returns whether an operation can ask for a proof of the second factor.
fn may_need_code(rule: &Rule) -> bool {
    rule.padlock != PadlockRule::Never || rule.fresh_code != FreshCodeRule::Never
}

fn complete_operation(method: &str, path: &str, operation: &mut path::Operation) {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<_> = words.skip(2).collect();
    operation.operation_id = Some(format!("{}_{}", method.to_ascii_lowercase(), words.join("_")));
    let rules: Vec<_> = authorised_operations(operation).into_iter().map(Operation::rule).collect();
    operation.security = Some(if rules.is_empty() {
        Vec::new()
    } else {
        [TOKEN, COOKIE].map(|scheme| SecurityRequirement::new(scheme, [""; 0])).to_vec()
    });
    if rules.iter().any(may_need_code) {
        operation.parameters.get_or_insert_default().push(RefOr::T(fresh_code_parameter()));
    }
    for (status, description) in refusals(&rules) {
        let missing = || RefOr::T(Response::new(""));
        if let RefOr::T(response) = operation.responses.responses.entry(status.to_owned()).or_insert_with(missing) {
            add_to_description(&mut response.description, description);
        }
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

/// Adds what a description does not say yet.
fn add_to_description(description: &mut String, parts: &[&str]) {
    for part in parts {
        if !description.contains(part) {
            if !description.is_empty() {
                description.push_str(", ");
            }
            description.push_str(part);
        }
    }
}

/// Returns the refusals that follow from the operations, with the parts of their descriptions.
fn refusals(rules: &[Rule]) -> Vec<(&'static str, &'static [&'static str])> {
    let mut refusals: Vec<(_, &'static [_])> = Vec::new();
    if rules.is_empty() {
        return refusals;
    }
    refusals.push(("401", &["`not_signed_in`"]));
    if rules.iter().any(|rule| rule.padlock != PadlockRule::Never) {
        refusals.push(("401", &["`step_up_required`"]));
    }
    if rules.iter().any(|rule| rule.fresh_code != FreshCodeRule::Never) {
        refusals.push(("401", &["`fresh_code_required`"]));
    }
    if rules.iter().any(may_need_code) {
        refusals.push(("401", &["`wrong_code`", "`code_already_used`"]));
        refusals.push(("409", &["`not_enrolled`"]));
        refusals.push(("422", &["`invalid_fields`"]));
        refusals.push(("429", &["`too_many_requests`", "`factor_blocked`"]));
    }
    let is_in_app = |rule: &Rule| matches!(rule.scope, Scope::App | Scope::Environment);
    if rules.iter().any(is_in_app) {
        refusals.push(("404", &["`not_found`"]));
    }
    if rules.iter().any(|rule| is_in_app(rule) && rule.requirement != Requirement::Member) {
        refusals.push(("403", &["`forbidden`: `reasons` says which permission is missing and whom to ask"]));
    }
    refusals
}

fn complete_response(status: &str, response: &mut Response) {
    if !status.starts_with(['4', '5']) {
        if response.description.is_empty() {
            "As described above".clone_into(&mut response.description);
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
