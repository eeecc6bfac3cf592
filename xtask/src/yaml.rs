//! YAML as a tree that remembers its lines, read once and shared by every command.

use std::fmt;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A longer chain of references is a circle.
const REFERENCES_MAX: usize = 32;

/// A YAML file: what it says, and where.
#[derive(Debug, Clone)]
pub struct Document {
    /// The path as findings print it.
    pub path: PathBuf,
    /// The outermost node.
    pub root: Node,
}

/// A value and the line on which it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Counted from 1.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A YAML value; mappings keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping.
    Map(Vec<Entry>),
}

/// A key of a mapping with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key; numbers, such as a status code without quotes, as text.
    pub key: String,
    /// The line of the key, counted from 1.
    pub line: usize,
    /// The value.
    pub node: Node,
}

/// Why a file could not be read as YAML; its `Display` starts with `file:line:`.
#[derive(Debug)]
pub struct YamlError {
    path: PathBuf,
    line: usize,
    message: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.message)
    }
}

impl std::error::Error for YamlError {}

impl Document {
    /// Reads `text`; `path` is only for messages.
    pub fn parse(path: &Path, text: &str) -> Result<Self, YamlError> {
        let fail = |line, message: String| YamlError {
            path: path.to_path_buf(),
            line,
            message,
        };
        let mut documents = MarkedYaml::load_from_str(text)
            .map_err(|error| fail(error.marker().line(), error.info().to_owned()))?;
        if documents.len() != 1 {
            return Err(fail(
                1,
                format!("holds {} documents; keep exactly one", documents.len()),
            ));
        }
        let root = convert(documents.remove(0)).map_err(|(line, message)| fail(line, message))?;
        Ok(Self {
            path: path.to_path_buf(),
            root,
        })
    }

    /// The node that a local reference such as `#/components/schemas/User` names.
    pub fn resolve(&self, reference: &str) -> Option<&Node> {
        let mut node = &self.root;
        for token in reference.strip_prefix("#/")?.split('/') {
            node = node.get(&token.replace("~1", "/").replace("~0", "~"))?;
        }
        Some(node)
    }

    /// `node` itself or, where it is a local reference, what it refers to in the end.
    pub fn follow<'a>(&'a self, node: &'a Node) -> Option<&'a Node> {
        self.place(node, String::new()).map(|(node, _)| node)
    }

    /// What [`follow`](Self::follow) finds, and its pointer; `pointer` is that of `node`.
    pub fn place<'a>(&'a self, node: &'a Node, pointer: String) -> Option<(&'a Node, String)> {
        let (mut node, mut pointer) = (node, pointer);
        for _ in 0..REFERENCES_MAX {
            let Some(reference) = node.reference() else {
                return Some((node, pointer));
            };
            (node, pointer) = (self.resolve(reference)?, reference.replacen('#', "", 1));
        }
        None
    }
}

impl Node {
    /// The value under `key`, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The entry of `key`, where this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none of anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text, where this is a string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text under `key`.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether `key` says `true`.
    pub fn is_true(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|node| node.value == Value::Bool(true))
    }

    /// What `$ref` says.
    pub fn reference(&self) -> Option<&str> {
        self.text_of("$ref")
    }

    /// A copy of a mapping without the entries that `keep` refuses, at every depth.
    pub fn filtered(&self, keep: &impl Fn(&str) -> bool) -> Node {
        let value = match &self.value {
            Value::List(items) => {
                Value::List(items.iter().map(|node| node.filtered(keep)).collect())
            }
            Value::Map(entries) => Value::Map(
                entries
                    .iter()
                    .filter(|entry| keep(&entry.key))
                    .map(|entry| Entry {
                        node: entry.node.filtered(keep),
                        ..entry.clone()
                    })
                    .collect(),
            ),
            scalar => scalar.clone(),
        };
        Node {
            line: self.line,
            value,
        }
    }

    /// The entries of a mapping, to be changed.
    pub fn entries_mut(&mut self) -> Option<&mut Vec<Entry>> {
        match &mut self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let entry = self
            .entries_mut()?
            .iter_mut()
            .find(|entry| entry.key == key)?;
        Some(&mut entry.node)
    }
}

