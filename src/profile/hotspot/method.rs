//! One method of a dump, put together line by line; anything that is missing or odd makes it damaged.
//!
//! What holds it together: records stand right after their instruction and name its bci; every branch has its record; a record has
//! as many rows as it says; a branch's displacement leads to the data of its target; the code ends where code can end.

use super::names::{self, RowType};
use super::syntax::{Line, field, number};

/// A whole method.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Method {
    /// With dots.
    pub(super) class: String,
    pub(super) name: String,
    /// What it returns, then its parameters.
    pub(super) signature: Vec<String>,
    pub(super) invocations: u64,
    pub(super) backedges: u64,
    pub(super) sites: Vec<Site>,
}

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

/// The lines of a method as they come.
#[derive(Debug, Default)]
pub(super) struct Block {
    method: Method,
    head: Option<bool>,
    has_invocations: bool,
    has_size: bool,
    instruction: Option<Instruction>,
    /// The record whose rows are being read.
    open: Option<Open>,
    /// Data offsets of all records, with their bcis.
    offsets: Vec<(u32, u32)>,
    /// Jumps to check: data offset they lead to, bci they lead to.
    jumps: Vec<(i64, u32)>,
    damaged: bool,
    others: u64,
}

#[derive(Debug)]
struct Instruction {
    bci: u32,
    needs: Needs,
    opcode: String,
    operands: String,
    recorded: bool,
}

/// Which record an instruction has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Branch,
    Switch,
    Receivers,
    TypeCheck,
    ArrayStore,
    /// `invokehandle`, which HotSpot makes of calls of method and variable handles.
    Handle,
    Nothing,
}

#[derive(Debug)]
struct Open {
    site: Site,
    offset: Option<u32>,
    missing: usize,
}

/// How a block ended.
#[derive(Debug)]
pub(super) enum End {
    Whole(Box<Method>),
    /// A method, but not a whole one.
    Damaged,
    /// No method at all.
    Nothing,
}

impl Block {
    /// Takes the next line; `text` is the whole of it.
    pub(super) fn line(&mut self, line: Line<'_>, text: &str) {
        if self.head.is_none() {
            match line {
                Line::Blank | Line::Element => {}
                _ => self.head = Some(self.read_head(text)),
            }
            return;
        }
        match line {
            Line::Blank | Line::Element | Line::Types => {}
            Line::Counter(name, value) => self.counter(name, value),
            Line::DataSize => self.has_size = true,
            Line::Instruction {
                bci,
                opcode,
                operands,
            } => self.instruction(bci, opcode, operands),
            Line::Record {
                offset,
                bci,
                kind,
                fields,
            } => self.record(offset, bci, kind, fields),
            Line::Row(row) => self.row(row),
            Line::Other | Line::Dashes | Line::End => self.others += 1,
        }
    }

    /// How many lines inside the method are nothing that HotSpot wrote there.
    pub(super) fn others(&self) -> u64 {
        self.others
    }

    /// Ends the method: the next dashes were read.
    pub(super) fn end(mut self) -> End {
        if self.head != Some(true) {
            return match self.has_size || self.has_invocations {
                true => End::Damaged,
                false => End::Nothing,
            };
        }
        let ends_well = self.instruction.as_ref().is_some_and(|last| {
            let opcode = last.opcode.as_str();
            opcode.contains("return") || opcode.contains("switch") || ENDS.contains(&opcode)
        });
        self.close_instruction();
        let whole =
            self.has_invocations && self.has_size && ends_well && self.jumps_lead_somewhere();
        match whole && !self.damaged {
            true => End::Whole(Box::new(self.method)),
            false => End::Damaged,
        }
    }

    fn read_head(&mut self, text: &str) -> bool {
        self.try_head(text).is_some()
    }

    fn try_head(&mut self, text: &str) -> Option<()> {
        let mut rest = text;
        for modifier in ["static ", "final ", "synchronized ", "native "] {
            rest = rest.strip_prefix(modifier).unwrap_or(rest);
        }
        let (class_and_name, _) = rest.split_once('(')?;
        let descriptor = &rest[class_and_name.len()..];
        let (class, name) = class_and_name.rsplit_once("::")?;
        let shown = class.split('/').next().unwrap_or_default();
        if name.is_empty() || !names::is_class(shown) {
            return None;
        }
        self.method.signature = names::signature(descriptor)?;
        self.method.class = class.to_owned();
        self.method.name = name.to_owned();
        Some(())
    }

    fn counter(&mut self, name: &str, value: u64) {
        match name {
            "invocation_counter" if !self.has_invocations => {
                self.method.invocations = value;
                self.has_invocations = true;
            }
            "invocation_counter" => self.damaged = true,
            "backedge_counter" => self.method.backedges = value,
            _ => {}
        }
    }

