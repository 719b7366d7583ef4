//! `profile convert`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Limit, unreadable};
use crate::error::{Error, Result};
use crate::profile::iprof::convert::{Target, convert as rewrite};
use crate::profile::iprof::source::Packing;
use crate::ui::Ui;
use crate::workdir::write_atomically;

#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    /// An `.iprof` file, gzip or plain; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The version to write (0.2.0, 0.4.0, 1.0.0, 1.1.0), or `jsonl`: one context a line, with names instead of ids
    /// [default: the version that it has]
    #[arg(long, value_name = "VERSION")]
    to: Option<Target>,
    /// Where it goes; `-` is standard output. Packed if it ends in `.gz`
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Compress the output
    #[arg(long)]
    gzip: bool,
    #[command(flatten)]
    limit: Limit,
}

pub(super) fn convert(args: &ConvertArgs, ui: &Ui) -> Result<()> {
    let packed = args.gzip || args.output.extension().is_some_and(|ending| ending == "gz");
    let packing = if packed {
        Packing::Gzip
    } else {
        Packing::Plain
    };
    let target = args.to.unwrap_or(Target::Same);
    let converted = rewrite(&args.file, target, packing, args.limit.bytes())
        .map_err(|damage| unreadable(&args.file, &damage))?;
    if !converted.dropped.is_empty() {
        let keys = converted.dropped.join(", ");
        ui.warn(&format!("not in the output: {keys}"), None);
    }
    if converted.entries_dropped > 0 {
        let entries = converted.entries_dropped;
        ui.warn(
            &format!("{entries} entries have ids that lead nowhere and are not in the output"),
            None,
        );
    }
    if args.output == Path::new("-") {
        return ui.result_bytes(&converted.bytes);
    }
    let whole = std::path::absolute(&args.output)
        .map_err(|error| Error::io("write", &args.output, &error))?;
    write_atomically(&whole, &converted.bytes)?;
    ui.note(&format!("wrote {}", args.output.display()));
    Ok(())
}
