//! What is decided of what the user names.

use super::base::request;
use super::*;
use crate::bench::subject::Runs;
use crate::load::tls::Tls;
use crate::toolchain::Search;

fn decided(asked: Asked) -> Result<Bare> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let request = Request {
        search: Search {
            path: vec!["/bin".into()],
            ..Search::default()
        },
        ..Request::default()
    };
    decide(&request, &asked, dir.path())
}

fn commands(commands: &[&str]) -> Asked {
    Asked {
        commands: commands.iter().map(ToString::to_string).collect(),
        ..Asked::default()
    }
}

fn names_of(bare: &Bare) -> Vec<&str> {
    let subjects = bare.subjects.iter();
    subjects.map(|subject| subject.side.name()).collect()
}

#[test]
fn sides_are_named_as_shortly_as_they_can_be_told_apart() {
    let bare = decided(commands(&["true", "/bin/false"])).expect("they are there");
    assert_eq!(names_of(&bare), ["true", "false"]);
    let bare = decided(commands(&["sleep 0.1", "sleep 0.2"])).expect("it is there");
    assert_eq!(names_of(&bare), ["sleep 0.1", "sleep 0.2"]);
    let bare = decided(commands(&["true", "true"])).expect("it is there");
    assert_eq!(names_of(&bare), ["true", "true (2)"], "an A/A comparison");
    assert_eq!(bare.bench.requests, 100, "one process per invocation");
}

#[test]
fn a_command_with_a_port_is_a_server() {
    let bare = decided(commands(&["true --port {port}"])).expect("it is there");
    let work = bare.subjects[0].http().expect("it is asked over HTTP");
    assert_eq!(work.ready.name(), "GET /");
    let asked = Asked {
        requests: vec!["/x".into()],
        ..commands(&["true"])
    };
    let error = decided(asked).expect_err("it cannot know its port");
    assert!(error.to_string().contains("never told its port"), "{error}");
}

#[test]
fn a_url_says_where_and_what_to_ask() {
    let urls = |url: &str| Asked {
        urls: vec![url.to_owned()],
        ..Asked::default()
    };
    let bare = decided(urls("http://127.0.0.1:8080/a?b=c")).expect("it is a URL");
    let subject = &bare.subjects[0];
    assert_eq!(subject.side.name(), "127.0.0.1:8080");
    assert_eq!(
        subject.http().map(|work| work.ready.name()),
        Some("GET /a?b=c".into())
    );
    assert!(!subject.has_cold_starts() && bare.reports[0].image.size_bytes.is_none());
}

#[test]
fn https_is_spoken_over_tls_and_what_nobody_checks_is_said() {
    let asked = |url: &str| Asked {
        urls: vec![url.to_owned()],
        insecure: true,
        ..Asked::default()
    };
    let tls = decided(asked("https://[::1]/")).expect("it is a URL");
    let Runs::Already(server) = &tls.subjects[0].runs else {
        panic!("it runs already");
    };
    assert_eq!(server.target.tls.as_ref().map(Tls::host), Some("::1"));
    let kinds: Vec<_> = tls.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::CertificateNotChecked]);
    let clear = decided(asked("http://127.0.0.1/")).expect("it is a URL");
    assert!(!clear.subjects[0].is_tls() && clear.warnings.is_empty());
}

#[test]
fn a_file_without_a_certificate_is_refused_before_anything_is_asked() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let begin = "-----BEGIN CERTIFICATE-----";
    let end = "-----END CERTIFICATE-----";
    for (text, why) in [
        ("", "no certificate in it"),
        ("no PEM at all", "no certificate in it"),
        (begin, "not a whole PEM"),
        (&format!("{begin}\nAAAA\n{end}\n"), "certificate 1"),
    ] {
        let file = dir.path().join("ca.pem");
        std::fs::write(&file, text).expect("it can be written");
        let asked = Asked {
            urls: vec!["https://127.0.0.1/".to_owned()],
            cacert: Some(file),
            ..Asked::default()
        };
        let error = decided(asked).expect_err("nobody can be trusted by it");
        assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_request_is_method_path_and_body() {
    let post = request(r#"POST /x {"a": 1}"#).expect("it is a request");
    assert_eq!(post.name(), "POST /x");
    assert_eq!(post.body.as_deref(), Some(r#"{"a": 1}"#));
    assert_eq!(request("/x").expect("it is one").name(), "GET /x");
    assert!(request("GET x").is_err());
}

#[test]
fn what_is_not_there_is_said_before_anything_starts() {
    let error = decided(commands(&["no-such-program"])).expect_err("it is not there");
    assert!(error.to_string().contains("no-such-program"));
    assert!(decided(commands(&["'open"])).is_err());
    assert!(decided(Asked::default()).is_err());
}
