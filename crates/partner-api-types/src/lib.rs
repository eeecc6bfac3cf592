//! Wire types of the Partner API, generated from its specification.
