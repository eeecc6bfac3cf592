//! What a command names, as a core `State`: read through the writer's caches and the batch in progress.

use partner_api_core::card::{Card, CardTransaction};
use partner_api_core::deposit::{Deposit, IbanCheck};
use partner_api_core::documents::Documents;
use partner_api_core::kyc::Kyc;
use partner_api_core::ledger::Account;
use partner_api_core::user::User;
use partner_api_core::{
    CardId, CardTransactionId, Command, DepositId, ExchangeId, HolderId, OfUsers, Owner,
    SepaTransferId, State, UserId, WithdrawalId,
};

use super::books::Books;
use super::names::NameHash;
use super::recent::Recent;
use super::rows::{self, Belonging, ObjectKind, Record, Subject};
use super::snapshot::{belongings, contacts, holder_of};
use crate::store::{Rows, StoreError};

/// How many users are remembered between batches: as many as hash tables of their size hold.
const REMEMBERED: usize = 7 << 17;

/// The users that were asked for lately.
pub(super) struct Users {
    by_name: Recent<NameHash, HolderId>,
    by_holder: Recent<HolderId, User>,
}

impl Users {
    pub(super) fn new() -> Self {
        Self {
            by_name: Recent::new(REMEMBERED),
            by_holder: Recent::new(REMEMBERED),
        }
    }

    fn named(&mut self, rows: &dyn Rows, name: &NameHash) -> Result<Option<User>, StoreError> {
        if let Some(holder) = self.by_name.get(name) {
            return self.holding(rows, holder);
        }
        let Some(holder) = holder_of(rows, name)? else {
            return Ok(None);
        };
        self.by_name.insert(*name, holder);
        self.holding(rows, holder)
    }

    fn holding(&mut self, rows: &dyn Rows, holder: HolderId) -> Result<Option<User>, StoreError> {
        if let Some(user) = self.by_holder.get(&holder) {
            return Ok(Some(user));
        }
        let user = rows::load(rows, &holder)?;
        if let Some(user) = user {
            self.by_holder.insert(holder, user);
        }
        Ok(user)
    }

    /// A user changed.
    pub(super) fn changed(&mut self, user: User) {
        self.by_holder.insert(user.holder, user);
    }

    /// What is remembered may be of a batch that was given up.
    pub(super) fn forget(&mut self) {
        self.by_name.clear();
        self.by_holder.clear();
    }
}

/// Loads what deciding `command` needs.
pub(super) fn load(
    rows: &dyn Rows,
    users: &mut Users,
    books: &mut Books,
    command: &Command,
    hashes: &[Option<NameHash>; 2],
) -> Result<State, StoreError> {
    let names = command.names();
    let mut state = State::default();
    for (id, hash) in names.users.into_iter().zip(hashes) {
        if let (Some(id), Some(hash)) = (id, hash)
            && let Some(user) = users.named(rows, hash)?
        {
            state.users.insert(id.clone(), user);
        }
    }
    let named = names.users;
    let mut add_holder = |state: &mut State, holder: HolderId| -> Result<(), StoreError> {
        if state.holder(holder).is_none()
            && let Some(user) = users.holding(rows, holder)?
        {
            state.users.insert(stand_in(holder, named), user);
        }
        Ok(())
    };
    if let Some(holder) = names.holder {
        add_holder(&mut state, holder)?;
    }
    if let Some(id) = names.card
        && let Some(card) = add::<Card>(rows, id, &mut state.cards)?
    {
        let owner = card.owner;
        add_holder(&mut state, owner)?;
    }
    if let Some(id) = names.exchange
        && let Some(exchange) = add(rows, id, &mut state.exchanges)?
        && let Owner::User(owner) = exchange.owner
    {
        add_holder(&mut state, owner)?;
    }
    if let Some(id) = names.card_transaction
        && let Some(payment) = add::<CardTransaction>(rows, id, &mut state.card_transactions)?
    {
        let (card, owner) = (payment.card.clone(), payment.owner);
        add::<Card>(rows, &card, &mut state.cards)?;
        add_holder(&mut state, owner)?;
    }
    if let Some(id) = names.deposit
        && let Some(deposit) = add::<Deposit>(rows, id, &mut state.deposits)?
        && let Some(Owner::User(owner)) = deposit.owner
    {
        add_holder(&mut state, owner)?;
    }
    if let Some(id) = names.kyc
        && let Some(kyc) = add::<Kyc>(rows, id, &mut state.kycs)?
    {
        let owner = kyc.holder;
        add_holder(&mut state, owner)?;
    }
    if let Some(id) = names.sepa_transfer {
        add(rows, id, &mut state.sepa_transfers)?;
    }
    if let Some(id) = names.withdrawal {
        add(rows, id, &mut state.withdrawals)?;
    }
    if let Some(id) = names.lock {
        add(rows, id, &mut state.locks)?;
    }
    if let Some(id) = names.quote {
        add(rows, id, &mut state.quotes)?;
    }
    if let Some(id) = names.checkout {
        add(rows, id, &mut state.checkouts)?;
    }
    let holders: Vec<HolderId> = state.users.values().map(|user| user.holder).collect();
    if let Some(iban) = names.contact {
        let owner = holders.first().copied().map_or(Owner::Partner, Owner::User);
        let known = contacts(rows, owner)?.into_iter();
        let approved = known.filter(|(_, it)| it.check == IbanCheck::Approved && it.iban == *iban);
        state.known_ibans = approved.map(|(_, it)| (owner, it.iban)).collect();
    }
    for &holder in &holders {
        load_of_user(rows, books, names.of_users, holder, &mut state)?;
    }
    if let Some(currency) = names.currency {
        let users = holders.into_iter().map(Account::User);
        for account in users.chain([Account::Partner]) {
            let atoms = books.balance(rows, account, currency)?;
            state.balances.insert((account, currency), atoms);
        }
    }
    Ok(state)
}

