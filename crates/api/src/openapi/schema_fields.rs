//! The fields of JSON bodies, as nested lists.

use maud::{Markup, html};
use serde_json::Value;
use utoipa::openapi::schema::{ArrayItems, Object, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

use super::inline_code::inline_code;

/// How deep the fields of fields are listed.
const MAX_DEPTH: usize = 4;

/// Whether the fields are those of a request or of a response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Fields may be left out.
    Request,
    /// A field without a value is `null` or absent.
    Response,
}

/// Returns a list of the fields of a schema, with those of the objects in it.
pub(super) fn render(document: &OpenApi, schema: &RefOr<Schema>, direction: Direction) -> Markup {
    fields(document, schema, direction, 0)
}

fn fields(document: &OpenApi, schema: &RefOr<Schema>, direction: Direction, depth: usize) -> Markup {
    let objects = objects_of(document, schema);
    html! {
        @for object in objects.into_iter().filter(|object| !object.properties.is_empty()) {
            ul.fields {
                @for (name, property) in &object.properties {
                    li {
                        code { (name) } " "
                        span.muted {
                            (type_name(document, property))
                            @if direction == Direction::Request && !object.required.contains(name) { ", optional" }
                        }
                        @if let Some(text) = description(document, property) { br; (inline_code(text)) }
                        @if depth < MAX_DEPTH { (fields(document, property, direction, depth + 1)) }
                    }
                }
            }
        }
    }
}

/// Returns the object that a schema is, or those that its items, its parts or its alternatives are.
fn objects_of<'a>(document: &'a OpenApi, schema: &'a RefOr<Schema>) -> Vec<&'a Object> {
    match resolve(document, schema) {
        Some(Schema::Object(object)) => vec![object],
        Some(Schema::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(items) => objects_of(document, items),
            ArrayItems::False => Vec::new(),
        },
        Some(Schema::OneOf(one_of)) => one_of.items.iter().flat_map(|item| objects_of(document, item)).collect(),
        Some(Schema::AllOf(all_of)) => all_of.items.iter().flat_map(|item| objects_of(document, item)).collect(),
        _ => Vec::new(),
    }
}

/// Returns the words for the type of a field, with the values of an enumeration.
fn type_name(document: &OpenApi, schema: &RefOr<Schema>) -> String {
    match resolve(document, schema) {
        Some(Schema::Object(object)) => object_type_name(object),
        Some(Schema::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(items) => format!("list of {}", type_name(document, items)),
            ArrayItems::False => "list".to_owned(),
        },
        Some(Schema::OneOf(one_of)) => {
            let names: Vec<_> = one_of.items.iter().map(|item| type_name(document, item)).collect();
            names.join(" or ")
        }
        _ => "value".to_owned(),
    }
}

fn object_type_name(object: &Object) -> String {
    if let Some(values) = &object.enum_values {
        return values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    let name = |kind: &Type| match kind {
        Type::String => "text",
        Type::Integer | Type::Number => "number",
        Type::Boolean => "true or false",
        Type::Null => "null",
        Type::Array => "list",
        Type::Object => "object",
    };
    match &object.schema_type {
        SchemaType::Type(kind) => name(kind).to_owned(),
        SchemaType::Array(kinds) => kinds.iter().map(name).collect::<Vec<_>>().join(" or "),
        SchemaType::AnyValue => "value".to_owned(),
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
        Schema::Array(array) => array.description.as_deref(),
        Schema::OneOf(one_of) => one_of.description.as_deref(),
        _ => None,
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
