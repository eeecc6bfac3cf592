//! The invariants of the design, each as a story that is told to the model and to a sandbox over HTTP, under both
//! readings of L4. A story that a random run has shrunk to can be pasted here as it was reported.

use partner_api_tests::{
    oracle::ActiveCards,
    story::{check_story, check_story_under},
};

/// `U1` and `U2`, verified, with 100 EUR each.
const TWO_USERS: &str = "
    create U1 in PL                         ok
    verify U1                               ok
    approve U1                              ok
    transfer partner U1 100 eur             ok
    create U2 in PL                         ok
    verify U2                               ok
    advance 1000 ms                         ok
    transfer partner U2 100 eur             ok
";

async fn check(story: &str) {
    check_story(&format!("{TWO_USERS}{story}")).await;
}

#[tokio::test]
async fn l1_the_country_never_changes() {
    check(
        "
        update U1 city                      ok
        update U1 email                     ok
        update U1 country                   L1 field_must_be_editable
        suspend U1                          ok
        update U1 country                   L1 field_must_be_editable
        ",
    )
    .await;
}

#[tokio::test]
async fn l2_the_identity_never_changes() {
    check(
        "
        update U1 firstName                 L1 field_must_be_editable
        update U1 birthDate                 L1 field_must_be_editable
        update U1 citizenship               L1 field_must_be_editable
        verify U1                           verification_must_be_open
        ",
    )
    .await;
}

#[tokio::test]
async fn l3_a_suspended_user_can_do_nothing_and_receives_nothing() {
    check(
        "
        card U1 as C1                       ok
        lock U1 as L1                       ok
        block U1 C1                         ok
        suspend U1                          ok
        transfer partner U1 1 eur           L3 user_must_not_be_suspended
        transfer U1 partner 1 eur           L3 user_must_not_be_suspended
        transfer U1 U2 1 eur                L3 user_must_not_be_suspended
        transfer U2 U1 1 eur                L3 user_must_not_be_suspended
        payout U1 1 eur as P1               L3 user_must_not_be_suspended
        lock U1 as L2                       L3 user_must_not_be_suspended
        exchange U1 1 eur to btc with L1 as X1   L3 user_must_not_be_suspended
        card U1 as C2                       L3 user_must_not_be_suspended
        unblock U1 C1                       L3 user_must_not_be_suspended
        deposit U1 30 eur as D1             ok
        holds U1 100 eur
        holds suspense 30 eur
        balances U1                         ok
        unsuspend U1                        ok
        holds U1 130 eur
        holds suspense 0 eur
        ",
    )
    .await;
}

#[tokio::test]
async fn l4_an_active_card_refuses_suspension_and_a_blocked_or_deleted_one_does_not() {
    let story = "
        card U1 as C1                       ok
        card U1 as C2                       ok
        suspend U1                          L4 card_must_not_be_active
        block U1 C1                         ok
        suspend U1                          L4 card_must_not_be_active
        delete U1 C2                        ok
        suspend U1                          ok
        unsuspend U1                        ok
        use C1 1 eur                        card_must_be_active
        unblock U1 C1                       ok
        use C1 1 eur                        ok
        suspend U1                          L4 card_must_not_be_active
    ";
    check_story_under(ActiveCards::Refuse, &format!("{TWO_USERS}{story}")).await;
}

#[tokio::test]
async fn l4_the_other_reading_freezes_active_cards_and_l3_holds() {
    let story = "
        card U1 as C1                       ok
        use C1 1 eur                        ok
        suspend U1                          ok
        use C1 1 eur                        L3 user_must_not_be_suspended
        unsuspend U1                        ok
        use C1 1 eur                        ok
        holds U1 98 eur
    ";
    check_story_under(ActiveCards::Freeze, &format!("{TWO_USERS}{story}")).await;
}

#[tokio::test]
async fn l5_suspend_then_unsuspend_leaves_every_ability_as_it_was() {
    check(
        "
        card U1 as C1                       ok
        block U1 C1                         ok
        suspend U1                          ok
        unsuspend U1                        ok
        unblock U1 C1                       ok
        use C1 1 eur                        ok
        card U1 as C2                       ok
        transfer partner U1 1 eur           ok
        transfer U1 U2 1 eur                ok
        payout U1 1 eur as P1               ok
        lock U1 as L1                       ok
        exchange U1 1 eur to btc with L1 as X1   ok
        deposit U1 1 eur as D1              ok
        update U1 city                      ok
        ",
    )
    .await;
}

#[tokio::test]
async fn l6_suspending_twice_and_unsuspending_twice_change_nothing() {
    check(
        "
        unsuspend U1                        ok
        suspend U1                          ok
        suspend U1                          ok
        restart                             ok
        suspend U1                          ok
        unsuspend U1                        ok
        unsuspend U1                        ok
        transfer U1 U2 1 eur                ok
        ",
    )
    .await;
}