fn load_of_user(
    rows: &dyn Rows,
    books: &Books,
    what: OfUsers,
    holder: HolderId,
    state: &mut State,
) -> Result<(), StoreError> {
    let is_everything = what == OfUsers::Everything;
    if is_everything || what == OfUsers::Cards {
        for id in belongings::<CardId>(rows, holder, Belonging::Card)? {
            add(rows, &id, &mut state.cards)?;
        }
    }
    if what == OfUsers::Documents {
        let shown = rows::load::<Documents>(rows, &holder)?;
        state.documents.extend(shown.map(|shown| (holder, shown)));
    }
    if is_everything || what == OfUsers::OpenDeposits {
        for id in belongings::<DepositId>(rows, holder, Belonging::Deposit)? {
            add(rows, &id, &mut state.deposits)?;
        }
    }
    if is_everything {
        for id in belongings::<SepaTransferId>(rows, holder, Belonging::Payout)? {
            add(rows, &id, &mut state.sepa_transfers)?;
        }
        for id in belongings::<ExchangeId>(rows, holder, Belonging::Exchange)? {
            add(rows, &id, &mut state.exchanges)?;
        }
        for id in belongings::<WithdrawalId>(rows, holder, Belonging::Withdrawal)? {
            add(rows, &id, &mut state.withdrawals)?;
        }
        for id in belongings::<CardTransactionId>(rows, holder, Belonging::CardTransaction)? {
            add(rows, &id, &mut state.card_transactions)?;
        }
        let account = Account::User(holder);
        let balances = books.balances(rows, account)?.into_iter();
        state
            .balances
            .extend(balances.map(|(currency, atoms)| ((account, currency), atoms)));
    }
    Ok(())
}

/// Adds a record to its place in the state, and shows it.
fn add<'a, R: Record<Key: Ord + Clone>>(
    rows: &dyn Rows,
    id: &R::Key,
    to: &'a mut std::collections::BTreeMap<R::Key, R>,
) -> Result<Option<&'a R>, StoreError> {
    let Some(record) = rows::load::<R>(rows, id)? else {
        return Ok(None);
    };
    to.insert(id.clone(), record);
    Ok(to.get(id))
}

/// An id for a user whose own the command does not name: different from any that it does name.
fn stand_in(holder: HolderId, named: [Option<&UserId>; 2]) -> UserId {
    let mut text = holder.to_string();
    while named.into_iter().flatten().any(|id| id.as_str() == text) {
        text.push('+');
    }
    UserId::new(text).expect("a UUID and a plus or two are an id")
}

