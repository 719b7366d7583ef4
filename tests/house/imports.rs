//! What a source file takes from others: its `use` lines and the paths in its code, read as tokens. Tests are left out.

use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What one file names.
#[derive(Debug, Default)]
pub struct Imports {
    /// `use` lines, one a name.
    pub uses: Vec<Use>,
    /// Paths of two or more words in the code.
    pub paths: Vec<Vec<String>>,
    /// Single words in the code.
    pub words: Vec<String>,
}

/// A name that a `use` line brings in.
#[derive(Clone, Debug)]
pub struct Use {
    /// From where.
    pub path: Vec<String>,
    /// Under which name.
    pub name: String,
    /// Whether it is handed on (`pub use`).
    pub is_re_export: bool,
}

/// Every source file below `root` that is not a test: its module path (`a::b`) and its text.
pub fn sources(root: &Path) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(root).sort_by_file_name();
    let files = files.into_iter().filter_map(Result::ok);
    let sources: Vec<(String, String)> = files
        .filter(|entry| entry.path().extension().is_some_and(|ext| ext == "rs"))
        .map(|entry| {
            let below = entry.path().strip_prefix(root).expect("it is below");
            let module = below
                .with_extension("")
                .to_string_lossy()
                .replace('/', "::");
            let text = std::fs::read_to_string(entry.path()).expect("sources are readable");
            (module, text)
        })
        .collect();
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|(module, text)| test_modules(module, text))
        .collect();
    let is_test = |module: &str| {
        let below = |test: &String| module == test || module.starts_with(&format!("{test}::"));
        tests.iter().any(below)
    };
    sources
        .into_iter()
        .filter(|(module, _)| !is_test(module))
        .collect()
}

/// The modules in files of their own that are there for tests only.
fn test_modules(module: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let parent = if module == "lib" {
        String::new()
    } else {
        format!("{module}::")
    };
    lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("#[cfg(test)]"))
        .filter_map(|pair| pair[1].strip_suffix(';')?.rsplit_once("mod "))
        .map(|(_, name)| format!("{parent}{name}"))
        .collect()
}

/// Reads `text`, which must be Rust.
pub fn imports(text: &str) -> Imports {
    let mut imports = Imports::default();
    let tokens: TokenStream = text.parse().expect("sources are Rust");
    read(tokens, &mut imports);
    imports
}

fn read(tokens: TokenStream, imports: &mut Imports) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_punct(&tokens, at, '#') {
            let is_test = tokens
                .get(at + 1)
                .is_some_and(|group| group.to_string().replace(' ', "") == "[cfg(test)]");
            at += 2;
            if is_test {
                at = after_item(&tokens, at);
            }
            continue;
        }
        match &tokens[at] {
            TokenTree::Ident(word) if *word == "use" => {
                let is_re_export = is_public(&tokens[..at]);
                let end = (at..tokens.len())
                    .find(|index| is_punct(&tokens, *index, ';'))
                    .unwrap_or(tokens.len());
                flatten(&tokens[at + 1..end], &[], is_re_export, &mut imports.uses);
                at = end;
            }
            TokenTree::Ident(word) => {
                let mut path = vec![word.to_string()];
                while is_punct(&tokens, at + 1, ':') && is_punct(&tokens, at + 2, ':') {
                    let Some(TokenTree::Ident(next)) = tokens.get(at + 3) else {
                        break;
                    };
                    path.push(next.to_string());
                    at += 3;
                }
                match path.len() {
                    1 => imports.words.append(&mut path),
                    _ => imports.paths.push(path),
                }
            }
            TokenTree::Group(group) => read(group.stream(), imports),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}

fn is_punct(tokens: &[TokenTree], at: usize, wanted: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Whether what comes next is `pub` or `pub(…)`.
fn is_public(before: &[TokenTree]) -> bool {
    let is_pub = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if *word == "pub");
    match before {
        [.., one, TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            is_pub(one)
        }
        [.., last] => is_pub(last),
        [] => false,
    }
}

/// Where the item that begins at `at` is over: after its `;` or its braces.
fn after_item(tokens: &[TokenTree], mut at: usize) -> usize {
    while at < tokens.len() {
        let ends = match &tokens[at] {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        at += 1;
        if ends {
            break;
        }
    }
    at
}

/// The names of a `use` tree.
fn flatten(tree: &[TokenTree], before: &[String], is_re_export: bool, uses: &mut Vec<Use>) {
    let mut path = before.to_vec();
    let mut name = None;
    let mut tokens = tree.iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if *word == "as" => {
                name = tokens.next().map(TokenTree::to_string);
            }
            TokenTree::Ident(word) if *word == "self" && !path.is_empty() => {}
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in inner.split(
                    |token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','),
                ) {
                    if !part.is_empty() {
                        flatten(part, &path, is_re_export, uses);
                    }
                }
                return;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    if let Some(last) = path.last() {
        let name = name.unwrap_or_else(|| last.clone());
        uses.push(Use {
            path,
            name,
            is_re_export,
        });
    }
}
