//! What the model's commands are in the words of the rules, and what is refused before any rule is asked.

use partner_api_core::{
    Amount, CheckoutId, Command as Asked, HolderId, Iban, Money, Network, Owner, Rule, UserId,
    card::{CardSecrets, CardTransactionAction, Channel, Limits, SpendingLimits},
    deposit::{IbanCheck, Sender, Source, TravelRule, Wallet},
    documents::{FileKind, POA_FILES_MAX, Photos as CorePhotos, PoaAction},
    sepa_transfer::Receiver,
    user::{Profile, ProfileChanges},
    withdrawal::Destination,
};

use super::{
    PureWorld, currency, parsed,
    people::{document_kind, identity, identity_by, profile, questionnaire},
};
use crate::{
    driver::NO_RULE,
    oracle::{self, Check, Command, Oracle, Party, Proof, Settling},
    persona,
};

impl PureWorld {
    /// The rules' form of a command that creates or changes something.
    pub(super) fn ask(&mut self, command: &Command) -> Result<Asked, &'static str> {
        Ok(match command {
            Command::Create {
                user,
                country,
                born,
            } => Asked::CreateUser {
                user: parsed(user),
                holder: self.new_holder(),
                country: given(country)?,
                profile: Box::new(Profile {
                    birth_date: given(born.as_deref().unwrap_or("1990-05-15"))?,
                    ..profile(user)
                }),
            },
            Command::Verify { user, by } => Asked::AddVerification {
                user: parsed(user),
                identity: Box::new(by.as_ref().map_or_else(|| Ok(identity()), identity_by)?),
            },
            Command::Decide { user, approved } => Asked::DecideVerification {
                holder: self.holder(user)?,
                approved: *approved,
            },
            Command::AddFiles { user, files } => {
                let photos = document_kind(files.of).photos().map_err(Rule::name)?;
                if files.back != (photos == CorePhotos::TwoSides) {
                    return Err(NO_RULE);
                }
                FileKind::of(persona::scan(files.scan)).map_err(Rule::name)?;
                Asked::AddKycFiles { user: parsed(user) }
            }
            Command::AddProof { user, files } => {
                if !(1..=POA_FILES_MAX).contains(&files.count) {
                    return Err(NO_RULE);
                }
                FileKind::of(persona::scan(files.scan)).map_err(Rule::name)?;
                Asked::AddPoaFiles { user: parsed(user) }
            }
            Command::DecideProof { user, decision } => Asked::DecidePoa {
                holder: self.holder(user)?,
                decision: match decision {
                    Proof::Approve => PoaAction::Approve,
                    Proof::Reject => PoaAction::Reject,
                    Proof::Question => PoaAction::Question,
                },
            },
            // Whether questions are answered is no rule's affair.
            Command::StartKyc { asked, .. } if !asked.are_answered() => return Err(NO_RULE),
            Command::StartKyc { user, key, .. } => Asked::StartKyc {
                id: parsed(key),
                user: parsed(user),
                questionnaire: Box::new(questionnaire()),
            },
            Command::DecideKyc { key, approved } => Asked::DecideKyc {
                id: parsed(key),
                approved: *approved,
                reasons: vec!["blurred".to_owned()],
            },
            Command::Update { user, field } => {
                let editable = ["email", "phone", "street", "number", "city", "postCode"];
                if !editable.contains(&&**field) {
                    return Err(Rule::FieldMustBeEditable.name());
                }
                let changes = ProfileChanges {
                    city: Some(parsed("Bonn")),
                    ..ProfileChanges::default()
                };
                Asked::UpdateUser {
                    user: parsed(user),
                    changes: Box::new(changes),
                }
            }
            Command::Suspend { user } => Asked::Suspend { user: parsed(user) },
            Command::Unsuspend { user } => Asked::Unsuspend { user: parsed(user) },
            Command::Close { user } => Asked::Close { user: parsed(user) },
            _ => return self.ask_of_money(command),
        })
    }

    fn ask_of_money(&mut self, command: &Command) -> Result<Asked, &'static str> {
        Ok(match command {
            Command::Transfer {
                source,
                destination,
                amount,
                currency,
                ..
            } => Asked::Transfer {
                id: parsed(&self.new_id("transfer")),
                source: source.as_deref().map(parsed),
                destination: destination.as_deref().map(parsed),
                money: money(amount, currency)?,
            },
            Command::MasterTransfer {
                user,
                amount,
                currency,
                ..
            } => Asked::Transfer {
                id: parsed(&self.new_id("transfer")),
                source: None,
                destination: Some(parsed(user)),
                money: money(amount, currency)?,
            },
            Command::Deposit {
                owner: of,
                key,
                amount,
                sender,
            } => Asked::ReceiveDeposit {
                id: parsed(key),
                owner: owner(of),
                money: money(amount, "eur")?,
                source: Source::Sepa,
                sender: sender.account.map(|number| Box::new(sent_from(number))),
                check: match sender.check {
                    Check::Own => IbanCheck::Approved,
                    Check::Other => IbanCheck::Rejected,
                    Check::Unsure => IbanCheck::Pending,
                },
                needs_travel_rule: false,
            },
            Command::CoinDeposit {
                owner: of,
                key,
                amount,
                currency,
                network,
                asks,
            } => Asked::ReceiveDeposit {
                id: parsed(key),
                owner: owner(of),
                money: money(amount, currency)?,
                source: Source::Chain(self::network(currency, network)?),
                sender: None,
                check: IbanCheck::Approved,
                needs_travel_rule: *asks,
            },
            Command::DecideDeposit { key, approved } => {
                let number = self.senders.get(key);
                Asked::DecideDeposit {
                    id: parsed(key),
                    approved: *approved,
                    sender: number.map(|number| Box::new(sent_from(*number))),
                }
            }
            Command::TravelRule { owner: of, key } => Asked::SupplyTravelRule {
                id: parsed(key),
                owner: owner(of),
                data: Box::new(own_wallet()),
            },
            Command::Wallet {
                currency: code,
                network,
            } => Asked::CreateWallet {
                currency: currency(code),
                network: self::network(code, network)?,
            },
            // The body of a payout can name EUR, or a currency that nobody knows.
            Command::PayOut { currency: code, .. }
                if code != "eur" && currency(code).is_known() =>
            {
                return Err(NO_RULE);
            }
            Command::PayOut {
                owner: of,
                key,
                amount,
                currency,
                to,
            } => Asked::PayOut {
                id: parsed(key),
                owner: owner(of),
                money: money(amount, currency)?,
                receiver: Box::new(receiver(*to)),
            },
            Command::DecidePayOut { key, succeeds } => Asked::SettlePayOut {
                id: parsed(key),
                succeeds: *succeeds,
            },
            Command::Withdraw {
                owner: of,
                key,
                amount,
                currency: code,
                network,
            } => {
                let (money, network) = (money(amount, code)?, self::network(code, network)?);
                let fee = self.network_fees.get(&(currency(code), network));
                Asked::Withdraw {
                    id: parsed(key),
                    owner: owner(of),
                    money,
                    network,
                    network_fee: fee.copied().unwrap_or_default(),
                    destination: Box::new(destination()),
                }
            }
            Command::DecideWithdrawal { key, completed } => Asked::SettleWithdrawal {
                id: parsed(key),
                completed: *completed,
            },
            Command::Lock { owner: of, key } => Asked::LockRate {
                id: parsed(key),
                owner: owner(of),
                rates: self.rates.clone(),
            },
            Command::Exchange {
                owner: of,
                key,
                lock,
                amount,
                from,
                to,
            } => Asked::Exchange {
                id: parsed(key),
                owner: owner(of),
                lock: parsed(lock),
                from: money(amount, from)?,
                to: currency(to),
            },
            Command::DecideExchange { key, completed } => Asked::SettleExchange {
                id: parsed(key),
                completed: *completed,
            },
            _ => return self.ask_of_the_rest(command),
        })
    }

    fn ask_of_the_rest(&mut self, command: &Command) -> Result<Asked, &'static str> {
        Ok(match command {
            Command::Quote {
                key,
                amount,
                currency: code,
                network,
            } => Asked::Quote {
                id: parsed(key),
                euro: money(amount, "eur")?,
                currency: currency(code),
                network: self::network(code, network)?,
                rate: self.rate(code),
            },
            Command::Order { key, quote } => Asked::CreateOrder {
                id: checkout(key),
                lock: parsed(quote),
            },
            Command::Link {
                key,
                amount,
                currency,
                hosted,
            } => Asked::CreateLink {
                id: checkout(key),
                is_hosted: hosted.is_some(),
                euro: money(amount, currency)?,
                ttl: hosted.map(|hosted| seconds(hosted.expires)),
                underpayment_window: hosted.map(|hosted| seconds(hosted.window)),
                accepts_part: hosted.is_some_and(|hosted| hosted.accepts),
            },
            // No rule knows which of the two was meant.
            Command::Pay { checkout: key, .. }
                if !self.state.checkouts.contains_key(&checkout(key)) =>
            {
                return Err(Oracle::missing_checkout(key));
            }
            Command::Pay {
                checkout: key,
                amount,
                currency,
                network,
            } => Asked::ReceivePayment {
                id: checkout(key),
                hash: parsed(&self.new_id("hash")),
                money: money(amount, currency)?,
                network: self::network(currency, network)?,
                rate: self.rate(currency),
            },
            Command::CreateCard { user, key } => Asked::CreateCard {
                id: parsed(key),
                user: parsed(user),
                label: "holiday".to_owned(),
                secrets: Box::new(secrets()),
            },
            Command::BlockCard { user, card } => Asked::BlockCard {
                user: parsed(user),
                card: parsed(card),
            },
            Command::UnblockCard { user, card } => Asked::UnblockCard {
                user: parsed(user),
                card: parsed(card),
            },
            Command::DeleteCard { user, card } => Asked::DeleteCard {
                user: parsed(user),
                card: parsed(card),
            },
            Command::ChangePin { user, card } => Asked::ChangePin {
                user: parsed(user),
                card: parsed(card),
                pin: Box::new(parsed(persona::PIN)),
            },
            Command::SetLimits { user, card, limits } => Asked::SetLimits {
                user: parsed(user),
                card: parsed(card),
                limits: spending_limits(limits),
            },
            Command::UseCard {
                key,
                card,
                amount,
                currency,
                channel,
            } => Asked::UseCard {
                id: if key.is_empty() {
                    parsed(&self.new_id("use"))
                } else {
                    parsed(key)
                },
                card: parsed(card),
                money: money(amount, currency)?,
                channel: match channel {
                    oracle::Channel::Pos => Channel::Pos,
                    oracle::Channel::Atm => Channel::Atm,
                    oracle::Channel::Ecom => Channel::Ecom,
                },
            },
            Command::SettleCard { key, action } => Asked::SettleCardTransaction {
                id: parsed(key),
                action: match action {
                    Settling::Clear => CardTransactionAction::Clear,
                    Settling::Reverse => CardTransactionAction::Reverse,
                    Settling::Refund => CardTransactionAction::Refund,
                },
            },
            _ => unreachable!("{command} asks nothing of the rules"),
        })
    }

    fn holder(&self, user: &str) -> Result<HolderId, &'static str> {
        let user = self.state.users.get(&parsed::<UserId>(user));
        user.map(|user| user.holder)
            .ok_or(Rule::UserMustExist.name())
    }

    fn rate(&self, code: &str) -> Amount {
        let rate = self.rates.get(&currency(code));
        rate.copied().unwrap_or_default()
    }
}

