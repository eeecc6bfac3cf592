#![doc = include_str!("../docs/assumptions.md")]

/// How somebody who holds a key could find out whether an assumption holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shown {
    /// By reading alone.
    ByReading,
    /// With a user made for the purpose, who is closed in the end, or by what costs nothing and expires.
    ByWriting,
    /// By moving money to such a user and back, and by a card that is deleted in the end.
    ByMoney,
    /// By what costs, whatever comes of it, as the contract says: a hosted verification.
    ByFees,
    /// Not by a program alone; says what it takes.
    ByOthers(&'static str),
}

impl Shown {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByReading => "by reading",
            Self::ByWriting => "by writing",
            Self::ByMoney => "by moving money",
            Self::ByFees => "by what costs as the contract says",
            Self::ByOthers(needs) => needs,
        }
    }
}

/// Something that we believe of the provider, and no current page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumption {
    /// Its name, such as `A15`; for ever, and never used again.
    pub id: &'static str,
    /// The group of operations that it is about.
    pub group: &'static str,
    /// What we believe.
    pub says: &'static str,
    /// How it could be shown.
    pub shown: Shown,
}

const fn row(
    id: &'static str,
    group: &'static str,
    says: &'static str,
    shown: Shown,
) -> Assumption {
    Assumption {
        id,
        group,
        says,
        shown,
    }
}

/// The assumption called `id`.
pub fn assumption(id: &str) -> Option<&'static Assumption> {
    ASSUMPTIONS.iter().find(|row| row.id == id)
}

use Shown::{ByFees, ByMoney, ByOthers, ByReading, ByWriting};

