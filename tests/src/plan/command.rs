//! One random command, in any state.

use proptest::{prelude::*, sample::select, strategy::BoxedStrategy};

use super::papers;
use crate::oracle::{
    Channel, Check, Command, Hosted, Limits, Papers, Party, Photos, Proof, Questions, Reading,
    Receiver, Sender, Settling,
};

/// One command about anybody and anything. Boxed, because so many choices do not fit on a thread's stack.
pub fn command() -> BoxedStrategy<Command> {
    let who = user().boxed();
    prop_oneof![
        9 => standing(who.clone()).boxed(),
        5 => documents(who.clone()).boxed(),
        9 => transfers(who.clone()).boxed(),
        9 => deposits(who.clone()).boxed(),
        6 => leaving(who.clone()).boxed(),
        6 => exchanges(who.clone()).boxed(),
        5 => checkouts().boxed(),
        14 => cards(who).boxed(),
        4 => distance().prop_map(|milliseconds| Command::Advance { milliseconds }),
    ]
    .boxed()
}

/// Every question that can be asked about a user, as likely as any other; most are about what was made last, or about the
/// first that the user has: who is suspended makes nothing, and what was refused is `#last` and does not exist.
pub(super) fn any_action(who: &str) -> impl Strategy<Value = Command> {
    prop_oneof![actions(who, "#last"), actions(who, "#0")]
}

fn actions(who: &str, pick: &str) -> impl Strategy<Value = Command> {
    let (user, key) = (who.to_owned(), String::new());
    let (owner, pick) = (Some(user.clone()), pick.to_owned());
    let one = |text: &str| text.to_owned();
    let mut all = vec![
        Command::Verify {
            user: user.clone(),
            by: None,
        },
        Command::Update {
            user: user.clone(),
            field: one("city"),
        },
        Command::Suspend { user: user.clone() },
        Command::Unsuspend { user: user.clone() },
        Command::Close { user: user.clone() },
        Command::AddFiles {
            user: user.clone(),
            files: Photos::PASSPORT,
        },
        Command::StartKyc {
            user: user.clone(),
            key: key.clone(),
            asked: Questions::BUSINESS,
        },
        Command::OpenKyc {
            user: user.clone(),
            kyc: pick.clone(),
        },
        Command::AddProof {
            user: user.clone(),
            files: Papers::ONE,
        },
        Command::MasterTransfer {
            key: key.clone(),
            user: user.clone(),
            amount: one("5"),
            currency: one("eur"),
        },
        Command::PayOut {
            owner: owner.clone(),
            key: key.clone(),
            amount: one("5"),
            currency: one("eur"),
            to: Receiver::Person,
        },
        Command::Withdraw {
            owner: owner.clone(),
            key: key.clone(),
            amount: one("5"),
            currency: one("usdt"),
            network: None,
        },
        Command::Lock {
            owner: owner.clone(),
            key: key.clone(),
        },
        Command::Exchange {
            owner: owner.clone(),
            key: key.clone(),
            lock: pick.clone(),
            amount: one("5"),
            from: one("eur"),
            to: one("usdt"),
        },
        Command::Deposit {
            owner: owner.clone(),
            key: key.clone(),
            amount: one("5"),
            sender: Sender::UNNAMED,
        },
        Command::TravelRule {
            owner,
            key: pick.clone(),
        },
        Command::CreateCard {
            user: user.clone(),
            key: key.clone(),
        },
        Command::BlockCard {
            user: user.clone(),
            card: pick.clone(),
        },
        Command::UnblockCard {
            user: user.clone(),
            card: pick.clone(),
        },
        Command::DeleteCard {
            user: user.clone(),
            card: pick.clone(),
        },
        Command::ChangePin {
            user: user.clone(),
            card: pick.clone(),
        },
        Command::ReadLimits {
            user: user.clone(),
            card: pick.clone(),
        },
        Command::SetLimits {
            user: user.clone(),
            card: pick.clone(),
            limits: Limits {
                daily: [90; 3],
                monthly: [200; 3],
            },
        },
        Command::UseCard {
            key,
            card: pick,
            amount: one("5"),
            currency: one("eur"),
            channel: Channel::Pos,
        },
    ];
    let read = Reading::ALL.iter();
    all.extend(read.map(|what| Command::Read {
        user: user.clone(),
        what: *what,
    }));
    select(all)
}

