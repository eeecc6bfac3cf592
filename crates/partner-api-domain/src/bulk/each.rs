//! So many at a time: the loop that every bulk work goes through.

use std::future::Future;
use std::ops::ControlFlow;

use tokio::task::JoinSet;

use super::Stop;

/// Does something to each item, with at most `at_once` under way, and tells each result as it comes. After `stop`, or once `tell`
/// breaks, nothing is begun any more, and what is under way ends. Dropping the future aborts what is under way.
pub(super) async fn each<T, R, F>(
    at_once: usize,
    stop: &Stop,
    items: impl Iterator<Item = T>,
    begin: impl Fn(T) -> F,
    mut tell: impl FnMut(R) -> ControlFlow<()>,
) where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let mut items = items.fuse();
    let mut under_way = JoinSet::new();
    let mut goes_on = true;
    loop {
        while goes_on && !stop.is_told() && under_way.len() < at_once {
            match items.next() {
                Some(item) => under_way.spawn(begin(item)),
                None => break,
            };
        }
        match under_way.join_next().await {
            None => return,
            Some(Ok(result)) => goes_on &= tell(result).is_continue(),
            // Nobody aborts them, so it panicked; so do we.
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn no_more_than_that_many_are_under_way_and_each_is_told_once() {
        for at_once in [1, 3, 100] {
            let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let begin = |item: usize| {
                let (now, most) = (Arc::clone(&now), Arc::clone(&most));
                async move {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    now.fetch_sub(1, Ordering::SeqCst);
                    item
                }
            };
            let mut told = Vec::new();
            each(at_once, &Stop::default(), 0..50, begin, |item| {
                told.push(item);
                ControlFlow::Continue(())
            })
            .await;
            told.sort_unstable();
            assert_eq!(told, (0..50).collect::<Vec<_>>());
            assert_eq!(most.load(Ordering::SeqCst), at_once.min(50));
        }
    }

    #[tokio::test]
    async fn after_a_stop_what_is_under_way_still_ends_and_is_told() {
        for by_hand in [true, false] {
            let stop = Stop::default();
            let mut told = 0;
            let begin = |item: u32| async move { item };
            each(4, &stop, 0.., begin, |_| {
                told += 1;
                match by_hand {
                    true if told == 10 => stop.tell(),
                    false if told == 10 => return ControlFlow::Break(()),
                    _ => {}
                }
                ControlFlow::Continue(())
            })
            .await;
            assert_eq!(told, 13, "the tenth, and the three beside it");
        }
    }
}
