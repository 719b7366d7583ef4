//! How much room text takes on a plot. Nobody knows the reader's font, so a label gets the room that it needs in the widest
//! of those that the style sheet names, DejaVu Sans, and is broken or cut where it would need more than there is.

/// The size of names and values, as the style sheet says.
pub(super) const TEXT: f64 = 12.0;
/// The size of ticks.
pub(super) const TICK: f64 = 11.0;
/// What stands for the rest of a label that was cut.
const CUT: char = '…';

/// The widths of the characters, in hundredths of the font's size, rounded up: the advance widths of DejaVu Sans.
const WIDTHS: [(f64, &str); 9] = [
    (30.0, "'Iijl"),
    (36.0, " ,./:;\\|"),
    (42.0, "!()-[]ftr"),
    (54.0, "\"*?_`sz"),
    (60.0, "Fcvxyk"),
    (64.0, "$0123456789ELTYabdeghnopqu{}"),
    (70.0, "ABCJKPRSVXZ"),
    (84.0, "#&+<=>DGHNOQU^w~"),
    (100.0, "%@MWm"),
];

/// An upper bound of the width of `text` in letters of `size`.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(hundredths).sum::<f64>() * size / 100.0
}

fn hundredths(c: char) -> f64 {
    let known = WIDTHS.iter().find(|(_, chars)| chars.contains(c));
    // The others are as wide as the font is high, at most.
    known.map_or(100.0, |(width, _)| *width)
}

/// `text` in at most `most` lines of at most `room`: broken between words, cut where that is not enough.
pub(super) fn lines(text: &str, room: f64, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always one");
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if line.is_empty() || width(&longer, TEXT) <= room {
            *line = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    lines.into_iter().map(|line| cut(line, room)).collect()
}

fn cut(line: String, room: f64) -> String {
    if width(&line, TEXT) <= room {
        return line;
    }
    let mut kept = line;
    while !kept.is_empty() && width(&kept, TEXT) + width(&CUT.to_string(), TEXT) > room {
        kept.pop();
    }
    kept.push(CUT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_bounds_of_what_the_widest_font_needs() {
        // Advance widths of DejaVu Sans 2.37, in hundredths: `hmtx` of the font.
        for (text, needed) in [
            ("latency, P90", 618.5),
            ("cold start, page cache dropped", 1563.2),
            ("hotspot-cds", 586.5),
            ("MMMM", 345.2),
            ("+12 %", 337.8),
        ] {
            let bound = width(text, 100.0);
            assert!(bound >= needed, "{text}: {bound}");
            assert!(bound <= needed * 1.25, "{text}: {bound}");
        }
        assert_eq!(width("日本", 100.0), 200.0);
    }

    #[test]
    fn labels_are_broken_between_words_and_cut_where_that_is_not_enough() {
        assert_eq!(lines("throughput", 140.0, 2), ["throughput"]);
        let broken = lines("cold start, page cache dropped", 140.0, 2);
        assert_eq!(broken, ["cold start, page", "cache dropped"]);
        for text in [
            "./a/very/long/path/of/somebody/else/app",
            "one two three four five six seven eight nine ten",
        ] {
            let cut = lines(text, 100.0, 2);
            assert!(
                cut.len() <= 2 && cut.last().is_some_and(|line| line.ends_with(CUT)),
                "{cut:?}"
            );
            assert!(cut.iter().all(|line| width(line, TEXT) <= 100.0), "{cut:?}");
        }
    }
}
