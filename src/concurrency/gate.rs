//! A gate lets a fixed number through at a time, in the order in which they asked, and remembers how full it was.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Counts how many are inside and remembers the most there ever were. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct Gauge(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    inside: AtomicUsize,
    peak: AtomicUsize,
}

impl Gauge {
    /// Counts one more, until the guard is dropped.
    pub fn enter(&self) -> Counted {
        let inside = self.0.inside.fetch_add(1, Ordering::Relaxed) + 1;
        self.0.peak.fetch_max(inside, Ordering::Relaxed);
        Counted(Arc::clone(&self.0))
    }

    /// The most that were ever inside at once.
    pub fn peak(&self) -> usize {
        self.0.peak.load(Ordering::Relaxed)
    }
}

/// One that a [`Gauge`] counts; leaves when dropped.
#[derive(Debug)]
pub struct Counted(Arc<Counts>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lets `limit` through at a time, first come, first served. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    limit: usize,
    permits: Arc<Semaphore>,
    gauge: Gauge,
}

/// Leave to be inside a [`Gate`]; given back when dropped.
#[derive(Debug)]
pub struct Entered {
    _counted: Counted,
    _permit: Option<OwnedSemaphorePermit>,
}

/// What a limit was, and how far it was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// At most so many at once.
    pub limit: usize,
    /// So many were inside at once when it was fullest.
    pub peak: usize,
}

impl Gate {
    /// A gate for `limit` at a time.
    pub fn new(limit: NonZeroUsize) -> Self {
        let limit = limit.get().min(Semaphore::MAX_PERMITS);
        Self { limit, permits: Arc::new(Semaphore::new(limit)), gauge: Gauge::default() }
    }

    /// Waits for a place. Whoever asks first enters first.
    pub async fn enter(&self) -> Entered {
        // The semaphore is never closed, so that there always is a permit.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        Entered { _counted: self.gauge.enter(), _permit: permit }
    }

    /// The limit, and how full the gate has been.
    pub fn usage(&self) -> Usage {
        Usage { limit: self.limit, peak: self.gauge.peak() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::Mutex;

    #[tokio::test]
    async fn no_more_than_the_limit_enter_and_in_order() {
        let gate = Gate::new(NonZeroUsize::new(3).unwrap());
        let order = Mutex::new(Vec::new());
        join_all((0..10).map(|i| {
            let (gate, order) = (&gate, &order);
            async move {
                let _inside = gate.enter().await;
                order.lock().unwrap().push(i);
                tokio::task::yield_now().await;
            }
        }))
        .await;
        assert_eq!(gate.usage(), Usage { limit: 3, peak: 3 });
        assert_eq!(order.into_inner().unwrap(), (0..10).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn one_who_gives_up_waiting_takes_no_place() {
        let gate = Gate::new(NonZeroUsize::MIN);
        let inside = gate.enter().await;
        drop(Box::pin(gate.enter()));
        drop(inside);
        drop(gate.enter().await);
        assert_eq!(gate.usage().peak, 1);
    }
}
