//! An HTTP/1.1 answer as its bytes come in (RFC 9112): where it ends, and whether the connection can be used again.

use crate::http::Received;

/// The longest head of an answer that is read.
const HEAD_BYTES: usize = 64 * 1024;
/// The most headers.
const HEADERS: usize = 100;

/// One answer, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Answer {
    state: State,
    /// A head, a chunk's size or a trailer that is not whole yet.
    pending: Vec<u8>,
    status: u16,
    keep_alive: bool,
    to_head: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Reading the head.
    #[default]
    Head,
    /// So many bytes of the body are still to come.
    Length(u64),
    /// A line with a chunk's size is next.
    ChunkSize,
    /// So many bytes of a chunk are still to come, with the line end after it.
    Chunk(u64),
    /// Trailer lines, up to an empty one.
    Trailer,
    /// The body ends with the connection.
    UntilClose,
    /// Whole.
    Done,
}

/// How far an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Not whole yet.
    More,
    /// Whole.
    Done {
        /// Whether the connection can carry another request.
        reusable: bool,
    },
}

impl Answer {
    /// Begins the next answer; one to a HEAD request has no body.
    pub(super) fn begin(&mut self, to_head: bool) {
        self.state = State::Head;
        self.pending.clear();
        self.to_head = to_head;
    }

    /// Its status, once the head is there.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Whether it is whole when the connection ends now.
    pub(super) fn ends_with_connection(&self) -> bool {
        self.state == State::UntilClose
    }

    /// Takes the next bytes; fails, in words, on what is no HTTP.
    pub(super) fn feed(
        &mut self,
        mut bytes: &[u8],
        received: &mut Received,
    ) -> Result<Progress, String> {
        loop {
            bytes = match self.state {
                State::Head => match self.head(bytes)? {
                    Some(rest) => rest,
                    None => return Ok(Progress::More),
                },
                State::Length(left) => {
                    let (body, rest) = split(bytes, left);
                    received.push(body);
                    self.state = match left - body.len() as u64 {
                        0 => State::Done,
                        left => State::Length(left),
                    };
                    rest
                }
                State::ChunkSize => match self.line(bytes)? {
                    Some(rest) => {
                        self.chunk_size()?;
                        rest
                    }
                    None => return Ok(Progress::More),
                },
                State::Chunk(left) => {
                    let (part, rest) = split(bytes, left);
                    // The last two bytes are the line end after the chunk.
                    let data = left.saturating_sub(2).min(part.len() as u64);
                    received.push(split(part, data).0);
                    self.state = match left - part.len() as u64 {
                        0 => State::ChunkSize,
                        left => State::Chunk(left),
                    };
                    rest
                }
                State::Trailer => match self.line(bytes)? {
                    Some(rest) => {
                        if self.pending.is_empty() {
                            self.state = State::Done;
                        }
                        self.pending.clear();
                        rest
                    }
                    None => return Ok(Progress::More),
                },
                State::UntilClose => {
                    received.push(bytes);
                    return Ok(Progress::More);
                }
                State::Done => {
                    // Bytes that nobody asked for: what follows cannot be told apart any more.
                    let reusable = self.keep_alive && bytes.is_empty();
                    return Ok(Progress::Done { reusable });
                }
            };
            if bytes.is_empty() && self.state != State::Done {
                return Ok(Progress::More);
            }
        }
    }

    /// Reads the head, once it is whole; returns what follows it.
    fn head<'b>(&mut self, bytes: &'b [u8]) -> Result<Option<&'b [u8]>, String> {
        if self.pending.is_empty() {
            return match self.parse(bytes)? {
                Some(length) => Ok(Some(&bytes[length..])),
                None => {
                    self.pending.extend_from_slice(bytes);
                    Ok(None)
                }
            };
        }
        let before = self.pending.len();
        self.pending.extend_from_slice(bytes);
        let head = std::mem::take(&mut self.pending);
        match self.parse(&head)? {
            Some(length) => Ok(Some(&bytes[length - before..])),
            None if head.len() > HEAD_BYTES => Err("the head of the answer is too long".to_owned()),
            None => {
                self.pending = head;
                Ok(None)
            }
        }
    }

    /// Parses a head; returns its length if it is whole.
    fn parse(&mut self, head: &[u8]) -> Result<Option<usize>, String> {
        let mut headers = [const { std::mem::MaybeUninit::uninit() }; HEADERS];
        let mut response = httparse::Response::new(&mut []);
        let parsed = httparse::ParserConfig::default()
            .parse_response_with_uninit_headers(&mut response, head, &mut headers)
            .map_err(|error| format!("the answer is no HTTP/1.1: {error}"))?;
        let httparse::Status::Complete(length) = parsed else {
            return Ok(None);
        };
        self.status = response.code.unwrap_or_default();
        self.keep_alive = response.version == Some(1);
        let (mut content_length, mut chunked) = (None, false);
        for header in response.headers {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            if is("content-length") {
                content_length = Some(number(header.value, 10).ok_or("a strange content-length")?);
            } else if is("transfer-encoding") {
                chunked = ends_with_word(header.value, b"chunked");
            } else if is("connection") {
                if ends_with_word(header.value, b"close") {
                    self.keep_alive = false;
                } else if ends_with_word(header.value, b"keep-alive") {
                    self.keep_alive = true;
                }
            }
        }
        self.state = match (self.status, chunked, content_length) {
            // Not the answer yet: its head comes next.
            (100..200, ..) => State::Head,
            (204 | 304, ..) | (_, false, Some(0)) => State::Done,
            _ if self.to_head => State::Done,
            (_, true, _) => State::ChunkSize,
            (_, false, Some(length)) => State::Length(length),
            (_, false, None) => {
                self.keep_alive = false;
                State::UntilClose
            }
        };
        Ok(Some(length))
    }

    /// Collects a line into `pending`, without its end; returns what follows it.
    fn line<'b>(&mut self, bytes: &'b [u8]) -> Result<Option<&'b [u8]>, String> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.pending.extend_from_slice(bytes);
            return match self.pending.len() > HEAD_BYTES {
                true => Err("a line of the answer is too long".to_owned()),
                false => Ok(None),
            };
        };
        self.pending.extend_from_slice(&bytes[..end]);
        if self.pending.last() == Some(&b'\r') {
            self.pending.pop();
        }
        Ok(Some(&bytes[end + 1..]))
    }

    /// Reads a chunk's size from `pending`: hexadecimal digits, then extensions that mean nothing to us.
    fn chunk_size(&mut self) -> Result<(), String> {
        let digits = self.pending.split(|byte| *byte == b';').next();
        let size = digits
            .and_then(|digits| number(digits.trim_ascii(), 16))
            .and_then(|size| size.checked_add(2))
            .ok_or("a chunk of the answer has no size")?;
        self.state = match size {
            2 => State::Trailer,
            size => State::Chunk(size),
        };
        self.pending.clear();
        Ok(())
    }
}

