//! What a command names, as a core `State`: read through the writer's caches and the batch in progress.

use partner_api_core::card::Card;
use partner_api_core::ledger::Account;
use partner_api_core::user::User;
use partner_api_core::{
    CardId, Command, DepositId, ExchangeId, HolderId, OfUsers, SepaTransferId, State, UserId,
};

use super::books::Books;
use super::names::NameHash;
use super::recent::Recent;
use super::rows::{self, Belonging, ObjectKind, Record, Subject};
use super::snapshot::{belongings, holder_of};
use crate::store::{Rows, StoreError};

/// How many users are remembered between batches.
const REMEMBERED: usize = 65_536;

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
        let holder = match self.by_name.get(name) {
            Some(holder) => Some(holder),
            None => holder_of(rows, name)?,
        };
        let Some(holder) = holder else {
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
    {
        let owner = exchange.holder;
        add_holder(&mut state, owner)?;
    }
    if let Some(id) = names.sepa_transfer {
        add(rows, id, &mut state.sepa_transfers)?;
    }
    if let Some(id) = names.lock {
        add(rows, id, &mut state.locks)?;
    }
    let holders: Vec<HolderId> = state.users.values().map(|user| user.holder).collect();
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
    if is_everything || what == OfUsers::HeldDeposits {
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
                holders[0] = Some(exchange.holder);
                object = Some((ObjectKind::Exchange, id.to_string()));
            }
        }
        Command::PayOut { id, money: it, .. } => {
            object = Some((ObjectKind::Payout, id.to_string()));
            money = Some(*it);
        }
        Command::SettlePayOut { id } => {
            if let Some(payout) = state.sepa_transfers.get(id) {
                holders[0] = Some(payout.holder);
                object = Some((ObjectKind::Payout, id.to_string()));
            }
        }
        Command::ReceiveDeposit { id, money: it, .. } => {
            object = Some((ObjectKind::Deposit, id.to_string()));
            money = Some(*it);
        }
        Command::CreateCard { id, .. } => object = Some((ObjectKind::Card, id.to_string())),
        Command::BlockCard { card, .. }
        | Command::UnblockCard { card, .. }
        | Command::DeleteCard { card, .. } => {
            let is_there = state.cards.contains_key(card);
            object = is_there.then(|| (ObjectKind::Card, card.to_string()));
        }
        Command::UseCard {
            id,
            card,
            money: it,
        } => {
            holders[0] = state.cards.get(card).map(|card| card.owner);
            object = Some((ObjectKind::CardTransaction, id.to_string()));
            money = Some(*it);
        }
        Command::AddVerification { .. }
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
