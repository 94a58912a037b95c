//! The OpenAPI document as an HTML page without scripts, which also works without a network.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, html};
use padlock_contract::{ErrorCode, OPERATION_EXTENSION};
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr, Response};

use super::examples::{self, Example};

pub(super) const STYLES: &str = include_str!("page.css");

/// A call of the API.
struct Call<'a> {
    method: &'static str,
    path: &'a str,
    operation: &'a Operation,
}

impl Call<'_> {
    /// Returns the fragment of the address that leads to the call.
    fn id(&self) -> String {
        let words = self.path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let path: Vec<_> = words.skip(2).collect();
        format!("{}-{}", self.method.to_ascii_lowercase(), path.join("-"))
    }

    /// Returns the operations of `docs/operations-table.md`, one of which the call authorises.
    fn authorises(&self) -> Vec<&str> {
        let extension = self.operation.extensions.as_ref().and_then(|extensions| extensions.get(OPERATION_EXTENSION));
        match extension {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// The groups of calls, in the order in which a newcomer needs them.
const GROUPS: [&str; 10] = [
    "Session",
    "Second factor",
    "Account",
    "Apps",
    "Environments",
    "Deployments",
    "Packages",
    "Portal",
    "Health",
    "Demo",
];

/// Returns the calls of each group.
fn groups(document: &OpenApi) -> Vec<(&str, Vec<Call<'_>>)> {
    let mut calls = BTreeMap::<&str, Vec<Call<'_>>>::new();
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations(item) {
            let tag = operation.tags.iter().flatten().next().map_or("Other", String::as_str);
            calls.entry(tag).or_default().push(Call { method, path, operation });
        }
    }
    for calls in calls.values_mut() {
        // Everything begins with a sign-in.
        calls.sort_by_key(|call| without_base(call.path) != padlock_contract::paths::SIGN_IN);
    }
    let mut groups: Vec<_> = calls.into_iter().collect();
    groups.sort_by_key(|(tag, _)| GROUPS.iter().position(|group| group == tag).unwrap_or(GROUPS.len()));
    groups
}

/// Returns the page. `origin` is that of the portal.
pub(super) fn render(document: &OpenApi, origin: &str) -> String {
    let groups = groups(document);
    let examples = examples::all();
    let description = document.info.description.as_deref().unwrap_or_default();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.info.title) " API" }
                link rel="stylesheet" href="/api/docs.css";
            }
            body {
                header {
                    h1 { (document.info.title) " API" }
                    p { (inline_code(description)) }
                    p { a href="#calls" { "All calls" } " · " a href="/api/v1/openapi.json" { "openapi.json, for tools" } }
                }
                main {
                    (introduction(origin))
                    @for (tag, calls) in &groups {
                        h2 { (tag) }
                        @for call in calls { (section(document, call, example_of(&examples, call))) }
                    }
                    (errors())
                }
                nav id="calls" aria-label="Calls" {
                    @for (tag, calls) in &groups {
                        strong { (tag) }
                        ul {
                            @for call in calls {
                                li { a href={ "#" (call.id()) } { (call.method) " " (breakable(without_base(call.path))) } }
                            }
                        }
                    }
                    ul { li { a href="#errors" { "Errors" } } }
                }
            }
        }
    };
    page.into_string()
}

fn introduction(origin: &str) -> Markup {
    let base = padlock_contract::paths::BASE;
    html! {
        p {
            "Sign in with " code { "\"token\": true" } " for a session token, which every other call sends along. A right code "
            "of the second factor gives the session a new token."
        }
        pre tabindex="0" { code {
            "API=" (origin) (base) "\n"
            "TOKEN=$(curl -s \"$API/sign-in\" -H 'Content-Type: application/json' \\\n"
            "  -d '{\"login\": \"you@example.net\", \"password\": \"…\", \"token\": true}' | jq -r .session_token)"
        } }
        p {
            "Operations with a padlock need a session that has verified the second factor within the last eight hours, or a "
            "fresh code in the header " code { "Padlock-Code" } ", which counts for that request alone. Operations on an app "
            "need API Rights in addition to the permission, except those that only need membership."
        }
        p { "The examples below are what the demo answers, with lists cut after two items." }
    }
}

/// Returns a path that may be broken before each slash.
fn breakable(path: &str) -> Markup {
    html! {
        @for part in path.split_inclusive('/') { (part) wbr; }
    }
}

fn section(document: &OpenApi, call: &Call<'_>, example: Option<&Example>) -> Markup {
    let Call { method, path, operation } = call;
    let authorises = call.authorises();
    html! {
        section id=(call.id()) {
            h3 { code { (method) " " (without_base(path)) } }
            @if let Some(summary) = &operation.summary { p { (inline_code(summary)) } }
            @for paragraph in operation.description.iter().flat_map(|text| text.split("\n\n")) {
                p { (inline_code(paragraph)) }
            }
            p.muted {
                @if authorises.is_empty() { "Needs no credential." } @else {
                    "Operation: "
                    @for (index, name) in authorises.iter().enumerate() {
                        @if index > 0 { " or " }
                        code { (name) }
                    }
                }
            }
            (parameters(operation.parameters.as_deref().unwrap_or_default()))
            (request_fields(document, operation))
            @if let Some(example) = example {
                h4 { "Example" }
                pre tabindex="0" { code { (curl(example)) } }
                pre tabindex="0" { code { (answer(example)) } }
            }
            h4 { "Responses" }
            table {
                tbody {
                    @for (status, response) in &operation.responses.responses {
                        tr {
                            th scope="row" { (status) }
                            td { (inline_code(meaning(status, response))) }
                        }
                    }
                }
            }
        }
    }
}

