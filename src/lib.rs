//! `kamslides` turns one merchant's data into a business-review deck.
//!
//! Data flows one way. The modules are listed in the order in which they may know each other: a module may name only
//! modules above it in this list, and a test (`tests/it/architecture.rs`) enforces it. `docs/architecture.md` is the map.

pub mod domain;
pub mod failure;
pub mod message;
pub mod secret;

pub mod event;
pub mod concurrency;
pub mod artifact;
pub mod format;
pub mod text;
pub mod package;
pub mod template;
pub mod decode;
pub mod store;
pub mod mcp;
pub mod llm;
pub mod request;
pub mod retrieve;
pub mod dataset;
pub mod analysis;
pub mod narrative;
pub mod chart;
pub mod gallery;
pub mod report;
pub mod deck;
pub mod config;
pub mod pipeline;
pub mod cli;
