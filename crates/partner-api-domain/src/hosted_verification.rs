//! Hosted verifications: the provider asks the user on a page of its own, and decides.

use std::time::Duration;

use partner_api_client::{Client, KycPage};
use partner_api_core::documents::DocumentKind;
use partner_api_core::user::UserAction;
use partner_api_core::{Country, FreeText, KycId, NationalId, UserId};
use partner_api_types as types;
use partner_api_types::{
    IncomeSource, KycVerificationStatus, Occupation, OpenAccountReason, OperationId,
};

use crate::call::Context;
use crate::check::{Checks, Invalid};
use crate::error::Error;
use crate::guard::Command;
use crate::journal::{Action, Reference};
use crate::operation::{Costly, Operation, Verb};
use crate::outcome::{Outcome, Receipt};
use crate::partner::Partner;
use crate::wait::{WAIT_DEFAULT, Wait};

/// Hosted verifications of one user; made by [`User::hosted_verification`](crate::User::hosted_verification).
#[derive(Clone, Debug)]
pub struct HostedVerifications {
    pub(crate) partner: Partner,
    pub(crate) user: UserId,
}

impl HostedVerifications {
    /// Starts one. Then lead the user's browser to its [`page_address`](Self::page_address).
    ///
    /// # Properties
    /// It is charged when it is started (`fees-1338150m0`; another page says, when it succeeds), so it is journaled and
    /// repeated no more than a transfer is, and no second one is started for the user while the outcome of one is unknown.
    /// What an income needs is in its type.
    ///
    /// # Errors
    /// `Err` means that none was started: malformed data, without a call; one that is pending or approved (ASSUMED, code
    /// too); a partner that cannot pay for it. A lost answer is [`Outcome::Unknown`].
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: one may be started, and its id is lost, as no page lists them.
    pub fn start(&self, questionnaire: Questionnaire) -> Operation<StartVerification> {
        let user = self.user.clone();
        Operation::new(
            &self.partner,
            StartVerification {
                user,
                questionnaire,
            },
        )
    }

    /// Where the user's browser finds the page. Sends nothing.
    ///
    /// The address holds no key, and whoever has it can open the page: give it to the user and to nobody else.
    pub fn page_address(&self, id: &KycId) -> String {
        let client = self.partner.client().raw();
        client.kyc_page_address(&self.user, id)
    }

    /// The page itself, to be shown in a frame or in tests. The request shows no key, as the browser's would not.
    ///
    /// # Errors
    /// A user or a verification that the provider does not know (`P412`, `P445`); an answer that is no page.
    pub fn page(&self, id: &KycId) -> Operation<OpenPage> {
        let (user, id) = (self.user.clone(), id.clone());
        Operation::new(&self.partner, OpenPage { user, id })
    }

    /// Where a verification stands, and why it was rejected if it was.
    ///
    /// # Errors
    /// A verification that the provider does not know (`P445`).
    pub fn status(&self, id: &KycId) -> Operation<ReadVerification> {
        let (user, id) = (self.user.clone(), id.clone());
        Operation::new(&self.partner, ReadVerification { user, id })
    }

    /// Waits until a verification is decided, by asking where it stands. Approved and rejected both are answers.
    ///
    /// [`within`](Operation::within) sets for how long. A webhook tells sooner; this is for scripts and tests, as people
    /// take their time.
    ///
    /// # Errors
    /// An error that [is a timeout](Error::is_timeout) when the time is over; whatever [`status`](Self::status) gives
    /// otherwise.
    pub fn wait_until_decided(&self, id: &KycId) -> Operation<WaitUntilDecided> {
        let (user, id) = (self.user.clone(), id.clone());
        let within = WAIT_DEFAULT;
        Operation::new(&self.partner, WaitUntilDecided { user, id, within })
    }
}