/// Returns what a response means.
fn meaning<'a>(status: &'a str, response: &'a RefOr<Response>) -> &'a str {
    match response {
        RefOr::T(response) if !response.description.is_empty() => &response.description,
        _ if status.starts_with('2') => "As in the example",
        _ => "",
    }
}

/// Returns a table of the parameters in the query. Those of the path need no description.
fn parameters(parameters: &[RefOr<Parameter>]) -> Markup {
    let described: Vec<_> = parameters
        .iter()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
        .filter(|parameter| parameter.parameter_in == ParameterIn::Query)
        .collect();
    html! {
        @if !described.is_empty() {
            h4 { "Query" }
            table {
                tbody {
                    @for parameter in described {
                        tr {
                            th scope="row" { code { (parameter.name) } }
                            td { (inline_code(parameter.description.as_deref().unwrap_or_default())) }
                        }
                    }
                }
            }
        }
    }
}

/// Returns a table of the fields of a JSON body.
fn request_fields(document: &OpenApi, operation: &Operation) -> Markup {
    let Some(RefOr::T(body)) = &operation.request_body else { return html! {} };
    let Some(RefOr::T(content)) = body.content.get("application/json") else { return html! {} };
    let schema = content.schema.as_ref();
    let Some(Schema::Object(object)) = schema.and_then(|schema| resolve(document, schema)) else { return html! {} };
    html! {
        h4 { "Body" }
        table {
            tbody {
                @for (name, property) in &object.properties {
                    tr {
                        th scope="row" {
                            code { (name) }
                            @if !object.required.contains(name) { span.muted { " optional" } }
                        }
                        td { (inline_code(description(document, property).unwrap_or_default())) }
                    }
                }
            }
        }
    }
}

fn resolve<'a>(document: &'a OpenApi, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            match document.components.as_ref()?.schemas.get(name)? {
                RefOr::T(schema) => Some(schema),
                RefOr::Ref(_) => None,
            }
        }
    }
}

fn description<'a>(document: &'a OpenApi, property: &'a RefOr<Schema>) -> Option<&'a str> {
    if let RefOr::Ref(reference) = property
        && !reference.description.is_empty()
    {
        return Some(&reference.description);
    }
    match resolve(document, property)? {
        Schema::Object(object) => object.description.as_deref(),
        Schema::OneOf(one_of) => one_of.description.as_deref(),
        _ => None,
    }
}

/// Returns the request as a command line.
fn curl(example: &Example) -> String {
    let mut lines = vec![match example.method.as_str() {
        "GET" => format!("curl \"$API{}\"", example.sent_to),
        method => format!("curl -X {method} \"$API{}\"", example.sent_to),
    }];
    if example.signed_in {
        lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if example.fresh_code {
        lines.push("-H \"Padlock-Code: $CODE\"".to_owned());
    }
    if let Some(request) = &example.request {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{request}'"));
    } else if example.sent_to.contains("file_name=") {
        lines.push("-H 'Content-Type: application/octet-stream'".to_owned());
        lines.push("--data-binary @shop-2.0.0.mda".to_owned());
    }
    lines.join(" \\\n  ")
}

fn answer(example: &Example) -> String {
    let body = match (&example.response, &example.text) {
        (Some(json), _) => serde_json::to_string_pretty(json).unwrap_or_default(),
        (None, Some(text)) => format!("{text}\n…"),
        (None, None) => String::new(),
    };
    format!("{}\n{body}", example.status).trim_end().to_owned()
}

fn errors() -> Markup {
    html! {
        h2 id="errors" { "Errors" }
        p { "Every error is a problem document (RFC 9457) with one of these codes, which never change." }
        table {
            thead { tr { th scope="col" { "Code" } th scope="col" { "Status" } th scope="col" { "Title" } } }
            tbody {
                @for code in ErrorCode::ALL {
                    tr { td { code { (code.as_str()) } } td { (code.status()) } td { (code.title()) } }
                }
            }
        }
    }
}

/// Marks what is between backticks as code.
fn inline_code(text: &str) -> Markup {
    let parts = text.split('`').enumerate();
    html! {
        @for (index, part) in parts {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn without_base(path: &str) -> &str {
    path.strip_prefix(padlock_contract::paths::BASE).unwrap_or(path)
}

fn example_of<'a>(examples: &'a [Example], call: &Call<'_>) -> Option<&'a Example> {
    examples.iter().find(|example| example.method == call.method && example.path == without_base(call.path))
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)]
        .into_iter()
        .filter_map(|(method, operation)| operation.as_ref().map(|o| (method, o)))
}
