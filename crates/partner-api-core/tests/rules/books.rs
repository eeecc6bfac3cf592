//! The auditor: whatever happened, the books sum to zero, nobody inside owes, and every balance explains itself.

use std::collections::BTreeMap;

use partner_api_core::card::CardTransactionState;
use partner_api_core::checkout::PaymentState;
use partner_api_core::deposit::DepositState;
use partner_api_core::exchange::ExchangeState;
use partner_api_core::ledger::Account;
use partner_api_core::sepa_transfer::SepaTransferState;
use partner_api_core::withdrawal::WithdrawalState;
use partner_api_core::{Amount, Currency, Money, State};

/// Atoms by currency; what is zero is left out.
pub(crate) type Sums = BTreeMap<Currency, i128>;

/// Checks the books of a world at rest; to be called after every command.
pub(crate) fn audit(state: &State) {
    let mut sums = Sums::new();
    for ((account, currency), atoms) in &state.balances {
        *sums.entry(*currency).or_default() += i128::from(*atoms);
        let may_owe = matches!(account, Account::Outside(_));
        assert!(
            may_owe || 0 <= *atoms,
            "L10: {account} holds {atoms} {currency}"
        );
    }
    for (currency, sum) in sums {
        assert_eq!(sum, 0, "L8: the books in {currency} do not sum to zero");
    }
    let is_held =
        |state: DepositState| !matches!(state, DepositState::Credited | DepositState::Returned);
    let held = state.deposits.values().filter(|it| is_held(it.state));
    let payments = state.checkouts.values().flat_map(|it| &it.payments);
    let seen = payments.filter(|it| it.state == PaymentState::Detected);
    let held = total(held.map(|it| it.money).chain(seen.map(|it| it.money)));
    assert_eq!(
        sum_of(state, Account::Suspense),
        held,
        "suspense is what is held"
    );
    let with = |money: Money, fee: Amount| [money, priced(fee, money)];
    let payouts = state.sepa_transfers.values();
    let payouts = payouts.filter(|it| it.state == SepaTransferState::Funded);
    let exchanges = state.exchanges.values();
    let exchanges = exchanges.filter(|it| it.state == ExchangeState::Pending);
    let withdrawals = state.withdrawals.values();
    let withdrawals = withdrawals.filter(|it| it.state == WithdrawalState::Pending);
    let uses = state.card_transactions.values();
    let uses = uses.filter(|it| it.state == CardTransactionState::Authorised);
    let reserved = total(
        payouts
            .flat_map(|it| with(it.money, it.fee))
            .chain(exchanges.map(|it| it.from))
            .chain(withdrawals.flat_map(|it| {
                let [money, fee] = with(it.money, it.service_fee);
                [money, fee, priced(it.network_fee, it.money)]
            }))
            .chain(uses.map(|it| it.money)),
    );
    assert_eq!(
        sum_of(state, Account::Settlement),
        reserved,
        "settlement is what is reserved"
    );
    let completed = state.exchanges.values();
    let completed = completed.filter(|it| it.state == ExchangeState::Completed);
    let mut residues = Sums::new();
    for exchange in completed {
        let residue = i128::from(exchange.residue.atoms());
        *residues.entry(exchange.to.currency()).or_default() += residue;
    }
    residues.retain(|_, atoms| *atoms != 0);
    assert_eq!(
        sum_of(state, Account::Rounding),
        residues,
        "rounding is what was left over"
    );
    let paid_out = state.sepa_transfers.values();
    let paid_out = paid_out.filter(|it| it.state == SepaTransferState::Successful);
    let exchanged = state.exchanges.values();
    let exchanged = exchanged.filter(|it| it.state == ExchangeState::Completed);
    let withdrawn = state.withdrawals.values();
    let withdrawn = withdrawn.filter(|it| it.state == WithdrawalState::Successful);
    let due = total(
        paid_out
            .map(|it| priced(it.fee, it.money))
            .chain(exchanged.map(|it| priced(it.fee, it.from)))
            .chain(withdrawn.map(|it| priced(it.service_fee, it.money))),
    );
    let mut taken = sum_of(state, Account::Fees);
    for (currency, atoms) in due {
        *taken.entry(currency).or_default() -= atoms;
    }
    // What is left are fees of cards, a quarter of a euro each.
    let of_cards = taken.remove(&Currency::EUR).unwrap_or_default();
    assert!(0 <= of_cards && of_cards % 25_000_000 == 0, "{of_cards}");
    taken.retain(|_, atoms| *atoms != 0);
    assert_eq!(taken, Sums::new(), "fees are what was charged");
}

fn priced(fee: Amount, of: Money) -> Money {
    Money::new(fee, of.currency()).expect("a fee is a whole number of units")
}

/// What an account holds.
pub(crate) fn sum_of(state: &State, account: Account) -> Sums {
    let balances = state.balances_of(account);
    let balances = balances.filter(|(_, atoms)| *atoms != 0);
    balances
        .map(|(currency, atoms)| (currency, i128::from(atoms)))
        .collect()
}

/// What an account came to hold on the way from one state to another.
pub(crate) fn gained(before: &State, after: &State, account: Account) -> Sums {
    let mut sums = sum_of(after, account);
    for (currency, atoms) in sum_of(before, account) {
        *sums.entry(currency).or_default() -= atoms;
    }
    sums.retain(|_, atoms| *atoms != 0);
    sums
}

/// A sum of money, by currency.
pub(crate) fn total(money: impl Iterator<Item = Money>) -> Sums {
    let mut sums = Sums::new();
    for money in money {
        *sums.entry(money.currency()).or_default() += i128::from(money.amount().atoms());
    }
    sums.retain(|_, atoms| *atoms != 0);
    sums
}
