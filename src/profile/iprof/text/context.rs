//! Contexts: `3236:11<4669:2` is byte code index 11 of method 3236, inlined into method 4669 at index 2.
//!
//! Leaf first, callers to the right. 0.2.0 writes `,` instead of `<`. A byte code index may be negative (the special
//! values of JVMCI); a method id may not.

/// One position in a method. What `method` counts in (ids of a file, rows of a table, symbols) is its owner's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frame<M> {
    /// Which method.
    pub method: M,
    /// The byte code index, or a special value below zero.
    pub bci: i32,
}

/// The context of a monitor entry: it stands for nothing and is never an id.
pub const MONITOR_CONTEXT: &str = "0:0";

/// A context that does not follow the pattern `id:bci<id:bci…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Calls `each` with every frame of `context`, leaf first.
pub fn frames(context: &str, mut each: impl FnMut(Frame<i64>)) -> Result<(), Malformed> {
    let mut bytes = context.as_bytes();
    loop {
        let (method, rest) = digits(bytes)?;
        let rest = match rest {
            [b':', rest @ ..] => rest,
            _ => return Err(Malformed),
        };
        let (negative, rest) = match rest {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, rest),
        };
        let (bci, rest) = digits(rest)?;
        let bci = i32::try_from(if negative { -bci } else { bci }).map_err(|_| Malformed)?;
        each(Frame { method, bci });
        bytes = match rest {
            [] => return Ok(()),
            [b'<' | b',', rest @ ..] => rest,
            _ => return Err(Malformed),
        };
    }
}

/// Reads a run of digits; a number with more than 18 of them is no id.
fn digits(bytes: &[u8]) -> Result<(i64, &[u8]), Malformed> {
    let mut value = 0_i64;
    let mut at = 0;
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        if at == 18 {
            return Err(Malformed);
        }
        value = value * 10 + i64::from(digit);
        at += 1;
    }
    if at == 0 {
        return Err(Malformed);
    }
    Ok((value, &bytes[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(context: &str) -> Result<Vec<(i64, i32)>, Malformed> {
        let mut out = Vec::new();
        frames(context, |frame| out.push((frame.method, frame.bci)))?;
        Ok(out)
    }

    #[test]
    fn frames_come_leaf_first_with_both_separators() {
        assert_eq!(
            all("3236:11<4669:2<19551:34"),
            Ok(vec![(3236, 11), (4669, 2), (19551, 34)])
        );
        assert_eq!(
            all("3225:5,3225:-6,6354:-6"),
            Ok(vec![(3225, 5), (3225, -6), (6354, -6)])
        );
    }

    #[test]
    fn what_is_no_context_is_malformed() {
        for text in [
            "",
            ":",
            "1",
            "1:",
            ":1",
            "1:2<",
            "<1:2",
            "1:--2",
            "-1:2",
            "1:2 ",
            "a:1",
            "1:2;3:4",
            "1:2147483648",
            "1:9999999999999999999999",
            "1234567890123456789:0",
        ] {
            assert_eq!(all(text), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn the_least_byte_code_index_is_read() {
        assert_eq!(all("1:-2147483648"), Ok(vec![(1, i32::MIN)]));
    }
}
