//! How long the control group that we are in was kept from its cores, because it had used up its quota: `cpu.stat` of both
//! generations (Documentation/admin-guide/cgroup-v2.rst and Documentation/scheduler/sched-bwc.rst of Linux).

use std::time::Duration;

/// The time since the group was made; `None` where there is no such file.
pub fn throttled() -> Option<Duration> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let read = |path: &String| of_stat(&std::fs::read_to_string(path).ok()?);
    candidates(&groups).iter().find_map(read)
}

/// Where the file may be: in a container the own group is mounted as the root.
fn candidates(groups: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        let path = path.trim_end_matches('/');
        let mounts = match controllers {
            "" => vec![String::new()],
            _ if controllers.split(',').any(|one| one == "cpu") => {
                vec![format!("/{controllers}"), "/cpu".to_owned()]
            }
            _ => continue,
        };
        for mount in mounts {
            paths.push(format!("/sys/fs/cgroup{mount}{path}/cpu.stat"));
            paths.push(format!("/sys/fs/cgroup{mount}/cpu.stat"));
        }
    }
    paths
}

/// `throttled_usec` of the second generation, `throttled_time` (nanoseconds) of the first.
fn of_stat(stat: &str) -> Option<Duration> {
    stat.lines().find_map(|line| {
        let (name, value) = line.split_once(' ')?;
        let value = value.trim().parse().ok()?;
        match name {
            "throttled_usec" => Some(Duration::from_micros(value)),
            "throttled_time" => Some(Duration::from_nanos(value)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_say_how_long() {
        let second = "usage_usec 9\nnr_periods 4\nnr_throttled 2\nthrottled_usec 1500\n";
        let first = "nr_periods 4\nnr_throttled 2\nthrottled_time 2500000\n";
        assert_eq!(of_stat(second), Some(Duration::from_micros(1500)));
        assert_eq!(of_stat(first), Some(Duration::from_micros(2500)));
        assert_eq!(of_stat("usage_usec 9\n"), None, "a group without a quota");
    }

    #[test]
    fn the_own_group_comes_before_what_a_container_sees() {
        assert_eq!(
            candidates("0::/kubepods/pod1\n"),
            [
                "/sys/fs/cgroup/kubepods/pod1/cpu.stat",
                "/sys/fs/cgroup/cpu.stat"
            ]
        );
        let first = candidates("4:memory:/x\n3:cpu,cpuacct:/x\n");
        assert_eq!(first[0], "/sys/fs/cgroup/cpu,cpuacct/x/cpu.stat");
        assert!(first.contains(&"/sys/fs/cgroup/cpu/cpu.stat".to_owned()));
    }
}
