//! Virtual cards of a user.

use std::fmt;

use partner_api_client::Client;
use partner_api_core::card::SpendingLimits;
use partner_api_core::user::UserAction;
use partner_api_core::{CardExpiry, CardId, CardNumber, Cvv, Pin, UserId};
use partner_api_types as types;
use partner_api_types::{CardStatus, OperationId};

use crate::call::Context;
use crate::card_limits::{ChangePin, ReadLimits, SetLimits};
use crate::check::Checks;
use crate::error::Error;
use crate::guard::{Command, Doubt};
use crate::journal::{Action, IntentId, Reference, RequestKey};
use crate::operation::{Costly, Operation, Verb};
use crate::outcome::Outcome;
use crate::partner::Partner;

/// Cards of one user; made by [`User::cards`](crate::User::cards).
#[derive(Clone, Debug)]
pub struct Cards {
    pub(crate) partner: Partner,
    pub(crate) user: UserId,
}

impl Cards {
    /// Creates a card.
    ///
    /// # Properties
    /// A card costs a fee, so this is journaled and repeated no more than a transfer is. At most
    /// ten cards are held at once; five are created in 24 hours, 10 in 30 days, 20 in 12 months
    /// (L12).
    ///
    /// # Errors
    /// `Err` means that there is no new card: a limit is reached, the user is suspended (`P455`) or
    /// unverified (`P459`), the country allows no cards (`P431`), label or PIN is malformed. A lost
    /// answer is [`Outcome::Unknown`]; [`list`](Self::list) shows whether the card is there.
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: there may be a new card.
    pub fn create(&self, card: NewCard) -> Operation<CreateCard> {
        Operation::new(
            &self.partner,
            CreateCard {
                user: self.user.clone(),
                card,
            },
        )
    }

    /// Every card of the user.
    pub fn list(&self) -> Operation<ListCards> {
        Operation::new(&self.partner, ListCards(self.user.clone()))
    }

    /// One card, with its number.
    ///
    /// # Errors
    /// A card that does not exist is refused (`P434`).
    pub fn get(&self, card: &CardId) -> Operation<ReadCard> {
        let (user, card) = (self.user.clone(), card.clone());
        Operation::new(&self.partner, ReadCard { user, card })
    }

    /// Blocks a card. It stays the user's and can be unblocked.
    ///
    /// A card that is blocked on its own, also while its user is suspended, stays blocked when the
    /// suspension is lifted. Blocking a blocked card changes nothing. If the future is dropped, the
    /// card may be blocked; repeating is harmless.
    pub fn block(&self, card: &CardId) -> Operation<ChangeCard> {
        self.change(card, Change::Block)
    }

    /// Unblocks a card.
    ///
    /// # Errors
    /// Refused while the user is suspended (`P455`, ASSUMED). A lost answer is an error that
    /// [is unresolved](Error::is_unresolved): the card may be active again.
    pub fn unblock(&self, card: &CardId) -> Operation<ChangeCard> {
        self.change(card, Change::Unblock)
    }

    /// Deletes a card for good; this frees one of the ten places. Deleting a deleted card changes
    /// nothing (ASSUMED).
    pub fn delete(&self, card: &CardId) -> Operation<ChangeCard> {
        self.change(card, Change::Delete)
    }

    /// Changes a card's PIN. Not repeated once it may have arrived.
    ///
    /// # Errors
    /// Refused while the user is suspended (ASSUMED). A lost answer is an error that
    /// [is unresolved](Error::is_unresolved): either PIN may hold.
    pub fn change_pin(&self, card: &CardId, pin: Pin) -> Operation<ChangePin> {
        let (user, card) = (self.user.clone(), card.clone());
        Operation::new(&self.partner, ChangePin { user, card, pin })
    }

    /// What a card may spend, in euro.
    pub fn limits(&self, card: &CardId) -> Operation<ReadLimits> {
        let (user, card) = (self.user.clone(), card.clone());
        Operation::new(&self.partner, ReadLimits { user, card })
    }

