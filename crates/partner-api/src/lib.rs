//! An SDK for P100's **Partner API**, with which a company (a *partner*) gives its own customers
//! (*users*) accounts, cards, exchange and SEPA payouts.
//!
//! It makes three things safe that the wire leaves to its callers: calls that move money and may or
//! may not have arrived, freezing an account in an emergency, and closing one for ever.
//!
//! # Overview
//!
//! A [`PartnerApi`] is built from an [`Environment`] and the [`ApiKey`] that belongs to it, and gives
//! handles: [`partner.users()`](PartnerApi::users), [`partner.user(id)`](PartnerApi::user),
//! [`partner.transfers()`](PartnerApi::transfers). Every method that talks to the provider gives an
//! [`Operation`]: adjust it, then await it.
//!
//! ```
//! use std::time::Duration;
//! use partner_api::{ApiKey, Environment, PartnerApi, Reason};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let partner = PartnerApi::builder()
//!     .environment(Environment::Sandbox("http://127.0.0.1:4010".parse()?))
//!     .api_key(ApiKey::new("the sandbox's key")) // or .api_key_from_env()?
//!     .build()?;
//!
//! let anna = partner.user("anna-1")?; // sends nothing
//! let report = anna
//!     .suspend(Reason::Fraud)
//!     .by("ops:7") // who, for the journal
//!     .timeout(Duration::from_secs(5))
//!     .await?;
//! println!("frozen, with {} cards blocked first", report.blocked.len());
//! # Ok(()) }
//! ```
//!
//! # How a call ends
//!
//! | Call | `Ok` | `Err` |
//! |---|---|---|
//! | reads | the answer | no answer |
//! | money, new cards | [`Outcome::Done`], or [`Outcome::Unknown`]: the answer was lost | **nothing moved** |
//! | everything else | it is done, with a report where there is something to report | it is not, or [`is_unresolved`](Error::is_unresolved): the answer was lost |
//!
//! The provider has no idempotency key, so what may have arrived is never sent again by this crate.
//! The intent of every change is in the [journal] *before* it is sent, and what nobody knows
//! stays there: [`PartnerApi::unresolved`]. The default journal is a [`VolatileJournal`], which
//! forgets everything with the process; give your own with [`Builder::journal`].
//!
//! # What it does not do
//!
//! - Nothing here has been run against the real service. What the provider's pages do not say is
//!   assumed, and marked so: [`assumptions`], `cargo xtask coverage`; `partner parity` finds out what holds.
//! - Webhooks are received behind the feature `webhooks`, by `partner_api_webhooks`.
//! - Without [`Builder::journal_dir`] or a journal of your own, what was in doubt is forgotten with the process: after a
//!   restart, look at the provider's records yourself.
//! - No more of your users than their ids and standings: see [`roster`]. The provider lists none, and reports no user's
//!   standing; what [`guard`] believes is a cache.
//! - No TLS settings beyond root certificates; give a [`Builder::reqwest_builder`] for the rest.
//!
//! # Layers
//!
//! This crate is a builder and re-exports. `partner_api_domain` has the guarantees,
//! `partner_api_client` the generated methods, `partner_api_transport` timeouts and retries,
//! `partner_api_core` ids, exact money and the rules as tables. Types of the generated client appear
//! behind one door, [`PartnerApi::raw`], and nowhere else.
//!
//! # Cookbook
//!
//! These examples run as they stand, each against a sandbox of its own (`partner_api_sandbox`), where
//! `anna-1` is an active user.
//!
//! | Group of operations | Questions |
//! |---|---|
//! | Account management | [bring in](#how-do-i-bring-a-user-in), [freeze](#how-do-i-freeze-an-account-and-open-it-again), [many at once](#how-do-i-do-the-same-to-many-users), [close](#how-do-i-close-an-account-for-ever) |
//! | Onboarding | [with files](#how-do-i-show-who-a-user-is-and-where-the-user-lives-with-files), [on the provider's page](#how-do-i-have-a-user-verified-on-the-providers-page-instead) |
//! | Balances, history and wallets | [what is held](#what-does-somebody-hold), [what moved](#how-do-i-read-everything-that-moved), [the partner's own](#how-does-money-come-in-by-bank-and-how-does-the-partner-use-its-own-account) |
//! | Internal transfers | [from and to the partner](#how-do-i-move-money-and-what-do-i-do-when-the-answer-is-lost), [between users](#how-do-i-move-money-between-users) |
//! | Exchange | [a user's](#how-do-i-exchange-at-a-guaranteed-rate-and-pay-out), [the partner's](#how-does-money-come-in-by-bank-and-how-does-the-partner-use-its-own-account) |
//! | SEPA | [in](#how-does-money-come-in-by-bank-and-how-does-the-partner-use-its-own-account), [out](#how-do-i-exchange-at-a-guaranteed-rate-and-pay-out) |
//! | Virtual cards | [all of it](#how-do-i-make-limit-block-and-delete-a-card) |
//! | Crypto deposits | [and the travel rule](#what-arrived-on-a-chain-and-who-sent-it) |
//! | Crypto withdrawals | [to a wallet](#how-do-i-withdraw-crypto) |
//! | Orders, payment links, hosted checkout | [get paid](#how-do-i-sell-crypto-for-somebody-outside-orders-and-payment-links) |
//! | Reference data | [`reference`](mod@reference) |
//!
//! ## How do I bring a user in?
//!
//! ```
//! use std::time::Duration;
//! use partner_api::{Identity, NewUser, TermsAccepted};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::empty(|partner| async move {
//! let created = partner.users().create(NewUser {
//!     id: "anna-1".parse()?,
//!     email: "anna@example.com".parse()?,
//!     phone: "486012334567".parse()?,
//!     first_name: "Anna".parse()?,
//!     last_name: "Kowalska".parse()?,
//!     birth_date: "1990-05-15".parse()?,
//!     street: Some("ul. Prosta".parse()?),
//!     number: Some("7".parse()?),
//!     city: "Warszawa".parse()?,
//!     post_code: "00-838".parse()?,
//!     country: "PL".parse()?, // for ever
//!     citizenship: "PL".parse()?,
//!     nationality: None,
//!     birth_country: None,
//!     national_id: None,
//!     terms: TermsAccepted::by_the_user(),
//! }).await?;
//!
//! let anna = partner.user(created.id)?;
//! let card = Identity::id_card("ZS0001234".parse()?).issued_by("PL".parse()?);
//! anna.verify(card).await?;
//! anna.wait_until_active().within(Duration::from_secs(30)).await?;
//! # Ok(()) });
//! ```
//!
//! ## How do I show who a user is, and where the user lives: with files?
//!
//! ```
//! use partner_api::{File, KycFiles, PoaFiles, PoaFilesAnswer};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! # let (front, back, selfie) = (b"\x89PNG\r\n\x1a\n..", b"\x89PNG\r\n\x1a\n..", b"\x89PNG\r\n\x1a\n..");
//! # let bill = b"%PDF-1.7 ..";
//! let documents = partner.user("anna-1")?.documents();
//! let photo = |bytes: &'static [u8]| File::new(bytes); // or File::new(std::fs::read("front.jpg")?)
//! documents.add_identity(KycFiles::IdCard { // a passport has no back, and a card without one does not compile
//!     front: photo(front)?,
//!     back: photo(back)?,
//!     selfie: photo(selfie)?,
//! }).await?;
//!
//! let proof = PoaFiles::new([File::new(bill.as_slice())?])?; // up to three
//! match documents.add_proof_of_address(proof).await? {
//!     PoaFilesAnswer::Added => println!("waits for a decision, which comes by webhook"),
//!     _ => println!("an earlier one still waits; this one was not taken"),
//! }
//! # Ok(()) });
//! ```
//!
//! What the provider would refuse for its size or kind is no [`File`], so it is never sent:
//!
//! ```
//! # use partner_api::{File, Rule};
//! let gif = File::new(b"GIF89a".as_slice()).unwrap_err();
//! assert_eq!(gif.rule(), Some(Rule::FileMustBeOfTakenKind));
//! ```
//!
//! ## How do I have a user verified on the provider's page instead?
//!
//! ```
//! use std::time::Duration;
//! use partner_api::{DocumentKind, Income, Occupation, OpenAccountReason, Questionnaire};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let hosted = partner.user("anna-1")?.hosted_verification();
//! let started = hosted.start(Questionnaire {
//!     document: DocumentKind::Passport,
//!     country: "PL".parse()?,
//!     income: Income::Salary { // asks for what this source needs, and a business for a tax number instead
//!         occupation: Occupation::It,
//!         about: "I am a programmer".parse()?,
//!     },
//!     purpose: OpenAccountReason::DailyUse,
//! }).await?.done()?; // it costs, so a lost answer is an outcome to look at
//!
//! println!("send the user to {}", hosted.page_address(&started.id)); // holds no key
//! assert!(hosted.page(&started.id).await?.html().contains("Continue")); // what the browser will see
//!
//! let decided = hosted.wait_until_decided(&started.id).within(Duration::from_secs(30)).await?;
//! match decided.is_approved() {
//!     true => println!("now submit the identity data"),
//!     false => println!("rejected, for {} reasons", decided.reasons.len()),
//! }
//! # Ok(()) });
//! ```
//!
//! ## How do I move money, and what do I do when the answer is lost?
//!
//! ```
//! use partner_api::{Outcome, UserId};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! # let anna: UserId = "anna-1".parse()?;
//! match partner.transfers().fund(&anna, "100.00 eur".parse()?).await? {
//!     Outcome::Done(receipt) => println!("transfer {}", receipt.id),
//!     // Never send it again: the provider's records will tell what became of it.
//!     Outcome::Unknown(unresolved) => println!("look at {} later", unresolved.intent),
//! }
//! # Ok(()) });
//! ```
//!
//! `Err` from `fund` means that nothing moved; `.await?.done()?` treats a lost answer as an error too,
//! one that [may have moved money](Error::may_have_moved_money). An amount is exact, and a float is
//! none:
//!
//! ```compile_fail,E0277
//! # use partner_api::Amount;
//! let amount: Amount = 0.1_f64.into();
//! ```
//!
//! ## How do I make my own retries harmless, and what becomes of a lost answer?
//!
//! A journal in a file remembers over crashes, and several processes share it; build with
//! `.journal_dir("/var/lib/shop/partner")` and `.reconcile_every(Duration::from_secs(60))`. A key of your own says which
//! movement is meant:
//!
//! ```
//! use partner_api::{RequestKey, UserId};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! # let anna: UserId = "anna-1".parse()?;
//! let refund = || {
//!     let transfer = partner.transfers().fund(&anna, "12.50 eur".parse()?);
//!     Ok::<_, Box<dyn std::error::Error>>(transfer.key(RequestKey::new("refund-2026-117")?))
//! };
//! let first = refund()?.await?.done()?;
//! // Asked again, by a retry, a second worker or after a crash: nothing is sent.
//! let again = refund()?.await?.done()?;
//! assert!(again.was_done_before && again.id == first.id);
//!
//! // What nobody knows is found out from the provider's own records.
//! let report = partner.reconcile().await?;
//! for found in &report.resolved {
//!     println!("{} ended: {:?}", found.entry.id, found.conclusion);
//! }
//! for unclear in &report.unclear {
//!     println!("somebody must decide: {unclear}"); // and then call `partner.resolve(..)`
//! }
//! # Ok(()) });
//! ```
//!
//! What is promised, what that rests on and where it ends is written down in [`money_safety`].
//!
//! ## How do I move money between users?
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! # let anna = partner.user("anna-1")?;
//! # let ben = partner.user("ben-2")?;
//! // Both have to be active; Ben is nobody yet.
//! let sent = partner.transfers().between(anna.id(), ben.id(), "10 eur".parse()?).await;
//! assert_eq!(sent.unwrap_err().refusal().map(|it| it.code()), Some("P412"));
//!
//! let back = partner.transfers().collect(anna.id(), "10 eur".parse()?).await?.done()?;
//! let transfer = partner.transfers().get(&back.id).await?;
//! println!("{} {} from {:?} to {:?}: {}", transfer.amount, transfer.currency, transfer.source, transfer.destination, transfer.status);
//! # Ok::<(), Box<dyn std::error::Error>>(()) });
//! ```
//!
//! ## How do I freeze an account, and open it again?
//!
//! ```
//! # use partner_api::Reason;
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let anna = partner.user("anna-1")?;
//! if let Err(error) = anna.suspend(Reason::StolenAccount).await {
//!     // Never less locked than before; calling again goes on from here.
//!     eprintln!("{error}: {:?}", error.suspension().map(|report| &report.blocked));
//! }
//! let report = anna.unsuspend().because(Reason::other("review passed")).await?;
//! assert_eq!(report.restored.len(), 1); // exactly the card that our suspension had blocked
//! # Ok(()) });
//! ```
//!
//! ## How do I do the same to many users?
//!
//! ```
//! use partner_api::bulk::{Change, ChangeKind};
//! use partner_api::{Reason, UserId};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let suspects: Vec<UserId> = vec!["anna-1".parse()?, "nobody".parse()?];
//! // Run again under this name, after a crash too, it touches nobody a second time.
//! let bulk = partner.users().bulk("fraud-2026-11-27".parse()?).at_once(32);
//! println!("{}", bulk.plan(ChangeKind::Suspend, suspects.clone()).await?); // sends nothing
//!
//! let changes = suspects.into_iter().map(|user| (user, Change::Suspend(Reason::Fraud)));
//! let tally = bulk.run(changes, |ended| println!("{} {}", ended.user, ended.end())).await;
//! assert_eq!((tally.done, tally.refused), (1, 1)); // the provider knows nobody of that id
//! # Ok(()) });
//! ```
//!
//! ## How do I close an account for ever?
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let plan = partner.user("anna-1")?.plan_closure().await?; // changes nothing
//! println!("would be lost: {:?}, in the way: {:?}", plan.balances.held(), plan.blockers);
//!
//! // Without naming what is given up, nothing is deleted, and the user stays suspended.
//! let error = plan.ready()?.confirm().await.unwrap_err();
//! let found = error.closure().and_then(|progress| progress.found.clone());
//! assert_eq!(found, Some(plan.balances.held()));
//!
//! let report = plan.ready()?.confirm().forfeit_balances(&plan.balances).await?;
//! assert_eq!(report.forfeited, plan.balances.held());
//! # Ok(()) });
//! ```
//!
//! ## How do I exchange at a guaranteed rate, and pay out?
//!
//! ```
//! use partner_api::{Currency, PayOut};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let anna = partner.user("anna-1")?;
//! let lock = anna.exchange().lock().await?; // for 40 seconds, once
//! let accepted = anna.exchange().execute(&lock, "50 eur".parse()?, Currency::BTC).await?.done()?;
//! println!("{}", partner.exchange(&accepted.id).await?.status); // settles later
//!
//! let iban = "PL61109010140000071219812874".parse()?;
//! let payout = PayOut::to_own_account(iban, "20 eur".parse()?).titled("savings".parse()?);
//! let accepted = anna.pay_out(payout).await?.done()?;
//! println!("{}", partner.payout(&accepted.id).await?.status);
//! # Ok(()) });
//! ```
//!
//! ## Which rule refused?
//!
//! ```
//! use partner_api::{Reason, Rule};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let anna = partner.user("anna-1")?;
//! anna.suspend(Reason::ComplianceReview).await?;
//! let error = partner.transfers().collect(anna.id(), "1 eur".parse()?).await.unwrap_err();
//! match error.rule() {
//!     Some(Rule::UserMustNotBeClosed) => println!("gone for ever"),
//!     Some(rule) => println!("{}: {}", rule.name(), rule.remedy()),
//!     None if error.is_transient() => println!("try again later"),
//!     None => return Err(error.into()),
//! }
//! assert_eq!(error.rule(), Some(Rule::UserMustNotBeSuspended));
//! assert_eq!(error.refusal().map(|refusal| refusal.code()), Some("P455"));
//! # Ok(()) });
//! ```
//!
//! ## How do I withdraw crypto?
//!
//! ```
//! use partner_api::{Currency, NewWithdrawal};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let anna = partner.user("anna-1")?;
//! partner.transfers().fund(anna.id(), "0.5 btc".parse()?).await?.done()?;
//! println!("the network takes {}", partner.network_fee(Currency::BTC, None).await?);
//!
//! let to_wallet = NewWithdrawal::to_own_keys("0.25 btc".parse()?, "tb1q...".parse()?, "Anna".parse()?);
//! let accepted = anna.withdraw(to_wallet).await?.done()?;
//! // Accepted means reserved, with both fees; whether the chain took it shows here later.
//! let withdrawal = anna.withdrawal(&accepted.id).await?;
//! println!("{}: {} plus {}", withdrawal.status, withdrawal.amount, withdrawal.fee);
//! # Ok(()) });
//! ```
//!
//! ## How do I sell crypto for somebody outside: orders and payment links?
//!
//! ```
//! use partner_api::{Currency, Hosted, Network, NewLink};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::empty(|partner| async move {
//! // At a rate that is guaranteed for a short time:
//! let lock = partner.orders().lock("346.59".parse()?, Currency::USDC).on(Network::Polygon).await?;
//! let order = partner.orders().create(&lock).await?.done()?.id;
//! println!("{}", partner.orders().get(&order).await?.status);
//!
//! // Or at the rate of the moment in which somebody pays:
//! let invoice = NewLink::new("25.00".parse()?).titled("invoice 7".parse()?).hosted(Hosted::default());
//! let link = partner.payment_links().create(invoice).await?.done()?.id;
//! println!("pay at {} until {}", link.url, link.expires_at);
//! let paid = partner.payment_links().get(&link.id).await?;
//! assert!(paid.transactions.is_empty());
//! # Ok(()) });
//! ```
//!
//! ## What does somebody hold?
//!
//! ```
//! use partner_api::Currency;
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let balances = partner.user("anna-1")?.balances().await?;
//! assert_eq!(balances.of(Currency::EUR).to_string(), "200");
//! for holding in balances.held() {
//!     println!("{holding}"); // what is not zero
//! }
//! for balance in &balances.crypto {
//!     println!("{} can be sent to a wallet of hers: {}", balance.currency, balance.wallet.is_some());
//! }
//! println!("{} balances of the partner's own", partner.balances().await?.held().len());
//! # Ok(()) });
//! ```
//!
//! ## How do I read everything that moved?
//!
//! ```
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let anna = partner.user("anna-1")?;
//! let mut entries = anna.history().entries();
//! while let Some(entry) = entries.next().await? {
//!     println!("{} {} {} {}", entry.created_at, entry.kind, entry.amount, entry.currency);
//! }
//! # Ok(()) });
//! ```
//!
//! ## How does money come in by bank, and how does the partner use its own account?
//!
//! ```
//! use partner_api::{Currency, PayOut};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! // The title says whom a deposit is for; whoever sends must use it unchanged.
//! let info = partner.user("anna-1")?.deposit_info().await?;
//! println!("{} {}", info.iban.expose(), info.title.expose());
//! for contact in partner.user("anna-1")?.contacts().await? {
//!     println!("an account that sent money is {}", contact.status); // approved ones are hers
//! }
//!
//! let own = partner.own_account();
//! let lock = own.exchange().lock().await?;
//! own.exchange().execute(&lock, "100 eur".parse()?, Currency::USDC).await?.done()?;
//! let iban = "PL49109024028743516259813188".parse()?;
//! own.pay_out(PayOut::to_own_account(iban, "10 eur".parse()?).titled("dividend".parse()?)).await?.done()?;
//! println!("wallet: {}", own.create_wallet(Currency::ETH, None).await?.expose());
//! # Ok(()) });
//! ```
//!
//! ## What arrived on a chain, and who sent it?
//!
//! ```
//! use partner_api::{Currency, CryptoDepositStatus, TravelRule};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_deposit(|partner, id| async move {
//! // An event of the provider names the deposit; see `partner_api_webhooks`.
//! let deposit = partner.crypto_deposit(&id).await?;
//! assert_eq!(deposit.status, CryptoDepositStatus::WaitingForTrData);
//!
//! let anna = partner.user("anna-1")?;
//! let sender = TravelRule::from_person("Jan".parse()?, "Nowak".parse()?); // from a wallet that an exchange keeps
//! anna.supply_travel_rule(&id, sender).await?;
//! assert_eq!(anna.balances().await?.of(Currency::BTC).to_string(), "0.25");
//! # Ok(()) });
//! ```
//!
//! ## How do I make, limit, block and delete a card?
//!
//! ```
//! use partner_api::NewCard;
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! let cards = partner.user("anna-1")?.cards();
//! // Its number and code are in the answer; neither is ever printed by `Debug`.
//! let card = cards.create(NewCard::new("shopping", "1357".parse()?)?).await?.done()?.id;
//! let mut limits = cards.limits(&card).await?;
//! limits.daily.atm = "50".parse()?;
//! cards.set_limits(&card, limits).await?;
//! cards.change_pin(&card, "2468".parse()?).await?;
//!
//! cards.block(&card).await?;
//! cards.unblock(&card).await?;
//! cards.delete(&card).await?; // for good
//! let listed = cards.list().await?;
//! assert!(listed.iter().any(|it| it.id == card && it.is_deleted()));
//! # Ok(()) });
//! ```
//!
//! ## How do I test my own code without a socket?
//!
//! ```
//! use std::sync::Arc;
//! use partner_api::raw::InProcess;
//! use partner_api::{ApiKey, Environment, PartnerApi, Rule};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let provider = InProcess::new(|_request| async {
//!     let body = r#"{"errorCode": "P455", "errorName": "user-suspended"}"#;
//!     let response = http::Response::builder().status(400).body(body.into());
//!     Ok(response.expect("a response"))
//! });
//! let partner = PartnerApi::builder()
//!     .environment(Environment::Staging)
//!     .api_key(ApiKey::new("test"))
//!     .wire(Arc::new(provider))
//!     .build()?;
//! let lock = partner.user("anna-1")?.exchange().lock().await;
//! assert_eq!(lock.unwrap_err().rule(), Some(Rule::UserMustNotBeSuspended));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! ## How do I measure it, and see what is in doubt?
//!
//! Give an [`Observer`]: it is told once of every call, however that ends, and nothing that it is told names anybody. The
//! example [`metrics`](https://github.com/partner-api-sdk/partner-api-sdk/blob/main/crates/partner-api/examples/metrics.rs)
//! counts calls, latency, retries, limiter waits and doubts in the form of Prometheus, with the journal and the inbox.
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::{Arc, Mutex};
//! use std::time::Duration;
//! use partner_api::{CallReport, Observer};
//!
//! /// How often, and how long in all, by operation and outcome.
//! #[derive(Debug, Default)]
//! struct Metrics(Mutex<BTreeMap<(&'static str, &'static str), (u64, Duration)>>);
//!
//! impl Observer for Metrics {
//!     fn ended(&self, report: &CallReport) {
//!         let outcome = if report.is_in_doubt { "unknown" } else { report.end.as_str() };
//!         let mut counts = self.0.lock().unwrap();
//!         let (count, took) = counts.entry((report.operation, outcome)).or_default();
//!         *count += 1;
//!         *took += report.took;
//!     }
//! }
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # let metrics = Arc::new(Metrics::default());
//! # stage::observed(metrics.clone(), |partner| async move {
//! // let metrics = Arc::new(Metrics::default());
//! // let partner = PartnerApi::builder().observer(metrics.clone())...
//! partner.transfers().fund(&"anna-1".parse()?, "10 eur".parse()?).await?.done()?;
//! assert_eq!(partner.unresolved().await?.len(), 0); // what the journal has in doubt: a gauge
//! let counts = metrics.0.lock().unwrap();
//! assert!(0 < counts[&("create_transfer", "answered")].0);
//! # Ok(()) });
//! ```
//!
//! Traces have a span `call` for each of them, with the names of OpenTelemetry's conventions for HTTP clients
//! (`http.request.method`, `http.response.status_code`, `http.request.resend_count`, `server.address`, `url.template`,
//! `error.type`) and names of our own for the rest (`partner_api.operation`, `partner_api.in_doubt`). What follows is told as
//! events, at these levels:
//!
//! | Level | What |
//! |---|---|
//! | error | the journal or the inbox cannot be written or read |
//! | warn | a person must find out what became of a movement (`partner_api.intent`); an event could not be handled (`partner_api.letter`, `partner_api.attempt`) |
//! | info | the span of a call |
//! | debug | each attempt and each pause of a call; each event that is kept or handed over |
//!
//! ## How do I reach what is not here?
//!
//! ```
//! use partner_api::{UserId, raw};
//!
//! # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stage.rs")); }
//! # stage::with_anna(|partner| async move {
//! # let anna: UserId = "anna-1".parse()?;
//! // The generated methods, with this client's key, timeouts and retries: no guard, no journal.
//! let options = raw::CallOptions::new().without_retries();
//! let wire = partner
//!     .raw()
//!     .call(options, |client: raw::Methods| async move { client.get_user_balances(&anna).await })
//!     .await?;
//! println!("{}", wire.fiat_balances.len());
//! # Ok(()) });
//! ```

