//! Why a JVM does not use an archive: said before the training where it can be known, proved again at measuring time, in the JVM's
//! own words. And JARs that keep their classes where no archive and no native-image sees them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::jdk;
use super::needs::Needed;
use super::sandbox::Sandbox;
use super::stale::compile;

/// Options with which a JDK 25 makes or uses no archive of the kind, and a word of what is said.
const REFUSED: [(&str, &[&str], &str); 25] = [
    ("cds", &["-Xshare:off"], "it forbids the use of archives"),
    ("aot", &["-Xshare:off"], "it forbids the use of archives"),
    (
        "aot",
        &["-Xshare:auto"],
        "does not go with the options of an AOT cache",
    ),
    (
        "cds",
        &["-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0"],
        "beside a debugger",
    ),
    (
        "aot",
        &["-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0"],
        "beside a debugger",
    ),
    (
        "cds",
        &["-Xrunjdwp:transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0"],
        "beside a debugger",
    ),
    ("cds", &["-javaagent:agent.jar"], "while an agent is loaded"),
    ("cds", &["-agentpath:LIBRARY"], "while an agent is loaded"),
    (
        "aot",
        &["-XX:SharedArchiveFile=x.jsa"],
        "brings its own archive",
    ),
    (
        "cds",
        &["-XX:ArchiveClassesAtExit=x.jsa"],
        "brings its own archive",
    ),
    (
        "aot",
        &["-XX:+AutoCreateSharedArchive"],
        "brings its own archive",
    ),
    (
        "cds",
        &["-XX:+RecordDynamicDumpInfo"],
        "brings its own archive",
    ),
    (
        "aot",
        &["-XX:SharedClassListFile=x"],
        "options of CDS archives",
    ),
    (
        "aot",
        &["-XX:DumpLoadedClassList=x"],
        "options of CDS archives",
    ),
    ("cds", &["-XX:AOTCache=x.aot"], "options of an AOT cache"),
    ("cds", &["-XX:AOTMode=auto"], "options of an AOT cache"),
    ("aot", &["-XX:AOTCache=x.aot"], "brings its own archive"),
    (
        "aot",
        &["-XX:AOTMode=off"],
        "forbids the use of an AOT cache",
    ),
    ("aot", &["-XX:AOTConfiguration=x"], "brings its own archive"),
    (
        "aot",
        &["-XX:AOTCacheOutput=x.aot"],
        "brings its own archive",
    ),
    (
        "aot",
        &["--patch-module", "java.base=agent.jar"],
        "modules are replaced or left out",
    ),
    (
        "cds",
        &["--upgrade-module-path=mods"],
        "modules are replaced or left out",
    ),
    (
        "cds",
        &["--limit-modules=java.base"],
        "modules are replaced or left out",
    ),
    (
        "aot",
        &["--limit-modules=java.base"],
        "modules are replaced or left out",
    ),
    (
        "cds",
        &["-Djava.system.class.loader=Loader"],
        "a system class loader of one's own",
    ),
];

const CONFIG: &str = "[function.app]\njar = \"app.jar\"\n[function.app.workload]\ninvoke = {}\n[train]\nruns = 1\n\
    [bench]\nrounds = 1\nrequests = 2\nwarmup = 0\ncold-starts = 1\ndropped-cold-starts = 0\n";

/// A program that ends, an agent, and a system class loader, on a JDK that has every kind of archive.
fn project() -> Needed<(PathBuf, Sandbox)> {
    let jdk = jdk::of_25()?;
    let mut sandbox = Sandbox::new();
    sandbox.set("JAVA_HOME", &jdk);
    let loader = "public class Loader extends ClassLoader { public Loader(ClassLoader parent) { super(parent); } }";
    compile(&jdk, &sandbox, "Loader", loader, "loader.jar", &[]);
    sandbox.write("agent.txt", "Premain-Class: Agent\n");
    let agent = "public class Agent { public static void premain(String words, java.lang.instrument.Instrumentation i) { } }";
    compile(&jdk, &sandbox, "Agent", agent, "agent.jar", &["agent.txt"]);
    sandbox.write("app.txt", "Main-Class: App\nClass-Path: loader.jar\n");
    let app = "public class App { public static void main(String[] words) { System.out.println(\"done\"); } }";
    compile(&jdk, &sandbox, "App", app, "app.jar", &["app.txt"]);
    std::fs::create_dir(sandbox.path().join("mods")).unwrap();
    sandbox.write("pgoctl.toml", CONFIG);
    Ok((jdk, sandbox))
}

fn options(jdk: &Path, row: &[&str]) -> Vec<String> {
    let library = jdk.join("lib/libinstrument.so=agent.jar");
    row.iter()
        .map(|option| option.replace("LIBRARY", &library.display().to_string()))
        .collect()
}

