//! The order of the house: no two files import each other, directly or round a corner, and nothing imports from a higher floor.
//!
//! The floors are listed once, in the documentation of `src/lib.rs`, where CONTRIBUTING.md takes its map from.

mod graph;
mod imports;
mod map;

use std::path::Path;

use graph::Graph;
use map::Map;

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    imports::sources(&root)
}

#[test]
fn no_file_imports_one_that_imports_it() {
    let graph = Graph::of(&sources());
    assert!(graph.arrows() > 500, "imports are read: {}", graph.arrows());
    if let Some(circle) = graph.circle() {
        panic!("these files import each other:\n{}", circle.join("\n"));
    }
}

#[test]
fn nothing_imports_from_a_higher_floor() {
    let map = Map::read();
    let upwards = Graph::of(&sources()).upwards(&map);
    assert!(
        upwards.is_empty(),
        "these imports run upwards (the floors are in src/lib.rs):\n{}",
        upwards.join("\n")
    );
}

#[test]
fn every_room_is_on_the_map_with_a_line_about_it() {
    let map = Map::read();
    let rooms: Vec<String> = sources()
        .into_iter()
        .filter_map(|(module, _)| module.split("::").next().map(str::to_owned))
        .filter(|room| room != "lib")
        .collect();
    for room in &rooms {
        assert!(map.floor(room).is_some(), "`{room}` is not on the map");
    }
    for (room, line) in map.rooms() {
        assert!(rooms.contains(room), "`{room}` is on the map only");
        assert!(line.len() > 10, "`{room}` has no line about it");
    }
}

#[test]
fn contributors_see_the_same_map() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = std::fs::read_to_string(path).expect("CONTRIBUTING.md is there");
    assert!(
        text.contains(Map::read().text()),
        "the map in CONTRIBUTING.md differs from the one in src/lib.rs:\n{}",
        Map::read().text()
    );
}

/// A house of three files.
fn house(upper: &str, lower: &str, part: &str) -> Graph {
    let file = |module: &str, text: &str| (module.to_owned(), text.to_owned());
    Graph::of(&[
        file("run", upper),
        file("stats", lower),
        file("stats::part", part),
    ])
}

#[test]
fn an_arrow_upwards_is_named_with_what_rides_on_it() {
    let graph = house("pub fn go() {}", "pub fn mean() { crate::run::go() }", "");
    let upwards = graph.upwards(&Map::read());
    assert_eq!(upwards, ["src/stats.rs -> src/run.rs: go"]);
}

#[test]
fn a_circle_is_found_through_a_re_export_and_through_super() {
    let lower = "mod part; pub use part::Part; pub fn mean() -> Part { Part }";
    let part = "pub struct Part; fn f() { super::mean(); }";
    let circle = house("", lower, part).circle().expect("there is one");
    assert_eq!(circle.len(), 2, "{circle:?}");
}

#[test]
fn a_re_export_alone_and_a_test_module_tie_nothing() {
    let lower = "mod part; pub use part::Part; pub const N: u32 = 1; #[cfg(test)] mod tests { use crate::run::go; }";
    let graph = house(
        "use crate::stats::Part;",
        lower,
        "use super::N; pub struct Part;",
    );
    assert_eq!(graph.circle(), None);
    assert!(graph.upwards(&Map::read()).is_empty());
    assert_eq!(graph.arrows(), 2);
}
