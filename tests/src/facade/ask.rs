//! Users and cards, through the SDK.

use partner_api::{Error, NewCard, Outcome, PartnerApi, Reason, User, UserUpdate};

use super::{Facade, identity, identity_by, new_user};
use crate::{
    driver::Driver,
    oracle::{Command, Reading},
    persona,
    pure::spending_limits,
};

/// The SDK's form of an id.
pub(super) fn user(partner: &PartnerApi, id: &str) -> User {
    partner.user(id).expect("stories use ids that can be ids")
}

/// Whatever the SDK needs, from a text that is well-formed in every story.
pub(super) fn parsed<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("{text:?} is well-formed in every story"))
}

impl Facade {
    /// The SDK's answer; `None` where its types cannot say the command.
    pub(super) async fn ask(
        &mut self,
        command: &Command,
        driver: &mut Driver,
    ) -> Option<Result<(), Error>> {
        let partner = self.partner.clone();
        let user = |id: &str| user(&partner, id);
        Some(match command {
            Command::Create {
                user,
                country,
                born: None,
            } => {
                let country = country.parse().ok()?;
                let created = partner.users().create(new_user(user, country)).await;
                created.map(drop)
            }
            Command::Verify { user: name, by } => {
                let identity = by.as_ref().map_or_else(|| Some(identity()), identity_by)?;
                user(name).verify(identity).await
            }
            Command::Update { user: name, field } => {
                user(name).update(update(field)?).await.map(drop)
            }
            Command::Suspend { user: name } => user(name).suspend(Reason::Fraud).await.map(drop),
            Command::Unsuspend { user: name } => user(name).unsuspend().await.map(drop),
            Command::Close { user: name } => match user(name).plan_closure().await {
                Ok(plan) => match plan.ready() {
                    Ok(ready) => ready
                        .confirm()
                        .forfeit_balances(&plan.balances)
                        .await
                        .map(drop),
                    // What blocks a closure is asked of the sandbox too.
                    Err(_) => return None,
                },
                Err(error) => Err(error),
            },
            Command::Read { user: name, what } => match what {
                Reading::Balances => user(name).balances().await.map(drop),
                Reading::History => user(name).history().entries().collect().await.map(drop),
                Reading::DepositInfo => user(name).deposit_info().await.map(drop),
                Reading::Contacts => user(name).contacts().await.map(drop),
                Reading::Cards => user(name).cards().list().await.map(drop),
            },
            Command::CreateCard { user: name, key } => {
                let new = NewCard::new("holiday", parsed(persona::PIN)).expect("a label");
                let done = user(name).cards().create(new).await;
                let done = done.and_then(Outcome::done);
                done.map(|created| driver.learn(key, created.id.to_string()))
            }
            Command::BlockCard {
                user: name,
                card: key,
            } => {
                let card = parsed(&driver.id(key));
                user(name).cards().block(&card).await.map(drop)
            }
            Command::UnblockCard {
                user: name,
                card: key,
            } => {
                let card = parsed(&driver.id(key));
                user(name).cards().unblock(&card).await.map(drop)
            }
            Command::DeleteCard {
                user: name,
                card: key,
            } => {
                let card = parsed(&driver.id(key));
                user(name).cards().delete(&card).await.map(drop)
            }
            Command::ChangePin {
                user: name,
                card: key,
            } => {
                let card = parsed(&driver.id(key));
                let pin = parsed(persona::PIN);
                user(name).cards().change_pin(&card, pin).await
            }
            Command::SetLimits {
                user: name,
                card: key,
                limits,
            } => {
                let card = parsed(&driver.id(key));
                let limits = spending_limits(limits);
                user(name).cards().set_limits(&card, limits).await
            }
            Command::ReadLimits {
                user: name,
                card: key,
            } => {
                let card = parsed(&driver.id(key));
                user(name).cards().limits(&card).await.map(drop)
            }
            _ => return Box::pin(self.ask_of_money(command, driver)).await,
        })
    }
}

/// `None` for a field that the SDK's type does not have.
fn update(field: &str) -> Option<UserUpdate> {
    let new = persona::update(field);
    let new = new[field].as_str().expect("text");
    let update = UserUpdate::new();
    Some(match field {
        "email" => update.email(parsed(new)),
        "phone" => update.phone(parsed(new)),
        "street" => update.street(parsed(new)),
        "number" => update.number(parsed(new)),
        "city" => update.city(parsed(new)),
        "postCode" => update.post_code(parsed(new)),
        _ => return None,
    })
}
