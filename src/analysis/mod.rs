//! Datasets → facts and findings: what changed, what peaked, who has which share, and why. Pure; no words.
