//! Sessions at a terminal, as files: each command with what it prints and how it ends, against a sandbox whose clock stands
//! still, if it is not said to run. `UPDATE_EXPECT=1` writes them anew.
//!
//! | A line | Is |
//! |---|---|
//! | `# ...` | said about what follows |
//! | `% the clock runs` | what it says, on the first line |
//! | `% --flag ...` | other flags of the sandbox, on the first line |
//! | `& NAME MODE TEXT` | a file to be written first, with these permissions |
//! | `$ [NAME=VALUE ...] partner ...` | a command; an id that was seen is given as `<id 1>` |
//! | `! ...` | a line of its standard error |
//! | `? 3` | its exit code, if that is not 0 |
//! | any other | a line of its standard output |
//!
//! What is another one each time is named: ids, times of this machine, addresses, accounts.

use std::path::Path;

use expect_test::expect_file;

use crate::stand::Stand;

const DAY: &str = "2026-03-01";

/// What is known of a person, as a file.
const ANNA: &str = r#"anna.json 600 {"email": "anna@example.com", "phone": "486012334567", "first_name": "Anna", "last_name": "Kowalska", "birth_date": "1990-05-15", "city": "Warszawa", "post_code": "00-838", "country": "PL", "citizenship": "PL"}"#;

/// Plays a session, and compares all of it.
fn check(name: &str) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/command/sessions/{name}.txt"));
    let text = std::fs::read_to_string(&path).expect("the session is there");
    let said = text.lines().next().and_then(|line| line.strip_prefix("% "));
    let stand = match said {
        Some("the clock runs") => Stand::start(),
        flags => standing_still(&words(flags.unwrap_or_default())),
    };
    expect_file![path].assert_eq(&play(&stand, &text));
}

/// A sandbox whose clock stands still, with other flags of `partner sandbox`.
fn standing_still(flags: &[String]) -> Stand {
    let at = format!("{DAY}T12:00:00.000Z");
    let mut all = vec!["--frozen-at", &at, "--rate-seed", "7"];
    all.extend(flags.iter().map(String::as_str));
    Stand::start_with(&all)
}

/// Plays a session, and gives it back as it went.
fn play(stand: &Stand, text: &str) -> String {
    let mut names = Names {
        places: [
            (stand.api.clone(), "<api>"),
            (stand.control_url.clone(), "<control>"),
            (stand.dir.path().display().to_string(), "<dir>"),
        ],
        ids: Vec::new(),
    };
    let mut played = String::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            played.push_str(&format!("{line}\n{}\n", run(stand, &mut names, command)));
        } else if let Some(file) = line.strip_prefix("& ") {
            stand.write(&names.back(file));
            played.push_str(&format!("{line}\n"));
        } else if line.starts_with("# ") || line.starts_with("% ") {
            played.push_str(&format!("{line}\n"));
        }
    }
    played
}

fn run(stand: &Stand, names: &mut Names, command: &str) -> String {
    let words = words(&names.back(command));
    let start = words.iter().position(|word| word == "partner");
    let (variables, args) = words.split_at(start.expect("the command is partner"));
    let args: Vec<&str> = args[1..].iter().map(String::as_str).collect();
    let mut process = stand.partner(&args);
    for variable in variables {
        let (name, value) = variable.split_once('=').expect("NAME=VALUE");
        process.env(name, value);
    }
    let ended = process.output().expect("it starts");
    let mut shown = String::new();
    for line in String::from_utf8_lossy(&ended.stdout).lines() {
        shown.push_str(&format!("{}\n", names.name(line).trim_end()));
    }
    for line in String::from_utf8_lossy(&ended.stderr).lines() {
        shown.push_str(format!("! {}", names.name(line)).trim_end());
        shown.push('\n');
    }
    match ended.status.code() {
        Some(0) => {}
        code => shown.push_str(&format!("? {}\n", code.expect("not killed"))),
    }
    shown
}

/// Words with a space between them; quotes keep words together.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for it in command.chars() {
        match (it, quote) {
            (' ', None) => words.extend(word.take()),
            ('"' | '\'', None) => {
                quote = Some(it);
                word.get_or_insert_default();
            }
            (it, Some(end)) if it == end => quote = None,
            (it, _) => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    words
}

