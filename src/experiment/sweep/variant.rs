//! Which variant an experiment is about.

use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Listener};
use crate::plan::{Plan, Request};
use crate::variant::Variant;

/// The variant that was asked for and the request for it and its baseline; without one, native-pgo where it can be had, else
/// hotspot-cds.
pub(in crate::experiment) fn variant_of(
    request: &Request,
    listener: &dyn Listener,
) -> Result<(Variant, Request)> {
    let of = |variant: Variant| {
        let baseline = variant.baseline().into_iter();
        let mut request = request.clone();
        request.variants = baseline.chain([variant]).collect();
        (variant, request)
    };
    let trained = |variant: &&Variant| {
        matches!(
            variant,
            Variant::HotspotCds | Variant::HotspotAot | Variant::NativePgo
        )
    };
    let asked: Vec<Variant> = request.variants.iter().filter(trained).copied().collect();
    match (asked.as_slice(), request.variants.is_empty()) {
        ([one], _) => Ok(of(*one)),
        ([], true) => {
            let mut chosen = of(Variant::NativePgo);
            if Plan::decide(&chosen.1).is_err_and(|error| error.kind() == ErrorKind::Toolchain) {
                chosen = of(Variant::HotspotCds);
            }
            listener.hear(Event::Chosen { variant: chosen.0 });
            Ok(chosen)
        }
        _ => Err(
            Error::usage("an experiment is about one variant that is trained")
                .hint("`--variant native-pgo`, or `hotspot-cds` or `hotspot-aot`"),
        ),
    }
}
