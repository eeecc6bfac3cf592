//! The outcome file: a row for each user that had its turn, as CSV, and beside it the file that says which run it is of.
//!
//! A row is written as soon as its user has ended. Whatever kills the process, the file holds whole rows and perhaps the
//! beginning of one more; opening it again takes that off, and takes out the rows of users whose turn has to come again.
//! What is missing in it the journal knows, so a row that was lost is written by the next run, without a request.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use partner_api::bulk::RunName;
use serde::{Deserialize, Serialize};

use super::row::{COLUMNS, Row, line};
use crate::exit::{Exit, Failure, Result};
use crate::output::counted;

/// What a run is about. Under one name it stays the same, or the journal's keys would stand for something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    pub(crate) run: String,
    /// The command, such as `suspend`.
    pub(crate) command: String,
    pub(crate) environment: String,
    /// How many users, and a digest of who and what.
    pub(crate) users: usize,
    pub(crate) digest: String,
}

/// The file of a run under way. Nobody else can open it meanwhile.
#[derive(Debug)]
pub(crate) struct Outcome {
    path: PathBuf,
    file: File,
    /// Held as long as this is.
    _lock: File,
    /// Who has ended for good.
    pub(crate) ended: Vec<Row>,
}

impl Outcome {
    /// Opens the file of a run, or begins it, under the name that it was begun with.
    ///
    /// # Errors
    /// Another process has it open, it is of another run or of other users, or it cannot be read or written.
    pub(crate) fn open(path: &Path, wanted: &Wanted<'_>) -> Result<(Self, RunName)> {
        let run_path = run_path(path);
        let cannot = |error: io::Error| cannot(path, &error);
        let mut lock = options().open(&run_path).map_err(cannot)?;
        if lock.try_lock().is_err() {
            let text = format!(
                "another process is at this run, and holds {}; wait until it has ended",
                run_path.display()
            );
            return Err(Failure::new(Exit::Refused, text).into());
        }
        let mut text = String::new();
        lock.read_to_string(&mut text).map_err(cannot)?;
        let known = known(path, &run_path, &text, wanted)?;
        let name = match &known {
            Some(run) => run.run.clone(),
            None => wanted.new_name(),
        };
        let name: RunName = name
            .parse()
            .map_err(|error| Failure::usage(format!("--run: {error}")))?;
        if known.is_none() {
            if path.metadata().is_ok_and(|file| file.len() != 0) {
                let text = format!(
                    "{} is there and no run is known for it; move it away, or name another file with --outcome",
                    path.display()
                );
                return Err(Failure::usage(text).into());
            }
            let run = serde_json::to_vec(&wanted.run(&name))?;
            lock.set_len(0).map_err(cannot)?;
            lock.write_all(&run)
                .and_then(|()| lock.sync_all())
                .map_err(cannot)?;
        }
        let (file, ended) = rows(path)?;
        let outcome = Self {
            path: path.to_owned(),
            file,
            _lock: lock,
            ended,
        };
        Ok((outcome, name))
    }

    /// Looks at the file of a run without touching it: who has ended for good, and the run's name.
    pub(crate) fn look(path: &Path, wanted: &Wanted<'_>) -> Result<(Vec<Row>, RunName)> {
        let run_path = run_path(path);
        let text = match std::fs::read_to_string(&run_path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| cannot(&run_path, &error))?,
        };
        let known = known(path, &run_path, &text, wanted)?;
        let is_known = known.is_some();
        let name = known.map_or_else(|| wanted.new_name(), |run| run.run);
        let name: RunName = name
            .parse()
            .map_err(|error| Failure::usage(format!("--run: {error}")))?;
        let ended = match std::fs::read(path) {
            Ok(bytes) if is_known => final_rows(&bytes, path)?,
            _ => Vec::new(),
        };
        Ok((ended, name))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a row.
    pub(crate) fn write(&mut self, row: &Row) -> io::Result<()> {
        // In one call, so that nothing can come between its parts.
        self.file.write_all(&row.line()?)
    }

