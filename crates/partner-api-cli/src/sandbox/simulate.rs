//! `partner sandbox simulate`: what the outside world does, one command each.

use clap::Subcommand;
use partner_api::NetworkName;
use partner_api::raw::types::AmountText;
use partner_api::{
    Amount, CardId, Currency, DepositId, ExchangeId, Iban, KycId, OrderId, PaymentLinkId,
    PersonName, SepaTransferId, UserId, WithdrawalId,
};
use partner_api_sandbox_control::types;

use super::{Done, word};
use crate::connect::Cx;
use crate::control::{self, ControlArgs, told};
use crate::exit::{Exit, Result};
use crate::money;
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(super) struct SimulateArgs {
    #[command(flatten)]
    control: ControlArgs,
    #[command(subcommand)]
    command: SimulateCommand,
}

#[derive(Debug, Subcommand)]
enum SimulateCommand {
    /// Use a card
    Card {
        /// The card's id
        card: CardId,
        /// How much, such as 12.50 eur
        #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
        money: Vec<String>,
        /// Where: pos, atm or ecom
        #[arg(long, value_parser = word::<types::CardChannel>)]
        channel: Option<types::CardChannel>,
    },
    /// Clear, reverse or refund a use of a card
    CardSettlement {
        /// The card transaction's id
        id: String,
        /// What the merchant does: clear, reverse or refund
        #[arg(value_parser = word::<types::CardSettlement>)]
        action: types::CardSettlement,
    },
    /// Let a deposit arrive on a chain
    CryptoDeposit {
        /// How much, such as 0.25 btc
        #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
        money: Vec<String>,
        /// For which user; for the partner where none is given
        #[arg(long, value_name = "USER")]
        user: Option<UserId>,
        /// On which network
        #[arg(long)]
        network: Option<NetworkName>,
        /// Ask for data about the sender once it is confirmed
        #[arg(long)]
        needs_travel_rule: bool,
    },
    /// Credit a deposit that is being checked, or send one back
    Deposit {
        /// The deposit's id
        id: DepositId,
        #[command(flatten)]
        decision: Decision,
    },
    /// Complete an exchange, or let it fail
    Exchange {
        /// The exchange's id
        id: ExchangeId,
        #[command(flatten)]
        decision: Decision,
    },
    /// Approve a hosted verification, or reject it
    Kyc {
        /// The verification's id
        id: KycId,
        #[command(flatten)]
        decision: Decision,
        /// Why it is rejected, in words that name nobody
        #[arg(long)]
        reason: Vec<String>,
    },
    /// Let somebody pay an order or a payment link
    Payment {
        /// How much, such as 100 usdc
        #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
        money: Vec<String>,
        /// The order that is paid
        #[arg(long, value_name = "ID", required_unless_present = "link")]
        order: Option<OrderId>,
        /// The payment link that is paid
        #[arg(long, value_name = "ID", conflicts_with = "order")]
        link: Option<PaymentLinkId>,
        /// On which network
        #[arg(long)]
        network: Option<NetworkName>,
    },
    /// Let the receiving bank take a payout, or refuse it
    Payout {
        /// The payout's id
        id: SepaTransferId,
        #[command(flatten)]
        decision: Decision,
    },
    /// Decide a proof of address
    Poa {
        /// Your own id of the user
        user: UserId,
        /// approved, rejected or questioned
        #[arg(value_parser = word::<types::PoaDecision>)]
        decision: types::PoaDecision,
    },
    /// Let a bank deposit arrive
    SepaDeposit {
        /// How much euro
        euro: Amount,
        /// For which user; for the partner where none is given
        #[arg(long, value_name = "USER")]
        user: Option<UserId>,
        /// From which account
        #[arg(long, value_name = "IBAN")]
        sender_iban: Option<Iban>,
        /// From whom; another name than the user's is sent back
        #[arg(long, value_name = "NAME")]
        sender_name: Option<PersonName>,
        /// Whatever the name: match, mismatch or pending
        #[arg(long, value_parser = word::<types::SenderCheck>)]
        check: Option<types::SenderCheck>,
    },
    /// Approve a pending verification, or reject it
    Verification {
        /// Your own id of the user
        user: UserId,
        #[command(flatten)]
        decision: Decision,
    },
    /// Walk any object to any status that it can get to
    Walk {
        /// Which: user-verification, user-standing, proof-of-address, kyc-verification, card, card-transaction, payout,
        /// withdrawal, exchange, deposit, order or payment-link
        #[arg(value_parser = word::<types::WalkObject>)]
        object: types::WalkObject,
        /// Its id
        id: String,
        /// The status, such as SUCCESSFUL
        to: String,
    },
    /// Let the chain take a withdrawal, or let it fail
    Withdrawal {
        /// The withdrawal's id
        id: WithdrawalId,
        #[command(flatten)]
        decision: Decision,
    },
}

/// One way or the other.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Decision {
    /// It goes well
    #[arg(long)]
    succeed: bool,
    /// It does not
    #[arg(long)]
    fail: bool,
}

