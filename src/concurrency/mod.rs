//! The only owner of parallelism: how many at once, the CPU pool, retries, deadlines and cancellation.
//!
//! Nothing here knows of servers, requests or charts. Everything that runs at the same time as something else does so
//! through this module, so that every limit and every peak can be found in one place.

mod clock;
mod cpu;
mod gate;
mod limits;
mod pipe;
mod retry;
mod room;
mod signals;
mod stop;
mod task;

pub use clock::{Span, now_ms};
pub use cpu::CpuPool;
pub use gate::{Entered, Gate, Gauge, Usage};
pub use limits::Limits;
pub use pipe::{Inlet, pipe};
pub use retry::{Next, Retry};
pub use room::{Full, Room, Seat};
pub use signals::watch as watch_signals;
pub use stop::{Stop, StopReason};
pub use task::{Panicked, Task, blocking, runtime, spawn};
