//! The embedded data: orders and their roll-ups in SQLite; import, demo data, and metric queries.
