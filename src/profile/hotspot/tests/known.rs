//! Logs that are known by construction: methods with counts, printed as JDK 17 or 25 prints them.

use std::fmt::Write as _;

use crate::profile::hotspot::convert::{Conversion, Converter};
use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::version::Version;

/// Which JDK's way of printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Jdk17,
    Jdk25,
}

/// A method of class `shop.C<number>`.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) number: u32,
    pub(super) calls: u64,
    pub(super) code: Vec<Step>,
}

/// A piece of code, with what was counted there.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// `ldc` of a text.
    Text(String),
    /// A two-way branch to the step of that number (taken modulo the number of steps).
    If {
        opcode: &'static str,
        to: usize,
        taken: u64,
        not_taken: u64,
    },
    /// A switch whose cases go to these steps, with counts; the default goes to the last instruction.
    Switch {
        cases: Vec<(usize, u64)>,
        default: u64,
    },
    /// A virtual call, with the numbers of the receivers' classes.
    Call {
        types: Vec<(u32, u64)>,
        untyped: u64,
    },
    /// A record of a kind that nobody knows.
    Odd,
}

impl Step {
    fn length(&self) -> u32 {
        match self {
            Self::Text(_) => 2,
            Self::If { .. } | Self::Call { .. } | Self::Odd => 3,
            Self::Switch { cases, .. } => 13 + 4 * cases.len() as u32,
        }
    }

    fn data(&self) -> u32 {
        match self {
            Self::Text(_) => 0,
            Self::If { .. } => 32,
            Self::Switch { cases, .. } => 24 + 16 * cases.len() as u32,
            Self::Call { .. } => 600,
            Self::Odd => 16,
        }
    }
}

/// Calls of each method, successors of each branch, receivers of each call: `section class.method:bci key = count`.
pub(super) type Counted = std::collections::BTreeMap<String, u64>;

impl Known {
    fn bci(&self, step: usize) -> u32 {
        self.code[..step].iter().map(Step::length).sum()
    }

    fn offset(&self, step: usize) -> u32 {
        self.code[..step].iter().map(Step::data).sum()
    }

    /// The bci of a step, or of the last instruction.
    fn target(&self, to: usize) -> u32 {
        self.bci(to % (self.code.len() + 1))
    }

    /// How far it is from the data of one step to that of the first at or after another.
    fn displacement(&self, from: usize, to: usize) -> i64 {
        i64::from(self.offset(to % (self.code.len() + 1))) - i64::from(self.offset(from))
    }

    /// What a profile must say about it.
    pub(super) fn counted(&self, into: &mut Counted) {
        let name = format!("shop.C{}.run", self.number);
        let mut put = |section: &str, bci: u32, key: String, count: u64| {
            if count > 0 {
                *into
                    .entry(format!("{section} {name}:{bci} {key}"))
                    .or_default() += count;
            }
        };
        put("call", 0, String::new(), self.calls);
        for (number, step) in self.code.iter().enumerate() {
            let bci = self.bci(number);
            match step {
                Step::Text(_) | Step::Odd => {}
                Step::If {
                    to,
                    taken,
                    not_taken,
                    ..
                } => {
                    put("branch", bci, format!("to {}", self.target(*to)), *taken);
                    put("branch", bci, format!("to {}", bci + 3), *not_taken);
                }
                Step::Switch { cases, default } => {
                    for (to, count) in cases {
                        put("branch", bci, format!("to {}", self.target(*to)), *count);
                    }
                    let last = self.target(self.code.len());
                    put("branch", bci, format!("to {last}"), *default);
                }
                Step::Call { types, .. } => {
                    for (class, count) in types {
                        put("type", bci, format!("shop.T{class}"), *count);
                    }
                }
            }
        }
    }

    /// The method as the JVM prints it.
    pub(super) fn print(&self, style: Style) -> String {
        let mut text = format!(
            "{}\nstatic final shop.C{}::run(I[Lshop/T0;)V\n",
            crate::profile::hotspot::syntax::DASHES,
            self.number
        );
        for (name, value) in [
            ("interpreter_invocation_count:", self.calls),
            ("invocation_counter:", self.calls),
            ("backedge_counter:", 0),
            ("decompile_count:", 0),
        ] {
            writeln!(text, "  {name:<30}{value:>11}").expect("a string takes everything");
        }
        text += "  mdo size: 704 bytes\n\n";
        for (number, step) in self.code.iter().enumerate() {
            self.step(&mut text, style, number, step);
        }
        text += &instruction(style, self.bci(self.code.len()), "return");
        text
    }

