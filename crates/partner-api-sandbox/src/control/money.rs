//! What the outside world does with money: deposits, settlements, and payments for orders and links.

use axum::extract::{Request, State};
use partner_api_core::checkout::{Checkout, CheckoutKind};
use partner_api_core::deposit::{Deposit, IbanCheck, Sender, Source};
use partner_api_core::{CheckoutId, Command, Currency, DepositId, Event, Owner, Rule, UserId};

use super::bodies::{
    CardSettlementRequest, CryptoDepositRequest, DepositBody, DepositDecisionRequest, Done,
    PaymentBody, PaymentRequest, PayoutOutcomeRequest, SepaDepositRequest,
    WithdrawalOutcomeRequest,
};
use super::{Control, Json, Refused, Reply, read};
use crate::http::{chain, fresh, money, network};

pub(super) async fn sepa_deposit(
    State(control): State<Control>,
    request: Request,
) -> Reply<DepositBody> {
    let request: SepaDepositRequest = read(request).await?;
    let sender_is_well_formed = request
        .sender_iban
        .as_ref()
        .is_none_or(|iban| iban.check().is_ok())
        && request
            .sender_name
            .as_ref()
            .is_none_or(|name| name.check().is_ok());
    if !sender_is_well_formed {
        let remedy = "give an IBAN with right check digits and a name, or leave both out";
        return Err(Refused::bad("the sender is malformed", remedy));
    }
    let money = money(request.amount.into(), Currency::EUR)?;
    let owner = Owner::from(request.external_user_id);
    let check = match request.check {
        Some(check) => check,
        None => control.compare(&owner, request.sender_name.as_ref())?,
    };
    let sender = request.sender_iban.zip(request.sender_name);
    let id: DepositId = fresh();
    let command = Command::ReceiveDeposit {
        id: id.clone(),
        owner,
        money,
        source: Source::Sepa,
        sender: sender.map(|(iban, name)| Box::new(Sender { iban, name })),
        check,
        needs_travel_rule: false,
    };
    control.receive(id, command).await
}

pub(super) async fn crypto_deposit(
    State(control): State<Control>,
    request: Request,
) -> Reply<DepositBody> {
    let request: CryptoDepositRequest = read(request).await?;
    let money = money(request.amount.into(), request.currency)?;
    let network = network(request.currency, request.network.as_ref())?;
    let id: DepositId = fresh();
    let command = Command::ReceiveDeposit {
        id: id.clone(),
        owner: request.external_user_id.into(),
        money,
        source: Source::Chain(network),
        sender: None,
        check: IbanCheck::Approved,
        needs_travel_rule: request.needs_travel_rule.unwrap_or(false),
    };
    control.receive(id, command).await
}

impl Control {
    async fn receive(&self, id: DepositId, command: Command) -> Reply<DepositBody> {
        let (seq, events) = self.execute(command).await?;
        let deposit = events.into_iter().find_map(|event| match event {
            Event::DepositCreated { deposit, .. } => Some(deposit),
            _ => None,
        });
        let deposit = deposit.ok_or_else(|| Refused::missing("deposit"))?;
        Ok(Json::at(seq, DepositBody::new(id, &deposit)))
    }

    /// Whether a sender's name is the user's: first and last name in any order and case. The partner's own is not known.
    fn compare(
        &self,
        owner: &Owner<UserId>,
        name: Option<&partner_api_core::PersonName>,
    ) -> Result<IbanCheck, Refused> {
        let (Some(user), Some(name)) = (owner.as_ref().user(), name) else {
            return Ok(IbanCheck::Approved);
        };
        let (_, profile) = self.look(|snapshot| match snapshot.user(user)? {
            Some(user) => snapshot.profile(user.holder),
            None => Ok(None),
        })?;
        let words = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
            words.sort();
            words
        };
        let is_own = profile.is_none_or(|profile| {
            let (first, last) = (profile.first_name.expose(), profile.last_name.expose());
            words(&format!("{first} {last}")) == words(name.expose())
        });
        Ok(if is_own {
            IbanCheck::Approved
        } else {
            IbanCheck::Rejected
        })
    }

    fn deposit(&self, id: &DepositId) -> Result<Deposit, Refused> {
        let (_, found) = self.look(|snapshot| snapshot.deposit(id))?;
        found.ok_or_else(|| Refused::by_rule(Rule::DepositMustExist))
    }

    async fn settle(&self, command: Command) -> Reply<Done> {
        let (seq, _) = self.execute(command).await?;
        Ok(Json::at(seq, Done { seq }))
    }
}

