//! What `partner sandbox` takes, and `partner sandbox run`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use partner_api::{Amount, Country, Timestamp};
use partner_api_sandbox::{FeeSchedule, RateLimit, Share, WithdrawalTerms};

use super::ActiveCards;

/// How the sandbox begins; what happens while it runs is up to the control API.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Address of the Partner API; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDRESS", help_heading = ADDRESSES)]
    pub(crate) listen: SocketAddr,
    /// Address of the control API; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:4011", value_name = "ADDRESS", help_heading = ADDRESSES)]
    pub(crate) control: SocketAddr,
    /// Listen on addresses that other machines can reach; the keys travel in plain text
    #[arg(long, help_heading = ADDRESSES)]
    pub(crate) allow_other_machines: bool,
    /// The key that callers send as `x-api-key`; a random one is made and printed where none is given
    #[arg(
        long,
        env = "PARTNER_API_KEY",
        hide_env_values = true,
        value_name = "KEY",
        help_heading = ADDRESSES
    )]
    pub(crate) api_key: Option<String>,
    /// The key of the control API, sent as `x-control-key`; a random one is made and printed where none is given
    #[arg(
        long,
        env = "PARTNER_CONTROL_KEY",
        hide_env_values = true,
        value_name = "KEY",
        help_heading = ADDRESSES
    )]
    pub(crate) control_key: Option<String>,
    /// How many of the last calls the web page can show, redacted; 0 keeps none
    #[arg(long, default_value_t = 1_000, value_name = "CALLS", help_heading = ADDRESSES)]
    pub(crate) requests_log: usize,

    /// Keep everything in this directory, which is created if it does not exist
    #[arg(long, value_name = "DIR", conflicts_with = "ephemeral", help_heading = DATA)]
    pub(crate) data: Option<PathBuf>,
    /// Keep nothing once the sandbox stops (this is what happens without --data)
    #[arg(long, help_heading = DATA)]
    pub(crate) ephemeral: bool,
    /// Begin with a saved snapshot, in place of what is there; the control API's GET /snapshot answers with one
    #[arg(long, value_name = "FILE", help_heading = DATA)]
    pub(crate) restore: Option<PathBuf>,
    /// Let that snapshot bring back the personal data of users who were closed since
    #[arg(long, requires = "restore", help_heading = DATA)]
    pub(crate) bring_back_erased: bool,

    /// Send webhooks to this address; their secret comes from --webhook-secret-file or PARTNER_WEBHOOK_SECRET, and a random
    /// one is made and printed where there is none
    #[arg(long, value_name = "URL", help_heading = WEBHOOKS)]
    pub(crate) webhook_url: Option<String>,
    /// The file that holds the secret which is sent with webhooks
    #[arg(long, value_name = "FILE", requires = "webhook_url", help_heading = WEBHOOKS)]
    pub(crate) webhook_secret_file: Option<PathBuf>,
    /// Let webhooks leave this machine; they and their secret travel in plain text
    #[arg(long, help_heading = WEBHOOKS)]
    pub(crate) webhooks_to_other_machines: bool,

    /// What suspending a user with an active card does: the provider's pages can be read both ways
    #[arg(long, value_enum, default_value_t = ActiveCards::Refuse, value_name = "READING", help_heading = READINGS)]
    pub(crate) active_cards: ActiveCards,
    /// Where a payout that names no receiver may go
    #[arg(long, value_enum, default_value_t = ClosedLoop::AnyIban, value_name = "READING", help_heading = READINGS)]
    pub(crate) closed_loop: ClosedLoop,
    /// Whether identity data is taken before documents are accepted
    #[arg(long, value_enum, default_value_t = Documents::Never, value_name = "READING", help_heading = READINGS)]
    pub(crate) documents_needed: Documents,
    /// Whose residents are asked for a proof of address, such as PL,DE; everybody may give one where this is left out
    #[arg(long, value_name = "COUNTRIES", value_delimiter = ',', help_heading = READINGS)]
    pub(crate) poa_countries: Option<Vec<Country>>,

    /// Take nothing for anything, and ask for no minimum; single prices can be set beside it
    #[arg(long, help_heading = PRICES)]
    pub(crate) free: bool,
    /// Set a price of your contract, as often as needed: payout=0.1% payout-minimum=1 exchange=1.49% card=0.25 kyc=2
    /// checkout=1%, in euro or percent; withdrawal/usdc/polygon=0.5 is the service fee of a withdrawal in that currency,
    /// and withdrawal/usdc/polygon=0.5,2 names its minimum, too
    #[arg(long = "fee", value_name = "PRICE", value_parser = price, help_heading = PRICES)]
    pub(crate) fees: Vec<Price>,

    /// Start with a stopped clock, such as 2026-03-01T12:00:00.000Z; data that is there already may be of later
    #[arg(long, value_name = "TIME", help_heading = TIME)]
    pub(crate) frozen_at: Option<Timestamp>,
    /// Which of the possible markets the rates follow: the same seed and moment give the same rates
    #[arg(long, value_name = "SEED", help_heading = TIME)]
    pub(crate) rate_seed: Option<u64>,
    /// Answer with 429 what is more than so many calls in so many seconds, such as 100/60
    #[arg(long, value_name = "CALLS/SECONDS", value_parser = limit, help_heading = TIME)]
    pub(crate) rate_limit: Option<RateLimit>,
}

