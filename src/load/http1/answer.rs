//! An HTTP/1.1 answer as its bytes come in (RFC 9112): where it ends, and whether the connection can be used again.
//!
//! What would leave open where an answer ends is refused, as RFC 9112 has it. A header that goes on in the next line is not:
//! section 5.2 has user agents read on.

#[cfg(test)]
mod tests;

use super::malformed::{self, End, Excerpt, HEADERS, Malformed};
use crate::http::Received;

/// The longest head of an answer that is read.
const HEAD_BYTES: usize = 64 * 1024;

/// One answer, as far as it has come.
#[derive(Debug, Default)]
pub(in crate::load) struct Answer {
    state: State,
    /// A head, a chunk's size or a trailer that is not whole yet.
    pending: Vec<u8>,
    status: u16,
    keep_alive: bool,
    to_head: bool,
    /// The length that its head gives.
    length: Option<u64>,
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
    /// So many bytes of a chunk are still to come.
    Chunk(u64),
    /// So many bytes of the line end after a chunk are still to come.
    ChunkEnd(u8),
    /// Trailer lines, up to an empty one.
    Trailer,
    /// The body ends with the connection.
    UntilClose,
    /// Whole.
    Done,
}

/// How far an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::load) enum Progress {
    /// Not whole yet.
    More,
    /// Whole.
    Done {
        /// Whether the connection can carry another request.
        reusable: bool,
    },
}

/// What the headers of one answer say about its end.
#[derive(Debug, Default)]
struct Framing {
    length: Option<u64>,
    is_encoded: bool,
    is_chunked: bool,
}

impl Answer {
    /// Begins the next answer; one to a HEAD request has no body.
    pub(in crate::load) fn begin(&mut self, to_head: bool) {
        self.state = State::Head;
        self.pending.clear();
        self.to_head = to_head;
    }

    /// Its status, once [`Answer::has_head`] says that it is there.
    pub(in crate::load) fn status(&self) -> u16 {
        self.status
    }

    /// Whether its whole head has come.
    pub(in crate::load) fn has_head(&self) -> bool {
        self.state != State::Head
    }

    /// Whether it is whole when the connection ends now.
    pub(super) fn ends_with_connection(&self) -> bool {
        self.state == State::UntilClose
    }

    /// What is missing of it, in words.
    pub(super) fn missing(&self) -> String {
        match (self.state, self.length) {
            (State::Head, _) if self.pending.is_empty() => "nothing of it had come".to_owned(),
            (State::Head, _) => "only the beginning of its head had come".to_owned(),
            (State::Length(left), Some(length)) => {
                format!(
                    "{} of {length} bytes of its body had come",
                    length.saturating_sub(left)
                )
            }
            (State::UntilClose, _) => "its body ends with the connection".to_owned(),
            (State::Trailer, _) => "the end of its trailer had not come".to_owned(),
            _ => "its last chunk had not come".to_owned(),
        }
    }

