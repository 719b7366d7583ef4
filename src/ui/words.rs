//! Events in words, for people.

use crate::event::Event;

/// What is said of an event, and how loudly.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// To everyone who is not quiet.
    Note(String),
    /// To the curious.
    Detail(String),
    /// To everyone, with a next step where there is one.
    Warning(String, Option<String>),
}

/// What is said of `event`; of work under way see [`ending`] and [`super::bars`].
pub(super) fn words(event: &Event) -> Words {
    Words::Note(match event {
        Event::Planned {
            function,
            sides,
            measured,
        } => planned(function.as_deref(), &sides.join(", "), *measured),
        Event::LeftOut {
            variant, reason, ..
        } => format!("left out: {variant}: {reason}"),
        Event::Chosen { variant } => format!("variant: {variant} (`--variant` chooses another)"),
        Event::Ahead {
            what,
            row,
            rows,
            left,
        } => format!("{row} of {rows}: {what}; left: {left}"),
        Event::Waiting { holder } => format!("waiting for {holder}, which works on this function"),
        Event::Command { command } => return Words::Detail(command.clone()),
        Event::Explained { what, why, asked } => {
            let text = format!("{what}: {why}");
            return match asked {
                true => Words::Note(text),
                false => Words::Detail(text),
            };
        }
        Event::Warned { warning } => {
            return Words::Warning(warning.message.clone(), warning.hint.clone());
        }
        Event::Said { line } => return Words::Note(line.clone()),
        Event::Complained { message } => return Words::Warning(message.clone(), None),
        Event::Gathered {
            variant,
            profiles,
            last,
        } => {
            let last = last.as_ref().map(|path| path.display().to_string());
            let last = last.unwrap_or_default();
            format!("{variant}: {profiles} profiles, the last is {last}")
        }
        Event::Traced {
            path,
            types,
            resources,
            bundles,
            changed,
            jni,
        } => {
            let changed = match changed {
                true => "",
                false => ", as before",
            };
            let jni = match jni {
                true => "",
                false => "\nwhat native code looks up by itself (JNI) is not traced",
            };
            format!(
                "{types} types, {resources} resources, {bundles} bundles{changed}: {}{jni}",
                path.display()
            )
        }
        Event::Merged { variant, path } => format!("{variant}: {}", path.display()),
        Event::Trying { profiles } => format!("trying {profiles}"),
        Event::NoneAtFault { variant, profiles } => {
            format!("{variant} can be built with all {profiles} profiles: none is at fault")
        }
        Event::OtherUpdate { trained, built } => format!(
            "trained on Java {trained}, built with {built}: another update, so some branches of JDK methods may be elsewhere"
        ),
        Event::NoiseUnknown => {
            "the noise of this machine is not known yet: measuring the baseline against itself first"
                .to_owned()
        }
        Event::MeasuringAgain => "worse: measuring again before it counts".to_owned(),
        Event::Decided { rounds } => format!("decided after {rounds} rounds"),
        Event::MoreRounds {
            more,
            rounds,
            undecided,
        } => format!(
            "{more} rounds more; not decided after {rounds}: {}",
            undecided.join(", ")
        ),
        Event::BudgetSpent { rounds, undecided } => format!(
            "the budget is spent after {rounds} rounds; not decided: {}",
            undecided.join(", ")
        ),
        Event::BaselineSaved { name, folder } => match folder {
            Some(folder) => format!("baseline {name}: {}", folder.display()),
            None => format!("baseline {name}: not saved, nothing was measured"),
        },
        Event::Began { work, .. } => work.to_string(),
        Event::Done { work, .. } => format!("{work}{}", ending(event)),
        Event::Progressed { now, .. } => now.clone(),
        Event::Broken { .. } => String::new(),
    })
}

fn planned(function: Option<&str>, sides: &str, measured: Option<(u32, u64)>) -> String {
    let rounds =
        measured.map(|(rounds, requests)| format!("{rounds} rounds × {requests} requests of each"));
    match (function, rounds) {
        (Some(function), Some(rounds)) => format!("{function}: {sides}; then {rounds}"),
        (Some(function), None) => format!("{function}: {sides}"),
        (None, Some(rounds)) => format!("{sides}; {rounds}"),
        (None, None) => sides.to_owned(),
    }
}

/// How something that took time ended: `: PGO: user-provided (63.1 s)`.
pub(super) fn ending(event: &Event) -> String {
    match event {
        Event::Done {
            outcome, seconds, ..
        } => {
            let outcome = match outcome.is_empty() {
                true => String::new(),
                false => format!(": {outcome}"),
            };
            format!("{outcome} ({seconds:.1} s)")
        }
        _ => String::new(),
    }
}
