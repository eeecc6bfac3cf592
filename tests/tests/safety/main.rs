//! Money safety: no movement twice and none forgotten, whatever fails.

mod crash;
mod lost;
mod steps;