    /// Changes what a card may spend, in euro; all six limits at once. Not repeated once it may have arrived.
    ///
    /// # Errors
    /// A daily limit over its monthly one is refused before anything is sent. Refused while the user is suspended
    /// (ASSUMED).
    pub fn set_limits(&self, card: &CardId, limits: SpendingLimits) -> Operation<SetLimits> {
        let (user, card) = (self.user.clone(), card.clone());
        Operation::new(&self.partner, SetLimits { user, card, limits })
    }

    fn change(&self, card: &CardId, change: Change) -> Operation<ChangeCard> {
        let (user, card) = (self.user.clone(), card.clone());
        Operation::new(&self.partner, ChangeCard { user, card, change })
    }
}

/// What creating a card needs.
#[derive(Clone, Debug)]
pub struct NewCard {
    label: Box<str>,
    pin: Pin,
}

impl NewCard {
    /// The partner's name for the card, 3 to 30 characters, and a PIN of four digits.
    ///
    /// # Errors
    /// A label or PIN that the provider would refuse.
    pub fn new(label: impl Into<String>, pin: Pin) -> Result<Self, Error> {
        let label = label.into().into_boxed_str();
        let length = label.chars().count();
        if !LABEL_CHARS.contains(&length) {
            let (min, max) = (LABEL_CHARS.start(), LABEL_CHARS.end());
            let what = format!("a label has {min} to {max} characters, and this one has {length}");
            return Err(Error::invalid("create a card", None, what.into(), None));
        }
        let checked = Checks::new().text("pin", &pin).end();
        checked.map_err(|invalid| invalid.on("create a card", None))?;
        Ok(Self { label, pin })
    }
}

/// How long a label may be (virtual-cards-4478303f0).
const LABEL_CHARS: std::ops::RangeInclusive<usize> = 3..=30;

/// A new card, with the number and the code that are shown here.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreatedCard {
    /// What the provider calls it.
    pub id: CardId,
    /// Its full number.
    pub number: CardNumber,
    /// Its security code.
    pub cvv: Cvv,
    /// Its expiry, `MM/YY`.
    pub expiry: CardExpiry,
    /// The journal's entry.
    pub intent: IntentId,
    /// The caller's own name for it, or the one that was made for it.
    pub key: RequestKey,
    /// Whether an earlier call created it, so that this one sent nothing but reads.
    pub was_done_before: bool,
    /// What the guard doubted beforehand, wrongly as it turned out.
    pub doubt: Option<Doubt>,
}

/// The verb of [`Cards::create`].
#[derive(Debug)]
pub struct CreateCard {
    user: UserId,
    card: NewCard,
}

impl Verb for CreateCard {
    type Output = Outcome<CreatedCard>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let Self { user, card } = self;
        let label = card
            .label
            .parse::<types::CreateCardRequestLabel>()
            .map_err(|problem| {
                Error::invalid(
                    "create a card",
                    Some(&user),
                    format!("label: {problem}").into(),
                    None,
                )
            })?;
        let action = Action::CreateCard {
            user: user.clone(),
            before: None,
        };
        let body = types::CreateCardRequest {
            external_user_id: user.clone(),
            label,
            pin: card.pin,
        };
        let send = |client: Client| async move { client.create_card(&body).await };
        let named = |it: &types::CardCreated| Reference::Card(it.card_id.clone());
        let details = [&*card.label];
        let made = match cx.make(action, &details, send, named).await? {
            Outcome::Done(made) => made,
            Outcome::Unknown(unresolved) => return Ok(Outcome::Unknown(unresolved)),
        };
        let Reference::Card(id) = made.reference.clone() else {
            return Ok(made.untold(None));
        };
        let (number, cvv, expiry) = match &made.answer {
            Some(answer) => (
                answer.card_number.clone(),
                answer.cvv.clone(),
                answer.exp.clone(),
            ),
            None => match read_card(&cx, &user, &id).await {
                Ok(card) => (card.number, card.cvv, card.expiry),
                Err(error) => return Ok(made.untold(Some(error))),
            },
        };
        Ok(Outcome::Done(CreatedCard {
            id,
            number,
            cvv,
            expiry,
            was_done_before: made.answer.is_none(),
            intent: made.intent,
            key: made.key,
            doubt: made.doubt,
        }))
    }
}

impl Costly for CreateCard {}

