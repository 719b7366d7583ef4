//! `schema`: JSON schemas of the configuration file and of the report, from the very types that read and write them.

use clap::{Args, ValueEnum};
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::config::Config;
use crate::error::Result;
use crate::report::{Report, SCHEMA_VERSION};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// What it describes
    #[arg(value_enum)]
    of: Described,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Described {
    /// pgoctl.toml: editors complete its keys and mark what is wrong
    Config,
    /// The report: run.json, and what `--format json` prints
    Report,
}

/// Prints it (JSON Schema, draft 2020-12).
pub(super) fn schema(args: &SchemaArgs, ui: &Ui) -> Result<()> {
    let mut schema = match args.of {
        Described::Config => of_config(),
        Described::Report => of_report(),
    };
    without_links(&mut schema);
    let text = serde_json::to_string_pretty(&schema).expect("it has only string keys");
    ui.result(&(text + "\n"))
}

fn of_config() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Config>();
    schema.insert("title".to_owned(), "pgoctl.toml".into());
    schema.into()
}

fn of_report() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>();
    let title = format!("report of pgoctl, schema_version {SCHEMA_VERSION}");
    schema.insert("title".to_owned(), title.into());
    let mut schema = schema.into();
    open(&mut schema);
    schema
}

/// More keys may be added to a report: none is refused.
fn open(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| key != "additionalProperties" || value != &Value::Bool(false));
            map.values_mut().for_each(open);
        }
        Value::Array(list) => list.iter_mut().for_each(open),
        _ => {}
    }
}

/// Descriptions are those of the types, whose links mean nothing here: only their words stay.
fn without_links(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(words)) = map.get_mut("description") {
                *words = words
                    .replace("[`", "`")
                    .replace("`]", "`")
                    .replace("Self::", "");
            }
            map.values_mut().for_each(without_links);
        }
        Value::Array(list) => list.iter_mut().for_each(without_links),
        _ => {}
    }
}
