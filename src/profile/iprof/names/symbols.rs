//! Names that outlive one file: types by name, methods by name and resolved signature.
//!
//! Ids mean nothing outside their file. A symbol does: two files that know the same method get the same symbol, which
//! makes everything behind it (contexts, receiver types) comparable and addable.

use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::profile::iprof::text::context::Frame;

/// A type, in one [`Symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeSym(pub u32);

/// A method, in one [`Symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodSym(pub u32);

/// A set of texts, each with a number from 0.
#[derive(Debug, Default)]
pub struct Names {
    text: String,
    spans: Vec<Span>,
    table: HashTable<(Span, u32)>,
    hasher: DefaultHashBuilder,
}

/// Where a text lies in the text of all. It is in the table too: a look-up that misses the cache once less.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    length: u32,
}

impl Span {
    fn of(self, text: &str) -> &[u8] {
        &text.as_bytes()[self.start..self.start + self.length as usize]
    }
}

impl Names {
    /// The number of `name`, which is added if it is new.
    pub fn intern(&mut self, name: &str) -> u32 {
        let Self {
            text,
            spans,
            table,
            hasher,
        } = self;
        let hash = hasher.hash_one(name.as_bytes());
        if let Some((_, number)) = table.find(hash, |(span, _)| span.of(text) == name.as_bytes()) {
            return *number;
        }
        let number = spans.len() as u32;
        let span = Span {
            start: text.len(),
            length: name.len() as u32,
        };
        text.push_str(name);
        spans.push(span);
        table.insert_unique(hash, (span, number), |(span, _)| {
            hasher.hash_one(span.of(text))
        });
        number
    }

    /// The number of `name`, if it is there.
    pub fn find(&self, name: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(name.as_bytes());
        let same = |(span, _): &(Span, u32)| span.of(&self.text) == name.as_bytes();
        self.table.find(hash, same).map(|(_, number)| *number)
    }

    /// The text of a number that [`Self::intern`] gave.
    pub fn get(&self, number: u32) -> &str {
        let Span { start, length } = self.spans[number as usize];
        &self.text[start..start + length as usize]
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// The types and methods of any number of files.
#[derive(Debug, Default)]
pub struct Symbols {
    types: Names,
    method_names: Names,
    methods: Vec<Method>,
    signatures: Vec<TypeSym>,
    table: HashTable<Slot>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug)]
struct Method {
    name: u32,
    signature: Range<u32>,
}

/// A method in the table. Most signatures fit into it, so that recognizing a method takes one look into memory.
#[derive(Debug)]
struct Slot {
    number: u32,
    name: u32,
    length: u32,
    head: [TypeSym; HEAD],
}

/// How many types of a signature lie in the table itself.
const HEAD: usize = 5;

impl Slot {
    fn new(number: u32, name: u32, signature: &[TypeSym]) -> Self {
        Self {
            number,
            name,
            length: signature.len() as u32,
            head: head(signature),
        }
    }
}

fn head(signature: &[TypeSym]) -> [TypeSym; HEAD] {
    let mut head = [TypeSym(0); HEAD];
    for (into, from) in head.iter_mut().zip(signature) {
        *into = *from;
    }
    head
}

impl Symbols {
    /// The symbol of a type, which is added if it is new.
    pub fn intern_type(&mut self, name: &str) -> TypeSym {
        TypeSym(self.types.intern(name))
    }

    /// The number of a method's simple name, which is added if it is new.
    pub fn intern_method_name(&mut self, name: &str) -> u32 {
        self.method_names.intern(name)
    }

    /// The symbol of a method, which is added if it is new; `name` is from [`Self::intern_method_name`], `signature` is
    /// declaring type, return type, parameters.
    pub fn intern_method(&mut self, name: u32, signature: &[TypeSym]) -> MethodSym {
        let Self {
            methods,
            signatures,
            table,
            hasher,
            ..
        } = self;
        let hash = hash_method(hasher, name, signature);
        let wanted = Slot::new(0, name, signature);
        let same = |slot: &Slot| {
            slot.name == name
                && slot.length == wanted.length
                && slot.head == wanted.head
                && (signature.len() <= HEAD
                    || &signatures[span(&methods[slot.number as usize].signature)] == signature)
        };
        if let Some(slot) = table.find(hash, same) {
            return MethodSym(slot.number);
        }
        let number = methods.len() as u32;
        let start = signatures.len() as u32;
        signatures.extend_from_slice(signature);
        methods.push(Method {
            name,
            signature: start..signatures.len() as u32,
        });
        let slot = Slot { number, ..wanted };
        table.insert_unique(hash, slot, |slot| {
            let method = &methods[slot.number as usize];
            hash_method(hasher, method.name, &signatures[span(&method.signature)])
        });
        MethodSym(number)
    }

