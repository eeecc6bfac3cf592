//! Documents: files that show who a user is and where the user lives, and hosted verifications.

use super::{
    Kyc, Oracle, Proof, User,
    clock::Due,
    rules::{Broken, Verdict},
};

/// When a hosted verification is approved by itself (ASSUMED).
const KYC_DELAY_MS: i64 = 1_000;
/// When a proof of address is accepted by itself (ASSUMED).
const PROOF_DELAY_MS: i64 = 1_000;

impl Oracle {
    pub(super) fn add_files(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        self.known(user, "add_kyc_files", &mut broken);
        self.pass(broken)?;
        self.user_mut(user).files = true;
        Ok(())
    }

    pub(super) fn add_proof(&mut self, user: &str) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.known(user, "add_poa_files", &mut broken) {
            broken.asks("poa", found.proof, "submit");
            let asked = self.terms.proof_countries.as_ref();
            let is_asked = asked.is_none_or(|asked| asked.contains(&found.country));
            broken.must(is_asked, "poa_must_be_asked");
            broken.must(found.proof != "waiting", "poa_must_not_be_pending");
            broken.must(found.proof != "approved", "poa_must_not_be_approved");
        }
        self.pass(broken)?;
        self.user_mut(user).proof = "waiting";
        self.schedule(PROOF_DELAY_MS, Due::Proof(user.to_owned()));
        Ok(())
    }

    pub(super) fn decide_proof(&mut self, user: &str, decision: Proof) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.there(user, &mut broken) {
            broken.asks("poa", found.proof, decision.word());
            broken.must(found.proof == "waiting", "poa_must_be_pending");
        }
        self.pass(broken)?;
        self.user_mut(user).proof = match decision {
            Proof::Approve => "approved",
            Proof::Reject => "rejected",
            Proof::Question => "questioned",
        };
        Ok(())
    }

    /// One at a time, and none after one was approved (ASSUMED); the partner pays.
    pub(super) fn start_kyc(&mut self, user: &str, key: &str) -> Verdict {
        let mut broken = Broken::default();
        if let Some(found) = self.known(user, "start_kyc", &mut broken) {
            let last = found.last_kyc.as_ref().map(|key| self.kycs[key].status);
            let is_open = matches!(last, None | Some("rejected"));
            broken.must(is_open, "kyc_must_be_open");
        }
        let fee = self.terms.kyc_fee();
        broken.must(fee <= self.balance(&None, "eur"), "funds_must_suffice");
        self.pass(broken)?;
        let leg = ("partner", "fees", "eur", fee);
        self.books.book("KYC_FEE", key, &[leg]);
        self.user_mut(user).last_kyc = Some(key.to_owned());
        let kyc = Kyc {
            user: user.to_owned(),
            status: "pending",
        };
        self.kycs.insert(key.to_owned(), kyc);
        self.schedule(KYC_DELAY_MS, Due::Kyc(key.to_owned()));
        Ok(())
    }

    pub(super) fn decide_kyc(&mut self, key: &str, approved: bool) -> Verdict {
        let mut broken = Broken::default();
        let found = self.kycs.get(key);
        broken.must(found.is_some(), "kyc_must_exist");
        if let Some(found) = found {
            let action = if approved { "approve" } else { "reject" };
            broken.asks("kyc", found.status, action);
            self.there(&found.user, &mut broken);
            broken.must(found.status == "pending", "kyc_must_be_pending");
        }
        self.pass(broken)?;
        let found = self.kycs.get_mut(key).expect("the rules have found it");
        found.status = if approved { "approved" } else { "rejected" };
        Ok(())
    }

    pub(super) fn open_kyc(&mut self, user: &str, key: &str) -> Verdict {
        let mut broken = Broken::default();
        if self.known(user, "read_kyc", &mut broken).is_some() {
            let found = self.kycs.get(key).filter(|kyc| kyc.user == user);
            broken.must(found.is_some(), "kyc_must_exist");
        }
        self.pass(broken)
    }

    pub(super) fn has_approved_kyc(&self, user: &User) -> bool {
        let last = user.last_kyc.as_ref();
        last.is_some_and(|key| self.kycs[key].status == "approved")
    }
}
