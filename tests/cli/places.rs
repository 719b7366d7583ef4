//! Where a project can lie: full disks, read-only folders, links, long paths, other file systems.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::needs::{Need, Needed, or_skip};
use super::once::Once;
use super::sandbox::{Said, Sandbox, config, quoted};

const PGO: &str = "build --variant native-pgo";

fn project() -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    Ok(sandbox)
}

/// A small file system of its own in a folder, gone when dropped.
pub struct Mount(PathBuf);

impl Mount {
    pub fn new(folder: &Path, kilobytes: u32) -> Needed<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "none"])
            .arg(folder)
            .output()
            .is_ok_and(|output| output.status.success());
        let mounted = mounted.then(|| Self(folder.to_owned()));
        or_skip(mounted, Need::Mount, "a file system cannot be mounted here")
    }

    fn read_only(&self) {
        self.again("ro");
    }

    /// Changes how it is mounted.
    pub fn again(&self, option: &str) {
        let remounted = Command::new("mount")
            .args(["-o", &format!("remount,{option}")])
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

/// What is said on a disk that was filled up after an image was built on it, and once there is space again.
struct Full {
    said: Said,
    /// Whether the image is what it was.
    image_is_whole: bool,
    report: Value,
}

fn full() -> Needed<&'static Full> {
    static SAID: Once<Full> = Once::new();
    let sandbox = project()?;
    let disk = Mount::new(&sandbox.path().join(".pgoctl"), 64 * 1024)?;
    let fill_up = || {
        let report = sandbox.json("build --variant native --format json");
        let image = PathBuf::from(report["variants"][0]["image"]["path"].as_str().unwrap());
        let before = std::fs::read(&image).unwrap();
        let filler = disk.0.join("filler");
        fill(&filler);
        let said = sandbox.pgoctl(PGO);
        let image_is_whole = std::fs::read(&image).unwrap() == before;
        std::fs::remove_file(&filler).unwrap();
        Full {
            said,
            image_is_whole,
            report: sandbox.json("build --variant native,native-pgo --format json"),
        }
    };
    Ok(SAID.get(fill_up))
}

#[test]
fn a_disk_that_is_full_is_said() {
    let Ok(Full { said, .. }) = full() else {
        return;
    };
    assert!([1, 4, 5].contains(&said.status), "{}", said.stderr);
    assert!(
        said.stderr.contains("hint: the disk is full") || said.stderr.contains("hint: free some"),
        "{}",
        said.stderr
    );
}

#[test]
fn on_a_disk_that_is_full_what_was_whole_stays() {
    let Ok(full) = full() else { return };
    assert!(full.image_is_whole);
}

#[test]
fn on_a_disk_that_has_space_again_it_goes_on_with_what_was_whole() {
    let Ok(Full { report, .. }) = full() else {
        return;
    };
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
    let Ok(sandbox) = project() else { return };
    let Ok(disk) = Mount::new(&sandbox.path().join("project"), 64 * 1024) else {
        return;
    };
    for file in ["pgoctl.toml", "app.jar"] {
        std::fs::copy(sandbox.path().join(file), disk.0.join(file)).unwrap();
    }
    disk.read_only();
    sandbox
        .pgoctl(format!("{PGO} --config project/pgoctl.toml"))
        .fails(
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
    let Ok(sandbox) = project() else { return };
    // Root may write everywhere: be nobody, where pgoctl itself can be reached as nobody.
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    let reachable = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .args([env!("CARGO_BIN_EXE_pgoctl"), "--version"])
        .output();
    let reachable = reachable.is_ok_and(|output| output.status.success());
    let why = "pgoctl cannot be run as nobody here";
    let Ok(()) = or_skip(reachable.then_some(()), Need::Nobody, why) else {
        return;
    };
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(sandbox.path(), open).unwrap();
    let inner = sandbox.command(PGO);
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
    let Ok(sandbox) = project() else { return };
    let elsewhere = tempfile::tempdir_in("/dev/shm").ok();
    let Ok(elsewhere) = or_skip(elsewhere, Need::Shm, "there is no /dev/shm") else {
        return;
    };
    std::os::unix::fs::symlink(elsewhere.path(), sandbox.path().join(".pgoctl")).unwrap();
    let report = sandbox.json(format!("{PGO} --format json"));
    assert_eq!(report["variants"][0]["image"]["pgo"], "user-provided");
    assert!(elsewhere.path().join("images/hello/native-pgo").is_dir());
}

#[test]
fn a_project_behind_a_link_is_one_project_however_it_is_named() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let real = sandbox.path().join("real");
    std::fs::create_dir_all(&real).unwrap();
    for file in ["pgoctl.toml", "app.jar"] {
        std::fs::rename(sandbox.path().join(file), real.join(file)).unwrap();
    }
    std::os::unix::fs::symlink("real", sandbox.path().join("link")).unwrap();
    let build = |config: &str| {
        sandbox.json(format!(
            "build --config {config} --variant native --format json"
        ))
    };
    build("real");
    for config in ["link", "./real/../link/pgoctl.toml"] {
        let report = build(config);
        assert_eq!(report["stages"][0]["status"], "reused", "{config}");
    }
    assert_eq!(sandbox.builds().len(), 1);
}

#[test]
fn a_very_long_path_is_no_obstacle() {
    let Ok(sandbox) = project() else { return };
    // 2,500 bytes: the kernel takes 4,095 in one path, and the products add theirs.
    let deep: PathBuf = (0..25).map(|_| "d".repeat(99)).collect();
    let file = deep.join("pgoctl.toml");
    sandbox.write(&file.to_string_lossy(), &config("hello", ""));
    let folder = sandbox.path().join(&deep);
    std::fs::copy(sandbox.path().join("app.jar"), folder.join("app.jar")).unwrap();
    let report = sandbox.json(format!("{PGO} --format json --config {}", quoted(&deep)));
    assert_eq!(report["variants"][0]["image"]["pgo"], "user-provided");
}
