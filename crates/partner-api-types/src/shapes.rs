//! What the specification says about bodies, as data: for whoever compares an answer with it without reading it as a type.
//!
//! [`BODIES`] has a row an operation, [`SHAPES`] one a schema; the rows are generated.

#[rustfmt::skip] // formatted by `cargo xtask regen`
mod generated;

pub use generated::{BODIES, SHAPES};

use crate::operations::{OperationId, Provenance};

/// A named schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// Its name in the specification.
    pub name: &'static str,
    /// How certain it is; as certain as the operations that use it, where nothing is said.
    pub provenance: Option<Provenance>,
    /// What it looks like.
    pub form: Form,
}

/// What a JSON value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// An object with these fields.
    Object(&'static [Field]),
    /// An object whose keys are data.
    Map(&'static Form),
    /// An array.
    List(&'static Form),
    /// What the shape of this name looks like.
    Named(&'static str),
    /// A string that is one of these words, as far as they are known.
    Words(&'static [&'static str]),
    /// Any string.
    Text,
    /// A string that is a moment.
    Moment,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
}

/// A field of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What its value looks like.
    pub form: Form,
    /// Whether it is always there.
    pub is_required: bool,
    /// Whether it may be `null`.
    pub is_nullable: bool,
    /// How certain it is; as certain as the shape, where nothing is said.
    pub provenance: Option<Provenance>,
}

/// What an operation asks for and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bodies {
    /// Which operation.
    pub operation: OperationId,
    /// The shape of its JSON body, if it takes one.
    pub request: Option<&'static str>,
    /// What it answers when it succeeds.
    pub answers: &'static [Answer],
}

/// One way to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// `200`, or `2XX` for any status of success.
    pub status: &'static str,
    /// The shape of its JSON body; nothing where the body is something else.
    pub shape: Option<&'static str>,
}

impl Answer {
    /// Whether this is what is answered with `status`.
    pub fn is_for(&self, status: u16) -> bool {
        self.status == "2XX" && (200..300).contains(&status) || self.status.parse() == Ok(status)
    }
}

// What the rows are made with, so that each is short.

const fn shape(name: &'static str, form: Form) -> Shape {
    let provenance = None;
    Shape {
        name,
        provenance,
        form,
    }
}

const fn field(name: &'static str, form: Form, is_required: bool) -> Field {
    Field {
        name,
        form,
        is_required,
        is_nullable: false,
        provenance: None,
    }
}

const fn required(name: &'static str, form: Form) -> Field {
    field(name, form, true)
}

const fn optional(name: &'static str, form: Form) -> Field {
    field(name, form, false)
}

const fn answer(status: &'static str, shape: Option<&'static str>) -> Answer {
    Answer { status, shape }
}

const fn bodies(
    operation: OperationId,
    request: Option<&'static str>,
    answers: &'static [Answer],
) -> Bodies {
    Bodies {
        operation,
        request,
        answers,
    }
}

impl Shape {
    #[doc(hidden)]
    pub const fn known_from(self, provenance: Provenance) -> Self {
        let provenance = Some(provenance);
        Self { provenance, ..self }
    }
}

impl Field {
    #[doc(hidden)]
    pub const fn known_from(self, provenance: Provenance) -> Self {
        let provenance = Some(provenance);
        Self { provenance, ..self }
    }

    const fn or_null(self) -> Self {
        Self {
            is_nullable: true,
            ..self
        }
    }
}

/// The shape called `name`; nothing for a scalar.
pub fn named(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.name == name)
}

impl OperationId {
    /// What the operation asks for and answers.
    pub const fn bodies(self) -> &'static Bodies {
        // The rows stand in the order of the variants; a test compares them.
        &BODIES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OPERATIONS;

    fn names(form: &Form, met: &mut Vec<&'static str>) {
        match form {
            Form::Named(name) => met.push(name),
            Form::Object(fields) => fields.iter().for_each(|field| names(&field.form, met)),
            Form::Map(of) | Form::List(of) => names(of, met),
            _ => {}
        }
    }

    #[test]
    fn every_operation_has_its_row_and_every_name_leads_to_a_shape() {
        let mut met = vec!["ApiError"];
        for operation in OPERATIONS {
            let bodies = operation.id.bodies();
            assert_eq!(bodies.operation, operation.id);
            assert!(!bodies.answers.is_empty(), "{}", operation.id);
            met.extend(bodies.request);
            met.extend(bodies.answers.iter().filter_map(|answer| answer.shape));
        }
        SHAPES.iter().for_each(|it| names(&it.form, &mut met));
        for name in met {
            assert!(named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_status_is_one_or_a_class() {
        let statuses = |id: OperationId| {
            let all = (200..=204).chain([400]);
            let fits = |status: &u16| id.bodies().answers.iter().any(|it| it.is_for(*status));
            all.filter(fits).collect::<Vec<u16>>()
        };
        assert_eq!(statuses(OperationId::CreateTransfer), [201]);
        assert_eq!(statuses(OperationId::AddPoaFiles), [201, 202]);
        assert_eq!(statuses(OperationId::CreateUser), [200, 201, 202, 203, 204]);
    }
}
