//! `cargo xtask diff`: what changed from one specification to another, and what of it breaks callers.
//!
//! Breaking is what makes a caller's Rust or a caller's traffic fail: an operation, a field or a word that is gone, a
//! type that is another, an operation that moved, a field that a request must have from now on. A new field or word in
//! a response breaks nobody: unknown ones were always survived.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::Report;
use crate::regen::PARTNER_API;
use crate::spec::{Operation, RUST_TYPE, Spec, Webhook, schema_name};
use crate::yaml::{Entry, Node, Value};

/// A difference between two specifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whether it breaks callers.
    pub is_breaking: bool,
    /// What changed and how.
    pub text: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_breaking {
            "BREAKING"
        } else {
            "fine    "
        };
        write!(f, "{mark}  {}", self.text)
    }
}

pub(crate) fn run(
    root: &Path,
    old: &Path,
    new: Option<&Path>,
    deny_breaking: bool,
) -> Result<Report, String> {
    // Files that are named on the command line are found from where it was typed.
    let old = Spec::read(Path::new(""), old)?;
    let new = match new {
        Some(path) => Spec::read(Path::new(""), path)?,
        None => Spec::read(root, Path::new(PARTNER_API))?,
    };
    let changes = changes(&old, &new);
    let breaking = changes.iter().filter(|change| change.is_breaking).count();
    let mut text: String = changes.iter().map(|change| format!("{change}\n")).collect();
    text += &match changes.len() {
        0 => "no change that a caller could notice\n".to_owned(),
        1 => format!(
            "\n1 change, {}\n",
            if breaking == 0 {
                "not breaking"
            } else {
                "breaking"
            }
        ),
        all => format!("\n{all} changes, {breaking} of them breaking\n"),
    };
    Ok(Report {
        text,
        is_ok: breaking == 0 || !deny_breaking,
    })
}

/// Every change from `old` to `new`: operations, then events, then schemas.
pub fn changes(old: &Spec, new: &Spec) -> Vec<Change> {
    let mut changes = Changes::default();
    operations(&mut changes, old, new);
    webhooks(&mut changes, old, new);
    schemas(&mut changes, old, new);
    changes.0
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn fine(&mut self, text: String) {
        self.0.push(Change {
            is_breaking: false,
            text,
        });
    }

    fn breaking(&mut self, text: String) {
        self.0.push(Change {
            is_breaking: true,
            text,
        });
    }

    /// Notes `what` where the two differ.
    fn compare(&mut self, is_breaking: bool, what: &str, old: &str, new: &str) {
        if old != new {
            self.0.push(Change {
                is_breaking,
                text: format!("changed  {what}: {old} -> {new}"),
            });
        }
    }
}

fn operations(changes: &mut Changes, old: &Spec, new: &Spec) {
    let find = |spec, name: &str| Spec::operations(spec).find(|it| it.name() == name);
    for before in old.operations() {
        let name = before.name();
        match find(new, &name) {
            None => changes.breaking(format!("removed  operation {name} ({})", wire(&before))),
            Some(after) => operation(changes, &name, (old, &before), (new, &after)),
        }
    }
    for after in new.operations() {
        let name = after.name();
        if find(old, &name).is_none() {
            changes.fine(format!("added    operation {name} ({})", wire(&after)));
        }
    }
}

