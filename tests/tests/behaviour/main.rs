//! What the provider does: random stories against the oracle, many clients at once, and killed processes.

mod background;
mod concurrent;
mod crash;
mod deliveries;
mod found;
mod guard;
mod invariants;
mod limits;
mod missed;
mod model;
mod onboarding;
mod received;
mod rest;
mod restore;
mod stories;
mod told;
