//! A call as text that does it again: for a shell, and as a test in Rust against a sandbox of its own.
//!
//! What was redacted stays so: whoever uses the text fills it in.

use partner_api_types::OperationId;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::ask::Form;
use crate::requests::{Body, Entry};

/// A `curl` command; the key comes from the environment.
pub(super) fn curl(api_url: &str, entry: &Entry) -> String {
    let operation = entry.operation.operation();
    let query = entry
        .sent
        .query
        .as_ref()
        .map_or(String::new(), |query| format!("?{query}"));
    let url = quoted(&format!("{api_url}{}{query}", entry.path));
    let mut command = format!("curl -sS -X {} {url}", operation.method.as_str());
    if operation.needs_key {
        command.push_str(" \\\n  -H \"x-api-key: $PARTNER_API_KEY\"");
    }
    if let Some(Body::Json(body)) = &entry.sent.body {
        command.push_str(" \\\n  -H 'content-type: application/json' \\\n  --data ");
        command.push_str(&quoted(body));
    }
    command
}

/// Text that a shell takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// JSON over several lines.
pub(super) fn pretty(json: &str) -> String {
    let value: Option<Value> = serde_json::from_str(json).ok();
    let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.unwrap_or_else(|| json.to_owned())
}

/// What stands behind the question mark, in the order of the generated method, and whether it must be given.
fn query_parameters(operation: OperationId) -> &'static [(&'static str, bool)] {
    match operation {
        OperationId::GetUserHistory | OperationId::GetPartnerHistory => {
            &[("cursor", false), ("limit", false)]
        }
        OperationId::GetNetworkFee | OperationId::GetPartnerNetworkFee => {
            &[("currency", true), ("network", false)]
        }
        _ => &[],
    }
}

