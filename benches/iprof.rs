//! The `.iprof` engine beside its floor: `serde_json` skimming the same bytes into `IgnoredAny`, on one thread.
//!
//! Measures on the real profile named by `IPROF_BENCH_FILE`, else on the largest beside the checkout; without one it says
//! so and measures nothing.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pgoctl::profile::iprof::counts::profile::{Counts, Profile, from_bytes};
use pgoctl::profile::iprof::counts::resolve::Resolved;
use pgoctl::profile::iprof::judge::check::check_bytes;
use pgoctl::profile::iprof::merge::files::merge;
use pgoctl::profile::iprof::merge::options::{MergeInput, MergeOptions};
use pgoctl::profile::iprof::names::symbols::Symbols;
use pgoctl::profile::iprof::text::parse::parse;
use pgoctl::profile::iprof::text::source::{DEFAULT_MAX_BYTES, Packing};
use pgoctl::profile::iprof::text::version::Version;
use pgoctl::profile::iprof::write::json::to_json;
use serde::de::IgnoredAny;

#[expect(clippy::disallowed_methods, reason = "a bench finds its data by it")]
fn file() -> Option<PathBuf> {
    let beside = "../shared/data/iprof/lenborje+StreamTDI+default.iprof";
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(beside);
    let path = std::env::var_os("IPROF_BENCH_FILE").map_or(beside, PathBuf::from);
    path.is_file().then_some(path)
}

fn stages(criterion: &mut Criterion) {
    let Some(path) = file() else {
        return;
    };
    let bytes = std::fs::read(&path).expect("a readable profile");
    let mut group = criterion.benchmark_group("iprof");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.sample_size(20);
    group.bench_function("floor: skim", |bencher| {
        bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(&bytes)).map(drop));
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| parse(black_box(&bytes)).map(drop));
    });
    group.bench_function("check", |bencher| {
        let mut resolved = Resolved::default();
        bencher.iter(|| check_bytes(black_box(&bytes), Packing::Plain, &mut resolved).map(drop));
    });
    group.bench_function("read by name", |bencher| {
        bencher.iter(|| {
            let (mut symbols, mut counts) = (Symbols::default(), Counts::default());
            from_bytes(black_box(&bytes), Packing::Plain, &mut symbols, &mut counts).map(drop)
        });
    });
    let (profile, _) = Profile::read(&path, DEFAULT_MAX_BYTES).expect("a whole profile");
    group.bench_function("write", |bencher| {
        bencher.iter(|| to_json(black_box(&profile), Version::V1_0_0));
    });
    let inputs = vec![MergeInput::new(&path); 50];
    let options = MergeOptions {
        threads: 1,
        ..MergeOptions::default()
    };
    group.throughput(Throughput::Bytes(50 * bytes.len() as u64));
    group.bench_function("merge 50 of one build", |bencher| {
        bencher.iter(|| merge(&inputs, &options).map(drop));
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
