# Of all rules that a command breaks, the answer names the first: what was written, then who, then what, then funds.
create U1 in PL                         ok
transfer U1 U1 0 eur                    amount_must_be_positive
transfer U1 U1 1 eur                    parties_must_differ
transfer U1 nobody 1000 eur             user_must_exist
transfer U1 partner 1000 eur            L9 user_must_be_verified
verify U1                               ok
approve U1                              ok
create U2 in PL                         ok
close U2                                ok
suspend U1                              ok
transfer U1 U2 1000 eur                 L7 user_must_not_be_closed
transfer U1 partner 1000 eur            L3 user_must_not_be_suspended
unsuspend U1                            ok
transfer U1 partner 1000 eur            L10 funds_must_suffice
transfer partner partner 1 eur          source_or_destination_must_be_given
exchange U1 1 eur to eur with L1 as X1  currencies_must_differ
exchange U1 1 eur to btc with L1 as X1  L11 lock_must_exist
lock U1 as L1                           ok
exchange U1 90000000 btc to eur with L1 as X1   amount_must_fit_currency
exchange U1 1 eur to btc with L1 as X1  L10 funds_must_suffice
use C1 1 eur                            card_must_exist
block U1 C1                             card_must_exist
