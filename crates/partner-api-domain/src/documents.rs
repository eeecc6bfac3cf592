//! Files that show who a user is, and where the user lives.

use partner_api_client::{Client, KycFiles, PoaFiles, PoaFilesAnswer};
use partner_api_core::UserId;

use crate::call::Context;
use crate::error::Error;
use crate::journal::Action;
use crate::operation::{Operation, Verb};
use crate::partner::Partner;

/// Documents of one user; made by [`User::documents`](crate::User::documents).
///
/// The provider has no way to read files back, nor to ask where they stand: webhooks tell, and so does what an answer
/// says.
#[derive(Clone, Debug)]
pub struct Documents {
    pub(crate) partner: Partner,
    pub(crate) user: UserId,
}

impl Documents {
    /// Adds photos that show who the user is; the first of the two ways, beside a
    /// [hosted verification](crate::User::hosted_verification).
    ///
    /// # Properties
    /// What a kind of document needs is in the type of the files, and each file was held against kind and size where it was
    /// made, so nothing is sent that the provider would refuse for its form. Allowed while the user is suspended (ASSUMED).
    /// Not repeated once it may have arrived. Taken does not mean that the user is verified.
    ///
    /// # Errors
    /// A closed user; files that the provider refuses after all (`P426`, `P440`); a lost answer, as an error that
    /// [is unresolved](Error::is_unresolved): adding the same files again does no harm (ASSUMED).
    ///
    /// # If the future is dropped
    /// The files may have been added; the journal keeps that they were meant to be, and nothing of them.
    pub fn add_identity(&self, files: KycFiles) -> Operation<AddKycFiles> {
        let user = self.user.clone();
        Operation::new(&self.partner, AddKycFiles { user, files })
    }

    /// Adds documents that show where the user lives, where that is asked for.
    ///
    /// | What comes of it | The proof of address |
    /// |---|---|
    /// | [`Added`](PoaFilesAnswer::Added) | waits for a decision |
    /// | [`Pending`](PoaFilesAnswer::Pending) (`P211`) | waits already; these files were not taken (ASSUMED A79) |
    /// | an error with [`PoaMustNotBeApproved`](partner_api_core::Rule::PoaMustNotBeApproved) (`P447`) | is approved: nothing more is needed |
    /// | an error with [`PoaMustBeAsked`](partner_api_core::Rule::PoaMustBeAsked) (`P460`) | is not asked for: go on without |
    ///
    /// The decision comes by webhook: approved, rejected, or questioned, after which other files may be added.
    ///
    /// # Errors
    /// Beside those of the table: a closed user; files that the provider refuses after all (`P426`, `P440`); a lost answer,
    /// as an error that [is unresolved](Error::is_unresolved): adding them again tells, by `Pending`, that they arrived.
    ///
    /// # If the future is dropped
    /// The files may have been added; the journal keeps that they were meant to be, and nothing of them.
    pub fn add_proof_of_address(&self, files: PoaFiles) -> Operation<AddPoaFiles> {
        let user = self.user.clone();
        Operation::new(&self.partner, AddPoaFiles { user, files })
    }
}

/// The verb of [`Documents::add_identity`].
#[derive(Debug)]
pub struct AddKycFiles {
    user: UserId,
    files: KycFiles,
}

impl Verb for AddKycFiles {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self { user, files } = self;
        let action = Action::AddKycFiles { user: user.clone() };
        let send = |client: Client| async move { client.add_kyc_files(&user, &files).await };
        cx.change(action, send).await?.done()?;
        Ok(())
    }
}

/// The verb of [`Documents::add_proof_of_address`].
#[derive(Debug)]
pub struct AddPoaFiles {
    user: UserId,
    files: PoaFiles,
}

impl Verb for AddPoaFiles {
    type Output = PoaFilesAnswer;

    async fn run(self, cx: Context) -> Result<PoaFilesAnswer, Error> {
        let Self { user, files } = self;
        let action = Action::AddPoaFiles { user: user.clone() };
        let send = |client: Client| async move { client.add_poa_files(&user, &files).await };
        Ok(cx.change(action, send).await?.done()?.answer)
    }
}
