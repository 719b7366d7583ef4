//! Which controllers are alive, by our own clock alone: one whose number has not grown for so long as we were looking is dead. Pure.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often a controller says that it is alive, and looks who else is.
pub const BEAT: Duration = Duration::from_secs(3);
/// One that was not heard of for so long is dead.
pub const SILENCE: Duration = Duration::from_secs(15);
/// What a dead one left behind is removed after so long.
const FORGOTTEN: Duration = Duration::from_secs(3600);

/// What is known of a controller.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The number that it said last.
    beat: u64,
    /// How long we were looking and heard nothing new.
    silent: Duration,
}

/// Which controllers are alive.
#[derive(Debug, Default)]
pub struct Alive {
    known: BTreeMap<String, Seen>,
    looked: Option<Instant>,
}

impl Alive {
    /// At `now` these were there, each with the number that it said last. One that is not there any more has ended in order.
    ///
    /// Time in which nobody looked does not count: whoever was asleep, or could not reach the store, has heard nobody.
    pub fn look(&mut self, now: Instant, beats: &BTreeMap<String, u64>) {
        let since = self.looked.map_or(Duration::ZERO, |before| {
            now.saturating_duration_since(before).min(2 * BEAT)
        });
        self.looked = Some(now);
        self.known.retain(|name, _| beats.contains_key(name));
        for (name, &beat) in beats {
            let seen = self.known.entry(name.clone()).or_insert(Seen {
                beat,
                silent: Duration::ZERO,
            });
            match seen.beat == beat {
                true => seen.silent += since,
                false => {
                    *seen = Seen {
                        beat,
                        silent: Duration::ZERO,
                    };
                }
            }
        }
    }

    /// Whether that one is dead; `None` where it was not there when we last looked.
    pub fn is_dead(&self, name: &str) -> Option<bool> {
        self.known.get(name).map(|seen| seen.silent >= SILENCE)
    }

    /// Those that have been dead for long.
    pub fn forgotten(&self) -> Vec<String> {
        let dead = self.known.iter();
        dead.filter(|(_, seen)| seen.silent >= FORGOTTEN)
            .map(|(name, _)| name.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
        of.iter()
            .map(|(name, n)| ((*name).to_owned(), *n))
            .collect()
    }

    #[test]
    fn one_whose_number_does_not_grow_while_we_look_is_dead_and_lives_when_it_grows_again() {
        let (mut alive, start) = (Alive::default(), Instant::now());
        for look in 0..5 {
            alive.look(start + look * BEAT, &beats(&[("a", 7), ("b", look.into())]));
            assert_eq!(alive.is_dead("a"), Some(false), "look {look}");
        }
        alive.look(start + 5 * BEAT, &beats(&[("a", 7), ("b", 5)]));
        assert_eq!(
            (alive.is_dead("a"), alive.is_dead("b")),
            (Some(true), Some(false))
        );
        alive.look(start + 6 * BEAT, &beats(&[("a", 8), ("b", 6)]));
        assert_eq!(alive.is_dead("a"), Some(false));
    }

    #[test]
    fn time_in_which_we_did_not_look_kills_nobody() {
        let (mut alive, start) = (Alive::default(), Instant::now());
        alive.look(start, &beats(&[("a", 7)]));
        alive.look(start + Duration::from_secs(600), &beats(&[("a", 7)]));
        assert_eq!(alive.is_dead("a"), Some(false), "all of us may have slept");
    }

    #[test]
    fn one_that_has_ended_in_order_is_gone_at_once() {
        let (mut alive, start) = (Alive::default(), Instant::now());
        alive.look(start, &beats(&[("a", 7), ("b", 1)]));
        alive.look(start + BEAT, &beats(&[("b", 2)]));
        assert_eq!(alive.is_dead("a"), None);
    }
}
