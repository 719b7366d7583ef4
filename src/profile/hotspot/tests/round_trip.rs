//! What a log says is what its profile says, whatever stands between the lines and wherever it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::known::{Counted, Known, Step, Style, converted, counted, log};

fn steps() -> impl Strategy<Value = Step> {
    let count = prop_oneof![Just(0_u64), 1..5_000_000_000_u64];
    let opcode = prop::sample::select(vec!["ifeq", "ifnonnull", "if_icmplt", "if_acmpne", "ifgt"]);
    let branch = (opcode, 0..9_usize, count.clone(), count.clone());
    let cases = prop::collection::vec((0..9_usize, count.clone()), 0..5);
    let types = prop::collection::btree_map(0..9_u32, 1..99_u64, 0..8);
    prop_oneof![
        branch.prop_map(|(opcode, to, taken, not_taken)| Step::If {
            opcode,
            to,
            taken,
            not_taken
        }),
        (cases, count.clone()).prop_map(|(cases, default)| Step::Switch { cases, default }),
        (types, count).prop_map(|(types, untyped)| Step::Call {
            types: types.into_iter().collect(),
            untyped
        }),
        "[a-z<>&' ]{0,12}".prop_map(Step::Text),
        Just(Step::Odd),
    ]
}

fn methods() -> impl Strategy<Value = Vec<Known>> {
    let method = (
        0..6_u32,
        0..1_000_000_000_u64,
        prop::collection::vec(steps(), 0..8),
    );
    let method = method.prop_map(|(number, calls, code)| Known {
        number,
        calls,
        code,
    });
    prop::collection::vec(method, 1..6)
}

fn styles() -> impl Strategy<Value = Style> {
    prop::sample::select(vec![Style::Jdk17, Style::Jdk25])
}

fn expected(methods: &[Known]) -> Counted {
    let mut all = Counted::new();
    methods.iter().for_each(|method| method.counted(&mut all));
    all
}

/// Methods of different classes: what is left of a log is then whole methods of it.
fn distinct(methods: Vec<Known>) -> Vec<Known> {
    let numbered = (0..).zip(methods);
    numbered
        .map(|(number, method)| Known { number, ..method })
        .collect()
}

/// Whether `part` has nothing that `whole` has not, count for count.
fn is_part(part: &Counted, whole: &Counted) -> bool {
    part.iter()
        .all(|(key, count)| whole.get(key) == Some(count))
}

