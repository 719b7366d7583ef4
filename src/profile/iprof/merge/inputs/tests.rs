//! Names, folders, weights, and files that are reached twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

/// A folder with two profiles, one below, and what is none.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    for name in [
        "b.iprof",
        "a.iprof.gz",
        "notes.txt",
        ".tmp-x.iprof",
        "deep/c.iprof",
    ] {
        std::fs::write(folder.path().join(name), name).unwrap();
    }
    folder
}

struct Asked<'f>(&'f tempfile::TempDir);

impl Asked<'_> {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// Names and weights of what is taken of `words`, and what is said of the rest.
    fn merge(&self, words: &[&str], output: Option<&str>) -> Result<(Vec<String>, Vec<String>)> {
        let words: Vec<String> = words.iter().map(|word| self.path(word)).collect();
        let output = output.map(|name| self.0.path().join(name));
        let chosen = choose_to_merge(&words, Depth::Flat, output.as_deref())?;
        let short = |text: String| text.replace(&self.path(""), "");
        let taken = |input: &MergeInput| format!("{}:{}", input.path.display(), input.weight);
        let inputs = chosen.inputs.iter().map(taken).map(short);
        let passed = chosen.passed_over.iter().map(ToString::to_string);
        Ok((inputs.collect(), passed.map(short).collect()))
    }
}

#[test]
fn a_folder_is_its_profiles_by_name() {
    let folder = folder();
    let names = |depth| {
        let files = expand(folder.path(), depth).unwrap();
        let names = files
            .iter()
            .map(|file| file.strip_prefix(folder.path()).unwrap().to_owned());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(Depth::Flat), ["a.iprof.gz", "b.iprof"]);
    assert_eq!(
        names(Depth::Recursive),
        ["a.iprof.gz", "b.iprof", "deep/c.iprof"]
    );
}

#[test]
fn a_folder_without_profiles_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    assert!(expand(folder.path(), Depth::Flat).is_err());
}

#[test]
fn a_weight_follows_a_colon_unless_the_file_is_called_so() {
    let folder = folder();
    let asked = Asked(&folder);
    let taken = |word: &str| asked.merge(&[word], None).unwrap().0;
    assert_eq!(taken("b.iprof:7"), ["b.iprof:7"]);
    assert_eq!(taken("b.iprof:9223372036854775807").len(), 1);
    assert_eq!(taken(":2"), ["a.iprof.gz:2", "b.iprof:2"]);
    std::fs::write(folder.path().join("b.iprof:7"), "").unwrap();
    assert_eq!(taken("b.iprof:7"), ["b.iprof:7:1"]);
}

#[test]
fn what_is_not_a_weight_says_what_is_one() {
    let folder = folder();
    let asked = Asked(&folder);
    for (text, hint) in [
        ("0", Some("leave the file out")),
        ("0.5", Some("ratio")),
        ("x", None),
        ("-1", None),
        ("", None),
        ("9223372036854775808", None),
        ("99999999999999999999", None),
    ] {
        let error = asked
            .merge(&[&format!("b.iprof:{text}")], None)
            .unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains(&format!("`{text}` is not a weight")),
            "{said}"
        );
        assert!(said.contains("from 1 to 9223372036854775807"), "{said}");
        assert_eq!(error.hints().is_empty(), hint.is_none(), "{text}");
        let hinted = hint.is_none_or(|hint| error.hints()[0].contains(hint));
        assert!(hinted, "{text}: {:?}", error.hints());
    }
    for (word, missing) in [
        ("gone", "gone`"),
        ("gone:3", "gone`"),
        ("gone:0.5", "gone:0.5`"),
    ] {
        let said = asked.merge(&[word], None).unwrap_err().to_string();
        assert!(
            said.contains("there is no file `") && said.contains(missing),
            "{said}"
        );
    }
}