/// What we believe about behaviour; paths, shapes and codes carry their provenance in tables of their own.
#[rustfmt::skip] // a table is read by its columns
pub const ASSUMPTIONS: &[Assumption] = &[
    row("A1",  "Errors", "a path that does not exist is answered 404 in the form of bad input, `P403`", ByReading),
    row("A2",  "Errors", "a query value that cannot be used is refused with 400 `P403`", ByReading),
    row("A3",  "Errors", "a body that is no JSON is refused with 400 `P403`", ByWriting),
    row("A4",  "Errors", "an id of more than 255 bytes is refused with `P403`", ByReading),
    row("A5",  "Errors", "too many calls are HTTP 429 with `Retry-After`, and nothing was done", ByOthers("so many calls that the provider would mind")),
    row("A6",  "Errors", "codes from `P500` on are the provider's own trouble, and pass", ByOthers("trouble at the provider")),

    row("A7",  "Account management", "a user that never was is refused with `P412`, also where only something is read", ByReading),
    row("A8",  "Account management", "a closed user is told from none nowhere: both are `P412`", ByWriting),
    row("A9",  "Account management", "the id of a closed user is never accepted again: `P411`", ByWriting),
    row("A10", "Account management", "balances of a user who is not verified are refused with `P459` (L9)", ByWriting),
    row("A11", "Account management", "an update that names the country of residence is refused with `P403` (L1)", ByWriting),
    row("A12", "Account management", "an update that names a part of the identity is refused with `P403` (L2)", ByWriting),
    row("A13", "Account management", "an update that names any unknown field is refused with `P403`", ByWriting),
    row("A14", "Account management", "identity data is taken once: while it is looked at, and once it is approved, more is refused with `P482`", ByWriting),
    row("A15", "Account management", "suspending a suspended user succeeds (L6)", ByWriting),
    row("A16", "Account management", "unsuspending a user who is not suspended succeeds (L6)", ByWriting),
    row("A17", "Account management", "what a suspended user holds can be read", ByWriting),
    row("A18", "Account management", "what a suspended user may not do is refused with `P455` (L3)", ByWriting),
    row("A19", "Account management", "suspending and unsuspending leaves every ability as it was (L5)", ByMoney),
    row("A20", "Account management", "a user with an active card cannot be suspended: `P454` (L4)", ByMoney),
    row("A21", "Account management", "a blocked card does not stand in the way of a suspension (L4)", ByMoney),
    row("A22", "Account management", "what is in flight settles while the user is suspended, and stands in the way of closing", ByOthers("a movement that does not settle at once")),
    row("A23", "Account management", "closing clears the balances, whatever they hold (L8)", ByOthers("money that is given up")),
    row("A24", "Account management", "a deposit for a suspended user is held, credited on unsuspending and returned on closing", ByOthers("a bank or a chain that sends a deposit")),

    row("A25", "Balances", "a history begins with the newest entry", ByReading),
    row("A26", "Balances", "a page of a history has 1 to 100 entries; more are refused with `P403`", ByReading),
    row("A27", "Balances", "`cursor` goes on where the page before ended, and shows no entry twice", ByReading),
    row("A28", "Balances", "the entries of a currency sum to its balance", ByMoney),
    row("A29", "Balances", "a transfer is one entry, which refers to it by its id", ByMoney),
    row("A30", "Balances", "a balance has the same id at every read", ByReading),
    row("A31", "Balances", "creating a wallet of the partner again answers the same address", ByWriting),

    row("A32", "Internal transfers", "a transfer is settled when it is accepted", ByMoney),
    row("A33", "Internal transfers", "a transfer from a user to the same user is refused with `P480`", ByMoney),
    row("A34", "Internal transfers", "a transfer of the master balance is an internal transfer that begins at the partner", ByMoney),
    row("A35", "Internal transfers", "a transfer that names both sides goes from user to user", ByOthers("two users who are verified")),

    row("A36", "Exchange", "users, the partner and orders see rates of the same currencies", ByReading),
    row("A37", "Exchange", "a lock of the partner lasts 40 seconds, as a user's", ByReading),
    row("A38", "Exchange", "an exchange costs 1.49 %", ByReading),
    row("A39", "Exchange", "the fee is taken of what is given, and rounded half up to the smallest unit", ByOthers("an exchange, whose money does not come back")),
    row("A40", "Exchange", "a lock serves once (`P492`), in time (`P493`) and its owner only (`P491`)", ByOthers("an exchange, whose money does not come back")),

    row("A41", "SEPA", "a payout costs 0.1 %, at least one euro, on top", ByOthers("a payout, whose fee does not come back")),
    row("A42", "SEPA", "a payout that fails gives everything back, its fee included", ByOthers("a bank that refuses a payout")),
    row("A43", "SEPA", "a payout that names no receiver may go to any account", ByOthers("a bank account of somebody else")),

    row("A44", "Virtual cards", "a new card may spend 10 000 euro a day and 50 000 a month, a tenth of each at cash machines", ByMoney),
    row("A45", "Virtual cards", "blocking a blocked card, and deleting a deleted one, succeeds", ByMoney),
    row("A46", "Virtual cards", "no card of a suspended user is unblocked, and no PIN changed: `P455`", ByMoney),
    row("A47", "Virtual cards", "a daily limit over its monthly one is refused with `P403`", ByMoney),
    row("A48", "Virtual cards", "a deleted card is still listed, and its number is shown no more: `P434`", ByMoney),
    row("A49", "Virtual cards", "a card costs its fee every 30 days in which it is active", ByOthers("a month")),
    row("A50", "Virtual cards", "limits count by calendar days and by spans of 30 days, in UTC", ByOthers("a merchant, and days")),
    row("A51", "Virtual cards", "a card payment is authorised, then cleared or reversed, and may be refunded", ByOthers("a merchant")),

    row("A52", "Crypto withdrawals", "the fee of a network for a currency that nobody knows is refused with `P410`", ByReading),
    row("A53", "Crypto withdrawals", "where no network is named, `usdc` travels on `ethereum`", ByReading),
    row("A54", "Crypto withdrawals", "both fees come on top, in the currency that is withdrawn", ByOthers("a withdrawal, whose fees do not come back")),
    row("A55", "Crypto withdrawals", "a withdrawal that fails gives everything back, its fees included", ByOthers("a chain that does not take a withdrawal")),
    row("A56", "Crypto deposits", "travel-rule data that names nobody releases nothing", ByOthers("a chain that sends a deposit")),

    row("A57", "Orders", "a lock for an order lasts as long as one for an exchange, 40 seconds", ByWriting),
    row("A58", "Orders", "a lock for an order serves once: `P492`", ByMoney),
    row("A59", "Orders", "what is paid too late, or in another currency, goes back", ByOthers("a payer")),
    row("A60", "Orders", "an order waits 15 minutes for its payment once it has a wallet", ByOthers("15 minutes")),
    row("A61", "Payment links", "a payment link waits a day for its payment", ByMoney),
    row("A62", "Payment links", "the payer may top up for half an hour, or for as long as the checkout says", ByOthers("a payer")),

    row("A63", "Onboarding", "one hosted verification at a time (`P602`), and none once one is approved", ByFees),
    row("A64", "Onboarding", "identity data is taken without documents", ByWriting),
    row("A65", "Onboarding", "the status of a hosted verification is asked for by the verification's id, not the user's", ByFees),
    row("A66", "Balances", "a currency travels on the networks of the reference data, `doge` on its own and `eurt` on `ethereum` among them", ByReading),
    row("A67", "Onboarding", "the parts of identity files are `documentType`, `frontPhoto`, `backPhoto` and `selfie`", ByWriting),

    row("A68", "Webhooks", "a post is acknowledged by 200 alone; any other status is repeated as no answer is", ByOthers("a receiver that the provider reaches")),
    row("A69", "Webhooks", "a receiver has five seconds to answer", ByOthers("a receiver that the provider reaches")),
    row("A70", "Webhooks", "the secret stands in `Authorization` without a word before it", ByOthers("a receiver that the provider reaches")),
    row("A71", "Webhooks", "what follows about an object waits until what came before it is acknowledged or given up", ByOthers("a receiver that the provider reaches")),
    row("A72", "Webhooks", "what the answer to the partner's own call says is not told again: of movements only the outcome, of orders and links only what follows their creation", ByOthers("a receiver that the provider reaches")),
    row("A73", "Webhooks", "that identity data was refused is told as the refusal of a hosted verification is", ByOthers("a receiver that the provider reaches")),
    row("A74", "Webhooks", "every card payment in an online shop asks for a code, and it is told before the payment; what is declined is not told", ByOthers("a receiver that the provider reaches")),
    row("A75", "Webhooks", "what would name a user who was closed meanwhile is not told any more", ByOthers("a receiver that the provider reaches")),

    row("A76", "Account management", "a document that has expired is refused with `P403`, and so are a driving licence, a number that its kind of document does not have, and a residence permit of another country or without an end", ByWriting),
    row("A77", "Account management", "a country that ISO 3166-1 does not have (`XK` apart) and a birth date ahead or before 1900 are refused with `P403`", ByOthers("a user who stays behind where it is not so")),
    row("A78", "Onboarding", "identity files are of the kinds and sizes of a proof of address; others are refused with `P426` and `P440`", ByWriting),
    row("A79", "Onboarding", "a proof of address that is added while one waits (`P211`) is not taken", ByOthers("somebody who decides about proofs of address")),

    row("A80", "Webhooks", "a repetition says what the first post said, though perhaps not byte for byte; of a payment, nothing else ever says the same", ByOthers("a receiver that the provider reaches")),
    row("A81", "Webhooks", "the event of a bank deposit without a status says that it is credited", ByOthers("a receiver that the provider reaches")),
    row("A82", "Webhooks", "what follows in an object's lifecycle is later than what comes before it there, in whatever order the two arrive", ByOthers("a receiver that the provider reaches")),
    row("A83", "Webhooks", "nothing that began more than five days before is told as news: nothing takes longer than a payout over a long weekend", ByOthers("a receiver that the provider reaches")),
    row("A84", "Balances", "a resident of a country that is not on the list of those with IBANs has a balance in euro all the same, and its IBAN is null", ByOthers("a user who lives there")),
    row("A85", "Crypto withdrawals", "a withdrawal of `usdt` or `eurt` costs what one of `usdc` costs, and takes at least as much", ByOthers("the price list of a contract")),
    row("A86", "Virtual cards", "a label of nothing but blanks, and a limit finer than a cent, are refused with `P403`", ByOthers("a card whose label or limit stays so where it is not so")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use super::*;
    use crate::page;

    #[test]
    fn ids_are_numbers_in_order_and_unique() {
        for (index, row) in ASSUMPTIONS.iter().enumerate() {
            assert_eq!(row.id, format!("A{}", index + 1));
            assert_eq!(assumption(row.id), Some(row));
        }
        let says: BTreeSet<_> = ASSUMPTIONS.iter().map(|row| row.says).collect();
        assert_eq!(says.len(), ASSUMPTIONS.len());
        assert_eq!(assumption("A0"), None);
    }

    /// Every `.rs` file below the crates.
    fn sources() -> Vec<std::path::PathBuf> {
        let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("target") {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "rs") {
                    files.push(path);
                }
            }
        }
        files
    }

    /// The names that follow the mark of an assumption in a text.
    fn cited(text: &str) -> impl Iterator<Item = String> {
        let marks = text.split("ASSUMED").skip(1);
        marks.filter_map(|rest| {
            let rest = rest.trim_start_matches([' ', '(']);
            let number = rest.strip_prefix('A')?;
            let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
            (!digits.is_empty()).then(|| format!("A{digits}"))
        })
    }

    #[test]
    fn what_comments_cite_is_in_the_table() {
        let mark = concat!("ASSU", "MED");
        let text = format!("{mark} A7: x; is {mark} (A8). {mark}: y; {mark} As");
        assert!(cited(&text).eq(["A7", "A8"]));
        let mut met = BTreeSet::new();
        for file in sources() {
            for id in cited(&std::fs::read_to_string(&file).unwrap()) {
                assert!(assumption(&id).is_some(), "{}: {id}", file.display());
                met.insert(id);
            }
        }
        assert!(20 < met.len(), "{met:?}");
    }

    fn written() -> String {
        let mut page = String::from(
            "What we believe of the provider, and no current page says; an older one, or a third party, may.\n\n\
             Written from the table in this module; `UPDATE_PAGES=1 cargo test -p partner-api-types` writes it anew. \
             `partner parity` asks a sandbox, or the provider, which of it holds, and writes a report. Paths, shapes and \
             codes are assumed in part, too: they carry their provenance in [`OPERATIONS`](crate::OPERATIONS), \
             [`SHAPES`](crate::shapes::SHAPES) and [`words::known`](crate::words::known).\n\n\
             | Name | About | We believe that | Shown by, or what it takes |\n|---|---|---|---|\n",
        );
        for row in ASSUMPTIONS {
            let Assumption {
                id,
                group,
                says,
                shown,
            } = row;
            writeln!(page, "| {id} | {group} | {says} | {} |", shown.as_str()).unwrap();
        }
        page
    }

    #[test]
    fn the_page_is_what_the_table_says() {
        page::check("docs/assumptions.md", &written());
    }
}
