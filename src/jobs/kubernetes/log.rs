//! What a pod says, line by line, each once, however often the connection breaks.

use std::pin::Pin;

use futures_util::io::{AsyncBufRead, AsyncBufReadExt, Lines};
use futures_util::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::LogParams;

use super::manifest::CONTAINER;

type Stream = Lines<Pin<Box<dyn AsyncBufRead>>>;

/// The log of a pod.
pub struct Log {
    pods: Api<Pod>,
    /// Whose it is.
    pub pod: String,
    /// Lines heard so far: another connection begins after them.
    pub heard: usize,
    lines: Option<Stream>,
}

impl Log {
    /// The log of a pod, of which nothing was heard yet.
    pub fn of(pods: &Api<Pod>, pod: String) -> Self {
        Self {
            pods: pods.clone(),
            pod,
            heard: 0,
            lines: None,
        }
    }

    /// Listens, where nobody does.
    pub async fn listen(&mut self) {
        if self.lines.is_none() {
            self.lines = self.connect(true).await;
        }
    }

    /// The next line. `None`: broken off, or at its end; [`Log::listen`] again tells.
    pub async fn next(&mut self) -> Option<String> {
        let line = match &mut self.lines {
            Some(lines) => lines.next().await.and_then(std::result::Result::ok),
            None => std::future::pending().await,
        };
        match line {
            Some(line) if !is_excuse(&line) => {
                self.heard += 1;
                Some(line)
            }
            _ => {
                self.lines = None;
                None
            }
        }
    }

    /// What is left of it, once the pod has ended.
    pub async fn rest(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        if let Some(mut lines) = self.connect(false).await {
            while let Ok(Some(line)) = lines.try_next().await {
                if is_excuse(&line) {
                    break;
                }
                rest.push(line);
            }
        }
        self.heard += rest.len();
        self.lines = None;
        rest
    }

    async fn connect(&self, follow: bool) -> Option<Stream> {
        let params = LogParams {
            container: Some(CONTAINER.to_owned()),
            follow,
            ..LogParams::default()
        };
        // Without its log a Job is done all the same.
        let stream = self.pods.log_stream(&self.pod, &params).await.ok()?;
        let stream: Pin<Box<dyn AsyncBufRead>> = Box::pin(stream);
        let mut lines = stream.lines();
        for _ in 0..self.heard {
            lines.try_next().await.ok()??;
        }
        Some(lines)
    }
}

/// Whether a line is the word of a kubelet that has no log to give.
fn is_excuse(line: &str) -> bool {
    let excuses = [
        "failed to try resolving symlinks in path",
        "unable to retrieve container logs",
    ];
    excuses.iter().any(|excuse| line.starts_with(excuse))
}
