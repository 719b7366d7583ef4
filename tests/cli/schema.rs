//! The JSON schemas of pgoctl.toml and of the report: the committed ones are those of this pgoctl, and what is read and written fits.

use std::collections::BTreeSet;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::bench_anything::server;
use super::pages::Page;
use super::sandbox::{Sandbox, config};

/// The committed schema of `config` or `report`.
fn committed(of: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{of}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn of(schema: Value) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn why_not(&self, value: &Value) -> Option<String> {
        let valid = self.schemas.validate(value, self.index);
        valid.err().map(|error| error.to_string())
    }

    fn takes(&self, value: &Value) {
        if let Some(why) = self.why_not(value) {
            panic!("{why}\n{value:#}");
        }
    }

    fn takes_toml(&self, text: &str) {
        self.takes(&toml::from_str(text).unwrap());
    }
}

/// The same schema, in which no object has a key that is not described.
fn strict(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(map) => {
                let describes = map.get("properties").is_some_and(Value::is_object);
                let is_schema = map.get("type").is_some_and(|kind| kind == "object");
                if describes && is_schema {
                    map.insert("additionalProperties".to_owned(), false.into());
                }
                map.values_mut().for_each(close);
            }
            Value::Array(list) => list.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

#[test]
fn the_committed_schemas_are_those_that_are_printed() {
    for of in ["config", "report"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{of}.json"));
        let printed = Sandbox::new().succeeds(format!("schema {of}")).stdout;
        if std::env::var_os("PGOCTL_BLESS").is_some() {
            std::fs::write(&path, &printed).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        let hint = "PGOCTL_BLESS=1 cargo test --test cli schema writes it again";
        assert!(
            committed == printed,
            "docs/schema/{of}.json is an older one: {hint}"
        );
    }
}

#[test]
fn files_that_pgoctl_reads_fit_the_schema() {
    let schema = Schema::of(committed("config"));
    for function in ["hello", "sleep", "filehash"] {
        schema.takes_toml(&config(function, ""));
    }
    let page = Page::read("docs/configuration.md");
    let whole = page.blocks()[0].text;
    schema.takes_toml(whole);
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/pgoctl.toml");
    schema.takes_toml(&std::fs::read_to_string(demo).unwrap());
    let example = r#"
        require = ["native-pgo"]
        [function.a]
        class-path = ["a.jar", "lib/"]
        main-class = "x.Main"
        ready-timeout = "1m 30s"
        [function.a.workload]
        invoke = { args = ["--in"], stdin-file = "in.txt", expect-exit = 3 }
        [gate.metrics]
        throughput_rps = "0.5 %"
        [[gate.waiver]]
        metric = "cold_start_ms"
        candidate = "native-pgo"
        until = "2027-03-31"
        reason = "slower"
    "#;
    schema.takes_toml(example);
}

#[test]
fn what_init_writes_fits_the_schema() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let schema = Schema::of(committed("config"));
    for more in ["", "--invoke '--in a.txt'"] {
        sandbox.succeeds(format!("init app.jar --force {more}"));
        schema.takes_toml(&sandbox.read("pgoctl.toml"));
    }
}

#[test]
fn what_pgoctl_refuses_does_not_fit_the_schema() {
    let schema = Schema::of(committed("config"));
    let function = "[function.a]\njar = \"a.jar\"\n";
    let work = format!("{function}[function.a.workload]\n");
    for wrong in [
        "jar = \"a.jar\"\n".to_owned(),
        format!("{function}jra = 1\n[function.a.workload]\n"),
        function.to_owned(),
        format!("{work}requests = [ {{ method = \"GET\" }} ]\n"),
        format!("{work}requests = [ {{ path = \"/\", expect = {{ staus = 200 }} }} ]\n"),
        format!("{work}protocol = \"http/3\"\n"),
        format!("{work}invoke = {{ stdin-fil = \"x\" }}\n"),
        "[bench]\nrounds = \"six\"\n".to_owned(),
        "[bench]\nrounds = -1\n".to_owned(),
        "[bench]\npin = \"sometimes\"\n".to_owned(),
        "[train]\nstop = \"someday\"\n".to_owned(),
        "[pgo]\noptimizer = \"none\"\n".to_owned(),
        "[gate]\nmax-worse = \"3\"\n".to_owned(),
        "[gate.metrics]\nlatency = \"3%\"\n".to_owned(),
        "[gate]\ncandidates = [\"nativ\"]\n".to_owned(),
        "[[gate.waiver]]\nmetric = \"cold_start_ms\"\nuntil = \"soon\"\nreason = \"\"\n".to_owned(),
    ] {
        let value: Value = toml::from_str(&wrong).unwrap();
        assert!(
            schema.why_not(&value).is_some(),
            "the schema takes\n{wrong}"
        );
        let sandbox = Sandbox::new();
        sandbox.write("pgoctl.toml", &wrong);
        let said = sandbox.pgoctl("run --dry-run");
        assert!(
            said.stderr.contains("expects"),
            "pgoctl takes\n{wrong}{}",
            said.stderr
        );
    }
}

/// The keys that pgoctl lists where it meets one that it does not know.
fn known(table: &str) -> BTreeSet<String> {
    let sandbox = Sandbox::new();
    sandbox.write("pgoctl.toml", table);
    let said = sandbox.pgoctl("run --dry-run").stderr;
    let known = said
        .split_once("known here: ")
        .unwrap_or_else(|| panic!("{table}{said}"))
        .1;
    known
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_key_that_pgoctl_knows_is_in_the_schema_and_no_other() {
    let schema = committed("config");
    let function = "[function.a]\njar = \"a\"\n";
    let work = format!("{function}[function.a.workload]\n");
    for (table, of) in [
        ("qqqqqqqq = 1\n".to_owned(), ""),
        ("[function.a]\nqqqqqqqq = 1\n".to_owned(), "FunctionFile"),
        (format!("{work}qqqqqqqq = 1\n"), "WorkloadFile"),
        (
            format!("{work}requests = [ {{ path = \"/\", qqqqqqqq = 1 }} ]\n"),
            "RequestTemplate",
        ),
        (
            format!("{work}requests = [ {{ path = \"/\", expect = {{ qqqqqqqq = 1 }} }} ]\n"),
            "Expect",
        ),
        (format!("{work}invoke = {{ qqqqqqqq = 1 }}\n"), "Invoke"),
        (
            format!("{work}[function.a.serve]\nqqqqqqqq = 1\n"),
            "ServeFile",
        ),
        ("[toolchain]\nqqqqqqqq = 1\n".to_owned(), "ToolchainFile"),
        ("[train]\nqqqqqqqq = 1\n".to_owned(), "TrainSettings"),
        ("[bench]\nqqqqqqqq = 1\n".to_owned(), "BenchSettings"),
        ("[gate]\nqqqqqqqq = 1\n".to_owned(), "GateFile"),
        (
            "[gate.metrics]\nqqqqqqqq = \"1%\"\n".to_owned(),
            "GateFile/properties/metrics",
        ),
        ("[[gate.waiver]]\nqqqqqqqq = 1\n".to_owned(), "WaiverFile"),
    ] {
        let place = match of {
            "" => "/properties".to_owned(),
            of => format!("/$defs/{of}/properties"),
        };
        let described = schema.pointer(&place).unwrap_or_else(|| panic!("{place}"));
        let described: BTreeSet<String> = described.as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, known(&table), "{table}");
    }
}

/// Every report in the project's folder has the keys of the schema, all of them and no others.
fn reports_fit(sandbox: &Sandbox) -> usize {
    let schema = Schema::of(strict(committed("report")));
    let products = sandbox.products();
    let reports = products.iter().filter(|file| file.ends_with("run.json"));
    let fit = |file: &String| schema.takes(&serde_json::from_str(&sandbox.read(file)).unwrap());
    reports.map(fit).count()
}

#[test]
fn reports_of_what_is_named_fit_the_schema() {
    let sandbox = Sandbox::new();
    let small = "--rounds 6 --requests 5 --cold-starts 3 --dropped-cold-starts 0 --format json";
    let url = format!("http://{}/", server());
    for what in [
        "true 'sh -c true'".to_owned(),
        "'true; true' --shell".to_owned(),
        "true --calibrate".to_owned(),
        format!("--url {url} --rate 200"),
    ] {
        let printed = sandbox.json(format!("bench {what} {small}"));
        Schema::of(strict(committed("report"))).takes(&printed);
    }
    assert_eq!(reports_fit(&sandbox), 4);
}

#[test]
fn reports_of_a_project_fit_the_schema() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let small = "--rounds 1 --requests 5 --cold-starts 1 --dropped-cold-starts 0";
    let all = "--variant hotspot,hotspot-cds,native,native-pgo";
    sandbox.succeeds(format!("run {all} --save-baseline main {small}"));
    let said = sandbox.pgoctl(format!("gate {all} --baseline main {small}"));
    assert!(said.stderr.contains("VERDICT"), "{}", said.stderr);
    assert!(reports_fit(&sandbox) >= 2, "{}", said.stderr);
}

#[test]
fn the_schema_of_the_report_is_that_of_one_version_and_open_to_more_keys() {
    let schema = Schema::of(committed("report"));
    let sandbox = Sandbox::new();
    let small = "--rounds 1 --requests 2 --cold-starts 0 --format json";
    let report = sandbox.json(format!("bench true {small}"));
    schema.takes(&report);
    let with = |key: &str, value: Value| {
        let mut other = report.clone();
        other[key] = value;
        schema.why_not(&other)
    };
    assert_eq!(with("of_tomorrow", json!({})), None);
    for (key, value) in [
        ("schema_version", json!(2)),
        ("variants", json!([{}])),
        (
            "warnings",
            json!([{"kind": "no-such-warning", "message": ""}]),
        ),
        ("function", Value::Null),
    ] {
        assert!(with(key, value).is_some(), "{key}");
    }
}
