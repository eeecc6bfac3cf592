//! Flows over virtual time: what came in from outside, what went out, and what moved within, as a drawing and as a table.

use maud::{Markup, html};
use partner_api_core::{Currency, Movement, Timestamp};

use super::parts::amount;
use crate::engine::Decision;

/// How many spans of time the drawing has.
const SPANS: usize = 32;

/// What flowed in one currency, in equal spans of virtual time.
pub(super) struct Flows {
    currency: Currency,
    begins: Timestamp,
    ends: Timestamp,
    spans: Vec<Flow>,
    movements: usize,
}

/// What flowed in one span, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flow {
    inward: i128,
    outward: i128,
    within: i128,
}

impl Flows {
    /// The partner's initial funds are left out: beside them nothing else could be seen.
    pub(super) fn of(decisions: &[Decision], currency: Currency) -> Self {
        let moved: Vec<(Timestamp, Flow)> = decisions
            .iter()
            .flat_map(|decision| decision.bookings.iter().map(move |it| (decision.at, it)))
            .filter(|(_, booking)| booking.movement != Movement::Funding)
            .map(|(at, booking)| {
                let legs = booking.legs.iter().filter(|leg| leg.currency == currency);
                let mut flow = Flow::default();
                let mut received = 0;
                for leg in legs {
                    let atoms = i128::from(leg.atoms);
                    match leg.account.may_be_negative() {
                        true if atoms < 0 => flow.inward -= atoms,
                        true => flow.outward += atoms,
                        false if 0 < atoms => received += atoms,
                        false => {}
                    }
                }
                flow.within = (received - flow.inward).max(0);
                (at, flow)
            })
            .filter(|(_, flow)| *flow != Flow::default())
            .collect();
        let begins = moved.first().map_or(Timestamp::EPOCH, |(at, _)| *at);
        let ends = moved.last().map_or(begins, |(at, _)| *at);
        let whole = ends.since(begins).as_millis().max(1);
        let mut spans = vec![Flow::default(); SPANS];
        for (at, flow) in &moved {
            let place = at.since(begins).as_millis() * (SPANS as u128 - 1) / whole;
            let span = &mut spans[usize::try_from(place).unwrap_or(0).min(SPANS - 1)];
            span.inward += flow.inward;
            span.outward += flow.outward;
            span.within += flow.within;
        }
        Self {
            currency,
            begins,
            ends,
            spans,
            movements: moved.len(),
        }
    }

    /// The most that came in or moved within a span, and the most that went out.
    fn most(&self) -> (i128, i128) {
        let up = self.spans.iter().map(|it| it.inward + it.within).max();
        let down = self.spans.iter().map(|it| it.outward).max();
        (up.unwrap_or(0), down.unwrap_or(0))
    }

    /// When a span begins.
    fn moment(&self, place: usize) -> Timestamp {
        let whole = self.ends.since(self.begins);
        self.begins
            .plus(whole.mul_f64(place as f64 / (SPANS as f64 - 1.0)))
    }
}

/// The drawing's height, what stays free above and below, and how wide a span is.
const HIGH: f64 = 170.0;
const FREE: f64 = 6.0;
const WIDE: f64 = 16.0;

