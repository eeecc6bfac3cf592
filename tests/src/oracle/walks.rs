//! Walks to a status: what a sandbox has to do, written down for each lifecycle and not searched for.

use super::{
    Command, Oracle, Papers, Photos, Proof, Settling, Standing, Walked, atoms,
    rules::{Broken, Verdict},
};

/// What is done on the way.
#[derive(Clone, Debug)]
pub enum Deed {
    /// What a partner, or the outside world, could ask for.
    Ask(Command),
    /// An order gets its wallet.
    Wallet(String),
    /// The chain confirms what was paid.
    Confirm(String),
    /// The time of an order or a link is over.
    End(String),
}

/// A step that was tried.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub deed: Deed,
    /// Where it led from.
    pub from: &'static str,
    /// Where it led; nothing if it was refused.
    pub to: Option<&'static str>,
}

impl Oracle {
    /// Goes on until it is there, or a rule is in the way. What was done stays done.
    pub(super) fn walk(&mut self, what: Walked, id: &str, to: &str) -> Verdict {
        self.walked.clear();
        let mut broken = Broken::default();
        let is_status = what.statuses().contains(&to);
        broken.must(is_status, "input_must_be_well_formed");
        broken.must(self.place(what, id).is_some(), what.missing());
        self.pass(broken)?;
        loop {
            let from = self.place(what, id).expect("it was there");
            if let Some(last) = self.walked.last_mut() {
                last.to = Some(from);
            }
            if from == to {
                return Ok(());
            }
            assert!(self.walked.len() < 8, "no way is so long");
            let mut broken = Broken::default();
            let deed = self.next_deed(what, id, from, to);
            broken.must(deed.is_some(), "input_must_be_well_formed");
            self.pass(broken)?;
            let deed = deed.expect("checked above");
            self.walked.push(Step {
                deed: deed.clone(),
                from,
                to: None,
            });
            self.books.next_decision(self.now);
            self.perform(&deed)?;
        }
    }

    fn perform(&mut self, deed: &Deed) -> Verdict {
        match deed {
            Deed::Ask(command) => self.apply(command),
            Deed::Wallet(key) => self.assign_wallet(key),
            Deed::Confirm(key) => self.confirm(key),
            Deed::End(key) => {
                let found = self.checkouts.get_mut(key).expect("it was found");
                found.expires = found.expires.map(|at| at.min(self.now));
                self.expire(key)
            }
        }
    }

