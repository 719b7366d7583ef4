//! `--products`: what one machine made, another does not make again; what cannot be trusted is made anew.

use super::backing::Backing;
use crate::double::PGO;
use crate::needs::Needed;
use crate::sandbox::Sandbox;

/// A machine with a project of `hello` and a GraalVM of its own, that uses this store.
fn machine(store: &Backing) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    store.used_by(&mut sandbox);
    Ok(sandbox)
}

pub fn what_one_machine_made_another_does_not_make_again(store: &Backing) -> Needed<()> {
    let (one, other) = (machine(store)?, machine(store)?);
    one.succeeds(format!("run --no-bench --products {PGO}"));
    assert_eq!(one.builds().len(), 3);
    let said = other.succeeds(format!("run --no-bench --products {PGO}"));
    assert_eq!(other.builds(), [""; 0], "{}", said.stderr);
    let images = |sandbox: &Sandbox| {
        let files = sandbox.products().into_iter();
        let images = files.filter(|file| file.contains("/images/") && !file.contains(".lock"));
        let bytes = images.map(|file| (std::fs::read(sandbox.path().join(&file)).unwrap(), file));
        bytes.collect::<Vec<_>>()
    };
    assert!(
        images(&one) == images(&other),
        "they are not the same images"
    );
    // And without the store, what was gotten is as good as what was made.
    std::fs::remove_dir_all(other.path().join(".pgoctl/runs")).unwrap();
    other.succeeds(format!("run --no-bench {PGO}"));
    assert_eq!(other.builds().len(), 0);
    // Whoever redoes everything redoes this, and keeps what others kept first.
    other.succeeds("build --variant native --products --force");
    assert_eq!(other.builds().len(), 1);
    let verified = one.json("store verify --format json");
    assert_eq!(
        verified["unknown"].as_array().map(Vec::len),
        Some(0),
        "{verified}"
    );
    assert_eq!(
        verified["broken"].as_array().map(Vec::len),
        Some(0),
        "{verified}"
    );
    Ok(())
}

pub fn a_broken_product_is_made_anew_and_said(store: &Backing) -> Needed<()> {
    let (one, other) = (machine(store)?, machine(store)?);
    one.succeeds("build --variant native --products");
    for key in store.keys("") {
        if key.starts_with("images/") {
            store.overwrite(&key, "other bytes");
        }
    }
    let said = other.succeeds("build --variant native --products");
    assert!(
        said.stderr.contains("it has other bytes"),
        "{}",
        said.stderr
    );
    assert_eq!(other.builds().len(), 1);
    Ok(())
}

pub fn who_may_only_pull_gets_products_and_keeps_none(store: &Backing) -> Needed<()> {
    let (one, mut other) = (machine(store)?, machine(store)?);
    one.succeeds("build --variant native --products");
    let before = store.keys("");
    other.set("PGOCTL_STORE_PULL_ONLY", "1");
    let said = other.succeeds(format!("build --products {PGO}"));
    assert_eq!(other.builds().len(), 2, "native is gotten: {}", said.stderr);
    assert_eq!(store.keys(""), before);
    Ok(())
}

pub fn old_products_go_and_their_files_with_them(store: &Backing) -> Needed<()> {
    let one = machine(store)?;
    one.succeeds("build --variant native --products");
    let gc = |words: &str| one.json(format!("profile gc {words} --format json"));
    let would = gc("--older-than 30d --dry-run");
    assert_eq!(
        would["removed"].as_array().map(Vec::len),
        Some(0),
        "{would}"
    );
    let gone = gc("--older-than 0s");
    let keys = gone["removed"].as_array().unwrap();
    let of = |folder: &str| {
        let keys = keys.iter().filter_map(|key| key.as_str());
        keys.filter(|key| key.starts_with(folder)).count()
    };
    assert!(of("products/") == 1 && of("images/") > 1, "{gone}");
    Ok(())
}