/// What the provider asks before a hosted verification (`gh:kyc`).
#[derive(Clone, Debug)]
pub struct Questionnaire {
    /// The kind of document that the user will show.
    pub document: DocumentKind,
    /// The user's country of residence.
    pub country: Country,
    /// Where the user's money comes from, with what the provider wants to know of it.
    pub income: Income,
    /// What the user wants the account for.
    pub purpose: OpenAccountReason,
}

/// Where a user's money comes from, with what the provider wants to know of it.
///
/// A business has a tax number and nothing else; the employed have an occupation; everybody but a business says something
/// about it in words, such as "I am a programmer":
///
/// ```compile_fail,E0063
/// # use partner_api_domain::{Income, types::Occupation};
/// let silent = Income::Salary { occupation: Occupation::It };
/// ```
///
/// ```compile_fail,E0559
/// # use partner_api_domain::{Income, core::NationalId, types::Occupation};
/// # fn show(tax_id: NationalId) {
/// let employed = Income::Business { tax_id, occupation: Occupation::It };
/// # }
/// ```
#[derive(Clone, Debug)]
pub enum Income {
    /// A business of the user's own.
    Business {
        /// Its tax number.
        tax_id: NationalId,
    },
    /// A salary.
    Salary {
        /// What the user works as.
        occupation: Occupation,
        /// In the user's words.
        about: FreeText,
    },
    /// The user's family.
    Family {
        /// In the user's words.
        about: FreeText,
    },
    /// Investments.
    Investments {
        /// In the user's words.
        about: FreeText,
    },
    /// Social benefits.
    SocialBenefits {
        /// In the user's words.
        about: FreeText,
    },
    /// Letting or leasing.
    Tenancy {
        /// In the user's words.
        about: FreeText,
    },
    /// Something else.
    Other {
        /// In the user's words.
        about: FreeText,
    },
}

impl Income {
    fn source(&self) -> IncomeSource {
        match self {
            Self::Business { .. } => IncomeSource::BusinessActivity,
            Self::Salary { .. } => IncomeSource::Salary,
            Self::Family { .. } => IncomeSource::MaintainedByFamily,
            Self::Investments { .. } => IncomeSource::Investments,
            Self::SocialBenefits { .. } => IncomeSource::SocialBenefits,
            Self::Tenancy { .. } => IncomeSource::Tenancy,
            Self::Other { .. } => IncomeSource::Other,
        }
    }

    /// Tax number, occupation and words, each where the source has it.
    fn into_answers(self) -> (Option<NationalId>, Option<Occupation>, Option<FreeText>) {
        match self {
            Self::Business { tax_id } => (Some(tax_id), None, None),
            Self::Salary { occupation, about } => (None, Some(occupation), Some(about)),
            Self::Family { about }
            | Self::Investments { about }
            | Self::SocialBenefits { about }
            | Self::Tenancy { about }
            | Self::Other { about } => (None, None, Some(about)),
        }
    }
}

impl Questionnaire {
    fn into_wire(self, user: UserId) -> types::CreateKycVerificationRequest {
        let income_source = self.income.source();
        let (tax_id, occupation, additional_info) = self.income.into_answers();
        types::CreateKycVerificationRequest {
            external_user_id: user,
            document_type: self.document.into(),
            country: self.country,
            income_source,
            open_account_reason: self.purpose,
            tax_id,
            occupation,
            additional_info,
        }
    }
}

fn check(body: &types::CreateKycVerificationRequest) -> Result<(), Invalid> {
    Checks::new()
        .optional("tax id", &body.tax_id)
        .optional("about the income", &body.additional_info)
        .end()
}

/// The verb of [`HostedVerifications::start`].
#[derive(Debug)]
pub struct StartVerification {
    user: UserId,
    questionnaire: Questionnaire,
}

