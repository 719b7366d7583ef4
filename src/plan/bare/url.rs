//! The URL of a server that runs already: where it listens, what it is called, what it is asked, and who asks.
//!
//! Read as browsers do: a name with `é` is looked up in its ASCII form, a blank in a path is sent as `%20`. User name and
//! password are sent and never shown.

use std::net::ToSocketAddrs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use url::{Host, ParseError};

use crate::error::{Error, Result};
use crate::http::Secret;
use crate::load::Place;

/// What stands for whoever asks where a URL is shown.
const SOMEBODY: &str = "***";
/// What is filled in at each request; in a path, braces would be sent as `%7B`.
const PLACEHOLDERS: [&str; 3] = ["{n}", "{port}", "{assets_url}"];

/// A URL of http or https, looked up.
#[derive(Debug)]
pub(super) struct Url {
    /// Where it may listen: every address of its name, or the Unix socket.
    pub(super) places: Vec<Place>,
    /// A name or an address, without the brackets of IPv6.
    pub(super) host: String,
    /// The port, said or usual.
    pub(super) port: u16,
    /// Host and port, both always; or the Unix socket.
    pub(super) name: String,
    /// The URL as it was written, without user name and password.
    pub(super) shown: String,
    /// The `Host` of its requests: without the usual port, as browsers do, since a server may look its names up by it.
    pub(super) authority: String,
    /// Whether it is https.
    pub(super) is_https: bool,
    /// Path and query, where it has any.
    pub(super) path: Option<String>,
    /// User name and password, as they are sent (RFC 7617).
    pub(super) authorization: Option<Secret>,
}

impl Url {
    /// Reads `text` and looks its host up, unless `socket` says where it listens.
    pub(super) fn find(text: &str, socket: Option<&Path>) -> Result<Self> {
        let cannot = |why: &str| cannot_measure(&redacted(text), why);
        let url = parse(text)?;
        let is_https = url.scheme() == "https";
        let port = url
            .port_or_known_default()
            .filter(|port| *port > 0 || socket.is_some())
            .ok_or_else(|| cannot("nothing can listen on port 0"))?;
        let bracketed = url.host_str().unwrap_or_default();
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => return Err(cannot("it has no host")),
        };
        let name = format!("{bracketed}:{port}");
        Ok(Self {
            places: match socket {
                Some(path) => vec![Place::Unix(path.to_owned())],
                None => look_up(&host, port).map_err(|why| cannot(&why))?,
            },
            authority: match url.port() {
                None => bracketed.to_owned(),
                Some(_) => name.clone(),
            },
            name: socket.map_or(name, |path| path.display().to_string()),
            shown: redacted(text),
            path: has_path(text).then(|| path_and_query(&url, text)),
            authorization: authorization(&url),
            host,
            port,
            is_https,
        })
    }
}

fn parse(text: &str) -> Result<url::Url> {
    let shown = redacted(text);
    let cannot = |why: &str| cannot_measure(&shown, why);
    let begins = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme))
    };
    if !begins("http://") && !begins("https://") {
        let error = cannot("it does not begin with `http://` or `https://`");
        return Err(
            match text.contains("://") || shown.contains(char::is_whitespace) {
                true => error,
                false => error.hint(format!("`--url http://{shown}`")),
            },
        );
    }
    if authority(text).contains(char::is_whitespace) {
        return Err(cannot("there is a blank in its host"));
    }
    url::Url::parse(text).map_err(|error| {
        cannot(match error {
            ParseError::EmptyHost => "it has no host",
            ParseError::InvalidPort => "its port is not a number up to 65535",
            ParseError::IdnaError => "its host is not a name that can be looked up",
            ParseError::InvalidDomainCharacter => {
                "there is a character in its host that no name has"
            }
            ParseError::InvalidIpv4Address => "its host looks like an IPv4 address and is none",
            ParseError::InvalidIpv6Address => "its host looks like an IPv6 address and is none",
            _ => "it cannot be read as a URL",
        })
    })
}

fn look_up(host: &str, port: u16) -> Result<Vec<Place>, String> {
    let found = (host, port)
        .to_socket_addrs()
        .map_err(|error| format!("`{host}` has no address: {error}"))?;
    let mut places = Vec::new();
    for place in found.map(Place::Tcp) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    match places.is_empty() {
        true => Err(format!("`{host}` has no address")),
        false => Ok(places),
    }
}

/// What stands between `://` and the path.
fn authority(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split(['/', '\\', '?', '#']).next().unwrap_or_default()
}

/// `http://host` says nothing of what to ask; `http://host/` and `http://host?x` do.
fn has_path(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest[authority(text).len()..].starts_with(['/', '\\', '?'])
}

