//! "unknown field `jra`, expected one of …" in words that help.

/// Likeness from which a neighbour is worth naming (Damerau-Levenshtein, 0 to 1): one letter in three may be wrong.
const ALIKE: f64 = 0.6;

/// Returns what is wrong and the nearest known key, if `message` is serde's about an unknown key or word.
pub(super) fn explain(message: &str) -> Option<(String, Option<String>)> {
    let message = message.trim();
    let (kind, rest) = ["unknown field `", "unknown variant `"].iter().find_map(|start| Some((*start, message.strip_prefix(start)?)))?;
    let (wrong, expected) = rest.split_once('`')?;
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let what = if kind.contains("field") { "key" } else { "word" };
    let cause = format!("there is no {what} `{wrong}` here");
    let alike = |name: &&str| strsim::normalized_damerau_levenshtein(wrong, name);
    let nearest = known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)));
    let hint = match nearest {
        Some(name) if alike(name) > ALIKE => Some(format!("did you mean `{name}`?")),
        Some(_) => Some(format!("known here: {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))),
        None => None,
    };
    Some((cause, hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_neighbour_is_offered() {
        let (cause, hint) = explain("unknown field `round`, expected one of `rounds`, `requests`, `rate`").expect("it is about a key");
        assert_eq!((cause.as_str(), hint.as_deref()), ("there is no key `round` here", Some("did you mean `rounds`?")));
    }

    #[test]
    fn without_a_neighbour_the_known_ones_are_listed() {
        let (_, hint) = explain("unknown field `zzz`, expected `jar` or `args`").expect("it is about a key");
        assert_eq!(hint.as_deref(), Some("known here: `jar`, `args`"));
    }

    #[test]
    fn other_messages_are_left_alone() {
        assert_eq!(explain("invalid type: string \"six\", expected u32"), None);
    }
}
