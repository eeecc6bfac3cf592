# L3: a suspended user moves no money and gets and uses no card; what arrives is held; what was in flight settles.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 100 eur             ok
create U2 in DE                         ok
verify U2                               ok
approve U2                              ok
transfer partner U2 100 eur             ok
card U1 as C1                           ok
block U1 C1                             ok
lock U1 as L1                           ok
lock U1 as L2                           ok
exchange U1 10 eur to usdc with L1 as X1   ok
payout U1 20 eur as P1                  ok
suspend U1                              ok
transfer partner U1 1 eur               L3 user_must_not_be_suspended
transfer U1 partner 1 eur               L3 user_must_not_be_suspended
transfer U1 U2 1 eur                    L3 user_must_not_be_suspended
transfer U2 U1 1 eur                    L3 user_must_not_be_suspended
payout U1 1 eur as P2                   L3 user_must_not_be_suspended
lock U1 as L3                           L3 user_must_not_be_suspended
exchange U1 1 eur to btc with L2 as X2  L3 user_must_not_be_suspended
card U1 as C2                           L3 user_must_not_be_suspended
unblock U1 C1                           L3 user_must_not_be_suspended
block U1 C1                             ok
balances U1                             ok
deposit U1 30 eur as D1                 ok
holds U1 69 eur
holds suspense 30 eur
holds settlement 31 eur
advance 2000 ms                         ok
holds settlement 0 eur
holds U1 69 eur
restart                                 ok
unsuspend U1                            ok
holds U1 99 eur
holds suspense 0 eur
unblock U1 C1                           ok
use C1 1 eur                            ok
holds U1 98 eur
