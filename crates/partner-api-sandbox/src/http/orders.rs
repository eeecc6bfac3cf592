//! Orders, payment links and hosted checkouts.

use std::time::Duration;

use axum::http::StatusCode;
use partner_api_core::checkout::{
    Checkout, CheckoutKind, CheckoutState, Due, Payment, PaymentState,
};
use partner_api_core::{
    Amount, CheckoutId, Command, Currency, Event, LockId, Money, OrderId, PaymentLinkId, Rule,
    Timestamp,
};
use partner_api_types::{
    CreateHostedCheckoutRequest, CreateOrderRequest, CreatePaymentLinkRequest,
    LockOrderRateRequest, Order, OrderCreated, OrderLock, PaymentLink, PaymentLinkCreated,
    PaymentLinkTransaction,
};
use serde::Serialize;

use super::input::{Checks, money, network};
use super::{Answer, Api, Call, Problem, chain, fresh};

pub(super) async fn lock(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: LockOrderRateRequest = call.json()?;
    let euro = money(request.amount.into(), Currency::EUR)?;
    let network = network(request.currency, request.network.as_ref())?;
    let rate = api.quotes().eur.get(&request.currency).copied();
    let rate = rate.ok_or_else(|| Problem::undecided(Rule::CurrencyMustBeKnown))?;
    let command = Command::Quote {
        id: fresh::<LockId>(),
        euro,
        currency: request.currency,
        network,
        rate,
    };
    let (seq, events) = api.execute(command).await?;
    let created = events.into_iter().find_map(|event| match event {
        Event::QuoteCreated { id, quote } => Some((id, quote)),
        _ => None,
    });
    let (id, quote) = created.ok_or(Problem::Unwritable)?;
    let body = OrderLock {
        amount: quote.crypto.amount().into(),
        currency: quote.crypto.currency(),
        destination_currency: Currency::EUR,
        expires_at: quote.valid_until,
        lock_id: id,
        network: Some(quote.network.into()),
        rate: quote.rate.into(),
    };
    Answer::json(StatusCode::OK, seq, &body)
}

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let CreateOrderRequest { lock_id: lock } = call.json()?;
    let order_id: OrderId = fresh();
    let id = order_id.clone().into();
    let (seq, _) = api.execute(Command::CreateOrder { id, lock }).await?;
    Answer::json(StatusCode::CREATED, seq, &OrderCreated { order_id })
}

