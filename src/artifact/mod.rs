//! Where files land: safe names, the lock, the staging folder and its publication in one step.
