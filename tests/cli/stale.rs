//! What is reused is not stale: everything that a JVM or native-image would read counts, and `--explain` names what changed.

use std::io::{Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::community::community;
use super::jdk;
use super::needs::Needed;
use super::sandbox::Sandbox;

/// A JAR with this `Class-Path` and one file.
fn jar(path: &Path, class_path: &str, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = SimpleFileOptions::default();
    zip.start_file("META-INF/MANIFEST.MF", options).unwrap();
    manifest(&mut zip, "", class_path);
    zip.start_file("text.txt", options).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap();
}

fn manifest(zip: &mut impl Write, more: &str, class_path: &str) {
    let class_path = match class_path {
        "" => String::new(),
        // Lines have 72 bytes at most.
        _ => format!("Class-Path: {}\r\n", class_path.replace(' ', "\r\n  ")),
    };
    write!(zip, "Manifest-Version: 1.0\r\n{more}{class_path}\r\n").unwrap();
}

/// Gives the project's JAR this `Class-Path`.
fn set_class_path(sandbox: &Sandbox, class_path: &str) {
    let path = sandbox.path().join("app.jar");
    let mut old = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut main = String::new();
    let mut text = String::new();
    let mut entry = old.by_name("META-INF/MANIFEST.MF").unwrap();
    entry.read_to_string(&mut text).unwrap();
    drop(entry);
    for line in text.lines().filter(|line| line.starts_with("Main-Class:")) {
        main = format!("{line}\r\n");
    }
    let new = sandbox.path().join("new.jar");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&new).unwrap());
    zip.start_file("META-INF/MANIFEST.MF", SimpleFileOptions::default())
        .unwrap();
    manifest(&mut zip, &main, class_path);
    for index in 0..old.len() {
        let entry = old.by_index_raw(index).unwrap();
        if entry.name().unwrap() != "META-INF/MANIFEST.MF" {
            zip.raw_copy_file(entry).unwrap();
        }
    }
    zip.finish().unwrap();
    std::fs::rename(new, path).unwrap();
}

/// Adds lines to the function's table.
fn configure(sandbox: &Sandbox, from: &str, to: &str) {
    let config = sandbox.read("pgoctl.toml");
    assert!(config.contains(from), "{config}");
    sandbox.write("pgoctl.toml", &config.replacen(from, to, 1));
}

/// A project with JARs that are named in every way that Java knows, on the double.
fn project() -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    let path = |name: &str| sandbox.path().join(name);
    jar(&path("lib/deep one.jar"), "", "1");
    jar(&path("lib/mid.jar"), "deep%20one.jar ../app.jar", "1");
    jar(&path("url.jar"), "", "1");
    jar(&path("agent.jar"), "", "1");
    sandbox.write("conf/reflect-config.json", "[]");
    sandbox.write("conf/deep/more.json", "[]");
    set_class_path(
        &sandbox,
        &format!("lib/mid.jar file://{}/url.jar", sandbox.path().display()),
    );
    Ok(sandbox)
}

fn explained(sandbox: &Sandbox, variant: &str) -> String {
    let said = sandbox.pgoctl(format!("build --variant {variant} --runs 1 --explain"));
    assert_eq!(said.status, 0, "{}", said.stderr);
    said.stderr
}

