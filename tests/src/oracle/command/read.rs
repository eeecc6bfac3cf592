//! How stories are read: what `Display` writes, so that a shrunken random story can be kept as it was reported.

use std::str::FromStr;

use super::{
    Channel, Check, Command, Document, Hosted, Income, Limits, Paper, Papers, Party, Photos, Proof,
    Questions, Reading, Receiver, Scan, Sender, Settling, Walked,
};

impl FromStr for Command {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split(' ').collect();
        let read = plain(&words)
            .or_else(|| shown(&words))
            .or_else(|| outside(&words))
            .or_else(|| named(&words));
        read.ok_or_else(|| format!("{text:?} is no command"))
    }
}

/// What creates nothing, or nothing that needs a name.
fn plain(words: &[&str]) -> Option<Command> {
    Some(match *words {
        ["approve" | "reject", user] => Command::Decide {
            user: own(user),
            approved: words[0] == "approve",
        },
        ["approve-kyc" | "reject-kyc", key] => Command::DecideKyc {
            key: own(key),
            approved: words[0] == "approve-kyc",
        },
        ["open-kyc", user, kyc] => Command::OpenKyc {
            user: own(user),
            kyc: own(kyc),
        },
        ["update", user, field] => Command::Update {
            user: own(user),
            field: own(field),
        },
        ["suspend", user] => Command::Suspend { user: own(user) },
        ["unsuspend", user] => Command::Unsuspend { user: own(user) },
        ["close", user] => Command::Close { user: own(user) },
        ["balances", user] => Command::Read {
            user: own(user),
            what: Reading::Balances,
        },
        ["read", user, what] => Command::Read {
            user: own(user),
            what: Reading::read(what)?,
        },
        ["approve-deposit" | "reject-deposit", key] => Command::DecideDeposit {
            key: own(key),
            approved: words[0] == "approve-deposit",
        },
        ["travel-rule", owner, key] => Command::TravelRule {
            owner: party(owner),
            key: own(key),
        },
        ["wallet", currency, ref rest @ ..] => Command::Wallet {
            currency: own(currency),
            network: on(rest)?,
        },
        ["take-payout" | "refuse-payout", key] => Command::DecidePayOut {
            key: own(key),
            succeeds: words[0] == "take-payout",
        },
        ["complete-withdrawal" | "fail-withdrawal", key] => Command::DecideWithdrawal {
            key: own(key),
            completed: words[0] == "complete-withdrawal",
        },
        ["complete" | "fail", key] => Command::DecideExchange {
            key: own(key),
            completed: words[0] == "complete",
        },
        ["pay", checkout, amount, currency, ref rest @ ..] => Command::Pay {
            checkout: own(checkout),
            amount: own(amount),
            currency: own(currency),
            network: on(rest)?,
        },
        ["block", user, card] => Command::BlockCard {
            user: own(user),
            card: own(card),
        },
        ["unblock", user, card] => Command::UnblockCard {
            user: own(user),
            card: own(card),
        },
        ["delete", user, card] => Command::DeleteCard {
            user: own(user),
            card: own(card),
        },
        ["pin", user, card] => Command::ChangePin {
            user: own(user),
            card: own(card),
        },
        ["limit", user, card, "daily", a, b, c, "monthly", d, e, g] => Command::SetLimits {
            user: own(user),
            card: own(card),
            limits: Limits {
                daily: [number(a)?, number(b)?, number(c)?],
                monthly: [number(d)?, number(e)?, number(g)?],
            },
        },
        ["limits", user, card] => Command::ReadLimits {
            user: own(user),
            card: own(card),
        },
        [first, second] => return decision(first, second),
        _ => return None,
    })
}

