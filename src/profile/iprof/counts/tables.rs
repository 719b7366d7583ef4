//! A file's tables, ready to answer which row an id means.

use crate::profile::iprof::names::symbols::{MethodSym, Symbols, TypeSym};
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::ids::Ids;
use crate::profile::iprof::text::raw::{RawMethod, RawMethods, RawTypes};

/// The ids of one file's tables. Type ids and method ids are separate spaces that overlap.
#[derive(Debug)]
pub struct Tables {
    /// Rows of the type table.
    pub types: Ids,
    /// Rows of the method table; methods whose signature leads nowhere have none.
    pub methods: Ids,
    /// How many methods have a signature that is empty or names a type that is not there.
    pub dangling_methods: usize,
}

/// The longest name, in bytes, and the most types of a signature (declaring type, return type, parameters) that the
/// class file format allows (JVM specification, 4.4.7 and 4.3.3).
///
/// Held to, so that what is shown of a row stays small whatever a file says.
const LONGEST_NAME: usize = 65_535;
const LONGEST_SIGNATURE: usize = 2 + 255;

/// Refuses a row that no class file can have led to.
fn possible(what: &str, name: &str, signature: usize) -> Result<(), Damage> {
    let start = || name.chars().take(40).collect::<String>();
    let message = if name.len() > LONGEST_NAME {
        let length = name.len();
        format!(
            "the name of the {what} `{}…` has {length} bytes, and Java's have at most {LONGEST_NAME}",
            start()
        )
    } else if signature > LONGEST_SIGNATURE {
        let name = start();
        format!(
            "the signature of `{name}` has {signature} types, and Java's have at most {LONGEST_SIGNATURE}"
        )
    } else {
        return Ok(());
    };
    Err(Damage::without_place(DamageKind::Shape, message))
}

/// The symbols of one file's rows.
#[derive(Debug, Default)]
pub struct RowSymbols {
    /// By row of the type table.
    pub types: Vec<TypeSym>,
    /// By row of the method table; `None` for methods whose signature leads nowhere.
    pub methods: Vec<Option<MethodSym>>,
}

impl Tables {
    /// Indexes both tables; fails if an id occurs twice.
    pub fn new(types: &RawTypes<'_>, methods: &RawMethods<'_>) -> Result<Self, Damage> {
        let twice = |table: &str, id: i64| {
            let message = format!("the id {id} is there twice in `{table}`");
            Damage::without_place(DamageKind::DuplicateId, message)
        };
        let type_ids =
            Ids::new(types.0.iter().map(|row| row.id)).map_err(|id| twice("types", id))?;
        let mut method_ids =
            Ids::new(methods.rows.iter().map(|row| row.id)).map_err(|id| twice("methods", id))?;
        for name in types.0.iter().map(|row| &row.name) {
            possible("type", name, 0)?;
        }
        let mut dangling_methods = 0;
        for row in &methods.rows {
            let signature = methods.signature(row);
            possible("method", &row.name, signature.len())?;
            if signature.is_empty() || signature.iter().any(|id| type_ids.row(*id).is_none()) {
                method_ids.forget(row.id);
                dangling_methods += 1;
            }
        }
        Ok(Self {
            types: type_ids,
            methods: method_ids,
            dangling_methods,
        })
    }

    /// Makes symbols of every row.
    pub fn intern(
        &self,
        types: &RawTypes<'_>,
        methods: &RawMethods<'_>,
        symbols: &mut Symbols,
    ) -> RowSymbols {
        let of_type = types.0.iter().map(|row| symbols.intern_type(&row.name));
        let of_type: Vec<TypeSym> = of_type.collect();
        // Names first, all of them: two passes over one table each are kinder to the cache than one over both.
        let names = methods.rows.iter();
        let names = names.map(|row| symbols.intern_method_name(&row.name));
        let names: Vec<u32> = names.collect();
        // The same for signatures: 0 stands where a row is not whole, and such a row is passed over below.
        let sym = |id: &i64| {
            let row = self.types.row(*id);
            row.map_or(TypeSym(0), |row| of_type[row as usize])
        };
        let signatures: Vec<TypeSym> = methods.signatures.iter().map(sym).collect();
        let of_row = |(row, name): (&RawMethod<'_>, u32)| {
            self.methods.row(row.id)?;
            let signature = &signatures[row.signature.start as usize..row.signature.end as usize];
            Some(symbols.intern_method(name, signature))
        };
        let of_method = methods.rows.iter().zip(names).map(of_row).collect();
        RowSymbols {
            types: of_type,
            methods: of_method,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::counts::profile::whole_tables;
    use crate::profile::iprof::text::parse::parse;

    fn tables(name: &str, parameters: usize) -> Result<Tables, Damage> {
        let signature = vec!["1"; 2 + parameters].join(",");
        let text = format!(
            "{{\"version\":\"1.0.0\",\"types\":[{{\"id\":1,\"name\":\"{name}\"}}],\
             \"methods\":[{{\"id\":1,\"name\":\"f\",\"signature\":[{signature}]}}]}}"
        );
        let raw = parse(text.as_bytes()).unwrap();
        let (types, methods) = whole_tables(&raw);
        Tables::new(types, methods)
    }

    #[test]
    fn what_no_class_file_can_hold_is_damage() {
        assert!(tables(&"x".repeat(65_535), 255).is_ok());
        for (name, parameters) in [("x".repeat(65_536), 1), ("x".to_owned(), 256)] {
            let damage = tables(&name, parameters).unwrap_err();
            assert_eq!(damage.kind, DamageKind::Shape);
            assert!(damage.message.contains("Java's have at most"), "{damage}");
        }
    }
}
