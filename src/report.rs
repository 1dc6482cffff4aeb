//! What a run did, as `run.json` and as one line.
