//! Whether a cluster can run Jobs.

use super::check::{Check, Status};
use crate::error::Result;

const NAME: &str = "cluster";

/// Judges what asking a cluster came to: what it lacks, each with its fix. Whoever sends Jobs to one needs it.
pub fn of_cluster(lacks: Result<Vec<(String, String)>>) -> Vec<Check> {
    let bad =
        |found: String, fix: String| Check::bad(NAME, Status::Problem, found, fix).required(true);
    match lacks {
        Err(error) => {
            let fix = error.hints().first().cloned();
            let fix =
                fix.unwrap_or_else(|| "`pgoctl help kubernetes` tells what is needed".to_owned());
            vec![bad(error.brief(), fix)]
        }
        Ok(lacks) if lacks.is_empty() => {
            vec![Check::ok(NAME, "it can run Jobs".to_owned()).required(true)]
        }
        Ok(lacks) => lacks
            .into_iter()
            .map(|(what, fix)| bad(what, fix))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    #[test]
    fn what_a_cluster_lacks_is_a_problem_each() {
        let good = of_cluster(Ok(Vec::new()));
        assert_eq!((good.len(), good[0].status), (1, Status::Ok));
        let lack = |what: &str| (what.to_owned(), "do that".to_owned());
        let bad = of_cluster(Ok(vec![lack("a"), lack("b")]));
        assert!(
            bad.len() == 2
                && bad
                    .iter()
                    .all(|check| check.required && check.fix.is_some())
        );
        let away =
            Error::new(ErrorKind::Toolchain, "there is no cluster to ask").hint("set KUBECONFIG");
        assert_eq!(
            of_cluster(Err(away))[0].fix.as_deref(),
            Some("set KUBECONFIG")
        );
    }
}
