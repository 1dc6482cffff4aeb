//! The only owner of parallelism: how many at once, the CPU pool, retries, server health, deadlines and cancellation.
//!
//! Nothing here knows what is asked of a server, nor of requests or charts. Each kind of work has limits of its own, so
//! that none can starve another: a [`ServerHealth`] for each server, a [`Gate`] for the language model, the [`CpuPool`]
//! for drawing. Everything that runs at the same time as something else does so through this module, so that every limit
//! and every peak can be found in one place.

mod breaker;
mod budget;
mod clock;
mod cpu;
mod gate;
mod health;
mod limits;
mod pipe;
mod retry;
mod retry_after;
mod room;
mod signals;
mod stop;
mod task;

pub use breaker::BreakerOptions;
pub use clock::{Span, now_ms};
pub use cpu::CpuPool;
pub use gate::{Entered, Gate, Gauge, Usage};
pub use health::{Leave, LeftAlone, ServerHealth};
pub use limits::Limits;
pub use pipe::{Inlet, pipe};
pub use retry::{GaveUp, Next, Retry, Tried};
pub use retry_after::retry_after;
pub use room::{Full, Room, Seat};
pub use signals::watch as watch_signals;
pub use stop::{Stop, StopReason};
pub use task::{Panicked, Task, blocking, runtime, spawn};