    fn step(&self, text: &mut String, style: Style, number: usize, step: &Step) {
        let bci = self.bci(number);
        let record =
            |kind: &str, fields: String| record(style, self.offset(number), bci, kind, &fields);
        let more = match style {
            Style::Jdk17 => "nonprofiled_count(0) ",
            Style::Jdk25 => "",
        };
        let row = format!("{:36}", "");
        match step {
            Step::Text(words) => *text += &instruction(style, bci, &format!("fast_aldc {words}")),
            Step::If {
                opcode,
                to,
                taken,
                not_taken,
            } => {
                *text += &instruction(style, bci, &format!("{opcode} {}", self.target(*to)));
                let by = self.displacement(number, *to);
                *text += &record("BranchData", format!("taken({taken}) displacement({by})"));
                *text += &format!("{row}not taken({not_taken})\n");
            }
            Step::Switch { cases, default } => {
                let end = self.code.len();
                let targets: Vec<String> = (0..)
                    .zip(cases)
                    .map(|(key, (to, _))| {
                        let to = self.target(*to);
                        format!("{key}:{to} (delta: {})", i64::from(to) - i64::from(bci))
                    })
                    .collect();
                let high = cases.len() as i64 - 1;
                let words = format!(
                    "tableswitch {} 0 {high}  {}",
                    self.target(end),
                    targets.join(", ")
                );
                *text += &instruction(style, bci, &words);
                let by = self.displacement(number, end);
                *text += &record(
                    "MultiBranchData",
                    format!("default_count({default}) displacement({by})"),
                );
                for (to, count) in cases {
                    let by = self.displacement(number, *to);
                    *text += &format!("{row}count({count}) displacement({by})\n");
                }
            }
            Step::Call { types, untyped } => {
                *text += &instruction(style, bci, "invokevirtual 7 <shop/T0.go()V> ");
                let fields = format!("count({untyped}) {more}entries({})", types.len());
                *text += &record("VirtualCallData", fields);
                for (class, count) in types {
                    *text += &format!("{row}'shop/T{class}'({count} 0.50)\n");
                }
            }
            Step::Odd => {
                *text += &instruction(style, bci, "invokestatic 9 <shop/T0.at()V> ");
                *text += &record("QuantumData", "spin(3)".to_owned());
                *text += &format!("{row}entangled with(4)\n");
            }
        }
    }
}

fn instruction(style: Style, bci: u32, words: &str) -> String {
    match style {
        Style::Jdk17 => format!("{bci} {words}\n"),
        Style::Jdk25 => format!("{bci:4} {words}\n"),
    }
}

fn record(style: Style, offset: u32, bci: u32, kind: &str, fields: &str) -> String {
    match style {
        Style::Jdk17 => format!("  {offset:<4}bci: {bci:<4} {kind:<19} {fields}\n"),
        Style::Jdk25 => format!("  {offset:<5}bci: {bci:<5}{kind:<19}{fields}\n"),
    }
}

/// A whole log: of standard output, or of `-XX:LogFile`.
pub(super) fn log(methods: &[Known], style: Style, xml: bool) -> String {
    let mut text: String = methods.iter().map(|method| method.print(style)).collect();
    text += &format!(
        "{}\nTotal MDO size: 644336 bytes\n",
        crate::profile::hotspot::syntax::DASHES
    );
    if !xml {
        return text;
    }
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&apos;")
        .replace('"', "&quot;");
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<hotspot_log version='160 1'>\n<vm_version>\n<release>\n25.0.3+9-LTS\n</release>\n\
         </vm_version>\n<vm_arguments>\n<args>\n-XX:+PrintMethodData -Dx=&lt;y&gt; </args>\n</vm_arguments>\n<tty>\n{text}\
         <writer thread='11888'/>\n</tty>\n<hotspot_log_done stamp='0.097'/>\n</hotspot_log>\n"
    )
}

/// Converts a log; `None` if it has no whole method.
pub(super) fn converted(log: &[u8]) -> Option<(Profile, Conversion)> {
    let mut converter = Converter::new(Version::V1_1_0);
    converter.read(log).ok()?;
    Some((converter.profile, converter.conversion))
}

/// Everything that a profile counts.
pub(super) fn counted(profile: &Profile) -> Counted {
    let mut all = Counted::new();
    let symbols = &profile.symbols;
    for section in Section::ALL {
        for entry in profile.counts.section(section).entries() {
            let frame = entry.frames[0];
            let method = format!(
                "{}.{}",
                symbols.declaring_type(frame.method),
                symbols.method_name(frame.method)
            );
            for (key, count) in entry.cells() {
                let (word, key) = match section {
                    Section::CallCount => ("call", String::new()),
                    Section::Conditional => ("branch", format!("to {}", key.branch().0)),
                    _ => ("type", symbols.type_name(key.type_sym()).to_owned()),
                };
                if count > 0 {
                    *all.entry(format!("{word} {method}:{} {key}", frame.bci))
                        .or_default() += count;
                }
            }
        }
    }
    all
}