/// Users, and the documents that they show.
fn shown(words: &[&str]) -> Option<Command> {
    Some(match *words {
        ["create", user, "in", country, ref rest @ ..] => Command::Create {
            user: own(user),
            country: own(country),
            born: after("born", rest)?,
        },
        ["verify", user] => Command::Verify {
            user: own(user),
            by: None,
        },
        ["verify", user, "by", kind, number, ref rest @ ..] => {
            let (issued_by, rest) = match *rest {
                ["of", country, ref rest @ ..] => (Some(own(country)), rest),
                _ => (None, rest),
            };
            Command::Verify {
                user: own(user),
                by: Some(Document {
                    kind: Paper::read(kind)?,
                    number: own(number),
                    issued_by,
                    until: after("until", rest)?,
                }),
            }
        }
        ["files", user] => Command::AddFiles {
            user: own(user),
            files: Photos::PASSPORT,
        },
        ["files", user, "of", of, sides, scan] => Command::AddFiles {
            user: own(user),
            files: Photos {
                of: Paper::read(of)?,
                back: match sides {
                    "front-and-back" => true,
                    "front" => false,
                    _ => return None,
                },
                scan: Scan::read(scan)?,
            },
        },
        ["proof", user] => Command::AddProof {
            user: own(user),
            files: Papers::ONE,
        },
        ["proof", user, "by", count, scan] => Command::AddProof {
            user: own(user),
            files: Papers {
                count: count.parse().ok()?,
                scan: Scan::read(scan)?,
            },
        },
        _ => return None,
    })
}

/// Time, the market, and what only an operator asks for.
fn outside(words: &[&str]) -> Option<Command> {
    Some(match *words {
        ["walk", what, id, "to", to] => Command::Walk {
            what: Walked::read(what)?,
            id: own(id),
            to: own(to),
        },
        ["rate", currency, rate] => Command::SetRate {
            currency: own(currency),
            rate: own(rate),
        },
        ["release", currency] => Command::ReleaseRate {
            currency: own(currency),
        },
        ["wander", seed, "within", spread] => Command::Wander {
            seed: number(seed)?,
            spread: number(spread)?,
        },
        ["freeze-market"] => Command::FreezeMarket,
        ["resume-market"] => Command::ResumeMarket,
        ["advance", milliseconds, "ms"] => Command::Advance {
            milliseconds: number(milliseconds)?,
        },
        ["save", "as", key] => Command::Save { key: own(key) },
        ["restore", key] => Command::Restore {
            key: own(key),
            erased: false,
        },
        ["restore", key, "with-erased"] => Command::Restore {
            key: own(key),
            erased: true,
        },
        ["restart"] => Command::Restart,
        _ => return None,
    })
}

/// `approve-proof U1`, `clear-card S1` and their like.
fn decision(first: &str, second: &str) -> Option<Command> {
    if let Some(word) = first.strip_suffix("-proof") {
        return Some(Command::DecideProof {
            user: own(second),
            decision: Proof::read(word)?,
        });
    }
    Some(Command::SettleCard {
        key: own(second),
        action: Settling::read(first.strip_suffix("-card")?)?,
    })
}

