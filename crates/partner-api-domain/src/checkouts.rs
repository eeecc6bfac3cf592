//! Orders and payment links: somebody outside pays crypto, the partner gets euro.

use std::time::Duration;

use partner_api_client::Client;
use partner_api_core::{
    Amount, Currency, FreeText, LockId, Network, OrderId, PaymentLinkId, Timestamp,
};
use partner_api_types as types;
use partner_api_types::{AmountText, NetworkName, OperationId, Order, PaymentLink};

use crate::call::Context;
use crate::check::{Checks, carries, positive_euro};
use crate::error::Error;
use crate::exchange::Rates;
use crate::journal::{Action, Reference};
use crate::operation::{Costly, Operation, Verb};
use crate::outcome::{Outcome, Receipt};
use crate::partner::Partner;

/// Orders; made by [`Partner::orders`].
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    pub(crate) partner: &'a Partner,
}

impl Orders<'_> {
    /// Indicative rates. To sell at a rate, [`lock`](Self::lock) it.
    pub fn rates(&self) -> Operation<ReadOrderRates> {
        Operation::new(self.partner, ReadOrderRates)
    }

    /// Locks a rate, and how much crypto is to be paid for so much euro.
    ///
    /// Nothing moves, and a lock that is not used expires.
    pub fn lock(&self, euro: Amount, currency: Currency) -> Operation<LockOrder> {
        let verb = LockOrder {
            euro,
            currency,
            network: None,
        };
        Operation::new(self.partner, verb)
    }

    /// Creates an order from a lock; a wallet to pay to is assigned soon after, which [`get`](Self::get) shows.
    ///
    /// # Properties
    /// Sent at most once, or again only where the request provably never left; the lock identifies the order.
    ///
    /// # Errors
    /// `Err` means that there is no order: a lock that is used or expired (L11). A lost answer is
    /// [`Outcome::Unknown`].
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: the order may have been made.
    pub fn create(&self, lock: &OrderLock) -> Operation<CreateOrder> {
        Operation::new(self.partner, CreateOrder(lock.id.clone()))
    }

    /// Reads an order.
    pub fn get(&self, id: &OrderId) -> Operation<ReadOrder> {
        Operation::new(self.partner, ReadOrder(id.clone()))
    }
}

/// A rate and an amount of crypto, locked for one order.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderLock {
    /// What the provider calls it.
    pub id: LockId,
    /// How much crypto is to be paid.
    pub amount: Amount,
    /// Of which currency.
    pub currency: Currency,
    /// Euro for one unit.
    pub rate: Amount,
    /// Until when it can be used, by the provider's clock.
    pub expires_at: Timestamp,
}

/// The verb of [`Orders::rates`].
#[derive(Debug)]
pub struct ReadOrderRates;

impl Verb for ReadOrderRates {
    type Output = Rates;

    async fn run(self, cx: Context) -> Result<Rates, Error> {
        let send = |client: Client| async move { client.get_order_rates().await };
        Ok(cx
            .read(OperationId::GetOrderRates, None, send)
            .await?
            .into())
    }
}

/// The verb of [`Orders::lock`].
#[derive(Debug)]
pub struct LockOrder {
    euro: Amount,
    currency: Currency,
    network: Option<Network>,
}

impl Operation<LockOrder> {
    /// To be paid on another network than the currency's usual one.
    pub fn on(mut self, network: Network) -> Self {
        self.verb.network = Some(network);
        self
    }
}

impl Verb for LockOrder {
    type Output = OrderLock;

    async fn run(self, cx: Context) -> Result<OrderLock, Error> {
        positive_euro(self.euro)
            .and_then(|_| carries(self.network, self.currency))
            .map_err(|invalid| invalid.on("lock a rate for an order", None))?;
        let body = types::LockOrderRateRequest {
            amount: AmountText(self.euro),
            currency: self.currency,
            network: self.network.map(NetworkName::Known),
        };
        let send = |client: Client| async move { client.lock_order_rate(&body).await };
        let lock = cx.read(OperationId::LockOrderRate, None, send).await?;
        Ok(OrderLock {
            id: lock.lock_id,
            amount: lock.amount.0,
            currency: lock.currency,
            rate: lock.rate.0,
            expires_at: lock.expires_at,
        })
    }
}

