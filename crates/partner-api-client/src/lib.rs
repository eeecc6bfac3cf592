//! Low-level client of the Partner API, generated from its specification.
