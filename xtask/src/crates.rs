//! `cargo xtask crates`: how the crates depend on each other, what they need, and whether they are fit to be published.
//!
//! The map in the README is the law: every dependency between our crates is an arrow there, and every arrow is a
//! dependency. What `cargo metadata` says is held against it.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::Report;

mod map;

pub use map::Map;

/// What `cargo metadata` says, as far as it matters here.
#[derive(Debug, Clone, Deserialize)]
pub struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    rust_version: Option<String>,
    /// An empty list means that it is never published.
    publish: Option<Vec<String>>,
    license: Option<String>,
    description: Option<String>,
    readme: Option<String>,
    repository: Option<String>,
    keywords: Vec<String>,
    categories: Vec<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for what is shipped.
    kind: Option<String>,
}

impl Metadata {
    /// Reads the JSON of `cargo metadata`.
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json)
            .map_err(|error| format!("cargo metadata says something else than before: {error}"))
    }

    /// The crates that are published.
    fn public(&self) -> impl Iterator<Item = &Package> {
        let is_ours = |package: &&Package| self.workspace_members.contains(&package.id);
        let packages = self.packages.iter().filter(is_ours);
        packages.filter(|package| package.publish.as_ref().is_none_or(|it| !it.is_empty()))
    }
}

pub(crate) fn run(root: &Path) -> Result<Report, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata = Metadata::parse(&String::from_utf8_lossy(&output.stdout))?;
    let readme = root.join("README.md");
    let readme = std::fs::read_to_string(&readme)
        .map_err(|error| format!("cannot read {}: {error}", readme.display()))?;
    let findings = check(&metadata, &Map::read(&readme)?);
    if findings.is_empty() {
        let count = metadata.public().count();
        let all = metadata.packages.len();
        return Ok(Report::ok(format!(
            "{count} public crates as the README draws them, {all} packages within their Rust version"
        )));
    }
    Ok(Report::failed(findings.join("\n")))
}

/// Everything that is not as it must be.
pub fn check(metadata: &Metadata, map: &Map) -> Vec<String> {
    let mut findings = Vec::new();
    arrows(metadata, map, &mut findings);
    rust_versions(metadata, &mut findings);
    for package in metadata.public() {
        for missing in package.unfit() {
            findings.push(format!(
                "{}: no {missing}; whoever finds it on crates.io needs it",
                package.name
            ));
        }
    }
    findings
}

fn arrows(metadata: &Metadata, map: &Map, findings: &mut Vec<String>) {
    let public: Vec<&Package> = metadata.public().collect();
    let is_ours = |name: &str| public.iter().any(|it| it.name == name);
    for package in &public {
        let name = &package.name;
        if !map.has(name) {
            findings.push(format!("{name} is missing in the map of the README"));
        }
        for dependency in &package.dependencies {
            let to = &dependency.name;
            let is_dev = dependency.kind.as_deref() == Some("dev");
            let is_drawn = map.draws(name, to) || (is_dev && map.draws_for_tests(name, to));
            if is_ours(to) && to != name && !is_drawn {
                findings.push(format!(
                    "{name} depends on {to}, and the README draws no such arrow; remove it, or draw it if it is meant"
                ));
            }
        }
    }
    for (from, to) in map.arrows() {
        let package = public.iter().find(|it| it.name == from);
        let depends = |package: &&Package| package.dependencies.iter().any(|it| it.name == to);
        if !package.is_some_and(depends) {
            findings.push(format!(
                "the README draws {from} -> {to}, which is no dependency"
            ));
        }
        if map.line(to) <= map.line(from) {
            findings.push(format!(
                "{from} -> {to} points up in the README; list {to} below"
            ));
        }
    }
}

/// No package may need a newer compiler than we promise. What states nothing is found out by compiling alone.
fn rust_versions(metadata: &Metadata, findings: &mut Vec<String>) {
    let promised = metadata
        .public()
        .filter_map(|it| it.rust_version.as_deref());
    let Some(promised) = promised.min_by_key(|it| numbers(it)) else {
        findings.push("no crate says which Rust it needs; write `rust-version`".to_owned());
        return;
    };
    for package in &metadata.packages {
        let needs = package.rust_version.as_deref();
        if let Some(needs) = needs.filter(|needs| numbers(promised) < numbers(needs)) {
            findings.push(format!(
                "{} {} needs Rust {needs}, and {promised} is promised; take an older one, or promise less",
                package.name, package.version
            ));
        }
    }
}

/// `1.89` and `1.89.0` are the same.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = version
        .split('.')
        .map(|it| it.parse().unwrap_or(0))
        .collect();
    numbers.resize(3, 0);
    numbers
}

