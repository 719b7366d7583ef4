//! What is kept, and what becomes of what was there.

use super::*;

fn workdir() -> (tempfile::TempDir, Workdir) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let workdir = Workdir::of(dir.path());
    (dir, workdir)
}

fn made(workdir: &Workdir, text: &str) -> Aside {
    let made = Aside::new(&workdir.metadata("hello").join("made")).expect("it can be made");
    std::fs::write(made.path().join(METADATA), text).expect("it can be written");
    made
}

fn traced(code: &str) -> Traced {
    let inputs = Inputs::new().with("code", code);
    Traced {
        identity: inputs.identity(),
        code: inputs.identity(),
        inputs,
        runs: 1,
        requests: 100,
        first: "2026-01-01T00:00:00Z".into(),
        last: "2026-01-01T00:00:00Z".into(),
        seconds: 1.0,
    }
}

fn keep_text(workdir: &Workdir, text: &str) {
    let made = made(workdir, text);
    keep(workdir, "hello", made, vec![traced("a")]).expect("it can be kept");
}

fn read(workdir: &Workdir) -> Option<Metadata> {
    Metadata::read(workdir, "hello", &mut Cache::default()).expect("it can be read")
}

#[test]
fn what_was_traced_is_read_again_and_what_it_replaces_is_gone() {
    let (_dir, workdir) = workdir();
    assert!(read(&workdir).is_none());
    keep_text(&workdir, "{}");
    let first = read(&workdir).expect("it was kept");
    keep_text(
        &workdir,
        "{\"reflection\":[{\"type\":\"a.B\"}],\"resources\":[{\"glob\":\"x\"},{\"bundle\":\"y\"}]}",
    );
    let second = read(&workdir).expect("it was kept");
    assert_ne!(first.digest, second.digest);
    assert!(!first.dir.exists() && second.dir.is_dir());
    let contents = second.contents();
    assert_eq!(
        (contents.types, contents.resources, contents.bundles),
        (1, 1, 1)
    );
}

#[test]
fn the_same_metadata_is_kept_in_the_same_place() {
    let (_dir, workdir) = workdir();
    keep_text(&workdir, "{}");
    let first = read(&workdir).expect("it was kept");
    keep_text(&workdir, "{}");
    let second = read(&workdir).expect("it was kept");
    assert_eq!((first.dir, first.digest), (second.dir, second.digest));
}

#[test]
fn it_is_stale_when_none_of_it_was_traced_with_the_code() {
    let (_dir, workdir) = workdir();
    keep_text(&workdir, "{}");
    let metadata = read(&workdir).expect("it was kept");
    assert!(!metadata.is_stale(&traced("a").code));
    assert!(metadata.is_stale(&traced("b").code));
}

#[test]
fn metadata_that_was_deleted_by_half_is_not_passed_over() {
    let (_dir, workdir) = workdir();
    keep_text(&workdir, "{}");
    let metadata = read(&workdir).expect("it was kept");
    std::fs::remove_dir_all(metadata.dir).expect("it can be removed");
    let error = Metadata::read(&workdir, "hello", &mut Cache::default()).expect_err("half of it");
    assert!(error.hints()[0].contains("trace --fresh"), "{error}");
}