/// Whom and what a command is about, in opaque ids. What a caller names that does not exist stays unnamed, because
/// nobody knows what it says.
pub(super) fn subject(command: &Command, state: &State) -> Subject {
    let names = command.names();
    let mut holders = names.users.map(|id| Some(state.users.get(id?)?.holder));
    let mut object = None;
    let mut money = None;
    match command {
        Command::CreateUser { holder, .. } => holders[0] = holders[0].or(Some(*holder)),
        Command::DecideVerification { holder, .. } => {
            holders[0] = state.holder(*holder).map(|user| user.holder);
        }
        Command::Transfer { id, money: it, .. } => {
            object = Some((ObjectKind::Transfer, id.to_string()));
            money = Some(*it);
        }
        Command::LockRate { id, .. } => object = Some((ObjectKind::Lock, id.to_string())),
        Command::Exchange { id, from, .. } => {
            object = Some((ObjectKind::Exchange, id.to_string()));
            money = Some(*from);
        }
        Command::SettleExchange { id, .. } => {
            if let Some(exchange) = state.exchanges.get(id) {
                holders[0] = exchange.owner.user();
                object = Some((ObjectKind::Exchange, id.to_string()));
            }
        }
        Command::PayOut { id, money: it, .. } => {
            object = Some((ObjectKind::Payout, id.to_string()));
            money = Some(*it);
        }
        Command::SettlePayOut { id, .. } => {
            if let Some(payout) = state.sepa_transfers.get(id) {
                holders[0] = payout.owner.user();
                object = Some((ObjectKind::Payout, id.to_string()));
            }
        }
        Command::ReceiveDeposit { id, money: it, .. } => {
            object = Some((ObjectKind::Deposit, id.to_string()));
            money = Some(*it);
        }
        Command::CreateCard { id, .. } => object = Some((ObjectKind::Card, id.to_string())),
        Command::Withdraw { id, money: it, .. } => {
            object = Some((ObjectKind::Withdrawal, id.to_string()));
            money = Some(*it);
        }
        Command::SettleWithdrawal { id, .. } => {
            if let Some(withdrawal) = state.withdrawals.get(id) {
                holders[0] = withdrawal.owner.user();
                object = Some((ObjectKind::Withdrawal, id.to_string()));
            }
        }
        Command::DecideDeposit { id, .. } | Command::SupplyTravelRule { id, .. } => {
            if let Some(deposit) = state.deposits.get(id) {
                holders[0] = deposit.owner.and_then(Owner::user);
                object = Some((ObjectKind::Deposit, id.to_string()));
            }
        }
        Command::StartKyc { id, .. } => object = Some((ObjectKind::Kyc, id.to_string())),
        Command::DecideKyc { id, .. } => {
            if let Some(kyc) = state.kycs.get(id) {
                holders[0] = Some(kyc.holder);
                object = Some((ObjectKind::Kyc, id.to_string()));
            }
        }
        Command::DecidePoa { holder, .. } => {
            holders[0] = state.holder(*holder).map(|user| user.holder);
        }
        Command::Quote { id, euro, .. } => {
            object = Some((ObjectKind::Quote, id.to_string()));
            money = Some(*euro);
        }
        Command::CreateOrder { id, .. } => object = Some((ObjectKind::Checkout, id.to_string())),
        Command::CreateLink { id, euro, .. } => {
            object = Some((ObjectKind::Checkout, id.to_string()));
            money = Some(*euro);
        }
        Command::AssignWallet { id }
        | Command::ReceivePayment { id, .. }
        | Command::ConfirmPayments { id }
        | Command::ExpireCheckout { id, .. } => {
            let is_there = state.checkouts.contains_key(id);
            object = is_there.then(|| (ObjectKind::Checkout, id.to_string()));
        }
        Command::SettleCardTransaction { id, .. } => {
            if let Some(payment) = state.card_transactions.get(id) {
                holders[0] = Some(payment.owner);
                object = Some((ObjectKind::CardTransaction, id.to_string()));
            }
        }
        Command::ChargeCard { card } => {
            holders[0] = state.cards.get(card).map(|card| card.owner);
            let is_there = state.cards.contains_key(card);
            object = is_there.then(|| (ObjectKind::Card, card.to_string()));
        }
        Command::BlockCard { card, .. }
        | Command::UnblockCard { card, .. }
        | Command::DeleteCard { card, .. }
        | Command::ChangePin { card, .. }
        | Command::SetLimits { card, .. } => {
            let is_there = state.cards.contains_key(card);
            object = is_there.then(|| (ObjectKind::Card, card.to_string()));
        }
        Command::UseCard {
            id,
            card,
            money: it,
            ..
        } => {
            holders[0] = state.cards.get(card).map(|card| card.owner);
            object = Some((ObjectKind::CardTransaction, id.to_string()));
            money = Some(*it);
        }
        Command::AddVerification { .. }
        | Command::AddKycFiles { .. }
        | Command::AddPoaFiles { .. }
        | Command::CreateWallet { .. }
        | Command::UpdateUser { .. }
        | Command::Suspend { .. }
        | Command::Unsuspend { .. }
        | Command::Close { .. } => {}
    }
    Subject {
        holders,
        object,
        money,
    }
}
