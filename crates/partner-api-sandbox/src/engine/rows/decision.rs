//! The log: every decision in order, with what it moved. The books can be recomputed from it.

use std::fmt;

use partner_api_core::ledger::{Account, Leg};
use partner_api_core::{CommandKind, HolderId, Money, Movement, Rule, Timestamp};

use super::money::{read_account, write_account};
use super::{Damaged, Read, Record, Write};
use crate::engine::outbox::Announcement;
use crate::store::Table;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its number: unique and rising.
    pub seq: u64,
    /// When it was taken, by the virtual clock; never before the one before it.
    pub at: Timestamp,
    /// What was decided.
    pub deed: Deed,
    /// Whom and what it was about.
    pub subject: Subject,
    /// The rule that refused it, if one did.
    pub rule: Option<Rule>,
    /// What it moved.
    pub bookings: Vec<Booking>,
    /// What the partner is told of it.
    pub announced: Vec<Announcement>,
    /// Of each account in [`moved`](Self::moved), the decision that moved something there before; 0 where none of those
    /// that know did. Nothing in rows of before they knew.
    pub(crate) links: Vec<u64>,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A command, of the partner or of the world outside.
    Command(CommandKind),
    /// The partner got its initial funds.
    Fund,
    /// Everything was forgotten, and the partner funded anew.
    Reset,
    /// Everything was replaced by what a snapshot held.
    Restore,
    /// A sample of an event was asked for.
    Trigger,
}

/// Whom and what a decision was about: opaque ids and amounts, nothing personal. What does not exist is not named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The users, by the provider's ids.
    pub holders: [Option<HolderId>; 2],
    /// The card, payment or lock.
    pub object: Option<(ObjectKind, String)>,
    /// How much.
    pub money: Option<Money>,
}

/// What a subject's object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A card.
    Card,
    /// An internal transfer.
    Transfer,
    /// A payout.
    Payout,
    /// An exchange.
    Exchange,
    /// A rate lock.
    Lock,
    /// A deposit.
    Deposit,
    /// A card payment.
    CardTransaction,
    /// A withdrawal.
    Withdrawal,
    /// A hosted verification.
    Kyc,
    /// A quote for an order.
    Quote,
    /// An order or a payment link.
    Checkout,
}

/// A movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// Why.
    pub movement: Movement,
    /// How: legs that sum to zero.
    pub legs: Vec<Leg>,
}

