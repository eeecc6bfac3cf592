//! What `diff` calls a change, and which changes it calls breaking.

use std::path::Path;

use expect_test::{Expect, expect};
use xtask::diff;
use xtask::spec::Spec;

const OLD: &str = "\
openapi: 3.0.3
info: { title: Fixture, version: 0.1.0 }
paths:
  /cards:
    post:
      operationId: create_card
      summary: Create a card
      x-effect: money
      x-provenance: assumed
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/NewCard' } } }
      responses:
        '200': { $ref: '#/components/responses/Card' }
x-webhooks:
  card_moved:
    path: /card-webhook
    payload: { $ref: '#/components/schemas/Card' }
    x-provenance: assumed
components:
  responses:
    Card:
      description: The card.
      content: { application/json: { schema: { $ref: '#/components/schemas/Card' } } }
  schemas:
    NewCard:
      type: object
      required: [label]
      properties:
        label: { type: string }
        colour: { type: string }
    Card:
      type: object
      required: [status]
      properties:
        status: { $ref: '#/components/schemas/CardStatus' }
        note: { type: string }
    CardStatus:
      type: string
      enum: [ACTIVE, BLOCKED]
";

/// The changes after replacing each `(old, new)` in the specification above.
fn check(edits: &[(&str, &str)], expected: Expect) {
    let mut new = OLD.to_owned();
    for (old, text) in edits {
        assert!(new.contains(old), "no `{old}`");
        new = new.replace(old, text);
    }
    let spec = |text: &str| Spec::parse(Path::new("spec.yaml"), text).unwrap();
    let changes = diff::changes(&spec(OLD), &spec(&new));
    expected.assert_eq(
        &changes
            .iter()
            .map(|change| format!("{change}\n"))
            .collect::<String>(),
    );
}

#[test]
fn the_same_specification_has_no_changes() {
    check(
        &[("summary: Create a card", "summary: Make a card")],
        expect![[""]],
    );
}

#[test]
fn operations_come_go_and_move() {
    check(
        &[("create_card", "order_card")],
        expect![[r#"
            BREAKING  removed  operation create_card (POST /cards)
            fine      added    operation order_card (POST /cards)
        "#]],
    );
    check(
        &[("/cards:", "/v2/cards:"), ("post:", "put:")],
        expect![[r#"
            BREAKING  changed  operation create_card, method and path: POST /cards -> PUT /v2/cards
        "#]],
    );
}

#[test]
fn marks_change_without_breaking_anybody() {
    check(
        &[
            ("x-effect: money", "x-effect: keyed"),
            ("assumed", "documented"),
        ],
        expect![[r#"
            fine      changed  operation create_card, x-effect: money -> keyed
            fine      changed  operation create_card, x-provenance: assumed -> documented
            fine      changed  event card_moved, x-provenance: assumed -> documented
        "#]],
    );
}

#[test]
fn bodies_change_their_schema() {
    check(
        &[(
            "'#/components/schemas/NewCard'",
            "'#/components/schemas/Card'",
        )],
        expect![[r#"
            BREAKING  changed  operation create_card, body: NewCard -> Card
        "#]],
    );
}

#[test]
fn fields_of_requests_may_be_added_only_if_they_can_be_left_out() {
    check(
        &[(
            "colour: { type: string }",
            "colour: { type: string }\n        size: { type: integer }",
        )],
        expect![[r#"
            fine      added    field NewCard.size (optional integer)
        "#]],
    );
    check(
        &[("required: [label]", "required: [label, colour]")],
        expect![[r#"
            BREAKING  changed  field NewCard.colour: optional -> required
        "#]],
    );
    check(
        &[
            ("required: [label]", "required: [label, pin]"),
            ("colour:", "pin: { type: string }\n        colour:"),
        ],
        expect![[r#"
            BREAKING  added    field NewCard.pin (required string)
        "#]],
    );
}

#[test]
fn fields_of_responses_may_be_added_and_not_removed() {
    check(
        &[
            ("required: [status]", "required: [status, id]"),
            ("note:", "id: { type: string }\n        note:"),
        ],
        expect![[r#"
            fine      added    field Card.id (required string)
        "#]],
    );
    check(
        &[("note: { type: string }", "remark: { type: string }")],
        expect![[r#"
            BREAKING  removed  field Card.note
            fine      added    field Card.remark (optional string)
        "#]],
    );
    check(
        &[(
            "note: { type: string }",
            "note: { type: string, nullable: true }",
        )],
        expect![[r#"
            BREAKING  changed  field Card.note: string -> string or null
        "#]],
    );
    check(
        &[(
            "note: { type: string }",
            "note: { type: array, items: { type: integer } }",
        )],
        expect![[r#"
            BREAKING  changed  field Card.note: string -> array of integer
        "#]],
    );
}

#[test]
fn words_may_be_added_and_not_removed() {
    check(
        &[("[ACTIVE, BLOCKED]", "[ACTIVE, FROZEN]")],
        expect![[r#"
            BREAKING  removed  word BLOCKED of CardStatus
            fine      added    word FROZEN of CardStatus
        "#]],
    );
}

#[test]
fn schemas_may_be_added_and_not_removed() {
    check(
        &[
            ("    CardStatus:", "    CardState:"),
            ("schemas/CardStatus", "schemas/CardState"),
        ],
        expect![[r#"
            BREAKING  changed  field Card.status: CardStatus -> CardState
            BREAKING  removed  schema CardStatus
            fine      added    schema CardState
        "#]],
    );
}

#[test]
fn events_come_go_and_move() {
    check(
        &[("card_moved", "card_gone")],
        expect![[r#"
            BREAKING  removed  event card_moved
            fine      added    event card_gone
        "#]],
    );
    check(
        &[
            ("path: /card-webhook", "path: /webhook/card/status"),
            (
                "schemas/Card' }\n    x-provenance: assumed",
                "schemas/NewCard' }\n    x-provenance: documented",
            ),
        ],
        expect![[r#"
            BREAKING  changed  event card_moved, path: /card-webhook -> /webhook/card/status
            fine      changed  event card_moved, x-provenance: assumed -> documented
            BREAKING  changed  event card_moved, payload: Card -> NewCard
        "#]],
    );
}
