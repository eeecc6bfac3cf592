//! `cargo xtask regen`: the generated files, from the specifications.
//!
//! One pass a specification: read it with positions, lint it, let progenitor make a client of it, and take that apart
//! with `syn`. [`progenitor`] says what progenitor sees, `types` what becomes of its types, [`client`] of its client,
//! `operations` makes the operation table, `shapes` that of bodies, `webhooks` that of the events. Never here: anything that knows one operation by name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::spec::Spec;
use crate::{Report, lint};

pub mod client;
mod docs;
mod operations;
pub mod progenitor;
mod schemas;
mod shapes;
mod types;
mod webhooks;

use progenitor::Hooks;

/// The specification of the Partner API, below the root.
pub const PARTNER_API: &str = "openapi/partner-api.yaml";

/// The specification of the sandbox's control API, below the root.
pub const SANDBOX: &str = "openapi/sandbox.yaml";

const TYPES_OUT: &str = "crates/partner-api-types/src/generated.rs";
const SHAPES_OUT: &str = "crates/partner-api-types/src/shapes/generated.rs";
const CLIENT_OUT: &str = "crates/partner-api-client/src/generated.rs";
const CONTROL_OUT: &str = "crates/partner-api-sandbox-control/src/generated.rs";

/// A file as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Below the root.
    pub path: PathBuf,
    /// The whole content.
    pub text: String,
}

pub(crate) fn run(root: &Path, check: bool) -> Result<Report, String> {
    let outputs = match outputs(root) {
        Ok(outputs) => outputs,
        Err(findings) => return Ok(Report::failed(findings)),
    };
    let differing = differing(root, &outputs).map_err(|error| error.to_string())?;
    if differing.is_empty() {
        return Ok(Report::ok(format!(
            "{} files are up to date",
            outputs.len()
        )));
    }
    let names: Vec<String> = differing
        .iter()
        .map(|output| output.path.display().to_string())
        .collect();
    if check {
        let text = format!("out of date: {}; run `cargo xtask regen`", names.join(", "));
        return Ok(Report::failed(text));
    }
    for output in differing {
        write(root, output)
            .map_err(|error| format!("cannot write {}: {error}", output.path.display()))?;
    }
    Ok(Report::ok(format!("wrote {}", names.join(", "))))
}

/// Everything that is generated from the specifications below `root`; an error holds all findings, one a line.
pub fn outputs(root: &Path) -> Result<Vec<Output>, String> {
    let partner = Spec::read(root, Path::new(PARTNER_API))?;
    let control = Spec::read(root, Path::new(SANDBOX))?;
    let findings: Vec<String> = [&partner, &control]
        .into_iter()
        .flat_map(lint::check)
        .map(|it| it.to_string())
        .collect();
    if !findings.is_empty() {
        return Err(findings.join("\n"));
    }
    let mut outputs = partner_api(&partner)?;
    outputs.push(control_api(&control)?);
    Ok(outputs)
}

/// Those of `outputs` that differ from the files below `root`.
pub fn differing<'a>(root: &Path, outputs: &'a [Output]) -> io::Result<Vec<&'a Output>> {
    let mut differing = Vec::new();
    for output in outputs {
        let is_same = match fs::read(root.join(&output.path)) {
            Ok(bytes) => bytes == output.text.as_bytes(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if !is_same {
            differing.push(output);
        }
    }
    Ok(differing)
}

/// Writes `output` below `root`.
pub fn write(root: &Path, output: &Output) -> io::Result<()> {
    let path = root.join(&output.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, &output.text)
}

fn partner_api(spec: &Spec) -> Result<Vec<Output>, String> {
    let (client, types) = split(spec, Hooks::CallContext)?;
    let mut type_items = types::items(spec, types, types::Schemas::BehindFeature)?;
    type_items.extend(operations::items(spec)?);
    type_items.extend(webhooks::items(spec)?);
    let mut client_items: Vec<syn::Item> = vec![syn::parse_quote!(
        use partner_api_types as types;
    )];
    client_items.extend(client::items(spec, client));
    Ok(vec![
        output(
            TYPES_OUT,
            "The wire types, the operation table and the events of the Partner API",
            spec,
            type_items,
        ),
        output(
            SHAPES_OUT,
            "What bodies look like, as data",
            spec,
            shapes::items(spec)?,
        ),
        output(
            CLIENT_OUT,
            "One method for each operation of the Partner API",
            spec,
            client_items,
        ),
    ])
}

fn control_api(spec: &Spec) -> Result<Output, String> {
    let (client, types) = split(spec, Hooks::None)?;
    let type_items = types::items(spec, types, types::Schemas::None)?;
    let mut items = client::items(spec, client);
    items.push(syn::parse_quote! {
        #[doc = " The bodies of the control API."]
        pub mod types {
            #(#type_items)*
        }
    });
    Ok(output(
        CONTROL_OUT,
        "The client of the sandbox's control API",
        spec,
        items,
    ))
}

/// progenitor's client and, apart from it, the items of its `types` module.
fn split(spec: &Spec, hooks: Hooks) -> Result<(Vec<syn::Item>, Vec<syn::Item>), String> {
    let file = progenitor::run(spec, hooks).map_err(|error| {
        format!(
            "{}: progenitor: {error}; add a lint rule that finds this first",
            spec.document.path.display()
        )
    })?;
    let mut types = Vec::new();
    let mut client = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                types.extend(module.content.into_iter().flat_map(|(_, items)| items));
            }
            item => client.push(item),
        }
    }
    Ok((client, types))
}

fn output(path: &str, title: &str, spec: &Spec, items: Vec<syn::Item>) -> Output {
    let source = spec.document.path.display();
    let code = prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    });
    let text = format!(
        "//! {title}; generated from `{source}`.\n\
         // @generated by `cargo xtask regen`: edit the specification and run that, never this file.\n\n{}",
        spaced_out(&code)
    );
    Output {
        path: path.into(),
        text,
    }
}

/// `code` with an empty line after each item and each method, which prettyplease leaves out.
fn spaced_out(code: &str) -> String {
    let mut text = String::with_capacity(code.len() + code.len() / 20);
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let ends_item = line == "}" || line == "    }" || line == "};" || line == "];";
        let next = lines.peek().map_or("}", |next| next.trim_start());
        if ends_item && !next.starts_with(['}', ')']) {
            text.push('\n');
        }
    }
    text
}