#[test]
fn what_a_jvm_will_not_do_is_said_before_the_training() {
    let Ok((jdk, sandbox)) = project() else {
        return;
    };
    for (kind, row, said) in REFUSED {
        let options = options(&jdk, row);
        let args = format!("jar = \"app.jar\"\njvm-args = {options:?}");
        sandbox.write("pgoctl.toml", &CONFIG.replace("jar = \"app.jar\"", &args));
        let answer = sandbox.pgoctl(format!("build --variant hotspot-{kind}"));
        answer.fails(
            3,
            &[
                said,
                "hint: ",
                "of `jvm-args`",
                row[0].split("LIBRARY").next().unwrap(),
            ],
        );
        assert!(
            !sandbox.path().join(".pgoctl/profiles").exists(),
            "{row:?}: it was trained"
        );
    }
}

/// The rows hold: by hand, with each option, a real JVM makes no archive or runs without it.
#[test]
fn each_refused_option_really_keeps_a_jvm_from_its_archive() {
    let Ok((jdk, sandbox)) = project() else {
        return;
    };
    let java = |words: &[&str]| {
        let mut java = Command::new(jdk.join("bin/java"));
        java.args(words)
            .current_dir(sandbox.path())
            .output()
            .unwrap()
    };
    for (kind, row, _) in REFUSED {
        let options = options(&jdk, row);
        let with = |more: &[&str]| {
            let words: Vec<&str> = options
                .iter()
                .map(String::as_str)
                .chain(more.iter().copied())
                .collect();
            java(&[&words[..], &["-jar", "app.jar"]].concat())
        };
        for file in ["list", "a.jsa", "conf", "a.aot", "log"] {
            let _ = std::fs::remove_file(sandbox.path().join(file));
        }
        let log = "-Xlog:class+load:file=log";
        match kind {
            "cds" => {
                with(&["-XX:DumpLoadedClassList=list"]);
                with(&[
                    "-Xshare:dump",
                    "-XX:SharedClassListFile=list",
                    "-XX:SharedArchiveFile=a.jsa",
                ]);
                with(&["-XX:SharedArchiveFile=a.jsa", log]);
            }
            _ => {
                with(&["-XX:AOTMode=record", "-XX:AOTConfiguration=conf"]);
                with(&[
                    "-XX:AOTMode=create",
                    "-XX:AOTConfiguration=conf",
                    "-XX:AOTCache=a.aot",
                ]);
                with(&["-XX:AOTCache=a.aot", log]);
            }
        }
        let log = std::fs::read_to_string(sandbox.path().join("log")).unwrap_or_default();
        let main = log.lines().find(|line| line.contains(" App source: "));
        let archived = main.is_some_and(|line| line.contains("shared objects file"));
        assert!(
            !archived,
            "hotspot-{kind} works with {row:?}: the row is wrong"
        );
    }
}