    /// Lets nothing of it be lost by the machine either.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// The name that was given, if one was.
    pub(crate) name: Option<&'a str>,
    pub(crate) command: &'a str,
    pub(crate) environment: &'a str,
    pub(crate) users: usize,
    pub(crate) digest: &'a str,
}

impl Wanted<'_> {
    fn new_name(&self) -> String {
        match self.name {
            Some(name) => name.to_owned(),
            None => format!("{}-{}", self.command, uuid::Uuid::now_v7()),
        }
    }

    fn run(&self, name: &RunName) -> Run {
        Run {
            run: name.to_string(),
            command: self.command.to_owned(),
            environment: self.environment.to_owned(),
            users: self.users,
            digest: self.digest.to_owned(),
        }
    }

    /// Why this cannot be the run that the file is of.
    fn differs_from(&self, run: &Run) -> Option<String> {
        if self.name.is_some_and(|name| name != run.run) {
            return Some(format!("it is of the run {}", run.run));
        }
        if self.command != run.command {
            return Some(format!("it is of `{}`", run.command));
        }
        if self.environment != run.environment {
            return Some(format!("it is of {}", run.environment));
        }
        (self.digest != run.digest).then(|| {
            let (then, now) = (counted(run.users, "user"), self.users);
            format!("its run is of another list, or gives other data: {then} then, {now} now")
        })
    }
}

/// What the file beside it says the run is.
fn known(path: &Path, run_path: &Path, text: &str, wanted: &Wanted<'_>) -> Result<Option<Run>> {
    if text.is_empty() {
        return Ok(None);
    }
    let run: Run = serde_json::from_str(text).map_err(|error| {
        let text = format!(
            "{} is not of a run: {error}; name another file with --outcome",
            run_path.display()
        );
        Failure::usage(text)
    })?;
    match wanted.differs_from(&run) {
        None => Ok(Some(run)),
        Some(how) => {
            let text = format!(
                "{} belongs to something else: {how}; give the command as it was to go on with that, or name another file with --outcome",
                path.display()
            );
            Err(Failure::usage(text).into())
        }
    }
}

/// Opens the file for more rows, with nothing in it but whole rows of users who have ended for good.
fn rows(path: &Path) -> Result<(File, Vec<Row>)> {
    let cannot = |error: io::Error| cannot(path, &error);
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.map_err(cannot)?,
    };
    let ended = final_rows(&bytes, path)?;
    let mut kept = line(COLUMNS).map_err(cannot)?;
    for row in &ended {
        kept.extend(row.line().map_err(cannot)?);
    }
    if kept != bytes {
        // Beside it and then in its place, so that there is a whole file at every moment.
        let new = beside(path, "new");
        let mut file = File::create(&new).map_err(cannot)?;
        file.write_all(&kept)
            .and_then(|()| file.sync_all())
            .map_err(cannot)?;
        std::fs::rename(&new, path).map_err(cannot)?;
    }
    let file = OpenOptions::new().append(true).open(path).map_err(cannot)?;
    Ok((file, ended))
}

/// The rows of users who have ended for good, each user once. A line that was torn is left out.
fn final_rows(bytes: &[u8], path: &Path) -> Result<Vec<Row>> {
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(&bytes[..whole]);
    let (mut ended, mut seen) = (Vec::new(), HashSet::new());
    for (number, record) in reader.records().enumerate() {
        let record = record.ok();
        if number == 0 && record.as_ref().is_some_and(|it| it.iter().eq(COLUMNS)) {
            continue;
        }
        let Some(row) = record.as_ref().and_then(Row::read) else {
            let text = format!(
                "{}, row {}: this was not written by a run; move the file away, or name another one with --outcome",
                path.display(),
                number + 1
            );
            return Err(Failure::usage(text).into());
        };
        if row.end.is_final() && seen.insert(row.id.clone()) {
            ended.push(row);
        }
    }
    Ok(ended)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options
}

fn run_path(path: &Path) -> PathBuf {
    beside(path, "run")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    let text = format!("{} cannot be read or written: {error}", path.display());
    Failure::new(Exit::Failed, text)
}