pub(super) async fn deposit_decision(
    State(control): State<Control>,
    request: Request,
) -> Reply<DepositBody> {
    let DepositDecisionRequest {
        deposit_id: id,
        approved,
    } = read(request).await?;
    let owner = control.deposit(&id)?.owner;
    let (_, sender) = control.look(|snapshot| match owner {
        Some(owner) => snapshot.sender(owner, &id),
        None => Ok(None),
    })?;
    let command = Command::DecideDeposit {
        id: id.clone(),
        approved,
        sender: sender.map(Box::new),
    };
    let (seq, _) = control.execute(command).await?;
    let deposit = control.deposit(&id)?;
    Ok(Json::at(seq, DepositBody::new(id, &deposit)))
}

pub(super) async fn payout_outcome(
    State(control): State<Control>,
    request: Request,
) -> Reply<Done> {
    let PayoutOutcomeRequest {
        transfer_id: id,
        succeeds,
    } = read(request).await?;
    control.settle(Command::SettlePayOut { id, succeeds }).await
}

pub(super) async fn withdrawal_outcome(
    State(control): State<Control>,
    request: Request,
) -> Reply<Done> {
    let WithdrawalOutcomeRequest {
        withdrawal_id: id,
        completed,
    } = read(request).await?;
    control
        .settle(Command::SettleWithdrawal { id, completed })
        .await
}

pub(super) async fn card_settlement(
    State(control): State<Control>,
    request: Request,
) -> Reply<Done> {
    let CardSettlementRequest {
        card_transaction_id: id,
        action,
    } = read(request).await?;
    control
        .settle(Command::SettleCardTransaction { id, action })
        .await
}

pub(super) async fn payment(
    State(control): State<Control>,
    request: Request,
) -> Reply<PaymentBody> {
    let request: PaymentRequest = read(request).await?;
    let (id, kind): (CheckoutId, _) = match (request.order_id, request.payment_link_id) {
        (Some(order), None) => (order.into(), CheckoutKind::Order),
        (None, Some(link)) => (link.into(), CheckoutKind::PaymentLink),
        _ => {
            let error = "either an order or a payment link is paid";
            return Err(Refused::bad(
                error,
                "give orderId or paymentLinkId, not both",
            ));
        }
    };
    // The rules know checkouts alone; which of its kinds was named, only this does.
    let (_, found) = control.look(|snapshot| snapshot.checkout(&id))?;
    let is_meant =
        |it: &Checkout| (it.kind == CheckoutKind::Order) == (kind == CheckoutKind::Order);
    if !found.as_ref().is_some_and(is_meant) {
        return Err(Refused::by_rule(Checkout::missing(kind)));
    }
    let now = control.engine.clock().now;
    let rate = control
        .engine
        .rates()
        .eur_rates(now)
        .get(&request.currency)
        .copied();
    let rate = rate.ok_or_else(|| Refused::by_rule(Rule::CurrencyMustBeKnown))?;
    let network = network(request.currency, request.network.as_ref())?;
    let command = Command::ReceivePayment {
        id,
        hash: chain::fresh_hash(network),
        money: money(request.amount.into(), request.currency)?,
        network,
        rate,
    };
    let (seq, events) = control.execute(command).await?;
    let checkout = events.into_iter().find_map(|event| match event {
        Event::CheckoutChanged { checkout, .. } => Some(checkout),
        _ => None,
    });
    let checkout = checkout.ok_or_else(|| Refused::missing("checkout"))?;
    let payment = checkout.payments.last();
    let payment = payment.ok_or_else(|| Refused::missing("payment"))?;
    let body = PaymentBody {
        seq,
        transaction_hash: payment.hash.to_string(),
        status: payment.state,
        checkout: checkout.state,
    };
    Ok(Json::at(seq, body))
}