fn standing(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let named = |make: fn(String) -> Command| who.clone().prop_map(make);
    prop_oneof![
        2 => papers::person(who.clone()),
        2 => (who.clone(), field()).prop_map(|(user, field)| Command::Update { user, field }),
        5 => named(|user| Command::Suspend { user }),
        4 => named(|user| Command::Unsuspend { user }),
        2 => named(|user| Command::Close { user }),
        3 => (who.clone(), select(Reading::ALL))
            .prop_map(|(user, what)| Command::Read { user, what }),
    ]
}

fn documents(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => papers::verify(who.clone()),
        3 => (who.clone(), any::<bool>())
            .prop_map(|(user, approved)| Command::Decide { user, approved }),
        2 => papers::photos(who.clone()),
        2 => papers::papers(who.clone()),
        2 => (who.clone(), select(Proof::ALL))
            .prop_map(|(user, decision)| Command::DecideProof { user, decision }),
        2 => papers::kyc(who.clone()),
        2 => (pick(), any::<bool>()).prop_map(|(key, approved)| Command::DecideKyc { key, approved }),
        1 => (who.clone(), pick()).prop_map(|(user, kyc)| Command::OpenKyc { user, kyc }),
    ]
}

fn transfers(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let sides = (party(who.clone()), party(user().boxed()), any::<bool>());
    let sent = (sides, amount(), currency());
    prop_oneof![
        6 => sent.prop_map(|((one, other, turned), amount, currency)| {
            let (source, destination) = if turned { (other, one) } else { (one, other) };
            Command::Transfer { key: String::new(), source, destination, amount, currency }
        }),
        1 => (who, amount(), currency()).prop_map(|(user, amount, currency)| {
            Command::MasterTransfer { key: String::new(), user, amount, currency }
        }),
        2 => (coin(), network()).prop_map(|(currency, network)| {
            Command::Wallet { currency, network }
        }),
    ]
}

fn deposits(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => (mostly_users(who.clone()), amount(), sender()).prop_map(|(owner, amount, sender)| {
            Command::Deposit { owner, key: String::new(), amount, sender }
        }),
        4 => coins(mostly_users(who.clone())),
        3 => (pick(), any::<bool>())
            .prop_map(|(key, approved)| Command::DecideDeposit { key, approved }),
        2 => (mostly_users(who), pick())
            .prop_map(|(owner, key)| Command::TravelRule { owner, key }),
    ]
}

/// Money arrives on a chain.
fn coins(owner: BoxedStrategy<Party>) -> impl Strategy<Value = Command> {
    let what = (amount(), coin(), network());
    (owner, what, any::<bool>()).prop_map(|(owner, (amount, currency, network), asks)| {
        Command::CoinDeposit {
            owner,
            key: String::new(),
            amount,
            currency,
            network,
            asks,
        }
    })
}

fn leaving(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let owner = mostly_users(who);
    prop_oneof![
        3 => (owner.clone(), amount(), currency(), select(Receiver::ALL)).prop_map(
            |(owner, amount, currency, to)| {
                Command::PayOut { owner, key: String::new(), amount, currency, to }
            }
        ),
        1 => (pick(), any::<bool>())
            .prop_map(|(key, succeeds)| Command::DecidePayOut { key, succeeds }),
        3 => withdrawal(owner),
        1 => (pick(), any::<bool>())
            .prop_map(|(key, completed)| Command::DecideWithdrawal { key, completed }),
    ]
}

/// Money leaves on a chain.
fn withdrawal(owner: BoxedStrategy<Party>) -> impl Strategy<Value = Command> {
    let what = (small_amount(), coin(), network());
    (owner, what).prop_map(|(owner, (amount, currency, network))| Command::Withdraw {
        owner,
        key: String::new(),
        amount,
        currency,
        network,
    })
}

