# L5, L6: suspend, then unsuspend, as often as you like: every ability is back, and nothing else has changed.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 100 eur             ok
create U2 in DE                         ok
verify U2                               ok
approve U2                              ok
card U1 as C1                           ok
block U1 C1                             ok
unsuspend U1                            ok
suspend U1                              ok
suspend U1                              ok
restart                                 ok
suspend U1                              ok
unsuspend U1                            ok
unsuspend U1                            ok
holds U1 100 eur
unblock U1 C1                           ok
use C1 1 eur                            ok
card U1 as C2                           ok
transfer partner U1 1 eur               ok
transfer U1 U2 1 eur                    ok
payout U1 1 eur as P1                   ok
lock U1 as L1                           ok
exchange U1 1 eur to btc with L1 as X1  ok
deposit U1 1 eur as D1                  ok
update U1 city                          ok
holds U1 97 eur
