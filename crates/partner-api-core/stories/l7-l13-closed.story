# L7, L13: nothing leads out of closed, and the id is never used again.
create U1 in PL                         ok
create U1 in DE                         L13 user_id_must_be_unused
verify U1                               ok
approve U1                              ok
card U1 as C1                           ok
lock U1 as L1                           ok
close U1                                ok
close U1                                L7 user_must_not_be_closed
suspend U1                              L7 user_must_not_be_closed
unsuspend U1                            L7 user_must_not_be_closed
verify U1                               L7 user_must_not_be_closed
update U1 city                          L7 user_must_not_be_closed
balances U1                             L7 user_must_not_be_closed
transfer partner U1 1 eur               L7 user_must_not_be_closed
transfer U1 partner 1 eur               L7 user_must_not_be_closed
payout U1 1 eur as P1                   L7 user_must_not_be_closed
lock U1 as L2                           L7 user_must_not_be_closed
exchange U1 1 eur to btc with L1 as X1  L7 user_must_not_be_closed
card U1 as C2                           L7 user_must_not_be_closed
block U1 C1                             L7 user_must_not_be_closed
unblock U1 C1                           L7 user_must_not_be_closed
delete U1 C1                            L7 user_must_not_be_closed
use C1 1 eur                            L7 user_must_not_be_closed
deposit U1 5 eur as D1                  ok
holds U1 0 eur
holds suspense 0 eur
restart                                 ok
create U1 in PL                         L13 user_id_must_be_unused
unsuspend U1                            L7 user_must_not_be_closed
