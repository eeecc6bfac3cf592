//! Random plans of movements: what a partner means to happen, each once.

/// One movement that is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Movement {
    pub kind: Kind,
    /// Who pays; nobody is the partner.
    pub source: Option<String>,
    /// Who receives, of a transfer; nobody is the partner.
    pub destination: Option<String>,
    /// In the form of the wire, such as `1` and `eur`.
    pub amount: String,
    pub currency: String,
    /// What an exchange gives.
    pub into: Option<String>,
}

impl Movement {
    /// A new card of a user's.
    pub fn of_card(user: &str) -> Self {
        Self {
            kind: Kind::Card,
            source: Some(user.to_owned()),
            destination: None,
            amount: String::new(),
            currency: String::new(),
            into: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Transfer,
    /// With our token as the title.
    PayOut,
    /// With a title of the caller's.
    TitledPayOut,
    Exchange,
    Withdrawal,
    /// A new card of the source's, which has no amount; a user may have five a day.
    Card,
}

/// The users of every plan; each holds 500 eur and 500 usdc when it begins.
pub const USERS: [&str; 3] = ["U0", "U1", "U2"];

/// See [`plan`].
pub const ALIKE: u64 = 1 << 32;

/// A sequence of numbers that a seed determines (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % end
    }
}

/// The plan of a seed. Amounts are few, so that many movements are of one shape; some are more than anybody has.
///
/// From [`ALIKE`] on the seed's plan is of movements that are all of one shape.
pub fn plan(seed: u64, count: u64) -> Vec<Movement> {
    let mut dice = Dice::new(seed);
    if ALIKE <= seed {
        let one = Movement {
            kind: Kind::Transfer,
            source: None,
            destination: Some(USERS[0].to_owned()),
            amount: "1".to_owned(),
            currency: "eur".to_owned(),
            into: None,
        };
        return vec![one; count as usize];
    }
    (0..count).map(|_| movement(&mut dice)).collect()
}

fn movement(dice: &mut Dice) -> Movement {
    let user = |dice: &mut Dice| Some(USERS[dice.below(3) as usize].to_owned());
    let amount = |dice: &mut Dice| {
        ["1", "2", "2.5", "9000"][[0, 0, 0, 1, 1, 2, 2, 3][dice.below(8) as usize]]
    };
    let (kind, source, destination) = match dice.below(11) {
        0..=2 => (Kind::Transfer, None, user(dice)),
        3 => (Kind::Transfer, user(dice), None),
        4 => {
            let from = dice.below(3);
            let to = (from + 1 + dice.below(2)) % 3;
            let id = |number: u64| Some(USERS[number as usize].to_owned());
            (Kind::Transfer, id(from), id(to))
        }
        5 => (Kind::PayOut, user(dice), None),
        6 => (Kind::TitledPayOut, user(dice), None),
        7 => (Kind::TitledPayOut, None, None),
        8 => (Kind::Exchange, user(dice), None),
        9 => (Kind::Card, user(dice), None),
        _ => (Kind::Withdrawal, user(dice), None),
    };
    let (amount, currency, into) = match kind {
        Kind::Withdrawal => (["20", "21"][dice.below(2) as usize], "usdc", None),
        Kind::Exchange => (["30", "31"][dice.below(2) as usize], "eur", Some("usdc")),
        Kind::Card => ("", "", None),
        _ => (amount(dice), "eur", None),
    };
    Movement {
        kind,
        source,
        destination,
        amount: amount.to_owned(),
        currency: currency.to_owned(),
        into: into.map(str::to_owned),
    }
}