const ADDRESSES: &str = "Addresses, keys and the web page";
const DATA: &str = "Data";
const WEBHOOKS: &str = "Webhooks";
const READINGS: &str = "Where the provider's pages can be read in two ways";
const PRICES: &str = "Prices (by default the older price list's)";
const TIME: &str = "Time, market and limits";

/// Where a payout that names no receiver may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClosedLoop {
    /// To any account
    AnyIban,
    /// To accounts whose deposits were approved; to any other it fails at settlement
    KnownIban,
}

impl From<ClosedLoop> for partner_api_sandbox::ClosedLoop {
    fn from(reading: ClosedLoop) -> Self {
        match reading {
            ClosedLoop::AnyIban => Self::AnyIban,
            ClosedLoop::KnownIban => Self::KnownIban,
        }
    }
}

/// Whether identity data waits for documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Documents {
    /// It does not, so that a first run needs no files
    Never,
    /// Files or a hosted verification come first
    BeforeVerification,
}

impl From<Documents> for partner_api_sandbox::DocumentsNeeded {
    fn from(needed: Documents) -> Self {
        match needed {
            Documents::Never => Self::Never,
            Documents::BeforeVerification => Self::BeforeVerification,
        }
    }
}

impl RunArgs {
    /// What the provider takes.
    pub(crate) fn schedule(&self) -> FeeSchedule {
        let mut fees = match self.free {
            true => FeeSchedule::free(),
            false => FeeSchedule::default(),
        };
        for price in &self.fees {
            match *price {
                Price::Payout(share) => fees.payout = share,
                Price::PayoutMinimum(euro) => fees.payout_minimum = euro,
                Price::Exchange(share) => fees.exchange = share,
                Price::Card(euro) => fees.card = euro,
                Price::Kyc(euro) => fees.kyc = euro,
                Price::Checkout(share) => fees.checkout = share,
                Price::Withdrawal(place, service_fee, minimum) => {
                    let before = fees.of_withdrawal(place.0, place.1);
                    let terms = WithdrawalTerms {
                        service_fee,
                        minimum: minimum.unwrap_or(before.minimum),
                    };
                    fees.withdrawals.insert(place, terms);
                }
            }
        }
        fees
    }
}

/// One price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Price {
    Payout(Share),
    PayoutMinimum(Amount),
    Exchange(Share),
    Card(Amount),
    Kyc(Amount),
    Checkout(Share),
    Withdrawal(
        (partner_api::Currency, partner_api::Network),
        Amount,
        Option<Amount>,
    ),
}

fn price(text: &str) -> Result<Price, String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok(match name {
        "payout" => Price::Payout(share(value)?),
        "payout-minimum" => Price::PayoutMinimum(amount(value)?),
        "exchange" => Price::Exchange(share(value)?),
        "card" => Price::Card(amount(value)?),
        "kyc" => Price::Kyc(amount(value)?),
        "checkout" => Price::Checkout(share(value)?),
        _ => {
            let place = name
                .strip_prefix("withdrawal/")
                .and_then(|place| place.split_once('/'));
            let (currency, network) = place.ok_or(
                "there is no such price; take payout, payout-minimum, exchange, card, kyc, checkout or \
                 withdrawal/CURRENCY/NETWORK",
            )?;
            let currency = currency.parse().map_err(|_| "there is no such currency")?;
            let network: partner_api::Network =
                network.parse().map_err(|_| "there is no such network")?;
            if !network.carries(currency) {
                return Err("the network does not carry the currency".to_owned());
            }
            let (fee, minimum) = match value.split_once(',') {
                Some((fee, minimum)) => (fee, Some(amount(minimum)?)),
                None => (value, None),
            };
            Price::Withdrawal((currency, network), amount(fee)?, minimum)
        }
    })
}

