//! Images as what is measured.

use crate::bench::Subject;
use crate::bench::subject::Runs;
use crate::pipeline::Image;
use crate::plan::Plan;

/// A built image of the plan's function.
pub fn of_image(plan: &Plan, image: &Image) -> Subject {
    let launch = plan
        .toolchain(image.variant)
        .launch(image.variant, &plan.function, &image.dir);
    Subject {
        side: image.variant.into(),
        runs: Runs::Process(plan.process(), launch),
    }
}
