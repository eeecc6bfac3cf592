//! What the JSON schemas of generated types are made of.

#[doc(hidden)]
pub use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Stand-ins for scalars, each with the schema that the specification gives it.
macro_rules! scalar_schemas {
    ($($name:ident => $schema:tt),+ $(,)?) => {
        $(
            pub(crate) struct $name;

            impl schemars::JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    schemars::json_schema!($schema)
                }
            }
        )+
    };
}

pub(crate) use scalar_schemas;

/// Any string; the known words come first for people and for tools that offer them.
#[doc(hidden)]
pub fn open_enum(words: &[&str]) -> Schema {
    schemars::json_schema!({ "anyOf": [{ "enum": words }, { "type": "string" }] })
}

#[cfg(test)]
mod tests {
    use crate::{CardSummary, CreateUserRequest};

    #[test]
    fn a_field_that_may_be_left_out_is_not_required() {
        let schema = schemars::schema_for!(CreateUserRequest);
        let required = schema.get("required").unwrap().to_string();
        assert!(required.contains("\"email\""), "{required}");
        assert!(!required.contains("\"street\""), "{required}");
    }

    #[test]
    fn an_open_enum_names_its_known_words() {
        let schema = schemars::schema_for!(CardSummary).to_value().to_string();
        assert!(schema.contains("LOCKED_BY_USER"), "{schema}");
    }
}
