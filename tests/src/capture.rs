//! Catches every trace of this process as text, to search it for what must never be in a log.

use std::{
    fmt::{Debug, Write as _},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Everything that was traced since [`start`].
static TRACED: OnceLock<Mutex<String>> = OnceLock::new();

/// Catches from now on; once a process.
pub fn start() {
    if TRACED.set(Mutex::default()).is_ok() {
        tracing::subscriber::set_global_default(Capture(AtomicU64::new(1)))
            .expect("nobody else listens");
    }
}

/// What was caught.
pub fn traced() -> String {
    traced_text()
        .lock()
        .expect("nothing panics while it is held")
        .clone()
}

fn traced_text() -> &'static Mutex<String> {
    TRACED.get().expect("capture has started")
}

struct Capture(AtomicU64);

struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

fn note(metadata: &Metadata<'_>, record: impl FnOnce(&mut Text<'_>)) {
    let mut traced = traced_text()
        .lock()
        .expect("nothing panics while it is held");
    let _ = write!(
        traced,
        "\n{} {} {}",
        metadata.level(),
        metadata.target(),
        metadata.name()
    );
    record(&mut Text(&mut traced));
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        note(span.metadata(), |text| span.record(text));
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Text(
            &mut traced_text()
                .lock()
                .expect("nothing panics while it is held"),
        ));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        note(event.metadata(), |text| event.record(text));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
