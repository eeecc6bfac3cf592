# L8: closing waits for what is in flight, books what it clears, and sends back what was held.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 100 eur             ok
payout U1 10 eur as P1                  ok
close U1                                movements_must_be_settled
advance 1999 ms                         ok
close U1                                movements_must_be_settled
advance 1 ms                            ok
lock U1 as L1                           ok
exchange U1 50 eur to usdc with L1 as X1   ok
close U1                                movements_must_be_settled
suspend U1                              ok
close U1                                movements_must_be_settled
complete X1                             ok
deposit U1 7 eur as D1                  ok
holds suspense 7 eur
holds U1 39 eur
close U1                                ok
holds suspense 0 eur
holds settlement 0 eur
holds U1 0 eur
holds U1 0 usdc
holds forfeited 39 eur