/// A card without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Card {
    /// What the provider calls it.
    pub id: CardId,
    /// Where it stands.
    pub status: CardStatus,
    /// The partner's name for it.
    pub label: String,
    /// The last four digits of its number.
    pub last_digits: String,
}

impl Card {
    /// Whether it stands in the way of a suspension (L4). A status that we do not know counts: it
    /// is better to block one card too many.
    pub fn is_active(&self) -> bool {
        match self.status {
            CardStatus::Active | CardStatus::Unknown(_) => true,
            CardStatus::LockedByUser
            | CardStatus::Blocked
            | CardStatus::Suspended
            | CardStatus::Deleted => false,
        }
    }

    /// Whether it is gone for good.
    pub fn is_deleted(&self) -> bool {
        self.status == CardStatus::Deleted
    }
}

impl From<types::CardSummary> for Card {
    fn from(wire: types::CardSummary) -> Self {
        Self {
            id: wire.card_id,
            status: wire.status,
            label: wire.label,
            last_digits: wire.card_last_digits,
        }
    }
}

/// The verb of [`Cards::list`].
#[derive(Debug)]
pub struct ListCards(UserId);

impl Verb for ListCards {
    type Output = Vec<Card>;

    async fn run(self, cx: Context) -> Result<Vec<Card>, Error> {
        list_cards(&cx, &self.0).await
    }
}

pub(crate) async fn list_cards(cx: &Context, user: &UserId) -> Result<Vec<Card>, Error> {
    let send = |client: Client| async move { client.list_cards(user).await };
    let answer = cx
        .read(
            OperationId::ListCards,
            Some((user, Command::Act(UserAction::ReadCards))),
            send,
        )
        .await?;
    Ok(answer.cards.into_iter().map(Card::from).collect())
}

/// A card with its number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CardDetails {
    /// Where it stands.
    pub status: CardStatus,
    /// Its full number.
    pub number: CardNumber,
    /// Its security code.
    pub cvv: Cvv,
    /// Its expiry, `MM/YY`.
    pub expiry: CardExpiry,
}

/// The verb of [`Cards::get`].
#[derive(Debug)]
pub struct ReadCard {
    user: UserId,
    card: CardId,
}

impl Verb for ReadCard {
    type Output = CardDetails;

    async fn run(self, cx: Context) -> Result<CardDetails, Error> {
        read_card(&cx, &self.user, &self.card).await
    }
}

async fn read_card(cx: &Context, user: &UserId, card: &CardId) -> Result<CardDetails, Error> {
    let send = |client: Client| async move { client.get_card(user, card).await };
    let about = Some((user, Command::Act(UserAction::ReadCards)));
    let card = cx.read(OperationId::GetCard, about, send).await?;
    Ok(CardDetails {
        status: card.status,
        number: card.card_number,
        cvv: card.cvv,
        expiry: card.exp,
    })
}

/// The verb of [`Cards::block`], [`Cards::unblock`] and [`Cards::delete`].
#[derive(Debug)]
pub struct ChangeCard {
    user: UserId,
    card: CardId,
    change: Change,
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Block,
    Unblock,
    Delete,
}

impl Verb for ChangeCard {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self { user, card, change } = self;
        let request = card_request(&user, &card);
        let action = match change {
            Change::Block => Action::BlockCard { user, card },
            Change::Unblock => Action::UnblockCard { user, card },
            Change::Delete => Action::DeleteCard { user, card },
        };
        let send = |client: Client| async move {
            match change {
                Change::Block => client.block_card(&request).await,
                Change::Unblock => client.unblock_card(&request).await,
                Change::Delete => client.delete_card(&request).await,
            }
        };
        cx.change(action, send).await?.done()?;
        Ok(())
    }
}

pub(crate) fn card_request(user: &UserId, card: &CardId) -> types::CardRequest {
    types::CardRequest {
        external_user_id: user.clone(),
        card_id: card.clone(),
    }
}

/// A card that a suspension could not block, or an unsuspension could not unblock.
#[derive(Debug)]
#[non_exhaustive]
pub struct CardFailure {
    /// Which card.
    pub card: CardId,
    /// What went wrong with it.
    pub error: Error,
}

impl fmt::Display for CardFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "card {}: {}", self.card, self.error)
    }
}
