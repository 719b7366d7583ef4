//! One method of a dump, put together line by line; anything that is missing or odd makes it damaged.
//!
//! What holds it together: records stand right after their instruction and name its bci; every branch has its record; a record has
//! as many rows as it says; a branch's displacement leads to the data of its target; the code ends where code can end.

use super::names;
use super::site::{Instruction, Needs, Site, What, begin, needs, type_row, unsigned};
use super::syntax::{Line, field};

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
        let Some(begun) = begin(instruction, kind, fields) else {
            // Text that looks like a record: JDK 17 prints text constants as they are.
            self.others += 1;
            return;
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