#[test]
fn a_file_that_is_reached_twice_is_taken_once_and_said() {
    let folder = folder();
    let asked = Asked(&folder);
    std::os::unix::fs::symlink("b.iprof", folder.path().join("link.iprof")).unwrap();
    std::fs::hard_link(
        folder.path().join("b.iprof"),
        folder.path().join("hard.iprof"),
    )
    .unwrap();
    for (words, said) in [
        (["b.iprof", "b.iprof"], "`b.iprof` is named twice"),
        (
            ["b.iprof", "./b.iprof"],
            "`./b.iprof` is the same file as `b.iprof`",
        ),
        (["b.iprof", "link.iprof"], "`link.iprof` is the same file"),
        (["b.iprof", "hard.iprof"], "`hard.iprof` is the same file"),
    ] {
        let (taken, passed) = asked.merge(&words, None).unwrap();
        assert_eq!(taken, ["b.iprof:1"], "{words:?}");
        assert_eq!(passed.len(), 1, "{passed:?}");
        assert!(passed[0].contains(said), "{passed:?}");
    }
    let (taken, passed) = asked.merge(&["", "b.iprof"], None).unwrap();
    assert_eq!(taken, ["a.iprof.gz:1", "b.iprof:1"]);
    assert_eq!(passed.len(), 3, "{passed:?}");
    // A copy is another run that did the same.
    std::fs::copy(
        folder.path().join("b.iprof"),
        folder.path().join("copy.iprof"),
    )
    .unwrap();
    assert_eq!(
        asked
            .merge(&["b.iprof", "copy.iprof"], None)
            .unwrap()
            .0
            .len(),
        2
    );
}

#[test]
fn the_weight_that_was_said_counts_and_two_do_not_go_together() {
    let folder = folder();
    let asked = Asked(&folder);
    for words in [["", "b.iprof:5"], ["b.iprof:5", ""]] {
        let mut taken = asked.merge(&words, None).unwrap().0;
        taken.sort();
        assert_eq!(taken, ["a.iprof.gz:1", "b.iprof:5"], "{words:?}");
    }
    let error = asked
        .merge(&["b.iprof:5", "./b.iprof:2"], None)
        .unwrap_err();
    assert!(
        error.to_string().contains("two weights, 5 and 2"),
        "{error}"
    );
}

#[test]
fn a_merge_does_not_take_in_what_merges_and_training_left() {
    let folder = folder();
    let asked = Asked(&folder);
    let (taken, passed) = asked.merge(&[""], Some("b.iprof")).unwrap();
    assert_eq!(taken, ["a.iprof.gz:1"]);
    assert_eq!(passed, ["`b.iprof` is the output, and not taken in"]);
    let error = asked
        .merge(&["a.iprof.gz", "b.iprof"], Some("./b.iprof"))
        .unwrap_err();
    assert!(
        error.to_string().contains("both an input and the output"),
        "{error}"
    );

    let digest = file_digest(&folder.path().join("b.iprof")).unwrap();
    std::fs::write(folder.path().join("b.sha256"), digest).unwrap();
    let (taken, passed) = asked.merge(&[""], None).unwrap();
    assert_eq!(taken, ["a.iprof.gz:1"]);
    assert!(
        passed[0].contains("is a merge of the profiles beside it"),
        "{passed:?}"
    );
    assert_eq!(asked.merge(&["b.iprof"], None).unwrap().0, ["b.iprof:1"]);

    let aside = folder.path().join("deep/set-aside");
    std::fs::create_dir(&aside).unwrap();
    std::fs::write(aside.join("0003.iprof"), "bad").unwrap();
    let all = [folder.path().to_string_lossy().into_owned()];
    let chosen = choose_to_merge(&all, Depth::Recursive, None).unwrap();
    let aside = chosen
        .passed_over
        .iter()
        .filter(|one| one.reason == PassedOverFor::SetAside);
    assert_eq!((chosen.inputs.len(), aside.count()), (2, 1));
}

#[test]
fn paths_without_weights_are_taken_once_too() {
    let folder = folder();
    let paths = [folder.path().to_owned(), folder.path().join("b.iprof")];
    let chosen = choose(&paths, Depth::Flat).unwrap();
    assert_eq!((chosen.inputs.len(), chosen.passed_over.len()), (2, 1));
    let stdin = choose(&["-".into(), "-".into()], Depth::Flat).unwrap();
    assert_eq!(
        stdin.inputs.len(),
        2,
        "that is another mistake, told elsewhere"
    );
}
