//! The one integration test binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod agent;
mod architecture;
mod bad_input;
mod charts;
mod cli;
mod config;
mod deck;
mod narrative;
mod pipeline;
mod retrieval;
mod store;
mod support;