/// The verb of [`Orders::create`].
#[derive(Debug)]
pub struct CreateOrder(LockId);

impl Verb for CreateOrder {
    type Output = Outcome<Receipt<OrderId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let lock = self.0;
        let action = Action::CreateOrder { lock: lock.clone() };
        let body = types::CreateOrderRequest { lock_id: lock };
        let send = |client: Client| async move { client.create_order(&body).await };
        let named = |it: &types::OrderCreated| Reference::Order(it.order_id.clone());
        let made = cx.make(action, &[], send, named).await?;
        Ok(made.receipt())
    }
}

impl Costly for CreateOrder {}

/// The verb of [`Orders::get`].
#[derive(Debug)]
pub struct ReadOrder(OrderId);

impl Verb for ReadOrder {
    type Output = Order;

    async fn run(self, cx: Context) -> Result<Order, Error> {
        read_order(&cx, self.0).await
    }
}

pub(crate) async fn read_order(cx: &Context, id: OrderId) -> Result<Order, Error> {
    let send = |client: Client| async move { client.get_order(&id).await };
    cx.read(OperationId::GetOrder, None, send).await
}

/// Payment links and hosted checkouts; made by [`Partner::payment_links`].
#[derive(Clone, Copy, Debug)]
pub struct PaymentLinks<'a> {
    pub(crate) partner: &'a Partner,
}

impl PaymentLinks<'_> {
    /// Creates a link, in the provider's look unless [`hosted`](NewLink::hosted).
    ///
    /// # Properties
    /// Sent at most once, or again only where the request provably never left.
    ///
    /// # Errors
    /// `Err` means that there is no link. A lost answer is [`Outcome::Unknown`]: a link may exist that nobody knows,
    /// and expires unpaid; if somebody pays it after all, reconciling finds it.
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved.
    pub fn create(&self, link: NewLink) -> Operation<CreateLink> {
        Operation::new(self.partner, CreateLink(link))
    }

    /// Reads a link with every transfer that was meant for it.
    pub fn get(&self, id: &PaymentLinkId) -> Operation<ReadLink> {
        Operation::new(self.partner, ReadLink(id.clone()))
    }
}

/// A payment link to be created.
#[derive(Clone, Debug)]
pub struct NewLink {
    euro: Amount,
    title: Option<FreeText>,
    hosted: Option<Hosted>,
}

/// How a hosted checkout behaves; what is left out is the provider's to choose.
#[derive(Clone, Debug, Default)]
pub struct Hosted {
    /// Where the payer goes after paying.
    pub redirect_url: Option<String>,
    /// How long it can be paid.
    pub expires_in: Option<Duration>,
    /// How long the payer may top up.
    pub underpayment_window: Option<Duration>,
    /// Whether what was paid in part is accepted when time is over.
    pub accepts_underpayment: bool,
}

impl Hosted {
    /// Whether it can be served at all; how long is too long is the provider's to say.
    fn check(&self, checks: Checks) -> Checks {
        let is_page = |url: &String| {
            let rest = url.strip_prefix("https://").unwrap_or_default();
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let lasts = |span: Duration| span.as_secs() > 0;
        checks
            .must(
                self.redirect_url.as_ref().is_none_or(is_page),
                "redirect url: an https address",
            )
            .must(
                self.expires_in.is_none_or(lasts),
                "expires in: one second or more",
            )
            .must(
                self.underpayment_window.is_none_or(lasts),
                "underpayment window: one second or more",
            )
    }
}

impl NewLink {
    /// A link for so much euro.
    pub fn new(euro: Amount) -> Self {
        Self {
            euro,
            title: None,
            hosted: None,
        }
    }

