//! HTTP policy for generated clients: deadlines, retries, redaction.
