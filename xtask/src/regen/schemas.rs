//! JSON schemas of the wire types, for `schemars`.
//!
//! The scalars live in a crate that knows nothing of schemars, so each gets a stand-in that carries the schema the
//! specification gives it, and each field of a scalar names its stand-in.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, Type, parse_quote};

use crate::spec::{RUST_TYPE, Spec};

use super::progenitor::SCALARS;

/// What makes schemars use the stand-ins for the scalars in `ty`; `None` where it holds none.
pub(super) fn field_attribute(ty: &Type) -> Option<Attribute> {
    let mut stand_in = ty.clone();
    let mut replace = ToStandIns::default();
    replace.visit_type_mut(&mut stand_in);
    // Printed tokens are spaced out; no type holds a space that means something.
    let with = stand_in.to_token_stream().to_string().replace(' ', "");
    let attribute = parse_quote!(#[cfg_attr(feature = "schemars", schemars(with = #with))]);
    replace.found.then_some(attribute)
}

/// The module of stand-ins.
pub(super) fn scalars(spec: &Spec) -> Result<Item, String> {
    let mut schemas: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for (name, schema) in spec.schemas() {
        let Some(scalar) = schema.text_of(RUST_TYPE) else {
            continue;
        };
        let kind = schema
            .text_of("type")
            .ok_or_else(|| format!("the scalar `{name}` has no type"))?;
        let format = schema
            .text_of("format")
            .map(|format| quote!(, "format": #format));
        // Schemas may share a scalar; what they say beyond the type is their own.
        schemas.insert(scalar, quote!({ "type": #kind #format }));
    }
    let rows = schemas.into_iter().map(|(scalar, schema)| {
        let scalar = format_ident!("{scalar}");
        quote!(#scalar => #schema)
    });
    Ok(parse_quote! {
        #[doc = " Stand-ins that carry the scalars' JSON schemas."]
        #[cfg(feature = "schemars")]
        mod scalars {
            crate::schema::scalar_schemas! {
                #(#rows,)*
            }
        }
    })
}

#[derive(Default)]
struct ToStandIns {
    found: bool,
}

impl VisitMut for ToStandIns {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path
            .segments
            .first()
            .is_some_and(|segment| segment.ident == SCALARS)
        {
            path.segments[0].ident = format_ident!("scalars");
            self.found = true;
        }
    }
}
