//! The table of events: what a receiver's paths and a sender's deliveries read, and one type for all payloads.

use quote::{format_ident, quote};
use syn::Item;

use crate::spec::Spec;

use super::docs;
use super::operations::pascal;

/// `EventKind`, `WEBHOOKS` and `EventPayload`, in the order of the specification.
pub(super) fn items(spec: &Spec) -> Result<Vec<Item>, String> {
    let mut variants = Vec::new();
    let mut payloads = Vec::new();
    let mut names = Vec::new();
    let mut rows = Vec::new();
    let (mut kinds, mut reads, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    for webhook in spec.webhooks() {
        let name = webhook.name;
        let text = |key: &str| webhook.node.text_of(key).unwrap_or_default();
        let variant = pascal(name);
        let payload = format_ident!("{}", webhook.schema("payload").unwrap_or_default());
        let provenance = pascal(text("x-provenance"));
        let (path, source, group) = (text("path"), text("x-source"), webhook.group());
        let summary = text("summary").trim_end_matches('.');
        let doc = docs::attributes(&format!("{summary} (`{name}`)."));
        variants.push(quote!(#(#doc)* #variant));
        let doc = docs::attributes(&docs::sentence(summary));
        payloads.push(quote!(#(#doc)* #variant(#payload)));
        names.push(quote!(Self::#variant => #name));
        kinds.push(quote!(Self::#variant(_) => EventKind::#variant));
        reads.push(quote! {
            EventKind::#variant => serde::Deserialize::deserialize(body).map(Self::#variant)
        });
        writes.push(quote!(Self::#variant(payload) => payload.serialize(serializer)));
        rows.push(quote! {
            Webhook {
                kind: EventKind::#variant,
                path: #path,
                provenance: Provenance::#provenance,
                group: #group,
                source: #source,
            }
        });
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let file: syn::File = syn::parse2(quote! {
        use crate::webhooks::Webhook;

        #[doc = " Names an event that the provider sends."]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            #(#variants,)*
        }

        impl EventKind {
            #[doc = " The name of the event in the specification."]
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(#names,)*
                }
            }
        }

        #[doc = " Every event, in the order of the specification and of [`EventKind`]."]
        pub const WEBHOOKS: &[Webhook] = &[#(#rows),*];

        #[doc = " What an event says. Written as the payload alone: the wire has no common envelope."]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum EventPayload {
            #(#payloads,)*
        }

        impl EventPayload {
            #[doc = " Of which event it is the payload."]
            pub const fn kind(&self) -> EventKind {
                match self {
                    #(#kinds,)*
                }
            }

            #[doc = " Reads the payload of an event of `kind`."]
            pub fn read<'de, D: serde::Deserializer<'de>>(kind: EventKind, body: D) -> Result<Self, D::Error> {
                match kind {
                    #(#reads,)*
                }
            }
        }

        impl serde::Serialize for EventPayload {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#writes,)*
                }
            }
        }
    })
    .map_err(|error| format!("the table of events does not parse: {error}"))?;
    Ok(file.items)
}
