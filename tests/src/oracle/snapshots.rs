//! Everything saved, and put back.

use std::mem;

use super::{
    Oracle, Standing,
    rules::{Broken, Verdict},
};

impl Oracle {
    /// What was saved, by key.
    pub fn snapshots(&self) -> Vec<&String> {
        self.saved.keys().collect()
    }

    pub(super) fn save(&mut self, key: &str) {
        let saved = mem::take(&mut self.saved);
        let copy = Box::new(self.clone());
        self.saved = saved;
        self.saved.insert(key.to_owned(), copy);
    }

    /// Everything is as it was when it was saved. Refused where somebody would come back whose data was erased since,
    /// unless that is meant.
    pub(super) fn restore(&mut self, key: &str, erased: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.saved.get(key);
        broken.must(found.is_some(), "input_must_be_well_formed");
        if let Some(found) = found {
            let mut users = found.users.values();
            let brings_back =
                users.any(|it| it.standing != Standing::Closed && self.erased.contains(&it.person));
            broken.must(erased || !brings_back, "input_must_be_well_formed");
        }
        self.pass(broken)?;
        let past = self.saved[key].clone();
        let last = mem::replace(self, *past);
        // What does not belong to the sandbox: saved files, and what is known of all that ever was.
        self.saved = last.saved;
        self.erased = last.erased;
        self.people = last.people;
        self.reached = last.reached;
        self.market.remember(last.market);
        Ok(())
    }
}
