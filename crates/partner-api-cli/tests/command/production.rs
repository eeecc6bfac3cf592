//! What is asked before real funds move.
//!
//! Method: the profile is production's, and the way out leads through a proxy of the test, which notes who is wanted and lets
//! nobody through. So it is seen that nothing leaves before somebody said yes, and that it would go to the provider then.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
#[cfg(target_os = "linux")]
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use crate::stand::Stand;

/// Each command that moves money or costs some.
const COSTLY: [&str; 8] = [
    "transfer 10 eur --to anna",
    "exchange 10 eur --to btc --user anna",
    "payout 10 eur --user anna --iban PL61109010140000071219812874",
    "withdraw 0.25 btc --user anna --address tb1q0000000000000000000000000000000000000 --receiver Anna",
    "cards create anna --label holiday",
    "orders create 10 --currency btc",
    "links create 10",
    "kyc start anna --document passport --country PL --income business --tax-id 5260250274 --purpose DAILY_USE",
];

/// What a proxy is asked for on the way to the provider.
const WANTED: &str = "CONNECT partner-api.p100.io:443 HTTP/1.1";

/// A stand whose profile is production's.
struct Production {
    stand: Stand,
    proxy: String,
    wanted: Arc<Mutex<Vec<String>>>,
}

impl Production {
    fn new() -> Self {
        let stand = Stand::start();
        stand.write(
            "config.toml 600 profile = 'live'\n[profiles.live]\nenvironment = 'production'\njournal = 'live'\n",
        );
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let proxy = format!("http://{}", listener.local_addr().expect("bound"));
        let wanted = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&wanted);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut line = String::new();
                let mut reader = BufReader::new(&stream);
                reader.read_line(&mut line).expect("a line");
                noted
                    .lock()
                    .expect("no panic")
                    .push(line.trim_end().to_owned());
                stream
                    .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
                    .expect("somebody reads");
            }
        });
        Self {
            stand,
            proxy,
            wanted,
        }
    }

    /// A command by that profile.
    fn partner(&self, args: &[&str]) -> Command {
        let mut command = self.stand.partner(args);
        command
            .env("PARTNER_CONFIG", self.stand.path("config.toml"))
            .env("PARTNER_CARD_PIN", "1357")
            .env_remove("PARTNER_ENVIRONMENT")
            .env_remove("PARTNER_JOURNAL");
        command
            .env("HTTPS_PROXY", &self.proxy)
            .env_remove("https_proxy")
            .env_remove("NO_PROXY")
            .env_remove("no_proxy");
        command
    }

    fn ends(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.partner(args).output().expect("it starts");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("text");
        (output.status.code(), said)
    }

    /// Has a transfer asked about at a terminal, and answers. `script` makes the terminal; what it reads is typed there.
    #[cfg(target_os = "linux")]
    fn answered(&self, answer: &str) -> (Option<i32>, String) {
        let command = format!("{} {}", env!("CARGO_BIN_EXE_partner"), COSTLY[0]);
        let mut script = Command::new("script");
        script.args(["-q", "-e", "-c", &command, "/dev/null"]);
        for (name, value) in self.partner(&[]).get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        script
            .env("SHELL", "/bin/sh")
            .current_dir(self.stand.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut script = script.spawn().expect("script is there");
        let mut typed = script.stdin.take().expect("piped");
        typed.write_all(answer.as_bytes()).expect("it reads");
        let output = script.wait_with_output().expect("it ends");
        let said = String::from_utf8(output.stdout).expect("text");
        let question = "This is production, with real funds: 10.00 eur from the partner to user anna. Go on? [y/N]";
        assert!(said.contains(question), "{said}");
        (output.status.code(), said)
    }

    /// Whom somebody wanted to reach since this was asked last.
    fn wanted(&self) -> Vec<String> {
        std::mem::take(&mut self.wanted.lock().expect("no panic"))
    }

    /// How many changes the journal knows of.
    fn intents(&self) -> usize {
        let (_, said) = self.ends(&["journal", "list", "--output", "jsonl"]);
        said.lines().count()
    }
}

#[test]
fn where_nobody_can_be_asked_no_real_funds_move_without_a_yes() {
    let production = Production::new();
    for command in COSTLY {
        let words: Vec<&str> = command.split(' ').collect();
        let (code, said) = production.ends(&words);
        assert_eq!(code, Some(2), "{command}: {said}");
        assert!(
            said.contains("no terminal to ask at; say --yes"),
            "{command}: {said}"
        );
    }
    assert_eq!(production.intents(), 0);
    assert!(production.wanted().is_empty());

    let words: Vec<&str> = COSTLY[0].split(' ').chain(["--yes"]).collect();
    let (code, said) = production.ends(&words);
    assert_eq!(code, Some(5), "{said}");
    assert_eq!(production.intents(), 1);
    let wanted = production.wanted();
    assert!(
        !wanted.is_empty() && wanted.iter().all(|it| it == WANTED),
        "{wanted:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn at_a_terminal_the_question_names_production_and_what_would_move() {
    let production = Production::new();
    for answer in ["n\n", "\n", "yes please\n"] {
        let (code, said) = production.answered(answer);
        assert_eq!(code, Some(8), "{said}");
        assert!(said.contains("not confirmed; nothing was done"), "{said}");
    }
    assert_eq!(production.intents(), 0);
    assert!(production.wanted().is_empty());

    let (code, said) = production.answered("y\n");
    assert_eq!(code, Some(5), "{said}");
    assert!(production.wanted().contains(&WANTED.to_owned()));
}
