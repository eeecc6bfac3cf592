//! What the commands ask of a specification: its operations, its components, and what refers to what.

use std::collections::BTreeSet;
use std::path::Path;

use crate::yaml::{Document, Node, Value, YamlError};

/// The methods that a path item can hold, in the order in which OpenAPI lists them.
pub const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The values of `x-provenance`, from the most certain to the least.
pub const PROVENANCES: &[&str] = &["documented", "documented-old", "third-party", "assumed"];

/// The values of `x-effect`.
pub const EFFECTS: &[&str] = &["safe", "idempotent", "overwriting", "keyed", "money"];

/// Marks the operations that are written by hand because progenitor cannot express them.
pub const HAND_CARRIED: &str = "x-hand-carried";

/// The media type of forms.
pub const FORM: &str = "multipart/form-data";
/// The media type of a file.
pub const FILE: &str = "application/octet-stream";

/// The table of events, for which OpenAPI 3.0 has no word.
pub const WEBHOOKS: &str = "x-webhooks";

/// Names the hand-written scalar that stands for a schema.
pub const RUST_TYPE: &str = "x-rust-type";

/// A specification.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The file.
    pub document: Document,
}

/// An operation and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The path template, such as `/v1/card`.
    pub path: &'a str,
    /// The method in lower case.
    pub method: &'a str,
    /// The line of the method.
    pub line: usize,
    /// The path item that holds the operation.
    pub item: &'a Node,
    /// The operation itself.
    pub node: &'a Node,
}

impl<'a> Operation<'a> {
    /// `operationId`, or the method and path where it is missing.
    pub fn name(&self) -> String {
        match self.node.text_of("operationId") {
            Some(id) => id.to_owned(),
            None => format!("{} {}", self.method.to_uppercase(), self.path),
        }
    }

    /// The JSON pointer to the operation.
    pub fn pointer(&self) -> String {
        format!("{}/{}", pointer("/paths", self.path), self.method)
    }

    /// The first tag, by which tables are grouped.
    pub fn group(&self) -> &'a str {
        let tags = self.node.get("tags").map(Node::items).unwrap_or_default();
        tags.first().and_then(Node::text).unwrap_or("Other")
    }

    /// The name of the body's schema, if the body is a form or a file.
    fn form(&self, document: &'a Document) -> Option<&'a str> {
        let body = document.follow(self.node.get("requestBody")?)?;
        let content = body.get("content")?;
        let form = content.get(FORM).or_else(|| content.get(FILE))?;
        schema_name(form.get("schema")?.reference()?)
    }
}

/// An event that the provider sends, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// Its name, such as `sepa_deposit`.
    pub name: &'a str,
    /// The line of the name.
    pub line: usize,
    /// What is said of it.
    pub node: &'a Node,
}

impl<'a> Webhook<'a> {
    /// The JSON pointer to the event.
    pub fn pointer(&self) -> String {
        pointer(&format!("/{WEBHOOKS}"), self.name)
    }

    /// The name of the schema that `key` (`payload`, `envelope`) refers to.
    pub fn schema(&self, key: &str) -> Option<&'a str> {
        schema_name(self.node.get(key)?.reference()?)
    }

    /// The heading under which it is listed.
    pub fn group(&self) -> &'a str {
        self.node.text_of("group").unwrap_or("Other")
    }
}

impl Spec {
    /// Reads the specification at `root/path`; messages name `path` alone.
    pub fn read(root: &Path, path: &Path) -> Result<Self, String> {
        let full = root.join(path);
        let text = std::fs::read_to_string(&full)
            .map_err(|error| format!("cannot read {}: {error}", full.display()))?;
        Self::parse(path, &text).map_err(|error| error.to_string())
    }

    /// Reads a specification from its text; `path` is only for messages.
    pub fn parse(path: &Path, text: &str) -> Result<Self, YamlError> {
        Ok(Self {
            document: Document::parse(path, text)?,
        })
    }

    /// Every operation, in the order of the file.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self
            .document
            .root
            .get("paths")
            .map(Node::entries)
            .unwrap_or_default();
        paths.iter().flat_map(|path| {
            let entries = path.node.entries().iter();
            entries
                .filter(|entry| METHODS.contains(&entry.key.as_str()))
                .map(|entry| Operation {
                    path: &path.key,
                    method: &entry.key,
                    line: entry.line,
                    item: &path.node,
                    node: &entry.node,
                })
        })
    }

    /// Every event, in the order of the file.
    pub fn webhooks(&self) -> impl Iterator<Item = Webhook<'_>> {
        let events = self.document.root.get(WEBHOOKS).map(Node::entries);
        events.unwrap_or_default().iter().map(|entry| Webhook {
            name: &entry.key,
            line: entry.line,
            node: &entry.node,
        })
    }

    /// The named schemas, in the order of the file.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Node)> {
        let schemas = self
            .document
            .resolve("#/components/schemas")
            .map(Node::entries);
        schemas
            .unwrap_or_default()
            .iter()
            .map(|entry| (entry.key.as_str(), &entry.node))
    }

    /// The schemas of forms: nobody generates types for them, because whoever writes a form writes it by hand.
    pub fn forms(&self) -> Vec<&str> {
        let forms = self.operations();
        forms
            .filter_map(|operation| operation.form(&self.document))
            .collect()
    }

    /// The schema called `name`.
    pub fn schema(&self, name: &str) -> Option<&Node> {
        self.document.resolve("#/components/schemas")?.get(name)
    }

    /// The names of all schemas that `start` refers to, directly or through others.
    pub fn reachable<'a>(&'a self, start: impl IntoIterator<Item = &'a Node>) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<&Node> = start.into_iter().collect();
        while let Some(node) = todo.pop() {
            match &node.value {
                Value::List(items) => todo.extend(items),
                Value::Map(entries) => todo.extend(entries.iter().map(|entry| &entry.node)),
                _ => {}
            }
            if let Some(reference) = node.reference()
                && seen.insert(reference)
            {
                todo.extend(self.document.resolve(reference));
            }
        }
        seen.into_iter().filter_map(schema_name).collect()
    }
}

/// The name in a reference to a schema.
pub fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// `base` with one more token, escaped as JSON pointers are.
pub fn pointer(base: &str, token: &str) -> String {
    format!("{base}/{}", token.replace('~', "~0").replace('/', "~1"))
}
