//! What handlers see: verdicts, numbers, reads, and the same after reopening.

use partner_api_core::card::CardState;
use partner_api_core::user::{ProfileChanges, Standing, Verification};
use partner_api_core::{CardId, DepositId, Email, HolderId};

use super::people::{create_card, pay_out, receive_deposit};
use super::*;

#[tokio::test]
async fn commands_are_numbered_and_their_effects_read_in_both_worlds() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "100.00 eur").await;
        verified(&engine, "ben", "5.00 eur").await;
        let decided = engine
            .execute(transfer(Some("anna"), Some("ben"), "30.00 eur"))
            .await
            .unwrap();
        assert_eq!(engine.read(|snapshot| snapshot.seq()).unwrap(), decided.seq);
        assert_eq!(
            (eur_of(&engine, "anna"), eur_of(&engine, "ben")),
            (7_000, 3_500)
        );
        let too_much = transfer(Some("anna"), None, "70.01 eur");
        assert_eq!(refused(&engine, too_much).await, Rule::FundsMustSuffice);
        assert_eq!(
            refused(&engine, create_user("anna")).await,
            Rule::UserIdMustBeUnused
        );
        assert_eq!(
            log(&engine),
            [
                "fund",
                "create_user",
                "add_verification",
                "decide_verification",
                "transfer",
                "create_user",
                "add_verification",
                "decide_verification",
                "transfer",
                "transfer",
                "transfer funds_must_suffice",
                "create_user user_id_must_be_unused",
            ]
        );
        assert_eq!(check_books(&engine).movements, 5);
    }
}

#[tokio::test]
async fn a_user_is_read_back_as_it_was_given_and_changed() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "1.00 eur").await;
        let Command::CreateUser { profile, .. } = create_user("anna") else {
            unreachable!("it makes nothing else");
        };
        let read = |engine: &Engine| {
            engine
                .read(|snapshot| {
                    let user = snapshot.user(&user("anna"))?.unwrap();
                    let id = snapshot.user_id(user.holder)?;
                    let identity = snapshot.identity(user.holder)?;
                    Ok((user, id, snapshot.profile(user.holder)?.unwrap(), identity))
                })
                .unwrap()
        };
        let (found, id, found_profile, found_identity) = read(&engine);
        assert_eq!(found.verification, Verification::Approved);
        assert_eq!(
            (id, found_profile),
            (Some(user("anna")), (*profile).clone())
        );
        assert_eq!(found_identity, Some(*identity("anna")));
        let email = Email::unchecked("new@canary.example");
        let changes = Box::new(ProfileChanges {
            email: Some(email.clone()),
            ..ProfileChanges::default()
        });
        let update = Command::UpdateUser {
            user: user("anna"),
            changes,
        };
        ok(&engine, update).await;
        assert_eq!(
            read(&engine).2,
            partner_api_core::user::Profile { email, ..*profile }
        );
    }
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    verified(&engine, "anna", "100.00 eur").await;
    let card: CardId = fresh();
    ok(&engine, create_card("anna", card.clone())).await;
    ok(&engine, pay_out("anna", "40.00 eur")).await;
    let before = (log(&engine), eur_of(&engine, "anna"), engine.clock());
    drop(engine);
    let engine = reopened(dir.path());
    assert_eq!(
        (log(&engine), eur_of(&engine, "anna"), engine.clock()),
        before
    );
    let (cards, secrets) = engine
        .read(|snapshot| {
            let owner = snapshot.user(&user("anna"))?.unwrap().holder;
            Ok((snapshot.cards(owner)?, snapshot.card_secrets(owner, &card)?))
        })
        .unwrap();
    assert_eq!(
        (cards[0].0.clone(), cards[0].1.state),
        (card, CardState::Active)
    );
    assert_eq!(cards[0].1.label, "label-canary-of-anna");
    assert_eq!(secrets.unwrap().number.expose(), "number-canary-of-anna");
    engine.advance_clock(Duration::from_secs(2)).await.unwrap();
    assert_eq!(log(&engine).last().unwrap(), "settle_pay_out");
    assert_eq!(
        refused(&engine, create_user("anna")).await,
        Rule::UserIdMustBeUnused
    );
    check_books(&engine);
}

