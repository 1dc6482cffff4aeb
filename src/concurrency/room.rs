//! A room of fixed size that several share, each of whom may come to need more: the tokens of a batch's conversations.
//!
//! Unlike a [`Gate`](super::Gate), whoever is inside keeps what it has while it waits for more, so that all could wait
//! for each other for ever. The one who would be the last to wait is turned away instead, and leaves room to the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The room. Clones are the same room.
#[derive(Debug, Clone)]
pub struct Room {
    size: usize,
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    used: usize,
    peak: usize,
    seats: usize,
    /// Seats that have looked since the last change and found too little.
    waiting: usize,
    /// Counts the changes.
    change: u64,
}

/// A place in a [`Room`]; what it holds is given back when it is dropped.
#[derive(Debug)]
pub struct Seat {
    room: Room,
    held: usize,
}

/// There is not enough room, nor will there be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// More than the whole room.
    #[error("more than the whole room")]
    TooLarge,
    /// Everybody else waits too.
    #[error("everybody else waits too")]
    Stuck,
}

impl Room {
    /// An empty room.
    pub fn new(size: usize) -> Self {
        Self { size, state: Arc::default(), changed: Arc::default() }
    }

    /// A seat that holds nothing yet.
    pub fn seat(&self) -> Seat {
        self.lock().seats += 1;
        Seat { room: self.clone(), held: 0 }
    }

    /// The most that was ever held at once.
    pub fn peak(&self) -> usize {
        self.lock().peak
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that everybody should look again.
    fn changed(&self, state: &mut State) {
        state.waiting = 0;
        state.change += 1;
        self.changed.notify_waiters();
    }
}

impl Seat {
    /// Waits until this seat holds `size` in all.
    ///
    /// # Errors
    /// When `size` is more than the room, or when everybody in the room would wait. The seat then holds what it held.
    pub async fn hold(&mut self, size: usize) -> Result<(), Full> {
        if size > self.room.size {
            return Err(Full::TooLarge);
        }
        loop {
            let changed = self.room.changed.notified();
            tokio::pin!(changed);
            // Before looking, so that no change between looking and waiting is missed.
            changed.as_mut().enable();
            let waiting = {
                let mut state = self.room.lock();
                let used = state.used - self.held + size;
                if used <= self.room.size {
                    let less = used < state.used;
                    state.used = used;
                    state.peak = state.peak.max(used);
                    self.held = size;
                    if less {
                        self.room.changed(&mut state);
                    }
                    return Ok(());
                }
                if state.waiting + 1 >= state.seats {
                    return Err(Full::Stuck);
                }
                state.waiting += 1;
                Waiting { room: &self.room, change: state.change }
            };
            changed.await;
            drop(waiting);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.room.lock();
        state.used -= self.held;
        state.seats -= 1;
        self.room.changed(&mut state);
    }
}

/// One that waits; counted until it stops waiting or the room changes.
struct Waiting<'a> {
    room: &'a Room,
    change: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.room.lock();
        if state.change == self.change {
            state.waiting -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use proptest::prelude::*;

    #[tokio::test]
    async fn who_waits_gets_room_when_another_leaves() {
        let room = Room::new(100);
        let (mut first, mut second) = (room.seat(), room.seat());
        first.hold(60).await.unwrap();
        let waits = second.hold(60);
        tokio::pin!(waits);
        assert!(futures::poll!(waits.as_mut()).is_pending());
        drop(first);
        assert_eq!(waits.await, Ok(()));
        assert_eq!(room.peak(), 60);
    }

    #[tokio::test]
    async fn who_shrinks_makes_room() {
        let room = Room::new(100);
        let (mut first, mut second) = (room.seat(), room.seat());
        first.hold(60).await.unwrap();
        let waits = second.hold(60);
        tokio::pin!(waits);
        assert!(futures::poll!(waits.as_mut()).is_pending());
        first.hold(40).await.unwrap();
        assert_eq!(waits.await, Ok(()));
    }

    #[tokio::test]
    async fn the_last_to_wait_is_turned_away_and_the_others_go_on() {
        let room = Room::new(100);
        let (mut first, mut second) = (room.seat(), room.seat());
        first.hold(50).await.unwrap();
        second.hold(50).await.unwrap();
        let waits = first.hold(60);
        tokio::pin!(waits);
        assert!(futures::poll!(waits.as_mut()).is_pending());
        assert_eq!(second.hold(60).await, Err(Full::Stuck));
        drop(second);
        assert_eq!(waits.await, Ok(()));
        let mut alone = room.seat();
        assert_eq!(alone.hold(101).await, Err(Full::TooLarge));
    }

    #[tokio::test]
    async fn one_who_gives_up_waiting_does_not_count() {
        let room = Room::new(100);
        let (mut first, mut second, mut third) = (room.seat(), room.seat(), room.seat());
        first.hold(80).await.unwrap();
        {
            let waits = second.hold(50);
            tokio::pin!(waits);
            assert!(futures::poll!(waits.as_mut()).is_pending());
        }
        // Only two of three wait: the first goes on.
        let waits = third.hold(50);
        tokio::pin!(waits);
        assert!(futures::poll!(waits.as_mut()).is_pending());
        drop(first);
        assert_eq!(waits.await, Ok(()));
    }

    proptest! {
        #[test]
        fn never_more_than_the_room_and_nobody_waits_for_ever(
            size in 1_usize..200,
            wants in prop::collection::vec(prop::collection::vec(0_usize..120, 1..6), 1..6),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let room = Room::new(size);
            let ends = runtime.block_on(async {
                let all = join_all(wants.iter().map(|steps| {
                    let mut seat = room.seat();
                    async move {
                        for step in steps {
                            seat.hold(*step).await?;
                            tokio::task::yield_now().await;
                        }
                        Ok::<_, Full>(())
                    }
                }));
                tokio::time::timeout(std::time::Duration::from_secs(20), all).await
            });
            let ends = ends.expect("somebody waits for ever");
            prop_assert!(room.peak() <= size);
            prop_assert_eq!(room.lock().used, 0);
            for (end, steps) in ends.iter().zip(&wants) {
                let fits = steps.iter().all(|step| *step <= size);
                prop_assert!(fits || end.is_err());
            }
            // Whoever is alone is turned away only for wanting more than the room.
            if let [steps] = &wants[..] {
                prop_assert_eq!(ends[0].is_ok(), steps.iter().all(|step| *step <= size));
            }
        }
    }
}
