//! Captures every trace event and span of a thread as text.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// All that was traced, one line an entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace(Arc<Mutex<String>>);

impl Trace {
    /// Captures on this thread until the guard is dropped.
    pub(crate) fn capture() -> (Self, tracing::subscriber::DefaultGuard) {
        // A callsite that another thread meets first while this is the only subscriber would be held to interest nobody, for
        // ever. Somebody who is there for every thread keeps it of interest.
        static LISTENER: Once = Once::new();
        LISTENER.call_once(|| {
            tracing::subscriber::set_global_default(Listener).expect("nobody else listens");
        });
        let trace = Self::default();
        let guard = tracing::subscriber::set_default(trace.clone());
        (trace, guard)
    }

    pub(crate) fn text(&self) -> String {
        self.0
            .lock()
            .expect("no test panics while it holds this")
            .clone()
    }

    fn line(&self, write: impl FnOnce(&mut Line<'_>)) {
        let mut text = self.0.lock().expect("no test panics while it holds this");
        write(&mut Line(&mut text));
        text.push('\n');
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Trace {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(|line| {
            line.0.push_str(span.metadata().name());
            span.record(line);
        });
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.line(|line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line(|line| {
            line.0.push_str(event.metadata().target());
            event.record(line);
        });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Is interested in everything, and keeps nothing.
struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
