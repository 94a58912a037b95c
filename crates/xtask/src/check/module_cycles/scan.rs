//! Finds the paths in the tokens of an item. Tokens, unlike the syntax tree, include the arguments of macros.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::ItemUse;

/// A path in the source, as its names: `crate::store::apps` is `["crate", "store", "apps"]`.
pub(super) type ModulePath = Vec<String>;

/// The paths and the imports in an item.
#[derive(Default)]
pub(super) struct References {
    pub(super) paths: Vec<ModulePath>,
    pub(super) imports: Vec<ItemUse>,
}

/// Returns whether the content of an attribute is `cfg(test)` or `cfg(all(test, …))`.
pub(super) fn is_test_only(attribute: &TokenStream) -> bool {
    let text: String = attribute.to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// Finds the paths and the imports in an item.
pub(super) fn scan(tokens: TokenStream) -> References {
    let mut references = References::default();
    references.add(tokens);
    references
}

impl References {
    fn add(&mut self, tokens: TokenStream) {
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
                TokenTree::Group(group) => self.add(group.stream()),
                TokenTree::Literal(_) => {}
                TokenTree::Ident(ident) => rest = self.add_name(&unraw(ident), &before, rest),
            }
            before.clear();
        }
    }

    /// Adds what begins with a name, and returns the tokens after it.
    fn add_name<'a>(&mut self, name: &str, before: &str, mut rest: &'a [TokenTree]) -> &'a [TokenTree] {
        match (name, rest) {
            ("use", [next, ..]) if !is_punct(next, '<') => {
                let end = rest.iter().position(|token| is_punct(token, ';')).map_or(rest.len(), |end| end + 1);
                let (import, rest) = rest.split_at(end);
                let import: TokenStream = import.iter().cloned().collect();
                // In a macro's definition it may contain variables.
                match syn::parse2(quote::quote!(use #import)) {
                    Ok(import) => self.imports.push(import),
                    Err(_) => self.add(import),
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
            path.push(unraw(name));
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
            self.paths.push(path);
        }
        rest
    }
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

/// Returns a name without the `r#` of a raw identifier.
pub(super) fn unraw(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
