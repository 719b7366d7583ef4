//! Class lists of `-XX:DumpLoadedClassList`, merged: the union in first-seen order.
//!
//! Later JDKs number the classes (`java/lang/Object id: 0`), and classes of custom loaders refer to those numbers
//! (`super: 5 interfaces: 7 9 source: a.jar`), so the merged list numbers anew. `@cp CLASS N…` lines of one class become
//! one line; the other `@` lines are kept once each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Merges the texts of class lists.
pub fn merge<'a>(lists: impl IntoIterator<Item = &'a str>) -> String {
    let mut merged = Merged::default();
    for list in lists {
        merged.add(list);
    }
    merged.text()
}

/// Returns how many classes a list names.
pub fn classes(list: &str) -> usize {
    list.lines().filter(|line| is_class(line)).count()
}

/// The classes that a list names, each with where it was loaded from if the list says so.
pub fn names(list: &str) -> impl Iterator<Item = String> {
    list.lines().filter(|line| is_class(line)).map(key)
}

/// What tells a class of a list apart.
fn key(line: &str) -> String {
    let name = line.split_whitespace().next().unwrap_or_default();
    let source = line.split_once(" source: ").map(|(_, source)| source);
    format!("{name} {}", source.unwrap_or_default())
}

fn is_class(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with(['#', '@'])
}

#[derive(Default)]
struct Merged {
    lines: Vec<String>,
    /// Class (name and source) to its number in the merged list.
    numbers: HashMap<String, usize>,
    numbered: bool,
    constants: BTreeMap<String, BTreeSet<u32>>,
    directives: Vec<String>,
    seen: BTreeSet<String>,
}

impl Merged {
    fn add(&mut self, list: &str) {
        // Numbers of this list to numbers of the merged one.
        let mut renumber: HashMap<&str, usize> = HashMap::new();
        for line in list.lines().map(str::trim_end) {
            if is_class(line) {
                self.class(line, &mut renumber);
            } else if let Some(rest) = line.strip_prefix("@cp ") {
                let mut words = rest.split(' ');
                let class = words.next().unwrap_or_default().to_owned();
                self.constants
                    .entry(class)
                    .or_default()
                    .extend(words.filter_map(|word| word.parse::<u32>().ok()));
            } else if line.starts_with('@') && self.seen.insert(line.to_owned()) {
                self.directives.push(line.to_owned());
            }
        }
    }

    fn class<'a>(&mut self, line: &'a str, renumber: &mut HashMap<&'a str, usize>) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let after = |key: &str| {
            words
                .iter()
                .position(|word| *word == key)
                .and_then(|at| words.get(at + 1))
                .copied()
        };
        let source = line.split_once(" source: ").map(|(_, source)| source);
        let key = key(line);
        let next = self.numbers.len();
        let known = self.numbers.get(&key).copied();
        let number = *self.numbers.entry(key).or_insert(next);
        if let Some(id) = after("id:") {
            self.numbered = true;
            renumber.insert(id, number);
        }
        if known.is_some() {
            return;
        }
        let mut text = words[0].to_owned();
        if after("id:").is_some() {
            text += &format!(" id: {number}");
        }
        if let (Some(source), Some(parent)) = (source, after("super:")) {
            let of = |id: &str| {
                renumber
                    .get(id)
                    .map_or_else(|| id.to_owned(), ToString::to_string)
            };
            text += &format!(" super: {}", of(parent));
            let from = words.iter().position(|word| *word == "interfaces:");
            if let Some(from) = from {
                let ids = words[from + 1..]
                    .iter()
                    .take_while(|word| word.chars().all(|c| c.is_ascii_digit()));
                let ids: Vec<String> = ids.map(|id| of(id)).collect();
                text += &format!(" interfaces: {}", ids.join(" "));
            }
            text += &format!(" source: {source}");
        }
        self.lines.push(text);
    }

    fn text(&self) -> String {
        let mut text = String::from("# Merged by pgoctl: the union of several class lists.\n");
        let constants = self.constants.iter().map(|(class, indices)| {
            let indices: Vec<String> = indices.iter().map(u32::to_string).collect();
            format!("@cp {class} {}", indices.join(" "))
        });
        for line in self
            .lines
            .iter()
            .cloned()
            .chain(self.directives.iter().cloned())
            .chain(constants)
        {
            text += &line;
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Vec<&str> {
        text.lines().filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn the_union_keeps_the_order_in_which_classes_were_first_seen() {
        let merged = merge(["# note\na/A\na/B\n", "a/A\na/C\na/B\n"]);
        assert_eq!(body(&merged), ["a/A", "a/B", "a/C"]);
        assert_eq!(classes(&merged), 3);
    }

    #[test]
    fn numbers_are_given_anew_everywhere_they_occur() {
        let one = "java/lang/Object id: 0\na/A id: 1\n";
        let two =
            "java/lang/Object id: 0\na/I id: 1\na/X id: 2 super: 0 interfaces: 1 source: x.jar\n";
        let merged = merge([one, two]);
        assert_eq!(
            body(&merged),
            [
                "java/lang/Object id: 0",
                "a/A id: 1",
                "a/I id: 2",
                "a/X id: 3 super: 0 interfaces: 2 source: x.jar"
            ]
        );
    }

    #[test]
    fn resolved_constants_of_a_class_become_one_line() {
        let merged = merge([
            "a/A\n@cp a/A 1 7\n@lambda-proxy a/A run\n",
            "a/A\n@cp a/A 3 7\n@lambda-proxy a/A run\n",
        ]);
        assert_eq!(
            body(&merged),
            ["a/A", "@lambda-proxy a/A run", "@cp a/A 1 3 7"]
        );
    }

    #[test]
    fn one_list_merged_with_itself_is_itself() {
        let list = "java/lang/Object id: 0\na/A id: 1\n@cp a/A 1 2\n";
        assert_eq!(merge([list]), merge([list, list]));
    }
}
