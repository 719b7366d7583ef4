//! Samples as folded stacks and as a flame graph.
//!
//! Samples are the only section with full stacks: contexts of counters end where inlining ended. The profiles of 0.2.0
//! have none.

use std::collections::BTreeMap;

use inferno::flamegraph::{self, Options};

use super::java_name::stack_name;
use super::profile::Profile;
use super::section::Section;

/// One line for each stack: `outermost;…;innermost count`, sorted; what other viewers read as "folded".
pub fn folded(profile: &Profile) -> String {
    let mut stacks: BTreeMap<String, u128> = BTreeMap::new();
    for entry in profile.counts.section(Section::Sampling).entries() {
        let frames = entry.frames.iter().rev();
        let names =
            frames.map(|frame| stack_name(&profile.symbols, frame.method).replace(';', ":"));
        let stack = names.collect::<Vec<_>>().join(";");
        *stacks.entry(stack).or_insert(0) += entry.total();
    }
    stacks.retain(|_, count| *count > 0);
    let lines = stacks
        .iter()
        .map(|(stack, count)| format!("{stack} {count}\n"));
    lines.collect()
}

/// An SVG flame graph; `None` if there are no samples. Equal profiles give equal pictures.
pub fn flame_graph(profile: &Profile, title: &str) -> Option<String> {
    let folded = folded(profile);
    if folded.is_empty() {
        return None;
    }
    let mut options = Options::default();
    title.clone_into(&mut options.title);
    options.deterministic = true;
    options.hash = true;
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, folded.lines(), &mut svg)
        .expect("folded stacks with counts, written into memory");
    Some(String::from_utf8(svg).expect("SVG is text"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::testing::{self, SMALL};
    use super::*;

    #[test]
    fn stacks_are_folded_outermost_first() {
        let profile = testing::profile(SMALL);
        assert_eq!(
            folded(&profile),
            "shop.Main.main 5\n\
             shop.Main.main;shop.Cart.add;java.util.HashMap.put 15\n\
             shop.Main.main;shop.Cart.total;shop.Cart.Item.price 80\n"
        );
    }

    #[test]
    fn a_flame_graph_is_drawn_of_samples_only_and_always_the_same() {
        let profile = testing::profile(SMALL);
        let svg = flame_graph(&profile, "small").unwrap();
        assert!(svg.contains("<svg") && svg.contains("shop.Cart.Item.price (80 samples, 80.00%)"));
        assert_eq!(flame_graph(&profile, "small").unwrap(), svg);
        let none = testing::profile(r#"{"version":"1.0.0","types":[],"methods":[]}"#);
        assert_eq!(flame_graph(&none, "none"), None);
    }

    #[test]
    fn samples_that_are_all_zero_draw_nothing() {
        let zero = SMALL
            .replace("[80]", "[0]")
            .replace("[15]", "[0]")
            .replace("\"records\":[5]", "\"records\":[0]");
        assert_eq!(flame_graph(&testing::profile(&zero), "zero"), None);
    }
}
