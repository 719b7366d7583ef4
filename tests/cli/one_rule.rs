//! What several commands decide is decided alike: where the project is, which formats there are, what is redone.

use crate::sandbox::{Said, Sandbox, config};

fn pgoctl(sandbox: &Sandbox, line: &str) -> Said {
    sandbox.pgoctl(&line.split(' ').collect::<Vec<_>>())
}

#[test]
fn a_list_that_has_no_csv_says_so_instead_of_printing_a_table() {
    let sandbox = Sandbox::new();
    for command in ["doctor", "toolchain list"] {
        for format in ["csv", "markdown", "html"] {
            pgoctl(&sandbox, &format!("{command} --format {format}"))
                .fails(2, &[command, "--format table", "--format json"]);
        }
    }
}

#[test]
fn every_command_takes_the_folder_of_a_project_for_the_project() {
    let sandbox = Sandbox::new();
    sandbox.write("there/pgoctl.toml", &config("hello", ""));
    pgoctl(&sandbox, "report --config there").fails(2, &["there/.pgoctl/runs"]);
    pgoctl(&sandbox, "report --config there/pgoctl.toml").fails(2, &["there/.pgoctl/runs"]);
    pgoctl(&sandbox, "run --config there").fails(2, &["there/app.jar"]);
    pgoctl(&sandbox, "doctor --config elsewhere").fails(2, &["elsewhere"]);
}

#[test]
fn what_only_measures_has_nothing_to_redo() {
    let sandbox = Sandbox::new();
    for command in ["bench", "gate", "bench --calibrate"] {
        pgoctl(&sandbox, &format!("{command} --force"))
            .fails(2, &["only measures", "`--force`", "`pgoctl build --force`"]);
    }
}