/// The first `length` bytes, or all; and the rest.
fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(length).map_or(bytes.len(), |length| length.min(bytes.len())))
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u64::from_str_radix(text, radix).ok())?
}

/// Whether the last word of a list is `word`.
fn ends_with_word(value: &[u8], word: &[u8]) -> bool {
    let last = value.rsplit(|byte| *byte == b',').next();
    last.is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Expect;

    /// The body and whether the connection is reusable, fed in parts of `size` bytes.
    fn read(answer: &str, size: usize) -> Result<(u16, Option<bool>, bool), String> {
        read_to(answer, size, false)
    }

    fn read_to(
        text: &str,
        size: usize,
        to_head: bool,
    ) -> Result<(u16, Option<bool>, bool), String> {
        let mut answer = Answer::default();
        let expect = Expect {
            equals: Some("Hello World".into()),
            ..Expect::default()
        };
        let mut received = Received::of(&expect);
        answer.begin(to_head);
        let mut end = None;
        for part in text.as_bytes().chunks(size) {
            if let Progress::Done { reusable } = answer.feed(part, &mut received)? {
                end = Some(reusable);
            }
        }
        let equal = expect
            .objection_to(answer.status(), &mut received)
            .is_none();
        Ok((answer.status(), end, equal))
    }

    #[test]
    fn an_answer_ends_where_it_says_however_it_is_cut() {
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nServer: x\r\n\r\nHello World";
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                       5;x=y\r\nHello\r\n006\r\n World\r\n0\r\nTrailer: t\r\n\r\n";
        let continued = format!("HTTP/1.1 100 Continue\r\n\r\n{length}");
        for answer in [length, chunked, &continued] {
            for size in [1, 2, 3, 7, 1000] {
                assert_eq!(
                    read(answer, size),
                    Ok((200, Some(true), true)),
                    "{answer} {size}"
                );
            }
        }
    }

    #[test]
    fn an_answer_without_length_ends_with_its_connection() {
        let answer = "HTTP/1.0 200 OK\r\n\r\nHello World";
        assert_eq!(read(answer, 5), Ok((200, None, true)));
    }

    #[test]
    fn answers_without_body_are_whole_at_once() {
        assert_eq!(
            read("HTTP/1.1 204 No Content\r\n\r\n", 100).map(|(status, end, _)| (status, end)),
            Ok((204, Some(true)))
        );
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n";
        assert_eq!(
            read_to(head, 100, true).map(|(status, end, _)| (status, end)),
            Ok((200, Some(true)))
        );
    }

    #[test]
    fn a_connection_that_says_close_is_not_used_again() {
        let reusable = |head: &str| {
            let text = format!("{head}\r\nContent-Length: 0\r\n\r\n");
            read(&text, 1000).map(|(_, reusable, _)| reusable)
        };
        assert_eq!(
            reusable("HTTP/1.1 200 OK\r\nConnection: close"),
            Ok(Some(false))
        );
        assert_eq!(reusable("HTTP/1.0 200 OK"), Ok(Some(false)));
        assert_eq!(
            reusable("HTTP/1.0 200 OK\r\nConnection: Keep-Alive"),
            Ok(Some(true))
        );
        let more = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nsurprise";
        assert_eq!(
            read(more, 1000).map(|(_, reusable, _)| reusable),
            Ok(Some(false))
        );
    }

    #[test]
    fn what_is_no_http_is_said() {
        assert!(read("SSH-2.0-OpenSSH\r\n", 100).is_err());
        let bad = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
        assert!(read(bad, 100).is_err());
        let length = "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n";
        assert!(read(length, 100).is_err());
    }
}
