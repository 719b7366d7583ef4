//! Does with bytes everything that pgoctl does with a profile, and panics where one answer contradicts another.
//!
//! The fuzz target beside this file and the mutations in `tests/iprof` share it.

use std::path::{Path, PathBuf};

use pgoctl::profile::iprof::counts::profile::{Counts, FileFacts, Profile, from_bytes};
use pgoctl::profile::iprof::counts::resolve::{Resolved, Totals};
use pgoctl::profile::iprof::judge::check::check_bytes;
use pgoctl::profile::iprof::look::diff::diff;
use pgoctl::profile::iprof::look::flame::{flame_graph, folded};
use pgoctl::profile::iprof::look::leaves::DiffOptions;
use pgoctl::profile::iprof::look::overlap::overlap;
use pgoctl::profile::iprof::look::show::{ShowOptions, show};
use pgoctl::profile::iprof::names::symbols::Symbols;
use pgoctl::profile::iprof::text::damage::{Damage, DamageKind};
use pgoctl::profile::iprof::text::section::Section;
use pgoctl::profile::iprof::text::source::{Packing, read_from};
use pgoctl::profile::iprof::text::version::Version;
use pgoctl::profile::iprof::write::json::to_json;
use pgoctl::profile::iprof::write::json_lines::to_json_lines;

/// The highest size of what is unpacked here.
const MAX_BYTES: u64 = 64 << 20;

/// What is larger than this is read and shown, but not written and compared, which takes ten times as long.
const LARGE: usize = 1 << 20;

/// Flame graphs of more text than this are left out: drawing is slow, and the code is not ours.
const LARGEST_DRAWN: usize = 64 << 10;

/// Reads `bytes` in every way, shows, compares, adds up and writes what was read, and reads that again.
///
/// The answer is what is wrong with them, if they are no profile.
pub fn exercise(bytes: &[u8]) -> Result<(), Damage> {
    let mut text = Vec::new();
    let packing = read_from(bytes, MAX_BYTES, &mut text)?;
    let checked = check_bytes(&text, packing, &mut Resolved::default());
    let (profile, facts) = match (checked, read(&text)) {
        (Err(damage), Err(same)) => {
            assert_eq!(damage, same, "check and read agree on the damage");
            let inside = |offset| offset <= text.len() as u64;
            assert!(damage.offset.is_none_or(inside), "{damage}");
            return Err(damage);
        }
        (Ok(_), Err(damage)) => {
            assert!(damage.message.contains("overflow"), "{damage}");
            return Err(damage);
        }
        (Err(damage), Ok(_)) => panic!("check finds what reading does not: {damage}"),
        (Ok(_), Ok(read)) => read,
    };
    look(&profile, &facts);
    if text.len() < LARGE {
        written_is_read(&profile);
        twice_is_double(&profile);
    }
    Ok(())
}

fn read(text: &[u8]) -> Result<(Profile, FileFacts), Damage> {
    let mut profile = Profile::default();
    let Profile { symbols, counts } = &mut profile;
    let facts = from_bytes(text, Packing::Plain, symbols, counts)?;
    Ok((profile, facts))
}

/// Everything that only looks.
fn look(profile: &Profile, facts: &FileFacts) {
    // Sums over contexts may overflow although every context fits: that is an answer too.
    let _ = show(Path::new("fuzz"), profile, facts, &ShowOptions::default());
    match folded(profile) {
        Ok(stacks) if !stacks.is_empty() && stacks.len() < LARGEST_DRAWN => {
            assert!(flame_graph(&stacks, "fuzz").contains("<svg"));
        }
        Ok(_) => {}
        Err(damage) => assert_eq!(damage.kind, DamageKind::TooLarge),
    }
    match to_json_lines(profile, facts) {
        Ok(lines) => assert!(lines.ends_with(b"\n")),
        Err(damage) => assert_eq!(damage.kind, DamageKind::TooLarge),
    }
}

/// What is written in each version has the counts that the version has room for.
fn written_is_read(profile: &Profile) {
    for version in [
        Version::V0_2_0,
        Version::V0_4_0,
        Version::V1_0_0,
        Version::V1_1_0,
    ] {
        let text = to_json(profile, version);
        let (again, _) = read(&text).expect("what is written can be read");
        for section in Section::ALL {
            let held = match section {
                Section::Instanceof => version >= Version::V1_1_0,
                Section::Sampling => !version.has_old_names(),
                _ => true,
            };
            if held {
                let mut totals = [&again, profile].map(|side| side.counts.totals(section));
                if section == Section::Monitor && version.has_old_names() {
                    // No monitors and an entry without monitors look the same there.
                    totals.iter_mut().for_each(|totals| totals.entries = 0);
                }
                assert_eq!(totals[0], totals[1], "{section:?} in {version}");
            }
        }
        assert!(
            to_json(&again, version) == text,
            "written again, it is the same text"
        );
    }
}

/// Added to itself, every sum is double; compared with itself, nothing differs.
fn twice_is_double(profile: &Profile) {
    let mut sum = Profile::default();
    let added = sum.absorb(profile).and_then(|()| sum.absorb(profile));
    if added.is_ok() {
        for section in Section::ALL {
            let (once, twice) = (profile.counts.totals(section), sum.counts.totals(section));
            let of = |totals: Totals| (totals.entries, totals.cells);
            assert_eq!((of(twice), twice.sum), (of(once), 2 * once.sum));
        }
    }
    let (mut symbols, mut sides) = (Symbols::default(), [Counts::default(), Counts::default()]);
    let text = to_json(profile, Version::V1_1_0);
    for side in &mut sides {
        from_bytes(&text, Packing::Plain, &mut symbols, side).expect("it was read before");
    }
    let report = overlap(vec![PathBuf::new(); 2], &sides);
    let whole = |agreement: Option<f64>| agreement.is_none_or(|share| (share - 1.0).abs() < 1e-6);
    assert!(report.total.iter().flatten().all(|share| whole(*share)));
    let [before, after] = &sides;
    let sides = ((PathBuf::new(), before), (PathBuf::new(), after));
    if let Ok(report) = diff(&symbols, sides.0, sides.1, &DiffOptions::default()) {
        let changes = [report.gained.count, report.lost.count, report.flipped.count];
        assert_eq!(changes, [0; 3]);
    }
}