    fn instruction(&mut self, bci: u32, opcode: &str, operands: &str) {
        let in_order = match &self.instruction {
            Some(before) => bci > before.bci,
            None => bci == 0,
        };
        if !in_order || !self.has_size {
            self.damaged = true;
        }
        self.close_instruction();
        self.instruction = Some(Instruction {
            bci,
            needs: needs(opcode),
            opcode: opcode.to_owned(),
            operands: operands.to_owned(),
            recorded: false,
        });
    }

    fn close_instruction(&mut self) {
        self.close_record();
        if let Some(last) = &self.instruction
            && !last.recorded
            && !matches!(last.needs, Needs::Nothing | Needs::Handle)
        {
            self.damaged = true;
        }
    }

    fn close_record(&mut self) {
        if let Some(open) = self.open.take() {
            match open.missing {
                0 => self.method.sites.push(open.site),
                _ => self.damaged = true,
            }
        }
    }

    fn record(&mut self, offset: Option<u32>, bci: u32, kind: &str, fields: &str) {
        if kind == "ParametersTypeData" {
            return;
        }
        let Some(instruction) = &mut self.instruction else {
            self.others += 1;
            return;
        };
        if instruction.bci != bci || instruction.recorded || offset.is_none() {
            self.others += 1;
            return;
        }
        let begun = match (kind, instruction.needs) {
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
            ("BranchData" | "MultiBranchData" | "VirtualCallData" | "VirtualCallTypeData", _)
            | ("ReceiverTypeData", _) => {
                // Text that looks like a record: JDK 17 prints text constants as they are.
                self.others += 1;
                return;
            }
            _ => Some((other_kind(kind), 0)),
        };
        instruction.recorded = true;
        let Some((what, missing)) = begun else {
            self.damaged = true;
            return;
        };
        if let (Some(offset), What::Branch { target, .. }) = (offset, &what) {
            match field(fields, "displacement") {
                Some(by) => self.jumps.push((i64::from(offset) + by, *target)),
                None => self.damaged = true,
            }
        }
        self.offsets.extend(offset.map(|offset| (bci, offset)));
        self.open = Some(Open {
            site: Site { bci, what },
            offset,
            missing,
        });
    }

    fn row(&mut self, row: &str) {
        let Some(open) = self.open.as_mut().filter(|open| open.missing > 0) else {
            // A row of nobody's: of a kind that is not known, or a sign that something is lost.
            let unknown = matches!(&self.open, Some(open) if matches!(open.site.what, What::Unknown(_) | What::NoPlace(_)));
            self.damaged |= !unknown;
            return;
        };
        let read = match &mut open.site.what {
            What::Branch { not_taken, .. } => row
                .strip_prefix("not ")
                .and_then(|row| unsigned(row, "taken"))
                .map(|count| *not_taken = count),
            What::Switch(successors) => {
                let case = successors.len() - 1 - open.missing;
                let count = unsigned(row, "count");
                if let (Some(offset), Some(by)) = (open.offset, field(row, "displacement")) {
                    self.jumps
                        .push((i64::from(offset) + by, successors[case].0));
                }
                count.map(|count| successors[case].1 = count)
            }
            What::Receivers(types) | What::TypeCheck(types) | What::Elsewhere(_, types) => {
                type_row(row).map(|row| types.rows.push(row))
            }
            What::NoPlace(_) | What::Unknown(_) => Some(()),
        };
        open.missing -= 1;
        if read.is_none() {
            self.damaged = true;
        }
    }

    /// Whether every jump's displacement leads to the first data at or after its target.
    fn jumps_lead_somewhere(&self) -> bool {
        if !self.offsets.is_sorted() {
            return false;
        }
        let last = self.offsets.last().map_or(0, |(_, offset)| *offset);
        self.jumps.iter().all(|(to, target)| {
            let at = self.offsets.partition_point(|(bci, _)| bci < target);
            match self.offsets.get(at) {
                Some((_, offset)) => i64::from(*offset) == *to,
                None => *to > i64::from(last),
            }
        })
    }
}

/// Instructions that code can end with, beside returns and switches.
const ENDS: [&str; 6] = ["athrow", "goto", "goto_w", "ret", "jsr", "jsr_w"];

fn needs(opcode: &str) -> Needs {
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
fn type_row(row: &str) -> Option<(RowType, u64)> {
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

fn unsigned(fields: &str, key: &str) -> Option<u64> {
    u64::try_from(field(fields, key)?).ok()
}

fn bci(text: &str) -> Option<u32> {
    u32::try_from(number(text)?)
        .ok()
        .filter(|bci| *bci < 65_536)
}
