//! Methods of a log → counters of a profile. What has no place in it is left out and counted by kind.
//!
//! Contexts have one frame: HotSpot keeps no inlining context. Entries that count nothing are not written, as GraalVM's own
//! recorder does not write them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::jvm::Jvm;
use super::method::Method;
use super::names::{self, RowType};
use super::read;
use super::site::{Site, Types, What};
use crate::profile::iprof::counts::cells::{CellKey, Cells, Overflow};
use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::names::application::is_application;
use crate::profile::iprof::names::symbols::MethodSym;
use crate::profile::iprof::text::context::Frame;
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::version::Version;
use crate::profile::iprof::write;

/// What HotSpot prints for every counter of calls or loops that it saw above [`CERTAIN`] (`InvocationCounter::count_limit`): it
/// stands for no number. Measured: 1,000,000,000 calls are printed so. 32-bit counters of branches in such a method may have begun
/// anew.
pub const COUNTER_LIMIT: u64 = 1 << 30;
/// The least that a counter at its limit counted.
pub const CERTAIN: u64 = 1 << 29;

/// What became of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// The JVM that wrote it; `None` if the log does not say.
    pub jvm: Option<Jvm>,
    /// Methods with counters.
    pub methods: u64,
    /// Those of the application and its libraries.
    pub application_methods: u64,
    /// Calls of all methods.
    pub calls: u64,
    /// Branches and switches in these methods.
    pub branches: u64,
    /// Those that were reached.
    pub branches_reached: u64,
    /// Virtual call sites in these methods.
    pub call_sites: u64,
    /// Those with at least one receiver type.
    pub call_sites_typed: u64,
    /// What is not in the profile.
    pub left_out: LeftOut,
}

/// What a log says and a profile made from it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Methods of hidden classes: their names hold addresses and mean nothing elsewhere.
    pub hidden_methods: u64,
    /// Virtual calls whose receiver was of a hidden class.
    pub hidden_receivers: u64,
    /// Virtual calls that were counted without a receiver type.
    pub untyped_calls: u64,
    /// Places that check types, where the version has no section for them.
    pub type_checks: u64,
    /// Records that a profile has no place for, by kind: what they count is counted elsewhere, or nothing is.
    pub without_place: BTreeMap<String, u64>,
    /// Records of kinds that are not known, by kind.
    pub unknown_kinds: BTreeMap<String, u64>,
    /// Methods that were not whole: cut, or with other text inside.
    pub damaged_methods: u64,
    /// Lines inside methods that are not HotSpot's: output of the program, text constants.
    pub other_lines: u64,
    /// Why a log ends before its end, if one does.
    pub cut: Option<String>,
    /// Methods whose counters of calls or loops had reached their limit; their calls are lower bounds.
    pub at_limit: Vec<String>,
}

impl LeftOut {
    /// What a user should know before using the profile, in words.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(why) = &self.cut {
            warnings.push(format!(
                "the log is not whole ({why}): methods that it would have named later are missing"
            ));
        }
        if self.damaged_methods > 0 {
            warnings.push(format!(
                "{} methods are cut or have other text inside and are left out",
                self.damaged_methods
            ));
        }
        if !self.unknown_kinds.is_empty() {
            let kinds = self.unknown_kinds.iter();
            let kinds: Vec<String> = kinds
                .map(|(kind, records)| format!("{kind} ({records})"))
                .collect();
            warnings.push(format!(
                "records of unknown kinds are left out: {}",
                kinds.join(", ")
            ));
        }
        if let Some(first) = self.at_limit.first() {
            warnings.push(format!(
                "{} methods reached the limit of HotSpot's counters, `{first}` among them: their calls are given as {CERTAIN}, which is the \
                 least they can be, and branches counted more than {} times began anew; train with fewer requests",
                self.at_limit.len(),
                u32::MAX
            ));
        }
        warnings
    }
}

/// A profile, and what became of the logs that it was made from.
#[derive(Debug)]
pub struct Converted {
    /// The profile.
    pub profile: Profile,
    /// Its version.
    pub version: Version,
    /// What became of the logs.
    pub conversion: Conversion,
}

