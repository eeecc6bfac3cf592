//! What is given about a person at creation and for verification is held against the rules before anything happens.

use partner_api_core::documents::DocumentKind;
use partner_api_core::user::{Identity, Profile};
use partner_api_core::{ActiveCards, Command, Rule};

use crate::people::{holder, identity, profile, the};
use crate::world::World;

fn world() -> World {
    let mut world = World::new(ActiveCards::Refuse);
    world.register("u1", "PL");
    world
}

fn verify(user: &str, change: impl FnOnce(&mut Identity)) -> Command {
    let mut identity = Box::new(identity());
    change(&mut identity);
    Command::AddVerification {
        user: the(user),
        identity,
    }
}

#[test]
fn nobody_is_created_who_cannot_be_alive() {
    let mut world = world();
    // The world stands at 2026-11-23T10:00Z.
    for (born, verdict) in [
        ("2026-11-24", Err(Rule::BirthDateMustBePlausible)),
        ("1899-12-31", Err(Rule::BirthDateMustBePlausible)),
        ("2026-11-23", Ok(())),
    ] {
        let command = Command::CreateUser {
            user: the("u2"),
            holder: holder(9),
            country: the("PL"),
            profile: Box::new(Profile {
                birth_date: the(born),
                ..profile()
            }),
        };
        assert_eq!(world.ask(&command), verdict, "{born}");
        let created = world.perform(&command).is_ok();
        assert_eq!(world.user(&the("u2")).is_some(), created, "{born}");
    }
}

#[test]
fn identity_data_follows_the_kind_of_document() {
    let world = world();
    let permit = |identity: &mut Identity| {
        identity.document = DocumentKind::ResidencePermit;
        identity.expiry = Some(the("2030-01-01"));
    };
    type Change<'a> = Box<dyn FnOnce(&mut Identity) + 'a>;
    let cases: Vec<(Change<'_>, Result<(), Rule>)> = vec![
        (Box::new(|_| {}), Ok(())),
        (Box::new(permit), Ok(())),
        (
            Box::new(|it| it.document = DocumentKind::DriverLicense),
            Err(Rule::DocumentMustShowIdentity),
        ),
        (
            Box::new(|it| it.document_number = the("CANARY CANARY")),
            Err(Rule::DocumentNumberMustFitKind),
        ),
        (
            Box::new(|it| {
                permit(it);
                it.issuing_country = Some(the("DE"));
            }),
            Err(Rule::PermitMustBeOfResidence),
        ),
        (
            Box::new(|it| {
                permit(it);
                it.expiry = None;
            }),
            Err(Rule::PermitMustExpire),
        ),
        (
            Box::new(|it| it.expiry = Some(the("2026-11-22"))),
            Err(Rule::DocumentMustNotBeExpired),
        ),
    ];
    for (number, (change, verdict)) in cases.into_iter().enumerate() {
        assert_eq!(world.ask(&verify("u1", change)), verdict, "case {number}");
    }
}

#[test]
fn what_is_malformed_is_named_before_who_is_unknown() {
    let world = world();
    let stranger = verify("ghost", |it| it.document = DocumentKind::DriverLicense);
    assert_eq!(world.ask(&stranger), Err(Rule::DocumentMustShowIdentity));
    assert_eq!(
        world.ask(&verify("ghost", |_| {})),
        Err(Rule::UserMustExist)
    );
}
