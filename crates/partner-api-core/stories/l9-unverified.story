# L9: balances exist once the user is verified; a second after submission that decides itself.
create U1 in PL                         ok
balances U1                             L9 user_must_be_verified
transfer partner U1 1 eur               L9 user_must_be_verified
payout U1 1 eur as P1                   L9 user_must_be_verified
lock U1 as L1                           L9 user_must_be_verified
card U1 as C1                           L9 user_must_be_verified
deposit U1 1 eur as D1                  ok
approve U1                              verification_must_be_pending
verify U1                               ok
balances U1                             L9 user_must_be_verified
reject U1                               ok
balances U1                             L9 user_must_be_verified
verify U1                               ok
advance 999 ms                          ok
balances U1                             L9 user_must_be_verified
advance 1 ms                            ok
balances U1                             ok
reject U1                               verification_must_be_pending
holds U1 0 eur
