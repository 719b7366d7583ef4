//! Names as a Java person reads them: `[Ljava.lang.String;` is `java.lang.String[]`, `<init>` is `new`.

use super::symbols::{MethodSym, Symbols};

/// A type as it stands in Java source. Names that no source has (lambdas, hidden classes) lose only their addresses.
pub fn readable_type(name: &str) -> String {
    let depth = name.bytes().take_while(|byte| *byte == b'[').count();
    let element = &name[depth..];
    let element = match (depth, element.as_bytes()) {
        (0, _) => element,
        (_, [b'L', .., b';']) => &element[1..element.len() - 1],
        (_, [letter]) => primitive(*letter).unwrap_or(element),
        _ => element,
    };
    dotted(without_address(element)) + &"[]".repeat(depth)
}

/// A type without its package.
pub fn short_type(name: &str) -> String {
    let readable = readable_type(name);
    let is_package = |part: &&str| part.starts_with(|first: char| first.is_ascii_lowercase());
    let parts: Vec<&str> = readable.split('.').collect();
    let packages = parts
        .iter()
        .take(parts.len() - 1)
        .take_while(|part| is_package(part));
    parts[packages.count()..].join(".")
}

/// `java.util.HashMap.put(Object, Object)`, `new shop.Cart.Item(String, int)`, `static {} of shop.Cart`.
pub fn readable_method(symbols: &Symbols, method: MethodSym) -> String {
    let declaring = readable_type(symbols.declaring_type(method));
    let parameters = symbols.signature(method).iter().skip(2);
    let parameters: Vec<String> = parameters
        .map(|symbol| short_type(symbols.type_name(*symbol)))
        .collect();
    let parameters = parameters.join(", ");
    match symbols.method_name(method) {
        "<init>" => format!("new {declaring}({parameters})"),
        "<clinit>" => format!("static {{}} of {declaring}"),
        name => format!("{declaring}.{name}({parameters})"),
    }
}

/// A method with the type that it returns: `java.util.HashMap.size(): int`.
pub fn readable_method_and_type(symbols: &Symbols, method: MethodSym) -> String {
    let returned = symbols.signature(method).get(1);
    let returned = returned.map_or("", |symbol| symbols.type_name(*symbol));
    format!(
        "{}: {}",
        readable_method(symbols, method),
        short_type(returned)
    )
}

/// A method without its parameters, for stacks: `java.util.HashMap.put`.
pub fn stack_name(symbols: &Symbols, method: MethodSym) -> String {
    let declaring = readable_type(symbols.declaring_type(method));
    format!("{declaring}.{}", symbols.method_name(method))
}

/// The descriptor that class files have for a method: `(Ljava/lang/String;I)V`.
pub fn descriptor(symbols: &Symbols, method: MethodSym) -> String {
    let mut types = symbols.signature(method).iter().skip(1);
    let returned = types
        .next()
        .map(|symbol| type_descriptor(symbols.type_name(*symbol)));
    let parameters = types.map(|symbol| type_descriptor(symbols.type_name(*symbol)));
    let parameters: String = parameters.collect();
    format!("({parameters}){}", returned.unwrap_or_default())
}

fn type_descriptor(name: &str) -> String {
    if name.starts_with('[') {
        return name.replace('.', "/");
    }
    let letter = (*b"ZBCSIJFDV")
        .into_iter()
        .find(|letter| primitive(*letter) == Some(name));
    match letter {
        Some(letter) => char::from(letter).to_string(),
        None => format!("L{};", name.replace('.', "/")),
    }
}

fn primitive(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'Z' => "boolean",
        b'B' => "byte",
        b'C' => "char",
        b'S' => "short",
        b'I' => "int",
        b'J' => "long",
        b'F' => "float",
        b'D' => "double",
        b'V' => "void",
        _ => return None,
    })
}

/// `X$$Lambda/0x9a24` without what changes from build to build.
fn without_address(name: &str) -> &str {
    match name.find("/0x") {
        Some(at) => &name[..at],
        None => name,
    }
}

/// `Map$Entry` as `Map.Entry`; `Outer$1`, `X$$Lambda$84c7` and names that begin or end with `$` stay.
fn dotted(name: &str) -> String {
    let (name, hidden) = name.split_at(name.find("$$").unwrap_or(name.len()));
    let bytes = name.as_bytes();
    let dot = |(at, byte): (usize, char)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + 1);
        let inner = byte == '$'
            && before.is_some_and(u8::is_ascii_alphanumeric)
            && after.is_some_and(u8::is_ascii_alphabetic);
        if inner { '.' } else { byte }
    };
    name.char_indices().map(dot).collect::<String>() + hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_in_source() {
        for (name, readable) in [
            ("int", "int"),
            ("[I", "int[]"),
            ("[[Ljava.lang.String;", "java.lang.String[][]"),
            ("java.util.Map$Entry", "java.util.Map.Entry"),
            ("[Ljava.util.Map$Entry;", "java.util.Map.Entry[]"),
            ("shop.Main$1", "shop.Main$1"),
            ("shop.Main$$Lambda/0x9a2400", "shop.Main$$Lambda"),
            ("a.B$C$$Lambda$dad24778", "a.B.C$$Lambda$dad24778"),
            (
                "java.lang.invoke.LambdaForm$MH/0x00000008011a8800",
                "java.lang.invoke.LambdaForm.MH",
            ),
            ("jdk.proxy1.$Proxy/s1d4d9fd9", "jdk.proxy1.$Proxy/s1d4d9fd9"),
            ("[", "[]"),
            ("", ""),
        ] {
            assert_eq!(readable_type(name), readable);
        }
        assert_eq!(short_type("java.util.Map$Entry"), "Map.Entry");
        assert_eq!(short_type("Main"), "Main");
    }

    #[test]
    fn methods_read_as_in_source_and_have_the_descriptor_of_class_files() {
        let mut symbols = Symbols::default();
        let types = ["shop.Cart$Item", "void", "java.lang.String", "int", "[J"];
        let types = types.map(|name| symbols.intern_type(name));
        let [init, clinit, f] = ["<init>", "<clinit>", "f"].map(|n| symbols.intern_method_name(n));
        let init = symbols.intern_method(init, &types);
        assert_eq!(
            readable_method(&symbols, init),
            "new shop.Cart.Item(String, int, long[])"
        );
        assert_eq!(descriptor(&symbols, init), "(Ljava/lang/String;I[J)V");
        let clinit = symbols.intern_method(clinit, &types[..2]);
        assert_eq!(
            readable_method(&symbols, clinit),
            "static {} of shop.Cart.Item"
        );
        let f = symbols.intern_method(f, &[types[0], types[4]]);
        assert_eq!(readable_method(&symbols, f), "shop.Cart.Item.f()");
        assert_eq!(
            readable_method_and_type(&symbols, f),
            "shop.Cart.Item.f(): long[]"
        );
        assert_eq!(descriptor(&symbols, f), "()[J");
        assert_eq!(stack_name(&symbols, f), "shop.Cart.Item.f");
    }
}
