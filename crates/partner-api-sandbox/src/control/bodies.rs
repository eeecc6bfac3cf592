//! Bodies of the control API. They follow `openapi/sandbox.yaml`, whose generated types live with the client, which no
//! server may depend on; the cross-layer suite holds the two together.

use std::str::FromStr;

use partner_api_core::card::{CardState, CardTransactionAction, Channel};
use partner_api_core::checkout::{CheckoutState, PaymentState};
use partner_api_core::deposit::{Deposit, DepositState, IbanCheck};
use partner_api_core::documents::PoaAction;
use partner_api_core::exchange::ExchangeState;
use partner_api_core::ledger::AccountKind;
use partner_api_core::user::{Standing, Verification};
use partner_api_core::{
    CardId, CardTransactionId, Currency, DepositId, ExchangeId, HolderId, Iban, KycId, OrderId,
    PaymentLinkId, PersonName, SepaTransferId, Timestamp, UserId, WithdrawalId,
};
use partner_api_types::{AmountText, NetworkName, SignedAmount};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::walk::WalkedSoFar;

#[derive(Debug, Serialize)]
pub(super) struct ControlError {
    pub(super) error: String,
    pub(super) remedy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    #[serde(flatten)]
    pub(super) walked: WalkedSoFar,
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
    pub(super) external_user_id: Option<UserId>,
    pub(super) amount: AmountText,
    pub(super) sender_iban: Option<Iban>,
    pub(super) sender_name: Option<PersonName>,
    #[serde(default, deserialize_with = "check")]
    pub(super) check: Option<IbanCheck>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CryptoDepositRequest {
    pub(super) external_user_id: Option<UserId>,
    pub(super) amount: AmountText,
    pub(super) currency: Currency,
    pub(super) network: Option<NetworkName>,
    pub(super) needs_travel_rule: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DepositDecisionRequest {
    pub(super) deposit_id: DepositId,
    pub(super) approved: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KycDecisionRequest {
    pub(super) verification_id: KycId,
    pub(super) approved: bool,
    pub(super) reasons: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PoaDecisionRequest {
    pub(super) external_user_id: UserId,
    #[serde(deserialize_with = "poa_decision")]
    pub(super) decision: PoaAction,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayoutOutcomeRequest {
    pub(super) transfer_id: SepaTransferId,
    pub(super) succeeds: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WithdrawalOutcomeRequest {
    pub(super) withdrawal_id: WithdrawalId,
    pub(super) completed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardSettlementRequest {
    pub(super) card_transaction_id: CardTransactionId,
    #[serde(deserialize_with = "lower")]
    pub(super) action: CardTransactionAction,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PaymentRequest {
    pub(super) order_id: Option<OrderId>,
    pub(super) payment_link_id: Option<PaymentLinkId>,
    pub(super) amount: AmountText,
    pub(super) currency: Currency,
    pub(super) network: Option<NetworkName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PaymentBody {
    pub(super) seq: u64,
    pub(super) transaction_hash: String,
    #[serde(serialize_with = "upper")]
    pub(super) status: PaymentState,
    #[serde(serialize_with = "upper")]
    pub(super) checkout: CheckoutState,
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
    #[serde(default, deserialize_with = "maybe_lower")]
    pub(super) channel: Option<Channel>,
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

/// As [`upper`], on the way in.
fn lower<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D) -> Result<T, D::Error> {
    let word = String::deserialize(deserializer)?;
    let word = word.to_ascii_lowercase();
    word.parse().map_err(|_| D::Error::custom("unknown word"))
}

fn maybe_lower<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    lower(deserializer).map(Some)
}

/// The words of a check are the outcome's, which say more to whoever writes a script.
fn check<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<IbanCheck>, D::Error> {
    match &*String::deserialize(deserializer)? {
        "MATCH" => Ok(Some(IbanCheck::Approved)),
        "MISMATCH" => Ok(Some(IbanCheck::Rejected)),
        "PENDING" => Ok(Some(IbanCheck::Pending)),
        _ => Err(D::Error::custom("unknown word")),
    }
}

/// The words of a decision are those of the state that it leads to.
fn poa_decision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PoaAction, D::Error> {
    match &*String::deserialize(deserializer)? {
        "APPROVED" => Ok(PoaAction::Approve),
        "REJECTED" => Ok(PoaAction::Reject),
        "QUESTIONED" => Ok(PoaAction::Question),
        _ => Err(D::Error::custom("unknown word")),
    }
}