proptest! {
    #[test]
    fn a_profile_says_what_its_log_said(methods in methods(), style in styles(), xml: bool) {
        let (profile, conversion) = converted(log(&methods, style, xml).as_bytes()).unwrap();
        prop_assert_eq!(counted(&profile), expected(&methods));
        prop_assert_eq!(conversion.methods, methods.len() as u64);
        prop_assert_eq!(conversion.left_out.damaged_methods, 0);
        let odd = methods.iter().flat_map(|method| &method.code).filter(|step| matches!(step, Step::Odd)).count() as u64;
        prop_assert_eq!(conversion.left_out.unknown_kinds.values().sum::<u64>(), odd);
        prop_assert_eq!(conversion.left_out.cut, None);
    }

    #[test]
    fn output_of_the_program_between_the_lines_changes_no_count(
        methods in methods(), style in styles(), words in "[ -~]{0,30}", at: prop::sample::Index,
    ) {
        let methods = distinct(methods);
        let text = log(&methods, style, false);
        let lines: Vec<&str> = text.lines().collect();
        let at = at.index(lines.len());
        let mixed = format!("{}\n{words}\n{}\n", lines[..at].join("\n"), lines[at..].join("\n"));
        if let Some((profile, _)) = converted(mixed.as_bytes()) {
            prop_assert!(is_part(&counted(&profile), &expected(&methods)), "{}", mixed);
        }
    }

    #[test]
    fn output_of_the_program_inside_a_line_costs_a_method_at_most(
        methods in methods(), style in styles(), at: prop::sample::Index,
        words in prop::sample::select(vec!["\nbye\n", "bye", "bye\n", "\n", "  \n"]),
    ) {
        let methods = distinct(methods);
        let mut text = log(&methods, style, false);
        let at = at.index(text.len());
        // A word glued to a name is a name, and one line's end is another's beginning: only HotSpot's own lines are told apart.
        let head = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let in_head = text[head..].starts_with("static final");
        let in_type = text[head..at].matches('\'').count() % 2 == 1;
        text.insert_str(at, words);
        if let Some((profile, conversion)) = converted(text.as_bytes()) && !in_head && !in_type {
            let (found, whole) = (counted(&profile), expected(&methods));
            prop_assert!(is_part(&found, &whole), "{}\n{:?}\n{:?}", text, found, whole);
            prop_assert!(conversion.methods + 2 >= methods.len() as u64);
        }
    }

    #[test]
    fn a_cut_log_keeps_whole_methods_and_says_that_it_is_cut(methods in methods(), style in styles(), xml: bool, at: prop::sample::Index) {
        let methods = distinct(methods);
        let text = log(&methods, style, xml);
        let end = text.find("Total MDO size").unwrap();
        let cut = &text.as_bytes()[..at.index(end)];
        if let Some((profile, conversion)) = converted(cut) {
            prop_assert!(is_part(&counted(&profile), &expected(&methods)));
            prop_assert!(conversion.left_out.cut.is_some());
        }
    }

    #[test]
    fn no_bytes_make_it_fail(methods in methods(), style in styles(), places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = log(&methods, style, true).into_bytes();
        for (at, byte) in places {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        converted(&bytes);
    }

    #[test]
    fn garbage_is_no_log(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(converted(&bytes).is_none());
    }
}

fn known(code: Vec<Step>) -> Known {
    Known {
        number: 1,
        calls: 7,
        code,
    }
}

#[test]
fn a_text_constant_that_looks_like_a_record_is_none() {
    let words = "a\nbranch\n  0   bci: 2    BranchData          taken(5) displacement(1)\n                                    not taken(9)\nb";
    let branch = Step::If {
        opcode: "ifne",
        to: 0,
        taken: 3,
        not_taken: 4,
    };
    let method = known(vec![Step::Text("plain".into()), branch.clone()]);
    let plain = log(std::slice::from_ref(&method), Style::Jdk17, true);
    let (profile, _) = converted(plain.replace("plain", words).as_bytes()).unwrap_or_default();
    assert!(is_part(&counted(&profile), &expected(&[method])));
    let harmless = known(vec![Step::Text("9 lives\nand more".into()), branch]);
    let (profile, conversion) = converted(
        log(std::slice::from_ref(&harmless), Style::Jdk25, false)
            .replace("9 lives\n", "lives\n")
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(counted(&profile), expected(&[harmless]));
    assert_eq!(conversion.left_out.other_lines, 1);
}

#[test]
fn a_branch_whose_target_lost_a_digit_is_damage() {
    let branch = Step::If {
        opcode: "ifne",
        to: 2,
        taken: 3,
        not_taken: 4,
    };
    let call = Step::Call {
        types: vec![(1, 2)],
        untyped: 0,
    };
    let method = known(vec![
        call.clone(),
        Step::Switch {
            cases: vec![],
            default: 1,
        },
        call,
        branch,
    ]);
    let whole = log(std::slice::from_ref(&method), Style::Jdk25, false);
    assert!(whole.contains("ifne 16\n"), "{whole}");
    assert!(converted(whole.replace("ifne 16\n", "ifne 1\n").as_bytes()).is_none());
}

#[test]
fn numbers_that_fill_their_columns_are_read() {
    let branch = |to| Step::If {
        opcode: "ifeq",
        to,
        taken: 11,
        not_taken: 12,
    };
    let call = Step::Call {
        types: vec![(1, 2)],
        untyped: 0,
    };
    let code: Vec<Step> = std::iter::repeat_n([call, branch(1)], 2000)
        .flatten()
        .collect();
    for style in [Style::Jdk17, Style::Jdk25] {
        let method = known(code.clone());
        let text = log(std::slice::from_ref(&method), style, false);
        assert!(
            text.contains("bci: 1199"),
            "numbers reach the ends of their columns"
        );
        let (profile, _) = converted(text.as_bytes()).unwrap();
        assert_eq!(counted(&profile), expected(&[method]), "{style:?}");
    }
}

#[test]
fn the_head_of_a_log_names_the_jvm() {
    let (_, conversion) = converted(log(&[known(vec![])], Style::Jdk25, true).as_bytes()).unwrap();
    let jvm = conversion.jvm.unwrap();
    assert_eq!(
        (jvm.version.as_str(), jvm.flags.as_str(), jvm.feature()),
        ("25.0.3+9-LTS", "-XX:+PrintMethodData -Dx=<y>", Some(25))
    );
}

#[test]
fn a_count_at_the_limit_is_named_and_is_the_least_it_can_be() {
    let method = Known {
        calls: crate::profile::hotspot::convert::COUNTER_LIMIT,
        ..known(vec![])
    };
    let (profile, conversion) = converted(log(&[method], Style::Jdk17, true).as_bytes()).unwrap();
    assert_eq!(conversion.left_out.at_limit, ["shop.C1.run"]);
    assert!(conversion.left_out.warnings()[0].contains("`shop.C1.run` among them"));
    // What it printed is no count: more than this is all that is known.
    assert_eq!(
        counted(&profile)["call shop.C1.run:0 "],
        crate::profile::hotspot::convert::CERTAIN
    );
}
