//! Enums of strings that keep a word they do not know.

/// Makes an enum one with its words on the wire.
///
/// The enum has one variant for each known word and `Unknown(String)` for all others, so that a word which the
/// provider adds tomorrow does not fail a whole response today. The macro brings `as_str`, `ALL`, `is_known`,
/// `Display`, `FromStr` (which cannot fail), `From<&str>`, `From<String>`, equality, order and hash by the word, and
/// `Serialize` and `Deserialize` as a plain string.
///
/// ```
/// /// The state of a light.
/// #[derive(Clone, Debug)]
/// pub enum Light {
///     /// `ON` on the wire.
///     On,
///     /// `OFF` on the wire.
///     Off,
///     /// Any other word, kept as it came.
///     Unknown(String),
/// }
/// partner_api_types::open_enum! { Light { On = "ON", Off = "OFF" } }
///
/// assert_eq!(Light::from("ON"), Light::On);
/// assert_eq!(Light::from("DIMMED").to_string(), "DIMMED");
/// assert_eq!(Light::ALL, [Light::On, Light::Off]);
/// ```
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// The known words, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }

            /// Whether the specification knows the word.
            pub fn is_known(&self) -> bool {
                Self::known(self.as_str()).is_some()
            }

            fn known(word: &str) -> ::std::option::Option<Self> {
                match word {
                    $($word => ::std::option::Option::Some(Self::$variant),)+
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(word: &str) -> Self {
                Self::known(word).unwrap_or_else(|| Self::Unknown(word.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(word: ::std::string::String) -> Self {
                Self::known(&word).unwrap_or(Self::Unknown(word))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(word: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(Self::from(word))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        // By the word, so that `Unknown` of a known word is no third thing.
        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl ::std::cmp::Eq for $name {}

        impl ::std::cmp::PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                ::std::option::Option::Some(::std::cmp::Ord::cmp(self, other))
            }
        }

        impl ::std::cmp::Ord for $name {
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                struct Visitor;

                impl $crate::__private::serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(concat!("a string for ", stringify!($name)))
                    }

                    fn visit_str<E>(self, word: &str) -> ::std::result::Result<$name, E> {
                        ::std::result::Result::Ok($name::from(word))
                    }

                    fn visit_string<E>(
                        self,
                        word: ::std::string::String,
                    ) -> ::std::result::Result<$name, E> {
                        ::std::result::Result::Ok($name::from(word))
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }

        $crate::__open_enum_schema! { $name { $($word),+ } }
    };
}

/// The JSON schema of an open enum; its form depends on this crate's feature, not on that of the caller.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_schema {
    ($name:ident { $($word:literal),+ }) => {
        impl $crate::schema::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut $crate::schema::SchemaGenerator) -> $crate::schema::Schema {
                $crate::schema::open_enum(&[$($word),+])
            }
        }
    };
}

/// Nothing, without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_schema {
    ($name:ident { $($word:literal),+ }) => {};
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::CardStatus;

    #[test]
    fn a_known_word_becomes_its_variant_and_back() {
        for status in CardStatus::ALL {
            let json = serde_json::to_string(status).unwrap();
            assert_eq!(json, format!("\"{status}\""));
            assert_eq!(serde_json::from_str::<CardStatus>(&json).unwrap(), *status);
            assert!(status.is_known());
        }
    }

    #[test]
    fn an_unknown_word_survives_the_round_trip() {
        let status: CardStatus = serde_json::from_str("\"FROZEN_BY_BANK\"").unwrap();
        assert!(matches!(&status, CardStatus::Unknown(word) if word == "FROZEN_BY_BANK"));
        assert!(!status.is_known());
        assert_eq!(
            serde_json::to_string(&status).unwrap(),
            "\"FROZEN_BY_BANK\""
        );
    }

    #[test]
    fn equality_is_that_of_the_words() {
        let odd = CardStatus::Unknown("ACTIVE".to_owned());
        assert_eq!(odd, CardStatus::Active);
        assert!(odd.is_known());
        assert_eq!(HashSet::from([odd, CardStatus::Active]).len(), 1);
    }

    #[test]
    fn what_is_not_a_string_is_refused_with_the_type() {
        let error = serde_json::from_str::<CardStatus>("7")
            .unwrap_err()
            .to_string();
        assert!(error.contains("a string for CardStatus"), "{error}");
    }
}
