//! Reads one profile with each reader into the same types, in turn, and prints megabytes a second and the ratio to skimming.

use std::borrow::Cow;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::IgnoredAny;

const ROUNDS: usize = 31;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
struct Profile<'a> {
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(borrow)]
    types: Vec<Type<'a>>,
    #[serde(borrow)]
    methods: Vec<Method<'a>>,
    #[serde(borrow, default)]
    call_count_profiles: Vec<Entry<'a>>,
    #[serde(borrow, default)]
    conditional_profiles: Vec<Entry<'a>>,
    #[serde(borrow, default)]
    virtual_invoke_profiles: Vec<Entry<'a>>,
    #[serde(borrow, default)]
    monitor_profiles: Vec<Entry<'a>>,
    #[serde(borrow, default)]
    sampling_profiles: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Type<'a> {
    id: i64,
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Method<'a> {
    id: i64,
    #[serde(borrow)]
    name: Cow<'a, str>,
    signature: Vec<i64>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Entry<'a> {
    #[serde(borrow)]
    ctx: Cow<'a, str>,
    records: Vec<i64>,
}

fn main() {
    let path = std::env::args().nth(1).expect("a profile");
    let bytes = std::fs::read(path).expect("a readable profile");
    let mut scratch = Vec::new();
    let mut readers: [(&str, Box<dyn FnMut()>); 4] = [
        ("serde_json, skimming", Box::new(|| drop(black_box(serde_json::from_slice::<IgnoredAny>(&bytes).expect("JSON"))))),
        ("serde_json", Box::new(|| drop(black_box(serde_json::from_slice::<Profile>(&bytes).expect("a profile"))))),
        ("sonic-rs", Box::new(|| drop(black_box(sonic_rs::from_slice::<Profile>(&bytes).expect("a profile"))))),
        // It writes into the text that it reads, so each file has to be there for it alone; the copy is timed with it.
        ("simd-json (with its copy)", Box::new(|| {
            scratch.clone_from(&bytes);
            drop(black_box(simd_json::from_slice::<Profile>(&mut scratch).expect("a profile")));
        })),
    ];
    let mut times = vec![Vec::new(); readers.len()];
    for _ in 0..ROUNDS {
        for ((_, read), times) in readers.iter_mut().zip(&mut times) {
            let start = Instant::now();
            read();
            times.push(start.elapsed());
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|times| {
            times.sort_unstable();
            times[ROUNDS / 2]
        })
        .collect();
    for ((name, _), time) in readers.iter().zip(&medians) {
        let rate = bytes.len() as f64 / 1e6 / time.as_secs_f64();
        let ratio = time.as_secs_f64() / medians[0].as_secs_f64();
        println!("  {name:<28}{rate:>9.0} MB/s{ratio:>9.2} x");
    }
}
