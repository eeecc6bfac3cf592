//! Documents: files that show who a user is and where the user lives, and hosted verifications.

use super::{
    Document, Income, Kyc, Oracle, Paper, Papers, Photos, Proof, Questions, Scan, User,
    clock::Due,
    dates::{day, day_of},
    rules::{Broken, Verdict},
};

/// When a hosted verification is approved by itself (ASSUMED).
const KYC_DELAY_MS: i64 = 1_000;
/// When a proof of address is accepted by itself (ASSUMED).
const PROOF_DELAY_MS: i64 = 1_000;

/// How many files may show where a user lives.
const PROOF_FILES_MAX: usize = 3;

impl Document {
    /// Whether every part is what it says it is: a number, a country, a day.
    pub(super) fn is_well_formed(&self) -> bool {
        let is_country = self.issued_by.as_deref().is_none_or(is_country);
        is_country && self.until.as_deref().is_none_or(|text| day(text).is_some())
    }

    /// What each kind of document has to be like, for somebody who lives there (ASSUMED throughout). Where the
    /// residence is not known, nothing is said about it.
    pub(super) fn must_fit(&self, residence: Option<&str>, now: i64, broken: &mut Broken) {
        let shows = self.kind != Paper::Licence;
        broken.must(shows, "document_must_show_identity");
        let is_passport = self.kind == Paper::Passport;
        let lengths = if is_passport { 6..=9 } else { 5..=20 };
        let is_right = |it: char| it.is_ascii_alphanumeric() || it == '-' && !is_passport;
        let fits = lengths.contains(&self.number.len()) && self.number.chars().all(is_right);
        broken.must(fits, "document_number_must_fit_kind");
        if self.kind == Paper::Permit {
            let by = self.issued_by.as_deref();
            let at_home = by.is_some() && (residence.is_none() || by == residence);
            broken.must(at_home, "permit_must_be_of_residence");
            broken.must(self.until.is_some(), "permit_must_expire");
        }
        let last = self.until.as_deref().and_then(day);
        let is_valid = last.is_none_or(|last| day_of(now) <= last);
        broken.must(is_valid, "document_must_not_be_expired");
    }
}

impl Scan {
    fn must_be_taken(self, broken: &mut Broken) {
        broken.must(self != Self::Huge, "file_must_be_small_enough");
        let is_other = matches!(self, Self::Gif | Self::Empty);
        broken.must(!is_other, "file_must_be_of_taken_kind");
    }
}

impl Questions {
    /// A business has a tax number, a salary an occupation, and all but a business something more to tell; each of them
    /// is left out where it is not asked for.
    pub fn are_answered(&self) -> bool {
        let asked = match self.income {
            Income::Business => (true, false, false),
            Income::Salary => (false, true, true),
            Income::Family | Income::Other => (false, false, true),
        };
        (self.tax, self.occupation, self.more) == asked
    }
}

/// Whether a country has this code; of codes that stories use.
pub(super) fn is_country(code: &str) -> bool {
    !matches!(code, "ZZ" | "AA" | "EU" | "UK")
}

impl Oracle {
    pub(super) fn add_files(&mut self, user: &str, files: Photos) -> Verdict {
        let mut broken = Broken::default();
        if files.of == Paper::Licence {
            // Nothing else is looked at.
            broken.must(false, "document_must_show_identity");
            return self.pass(broken);
        }
        // A passport shows all on one page.
        let has_sides = files.back == (files.of != Paper::Passport);
        broken.must(has_sides, "input_must_be_well_formed");
        files.scan.must_be_taken(&mut broken);
        self.known(user, "add_kyc_files", &mut broken);
        self.pass(broken)?;
        self.user_mut(user).files = true;
        Ok(())
    }

    pub(super) fn add_proof(&mut self, user: &str, files: Papers) -> Verdict {
        let mut broken = Broken::default();
        let is_few = (1..=PROOF_FILES_MAX).contains(&files.count);
        broken.must(is_few, "input_must_be_well_formed");
        files.scan.must_be_taken(&mut broken);
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
    pub(super) fn start_kyc(&mut self, user: &str, key: &str, asked: &Questions) -> Verdict {
        let mut broken = Broken::default();
        broken.must(asked.are_answered(), "input_must_be_well_formed");
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