/// A test that makes the call; nothing for what the generated client does not have: files, and a page for a browser.
pub(super) fn test(entry: &Entry) -> Option<String> {
    let operation = entry.operation;
    if matches!(
        operation,
        OperationId::AddKycFiles | OperationId::AddPoaFiles | OperationId::OpenKycVerification
    ) {
        return None;
    }
    let row = operation.operation();
    let mut arguments = Vec::new();
    for (wanted, part) in row.path.split('/').zip(entry.path.split('/')) {
        if wanted.starts_with('{') {
            arguments.push(format!(
                "&{}.parse().unwrap()",
                literal(&percent_decode_str(part).decode_utf8_lossy())
            ));
        }
    }
    let query = Form::read(entry.sent.query.as_deref().unwrap_or_default().as_bytes());
    for (name, is_wanted) in query_parameters(operation) {
        let given = query.get(name).map(literal);
        arguments.push(match (given, is_wanted) {
            (Some(given), true) => format!("&{given}.parse().unwrap()"),
            (None, true) => "&\"***\".parse().unwrap()".to_owned(),
            // What is optional is left out: its types are told from its text by whoever wants it.
            (_, false) => "None".to_owned(),
        });
    }
    let body = match &entry.sent.body {
        Some(Body::Json(body)) if row_has_body(operation) => {
            Some(pretty(body).replace('\n', "\n    "))
        }
        _ if row_has_body(operation) => Some("{}".to_owned()),
        _ => None,
    };
    if body.is_some() {
        arguments.push("&body".to_owned());
    }
    let body = body.map_or(String::new(), |body| {
        format!("    let body = serde_json::json!({body});\n    let body = serde_json::from_value(body).expect(\"a body of the documented shape\");\n")
    });
    let (name, arguments) = (operation.as_str(), arguments.join(", "));
    let (what, check) = match (entry.status, entry.rule) {
        (Some(200..=299), _) => (
            "succeeds".to_owned(),
            "    answer.expect(\"an answer\");\n".to_owned(),
        ),
        (status, rule) => {
            let status = status.map_or(String::new(), |status| {
                format!("    assert_eq!(error.status().map(|it| it.as_u16()), Some({status}));\n")
            });
            let rule = rule.map_or(String::new(), |rule| {
                format!("    // {rule}: {}; {}\n", rule.broken(), rule.remedy())
            });
            (
                "is_refused".to_owned(),
                format!("{rule}    let error = answer.expect_err(\"a refusal\");\n{status}"),
            )
        }
    };
    Some(format!(
        "#[tokio::test]
async fn {name}_{what}() {{
    let sandbox = partner_api_sandbox::Sandbox::builder().start().await.expect(\"a sandbox\");
    let partner = partner_api::PartnerApi::builder()
        .environment(partner_api::Environment::Sandbox(sandbox.api_url().parse().expect(\"an address\")))
        .api_key(partner_api::ApiKey::new(sandbox.api_key()))
        .build()
        .expect(\"a client\");
    // Here goes what has to be there before; \"***\" stands where something was redacted.
{body}    let options = partner_api::raw::CallOptions::new().without_retries();
    let answer = partner
        .raw()
        .call(options, |client: partner_api::raw::Methods| async move {{ client.{name}({arguments}).await }})
        .await;
{check}    sandbox.stop().await;
}}
"
    ))
}

fn row_has_body(operation: OperationId) -> bool {
    use partner_api_types::shapes::BODIES;
    BODIES
        .iter()
        .any(|it| it.operation == operation && it.request.is_some())
}

/// Text as Rust writes it.
fn literal(text: &str) -> String {
    format!("{text:?}")
}

#[cfg(test)]
mod tests {
    use partner_api_core::Rule;
    use partner_api_types::OPERATIONS;
    use partner_api_types::shapes::BODIES;

    use super::*;
    use crate::requests::Sent;

    fn entry(operation: OperationId, path: &str, query: &str, body: &str) -> Entry {
        Entry::sample(operation, path, Sent::new(query, body.as_bytes()))
    }

    #[test]
    fn a_shell_takes_a_call_as_it_was() {
        let path = "/v1/user/it's%20%22me%22";
        let sent = entry(
            OperationId::UpdateUser,
            path,
            "",
            r#"{"email":"canary@example.com","amount":"$(rm)'"}"#,
        );
        assert_eq!(
            curl("http://127.0.0.1:4010", &sent),
            "curl -sS -X PATCH 'http://127.0.0.1:4010/v1/user/it'\\''s%20%22me%22' \\\n  \
             -H \"x-api-key: $PARTNER_API_KEY\" \\\n  -H 'content-type: application/json' \\\n  \
             --data '{\"email\":\"***\",\"amount\":\"$(rm)'\\''\"}'"
        );
        let read = entry(
            OperationId::GetPartnerHistory,
            "/v1/partner/transaction-history",
            "limit=5&canary=1",
            "",
        );
        assert!(curl("http://h", &read).starts_with(
            "curl -sS -X GET 'http://h/v1/partner/transaction-history?limit=5&***=***'"
        ));
    }

    /// Every operation's test, as the page gives it. The suite of the whole workspace holds the file, and compiles it.
    #[test]
    fn tests_of_all_operations_are_those_that_are_compiled() {
        let mut file = String::from(
            "//! What the sandbox's page copies as a Rust test, for every operation: written by the sandbox's own test, compiled here.\n",
        );
        for operation in OPERATIONS {
            let path = operation.path.replace(['{', '}'], "");
            let body = BODIES
                .iter()
                .any(|it| it.operation == operation.id && it.request.is_some());
            let body = if body {
                r#"{"amount":"10.00","email":"x"}"#
            } else {
                ""
            };
            let mut sent = entry(operation.id, &path, "currency=btc&limit=5", body);
            if operation.id.as_str().starts_with("get") {
                (sent.status, sent.rule) = (Some(400), Some(Rule::UserMustNotBeSuspended));
            }
            if let Some(test) = test(&sent) {
                // Compiled, not run: what has to be there before is missing.
                file.push_str(&format!("\n{}", test.replace("#[tokio::test]\n", "")));
            }
        }
        let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/tests/edges/copied.rs");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&kept, &file).unwrap();
        }
        let kept = std::fs::read_to_string(kept).unwrap();
        assert!(
            kept == file,
            "the tests that the page gives have changed; run this with UPDATE_EXPECT=1"
        );
    }
}
