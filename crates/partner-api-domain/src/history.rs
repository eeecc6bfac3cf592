//! The history of balances: every movement once, newest first.

use std::collections::VecDeque;

use partner_api_client::Client;
use partner_api_core::user::UserAction;
use partner_api_core::{Currency, Owner, Timestamp, UserId};
use partner_api_types as types;
use partner_api_types::{HistoryCursor, HistoryEntryType, OperationId, PageLimit, SignedAmount};

use crate::call::Context;
use crate::check::Invalid;
use crate::error::Error;
use crate::guard::Command;
use crate::operation::{Operation, Verb};
use crate::partner::Partner;

/// One movement on one balance.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The entry's own id.
    pub id: String,
    /// Why the balance moved.
    pub kind: HistoryEntryType,
    /// The id of the transfer, payout, card payment and so on that moved it.
    pub reference: Option<String>,
    /// By how much; negative is out.
    pub amount: SignedAmount,
    /// In which currency.
    pub currency: Currency,
    /// When.
    pub created_at: Timestamp,
}

/// A page of a history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HistoryPage {
    /// The entries, newest first.
    pub entries: Vec<HistoryEntry>,
    /// Where the next page begins; nothing on the last one.
    pub next: Option<HistoryCursor>,
}

/// The history of a user or of the partner; made by [`User::history`](crate::User::history) and
/// [`OwnAccount::history`](crate::OwnAccount::history).
///
/// Entries of a currency sum to its balance (ASSUMED A28, as is the paging, A27: no page of the provider describes it).
#[derive(Clone, Debug)]
pub struct History {
    pub(crate) partner: Partner,
    pub(crate) owner: Owner<UserId>,
}

impl History {
    /// One page: the newest entries, or those from a cursor on.
    ///
    /// # Errors
    /// A user who is not verified has no history (`P459`, L9).
    pub fn page(&self, from: Option<HistoryCursor>) -> Operation<ReadHistory> {
        let verb = ReadHistory {
            owner: self.owner.clone(),
            from,
            limit: None,
        };
        Operation::new(&self.partner, verb)
    }

    /// Every entry, newest first, page by page as they are asked for.
    ///
    /// What is written meanwhile is newer than where the pager began, so it sees each older entry exactly once.
    pub fn entries(&self) -> HistoryEntries {
        HistoryEntries {
            history: self.clone(),
            ready: VecDeque::new(),
            next: Next::First,
            advance: Advance::default(),
        }
    }
}

/// Entries on their way; see [`History::entries`].
#[derive(Debug)]
pub struct HistoryEntries {
    history: History,
    ready: VecDeque<HistoryEntry>,
    next: Next,
    advance: Advance,
}

#[derive(Debug)]
enum Next {
    First,
    From(HistoryCursor),
    Nothing,
}

impl HistoryEntries {
    /// The next entry; nothing after the last one.
    ///
    /// # Errors
    /// The page could not be read, or the provider's pages lead round in a circle. Asking again goes on where it stopped.
    pub async fn next(&mut self) -> Result<Option<HistoryEntry>, Error> {
        while self.ready.is_empty() {
            let from = match &self.next {
                Next::First => None,
                Next::From(cursor) => Some(cursor.clone()),
                Next::Nothing => return Ok(None),
            };
            let page = self.history.page(from).await?;
            if page
                .next
                .as_ref()
                .is_some_and(|next| !self.advance.to(next))
            {
                // Going on would read the same pages for ever, and stopping would leave entries out unseen.
                return Err(Error::stuck_pager(self.history.owner.as_ref().user()));
            }
            self.ready.extend(page.entries);
            self.next = page.next.map_or(Next::Nothing, Next::From);
        }
        Ok(self.ready.pop_front())
    }

    /// All entries that are left.
    ///
    /// # Errors
    /// As [`next`](Self::next); what was read before is lost.
    pub async fn collect(mut self) -> Result<Vec<HistoryEntry>, Error> {
        let mut entries = Vec::new();
        while let Some(entry) = self.next().await? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// Whether a pager gets on: pages that lead round in a circle, of whatever length, are noticed after a few rounds, with one
/// cursor kept (Brent's way).
#[derive(Debug, Default)]
pub(crate) struct Advance {
    mark: Option<HistoryCursor>,
    pages: u64,
}

impl Advance {
    /// The next page begins here; false if it was passed before.
    pub(crate) fn to(&mut self, next: &HistoryCursor) -> bool {
        if self.mark.as_ref() == Some(next) {
            return false;
        }
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.mark = Some(next.clone());
        }
        true
    }
}

/// The verb of [`History::page`].
#[derive(Debug)]
pub struct ReadHistory {
    owner: Owner<UserId>,
    from: Option<HistoryCursor>,
    limit: Option<i64>,
}

impl Operation<ReadHistory> {
    /// At most so many entries, 1 to 100.
    pub fn at_most(mut self, entries: u8) -> Self {
        self.verb.limit = Some(entries.into());
        self
    }
}

impl Verb for ReadHistory {
    type Output = HistoryPage;

    async fn run(self, cx: Context) -> Result<HistoryPage, Error> {
        let Self { owner, from, limit } = self;
        if limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
            let what = "a page holds 1 to 100 entries";
            return Err(Invalid::new(what, None).on("read the history", owner.as_ref().user()));
        }
        read_page(&cx, &owner, from, limit).await
    }
}

pub(crate) async fn read_page(
    cx: &Context,
    owner: &Owner<UserId>,
    from: Option<HistoryCursor>,
    limit: Option<i64>,
) -> Result<HistoryPage, Error> {
    let limit = limit.map(PageLimit);
    let page = match owner {
        Owner::Partner => {
            let send = |client: Client| async move {
                client
                    .get_partner_history(from.as_ref(), limit.as_ref())
                    .await
            };
            cx.read(OperationId::GetPartnerHistory, None, send).await?
        }
        Owner::User(user) => {
            let id = user.clone();
            let send = |client: Client| async move {
                client
                    .get_user_history(&id, from.as_ref(), limit.as_ref())
                    .await
            };
            let about = Some((user, Command::Act(UserAction::ReadHistory)));
            cx.read(OperationId::GetUserHistory, about, send).await?
        }
    };
    let entries = page.transactions.into_iter().map(HistoryEntry::from);
    Ok(HistoryPage {
        entries: entries.collect(),
        next: page.next_cursor,
    })
}

impl From<types::HistoryEntry> for HistoryEntry {
    fn from(wire: types::HistoryEntry) -> Self {
        Self {
            id: wire.id,
            kind: wire.type_,
            reference: wire.reference,
            amount: wire.amount,
            currency: wire.currency,
            created_at: wire.created_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages are read before it is noticed that the last `round` of them come again and again.
    fn noticed_after(straight: usize, round: usize) -> usize {
        let mut advance = Advance::default();
        (0..)
            .find(|page: &usize| {
                let page = match page.checked_sub(straight) {
                    Some(beyond) => straight + beyond % round,
                    None => *page,
                };
                !advance.to(&HistoryCursor(page.to_string()))
            })
            .unwrap()
    }

    #[test]
    fn a_circle_of_pages_is_noticed_and_a_long_way_is_none() {
        for straight in 0..40 {
            for round in 1..20 {
                let pages = noticed_after(straight, round);
                assert!(
                    pages <= 3 * (straight + round).max(1),
                    "{straight} {round}: {pages}"
                );
            }
        }
        let mut advance = Advance::default();
        for page in 0..10_000 {
            assert!(advance.to(&HistoryCursor(page.to_string())));
        }
    }
}
