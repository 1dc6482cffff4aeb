//! The one integration test binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod architecture;
mod bad_input;
mod bindings;
mod charts;
mod cli;
mod config;
mod deck;
mod narrative;
mod pipeline;
mod retrieval;
mod store;
mod support;
