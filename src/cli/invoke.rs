//! `invoke`: one call of a function at a controller.

use std::io::Read;

use clap::Args;
use reqwest::Method;

use super::server::Server;
use crate::controller::{Sent, check_name, problem};
use crate::error::{Error, ErrorKind, Result};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct InvokeArgs {
    /// The function
    name: String,
    /// The path below the function's own
    #[arg(default_value = "/")]
    path: String,
    /// The body: text, `@FILE`, or `-` for stdin
    #[arg(short, long, value_name = "BODY")]
    data: Option<String>,
    /// The method [default: POST with a body, GET without]
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<String>,
    /// A header, `NAME: VALUE`; repeat for more
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    headers: Vec<String>,
    /// Say which image answered
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &InvokeArgs, ui: &Ui) -> Result<()> {
    check_name(&args.name)?;
    let body = args.data.as_deref().map(body).transpose()?;
    let method = match (&args.method, &body) {
        (Some(method), _) => method
            .parse()
            .map_err(|_| Error::usage(format!("`{method}` is not a method of HTTP")))?,
        (None, Some(_)) => Method::POST,
        (None, None) => Method::GET,
    };
    let headers = args
        .headers
        .iter()
        .map(|header| match header.split_once(':') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => Err(Error::usage(format!(
                "`{header}` is not a header: write it like `NAME: VALUE`"
            ))),
        });
    let headers = headers.collect::<Result<Vec<_>>>()?;
    let path = format!("/f/{}/{}", args.name, args.path.trim_start_matches('/'));
    let sent = body.map_or(Sent::Nothing, Sent::Bytes);
    let answered = args.server.client()?.ask(method, &path, &headers, sent)?;
    let Some(variant) = &answered.variant else {
        return Err(problem(&answered));
    };
    if args.explain {
        ui.note(&format!("answered by {variant}"));
    }
    ui.result(&String::from_utf8_lossy(&answered.body))?;
    match answered.status {
        200..400 => Ok(()),
        status => Err(Error::new(
            ErrorKind::Unexpected,
            format!("the function answered {status}"),
        )),
    }
}

fn body(said: &str) -> Result<Vec<u8>> {
    if said == "-" {
        let mut bytes = Vec::new();
        return match std::io::stdin().read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Error::usage("stdin cannot be read").because(error.to_string())),
        };
    }
    match said.strip_prefix('@') {
        Some(file) => std::fs::read(file)
            .map_err(|error| Error::io("read", std::path::Path::new(file), &error)),
        None => Ok(said.as_bytes().to_vec()),
    }
}
