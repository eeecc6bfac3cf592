//! Money safety: no movement twice and none forgotten, whatever fails.

mod books;
mod crash;
mod lost;
mod made;
mod steps;
