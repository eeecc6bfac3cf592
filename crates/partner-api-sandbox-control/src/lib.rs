//! Client of the sandbox's control API, generated from its specification.
