//! The only owner of parallelism: how many at once, the CPU pool, retries, deadlines and cancellation.
