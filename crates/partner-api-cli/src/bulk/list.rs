//! The list of users that bulk work is given: a CSV file with a header, or a bare list of ids, one a line.
//!
//! Every line is looked at before anything is done; one that cannot be used means that nothing is.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::path::Path;

use partner_api::UserId;

use crate::exit::{Failure, Result};
use crate::output::counted;

/// What the column with the ids may be called, in any case.
const ID_NAMES: [&str; 6] = [
    "id",
    "user",
    "user_id",
    "userid",
    "external_user_id",
    "externaluserid",
];

/// How many findings are shown; the rest is counted.
const SHOWN_MAX: usize = 20;

/// A user of the list, with what else its line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: UserId,
    pub(crate) line: u64,
    /// The other cells, in the order of [`List::columns`]; an empty one says nothing.
    pub(crate) cells: Vec<String>,
}

/// A list that can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// The names of the columns beside the id, in lower case.
    pub(crate) columns: Vec<String>,
    /// Each user once, in the order of the file.
    pub(crate) users: Vec<Listed>,
    /// How many lines said again what another one had said.
    pub(crate) repeated: usize,
}

/// Everything that is wrong with a list, by line. Ids are shown, other cells never.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings(Vec<(u64, String)>);

impl Findings {
    pub(crate) fn add(&mut self, line: u64, what: impl fmt::Display) {
        self.0.push((line, what.to_string()));
    }

    /// Nothing, or a failure that shows what is wrong.
    pub(crate) fn none_or(self, path: &Path) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let text = format!("{}: {self}\nnothing was done", path.display());
        Err(Failure::usage(text).into())
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be used", counted(self.0.len(), "line"))?;
        for (line, what) in self.0.iter().take(SHOWN_MAX) {
            write!(f, "\n  line {line}: {what}")?;
        }
        match self.0.len().checked_sub(SHOWN_MAX) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "\n  and {more} more"),
        }
    }
}

/// Reads a list from a file, or from standard input where it is called `-`.
///
/// # Errors
/// It cannot be read, a line cannot be used, or there is nobody in it.
pub(crate) fn read(path: &Path) -> Result<List> {
    let mut bytes = Vec::new();
    let cannot = |error| Failure::usage(format!("{} cannot be read: {error}", path.display()));
    match path == Path::new("-") {
        true => std::io::stdin().lock().read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    }
    .map_err(cannot)?;
    let mut findings = Findings::default();
    let list = parse(&bytes, &mut findings);
    findings.none_or(path)?;
    match list.users.is_empty() {
        true => Err(Failure::usage(format!("{} lists nobody", path.display())).into()),
        false => Ok(list),
    }
}

/// Reads what can be read, and finds what cannot.
pub(crate) fn parse(bytes: &[u8], findings: &mut Findings) -> List {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter(bytes))
        .from_reader(bytes);
    let mut list = List::default();
    let mut head: Option<Head> = None;
    let mut seen = HashMap::<UserId, usize>::new();
    for record in reader.byte_records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                findings.add(line, "this is no CSV");
                continue;
            }
        };
        let line = record.position().map_or(0, |at| line_of(bytes, at));
        let Ok(record) = csv::StringRecord::from_byte_record(record) else {
            findings.add(line, "this is no text in UTF-8");
            continue;
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let head = match &head {
            Some(head) => head,
            None => {
                let (found, is_header) = Head::of(&record);
                list.columns = found.names.clone();
                let found = head.insert(found);
                if is_header {
                    continue;
                }
                found
            }
        };
        if record.len() != head.names.len() + 1 {
            let (has, wanted) = (counted(record.len(), "cell"), head.names.len() + 1);
            let hint = match wanted {
                1 => "; with more than ids, the first line has to name the columns",
                _ => "",
            };
            findings.add(line, format_args!("it has {has}, and not {wanted}{hint}"));
            continue;
        }
        let id = match UserId::new(&record[head.id]) {
            Ok(id) => id,
            Err(error) => {
                findings.add(line, error);
                continue;
            }
        };
        let others = record
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != head.id);
        let listed = Listed {
            id: id.clone(),
            line,
            cells: others.map(|(_, cell)| cell.to_owned()).collect(),
        };
        match seen.get(&id).map(|index| &list.users[*index]) {
            None => {
                seen.insert(id, list.users.len());
                list.users.push(listed);
            }
            Some(first) if first.cells == listed.cells => list.repeated += 1,
            Some(first) => {
                findings.add(
                    line,
                    format_args!("user {id} stands in line {} with other data", first.line),
                );
            }
        }
    }
    list
}

