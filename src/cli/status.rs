//! `status`: how functions stand at a controller.

use std::time::Duration;

use clap::Args;
use comfy_table::{Table, presets};
use reqwest::Method;
use serde_json::Value;

use super::answer::answer_as;
use super::global::Global;
use super::install::path;
use super::server::Server;
use crate::controller::Sent;
use crate::error::Result;
use crate::interrupt;
use crate::ui::Ui;

/// How often it is asked again.
const AGAIN: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// One function [default: all]
    name: Option<String>,
    /// What was decided, and from what
    #[arg(long)]
    explain: bool,
    /// Again every second, until Ctrl-C
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(global: &Global, args: &StatusArgs, ui: &Ui) -> Result<()> {
    let client = args.server.client()?;
    let path = match &args.name {
        Some(name) => path(name)?,
        None => "/v1/functions".to_owned(),
    };
    loop {
        let answer = client.json(Method::GET, &path, Sent::Nothing)?;
        let all = match &answer {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        answer_as("status", global, ui, &answer, || text(&all, args.explain))?;
        if !args.watch {
            return Ok(());
        }
        std::thread::sleep(AGAIN);
        if interrupt::requested() {
            return Ok(());
        }
    }
}

fn text(all: &[Value], explain: bool) -> String {
    if all.is_empty() {
        return "no function is installed; `pgoctl install` sends one\n".to_owned();
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .force_no_tty()
        .set_header([
            "function",
            "stage",
            "served by",
            "calls",
            "failed",
            "rate",
            "P90",
            "profiles",
            "next",
        ]);
    for one in all {
        table.add_row(row(one));
    }
    let mut text = format!("{table}\n");
    for one in all.iter().filter(|_| explain) {
        text.push_str(&explained(one));
    }
    text
}

fn word(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}

fn row(one: &Value) -> [String; 9] {
    let variant = word(&one["variant"]);
    let calls = one["calls"].as_object();
    let sum = |key: &str| -> u64 {
        let values = calls.into_iter().flat_map(|calls| calls.values());
        values.filter_map(|it| it[key].as_u64()).sum()
    };
    let figures = calls.and_then(|calls| calls.get(&variant));
    let number = |key: &str| figures.and_then(|figures| figures[key].as_f64());
    let gathered = &one["profiles"];
    let count = |key: &str| gathered[key].as_u64().unwrap_or(0);
    let new = count("stored").saturating_sub(count("used"));
    [
        word(&one["function"]),
        word(&one["stage"]),
        variant.clone(),
        sum("calls").to_string(),
        sum("failed").to_string(),
        number("rate").map_or("-".to_owned(), |rate| format!("{rate:.1}/s")),
        number("p90_ms").map_or("-".to_owned(), |p90| format!("{p90:.2} ms")),
        format!("{new}/{}", word(&gathered["needed"])),
        word(&one["next"]),
    ]
}

fn explained(one: &Value) -> String {
    let mut text = format!(
        "\n{}: generation {}, version {}, build {}\n",
        word(&one["function"]),
        one["generation"],
        word(&one["version"]),
        word(&one["build"]),
    );
    for condition in one["conditions"].as_array().into_iter().flatten() {
        text.push_str(&format!(
            "  {}: {} of {}\n",
            word(&condition["what"]),
            condition["have"],
            condition["need"]
        ));
    }
    text.push_str(&format!("  next: {}\n", word(&one["next"])));
    if let Some(why) = one["verdict"]["why"].as_str() {
        text.push_str(&format!("  last verdict: {why}\n"));
    }
    text
}
