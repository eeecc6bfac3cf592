//! How stories write a command.

use std::fmt;

use super::{
    Channel, Command, Document, Hosted, Limits, Papers, Party, Photos, Questions, Reading,
    Receiver, Sender,
};

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decide { user, approved } => write!(f, "{} {user}", approve(*approved)),
            Self::DecideProof { user, decision } => {
                write!(f, "{}-proof {user}", decision.word())
            }
            Self::DecideKyc { key, approved } => write!(f, "{}-kyc {key}", approve(*approved)),
            Self::OpenKyc { user, kyc } => write!(f, "open-kyc {user} {kyc}"),
            Self::Update { user, field } => write!(f, "update {user} {field}"),
            Self::Suspend { user } => write!(f, "suspend {user}"),
            Self::Unsuspend { user } => write!(f, "unsuspend {user}"),
            Self::Close { user } => write!(f, "close {user}"),
            Self::Read {
                user,
                what: Reading::Balances,
            } => write!(f, "balances {user}"),
            Self::Read { user, what } => write!(f, "read {user} {}", what.word()),
            Self::Wallet { currency, network } => write!(f, "wallet {currency}{}", on(network)),
            Self::Quote {
                key,
                amount,
                currency,
                network,
            } => write!(f, "quote {amount} in {currency}{} as {key}", on(network)),
            Self::Order { key, quote } => write!(f, "order {quote} as {key}"),
            Self::Link {
                key,
                amount,
                currency,
                hosted,
            } => write!(f, "link {amount} {currency}{} as {key}", terms(hosted)),
            Self::Pay {
                checkout,
                amount,
                currency,
                network,
            } => write!(f, "pay {checkout} {amount} {currency}{}", on(network)),
            _ => self.write_money(f),
        }
    }
}

