//! Names as HotSpot logs them, and as `.iprof` has them (`Class.getName()`).

/// A type in a row of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowType {
    /// Its name.
    Named(String),
    /// A hidden class: its name has an address in it and means nothing in another process.
    Hidden,
}

/// Whether a class that a log names (with dots or with slashes) is hidden: `A$$Lambda/0x…`, in rows `A$$Lambda+0x…`.
pub(super) fn is_hidden(class: &str) -> bool {
    class.contains("/0x") || class.contains("+0x")
}

/// The types of a method's descriptor: what it returns, then its parameters. `None` if it is no descriptor.
pub(super) fn signature(descriptor: &str) -> Option<Vec<String>> {
    let (mut rest, returned) = descriptor.strip_prefix('(')?.split_once(')')?;
    let mut types = vec![String::new()];
    while !rest.is_empty() {
        let length = field_length(rest)?;
        types.push(class_name(&rest[..length])?);
        rest = &rest[length..];
    }
    types[0] = match returned {
        "V" => "void".to_owned(),
        field if field_length(field)? == field.len() => class_name(field)?,
        _ => return None,
    };
    Some(types)
}

/// How much of `text` its first field descriptor takes.
fn field_length(text: &str) -> Option<usize> {
    let dimensions = text.bytes().take_while(|byte| *byte == b'[').count();
    match text.as_bytes().get(dimensions)? {
        b'L' => Some(text.find(';')? + 1),
        letter => primitive(*letter).map(|_| dimensions + 1),
    }
}

fn primitive(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'Z' => "boolean",
        b'B' => "byte",
        b'S' => "short",
        b'C' => "char",
        b'I' => "int",
        b'F' => "float",
        b'J' => "long",
        b'D' => "double",
        _ => return None,
    })
}

/// `Class.getName()` of a field descriptor.
fn class_name(field: &str) -> Option<String> {
    let class = |name: &str| is_class(name).then(|| name.replace('/', "."));
    match field.as_bytes() {
        [b'L', .., b';'] => class(&field[1..field.len() - 1]),
        [b'[', ..] => {
            let element = field.trim_start_matches('[');
            match element.strip_prefix('L').and_then(|e| e.strip_suffix(';')) {
                Some(name) => is_class(name).then(|| field.replace('/', ".")),
                None => Some(field.to_owned()),
            }
        }
        [letter] => primitive(*letter).map(str::to_owned),
        _ => None,
    }
}

/// Whether a class may be called that. Spaces are legal in class files, but in a log they are somebody else's words.
pub(super) fn is_class(name: &str) -> bool {
    !name.is_empty() && !name.contains([' ', ';', '[', '<', '>', '(', ')', '\'', ':'])
}

/// Reads the type of a row: `'java/lang/String'`, `'a/B'[]`, `{type array byte}`, `{type array int}[]`.
pub(super) fn row_type(text: &str) -> Option<RowType> {
    let element = text.trim_end_matches("[]");
    let dimensions = (text.len() - element.len()) / 2;
    if let Some(name) = element
        .strip_prefix("{type array ")
        .and_then(|text| text.strip_suffix('}'))
    {
        let letter = b"ZBSCIFJD"
            .iter()
            .find(|letter| primitive(**letter) == Some(name))?;
        let name = "[".repeat(dimensions + 1) + &char::from(*letter).to_string();
        return Some(RowType::Named(name));
    }
    let name = element.strip_prefix('\'')?.strip_suffix('\'')?;
    if is_hidden(name) {
        return Some(RowType::Hidden);
    }
    if !is_class(name) {
        // Arrays of arrays may also stand as a descriptor.
        let array = name.starts_with('[') && field_length(name)? == name.len();
        return match array {
            true => class_name(name).map(|name| RowType::Named("[".repeat(dimensions) + &name)),
            false => None,
        };
    }
    let name = name.replace('/', ".");
    Some(RowType::Named(match dimensions {
        0 => name,
        _ => format!("{}L{name};", "[".repeat(dimensions)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Option<RowType> {
        Some(RowType::Named(name.to_owned()))
    }

    #[test]
    fn a_descriptor_becomes_names_as_class_get_name_has_them() {
        assert_eq!(
            signature("(I[Ljava/lang/Object;[[JLa/B$C;)Ljava/lang/String;"),
            Some(
                [
                    "java.lang.String",
                    "int",
                    "[Ljava.lang.Object;",
                    "[[J",
                    "a.B$C"
                ]
                .map(str::to_owned)
                .to_vec()
            )
        );
        assert_eq!(signature("()V"), Some(vec!["void".to_owned()]));
    }

    #[test]
    fn what_is_cut_is_no_descriptor() {
        for text in [
            "",
            "(",
            "()",
            "()Ljava/lang/Str",
            "(Ljava/lang/String)V",
            "()[",
            "()VV",
            "()II",
            "(V)V",
            "(Q)V",
            "()L;",
            "()La b;",
        ] {
            assert_eq!(signature(text), None, "{text}");
        }
    }

    #[test]
    fn rows_name_classes_arrays_and_hidden_classes() {
        assert_eq!(row_type("'java/lang/String'"), named("java.lang.String"));
        assert_eq!(
            row_type("'java/lang/String'[][]"),
            named("[[Ljava.lang.String;")
        );
        assert_eq!(row_type("{type array byte}"), named("[B"));
        assert_eq!(row_type("{type array int}[]"), named("[[I"));
        assert_eq!(
            row_type("'A$$Lambda+0x0000000095040210'"),
            Some(RowType::Hidden)
        );
        assert_eq!(
            row_type("'A$$Lambda$1+0x00007f39c0000a08'"),
            Some(RowType::Hidden)
        );
        for text in [
            "'java/lang/Str",
            "java/lang/String",
            "{type array word}",
            "''",
            "'a b'",
        ] {
            assert_eq!(row_type(text), None, "{text}");
        }
    }
}
