//! What is promised about money, what that rests on, and where it ends: precise enough to be attacked.
//!
//! The provider takes no idempotency key. This page says what this crate makes of that.
//!
//! # The guarantee
//!
//! *Movement* means: a transfer, a payout, a withdrawal, an exchange, and the creation of a card. *Journal* means: one that survives what happened, such
//! as the one in a file of `partner_api_records`. Under the assumptions below:
//!
//! | | Promise |
//! |---|---|
//! | G1 | A request for a movement leaves only after its intent is durable in the journal. |
//! | G2 | For each intent the request is carried out at most once: it is repeated only where it provably never left. |
//! | G3 | What is asked for under one [`RequestKey`](crate::RequestKey) is carried out at most once, by however many calls, processes and restarts. |
//! | G4 | No intent is forgotten: each is done, refused, absent, or listed by [`unresolved`](crate::Partner::unresolved). |
//! | G5 | [`Reconcile`](crate::Partner::reconcile) resolves an intent only as what is true, and each movement accounts for one intent only. |
//! | G6 | `Err` means that nothing moved, and [`Outcome::Done`](crate::Outcome) that it moved once. Everything else is [`Unknown`](crate::Outcome::Unknown). |
//!
//! So: kill the client at any instant, restart it, reconcile until nothing waits: no movement is made twice and none is
//! forgotten.
//!
//! # What counts as provably not sent
//!
//! | What happened | Why it is proof |
//! |---|---|
//! | the name could not be resolved, no connection could be made, TLS failed | no byte of the request was written |
//! | the rate limiter or a pause that the provider asked for left no time | no attempt was made |
//! | the time was over before the first attempt | likewise |
//! | a refusal, which is no proof that it was not sent, but that it was not done: HTTP 4xx (other than 408 and 425), 501 or 505, unless the body's code is `P500` or `P501` | the status means that the server decided not to act |
//!
//! Everything else that may have left this machine is in doubt: a timeout, a connection that breaks after the first byte of
//! the request was written, other 5xx, `P500` and `P501` whatever their status, a 2xx that cannot be read.
//! That a *reused* connection turned out to be closed is in doubt, too: the provider may have read the request.
//!
//! # The assumptions
//!
//! | | Assumption | If it does not hold | Setting |
//! |---|---|---|---|
//! | A1 | The provider carries out one request at most once, and a refusal means that it did not act. | G2, G6 | - |
//! | A2 | A request that has left takes effect, and shows in the provider's histories, within the settling time after [`until`](crate::journal::Intent::until), or never. | an intent is resolved as absent, and the movement comes later: if the caller asks again, it is made twice | [`settling`](crate::reconcile::Limits::settling), [`settling_outside`](crate::reconcile::Limits::settling_outside) |
//! | A3 | The provider's histories are complete, newest first, and name each movement; an entry's amount is the movement's, with fees added where money leaves and taken off where it arrives (ASSUMED: no page of the provider describes them). | as A2 | - |
//! | A4 | The clock that dates the provider's histories is the one that dates its rate locks, which is looked at before each reconciliation; it and ours are never further apart than the skew, unless that shows it, and ours does not jump ahead by more than the settling time while a request is under way. | as A2, or a stranger's movement is taken for ours | [`clock_skew`](crate::reconcile::Limits::clock_skew) |
//! | A5 | Every movement by the partner's key is made through this journal. | where ours never happened and a stranger's of the same shape did, at the same time, that one is taken for ours. Two that fit, or any other one nearby, show it, and nothing is concluded | [`sole_mover`](crate::reconcile::Limits::sole_mover) |
//! | A6 | A process that stands still (stopped, swapped out, a machine asleep) between its last look at the clock and the write to the socket does not stand still for longer than the settling time. | as A2: no client can rule this out without the provider's help | as A2 |
//! | A7 | What the journal's disk said is durable is durable, and SQLite's locks hold: a disk of this machine. | G1, G3 | - |
//! | A8 | A person who resolves by hand is right. | G5 | - |
//!
//! A5 is needed only for what is found by its shape: transfers, withdrawals, payouts with the caller's own title, cards, links. With
//! `sole_mover = false` those are reported instead and nothing rests on it.
//!
//! # How it is kept
//!
//! * The intent's deadline is written down with it, and no request leaves after it. So whoever finds the intent later knows
//!   from when on the request has left or never will.
//! * Begin is one transaction of the journal: is the key used, is the shape in doubt, write. Two unique indices of the
//!   database hold the same. No lock of a process is involved: a belief, a cache, a handle may be wrong, and nothing is
//!   made twice for it.
//! * The [shape guard](crate::journal::Action::guarded_shape): of movements that could be told apart by nothing but time, one is
//!   unresolved at a time. A second one is refused with [`in_doubt_because_of`](crate::Error::in_doubt_because_of), also while
//!   the first is under way.
//! * Reconciliation is a pure function of what the records show, the journal's other entries, and the time. Each movement
//!   that an entry accounts for is out of the question for every other one; the journal's `resolve` refuses a second
//!   claim.
//! * What the call itself learns, however late, replaces what was found out about it.
//!
//! # Where it ends
//!
//! * **Cards** carry no time and no name of ours. So the cards that the user has are read and journaled before one is
//!   created, and nothing is sent where they cannot be read. Afterwards a card is ours if it is the only one that was not
//!   there before and that no other entry accounts for; absent if there is none. That rests on A2 and A5, and on the list
//!   being complete, deleted cards included (ASSUMED). Somebody else's card of any later time counts as one that fits.
//!   Where the provider refused the list, and in entries of older versions, a card that may be ours is reported.
//! * **Orders and links** are made at most once per intent and key. The provider lists none, so no record shows one that
//!   nobody has paid, and none is ever found absent: it is reported, as [not paid](crate::reconcile::Why::NotPaid), and a new
//!   one can be taken, while the lost one expires unpaid. Once somebody has paid it, it is in the partner's history: an order
//!   is found by its lock, of which the details tell (or by the event that names it), a link by being the only paid one of
//!   its amount and time that no other entry accounts for (A5, and two of one amount in doubt together are not told apart).
//!   That is looked for during [`payable`](crate::reconcile::Limits::payable). A stranger's link of the same amount and
//!   minutes, paid while ours is not, is taken for ours: here the records cannot show that A5 does not hold.
//! * **Hosted verifications** are told once and listed nowhere: reported.
//! * **Without a key** a caller who asks again after [`Unknown`](crate::Outcome::Unknown) is held up by the shape guard until the first is
//!   resolved, and after that it is a new movement. Only a key says that the same one is meant.
//! * **The [volatile journal](crate::VolatileJournal)** promises G3 and G4 until the process ends, and G3 for the newest
//!   10,000 settled entries.
//! * **The [raw client](crate::Partner::client)** promises nothing.
//! * **Several machines** need a journal that they share; a file is for one.
//! * **Erasure** takes out what is personal about a closed user: reasons and fingerprints of the entries, and in the audit
//!   trail also who the parties were, down to the bytes of the file; the chain still holds. The *id* stays in the entries, on
//!   purpose. By it every later call on the closed user is denied (L7), the other party's movements are matched, and what
//!   the user's movements account for stays out of the question for others. A keyed hash in its place would hide it from
//!   nobody who has the file, since the key would have to lie there too. So make ids that say nothing of a person. After
//!   erasure a repeat under an entry's key is refused as something else, never sent.
//! * **A call too many** (HTTP 429), or one with a key that may not call (401), is turned away unread: nothing moved, and
//!   its request key is free again.
//! * **Closing** gives up balances; it has its own promises, in [`User::plan_closure`](crate::User::plan_closure).