/// What creates something that gets a name, or may get one.
fn named(words: &[&str]) -> Option<Command> {
    let (words, key) = match *words {
        [ref words @ .., "as", key] => (words, own(key)),
        _ => (words, String::new()),
    };
    Some(match *words {
        ["kyc", user, ref rest @ ..] => Command::StartKyc {
            user: own(user),
            key,
            asked: questions(rest)?,
        },
        ["transfer", source, destination, amount, currency] => Command::Transfer {
            key,
            source: party(source),
            destination: party(destination),
            amount: own(amount),
            currency: own(currency),
        },
        ["master", user, amount, currency] => Command::MasterTransfer {
            key,
            user: own(user),
            amount: own(amount),
            currency: own(currency),
        },
        ["deposit", owner, amount, "eur", ref rest @ ..] => Command::Deposit {
            owner: party(owner),
            key,
            amount: own(amount),
            sender: sender(rest)?,
        },
        ["coins", owner, amount, currency, ref rest @ ..] => {
            let (rest, asks) = match *rest {
                [ref rest @ .., "asking"] => (rest, true),
                _ => (rest, false),
            };
            Command::CoinDeposit {
                owner: party(owner),
                key,
                amount: own(amount),
                currency: own(currency),
                network: on(rest)?,
                asks,
            }
        }
        ["payout", owner, amount, currency, ref rest @ ..] => Command::PayOut {
            owner: party(owner),
            key,
            amount: own(amount),
            currency: own(currency),
            to: match *rest {
                [] => Receiver::FirstAccount,
                ["to", word] => Receiver::read(word)?,
                _ => return None,
            },
        },
        ["withdraw", owner, amount, currency, ref rest @ ..] => Command::Withdraw {
            owner: party(owner),
            key,
            amount: own(amount),
            currency: own(currency),
            network: on(rest)?,
        },
        ["lock", owner] => Command::Lock {
            owner: party(owner),
            key,
        },
        ["exchange", owner, amount, from, "to", to, "with", lock] => Command::Exchange {
            owner: party(owner),
            key,
            lock: own(lock),
            amount: own(amount),
            from: own(from),
            to: own(to),
        },
        ["quote", amount, "in", currency, ref rest @ ..] => Command::Quote {
            key,
            amount: own(amount),
            currency: own(currency),
            network: on(rest)?,
        },
        ["order", quote] => Command::Order {
            key,
            quote: own(quote),
        },
        ["link", amount, currency, ref rest @ ..] => Command::Link {
            key,
            amount: own(amount),
            currency: own(currency),
            hosted: hosted(rest)?,
        },
        ["card", user] => Command::CreateCard {
            user: own(user),
            key,
        },
        ["use", card, amount, currency, ref rest @ ..] => Command::UseCard {
            key,
            card: own(card),
            amount: own(amount),
            currency: own(currency),
            channel: match *rest {
                [] => Channel::Pos,
                ["at", word] => Channel::read(word)?,
                _ => return None,
            },
        },
        _ => return None,
    })
}

fn own(word: &str) -> String {
    word.to_owned()
}

fn party(word: &str) -> Party {
    (word != "partner").then(|| own(word))
}

fn number(word: &str) -> Option<i64> {
    word.parse().ok()
}

fn after(first: &str, rest: &[&str]) -> Option<Option<String>> {
    match *rest {
        [] => Some(None),
        [word, value] if word == first => Some(Some(own(value))),
        _ => None,
    }
}

fn questions(rest: &[&str]) -> Option<Questions> {
    let ["on", of, income, ref given @ ..] = *rest else {
        return rest.is_empty().then_some(Questions::BUSINESS);
    };
    let known = ["tax", "occupation", "more"];
    given
        .iter()
        .all(|word| known.contains(word))
        .then_some(Questions {
            of: Paper::read(of)?,
            income: Income::read(income)?,
            tax: given.contains(&"tax"),
            occupation: given.contains(&"occupation"),
            more: given.contains(&"more"),
        })
}

fn on(rest: &[&str]) -> Option<Option<String>> {
    match *rest {
        [] => Some(None),
        ["on", network] => Some(Some(own(network))),
        _ => None,
    }
}

fn sender(rest: &[&str]) -> Option<Sender> {
    match *rest {
        [] => Some(Sender::UNNAMED),
        ["from", account, check] => Some(Sender {
            account: match account {
                "A1" => Some(0),
                "A2" => Some(1),
                "nowhere" => None,
                _ => return None,
            },
            check: Check::read(check)?,
        }),
        _ => None,
    }
}

fn hosted(rest: &[&str]) -> Option<Option<Hosted>> {
    match *rest {
        [] => Some(None),
        ["for", expires, "window", window, accepts] => Some(Some(Hosted {
            expires: number(expires)?,
            window: number(window)?,
            accepts: match accepts {
                "accepting" => true,
                "whole" => false,
                _ => return None,
            },
        })),
        _ => None,
    }
}
