//! Rules and error codes.

use partner_api_core::Rule;

use crate::ApiError;
use crate::operations::Provenance::{self, Assumed, Documented, DocumentedOld, ThirdParty};

/// How the provider says that something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The rule that refuses; none for what no rule decides.
    pub rule: Option<Rule>,
    /// `errorCode`, such as `P454`.
    pub code: &'static str,
    /// `errorName`; validation errors have none.
    pub name: Option<&'static str>,
    /// The HTTP status.
    pub status: u16,
    /// `errorMessage`.
    pub message: &'static str,
    /// How the code is known.
    pub provenance: Provenance,
    /// What to do about it where no rule says so.
    advice: &'static str,
}

impl Refusal {
    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self.rule {
            Some(rule) => rule.remedy(),
            None => self.advice,
        }
    }

    /// Whether the same call may succeed later, whatever HTTP status it came with.
    pub fn is_transient(&self) -> bool {
        is_transient(self.code)
    }
}

const fn row(
    rule: Rule,
    code: &'static str,
    name: &'static str,
    status: u16,
    message: &'static str,
    provenance: Provenance,
) -> Refusal {
    Refusal {
        rule: Some(rule),
        code,
        name: Some(name),
        status,
        message,
        provenance,
        advice: "",
    }
}

const fn invalid(rule: Rule, message: &'static str, provenance: Provenance) -> Refusal {
    Refusal {
        rule: Some(rule),
        message,
        provenance,
        ..VALIDATION
    }
}

const fn other(
    code: &'static str,
    name: Option<&'static str>,
    status: u16,
    message: &'static str,
    provenance: Provenance,
    advice: &'static str,
) -> Refusal {
    Refusal {
        rule: None,
        code,
        name,
        status,
        message,
        provenance,
        advice,
    }
}

/// Bad input; the message says what is wrong with it (`error-handling-1975742m0`).
pub const VALIDATION: Refusal = other(
    "P403",
    None,
    400,
    "Validation failed",
    Documented,
    "correct what the message names; the message is for people",
);

/// Something broke at the provider. Arrives as HTTP 400, and is transient all the same.
pub const UNKNOWN_EXCEPTION: Refusal = other(
    "P500",
    Some("unknown-exception"),
    400,
    "Unknown exception",
    Documented,
    "a read may be repeated; of a change find out first whether it happened",
);

/// The provider is out of service for a moment. Arrives as HTTP 400, and is transient all the same.
pub const UNAVAILABLE: Refusal = other(
    "P501",
    Some("service-temporarily-unavailable"),
    400,
    "Service temporarily unavailable",
    Documented,
    "a read may be repeated; of a change find out first whether it happened",
);

/// No internal transfer has the id. ASSUMED: only the payouts' counterpart, `P428`, is documented.
pub const TRANSFER_NOT_FOUND: Refusal = other(
    "P494",
    Some("transfer-not-found"),
    404,
    "Transfer not found",
    Assumed,
    "use an id that creating a transfer answered",
);

/// There is no such currency (`gh:crypto-withdrawals`, of the network's fee). Everywhere else an unknown currency is
/// bad input.
pub const INVALID_CURRENCY: Refusal = Refusal {
    rule: Some(Rule::CurrencyMustBeKnown),
    ..other(
        "P410",
        Some("invalid-currency"),
        400,
        "Currency not found",
        DocumentedOld,
        "",
    )
};

/// Codes that no rule of the sandbox answers, so that a reader knows them all the same.
const ELSEWHERE: &[Refusal] = &[
    other(
        "P418",
        Some("partner-not-found"),
        400,
        "Partner not found",
        DocumentedOld,
        "ask the provider whether the key's partner is set up",
    ),
    Refusal {
        rule: Some(Rule::CountryMustAllowCards),
        ..other(
            "P451",
            Some("forbidden-country-card"),
            400,
            "Cards are not available in the user's country",
            ThirdParty,
            "",
        )
    },
    other(
        "P461",
        Some("user-not-extended"),
        400,
        "User not extended",
        DocumentedOld,
        "ask the provider how this user is verified further; no page tells",
    ),
];

/// Rows of codes that have a name of their own here.
const NAMED: &[&Refusal] = &[
    &VALIDATION,
    &INVALID_CURRENCY,
    &TRANSFER_NOT_FOUND,
    &UNKNOWN_EXCEPTION,
    &UNAVAILABLE,
];

/// Every known error, by code: the one table from which the typed errors, the sandbox's answers and the page
/// [`errors`](crate::words::errors) come.
pub fn known() -> Vec<&'static Refusal> {
    let named = NAMED.iter().copied();
    let mut all: Vec<_> = named.chain(ELSEWHERE).chain(REFUSALS).collect();
    all.sort_by_key(|row| (row.code, row.rule));
    all
}