impl Verb for StartVerification {
    type Output = Outcome<Receipt<KycId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let Self {
            user,
            questionnaire,
        } = self;
        let body = questionnaire.into_wire(user.clone());
        check(&body).map_err(|invalid| invalid.on("start_verification", Some(&user)))?;
        let action = Action::StartVerification { user };
        // What is personal does not tell two of them apart: it is kept nowhere, not even as a digest.
        let occupation = body.occupation.as_ref().map_or("", Occupation::as_str);
        let details = [
            body.document_type.as_str(),
            body.country.as_str(),
            body.income_source.as_str(),
            body.open_account_reason.as_str(),
            occupation,
        ]
        .map(str::to_owned);
        let details = details.each_ref().map(String::as_str);
        let send = |client: Client| async move { client.create_kyc_verification(&body).await };
        let named = |it: &types::KycVerificationCreated| {
            Reference::Verification(it.verification_id.clone())
        };
        Ok(cx.make(action, &details, send, named).await?.receipt())
    }
}

impl Costly for StartVerification {}

/// The verb of [`HostedVerifications::page`].
#[derive(Debug)]
pub struct OpenPage {
    user: UserId,
    id: KycId,
}

impl Verb for OpenPage {
    type Output = KycPage;

    async fn run(self, cx: Context) -> Result<KycPage, Error> {
        let Self { user, id } = self;
        let about = Some((&user, Command::Act(UserAction::ReadKyc)));
        let whose = user.clone();
        let send = |client: Client| async move { client.open_kyc_verification(&whose, &id).await };
        cx.read(OperationId::OpenKycVerification, about, send).await
    }
}

/// A hosted verification as the provider knows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HostedVerification {
    /// What the provider calls it.
    pub id: KycId,
    /// Whom the provider says that it is of.
    pub user: Option<UserId>,
    /// Where it stands; the words are ASSUMED.
    pub status: KycVerificationStatus,
    /// Why it was rejected, in the provider's words, which no page says to name nobody.
    pub reasons: Vec<FreeText>,
}

impl HostedVerification {
    /// Whether it was approved.
    pub fn is_approved(&self) -> bool {
        self.status == KycVerificationStatus::Approved
    }

    /// Whether it was decided, either way. A word that this version does not know is no decision.
    pub fn is_decided(&self) -> bool {
        matches!(
            self.status,
            KycVerificationStatus::Approved | KycVerificationStatus::Rejected
        )
    }
}

/// The verb of [`HostedVerifications::status`].
#[derive(Debug)]
pub struct ReadVerification {
    user: UserId,
    id: KycId,
}

impl Verb for ReadVerification {
    type Output = HostedVerification;

    async fn run(self, cx: Context) -> Result<HostedVerification, Error> {
        read(&cx, &self.user, &self.id).await
    }
}

async fn read(cx: &Context, user: &UserId, id: &KycId) -> Result<HostedVerification, Error> {
    let about = Some((user, Command::Act(UserAction::ReadKyc)));
    let send = |client: Client| async move { client.get_kyc_status(id).await };
    let found = cx.read(OperationId::GetKycStatus, about, send).await?;
    Ok(HostedVerification {
        id: found.verification_id.unwrap_or_else(|| id.clone()),
        user: found.external_user_id,
        status: found.status,
        reasons: found.reasons,
    })
}

/// The verb of [`HostedVerifications::wait_until_decided`].
#[derive(Debug)]
pub struct WaitUntilDecided {
    user: UserId,
    id: KycId,
    within: Duration,
}

impl Operation<WaitUntilDecided> {
    /// Gives up after this time, 60 seconds where nothing is said.
    pub fn within(mut self, time: Duration) -> Self {
        self.verb.within = time;
        self
    }
}

impl Verb for WaitUntilDecided {
    type Output = HostedVerification;

    async fn run(self, cx: Context) -> Result<HostedVerification, Error> {
        let Self { user, id, within } = self;
        let mut wait = Wait::within(within);
        loop {
            let found = read(&cx, &user, &id).await?;
            if found.is_decided() {
                return Ok(found);
            }
            if !wait.pause().await {
                return Err(Error::not_decided(&user, within));
            }
        }
    }
}
