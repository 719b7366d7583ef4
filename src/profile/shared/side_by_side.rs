//! Several at a time: a store far away answers slowly, and to many as slowly as to one.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many at a time.
const THREADS: usize = 8;

/// Does `work` with each of `items`; the results in their order.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || -> Vec<(usize, R)> {
        let taken = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            Some((at, work(items.get(at)?)))
        });
        taken.collect()
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS.min(items.len()))
            .map(|_| scope.spawn(take))
            .collect();
        let joined = threads.into_iter().map(|thread| {
            let results = thread.join();
            results.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.flatten().collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn every_item_is_done_once_and_results_keep_their_order() {
        let items: Vec<usize> = (0..1000).collect();
        let squares = side_by_side(&items, |item| item * item);
        let expected: Vec<usize> = items.iter().map(|item| item * item).collect();
        assert_eq!(squares, expected);
        assert!(side_by_side(&[], |item: &u8| *item).is_empty());
    }
}
