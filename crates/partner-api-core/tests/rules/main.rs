//! What the rules promise: told as stories, visited cell by cell, and searched by random plans.
//!
//! | Module | Holds |
//! |---|---|
//! | [`stories`] | `stories/*.story`, each a table of commands and outcomes; also told to the sandbox, by another suite |
//! | [`rows`] | a story as rows of words; for any suite to include |
//! | [`cells`] | standing x verification x command, every cell, written out in `cells.txt` |
//! | [`invariants`], [`limits`] | L1 to L14 under random plans, a test each |
//! | [`onboarding`] | what is given about a person, field by field |
//! | [`guard`] | what a client may conclude from a standing, and what a store must load for a command |
//! | [`tables`] | the shape of the transition tables, the rules' names and the refusals' texts |
//! | [`world`], [`people`], [`plan`], [`verdict`], [`books`] | a whole small world, how it is walked, and what is expected of it |

mod books;
mod cells;
mod guard;
mod invariants;
mod limits;
mod onboarding;
mod people;
mod plan;
mod rows;
mod stories;
mod tables;
mod verdict;
mod world;
