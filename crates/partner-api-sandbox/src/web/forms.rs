//! The forms: each is one call of the Partner API or of the control API, as a row of a table.

use partner_api_core::{Currency, Network};
use partner_api_types::{Method, OPERATIONS, OperationId};

use super::ask::{Ask, Call, Field, Kind, Then};
use crate::engine::Mischief;
use crate::faults::FaultKind;

const fn control(method: Method, path: &'static str) -> Call {
    Call::Control(method, path)
}

/// A field that must be given.
const fn must(name: &'static str, label: &'static str, kind: Kind, value: &'static str) -> Field {
    Field {
        name,
        label,
        kind,
        value,
        is_wanted: true,
    }
}

/// A field that may be left empty.
const fn may(name: &'static str, label: &'static str, kind: Kind, value: &'static str) -> Field {
    Field {
        is_wanted: false,
        ..must(name, label, kind, value)
    }
}

const fn form(
    name: &'static str,
    title: &'static str,
    button: &'static str,
    call: Call,
    fields: &'static [Field],
) -> Ask {
    Ask {
        name,
        title,
        button,
        help: "",
        call,
        fields,
        then: Then::Stay,
    }
}

const fn with_help(help: &'static str, ask: Ask) -> Ask {
    Ask { help, ..ask }
}

fn currencies() -> Vec<&'static str> {
    Currency::KNOWN.iter().map(Currency::as_str).collect()
}

fn networks() -> Vec<&'static str> {
    Network::ALL
        .iter()
        .map(|network| network.as_str())
        .collect()
}

fn operations() -> Vec<&'static str> {
    OPERATIONS
        .iter()
        .map(|operation| operation.id.as_str())
        .collect()
}

fn lifecycles() -> Vec<&'static str> {
    crate::walk::Lifecycle::ALL
        .iter()
        .map(|it| it.as_str())
        .collect()
}

fn faults() -> Vec<&'static str> {
    FaultKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

fn mischiefs() -> Vec<&'static str> {
    Mischief::ALL.iter().map(|it| it.as_str()).collect()
}

const USER: Field = must("externalUserId", "User", Kind::Text, "");
const ANYBODY: Field = may(
    "externalUserId",
    "User (empty: the partner)",
    Kind::Text,
    "",
);
const AMOUNT: Field = must("amount", "Amount", Kind::Amount, "10.00");
const CURRENCY: Field = must("currency", "Currency", Kind::Choice(currencies), "eur");
const TIMES: Field = may("times", "How often at most", Kind::Whole, "");

/// A person who does not exist; each field can be changed.
pub(super) const CREATE_USER: Ask = Ask {
    then: Then::OpenUser,
    ..form(
        "create_user",
        "New user",
        "Create",
        Call::Partner(OperationId::CreateUser),
        &[
            must("externalUserId", "Your id for the user", Kind::Text, ""),
            must("firstName", "First name", Kind::Text, "Anna"),
            must("lastName", "Last name", Kind::Text, "Sample"),
            must("email", "E-mail", Kind::Text, "anna@example.com"),
            must("phone", "Phone", Kind::Text, "48600000000"),
            must("birthDate", "Birth date", Kind::Text, "1990-05-15"),
            may("street", "Street", Kind::Text, "Sample street"),
            may("number", "Number", Kind::Text, "1"),
            must("city", "City", Kind::Text, "Warszawa"),
            must("postCode", "Post code", Kind::Text, "00-001"),
            must("country", "Country", Kind::Text, "PL"),
            must("citizenship", "Citizenship", Kind::Text, "PL"),
            must("hasAcceptedP100Tc", "Terms accepted", Kind::Flag, "true"),
        ],
    )
};

pub(super) const FUND: Ask = form(
    "fund",
    "Send money to the user",
    "Send",
    Call::Partner(OperationId::CreateTransfer),
    &[
        must("destinationExternalUserId", "User", Kind::Text, ""),
        must("amount", "Amount", Kind::Amount, "100.00"),
        CURRENCY,
    ],
);

pub(super) const CREATE_CARD: Ask = form(
    "create_card",
    "New card",
    "Create",
    Call::Partner(OperationId::CreateCard),
    &[
        USER,
        must("label", "Label", Kind::Text, "everyday"),
        must("pin", "PIN", Kind::Secret, "1234"),
    ],
);

