//! How a store grows: the documents of `FUNCTIONS` functions with `PROFILES` profiles each, on a real S3-compatible server
//! (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), in a bucket that is there (`BUCKET`, default `scale`). Prints how
//! long each kind of request of a controller takes, and how many requests it is. `benches/scale.sh` starts the server.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench is told by its environment"
)]

use std::sync::Arc;
use std::time::Instant;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};

/// How many keys one answer to a listing has.
const PAGE: usize = 1000;
/// How many requests are under way at a time.
const AT_ONCE: usize = 48;
/// The size of a document, and of a small function's profile, in bytes.
const DOCUMENT: usize = 1200;
const PROFILE: usize = 6000;

fn variable(name: &str, or: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| or.to_owned())
}

fn number(name: &str, or: usize) -> usize {
    variable(name, "").parse().unwrap_or(or)
}

fn store() -> Arc<dyn ObjectStore> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = ClientOptions::new()
        .with_allow_http(true)
        .with_no_system_certificates(true);
    let store = AmazonS3Builder::new()
        .with_bucket_name(variable("BUCKET", "scale"))
        .with_endpoint(variable("AWS_ENDPOINT_URL", "http://127.0.0.1:18333"))
        .with_region("us-east-1")
        .with_access_key_id(variable("AWS_ACCESS_KEY_ID", ""))
        .with_secret_access_key(variable("AWS_SECRET_ACCESS_KEY", ""))
        .with_client_options(options)
        .build();
    Arc::new(store.expect("the variables name a server"))
}

async fn create_all(store: &Arc<dyn ObjectStore>, keys: Vec<(String, usize)>) {
    let create = |(key, bytes): (String, usize)| {
        let store = Arc::clone(store);
        async move {
            let payload = PutPayload::from(vec![b'x'; bytes]);
            let key = Path::from(key);
            let created = store.put_opts(&key, payload, PutMode::Create.into());
            match created.await {
                Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    };
    stream::iter(keys)
        .map(create)
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<()>>()
        .await;
}

async fn list(store: &Arc<dyn ObjectStore>, prefix: &str) -> usize {
    let prefix = Path::from(prefix);
    let found = store.list(Some(&prefix)).try_collect::<Vec<_>>().await;
    found.expect("it can be listed").len()
}

async fn timed<T>(what: &str, objects: impl Fn(&T) -> usize, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let value = work.await;
    let seconds = started.elapsed().as_secs_f64();
    let objects = objects(&value);
    println!(
        "{what:<58} {objects:>9} objects {seconds:>9.3} s {:>6} requests",
        objects.div_ceil(PAGE).max(1)
    );
    value
}

fn main() {
    if std::env::args().any(|word| word == "--test") {
        return;
    }
    let (functions, profiles) = (number("FUNCTIONS", 10_000), number("PROFILES", 10));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let store = store();
    runtime.block_on(async {
        let state = |function: usize| (format!("state/f{function:05}/00000001.json"), DOCUMENT);
        let started = Instant::now();
        create_all(&store, (0..functions).map(state).collect()).await;
        let rate = functions as f64 / started.elapsed().as_secs_f64();
        println!("{functions} documents created: {rate:.0} a second, {AT_ONCE} at a time");
        let of = |function: usize| {
            (0..profiles).flat_map(move |profile| {
                let key = format!(
                    "profiles/f{function:05}/b0f3a5b7c9d1e2f3a/w{:02}/{profile:026}",
                    profile % 4
                );
                [
                    (format!("{key}.iprof"), PROFILE),
                    (format!("{key}.json"), DOCUMENT),
                ]
            })
        };
        let started = Instant::now();
        create_all(&store, (0..functions).flat_map(of).collect()).await;
        let rate = (functions * profiles * 2) as f64 / started.elapsed().as_secs_f64();
        println!(
            "{} objects of profiles created: {rate:.0} a second",
            functions * profiles * 2
        );
        let hot =
            (0..2000).map(|profile| (format!("profiles/hot/b/w/{profile:026}.json"), DOCUMENT));
        create_all(&store, hot.collect()).await;
        println!();
        let all = |count: &usize| *count;
        timed(
            "all states: what a replica does to find what others did",
            all,
            list(&store, "state"),
        )
        .await;
        timed(
            "the states of one function",
            all,
            list(&store, "state/f00042"),
        )
        .await;
        timed(
            "the profiles of one build: the threshold",
            all,
            list(&store, "profiles/f00042/b0f3a5b7c9d1e2f3a"),
        )
        .await;
        timed(
            "the same of a build with 2000 profiles",
            all,
            list(&store, "profiles/hot/b"),
        )
        .await;
        timed(
            "everything: `profile ls`, `gc`, `verify`",
            all,
            list(&store, ""),
        )
        .await;
        let key = Path::from("state/f00042/00000001.json");
        let read = async {
            for _ in 0..100 {
                let got = store.get(&key).await.expect("it is there");
                got.bytes().await.expect("it can be read");
            }
            100
        };
        timed("one document, a hundred times", all, read).await;
        let racing = (0..1000).map(|_| ("state/hot/00000001.json".to_owned(), DOCUMENT));
        timed(
            "a thousand who create one key",
            |()| 1000,
            create_all(&store, racing.collect()),
        )
        .await;
    });
}
