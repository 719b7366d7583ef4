//! What is said of profiles that were changed on purpose.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::profile::iprof::counts::profile::from_bytes;
use crate::profile::iprof::testing::SMALL;
use crate::profile::iprof::text::source::Packing;

fn diff_of(before: &str, after: &str) -> DiffReport {
    let mut symbols = Symbols::default();
    let sides = [before, after].map(|text| {
        let mut counts = Counts::default();
        from_bytes(text.as_bytes(), Packing::Plain, &mut symbols, &mut counts).unwrap();
        counts
    });
    let [before, after] = &sides;
    let options = DiffOptions::default();
    diff(
        &symbols,
        (PathBuf::new(), before),
        (PathBuf::new(), after),
        &options,
    )
    .unwrap()
}

#[test]
fn a_profile_does_not_differ_from_itself() {
    let report = diff_of(SMALL, SMALL);
    let counts = [
        report.gained.count,
        report.lost.count,
        report.moved.count,
        report.movers.count,
        report.flipped.count,
    ];
    assert_eq!(counts, [0; 5]);
    assert_eq!(report.sections.len(), 6);
}

#[test]
fn methods_that_come_go_and_move_are_named() {
    let after = SMALL
        .replace("\"name\":\"put\"", "\"name\":\"putVal\"")
        .replace(
            "\"name\":\"price\",\"signature\":[7,1]",
            "\"name\":\"price\",\"signature\":[6,1]",
        );
    let report = diff_of(SMALL, &after);
    let names = |list: &Listed<MethodCalls>| -> Vec<String> {
        list.first
            .iter()
            .map(|calls| calls.method.clone())
            .collect()
    };
    assert_eq!(
        (names(&report.lost), names(&report.gained)),
        (
            vec!["java.util.HashMap.put(Object, Object)".to_owned()],
            vec!["java.util.HashMap.putVal(Object, Object)".to_owned()]
        )
    );
    let moved = &report.moved.first[..];
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].to, "shop.Cart.price()");
    assert_eq!(moved[0].calls_before, 20_007);
}

#[test]
fn a_changed_signature_is_a_move() {
    let after = SMALL.replace("\"signature\":[6,0,7]", "\"signature\":[6,0,7,1]");
    let moved = diff_of(SMALL, &after).moved.first;
    assert_eq!(moved[0].from, "shop.Cart.add(Cart.Item)");
    assert_eq!(moved[0].to, "shop.Cart.add(Cart.Item, int)");
    let after = SMALL.replace("\"signature\":[7,1]", "\"signature\":[7,2]");
    let moved = diff_of(SMALL, &after).moved.first;
    assert_eq!(moved[0].from, "shop.Cart.Item.price(): int");
    assert_eq!(moved[0].to, "shop.Cart.Item.price(): Object");
}

#[test]
fn the_biggest_mover_comes_first() {
    let report = diff_of(
        SMALL,
        &SMALL.replace("\"records\":[20]}", "\"records\":[50000]}"),
    );
    assert_eq!(report.movers.first[0].method, "shop.Cart.total()");
    assert_eq!(report.movers.first[1].method, "shop.Cart.Item.price()");
    assert!(report.movers.first[1].share_after < report.movers.first[1].share_before);
}

#[test]
fn a_branch_that_goes_the_other_way_is_named_if_it_was_reached_often_enough() {
    let report = diff_of(
        SMALL,
        &SMALL.replace("11,0,20000,22,1,20", "11,0,20,22,1,20000"),
    );
    let flip = &report.flipped.first[0];
    assert_eq!((flip.to_before, flip.to_after, flip.bci), (11, 22, 8));
    let seldom = diff_of(
        SMALL,
        &SMALL.replace("11,0,20000,22,1,20", "11,0,2,22,1,20"),
    );
    assert_eq!(seldom.flipped.count, 0);
}