fn amount(text: &str) -> Result<Amount, String> {
    Amount::parse(text).map_err(|error| error.to_string())
}

/// A percentage with at most two decimals, up to a hundred.
fn share(text: &str) -> Result<Share, String> {
    const HUNDREDTH: i64 = 1_000_000;
    let malformed = || "write a percentage with at most two decimals, such as 1.49%".to_owned();
    let percent = text.strip_suffix('%').ok_or_else(malformed)?;
    let atoms = amount(percent)?.atoms();
    let hundredths = u16::try_from(atoms / HUNDREDTH).map_err(|_| malformed())?;
    if atoms % HUNDREDTH == 0 && hundredths <= 10_000 {
        Ok(Share(hundredths))
    } else {
        Err(malformed())
    }
}

fn limit(text: &str) -> Result<RateLimit, String> {
    let malformed = || "write calls and seconds, such as 100/60".to_owned();
    let (calls, seconds) = text.split_once('/').ok_or_else(malformed)?;
    let calls = calls.parse().map_err(|_| malformed())?;
    match seconds.parse() {
        Ok(seconds @ 1..=86_400) => Ok(RateLimit {
            calls,
            window: Duration::from_secs(seconds),
        }),
        _ => Err(malformed()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Args, Command};
    use super::*;

    fn parsed(flags: &[&str]) -> Result<RunArgs, String> {
        let words = ["partner", "sandbox"]
            .into_iter()
            .chain(flags.iter().copied());
        match Args::try_parse_from(words).map(|args| args.command) {
            Ok(Command::Sandbox(args)) => Ok(args.run),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn without_flags_everything_is_as_the_library_has_it() {
        let args = parsed(&[]).unwrap();
        assert_eq!(args.schedule(), FeeSchedule::default());
        let policy = partner_api_sandbox::Policy::default();
        assert_eq!(policy.closed_loop, args.closed_loop.into());
        assert_eq!(policy.documents, args.documents_needed.into());
        assert_eq!(policy.active_cards, args.active_cards.into());
    }

    #[test]
    fn prices_are_set_one_by_one() {
        let flags = "--free --fee payout=0.2% --fee payout-minimum=0.50 --fee exchange=0.01% --fee card=1 --fee kyc=2.5 \
                     --fee checkout=100% --fee withdrawal/usdc/polygon=0.5,2 --fee withdrawal/btc/btc=0.0001";
        let fees = parsed(&flags.split_whitespace().collect::<Vec<_>>())
            .unwrap()
            .schedule();
        let of = |text: &str| text.parse::<Amount>().unwrap();
        assert_eq!(
            (fees.payout, fees.exchange, fees.checkout),
            (Share(20), Share(1), Share(10_000))
        );
        assert_eq!(
            (fees.payout_minimum, fees.card, fees.kyc),
            (of("0.5"), of("1"), of("2.5"))
        );
        let terms = |currency: &str, network: &str| {
            let terms = fees.of_withdrawal(currency.parse().unwrap(), network.parse().unwrap());
            (terms.service_fee.to_string(), terms.minimum.to_string())
        };
        assert_eq!(terms("usdc", "polygon"), ("0.5".into(), "2".into()));
        assert_eq!(terms("btc", "btc"), ("0.0001".into(), "0".into()));
        let kept = parsed(&["--fee", "withdrawal/usdc/polygon=0.25"])
            .unwrap()
            .schedule();
        let kept = kept.of_withdrawal("usdc".parse().unwrap(), "polygon".parse().unwrap());
        assert_eq!(kept.minimum, of("2"), "a minimum that is not named stays");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_a_remedy() {
        for (flags, said) in [
            (&["--fee", "payout"][..], "write NAME=VALUE"),
            (&["--fee", "payout=1"], "such as 1.49%"),
            (&["--fee", "payout=0.001%"], "such as 1.49%"),
            (&["--fee", "payout=101%"], "such as 1.49%"),
            (&["--fee", "rent=1"], "there is no such price"),
            (&["--fee", "withdrawal/btc/polygon=1"], "does not carry"),
            (&["--rate-limit", "100"], "such as 100/60"),
            (&["--rate-limit", "100/0"], "such as 100/60"),
            (&["--poa-countries", "PL,XX1"], "--poa-countries"),
            (&["--bring-back-erased"], "--restore"),
        ] {
            let error = parsed(flags).unwrap_err();
            assert!(error.contains(said), "{flags:?}: {error}");
        }
        let limit = parsed(&["--rate-limit", "100/60"])
            .unwrap()
            .rate_limit
            .unwrap();
        assert_eq!((limit.calls, limit.window), (100, Duration::from_secs(60)));
    }
}
