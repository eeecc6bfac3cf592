//! The plain text with which the provider turns away a caller it does not know.

/// Why HTTP 401 came back (`authentication-1298787m0`). Its body is text, not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessDenied {
    /// No key was sent.
    NoKey,
    /// The key is wrong.
    WrongKey,
    /// The caller's address is not on the allow-list; production only.
    AddressNotAllowed,
}

impl AccessDenied {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::NoKey, Self::WrongKey, Self::AddressNotAllowed];

    /// The body of the answer.
    pub const fn body(self) -> &'static str {
        match self {
            Self::NoKey => "Access Denied. xo1",
            Self::WrongKey => "Access Denied. xo2",
            Self::AddressNotAllowed => "Access Denied. xo3",
        }
    }

    /// What is wrong.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NoKey => "the provider saw no key",
            Self::WrongKey => "the key is not one of this environment",
            Self::AddressNotAllowed => "the address of this machine is not on the allow-list",
        }
    }

    /// The reason in a body, wherever in it the mark stands.
    pub fn in_body(body: &str) -> Option<Self> {
        let mark = |denied: &Self| {
            denied
                .body()
                .rsplit(' ')
                .next()
                .is_some_and(|mark| body.contains(mark))
        };
        Self::ALL.iter().copied().find(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_body_is_recognised_and_others_are_not() {
        for denied in AccessDenied::ALL {
            assert_eq!(AccessDenied::in_body(denied.body()), Some(*denied));
            assert_eq!(
                AccessDenied::in_body(&format!("{}\n", denied.body())),
                Some(*denied)
            );
        }
        assert_eq!(AccessDenied::in_body("Access Denied."), None);
    }
}
