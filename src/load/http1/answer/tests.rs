//! Where answers end, and what is refused.

use super::*;
use crate::http::Expect;

/// The body and whether the connection is reusable, fed in parts of `size` bytes.
fn read(answer: &str, size: usize) -> Result<(u16, Option<bool>, bool), Malformed> {
    read_to(answer, size, false)
}

fn read_to(text: &str, size: usize, to_head: bool) -> Result<(u16, Option<bool>, bool), Malformed> {
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
}

/// Why an answer is refused, the same however it is cut.
fn refusal(answer: &str) -> String {
    let whole = read(answer, 1000).expect_err(answer).to_string();
    for size in [1, 2, 3] {
        let in_parts = read(answer, size).expect_err(answer);
        let same = std::mem::discriminant(&in_parts);
        let of_whole = read(answer, 1000).expect_err(answer);
        assert_eq!(same, std::mem::discriminant(&of_whole), "{in_parts}");
    }
    whole
}

#[test]
fn what_leaves_open_where_an_answer_ends_is_named() {
    let with = |headers: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}");
    let chunked = |body: &str| with("Transfer-Encoding: chunked", body);
    for (answer, words) in [
        (
            with("Content-Length: 5\r\nContent-Length: 11", "Hello World"),
            "two different content-lengths, 5 and 11 bytes",
        ),
        (
            with("Content-Length: 5, 6", ""),
            "two different content-lengths, 5 and 6",
        ),
        (with("Content-Length: -1", ""), "content-length is `-1`"),
        (with("Content-Length: 0x5", ""), "content-length is `0x5`"),
        (with("Content-Length:", ""), "content-length is ``"),
        (
            with("Content-Length: 99999999999999999999", ""),
            "not a number of bytes",
        ),
        (
            with(
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "0\r\n\r\n",
            ),
            "both content-length and transfer-encoding",
        ),
        (
            with("Transfer-Encoding: chunked, chunked", ""),
            "chunked twice",
        ),
        (
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
            "HTTP/1.0 and has a transfer-encoding",
        ),
        (chunked("xyz\r\n"), "the size of a chunk is `xyz\\r`"),
        (chunked("\r\n"), "the size of a chunk"),
        (chunked("-5\r\n"), "not a hexadecimal number"),
        (chunked("5\nHello\r\n"), "the size of a chunk is `5`"),
        (chunked("fffffffffffffffff\r\n"), "not a hexadecimal number"),
        (
            chunked("5\r\nHello World\r\n0\r\n\r\n"),
            "does not end where its size says",
        ),
        (
            chunked("0\r\nno trailer\r\n\r\n"),
            "a trailer line is not `name: value`",
        ),
        (with("no header", ""), "a header line is not `name: value`"),
        (
            with("spaced : out", ""),
            "(invalid header name): `spaced : out`",
        ),
        (with("X: a\0b", ""), "(invalid header value)"),
        (
            "HTTP/1.1 101 Switching Protocols\r\n\r\n".to_owned(),
            "switches protocols",
        ),
        (
            "SSH-2.0-OpenSSH\r\n".to_owned(),
            "not an HTTP/1.1 answer (invalid HTTP version): `SSH",
        ),
        (
            "HTTP/2.0 200 OK\r\n\r\n".to_owned(),
            "not an HTTP/1.1 answer",
        ),
    ] {
        let said = refusal(&answer);
        assert!(said.contains(words), "{said}: {answer}");
    }
}

#[test]
fn what_comes_after_the_end_is_named() {
    let left = |answer: &str, to_head| {
        let read = read_to(answer, 1000, to_head);
        read.expect_err(answer).to_string()
    };
    let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello World";
    assert_eq!(
        left(length, false),
        "the answer has a content-length of 5, and 6 bytes more came: ` World` (RFC 9112, section 6.3)"
    );
    let none = "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello";
    assert!(left(none, false).starts_with("a 204 has no body, and 5 bytes more came"));
    assert!(left(&none.replace("204", "304"), false).starts_with("a 304 has no body"));
    assert!(left(&none.replace("204", "200"), true).starts_with("an answer to HEAD has no body"));
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx";
    assert!(left(chunked, false).starts_with("the answer's last chunk had come"));
    // Empty lines are nothing.
    let lines = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nHello World\r\n";
    assert_eq!(read(lines, 1000), Ok((200, Some(true), true)));
}

#[test]
fn what_is_only_unusual_is_read() {
    let with = |headers: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}");
    for answer in [
        with(
            "Content-Length: 11, 11\r\ncontent-length: 11",
            "Hello World",
        ),
        with(
            "X: folded\r\n into two lines\r\nContent-Length: 11",
            "Hello World",
        ),
        with(
            "Transfer-Encoding: gzip,\r\n\tchunked",
            "b ;x=\"y\"\r\nHello World\r\n0\r\n\r\n",
        ),
        format!(
            "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{}",
            with("Content-Length: 11", "Hello World")
        ),
    ] {
        for size in [1, 3, 1000] {
            assert_eq!(read(&answer, size), Ok((200, Some(true), true)), "{answer}");
        }
    }
    let not_last = with("Transfer-Encoding: chunked, gzip", "Hello World");
    assert_eq!(
        read(&not_last, 1000),
        Ok((200, None, true)),
        "it ends with its connection"
    );
    let closes = with(
        "Connection: close, x\r\nConnection: keep-alive\r\nContent-Length: 11",
        "Hello World",
    );
    assert_eq!(read(&closes, 1000), Ok((200, Some(false), true)));
}
