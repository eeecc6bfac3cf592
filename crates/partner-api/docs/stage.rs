// Where the examples of the documentation run: a sandbox of their own. Included by each of them.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use partner_api::{
    ApiKey, DepositId, Environment, Identity, Network, NewCard, NewUser, Observer, Owner, PartnerApi, TermsAccepted,
};
use partner_api_domain::core::Command;
use partner_api_domain::core::deposit::{IbanCheck, Source};
use partner_api_sandbox::engine::Engine;
use partner_api_sandbox::{Policy, Sandbox};

/// Runs an example against a fresh sandbox that decides verifications at once.
pub(crate) fn empty<R>(example: impl FnOnce(PartnerApi) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    beside(|partner, _| example(partner));
}

/// The same with `anna-1`, and somebody who is told how every call ends.
pub(crate) fn observed<R>(observer: Arc<dyn Observer>, example: impl FnOnce(PartnerApi) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    told(Some(observer), |partner, _| async move {
        anna_comes(&partner).await?;
        example(partner).await
    });
}

/// The same, with the sandbox at hand.
fn beside<R>(example: impl FnOnce(PartnerApi, Engine) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    told(None, example);
}

fn told<R>(observer: Option<Arc<dyn Observer>>, example: impl FnOnce(PartnerApi, Engine) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let policy = Policy { verification_delay: Duration::ZERO, ..Policy::default() };
        let sandbox = Sandbox::builder().policy(policy).start().await.expect("a sandbox");
        let url = sandbox.api_url().parse().expect("the sandbox's own address");
        let mut partner = PartnerApi::builder()
            .environment(Environment::Sandbox(url))
            .api_key(ApiKey::new(sandbox.api_key()));
        if let Some(observer) = observer {
            partner = partner.observer(observer);
        }
        let partner = partner.build().expect("a partner");
        let engine = sandbox.engine().clone();
        example(partner, engine).await.expect("the example works");
        sandbox.stop().await;
    });
}

/// The same with an active user `anna-1`, who holds 200 eur and a card.
pub(crate) fn with_anna<R>(example: impl FnOnce(PartnerApi) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    empty(|partner| async move {
        anna_comes(&partner).await?;
        example(partner).await
    });
}

/// The same with 0.25 btc on their way to her, of which the provider asks who sent them.
pub(crate) fn with_deposit<R>(example: impl FnOnce(PartnerApi, DepositId) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    beside(|partner, sandbox| async move {
        anna_comes(&partner).await?;
        let id: DepositId = "deposit-1".parse()?;
        let arrives = Command::ReceiveDeposit {
            id: id.clone(),
            owner: Owner::User("anna-1".parse()?),
            money: "0.25 btc".parse()?,
            source: Source::Chain(Network::Bitcoin),
            sender: None,
            check: IbanCheck::Approved,
            needs_travel_rule: true,
        };
        sandbox.execute(arrives).await?;
        sandbox.advance_clock(Duration::from_secs(2)).await?;
        example(partner, id).await
    });
}

async fn anna_comes(partner: &PartnerApi) -> Result<(), Box<dyn Error>> {
    let anna = partner.user("anna-1")?;
    partner.users().create(new_user()?).await?;
    anna.verify(Identity::id_card("ZS0001234".parse()?)).await?;
    anna.wait_until_active().await?;
    partner.transfers().fund(anna.id(), "200 eur".parse()?).await?.done()?;
    anna.cards().create(NewCard::new("holiday", "1234".parse()?)?).await?.done()?;
    Ok(())
}

fn new_user() -> Result<NewUser, Box<dyn Error>> {
    Ok(NewUser {
        id: "anna-1".parse()?,
        email: "anna@example.com".parse()?,
        phone: "486012334567".parse()?,
        first_name: "Anna".parse()?,
        last_name: "Kowalska".parse()?,
        birth_date: "1990-05-15".parse()?,
        street: None,
        number: None,
        city: "Warszawa".parse()?,
        post_code: "00-838".parse()?,
        country: "PL".parse()?,
        citizenship: "PL".parse()?,
        nationality: None,
        birth_country: None,
        national_id: None,
        terms: TermsAccepted::by_the_user(),
    })
}