impl Converted {
    /// The profile as text; the same logs give the same bytes, whatever their order.
    pub fn json(&self) -> Vec<u8> {
        write::to_json(&self.profile, self.version)
    }
}

/// Makes one profile of the logs at `paths` (`-` is standard input), gzip or plain; counts of several logs add up.
///
/// 1.1.0 has a section for type checks, older versions have not. Fails with the path and the reason if a log cannot be read or has
/// no whole method; a log that ends early gives what stands before that, and says so.
pub fn convert(paths: &[PathBuf], version: Version) -> Result<Converted, (PathBuf, Damage)> {
    let mut converter = Converter::new(version);
    for path in paths {
        converter
            .add(path)
            .map_err(|damage| (path.clone(), damage))?;
    }
    Ok(Converted {
        profile: converter.profile,
        version,
        conversion: converter.conversion,
    })
}

pub(super) struct Converter {
    pub(super) profile: Profile,
    pub(super) conversion: Conversion,
    type_checks: bool,
    cells: Cells,
    signature: Vec<crate::profile::iprof::names::symbols::TypeSym>,
}

impl Converter {
    pub(super) fn new(version: Version) -> Self {
        Self {
            profile: Profile::default(),
            conversion: Conversion::default(),
            type_checks: version >= Version::V1_1_0,
            cells: Cells::default(),
            signature: Vec::new(),
        }
    }

    fn add(&mut self, path: &Path) -> Result<(), Damage> {
        self.read(read::open(path)?)
    }

    /// Adds a log.
    pub(super) fn read(&mut self, log: impl std::io::BufRead) -> Result<(), Damage> {
        let before = self.conversion.methods + self.conversion.left_out.hidden_methods;
        let facts = read::read(log, |method| self.method(method)).map_err(|_overflow| {
            let message = "counts of one place add up to more than a profile can hold";
            Damage::without_place(DamageKind::Shape, message)
        })?;
        let left_out = &mut self.conversion.left_out;
        if before == self.conversion.methods + left_out.hidden_methods {
            return Err(nothing(&facts));
        }
        left_out.damaged_methods += facts.damaged;
        left_out.other_lines += facts.others;
        if let Some(why) = facts.cut {
            left_out.cut = Some(why);
        } else if facts.unfinished || facts.whole_dumps == 0 {
            left_out.cut = Some("it ends in the middle".to_owned());
        }
        self.conversion.jvm = self.conversion.jvm.take().or(facts.jvm);
        Ok(())
    }

    fn method(&mut self, method: &Method) -> Result<(), Overflow> {
        if names::is_hidden(&method.class) {
            self.conversion.left_out.hidden_methods += 1;
            return Ok(());
        }
        let symbol = self.intern(method);
        self.conversion.methods += 1;
        self.conversion.application_methods += u64::from(is_application(&method.class));
        let calls = match method.invocations {
            COUNTER_LIMIT.. => CERTAIN,
            calls => calls,
        };
        self.conversion.calls += calls;
        if method.invocations.max(method.backedges) >= COUNTER_LIMIT {
            let name = format!("{}.{}", method.class, method.name);
            self.conversion.left_out.at_limit.push(name);
        }
        self.cells.clear();
        self.cells.push(CellKey::ONLY, calls);
        self.put(Section::CallCount, symbol, 0)?;
        method
            .sites
            .iter()
            .try_for_each(|site| self.site(symbol, site))
    }

    fn intern(&mut self, method: &Method) -> MethodSym {
        let symbols = &mut self.profile.symbols;
        self.signature.clear();
        self.signature.push(symbols.intern_type(&method.class));
        for name in &method.signature {
            self.signature.push(symbols.intern_type(name));
        }
        let name = symbols.intern_method_name(&method.name);
        symbols.intern_method(name, &self.signature)
    }