#[tokio::test]
async fn l7_nothing_leads_out_of_closed_and_the_id_is_never_reused() {
    check(
        "
        card U1 as C1                       ok
        lock U1 as L1                       ok
        close U1                            ok
        close U1                            L7 user_must_not_be_closed
        suspend U1                          L7 user_must_not_be_closed
        unsuspend U1                        L7 user_must_not_be_closed
        verify U1                           L7 user_must_not_be_closed
        update U1 city                      L7 user_must_not_be_closed
        balances U1                         L7 user_must_not_be_closed
        transfer partner U1 1 eur           L7 user_must_not_be_closed
        transfer U1 U2 1 eur                L7 user_must_not_be_closed
        payout U1 1 eur as P1               L7 user_must_not_be_closed
        lock U1 as L2                       L7 user_must_not_be_closed
        exchange U1 1 eur to btc with L1 as X1   L7 user_must_not_be_closed
        card U1 as C2                       L7 user_must_not_be_closed
        block U1 C1                         L7 user_must_not_be_closed
        create U1 in PL                     L13 user_id_must_be_unused
        deposit U1 5 eur as D1              ok
        restart                             ok
        create U1 in PL                     L13 user_id_must_be_unused
        unsuspend U1                        L7 user_must_not_be_closed
        ",
    )
    .await;
}

#[tokio::test]
async fn l8_what_closing_clears_is_booked() {
    check(
        "
        lock U1 as L1                       ok
        exchange U1 60 eur to btc with L1 as X1   ok
        close U1                            movements_must_be_settled
        complete X1                         ok
        suspend U1                          ok
        deposit U1 7 eur as D1              ok
        holds suspense 7 eur
        close U1                            ok
        holds suspense 0 eur
        holds U1 0 eur
        holds U1 0 btc
        holds forfeited 40 eur
        ",
    )
    .await;
}

#[tokio::test]
async fn l9_balances_exist_only_once_the_user_is_verified() {
    check_story(
        "
        create U1 in PL                     ok
        balances U1                         L9 user_must_be_verified
        transfer partner U1 1 eur           L9 user_must_be_verified
        deposit U1 1 eur as D1              ok
        verify U1                           ok
        balances U1                         L9 user_must_be_verified
        reject U1                           ok
        balances U1                         L9 user_must_be_verified
        verify U1                           ok
        advance 999 ms                      ok
        balances U1                         L9 user_must_be_verified
        advance 1 ms                        ok
        balances U1                         ok
        holds U1 0 eur
        ",
    )
    .await;
}

#[tokio::test]
async fn l10_nobody_spends_what_is_not_there() {
    check(
        "
        transfer U1 U2 100.01 eur           L10 funds_must_suffice
        transfer U1 U2 60 eur               ok
        transfer U1 U2 60 eur               L10 funds_must_suffice
        payout U1 39 eur as P1              ok
        transfer U1 U2 0.01 eur             L10 funds_must_suffice
        payout U1 40 eur as P2              ok
        holds settlement 40 eur
        advance 86400000 ms                 ok
        holds settlement 0 eur
        holds U1 0 eur
        lock U2 as L1                       ok
        exchange U2 160.01 eur to btc with L1 as X1   L10 funds_must_suffice
        exchange U2 160 eur to btc with L1 as X2   ok
        exchange U2 160 eur to btc with L1 as X3   L11 lock_must_be_unused
        card U2 as C1                       ok
        use C1 0.01 eur                     L10 funds_must_suffice
        fail X2                             ok
        holds U2 160 eur
        ",
    )
    .await;
}

#[tokio::test]
async fn l11_a_lock_is_used_once_and_never_after_forty_seconds() {
    check(
        "
        lock U1 as L1                       ok
        exchange U2 1 eur to btc with L1 as X1   L11 lock_must_exist
        exchange U1 1 eur to btc with L1 as X2   ok
        exchange U1 1 eur to btc with L1 as X3   L11 lock_must_be_unused
        lock U1 as L2                       ok
        advance 40000 ms                    ok
        exchange U1 1 eur to btc with L2 as X4   ok
        lock U1 as L3                       ok
        advance 40001 ms                    ok
        exchange U1 1 eur to btc with L3 as X5   L11 lock_must_not_be_expired
        ",
    )
    .await;
}

#[tokio::test]
async fn l12_cards_are_limited_by_day_and_by_number() {
    check(
        "
        card U1 as C1                       ok
        card U1 as C2                       ok
        card U1 as C3                       ok
        card U1 as C4                       ok
        card U1 as C5                       ok
        card U1 as C6                       L12 cards_created_must_be_below_limit
        delete U1 C1                        ok
        card U1 as C6                       L12 cards_created_must_be_below_limit
        advance 86400000 ms                 ok
        card U1 as C6                       ok
        card U2 as C7                       ok
        ",
    )
    .await;
    check_story(
        "
        create U3 in PL                     ok
        card U3 as C1                       L9 user_must_be_verified
        ",
    )
    .await;
}

#[tokio::test]
async fn l13_an_id_is_given_once() {
    check(
        "
        create U1 in PL                     L13 user_id_must_be_unused
        suspend U1                          ok
        create U1 in DE                     L13 user_id_must_be_unused
        ",
    )
    .await;
}
