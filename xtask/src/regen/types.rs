//! What becomes of progenitor's types: open enums, doc comments on every field, JSON schemas behind a feature.

use std::collections::BTreeSet;

use quote::{ToTokens as _, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Fields, Item, ItemEnum, ItemStruct, LitStr, Type, parse_quote};

use crate::spec::{Spec, schema_name};
use crate::yaml::Node;

use super::{docs, schemas};

/// Whether the types implement `schemars::JsonSchema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schemas {
    /// Behind the feature `schemars`.
    BehindFeature,
    /// Not at all.
    None,
}

/// The items of the `types` module as they are checked in.
pub(super) fn items(spec: &Spec, items: Vec<Item>, with: Schemas) -> Result<Vec<Item>, String> {
    let enums: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Enum(item) if wire_words(item).is_some() => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let mut kept = Vec::new();
    let mut error_module = None;
    for mut item in items {
        Tidy.visit_item_mut(&mut item);
        match item {
            Item::Enum(item) if enums.contains(&item.ident.to_string()) => {
                kept.extend(open_enum(spec, &item));
            }
            // The closed enum's conversions; the macro brings open ones.
            Item::Impl(block) if is_about(&block.self_ty, &enums) => {}
            Item::Struct(item) => kept.push(Item::Struct(structure(spec, item, with))),
            Item::Mod(module) if module.ident == "error" => error_module = Some(module),
            Item::Enum(item) => {
                return Err(format!(
                    "`{}` is an enum of shapes; lint should have refused it",
                    item.ident
                ));
            }
            item => kept.push(item),
        }
    }
    let is_error_used = kept.iter().any(|item| {
        item.to_token_stream()
            .to_string()
            .contains("ConversionError")
    });
    kept.extend(error_module.filter(|_| is_error_used).map(Item::Mod));
    if with == Schemas::BehindFeature {
        kept.push(schemas::scalars(spec)?);
    }
    Ok(kept)
}

/// The variants of an enum of strings with their words on the wire; `None` for any other enum.
fn wire_words(item: &ItemEnum) -> Option<Vec<(syn::Ident, String)>> {
    let variants = item.variants.iter().map(|variant| {
        let is_unit = matches!(variant.fields, Fields::Unit);
        let name = variant.ident.to_string();
        is_unit.then(|| {
            (
                variant.ident.clone(),
                serde_rename(&variant.attrs).unwrap_or(name),
            )
        })
    });
    variants.collect()
}

fn serde_rename(attrs: &[Attribute]) -> Option<String> {
    let mut rename = None;
    for attribute in attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Other settings in the attribute are skipped with their values.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                rename = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    rename
}

fn is_about(self_ty: &Type, names: &BTreeSet<String>) -> bool {
    match self_ty {
        Type::Path(path) => path
            .path
            .get_ident()
            .is_some_and(|it| names.contains(&it.to_string())),
        _ => false,
    }
}

/// The enum with a variant for what the specification does not know, and the macro that makes it one with the wire.
fn open_enum(spec: &Spec, item: &ItemEnum) -> [Item; 2] {
    let name = &item.ident;
    let schema = spec.schema(&name.to_string());
    let text = schema
        .and_then(|it| it.text_of("description"))
        .unwrap_or("A word of the wire");
    let doc = docs::attributes(&docs::sentence(text));
    let words = wire_words(item).unwrap_or_default();
    let variants = words.iter().map(|(variant, word)| {
        let doc = docs::attributes(&format!("`{word}` on the wire."));
        quote!(#(#doc)* #variant)
    });
    let rows = words.iter().map(|(variant, word)| quote!(#variant = #word));
    let unknown = docs::attributes("Any other word, kept as it came.");
    [
        parse_quote! {
            #(#doc)*
            #[derive(Clone, Debug)]
            pub enum #name {
                #(#variants,)*
                #(#unknown)*
                Unknown(String),
            }
        },
        parse_quote! {
            partner_api_types::open_enum! { #name { #(#rows,)* } }
        },
    ]
}

fn structure(spec: &Spec, mut item: ItemStruct, with: Schemas) -> ItemStruct {
    let schema = spec.schema(&item.ident.to_string());
    let text = schema
        .and_then(|it| it.text_of("description"))
        .map(docs::sentence);
    let text = text.unwrap_or_else(|| fallback_doc(&item));
    docs::replace(&mut item.attrs, &text);
    for field in &mut item.fields {
        let name = field.ident.as_ref().map(ToString::to_string);
        if let Some(name) = name {
            let wire = serde_rename(&field.attrs).unwrap_or(name);
            let property = schema
                .and_then(|it| it.get("properties"))
                .and_then(|it| it.get(&wire));
            let text = property.and_then(|property| description(spec, property));
            let text = text.unwrap_or_else(|| format!("`{wire}` on the wire."));
            docs::replace(&mut field.attrs, &text);
        }
        if with == Schemas::BehindFeature {
            field.attrs.extend(schemas::field_attribute(&field.ty));
        }
    }
    if with == Schemas::BehindFeature {
        item.attrs
            .push(parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
    }
    item
}

/// For a type that progenitor named itself, because the specification puts bounds on a string in place.
fn fallback_doc(item: &ItemStruct) -> String {
    format!(
        "`{}`: text within the bounds that the specification sets.",
        item.ident
    )
}

/// A property's own description, or that of the schema it refers to.
fn description(spec: &Spec, property: &Node) -> Option<String> {
    if let Some(text) = property.text_of("description") {
        return Some(docs::sentence(text));
    }
    let wrapped = property
        .get("allOf")
        .map(Node::items)
        .unwrap_or_default()
        .first();
    let reference = property.reference().or_else(|| wrapped?.reference())?;
    let text = spec
        .schema(schema_name(reference)?)?
        .text_of("description")?;
    Some(docs::sentence(text))
}

/// Undoes two habits of typify: spaces within paths in strings, and `::` before names that the prelude has.
struct Tidy;

impl VisitMut for Tidy {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if attribute.path().is_ident("serde")
            && let syn::Meta::List(list) = &mut attribute.meta
        {
            list.tokens = std::mem::take(&mut list.tokens)
                .into_iter()
                .map(tidy_literal)
                .collect();
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let in_prelude = [
            ["std", "option", "Option"],
            ["std", "string", "String"],
            ["std", "vec", "Vec"],
        ];
        if path.leading_colon.is_some() && in_prelude.iter().any(|it| it[..] == names[..]) {
            path.leading_colon = None;
            path.segments = path.segments.iter().skip(2).cloned().collect();
        }
    }
}

fn tidy_literal(token: proc_macro2::TokenTree) -> proc_macro2::TokenTree {
    let proc_macro2::TokenTree::Literal(literal) = &token else {
        return token;
    };
    let text = literal.to_string();
    if !text.starts_with('"') || !text.contains(":: ") {
        return token;
    }
    proc_macro2::Literal::string(text.trim_matches('"').replace(' ', "").as_str()).into()
}
