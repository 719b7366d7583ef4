//! Where a project can lie: full disks, read-only folders, links, long paths, other file systems.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::sandbox::{Said, Sandbox, jars};

const PGO: [&str; 3] = ["build", "--variant", "native-pgo"];

fn project() -> Option<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm(&[]);
    Some(sandbox)
}

/// A small file system of its own in `folder`, gone when dropped; `None` where nobody may mount one.
struct Mount(PathBuf);

impl Mount {
    fn new(folder: &Path, kilobytes: u32) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "none"])
            .arg(folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("skipped: a file system cannot be mounted here");
        }
        mounted.then(|| Self(folder.to_owned()))
    }

    fn read_only(&self) {
        let remounted = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&self.0)
            .status()
            .unwrap();
        assert!(remounted.success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a process that is just ending may still stand in it.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_is_full_is_said_and_what_was_whole_stays() {
    let Some(sandbox) = project() else { return };
    let Some(disk) = Mount::new(&sandbox.path().join(".pgoctl"), 64 * 1024) else {
        return;
    };
    let report = sandbox.json(&["build", "--variant", "native", "--format", "json"]);
    let image = PathBuf::from(report["variants"][0]["image"]["path"].as_str().unwrap());
    let before = std::fs::read(&image).unwrap();
    let filler = disk.0.join("filler");
    fill(&filler);
    let said = sandbox.pgoctl(&PGO);
    assert!([1, 4, 5].contains(&said.status), "{}", said.stderr);
    assert!(
        said.stderr.contains("hint: the disk is full") || said.stderr.contains("hint: free some"),
        "{}",
        said.stderr
    );
    assert!(std::fs::read(&image).unwrap() == before);

    std::fs::remove_file(&filler).unwrap();
    let report = sandbox.json(&[
        "build",
        "--variant",
        "native,native-pgo",
        "--format",
        "json",
    ]);
    assert_eq!(report["stages"][0]["status"], "reused");
    assert_eq!(report["variants"][1]["image"]["pgo"], "user-provided");
}

/// Writes zeros until nothing more goes in.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    let block = vec![0; 1 << 12];
    while std::io::Write::write_all(&mut file, &block).is_ok() {}
}

#[test]
fn a_read_only_file_system_is_said_before_anything_starts() {
    let Some(sandbox) = project() else { return };
    let Some(disk) = Mount::new(&sandbox.path().join("project"), 64 * 1024) else {
        return;
    };
    for file in ["pgoctl.toml", "app.jar"] {
        std::fs::copy(sandbox.path().join(file), disk.0.join(file)).unwrap();
    }
    disk.read_only();
    let words = [&PGO[..], &["--config", "project/pgoctl.toml"]].concat();
    sandbox.pgoctl(&words).fails(
        1,
        &[
            "could not create the folder",
            "Read-only file system",
            "hint: that file system is read-only",
        ],
    );
    assert_eq!(sandbox.builds().len(), 0);
}

#[test]
fn a_folder_of_somebody_elses_is_said_before_anything_starts() {
    let Some(sandbox) = project() else { return };
    // Root may write everywhere: be nobody, where pgoctl itself can be reached as nobody.
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    let reachable = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .args([env!("CARGO_BIN_EXE_pgoctl"), "--version"])
        .output();
    if !reachable.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: pgoctl cannot be run as nobody here");
        return;
    }
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(sandbox.path(), open).unwrap();
    let inner = sandbox.command(&PGO);
    command.arg(inner.get_program()).args(inner.get_args());
    command.current_dir(sandbox.path()).env_clear();
    command.envs(
        inner
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let said = Said::of(&command.output().unwrap());
    said.fails(
        1,
        &[
            "could not create the folder",
            "Permission denied",
            "hint: check who owns",
        ],
    );
    assert_eq!(sandbox.builds().len(), 0);
}

#[test]
fn products_may_lie_on_another_file_system_than_the_project_and_the_temporary_folder() {
    let Some(sandbox) = project() else { return };
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else {
        eprintln!("skipped: there is no /dev/shm");
        return;
    };
    std::os::unix::fs::symlink(elsewhere.path(), sandbox.path().join(".pgoctl")).unwrap();
    let report = sandbox.json(&[&PGO[..], &["--format", "json"]].concat());
    assert_eq!(report["variants"][0]["image"]["pgo"], "user-provided");
    assert!(elsewhere.path().join("images/hello/native-pgo").is_dir());
}

#[test]
fn a_project_behind_a_link_is_one_project_however_it_is_named() {
    let Some(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm(&[]);
    let real = sandbox.path().join("real");
    std::fs::create_dir_all(&real).unwrap();
    for file in ["pgoctl.toml", "app.jar"] {
        std::fs::rename(sandbox.path().join(file), real.join(file)).unwrap();
    }
    std::os::unix::fs::symlink("real", sandbox.path().join("link")).unwrap();
    sandbox.json(&[
        "build",
        "--config",
        "real",
        "--variant",
        "native",
        "--format",
        "json",
    ]);
    for config in ["link", "./real/../link/pgoctl.toml"] {
        let words = [
            "build",
            "--config",
            config,
            "--variant",
            "native",
            "--format",
            "json",
        ];
        let report = sandbox.json(&words);
        assert_eq!(report["stages"][0]["status"], "reused", "{config}");
    }
    assert_eq!(sandbox.builds().len(), 1);
}

#[test]
fn a_very_long_path_is_no_obstacle() {
    let Some(jars) = jars() else { return };
    let mut sandbox = Sandbox::new();
    sandbox.graalvm(&[]);
    // 2,500 bytes: the kernel takes 4,095 in one path, and the products add theirs.
    let deep: PathBuf = (0..25).map(|_| "d".repeat(99)).collect();
    let config = super::sandbox::config("hello", "");
    sandbox.write(&deep.join("pgoctl.toml").to_string_lossy(), &config);
    std::fs::copy(
        jars.join("hello.jar"),
        sandbox.path().join(&deep).join("app.jar"),
    )
    .unwrap();
    let words = [&PGO[..], &["--format", "json", "--config"]].concat();
    let report = sandbox.json(&[&words[..], &[&deep.to_string_lossy()]].concat());
    assert_eq!(report["variants"][0]["image"]["pgo"], "user-provided");
}
