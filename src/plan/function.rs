//! `[function.NAME]` → [`Function`].

use std::path::Path;
use std::time::Duration;

use crate::config::FunctionFile;
use crate::error::{Error, Result};
use crate::function::{Code, Function, Jar, Options, class_path_entries};
use crate::process::{READY_TIMEOUT, STOP_TIMEOUT};
use crate::workload::Workload;

/// Instrumented builds of large applications take many minutes; what takes longer than this hangs.
const BUILD_TIMEOUT: Duration = Duration::from_secs(3600);

pub(super) fn decide(name: &str, file: &FunctionFile, project_dir: &Path) -> Result<Function> {
    let goal = || format!("the function `{name}` cannot be used");
    if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        || name.starts_with('.')
        || name.is_empty()
    {
        return Err(
            Error::usage(format!("`{name}` cannot be the name of a function"))
                .hint("it names files: letters, digits, `-`, `_` and `.`"),
        );
    }
    let (code, main_class) = code(file, project_dir).map_err(|error| error.goal(goal()))?;
    let decide_workload = |workload| Workload::decide(workload, file.ready.as_deref(), project_dir);
    let workload = decide_workload(&file.workload).map_err(|error| error.goal(goal()))?;
    let train_workload = file.train_workload.as_ref().map(decide_workload);
    let train_workload = train_workload.transpose().map_err(|error| {
        error
            .goal("its `train-workload` cannot be used")
            .goal(goal())
    })?;
    let files = super::files::find(&file.files, project_dir).map_err(|error| error.goal(goal()))?;
    let function = Function {
        name: name.to_owned(),
        project_dir: project_dir.to_owned(),
        class_path: code.whole_class_path(),
        nested: code.nested(project_dir),
        code,
        main_class,
        files,
        args: file.args.clone(),
        env: file.env.clone(),
        port: file.port,
        jvm_args: file.jvm_args.clone(),
        native_image_args: file.native_image_args.clone(),
        tool_options: Vec::new(),
        user_homes: Vec::new(),
        jvm_options: Options::default(),
        native_options: Options::default(),
        ready_timeout: file.ready_timeout.map_or(READY_TIMEOUT, |span| span.0),
        stop_timeout: file.stop_timeout.map_or(STOP_TIMEOUT, |span| span.0),
        build_timeout: file.build_timeout.map_or(BUILD_TIMEOUT, |span| span.0),
        workload,
        train_workload,
    };
    check_port(&function)?;
    Ok(function)
}

fn code(file: &FunctionFile, project_dir: &Path) -> Result<(Code, String)> {
    match (&file.jar, file.class_path.as_slice(), &file.main_class) {
        (Some(jar), [], None) => {
            let path = project_dir.join(jar);
            let jar = Jar::read(&path)?;
            Ok((Code::Jar(path), jar.main_class))
        }
        (None, [_, ..], Some(main_class)) => {
            let mut entries = Vec::new();
            for entry in &file.class_path {
                entries.extend(class_path_entries(entry, project_dir)?);
            }
            Ok((
                Code::ClassPath {
                    entries,
                    main_class: main_class.clone(),
                },
                main_class.clone(),
            ))
        }
        (None, [], _) => {
            Err(Error::usage("no code is named")
                .hint("give `jar`, or `class-path` and `main-class`"))
        }
        (None, _, None) => Err(Error::usage(
            "`class-path` is there, `main-class` is missing",
        )),
        (Some(_), _, _) => Err(Error::usage(
            "`jar` does not go with `class-path` and `main-class`",
        )
        .hint("give the one or the others")),
    }
}

/// A server must learn its port from us, or we must know it.
fn check_port(function: &Function) -> Result<()> {
    let told = function
        .args
        .iter()
        .chain(function.env.values())
        .chain(&function.jvm_args)
        .any(|word| word.contains("{port}"));
    let server = [Some(&function.workload), function.train_workload.as_ref()]
        .into_iter()
        .flatten()
        .any(|workload| matches!(workload, Workload::Http(_)));
    if server && !told && function.port.is_none() {
        return Err(Error::usage(format!("the function `{}` is never told its port", function.name))
            .because("neither `args` nor `env` has a `{port}`, and there is no `port`")
            .hint("write `args = [\"--port\", \"{port}\"]` or `env = { PORT = \"{port}\" }`, or `port = 8080` if it cannot be told"));
    }
    Ok(())
}
