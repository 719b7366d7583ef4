//! What can be wrong about an answer (RFC 9112): each kind has its words, and ends the connection that it came on.

use std::fmt;

/// The most headers.
pub(super) const HEADERS: usize = 100;
/// How many bytes of what came are shown.
const SHOWN: usize = 60;

/// Why what came cannot be read as an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::load) enum Malformed {
    /// No status line.
    #[error("what came is not an HTTP/1.1 answer ({0}): {1}")]
    NotHttp(httparse::Error, Excerpt),
    /// A line of the head that is not a header.
    #[error("a header line is not `name: value` ({0}): {1}")]
    Header(httparse::Error, Excerpt),
    /// More headers than anybody sends.
    #[error("the answer has more than {0} headers")]
    ManyHeaders(usize),
    /// A head or a line that does not end.
    #[error("{0} of the answer is longer than {1} KiB")]
    TooLong(&'static str, usize),
    /// Two lengths that differ.
    #[error(
        "the answer has two different content-lengths, {0} and {1} bytes (RFC 9112, section 6.3)"
    )]
    TwoLengths(u64, u64),
    /// A length that is none.
    #[error("the answer's content-length is {0}: not a number of bytes (RFC 9112, section 6.3)")]
    Length(Excerpt),
    /// Two ways to say where the body ends.
    #[error(
        "the answer has both content-length and transfer-encoding (RFC 9112, section 6.3): where it ends cannot be told"
    )]
    LengthAndEncoding,
    /// Chunks within chunks.
    #[error("the answer is chunked twice (RFC 9112, section 6.1)")]
    ChunkedTwice,
    /// Chunks before there were any.
    #[error("the answer is HTTP/1.0 and has a transfer-encoding (RFC 9112, section 6.1)")]
    EncodedTooEarly,
    /// A chunk without a size.
    #[error("the size of a chunk is {0}: not a hexadecimal number (RFC 9112, section 7.1)")]
    ChunkSize(Excerpt),
    /// A chunk that goes on after its last byte.
    #[error("a chunk does not end where its size says (RFC 9112, section 7.1)")]
    ChunkEnd,
    /// A trailer line that is no header.
    #[error("a trailer line is not `name: value` (RFC 9112, section 7.1.2): {0}")]
    Trailer(Excerpt),
    /// Another protocol from here on.
    #[error("the answer switches protocols (101), and nobody asked for that")]
    Switches,
    /// Bytes after the end.
    #[error("{1}, and {0} bytes more came: {2} (RFC 9112, section 6.3)")]
    LeftOver(usize, End, Excerpt),
    /// Bytes while nothing was asked.
    #[error("{0} bytes came that no request had asked for: {1} (RFC 9112, section 9.2)")]
    Unasked(usize, Excerpt),
}

impl Malformed {
    /// These bytes came, and nothing was asked.
    pub(super) fn unasked(bytes: &[u8]) -> Self {
        Self::Unasked(bytes.len(), Excerpt::of(bytes))
    }
}

/// What said where an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::load) enum End {
    /// The method of its request.
    ToHead,
    /// Its status.
    Status(u16),
    /// Its length.
    Length(u64),
    /// Its last chunk.
    LastChunk,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ToHead => write!(f, "an answer to HEAD has no body"),
            Self::Status(status) => write!(f, "a {status} has no body"),
            Self::Length(length) => write!(f, "the answer has a content-length of {length}"),
            Self::LastChunk => write!(f, "the answer's last chunk had come"),
        }
    }
}

/// The beginning of what came, as it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::load) struct Excerpt(String);

impl Excerpt {
    /// The beginning of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let more = if bytes.len() > SHOWN { "…" } else { "" };
        let shown = &bytes[..bytes.len().min(SHOWN)];
        Self(format!("`{}{more}`", shown.escape_ascii()))
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what the parser did not like about `head`.
pub(super) fn of_head(error: httparse::Error, head: &[u8]) -> Malformed {
    use httparse::Error::*;
    match error {
        TooManyHeaders => Malformed::ManyHeaders(HEADERS),
        HeaderName | HeaderValue => {
            let lines = head.split(|byte| *byte == b'\n').skip(1);
            let odd = lines.map(without_return).find(|line| !is_field(line));
            Malformed::Header(error, Excerpt::of(odd.unwrap_or(head)))
        }
        NewLine | Status | Token | Version => Malformed::NotHttp(error, Excerpt::of(head)),
    }
}

/// Whether a line is `name: value`, or goes on with the line before it.
pub(super) fn is_field(line: &[u8]) -> bool {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_text = |byte: &u8| *byte == b'\t' || !byte.is_ascii_control();
    if line.is_empty() || line.starts_with(b" ") || line.starts_with(b"\t") {
        return line.iter().all(is_text);
    }
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return false;
    };
    colon > 0 && line[..colon].iter().all(is_token) && line[colon..].iter().all(is_text)
}

/// A line without the CR of its end.
pub(super) fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
