//! The `pgoctl` binary: parse, do, say what went wrong, exit.

use std::process::ExitCode as ProcessExitCode;

use pgoctl::cli::Cli;
use pgoctl::exit_code::ExitCode;
use pgoctl::{guard, interrupt};

fn main() -> ProcessExitCode {
    if let Some(mark) = guard::asked_for(std::env::args_os()) {
        guard::watch(&mark);
        return ExitCode::Done.into();
    }
    let cli = Cli::read();
    let ui = cli.ui();
    let announce = cli.ui();
    let listening = interrupt::listen(move |text| announce.warn(text, None));
    if let Err(error) = listening {
        ui.warn(
            &format!("signals cannot be handled in order: {error}"),
            None,
        );
    }
    match cli.execute(&ui) {
        Ok(code) => code,
        Err(error) => {
            ui.error(&error);
            error.kind().exit_code().into()
        }
    }
}
