//! Options that reach the tools besides ours: what the user gives native-image, and what the tools take from the environment.

use super::settings::TrainPlan;
use crate::config::TrainOn;
use crate::error::{Error, Result};
use crate::function::{Function, HOME, Word};
use crate::toolchain::hotspot;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};

/// Environment variables from which native-image and `java` take options of their own accord; they shape every product.
pub const OPTION_VARIABLES: [&str; 5] = [
    "NATIVE_IMAGE_OPTIONS",
    "NATIVE_IMAGE_CONFIG_FILE",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
];

/// Options of native-image that are pgoctl's to choose, by how they begin.
const OURS: [&str; 9] = [
    "--pgo",
    "-o",
    "-H:Name=",
    "-H:Path=",
    "-jar",
    "-cp",
    "-classpath",
    "--class-path",
    "-H:BuildOutputJSONFile=",
];
/// Levels that maintainers call incompatible with `--pgo-instrument` (oracle/graal#12109).
const REDUCED: [&str; 3] = ["-Ob", "-O0", "-O1"];

/// Refuses options that would take the image, or its profile, out of pgoctl's hands.
pub(super) fn check(function: &Function) -> Result<()> {
    let ours = |option: &&Word| {
        let name = option.text.split('=').next().unwrap_or_default();
        OURS.iter().any(|ours| match ours.strip_suffix('=') {
            Some(ours) => name == ours,
            None if *ours == "--pgo" => name.starts_with(ours),
            None => name == *ours,
        })
    };
    match function.native_options.words.iter().find(ours) {
        None => Ok(()),
        Some(option) => Err(Error::usage(format!(
            "the option `{}` is pgoctl's to give to native-image",
            option.text
        ))
        .because(format!("`{}` gives it", option.from))
        .hint(
            "leave it out: pgoctl names images, code and profiles itself, `--dry-run` shows how",
        )),
    }
}

/// Says that a command runs once for a variant whose profiles cannot be merged, however often it is to run.
pub(super) fn runs_once(train: &TrainPlan, variants: &[Variant]) -> Option<Warning> {
    let often = train.command.is_some() && train.runs > 1;
    (often && variants.contains(&Variant::HotspotAot)).then(|| {
        let message = format!(
            "hotspot-aot is trained by one run of the command, not {}: its profiles cannot be merged",
            train.runs
        );
        Warning::new(WarningKind::DoubtfulOptions, message)
    })
}

/// Refuses a command that asks for a JVM where an image is trained.
pub(super) fn check_command(train: &TrainPlan, variants: &[Variant]) -> Result<()> {
    let mut words = train.command.iter().flatten();
    let on_image =
        train.on == TrainOn::Image && variants.iter().any(|variant| variant.is_profile_guided());
    match words.find(|word| on_image && word.contains("{java}")) {
        None => Ok(()),
        Some(word) => Err(Error::usage(format!(
            "`{word}` asks for a JVM, and native-pgo is trained on an image"
        ))
        .hint("name the image as `{image}`, or train on a JVM: `--on hotspot`")),
    }
}

/// Says which options do not go together, and which come from the environment.
pub(super) fn warnings(function: &Function, variants: &[Variant]) -> Vec<Warning> {
    let inherited = function.tool_options.iter().map(|option| {
        Warning::new(
            WarningKind::InheritedOptions,
            format!("the environment gives the tools options of its own: {option}"),
        )
        .hint("unset the variable if the comparison is to be free of it")
    });
    let of_user = of_user(function, variants);
    let pgo = variants.iter().any(|variant| variant.is_profile_guided());
    let reduced = function
        .native_options
        .words
        .iter()
        .filter(|option| pgo && REDUCED.contains(&option.text.as_str()))
        .map(|option| {
            let Word { text: option, from } = option;
            Warning::new(
                WarningKind::DoubtfulOptions,
                format!("`{option}` does not go with PGO: an instrumented build with a reduced optimization level may fail (oracle/graal#12109)"),
            )
            .hint(format!("leave `{option}` out of `{from}`"))
        });
    inherited
        .chain(of_user)
        .chain(reduced)
        .chain(nested(function, variants))
        .collect()
}

/// Says which options come from a file of the user's that native-image reads by itself.
fn of_user(function: &Function, variants: &[Variant]) -> Option<Warning> {
    let native = variants.iter().any(|variant| variant.is_native());
    let mut files = function.native_options.files.iter();
    let path = files.find(|file| file.option == HOME)?.path.display();
    let words = function.native_options.words.iter();
    let words: Vec<&str> = words
        .filter(|word| word.from == path.to_string())
        .map(|word| word.text.as_str())
        .collect();
    let message = format!(
        "`{path}` gives native-image options of its own: {}",
        words.join(" ")
    );
    (native && !words.is_empty()).then(|| {
        Warning::new(WarningKind::InheritedOptions, message)
            .hint("move it away if the comparison is to be free of it")
    })
}

/// Says before anything slow that archives hold few classes of such a JAR.
fn nested(function: &Function, variants: &[Variant]) -> Option<Warning> {
    let archived = [Variant::HotspotCds, Variant::HotspotAot];
    let nested = function.nested.as_ref()?;
    archived
        .iter()
        .any(|variant| variants.contains(variant))
        .then(|| {
            let message = format!(
                "{}; a CDS archive holds none of those classes, an AOT cache some",
                nested.words()
            );
            Warning::new(WarningKind::NestedJars, message).hint(nested.way_out())
        })
}

/// Says which options of the user's JVM give way while it is trained.
pub(super) fn training_clashes(function: &Function) -> Vec<Warning> {
    let words = function.jvm_options.words.iter();
    let words: Vec<String> = words.map(|word| word.text.clone()).collect();
    let clashes = hotspot::clashes(&words).into_iter();
    let warning = |(theirs, ours)| {
        Warning::new(
            WarningKind::DoubtfulOptions,
            format!(
                "`{theirs}` of `jvm-args` gives way to `{ours}` while native-pgo is trained on HotSpot"
            ),
        )
    };
    clashes.map(warning).collect()
}

/// What is to be said before training on HotSpot.
pub fn experimental() -> Warning {
    Warning::new(
        WarningKind::Experimental,
        "native-pgo is trained on HotSpot, which is experimental: whether native-image used the profile is read from its build \
         output, whether it helped is measured",
    )
    .hint("`--on image` trains on an instrumented image")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(args: &[&str]) -> Function {
        let mut function = Function {
            native_image_args: args.iter().map(ToString::to_string).collect(),
            ..Function::for_tests("hello")
        };
        function.read_options().expect("they name no files");
        function
    }

    #[test]
    fn what_is_pgoctls_to_give_is_refused() {
        for option in [
            "--pgo=a.iprof",
            "--pgo-instrument",
            "-o",
            "-H:Name=x",
            "-cp",
        ] {
            let error = check(&function(&["-O2", option])).expect_err("it is ours");
            assert!(error.summary().contains(option), "{error}");
        }
        check(&function(&["-O2", "-Os", "--other", "-march=native"])).expect("they are the user's");
    }

    #[test]
    fn a_reduced_level_is_doubtful_only_with_pgo() {
        let function = function(&["-O1"]);
        assert_eq!(warnings(&function, &[Variant::NativePgo]).len(), 1);
        assert_eq!(warnings(&function, &[Variant::Native]).len(), 0);
    }
}