pub(super) fn details(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let order_id: OrderId = call.id(0, "orderId")?;
    let id = CheckoutId::from(order_id.clone());
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let found = snapshot.checkout(&id)?;
        let found = found.as_ref().and_then(|checkout| match &checkout.due {
            Due::Crypto(lock, quote) => Some((checkout, lock, quote)),
            Due::Euro(_) => None,
        });
        let Some((checkout, lock, quote)) = found else {
            let rule = Checkout::missing(CheckoutKind::Order);
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        let required = chain::confirmations(quote.network);
        let last = Payment::that_counts(&checkout.payments);
        let confirmations = match (checkout.state, last) {
            (CheckoutState::Completed, _) => required,
            (_, Some(payment)) if payment.state == PaymentState::Detected => {
                let waited = api.engine.clock().now.since(payment.at);
                chain::confirmed(waited, api.engine.policy().confirmation_delay, required)
            }
            _ => 0,
        };
        let has_wallet = checkout.state != CheckoutState::WaitingForWallet;
        let order = Order {
            confirmations: Some(confirmations),
            created_at: checkout.created_at,
            cryptocurrency: quote.crypto.currency(),
            expires_at: None,
            lock_id: Some(lock.clone()),
            network: Some(quote.network.into()),
            order_id: order_id.clone(),
            received_amount: checkout.received().into(),
            required_confirmations: Some(required),
            status: checkout.state.into(),
            total_amount_required: quote.crypto.amount().into(),
            transaction_hash: last.map(|it| it.hash.to_string()),
            wallet_address: None,
        };
        let body = ShownOrder {
            order,
            expires_at: checkout.expires_at,
            wallet_address: has_wallet
                .then(|| chain::Address::named(order_id.as_str(), quote.network)),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}

/// An order as the provider shows it: what it has not got yet is null, and not left out (`get-order-details-20961091e0`).
#[derive(Serialize)]
struct ShownOrder {
    /// Without the fields that stand beside it.
    #[serde(flatten)]
    order: Order,
    #[serde(rename = "expiresAt")]
    expires_at: Option<Timestamp>,
    #[serde(rename = "walletAddress")]
    wallet_address: Option<chain::Address>,
}

pub(super) async fn create_link(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreatePaymentLinkRequest = call.json()?;
    let mut checks = Checks::default();
    checks.optional("title", request.title.as_ref());
    checks.pass()?;
    let wanted = Wanted {
        euro: money(request.amount.into(), request.currency)?,
        is_hosted: false,
        ttl: None,
        underpayment_window: None,
        accepts_part: false,
    };
    link(api, wanted).await
}

pub(super) async fn create_hosted(api: &Api, call: &Call) -> Result<Answer, Problem> {
    /// ASSUMED: a checkout lives for a month at most.
    const LONGEST: i64 = 30 * 24 * 60 * 60;
    let request: CreateHostedCheckoutRequest = call.json()?;
    let mut checks = Checks::default();
    checks.optional("title", request.title.as_ref());
    let mut seconds = |field, value: Option<i64>| {
        let is_fit = value.is_none_or(|value| (1..=LONGEST).contains(&value));
        checks.must(is_fit, field, format!("1 to {LONGEST}"));
        value
            .and_then(|value| u64::try_from(value).ok())
            .map(Duration::from_secs)
    };
    let ttl = seconds("expiresInSeconds", request.expires_in_seconds);
    let underpayment_window = seconds(
        "underpaymentWindowSeconds",
        request.underpayment_window_seconds,
    );
    // Of what follows the scheme nothing is asked but that it is there, and can stand in an address.
    let is_page = |url: &String| {
        let rest = url.strip_prefix("https://").unwrap_or_default();
        let is_written = rest.bytes().all(|byte| byte.is_ascii_graphic());
        !rest.is_empty() && is_written && url.len() <= 2_048
    };
    let is_page = request.redirect_url.as_ref().is_none_or(is_page);
    checks.must(is_page, "redirectUrl", "an https address");
    checks.pass()?;
    let wanted = Wanted {
        euro: money(request.amount.into(), request.currency)?,
        is_hosted: true,
        ttl,
        underpayment_window,
        accepts_part: request.accept_underpayment.unwrap_or(false),
    };
    link(api, wanted).await
}

/// What both kinds of link ask for.
struct Wanted {
    euro: Money,
    is_hosted: bool,
    ttl: Option<Duration>,
    underpayment_window: Option<Duration>,
    accepts_part: bool,
}

async fn link(api: &Api, wanted: Wanted) -> Result<Answer, Problem> {
    let payment_link_id: PaymentLinkId = fresh();
    let command = Command::CreateLink {
        id: payment_link_id.clone().into(),
        is_hosted: wanted.is_hosted,
        euro: wanted.euro,
        ttl: wanted.ttl,
        underpayment_window: wanted.underpayment_window,
        accepts_part: wanted.accepts_part,
    };
    let (seq, events) = api.execute(command).await?;
    let expires_at = events.into_iter().find_map(|event| match event {
        Event::CheckoutCreated { checkout, .. } => checkout.expires_at,
        _ => None,
    });
    let body = PaymentLinkCreated {
        url: page(&payment_link_id),
        expires_at: expires_at.ok_or(Problem::Unwritable)?,
        payment_link_id,
    };
    Answer::json(StatusCode::CREATED, seq, &body)
}

/// Where the payer would pay; `.invalid` leads nowhere, on purpose.
fn page(id: &PaymentLinkId) -> String {
    format!("https://pay.sandbox.invalid/{id}")
}

pub(super) fn link_details(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let payment_link_id: PaymentLinkId = call.id(0, "paymentLinkId")?;
    let id = CheckoutId::from(payment_link_id.clone());
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let found = snapshot.checkout(&id)?;
        let found = found.filter(|checkout| checkout.kind != CheckoutKind::Order);
        let Some(checkout) = found else {
            let rule = Checkout::missing(CheckoutKind::PaymentLink);
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        let payments = checkout.payments.iter();
        let transactions = payments.map(|payment| PaymentLinkTransaction {
            amount: payment.money.amount().into(),
            amount_in_eur: payment.euro.into(),
            created_at: payment.at,
            currency: payment.money.currency(),
            network: payment.network.into(),
            status: payment.state.into(),
            transaction_hash: payment.hash.to_string(),
        });
        let body = PaymentLink {
            amount: checkout.euro_due().into(),
            created_at: checkout.created_at,
            currency: Currency::EUR,
            expires_at: checkout.expires_at,
            received_amount: received(&checkout).into(),
            status: checkout.state.into(),
            transactions: transactions.collect(),
            url: page(&payment_link_id),
            payment_link_id: payment_link_id.clone(),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}

/// What was paid and not sent back, in euro.
fn received(checkout: &Checkout) -> Amount {
    let kept = checkout.payments.iter();
    let kept = kept.filter(|payment| payment.state != PaymentState::Returned);
    kept.fold(Amount::ZERO, |sum, payment| {
        sum.checked_add(payment.euro).unwrap_or(Amount::MAX)
    })
}