pub(super) const PAY_OUT: Ask = form(
    "pay_out",
    "Pay out to a bank account",
    "Pay out",
    Call::Partner(OperationId::CreateSepaTransfer),
    &[
        must("sourceExternalUserId", "User", Kind::Text, ""),
        AMOUNT,
        must("currency", "Currency", Kind::Fixed, "eur"),
        must(
            "destinationIban",
            "IBAN",
            Kind::Text,
            "LT333130010135556427",
        ),
        must("transferTitle", "Title", Kind::Text, "rent"),
    ],
);

pub(super) const FREEZE: Ask = form(
    "freeze",
    "Freeze",
    "Freeze",
    control(Method::Post, "/clock/freeze"),
    &[],
);
pub(super) const RESUME: Ask = form(
    "resume",
    "Resume",
    "Resume",
    control(Method::Post, "/clock/resume"),
    &[],
);
pub(super) const ADVANCE: Ask = form(
    "advance",
    "Advance",
    "Advance",
    control(Method::Post, "/clock/advance"),
    &[must("milliseconds", "By seconds", Kind::Seconds, "60")],
);

pub(super) const SEPA_DEPOSIT: Ask = with_help(
    "Without a sender it is approved. A name that is not the user's sends it back.",
    form(
        "sepa_deposit",
        "A bank deposit arrives",
        "Deposit",
        control(Method::Post, "/simulate/sepa-deposit"),
        &[
            ANYBODY,
            must("amount", "Euro", Kind::Amount, "50.00"),
            may(
                "check",
                "Is the sender the user?",
                Kind::Words(&["MATCH", "MISMATCH", "PENDING"]),
                "",
            ),
            may("senderName", "Sender's name", Kind::Text, ""),
            may("senderIban", "Sender's IBAN", Kind::Text, ""),
        ],
    ),
);

pub(super) const CRYPTO_DEPOSIT: Ask = with_help(
    "It is confirmed two seconds later, by the virtual clock.",
    form(
        "crypto_deposit",
        "A deposit arrives on a chain",
        "Deposit",
        control(Method::Post, "/simulate/crypto-deposit"),
        &[
            ANYBODY,
            must("amount", "Amount", Kind::Amount, "0.01"),
            must("currency", "Currency", Kind::Choice(currencies), "btc"),
            may(
                "network",
                "Network (empty: the usual one)",
                Kind::Choice(networks),
                "",
            ),
            may(
                "needsTravelRule",
                "Ask for the travel rule's data",
                Kind::Flag,
                "",
            ),
        ],
    ),
);

pub(super) const CARD_TRANSACTION: Ask = with_help(
    "A decline is an answer, too: it says which rule.",
    form(
        "card_transaction",
        "A card is used",
        "Pay",
        control(Method::Post, "/simulate/card-transaction"),
        &[
            must("cardId", "Card", Kind::Text, ""),
            AMOUNT,
            CURRENCY,
            may(
                "channel",
                "Where",
                Kind::Words(&["POS", "ATM", "ECOM"]),
                "POS",
            ),
        ],
    ),
);

pub(super) const PAYMENT: Ask = with_help(
    "Give an order or a payment link; too little, too much and too late are told apart.",
    form(
        "payment",
        "Somebody pays an order or a link",
        "Pay",
        control(Method::Post, "/simulate/payment"),
        &[
            may("orderId", "Order", Kind::Text, ""),
            may("paymentLinkId", "Payment link", Kind::Text, ""),
            must("amount", "Amount", Kind::Amount, "10"),
            must("currency", "Currency", Kind::Choice(currencies), "usdc"),
            may(
                "network",
                "Network (empty: the usual one)",
                Kind::Choice(networks),
                "",
            ),
        ],
    ),
);

pub(super) const WALK: Ask = with_help(
    "The way is found in the table of its lifecycle; every step on it is decided, booked and told.",
    form(
        "walk",
        "Walk an object to a status",
        "Walk",
        control(Method::Post, "/simulate/walk"),
        &[
            must(
                "object",
                "Object",
                Kind::Choice(lifecycles),
                "USER_VERIFICATION",
            ),
            must("id", "Id", Kind::Text, ""),
            must("to", "Status", Kind::Text, "APPROVED"),
        ],
    ),
);

