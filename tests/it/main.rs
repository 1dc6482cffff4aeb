//! The one integration test binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod agent;
mod answers;
mod architecture;
mod bad_input;
mod bindings;
mod charts;
mod cli;
mod config;
mod deck;
mod faults;
mod gallery;
mod decode;
mod narrative;
mod pipeline;
mod retrieval;
mod servers;
mod store;
mod support;
