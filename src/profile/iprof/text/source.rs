//! Where a profile's bytes come from: a file or standard input, plain or gzip (told by content), never more than a limit.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::damage::{Damage, DamageKind};

/// The default limit for one unpacked profile: 256 MiB, some thirty times the largest profile known.
pub const DEFAULT_MAX_BYTES: u64 = 256 << 20;

/// No limit may be larger: offsets inside a profile are 32 bits wide.
pub const HIGHEST_MAX_BYTES: u64 = (u32::MAX >> 1) as u64;

/// How the bytes were packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// As they are.
    Plain,
    /// In gzip.
    Gzip,
}

/// Asks the allocator to keep the pages that one profile needs for the next one, where many are read in a row.
///
/// glibc gives blocks back to the kernel as soon as they are larger than any it has seen freed, and the kernel must then
/// clear new pages for every file: half as much time again as parsing takes. It has now seen a large one freed (it was never
/// touched, so it costs nothing). Other allocators do not mind.
pub fn keep_pages() {
    const LARGEST_GLIBC_LEARNS_FROM: usize = 31 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(
        LARGEST_GLIBC_LEARNS_FROM,
    )));
}

/// Reads `path` (`-` is standard input) into `buffer`, unpacked; what was in `buffer` is gone.
///
/// Fails with the reason if the file cannot be read, is corrupt gzip, or unpacks to more than `max_bytes`. At most
/// `max_bytes` and one are ever held.
pub fn read_into(path: &Path, max_bytes: u64, buffer: &mut Vec<u8>) -> Result<Packing, Damage> {
    let max_bytes = max_bytes.min(HIGHEST_MAX_BYTES);
    let unreadable = |error: &io::Error| {
        Damage::without_place(
            DamageKind::Unreadable,
            format!("could not be read: {error}"),
        )
    };
    if path == Path::new("-") {
        return read_from(io::stdin().lock(), max_bytes, buffer);
    }
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let length = file.metadata().map_err(|error| unreadable(&error))?.len();
    if length > max_bytes {
        return Err(too_large(Some(length), max_bytes));
    }
    buffer.clear();
    buffer.reserve(length as usize + 1);
    read_from(file, max_bytes, buffer)
}

/// Reads everything from `reader` into `buffer`, unpacked.
pub fn read_from(
    reader: impl Read,
    max_bytes: u64,
    buffer: &mut Vec<u8>,
) -> Result<Packing, Damage> {
    buffer.clear();
    let read = reader.take(max_bytes + 1).read_to_end(buffer);
    read.map_err(|error| {
        let message = format!("could not be read: {error}");
        Damage::new(DamageKind::Unreadable, buffer.len(), message)
    })?;
    if buffer.len() as u64 > max_bytes {
        return Err(too_large(None, max_bytes));
    }
    if !buffer.starts_with(&[0x1f, 0x8b]) {
        return Ok(Packing::Plain);
    }
    let packed = std::mem::take(buffer);
    let unpacked = MultiGzDecoder::new(packed.as_slice())
        .take(max_bytes + 1)
        .read_to_end(buffer);
    unpacked.map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => "is cut off".to_owned(),
            _ => format!("is damaged ({error})"),
        };
        let message = format!("the gzip stream {what}: the text ends, unpacked,");
        Damage::new(DamageKind::Gzip, buffer.len(), message)
            .advise("copy or download the file again; `gzip -t FILE` tests it")
    })?;
    if buffer.len() as u64 > max_bytes {
        return Err(too_large(None, max_bytes));
    }
    Ok(Packing::Gzip)
}

/// Bytes in memory that refuse to become more than a limit: names can be said far more often than they are written.
#[derive(Debug)]
pub struct Bounded {
    bytes: Vec<u8>,
    max: usize,
}

impl Bounded {
    /// Room for `max` bytes.
    pub fn new(max: u64) -> Self {
        Self {
            bytes: Vec::new(),
            max: max as usize,
        }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Why nothing more can be written.
    pub fn full(&self, what: &str) -> Damage {
        let message = format!("{what} would be more than {} MiB", self.max >> 20);
        Damage::without_place(DamageKind::TooLarge, message)
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.max - self.bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn too_large(length: Option<u64>, max_bytes: u64) -> Damage {
    let what = match length {
        Some(length) => format!("{} MiB is", length >> 20),
        None => "it unpacks to".to_owned(),
    };
    let message = format!("{what} more than the limit of {} MiB", max_bytes >> 20);
    Damage::without_place(DamageKind::TooLarge, message)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_told_by_content() {
        let mut buffer = Vec::new();
        let packing = read_from(packed(b"{}").as_slice(), 100, &mut buffer);
        assert_eq!(
            (packing, buffer.as_slice()),
            (Ok(Packing::Gzip), &b"{}"[..])
        );
        let packing = read_from(&b"{}"[..], 100, &mut buffer);
        assert_eq!(
            (packing, buffer.as_slice()),
            (Ok(Packing::Plain), &b"{}"[..])
        );
    }

    #[test]
    fn a_gzip_bomb_is_stopped_at_the_limit() {
        let mut buffer = Vec::new();
        let bomb = packed(&vec![b' '; 1 << 20]);
        let damage = read_from(bomb.as_slice(), 100_000, &mut buffer).unwrap_err();
        assert_eq!(damage.kind, DamageKind::TooLarge);
        assert!(buffer.len() <= 100_001);
    }

    #[test]
    fn bounded_bytes_stay_bounded() {
        let mut bounded = Bounded::new(4);
        assert!(bounded.write_all(b"abc").is_ok());
        assert!(bounded.write_all(b"de").is_err());
        assert!(bounded.write_all(b"d").is_ok());
        assert_eq!(bounded.into_bytes(), b"abcd");
    }

    #[test]
    fn a_cut_gzip_stream_is_damage() {
        let mut buffer = Vec::new();
        let whole = packed(b"{\"version\":\"1.0.0\"}");
        let damage = read_from(&whole[..whole.len() - 9], 1000, &mut buffer).unwrap_err();
        assert_eq!(damage.kind, DamageKind::Gzip);
    }

    #[test]
    fn a_file_over_the_limit_is_refused_before_it_is_read() {
        let mut buffer = Vec::new();
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(500 << 20).unwrap();
        let damage = read_into(file.path(), DEFAULT_MAX_BYTES, &mut buffer).unwrap_err();
        assert_eq!(
            damage.to_string(),
            "500 MiB is more than the limit of 256 MiB"
        );
        assert_eq!(buffer.capacity(), 0);
    }
}
