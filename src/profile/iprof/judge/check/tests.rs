//! The verdicts on real and on damaged files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::profile::iprof::judge::verdict::ReasonKind;
use crate::profile::iprof::testing;
use crate::profile::iprof::testing::{ELIDE, EMPTY, KRISFOSTER, LENBORJE, SMALL, TOMMY};
use crate::profile::iprof::text::damage::DamageKind;

fn check(text: impl AsRef<[u8]>) -> CheckReport {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    check_file(file.path())
}

fn doubts_of(text: &str) -> Vec<Doubt> {
    let report = check(text);
    assert_eq!(report.verdict, Verdict::Suspect, "{report:?}");
    let doubt = |reason: &Reason| match reason.kind {
        ReasonKind::Doubt(doubt) => doubt,
        ReasonKind::Damage(damage) => panic!("{damage:?}"),
    };
    report.reasons.iter().map(doubt).collect()
}

#[test]
fn every_real_file_gets_the_verdict_of_its_description() {
    for (name, verdict, methods) in [
        (KRISFOSTER, Verdict::Good, 20_133),
        (LENBORJE, Verdict::Good, 41_768),
        (TOMMY, Verdict::Good, 42_557),
        (EMPTY, Verdict::Suspect, 0),
        (ELIDE, Verdict::Broken, 0),
    ] {
        let Some(path) = testing::real(name) else {
            return;
        };
        let report = check_file(&path);
        assert_eq!(report.verdict, verdict, "{name}: {:?}", report.reasons);
        let found = report.contents.map_or(0, |contents| contents.methods);
        assert_eq!(found, methods);
    }
}

#[test]
fn a_sound_profile_is_good_and_its_sizes_are_told() {
    let report = check(SMALL);
    assert_eq!(report.verdict, Verdict::Good, "{:?}", report.reasons);
    let contents = report.contents.unwrap();
    assert_eq!(
        (contents.types, contents.methods, contents.sections.len()),
        (9, 6, 6)
    );
    let conditional = contents.sections[1].totals;
    assert_eq!(
        (conditional.entries, conditional.cells, conditional.sum),
        (2, 6, 21_020)
    );
    assert_eq!(contents.frames_resolved_share, Some(1.0));
    assert_eq!(contents.application_method_share, Some(5.0 / 6.0));
}

#[test]
fn what_is_odd_is_suspect_with_its_reason() {
    let empty = r#"{"version":"1.0.0","types":[{"id":1,"name":"a"}],"methods":[]}"#;
    assert_eq!(doubts_of(empty), [Doubt::NoMethods, Doubt::NothingCounted]);
    assert_eq!(
        doubts_of(&SMALL.replace("1.1.0", "1.9.0")),
        [Doubt::UnfamiliarVersion]
    );
    assert_eq!(
        doubts_of(&SMALL.replace("\"0:40\"", "\"77:40\"")),
        [Doubt::DanglingIds]
    );
    assert_eq!(
        doubts_of(&SMALL.replace("[8,2,2,2]", "[8,2,2,99]"))[1],
        Doubt::DanglingSignatures
    );
    assert_eq!(
        doubts_of(&SMALL.replace("shop.", "java.")),
        [Doubt::NoApplication]
    );
    assert_eq!(
        doubts_of(&SMALL.replace("\"int\"", "\"void\"")),
        [Doubt::DuplicateName]
    );
    assert_eq!(
        doubts_of(&SMALL.replace("\"3:0\"", "\"3:7\"")),
        [Doubt::Schema]
    );
    assert_eq!(
        doubts_of(&SMALL.replace("\"3:0\"", "\"0:0\"")),
        [Doubt::DuplicateContext]
    );
}

#[test]
fn what_cannot_be_used_is_broken_with_its_place() {
    let report = check(&SMALL[..700]);
    assert_eq!(report.verdict, Verdict::Broken);
    assert_eq!(report.reasons[0].offset, Some(700));
    assert!(report.contents.is_none());
    let twice = check(SMALL.replace("{\"id\":1,\"name\":\"int\"}", "{\"id\":0,\"name\":\"int\"}"));
    assert_eq!(
        twice.reasons[0].kind,
        ReasonKind::Damage(DamageKind::DuplicateId)
    );
    let missing = check_file(Path::new("no/such/file.iprof"));
    assert_eq!(
        missing.reasons[0].kind,
        ReasonKind::Damage(DamageKind::Unreadable)
    );
}