impl Decision {
    /// The accounts of the partner and of users on which something moved, each once.
    pub(in crate::engine) fn moved(&self) -> Vec<Account> {
        let legs = self.bookings.iter().flat_map(|booking| &booking.legs);
        let mut accounts: Vec<Account> = legs
            .map(|leg| leg.account)
            .filter(|account| has_history(*account))
            .collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// The decision that moved something on an account before this one did, if both are of those that know.
    pub(in crate::engine) fn before(&self, account: Account) -> Option<u64> {
        let index = self.moved().iter().position(|it| *it == account)?;
        self.links.get(index).copied().filter(|seq| *seq != 0)
    }

    /// Whether it moved something on an account and knows what did before.
    pub(in crate::engine) fn is_linked(&self, account: Account) -> bool {
        !self.links.is_empty() && self.moved().contains(&account)
    }

    fn write_movement(&self, movement: &Movement, to: &mut Vec<u8>) {
        let (letter, id) = match movement {
            Movement::Funding => return to.u8(b'i'),
            Movement::Forfeit(holder) => {
                to.u8(b'f');
                return to.holder(*holder);
            }
            Movement::Transfer(id) => (b't', id.as_str()),
            Movement::Payout(id) => (b'p', id.as_str()),
            Movement::Exchange(id) => (b'e', id.as_str()),
            Movement::Deposit(id) => (b'd', id.as_str()),
            Movement::CardTransaction(id) => (b'c', id.as_str()),
            Movement::Withdrawal(id) => (b'w', id.as_str()),
            Movement::Checkout(id) => (b'o', id.as_str()),
            Movement::CardFee(id) => (b'm', id.as_str()),
            Movement::KycFee(id) => (b'k', id.as_str()),
        };
        to.u8(letter);
        let object = self.subject.object.as_ref();
        let is_object = object.is_some_and(|(_, object)| object == id);
        to.option((!is_object).then_some(id), |to, id| to.id(id));
    }
}

/// Whether it is kept which decisions moved something on an account.
fn has_history(account: Account) -> bool {
    matches!(account, Account::User(_) | Account::Partner)
}

/// What stands before links; no movement begins with it.
const LINKED: u8 = b'^';

/// What stands before announcements; no movement begins with it. Rows without any are as they were before there were any.
const ANNOUNCED: u8 = b'!';

fn read_movement(letter: u8, from: &mut Read<'_>, subject: &Subject) -> Result<Movement, Damaged> {
    fn id<T: TryFrom<String>>(from: &mut Read<'_>, subject: &Subject) -> Result<T, Damaged> {
        match (from.option(Read::id)?, &subject.object) {
            (Some(id), _) => Ok(id),
            (None, Some((_, object))) => object
                .clone()
                .try_into()
                .map_err(|_| Damaged("an id is not valid")),
            (None, None) => Err(Damaged("a movement has no id")),
        }
    }
    Ok(match letter {
        b'i' => Movement::Funding,
        b'f' => Movement::Forfeit(from.holder()?),
        b't' => Movement::Transfer(id(from, subject)?),
        b'p' => Movement::Payout(id(from, subject)?),
        b'e' => Movement::Exchange(id(from, subject)?),
        b'd' => Movement::Deposit(id(from, subject)?),
        b'c' => Movement::CardTransaction(id(from, subject)?),
        b'w' => Movement::Withdrawal(id(from, subject)?),
        b'o' => Movement::Checkout(id(from, subject)?),
        b'm' => Movement::CardFee(id(from, subject)?),
        b'k' => Movement::KycFee(id(from, subject)?),
        _ => return Err(Damaged("a movement is of an unknown kind")),
    })
}

impl Decision {
    /// Its key's bytes: in order of number.
    pub(crate) fn key(seq: u64) -> [u8; 8] {
        seq.to_be_bytes()
    }

    /// The decision in a row.
    pub(crate) fn read_row(key: &mut Read<'_>, value: &mut Read<'_>) -> Result<Self, Damaged> {
        let mut decision = Self::read(value)?;
        decision.seq = key.array().map(u64::from_be_bytes)?;
        Ok(decision)
    }
}

impl Record for Decision {
    type Key = u64;
    const TABLE: Table = Table::Decisions;

