//! Samples as folded stacks and as a flame graph.
//!
//! Samples are the only section with full stacks: contexts of counters end where inlining ended. The profiles of 0.2.0
//! have none.

use std::collections::BTreeMap;

use inferno::flamegraph::{self, Options};

use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::names::java_name::stack_name;
use crate::profile::iprof::names::symbols::MethodSym;
use crate::profile::iprof::text::context::Frame;
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::section::Section;

/// The highest size of all stacks as text: far more than a viewer can show.
const MAX_BYTES: usize = 256 << 20;

/// One line for each stack: `outermost;…;innermost count`, sorted; what other viewers read as "folded".
///
/// Fails if that is more than 256 MiB of text, which is damage and no profile.
pub fn folded(profile: &Profile) -> Result<String, Damage> {
    let mut length = 0;
    let mut stacks: BTreeMap<String, u128> = BTreeMap::new();
    for entry in profile.counts.section(Section::Sampling).entries() {
        let symbols = &profile.symbols;
        // No shorter than what is written.
        let raw = |frame: &Frame<MethodSym>| {
            let (class, name) = (
                symbols.declaring_type(frame.method),
                symbols.method_name(frame.method),
            );
            class.len() + name.len() + 2
        };
        length += entry.frames.iter().map(raw).sum::<usize>();
        if length > MAX_BYTES {
            let message = format!("the stacks are more than {} MiB of text", MAX_BYTES >> 20);
            return Err(Damage::without_place(DamageKind::TooLarge, message));
        }
        let names = entry.frames.iter().rev();
        let names = names.map(|frame| one_word(&stack_name(symbols, frame.method)));
        let stack = names.collect::<Vec<_>>().join(";");
        *stacks.entry(stack).or_insert(0) += entry.total();
    }
    stacks.retain(|_, count| *count > 0);
    let lines = stacks
        .iter()
        .map(|(stack, count)| format!("{stack} {count}\n"));
    Ok(lines.collect())
}

/// A name without what means something in folded stacks.
fn one_word(name: &str) -> String {
    let means = |char: char| char == ';' || char.is_whitespace() || char.is_control();
    match name.contains(means) {
        true => name.replace(means, ":"),
        false => name.to_owned(),
    }
}

/// An SVG flame graph of [`folded`] stacks, of which there is at least one. Equal stacks give equal pictures.
pub fn flame_graph(folded: &str, title: &str) -> String {
    let mut options = Options::default();
    title.clone_into(&mut options.title);
    options.deterministic = true;
    options.hash = true;
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, folded.lines(), &mut svg)
        .expect("folded stacks with counts, written into memory");
    String::from_utf8(svg).expect("SVG is text")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::testing::{self, SMALL};

    #[test]
    fn stacks_are_folded_outermost_first() {
        let profile = testing::profile(SMALL);
        assert_eq!(
            folded(&profile).unwrap(),
            "shop.Main.main 5\n\
             shop.Main.main;shop.Cart.add;java.util.HashMap.put 15\n\
             shop.Main.main;shop.Cart.total;shop.Cart.Item.price 80\n"
        );
    }

    #[test]
    fn a_flame_graph_is_always_the_same() {
        let stacks = folded(&testing::profile(SMALL)).unwrap();
        let svg = flame_graph(&stacks, "small");
        assert!(svg.contains("<svg") && svg.contains("shop.Cart.Item.price (80 samples, 80.00%)"));
        assert_eq!(flame_graph(&stacks, "small"), svg);
    }

    #[test]
    fn a_name_is_one_word_of_a_stack() {
        let odd = SMALL.replace("\"total\"", "\"to;ta\\nl 7\"");
        let stacks = folded(&testing::profile(&odd)).unwrap();
        assert!(
            stacks.contains("shop.Cart.to:ta:l:7;shop.Cart.Item.price 80"),
            "{stacks}"
        );
        assert!(flame_graph(&stacks, "odd").contains("shop.Cart.to:ta:l:7"));
    }

    #[test]
    fn without_samples_there_are_no_stacks() {
        let zero = SMALL
            .replace("[80]", "[0]")
            .replace("[15]", "[0]")
            .replace("\"records\":[5]", "\"records\":[0]");
        for text in [&zero, r#"{"version":"1.0.0","types":[],"methods":[]}"#] {
            assert_eq!(folded(&testing::profile(text)).unwrap(), "");
        }
    }

    #[test]
    fn stacks_that_repeat_long_names_without_end_are_refused() {
        let long = SMALL.replace("\"main\"", &format!("\"{}\"", "m".repeat(60_000)));
        let deep = vec!["0:1"; 5_000].join("<");
        let text = long.replace("\"0:40\"", &format!("\"{deep}\""));
        let damage = folded(&testing::profile(&text)).unwrap_err();
        assert_eq!(damage.kind, DamageKind::TooLarge);
    }
}
