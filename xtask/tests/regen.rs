//! Regenerating, on copies of the specifications: editing the YAML and running one command is all it takes.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use xtask::flags::Command;
use xtask::regen::{self, PARTNER_API, SANDBOX};

const TYPES: &str = "crates/partner-api-types/src/generated.rs";
const SHAPES: &str = "crates/partner-api-types/src/shapes/generated.rs";
const CLIENT: &str = "crates/partner-api-client/src/generated.rs";
const CONTROL: &str = "crates/partner-api-sandbox-control/src/generated.rs";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A repository that holds nothing but copies of the specifications, after `edit`.
fn copy(edit: impl Fn(&str) -> String) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("openapi")).unwrap();
    for path in [PARTNER_API, SANDBOX] {
        let text = fs::read_to_string(repository().join(path)).unwrap();
        fs::write(folder.path().join(path), edit(&text)).unwrap();
    }
    folder
}

/// `text` with `old` replaced, which must be there.
fn replace(text: &str, old: &str, new: &str) -> String {
    if text.contains("title: P100 Partner API") {
        assert!(text.contains(old), "the specification has no `{old}`");
    }
    text.replace(old, new)
}

fn run(root: &Path, command: Command) -> (bool, String) {
    let report = xtask::run(root, &command).unwrap();
    (report.is_ok, report.text)
}

fn read(root: &TempDir, path: &str) -> String {
    fs::read_to_string(root.path().join(path)).unwrap()
}

#[test]
fn the_checked_in_files_are_what_the_specifications_say() {
    let (is_ok, text) = run(repository(), Command::Regen { check: true });
    assert!(is_ok, "{text}");
}

#[test]
fn a_renamed_path_reaches_the_client_and_the_operation_table() {
    let folder = copy(|text| replace(text, "/v1/user/suspend/{", "/v2/users/freeze/{"));
    let (is_ok, text) = run(folder.path(), Command::Regen { check: false });
    assert!(is_ok, "{text}");
    assert!(read(&folder, CLIENT).contains("\"{}/v2/users/freeze/{}\""));
    assert!(read(&folder, TYPES).contains("path: \"/v2/users/freeze/{externalUserId}\""));
    for path in [CLIENT, TYPES] {
        assert!(
            !read(&folder, path).contains("/v1/user/suspend/"),
            "{path} keeps the old path"
        );
    }
}

#[test]
fn a_new_field_reaches_the_types_with_its_words() {
    let field = "\
        properties:
        nickname:
          type: string
          description: What friends say.
        message:";
    let folder = copy(|text| replace(text, "properties:\n        message:", field.trim_start()));
    run(folder.path(), Command::Regen { check: false });
    let types = read(&folder, TYPES);
    assert!(
        types.contains("/// What friends say.\n"),
        "no documentation"
    );
    assert!(
        types.contains("pub nickname: Option<String>,\n"),
        "no field"
    );
    let shapes = read(&folder, SHAPES);
    assert!(shapes.contains("optional(\"nickname\", Form::Text)"));
}

#[test]
fn a_new_word_reaches_its_enum() {
    let folder = copy(|text| {
        replace(
            text,
            "enum: [NATURAL, LEGAL]",
            "enum: [NATURAL, LEGAL, PUBLIC_BODY]",
        )
    });
    run(folder.path(), Command::Regen { check: false });
    assert!(read(&folder, TYPES).contains("PublicBody = \"PUBLIC_BODY\""));
    assert!(read(&folder, SHAPES).contains("\"LEGAL\", \"PUBLIC_BODY\""));
}

#[test]
fn only_what_differs_is_written_and_check_says_what_to_run() {
    let folder = copy(str::to_owned);
    let (is_ok, text) = run(folder.path(), Command::Regen { check: true });
    assert!(
        !is_ok && text.ends_with("run `cargo xtask regen`"),
        "{text}"
    );
    assert!(
        !folder.path().join("crates").exists(),
        "checking wrote something"
    );

    run(folder.path(), Command::Regen { check: false });
    fs::write(folder.path().join(CONTROL), "// edited by hand\n").unwrap();
    let (is_ok, text) = run(folder.path(), Command::Regen { check: false });
    assert!(is_ok);
    assert_eq!(text, format!("wrote {CONTROL}"));
    assert_eq!(
        run(folder.path(), Command::Regen { check: true }),
        (true, "4 files are up to date".into())
    );
}

#[test]
fn a_finding_stops_everything_before_anything_is_written() {
    let folder = copy(|text| replace(text, "x-effect: keyed", "x-effect: magic"));
    let (is_ok, text) = run(folder.path(), Command::Regen { check: false });
    assert!(!is_ok);
    assert!(text.starts_with("openapi/partner-api.yaml:"), "{text}");
    assert!(text.contains("`magic` is no effect"), "{text}");
    assert!(
        !folder.path().join("crates").exists(),
        "something was written"
    );
}

/// The calls that a hand must carry are in the table, and progenitor never sees them.
#[test]
fn an_upload_is_in_the_operation_table_and_not_in_the_client() {
    let upload = "\
paths:
  /v1/user/kyc-files:
    post:
      operationId: add_kyc_file
      tags: [Account management]
      summary: Upload a photo of a document
      x-provenance: documented-old
      x-effect: overwriting
      x-hand-carried: true
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: { type: object }
      responses:
        '2XX': { $ref: '#/components/responses/Acknowledged' }
";
    let folder = copy(|text| {
        if text.contains("Acknowledged:") {
            text.replacen("paths:\n", upload, 1)
        } else {
            text.to_owned()
        }
    });
    let (is_ok, text) = run(folder.path(), Command::Regen { check: false });
    assert!(is_ok, "{text}");
    assert!(read(&folder, TYPES).contains("OperationId::AddKycFile"));
    assert!(!read(&folder, CLIENT).contains("add_kyc_file"));
}

/// What the crates rely on, whatever the specification says.
#[test]
fn the_client_has_no_constructor_of_its_own_and_sends_no_api_version() {
    for output in regen::outputs(repository()).unwrap() {
        assert!(
            !output.text.contains("pub fn new("),
            "{}",
            output.path.display()
        );
        assert!(
            !output.text.contains("\"api-version\""),
            "{}",
            output.path.display()
        );
        assert!(!output.text.contains("f64"), "{}", output.path.display());
    }
}

#[test]
fn a_moved_event_reaches_the_table_and_a_new_one_its_payload() {
    let root = copy(|spec| {
        let spec = replace(
            spec,
            "path: /transfer-webhook",
            "path: /webhook/transfer/status",
        );
        replace(
            &spec,
            "x-webhooks:\n",
            "x-webhooks:\n  card_lost:\n    group: Cards\n    summary: A card was lost\n    path: /card-lost-webhook\n    \
             payload: { $ref: '#/components/schemas/CardActivationCodeEvent' }\n    x-provenance: assumed\n    x-source: page\n",
        )
    });
    let (is_ok, text) = run(root.path(), Command::Regen { check: false });
    assert!(is_ok, "{text}");
    let types = read(&root, "crates/partner-api-types/src/generated.rs");
    assert!(types.contains("path: \"/webhook/transfer/status\""));
    assert!(!types.contains("\"/transfer-webhook\""));
    assert!(types.contains("CardLost(CardActivationCodeEvent)"));
    assert!(types.contains("kind: EventKind::CardLost"));
}
