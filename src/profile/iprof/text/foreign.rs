//! What a file is that was given as a profile and is none: an archive, a page, a pointer to what should be there. Nobody is helped
//! by "not an object at byte 0".

use super::damage::{Damage, DamageKind};

/// How the bytes of something else are told.
enum Sign {
    /// They begin with this.
    Bytes(&'static [u8]),
    /// Their text begins with this, in any case and behind any blanks.
    Text(&'static str),
    /// This is in the first few hundred bytes of their text.
    Within(&'static str),
    /// This stands at a byte offset.
    At(usize, &'static [u8]),
}

/// How far into a text its nature must show.
const HEAD: usize = 512;

/// Sign, what it is, what to do.
#[rustfmt::skip] // one row, one line: it is read as a table
const TABLE: &[(Sign, &str, &str)] = &[
    (Sign::Text("version https://git-lfs.github.com/spec/"), "a Git LFS pointer, not the file it stands for", "`git lfs pull` fetches the file"),
    (Sign::Text("/annex/objects/"), "a git-annex pointer, not the file it stands for", "`git annex get FILE` fetches the file"),
    (Sign::Text("<!doctype html"), "an HTML page", "download the file itself, not the page that shows it"),
    (Sign::Text("<html"), "an HTML page", "download the file itself, not the page that shows it"),
    (Sign::Within("<hotspot_log"), "what a JVM logged", "`pgoctl profile from-hotspot` makes a profile of it"),
    (Sign::Text("<?xml"), "XML", "name the `.iprof` that the instrumented image wrote"),
    (Sign::Text("404: not found"), "the error of a download", "download it again, from an address that has it"),
    (Sign::Bytes(b"\x28\xb5\x2f\xfd"), "compressed with zstd", "unpack it with `zstd -d`; only gzip is read packed"),
    (Sign::Bytes(b"\xfd7zXZ\0"), "compressed with xz", "unpack it with `xz -d`; only gzip is read packed"),
    (Sign::Bytes(b"BZh"), "compressed with bzip2", "unpack it with `bzip2 -d`; only gzip is read packed"),
    (Sign::Bytes(b"\x04\x22\x4d\x18"), "compressed with lz4", "unpack it with `lz4 -d`; only gzip is read packed"),
    (Sign::Bytes(b"PK\x03\x04"), "a ZIP archive (or a JAR)", "unpack it and name the profiles in it"),
    (Sign::Bytes(b"PK\x05\x06"), "an empty ZIP archive", "name the profile itself"),
    (Sign::At(257, b"ustar"), "a tar archive", "unpack it with `tar -xf` and name the profiles in it"),
    (Sign::Bytes(b"\xff\xfe"), "UTF-16 text", "`iconv -f UTF-16 -t UTF-8` makes UTF-8 of it; Windows PowerShell's `>` had made it UTF-16"),
    (Sign::Bytes(b"\xfe\xff"), "UTF-16 text", "`iconv -f UTF-16 -t UTF-8` makes UTF-8 of it; Windows PowerShell's `>` had made it UTF-16"),
    (Sign::Bytes(b"{\0"), "UTF-16 text", "`iconv -f UTF-16LE -t UTF-8` makes UTF-8 of it"),
    (Sign::Bytes(b"\0{"), "UTF-16 text", "`iconv -f UTF-16BE -t UTF-8` makes UTF-8 of it"),
    (Sign::Bytes(b"\xef\xbb\xbf"), "text behind a byte order mark, which JSON has not", "`sed -i '1s/^\\xef\\xbb\\xbf//' FILE` takes the mark away"),
    (Sign::Bytes(b"\x7fELF"), "a program", "name the `.iprof` that it writes when it ends"),
    (Sign::Bytes(b"\xca\xfe\xba\xbe"), "a class file", "name the `.iprof` that the instrumented image wrote"),
    (Sign::Bytes(b"FLR\0"), "a JFR recording", "`pgoctl profile from-hotspot --help` says what a JVM has to log instead"),
    (Sign::Bytes(b"PERFILE2"), "a recording of perf", "name the `.iprof` that the instrumented image wrote"),
    (Sign::Bytes(b"\xfflprof"), "a profile of LLVM's, for C, C++ or Rust", "name the `.iprof` that the instrumented image wrote"),
    (Sign::Within("{\"section\":\""), "JSON lines, as `profile convert --to jsonl` writes them", "name the profile that they were made of"),
    (Sign::Within("\"schema_version\""), "a report of pgoctl's, not a profile", "name the `.iprof` that it is about"),
];

/// What is said of a file that git could not merge, wherever in it that shows.
const CONFLICT: (&str, &str) = (
    "what git left of a merge conflict",
    "`git checkout --ours FILE` or `--theirs` takes one side; `git show :2:FILE` and `:3:FILE` are both, for `pgoctl profile merge`",
);

/// Adds what the file is, and what to do, to the damage that was found in its (unpacked) `bytes`; leaves it as it is where nothing
/// is known.
pub(super) fn explain(bytes: &[u8], damage: Damage) -> Damage {
    if damage.kind == DamageKind::Empty {
        return damage
            .advise("a run that was killed leaves such a file: leave it out, or train again");
    }
    let is_conflict = || has_line(bytes, b"<<<<<<< ") && has_line(bytes, b">>>>>>> ");
    let row = TABLE.iter().find(|(sign, _, _)| sign.is_in(bytes));
    let known = row.map(|(_, what, advice)| (*what, *advice));
    match known.or_else(|| is_conflict().then_some(CONFLICT)) {
        Some((what, advice)) => {
            let message = format!("it is {what}");
            Damage::without_place(DamageKind::Foreign, message).advise(advice)
        }
        None => damage,
    }
}

impl Sign {
    fn is_in(&self, bytes: &[u8]) -> bool {
        let head = &bytes[..bytes.len().min(HEAD)];
        match self {
            Self::Bytes(sign) => bytes.starts_with(sign),
            Self::At(offset, sign) => bytes
                .get(*offset..)
                .is_some_and(|rest| rest.starts_with(sign)),
            Self::Text(sign) => {
                let text = head.trim_ascii_start();
                text.get(..sign.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(sign.as_bytes()))
            }
            Self::Within(sign) => head.windows(sign.len()).any(|part| part == sign.as_bytes()),
        }
    }
}

fn has_line(bytes: &[u8], start: &[u8]) -> bool {
    bytes
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;
    use crate::profile::iprof::testing::SMALL;

    fn damage(bytes: &[u8]) -> Damage {
        parse(bytes).expect_err("it is no profile")
    }

    #[test]
    fn what_is_no_profile_is_named_and_what_to_do_is_said() {
        let utf16: Vec<u8> = SMALL.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_with_mark = [b"\xff\xfe".as_slice(), &utf16].concat();
        let marked = format!("\u{feff}{SMALL}");
        let conflict = format!("<<<<<<< HEAD\n{SMALL}\n=======\n{SMALL}\n>>>>>>> other\n");
        let inside = SMALL.replace(
            "\"methods\"",
            "\n<<<<<<< HEAD\n\"x\":1,\n=======\n\"x\":2,\n>>>>>>> other\n\"methods\"",
        );
        let mut tar = vec![b'a'; 257];
        tar.extend(b"ustar");
        let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        for (bytes, what, advice) in [
            (lfs.as_bytes(), "Git LFS pointer", "git lfs pull"),
            (
                b"/annex/objects/SHA256E-s1--a.iprof",
                "git-annex",
                "git annex get",
            ),
            (b"\n<!DOCTYPE HTML>\n<html>", "HTML page", "download"),
            (b"<html lang=\"en\">", "HTML page", "download"),
            (
                b"<?xml version='1.0'?>\n<hotspot_log version='160 1'>",
                "JVM logged",
                "from-hotspot",
            ),
            (b"<?xml version='1.0'?>", "XML", ".iprof"),
            (b"404: Not Found", "download", "again"),
            (b"\x28\xb5\x2f\xfd\x04", "zstd", "zstd -d"),
            (b"\xfd7zXZ\0\0", "xz", "xz -d"),
            (b"BZh91AY", "bzip2", "bzip2 -d"),
            (b"\x04\x22\x4d\x18", "lz4", "lz4 -d"),
            (b"PK\x03\x04\x14", "ZIP archive", "unpack"),
            (b"PK\x05\x06", "ZIP archive", "name"),
            (&tar, "tar archive", "tar -xf"),
            (&utf16_with_mark, "UTF-16", "iconv"),
            (b"\xfe\xff\0{", "UTF-16", "iconv"),
            (&utf16, "UTF-16", "UTF-16LE"),
            (b"\0{\0}", "UTF-16", "UTF-16BE"),
            (marked.as_bytes(), "byte order mark", "sed"),
            (conflict.as_bytes(), "merge conflict", "git checkout --ours"),
            (inside.as_bytes(), "merge conflict", "git checkout --ours"),
            (b"\x7fELF\x02", "a program", ".iprof"),
            (b"\xca\xfe\xba\xbe", "class file", ".iprof"),
            (b"FLR\0\0", "JFR", "from-hotspot"),
            (b"PERFILE2", "perf", ".iprof"),
            (b"\xfflprofr\x81", "LLVM", ".iprof"),
            (
                b"{\"version\":\"1.0.0\",\"types\":1,\"methods\":1}\n{\"section\":\"c",
                "JSON lines",
                "made of",
            ),
            (b"{\"schema_version\":1,\"run\":3}", "report", ".iprof"),
        ] {
            let damage = damage(bytes);
            assert_eq!(damage.kind, DamageKind::Foreign, "{what}: {damage}");
            assert!(damage.message.contains(what), "{what}: {damage}");
            let said = damage.advice.unwrap_or_default();
            assert!(said.contains(advice), "{what}: {said}");
        }
    }

    #[test]
    fn an_empty_file_and_one_that_is_merely_broken_stay_what_they_are() {
        let empty = damage(b" \n");
        assert_eq!(empty.kind, DamageKind::Empty);
        assert!(empty.advice.is_some());
        let cut = damage(&SMALL.as_bytes()[..700]);
        assert_eq!((cut.kind, cut.advice), (DamageKind::Truncated, None));
    }
}
