//! Which file imports which, with the names that ride on each arrow: re-exports are followed to the file that defines.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::{Imports, Use, imports};
use crate::map::Map;

/// Files by module path, and the arrows between them.
pub struct Graph {
    arrows: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

/// Every file with what it names.
struct Files(BTreeMap<String, Imports>);

impl Files {
    /// `path`, as `module` writes it, from the root of the crate; `None` for other crates.
    fn absolute(&self, module: &str, path: &[String]) -> Option<Vec<String>> {
        let own: Vec<String> = match module {
            "lib" | "main" => Vec::new(),
            _ => module.split("::").map(str::to_owned).collect(),
        };
        let first = path.first()?.as_str();
        let below = |depth: usize, rest: &[String]| {
            let kept = own.len().checked_sub(depth)?;
            Some([&own[..kept], rest].concat())
        };
        match first {
            "crate" | "pgoctl" => Some(path[1..].to_vec()),
            "self" => below(0, &path[1..]),
            "super" => {
                let up = path.iter().take_while(|word| *word == "super").count();
                below(up, &path[up..])
            }
            _ => {
                let child = below(0, &path[..1])?;
                self.0
                    .contains_key(&child.join("::"))
                    .then(|| below(0, path))?
            }
        }
    }

    /// The file that defines what `path` names, and its name there.
    fn home(&self, path: &[String], depth: usize) -> Option<(String, String)> {
        let at = (1..=path.len())
            .rev()
            .find(|length| self.0.contains_key(&path[..*length].join("::")))?;
        let (module, rest) = (path[..at].join("::"), &path[at..]);
        let Some(name) = rest.first() else {
            return Some((module, String::new()));
        };
        let handed_on = self.0[&module]
            .uses
            .iter()
            .find(|used| used.is_re_export && used.name == *name);
        if let (Some(used), true) = (handed_on, depth < 8) {
            let path = self.absolute(&module, &used.path)?;
            return self.home(&[path, rest[1..].to_vec()].concat(), depth + 1);
        }
        Some((module, rest.join("::")))
    }

    /// Everything that `module` takes from other files, by file and name.
    fn taken(&self, module: &str) -> Vec<(String, String)> {
        let own = &self.0[module];
        let spoken = |used: &Use| {
            own.words.contains(&used.name) || own.paths.iter().any(|path| path[0] == used.name)
        };
        let by_use = own
            .uses
            .iter()
            .filter(|used| !used.is_re_export || spoken(used))
            .map(|used| used.path.clone());
        let by_path =
            own.paths.iter().map(
                |path| match own.uses.iter().find(|used| used.name == path[0]) {
                    Some(used) => [used.path.clone(), path[1..].to_vec()].concat(),
                    None => path.clone(),
                },
            );
        by_use
            .chain(by_path)
            .filter_map(|path| self.home(&self.absolute(module, &path)?, 0))
            .filter(|(home, name)| home != module && !name.is_empty())
            .collect()
    }
}

impl Graph {
    /// The arrows between `sources`: module paths with their texts.
    pub fn of(sources: &[(String, String)]) -> Self {
        let files = sources
            .iter()
            .map(|(module, text)| (module.clone(), imports(text)));
        let files = Files(files.collect());
        let mut arrows: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for module in files.0.keys() {
            for (home, name) in files.taken(module) {
                let to = arrows.entry(module.clone()).or_default();
                to.entry(home).or_default().insert(name);
            }
        }
        Self { arrows }
    }

    /// How many there are.
    pub fn arrows(&self) -> usize {
        self.arrows.values().map(BTreeMap::len).sum()
    }

    fn next(&self, module: &str) -> impl Iterator<Item = &String> {
        self.arrows.get(module).into_iter().flat_map(BTreeMap::keys)
    }

    /// The arrows of a circle, if there is one, in their order.
    pub fn circle(&self) -> Option<Vec<String>> {
        let mut done = BTreeSet::new();
        for start in self.arrows.keys() {
            let mut trail = Vec::new();
            if self.walk(start, &mut trail, &mut done) {
                let last = trail.last()?;
                let from = trail.iter().position(|module| module == last)?;
                let pairs = trail[from..].windows(2);
                return Some(pairs.map(|pair| self.arrow(&pair[0], &pair[1])).collect());
            }
        }
        None
    }

    /// Goes on from `module`; true once `trail` ends where it has been before.
    fn walk(&self, module: &str, trail: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        let was_here = trail.iter().any(|other| other == module);
        if !was_here && done.contains(module) {
            return false;
        }
        trail.push(module.to_owned());
        if was_here || self.next(module).any(|next| self.walk(next, trail, done)) {
            return true;
        }
        trail.pop();
        done.insert(module.to_owned());
        false
    }

    /// The arrows that run to a higher floor of `map`.
    pub fn upwards(&self, map: &Map) -> Vec<String> {
        let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
        let is_upwards = |from: &str, to: &str| {
            let (from, to) = (map.floor(&room(from)), map.floor(&room(to)));
            from.zip(to).is_some_and(|(from, to)| to < from)
        };
        let pairs = self
            .arrows
            .iter()
            .flat_map(|(from, to)| to.keys().map(move |to| (from, to)));
        pairs
            .filter(|(from, to)| is_upwards(from, to))
            .map(|(from, to)| self.arrow(from, to))
            .collect()
    }

    /// `src/a.rs -> src/b.rs: Name, other`.
    fn arrow(&self, from: &str, to: &str) -> String {
        let file = |module: &str| format!("src/{}.rs", module.replace("::", "/"));
        let names: Vec<&str> = self.arrows[from][to].iter().map(String::as_str).collect();
        format!("{} -> {}: {}", file(from), file(to), names.join(", "))
    }
}
