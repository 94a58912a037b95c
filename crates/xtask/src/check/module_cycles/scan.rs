//! Finds the paths in the tokens of an item. Tokens, unlike the syntax tree, include the arguments of macros.

use super::module::Module;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// Returns whether the content of an attribute is `cfg(test)` or `cfg(all(test, …))`.
pub(super) fn is_test_only(attribute: &TokenStream) -> bool {
    let text: String = attribute.to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// Adds the paths and the imports in an item to its module.
pub(super) fn scan(tokens: TokenStream, module: &mut Module) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    // The punctuation directly before the current token.
    let mut before = String::new();
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            TokenTree::Punct(punct) => {
                before.push(punct.as_char());
                continue;
            }
            TokenTree::Group(group) if before.ends_with('#') && is_test_only(&group.stream()) => {
                rest = skip_item(rest);
            }
            TokenTree::Group(group) => scan(group.stream(), module),
            TokenTree::Literal(_) => {}
            TokenTree::Ident(ident) => rest = add_name(&ident.unraw().to_string(), &before, rest, module),
        }
        before.clear();
    }
}

/// Adds what begins with a name, and returns the tokens after it.
fn add_name<'a>(name: &str, before: &str, mut rest: &'a [TokenTree], module: &mut Module) -> &'a [TokenTree] {
    match (name, rest) {
        ("use", [next, ..]) if !is_punct(next, '<') => {
            let end = rest.iter().position(|token| is_punct(token, ';')).map_or(rest.len(), |end| end + 1);
            let (import, rest) = rest.split_at(end);
            let import: TokenStream = import.iter().cloned().collect();
            // In a macro's definition it may contain variables.
            match syn::parse2(quote::quote!(use #import)) {
                Ok(import) => module.add_use(&import),
                Err(_) => scan(import, module),
            }
            return rest;
        }
        // A visibility, and the name of a function that is defined.
        ("pub", [TokenTree::Group(group), rest @ ..]) if group.delimiter() == Delimiter::Parenthesis => {
            return rest;
        }
        ("fn", [TokenTree::Ident(_), rest @ ..]) => return rest,
        _ => {}
    }
    let mut path = vec![name.to_owned()];
    while let [first, second, TokenTree::Ident(name), after @ ..] = rest
        && is_punct(first, ':')
        && is_punct(second, ':')
    {
        path.push(name.unraw().to_string());
        rest = after;
    }
    let is_field = before.ends_with('.') && !before.ends_with("..");
    let is_absolute = before.ends_with("::");
    let is_variable_of_macro = before.ends_with('$') && name != "crate";
    let is_lifetime = before.ends_with('\'');
    // A single name in small letters is a local variable unless it is called.
    let is_call = match rest.first() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(token) => is_punct(token, '!'),
        None => false,
    };
    let is_variable = path.len() == 1 && name.starts_with(char::is_lowercase) && !is_call;
    if !(is_field || is_absolute || is_variable_of_macro || is_lifetime || is_variable) {
        module.used.insert(path);
    }
    rest
}

/// Skips an item, field or match arm: up to the first block, semicolon or comma.
fn skip_item(tokens: &[TokenTree]) -> &[TokenTree] {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(token, ';') || is_punct(token, ','),
    };
    let end = tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1);
    tokens.get(end..).unwrap_or_default()
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