/// Every change is seen, named, and seen once.
#[test]
fn whatever_native_image_would_read_counts_and_is_named() {
    let Ok(sandbox) = project() else { return };
    sandbox.write("ni.txt", "-O1 '@more.txt'");
    sandbox.write("more.txt", "-g");
    sandbox.write("log.conf", "1");
    configure(
        &sandbox,
        "jar = \"app.jar\"",
        "jar = \"app.jar\"\nnative-image-args = [\"@ni.txt\", \"-Dconfig=log.conf\", \"-Dfolder=conf\"]",
    );
    explained(&sandbox, "native");
    let changes: [(&str, &str); 8] = [
        ("lib/deep one.jar", "class path entry `lib/deep one.jar`"),
        ("lib/mid.jar", "class path entry `lib/mid.jar`"),
        ("url.jar", "class path entry `url.jar`"),
        ("ni.txt", "`ni.txt` of `@ni.txt`"),
        ("more.txt", "`more.txt` of `@more.txt`"),
        ("log.conf", "`log.conf` of `-Dconfig=log.conf`"),
        ("conf/deep/more.json", "`conf` of `-Dfolder=conf`"),
        ("conf/new.json", "`conf` of `-Dfolder=conf`"),
    ];
    for (file, named) in changes {
        let path = sandbox.path().join(file);
        match (file, path.extension().and_then(|ending| ending.to_str())) {
            (_, Some("jar")) => {
                let class_path = match file {
                    "lib/mid.jar" => "deep%20one.jar",
                    _ => "",
                };
                jar(&path, class_path, "changed");
            }
            ("ni.txt", _) => drop(sandbox.write(file, "-O2 '@more.txt'")),
            ("more.txt", _) => drop(sandbox.write(file, "--verbose")),
            _ => drop(sandbox.write(file, "[1]")),
        }
        let said = explained(&sandbox, "native");
        let redone = format!("changed since the last image: {named}\n");
        assert!(said.contains(&redone), "{file}: {said}");
        let again = explained(&sandbox, "native");
        assert!(again.contains("reused: nothing that shapes it"), "{again}");
    }
}

#[test]
fn configuration_that_options_of_native_image_name_counts() {
    let Ok(sandbox) = project() else { return };
    configure(
        &sandbox,
        "jar = \"app.jar\"",
        "jar = \"app.jar\"\nnative-image-args = [\"-H:ConfigurationFileDirectories=conf\"]",
    );
    explained(&sandbox, "native");
    sandbox.write("conf/reflect-config.json", "[{}]");
    let said = explained(&sandbox, "native");
    let named = "`conf` of `-H:ConfigurationFileDirectories=conf`";
    assert!(said.contains(named), "{said}");
    std::fs::rename(sandbox.path().join("conf"), sandbox.path().join("gone")).unwrap();
    sandbox.pgoctl("build --variant native").fails(
        2,
        &[
            "`-H:ConfigurationFileDirectories=conf` of `native-image-args` names what is not there",
            "hint: paths in options are relative to the folder of the configuration file",
        ],
    );
}

/// A project is built from any folder: paths in its options are its own.
#[test]
fn the_users_own_file_of_native_image_counts_and_is_said() {
    let Ok(sandbox) = project() else { return };
    let file = ".native-image/native-image.properties";
    sandbox.write(file, "NativeImageArgs = -O1\n");
    let first = sandbox.succeeds("build --variant native");
    let said = "gives native-image options of its own: -O1";
    assert!(first.stderr.contains(said), "{}", first.stderr);
    assert!(explained(&sandbox, "native").contains("nothing that shapes it has changed"));
    sandbox.write(file, "NativeImageArgs = -O2\n");
    let changed = explained(&sandbox, "native");
    assert!(
        changed.contains("native-image.properties` of `~`"),
        "{changed}"
    );
    // The driver reads the one that the variable names instead.
    let mut sandbox = sandbox;
    sandbox.set("NATIVE_IMAGE_CONFIG_FILE", "own file.properties");
    sandbox.write("own file.properties", "NativeImageArgs = -O2\n");
    sandbox.succeeds("build --variant native");
    sandbox.write("own file.properties", "NativeImageArgs = -O3\n");
    let changed = explained(&sandbox, "native");
    assert!(
        changed.contains("`own file.properties` of `NATIVE_IMAGE_CONFIG_FILE`"),
        "{changed}"
    );
}

