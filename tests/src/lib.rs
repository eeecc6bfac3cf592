//! Cross-layer suites.
