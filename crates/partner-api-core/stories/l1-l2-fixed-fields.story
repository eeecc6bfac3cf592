# L1, L2: where a user lives and who a user is never change; how to reach a user does.
create U1 in PL                         ok
update U1 city                          ok
update U1 email                         ok
update U1 country                       L1 field_must_be_editable
verify U1                               ok
verify U1                               verification_must_be_open
reject U1                               ok
verify U1                               ok
approve U1                              ok
verify U1                               verification_must_be_open
update U1 firstName                     L1 field_must_be_editable
update U1 birthDate                     L1 field_must_be_editable
update U1 citizenship                   L1 field_must_be_editable
suspend U1                              ok
update U1 phone                         ok
update U1 country                       L1 field_must_be_editable
