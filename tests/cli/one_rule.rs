//! What several commands decide is decided alike: where the project is, which formats there are, what is redone.

use crate::sandbox::{Sandbox, config};

#[test]
fn a_list_that_has_no_csv_says_so_instead_of_printing_a_table() {
    let sandbox = Sandbox::new();
    for command in ["doctor", "toolchain list"] {
        for format in ["csv", "markdown", "html"] {
            sandbox
                .pgoctl(format!("{command} --format {format}"))
                .fails(2, &[command, "--format table", "--format json"]);
        }
    }
}

#[test]
fn every_command_takes_the_folder_of_a_project_for_the_project() {
    let sandbox = Sandbox::new();
    sandbox.write("there/pgoctl.toml", &config("hello", ""));
    sandbox
        .pgoctl("report --config there")
        .fails(2, &["there/.pgoctl/runs"]);
    sandbox
        .pgoctl("report --config there/pgoctl.toml")
        .fails(2, &["there/.pgoctl/runs"]);
    sandbox
        .pgoctl("run --config there")
        .fails(2, &["there/app.jar"]);
    sandbox
        .pgoctl("doctor --config elsewhere")
        .fails(2, &["elsewhere"]);
}

#[test]
fn what_only_measures_has_nothing_to_redo() {
    let sandbox = Sandbox::new();
    for command in ["bench", "gate", "bench --calibrate"] {
        sandbox
            .pgoctl(format!("{command} --force"))
            .fails(2, &["only measures", "`--force`", "`pgoctl build --force`"]);
    }
}