/// What a body may be malformed by.
pub(super) fn given<T: std::str::FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| NO_RULE)
}

fn owner(party: &Party) -> Owner<UserId> {
    party.as_deref().map(parsed).into()
}

pub(super) fn checkout(key: &str) -> CheckoutId {
    parsed(key)
}

fn seconds(seconds: i64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds.unsigned_abs())
}

/// What is finer than its currency is refused before any rule sees it.
fn money(amount: &str, code: &str) -> Result<Money, &'static str> {
    Money::new(parsed(amount), currency(code)).map_err(|_| Rule::AmountMustFitCurrency.name())
}

/// So is a network that carries nothing of the kind.
fn network(code: &str, named: &Option<String>) -> Result<Network, &'static str> {
    let currency = currency(code);
    if !currency.is_known() {
        return Err(Rule::CurrencyMustBeKnown.name());
    }
    let network = match named {
        Some(named) => Some(parsed(named)),
        None => Network::of(currency).first().copied(),
    };
    network
        .filter(|network| network.carries(currency))
        .ok_or(Rule::NetworkMustCarryCurrency.name())
}

/// What a card may spend, in the rules' words.
pub fn spending_limits(limits: &oracle::Limits) -> SpendingLimits {
    let euro = |units: i64| Amount::from_atoms(units * 100_000_000).expect("not negative");
    let row = |[all, atm, ecom]: [i64; 3]| Limits {
        all: euro(all),
        atm: euro(atm),
        ecom: euro(ecom),
    };
    SpendingLimits {
        daily: row(limits.daily),
        monthly: row(limits.monthly),
    }
}