pub(super) async fn run(cx: &Cx, args: SimulateArgs) -> Result<Exit> {
    let control = control::connect(cx, &args.control)?;
    match args.command {
        SimulateCommand::Card {
            card,
            money,
            channel,
        } => {
            let (amount, currency) = amount(&money)?;
            let body = types::CardTransactionRequest {
                card_id: card,
                amount,
                currency,
                channel,
            };
            let used = control.simulate_card_transaction(&body).await;
            cx.out.one(&used.map_err(told)?.into_inner())?;
        }
        SimulateCommand::CardSettlement { id, action } => {
            let card_transaction_id = crate::users::field("card transaction", &id)?;
            let body = types::CardSettlementRequest {
                card_transaction_id,
                action,
            };
            done(
                cx,
                control
                    .settle_card_transaction(&body)
                    .await
                    .map_err(told)?
                    .into_inner(),
            )?;
        }
        SimulateCommand::CryptoDeposit {
            money,
            user,
            network,
            needs_travel_rule,
        } => {
            let (amount, currency) = amount(&money)?;
            let body = types::CryptoDepositRequest {
                external_user_id: user,
                amount,
                currency,
                network,
                needs_travel_rule: Some(needs_travel_rule),
            };
            let deposit = control.simulate_crypto_deposit(&body).await;
            cx.out.one(&deposit.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Deposit { id, decision } => {
            let body = types::DepositDecisionRequest {
                deposit_id: id,
                approved: decision.succeed,
            };
            let deposit = control.decide_deposit(&body).await;
            cx.out.one(&deposit.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Exchange { id, decision } => {
            let body = types::ExchangeOutcomeRequest {
                exchange_id: id,
                completed: decision.succeed,
            };
            let exchange = control.decide_exchange(&body).await;
            cx.out.one(&exchange.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Kyc {
            id,
            decision,
            reason,
        } => {
            let body = types::KycDecisionRequest {
                verification_id: id,
                approved: decision.succeed,
                reasons: reason,
            };
            done(
                cx,
                control.decide_kyc(&body).await.map_err(told)?.into_inner(),
            )?;
        }
        SimulateCommand::Payment {
            money,
            order,
            link,
            network,
        } => {
            let (amount, currency) = amount(&money)?;
            let body = types::PaymentRequest {
                amount,
                currency,
                order_id: order,
                payment_link_id: link,
                network,
            };
            let payment = control.simulate_payment(&body).await;
            cx.out.one(&payment.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Payout { id, decision } => {
            let body = types::PayoutOutcomeRequest {
                transfer_id: id,
                succeeds: decision.succeed,
            };
            done(
                cx,
                control
                    .decide_payout(&body)
                    .await
                    .map_err(told)?
                    .into_inner(),
            )?;
        }
        SimulateCommand::Poa { user, decision } => {
            let body = types::PoaDecisionRequest {
                external_user_id: user,
                decision,
            };
            done(
                cx,
                control.decide_poa(&body).await.map_err(told)?.into_inner(),
            )?;
        }
        SimulateCommand::SepaDeposit {
            euro,
            user,
            sender_iban,
            sender_name,
            check,
        } => {
            let body = types::SepaDepositRequest {
                external_user_id: user,
                amount: AmountText(euro),
                sender_iban,
                sender_name,
                check,
            };
            let deposit = control.simulate_sepa_deposit(&body).await;
            cx.out.one(&deposit.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Verification { user, decision } => {
            let body = types::VerificationDecisionRequest {
                external_user_id: user,
                approved: decision.succeed,
            };
            let state = control.decide_verification(&body).await;
            cx.out.one(&state.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Walk { object, id, to } => {
            let body = types::WalkRequest { object, id, to };
            let walk = control.walk_to_status(&body).await;
            cx.out.one(&walk.map_err(told)?.into_inner())?;
        }
        SimulateCommand::Withdrawal { id, decision } => {
            let body = types::WithdrawalOutcomeRequest {
                withdrawal_id: id,
                completed: decision.succeed,
            };
            done(
                cx,
                control
                    .decide_withdrawal(&body)
                    .await
                    .map_err(told)?
                    .into_inner(),
            )?;
        }
    }
    Ok(Exit::Success)
}

fn amount(words: &[String]) -> Result<(AmountText, Currency)> {
    let money = money::money(words)?;
    Ok((AmountText(money.amount()), money.currency()))
}

fn done(cx: &Cx, done: types::Done) -> Result<()> {
    cx.out.done("done", &Done(done.seq))
}

impl Row for types::CardTransaction {
    const FIELDS: &'static [Field] = &[text("id"), text("approved"), text("declined_by")];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::Flag(self.approved),
            Cell::maybe(self.rule.as_ref()),
        ]
    }
}

impl Row for types::ExchangeOutcome {
    const FIELDS: &'static [Field] = &[text("id"), text("status")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.id), Cell::text(&self.status)]
    }
}

impl Row for types::Payment {
    const FIELDS: &'static [Field] = &[
        text("status"),
        text("checkout"),
        text("transaction"),
        text("decision"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.status),
            Cell::text(&self.checkout),
            Cell::text(&self.transaction_hash),
            Cell::Number(self.seq),
        ]
    }
}

impl Row for types::Walk {
    const FIELDS: &'static [Field] = &[text("object"), text("id"), text("status"), text("steps")];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.object),
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::list(self.steps.iter().map(|it| &it.command)),
        ]
    }
}