pub(super) const ADD_FAULT: Ask = with_help(
    "Of all rules that hit a call the first one decides. Only calls on the Partner API's port are hit.",
    form(
        "add_fault",
        "New fault",
        "Switch on",
        control(Method::Post, "/faults"),
        &[
            must(
                "fault",
                "What goes wrong",
                Kind::Choice(faults),
                "DROP_AFTER",
            ),
            may(
                "operation",
                "Operation (empty: every one)",
                Kind::Choice(operations),
                "",
            ),
            may("percent", "Percent of calls (empty: all)", Kind::Whole, ""),
            TIMES,
            may(
                "milliseconds",
                "Milliseconds (for latency)",
                Kind::Whole,
                "",
            ),
            may("retryAfterSeconds", "Retry after seconds", Kind::Whole, ""),
        ],
    ),
);
pub(super) const REMOVE_FAULT: Ask = form(
    "remove_fault",
    "Switch off",
    "Switch off",
    control(Method::Delete, "/faults/{faultId}"),
    &[must("faultId", "Fault", Kind::Path, "")],
);
pub(super) const CLEAR_FAULTS: Ask = form(
    "clear_faults",
    "All off",
    "Switch all off",
    control(Method::Delete, "/faults"),
    &[],
);

pub(super) const ADD_RECEIVER: Ask = with_help(
    "It gets every event from now on. The secret is sent as Authorization, and not shown again.",
    form(
        "add_receiver",
        "New receiver",
        "Add",
        control(Method::Post, "/webhooks/receivers"),
        &[
            must("url", "Address", Kind::Text, "http://127.0.0.1:8080"),
            must("secret", "Secret", Kind::Secret, ""),
        ],
    ),
);
pub(super) const REMOVE_RECEIVER: Ask = form(
    "remove_receiver",
    "Remove",
    "Remove",
    control(Method::Delete, "/webhooks/receivers/{receiverId}"),
    &[must("receiverId", "Receiver", Kind::Path, "")],
);
pub(super) const RESEND: Ask = form(
    "resend",
    "Resend",
    "Resend",
    control(Method::Post, "/webhooks/deliveries/{deliveryId}/resend"),
    &[must("deliveryId", "Delivery", Kind::Path, "")],
);
pub(super) const TRIGGER: Ask = with_help(
    "A made-up event of nobody, for a receiver's first steps.",
    form(
        "trigger",
        "Send a sample",
        "Send",
        control(Method::Post, "/webhooks/trigger"),
        &[must("event", "Event", Kind::Choice(events), "p2p_transfer")],
    ),
);
pub(super) const ADD_CHAOS: Ask = form(
    "add_chaos",
    "Deliver badly",
    "Switch on",
    control(Method::Post, "/webhooks/chaos"),
    &[
        must("chaos", "How", Kind::Choice(mischiefs), "DUPLICATE"),
        may(
            "event",
            "Event (empty: every one)",
            Kind::Choice(events),
            "",
        ),
        may("percent", "Percent (empty: all)", Kind::Whole, ""),
        TIMES,
    ],
);
pub(super) const CLEAR_CHAOS: Ask = form(
    "clear_chaos",
    "All off",
    "Switch all off",
    control(Method::Delete, "/webhooks/chaos"),
    &[],
);

pub(super) const RESET: Ask = with_help(
    "Forgets every user, movement and decision, and funds the partner anew.",
    form(
        "reset",
        "Start over",
        "Forget everything",
        control(Method::Post, "/reset"),
        &[],
    ),
);

fn events() -> Vec<&'static str> {
    partner_api_types::WEBHOOKS
        .iter()
        .map(|webhook| webhook.kind.as_str())
        .collect()
}

/// All of them.
pub(super) const FORMS: &[&Ask] = &[
    &CREATE_USER,
    &FUND,
    &CREATE_CARD,
    &PAY_OUT,
    &FREEZE,
    &RESUME,
    &ADVANCE,
    &SEPA_DEPOSIT,
    &CRYPTO_DEPOSIT,
    &CARD_TRANSACTION,
    &PAYMENT,
    &WALK,
    &ADD_FAULT,
    &REMOVE_FAULT,
    &CLEAR_FAULTS,
    &ADD_RECEIVER,
    &REMOVE_RECEIVER,
    &RESEND,
    &TRIGGER,
    &ADD_CHAOS,
    &CLEAR_CHAOS,
    &RESET,
];