    fn site(&mut self, method: MethodSym, site: &Site) -> Result<(), Overflow> {
        self.cells.clear();
        let bci = site.bci as i32;
        match &site.what {
            What::Branch {
                target_first,
                target,
                taken,
                not_taken,
            } => {
                let mut ways = [(*target, *taken), (site.bci + IF_LENGTH, *not_taken)];
                if !target_first {
                    ways.reverse();
                }
                self.branch(method, bci, &ways)
            }
            What::Switch(successors) => self.branch(method, bci, &distinct(successors)),
            What::Receivers(types) => {
                self.conversion.call_sites += 1;
                self.types(types);
                self.conversion.left_out.untyped_calls += types.untyped;
                let typed = self.put(Section::VirtualInvoke, method, bci)?;
                self.conversion.call_sites_typed += u64::from(typed);
                Ok(())
            }
            What::TypeCheck(types) if self.type_checks => {
                self.types(types);
                self.put(Section::Instanceof, method, bci).map(|_| ())
            }
            What::TypeCheck(_) => {
                self.conversion.left_out.type_checks += 1;
                Ok(())
            }
            What::Elsewhere(kind, _) => self.without_place(kind),
            What::NoPlace(kind) => self.without_place(kind),
            What::Unknown(kind) => {
                let kinds = &mut self.conversion.left_out.unknown_kinds;
                *kinds.entry(kind.clone()).or_default() += 1;
                Ok(())
            }
        }
    }

    fn without_place(&mut self, kind: &str) -> Result<(), Overflow> {
        let kinds = &mut self.conversion.left_out.without_place;
        *kinds.entry(kind.to_owned()).or_default() += 1;
        Ok(())
    }

    fn branch(&mut self, method: MethodSym, bci: i32, ways: &[(u32, u64)]) -> Result<(), Overflow> {
        for (index, (successor, count)) in ways.iter().enumerate() {
            // Both are below the size of a method's code, 64 KiB.
            let key = CellKey::successor(*successor as i32, index as i32);
            self.cells.push(key, *count);
        }
        self.conversion.branches += 1;
        let reached = self.put(Section::Conditional, method, bci)?;
        self.conversion.branches_reached += u64::from(reached);
        Ok(())
    }

    fn types(&mut self, types: &Types) {
        for (name, count) in &types.rows {
            match name {
                RowType::Named(name) if *count > 0 => {
                    let symbol = self.profile.symbols.intern_type(name);
                    self.cells.push(CellKey::of_type(symbol), *count);
                }
                RowType::Named(_) => {}
                RowType::Hidden => self.conversion.left_out.hidden_receivers += count,
            }
        }
    }

    /// Puts the cells under a context of one frame, unless they count nothing; says whether it did.
    fn put(&mut self, section: Section, method: MethodSym, bci: i32) -> Result<bool, Overflow> {
        if self.cells.counts.iter().all(|count| *count == 0) {
            return Ok(false);
        }
        let frame = [Frame { method, bci }];
        let mut into = self.profile.counts.section_mut(section).batch();
        into.add(&frame, &mut self.cells)?;
        into.finish().map(|()| true)
    }
}

/// Every two-way branch takes three bytes.
const IF_LENGTH: u32 = 3;

/// The successors of a switch in the order in which GraalVM numbers them: each place once, cases in table order, then the
/// default (`BytecodeParser.genSwitch`); cases that jump to one place add up.
fn distinct(successors: &[(u32, u64)]) -> Vec<(u32, u64)> {
    let mut ways: Vec<(u32, u64)> = Vec::new();
    for (target, count) in successors {
        match ways.iter_mut().find(|(known, _)| known == target) {
            Some((_, sum)) => *sum = sum.saturating_add(*count),
            None => ways.push((*target, *count)),
        }
    }
    ways
}

fn nothing(facts: &read::LogFacts) -> Damage {
    let (kind, message) = match (&facts.cut, facts.damaged, &facts.jvm) {
        (Some(why), _, _) => (DamageKind::Truncated, format!("there is no whole method before it ends: {why}")),
        (None, damaged @ 1.., _) => (
            DamageKind::Truncated,
            format!("not one of its methods is whole ({damaged} are damaged)"),
        ),
        (None, 0, Some(_)) => (
            DamageKind::Empty,
            "a JVM wrote it, but no counters of methods: it was killed, or ran without `-XX:+PrintMethodData`".to_owned(),
        ),
        (None, 0, None) => (
            DamageKind::Empty,
            "there is no line of `-XX:+PrintMethodData` in it".to_owned(),
        ),
    };
    Damage::without_place(kind, message)
}