fn convert(yaml: MarkedYaml<'_>) -> Result<Node, (usize, String)> {
    let line = yaml.span.start.line();
    let value = match yaml.data {
        YamlData::Value(Scalar::Null) => Value::Null,
        YamlData::Value(Scalar::Boolean(value)) => Value::Bool(value),
        YamlData::Value(Scalar::Integer(value)) => Value::Integer(value),
        YamlData::Value(Scalar::FloatingPoint(value)) => Value::Float(value.into_inner()),
        YamlData::Value(Scalar::String(text)) => Value::Text(text.into_owned()),
        YamlData::Sequence(items) => {
            Value::List(items.into_iter().map(convert).collect::<Result<_, _>>()?)
        }
        YamlData::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, node)| {
                let line = key.span.start.line();
                let key = match convert(key)?.value {
                    Value::Text(text) => text,
                    Value::Integer(number) => number.to_string(),
                    _ => return Err((line, "a key must be a string".to_owned())),
                };
                Ok(Entry {
                    key,
                    line,
                    node: convert(node)?,
                })
            });
            Value::Map(entries.collect::<Result<_, _>>()?)
        }
        YamlData::Tagged(..) => return Err((line, "tags are not used here; remove it".to_owned())),
        YamlData::Representation(..) | YamlData::Alias(_) | YamlData::BadValue => {
            return Err((line, "not a value; quote it if it is text".to_owned()));
        }
    };
    Ok(Node { line, value })
}

/// Lets serde read any type out of the tree. Going through `serde_json::Value` instead would keep or lose the order
/// of keys depending on a feature that another crate may switch on, and with it the order of the generated code.
impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Integer(value) => visitor.visit_i64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            Value::Map(entries) => visitor.visit_map(MapDeserializer::new(
                entries
                    .iter()
                    .map(|entry| (entry.key.as_str(), &entry.node)),
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let text = self
            .text()
            .ok_or_else(|| de::Error::custom(format!("{name} must be text")))?;
        text.into_deserializer()
            .deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Document, String> {
        Document::parse(Path::new("spec.yaml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn lines_are_those_an_editor_shows() {
        let document = parse("a: 1\nb:\n  - x\n  - y: 2\n").unwrap();
        let b = document.root.entry("b").unwrap();
        assert_eq!((b.line, b.node.line), (2, 3));
        assert_eq!(b.node.items()[1].entry("y").unwrap().line, 4);
    }

    #[test]
    fn order_of_keys_is_kept() {
        let document = parse("z: 1\na: 2\n").unwrap();
        let keys: Vec<_> = document
            .root
            .entries()
            .iter()
            .map(|entry| &entry.key)
            .collect();
        assert_eq!(keys, ["z", "a"]);
    }

    #[test]
    fn a_status_code_without_quotes_is_text() {
        assert!(parse("200: ok\n").unwrap().root.get("200").is_some());
    }

    #[test]
    fn a_reference_escapes_its_slashes() {
        let document = parse("paths:\n  /v1/user: found\n").unwrap();
        let node = document.resolve("#/paths/~1v1~1user").unwrap();
        assert_eq!(node.text(), Some("found"));
    }

    #[test]
    fn a_circle_of_references_ends() {
        let document = parse("a: { $ref: '#/b' }\nb: { $ref: '#/a' }\n").unwrap();
        assert_eq!(document.follow(document.root.get("a").unwrap()), None);
    }

    #[test]
    fn a_key_that_appears_twice_is_an_error_with_its_line() {
        let message = parse("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert!(message.starts_with("spec.yaml:3: "), "{message}");
    }

    #[test]
    fn text_that_is_not_yaml_is_an_error_with_its_line() {
        let message = parse("a: 1\nb: [\n").unwrap_err();
        assert!(message.starts_with("spec.yaml:3: "), "{message}");
    }
}