/// A JDK whose `java` forgets archives once there is a file `forget` beside it: as a real one does, silently, for many reasons.
fn forgetful(sandbox: &mut Sandbox, real: &Path) -> PathBuf {
    let home = sandbox.path().join("jdk");
    let script = format!(
        "#!/bin/bash\nkeep=()\nfor word in \"$@\"; do case $word in -XX:SharedArchiveFile=*) [ -e {home}/forget ] || keep+=(\"$word\");; \
         *) keep+=(\"$word\");; esac; done\nexec {real}/bin/java \"${{keep[@]}}\"\n",
        home = home.display(),
        real = real.display()
    );
    let java = sandbox.write("jdk/bin/java", &script);
    std::fs::set_permissions(java, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    sandbox.write(
        "jdk/release",
        "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"25.0.1\"\n",
    );
    sandbox.set("JAVA_HOME", &home);
    home.join("forget")
}

#[test]
fn an_archive_that_is_no_longer_in_use_is_not_measured_as_one() {
    let Ok((jdk, mut sandbox)) = project() else {
        return;
    };
    let forget = forgetful(&mut sandbox, &jdk);
    let built = sandbox.pgoctl("build --variant hotspot-cds");
    assert_eq!(built.status, 0, "{}", built.stderr);
    std::fs::write(forget, "").unwrap();
    let reason = [
        "could not measure hotspot-cds",
        "the archive is not in use",
        "the JVM loaded `App` from `file:",
    ];
    sandbox
        .pgoctl("bench --variant hotspot,hotspot-cds")
        .fails(6, &reason);
    let run = sandbox.pgoctl("run --variant hotspot,hotspot-cds --format json");
    assert_eq!(run.status, 6, "{}", run.stderr);
    assert!(
        run.stderr.contains("hotspot-cds is left out"),
        "{}",
        run.stderr
    );
    let newest = sandbox.json("report --format json");
    let measured: Vec<&str> = newest["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|side| side["variant"].as_str().unwrap())
        .collect();
    assert_eq!(measured, ["hotspot"]);
}

/// A JVM that the archive does not suit says so in its log, silent as it is on the terminal.
#[test]
fn the_jvms_own_words_say_why_an_archive_is_not_in_use() {
    let Ok((jdk, mut sandbox)) = project() else {
        return;
    };
    let forget = forgetful(&mut sandbox, &jdk);
    let script = std::fs::read_to_string(sandbox.path().join("jdk/bin/java")).unwrap();
    // Other headers in use than in training.
    let script = script.replace(
        &format!("[ -e {} ] || keep+=(\"$word\")", forget.display()),
        &format!(
            "keep+=(\"$word\"); [ ! -e {} ] || keep+=(-XX:+UseCompactObjectHeaders)",
            forget.display()
        ),
    );
    sandbox.write("jdk/bin/java", &script);
    let built = sandbox.pgoctl("build --variant hotspot-cds");
    assert_eq!(built.status, 0, "{}", built.stderr);
    std::fs::write(forget, "").unwrap();
    sandbox.pgoctl("bench --variant hotspot-cds").fails(
        6,
        &[
            "the archive was made with other object headers than are in use; the JVM said: The shared archive file's UseCompactObjectHeaders",
            "hint: give `jvm-args` the same collector",
        ],
    );
}

#[test]
fn what_a_jvm_prints_as_it_dies_is_shown_for_one_shot_functions_too() {
    let Ok((_, sandbox)) = project() else {
        return;
    };
    let args = "jar = \"app.jar\"\njvm-args = [\"-Xmx1k\"]";
    sandbox.write("pgoctl.toml", &CONFIG.replace("jar = \"app.jar\"", args));
    let said = sandbox.pgoctl("bench --variant hotspot");
    said.fails(6, &["Too small maximum heap"]);
    assert!(!said.stderr.contains("(empty)"), "{}", said.stderr);
}

/// A launcher like Spring Boot's: classes and JARs inside the JAR, found by a loader of its own.
const LAUNCHER: &str = r#"package org.springframework.boot.loader.launch;
import java.io.*; import java.util.*; import java.util.jar.*;
public class JarLauncher extends ClassLoader {
  final Map<String, byte[]> classes = new HashMap<>();
  JarLauncher() { super(JarLauncher.class.getClassLoader()); }
  public static void main(String[] args) throws Exception {
    JarLauncher loader = new JarLauncher();
    String self = JarLauncher.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    try (JarFile jar = new JarFile(self)) {
      for (JarEntry e : Collections.list(jar.entries()))
        if (e.getName().startsWith("BOOT-INF/classes/") && e.getName().endsWith(".class"))
          loader.classes.put(e.getName().substring(17).replace(".class", ""), jar.getInputStream(e).readAllBytes());
      Class.forName(jar.getManifest().getMainAttributes().getValue("Start-Class"), true, loader)
        .getMethod("main", String[].class).invoke(null, (Object) args);
    }
  }
  protected Class<?> findClass(String n) throws ClassNotFoundException {
    byte[] b = classes.get(n); if (b == null) throw new ClassNotFoundException(n); return defineClass(n, b, 0, b.length);
  }
}"#;

#[test]
fn a_spring_boot_like_jar_is_recognised_before_anything_slow() {
    let Ok((jdk, mut sandbox)) = project() else {
        return;
    };
    let run = |tool: &str, words: &[&str]| {
        let mut command = Command::new(jdk.join("bin").join(tool));
        let output = command
            .args(words)
            .current_dir(sandbox.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    sandbox.write("boot/JarLauncher.java", LAUNCHER);
    run("javac", &["-d", "stage", "boot/JarLauncher.java"]);
    std::fs::create_dir_all(sandbox.path().join("stage/BOOT-INF/classes")).unwrap();
    for n in 0..3 {
        sandbox.write(
            &format!("boot/Part{n}.java"),
            &format!("public class Part{n} {{ }}"),
        );
    }
    sandbox.write(
        "boot/Start.java",
        "public class Start { public static void main(String[] a) { new Part0(); new Part1(); new Part2(); } }",
    );
    run(
        "javac",
        &[
            "-d",
            "stage/BOOT-INF/classes",
            "boot/Start.java",
            "boot/Part0.java",
            "boot/Part1.java",
            "boot/Part2.java",
        ],
    );
    sandbox.write(
        "boot.txt",
        "Main-Class: org.springframework.boot.loader.launch.JarLauncher\nStart-Class: Start\nSpring-Boot-Version: 3.4.0\n",
    );
    run("jar", &["cfm", "boot.jar", "boot.txt", "-C", "stage", "."]);
    sandbox.write("pgoctl.toml", &CONFIG.replace("app.jar", "boot.jar"));

    let way_out = "`java -Djarmode=tools -jar boot.jar extract` lays its JARs side by side";
    let said = sandbox.pgoctl("run --variant hotspot-cds --format json");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let share = &report["variants"][0]["image"]["archived_classes"];
    assert_eq!(
        (&share["archived"], &share["loaded"]),
        (&1.into(), &5.into()),
        "{share}"
    );
    for words in [
        "`boot.jar` is a Spring Boot JAR",
        "hotspot-cds: only 1 of the application's 5 loaded classes came from the archive (20 %)",
        way_out,
    ] {
        assert!(said.stderr.contains(words), "{words}: {}", said.stderr);
    }

    sandbox.graalvm("");
    sandbox.pgoctl("build --variant native").fails(
        3,
        &[
            "is a Spring Boot JAR",
            "native-image does not see them",
            way_out,
        ],
    );
    assert_eq!(sandbox.builds(), [""; 0]);
}
