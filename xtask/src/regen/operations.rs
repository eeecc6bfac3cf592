//! The operation table: what the client's retries, the sandbox's routes and the documentation read.

use proc_macro2::Ident;
use quote::{format_ident, quote};
use syn::Item;

use crate::spec::Spec;

use super::docs;

/// `OperationId` and `OPERATIONS`, in the order of the specification.
pub(super) fn items(spec: &Spec) -> Result<Vec<Item>, String> {
    let mut variants = Vec::new();
    let mut names = Vec::new();
    let mut rows = Vec::new();
    for operation in spec.operations() {
        let id = operation.name();
        let word = |key: &str| operation.node.text_of(key).unwrap_or_default().to_owned();
        let (variant, method) = (pascal(&id), pascal(operation.method));
        let (effect, provenance) = (pascal(&word("x-effect")), pascal(&word("x-provenance")));
        let (path, group) = (operation.path, operation.group());
        // OpenAPI writes "no key" as an empty list of schemes.
        let security = operation.node.get("security");
        let needs_key = security.is_none_or(|schemes| !schemes.items().is_empty());
        let doc = docs::attributes(&format!(
            "{} (`{id}`).",
            word("summary").trim_end_matches('.')
        ));
        variants.push(quote!(#(#doc)* #variant));
        names.push(quote!(Self::#variant => #id));
        rows.push(quote! {
            Operation {
                id: OperationId::#variant,
                method: Method::#method,
                path: #path,
                effect: Effect::#effect,
                provenance: Provenance::#provenance,
                needs_key: #needs_key,
                group: #group,
            }
        });
    }
    let file: syn::File = syn::parse2(quote! {
        use crate::operations::{Effect, Method, Operation, Provenance};

        #[doc = " Names an operation of the Partner API."]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum OperationId {
            #(#variants,)*
        }

        impl OperationId {
            #[doc = " The `operationId` of the specification."]
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(#names,)*
                }
            }
        }

        #[doc = " Every operation, in the order of the specification and of [`OperationId`]."]
        pub const OPERATIONS: &[Operation] = &[#(#rows),*];
    })
    .map_err(|error| format!("the operation table does not parse: {error}"))?;
    Ok(file.items)
}

/// `documented-old` or `create_user` as the name of a variant.
pub(super) fn pascal(text: &str) -> Ident {
    let words = text.split(['-', '_']).filter(|word| !word.is_empty());
    let capitalised = words.map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    format_ident!("{}", capitalised.collect::<String>())
}
