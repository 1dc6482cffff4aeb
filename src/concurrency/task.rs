//! Tasks, blocking work, and the runtime they run on.

use std::{any::Any, io};
use tokio_util::task::AbortOnDropHandle;

/// Threads of the runtime. The work on it is waiting; drawing has its own pool.
const RUNTIME_THREADS: usize = 2;

/// Threads for work that blocks, at most: database queries of the embedded server.
const BLOCKING_THREADS: usize = 16;

/// A task that panicked, with what it said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a task failed unexpectedly: {0}")]
pub struct Panicked(pub String);

impl Panicked {
    /// From the payload of a caught panic.
    pub(super) fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        Self(
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into()),
        )
    }
}

/// A task started by [`spawn`]. Dropping it ends the task.
#[derive(Debug)]
pub struct Task<T>(AbortOnDropHandle<T>);

impl<T> Task<T> {
    /// Waits for the task's result.
    ///
    /// # Errors
    /// When the task panicked.
    pub async fn join(self) -> Result<T, Panicked> {
        joined(self.0.await)
    }
}

/// Starts a task on the current runtime.
pub fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Task(AbortOnDropHandle::new(tokio::spawn(future)))
}

/// Runs work that blocks, such as a database query, away from the runtime's own threads.
///
/// # Errors
/// When the work panicked.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Panicked> {
    joined(tokio::task::spawn_blocking(work).await)
}

fn joined<T>(outcome: Result<T, tokio::task::JoinError>) -> Result<T, Panicked> {
    outcome.map_err(|error| match error.try_into_panic() {
        Ok(payload) => Panicked::from_payload(payload.as_ref()),
        Err(_) => Panicked("the runtime is shutting down".into()),
    })
}

/// The runtime of the process.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(RUNTIME_THREADS)
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        runtime().unwrap().block_on(async {
            let outcome = spawn(async { panic!("lost {}", 1) as () }).join().await;
            assert_eq!(outcome, Err(Panicked("lost 1".into())));
            assert_eq!(blocking(|| panic!("lost") as ()).await, Err(Panicked("lost".into())));
            assert_eq!(blocking(|| 7).await, Ok(7));
        });
    }
}
