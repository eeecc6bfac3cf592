//! The words of deliveries, for rows and for the control API.

use crate::words::words;

words! {
    /// Where a delivery stands.
    pub DeliveryState {
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
    pub Failure {
        /// Nobody listens there, or the connection broke.
        Connection = "CONNECTION",
        /// The answer took too long.
        Timeout = "TIMEOUT",
    }
}

words! {
    /// What is done wrong with a delivery on purpose.
    pub Mischief {
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