/// Names for what is another one each time.
struct Names {
    places: [(String, &'static str); 3],
    ids: Vec<String>,
}

impl Names {
    fn name(&mut self, line: &str) -> String {
        let mut line = line.to_owned();
        for (place, name) in &self.places {
            line = line.replace(place, name);
        }
        let mut named = String::new();
        let mut rest = &*line;
        while let Some(first) = rest.chars().next() {
            let is_inside = named.ends_with(|it: char| it.is_ascii_alphanumeric());
            let (name, length) = match is_inside {
                true => (None, 0),
                false => self.at(rest),
            };
            match name {
                Some(name) => {
                    named.push_str(&name);
                    rest = &rest[length..];
                }
                None => {
                    named.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        named
    }

    /// What a text begins with, if that has a name, and how long it is.
    fn at(&mut self, text: &str) -> (Option<String>, usize) {
        if fits(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") {
            let id = text[..36].to_owned();
            let number = self.ids.iter().position(|it| *it == id);
            let number = number.unwrap_or_else(|| {
                self.ids.push(id);
                self.ids.len() - 1
            });
            return (Some(format!("<id {}>", number + 1)), 36);
        }
        for form in ["dddd-dd-ddTdd:dd:dd.dddZ", "dddd-dd-dd dd:dd:ddZ"] {
            if fits(text, form) && !text.starts_with(DAY) {
                return (Some("<now>".to_owned()), form.len());
            }
        }
        let hash = "x".repeat(64);
        let (token, wallet) = (format!("TX{}", &hash[..32]), format!("tb1q{}", &hash[..38]));
        for (form, name) in [
            ("LTdddddddddddddddddd", "<iban>"),
            ("*dddd", "*<digits>"),
            (&*hash, "<hash>"),
            (&*token, "<token>"),
            (&*wallet, "<wallet>"),
            ("os error ddd", "os error"),
            ("os error dd", "os error"),
            ("os error d", "os error"),
        ] {
            if fits(text, form) {
                return (Some(name.to_owned()), form.len());
            }
        }
        // The last digits of a card stand at the end of a line.
        match text.len() == 4 && fits(text, "dddd") {
            true => (Some("<digits>".to_owned()), 4),
            false => (None, 0),
        }
    }

    fn back(&self, command: &str) -> String {
        let mut command = command.to_owned();
        for (number, id) in self.ids.iter().enumerate() {
            command = command.replace(&format!("<id {}>", number + 1), id);
        }
        for (place, name) in &self.places {
            command = command.replace(name, place);
        }
        command
    }
}

/// Whether a text begins as a form does: `d` is a digit, `x` one of sixteen, anything else itself.
fn fits(text: &str, form: &str) -> bool {
    let mut bytes = text.bytes();
    form.bytes().all(|form| match (form, bytes.next()) {
        (b'd', Some(byte)) => byte.is_ascii_digit(),
        (b'x', Some(byte)) => byte.is_ascii_hexdigit(),
        (form, byte) => byte == Some(form),
    })
}

#[test]
fn a_users_life() {
    check("users");
}

/// The session that the README shows is one that happened.
#[test]
fn the_session_of_the_readme() {
    const BEGIN: &str = "<!-- session -->\n\n```console\n";
    const END: &str = "```\n\n<!-- /session -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).expect("it is there");
    let (before, rest) = readme.split_once(BEGIN).expect("a session begins");
    let (session, after) = rest.split_once(END).expect("a session ends");
    let stand = standing_still(&[]);
    for file in [ANNA, "pin 600 1357"] {
        stand.write(file);
    }
    let played = play(&stand, session);
    let played = played.trim_end();
    expect_file![path].assert_eq(&format!("{before}{BEGIN}{played}\n{END}{after}"));
}

#[test]
fn money() {
    check("money");
}

#[test]
fn what_became_of_a_lost_answer() {
    check("lost");
}

#[test]
fn cards() {
    check("cards");
}

#[test]
fn what_a_suspension_leaves_undone() {
    check("suspend");
}

#[test]
fn documents() {
    check("documents");
}

/// Whatever goes wrong, and however much is told.
#[test]
fn no_key_is_ever_printed() {
    let stand = Stand::start_with(&["--frozen-at", "2026-03-01T12:00:00.000Z"]);
    std::fs::write(stand.path("canary.key"), "canary-key").expect("it can be written");
    let commands: [&[&str]; 6] = [
        &["-vv", "balances"],
        &["-vv", "doctor"],
        &["-vv", "balances", "--environment", "http://127.0.0.1:1"],
        &["-vv", "balances", "--key-file", "canary.key"],
        &["-vv", "api", "get_partner_balances"],
        &["-vv", "sandbox", "clock"],
    ];
    for (key, control_key) in [("test-key", "control-key"), ("canary-key", "canary-key")] {
        for command in commands {
            let mut process = stand.partner(command);
            process.env("PARTNER_API_KEY", key);
            process.env("PARTNER_CONTROL_KEY", control_key);
            let ended = process.output().expect("it starts");
            let said = [ended.stdout, ended.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(
                !said.contains(key) && !said.contains(control_key),
                "{command:?}: {said}"
            );
        }
    }
}

#[test]
fn shells_and_manuals_know_every_command() {
    let stand = Stand::start();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = stand.ends(&["completions", shell]);
        assert_eq!(code, 0, "{shell}");
        assert!(script.contains("unsuspend"), "{shell}");
    }
    let (code, _, _) = stand.ends(&["man", "pages"]);
    assert_eq!(code, 0);
    for page in [
        "partner.1",
        "partner-users-close.1",
        "partner-sandbox-clock-advance.1",
    ] {
        let text = std::fs::read_to_string(stand.path("pages").join(page)).expect(page);
        assert!(text.contains(".SH NAME"), "{page}");
    }
}

#[test]
fn setting_it_up() {
    check("setup");
}

#[test]
fn a_sandbox_that_runs() {
    check("sandbox");
}

#[test]
fn help() {
    check("help");
}
