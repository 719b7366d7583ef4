//! The few shapes that the plots are made of: inline SVG, coloured by the page's style sheet, with a word for each mark.

use std::fmt::{Display, Write};

use super::lettering;

/// The width of every plot in its own units: about that of a phone, so that its text is readable there.
pub(super) const WIDTH: f64 = 400.0;

/// From one line of a label to the next.
const LINE: f64 = 13.0;
/// The most that a column of labels takes, and what is left free behind it.
const COLUMN: f64 = 140.0;
const GAP: f64 = 10.0;

/// How much room these labels have, and where what stands behind them begins.
pub(super) fn column<'a>(labels: impl Iterator<Item = &'a str>) -> (f64, f64) {
    let lines = labels.flat_map(|label| lettering::lines(label, COLUMN, 2));
    let widest = lines.map(|line| lettering::width(&line, lettering::TEXT));
    let room = widest.fold(0.0, f64::max);
    (room, room + GAP)
}

/// Where a plot begins whose heights have these numbers at the left.
pub(super) fn left_of(scale: &Scale, words: impl Fn(f64) -> String) -> f64 {
    let widths = scale.ticks().into_iter().map(words);
    let widths = widths.map(|words| lettering::width(&words, lettering::TICK));
    widths.fold(0.0, f64::max) + TICK_GAP
}

/// From the numbers at the left to the plot.
const TICK_GAP: f64 = 4.0;

/// Text as it may stand in HTML.
pub(super) fn escape(text: impl Display) -> String {
    text.to_string()
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A plot that is being drawn.
pub(super) struct Plot {
    height: f64,
    title: String,
    body: String,
}

/// Which side of a point a text is on.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Plot {
    /// An empty plot of this height; `title` says what it shows to those who cannot see it.
    pub(super) fn new(height: f64, title: impl Display) -> Self {
        Self {
            height,
            title: escape(title),
            body: String::new(),
        }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.body
            .write_fmt(text)
            .expect("a string takes everything");
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        self.push(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="{class}"/>"#
        ));
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.push(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{}</text>"#,
            escape(text)
        ));
    }

    /// A label at the left, in one line or two around the height `y`, in at most so much room; the whole of it where it was cut.
    pub(super) fn label(&mut self, y: f64, room: f64, text: &str) {
        let lines = lettering::lines(text, room, 2);
        let whole = match lines.join(" ") == text {
            true => String::new(),
            false => format!("<title>{}</title>", escape(text)),
        };
        let first = y + 4.0 - LINE / 2.0 * (lines.len() - 1) as f64;
        for (index, line) in lines.iter().enumerate() {
            let y = LINE.mul_add(index as f64, first);
            self.push(format_args!(
                r#"<text x="0.0" y="{y:.1}" text-anchor="start" class="name">{whole}{}</text>"#,
                escape(line)
            ));
        }
    }

    pub(super) fn circle(&mut self, (x, y): (f64, f64), r: f64, class: &str, word: &str) {
        self.push(format_args!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{r:.1}" class="{class}"><title>{}</title></circle>"#,
            escape(word)
        ));
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), class: &str, word: &str) {
        // What is too small to see is there all the same.
        let w = w.max(1.0);
        self.push(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" rx="1.5" class="{class}"><title>{}</title></rect>"#,
            escape(word)
        ));
    }

    pub(super) fn path(&mut self, points: &[(f64, f64)], class: &str) {
        let mut d = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            write!(d, "{command}{x:.1} {y:.1}").expect("a string takes everything");
        }
        self.push(format_args!(r#"<path d="{d}" class="{class}"/>"#));
    }

    /// Grid lines and numbers below for `scale`, from `top` to `bottom`.
    pub(super) fn x_axis(
        &mut self,
        scale: &Scale,
        (top, bottom): (f64, f64),
        words: impl Fn(f64) -> String,
    ) {
        for tick in scale.ticks() {
            let x = scale.at(tick);
            self.line((x, top), (x, bottom), "grid");
            self.text((x, bottom + 14.0), Anchor::Middle, "tick", &words(tick));
        }
    }

    /// Grid lines and numbers at the left for `scale`, from `left` to `right`.
    pub(super) fn y_axis(
        &mut self,
        scale: &Scale,
        (left, right): (f64, f64),
        words: impl Fn(f64) -> String,
    ) {
        for tick in scale.ticks() {
            let y = scale.at(tick);
            self.line((left, y), (right, y), "grid");
            self.text(
                (left - TICK_GAP, y + 4.0),
                Anchor::End,
                "tick",
                &words(tick),
            );
        }
    }

    /// The whole element.
    pub(super) fn finish(self) -> String {
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{}\">{}</svg>\n",
            self.height, self.title, self.body
        )
    }
}

