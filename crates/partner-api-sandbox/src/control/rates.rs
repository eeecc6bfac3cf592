//! What the market pays.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use partner_api_core::{Currency, Timestamp};
use partner_api_types::AmountText;
use serde::{Deserialize, Serialize};

use super::{Control, Json, Refused, Reply, read};
use crate::engine::{RateChange, RateSource};

#[derive(Debug, Deserialize)]
pub(super) struct SetRate {
    rate: AmountText,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wander {
    seed: i64,
    spread_basis_points: Option<u16>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rates {
    now: Timestamp,
    seed: i64,
    spread_basis_points: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen_at: Option<Timestamp>,
    rates: Vec<Rate>,
}

#[derive(Debug, Serialize)]
struct Rate {
    currency: Currency,
    rate: AmountText,
    set: bool,
}

impl Rates {
    fn new(source: &RateSource, now: Timestamp) -> Self {
        let rates = source.eur_rates(now).into_iter();
        Self {
            now,
            seed: source.seed.cast_signed(),
            spread_basis_points: source.spread,
            frozen_at: source.frozen_at,
            rates: rates
                .map(|(currency, rate)| Rate {
                    currency,
                    rate: rate.into(),
                    set: source.set.contains_key(&currency),
                })
                .collect(),
        }
    }
}

impl Control {
    async fn change_rates(&self, change: RateChange) -> Reply<Rates> {
        let source = self.engine.change_rates(change).await?;
        let now = self.engine.clock().now;
        Ok(Json::plain(Rates::new(&source, now)))
    }
}

type InPath = Result<Path<String>, PathRejection>;

/// The currency in the path; the euro is what rates are told in, and has none of its own.
fn currency(path: InPath) -> Result<Currency, Refused> {
    let currency = path
        .ok()
        .and_then(|Path(text)| text.parse::<Currency>().ok());
    let currency = currency.filter(|it| it.is_known() && *it != Currency::EUR);
    currency.ok_or_else(|| {
        let remedy = "give a currency that is served, other than eur";
        Refused::bad("the currency has no rate", remedy)
    })
}

pub(super) async fn list(State(control): State<Control>) -> Reply<Rates> {
    let now = control.engine.clock().now;
    Ok(Json::plain(Rates::new(&control.engine.rates(), now)))
}

pub(super) async fn set(
    State(control): State<Control>,
    path: InPath,
    request: Request,
) -> Reply<Rates> {
    let currency = currency(path)?;
    let rate = read::<SetRate>(request).await?.rate.into();
    if partner_api_core::Amount::is_zero(rate) {
        let remedy = "give euro for one unit, more than 0";
        return Err(Refused::bad("a rate cannot be nothing", remedy));
    }
    control.change_rates(RateChange::Set(currency, rate)).await
}

pub(super) async fn release(State(control): State<Control>, path: InPath) -> Reply<Rates> {
    let change = RateChange::Release(currency(path)?);
    control.change_rates(change).await
}

pub(super) async fn wander(State(control): State<Control>, request: Request) -> Reply<Rates> {
    let wander: Wander = read(request).await?;
    let spread = wander
        .spread_basis_points
        .unwrap_or_else(|| control.engine.rates().spread);
    if RateSource::SPREAD_MAX < spread {
        let remedy = format!(
            "give at most {}, which is half of the rate",
            RateSource::SPREAD_MAX
        );
        return Err(Refused::bad("rates cannot wander so far", remedy));
    }
    let seed = wander.seed.cast_unsigned();
    control
        .change_rates(RateChange::Wander { seed, spread })
        .await
}

pub(super) async fn freeze(State(control): State<Control>) -> Reply<Rates> {
    control.change_rates(RateChange::Freeze).await
}

pub(super) async fn resume(State(control): State<Control>) -> Reply<Rates> {
    control.change_rates(RateChange::Resume).await
}
