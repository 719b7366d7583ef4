//! The HTML report in a real headless Chromium: it renders, fits a phone, and has colours of its own in the dark.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::needs::{Need, Needed, or_skip};
use super::sandbox::Sandbox;

/// A Chromium on `PATH`.
pub fn chromium() -> Needed<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|file| file.is_file());
    or_skip(found, Need::Chromium, "no chromium on PATH")
}

/// What the page says about itself once it is laid out: a script that is not part of the report measures it in a frame.
fn probe(
    chromium: &Path,
    sandbox: &Sandbox,
    report: &str,
    width: u32,
    dark: bool,
) -> serde_json::Value {
    let quoted = report.replace('&', "&amp;").replace('"', "&quot;");
    let page = format!(
        r#"<!doctype html><meta name="color-scheme" content="light dark"><iframe style="width:{width}px;height:900px" srcdoc="{quoted}"></iframe>
<script>addEventListener('load', () => {{
  const page = document.querySelector('iframe').contentDocument, body = page.body, plots = [...page.querySelectorAll('svg')];
  const style = element => getComputedStyle(element);
  const ink = style(page.querySelector('h1')).color, paper = style(body).backgroundColor;
  const text = plots.flatMap(plot => [...plot.querySelectorAll('text')]);
  document.title = JSON.stringify({{
    overflows: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    plots: plots.length, marks: page.querySelectorAll('circle, rect, path').length, ink, paper,
    covered: plots.flatMap(plot => [...plot.querySelectorAll('text.name')].flatMap(label =>
      [...plot.querySelectorAll('.interval, .dot, .bar, .floor')].filter(mark => {{
        const a = label.getBoundingClientRect(), b = mark.getBoundingClientRect();
        return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; }}))).length,
    empty: plots.filter(plot => plot.getBoundingClientRect().height < 20).length,
    smallest: Math.min(...text.map(one => one.getBoundingClientRect().height)),
    requests: performance.getEntriesByType('resource').length }});
}});</script>"#
    );
    let file = sandbox.write("probe.html", &page);
    let mut command = Command::new(chromium);
    command.args([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        "--virtual-time-budget=2000",
        "--window-size=1300,1000",
    ]);
    command.arg(format!(
        "--user-data-dir={}",
        sandbox.path().join("chromium").display()
    ));
    command.arg(format!(
        "--blink-settings=preferredColorScheme={}",
        if dark { 0 } else { 1 }
    ));
    let output = command
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let title = dom
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split("</title>").next());
    let title =
        title.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(&title.replace("&amp;", "&")).unwrap()
}

#[test]
fn the_page_shows_its_plots_on_a_desk_on_a_phone_and_in_the_dark() {
    let Ok(chromium) = chromium() else { return };
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let said = sandbox.pgoctl("run --variant hotspot,hotspot-cds --runs 1 --format html");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(!said.stdout.contains("NaN"));
    let wide = probe(&chromium, &sandbox, &said.stdout, 1200, false);
    let phone = probe(&chromium, &sandbox, &said.stdout, 390, false);
    let dark = probe(&chromium, &sandbox, &said.stdout, 390, true);
    for shown in [&wide, &phone, &dark] {
        assert_eq!(
            shown["overflows"], 0,
            "it must not scroll sideways: {shown}"
        );
        assert_eq!(shown["empty"], 0, "{shown}");
        assert_eq!(shown["covered"], 0, "no label lies on a mark: {shown}");
        assert_eq!(shown["requests"], 0, "nothing is loaded: {shown}");
        assert!(shown["plots"].as_u64().unwrap() >= 6, "{shown}");
        assert!(shown["marks"].as_u64().unwrap() >= 40, "{shown}");
        assert!(
            shown["smallest"].as_f64().unwrap() >= 9.0,
            "text on plots can be read: {shown}"
        );
    }
    assert_ne!(wide["paper"], dark["paper"], "{wide} {dark}");
    assert_ne!(wide["ink"], dark["ink"], "{wide} {dark}");
}
