//! Stories of what an operator does, and of what people show; told as `found` tells its own.

use partner_api_tests::story::check_story;

/// What each kind of document has to be like, on the day on which every stand begins, and on the next.
#[tokio::test]
async fn a_document_has_what_its_kind_has_and_is_valid_through_its_last_day() {
    check_story(
        "
        create U1 in PL born 1899-12-31               birth_date_must_be_plausible
        create U1 in PL born 2026-03-03               birth_date_must_be_plausible
        create U1 in PL born 1990-02-30               input_must_be_well_formed
        create U1 in ZZ                               input_must_be_well_formed
        create U1 in PL born 1900-01-01               ok
        verify U1 by licence EK77001                  document_must_show_identity
        verify U1 by passport EK77 of PL              document_number_must_fit_kind
        verify U1 by permit EK77001 of DE until 2999-12-31   permit_must_be_of_residence
        verify U1 by permit EK77001 of PL             permit_must_expire
        verify U1 by id-card AB-12 until 2026-03-01   document_must_not_be_expired
        verify U1 by id-card AB-12 until 2026-03-02   ok
        reject U1                                     ok
        advance 86400000 ms                           ok
        verify U1 by id-card AB-12 until 2026-03-02   document_must_not_be_expired
        files U1 of id-card front pdf                 input_must_be_well_formed
        files U1 of licence front gif                 document_must_show_identity
        files U1 of permit front-and-back gif         file_must_be_of_taken_kind
        files U1 of passport front huge               file_must_be_small_enough
        files U1 of permit front-and-back png         ok
        proof U1 by 4 pdf                             input_must_be_well_formed
        proof U1 by 0 pdf                             input_must_be_well_formed
        proof U1 by 3 jpeg                            ok
        kyc U1 on licence salary more as K1           input_must_be_well_formed
        kyc U1 on licence salary occupation more as K2   ok
        ",
    )
    .await;
}

/// A lock and a quote keep the rates of their moment, whatever the market is told afterwards.
#[tokio::test]
async fn what_the_market_is_told_changes_no_lock_and_no_quote() {
    check_story(
        "
        create U1 in PL                               ok
        verify U1                                     ok
        approve U1                                    ok
        transfer partner U1 100 eur as T1             ok
        rate eur 2                                    input_must_be_well_formed
        rate xyz 2                                    input_must_be_well_formed
        rate btc 0                                    input_must_be_well_formed
        wander 1 within 5001                          input_must_be_well_formed
        rate btc 50000                                ok
        lock U1 as L1                                 ok
        quote 20 in btc as Q1                         ok
        rate btc 100000                               ok
        exchange U1 50 eur to btc with L1 as X1       ok
        order Q1 as O1                                ok
        advance 1000 ms                               ok
        pay O1 0.0003 btc                             ok
        pay O1 0.0001 btc                             ok
        advance 2000 ms                               ok
        holds U1 50 eur
        holds U1 0.000985 btc
        freeze-market                                 ok
        advance 3600000 ms                            ok
        lock U1 as L2                                 ok
        wander 7 within 0                             ok
        release btc                                   ok
        lock U1 as L3                                 ok
        resume-market                                 ok
        wander 0 within 100                           ok
        ",
    )
    .await;
}

