# L12: five cards a day, ten at once, for verified users; a repeat changes nothing.
create U1 in PL                         ok
card U1 as C1                           L9 user_must_be_verified
verify U1                               ok
approve U1                              ok
card U1 as C1                           ok
card U1 as C2                           ok
card U1 as C3                           ok
card U1 as C4                           ok
card U1 as C5                           ok
card U1 as C6                           L12 cards_created_must_be_below_limit
delete U1 C1                            ok
delete U1 C1                            ok
block U1 C1                             card_must_exist
unblock U1 C1                           card_must_exist
card U1 as C6                           L12 cards_created_must_be_below_limit
advance 86399999 ms                     ok
card U1 as C6                           L12 cards_created_must_be_below_limit
advance 1 ms                            ok
card U1 as C6                           ok
card U1 as C7                           ok
card U1 as C8                           ok
card U1 as C9                           ok
card U1 as C10                          ok
advance 86400000 ms                     ok
card U1 as C11                          L12 cards_created_must_be_below_limit
advance 2592000000 ms                   ok
card U1 as C11                          ok
card U1 as C12                          L12 cards_held_must_be_below_limit
block U1 C2                             ok
block U1 C2                             ok
card U1 as C12                          L12 cards_held_must_be_below_limit
unblock U1 C3                           ok
delete U1 C2                            ok
card U1 as C12                          ok
# Twenty in twelve months, however many were deleted.
delete U1 C3                            ok
delete U1 C4                            ok
delete U1 C5                            ok
delete U1 C6                            ok
delete U1 C7                            ok
delete U1 C8                            ok
delete U1 C9                            ok
delete U1 C10                           ok
advance 2592000000 ms                   ok
card U1 as C13                          ok
card U1 as C14                          ok
card U1 as C15                          ok
card U1 as C16                          ok
card U1 as C17                          ok
advance 86400000 ms                     ok
card U1 as C18                          ok
card U1 as C19                          ok
card U1 as C20                          ok
delete U1 C11                           ok
advance 86400000 ms                     ok
card U1 as C21                          L12 cards_created_must_be_below_limit
advance 26006399999 ms                  ok
card U1 as C21                          L12 cards_created_must_be_below_limit
advance 1 ms                            ok
card U1 as C21                          ok
