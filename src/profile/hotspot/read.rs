//! Streams a log: whole methods come out one by one, whatever else stands between them is counted.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::jvm::{Head, Jvm};
use super::method::{Block, End, Method};
use super::syntax::{Line, line, unescape};
use crate::profile::iprof::text::damage::{Damage, DamageKind};

/// Longer lines are nobody's: the longest of HotSpot's own, a switch with thousands of cases, has some 200 KB.
const MAX_LINE: u64 = 4 << 20;
const BUFFER: usize = 256 << 10;

/// What a log held beside its methods.
#[derive(Debug, Default)]
pub(super) struct LogFacts {
    /// Who wrote it, if it says so.
    pub(super) jvm: Option<Jvm>,
    /// Dumps that were there to their end.
    pub(super) whole_dumps: u64,
    /// Methods that are not whole.
    pub(super) damaged: u64,
    /// Lines inside methods that are nothing HotSpot wrote there.
    pub(super) others: u64,
    /// Why the log could not be read to its end.
    pub(super) cut: Option<String>,
    /// It ends inside a dump.
    pub(super) unfinished: bool,
}

/// Opens the log at `path` (`-` is standard input), gzip (told by content) or plain.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>, Damage> {
    let unreadable = |error: io::Error| {
        Damage::without_place(
            DamageKind::Unreadable,
            format!("could not be read: {error}"),
        )
    };
    let plain: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(unreadable)?),
    };
    let mut plain = BufReader::with_capacity(BUFFER, plain);
    let packed = plain
        .fill_buf()
        .map_err(unreadable)?
        .starts_with(&[0x1f, 0x8b]);
    Ok(match packed {
        true => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(plain))),
        false => Box::new(plain),
    })
}

/// Reads a log to its end and gives `each` every whole method; one line and one method are held at a time.
pub(super) fn read<E>(
    mut log: impl BufRead,
    mut each: impl FnMut(&Method) -> Result<(), E>,
) -> Result<LogFacts, E> {
    let mut facts = LogFacts::default();
    let (mut bytes, mut unescaped) = (Vec::new(), String::new());
    let mut head = Some(Head::default());
    let mut block: Option<Block> = None;
    loop {
        match next_line(&mut log, &mut bytes) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                facts.cut = Some(error.to_string());
                break;
            }
        }
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) if !text.contains('&') => text,
            Ok(text) => {
                unescape(text, &mut unescaped);
                &unescaped
            }
            // HotSpot writes UTF-8, so these are somebody else's words.
            Err(_) => "?",
        };
        let line = match (line(text), bytes.first()) {
            // A `<` of HotSpot's text is escaped, so only an element begins with one as it is.
            (Line::Element, Some(b'<')) => Line::Element,
            (Line::Element, _) => Line::Other,
            (line, _) => line,
        };
        match line {
            Line::Dashes | Line::End => {
                let ended = block.take();
                if let (Line::End, None) = (line, &ended) {
                    continue;
                }
                if let Some(ended) = ended {
                    finish(ended, &mut facts, &mut each)?;
                }
                match line {
                    Line::End => facts.whole_dumps += 1,
                    _ => block = Some(Block::default()),
                }
                if let Some(head) = head.take() {
                    facts.jvm = head.jvm();
                }
            }
            line => match (&mut block, &mut head) {
                (Some(block), _) => block.line(line, text),
                (None, Some(head)) => head.line(text),
                (None, None) => {}
            },
        }
    }
    if let Some(unfinished) = block.take() {
        facts.unfinished = true;
        facts.others += unfinished.others();
        // Without the dashes after it nobody knows whether it was whole.
        if !matches!(unfinished.end(), End::Nothing) {
            facts.damaged += 1;
        }
    }
    Ok(facts)
}

fn finish<E>(
    block: Block,
    facts: &mut LogFacts,
    each: &mut impl FnMut(&Method) -> Result<(), E>,
) -> Result<(), E> {
    facts.others += block.others();
    match block.end() {
        End::Whole(method) => each(&method)?,
        End::Damaged => facts.damaged += 1,
        End::Nothing => {}
    }
    Ok(())
}

/// Reads the next line without its end; of an overlong one the rest is skipped. `false` at the end of the log.
fn next_line(log: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    bytes.clear();
    if log.by_ref().take(MAX_LINE).read_until(b'\n', bytes)? == 0 {
        return Ok(false);
    }
    match bytes.last() {
        Some(b'\n') => {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        }
        _ if bytes.len() as u64 == MAX_LINE => {
            log.skip_until(b'\n')?;
            bytes.clear();
            bytes.push(b'?');
        }
        _ => {}
    }
    Ok(true)
}
