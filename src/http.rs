//! HTTP requests of a workload: as written in the file, and compiled for one server.

mod answer;
mod connections;
mod request;
mod template;

use std::path::{Path, PathBuf};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::{Error, Result};

#[cfg(test)]
pub use answer::Expect;
pub use answer::Received;
pub use connections::{Connections, Protocol};
pub use request::{Request, RequestTemplate};
pub(crate) use template::fill;
pub use template::{Secret, Variables};

/// The requests of a workload, compiled for one server.
#[derive(Clone, Debug)]
pub struct HttpWorkload {
    requests: Vec<Request>,
    /// The sum of the weights up to and with each request.
    weights: Vec<u64>,
}

impl HttpWorkload {
    /// Compiles `requests`; fails on what is no method, path or header.
    pub fn compile(
        requests: &[RequestTemplate],
        variables: &Variables,
        connections: Connections,
    ) -> Result<Self> {
        let requests = requests
            .iter()
            .map(|request| Request::compile(request, variables, connections))
            .collect::<Result<Vec<_>>>()?;
        let mut sum = 0;
        let weights: Vec<u64> = requests
            .iter()
            .map(|request| {
                sum += u64::from(request.weight());
                sum
            })
            .collect();
        match sum {
            0 => Err(Error::usage("every request of the workload has weight 0")),
            _ => Ok(Self { requests, weights }),
        }
    }

    /// A chooser whose choices follow from `seed` alone.
    pub fn chooser(&self, seed: u64) -> Chooser<'_> {
        Chooser {
            workload: self,
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }
}

/// Chooses requests by weight.
#[derive(Debug)]
pub struct Chooser<'a> {
    workload: &'a HttpWorkload,
    random: ChaCha8Rng,
}

impl<'a> Chooser<'a> {
    /// The next request.
    pub fn choose(&mut self) -> &'a Request {
        let requests = &self.workload.requests;
        if let [only] = requests.as_slice() {
            return only;
        }
        let weights = &self.workload.weights;
        let all = *weights.last().expect("a workload has requests");
        let chosen = self.random.random_range(0..all);
        &requests[weights.partition_point(|upto| *upto <= chosen)]
    }
}

/// Reads a requests file: one JSON object a line, empty lines skipped.
pub fn read_requests_file(path: &Path) -> Result<Vec<RequestTemplate>> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::usage(format!("could not read `{}`", path.display())).because(error.to_string())
    })?;
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|error| {
                Error::usage(format!(
                    "`{}`, line {number} is not a request",
                    PathBuf::from(path).display()
                ))
                .because(error.to_string())
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        Variables {
            assets_url: Some("http://127.0.0.1:9".into()),
            ..Variables::loopback(8080)
        }
    }

    fn message(template: &RequestTemplate, n: u64) -> String {
        let request = Request::compile(template, &variables(), Connections::KeepAlive)
            .expect("it is a request");
        let mut message = Vec::new();
        request.write(n, &mut message);
        String::from_utf8(message).expect("it is text")
    }

    #[test]
    fn only_our_placeholders_are_filled_in() {
        let template = RequestTemplate {
            body: Some(r#"{"name":"{n}","url":"{assets_url}/a"}"#.into()),
            headers: [("x-n".to_owned(), "{n}".to_owned())].into(),
            ..RequestTemplate::new("POST", "/x?n={n}")
        };
        assert_eq!(
            message(&template, 7),
            "POST /x?n=7 HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nx-n: 7\r\n\
             content-type: application/json\r\ncontent-length: 41\r\n\r\n\
             {\"name\":\"7\",\"url\":\"http://127.0.0.1:9/a\"}"
        );
    }

    #[test]
    fn a_body_comes_from_a_file_as_it_is() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join("body.bin"), b"{n}\x00\xff").expect("it can be written");
        let mut template = RequestTemplate {
            body_file: Some("body.bin".into()),
            ..RequestTemplate::new("PUT", "/")
        };
        template.read_body(dir.path()).expect("it is there");
        let body = template.body(&variables());
        assert_eq!(body.bytes(7), &b"{n}\x00\xff"[..]);
        template.body_file = Some("gone".into());
        let error = template.read_body(dir.path()).expect_err("it is not there");
        assert!(error.to_string().contains("gone"), "{error}");
    }

    #[test]
    fn what_is_no_request_is_said_before_anything_starts() {
        let of = |method: &str, path: &str| RequestTemplate::new(method, path).check().is_err();
        assert!(of("G ET", "/") && of("GET", "no-slash") && of("GET", "/a b"));
        assert!(!of("GET", "/"));
    }

    #[test]
    fn choices_follow_the_weights_and_the_seed() {
        let requests = [
            RequestTemplate {
                weight: 3,
                ..RequestTemplate::new("GET", "/often")
            },
            RequestTemplate::new("GET", "/seldom"),
        ];
        let workload = HttpWorkload::compile(&requests, &variables(), Connections::KeepAlive)
            .expect("they are requests");
        let names = |seed| {
            let mut chooser = workload.chooser(seed);
            (0..4000)
                .map(|_| chooser.choose().name().to_owned())
                .collect::<Vec<_>>()
        };
        let often = names(1).iter().filter(|name| *name == "GET /often").count();
        assert!((2850..3150).contains(&often), "{often}");
        assert_eq!(names(1), names(1));
    }

    #[test]
    fn a_requests_file_names_the_line_that_is_wrong() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::io::Write::write_all(&mut file, b"{\"path\":\"/\"}\n\n{\"pth\":\"/\"}\n")
            .expect("it can be written");
        let error = read_requests_file(file.path()).expect_err("line 3 is wrong");
        assert!(error.summary().contains("line 3"), "{error}");
    }
}
