//! Does a profile still fit the code? Answered without a build: which called methods are still in the class files.
//!
//! Only methods of the application are asked for, and only those that a compiler wrote: lambdas' classes, proxies and
//! what GraalVM makes up itself are in no JAR.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use cafebabe::{ParseOptions, parse_class_with_options};
use serde::Serialize;
use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::look::leaves::{Filter, by_method};
use crate::profile::iprof::names::java_name::{descriptor, readable_method};
use crate::profile::iprof::names::symbols::{MethodSym, Symbols};
use crate::profile::iprof::text::section::Section;

/// How well a profile fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// At least 99 % of the calls went to methods that are still there.
    Fresh,
    /// At least 80 %.
    Usable,
    /// At least 10 %.
    Stale,
    /// Less: this is another application's profile.
    Foreign,
}

impl Grade {
    fn of(share: f64) -> Self {
        match share {
            0.99.. => Self::Fresh,
            0.80.. => Self::Usable,
            0.10.. => Self::Stale,
            _ => Self::Foreign,
        }
    }

    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Usable => "usable",
            Self::Stale => "stale",
            Self::Foreign => "foreign",
        }
    }
}

/// How much of a profile still exists.
#[derive(Clone, Debug, Serialize)]
pub struct Freshness {
    /// The JARs and folders that were looked into.
    pub against: Vec<PathBuf>,
    /// How well it fits; `None` if no method of the application was called.
    pub grade: Option<Grade>,
    /// The share of calls whose method still exists, 0 to 1.
    pub call_share: Option<f64>,
    /// The share of called methods that still exist, 0 to 1.
    pub method_share: Option<f64>,
    /// Called methods of the application.
    pub methods: u64,
    /// The most called ones that are gone, most called first.
    pub gone: Vec<Gone>,
    /// Class files that could not be read.
    pub unreadable_classes: u64,
}

/// A called method that is not in the class files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// As a Java person reads it.
    pub method: String,
    /// How often it was called.
    pub calls: u128,
}

/// How many lost methods are named.
const NAMED: usize = 10;

/// No class file and no nested JAR is larger than this when unpacked; what is larger counts as unreadable.
const LARGEST_ENTRY: u64 = 256 << 20;

/// The methods of class files, by class.
#[derive(Debug, Default)]
pub struct ClassFiles {
    paths: Vec<PathBuf>,
    methods: HashMap<String, HashSet<(String, String)>>,
    unreadable: u64,
}

