//! `profile gc`: what goes, and what stays although it is old.

use serde_json::{Value, json};

use super::backing::Backing;
use super::pushed;
use crate::needs::Needed;
use crate::sandbox::wait_for;

pub fn only_what_is_old_and_in_nobodys_use_goes(store: &Backing) -> Needed<()> {
    let (hello, _) = pushed(store)?;
    let key = store.keys(".iprof")[0].clone();
    let parts: Vec<&str> = key.split('/').collect();
    // An older build of the function's: the newest one is what was stored last.
    let newer = |key: &str| key.replace(parts[2], "newer");
    let time = |store: &Backing| store.all().into_iter().map(|(_, time)| time).max();
    let before = time(store);
    wait_for("the store's clock goes on", || {
        store.overwrite("clock", "");
        let later = time(store);
        store.remove("clock");
        later > before
    });
    for key in store.keys("") {
        let mut bytes = store.get(&key);
        if key.ends_with(".json") {
            let mut sheet: Value = serde_json::from_slice(&bytes).unwrap();
            sheet["build"] = "newer".into();
            bytes = sheet.to_string().into_bytes();
        }
        store.overwrite(&newer(&key), bytes);
    }
    let old: Vec<String> = store
        .keys("")
        .into_iter()
        .filter(|key| key.contains(parts[2]))
        .collect();
    let gc = |words: &str| hello.json(format!("profile gc {words} --format json"));
    assert_eq!(gc("--keep 2")["removed"], json!([]));
    assert_eq!(gc("--older-than 30d")["removed"], json!([]));
    assert_eq!(gc("--keep 1 --older-than 30d")["removed"], json!([]));
    let all = store.keys("");
    let would = gc("--keep 1 --dry-run");
    assert_eq!(would["removed"], json!(old));
    assert_eq!(store.keys(""), all, "--dry-run removed something");
    // A document that names one of them, and one that names an image.
    let stem = parts[4].trim_end_matches(".iprof");
    let image = "7".repeat(64);
    let state = json!({"merged": [{"key": key}], "stage": {"image": format!("images/{image}")}});
    store.overwrite("state/hello/00000001.json", state.to_string());
    store.overwrite(&format!("images/{image}"), "an image");
    store.overwrite(&format!("images/{}", "8".repeat(64)), "nobody's");
    let report = gc("--keep 1");
    assert_eq!(report["in_use"], 1, "{report}");
    assert!(store.keys("").contains(&key), "what is in use is gone");
    let left: Vec<String> = store
        .keys("")
        .into_iter()
        .filter(|key| old.contains(key))
        .collect();
    assert!(
        left.iter().all(|key| key.contains(stem)) && left.len() == 2,
        "{left:?}"
    );
    let images = |store: &Backing| {
        store
            .keys("")
            .iter()
            .filter(|key| key.starts_with("images/"))
            .count()
    };
    assert_eq!(images(store), 2, "images go by their age only");
    gc("--older-than 0s");
    assert_eq!(images(store), 1);
    assert_eq!(
        store
            .keys("")
            .iter()
            .filter(|key| key.contains("/newer/"))
            .count(),
        0
    );
    assert!(store.keys("").contains(&key));
    hello
        .pgoctl("profile gc")
        .fails(2, &["--keep", "--older-than"]);
    Ok(())
}