/// A walk does everything that is in its way, and a rule that refuses ends it where it is.
#[tokio::test]
async fn a_walk_leads_through_everything_that_is_in_its_way() {
    check_story(
        "
        create U1 in PL                               ok
        walk verification U1 to approved              ok
        walk verification U1 to registered            input_must_be_well_formed
        transfer partner U1 100 eur as T1             ok
        card U1 as C1                                 ok
        use C1 5 eur as S1                            ok
        walk card-payment S1 to refunded              ok
        holds U1 100 eur
        walk proof U1 to questioned                   ok
        walk proof U1 to approved                     ok
        walk card C1 to blocked                       ok
        walk standing U1 to suspended                 ok
        walk card C1 to active                        L3 user_must_not_be_suspended
        coins U1 10 usdc asking as D1                 ok
        walk deposit D1 to credited                   ok
        holds U1 10 usdc
        walk deposit D1 to returned                   input_must_be_well_formed
        coins U1 10 usdc as D2                        ok
        walk deposit D2 to held                       input_must_be_well_formed
        walk standing U1 to suspended                 ok
        walk deposit D2 to held                       ok
        walk standing U1 to open                      ok
        walk card C1 to active                        ok
        quote 20 in btc as Q1                         ok
        order Q1 as O1                                ok
        walk order O1 to completed                    ok
        walk order O1 to expired                      input_must_be_well_formed
        link 30 eur for 60 window 60 whole as B1      ok
        walk link B1 to underpaid                     ok
        walk link B1 to expired                       ok
        link 30 eur for 60 window 60 accepting as B2  ok
        walk link B2 to underpaid                     ok
        walk link B2 to expired                       input_must_be_well_formed
        walk link B2 to completed                     ok
        walk link B3 to open                          payment_link_must_exist
        walk order B2 to open                         order_must_exist
        payout partner 7000000 eur to person as P1    ok
        walk payout P1 to gone                        input_must_be_well_formed
        walk payout P1 to successful                  input_must_be_well_formed
        walk payout P1 to failed                      ok
        advance 3600000 ms                            ok
        walk standing U1 to closed                    ok
        walk card C1 to deleted                       ok
        walk card C1 to active                        input_must_be_well_formed
        holds U1 0 eur
        ",
    )
    .await;
}

/// What is restored is as it was, and whoever was closed since comes back only if that is meant, each time.
#[tokio::test]
async fn what_is_restored_is_as_it_was_and_knows_nothing_of_later() {
    check_story(
        "
        create U1 in PL                               ok
        verify U1                                     ok
        approve U1                                    ok
        rate doge 0.5                                 ok
        transfer partner U1 100 eur as T1             ok
        lock U1 as L1                                 ok
        save as V1                                    ok
        transfer U1 partner 40 eur as T2              ok
        release doge                                  ok
        advance 86400000 ms                           ok
        create U2 in PL                               ok
        close U1                                      ok
        restore V1                                    input_must_be_well_formed
        restore V1 with-erased                        ok
        holds U1 100 eur
        exchange U1 50 eur to doge with L1 as X1      ok
        create U2 in PL                               ok
        restart                                       ok
        release doge                                  ok
        restore V1                                    input_must_be_well_formed
        restore V2                                    input_must_be_well_formed
        restore V1 with-erased                        ok
        exchange U1 50 eur to doge with L1 as X2      ok
        advance 2000 ms                               ok
        holds U1 98.5 doge
        ",
    )
    .await;
}

/// What the writer remembers of a user is forgotten, too: nobody stays suspended, nor open, by what a restore took back.
#[tokio::test]
async fn a_restore_takes_back_where_somebody_stands() {
    check_story(
        "
        create U1 in PL                               ok
        verify U1                                     ok
        approve U1                                    ok
        transfer partner U1 100 eur as T1             ok
        save as V1                                    ok
        suspend U1                                    ok
        save as V2                                    ok
        restore V1                                    ok
        transfer U1 partner 40 eur as T2              ok
        restore V2                                    ok
        transfer U1 partner 40 eur as T3              L3 user_must_not_be_suspended
        unsuspend U1                                  ok
        holds U1 100 eur
        ",
    )
    .await;
}

/// The partner's own deposits are checked as users' are, only that nobody knows the partner's name.
#[tokio::test]
async fn the_partners_own_deposits_are_credited_checked_and_returned() {
    check_story(
        "
        deposit partner 5 eur from A1 own as D1       ok
        deposit partner 7 eur from A2 unsure as D2    ok
        deposit partner 9 eur from nowhere other as D3   ok
        holds suspense 7 eur
        approve-deposit D2                            ok
        approve-deposit D3                            deposit_must_be_open
        holds suspense 0 eur
        deposit partner 0.001 eur as D4               amount_must_fit_currency
        ",
    )
    .await;
}