fn exchanges(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let owner = mostly_users(who);
    prop_oneof![
        2 => owner.clone().prop_map(|owner| Command::Lock { owner, key: String::new() }),
        3 => (owner, pick(), amount(), currency(), prop_oneof![coin(), currency()]).prop_map(
            |(owner, lock, amount, from, to)| {
                Command::Exchange { owner, key: String::new(), lock, amount, from, to }
            }
        ),
        1 => (pick(), any::<bool>())
            .prop_map(|(key, completed)| Command::DecideExchange { key, completed }),
    ]
}

fn checkouts() -> impl Strategy<Value = Command> {
    prop_oneof![
        2 => quote(),
        2 => pick().prop_map(|quote| Command::Order { key: String::new(), quote }),
        3 => link(),
        4 => pay(pick().boxed()),
    ]
}

/// A quote for an order.
pub(super) fn quote() -> impl Strategy<Value = Command> {
    (amount(), coin(), network()).prop_map(|(amount, currency, network)| Command::Quote {
        key: String::new(),
        amount,
        currency,
        network,
    })
}

/// A payment link, or a hosted checkout.
pub(super) fn link() -> impl Strategy<Value = Command> {
    let currency = prop_oneof![9 => Just("eur"), 1 => Just("usdc")].prop_map(str::to_owned);
    (amount(), currency, proptest::option::of(hosted())).prop_map(|(amount, currency, hosted)| {
        Command::Link {
            key: String::new(),
            amount,
            currency,
            hosted,
        }
    })
}

fn hosted() -> impl Strategy<Value = Hosted> {
    let seconds = || select(&[1_i64, 2, 60, 1_800, 2_592_000][..]);
    (seconds(), seconds(), any::<bool>()).prop_map(|(expires, window, accepts)| Hosted {
        expires,
        window,
        accepts,
    })
}

/// A payment for an order or a link.
pub(super) fn pay(checkout: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let due = || Just("#due".to_owned());
    let means = prop_oneof![
        6 => (due(), Just(None)),
        1 => (due(), network()),
        1 => (currency(), network()),
    ];
    let share = prop_oneof![
        3 => select(&["#part", "#rest", "#over"][..]).prop_map(str::to_owned),
        1 => amount(),
    ];
    (checkout, share, means).prop_map(|(checkout, amount, (currency, network))| Command::Pay {
        checkout,
        amount,
        currency,
        network,
    })
}

fn cards(who: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    let one = (who.clone(), pick()).boxed();
    prop_oneof![
        4 => who.clone().prop_map(|user| Command::CreateCard { user, key: String::new() }),
        3 => one.clone().prop_map(|(user, card)| Command::BlockCard { user, card }),
        2 => one.clone().prop_map(|(user, card)| Command::UnblockCard { user, card }),
        2 => one.clone().prop_map(|(user, card)| Command::DeleteCard { user, card }),
        1 => one.clone().prop_map(|(user, card)| Command::ChangePin { user, card }),
        2 => (one.clone(), limits())
            .prop_map(|((user, card), limits)| Command::SetLimits { user, card, limits }),
        2 => one.prop_map(|(user, card)| Command::ReadLimits { user, card }),
        6 => use_card(pick().boxed()),
        3 => (pick(), select(Settling::ALL))
            .prop_map(|(key, action)| Command::SettleCard { key, action }),
    ]
}

/// A payment with a card.
pub(super) fn use_card(card: BoxedStrategy<String>) -> impl Strategy<Value = Command> {
    (card, amount(), currency(), select(Channel::ALL)).prop_map(
        |(card, amount, currency, channel)| Command::UseCard {
            key: String::new(),
            card,
            amount,
            currency,
            channel,
        },
    )
}

