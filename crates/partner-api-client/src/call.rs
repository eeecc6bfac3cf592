//! What one call of the generated client carries with it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use partner_api_transport::{Call, CallOptions, Transport};

use crate::paths::Paths;
use crate::{Error, ErrorBodies};

/// What travels inside a generated [`Client`](crate::Client): transport, options of the call, and a
/// place for the typed error that progenitor has no room for. Made by [`Api`](crate::Api) only.
#[derive(Clone)]
pub struct CallContext {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: CallOptions,
    pub(crate) slot: Option<Arc<Slot>>,
}

pub(crate) struct Shared {
    pub(crate) transport: Transport<ErrorBodies>,
    pub(crate) paths: Paths,
}

/// How the last exchange of a call ended.
#[derive(Default)]
pub(crate) struct Slot(Mutex<Option<Ended>>);

pub(crate) enum Ended {
    /// With a successful answer after so many attempts.
    Answered { call: Call, attempts: u32 },
    /// With an error.
    Failed(Error),
}

impl Slot {
    pub(crate) fn put(&self, ended: Ended) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
    }

    pub(crate) fn take(&self) -> Option<Ended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("transport", &self.shared.transport)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
