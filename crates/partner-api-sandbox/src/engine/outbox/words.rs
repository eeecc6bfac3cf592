//! The words of deliveries, for rows and for the control API.

/// A text is none of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known words")]
pub struct UnknownWord;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                let mut all = Self::ALL.iter().copied();
                all.find(|it| it.as_str() == word).ok_or(UnknownWord)
            }
        }
    };
}

words! {
    /// Where a delivery stands.
    DeliveryState {
        /// An attempt is still to be made.
        Waiting = "WAITING",
        /// The receiver acknowledged it.
        Delivered = "DELIVERED",
        /// The last attempt failed.
        GivenUp = "GIVEN_UP",
        /// It was not sent: it was lost on purpose, or what its body would say was erased.
        Dropped = "DROPPED",
    }
}

words! {
    /// Why an attempt got no answer.
    Failure {
        /// Nobody listens there, or the connection broke.
        Connection = "CONNECTION",
        /// The answer took too long.
        Timeout = "TIMEOUT",
    }
}

words! {
    /// What is done wrong with a delivery on purpose.
    Mischief {
        /// It is sent twice.
        Duplicate = "DUPLICATE",
        /// It is sent later, and what follows it waits.
        Late = "LATE",
        /// It is sent later, and what follows it overtakes it.
        Reordered = "REORDERED",
        /// It is not sent.
        Dropped = "DROPPED",
        /// It carries another secret.
        WrongSecret = "WRONG_SECRET",
        /// Half of its body is missing.
        Truncated = "TRUNCATED",
    }
}
