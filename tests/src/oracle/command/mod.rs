//! What a partner, or the outside world, asks of the provider, in plain strings. Stories write and read it in words.

mod read;
mod write;

/// The partner, if nobody is named; or a user.
pub type Party = Option<String>;

/// One command. Users go by the partner's id; what a command creates goes by a key that the caller chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Registers a user who lives in `country`; born on a day that anybody may be, if none is named.
    Create {
        user: String,
        country: String,
        born: Option<String>,
    },
    /// Submits identity data; that of a usual passport, if no other document is named.
    Verify { user: String, by: Option<Document> },
    /// The outside world decides a pending verification.
    Decide { user: String, approved: bool },
    /// Shows who a user is, by files.
    AddFiles { user: String, files: Photos },
    /// Shows where a user lives, by files.
    AddProof { user: String, files: Papers },
    /// The outside world decides a proof of address.
    DecideProof { user: String, decision: Proof },
    /// Starts a hosted verification.
    StartKyc {
        user: String,
        key: String,
        asked: Questions,
    },
    /// The outside world decides a hosted verification.
    DecideKyc { key: String, approved: bool },
    /// Opens the page of a hosted verification.
    OpenKyc { user: String, kyc: String },
    /// Changes one profile field.
    Update { user: String, field: String },
    /// Freezes the account.
    Suspend { user: String },
    /// Unfreezes the account.
    Unsuspend { user: String },
    /// Deletes the account.
    Close { user: String },
    /// Reads something of a user.
    Read { user: String, what: Reading },
    /// Moves money.
    Transfer {
        key: String,
        source: Party,
        destination: Party,
        amount: String,
        currency: String,
    },
    /// Moves money from the partner to a user, by the operation that does only that.
    MasterTransfer {
        key: String,
        user: String,
        amount: String,
        currency: String,
    },
    /// Money arrives from a bank, in EUR.
    Deposit {
        owner: Party,
        key: String,
        amount: String,
        sender: Sender,
    },
    /// Money arrives on a chain; with `asks`, data about its sender is asked for.
    CoinDeposit {
        owner: Party,
        key: String,
        amount: String,
        currency: String,
        network: Option<String>,
        asks: bool,
    },
    /// The outside world decides a deposit.
    DecideDeposit { key: String, approved: bool },
    /// Tells who sent a deposit.
    TravelRule { owner: Party, key: String },
    /// Gives the partner a wallet.
    Wallet {
        currency: String,
        network: Option<String>,
    },
    /// Money leaves to a bank.
    PayOut {
        owner: Party,
        key: String,
        amount: String,
        currency: String,
        to: Receiver,
    },
    /// The receiving bank decides a pending payout.
    DecidePayOut { key: String, succeeds: bool },
    /// Money leaves on a chain.
    Withdraw {
        owner: Party,
        key: String,
        amount: String,
        currency: String,
        network: Option<String>,
    },
    /// The chain decides a pending withdrawal.
    DecideWithdrawal { key: String, completed: bool },
    /// Locks the rates.
    Lock { owner: Party, key: String },
    /// Exchanges at locked rates.
    Exchange {
        owner: Party,
        key: String,
        lock: String,
        amount: String,
        from: String,
        to: String,
    },
    /// The outside world settles a pending exchange.
    DecideExchange { key: String, completed: bool },
    /// Quotes so much EUR in a crypto currency.
    Quote {
        key: String,
        amount: String,
        currency: String,
        network: Option<String>,
    },
    /// Creates an order from a quote.
    Order { key: String, quote: String },
    /// Creates a payment link, or a hosted checkout.
    Link {
        key: String,
        amount: String,
        currency: String,
        hosted: Option<Hosted>,
    },
    /// Somebody pays an order or a link.
    Pay {
        checkout: String,
        amount: String,
        currency: String,
        network: Option<String>,
    },
    /// Creates a card.
    CreateCard { user: String, key: String },
    /// Blocks a card.
    BlockCard { user: String, card: String },
    /// Unblocks a card.
    UnblockCard { user: String, card: String },
    /// Deletes a card.
    DeleteCard { user: String, card: String },
    /// Changes a card's PIN.
    ChangePin { user: String, card: String },
    /// Changes what a card may spend.
    SetLimits {
        user: String,
        card: String,
        limits: Limits,
    },
    /// Reads what a card may spend.
    ReadLimits { user: String, card: String },
    /// Pays with a card.
    UseCard {
        key: String,
        card: String,
        amount: String,
        currency: String,
        channel: Channel,
    },
    /// A merchant takes what was paid with a card, gives it up, or pays it back.
    SettleCard { key: String, action: Settling },
    /// Walks something to a status, whatever has to happen on the way.
    Walk {
        what: Walked,
        id: String,
        to: String,
    },
    /// The market pays so much EUR for one unit, until it is told otherwise.
    SetRate { currency: String, rate: String },
    /// A rate wanders again.
    ReleaseRate { currency: String },
    /// Rates that are not set wander by another seed, so many hundredths of a percent from their base.
    Wander { seed: i64, spread: i64 },
    /// The market stands still.
    FreezeMarket,
    /// The market goes on.
    ResumeMarket,
    /// Lets time pass, running what falls due.
    Advance { milliseconds: i64 },
    /// Saves everything.
    Save { key: String },
    /// Puts what was saved in place of everything; even what was erased since, if that is meant.
    Restore { key: String, erased: bool },
    /// Stops the provider and starts it again from its files.
    Restart,
}

/// Declares words that stories use: what cannot be read is `None`.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As stories write it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            fn read(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }
    };
}

