//! Names that outlive one file: types by name, methods by name and resolved signature.
//!
//! Ids mean nothing outside their file. A symbol does: two files that know the same method get the same symbol, which
//! makes everything behind it (contexts, receiver types) comparable and addable.

use std::hash::BuildHasher as _;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::context::Frame;

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
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Names {
    /// The number of `name`, which is added if it is new.
    pub fn intern(&mut self, name: &str) -> u32 {
        let Self {
            text,
            ends,
            table,
            hasher,
        } = self;
        let hash = hasher.hash_one(name);
        if let Some(number) = table.find(hash, |number| slice(text, ends, *number) == name) {
            return *number;
        }
        let number = ends.len() as u32;
        text.push_str(name);
        ends.push(text.len());
        table.insert_unique(hash, number, |number| {
            hasher.hash_one(slice(text, ends, *number))
        });
        number
    }

    /// The number of `name`, if it is there.
    pub fn find(&self, name: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(name);
        let same = |number: &u32| slice(&self.text, &self.ends, *number) == name;
        self.table.find(hash, same).copied()
    }

    /// The text of a number that [`Self::intern`] gave.
    pub fn get(&self, number: u32) -> &str {
        slice(&self.text, &self.ends, number)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

fn slice<'a>(text: &'a str, ends: &[usize], number: u32) -> &'a str {
    let number = number as usize;
    let start = match number {
        0 => 0,
        _ => ends[number - 1],
    };
    &text[start..ends[number]]
}

/// The types and methods of any number of files.
#[derive(Debug, Default)]
pub struct Symbols {
    types: Names,
    method_names: Names,
    methods: Vec<Method>,
    signatures: Vec<TypeSym>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug)]
struct Method {
    name: u32,
    signature: Range<u32>,
}

impl Symbols {
    /// The symbol of a type, which is added if it is new.
    pub fn intern_type(&mut self, name: &str) -> TypeSym {
        TypeSym(self.types.intern(name))
    }

    /// The symbol of a method, which is added if it is new; `signature` is declaring type, return type, parameters.
    pub fn intern_method(&mut self, name: &str, signature: &[TypeSym]) -> MethodSym {
        let name = self.method_names.intern(name);
        let Self {
            methods,
            signatures,
            table,
            hasher,
            ..
        } = self;
        let hash = hash_method(hasher, name, signature);
        let same = |number: &u32| {
            let method = &methods[*number as usize];
            method.name == name && &signatures[span(&method.signature)] == signature
        };
        if let Some(number) = table.find(hash, same) {
            return MethodSym(*number);
        }
        let number = methods.len() as u32;
        let start = signatures.len() as u32;
        signatures.extend_from_slice(signature);
        methods.push(Method {
            name,
            signature: start..signatures.len() as u32,
        });
        table.insert_unique(hash, number, |number| {
            let method = &methods[*number as usize];
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
        let mut signature = Vec::new();
        let mut methods = Vec::with_capacity(other.methods.len());
        for symbol in other.methods() {
            signature.clear();
            let theirs = other.signature(symbol);
            signature.extend(theirs.iter().map(|symbol| types[symbol.0 as usize]));
            methods.push(self.intern_method(other.method_name(symbol), &signature));
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
    hasher.hash_one((name, signature))
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
        let first = symbols.intern_method("f", &[a, b]);
        assert_eq!(symbols.intern_method("f", &[a, b]), first);
        for (name, signature) in [("g", vec![a, b]), ("f", vec![b, a]), ("f", vec![a])] {
            assert_ne!(symbols.intern_method(name, &signature), first);
        }
        assert_eq!(symbols.declaring_type(first), "a");
        assert_eq!(symbols.methods().len(), 4);
    }
}
