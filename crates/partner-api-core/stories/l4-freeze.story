# under freeze
# L4, the second reading: suspending goes through and stops the cards; L3 holds in both.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 100 eur             ok
card U1 as C1                           ok
use C1 1 eur                            ok
suspend U1                              ok
use C1 1 eur                            L3 user_must_not_be_suspended
block U1 C1                             ok
unblock U1 C1                           L3 user_must_not_be_suspended
unsuspend U1                            ok
use C1 1 eur                            card_must_be_active
unblock U1 C1                           ok
use C1 1 eur                            ok
holds U1 98 eur