fn operation(
    changes: &mut Changes,
    name: &str,
    old: (&Spec, &Operation<'_>),
    new: (&Spec, &Operation<'_>),
) {
    let mut compare = |is_breaking, what: &str, part: fn(&Spec, &Operation<'_>) -> String| {
        let (before, after) = (part(old.0, old.1), part(new.0, new.1));
        changes.compare(
            is_breaking,
            &format!("operation {name}, {what}"),
            &before,
            &after,
        );
    };
    compare(true, "method and path", |_, it| wire(it));
    compare(true, "parameters", parameters);
    compare(true, "body", |spec, it| {
        content(spec, it.node.get("requestBody"))
    });
    compare(true, "success", success);
    for key in ["x-effect", "x-provenance"] {
        let word =
            |operation: &Operation<'_>| operation.node.text_of(key).unwrap_or("none").to_owned();
        changes.compare(
            false,
            &format!("operation {name}, {key}"),
            &word(old.1),
            &word(new.1),
        );
    }
}

/// Events that go or move break whoever waits for them.
fn webhooks(changes: &mut Changes, old: &Spec, new: &Spec) {
    let find = |spec, name: &str| Spec::webhooks(spec).find(|it| it.name == name);
    for before in old.webhooks() {
        let name = before.name;
        let Some(after) = find(new, name) else {
            changes.breaking(format!("removed  event {name}"));
            continue;
        };
        let text = |it: &Webhook<'_>, key| it.node.text_of(key).unwrap_or("none").to_owned();
        let schema = |it: &Webhook<'_>, key| it.schema(key).unwrap_or("none").to_owned();
        for (is_breaking, key) in [(true, "path"), (false, "x-provenance")] {
            let what = format!("event {name}, {key}");
            changes.compare(is_breaking, &what, &text(&before, key), &text(&after, key));
        }
        for key in ["payload", "envelope"] {
            let what = format!("event {name}, {key}");
            changes.compare(true, &what, &schema(&before, key), &schema(&after, key));
        }
    }
    for after in new.webhooks() {
        if find(old, after.name).is_none() {
            changes.fine(format!("added    event {}", after.name));
        }
    }
}

fn wire(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method.to_uppercase(), operation.path)
}

fn parameters(spec: &Spec, operation: &Operation<'_>) -> String {
    let lists = [operation.item, operation.node]
        .into_iter()
        .filter_map(|it| it.get("parameters"));
    let parameters = lists
        .flat_map(Node::items)
        .filter_map(|it| spec.document.follow(it));
    let mut names: Vec<String> = parameters
        .map(|it| {
            let word = |key| it.text_of(key).unwrap_or_default();
            let optional = if it.is_true("required") { "" } else { "?" };
            format!(
                "{} {}{optional} {}",
                word("in"),
                word("name"),
                it.get("schema").map_or("any".into(), shape)
            )
        })
        .collect();
    names.sort();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// The schema of the JSON in a request or response.
fn content(spec: &Spec, holder: Option<&Node>) -> String {
    let schema = holder.and_then(|it| {
        spec.document
            .follow(it)?
            .get("content")?
            .entries()
            .first()?
            .node
            .get("schema")
    });
    schema.map_or_else(|| "none".to_owned(), shape)
}

fn success(spec: &Spec, operation: &Operation<'_>) -> String {
    let responses = operation
        .node
        .get("responses")
        .map(Node::entries)
        .unwrap_or_default();
    let found = responses.iter().find(|entry| entry.key.starts_with('2'));
    content(spec, found.map(|entry| &entry.node))
}

fn schemas(changes: &mut Changes, old: &Spec, new: &Spec) {
    let requests = new.reachable(new.operations().filter_map(|it| it.node.get("requestBody")));
    for (name, before) in old.schemas() {
        match new.schema(name) {
            None => changes.breaking(format!("removed  schema {name}")),
            Some(after) => schema(changes, name, before, after, requests.contains(name)),
        }
    }
    for (name, _) in new.schemas().filter(|(name, _)| old.schema(name).is_none()) {
        changes.fine(format!("added    schema {name}"));
    }
}

fn schema(changes: &mut Changes, name: &str, old: &Node, new: &Node, in_request: bool) {
    changes.compare(true, &format!("schema {name}"), &shape(old), &shape(new));
    let (words, new_words) = (texts(old, "enum"), texts(new, "enum"));
    for word in words.difference(&new_words) {
        changes.breaking(format!("removed  word {word} of {name}"));
    }
    for word in new_words.difference(&words) {
        changes.fine(format!("added    word {word} of {name}"));
    }
    let (required, new_required) = (texts(old, "required"), texts(new, "required"));
    for entry in properties(old) {
        let field = format!("field {name}.{}", entry.key);
        let Some(after) = property(new, &entry.key) else {
            changes.breaking(format!("removed  {field}"));
            continue;
        };
        let word = |set: &BTreeSet<&str>| {
            if set.contains(entry.key.as_str()) {
                "required"
            } else {
                "optional"
            }
        };
        changes.compare(true, &field, &shape(&entry.node), &shape(after));
        changes.compare(true, &field, word(&required), word(&new_required));
    }
    for entry in properties(new)
        .iter()
        .filter(|entry| property(old, &entry.key).is_none())
    {
        let is_required = new_required.contains(entry.key.as_str());
        let kind = if is_required { "required" } else { "optional" };
        let text = format!(
            "added    field {name}.{} ({kind} {})",
            entry.key,
            shape(&entry.node)
        );
        changes.0.push(Change {
            is_breaking: in_request && is_required,
            text,
        });
    }
}

fn properties(schema: &Node) -> &[Entry] {
    schema
        .get("properties")
        .map(Node::entries)
        .unwrap_or_default()
}

fn property<'a>(schema: &'a Node, name: &str) -> Option<&'a Node> {
    schema.get("properties")?.get(name)
}

fn texts<'a>(node: &'a Node, key: &str) -> BTreeSet<&'a str> {
    node.get(key)
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text)
        .collect()
}

/// A schema's type in a few words; two schemas of one shape become one Rust type.
fn shape(node: &Node) -> String {
    let nullable = if node.is_true("nullable") {
        " or null"
    } else {
        ""
    };
    let inner = match node.get("allOf").map(Node::items) {
        Some([only]) => only,
        _ => node,
    };
    if let Some(reference) = inner.reference() {
        return format!("{}{nullable}", schema_name(reference).unwrap_or(reference));
    }
    if let Some(scalar) = node.text_of(RUST_TYPE) {
        return format!("scalar {scalar}");
    }
    let items = node
        .get("items")
        .map(|items| format!(" of {}", shape(items)));
    let values = node
        .get("additionalProperties")
        .filter(|it| matches!(it.value, Value::Map(_)));
    let values = values.map(|values| format!(" of {} by key", shape(values)));
    let format = node.text_of("format").map(|format| format!(" {format}"));
    let parts = [format, items, values]
        .into_iter()
        .flatten()
        .collect::<String>();
    format!("{}{parts}{nullable}", node.text_of("type").unwrap_or("any"))
}