fn path_and_query(url: &url::Url, text: &str) -> String {
    let mut path = url.path().to_owned();
    for word in PLACEHOLDERS.iter().filter(|word| text.contains(**word)) {
        let sent = word.replace('{', "%7B").replace('}', "%7D");
        path = path.replace(&sent, word);
    }
    match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

fn authorization(url: &url::Url) -> Option<Secret> {
    let (user, password) = (url.username(), url.password());
    if user.is_empty() && password.is_none() {
        return None;
    }
    let decoded = |text| percent_decode_str(text).collect::<Vec<u8>>();
    let pair = [decoded(user), decoded(password.unwrap_or_default())].join(&b':');
    Some(Secret::new(format!(
        "Basic {}",
        BASE64_STANDARD.encode(pair)
    )))
}

/// `text` without user name and password, whether or not it can be read as a URL.
pub(super) fn redacted(text: &str) -> String {
    let begin = text.find("://").map_or(0, |at| at + 3);
    let host = authority(text);
    // A password with a `/` in it ends up in what looks like a path: where it cannot be read, nothing before the `@` is shown.
    let end = match host.rfind('@') {
        Some(at) => begin + at,
        None if url::Url::parse(text).is_ok_and(|url| url.has_host()) => return text.to_owned(),
        None => match text[begin..].rfind('@') {
            Some(at) => begin + at,
            None => return text.to_owned(),
        },
    };
    format!("{}{SOMEBODY}{}", &text[..begin], &text[end..])
}

/// The error of a URL that cannot be measured; `shown` has no user name and password.
pub(super) fn cannot_measure(shown: &str, why: &str) -> Error {
    Error::usage(format!("cannot measure `{shown}`")).because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Url {
        Url::find(text, None).expect(text)
    }

    fn refusal(text: &str) -> String {
        Url::find(text, None).expect_err(text).to_string()
    }

    #[test]
    fn https_is_on_port_443_and_the_usual_port_is_left_out_of_the_host() {
        for (url, name, host, authority) in [
            (
                "https://127.0.0.1/",
                "127.0.0.1:443",
                "127.0.0.1",
                "127.0.0.1",
            ),
            ("https://[::1]", "[::1]:443", "::1", "[::1]"),
            (
                "https://127.0.0.1:80/",
                "127.0.0.1:80",
                "127.0.0.1",
                "127.0.0.1:80",
            ),
            (
                "HTTP://127.0.0.1/",
                "127.0.0.1:80",
                "127.0.0.1",
                "127.0.0.1",
            ),
        ] {
            let found = find(url);
            let words = [&found.name, &found.host, &found.authority];
            assert_eq!(words, [name, host, authority]);
            assert_eq!(found.is_https, url.starts_with("https"));
            assert_eq!(found.places[0].to_string(), name);
        }
    }

    #[test]
    fn only_a_path_that_was_written_counts_and_a_query_is_one() {
        let path = |url: &str| find(url).path;
        assert_eq!(path("http://127.0.0.1"), None);
        assert_eq!(path("http://127.0.0.1#top"), None);
        assert_eq!(path("http://127.0.0.1/").as_deref(), Some("/"));
        assert_eq!(path("http://127.0.0.1?x=1").as_deref(), Some("/?x=1"));
        assert_eq!(path("https://127.0.0.1/a?b=c").as_deref(), Some("/a?b=c"));
        let odd = "http://127.0.0.1/a b/é/{n}?q={n}&r=ü#top";
        assert_eq!(
            path(odd).as_deref(),
            Some("/a%20b/%C3%A9/{n}?q={n}&r=%C3%BC")
        );
    }

    #[test]
    fn who_asks_is_sent_and_never_shown() {
        let url = find("http://al%20i:p%40ss:w@127.0.0.1:8080/x@y");
        // printf 'al i:p@ss:w' | base64
        let sent = Secret::new("Basic YWwgaTpwQHNzOnc=".to_owned());
        assert_eq!(url.authorization, Some(sent));
        assert_eq!(url.shown, "http://***@127.0.0.1:8080/x@y");
        assert_eq!(url.authority, "127.0.0.1:8080");
        assert!(!format!("{url:?}").contains("YWwg"));
        assert_eq!(find("http://127.0.0.1/x@y").shown, "http://127.0.0.1/x@y");
        assert!(find("http://127.0.0.1/").authorization.is_none());
        for text in [
            "http://user:secret@nowhere.invalid/",
            "http://user:secret@127.0.0.1:99999/",
            "http://user:secret@two words/",
            "http://user:sec/ret@127.0.0.1/",
            "user:secret@127.0.0.1",
            "ftp://user:secret@127.0.0.1/",
        ] {
            let error = Url::find(text, None).expect_err(text);
            let said = format!("{error} {:?}", error.hints());
            assert!(!said.contains("sec") && !said.contains("user"), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        for (text, words) in [
            ("127.0.0.1:8080/x", "does not begin with `http://`"),
            ("localhost:8080", "does not begin with `http://`"),
            ("ftp://127.0.0.1/", "does not begin with `http://`"),
            ("", "does not begin with `http://`"),
            ("http://two words/", "a blank in its host"),
            ("http://", "it has no host"),
            ("http://127.0.0.1:http/", "not a number up to 65535"),
            ("http://127.0.0.1:0/", "port 0"),
            ("http://127.0.0.256/", "looks like an IPv4 address"),
            ("http://[::g]/", "looks like an IPv6 address"),
            (
                "http://nowhere.invalid/",
                "`nowhere.invalid` has no address",
            ),
            // Looked up by its ASCII form.
            (
                "http://bücher.invalid/",
                "`xn--bcher-kva.invalid` has no address",
            ),
        ] {
            let said = refusal(text);
            assert!(said.contains(words), "{said}");
        }
        let error = Url::find("localhost:8080/x", None).expect_err("it has no scheme");
        assert_eq!(error.hints(), ["`--url http://localhost:8080/x`"]);
    }

    #[test]
    fn a_unix_socket_needs_no_address() {
        let socket = Path::new("/run/app.sock");
        let url = Url::find("http://nowhere.invalid/x", Some(socket)).expect("it is a URL");
        assert_eq!(url.places, [Place::Unix(socket.to_owned())]);
        assert_eq!(
            (url.name.as_str(), url.authority.as_str()),
            ("/run/app.sock", "nowhere.invalid")
        );
    }
}
