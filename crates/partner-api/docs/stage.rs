// Where the examples of the documentation run: a sandbox of their own. Included by each of them.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use partner_api::{
    ApiKey, Environment, Identity, NewCard, NewUser, PartnerApi, TermsAccepted,
};
use partner_api_sandbox::{Policy, Sandbox};

/// Runs an example against a fresh sandbox that decides verifications at once.
pub(crate) fn empty<R>(example: impl FnOnce(PartnerApi) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let policy = Policy { verification_delay: Duration::ZERO, ..Policy::default() };
        let sandbox = Sandbox::builder().policy(policy).start().await.expect("a sandbox");
        let url = sandbox.api_url().parse().expect("the sandbox's own address");
        let partner = PartnerApi::builder()
            .environment(Environment::Sandbox(url))
            .api_key(ApiKey::new(sandbox.api_key()))
            .build()
            .expect("a partner");
        example(partner).await.expect("the example works");
        sandbox.stop().await;
    });
}

/// The same with an active user `anna-1`, who holds 200 eur and a card.
pub(crate) fn with_anna<R>(example: impl FnOnce(PartnerApi) -> R)
where
    R: Future<Output = Result<(), Box<dyn Error>>>,
{
    empty(|partner| async move {
        let anna = partner.user("anna-1")?;
        partner.users().create(new_user()?).await?;
        anna.verify(Identity::id_card("ZS0001234".parse()?)).await?;
        anna.wait_until_active().await?;
        partner.transfers().fund(anna.id(), "200 eur".parse()?).await?.done()?;
        anna.cards().create(NewCard::new("holiday", "1234".parse()?)?).await?.done()?;
        example(partner).await
    });
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
