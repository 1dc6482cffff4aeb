//! A pipe: one thread makes pieces, another uses them, and neither gets far ahead of the other.

use std::{panic::resume_unwind, sync::mpsc, thread};

/// Pieces that wait in a pipe, at most.
const WAITING: usize = 4;

/// The end of a pipe into which pieces are put.
#[derive(Debug)]
pub struct Inlet<T>(mpsc::SyncSender<T>);

impl<T> Inlet<T> {
    /// Puts a piece in and waits while the pipe is full. `false` when nobody will ever take it: stop making more.
    pub fn put(&self, piece: T) -> bool {
        self.0.send(piece).is_ok()
    }
}

/// Runs `produce` on this thread and `consume` on another, until both have ended, and returns what they returned. The
/// pieces end when `produce` drops its end. A panic of either goes on in the caller.
pub fn pipe<T: Send, P, C: Send>(
    produce: impl FnOnce(Inlet<T>) -> P,
    consume: impl FnOnce(mpsc::IntoIter<T>) -> C + Send,
) -> (P, C) {
    let (inlet, pieces) = mpsc::sync_channel(WAITING);
    thread::scope(|scope| {
        let consumer = scope.spawn(move || consume(pieces.into_iter()));
        let produced = produce(Inlet(inlet));
        let consumed = consumer.join().unwrap_or_else(|payload| resume_unwind(payload));
        (produced, consumed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_arrive_in_order() {
        let produce = |inlet: Inlet<u32>| (0..100).all(|piece| inlet.put(piece));
        let (all_put, taken) = pipe(produce, Iterator::collect::<Vec<_>>);
        assert!(all_put);
        assert_eq!(taken, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn who_makes_learns_that_nobody_takes_any_more() {
        let produce = |inlet: Inlet<u32>| (0..u32::MAX).all(|piece| inlet.put(piece));
        let (all_put, first) = pipe(produce, |mut pieces| pieces.next());
        assert!(!all_put);
        assert_eq!(first, Some(0));
    }
}