    fn key(key: &u64, to: &mut Vec<u8>) {
        to.bytes(&Decision::key(*key));
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.time(self.at);
        to.word(self.deed.as_str());
        self.subject.write(to);
        to.option(self.rule, |to, rule| to.word(rule.name()));
        for booking in &self.bookings {
            self.write_movement(&booking.movement, to);
            to.bytes(&(booking.legs.len() as u16).to_le_bytes());
            for leg in &booking.legs {
                write_account(leg.account, to);
                to.word(leg.currency.as_str());
                to.i64(leg.atoms);
            }
        }
        if !self.links.is_empty() {
            to.u8(LINKED);
            to.bytes(&(self.links.len() as u16).to_le_bytes());
            for seq in &self.links {
                to.bytes(&seq.to_le_bytes());
            }
        }
        if !self.announced.is_empty() {
            to.u8(ANNOUNCED);
            let object = self.subject.object.as_ref().map(|(_, id)| id);
            for announcement in &self.announced {
                announcement.write(object, to);
            }
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        let (at, deed) = (from.time()?, from.word()?);
        let subject = Subject::read(from)?;
        let rule = from.option(Read::word)?;
        let (mut bookings, mut links, mut announced) = (Vec::new(), Vec::new(), Vec::new());
        while !from.is_empty() {
            let letter = from.u8()?;
            if letter == LINKED {
                let count = from.array().map(u16::from_le_bytes)?;
                links = (0..count)
                    .map(|_| from.array().map(u64::from_le_bytes))
                    .collect::<Result<_, _>>()?;
                continue;
            }
            if letter == ANNOUNCED {
                let object = subject.object.as_ref().map(|(_, id)| id);
                while !from.is_empty() {
                    announced.push(Announcement::read(from, object)?);
                }
                break;
            }
            let movement = read_movement(letter, from, &subject)?;
            let count = from.array().map(u16::from_le_bytes)?;
            let legs = (0..count)
                .map(|_| read_leg(from))
                .collect::<Result<_, _>>()?;
            bookings.push(Booking { movement, legs });
        }
        Ok(Self {
            seq: 0,
            at,
            deed,
            subject,
            rule,
            bookings,
            announced,
            links,
        })
    }
}

fn read_leg(from: &mut Read<'_>) -> Result<Leg, Damaged> {
    Ok(Leg {
        account: read_account(from)?,
        currency: from.currency()?,
        atoms: from.i64()?,
    })
}

impl Subject {
    fn write(&self, to: &mut Vec<u8>) {
        for holder in self.holders {
            to.option(holder, Write::holder);
        }
        to.option(self.object.as_ref(), |to, (kind, id)| {
            to.u8(kind.letter());
            to.id(id);
        });
        to.option(self.money, Write::money);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            holders: [from.option(Read::holder)?, from.option(Read::holder)?],
            object: from.option(|from| Ok((ObjectKind::read(from.u8()?)?, from.id()?)))?,
            money: from.option(Read::money)?,
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.holders.iter().flatten().map(|it| format!("user {it}")));
        parts.extend(
            self.object
                .iter()
                .map(|(kind, id)| format!("{} {id}", kind.as_str())),
        );
        parts.extend(self.money.map(|money| money.to_string()));
        f.write_str(&parts.join(", "))
    }
}

impl Deed {
    /// The stable word: a command's kind, `fund`, `reset`, `restore` or `trigger`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command(kind) => kind.as_str(),
            Self::Fund => "fund",
            Self::Reset => "reset",
            Self::Restore => "restore",
            Self::Trigger => "trigger",
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Deed {
    type Err = partner_api_core::steps::UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "fund" => Ok(Self::Fund),
            "reset" => Ok(Self::Reset),
            "restore" => Ok(Self::Restore),
            "trigger" => Ok(Self::Trigger),
            kind => kind.parse().map(Self::Command),
        }
    }
}

impl ObjectKind {
    /// What it is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Transfer => "transfer",
            Self::Payout => "payout",
            Self::Exchange => "exchange",
            Self::Lock => "lock",
            Self::Deposit => "deposit",
            Self::CardTransaction => "card transaction",
            Self::Withdrawal => "withdrawal",
            Self::Kyc => "verification",
            Self::Quote => "quote",
            Self::Checkout => "checkout",
        }
    }

    const fn letter(self) -> u8 {
        match self {
            Self::Card => b'c',
            Self::Transfer => b't',
            Self::Payout => b'p',
            Self::Exchange => b'e',
            Self::Lock => b'l',
            Self::Deposit => b'd',
            Self::CardTransaction => b'u',
            Self::Withdrawal => b'w',
            Self::Kyc => b'k',
            Self::Quote => b'q',
            Self::Checkout => b'o',
        }
    }

    fn read(letter: u8) -> Result<Self, Damaged> {
        Ok(match letter {
            b'c' => Self::Card,
            b't' => Self::Transfer,
            b'p' => Self::Payout,
            b'e' => Self::Exchange,
            b'l' => Self::Lock,
            b'd' => Self::Deposit,
            b'u' => Self::CardTransaction,
            b'w' => Self::Withdrawal,
            b'k' => Self::Kyc,
            b'q' => Self::Quote,
            b'o' => Self::Checkout,
            _ => return Err(Damaged("an object is of an unknown kind")),
        })
    }
}