    /// What the payer reads.
    #[must_use]
    pub fn titled(self, title: FreeText) -> Self {
        Self {
            title: Some(title),
            ..self
        }
    }

    /// In the partner's own look.
    #[must_use]
    pub fn hosted(self, hosted: Hosted) -> Self {
        Self {
            hosted: Some(hosted),
            ..self
        }
    }
}

/// What was created: an id, and where the payer pays.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreatedLink {
    /// What the provider calls it.
    pub id: PaymentLinkId,
    /// Where the payer pays.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The verb of [`PaymentLinks::create`].
#[derive(Debug)]
pub struct CreateLink(NewLink);

impl Verb for CreateLink {
    type Output = Outcome<Receipt<CreatedLink>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        let NewLink {
            euro,
            title,
            hosted,
        } = self.0;
        let checked = positive_euro(euro).and_then(|money| {
            let checks = Checks::new().optional("title", &title);
            match &hosted {
                Some(hosted) => hosted.check(checks),
                None => checks,
            }
            .end()?;
            Ok(money)
        });
        let money = checked.map_err(|invalid| invalid.on("create a payment link", None))?;
        let action = Action::CreateLink { money };
        let details = [
            title.as_ref().map_or("", |it| it.expose()).to_owned(),
            format!("{hosted:?}"),
        ];
        let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        let send = |client: Client| async move {
            let (amount, currency) = (AmountText(euro), Currency::EUR);
            match hosted {
                None => {
                    let body = types::CreatePaymentLinkRequest {
                        amount,
                        currency,
                        title,
                    };
                    client.create_payment_link(&body).await
                }
                Some(hosted) => {
                    let body = types::CreateHostedCheckoutRequest {
                        accept_underpayment: Some(hosted.accepts_underpayment),
                        amount,
                        currency,
                        expires_in_seconds: hosted.expires_in.map(seconds),
                        redirect_url: hosted.redirect_url,
                        title,
                        underpayment_window_seconds: hosted.underpayment_window.map(seconds),
                    };
                    client.create_hosted_checkout(&body).await
                }
            }
        };
        let named =
            |it: &types::PaymentLinkCreated| Reference::PaymentLink(it.payment_link_id.clone());
        let details: Vec<&str> = details.iter().map(String::as_str).collect();
        let made = match cx.make(action, &details, send, named).await? {
            Outcome::Done(made) => made,
            Outcome::Unknown(unresolved) => return Ok(Outcome::Unknown(unresolved)),
        };
        let link = match (&made.answer, &made.reference) {
            (Some(answer), _) => CreatedLink {
                id: answer.payment_link_id.clone(),
                url: answer.url.clone(),
                expires_at: answer.expires_at,
            },
            (None, Reference::PaymentLink(id)) => match read_link(&cx, id.clone()).await {
                Ok(PaymentLink {
                    payment_link_id: id,
                    url,
                    expires_at: Some(expires_at),
                    ..
                }) => CreatedLink {
                    id,
                    url,
                    expires_at,
                },
                Ok(_) => return Ok(made.untold(None)),
                Err(error) => return Ok(made.untold(Some(error))),
            },
            (None, _) => return Ok(made.untold(None)),
        };
        Ok(Outcome::Done(made.receipt(link)))
    }
}

impl Costly for CreateLink {}

/// The verb of [`PaymentLinks::get`].
#[derive(Debug)]
pub struct ReadLink(PaymentLinkId);

impl Verb for ReadLink {
    type Output = PaymentLink;

    async fn run(self, cx: Context) -> Result<PaymentLink, Error> {
        read_link(&cx, self.0).await
    }
}

pub(crate) async fn read_link(cx: &Context, id: PaymentLinkId) -> Result<PaymentLink, Error> {
    let send = |client: Client| async move { client.get_payment_link(&id).await };
    cx.read(OperationId::GetPaymentLink, None, send).await
}