/// Values to places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    /// From `low` to `high` evenly; a range of nothing is widened.
    pub(super) fn linear((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let wide = (high - low).max(high.abs() * 1e-3).max(1e-9);
        Self {
            low,
            high: low + wide,
            from,
            to,
            logarithmic: false,
        }
    }

    /// By ratios; `low` is above zero.
    pub(super) fn logarithmic((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self {
            low,
            high: high.max(low * 1.01),
            from,
            to,
            logarithmic: true,
        }
    }

    /// By ratios where the values differ by more than a factor of eight.
    pub(super) fn fitting((low, high): (f64, f64), place: (f64, f64)) -> Self {
        if low > 0.0 && high / low > 8.0 {
            return Self::logarithmic((low * 0.9, high * 1.1), place);
        }
        let margin = ((high - low) * 0.08).max(high.abs() * 0.02);
        Self::linear(((low - margin).max(0.0), high + margin), place)
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// Round values inside, four or five where they can be had.
    pub(super) fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let steps: &[f64] = match (self.high / self.low).log10() {
                decades if decades > 3.0 => &[1.0],
                decades if decades > 1.2 => &[1.0, 3.0],
                _ => &[1.0, 2.0, 5.0],
            };
            let (first, last) = (
                self.low.log10().floor() as i32,
                self.high.log10().ceil() as i32,
            );
            let ticks: Vec<f64> = (first..=last)
                .flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power)))
                .filter(|tick| (self.low..=self.high).contains(tick))
                .collect();
            if ticks.len() > 1 {
                return ticks;
            }
        }
        let rough = (self.high - self.low) / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|factor| factor * power)
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|n| n as f64 * step).collect()
    }
}

/// A number with as many digits as tell it from its neighbours.
pub(super) fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        1_000_000.0.. => format!("{:.1}M", value / 1e6),
        10_000.0.. => format!("{:.0}k", value / 1e3),
        1_000.0.. => format!("{:.1}k", value / 1e3),
        10.0.. => format!("{value:.0}"),
        1.0.. => trimmed(format!("{value:.1}")),
        _ => trimmed(format!("{value:.3}")),
    }
}

fn trimmed(number: String) -> String {
    number
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks = |scale: Scale| scale.ticks();
        assert_eq!(ticks(Scale::linear((-12.0, 31.0), (0.0, 1.0))), [0.0, 20.0]);
        assert_eq!(
            ticks(Scale::linear((0.0, 1.0), (0.0, 1.0))),
            [0.0, 0.5, 1.0]
        );
        assert_eq!(
            ticks(Scale::logarithmic((0.8, 120.0), (0.0, 1.0))),
            [1.0, 3.0, 10.0, 30.0, 100.0]
        );
    }

    #[test]
    fn places_stay_on_the_plot_and_equal_values_have_one() {
        let scale = Scale::fitting((5.0, 5.0), (0.0, 100.0));
        assert!((0.0..=100.0).contains(&scale.at(5.0)));
        let scale = Scale::logarithmic((1.0, 100.0), (0.0, 100.0));
        assert!((scale.at(10.0) - 50.0).abs() < 1e-9);
        assert_eq!(scale.at(1e9), 100.0);
    }

    #[test]
    fn names_cannot_break_out_of_the_page() {
        let mut plot = Plot::new(10.0, "<script>");
        plot.text((0.0, 0.0), Anchor::Start, "tick", "a & \"b\" <c>");
        let svg = plot.finish();
        assert!(svg.contains("a &amp; &quot;b&quot; &lt;c&gt;") && !svg.contains("<script>"));
    }

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, 0.25, 1.5, 3.0, 42.4, 1234.0, 56_789.0, 2.5e6].map(short);
        assert_eq!(
            shown,
            ["0", "0.25", "1.5", "3", "42", "1.2k", "57k", "2.5M"]
        );
    }
}
