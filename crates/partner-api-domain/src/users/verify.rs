//! Submitting a user's identity data, and waiting until the account is active.

use std::time::Duration;

use partner_api_client::Client;
use partner_api_core::documents::DocumentKind;
use partner_api_core::{Country, DocumentExpiry, DocumentNumber, Rule, UserId, user as core};
use partner_api_types as types;

use crate::balances::{Balances, read_balances};
use crate::call::{Context, now};
use crate::check::{Checks, Invalid};
use crate::error::Error;
use crate::journal::Action;
use crate::operation::{Operation, Verb};
use crate::wait::Wait;

/// Identity data of a user, by the kind of document; what a kind needs is asked for where it is made.
///
/// ASSUMED A76 throughout: the provider's pages name the call, and not its fields. What is submitted becomes part of the
/// verification record and is never changed by an update (L2). A driving licence shows no identity, so there is none here.
#[derive(Clone, Debug)]
pub struct Identity(core::Identity);

impl Identity {
    /// A passport: 6 to 9 letters and digits.
    pub fn passport(number: DocumentNumber) -> Self {
        Self::of(DocumentKind::Passport, number)
    }

    /// An identity card: 5 to 20 letters, digits and hyphens.
    pub fn id_card(number: DocumentNumber) -> Self {
        Self::of(DocumentKind::IdCard, number)
    }

    /// A residence permit, which the user's country of residence issued and which always ends.
    pub fn residence_permit(
        number: DocumentNumber,
        issued_by: Country,
        valid_until: DocumentExpiry,
    ) -> Self {
        let permit = Self::of(DocumentKind::ResidencePermit, number);
        permit.issued_by(issued_by).valid_until(valid_until)
    }

    /// The country that issued it; left out, that of the user's citizenship.
    #[must_use]
    pub fn issued_by(mut self, country: Country) -> Self {
        self.0.issuing_country = Some(country);
        self
    }

    /// The last day on which it is valid.
    #[must_use]
    pub fn valid_until(mut self, day: DocumentExpiry) -> Self {
        self.0.expiry = Some(day);
        self
    }

    /// The kind of document.
    pub fn document(&self) -> DocumentKind {
        self.0.document
    }

    fn of(document: DocumentKind, document_number: DocumentNumber) -> Self {
        Self(core::Identity {
            document,
            document_number,
            issuing_country: None,
            expiry: None,
        })
    }

    fn check(&self) -> Result<(), Invalid> {
        Checks::new()
            .text("document number", &self.0.document_number)
            .optional("expiry", &self.0.expiry)
            .end()?;
        self.0.check_alone(now()).map_err(Invalid::by)
    }
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
        identity
            .check()
            .map_err(|invalid| invalid.on("verify", Some(&user)))?;
        let action = Action::Verify { user: user.clone() };
        let body = types::AddUserVerificationRequest {
            external_user_id: user,
            document_type: identity.0.document.into(),
            document_number: identity.0.document_number,
            expiry_date: identity.0.expiry,
            issuing_country: identity.0.issuing_country,
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
        let mut wait = Wait::within(within);
        loop {
            match read_balances(&cx, &user).await {
                Err(error) if error.rule() == Some(Rule::UserMustBeVerified) => {
                    if !wait.pause().await {
                        return Err(Error::not_active(&user, within));
                    }
                }
                known => return known,
            }
        }
    }
}