impl Package {
    /// What it lacks of what a registry shows.
    fn unfit(&self) -> Vec<&'static str> {
        let has = |text: &Option<String>| text.as_deref().is_some_and(|it| !it.is_empty());
        [
            ("description", has(&self.description)),
            ("licence", has(&self.license)),
            ("README.md", has(&self.readme)),
            ("repository", has(&self.repository)),
            ("rust-version", has(&self.rust_version)),
            ("keywords", !self.keywords.is_empty()),
            ("categories", !self.categories.is_empty()),
        ]
        .into_iter()
        .filter_map(|(what, is_there)| (!is_there).then_some(what))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const README: &str = "\
# Crates

```text
partner-api   facade   -> domain; by features: records
partner-api-records adapters -> by features: domain (journal); SQLite
partner-api-domain guarded  -> core   never the records
partner-api-core   pure     -> (nothing)
for tests only: partner-api -> core
```
";

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|(name, kind)| json!({ "name": name, "kind": kind }))
            .collect();
        json!({
            "id": name, "name": name, "version": "0.1.0", "rust_version": "1.89", "publish": null, "license": "MIT",
            "description": "x", "readme": "README.md", "repository": "x", "keywords": ["x"], "categories": ["x"],
            "dependencies": dependencies,
        })
    }

    fn packages() -> Vec<Value> {
        vec![
            package(
                "partner-api",
                &[
                    ("partner-api-domain", None),
                    ("partner-api-records", None),
                    ("partner-api-core", Some("dev")),
                ],
            ),
            package(
                "partner-api-records",
                &[
                    ("partner-api-domain", None),
                    ("partner-api-records", Some("dev")),
                ],
            ),
            package(
                "partner-api-domain",
                &[("partner-api-core", None), ("serde", None)],
            ),
            package("partner-api-core", &[]),
        ]
    }

    fn found(packages: &[Value], readme: &str) -> Vec<String> {
        let members: Vec<&Value> = packages.iter().map(|it| &it["id"]).collect();
        let mut all = packages.to_vec();
        let mut serde = package("serde", &[]);
        serde["rust_version"] = json!("1.56");
        all.push(serde);
        let json = json!({ "packages": all, "workspace_members": members });
        check(
            &Metadata::parse(&json.to_string()).unwrap(),
            &Map::read(readme).unwrap(),
        )
    }

    #[test]
    fn what_is_drawn_is_clean() {
        assert_eq!(found(&packages(), README), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_found_and_so_is_one_that_is_no_dependency() {
        let mut packages = packages();
        packages[2] = package("partner-api-domain", &[("partner-api-records", None)]);
        assert_eq!(
            found(&packages, README),
            [
                "partner-api-domain depends on partner-api-records, and the README draws no such arrow; remove it, or draw it if it is meant",
                "the README draws partner-api-domain -> partner-api-core, which is no dependency",
            ]
        );
    }

    #[test]
    fn what_is_for_tests_only_is_not_shipped() {
        let mut packages = packages();
        packages[0]["dependencies"][2]["kind"] = Value::Null;
        let found = found(&packages, README);
        assert!(
            found[0].starts_with("partner-api depends on partner-api-core"),
            "{found:?}"
        );
    }

    #[test]
    fn arrows_point_down_and_every_crate_is_on_the_map() {
        let up = README.replace("-> (nothing)", "-> domain");
        let mut packages = packages();
        packages[3] = package("partner-api-core", &[("partner-api-domain", None)]);
        assert_eq!(
            found(&packages, &up),
            [
                "partner-api-core -> partner-api-domain points up in the README; list partner-api-domain below"
            ]
        );
        packages.push(package("partner-api-new", &[]));
        let found = found(&packages, README);
        assert!(found.contains(&"partner-api-new is missing in the map of the README".to_owned()));
    }

    #[test]
    fn a_package_that_needs_a_newer_compiler_is_found() {
        let mut packages = packages();
        packages[3]["rust_version"] = json!("1.89.1");
        assert_eq!(
            found(&packages, README),
            [
                "partner-api-core 0.1.0 needs Rust 1.89.1, and 1.89 is promised; take an older one, or promise less"
            ]
        );
    }

    #[test]
    fn what_a_registry_shows_must_be_there_unless_it_is_never_published() {
        let mut packages = packages();
        packages[3]["categories"] = json!([]);
        packages[3]["readme"] = Value::Null;
        assert_eq!(
            found(&packages, README),
            [
                "partner-api-core: no README.md; whoever finds it on crates.io needs it",
                "partner-api-core: no categories; whoever finds it on crates.io needs it",
            ]
        );
        let mut ours = package("chores", &[("partner-api-core", None)]);
        ours["publish"] = json!([]);
        ours["readme"] = Value::Null;
        packages[3] = package("partner-api-core", &[]);
        packages.push(ours);
        assert_eq!(found(&packages, README), Vec::<String>::new());
    }

    #[test]
    fn the_workspace_itself_is_clean() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let report = run(root).unwrap();
        assert!(report.is_ok, "{}", report.text);
    }
}