#[cfg(test)]
mod tests {
    use partner_api::UserId;
    use partner_api::bulk::End;
    use proptest::prelude::*;

    use super::super::row::holding;
    use super::*;

    fn wanted(digest: &'static str) -> Wanted<'static> {
        Wanted {
            name: Some("run"),
            command: "suspend",
            environment: "staging",
            users: 3,
            digest,
        }
    }

    fn row(id: &str, end: End) -> Row {
        Row {
            id: UserId::new(id).unwrap(),
            end,
            rule: "rule".to_owned(),
            error: "cannot, \"quoted\"; and more".to_owned(),
            cards: "C1 C2".to_owned(),
            forfeited: vec![holding("1.5 eur").unwrap(), holding("2 btc").unwrap()],
            at: "2026-11-27T00:00:00.000Z".to_owned(),
        }
    }

    fn open(path: &Path) -> Outcome {
        Outcome::open(path, &wanted("d")).unwrap().0
    }

    #[test]
    fn what_has_ended_for_good_is_there_again_and_the_rest_has_its_turn_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.csv");
        let mut file = open(&path);
        for (id, end) in [
            ("a", End::Done),
            ("b", End::Failed),
            ("c", End::Refused),
            ("d", End::InDoubt),
        ] {
            file.write(&row(id, end)).unwrap();
        }
        drop(file);
        let mut file = open(&path);
        assert_eq!(file.ended, [row("a", End::Done), row("c", End::Refused)]);
        file.write(&row("b", End::Done)).unwrap();
        drop(file);
        assert_eq!(open(&path).ended.len(), 3);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("id,outcome,rule,error,cards,forfeited,at\n"),
            "{text}"
        );
    }

    #[test]
    fn one_run_at_a_time_and_only_the_same_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.csv");
        let file = open(&path);
        let error = Outcome::open(&path, &wanted("d")).unwrap_err().to_string();
        assert!(error.contains("another process"), "{error}");
        drop(file);
        let error = Outcome::open(&path, &wanted("other"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("another list"), "{error}");
        let other = Wanted {
            command: "unsuspend",
            ..wanted("d")
        };
        let error = Outcome::look(&path, &other).unwrap_err().to_string();
        assert!(error.contains("it is of `suspend`"), "{error}");
        let unnamed = Wanted {
            name: None,
            ..wanted("d")
        };
        assert_eq!(Outcome::open(&path, &unnamed).unwrap().1.as_str(), "run");
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.csv");
        std::fs::write(&path, "precious\n").unwrap();
        assert!(Outcome::open(&path, &wanted("d")).is_err());
        drop(std::fs::remove_file(run_path(&path)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious\n");
        std::fs::remove_file(&path).unwrap();
        drop(open(&path));
        std::fs::write(&path, "precious\n").unwrap();
        assert!(Outcome::open(&path, &wanted("d")).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious\n");
    }

    proptest! {
        /// Wherever a kill tears the file: opened again it holds whole rows, each user once, and all that were whole.
        #[test]
        fn torn_anywhere_it_is_whole_again(
            ends in prop::collection::vec(0..4_usize, 1..12),
            torn_at in 0.0..1.0_f64,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("out.csv");
            let mut file = open(&path);
            let rows: Vec<Row> = ends.iter().enumerate()
                .map(|(number, end)| row(&format!("u{number}"), End::ALL[*end])).collect();
            for row in &rows { file.write(row).unwrap(); }
            drop(file);
            let bytes = std::fs::read(&path).unwrap();
            let cut = (bytes.len() as f64 * torn_at) as usize;
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let whole = bytes[..cut].iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
            let wanted: Vec<Row> = rows[..whole].iter().filter(|row| row.end.is_final()).cloned().collect();
            let mut file = open(&path);
            prop_assert_eq!(&file.ended, &wanted);
            for row in &rows {
                if !wanted.contains(row) {
                    file.write(&Row { end: End::Done, ..row.clone() }).unwrap();
                }
            }
            drop(file);
            prop_assert_eq!(open(&path).ended.len(), rows.len());
        }
    }
}