impl ClassFiles {
    /// Reads JARs (with the JARs in them) and folders of classes.
    ///
    /// Fails if one cannot be opened or has no class file at all: that is a mistake in the words, not a stale profile.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut classes = Self {
            paths: paths.to_vec(),
            ..Self::default()
        };
        for path in paths {
            let before = classes.methods.len();
            if path.is_dir() {
                classes.folder(path)?;
            } else {
                let file = File::open(path).map_err(|error| Error::io("read", path, &error))?;
                classes.jar(file, 0).map_err(|error| {
                    let goal = format!("`{}` is not a JAR", path.display());
                    Error::usage(goal).source(&error)
                })?;
            }
            if classes.methods.len() == before {
                let goal = format!("there is no class file in `{}`", path.display());
                return Err(Error::usage(goal).hint("name the JAR that the image was built from"));
            }
        }
        Ok(classes)
    }

    /// [`ClassFiles::read`] of a class path: entries without classes, or that are gone, are passed over.
    ///
    /// Fails if none has any.
    pub fn read_what_can_be(paths: &[PathBuf]) -> Result<Self> {
        let one = |path: &&PathBuf| Self::read(std::slice::from_ref(*path)).is_ok();
        let can_be: Vec<PathBuf> = paths.iter().filter(one).cloned().collect();
        match can_be.is_empty() {
            true => Self::read(paths),
            false => Self::read(&can_be),
        }
    }

    fn folder(&mut self, folder: &Path) -> Result<()> {
        let failed = |error: std::io::Error| Error::io("read", folder, &error);
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let extension = path.extension().unwrap_or_default();
            if path.is_dir() {
                self.folder(&path)?;
            } else if extension == "class" {
                self.class(&std::fs::read(&path).map_err(failed)?);
            }
        }
        Ok(())
    }

    fn jar(&mut self, jar: impl Read + Seek, depth: u32) -> zip::result::ZipResult<()> {
        let mut archive = ZipArchive::new(jar)?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index)?;
            let name = entry.name()?.into_owned();
            let nested = name.ends_with(".jar") && depth < 2;
            if !nested && !name.ends_with(".class") {
                continue;
            }
            let mut bytes = Vec::new();
            let read = entry.take(LARGEST_ENTRY).read_to_end(&mut bytes);
            match (read, nested) {
                (Ok(_), true) => {
                    if self.jar(Cursor::new(bytes), depth + 1).is_err() {
                        self.unreadable += 1;
                    }
                }
                (Ok(_), false) => self.class(&bytes),
                (Err(_), _) => self.unreadable += 1,
            }
        }
        Ok(())
    }

    fn class(&mut self, bytes: &[u8]) {
        let mut options = ParseOptions::default();
        options.parse_bytecode(false);
        match parse_class_with_options(bytes, &options) {
            Ok(class) => {
                let methods = class.methods.iter();
                let methods = methods.map(|m| (m.name.to_string(), m.descriptor.to_string()));
                let name = class.this_class.to_string().replace('/', ".");
                self.methods.entry(name).or_default().extend(methods);
            }
            Err(_) => self.unreadable += 1,
        }
    }

    fn has(&self, symbols: &Symbols, method: MethodSym) -> bool {
        let wanted = (
            symbols.method_name(method).to_owned(),
            descriptor(symbols, method),
        );
        let class = self.methods.get(symbols.declaring_type(method));
        class.is_some_and(|methods| methods.contains(&wanted))
    }
}

/// Asks the class files for every method of the application that `profile` saw called.
pub fn freshness(profile: &Profile, classes: &ClassFiles) -> Freshness {
    let symbols = &profile.symbols;
    let (mut methods, mut there, mut calls, mut calls_there) = (0_u64, 0_u64, 0_u128, 0_u128);
    let mut gone: Vec<Gone> = Vec::new();
    for (method, count) in by_method(&profile.counts, Section::CallCount) {
        if !Filter::Application.takes(symbols, method) || is_generated(symbols, method) {
            continue;
        }
        methods += 1;
        calls += count;
        if classes.has(symbols, method) {
            there += 1;
            calls_there += count;
        } else {
            gone.push(Gone {
                method: readable_method(symbols, method),
                calls: count,
            });
        }
    }
    gone.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.method.cmp(&b.method)));
    gone.truncate(NAMED);
    let call_share = (calls > 0).then(|| calls_there as f64 / calls as f64);
    Freshness {
        against: classes.paths.clone(),
        grade: call_share.map(Grade::of),
        call_share,
        method_share: (methods > 0).then(|| there as f64 / methods as f64),
        methods,
        gone,
        unreadable_classes: classes.unreadable,
    }
}

/// Whether a method is in no class file although its class is the application's: hidden classes, lambdas, proxies,
/// constructor factories that GraalVM makes.
fn is_generated(symbols: &Symbols, method: MethodSym) -> bool {
    let class = symbols.declaring_type(method);
    let hidden = class.contains("/0x") || class.contains("$$Lambda") || class.contains("$Proxy");
    let (name, hash) = match symbols.method_name(method).rsplit_once('_') {
        Some((name, hash)) => (name, hash),
        None => return hidden,
    };
    let factory = name.ends_with("_constructor")
        && hash.len() == 40
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    hidden || factory
}

#[cfg(test)]
mod tests;
