//! What becomes of progenitor's client.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, ImplItemFn, Item, Stmt};

use crate::spec::{Operation, Spec};

use super::docs;

/// The client without its types, and without what must not be used here:
/// - `Client::new` builds a `reqwest::Client` that follows redirects with the key in its headers;
/// - `prelude` only repeats `Client`;
/// - the `api-version` header means nothing to this API.
pub fn items(spec: &Spec, items: Vec<Item>) -> Vec<Item> {
    items
        .into_iter()
        .filter(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"))
        .map(|mut item| {
            match &mut item {
                Item::Struct(client) => docs::replace(&mut client.attrs, &client_doc(spec)),
                Item::Impl(block) => {
                    block
                        .items
                        .retain(|item| !matches!(item, ImplItem::Fn(it) if it.sig.ident == "new"));
                    for item in &mut block.items {
                        if let ImplItem::Fn(method) = item {
                            document(spec, method);
                            WithoutApiVersion::default().visit_block_mut(&mut method.block);
                        }
                    }
                }
                _ => {}
            }
            item
        })
        .collect()
}

fn client_doc(spec: &Spec) -> String {
    let info = spec.document.root.get("info");
    let text = |key| info.and_then(|info| info.text_of(key)).unwrap_or_default();
    format!(
        "Client of the {}.\n\n{}",
        text("title"),
        text("description")
    )
}

fn document(spec: &Spec, method: &mut ImplItemFn) {
    if let Some(operation) = spec.operations().find(|it| method.sig.ident == it.name()) {
        docs::replace(&mut method.attrs, &operation_doc(spec, &operation));
    }
}

/// Summary, description, what is sent, and the arguments that the specification describes.
fn operation_doc(spec: &Spec, operation: &Operation<'_>) -> String {
    let text = |key| operation.node.text_of(key).map(docs::sentence);
    let wire = format!("`{} {}`", operation.method.to_uppercase(), operation.path);
    let marks = ["x-effect", "x-provenance"].into_iter().filter_map(|key| {
        let value = operation.node.text_of(key)?;
        Some(format!("{} `{value}`", key.trim_start_matches("x-")))
    });
    let sent = docs::sentence(
        &std::iter::once(wire)
            .chain(marks)
            .collect::<Vec<_>>()
            .join(", "),
    );
    let mut paragraphs: Vec<String> = [text("summary"), text("description"), Some(sent)]
        .into_iter()
        .flatten()
        .collect();
    let shared = operation.item.get("parameters").into_iter();
    let parameters = shared
        .chain(operation.node.get("parameters"))
        .flat_map(|list| list.items());
    let described: Vec<_> = parameters
        .filter_map(|parameter| {
            let parameter = spec.document.follow(parameter)?;
            let (name, text) = (
                parameter.text_of("name")?,
                parameter.text_of("description")?,
            );
            Some(format!("- `{name}`: {}", docs::sentence(text)))
        })
        .collect();
    if !described.is_empty() {
        paragraphs.push(described.join("\n"));
    }
    paragraphs.join("\n\n")
}

/// Removes the `api-version` header, and the header map with it where nothing else is put in.
#[derive(Default)]
struct WithoutApiVersion {
    drops_header_map: bool,
}

impl VisitMut for WithoutApiVersion {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let writes_header = |statement: &Stmt| match statement {
            Stmt::Expr(Expr::MethodCall(call), _) => {
                is_header_map(&call.receiver) && call.method == "append"
            }
            _ => false,
        };
        let mentions =
            |statement: &Stmt, text: &str| quote::quote!(#statement).to_string().contains(text);
        block
            .stmts
            .retain(|it| !(writes_header(it) && mentions(it, "\"api-version\"")));
        let fills_map = block
            .stmts
            .iter()
            .any(|it| mentions(it, "header_map . append"));
        if !fills_map {
            self.drops_header_map = true;
            block.stmts.retain(|statement| {
                !matches!(statement, Stmt::Local(local)
                    if matches!(&local.pat, syn::Pat::Ident(pattern) if pattern.ident == "header_map"))
            });
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && self.drops_header_map
            && call.method == "headers"
            && call.args.iter().all(is_header_map)
        {
            *expression = (*call.receiver).clone();
        }
    }
}

fn is_header_map(expression: &Expr) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident("header_map"))
}
