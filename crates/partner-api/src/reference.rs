//! Reference data: countries, currencies, networks, prices and errors, as far as the provider's pages tell.
//!
//! None of it is asked of the provider, and none of it is certain to be complete: what no page tells is said to be
//! unknown. The same tables are behind the sandbox.
//!
//! # Can somebody from there be a user?
//!
//! ```
//! use partner_api::reference::{Known, accepted_as, countries, country};
//!
//! let poland = country("PL".parse()?);
//! assert_eq!((poland.accepted, poland.iban), (Known::Yes, Known::Yes));
//! assert_eq!(country("BR".parse()?).accepted, Known::Unknown); // the page could not be read to its end
//! assert_eq!(accepted_as("RE".parse()?).as_str(), "FR"); // a few territories go by the code of their state
//! println!("{} countries are named by some page", countries().len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which currencies are there, with how many decimals, on which networks?
//!
//! ```
//! use partner_api::{Currency, Network};
//! use partner_api::reference::currencies;
//!
//! let usdc = currencies().find(|it| it.currency == Currency::USDC).expect("a known currency");
//! assert_eq!((usdc.is_fiat, usdc.decimals), (false, 6));
//! assert_eq!(usdc.networks, [Network::Ethereum, Network::Polygon]); // the usual one first
//! assert!(!Network::Polygon.carries(Currency::BTC));
//! ```
//!
//! # What does it cost?
//!
//! Prices are by contract; the default is the provider's older price list, and the sandbox takes any schedule.
//!
//! ```
//! use partner_api::{Currency, Network};
//! use partner_api::reference::FeeSchedule;
//!
//! let fees = FeeSchedule::default();
//! assert_eq!(fees.of_payout("2000".parse()?).to_string(), "2"); // 0.1 %, at least 1 euro
//! assert_eq!(fees.exchange.of("100".parse()?, Currency::EUR).to_string(), "1.49");
//! let terms = fees.of_withdrawal(Currency::USDC, Network::Polygon); // beside the network's own fee
//! assert_eq!((terms.service_fee.to_string(), terms.minimum.to_string()), ("0.5".into(), "2".into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What does a code mean, and what is to be done?
//!
//! ```
//! use partner_api::reference::errors;
//!
//! let suspended = errors().into_iter().find(|it| it.code == "P455").expect("a known code");
//! assert!(!suspended.is_transient());
//! println!("{} {}: {}", suspended.status, suspended.message, suspended.remedy());
//! ```
//!
//! Every code stands in [`error_catalogue`]; of a refusal, [`Error::rule`](crate::Error::rule) says the same without codes.

pub use partner_api_domain::core::{FeeSchedule, Share, WithdrawalTerms};
pub use partner_api_domain::types::Provenance;
pub use partner_api_domain::types::reference::{
    CountryFacts, CurrencyFacts, Known, accepted_as, countries, country, currencies,
};
pub use partner_api_domain::types::words::Refusal as KnownError;
pub use partner_api_domain::types::words::errors as error_catalogue;
pub use partner_api_domain::types::words::known as errors;