/// A row for every rule, in the rules' order of precedence.
///
/// ASSUMED, beyond what the rows say: the codes `P480` to `P494` and `P600` to `P616`, chosen from ranges that no page mentions, for
/// refusals whose code was found nowhere; the names of `P426`, `P440`, `P454` and `P459`, whose pages give only a sentence; status 400
/// for `P411` and `P455`, as for all business errors.
#[rustfmt::skip] // a table is read by its columns
pub const REFUSALS: &[Refusal] = &[
    invalid(Rule::CurrencyMustBeKnown, "currency must be a supported currency", Documented),
    invalid(Rule::CurrencyMustBeEur, "currency must be eur", Assumed),
    invalid(Rule::NetworkMustCarryCurrency, "network must be one that carries the currency", Assumed),
    invalid(Rule::AmountMustBePositive, "amount must be a positive number", Assumed),
    invalid(Rule::AmountMustFitCurrency, "amount has too many decimal places or is too large", Documented),
    row(Rule::AmountMustReachMinimum,    "P600", "amount-below-minimum",         400, "Amount is below the minimum", Assumed),
    invalid(Rule::LimitsMustBeOrdered, "daily limits must be at most the monthly ones", Assumed),
    row(Rule::SourceOrDestinationMustBeGiven, "P424", "source-or-destination-required", 400, "Source or destination must be provided.", Documented),
    row(Rule::PartiesMustDiffer,         "P480", "same-source-and-destination", 400, "Source and destination must be different", Assumed),
    row(Rule::CurrenciesMustDiffer,      "P481", "same-currency",               400, "Currencies must be different", Assumed),
    invalid(Rule::FieldMustBeEditable, "property should not exist", Assumed),
    row(Rule::FileMustBeSmallEnough,     "P440", "file-too-large",              400, "File too large", DocumentedOld),
    row(Rule::FileMustBeOfTakenKind,     "P426", "invalid-file-type",           400, "Invalid file type", DocumentedOld),
    invalid(Rule::BirthDateMustBePlausible, "birthDate must be neither in days to come nor before 1900", Assumed),
    invalid(Rule::DocumentMustShowIdentity, "documentType must be PASSPORT, ID_CARD or RESIDENCE_PERMIT", Assumed),
    invalid(Rule::DocumentNumberMustFitKind, "documentNumber must be a number of this documentType", Assumed),
    invalid(Rule::PermitMustBeOfResidence, "issuingCountry must be the country of residence for RESIDENCE_PERMIT", Assumed),
    invalid(Rule::PermitMustExpire, "expiryDate must be given for RESIDENCE_PERMIT", Assumed),
    invalid(Rule::DocumentMustNotBeExpired, "expiryDate must not be past", Assumed),
    row(Rule::UserMustExist,             "P412", "invalid-user",                400, "User does not exist", Documented),
    row(Rule::UserIdMustBeUnused,        "P411", "user-exists",                 400, "User already exists", ThirdParty),
    // A closed user is told from none nowhere; that this is meant is ASSUMED (A8).
    row(Rule::UserMustNotBeClosed,       "P412", "invalid-user",                400, "User does not exist", Assumed),
    row(Rule::UserMustNotBeSuspended,    "P455", "user-suspended",              400, "User is suspended", ThirdParty),
    row(Rule::UserMustBeVerified,        "P459", "user-not-verified",           400, "User not verified", DocumentedOld),
    row(Rule::VerificationMustBeOpen,    "P482", "verification-already-added",  400, "User verification was already added", Assumed),
    row(Rule::VerificationMustBePending, "P483", "verification-not-pending",    400, "User verification is not pending", Assumed),
    row(Rule::DocumentsMustBeAccepted,   "P601", "documents-not-accepted",       400, "Identity documents were not accepted", Assumed),
    row(Rule::KycMustExist,              "P445", "kyc-not-found",                404, "KYC not found", DocumentedOld),
    row(Rule::KycMustBeOpen,             "P602", "kyc-already-started",          400, "KYC is pending or approved", Assumed),
    row(Rule::KycMustBePending,          "P603", "kyc-not-pending",              400, "KYC is not pending", Assumed),
    row(Rule::PoaMustBeAsked,            "P460", "poa-verification-not-found",   404, "POA verification not found", DocumentedOld),
    row(Rule::PoaMustNotBePending,       "P211", "poa-pending",                  202, "POA pending", DocumentedOld),
    row(Rule::PoaMustNotBeApproved,      "P447", "poa-already-verified",         400, "POA already verified", DocumentedOld),
    row(Rule::PoaMustBePending,          "P604", "poa-not-pending",              400, "POA is not pending", Assumed),
    row(Rule::ExchangeMustExist,         "P484", "exchange-not-found",          404, "Exchange not found", Assumed),
    row(Rule::ExchangeMustBePending,     "P485", "exchange-settled",            400, "Exchange is settled", Assumed),
    row(Rule::PayoutMustExist,           "P428", "sepa-transfer-not-found",     404, "SEPA transfer not found", Documented),
    row(Rule::PayoutMustBePending,       "P486", "sepa-transfer-settled",       400, "SEPA transfer is settled", Assumed),
    row(Rule::WithdrawalMustExist,       "P605", "crypto-withdrawal-not-found",  404, "Crypto withdrawal not found", Assumed),
    row(Rule::WithdrawalMustBePending,   "P606", "crypto-withdrawal-settled",    400, "Crypto withdrawal is settled", Assumed),
    row(Rule::DepositMustExist,          "P607", "deposit-not-found",            404, "Deposit not found", Assumed),
    row(Rule::DepositMustBeOpen,         "P608", "deposit-settled",              400, "Deposit is settled", Assumed),
    row(Rule::DepositMustWaitForTravelRule, "P609", "travel-rule-not-expected",  400, "Deposit does not wait for travel rule data", Assumed),
    row(Rule::OrderMustExist,            "P610", "order-not-found",              404, "Order not found", Assumed),
    row(Rule::PaymentLinkMustExist,      "P611", "payment-link-not-found",       404, "Payment link not found", Assumed),
    row(Rule::CheckoutMustBeWaiting,     "P612", "checkout-not-waiting",         400, "Order or payment link stands elsewhere", Assumed),
    row(Rule::CardMustExist,             "P434", "invalid-card",                400, "Card does not exist", DocumentedOld),
    row(Rule::CardMustBeActive,          "P487", "card-not-active",             400, "Card is not active", Assumed),
    row(Rule::CardTransactionMustExist,  "P613", "card-transaction-not-found",   404, "Card transaction not found", Assumed),
    row(Rule::CardTransactionMustBeAuthorised, "P614", "card-transaction-settled", 400, "Card transaction is settled", Assumed),
    row(Rule::CardTransactionMustBeCleared, "P615", "card-transaction-not-cleared", 400, "Card transaction is not cleared", Assumed),
    row(Rule::SpendingMustBeWithinLimits, "P616", "card-limit-exceeded",         400, "Card limit exceeded", Assumed),
    row(Rule::CardMustNotBeActive,       "P454", "active-cards",                400, "Suspension is not possible due to active cards", DocumentedOld),
    row(Rule::MovementsMustBeSettled,    "P488", "pending-movements",           400, "User has pending movements", Assumed),
    row(Rule::CountryMustAllowCards,     "P431", "forbidden-country",           400, "Cards are not available in the user's country", DocumentedOld),
    row(Rule::CardsHeldMustBeBelowLimit, "P489", "too-many-cards",              400, "User holds too many cards", Assumed),
    row(Rule::CardsCreatedMustBeBelowLimit, "P490", "too-many-cards-created",   400, "Too many cards were created lately", Assumed),
    row(Rule::LockMustExist,             "P491", "invalid-lock",                400, "Lock does not exist", Assumed),
    row(Rule::LockMustBeUnused,          "P492", "lock-used",                   400, "Lock was already used", Assumed),
    row(Rule::LockMustNotBeExpired,      "P493", "lock-expired",                400, "Lock has expired", Assumed),
    row(Rule::FundsMustSuffice,          "P433", "insufficient-funds",          400, "Insufficient funds", Documented),
];

