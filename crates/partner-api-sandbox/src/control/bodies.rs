//! Bodies of the control API. They follow `openapi/sandbox.yaml`, whose generated types live with the client, which no
//! server may depend on; the cross-layer suite holds the two together.

use partner_api_core::card::CardState;
use partner_api_core::deposit::{Deposit, DepositState};
use partner_api_core::exchange::ExchangeState;
use partner_api_core::ledger::AccountKind;
use partner_api_core::user::{Standing, Verification};
use partner_api_core::{
    CardId, CardTransactionId, Currency, DepositId, ExchangeId, HolderId, Iban, PersonName,
    Timestamp, UserId,
};
use partner_api_types::{AmountText, SignedAmount};
use serde::{Deserialize, Serialize, Serializer};

#[derive(Debug, Serialize)]
pub(super) struct ControlError {
    pub(super) error: String,
    pub(super) remedy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Done {
    pub(super) seq: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Clock {
    pub(super) now: Timestamp,
    pub(super) frozen: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct AdvanceClock {
    pub(super) milliseconds: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SepaDepositRequest {
    pub(super) external_user_id: UserId,
    pub(super) amount: AmountText,
    pub(super) sender_iban: Option<Iban>,
    pub(super) sender_name: Option<PersonName>,
}

#[derive(Debug, Serialize)]
pub(super) struct DepositBody {
    id: DepositId,
    #[serde(serialize_with = "upper")]
    status: DepositState,
    amount: AmountText,
    currency: Currency,
}

impl DepositBody {
    pub(super) fn new(id: DepositId, deposit: &Deposit) -> Self {
        let Deposit {
            state: status,
            money,
            ..
        } = *deposit;
        Self {
            id,
            status,
            amount: money.amount().into(),
            currency: money.currency(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardTransactionRequest {
    pub(super) card_id: CardId,
    pub(super) amount: AmountText,
    pub(super) currency: Currency,
}

#[derive(Debug, Serialize)]
pub(super) struct CardTransaction {
    pub(super) id: CardTransactionId,
    pub(super) approved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerificationDecisionRequest {
    pub(super) external_user_id: UserId,
    pub(super) approved: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExchangeOutcomeRequest {
    pub(super) exchange_id: ExchangeId,
    pub(super) completed: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct ExchangeOutcome {
    pub(super) id: ExchangeId,
    #[serde(serialize_with = "upper")]
    pub(super) status: ExchangeState,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserState {
    pub(super) user_id: HolderId,
    #[serde(serialize_with = "upper")]
    pub(super) standing: Standing,
    #[serde(serialize_with = "upper")]
    pub(super) verification: Verification,
    pub(super) cards: Vec<CardEntry>,
    pub(super) balances: Vec<BalanceEntry>,
    pub(super) held_deposits: Vec<DepositBody>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardEntry {
    pub(super) card_id: CardId,
    #[serde(serialize_with = "upper")]
    pub(super) state: CardState,
}

#[derive(Debug, Serialize)]
pub(super) struct BalanceEntry {
    pub(super) currency: Currency,
    pub(super) amount: AmountText,
}

#[derive(Debug, Serialize)]
pub(super) struct Books {
    pub(super) currencies: Vec<CurrencyBooks>,
}

#[derive(Debug, Serialize)]
pub(super) struct CurrencyBooks {
    pub(super) currency: Currency,
    pub(super) sum: SignedAmount,
    pub(super) accounts: Vec<AccountTotal>,
}

#[derive(Debug, Serialize)]
pub(super) struct AccountTotal {
    #[serde(serialize_with = "upper")]
    pub(super) kind: AccountKind,
    pub(super) total: SignedAmount,
}

#[derive(Debug, Serialize)]
pub(super) struct Decisions {
    pub(super) decisions: Vec<Decision>,
}

#[derive(Debug, Serialize)]
pub(super) struct Decision {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) command: String,
    pub(super) subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
}

/// The control API shouts the core's words.
fn upper<S: Serializer>(word: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&word.to_string().to_ascii_uppercase())
}
