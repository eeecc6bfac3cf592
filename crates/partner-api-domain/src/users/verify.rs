//! Submitting a user's identity data, and waiting until the account is active.

use std::time::Duration;

use partner_api_client::Client;
use partner_api_core::Rule;
use partner_api_core::{Country, DocumentNumber, UserId};
use partner_api_types as types;
use partner_api_types::DocumentType;
use tokio::time::Instant;

use crate::balances::{Balances, read_balances};
use crate::call::Context;
use crate::check::Checks;
use crate::error::Error;
use crate::journal::Action;
use crate::operation::{Operation, Verb};

/// Identity data of a user. ASSUMED: the provider's pages name the call but not its fields.
///
/// What is submitted becomes part of the verification record and is never changed by an update (L2).
#[derive(Clone, Debug)]
pub struct Identity {
    /// The kind of identity document.
    pub document_type: DocumentType,
    /// Its number.
    pub document_number: DocumentNumber,
    /// The country that issued it.
    pub issuing_country: Option<Country>,
}

/// The verb of [`User::verify`](crate::User::verify).
#[derive(Debug)]
pub struct Verify {
    pub(crate) user: UserId,
    pub(crate) identity: Identity,
}

impl Verb for Verify {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self { user, identity } = self;
        Checks::new()
            .text("document number", &identity.document_number)
            .end()
            .map_err(|invalid| invalid.on("verify", Some(&user)))?;
        let action = Action::Verify { user: user.clone() };
        let body = types::AddUserVerificationRequest {
            external_user_id: user,
            document_type: identity.document_type,
            document_number: identity.document_number,
            issuing_country: identity.issuing_country,
        };
        let send = |client: Client| async move { client.add_user_verification(&body).await };
        cx.change(action, send).await?.done()?;
        Ok(())
    }
}

/// The verb of [`User::wait_until_active`](crate::User::wait_until_active).
#[derive(Debug)]
pub struct WaitUntilActive {
    pub(crate) user: UserId,
    pub(crate) within: Duration,
}

/// How long is waited where nothing else is said.
pub(crate) const WAIT_DEFAULT: Duration = Duration::from_secs(60);
/// The first pause between two looks; it doubles each time.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
/// The pause stops doubling here.
const PAUSE_MAX: Duration = Duration::from_secs(2);

impl Operation<WaitUntilActive> {
    /// Gives up after this time, 60 seconds where nothing is said.
    pub fn within(mut self, time: Duration) -> Self {
        self.verb.within = time;
        self
    }
}

impl Verb for WaitUntilActive {
    type Output = Balances;

    async fn run(self, cx: Context) -> Result<Balances, Error> {
        let Self { user, within } = self;
        let until = Instant::now() + within;
        let mut pause = PAUSE_FIRST;
        loop {
            match read_balances(&cx, &user).await {
                Err(error) if error.rule() == Some(Rule::UserMustBeVerified) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(Error::not_active(&user, within));
                    }
                    tokio::time::sleep(pause.min(left)).await;
                    pause = PAUSE_MAX.min(pause * 2);
                }
                known => return known,
            }
        }
    }
}