words! {
    /// A kind of document.
    Paper {
        /// A passport, which one page of shows.
        Passport = "passport",
        /// An identity card, which has two sides.
        IdCard = "id-card",
        /// A permit to live where the user lives, which has two sides.
        Permit = "permit",
        /// A driving licence.
        Licence = "licence",
    }
}

words! {
    /// What a file is.
    Scan {
        /// Of a kind that is taken.
        Pdf = "pdf",
        /// So is this.
        Jpeg = "jpeg",
        /// And this.
        Png = "png",
        /// Of a kind that is not taken.
        Gif = "gif",
        /// Nothing at all.
        Empty = "empty",
        /// A byte more than is taken.
        Huge = "huge",
    }
}

words! {
    /// Where a user's money comes from.
    Income {
        /// A business, whose tax number is asked for.
        Business = "business",
        /// A salary; what for is asked.
        Salary = "salary",
        /// A family.
        Family = "family",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// What can be walked to a status.
    Walked {
        /// A user's verification.
        Verification = "verification",
        /// A user's standing.
        Standing = "standing",
        /// A user's proof of address.
        Proof = "proof",
        /// A hosted verification.
        Kyc = "kyc",
        /// A card.
        Card = "card",
        /// A card payment.
        CardPayment = "card-payment",
        /// A payout.
        Payout = "payout",
        /// A withdrawal.
        Withdrawal = "withdrawal",
        /// An exchange.
        Exchange = "exchange",
        /// A deposit.
        Deposit = "deposit",
        /// An order.
        Order = "order",
        /// A payment link or a hosted checkout.
        Link = "link",
    }
}

words! {
    /// What can be read of a user.
    Reading {
        /// What the user holds.
        Balances = "balances",
        /// What moved it.
        History = "history",
        /// Where bank deposits go to.
        DepositInfo = "deposit-info",
        /// Which bank accounts are known.
        Contacts = "contacts",
        /// The cards.
        Cards = "cards",
    }
}

words! {
    /// What is decided about a proof of address.
    Proof {
        /// It shows where the user lives.
        Approve = "approve",
        /// It does not.
        Reject = "reject",
        /// It cannot be read.
        Question = "question",
    }
}

words! {
    /// Where a card is used.
    Channel {
        /// In a shop.
        Pos = "pos",
        /// At a cash machine.
        Atm = "atm",
        /// In an online shop.
        Ecom = "ecom",
    }
}

words! {
    /// What a merchant does with a card payment.
    Settling {
        /// Takes it.
        Clear = "clear",
        /// Gives it up.
        Reverse = "reverse",
        /// Pays it back.
        Refund = "refund",
    }
}

words! {
    /// Whose account a bank deposit comes from, as the provider sees it.
    Check {
        /// The receiver's own.
        Own = "own",
        /// Somebody else's.
        Other = "other",
        /// Not decided.
        Unsure = "unsure",
    }
}

words! {
    /// Who receives a payout.
    Receiver {
        /// Nobody is named, so it is the payer; at the first of two accounts.
        FirstAccount = "A1",
        /// The same at the second account.
        SecondAccount = "A2",
        /// A person who is named.
        Person = "person",
    }
}

/// The text of an identity document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which kind.
    pub kind: Paper,
    /// Its number, without spaces.
    pub number: String,
    /// Which country issued it.
    pub issued_by: Option<String>,
    /// The last day on which it is valid.
    pub until: Option<String>,
}

/// Photos of a document, and one of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Photos {
    /// Of which kind of document.
    pub of: Paper,
    /// Whether its back is among them.
    pub back: bool,
    /// What each file is.
    pub scan: Scan,
}

impl Photos {
    /// What shows a passport.
    pub const PASSPORT: Self = Self {
        of: Paper::Passport,
        back: false,
        scan: Scan::Pdf,
    };
}

/// Files that show where a user lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Papers {
    /// How many.
    pub count: usize,
    /// What each of them is.
    pub scan: Scan,
}

impl Papers {
    /// One that is taken.
    pub const ONE: Self = Self {
        count: 1,
        scan: Scan::Pdf,
    };
}

/// What is answered before a hosted verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Questions {
    /// Which document will be shown.
    pub of: Paper,
    /// Where the money comes from.
    pub income: Income,
    /// Whether a tax number is given.
    pub tax: bool,
    /// Whether an occupation is given.
    pub occupation: bool,
    /// Whether more is told.
    pub more: bool,
}

impl Questions {
    /// What somebody with a business answers.
    pub const BUSINESS: Self = Self {
        of: Paper::Passport,
        income: Income::Business,
        tax: true,
        occupation: false,
        more: false,
    };
}

/// Who sends a bank deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// From an account that is named, the first or the second.
    pub account: Option<usize>,
    /// Whose account it is.
    pub check: Check,
}

impl Sender {
    /// Nobody is named, and nothing is wrong.
    pub const UNNAMED: Self = Self {
        account: None,
        check: Check::Own,
    };
}

/// How a hosted checkout behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosted {
    /// Seconds until it expires.
    pub expires: i64,
    /// Seconds in which it may be topped up.
    pub window: i64,
    /// Whether what was paid in part is accepted.
    pub accepts: bool,
}

/// What a card may spend, in whole EUR: over all channels, at cash machines, in online shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// On one day.
    pub daily: [i64; 3],
    /// In thirty days.
    pub monthly: [i64; 3],
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Command;

    proptest! {
        #[test]
        fn commands_read_as_they_are_written(command in crate::plan::any_command()) {
            // What a story does not name yet has an empty key, which no table can show.
            let command = crate::plan::Naming::default().name(&command);
            prop_assert_eq!(command.to_string().parse::<Command>(), Ok(command));
        }
    }
}
