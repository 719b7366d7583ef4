//! Profiles against class files that are written here, byte by byte.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::profile::iprof::testing;
use crate::profile::iprof::testing::SMALL;

/// The least class file: a name and abstract methods.
fn class(name: &str, methods: &[(&str, &str)]) -> Vec<u8> {
    let mut pool: Vec<Vec<u8>> = Vec::new();
    let utf8 = |text: &str| {
        let mut entry = vec![1];
        entry.extend((text.len() as u16).to_be_bytes());
        entry.extend(text.bytes());
        entry
    };
    pool.push(utf8(name));
    pool.push(vec![7, 0, 1]);
    pool.push(utf8("java/lang/Object"));
    pool.push(vec![7, 0, 3]);
    for (name, descriptor) in methods {
        pool.push(utf8(name));
        pool.push(utf8(descriptor));
    }
    let mut bytes = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61];
    bytes.extend((pool.len() as u16 + 1).to_be_bytes());
    bytes.extend(pool.concat());
    bytes.extend([0x04, 0x01, 0, 2, 0, 4, 0, 0, 0, 0]);
    bytes.extend((methods.len() as u16).to_be_bytes());
    for index in 0..methods.len() as u16 {
        bytes.extend([0x04, 0x01]);
        bytes.extend((5 + 2 * index).to_be_bytes());
        bytes.extend((6 + 2 * index).to_be_bytes());
        bytes.extend([0, 0]);
    }
    bytes.extend([0, 0]);
    bytes
}

fn shop() -> Vec<(&'static str, Vec<u8>)> {
    let item = [("price", "()I"), ("<init>", "(Ljava/lang/String;I)V")];
    vec![
        (
            "shop/Main.class",
            class("shop/Main", &[("main", "([Ljava/lang/String;)V")]),
        ),
        (
            "shop/Cart.class",
            class(
                "shop/Cart",
                &[("add", "(Lshop/Cart$Item;)V"), ("total", "()I")],
            ),
        ),
        ("shop/Cart$Item.class", class("shop/Cart$Item", &item)),
    ]
}

fn jar(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn against(jar: &[u8], text: &str) -> Freshness {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.jar");
    std::fs::write(&path, jar).unwrap();
    let classes = ClassFiles::read(std::slice::from_ref(&path)).unwrap();
    freshness(&testing::profile(text), &classes)
}

#[test]
fn a_profile_of_this_jar_is_fresh() {
    let found = against(&jar(&shop()), SMALL);
    assert_eq!((found.grade, found.methods), (Some(Grade::Fresh), 5));
    assert_eq!(
        (found.call_share, found.method_share),
        (Some(1.0), Some(1.0))
    );
    assert!(found.gone.is_empty());
}

#[test]
fn classes_in_nested_jars_and_in_folders_count() {
    let nested = jar(&[("BOOT-INF/lib/shop.jar", jar(&shop()))]);
    assert_eq!(against(&nested, SMALL).grade, Some(Grade::Fresh));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("shop")).unwrap();
    for (name, bytes) in shop() {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let classes = ClassFiles::read(&[folder.path().to_owned()]).unwrap();
    let found = freshness(&testing::profile(SMALL), &classes);
    assert_eq!(found.grade, Some(Grade::Fresh));
}

#[test]
fn a_changed_descriptor_is_another_method() {
    let mut classes = shop();
    classes[2].1 = class("shop/Cart$Item", &[("price", "()J")]);
    let found = against(&jar(&classes), SMALL);
    assert_eq!(found.grade, Some(Grade::Foreign));
    assert_eq!(found.gone[0].method, "shop.Cart.Item.price()");
    assert_eq!((found.gone[0].calls, found.gone.len()), (20_007, 2));
    let share = found.call_share.unwrap();
    assert!((share - 1_021.0 / 22_028.0).abs() < 1e-12, "{share}");
}

#[test]
fn grades_follow_the_share_of_calls() {
    for (share, grade) in [
        (1.0, Grade::Fresh),
        (0.989, Grade::Usable),
        (0.8, Grade::Usable),
        (0.79, Grade::Stale),
        (0.1, Grade::Stale),
        (0.09, Grade::Foreign),
        (0.0, Grade::Foreign),
    ] {
        assert_eq!(Grade::of(share), grade, "{share}");
    }
}

#[test]
fn generated_methods_are_not_asked_for() {
    let generated = SMALL
        .replace(
            "\"name\":\"shop.Cart$Item\"",
            "\"name\":\"shop.Cart$$Lambda/0x1234\"",
        )
        .replace(
            "\"total\"",
            "\"Cart_constructor_0123456789012345678901234567890123456789\"",
        );
    assert_eq!(against(&jar(&shop()), &generated).methods, 2);
}

#[test]
fn nothing_called_is_no_grade() {
    let empty = r#"{"version":"1.0.0","types":[],"methods":[]}"#;
    let found = against(&jar(&shop()), empty);
    assert_eq!(
        (found.grade, found.call_share, found.method_share),
        (None, None, None)
    );
}

#[test]
fn what_is_no_jar_or_has_no_classes_is_a_mistake_in_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.jar");
    std::fs::write(&text, "text").unwrap();
    let empty = folder.path().join("empty.jar");
    std::fs::write(&empty, jar(&[("readme", b"hello".to_vec())])).unwrap();
    for path in [text, empty] {
        let error = ClassFiles::read(&[path]).unwrap_err();
        assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
    }
}

#[test]
fn a_damaged_class_is_counted_and_no_crash() {
    let mut classes = shop();
    classes[0].1.truncate(20);
    let found = against(&jar(&classes), SMALL);
    assert_eq!(found.unreadable_classes, 1);
    let whole = class("shop/Main", &[("main", "([Ljava/lang/String;)V")]);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        ClassFiles::default().class(&bytes);
        ClassFiles::default().class(&whole[..at]);
    }
}
