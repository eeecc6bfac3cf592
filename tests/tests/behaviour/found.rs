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
