//! What the parser says about sound and unsound text.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

const WHOLE: &str = r#"{"version":"1.0.0",
 "types":[{"id":0,"name":"void"},{"id":7,"name":"a.Main"}],
 "methods":[{"id":3,"name":"main","signature":[7,0]}],
 "callCountProfiles":[{"ctx":"3:0","records":[5]}],
 "conditionalProfiles":[{"ctx":"3:4<3:9","records":[9,0,1,-1,1,4]}],
 "virtualInvokeProfiles":[{"ctx":"3:1","records":[7,2]}],
 "monitorProfiles":[{"ctx":"0:0","records":[7,1]}],
 "samplingProfiles":[], "later": {"a":[1,{}]}}"#;

fn damage(text: &str) -> Damage {
    parse(text.as_bytes()).expect_err(text)
}

#[test]
fn a_whole_profile_is_read() {
    let profile = parse(WHOLE.as_bytes()).unwrap();
    assert_eq!(profile.version, Some(Version::V1_0_0));
    assert_eq!(profile.types.unwrap().0[1].name, "a.Main");
    let methods = profile.methods.unwrap();
    assert_eq!(methods.signature(&methods.rows[0]), [7, 0]);
    let branches = profile.sections[Section::Conditional.index()]
        .as_ref()
        .unwrap();
    assert_eq!(branches.entries[0].context, "3:4<3:9");
    assert_eq!(branches.record(&branches.entries[0]), [9, 0, 1, -1, 1, 4]);
    assert!(profile.unknown.iter().eq(["later"]));
    assert!(profile.sections[Section::Instanceof.index()].is_none());
}

#[test]
fn every_truncation_is_found_at_the_cut() {
    for end in 0..WHOLE.len() {
        let damage = damage(&WHOLE[..end]);
        let expected = match end {
            0 => (DamageKind::Empty, None),
            _ => (DamageKind::Truncated, Some(end as u64)),
        };
        assert_eq!((damage.kind, damage.offset), expected, "{damage}");
    }
}

#[test]
fn the_rest_behind_known_tables_reads_the_same_and_counts_offsets_from_the_start() {
    let end = parse(WHOLE.as_bytes()).unwrap().tables_end.unwrap();
    assert!(WHOLE[..end].ends_with("[7,0]}]"));
    let rest = parse_sections(WHOLE.as_bytes(), end, Version::V1_0_0).unwrap();
    assert!(rest.types.is_none());
    assert_eq!(rest.sections[0].as_ref().unwrap().records, [5]);
    let cut = &WHOLE.as_bytes()[..WHOLE.len() - 3];
    let damage = parse_sections(cut, end, Version::V1_0_0).unwrap_err();
    assert_eq!(damage.offset, Some(cut.len() as u64));
}

#[test]
fn the_offset_points_at_the_damage() {
    let text = WHOLE.replace("[5]", "[\"5\"]");
    let damage = damage(&text);
    let place = text.find("\"5\"").unwrap();
    assert_eq!(damage.kind, DamageKind::Shape);
    assert!(
        damage.offset.unwrap().abs_diff(place as u64) <= 3,
        "{damage} / {place}"
    );
}

#[test]
fn unsound_records_are_named() {
    for (from, to, part) in [
        ("[5]", "[5,6]", "2 numbers where there must be one"),
        ("[5]", "[]", "0 numbers where there must be one"),
        ("[5]", "[-5]", "negative count (-5)"),
        ("[5]", "[5.5]", "floating point"),
        ("[5]", "[1e400]", "out of range"),
        ("[5]", "[9223372036854775808]", "9223372036854775808"),
        ("[7,2]", "[7,2,7]", "not a multiple of 2"),
        ("[7,2]", "[7,-2]", "negative count"),
        ("[9,0,1,-1,1,4]", "[9,0,1,-1]", "not a multiple of 3"),
        ("[9,0,1,-1,1,4]", "[9999999999,0,1]", "out of range"),
        ("\"3:0\"", "30", "a text"),
        (",\"records\":[5]", "", "missing field `records`"),
        (
            "\"ctx\":\"3:0\"",
            "\"ctx\":\"3:0\",\"ctx\":\"3:1\"",
            "duplicate field",
        ),
        (
            "{\"ctx\":\"3:0\",\"records\":[5]}",
            "[\"3:0\",[5]]",
            "an entry",
        ),
    ] {
        let damage = damage(&WHOLE.replacen(from, to, 1));
        assert_eq!(damage.kind, DamageKind::Shape, "{damage}");
        assert!(damage.message.contains(part), "{damage} should say {part}");
    }
}

#[test]
fn what_is_no_profile_is_named() {
    for (text, kind) in [
        ("", DamageKind::Empty),
        (" \n", DamageKind::Empty),
        ("{}", DamageKind::Missing),
        ("[]", DamageKind::Syntax),
        ("null", DamageKind::Syntax),
        ("{\"version\":\"2.0.0\"}", DamageKind::Version),
        ("{\"version\":\"x\"}", DamageKind::Version),
        ("{\"version\":1}", DamageKind::Shape),
        ("{\"types\":[],\"types\":[]}", DamageKind::Shape),
        ("{\"a\":1,\"a\":2}", DamageKind::Shape),
        ("{version:1}", DamageKind::Syntax),
        (
            "{\"version\":\"1.0.0\",\"types\":[],\"methods\":[]} x",
            DamageKind::Syntax,
        ),
    ] {
        assert_eq!(damage(text).kind, kind, "{text}");
    }
}

#[test]
fn deep_nesting_is_damage_and_not_a_crash() {
    let text = format!("{{\"version\":\"1.0.0\",\"deep\":{}", "[".repeat(1 << 20));
    assert_eq!(damage(&text).kind, DamageKind::Truncated);
    let text = WHOLE.replace("[5]", &"[".repeat(1 << 20));
    assert_eq!(damage(&text).kind, DamageKind::Shape);
}

#[test]
fn text_that_is_not_utf8_is_damage_at_its_byte() {
    let mut bytes = WHOLE.as_bytes().to_vec();
    bytes[30] = 0xff;
    let damage = parse(&bytes).unwrap_err();
    assert_eq!((damage.kind, damage.offset), (DamageKind::Syntax, Some(30)));
}

#[test]
fn the_old_layout_is_read() {
    let text = r#"{ "version": "0.2.0", "types": [ { "id": 1, "typeName": "a.B" } ],
      "methods": [ { "id": 2, "methodName": "f", "signature": [ 1, 1 ] } ],
      "hotnessPoints": [ { "methodBciList": "2:0,2:-6", "records": [ 3 ] } ],
      "monitorsProfile": { "records": [ 1, 4 ] } }"#;
    let profile = parse(text.as_bytes()).unwrap();
    let monitors = profile.sections[Section::Monitor.index()].as_ref().unwrap();
    assert_eq!(monitors.entries[0].context, "0:0");
    assert_eq!(monitors.records, [1, 4]);
    let calls = profile.sections[Section::CallCount.index()]
        .as_ref()
        .unwrap();
    assert_eq!(calls.entries[0].context, "2:0,2:-6");
}

#[test]
fn names_with_escapes_are_unescaped() {
    let text = WHOLE.replace("a.Main", "a.\\u004dain\\n");
    let profile = parse(text.as_bytes()).unwrap();
    assert_eq!(profile.types.unwrap().0[1].name, "a.Main\n");
}
