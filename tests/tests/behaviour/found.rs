//! Stories that random runs have shrunk to, each of which went otherwise once.

use partner_api_tests::story::check_story;

/// Of all rules that are broken the first is named, and a closed user comes before a verification that is decided.
#[tokio::test]
async fn a_decided_verification_of_a_closed_user_is_a_closed_users() {
    check_story(
        "
        create U1 in PL                     ok
        kyc U1 as K1                        ok
        approve-kyc K1                      ok
        reject-kyc K1                       kyc_must_be_pending
        close U1                            ok
        reject-kyc K1                       L7 user_must_not_be_closed
        ",
    )
    .await;
}

/// What is too fine for its currency is seen while a body is read, wherever the body comes from.
#[tokio::test]
async fn coins_that_are_too_fine_and_on_no_chain_are_too_fine() {
    check_story(
        "
        coins partner 0.00000001 usdt on btc as D1   amount_must_fit_currency
        coins partner 1 usdt on btc as D2            network_must_carry_currency
        ",
    )
    .await;
}

/// A limit for a channel holds for what is spent there, and what comes back counts on the day on which it was spent.
#[tokio::test]
async fn a_limit_for_a_channel_holds_there_and_what_comes_back_counts_on_its_own_day() {
    check_story(
        "
        create U1 in PL                     ok
        verify U1                           ok
        approve U1                          ok
        transfer partner U1 300 eur         ok
        card U1 as C1                       ok
        use C1 80 eur at atm as S1          ok
        limit U1 C1 daily 100 50 100 monthly 200 200 200   ok
        use C1 1 eur at atm as S2           spending_must_be_within_limits
        use C1 10 eur at ecom as S2         ok
        use C1 10 eur as S3                 ok
        use C1 1 eur as S4                  spending_must_be_within_limits
        advance 86400000 ms                 ok
        use C1 60 eur as S5                 ok
        refund-card S3                      ok
        use C1 41 eur as S6                 spending_must_be_within_limits
        use C1 40 eur as S7                 ok
        ",
    )
    .await;
}
