# under refuse
# L4, the first reading: an active card stands in the way; a blocked or deleted one does not.
create U1 in PL                         ok
verify U1                               ok
approve U1                              ok
transfer partner U1 100 eur             ok
card U1 as C1                           ok
card U1 as C2                           ok
suspend U1                              L4 card_must_not_be_active
block U1 C1                             ok
suspend U1                              L4 card_must_not_be_active
delete U1 C2                            ok
suspend U1                              ok
use C1 1 eur                            L3 user_must_not_be_suspended
use C2 1 eur                            L3 user_must_not_be_suspended
delete U1 C1                            ok
unsuspend U1                            ok
use C1 1 eur                            card_must_exist