    /// Adds every type and method of `other`; the answer translates symbols.
    pub fn absorb(&mut self, other: &Self) -> Translation {
        let types = other
            .types()
            .map(|symbol| self.intern_type(other.type_name(symbol)));
        let types: Vec<TypeSym> = types.collect();
        let names = (0..other.method_names.len() as u32)
            .map(|number| self.intern_method_name(other.method_names.get(number)));
        let names: Vec<u32> = names.collect();
        let mut signature = Vec::new();
        let mut methods = Vec::with_capacity(other.methods.len());
        for symbol in other.methods() {
            signature.clear();
            let theirs = other.signature(symbol);
            signature.extend(theirs.iter().map(|symbol| types[symbol.0 as usize]));
            let name = names[other.methods[symbol.0 as usize].name as usize];
            methods.push(self.intern_method(name, &signature));
        }
        Translation { types, methods }
    }

    /// A type's name as `Class.getName()` writes it.
    pub fn type_name(&self, symbol: TypeSym) -> &str {
        self.types.get(symbol.0)
    }

    /// A method's simple name.
    pub fn method_name(&self, symbol: MethodSym) -> &str {
        self.method_names.get(self.methods[symbol.0 as usize].name)
    }

    /// A method's declaring type, return type and parameter types; never empty for methods that came from a file.
    pub fn signature(&self, symbol: MethodSym) -> &[TypeSym] {
        &self.signatures[span(&self.methods[symbol.0 as usize].signature)]
    }

    /// The name of the type that declares a method.
    pub fn declaring_type(&self, symbol: MethodSym) -> &str {
        self.signature(symbol)
            .first()
            .map_or("", |declaring| self.type_name(*declaring))
    }

    /// Every type.
    pub fn types(&self) -> impl ExactSizeIterator<Item = TypeSym> + use<> {
        (0..self.types.len() as u32).map(TypeSym)
    }

    /// Every method.
    pub fn methods(&self) -> impl ExactSizeIterator<Item = MethodSym> + use<> {
        (0..self.methods.len() as u32).map(MethodSym)
    }
}

/// From the symbols of one [`Symbols`] to those of another.
#[derive(Debug)]
pub struct Translation {
    types: Vec<TypeSym>,
    methods: Vec<MethodSym>,
}

impl Translation {
    /// The same type on the other side.
    pub fn type_sym(&self, symbol: TypeSym) -> TypeSym {
        self.types[symbol.0 as usize]
    }

    /// The same place on the other side.
    pub fn frame(&self, frame: Frame<MethodSym>) -> Frame<MethodSym> {
        Frame {
            method: self.methods[frame.method.0 as usize],
            bci: frame.bci,
        }
    }
}

fn span(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn hash_method(hasher: &DefaultHashBuilder, name: u32, signature: &[TypeSym]) -> u64 {
    let mut state = hasher.build_hasher();
    state.write_u64(u64::from(name) << 32 | signature.len() as u64);
    for pair in signature.chunks(2) {
        let second = pair.get(1).map_or(0, |symbol| symbol.0);
        state.write_u64(u64::from(pair[0].0) << 32 | u64::from(second));
    }
    state.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number_however_often_it_comes() {
        let mut names = Names::default();
        let numbers: Vec<u32> = ["b", "a", "", "b", "a"]
            .map(|name| names.intern(name))
            .into();
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!((names.get(0), names.get(2), names.len()), ("b", "", 3));
        assert_eq!((names.find("a"), names.find("c")), (Some(1), None));
    }

    #[test]
    fn methods_differ_by_name_and_by_every_type_of_their_signature() {
        let mut symbols = Symbols::default();
        let (a, b) = (symbols.intern_type("a"), symbols.intern_type("b"));
        let (f, g) = (
            symbols.intern_method_name("f"),
            symbols.intern_method_name("g"),
        );
        let first = symbols.intern_method(f, &[a, b]);
        assert_eq!(symbols.intern_method(f, &[a, b]), first);
        for (name, signature) in [(g, vec![a, b]), (f, vec![b, a]), (f, vec![a])] {
            assert_ne!(symbols.intern_method(name, &signature), first);
        }
        let mut long = vec![a; 9];
        let ninth = symbols.intern_method(f, &long);
        long[8] = b;
        assert_ne!(symbols.intern_method(f, &long), ninth);
        assert_eq!(symbols.declaring_type(first), "a");
        assert_eq!(symbols.methods().len(), 6);
    }
}