#![deny(missing_docs)]

mod builder;
mod environment;
mod partner_api;
pub mod raw;
pub mod reference;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use partner_api_domain::{
    AccessDenied, Actor, ApiRefusal, Balances, Blocker, Card, CardDetails, CardFailure, Cards,
    ClosurePlan, ClosureProgress, ClosureProof, ClosureReport, Contact, CreatedCard, CreatedLink,
    CryptoBalance, CryptoDeposit, Decision, Denial, DepositInfo, Documents, Doubt, Error, Exchange,
    Exchanges, FiatBalance, File, History, HistoryEntries, HistoryEntry, HistoryPage, Holding,
    Hosted, HostedVerification, HostedVerifications, Identity, Income, IntentId, InvalidFile,
    InvalidKey, Journal, KycFiles, KycPage, Mismatch, NewCard, NewLink, NewUser, NewWithdrawal,
    Operation, OrderLock, Orders, Outcome, OwnAccount, PayOut, PaymentLinks, Payout, Pending,
    PoaFiles, PoaFilesAnswer, Questionnaire, RateLock, Rates, ReadyClosure, Reason, Receipt,
    Reconciled, RequestKey, SenderAddress, SuspendReport, TermsAccepted, TransferDetails,
    Transfers, TravelRule, Unresolved, UnsuspendReport, UpdateReport, User, UserCreated, UserField,
    UserUpdate, Users, VolatileJournal, Withdrawal,
};
pub use partner_api_domain::{bulk, guard, journal, money_safety, reconcile, roster, verbs};

