//! One line of a log: what it can be. Nothing here remembers an earlier line.
//!
//! Read off JDK 17 and 25 (`Method::print_invocation_count`, `BytecodePrinter`, `ProfileData::print_data_on` of HotSpot): they
//! differ in blanks, in `nonprofiled_count(n)`, and in how they write text constants.

/// Every method of a dump begins with this line, and the last one ends with it.
pub(super) const DASHES: &str =
    "------------------------------------------------------------------------";

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Between two methods.
    Dashes,
    /// `Total MDO size: 5464 bytes`: nothing follows in this dump.
    End,
    /// Nothing on it.
    Blank,
    /// An element of the log's XML: `<writer thread='14609'/>`.
    Element,
    /// `  invocation_counter:                300000`.
    Counter(&'a str, u64),
    /// `  mdo size: 400 bytes`.
    DataSize,
    /// `   3 ifne 17`.
    Instruction {
        bci: u32,
        opcode: &'a str,
        operands: &'a str,
    },
    /// `  0    bci: 3    BranchData         taken(199830) displacement(80)`.
    Record {
        /// Where its data lies in the method's, in bytes; parameter types have none.
        offset: Option<u32>,
        bci: u32,
        kind: &'a str,
        fields: &'a str,
    },
    /// A further line of a record, without its indent.
    Row(&'a str),
    /// Something about types of arguments, which `.iprof` has no place for.
    Types,
    /// Anything else: the head of a method, or other people's words.
    Other,
}

/// The width of `  invocation_counter:           %11d`: a line of another width was cut or glued.
const COUNTER_WIDTH: usize = 43;
/// Rows are indented by 36; nothing else is by more than 30.
const ROW_INDENT: usize = 30;
const COUNTERS: [&str; 4] = [
    "interpreter_invocation_count",
    "invocation_counter",
    "backedge_counter",
    "decompile_count",
];

/// Reads a line, which has neither line end nor XML escapes any more.
pub(super) fn line(text: &str) -> Line<'_> {
    let trimmed = text.trim_start_matches(' ');
    let indent = text.len() - trimmed.len();
    if trimmed.trim_end().is_empty() {
        return Line::Blank;
    }
    let special = match trimmed.as_bytes()[0] {
        b'-' if text == DASHES => Some(Line::Dashes),
        b'<' if indent == 0 && trimmed.ends_with('>') => Some(Line::Element),
        b'T' if indent == 0 => total(text),
        b'0'..=b'9' => instruction_or_record(trimmed, indent),
        b'b' if indent == 2 => record(None, trimmed),
        _ => None,
    };
    if let Some(line) = special {
        return line;
    }
    if ["argument types ", "return type ", "parameter types "]
        .iter()
        .any(|word| indent > 0 && trimmed.starts_with(word))
    {
        return Line::Types;
    }
    if indent >= ROW_INDENT {
        return Line::Row(trimmed.trim_end());
    }
    counter(text, trimmed, indent).unwrap_or(Line::Other)
}

fn total(text: &str) -> Option<Line<'_>> {
    let size = text
        .strip_prefix("Total MDO size: ")?
        .strip_suffix(" bytes")?;
    number(size).map(|_| Line::End)
}

fn counter<'a>(text: &'a str, trimmed: &'a str, indent: usize) -> Option<Line<'a>> {
    let (name, value) = trimmed.split_once(':')?;
    if indent != 2 {
        return None;
    }
    if name == "mdo size" {
        let size = value.strip_prefix(' ')?.strip_suffix(" bytes")?;
        return number(size).map(|_| Line::DataSize);
    }
    let name = COUNTERS.iter().find(|known| **known == name)?;
    if text.len() != COUNTER_WIDTH {
        return None;
    }
    Some(Line::Counter(name, number(value.trim_start())?))
}

fn instruction_or_record(trimmed: &str, indent: usize) -> Option<Line<'_>> {
    let digits = trimmed
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(trimmed.len());
    let (first, rest) = trimmed.split_at(digits);
    // `1: stack(2) none`: the second argument of a call.
    if rest.starts_with(": stack(") {
        return Some(Line::Types);
    }
    let first = u32::try_from(number(first)?).ok()?;
    // Columns are not wide enough for every number: `1000bci: 1203VirtualCallData     count(0)`.
    if indent == 2 && rest.trim_start().starts_with("bci: ") {
        return record(Some(first), rest.trim_start());
    }
    let rest = rest.strip_prefix(' ')?;
    let (opcode, operands) = rest.split_once(' ').unwrap_or((rest, ""));
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_opcode = !opcode.is_empty() && opcode.bytes().all(letter);
    (is_opcode && indent < 4).then_some(Line::Instruction {
        bci: first,
        opcode,
        operands: operands.trim(),
    })
}

