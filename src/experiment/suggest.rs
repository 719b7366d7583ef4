//! `suggest`: which stored profile of another function would fit a function that has none of its own? Answered without a build, by
//! the weight of the profile that exists in the function's code.

use std::path::PathBuf;

use serde::Serialize;

use crate::error::Result;
use crate::plan::{Request, function_of};
use crate::profile::iprof::judge::staleness::{ClassFiles, freshness};
use crate::profile::iprof::merge::{MergeInput, MergeOptions, merge};
use crate::profile::stored;

/// The stored profiles, the best first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuggestReport {
    /// 1.
    pub schema_version: u32,
    /// For which function.
    pub function: String,
    /// The code that was looked into.
    pub against: Vec<PathBuf>,
    /// The functions that have profiles.
    pub suggestions: Vec<Suggestion>,
}

/// The profiles of one function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// Whose they are.
    pub function: String,
    /// How many, of its last training.
    pub profiles: u64,
    /// The share of their calls of application methods that goes to methods that the code has, 0 to 1; `null` where they call none.
    pub call_share: Option<f64>,
    /// The share of the application methods that they call that the code has, 0 to 1.
    pub method_share: Option<f64>,
    /// How many of these methods they call.
    pub methods: u64,
}

/// Ranks the stored profiles of other functions by how much of their weight exists in the function's code.
pub fn suggest(request: &Request) -> Result<SuggestReport> {
    let (workdir, function) = function_of(request)?;
    let classes = ClassFiles::read_what_can_be(&function.class_path)?;
    let root = workdir.root().join("profiles");
    let mut suggestions = Vec::new();
    for other in stored::functions(&root) {
        if other == function.name {
            continue;
        }
        let Some(stored) = stored::newest(&workdir.profiles(&other)) else {
            continue;
        };
        let inputs: Vec<MergeInput> = stored.profiles.iter().map(MergeInput::new).collect();
        let merged = merge(&inputs, &MergeOptions::default())?;
        let fits = freshness(&merged.profile, &classes);
        suggestions.push(Suggestion {
            function: other,
            profiles: stored.profiles.len() as u64,
            call_share: fits.call_share,
            method_share: fits.method_share,
            methods: fits.methods,
        });
    }
    suggestions.sort_by(|one, other| {
        let weight = |of: &Suggestion| of.call_share.unwrap_or(0.0);
        weight(other)
            .total_cmp(&weight(one))
            .then_with(|| one.function.cmp(&other.function))
    });
    Ok(SuggestReport {
        schema_version: 1,
        function: function.name,
        against: function.class_path,
        suggestions,
    })
}