pub(super) fn limits() -> impl Strategy<Value = Limits> {
    let day = || 0..120_i64;
    // Seldom is a day's limit over its month's.
    let more = || prop_oneof![1 => Just(-1_i64), 9 => 0..200_i64];
    let row = (day(), day(), day());
    let over = (more(), more(), more());
    (row, over).prop_map(|((all, atm, ecom), (a, b, c))| Limits {
        daily: [all, atm, ecom],
        monthly: [all + a, atm + b, ecom + c].map(|limit| limit.max(0)),
    })
}

pub(super) fn user() -> impl Strategy<Value = String> {
    let name = |name: &'static str| Just(name.to_owned());
    prop_oneof![8 => name("U1"), 5 => name("U2"), 2 => name("U3"), 1 => name("nobody")]
}

fn party(who: BoxedStrategy<String>) -> BoxedStrategy<Party> {
    prop_oneof![1 => Just(None), 2 => who.prop_map(Some)].boxed()
}

fn mostly_users(who: BoxedStrategy<String>) -> BoxedStrategy<Party> {
    prop_oneof![1 => Just(None), 5 => who.prop_map(Some)].boxed()
}

pub(super) fn country() -> impl Strategy<Value = String> {
    prop_oneof![8 => Just("PL"), 1 => Just("DE"), 1 => Just("RU")].prop_map(str::to_owned)
}

fn field() -> impl Strategy<Value = String> {
    let editable = ["email", "phone", "street", "number", "city", "postCode"];
    let fixed = [
        "country",
        "firstName",
        "birthDate",
        "citizenship",
        "nickname",
    ];
    prop_oneof![select(editable.to_vec()), select(fixed.to_vec())].prop_map(str::to_owned)
}

fn sender() -> impl Strategy<Value = Sender> {
    let account = prop_oneof![1 => Just(None), 2 => (0..2_usize).prop_map(Some)];
    let check =
        prop_oneof![3 => Just(Check::Own), 1 => Just(Check::Other), 2 => Just(Check::Unsure)];
    (account, check).prop_map(|(account, check)| Sender { account, check })
}

pub(super) fn currency() -> impl Strategy<Value = String> {
    let code = |code: &'static str| Just(code.to_owned());
    prop_oneof![12 => code("eur"), 3 => code("btc"), 2 => code("usdc"), 1 => code("doge"), 1 => code("xyz")]
}

/// Mostly something that travels on a chain.
pub(super) fn coin() -> impl Strategy<Value = String> {
    let code = |code: &'static str| Just(code.to_owned());
    prop_oneof![
        5 => code("btc"), 5 => code("usdc"), 2 => code("doge"), 2 => code("usdt"), 1 => code("pol"),
        1 => code("eur"), 1 => code("xyz"),
    ]
}

fn network() -> impl Strategy<Value = Option<String>> {
    let named = |name: &'static str| Just(Some(name.to_owned()));
    prop_oneof![7 => Just(None), 2 => named("polygon"), 1 => named("ethereum"), 1 => named("btc")]
}

pub(super) fn amount() -> impl Strategy<Value = String> {
    prop_oneof![
        10 => (1..120_u32).prop_map(|units| units.to_string()),
        4 => (1..9_999_u32).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
        1 => select(&["0", "0.001", "0.00000001", "0.123456", "90000000", "200000000"][..])
            .prop_map(str::to_owned),
    ]
}

/// What a user may well have, of a currency of which little is much.
fn small_amount() -> impl Strategy<Value = String> {
    let usual = (1..2_000_u32)
        .prop_map(|hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100));
    prop_oneof![2 => usual, 1 => amount()]
}

/// Around every delay and limit that a rule knows, and far beyond.
pub(super) fn distance() -> impl Strategy<Value = i64> {
    let day = 86_400_000;
    select(vec![
        0,
        1,
        999,
        1_000,
        1_000,
        2_000,
        2_000,
        5_000,
        39_999,
        40_000,
        40_001,
        60_000,
        15 * 60_000,
        30 * 60_000,
        3_600_000,
        day - 1,
        day,
        31 * day,
        366 * day,
    ])
}

pub(super) fn pick() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (0..40_u8).prop_map(|number| format!("#{number}")),
        1 => Just("#last".to_owned()),
    ]
}