/// The user's first or second account.
pub(super) fn iban(number: usize) -> Iban {
    parsed(persona::IBANS[number])
}

fn sent_from(number: usize) -> Sender {
    Sender {
        iban: iban(number),
        name: parsed("Anna Nowak"),
    }
}

fn receiver(to: oracle::Receiver) -> Receiver {
    let is_person = to == oracle::Receiver::Person;
    let name = |name: &str| is_person.then(|| parsed(name));
    Receiver {
        iban: iban(usize::from(to == oracle::Receiver::SecondAccount)),
        title: parsed("savings"),
        first_name: name("Jan"),
        last_name: name("Nowak"),
        company: None,
    }
}

fn destination() -> Destination {
    Destination {
        address: parsed(persona::ADDRESS),
        memo: None,
        name: parsed("Anna Nowak"),
        wallet_type: "CUSTODIAL".to_owned(),
        receiver_type: "NATURAL".to_owned(),
    }
}

fn own_wallet() -> TravelRule {
    TravelRule {
        wallet: Wallet::SelfCustody,
        is_own_wallet: Some(true),
        first_name: None,
        last_name: None,
        company: None,
        vat_id: None,
        street: None,
        city: None,
        post_code: None,
        country: None,
    }
}

fn secrets() -> CardSecrets {
    let (number, cvv) = (parsed("4000001234567899"), parsed("123"));
    CardSecrets {
        number,
        cvv,
        expiry: parsed("01/30"),
        pin: parsed(persona::PIN),
    }
}
