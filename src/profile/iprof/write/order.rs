//! The one order in which a profile is written: it depends on names and numbers only, never on which file came first.

use std::cmp::Ordering;

use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::counts::section_counts::Entry;
use crate::profile::iprof::names::symbols::{MethodSym, Symbols, TypeSym};
use crate::profile::iprof::text::context::Frame;
use crate::profile::iprof::text::section::Section;

/// The ids and the order of everything in a profile.
#[derive(Debug)]
pub struct Order {
    /// Types by id, the first of them 0.
    pub types: Vec<TypeSym>,
    /// Methods by id, the first of them 1.
    pub methods: Vec<MethodSym>,
    type_ids: Vec<u32>,
    method_ids: Vec<u32>,
}

/// GraalVM's own writer gives its first method this id: `0:0` is the context of monitors, a dummy that means no method.
const FIRST_METHOD_ID: u32 = 1;

/// GraalVM's own writer begins with these, from id 0 on.
const PRIMITIVES: [&str; 9] = [
    "boolean", "byte", "short", "char", "int", "float", "long", "double", "void",
];

impl Order {
    /// Primitive types first, then types by name; methods by declaring type, name and the rest of the signature.
    pub fn new(symbols: &Symbols) -> Self {
        let rank = |name: &str| PRIMITIVES.iter().position(|p| *p == name).unwrap_or(9);
        let mut types: Vec<TypeSym> = symbols.types().collect();
        types.sort_unstable_by(|a, b| {
            let (a, b) = (symbols.type_name(*a), symbols.type_name(*b));
            (rank(a), a).cmp(&(rank(b), b))
        });
        let type_ids = inverse(types.iter().map(|symbol| symbol.0));
        let id = |symbol: &TypeSym| type_ids[symbol.0 as usize];
        let mut methods: Vec<MethodSym> = symbols.methods().collect();
        methods.sort_unstable_by(|a, b| {
            let (left, right) = (symbols.signature(*a), symbols.signature(*b));
            let declaring = left.first().map(id).cmp(&right.first().map(id));
            declaring
                .then_with(|| symbols.method_name(*a).cmp(symbols.method_name(*b)))
                .then_with(|| left.iter().map(id).cmp(right.iter().map(id)))
        });
        let method_ids = inverse(methods.iter().map(|symbol| symbol.0));
        Self {
            types,
            methods,
            type_ids,
            method_ids,
        }
    }

    /// The id that a type is written with.
    pub fn type_id(&self, symbol: TypeSym) -> u32 {
        self.type_ids[symbol.0 as usize]
    }

    /// The id that a method is written with.
    pub fn method_id(&self, symbol: MethodSym) -> u32 {
        self.method_ids[symbol.0 as usize] + FIRST_METHOD_ID
    }

    /// The entries of a section, by their contexts.
    pub fn entries<'p>(&self, profile: &'p Profile, section: Section) -> Vec<Entry<'p>> {
        let mut entries: Vec<Entry<'p>> = profile.counts.section(section).entries().collect();
        entries.sort_unstable_by(|a, b| self.contexts(a.frames, b.frames));
        entries
    }

    fn contexts(&self, a: &[Frame<MethodSym>], b: &[Frame<MethodSym>]) -> Ordering {
        let key = |frame: &Frame<MethodSym>| (self.method_id(frame.method), frame.bci);
        a.iter().map(key).cmp(b.iter().map(key))
    }
}

fn inverse(order: impl ExactSizeIterator<Item = u32>) -> Vec<u32> {
    let mut ids = vec![0; order.len()];
    for (id, symbol) in order.enumerate() {
        ids[symbol as usize] = id as u32;
    }
    ids
}
