//! What is counted at an instruction, and the records that say so.

use super::names::{self, RowType};
use super::syntax::{field, number};

/// Something counted at a place in a method.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Site {
    pub(super) bci: u32,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// A two-way branch.
    Branch {
        /// Whether GraalVM gives the jump's target index 0.
        target_first: bool,
        target: u32,
        taken: u64,
        not_taken: u64,
    },
    /// A switch: the successors of its cases in table order, then the default's, with counts.
    Switch(Vec<(u32, u64)>),
    /// A virtual call's receivers.
    Receivers(Types),
    /// The types that an `instanceof` or a cast saw.
    TypeCheck(Types),
    /// Types at a place that no section is about: array stores, calls of method handles.
    Elsewhere(&'static str, Types),
    /// A record of a kind that `.iprof` has no place for.
    NoPlace(&'static str),
    /// A record of a kind that nobody knows.
    Unknown(String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Types {
    pub(super) rows: Vec<(RowType, u64)>,
    /// Counted without a type.
    pub(super) untyped: u64,
}

/// Kinds that are known and not wanted: what they count is counted elsewhere, or is not a count.
const NO_PLACE: [&str; 9] = [
    "JumpData",
    "CounterData",
    "CallTypeData",
    "ParametersTypeData",
    "RetData",
    "BitData",
    "SpeculativeTrapData",
    "ArgInfoData",
    "ArgumentStackData",
];

#[derive(Debug)]
pub(super) struct Instruction {
    pub(super) bci: u32,
    pub(super) needs: Needs,
    pub(super) opcode: String,
    pub(super) operands: String,
    /// Whether its record was there.
    pub(super) recorded: bool,
}

/// Which record an instruction has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Branch,
    Switch,
    Receivers,
    TypeCheck,
    ArrayStore,
    /// `invokehandle`, which HotSpot makes of calls of method and variable handles.
    Handle,
    Nothing,
}

/// Begins the record of `kind` of an instruction, and says how many rows it has; the inner `None` is a record that is cut.
///
/// `None` if the instruction has no record of that kind.
pub(super) fn begin(
    instruction: &Instruction,
    kind: &str,
    fields: &str,
) -> Option<Option<(What, usize)>> {
    Some(match (kind, instruction.needs) {
        ("BranchData", Needs::Branch) => branch(instruction, fields),
        ("MultiBranchData", Needs::Switch) => switch(instruction, fields),
        ("VirtualCallData" | "VirtualCallTypeData", Needs::Receivers) => {
            types(fields).map(|(types, rows)| (What::Receivers(types), rows))
        }
        ("ReceiverTypeData", Needs::TypeCheck) => {
            types(fields).map(|(types, rows)| (What::TypeCheck(types), rows))
        }
        ("ReceiverTypeData", Needs::ArrayStore) => {
            elsewhere("ReceiverTypeData of array stores", fields)
        }
        ("VirtualCallData" | "VirtualCallTypeData", Needs::Handle) => {
            elsewhere("VirtualCallData of method handles", fields)
        }
        (
            "BranchData"
            | "MultiBranchData"
            | "VirtualCallData"
            | "VirtualCallTypeData"
            | "ReceiverTypeData",
            _,
        ) => return None,
        _ => Some((other_kind(kind), 0)),
    })
}

/// Which record an instruction has.
pub(super) fn needs(opcode: &str) -> Needs {
    match opcode {
        _ if opcode.starts_with("if") => Needs::Branch,
        "tableswitch" | "lookupswitch" | "fast_linearswitch" | "fast_binaryswitch" => Needs::Switch,
        "invokevirtual" | "invokeinterface" => Needs::Receivers,
        "instanceof" | "checkcast" => Needs::TypeCheck,
        "aastore" => Needs::ArrayStore,
        "invokehandle" => Needs::Handle,
        _ => Needs::Nothing,
    }
}

/// Whether GraalVM gives the target of the jump index 0: the majority in real profiles, by opcode.
fn target_first(opcode: &str) -> Option<bool> {
    Some(match opcode {
        "ifeq" | "if_icmpeq" | "if_acmpeq" | "ifnull" | "iflt" | "if_icmplt" | "ifle"
        | "if_icmpgt" => true,
        "ifne" | "if_icmpne" | "if_acmpne" | "ifnonnull" | "ifge" | "if_icmpge" | "ifgt"
        | "if_icmple" => false,
        _ => return None,
    })
}

fn branch(instruction: &Instruction, fields: &str) -> Option<(What, usize)> {
    let what = What::Branch {
        target_first: target_first(&instruction.opcode)?,
        target: bci(&instruction.operands)?,
        taken: unsigned(fields, "taken")?,
        not_taken: 0,
    };
    Some((what, 1))
}

/// `68 0 9  0:56 (delta: 55), 1:56 (delta: 55), …` or `42 3  5:36, 1000:36, …`: the default's target comes first.
fn switch(instruction: &Instruction, fields: &str) -> Option<(What, usize)> {
    let (head, cases) = instruction
        .operands
        .split_once("  ")
        .unwrap_or((&instruction.operands, ""));
    let mut numbers = head.split(' ').map(str::parse::<i64>);
    let default = u32::try_from(numbers.next()?.ok()?).ok()?;
    let (first, second) = (numbers.next()?.ok()?, numbers.next());
    let expected = match second {
        Some(high) => high.ok()?.checked_sub(first)?.checked_add(1)?,
        None => first,
    };
    let mut successors = Vec::new();
    for case in cases.split(", ").filter(|case| !case.is_empty()) {
        let (_, target) = case.split_once(':')?;
        let target = target.split(' ').next()?;
        successors.push((bci(target)?, 0));
    }
    if i64::try_from(successors.len()).ok()? != expected {
        return None;
    }
    let cases = successors.len();
    successors.push((default, unsigned(fields, "default_count")?));
    Some((What::Switch(successors), cases))
}

fn types(fields: &str) -> Option<(Types, usize)> {
    let counted = unsigned(fields, "count")?;
    // A count of type checks goes down when one fails, and wraps: JDK 17 prints what is left of it.
    let counted = if counted > i32::MAX as u64 {
        0
    } else {
        counted
    };
    let others = field(fields, "nonprofiled_count").unwrap_or(0);
    let types = Types {
        rows: Vec::new(),
        untyped: counted + u64::try_from(others).ok()?,
    };
    Some((types, usize::try_from(field(fields, "entries")?).ok()?))
}

fn elsewhere(kind: &'static str, fields: &str) -> Option<(What, usize)> {
    types(fields).map(|(types, rows)| (What::Elsewhere(kind, types), rows))
}

/// `'java/lang/String'(135 1.00)`.
pub(super) fn type_row(row: &str) -> Option<(RowType, u64)> {
    let (name, counts) = row.strip_suffix(')')?.rsplit_once('(')?;
    let (count, _share) = counts.split_once(' ')?;
    Some((names::row_type(name)?, number(count)?))
}

fn other_kind(kind: &str) -> What {
    match NO_PLACE.iter().find(|known| **known == kind) {
        Some(known) => What::NoPlace(known),
        None => What::Unknown(kind.to_owned()),
    }
}

/// A count in a record.
pub(super) fn unsigned(fields: &str, key: &str) -> Option<u64> {
    u64::try_from(field(fields, key)?).ok()
}

fn bci(text: &str) -> Option<u32> {
    u32::try_from(number(text)?)
        .ok()
        .filter(|bci| *bci < 65_536)
}
