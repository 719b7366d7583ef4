//! What is asked of a cluster.

use std::path::PathBuf;

use super::cluster::Cluster;
use super::order::Order;
use crate::interrupt::Stop;
use crate::store::Store;
use crate::workdir::Workdir;

/// What a command is to a cluster.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The command, and the files that it needs.
    pub order: Order,
    /// The functions that it is about.
    pub functions: Vec<String>,
    /// Where Jobs run, and with what.
    pub cluster: &'a Cluster,
    /// What goes to and fro.
    pub store: &'a Store,
    /// The project's `.pgoctl`.
    pub workdir: &'a Workdir,
    /// Whether it is done although an earlier Job of the same order came to something.
    pub anew: bool,
    /// What ends the waiting, besides signals; never the Job.
    pub stop: &'a Stop,
}

impl Asked<'_> {
    /// Where all that the command said is kept.
    pub fn log(&self) -> PathBuf {
        let jobs = self.workdir.jobs();
        jobs.join(format!("{}.log", self.order.job_name()))
    }
}
