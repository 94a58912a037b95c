//! The OpenAPI document as an HTML page without scripts, which also works without a network.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, html};
use padlock_contract::ErrorCode;
use padlock_domain::operation::{FreshCodeRule, PadlockRule, Requirement};
use padlock_domain::{Operation, Permission};
use utoipa::openapi::path::{Operation as DocumentedOperation, Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr};

use super::completion::authorised_operations;
use super::examples::{self, Example};
use super::inline_code::inline_code;
use super::schema_fields::Direction;
use super::{methods, schema_fields};

pub(super) const STYLES: &str = include_str!("page.css");

/// A call of the API.
struct Call<'a> {
    method: &'static str,
    path: &'a str,
    operation: &'a DocumentedOperation,
}

impl Call<'_> {
    /// Returns the fragment of the address that leads to the call.
    fn id(&self) -> &str {
        self.operation.operation_id.as_deref().unwrap_or_default()
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
        for (method, operation) in methods::of(item) {
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
                    (errors(document))
                }
                nav id="calls" aria-label="Calls" {
                    @for (tag, calls) in &groups {
                        strong { (tag) }
                        ul {
                            @for call in calls {
                                li { a href={ "#" (call.id()) } { (call.method) " " (breakable(without_base(call.path), '/')) } }
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
            "Sign in with " code { "\"token\": true" } " for a session token, which every other call sends along. It is valid "
            "for twelve hours, whether it is used or not."
        }
        pre { code {
            "API=" (origin) (base) "\n"
            "TOKEN=$(curl -s \"$API/sign-in\" -H 'Content-Type: application/json' \\\n"
            "  -d '{\"login\": \"you@example.net\", \"password\": \"…\", \"token\": true}' | jq -r .session_token)"
        } }
        p {
            "If the " code { "state" } " of the response is " code { "two_factor_required" } ", the token is good for "
            code { "POST /verify-2fa-code" } " and " code { "DELETE /session" } " only, for ten minutes. The responses of "
            code { "POST /verify-2fa-code" } " and " code { "POST /account/second-factor/confirm" } " have a new "
            code { "session_token" } "; the one before ends at once."
        }
        p {
            "Operations with a padlock need a session that has verified the second factor within the last eight hours. A fresh "
            "code in the header " code { "Padlock-Code" } " stands in for that, for one request; some operations always need "
            "one. A code works once, and the next one comes every thirty seconds. With the " code { "secret" } " of an "
            "enrolment, " code { "oathtool" } " is an authenticator app:"
        }
        pre { code { "CODE=$(oathtool --totp --base32 \"$SECRET\")" } }
        p {
            "In an app, a script needs API Rights in addition to a permission; what every member may do needs none. The "
            "examples below are responses of the demo, with lists cut after two items."
        }
    }
}

/// Returns a path or an error code that may be broken after each `separator`, for narrow screens.
fn breakable(text: &str, separator: char) -> Markup {
    html! {
        @for part in text.split_inclusive(separator) { (part) wbr; }
    }
}

fn section(document: &OpenApi, call: &Call<'_>, example: Option<&Example>) -> Markup {
    let Call { method, path, operation } = call;
    let authorises = authorised_operations(operation);
    html! {
        section id=(call.id()) {
            h3 { a href={ "#" (call.id()) } { code { (method) " " (breakable(without_base(path), '/')) } } }
            @if let Some(summary) = &operation.summary { p { (inline_code(summary)) } }
            @for paragraph in operation.description.iter().flat_map(|text| text.split("\n\n")) {
                p { (inline_code(paragraph)) }
            }
            @if authorises.is_empty() { p.muted { "Needs no credential." } }
            @for operation in &authorises {
                p.muted { "Operation " code { (operation.name()) } ". " (requirements(*operation)) }
            }
            (parameters(operation.parameters.as_deref().unwrap_or_default()))
            (request_fields(document, operation))
            @if let Some(example) = example {
                h4 { "Example" }
                pre { code { (curl(example)) } }
                pre { code { (answer(example)) } }
            }
            (response_fields(document, operation))
            h4 { "Responses" }
            table {
                tbody {
                    @for (status, response) in &operation.responses.responses {
                        tr {
                            th scope="row" { (status) }
                            td { @if let RefOr::T(response) = response { (inline_code(&response.description)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the sentences about the permission, the padlock and the fresh code of an operation.
fn requirements(operation: Operation) -> String {
    let rule = operation.rule();
    let names = |permissions: &[Permission]| permissions.iter().map(|p| p.name()).collect::<Vec<_>>().join(" or ");
    let permission = match rule.requirement {
        Requirement::Member | Requirement::OwnPermissions => "For every member of the team.".to_owned(),
        Requirement::AnyOf(permissions) => format!("Needs {} on the environment.", names(permissions)),
        Requirement::TransportAnywhere => "Needs Transport Rights on any environment of the app.".to_owned(),
        Requirement::TechnicalContact => "For the Technical Contact.".to_owned(),
        Requirement::TechnicalContactOrManager => {
            "For the Technical Contact and holders of Manage Permissions.".to_owned()
        }
        Requirement::Owner => "For the owner of the account.".to_owned(),
        Requirement::OwnerWithPassword => "For the owner of the account, with the password.".to_owned(),
        Requirement::SupportAgent => "For support agents.".to_owned(),
        Requirement::AppCreator | Requirement::Admin => "For administrators.".to_owned(),
    };
    let padlock = match rule.padlock {
        PadlockRule::Never => "",
        PadlockRule::OnProtected => " Has a padlock on protected environments.",
        PadlockRule::IfMemberHoldsProtected => {
            " Has a padlock if the member holds anything on a protected environment."
        }
        PadlockRule::IfAppHasProtected => " Has a padlock if the app has a protected environment.",
        PadlockRule::Always => " Has a padlock.",
    };
    let fresh_code = match rule.fresh_code {
        FreshCodeRule::Never => "",
        FreshCodeRule::OnProtected => " Needs a fresh code on protected environments.",
        FreshCodeRule::GrantingManagePermissions => " Granting Manage Permissions needs a fresh code.",
        FreshCodeRule::Always => " Always needs a fresh code.",
        FreshCodeRule::IfEnrolled => " Needs a fresh code if a second factor is enrolled.",
        FreshCodeRule::ChangingAdmins => " Making and ending administrators and support agents needs a fresh code.",
    };
    permission + padlock + fresh_code
}

/// Returns a table of the parameters in the query and in headers. Those of the path need no description.
fn parameters(parameters: &[RefOr<Parameter>]) -> Markup {
    let described: Vec<_> = parameters
        .iter()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
        .filter(|parameter| parameter.parameter_in != ParameterIn::Path)
        .collect();
    html! {
        @if !described.is_empty() {
            h4 { "Parameters" }
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

/// Returns the fields of a JSON body.
fn request_fields(document: &OpenApi, operation: &DocumentedOperation) -> Markup {
    let Some(RefOr::T(body)) = &operation.request_body else { return html! {} };
    let schema = json_schema(body.content.get("application/json"));
    html! {
        @if let Some(schema) = schema {
            h4 { "Body" }
            (schema_fields::render(document, schema, Direction::Request))
        }
    }
}

/// Returns the fields of a JSON response.
fn response_fields(document: &OpenApi, operation: &DocumentedOperation) -> Markup {
    let mut responses = operation.responses.responses.iter().filter(|(status, _)| status.starts_with('2'));
    let schema = responses.find_map(|(_, response)| match response {
        RefOr::T(response) => json_schema(response.content.get("application/json")),
        RefOr::Ref(_) => None,
    });
    html! {
        @if let Some(schema) = schema {
            details {
                summary { "Fields of the response" }
                (schema_fields::render(document, schema, Direction::Response))
            }
        }
    }
}

fn json_schema(content: Option<&RefOr<Content>>) -> Option<&RefOr<Schema>> {
    match content? {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
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
    if example.sent_to.ends_with("/content") {
        lines.push("-o shop.mda".to_owned());
    } else if example.sent_to.ends_with("/events") {
        lines.push("--no-buffer".to_owned());
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

fn errors(document: &OpenApi) -> Markup {
    html! {
        h2 id="errors" { "Errors" }
        p {
            "Every error is a problem document (" code { "application/problem+json" } ", RFC 9457) with one of the codes below, "
            "which never change. " code { "detail" } " says what to do. If there is " code { "retry_after" } ", wait so many seconds "
            "before the next attempt. After a 503 to a request that changes something, check first whether it was changed."
        }
        (schema_fields::render(document, &RefOr::Ref(Ref::from_schema_name("Problem")), Direction::Response))
        table {
            thead { tr { th scope="col" { "Code" } th scope="col" { "Status" } th scope="col" { "Title" } } }
            tbody {
                @for code in ErrorCode::ALL {
                    tr { td { code { (breakable(code.as_str(), '_')) } } td { (code.status()) } td { (code.title()) } }
                }
            }
        }
    }
}

fn without_base(path: &str) -> &str {
    path.strip_prefix(padlock_contract::paths::BASE).unwrap_or(path)
}

fn example_of<'a>(examples: &'a [Example], call: &Call<'_>) -> Option<&'a Example> {
    examples.iter().find(|example| example.method == call.method && example.path == without_base(call.path))
}
