//! Spreads files over threads: each thread takes the next file that nobody has taken.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads are of use for `items`; `wanted` 0 is one for each core.
pub fn useful(wanted: usize, items: usize) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    let wanted = if wanted == 0 { cores() } else { wanted };
    wanted.clamp(1, items.max(1))
}

/// Runs `work` on `threads` threads at once; each gets a function that hands out the numbers of items, each once.
pub fn share<T: Send>(
    items: usize,
    threads: usize,
    work: impl Fn(&dyn Fn() -> Option<usize>) -> T + Sync,
) -> Vec<T> {
    let taken = AtomicUsize::new(0);
    let next = || {
        let number = taken.fetch_add(1, Ordering::Relaxed);
        (number < items).then_some(number)
    };
    let threads = useful(threads, items);
    if threads == 1 {
        return vec![work(&next)];
    }
    std::thread::scope(|scope| {
        let spawn = |_| scope.spawn(|| work(&next));
        let handles: Vec<_> = (0..threads).map(spawn).collect();
        let joined = handles.into_iter().map(|handle| match handle.join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

/// Applies a function to each item; every thread makes one of its own with `worker`. Answers come in the items' order.
pub fn each<I: Sync, T: Send, W: FnMut(usize, &I) -> T>(
    items: &[I],
    threads: usize,
    worker: impl Fn() -> W + Sync,
) -> Vec<T> {
    let answers: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(items.len()));
    share(items.len(), threads, |next| {
        let mut worker = worker();
        while let Some(number) = next() {
            let answer = worker(number, &items[number]);
            let mut answers = answers
                .lock()
                .expect("no thread panics while it holds the lock");
            answers.push((number, answer));
        }
    });
    let mut answers = answers.into_inner().expect("no thread panicked");
    answers.sort_unstable_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_taken_once_and_answers_keep_the_order() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [0, 1, 3, 2000] {
            let answers = each(&items, threads, || {
                |number, item: &usize| (number, *item * 2)
            });
            assert!(answers.iter().enumerate().all(|(i, a)| *a == (i, 2 * i)));
            assert_eq!(answers.len(), 1000);
        }
        assert!(each(&[], 4, || |_, _: &u8| 0).is_empty());
    }
}