#[test]
fn relative_paths_of_native_images_options_mean_the_projects_folder() {
    let Ok(sandbox) = project() else { return };
    sandbox.write("ni.txt", "-O1");
    configure(
        &sandbox,
        "jar = \"app.jar\"",
        "jar = \"app.jar\"\nnative-image-args = [\"@ni.txt\"]",
    );
    std::fs::create_dir(sandbox.path().join("elsewhere")).unwrap();
    let mut command = sandbox.command("build --variant native --config ..");
    let output = command
        .current_dir(sandbox.path().join("elsewhere"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    sandbox.write("ni.txt", "-o here");
    sandbox.pgoctl("build --variant native").fails(
        2,
        &["the option `-o` is pgoctl's to give", "`@ni.txt` gives it"],
    );
    std::fs::remove_file(sandbox.path().join("ni.txt")).unwrap();
    sandbox.pgoctl("build --variant native").fails(
        2,
        &["could not read `@ni.txt`, which `native-image-args` names"],
    );
}

/// The real tool reads what relative options name: what is no JSON there ends it.
#[test]
fn a_real_native_image_reads_the_projects_configuration() {
    let (Ok(home), Ok(mut sandbox)) = (community(), Sandbox::project("hello")) else {
        return;
    };
    sandbox.set("GRAALVM_HOME", home);
    sandbox.write("conf/reflect-config.json", "no JSON");
    sandbox
        .pgoctl("build --variant native -- -Ob -H:ConfigurationFileDirectories=conf")
        .fails(
            4,
            &[
                "Error parsing reflection configuration in",
                "/conf/reflect-config.json",
            ],
        );
}

#[test]
fn whatever_a_jvm_would_read_counts_and_is_named() {
    let (Ok(mut sandbox), Ok(jdk)) = (project(), jdk::from_24()) else {
        return;
    };
    sandbox.set("JAVA_HOME", jdk);
    sandbox.write("vm.txt", "-Xmx64m");
    sandbox.write("logging.properties", "a=1");
    configure(
        &sandbox,
        "jar = \"app.jar\"",
        "jar = \"app.jar\"\njvm-args = [\"@vm.txt\", \"-p\", \"mods\", \"-Djava.util.logging.config.file=logging.properties\"]",
    );
    jar(&sandbox.path().join("mods/m.jar"), "", "1");
    // A JVM follows manifests that name each other for ever while it dumps an archive.
    jar(&sandbox.path().join("lib/mid.jar"), "deep%20one.jar", "1");
    explained(&sandbox, "hotspot-cds");
    sandbox.write("vm.txt", "-Xmx80m");
    jar(&sandbox.path().join("mods/m.jar"), "", "2");
    sandbox.write("logging.properties", "a=2");
    jar(&sandbox.path().join("lib/deep one.jar"), "", "2");
    let said = explained(&sandbox, "hotspot-cds");
    for named in [
        "`vm.txt` of `@vm.txt`",
        "`mods` of `-p mods`",
        "`logging.properties` of `-Djava.util.logging.config.file=logging.properties`",
        "class path entry `lib/deep one.jar`",
    ] {
        assert!(said.contains(named), "{named}: {said}");
    }
}

/// The size of what must be shipped: every JAR that is found, agents included.
#[test]
fn the_size_counts_the_whole_class_path() {
    let Ok(sandbox) = project() else { return };
    configure(
        &sandbox,
        "jar = \"app.jar\"",
        "jar = \"app.jar\"\njvm-args = [\"-javaagent:agent.jar\"]",
    );
    let report = sandbox.json("run --no-bench --variant hotspot --format json");
    let files = [
        "app.jar",
        "lib/mid.jar",
        "lib/deep one.jar",
        "url.jar",
        "agent.jar",
    ];
    let bytes = |name: &&str| std::fs::metadata(sandbox.path().join(name)).unwrap().len();
    assert_eq!(
        report["variants"][0]["image"]["size_bytes"]
            .as_u64()
            .unwrap(),
        files.iter().map(bytes).sum::<u64>()
    );
}

#[test]
fn class_path_entries_are_wildcards_and_have_manifests() {
    let Ok(sandbox) = project() else { return };
    std::fs::create_dir(sandbox.path().join("jars")).unwrap();
    let (from, to) = (
        sandbox.path().join("app.jar"),
        sandbox.path().join("jars/app.jar"),
    );
    std::fs::rename(from, to).unwrap();
    jar(&sandbox.path().join("jars/b.jar"), "../lib/mid.jar", "1");
    configure(
        &sandbox,
        "jar = \"app.jar\"",
        "class-path = [\"jars/*\"]\nmain-class = \"com.hello.Hello\"",
    );
    explained(&sandbox, "native");
    jar(&sandbox.path().join("lib/deep one.jar"), "", "2");
    let said = explained(&sandbox, "native");
    let named = "changed since the last image: class path entry `lib/deep one.jar`\n";
    assert!(said.contains(named), "{said}");
    jar(&sandbox.path().join("jars/c.jar"), "", "1");
    let said = explained(&sandbox, "native");
    assert!(
        said.contains("class path, class path entry `jars/c.jar`"),
        "{said}"
    );
}

/// Compiles one class into a JAR of its own, with the manifest lines of the file that `manifest` names.
pub fn compile(
    jdk: &Path,
    sandbox: &Sandbox,
    class: &str,
    source: &str,
    jar: &str,
    manifest: &[&str],
) {
    let source = sandbox.write(&format!("src/{class}.java"), source);
    let classes = sandbox.path().join("classes");
    let run = |tool: &str, words: &[&std::ffi::OsStr]| {
        let output = std::process::Command::new(jdk.join("bin").join(tool))
            .args(words)
            .current_dir(sandbox.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    run(
        "javac",
        &[
            "-cp".as_ref(),
            classes.as_ref(),
            "-d".as_ref(),
            classes.as_ref(),
            source.as_ref(),
        ],
    );
    let mut words: Vec<&std::ffi::OsStr> = vec!["cf".as_ref(), jar.as_ref()];
    if let [manifest] = manifest {
        words = vec!["cfm".as_ref(), jar.as_ref(), manifest.as_ref()];
    }
    let file = format!("{class}.class");
    words.extend(["-C".as_ref(), classes.as_os_str(), file.as_ref()]);
    run("jar", &words);
}

/// JDK 25.0.0 to 25.0.3 and 26.0 run the old code from an AOT cache although the JAR changed (JDK-8377932): the cache is made anew.
#[test]
fn an_aot_cache_never_answers_with_the_code_of_an_older_jar() {
    let Ok(jdk) = jdk::from_24() else { return };
    let mut sandbox = Sandbox::new();
    sandbox.set("JAVA_HOME", &jdk);
    let dep = |answer: &str| {
        format!("public class Dep {{ public static String answer() {{ return \"{answer}\"; }} }}")
    };
    compile(&jdk, &sandbox, "Dep", &dep("old code"), "dep one.jar", &[]);
    sandbox.write("m.txt", "Main-Class: App\nClass-Path: dep%20one.jar\n");
    let app = "public class App { public static void main(String[] a) throws Exception {
        java.nio.file.Files.writeString(java.nio.file.Path.of(\"answer.txt\"), Dep.answer()); } }";
    compile(&jdk, &sandbox, "App", app, "app.jar", &["m.txt"]);
    let config = "[function.app]\njar = \"app.jar\"\n[function.app.workload]\ninvoke = {}\n\
        [bench]\nrounds = 1\nrequests = 2\nwarmup = 0\ncold-starts = 1\ndropped-cold-starts = 0\n";
    sandbox.write("pgoctl.toml", config);
    let words = "run --variant hotspot-aot --format json";
    sandbox.json(words);
    assert_eq!(sandbox.read("answer.txt"), "old code");
    compile(&jdk, &sandbox, "Dep", &dep("new code"), "dep one.jar", &[]);
    let report = sandbox.json(words);
    assert_eq!(sandbox.read("answer.txt"), "new code");
    assert_eq!(
        report["stages"][0]["status"], "done",
        "{}",
        report["stages"]
    );
}