#[tokio::test]
async fn an_id_that_is_taken_is_the_commands_own_fault() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "10.00 eur").await;
        let again = transfer(None, Some("anna"), "1.00 eur");
        ok(&engine, again.clone()).await;
        let (first, second, third) = tokio::join!(
            engine.execute(transfer(None, Some("anna"), "1.00 eur")),
            engine.execute(again),
            engine.execute(transfer(None, Some("anna"), "1.00 eur")),
        );
        let error = second.unwrap_err();
        assert!(matches!(error, EngineError::IdTaken { .. }), "{error}");
        assert!(!error.may_have_happened());
        assert_eq!(third.unwrap().seq, first.unwrap().seq + 1);
        let (Command::CreateUser { holder, .. }, mut ben) = (create_user("x"), create_user("ben"))
        else {
            unreachable!("it makes nothing else");
        };
        let mut anna_again = create_user("carl");
        for command in [&mut ben, &mut anna_again] {
            if let Command::CreateUser { holder: it, .. } = command {
                *it = holder;
            }
        }
        ok(&engine, ben).await;
        let error = engine.execute(anna_again).await.unwrap_err();
        assert!(matches!(error, EngineError::HolderTaken), "{error}");
        assert_eq!(eur_of(&engine, "anna"), 1_300);
        check_books(&engine);
    }
}

#[tokio::test]
async fn a_user_is_not_found_under_the_providers_id() {
    let engine = ephemeral();
    verified(&engine, "anna", "10.00 eur").await;
    let card: CardId = fresh();
    ok(&engine, create_card("anna", card.clone())).await;
    let holder = engine
        .read(|it| Ok(it.user(&user("anna"))?.unwrap().holder))
        .unwrap();
    let command = Command::BlockCard {
        user: user(&holder.to_string()),
        card,
    };
    assert_eq!(refused(&engine, command).await, Rule::UserMustExist);
}

#[tokio::test]
async fn a_held_deposit_is_credited_when_the_user_is_unsuspended() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "10.00 eur").await;
        ok(&engine, Command::Suspend { user: user("anna") }).await;
        let id: DepositId = fresh();
        let (anna, funds) = (user("anna"), money("7.00 eur"));
        ok(&engine, receive_deposit(id.clone(), anna, funds)).await;
        let held = |engine: &Engine| {
            engine
                .read(|it| {
                    let holder: HolderId = it.user(&user("anna"))?.unwrap().holder;
                    it.open_deposits(holder)
                })
                .unwrap()
        };
        assert_eq!(held(&engine)[0].0, id);
        assert_eq!(eur_of(&engine, "anna"), 1_000);
        ok(&engine, Command::Unsuspend { user: user("anna") }).await;
        assert_eq!((held(&engine).len(), eur_of(&engine, "anna")), (0, 1_700));
        check_books(&engine);
    }
}

#[tokio::test]
async fn a_reset_forgets_everybody_but_neither_the_time_nor_the_number() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "10.00 eur").await;
        ok(&engine, pay_out("anna", "1.00 eur")).await;
        let (clock, before) = (engine.clock(), engine.read(|it| it.seq()).unwrap());
        let seq = engine.reset().await.unwrap();
        assert_eq!((seq, engine.clock()), (before + 1, clock));
        assert_eq!(log(&engine), ["reset"]);
        engine.advance_clock(Duration::from_secs(9)).await.unwrap();
        assert_eq!(log(&engine), ["reset"], "no timer is left");
        assert_eq!(engine.read(|it| it.user(&user("anna"))).unwrap(), None);
        verified(&engine, "anna", "1000000.00 eur").await;
        check_books(&engine);
    }
}

#[tokio::test]
async fn a_closed_user_is_known_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    verified(&engine, "anna", "10.00 eur").await;
    ok(&engine, Command::Close { user: user("anna") }).await;
    drop(engine);
    let engine = reopened(dir.path());
    let found = engine.read(|it| it.user(&user("anna"))).unwrap().unwrap();
    assert_eq!(found.standing, Standing::Closed);
    assert_eq!(engine.read(|it| it.user_id(found.holder)).unwrap(), None);
    assert_eq!(
        refused(&engine, create_user("anna")).await,
        Rule::UserIdMustBeUnused
    );
    let command = Command::Unsuspend { user: user("anna") };
    assert_eq!(refused(&engine, command).await, Rule::UserMustNotBeClosed);
    check_books(&engine);
}

#[tokio::test]
async fn a_directory_has_one_engine_until_it_is_shut_down() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    let same = options(Data::Directory(dir.path().to_owned()));
    let error = Engine::open(same).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    let kept = engine.clone();
    engine.shutdown().await;
    let command = transfer(None, None, "1.00 eur");
    assert!(matches!(
        kept.execute(command).await,
        Err(EngineError::Stopped)
    ));
    assert!(matches!(
        kept.read(|it| it.seq()),
        Err(EngineError::Stopped)
    ));
    check_books(&reopened(dir.path()));
}
