//! A sandbox process, users in it, and the command with all that it needs to reach it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use partner_api::{
    ApiKey, Environment, Identity, NewCard, NewUser, PartnerApi, TermsAccepted, UserId,
};
use partner_api_sandbox_control::Client;
use tempfile::TempDir;
use tokio::task::JoinSet;

const KEY: &str = "test-key";
const CONTROL_KEY: &str = "control-key";

/// How many users are made at a time.
const AT_ONCE: usize = 64;

pub(crate) struct Stand {
    child: Child,
    /// Kept open: a sandbox whose listener leaves before it has said everything ends.
    #[allow(dead_code, reason = "only kept")]
    said: Lines<BufReader<ChildStdout>>,
    pub(crate) api: String,
    pub(crate) control_url: String,
    pub(crate) control: Client,
    pub(crate) dir: TempDir,
}

impl Drop for Stand {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stand {
    /// A sandbox that keeps its data in a directory, as one does that is worth interrupting.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with other flags of `partner sandbox`.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner"));
        command.args([
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0",
        ]);
        command.args(flags);
        command.args(["--api-key", KEY, "--control-key", CONTROL_KEY, "--data"]);
        command
            .arg(dir.path().join("sandbox"))
            .stdout(Stdio::piped());
        let mut child = alone(command).spawn().expect("the sandbox starts");
        let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (mut api, mut control) = (None, None);
        for line in &mut said {
            let line = line.expect("text");
            if let Some(url) = line.strip_prefix("partner api: ") {
                api = Some(url.to_owned());
            } else if let Some(url) = line.strip_prefix("control: ") {
                control = Some(url.to_owned());
            }
            if api.is_some() && control.is_some() {
                break;
            }
        }
        let control_url = control.expect("an address");
        Self {
            child,
            said,
            api: api.expect("an address"),
            control: partner_api_sandbox_control::connect(&control_url, CONTROL_KEY)
                .expect("a client"),
            control_url,
            dir,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file: its name, its permissions, and the text, with a space between them.
    pub(crate) fn write(&self, file: &str) {
        let mut parts = file.splitn(3, ' ');
        let mut part = || parts.next().expect("NAME MODE TEXT");
        let (name, mode, text) = (part(), part(), part());
        let path = self.path(name);
        std::fs::write(&path, text.replace("\\n", "\n")).expect("it can be written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = u32::from_str_radix(mode, 8).expect("a mode");
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(path, permissions).expect("it is ours");
        }
        #[cfg(not(unix))]
        let _ = mode;
    }

    /// The command, with where and as whom, and the journal `journal` of this stand.
    pub(crate) fn partner(&self, args: &[&str]) -> Command {
        let mut command = alone(Command::new(env!("CARGO_BIN_EXE_partner")));
        command.args(args).current_dir(self.dir.path());
        command
            .env("PARTNER_API_KEY", KEY)
            .env("PARTNER_ENVIRONMENT", &self.api);
        command.env("PARTNER_JOURNAL", self.path("journal"));
        command
            .env("PARTNER_CONTROL_URL", &self.control_url)
            .env("PARTNER_CONTROL_KEY", CONTROL_KEY);
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end: the code, standard output and standard error.
    pub(crate) fn ends(&self, args: &[&str]) -> (i32, String, String) {
        let output = self.partner(args).output().expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let code = output.status.code().expect("not killed");
        (code, text(output.stdout), text(output.stderr))
    }

    /// Makes `users` users, `u0` and so on, of whom every `card_every`th is verified and has a card.
    pub(crate) async fn people(&self, users: usize, card_every: usize) {
        let partner = self.client();
        let mut under_way = JoinSet::new();
        for number in 0..users {
            if AT_ONCE <= under_way.len() {
                under_way.join_next().await.expect("one").expect("no panic");
            }
            let partner = partner.clone();
            under_way.spawn(async move {
                partner
                    .users()
                    .create(somebody(number))
                    .await
                    .expect("created");
                if number % card_every == 0 {
                    let user = partner.user(id(number)).expect("an id");
                    let card = Identity::id_card("ZS0001234".parse().expect("a number"));
                    user.verify(card).await.expect("submitted");
                    user.wait_until_active()
                        .within(Duration::from_secs(60))
                        .await
                        .expect("active");
                    let card =
                        NewCard::new("holiday", "4821".parse().expect("a PIN")).expect("a card");
                    let _ = user
                        .cards()
                        .create(card)
                        .await
                        .expect("made")
                        .done()
                        .expect("made");
                }
            });
        }
        while let Some(made) = under_way.join_next().await {
            made.expect("no panic");
        }
    }

    /// Gives a user money.
    pub(crate) async fn fund(&self, user: &str, euro: &str) {
        let money = format!("{euro} eur").parse().expect("money");
        let user = UserId::new(user).expect("an id");
        let partner = self.client();
        let funded = partner.transfers().fund(&user, money).await.expect("sent");
        funded.done().expect("done");
    }

    /// A client without a journal of this stand.
    fn client(&self) -> PartnerApi {
        PartnerApi::builder()
            .environment(Environment::Sandbox(self.api.parse().expect("a URL")))
            .api_key(ApiKey::new(KEY))
            .build()
            .expect("a client")
    }

    /// How often each user met a command, by (command, whether it took effect); and the number of the last decision.
    pub(crate) async fn decisions(&self, command: &str) -> (BTreeMap<String, u32>, u32, i64) {
        let (mut accepted, mut refused, mut last) = (BTreeMap::new(), 0, 0);
        loop {
            let page = self
                .control
                .list_decisions(Some(last))
                .await
                .expect("a page")
                .into_inner();
            let Some(end) = page.decisions.last() else {
                return (accepted, refused, last);
            };
            last = end.seq;
            for decision in page.decisions.iter().filter(|it| it.command == command) {
                match decision.rule {
                    None => *accepted.entry(decision.subject.clone()).or_default() += 1,
                    Some(_) => refused += 1,
                }
            }
        }
    }
}

/// Nothing of the person who runs the tests.
fn alone(mut command: Command) -> Command {
    for name in ["PARTNER_CONFIG", "PARTNER_PROFILE", "PARTNER_CONTROL_URL"] {
        command.env_remove(name);
    }
    command
        .env("XDG_CONFIG_HOME", Path::new("/nonexistent"))
        .env("HOME", "/nonexistent");
    command
}

pub(crate) fn id(number: usize) -> UserId {
    UserId::new(format!("u{number}")).expect("an id")
}

fn somebody(number: usize) -> NewUser {
    NewUser {
        id: id(number),
        email: "anna@example.com".parse().expect("an address"),
        phone: "486012334567".parse().expect("a number"),
        first_name: "Anna".parse().expect("a name"),
        last_name: "Kowalska".parse().expect("a name"),
        birth_date: "1990-05-15".parse().expect("a date"),
        street: None,
        number: None,
        city: "Warszawa".parse().expect("a city"),
        post_code: "00-838".parse().expect("a code"),
        country: "PL".parse().expect("a country"),
        citizenship: "PL".parse().expect("a country"),
        nationality: None,
        birth_country: None,
        national_id: None,
        terms: TermsAccepted::by_the_user(),
    }
}