pub(super) fn draw(flows: &Flows) -> Markup {
    if flows.movements == 0 {
        return html! { p.quiet { "Nothing has flowed yet, but for the partner's initial funds." } };
    }
    let (up, down) = flows.most();
    let scale = (HIGH - 2.0 * FREE) / (up + down).max(1) as f64;
    let zero = FREE + up as f64 * scale;
    let height = |atoms: i128| match atoms {
        0 => 0.0,
        // Only how high a bar is drawn; amounts are never computed so. What is there can be seen.
        atoms => (atoms as f64 * scale).max(1.5),
    };
    let width = WIDE * SPANS as f64;
    let text = |atoms: i128| amount(atoms, flows.currency);
    let told = |place: usize, flow: &Flow| {
        format!(
            "{}: in {}, within {}, out {}",
            flows.moment(place),
            text(flow.inward),
            text(flow.within),
            text(flow.outward)
        )
    };
    let has_flow = |flow: &&(usize, &Flow)| *flow.1 != Flow::default();
    let spans: Vec<(usize, &Flow)> = flows.spans.iter().enumerate().collect();
    html! {
        figure.chart {
            svg viewBox={ "0 0 " (width) " " (HIGH) } role="img" aria-label={ "Flows in " (flows.currency) "; the table below has the numbers" } {
                line.axis x1="0" x2=(width) y1=(zero) y2=(zero) {}
                @for (place, flow) in spans.iter().filter(has_flow) {
                    @let x = *place as f64 * WIDE + 2.0;
                    @let (inward, within, outward) = (height(flow.inward), height(flow.within), height(flow.outward));
                    g {
                        title { (told(*place, flow)) }
                        rect.hit x=(x - 2.0) y="0" width=(WIDE) height=(HIGH) {}
                        rect.in x=(x) y=(zero - inward) width=(WIDE - 4.0) height=(inward) rx="2" {}
                        rect.within x=(x) y=(zero - inward - within) width=(WIDE - 4.0) height=(within) rx="2" {}
                        rect.out x=(x) y=(zero) width=(WIDE - 4.0) height=(outward) rx="2" {}
                    }
                }
            }
            figcaption {
                span { (day_time(flows.begins)) }
                span { (day_time(flows.ends)) }
                span.legend {
                    span.in { "in" } " " span.within { "within" } " " span.out { "out" } " · highest bar " (text(up.max(down))) " " (flows.currency)
                }
            }
        }
        details #numbers {
            summary { "The same in numbers" }
            div.scroll {
                table {
                    thead { tr { th { "From" } th.num { "In" } th.num { "Within" } th.num { "Out" } } }
                    tbody {
                        @for (place, flow) in spans.iter().filter(has_flow) {
                            tr {
                                th scope="row" { time { (flows.moment(*place)) } }
                                td.num { (text(flow.inward)) } td.num { (text(flow.within)) } td.num { (text(flow.outward)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A moment, as short as the drawing needs it.
fn day_time(at: Timestamp) -> Markup {
    let whole = at.to_string();
    html! { time datetime=(whole) { (whole.get(..16).unwrap_or(&whole).replace('T', " ")) } }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use partner_api_core::ledger::{Account, Balanced, Outside};
    use partner_api_core::{CommandKind, DepositId, HolderId, TransferId};

    use super::*;
    use crate::engine::{Booking, Deed, Subject};

    const ANNA: Account = Account::User(HolderId(uuid::Uuid::nil()));

    fn decision(
        second: u64,
        movement: Movement,
        from: Account,
        to: Account,
        money: &str,
    ) -> Decision {
        Decision {
            seq: second,
            at: Timestamp::EPOCH.plus(Duration::from_secs(second)),
            deed: Deed::Command(CommandKind::Transfer),
            subject: Subject::default(),
            rule: None,
            bookings: vec![Booking {
                movement,
                legs: Balanced::pay(from, to, money.parse().unwrap())
                    .legs()
                    .to_vec(),
            }],
            announced: Vec::new(),
            links: Vec::new(),
        }
    }

    #[test]
    fn what_comes_goes_and_stays_is_told_apart() {
        let bank = Account::Outside(Outside::Sepa);
        let deposit = || Movement::Deposit(DepositId::new("d").unwrap());
        let transfer = || Movement::Transfer(TransferId::new("t").unwrap());
        let decisions = [
            decision(0, Movement::Funding, bank, Account::Partner, "1000.00 eur"),
            decision(1, deposit(), bank, ANNA, "10.00 eur"),
            decision(2, transfer(), ANNA, Account::Partner, "4.00 eur"),
            decision(3, deposit(), ANNA, bank, "1.00 eur"),
            decision(3, deposit(), ANNA, bank, "1.00 btc"),
        ];
        let flows = Flows::of(&decisions, Currency::EUR);
        assert_eq!(
            (flows.movements, flows.begins, flows.ends),
            (3, decisions[1].at, decisions[3].at)
        );
        let all =
            |pick: fn(&Flow) -> i128| flows.spans.iter().map(pick).sum::<i128>() / 100_000_000;
        assert_eq!(
            (
                all(|it| it.inward),
                all(|it| it.within),
                all(|it| it.outward)
            ),
            (10, 4, 1)
        );
        assert_eq!(flows.spans[0].inward, 1_000_000_000);
        assert_eq!(flows.spans[SPANS - 1].outward, 100_000_000);
        assert!(draw(&flows).into_string().contains("<svg"));
    }

    #[test]
    fn nothing_is_drawn_where_nothing_flowed() {
        let drawn = draw(&Flows::of(&[], Currency::EUR)).into_string();
        assert!(drawn.contains("Nothing has flowed yet"));
    }
}
