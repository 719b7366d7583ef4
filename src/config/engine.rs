//! `[engine]`: where the long work of a command is done.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::units::Span;

/// Where the long work of a command is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum EngineKind {
    /// On this machine
    #[default]
    Local,
    /// As a Job of a Kubernetes cluster
    Kubernetes,
}

/// `[engine]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EngineFile {
    /// Where the long work of a command is done.
    pub kind: Option<EngineKind>,
    /// The namespace of Jobs; otherwise that of the kubeconfig's context.
    pub namespace: Option<String>,
    /// The container image that Jobs run: it has pgoctl and the GraalVM.
    pub image: Option<String>,
    /// How many whole cores a Job has.
    pub cpus: Option<u32>,
    /// How much memory a Job has, as Kubernetes writes it.
    pub memory: Option<String>,
    /// How long a Job may take.
    pub deadline: Option<Span>,
    /// The Secret whose entries are the store's credentials, as the environment has them.
    pub secret: Option<String>,
    /// The labels that a node must have.
    #[serde(default)]
    pub node_selector: BTreeMap<String, String>,
    /// What a node may have all the same, as Kubernetes writes tolerations.
    #[serde(default)]
    pub tolerations: Vec<Value>,
    /// A PodSpec, as Kubernetes writes it, that Jobs are made from: volumes, a service account, a security context. Its container
    /// `pgoctl` is ours.
    pub pod: Option<Value>,
}
