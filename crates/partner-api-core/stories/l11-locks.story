# L11: a lock is used once, by its user, for forty seconds.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 100 eur             ok
create U2 in DE                         ok
verify U2                               ok
approve U2                              ok
transfer partner U2 100 eur             ok
lock U1 as L1                           ok
exchange U2 1 eur to btc with L1 as X1  L11 lock_must_exist
exchange U1 1 eur to btc with L1 as X2  ok
exchange U1 1 eur to btc with L1 as X3  L11 lock_must_be_unused
fail X2                                 ok
exchange U1 1 eur to btc with L1 as X3  L11 lock_must_be_unused
lock U1 as L2                           ok
advance 40000 ms                        ok
exchange U1 1 eur to btc with L2 as X4  ok
lock U1 as L3                           ok
advance 40001 ms                        ok
exchange U1 1 eur to btc with L3 as X5  L11 lock_must_not_be_expired
