# L10: nobody spends what is not there; a payout without funds for itself and its fee of a euro is accepted and fails later.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 101 eur             ok
create U2 in DE                         ok
verify U2                               ok
approve U2                              ok
transfer U1 U2 101.01 eur               L10 funds_must_suffice
transfer U1 U2 60 eur                   ok
transfer U1 U2 60 eur                   L10 funds_must_suffice
payout U1 40 eur as P1                  ok
transfer U1 U2 0.01 eur                 L10 funds_must_suffice
payout U1 40 eur as P2                  ok
holds settlement 41 eur
advance 86400000 ms                     ok
holds settlement 0 eur
holds fees 1 eur
holds U1 0 eur
lock U2 as L1                           ok
exchange U2 60.01 eur to btc with L1 as X1   L10 funds_must_suffice
exchange U2 60 eur to btc with L1 as X2   ok
card U2 as C1                           ok
use C1 0.01 eur                         L10 funds_must_suffice
fail X2                                 ok
complete X2                             exchange_must_be_pending
holds U2 60 eur
use C1 60 eur                           ok
holds U2 0 eur