/// `bci: 3    BranchData         taken(199830) displacement(80)`.
fn record(offset: Option<u32>, text: &str) -> Option<Line<'_>> {
    let text = text.strip_prefix("bci: ")?;
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (bci, rest) = text.split_at(digits);
    let bci = u32::try_from(number(bci)?).ok()?;
    let rest = rest.trim_start();
    let (kind, fields) = rest.split_at(rest.find(KIND_END)? + KIND_END.len());
    let letters = kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    letters.then_some(Line::Record {
        offset,
        bci,
        kind,
        fields: fields.trim_start(),
    })
}

/// The names of all kinds of records end so.
const KIND_END: &str = "Data";

/// A whole number, and nothing else.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The number in `key(number)` of a record's fields; `None` if it is not there or cut.
pub(super) fn field(fields: &str, key: &str) -> Option<i64> {
    let mut from = 0;
    loop {
        let at = from + fields[from..].find(key)?;
        let begins = at == 0 || fields.as_bytes()[at - 1] == b' ';
        let after = &fields[at + key.len()..];
        if let (true, Some(value)) = (begins, after.strip_prefix('(')) {
            let value = &value[..value.find(')')?];
            let digits = value.strip_prefix('-').unwrap_or(value);
            return number(digits).and_then(|_| value.parse().ok());
        }
        from = at + key.len();
    }
}

/// Replaces the five entities that HotSpot's log writes (`xmlTextStream::write`).
pub(super) fn unescape(line: &str, into: &mut String) {
    into.clear();
    let mut rest = line;
    while let Some(at) = rest.find('&') {
        into.push_str(&rest[..at]);
        rest = &rest[at..];
        let entities = [
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&apos;", '\''),
            ("&amp;", '&'),
        ];
        match entities.iter().find(|(entity, _)| rest.starts_with(entity)) {
            Some((entity, letter)) => {
                into.push(*letter);
                rest = &rest[entity.len()..];
            }
            None => {
                into.push('&');
                rest = &rest[1..];
            }
        }
    }
    into.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_jdks_are_told_apart() {
        let record = |offset| Line::Record {
            offset: Some(offset),
            bci: 7,
            kind: "VirtualCallData",
            fields: "count(0) entries(1)",
        };
        let instruction = Line::Instruction {
            bci: 3,
            opcode: "ifne",
            operands: "17",
        };
        for (text, expected) in [
            (DASHES, Line::Dashes),
            ("Total MDO size: 5464 bytes", Line::End),
            ("", Line::Blank),
            ("<writer thread='14609'/>", Line::Element),
            (
                "  invocation_counter:                300000",
                Line::Counter("invocation_counter", 300_000),
            ),
            ("  mdo size: 400 bytes", Line::DataSize),
            ("   3 ifne 17", instruction),
            ("3 ifne 17", instruction),
            (
                "  32   bci: 7    VirtualCallData    count(0) entries(1)",
                record(32),
            ),
            (
                "                                    'Mix$C'(99914 1.00)",
                Line::Row("'Mix$C'(99914 1.00)"),
            ),
            (
                "                return type         'java/lang/String'",
                Line::Types,
            ),
            (
                "                                    1: stack(2) none",
                Line::Types,
            ),
            ("static Mix::f(LMix$S;I)D", Line::Other),
            ("hello", Line::Other),
        ] {
            assert_eq!(line(text), expected, "{text}");
        }
    }

    #[test]
    fn a_cut_or_glued_line_is_nothing_known() {
        for text in [
            "  invocation_counter:                30",
            "  invocation_counter:                300000x",
            "Total MDO size: 54",
            "-----------------------------------",
            "bye  3 ifne 17",
        ] {
            assert_eq!(line(text), Line::Other, "{text}");
        }
    }

    #[test]
    fn fields_are_found_whatever_stands_before_them() {
        assert_eq!(
            field("trap(null_check) flags(128) count(7) entries(0)", "count"),
            Some(7)
        );
        assert_eq!(
            field(
                "count(310) nonprofiled_count(2) entries(0)",
                "nonprofiled_count"
            ),
            Some(2)
        );
        assert_eq!(
            field("taken(3) displacement(-48)", "displacement"),
            Some(-48)
        );
        assert_eq!(field("default_count(1)", "count"), None);
        assert_eq!(field("taken(19", "taken"), None);
        assert_eq!(field("taken()", "taken"), None);
    }

    #[test]
    fn entities_are_replaced_once() {
        let mut text = String::new();
        unescape("a&lt;b&gt;&amp;lt; &apos;&quot; & &x", &mut text);
        assert_eq!(text, "a<b>&lt; '\" & &x");
    }
}
