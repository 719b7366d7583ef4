//! The load generator: closed loop over hyper connections.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;

use crate::workload::http::HttpWorkload;

#[derive(Clone, Debug)]
pub struct LoadPlan { pub requests: u64, pub warmup: u64, pub concurrency: u32, pub rate: f64, pub timeout: Duration, pub seed: u64 }

impl LoadPlan {
    pub fn closed(requests: u64) -> Self { Self { requests, warmup: 0, concurrency: 1, rate: 0.0, timeout: Duration::from_secs(60), seed: 1 } }
}

#[derive(Clone, Copy, Debug)]
pub struct Progress { pub done: u64, pub total: u64 }

#[derive(Clone, Debug, Default)]
pub struct Failures { pub count: u64, pub first: Option<String> }
impl Failures { pub fn first_example(&self) -> Option<String> { self.first.clone() } }

#[derive(Clone, Debug)]
pub struct LoadOutcome { pub elapsed: Duration, pub latencies_ns: Vec<u64>, pub failures: Failures, pub generator_cpu: Option<Duration> }
impl LoadOutcome { pub fn succeeded(&self) -> u64 { self.latencies_ns.len() as u64 } }

#[derive(Debug, thiserror::Error)]
pub enum LoadError { #[error("could not start the load generator: {0}")] Start(std::io::Error) }

pub fn run(target: SocketAddr, workload: &HttpWorkload, plan: &LoadPlan, progress: &dyn Fn(Progress), stop: &AtomicBool) -> Result<LoadOutcome, LoadError> {
    let _ = progress;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(LoadError::Start)?;
    let workload = Arc::new(workload.clone());
    let next = Arc::new(AtomicU64::new(0));
    runtime.block_on(async {
        let local = tokio::task::LocalSet::new();
        local.run_until(async {
            let started = Instant::now();
            let mut tasks = Vec::new();
            for _ in 0..plan.concurrency {
                let (workload, next, total) = (workload.clone(), next.clone(), plan.requests);
                tasks.push(tokio::task::spawn_local(connection(target, workload, next, total)));
            }
            let mut outcome = LoadOutcome { elapsed: Duration::ZERO, latencies_ns: vec![], failures: Failures::default(), generator_cpu: None };
            for task in tasks {
                let (latencies, failures) = task.await.unwrap_or_default();
                outcome.latencies_ns.extend(latencies);
                outcome.failures.count += failures.count;
                outcome.failures.first = outcome.failures.first.or(failures.first);
                if stop.load(Ordering::Relaxed) { break; }
            }
            outcome.elapsed = started.elapsed();
            Ok(outcome)
        }).await
    })
}

async fn connection(target: SocketAddr, workload: Arc<HttpWorkload>, next: Arc<AtomicU64>, total: u64) -> (Vec<u64>, Failures) {
    let mut latencies = Vec::new();
    let mut failures = Failures::default();
    let fail = |failures: &mut Failures, text: String| { failures.count += 1; failures.first.get_or_insert(text); };
    let stream = match tokio::net::TcpStream::connect(target).await { Ok(s) => s, Err(e) => { fail(&mut failures, e.to_string()); return (latencies, failures) } };
    let _ = stream.set_nodelay(true);
    let (mut sender, conn) = match hyper::client::conn::http1::handshake::<_, Full<bytes::Bytes>>(TokioIo::new(stream)).await { Ok(x) => x, Err(e) => { fail(&mut failures, e.to_string()); return (latencies, failures) } };
    tokio::task::spawn_local(conn);
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= total { break }
        let template = &workload.requests[(n as usize) % workload.requests.len()];
        let body = template.body.clone().unwrap_or_default().replace("{n}", &n.to_string());
        let request = hyper::Request::builder().method(template.method.as_str()).uri(&template.path).header("host", "127.0.0.1").header("content-type", "application/json").body(Full::new(bytes::Bytes::from(body)));
        let Ok(request) = request else { fail(&mut failures, "bad request".into()); break };
        let begun = Instant::now();
        let answer = async { let r = sender.send_request(request).await?; let s = r.status().as_u16(); r.into_body().collect().await?; Ok::<u16, hyper::Error>(s) }.await;
        match answer {
            Ok(status) if template.expect.status.map_or((200..300).contains(&status), |e| e == status) => latencies.push(begun.elapsed().as_nanos() as u64),
            Ok(status) => { fail(&mut failures, format!("`{} {}` answered {status}", template.method, template.path)); }
            Err(e) => { fail(&mut failures, e.to_string()); break }
        }
    }
    (latencies, failures)
}