/// How the provider says that `rule` refused.
pub fn error_for(rule: Rule) -> &'static Refusal {
    let found = REFUSALS.iter().find(|row| row.rule == Some(rule));
    found.expect("a test holds the table against `Rule::ALL`")
}

/// The rules that an `errorCode` may speak of, in order of precedence. `P403` may speak of several, `P412` of a user
/// that never was or that is closed.
pub fn rules_for(code: &str) -> impl Iterator<Item = Rule> {
    REFUSALS
        .iter()
        .chain([&INVALID_CURRENCY])
        .chain(ELSEWHERE)
        .filter(move |row| row.code == code)
        .filter_map(|row| row.rule)
}

/// The rule that an `errorCode` speaks of: the first of [`rules_for`] in precedence. None for `P403`, which only says
/// that something in the input is wrong, and none for a code that is no rule's.
pub fn rule_for(code: &str) -> Option<Rule> {
    if code == VALIDATION.code {
        return None;
    }
    rules_for(code).next()
}

/// Whether an `errorCode` says that the same call may succeed later, whatever HTTP status it came with.
pub fn is_transient(code: &str) -> bool {
    [UNKNOWN_EXCEPTION.code, UNAVAILABLE.code].contains(&code)
}

impl From<&Refusal> for ApiError {
    fn from(refusal: &Refusal) -> Self {
        Self {
            error_code: refusal.code.to_owned(),
            error_name: refusal.name.map(str::to_owned),
            error_message: Some(refusal.message.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_rule_has_one_row_in_its_place() {
        let rules: Vec<Rule> = REFUSALS.iter().filter_map(|row| row.rule).collect();
        assert_eq!(rules, Rule::ALL);
        for rule in Rule::ALL {
            assert_eq!(error_for(*rule).rule, Some(*rule));
        }
    }

    #[test]
    fn every_code_but_the_one_for_bad_input_leads_back_to_a_rule_of_its_own() {
        for row in REFUSALS {
            match rule_for(row.code) {
                Some(rule) => assert_eq!(error_for(rule).code, row.code),
                None => assert_eq!(row.code, VALIDATION.code),
            }
        }
        let several: BTreeMap<&str, usize> = REFUSALS
            .iter()
            .map(|row| (row.code, rules_for(row.code).count()))
            .filter(|(_, rules)| 1 < *rules)
            .collect();
        assert_eq!(several.into_keys().collect::<Vec<_>>(), ["P403", "P412"]);
    }

    /// What the provider's pages and the third party say, copied from there.
    #[test]
    fn documented_codes_are_those_of_the_pages() {
        let documented = [
            ("P411", Rule::UserIdMustBeUnused, "user-exists", 400),
            ("P412", Rule::UserMustExist, "invalid-user", 400),
            (
                "P424",
                Rule::SourceOrDestinationMustBeGiven,
                "source-or-destination-required",
                400,
            ),
            (
                "P428",
                Rule::PayoutMustExist,
                "sepa-transfer-not-found",
                404,
            ),
            (
                "P431",
                Rule::CountryMustAllowCards,
                "forbidden-country",
                400,
            ),
            ("P433", Rule::FundsMustSuffice, "insufficient-funds", 400),
            ("P434", Rule::CardMustExist, "invalid-card", 400),
            ("P455", Rule::UserMustNotBeSuspended, "user-suspended", 400),
        ];
        for (code, rule, name, status) in documented {
            let row = error_for(rule);
            assert_eq!((row.code, row.name, row.status), (code, Some(name), status));
            assert_eq!(rule_for(code), Some(rule));
        }
        assert_eq!(rule_for("P454"), Some(Rule::CardMustNotBeActive));
        assert_eq!(rule_for("P459"), Some(Rule::UserMustBeVerified));
        // `add-poa-file-19651252e0`
        assert_eq!(rule_for("P426"), Some(Rule::FileMustBeOfTakenKind));
        assert_eq!(rule_for("P440"), Some(Rule::FileMustBeSmallEnough));
        assert_eq!(rule_for("P447"), Some(Rule::PoaMustNotBeApproved));
        assert_eq!(rule_for("P460"), Some(Rule::PoaMustBeAsked));
        let pending = error_for(Rule::PoaMustNotBePending);
        assert_eq!((pending.code, pending.status), ("P211", 202));
        assert_eq!(rule_for("P999"), None);
    }

    #[test]
    fn every_known_code_has_advice_and_older_ones_lead_to_their_rule() {
        for row in known() {
            assert!(!row.remedy().is_empty(), "{}", row.code);
        }
        assert_eq!(rule_for("P410"), Some(Rule::CurrencyMustBeKnown));
        assert_eq!(rule_for("P451"), Some(Rule::CountryMustAllowCards));
        assert_eq!((rule_for("P418"), rule_for("P461")), (None, None));
    }

    #[test]
    fn only_assumed_rows_have_a_code_from_the_assumed_range() {
        for row in REFUSALS.iter().chain([&TRANSFER_NOT_FOUND]) {
            let is_from_ours =
                ("P480"..="P494").contains(&row.code) || ("P600"..="P616").contains(&row.code);
            if is_from_ours {
                assert_eq!(row.provenance, Assumed, "{}", row.code);
            }
        }
    }

    #[test]
    fn bad_input_has_no_name_on_the_wire() {
        let error = ApiError::from(error_for(Rule::AmountMustBePositive));
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(
            json,
            r#"{"errorCode":"P403","errorMessage":"amount must be a positive number"}"#
        );
    }

    #[test]
    fn what_is_transient_is_so_by_code() {
        assert!(is_transient("P500") && is_transient("P501"));
        assert!(!REFUSALS.iter().any(|row| is_transient(row.code)));
    }
}