    /// Where it stands; nothing if there is nothing of that id.
    fn place(&self, what: Walked, id: &str) -> Option<&'static str> {
        let checkout = |is_order| {
            let found = self.checkouts.get(id);
            Some(found.filter(|it| it.quote.is_some() == is_order)?.status)
        };
        Some(match what {
            Walked::Verification => self.users.get(id)?.verification.word(),
            Walked::Standing => self.users.get(id)?.standing.word(),
            Walked::Proof => self.users.get(id)?.proof,
            Walked::Kyc => self.kycs.get(id)?.status,
            Walked::Card => self.cards.get(id)?.state.word(),
            Walked::CardPayment => self.card_payments.get(id)?.status,
            Walked::Payout => match self.payouts.get(id)? {
                payout if payout.status != "pending" => payout.status,
                payout if payout.funded => "funded",
                _ => "unfunded",
            },
            Walked::Withdrawal => self.withdrawals.get(id)?.status,
            Walked::Exchange => self.exchanges.get(id)?.status,
            Walked::Deposit => self.deposits.get(id)?.status,
            Walked::Order => checkout(true)?,
            Walked::Link => checkout(false)?,
        })
    }

    /// The next step on the shortest way; nothing if there is no way.
    fn next_deed(&self, what: Walked, id: &str, from: &str, to: &str) -> Option<Deed> {
        let key = || id.to_owned();
        let ask = match what {
            Walked::Verification => self.towards_verification(id, from, to)?,
            Walked::Standing => match (from, to) {
                ("open", "suspended") => Command::Suspend { user: key() },
                ("suspended", "open") => Command::Unsuspend { user: key() },
                ("open" | "suspended", "closed") => Command::Close { user: key() },
                _ => return None,
            },
            Walked::Proof => towards_proof(id, from, to)?,
            Walked::Kyc => Command::DecideKyc {
                key: key(),
                approved: one_of(from, "pending", to, ["approved", "rejected"])?,
            },
            Walked::Card => self.towards_card(id, from, to)?,
            Walked::CardPayment => Command::SettleCard {
                key: key(),
                action: match (from, to) {
                    ("authorised", "cleared" | "refunded") => Settling::Clear,
                    ("authorised", "reversed") => Settling::Reverse,
                    ("cleared", "refunded") => Settling::Refund,
                    _ => return None,
                },
            },
            Walked::Payout => Command::DecidePayOut {
                key: key(),
                succeeds: match (from, to) {
                    ("funded", "successful") => true,
                    ("funded", "failed") => false,
                    // Whatever the bank says, without the money it fails.
                    ("unfunded", "failed") => true,
                    _ => return None,
                },
            },
            Walked::Withdrawal => Command::DecideWithdrawal {
                key: key(),
                completed: one_of(from, "pending", to, ["successful", "unsuccessful"])?,
            },
            Walked::Exchange => Command::DecideExchange {
                key: key(),
                completed: one_of(from, "pending", to, ["completed", "failed"])?,
            },
            Walked::Deposit => self.towards_deposit(id, from, to)?,
            Walked::Order | Walked::Link => return self.towards_checkout(id, from, to),
        };
        Some(Deed::Ask(ask))
    }

    /// Files come first where they are wanted first.
    fn towards_verification(&self, id: &str, from: &str, to: &str) -> Option<Command> {
        let user = id.to_owned();
        match (from, to) {
            ("registered" | "rejected", "pending" | "approved" | "rejected") => {
                let found = &self.users[id];
                let shown = found.files || self.has_approved_kyc(found);
                Some(if shown || !self.terms.documents_first {
                    Command::Verify { user, by: None }
                } else {
                    let files = Photos::PASSPORT;
                    Command::AddFiles { user, files }
                })
            }
            ("pending", "approved" | "rejected") => {
                let approved = to == "approved";
                Some(Command::Decide { user, approved })
            }
            _ => None,
        }
    }

    /// A card whose holder is closed is nobody's, and nothing becomes of it.
    fn towards_card(&self, id: &str, from: &str, to: &str) -> Option<Command> {
        let user = self.cards[id].owner.clone();
        let card = id.to_owned();
        if self.users[&user].standing == Standing::Closed {
            return None;
        }
        match (from, to) {
            ("active", "blocked") => Some(Command::BlockCard { user, card }),
            ("blocked", "active") => Some(Command::UnblockCard { user, card }),
            ("active" | "blocked", "deleted") => Some(Command::DeleteCard { user, card }),
            _ => None,
        }
    }

    /// What becomes of a deposit is not chosen: it follows from what it needs, and from where its owner stands.
    fn towards_deposit(&self, id: &str, from: &str, to: &str) -> Option<Command> {
        let found = &self.deposits[id];
        let owner = found.owner.clone()?;
        let decide = |approved| Command::DecideDeposit {
            key: id.to_owned(),
            approved,
        };
        let standing = owner.as_ref().map(|user| self.users[user].standing);
        let is_held_up = standing == Some(Standing::Suspended);
        let is_closing = to == "credited" || to == "held" && is_held_up;
        match (from, to) {
            ("checking" | "waiting_for_travel_rule" | "held", "returned") => Some(decide(false)),
            ("held", "credited") => Some(Command::Unsuspend { user: owner? }),
            ("checking", "waiting_for_travel_rule") => found.asks.then(|| decide(true)),
            ("checking", _) => is_closing.then(|| decide(true)),
            ("waiting_for_travel_rule", _) => is_closing.then(|| Command::TravelRule {
                owner,
                key: id.to_owned(),
            }),
            _ => None,
        }
    }

    /// Who wants it completed wants it paid in full, unless a part was paid and parts are accepted.
    fn towards_checkout(&self, id: &str, from: &str, to: &str) -> Option<Deed> {
        let found = &self.checkouts[id];
        let key = id.to_owned();
        let accepted = found.accepts && from == "underpaid";
        let pay = |share| self.payment(id, share).map(Deed::Ask);
        match (from, to) {
            ("waiting_for_wallet", "underpaid") if pay(Share::Part).is_none() => None,
            ("waiting_for_wallet", "confirming" | "completed") if pay(Share::Rest).is_none() => {
                None
            }
            ("waiting_for_wallet", _) => Some(Deed::Wallet(key)),
            ("open", "underpaid") => pay(Share::Part),
            ("underpaid", "completed") if accepted => Some(Deed::End(key)),
            ("open" | "underpaid", "confirming" | "completed") => pay(Share::Rest),
            ("confirming", "completed") => Some(Deed::Confirm(key)),
            ("open" | "underpaid", "expired") if !accepted => Some(Deed::End(key)),
            _ => None,
        }
    }

    /// A payment of half of what is left, or of all of it; nothing if that would be nothing, or half were all.
    fn payment(&self, id: &str, share: Share) -> Option<Command> {
        let found = &self.checkouts[id];
        let left = i128::from(found.due() - found.received());
        let half = |grain: i64| left / 2 / i128::from(grain) * i128::from(grain);
        let (atoms, currency, network) = match &found.quote {
            Some((_, quote)) => {
                let part = half(atoms::grain(&quote.currency));
                let atoms = if share == Share::Part { part } else { left };
                (atoms, &*quote.currency, &*quote.network)
            }
            None => {
                let euro = if share == Share::Part {
                    half(atoms::grain("eur"))
                } else {
                    left
                };
                let (rate, grain) = (
                    i128::from(self.rates["usdc"]),
                    i128::from(atoms::grain("usdc")),
                );
                // At least that much euro, and as little more as can be.
                let least = (euro * 100_000_000 + rate - 1) / rate;
                let least = (least + grain - 1) / grain * grain;
                let worth = Self::worth(i64::try_from(least).ok()?, i64::try_from(rate).ok()?);
                if share == Share::Part && left <= i128::from(worth?) {
                    return None;
                }
                (least, "usdc", "ethereum")
            }
        };
        let atoms = i64::try_from(atoms).ok().filter(|atoms| *atoms > 0)?;
        Some(Command::Pay {
            checkout: id.to_owned(),
            amount: atoms::show(atoms),
            currency: currency.to_owned(),
            network: Some(network.to_owned()),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Part,
    Rest,
}

/// From this one state to one of two: whether it is the first.
fn one_of(from: &str, only: &str, to: &str, ends: [&str; 2]) -> Option<bool> {
    (from == only && ends.contains(&to)).then(|| to == ends[0])
}

fn towards_proof(id: &str, from: &str, to: &str) -> Option<Command> {
    let user = id.to_owned();
    let decision = match to {
        "approved" => Some(Proof::Approve),
        "rejected" => Some(Proof::Reject),
        "questioned" => Some(Proof::Question),
        "waiting" => None,
        _ => return None,
    };
    match from {
        "missing" | "rejected" | "questioned" => Some(Command::AddProof {
            user,
            files: Papers::ONE,
        }),
        "waiting" => decision.map(|decision| Command::DecideProof { user, decision }),
        _ => None,
    }
}

impl Walked {
    /// Whether it goes by the user's id.
    pub fn is_of_user(self) -> bool {
        matches!(self, Self::Verification | Self::Standing | Self::Proof)
    }

    /// Where each can stand.
    pub fn statuses(self) -> &'static [&'static str] {
        match self {
            Self::Verification => &["registered", "pending", "approved", "rejected"],
            Self::Standing => &["open", "suspended", "closed"],
            Self::Proof => &["missing", "waiting", "approved", "rejected", "questioned"],
            Self::Kyc => &["pending", "approved", "rejected"],
            Self::Card => &["active", "blocked", "deleted"],
            Self::CardPayment => &["authorised", "cleared", "reversed", "refunded"],
            Self::Payout => &["funded", "unfunded", "successful", "failed"],
            Self::Withdrawal => &["pending", "successful", "unsuccessful"],
            Self::Exchange => &["pending", "completed", "failed"],
            Self::Deposit => &[
                "checking",
                "waiting_for_travel_rule",
                "held",
                "credited",
                "returned",
            ],
            Self::Order | Self::Link => &[
                "waiting_for_wallet",
                "open",
                "underpaid",
                "confirming",
                "completed",
                "expired",
            ],
        }
    }

    /// Which rule an id breaks that leads to nothing.
    fn missing(self) -> &'static str {
        match self {
            Self::Verification | Self::Standing | Self::Proof => "user_must_exist",
            Self::Kyc => "kyc_must_exist",
            Self::Card => "card_must_exist",
            Self::CardPayment => "card_transaction_must_exist",
            Self::Payout => "payout_must_exist",
            Self::Withdrawal => "withdrawal_must_exist",
            Self::Exchange => "exchange_must_exist",
            Self::Deposit => "deposit_must_exist",
            Self::Order => "order_must_exist",
            Self::Link => "payment_link_must_exist",
        }
    }
}
