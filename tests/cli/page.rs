//! The controller's page in a real headless Chromium: it shows what the controller knows, live, fits a phone, has colours of its
//! own in the dark, loads nothing from elsewhere, complains of nothing, and says what to do when there is nothing to show.

use serde_json::{Value, json};

use super::browser::Browser;
use super::controller::Controller;
use super::needs::Needed;
use super::sandbox::{Sandbox, wait_for};

const PAGE: &str = include_str!("../../src/controller/page.html");
/// Whatever a look at the page must find in order.
const LOOK: &str = r"(() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const seen = element => element.getClientRects().length > 0;
  const text = all('body *').filter(element => seen(element) && !element.closest('.unseen')
    && [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
  const clipped = text.filter(element => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline');
  const labels = all('.stages li > span:nth-child(2)').map(label => label.getBoundingClientRect());
  return {
    overflows: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    outside: text.filter(element => element.getBoundingClientRect().right > innerWidth + 1).map(element => element.textContent),
    clipped: clipped.map(element => element.textContent),
    covered: labels.filter((label, at) => at % 5 && labels[at - 1].right > label.left).length,
    smallest: Math.min(...text.map(element => parseFloat(getComputedStyle(element).fontSize))),
    ink: getComputedStyle(document.body).color, paper: getComputedStyle(document.body).backgroundColor,
    lit: getComputedStyle(document.querySelector('.stages .now i') ?? document.body).backgroundColor,
    functions: all('article h3').map(name => name.textContent.trim()),
    stage: all('[aria-current=step] > span:nth-child(2)').map(step => step.textContent),
    steps: all('article:first-of-type .stages li').map(step => step.children[1].textContent),
    variants: all('tbody tr').map(row => [...row.children].map(cell => cell.textContent)),
    profiles: all('[role=progressbar]').filter(seen).map(bar => [bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemax')]),
    verdict: all('.verdict').filter(seen).map(verdict => verdict.textContent),
    marks: all('.plot').filter(seen).map(plot => [...plot.children].filter(seen).length),
    next: all('.next').map(next => next.textContent),
    events: all('#events li').length,
    unnamed: all('button, input').filter(it => seen(it) && !(it.textContent.trim() || it.labels?.length)).length,
    levels: all('h1, h2, h3, h4').filter(seen).map(head => Number(head.tagName[1])),
  };
})()";

fn url(controller: &Controller) -> String {
    format!("http://{}/", controller.address)
}

/// Nothing sticks out, can't be read or has no name; nothing came from elsewhere; nothing was complained of.
fn is_in_order(browser: &Browser, controller: &Controller) -> Value {
    let look = browser.value(LOOK);
    assert_eq!(look["overflows"], 0, "it must not scroll sideways: {look}");
    for empty in ["outside", "clipped"] {
        assert_eq!(look[empty], json!([]), "{empty}: {look}");
    }
    assert_eq!(look["covered"], 0, "no stage lies on another: {look}");
    assert_eq!(look["unnamed"], 0, "{look}");
    assert!(look["smallest"].as_f64().unwrap() >= 11.0, "{look}");
    let levels = look["levels"].as_array().unwrap();
    let mut steps = levels.windows(2);
    let no_gap = steps.all(|two| two[1].as_u64() <= two[0].as_u64().map(|level| level + 1));
    assert!(no_gap && levels[0] == 1, "{look}");
    for request in browser.requests() {
        let own = request.starts_with(&url(controller)) || request.starts_with("data:");
        assert!(own, "{request}");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
    look
}

fn double() -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("--stage-ms 300");
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 20\nprofiles = 3\ncanary = \"50%\"\n";
    sandbox.append("pgoctl.toml", table);
    Ok(sandbox)
}

#[test]
fn it_shows_a_function_from_its_first_build_to_its_verdict() {
    let Ok(sandbox) = double() else { return };
    let Ok(browser) = Browser::start(sandbox.path()) else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    browser.window(1200, false);
    browser.open(&url(&controller));
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    // It is open all the while, and nobody reloads it.
    browser.wait(
        "the function",
        "document.querySelector('article h3')?.textContent.trim() === 'hello'",
    );
    browser.wait(
        "the next stage",
        "document.querySelector('.stages .making') !== null",
    );
    browser.picture("building");
    controller.drive("hello", "a verdict", |status| !status["verdict"].is_null());
    let live = "!!document.querySelector('.verdict:not([hidden]) .word')?.textContent && document.querySelector('.live').textContent[0] !== '0'";
    controller.drive("hello", "the page's verdict and rate", |_| {
        browser.value(live) == true
    });
    browser.wait(
        "the verdict's event",
        "document.querySelector('#events').textContent.includes('calls each')",
    );
    let status = controller.status("hello");
    let stage = status["stage"].as_str().unwrap();
    browser.wait(
        "the stage that it ends in",
        &format!("document.querySelector('[aria-current=step] > span:nth-child(2)').textContent === '{stage}'"),
    );
    let mut looks = Vec::new();
    for (width, dark) in [(1200, false), (1200, true), (390, false), (390, true)] {
        browser.window(width, dark);
        browser.picture(&format!("{width}-{}", if dark { "dark" } else { "light" }));
        looks.push(is_in_order(&browser, &controller));
    }
    for look in &looks {
        assert_eq!(look["functions"], json!(["hello"]));
        assert_eq!(look["stage"], json!([status["stage"]]), "{look} {status}");
        let stages = ["trace", "hotspot", "native", "profiling", "optimized"];
        assert_eq!(look["steps"], json!(stages));
        let variants = look["variants"].as_array().unwrap();
        for variant in ["hotspot", "native", "native-instrumented", "native-pgo"] {
            assert!(variants.iter().any(|row| row[0] == variant), "{look}");
        }
        assert_eq!(look["profiles"][0][1], "3", "{look}");
        let word = status["verdict"]["why"].as_str().unwrap();
        let verdict = look["verdict"][0].as_str().unwrap();
        assert!(verdict.contains(word), "{look}");
        // Axis, zero, limit, interval, dot, and at least the names of both ends.
        assert!(look["marks"][0].as_u64() >= Some(7), "{look}");
        assert!(look["next"][0].as_str().unwrap().len() > 5, "{look}");
        assert!(look["events"].as_u64() >= Some(10), "{look}");
    }
    let [wide, dark, ..] = looks.as_slice() else {
        unreachable!()
    };
    for colour in ["ink", "paper", "lit"] {
        assert_ne!(wide[colour], dark[colour], "{colour}");
    }
}

#[test]
fn with_nothing_installed_it_says_how_and_without_a_controller_that_it_is_away() {
    let sandbox = Sandbox::new();
    let Ok(browser) = Browser::start(sandbox.path()) else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    for (width, dark) in [(1200, false), (390, true)] {
        browser.window(width, dark);
        browser.open(&url(&controller));
        browser.wait(
            "how to install",
            "document.body.innerText.includes('pgoctl install')",
        );
        is_in_order(&browser, &controller);
        browser.picture(&format!("empty-{width}"));
    }
    controller.kill();
    browser.wait(
        "that it is away",
        "document.body.innerText.includes('does not answer since')",
    );
    browser.picture("away");
    assert_eq!(browser.value(LOOK)["overflows"], 0);
}

#[test]
fn a_token_is_asked_for_once_and_kept_in_the_tab() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let Ok(browser) = Browser::start(sandbox.path()) else {
        return;
    };
    let controller = Controller::start(&sandbox, "--token secret");
    let said = controller.command(&sandbox, "install --token secret");
    assert_eq!(said.status, 0, "{}", said.stderr);
    browser.window(390, false);
    // The page itself; what it asks for has to bring the token by its own doing.
    let with = |headers: Value| {
        browser.call(
            "Network.setExtraHTTPHeaders",
            &json!({ "headers": headers }),
        );
    };
    let open = || {
        with(json!({ "Authorization": "Bearer secret" }));
        browser.call("Network.setBlockedURLs", &json!({ "urls": ["*/v1/*"] }));
        browser.open(&url(&controller));
        with(json!({}));
        browser.call("Network.setBlockedURLs", &json!({ "urls": [] }));
    };
    open();
    let type_in = |token: &str| {
        let script = format!(
            "document.querySelector('#token').value = '{token}'; document.querySelector('#unlock').requestSubmit()"
        );
        browser.value(&script);
    };
    browser.wait("the question", "!document.querySelector('#locked').hidden");
    browser.picture("token");
    assert_eq!(browser.value("document.activeElement.id"), "token");
    let away = browser.value("document.querySelector('#away').hidden");
    assert_eq!(away, true, "a controller that asks is not away");
    assert_eq!(browser.value(LOOK)["overflows"], 0);
    type_in("other");
    browser.wait(
        "that it is wrong",
        "document.body.innerText.includes('not the token')",
    );
    type_in("secret");
    let shown = "document.querySelector('article h3')?.textContent.trim() === 'hello' && document.querySelectorAll('#events li').length > 0";
    browser.wait("the function and events", shown);
    open();
    browser.wait("them again", shown);
    assert_eq!(
        browser.value("document.querySelector('#locked').hidden"),
        true
    );
}

#[test]
fn of_many_functions_a_hundred_are_shown_and_the_filter_finds_the_rest() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let Ok(browser) = Browser::start(sandbox.path()) else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    let jar = std::fs::read(sandbox.path().join("app.jar")).unwrap();
    let mut client = controller.client();
    let sent = client.ask("POST", "/v1/jars", "", &jar);
    let manifest = json!({
        "jar": sent.json()["sha256"],
        "args": ["--port", "{port}"],
        "ready": "GET /health",
        "workload": { "requests": [ { "method": "POST", "path": "/", "body": "{}" } ] },
    });
    for number in 0..120 {
        let kind = "content-type: application/json\r\n";
        let path = format!("/v1/functions/f{number:03}");
        let answer = client.ask("PUT", &path, kind, manifest.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    browser.window(390, false);
    browser.open(&url(&controller));
    let rows = || browser.value("document.querySelectorAll('article').length");
    wait_for("a hundred", || rows() == 100);
    assert_eq!(
        browser.value("document.querySelector('#more').textContent"),
        "show 20 more of 20"
    );
    is_in_order(&browser, &controller);
    // Whoever is called comes first.
    assert_eq!(client.post("/f/f119/").status, 200);
    browser.wait(
        "the busy one",
        "document.querySelector('article h3').textContent.trim() === 'f119'",
    );
    browser.value("document.querySelector('#more').click()");
    wait_for("all of them", || rows() == 120);
    let filter = |word: &str| {
        browser.value(&format!("document.querySelector('#filter').value = '{word}'; document.querySelector('#filter').dispatchEvent(new Event('input'))"));
    };
    filter("F11");
    wait_for("ten", || rows() == 10);
    browser.picture("many");
    filter("nothing");
    browser.wait(
        "that there is none",
        "!document.querySelector('#none').hidden",
    );
    // A name opens and closes its figures.
    filter("f119");
    let open = "document.querySelector('article button').getAttribute('aria-expanded')";
    browser.wait("its figures", &format!("{open} === 'true'"));
    browser.value("document.querySelector('article button').click()");
    assert_eq!(browser.value(open), "false");
}

#[test]
fn it_needs_nothing_from_elsewhere_and_takes_nothing_for_html() {
    for word in [
        "http:",
        "https:",
        "//cdn",
        "@import",
        "url(",
        "<img",
        "src=",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "setAttribute('style'",
        " onclick",
    ] {
        assert!(!PAGE.contains(word), "{word}");
    }
    assert!(PAGE.contains("require-trusted-types-for 'script'"));
}