    /// Takes the next bytes; fails on what RFC 9112 does not allow.
    pub(in crate::load) fn feed(
        &mut self,
        mut bytes: &[u8],
        received: &mut Received,
    ) -> Result<Progress, Malformed> {
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
                    received.push(part);
                    self.state = match left - part.len() as u64 {
                        0 => State::ChunkEnd(2),
                        left => State::Chunk(left),
                    };
                    rest
                }
                State::ChunkEnd(left) => self.chunk_end(bytes, left)?,
                State::Trailer => match self.line(bytes)? {
                    Some(rest) => {
                        self.trailer()?;
                        rest
                    }
                    None => return Ok(Progress::More),
                },
                State::UntilClose => {
                    received.push(bytes);
                    return Ok(Progress::More);
                }
                State::Done => return self.done(bytes),
            };
            if bytes.is_empty() && self.state != State::Done {
                return Ok(Progress::More);
            }
        }
    }

    /// Reads the head, once it is whole; returns what follows it.
    fn head<'b>(&mut self, bytes: &'b [u8]) -> Result<Option<&'b [u8]>, Malformed> {
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
            None if head.len() > HEAD_BYTES => {
                Err(Malformed::TooLong("the head", HEAD_BYTES / 1024))
            }
            None => {
                self.pending = head;
                Ok(None)
            }
        }
    }

    /// Parses a head; returns its length if it is whole.
    fn parse(&mut self, head: &[u8]) -> Result<Option<usize>, Malformed> {
        let mut headers = [const { std::mem::MaybeUninit::uninit() }; HEADERS];
        let mut response = httparse::Response::new(&mut []);
        let parsed = httparse::ParserConfig::default()
            .allow_obsolete_multiline_headers_in_responses(true)
            .parse_response_with_uninit_headers(&mut response, head, &mut headers)
            .map_err(|error| malformed::of_head(error, head))?;
        let httparse::Status::Complete(end) = parsed else {
            return Ok(None);
        };
        self.status = response.code.unwrap_or_default();
        match self.status {
            101 => return Err(Malformed::Switches),
            // Not the answer yet: its head comes next.
            100..200 => return Ok(Some(end)),
            _ => {}
        }
        let is_old = response.version != Some(1);
        let framing = self.framing(response.headers, is_old)?;
        self.length = framing.length;
        self.state = match (self.status, framing.length) {
            (204 | 304, _) => State::Done,
            _ if self.to_head => State::Done,
            _ if framing.is_chunked => State::ChunkSize,
            (_, Some(0)) => State::Done,
            (_, Some(length)) => State::Length(length),
            (_, None) => {
                self.keep_alive = false;
                State::UntilClose
            }
        };
        Ok(Some(end))
    }

    /// Reads what headers say about the end of the body and of the connection.
    fn framing(
        &mut self,
        headers: &[httparse::Header<'_>],
        is_old: bool,
    ) -> Result<Framing, Malformed> {
        let mut framing = Framing::default();
        let (mut closes, mut keeps) = (false, false);
        for header in headers {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            // By length first: most headers are none of these.
            match header.name.len() {
                14 if is("content-length") => framing.add_length(header.value)?,
                17 if is("transfer-encoding") => framing.add_encodings(header.value)?,
                10 if is("connection") => {
                    closes |= words(header.value).any(|word| word.eq_ignore_ascii_case(b"close"));
                    keeps |=
                        words(header.value).any(|word| word.eq_ignore_ascii_case(b"keep-alive"));
                }
                _ => {}
            }
        }
        self.keep_alive = !closes && (keeps || !is_old);
        match framing {
            Framing {
                is_encoded: true, ..
            } if is_old => Err(Malformed::EncodedTooEarly),
            Framing {
                is_encoded: true,
                length: Some(_),
                ..
            } => Err(Malformed::LengthAndEncoding),
            framing => Ok(framing),
        }
    }

    /// Collects a line into `pending`, without its end; returns what follows it.
    fn line<'b>(&mut self, bytes: &'b [u8]) -> Result<Option<&'b [u8]>, Malformed> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.pending.extend_from_slice(bytes);
            return match self.pending.len() > HEAD_BYTES {
                true => Err(Malformed::TooLong("a line", HEAD_BYTES / 1024)),
                false => Ok(None),
            };
        };
        self.pending.extend_from_slice(&bytes[..end]);
        Ok(Some(&bytes[end + 1..]))
    }

    /// Reads a chunk's size from `pending`: hexadecimal digits, then extensions that mean nothing to us.
    fn chunk_size(&mut self) -> Result<(), Malformed> {
        let wrong = || Malformed::ChunkSize(Excerpt::of(&self.pending));
        let line = self.pending.strip_suffix(b"\r").ok_or_else(wrong)?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = number(digits.trim_ascii_end(), 16).ok_or_else(wrong)?;
        self.state = match size {
            0 => State::Trailer,
            size => State::Chunk(size),
        };
        self.pending.clear();
        Ok(())
    }

    /// Takes what has come of the line end after a chunk.
    fn chunk_end<'b>(&mut self, bytes: &'b [u8], left: u8) -> Result<&'b [u8], Malformed> {
        let end = &b"\r\n"[2 - usize::from(left)..];
        let (part, rest) = split(bytes, left.into());
        if !end.starts_with(part) {
            return Err(Malformed::ChunkEnd);
        }
        self.state = match left - part.len() as u8 {
            0 => State::ChunkSize,
            left => State::ChunkEnd(left),
        };
        Ok(rest)
    }

    /// Looks at a trailer line in `pending`; after an empty one the answer is whole.
    fn trailer(&mut self) -> Result<(), Malformed> {
        let line = malformed::without_return(&self.pending);
        if line.is_empty() {
            self.state = State::Done;
        } else if !malformed::is_field(line) {
            return Err(Malformed::Trailer(Excerpt::of(line)));
        }
        self.pending.clear();
        Ok(())
    }

    /// The answer is whole, and `rest` is what came with it.
    fn done(&self, rest: &[u8]) -> Result<Progress, Malformed> {
        // Empty lines may be passed over (RFC 9112, section 9.2).
        if rest.iter().all(|byte| b"\r\n".contains(byte)) {
            let reusable = self.keep_alive;
            return Ok(Progress::Done { reusable });
        }
        let end = match (self.status, self.length) {
            _ if self.to_head => End::ToHead,
            (status @ (204 | 304), _) => End::Status(status),
            (_, Some(length)) => End::Length(length),
            (_, None) => End::LastChunk,
        };
        Err(Malformed::LeftOver(rest.len(), end, Excerpt::of(rest)))
    }
}

impl Framing {
    /// A length may be there several times, if it is the same one.
    fn add_length(&mut self, value: &[u8]) -> Result<(), Malformed> {
        for word in words(value) {
            let length = number(word, 10).ok_or_else(|| Malformed::Length(Excerpt::of(value)))?;
            match self.length.replace(length) {
                Some(before) if before != length => {
                    return Err(Malformed::TwoLengths(before, length));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Only the last encoding says where the body ends.
    fn add_encodings(&mut self, value: &[u8]) -> Result<(), Malformed> {
        self.is_encoded = true;
        for word in words(value) {
            let is_chunked = word.eq_ignore_ascii_case(b"chunked");
            if is_chunked && self.is_chunked {
                return Err(Malformed::ChunkedTwice);
            }
            self.is_chunked = is_chunked;
        }
        Ok(())
    }
}

/// The words of a list.
fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// The first `length` bytes, or all; and the rest.
fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(length).map_or(bytes.len(), |length| length.min(bytes.len())))
}

/// A number of nothing but digits.
fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u64::from_str_radix(text, radix).ok())?
}