pub use partner_api_domain::types::assumptions;

pub use partner_api_domain::client::{ApiKey, Behavior, CallEnd, CallReport, Observer};
pub use partner_api_domain::core::{
    AddressLine, Amount, BirthDate, CardExpiry, CardId, CardNumber, City, Country, Currency, Cvv,
    DepositId, DocumentExpiry, DocumentNumber, Email, ExchangeId, FreeText, HolderId, Iban,
    InvalidAmount, InvalidCountry, InvalidCurrency, InvalidId, InvalidMoney, InvalidPii, Invariant,
    KycId, LockId, Money, NationalId, Network, OrderId, Owner, PaymentLinkId, PersonName, Phone,
    Pii, Pin, PostCode, Rule, SepaTransferId, Timestamp, TooPrecise, TransferId, UserId,
    WithdrawalId,
    card::{Limits, SpendingLimits},
    documents::{DocumentKind, FileKind},
    user::Standing,
};
pub use partner_api_domain::types::{
    CardStatus, CryptoDepositStatus, DecimalNumber, ExchangeStatus, FiatBalanceStatus,
    HistoryCursor, HistoryEntryType, IbanStatus, KycVerificationStatus, NetworkName, Occupation,
    OpenAccountReason, OperationId, Order, OrderStatus, PaymentLink, PaymentLinkStatus,
    SepaTransferStatus, SignedAmount, TransferStatus, UpperCaseNetwork, WithdrawalStatus,
};

#[cfg(feature = "records")]
pub use partner_api_records::{
    AuditError, DatabaseError, EraseError, Format, Imported, KnownUser, OpenError, SqliteJournal,
    Verified,
};

#[cfg(all(feature = "records", feature = "webhooks"))]
pub use partner_api_records::SqliteInbox;

pub use self::builder::{API_KEY_VARIABLE, BuildError, Builder};
pub use self::environment::{Environment, InvalidSandboxUrl, SandboxUrl};
pub use self::partner_api::PartnerApi;
