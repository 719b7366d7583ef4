//! Whether a store can be shared.

use super::check::{Check, Status};
use crate::error::Result;
use crate::store::Probe;

const NAME: &str = "store";

/// Judges what trying the store at `place` came to. Whoever asks for it needs it.
pub fn of_store(place: &str, probed: Result<Probe>) -> Check {
    let check = match probed {
        Err(error) => {
            let fix = error.hints().first().cloned();
            let fix = fix.unwrap_or_else(|| {
                "`pgoctl help profile-store` tells how to set one up".to_owned()
            });
            Check::bad(NAME, Status::Problem, error.to_string(), fix)
        }
        Ok(probe) => match probe.why_not() {
            None => Check::ok(
                NAME,
                format!("{place} can be shared: of several who create one key at once, one wins"),
            ),
            Some(why) => Check::bad(
                NAME,
                Status::Problem,
                format!("{place} cannot be shared: {why}"),
                "use a store with conditional writes (`If-None-Match: *`), such as Amazon S3 or SeaweedFS, or a folder",
            ),
        },
    };
    check.required(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::store::Conditional;

    #[test]
    fn a_store_that_overwrites_is_a_problem_and_one_that_fails_says_its_next_step() {
        let probe = |conditional| {
            Ok(Probe {
                conditional,
                lists_at_once: true,
            })
        };
        let good = of_store("s3://a", probe(Conditional::Works));
        assert_eq!((good.status, good.fix), (Status::Ok, None));
        let bad = of_store("s3://a", probe(Conditional::Ignored));
        assert!(bad.required && bad.status == Status::Problem && bad.fix.is_some());
        let error = Error::usage("there is no store s3://a").hint("create the bucket");
        let bad = of_store("s3://a", Err(error));
        assert_eq!(bad.fix.as_deref(), Some("create the bucket"));
    }
}
