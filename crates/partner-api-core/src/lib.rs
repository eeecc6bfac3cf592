//! Pure rules and scalars of the Partner API.
#![deny(missing_docs)]

mod amount;
mod country;
mod currency;
mod ids;
mod money;
pub mod pii;
mod time;

pub use amount::{Amount, InvalidAmount, MAX_DECIMALS};
pub use country::{Country, InvalidCountry};
pub use currency::{Currency, InvalidCurrency};
pub use ids::{
    CardId, CardTransactionId, DepositId, ExchangeId, HolderId, IdProblem, InvalidId, LockId,
    MAX_ID_BYTES, SepaTransferId, TransferId, UserId,
};
pub use money::{InvalidMoney, Money, TooPrecise};
pub use pii::{
    AddressLine, BirthDate, CardExpiry, CardNumber, City, Cvv, DocumentNumber, Email, FreeText,
    Iban, InvalidPii, Kind, NationalId, PersonName, Phone, Pii, Pin, PostCode,
};
pub use time::{InvalidTimestamp, Timestamp};