impl Command {
    fn write_money(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transfer {
                key,
                source,
                destination,
                amount,
                currency,
            } => {
                let (source, destination) = (party(source), party(destination));
                write!(f, "transfer {source} {destination} {amount} {currency}")?;
                named(f, key)
            }
            Self::MasterTransfer {
                key,
                user,
                amount,
                currency,
            } => {
                write!(f, "master {user} {amount} {currency}")?;
                named(f, key)
            }
            Self::Deposit {
                owner,
                key,
                amount,
                sender,
            } => {
                let (owner, from) = (party(owner), from(*sender));
                write!(f, "deposit {owner} {amount} eur{from} as {key}")
            }
            Self::CoinDeposit {
                owner,
                key,
                amount,
                currency,
                network,
                asks,
            } => {
                let (owner, asks) = (party(owner), if *asks { " asking" } else { "" });
                let on = on(network);
                write!(f, "coins {owner} {amount} {currency}{on}{asks} as {key}")
            }
            Self::DecideDeposit { key, approved } => {
                write!(f, "{}-deposit {key}", approve(*approved))
            }
            Self::TravelRule { owner, key } => write!(f, "travel-rule {} {key}", party(owner)),
            Self::PayOut {
                owner,
                key,
                amount,
                currency,
                to,
            } => {
                let to = match to {
                    Receiver::FirstAccount => String::new(),
                    other => format!(" to {}", other.word()),
                };
                let owner = party(owner);
                write!(f, "payout {owner} {amount} {currency}{to} as {key}")
            }
            Self::DecidePayOut { key, succeeds } => {
                write!(
                    f,
                    "{}-payout {key}",
                    if *succeeds { "take" } else { "refuse" }
                )
            }
            Self::Withdraw {
                owner,
                key,
                amount,
                currency,
                network,
            } => {
                let (owner, on) = (party(owner), on(network));
                write!(f, "withdraw {owner} {amount} {currency}{on} as {key}")
            }
            Self::DecideWithdrawal { key, completed } => {
                write!(f, "{}-withdrawal {key}", complete(*completed))
            }
            Self::Lock { owner, key } => write!(f, "lock {} as {key}", party(owner)),
            Self::Exchange {
                owner,
                key,
                lock,
                amount,
                from,
                to,
            } => {
                let owner = party(owner);
                write!(
                    f,
                    "exchange {owner} {amount} {from} to {to} with {lock} as {key}"
                )
            }
            Self::DecideExchange { key, completed } => write!(f, "{} {key}", complete(*completed)),
            _ => self.write_cards(f),
        }
    }

    fn write_cards(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateCard { user, key } => write!(f, "card {user} as {key}"),
            Self::BlockCard { user, card } => write!(f, "block {user} {card}"),
            Self::UnblockCard { user, card } => write!(f, "unblock {user} {card}"),
            Self::DeleteCard { user, card } => write!(f, "delete {user} {card}"),
            Self::ChangePin { user, card } => write!(f, "pin {user} {card}"),
            Self::SetLimits { user, card, limits } => {
                let Limits { daily, monthly } = limits;
                let row = |[all, atm, ecom]: &[i64; 3]| format!("{all} {atm} {ecom}");
                let (daily, monthly) = (row(daily), row(monthly));
                write!(f, "limit {user} {card} daily {daily} monthly {monthly}")
            }
            Self::ReadLimits { user, card } => write!(f, "limits {user} {card}"),
            Self::UseCard {
                key,
                card,
                amount,
                currency,
                channel,
            } => {
                write!(f, "use {card} {amount} {currency}")?;
                if *channel != Channel::Pos {
                    write!(f, " at {}", channel.word())?;
                }
                named(f, key)
            }
            Self::SettleCard { key, action } => write!(f, "{}-card {key}", action.word()),
            _ => self.write_documents(f),
        }
    }

    fn write_documents(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create {
                user,
                country,
                born,
            } => {
                write!(f, "create {user} in {country}")?;
                after(f, "born", born)
            }
            Self::Verify { user, by } => {
                write!(f, "verify {user}")?;
                let Some(Document {
                    kind,
                    number,
                    issued_by,
                    until,
                }) = by
                else {
                    return Ok(());
                };
                write!(f, " by {} {number}", kind.word())?;
                after(f, "of", issued_by)?;
                after(f, "until", until)
            }
            Self::AddFiles { user, files } if *files == Photos::PASSPORT => {
                write!(f, "files {user}")
            }
            Self::AddFiles { user, files } => {
                let Photos { of, back, scan } = files;
                let sides = if *back { "front-and-back" } else { "front" };
                write!(f, "files {user} of {} {sides} {}", of.word(), scan.word())
            }
            Self::AddProof { user, files } if *files == Papers::ONE => write!(f, "proof {user}"),
            Self::AddProof { user, files } => {
                let Papers { count, scan } = files;
                write!(f, "proof {user} by {count} {}", scan.word())
            }
            Self::StartKyc { user, key, asked } => {
                write!(f, "kyc {user}")?;
                if *asked != Questions::BUSINESS {
                    write!(f, " on {} {}", asked.of.word(), asked.income.word())?;
                    for (given, word) in [
                        (asked.tax, "tax"),
                        (asked.occupation, "occupation"),
                        (asked.more, "more"),
                    ] {
                        if given {
                            write!(f, " {word}")?;
                        }
                    }
                }
                write!(f, " as {key}")
            }
            _ => self.write_outside(f),
        }
    }

    fn write_outside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Walk { what, id, to } => write!(f, "walk {} {id} to {to}", what.word()),
            Self::SetRate { currency, rate } => write!(f, "rate {currency} {rate}"),
            Self::ReleaseRate { currency } => write!(f, "release {currency}"),
            Self::Wander { seed, spread } => write!(f, "wander {seed} within {spread}"),
            Self::FreezeMarket => write!(f, "freeze-market"),
            Self::ResumeMarket => write!(f, "resume-market"),
            Self::Advance { milliseconds } => write!(f, "advance {milliseconds} ms"),
            Self::Save { key } => write!(f, "save as {key}"),
            Self::Restore { key, erased } => {
                let erased = if *erased { " with-erased" } else { "" };
                write!(f, "restore {key}{erased}")
            }
            Self::Restart => write!(f, "restart"),
            _ => unreachable!("everything else is written above"),
        }
    }
}

fn after(f: &mut fmt::Formatter<'_>, word: &str, value: &Option<String>) -> fmt::Result {
    value
        .as_ref()
        .map_or(Ok(()), |value| write!(f, " {word} {value}"))
}

fn party(party: &Party) -> &str {
    party.as_deref().unwrap_or("partner")
}

fn approve(approved: bool) -> &'static str {
    if approved { "approve" } else { "reject" }
}

fn complete(completed: bool) -> &'static str {
    if completed { "complete" } else { "fail" }
}

fn on(network: &Option<String>) -> String {
    network
        .as_ref()
        .map_or_else(String::new, |network| format!(" on {network}"))
}

fn from(Sender { account, check }: Sender) -> String {
    let account = match account {
        Some(account) => format!("A{}", account + 1),
        None if check == Sender::UNNAMED.check => return String::new(),
        None => "nowhere".to_owned(),
    };
    format!(" from {account} {}", check.word())
}

fn terms(hosted: &Option<Hosted>) -> String {
    hosted.map_or_else(String::new, |hosted| {
        let accepts = if hosted.accepts { "accepting" } else { "whole" };
        format!(" for {} window {} {accepts}", hosted.expires, hosted.window)
    })
}

/// What older stories leave without a name has none.
fn named(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    if key.is_empty() {
        Ok(())
    } else {
        write!(f, " as {key}")
    }
}
