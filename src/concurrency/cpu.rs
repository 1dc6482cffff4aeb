//! The CPU pool: a fixed number of threads for work that computes, in the order in which it was given.

use super::{Panicked, gate::Gauge, gate::Usage};
use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
};
use tokio::sync::oneshot;

/// Exactly `n` threads. Dropping it lets work that has begun end.
#[derive(Debug)]
pub struct CpuPool {
    pool: rayon::ThreadPool,
    gauge: Gauge,
}

impl CpuPool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(threads: NonZeroUsize) -> std::io::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.get())
            .thread_name(|i| format!("cpu-{i}"))
            .build()
            .map_err(std::io::Error::other)?;
        Ok(Self { pool, gauge: Gauge::default() })
    }

    /// Runs work on the pool and waits for it.
    ///
    /// # Errors
    /// When the work panicked; the pool goes on.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let (send, receive) = oneshot::channel();
        let gauge = self.gauge.clone();
        self.pool.spawn_fifo(move || {
            let counted = gauge.enter();
            let outcome = catch_unwind(AssertUnwindSafe(work))
                .map_err(|payload| Panicked::from_payload(payload.as_ref()));
            drop(counted);
            // Nobody listens any more when the run was cancelled.
            drop(send.send(outcome));
        });
        receive.await.unwrap_or_else(|_| Err(Panicked("the work was dropped".into())))
    }

    /// Does something once on every thread, before any work given later, and waits for none of it.
    pub fn on_each_thread(&self, work: impl Fn() + Send + Sync + 'static) {
        self.pool.spawn_broadcast(move |_| work());
    }

    /// Does two things at once, where there are two threads.
    pub fn both<A: Send, B: Send>(
        &self,
        first: impl FnOnce() -> A + Send,
        second: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        self.pool.join(first, second)
    }

    /// The number of threads, and the most that were busy at once.
    pub fn usage(&self) -> Usage {
        Usage { limit: self.pool.current_num_threads(), peak: self.gauge.peak() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::{Arc, Barrier};

    #[tokio::test]
    async fn as_many_threads_as_asked_for_are_busy_and_no_more() {
        let pool = CpuPool::new(NonZeroUsize::new(3).unwrap()).unwrap();
        // Nobody leaves before three are inside: with fewer threads this would never end.
        let barrier = Arc::new(Barrier::new(3));
        let done = join_all((0..9).map(|i| {
            let barrier = Arc::clone(&barrier);
            pool.run(move || {
                barrier.wait();
                i
            })
        }))
        .await;
        assert_eq!(done.into_iter().map(Result::unwrap).collect::<Vec<_>>(), (0..9).collect::<Vec<_>>());
        assert_eq!(pool.usage(), Usage { limit: 3, peak: 3 });
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_pool_goes_on() {
        let pool = CpuPool::new(NonZeroUsize::MIN).unwrap();
        assert_eq!(pool.run(|| panic!("lost") as ()).await, Err(Panicked("lost".into())));
        assert_eq!(pool.run(|| 1).await, Ok(1));
    }
}