/// The line of a record, which counts as begun where the one before it ended, at blank lines.
fn line_of(bytes: &[u8], at: &csv::Position) -> u64 {
    let begun = usize::try_from(at.byte())
        .ok()
        .and_then(|at| bytes.get(at..));
    let blank = begun
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// Which column has the ids, and what the others are called.
struct Head {
    id: usize,
    names: Vec<String>,
}

impl Head {
    /// What the first line says, and whether it is a header. Without one every line is an id.
    fn of(first: &csv::StringRecord) -> (Self, bool) {
        let names: Vec<String> = first.iter().map(str::to_lowercase).collect();
        match names.iter().position(|name| ID_NAMES.contains(&&**name)) {
            Some(id) => {
                let mut names = names;
                names.remove(id);
                (Self { id, names }, true)
            }
            None => {
                let names = Vec::new();
                (Self { id: 0, names }, false)
            }
        }
    }
}

/// A semicolon where a header says so, as spreadsheets of some countries write it.
fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let first = String::from_utf8_lossy(first).to_lowercase();
    let mut names = first.split(';').map(|name| name.trim().trim_matches('"'));
    let is_header = names.clone().count() > 1 && names.any(|name| ID_NAMES.contains(&name));
    if is_header { b';' } else { b',' }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &[u8]) -> (List, Findings) {
        let mut findings = Findings::default();
        (parse(text, &mut findings), findings)
    }

    fn ids(list: &List) -> Vec<&str> {
        list.users.iter().map(|user| user.id.as_str()).collect()
    }

    #[test]
    fn a_header_or_a_bare_list_with_whatever_a_spreadsheet_does_to_it() {
        for text in [
            &b"anna\nben\n"[..],
            b"anna\r\nben",
            b"\xEF\xBB\xBFid\nanna\nben\n",
            b"\n\nid\n\nanna\n\n\nben\n\n",
            b"email,externalUserId\na@b.c,anna\n,ben\n",
            b"\xEF\xBB\xBF\"ID\";city\r\n\"anna\";\"Gdynia\"\r\nben;\r\n",
            b" user_id , note\n anna , x\n ben , \n",
        ] {
            let (list, findings) = parsed(text);
            assert_eq!(findings, Findings::default());
            assert_eq!(
                ids(&list),
                ["anna", "ben"],
                "{}",
                String::from_utf8_lossy(text)
            );
        }
        assert_eq!(parsed(b"id,City\nanna,Gdynia").0.columns, ["city"]);
        assert_eq!(parsed(b"City,id\nGdynia,anna").0.users[0].cells, ["Gdynia"]);
    }

    #[test]
    fn repeated_lines_count_once_and_contradictions_are_found() {
        let (list, findings) = parsed(b"id,city\nanna,Gdynia\nben,\nanna,Gdynia\n");
        assert_eq!((ids(&list), list.repeated), (vec!["anna", "ben"], 1));
        assert_eq!(findings, Findings::default());
        let (_, findings) = parsed(b"id,city\nanna,canary\nanna,Sopot\n");
        expect![[r#"
            1 line cannot be used
              line 3: user anna stands in line 2 with other data"#]]
        .assert_eq(&findings.to_string());
    }

    #[test]
    fn every_line_that_cannot_be_used_is_found_with_its_number() {
        let (_, findings) = parsed(
            b"id,email\nanna,a@b.c\n,b@b.c\na/b,canary\n..,x\nben\n\n\xff\xfe,x\n\"o k\",y\n",
        );
        expect![[r#"
            5 lines cannot be used
              line 3: user id "" is empty; give at least one character
              line 4: user id "a/b" holds a slash; leave slashes and backslashes out
              line 5: user id ".." would be swallowed by a URL's path; give another id
              line 6: it has 1 cell, and not 2
              line 8: this is no text in UTF-8"#]]
        .assert_eq(&findings.to_string());
        let (_, findings) = parsed(b"anna,a@b.c\nben,b@b.c\n");
        assert!(
            findings
                .to_string()
                .contains("the first line has to name the columns"),
            "{findings}"
        );
        let many = "a/b\n".repeat(1000);
        let (_, findings) = parsed(many.as_bytes());
        assert!(findings.to_string().ends_with("and 980 more"), "{findings}");
    }

    proptest! {
        /// Whatever is written is read: each id once, in order, however often and with whatever line ends it stands there.
        #[test]
        fn what_is_written_is_read(
            numbers in prop::collection::vec(0..30_u32, 1..60),
            has_bom: bool, has_header: bool, is_crlf: bool, is_quoted: bool, blank_every in 1..5_usize,
        ) {
            let end = if is_crlf { "\r\n" } else { "\n" };
            let mut text = String::new();
            if has_bom { text.push('\u{feff}'); }
            if has_header { text += "id"; text += end; }
            for (index, number) in numbers.iter().enumerate() {
                text += &if is_quoted { format!("\"u{number}\"") } else { format!("u{number}") };
                text += end;
                if index % blank_every == 0 { text += end; }
            }
            let mut wanted: Vec<String> = Vec::new();
            for number in &numbers {
                let id = format!("u{number}");
                if !wanted.contains(&id) { wanted.push(id); }
            }
            let (list, findings) = parsed(text.as_bytes());
            prop_assert_eq!(findings, Findings::default());
            prop_assert_eq!(ids(&list), wanted.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(list.repeated, numbers.len() - wanted.len());
        }

        /// No bytes make it panic, and a line is used or found, never both.
        #[test]
        fn any_bytes_are_a_list_or_findings(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            // A lone carriage return ends a record and no line.
            let bytes: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'\r').collect();
            let (list, findings) = parsed(&bytes);
            for user in &list.users {
                prop_assert!(findings.0.iter().all(|(line, _)| *line != user.line));
            }
        }
    }
}
