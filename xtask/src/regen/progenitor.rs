//! What progenitor sees of a specification, and what it makes of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use quote::quote;
use serde::Deserialize as _;

use crate::spec::{HAND_CARRIED, RUST_TYPE, Spec};
use crate::yaml::{Node, Value};

/// Where the hand-written scalars live; the types crate calls itself by this name, so the path holds everywhere.
pub const SCALARS: &str = "partner_api_types";

/// How a client is to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hooks {
    /// The client crate implements `ClientHooks` and carries a `CallContext` in each client.
    CallContext,
    /// The client sends its requests as they are.
    None,
}

/// Runs progenitor. An error is a gap in `lint`, which should have spoken first.
pub fn run(spec: &Spec, hooks: Hooks) -> Result<syn::File, String> {
    generate(spec, &prepared(spec), hooks)
}

/// Runs progenitor on a specification as it stands, to see what it makes of what `lint` refuses.
pub fn raw(spec: &Spec) -> Result<syn::File, String> {
    generate(spec, &spec.document.root, Hooks::None)
}

fn generate(spec: &Spec, root: &Node, hooks: Hooks) -> Result<syn::File, String> {
    let input = OpenAPI::deserialize(root).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap");
    if hooks == Hooks::CallContext {
        settings
            .with_hooks(HooksMode::Expected)
            .with_inner_type(quote!(crate::CallContext));
    }
    for (name, schema) in spec.schemas() {
        if let Some(scalar) = schema.text_of(RUST_TYPE) {
            let path = format!("{SCALARS}::{scalar}");
            settings.with_replacement(name, path, [TypeImpl::Display].into_iter());
        }
    }
    let tokens = caught(|| Generator::new(&settings).generate_tokens(&input))?
        .map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| error.to_string())
}

/// Turns a panic, progenitor's answer to much of what it cannot do, into its message.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        format!("panicked: {}", text.unwrap_or("without a message"))
    })
}

/// The specification without what progenitor cannot or need not see: extensions, examples, operations that are
/// carried by hand with the schemas of their forms, and error bodies that are not JSON (the client's classifier reads those).
fn prepared(spec: &Spec) -> Node {
    let mut root = spec
        .document
        .root
        .filtered(&|key| !key.starts_with("x-") && key != "example" && key != "examples");
    let by_hand: Vec<_> = spec
        .operations()
        .filter(|operation| operation.node.is_true(HAND_CARRIED))
        .map(|operation| (operation.path.to_owned(), operation.method.to_owned()))
        .collect();
    if let Some(schemas) = root
        .get_mut("components")
        .and_then(|components| components.get_mut("schemas"))
        .and_then(Node::entries_mut)
    {
        let forms = spec.forms();
        schemas.retain(|schema| !forms.contains(&schema.key.as_str()));
    }
    let Some(paths) = root.get_mut("paths") else {
        return root;
    };
    for (path, method) in &by_hand {
        if let Some(entries) = paths.get_mut(path).and_then(Node::entries_mut) {
            entries.retain(|entry| &entry.key != method);
        }
    }
    for path in paths.entries_mut().into_iter().flatten() {
        for operation in path.node.entries_mut().into_iter().flatten() {
            let Some(responses) = operation.node.get_mut("responses") else {
                continue;
            };
            let Some(entries) = responses.entries_mut() else {
                continue;
            };
            entries.retain(|entry| !is_error_without_json(spec, &entry.key, &entry.node));
        }
    }
    root
}

fn is_error_without_json(spec: &Spec, status: &str, response: &Node) -> bool {
    let is_error = status.starts_with(['4', '5']);
    let content = spec
        .document
        .follow(response)
        .and_then(|response| response.get("content"));
    let is_json = content.is_none_or(|content| content.get("application/json").is_some());
    is_error && !is_json && !matches!(content.map(|node| &node.value), Some(Value::Null))
}
