//! The table of shapes: what bodies look like, as data, for whoever compares an answer with the specification.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Item;

use crate::spec::{Operation, RUST_TYPE, Spec, schema_name};
use crate::yaml::Node;

use super::operations::pascal;

/// `SHAPES` and `BODIES`, in the order of the specification.
pub(super) fn items(spec: &Spec) -> Result<Vec<Item>, String> {
    let operations: Vec<Operation<'_>> = spec.operations().collect();
    let bodies = operations.iter().flat_map(|operation| {
        let parts = ["requestBody", "responses"].into_iter();
        parts.filter_map(|part| operation.node.get(part))
    });
    let met = spec.reachable(bodies);
    let forms: BTreeSet<&str> = spec.forms().into_iter().collect();
    let mut shapes = Vec::new();
    for (name, node) in spec.schemas() {
        if met.contains(name) && !forms.contains(name) && !is_scalar(node) {
            let form = form(spec, node, name)?;
            let known = known(node);
            shapes.push(quote!(shape(#name, #form) #known));
        }
    }
    let mut bodies = Vec::new();
    for operation in &operations {
        let id = format_ident!("{}", pascal(&operation.name()));
        let request = request(operation);
        let answers = answers(spec, operation);
        bodies.push(quote!(bodies(OperationId::#id, #request, &[#(#answers),*])));
    }
    let file: syn::File = syn::parse2(quote! {
        use super::{Bodies, Form, Shape, answer, bodies, optional, required, shape};
        use crate::operations::{OperationId, Provenance};

        #[doc = " Every schema that an operation speaks of, but for scalars and forms."]
        pub const SHAPES: &[Shape] = &[#(#shapes),*];

        #[doc = " What each operation asks for and answers, in the order of [`OperationId`]."]
        pub const BODIES: &[Bodies] = &[#(#bodies),*];
    })
    .map_err(|error| format!("the table of shapes does not parse: {error}"))?;
    Ok(file.items)
}

/// Whether a schema is a scalar that is written by hand; its form stands wherever it is used.
fn is_scalar(node: &Node) -> bool {
    node.text_of(RUST_TYPE).is_some()
}

/// How certain a schema or field is, where that is said.
fn known(node: &Node) -> TokenStream {
    match node.text_of("x-provenance") {
        Some(word) => {
            let word = pascal(word);
            quote!(.known_from(Provenance::#word))
        }
        None => TokenStream::new(),
    }
}

/// What a schema looks like; `place` is for messages.
fn form(spec: &Spec, node: &Node, place: &str) -> Result<TokenStream, String> {
    if let Some(name) = node.reference().and_then(schema_name) {
        return match spec.schema(name).filter(|node| is_scalar(node)) {
            Some(scalar) => form(spec, scalar, name),
            None => Ok(quote!(Form::Named(#name))),
        };
    }
    if let [only] = node.get("allOf").map(Node::items).unwrap_or_default() {
        return form(spec, only, place);
    }
    let fields = node.get("properties").map(Node::entries);
    Ok(match node.text_of("type") {
        Some("object") if fields.is_some() => {
            let required = node.get("required").map(Node::items).unwrap_or_default();
            let required: BTreeSet<&str> = required.iter().filter_map(Node::text).collect();
            let mut rows = Vec::new();
            for entry in fields.unwrap_or_default() {
                let (name, node) = (&entry.key, &entry.node);
                let presence = match required.contains(name.as_str()) {
                    true => quote!(required),
                    false => quote!(optional),
                };
                let known = known(node);
                let or_null = node.is_true("nullable").then(|| quote!(.or_null()));
                let form = form(spec, node, &format!("{place}.{name}"))?;
                rows.push(quote!(#presence(#name, #form) #or_null #known));
            }
            quote!(Form::Object(&[#(#rows),*]))
        }
        Some("object") => {
            let of = node.get("additionalProperties");
            let of = of.ok_or_else(|| format!("{place}: an object without fields has no shape"))?;
            let of = form(spec, of, place)?;
            quote!(Form::Map(&#of))
        }
        Some("array") => {
            let of = node.get("items");
            let of = of.ok_or_else(|| format!("{place}: an array without items has no shape"))?;
            let of = form(spec, of, place)?;
            quote!(Form::List(&#of))
        }
        Some("string") => match (node.get("enum"), node.text_of("format")) {
            (Some(words), _) => {
                let words = words.items().iter().filter_map(Node::text);
                quote!(Form::Words(&[#(#words),*]))
            }
            (None, Some("date-time")) => quote!(Form::Moment),
            (None, _) => quote!(Form::Text),
        },
        Some("number") => quote!(Form::Number),
        Some("integer") => quote!(Form::Integer),
        Some("boolean") => quote!(Form::Boolean),
        _ => return Err(format!("{place}: no shape is known for this schema")),
    })
}

/// The schema of an operation's JSON body.
fn request(operation: &Operation<'_>) -> TokenStream {
    let body = operation.node.get("requestBody");
    let schema = body.and_then(|body| json(body).and_then(Node::reference));
    option(schema.and_then(schema_name))
}

/// The statuses of success, each with the schema of its JSON body.
fn answers(spec: &Spec, operation: &Operation<'_>) -> Vec<TokenStream> {
    let responses = operation.node.get("responses").map(Node::entries);
    let responses = responses.unwrap_or_default().iter();
    responses
        .filter(|entry| entry.key.starts_with('2'))
        .map(|entry| {
            let status = &entry.key;
            let found = spec.document.follow(&entry.node);
            let schema = found.and_then(|node| json(node).and_then(Node::reference));
            let shape = option(schema.and_then(schema_name));
            quote!(answer(#status, #shape))
        })
        .collect()
}

fn json(body: &Node) -> Option<&Node> {
    body.get("content")?.get("application/json")?.get("schema")
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}
