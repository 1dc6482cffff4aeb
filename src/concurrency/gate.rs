//! A gate lets a number through at a time, in the order in which they asked, and remembers how full it was.
//!
//! The number is a ceiling. It can be lowered for a while and raised again ([`Gate::admit`]): whoever is inside stays,
//! and nobody enters until fewer are inside than the number says.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
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

/// Lets up to `ceiling` through at a time, first come, first served. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    places: Arc<Places>,
    gauge: Gauge,
}

#[derive(Debug)]
struct Places {
    ceiling: usize,
    free: Arc<Semaphore>,
    admitted: Mutex<Admitted>,
}

/// How many are let through now.
#[derive(Debug)]
struct Admitted {
    limit: usize,
    /// Places still taken that are not given back when they are left, since the limit was lowered.
    withdrawn: usize,
}

/// Leave to be inside a [`Gate`]; given back when dropped.
#[derive(Debug)]
pub struct Entered {
    _counted: Counted,
    permit: Option<OwnedSemaphorePermit>,
    places: Arc<Places>,
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
    /// A gate for `ceiling` at a time.
    pub fn new(ceiling: NonZeroUsize) -> Self {
        let ceiling = ceiling.get().min(Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(ceiling));
        let admitted = Mutex::new(Admitted { limit: ceiling, withdrawn: 0 });
        Self { places: Arc::new(Places { ceiling, free, admitted }), gauge: Gauge::default() }
    }

    /// Waits for a place. Whoever asks first enters first.
    pub async fn enter(&self) -> Entered {
        // The semaphore is never closed, so that there always is a permit.
        let permit = Arc::clone(&self.places.free).acquire_owned().await.ok();
        Entered { _counted: self.gauge.enter(), permit, places: Arc::clone(&self.places) }
    }

    /// From now on lets `limit` through at a time, at least one and at most the ceiling. Whoever is inside stays.
    pub fn admit(&self, limit: usize) {
        let limit = limit.clamp(1, self.places.ceiling);
        let mut admitted = self.places.admitted();
        if limit < admitted.limit {
            let fewer = admitted.limit - limit;
            admitted.withdrawn += fewer - self.places.free.forget_permits(fewer);
        } else {
            let more = limit - admitted.limit;
            let kept = more.min(admitted.withdrawn);
            admitted.withdrawn -= kept;
            self.places.free.add_permits(more - kept);
        }
        admitted.limit = limit;
    }

    /// The ceiling, and how full the gate has been.
    pub fn usage(&self) -> Usage {
        Usage { limit: self.places.ceiling, peak: self.gauge.peak() }
    }
}

impl Places {
    fn admitted(&self) -> std::sync::MutexGuard<'_, Admitted> {
        self.admitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut admitted = self.places.admitted();
        if admitted.withdrawn > 0
            && let Some(permit) = self.permit.take()
        {
            admitted.withdrawn -= 1;
            permit.forget();
        }
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

    #[tokio::test]
    async fn a_lowered_limit_holds_as_soon_as_places_are_left_and_a_raised_one_at_once() {
        let gate = Gate::new(NonZeroUsize::new(3).unwrap());
        let enters = || futures::FutureExt::now_or_never(gate.enter());
        let mut inside: Vec<_> = (0..3).map(|_| enters().unwrap()).collect();
        gate.admit(1);
        for _ in 0..2 {
            inside.pop();
            assert!(enters().is_none(), "{} inside and one more", inside.len());
        }
        inside.pop();
        inside.push(enters().unwrap());
        assert!(enters().is_none());
        gate.admit(2);
        inside.push(enters().unwrap());
        assert!(enters().is_none());
        // Lowered and raised again while the places are taken: none is lost, none is added.
        gate.admit(1);
        gate.admit(99);
        inside.push(enters().unwrap());
        assert!(enters().is_none());
        inside.clear();
        gate.admit(0);
        inside.push(enters().unwrap());
        assert!(enters().is_none());
        assert_eq!(gate.usage(), Usage { limit: 3, peak: 3 });
    }
}
