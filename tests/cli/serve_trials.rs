//! What a trial saw: kept in the store, answered by the controller, rendered by `report`.

use super::controller::Controller;
use super::sandbox::Sandbox;

#[test]
fn a_trial_is_rendered_in_every_format() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    // So much faster that it is better at the first look.
    sandbox.graalvm("--fault slow-answers=20000@native");
    let serve = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 5\nprofiles = 2\ncanary = \"100%\"\n";
    sandbox.append("pgoctl.toml", serve);
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let none = controller.command(&sandbox, "report --trial hello");
    none.fails(2, &["no trial of `hello` has ended yet"]);
    controller.drive("hello", "a verdict", |status| !status["verdict"].is_null());
    let all = controller.get("/v1/functions/hello/trials");
    assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
    let trial = &all[0];
    assert_eq!(trial["verdict"], controller.status("hello")["verdict"]);
    assert_eq!(trial["baseline"], "native", "{trial}");
    let pairs = trial["block_means_ms"].as_array().unwrap().len();
    assert!(pairs >= 6, "{trial}");
    let generation = &trial["generation"];
    let path = format!("/v1/functions/hello/trials/{generation}");
    assert_eq!(&controller.get(&path), trial);
    let report = |more: &str| controller.command(&sandbox, &format!("report {more}"));
    let text = report("--trial hello");
    assert_eq!(text.status, 0, "{}", text.stderr);
    for word in [
        "native-pgo beside native",
        "mean latency",
        "limit",
        "+3.0 %",
    ] {
        assert!(text.stdout.contains(word), "{word}: {}", text.stdout);
    }
    let named = format!("--trial hello/{generation}");
    assert_eq!(report(&named).stdout, text.stdout);
    let json = report(&format!("{named} --format json")).json();
    assert_eq!(&json, trial);
    let csv = report("--trial hello --format csv").stdout;
    assert_eq!(csv.lines().count(), 1 + pairs, "{csv}");
    let markdown = report("--trial hello --format markdown").stdout;
    assert!(
        markdown.starts_with("### `hello`: native-pgo beside native"),
        "{markdown}"
    );
    let said = report("--trial hello --format html --output trial.html");
    assert_eq!((said.status, said.stdout.as_str()), (0, ""), "{said:?}");
    let page = sandbox.read("trial.html");
    assert!(
        page.contains("<svg") && page.ends_with("</html>\n"),
        "{page}"
    );
    // What is not there is said.
    report("--trial hello/9999").fails(2, &["generation 9999"]);
    report("--trial hello/x").fails(2, &["is not a generation"]);
    report("--trial none").fails(2, &["there is no function `none`"]);
    report("--trial hello some-run").fails(2, &["cannot be used with"]);
}
