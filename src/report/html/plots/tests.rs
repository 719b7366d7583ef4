//! No label lies on what it labels, in the plots' own coordinates.

use super::super::lettering::{TEXT, width};
use super::*;
use crate::report::Metrics;
use crate::stats::Estimate;
use crate::variant::Variant;

/// A box: left, right, top, bottom.
type Place = (f64, f64, f64, f64);

/// Every element of that name: its attributes, and its own text.
fn elements<'a>(svg: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let of = |rest: &'a str| {
        let (attributes, rest) = rest.split_once('>').expect("it ends");
        let text = rest.rsplit("</title>").next().unwrap_or(rest);
        (attributes, text)
    };
    let mut found = Vec::new();
    for part in svg.split(&format!("<{name} ")).skip(1) {
        let part = part.split(&format!("</{name}>")).next().unwrap_or(part);
        found.push(of(part));
    }
    found
}

fn number(attributes: &str, name: &str) -> f64 {
    let attributes = format!(" {attributes}");
    let (_, rest) = attributes
        .split_once(&format!(" {name}=\""))
        .unwrap_or_else(|| panic!("`{name}` in {attributes}"));
    let number = rest.split('"').next().unwrap_or_default();
    number.parse().expect("it is a number")
}

fn texts(svg: &str) -> Vec<Place> {
    let of = |(attributes, text): (&str, &str)| {
        let text = text.replace("&lt;", "<").replace("&gt;", ">");
        let (x, y, wide) = (
            number(attributes, "x"),
            number(attributes, "y"),
            width(&text, TEXT),
        );
        let left = match attributes {
            end if end.contains("\"end\"") => x - wide,
            middle if middle.contains("\"middle\"") => x - wide / 2.0,
            _ => x,
        };
        (left, left + wide, y - TEXT, y + 3.0)
    };
    let not_ticks = |(attributes, _): &(&str, &str)| !attributes.contains("\"tick\"");
    elements(svg, "text")
        .into_iter()
        .filter(not_ticks)
        .map(of)
        .collect()
}

/// What shows figures: whiskers, dots, bars, and the bands of the noise floor.
fn marks(svg: &str) -> Vec<Place> {
    let mut marks = Vec::new();
    for (line, _) in elements(svg, "line") {
        if line.contains("interval") {
            let (x1, x2, y) = (number(line, "x1"), number(line, "x2"), number(line, "y1"));
            marks.push((x1 - 1.5, x2 + 1.5, y - 1.5, y + 1.5));
        }
    }
    for (dot, _) in elements(svg, "circle") {
        let (x, y, r) = (number(dot, "cx"), number(dot, "cy"), number(dot, "r"));
        marks.push((x - r, x + r, y - r, y + r));
    }
    for (rect, _) in elements(svg, "rect") {
        let (x, y) = (number(rect, "x"), number(rect, "y"));
        marks.push((x, x + number(rect, "width"), y, y + number(rect, "height")));
    }
    for (path, _) in elements(svg, "path") {
        let points = path.split('"').nth(1).unwrap_or_default();
        let numbers = points
            .split([' ', 'M', 'L'])
            .filter(|word| !word.is_empty());
        let numbers: Vec<f64> = numbers
            .map(|word| word.parse().expect("it is a number"))
            .collect();
        let range = |from: usize| {
            let of = numbers.iter().skip(from).step_by(2);
            of.fold((f64::MAX, f64::MIN), |(low, high), x| {
                (low.min(*x), high.max(*x))
            })
        };
        let (left, right) = range(0);
        let (top, bottom) = range(1);
        marks.push((left, right, top, bottom));
    }
    marks
}

fn assert_apart(svg: &str) {
    let (texts, marks) = (texts(svg), marks(svg));
    assert!(!texts.is_empty() && !marks.is_empty(), "{svg}");
    for text in &texts {
        assert!(
            text.0 >= -0.1 && text.1 <= WIDTH,
            "{text:?} leaves the plot"
        );
        for mark in &marks {
            let apart =
                text.1 <= mark.0 || mark.1 <= text.0 || text.3 <= mark.2 || mark.3 <= text.2;
            assert!(apart, "{text:?} lies on {mark:?}");
        }
    }
}

fn compared(metric: Metric) -> Comparison {
    Comparison {
        baseline: Variant::Native.into(),
        saved_baseline: None,
        candidate: Variant::NativePgo.into(),
        metric,
        change_percent: -20.0,
        low: Some(-40.0),
        high: Some(3.0),
        verdict: Some(Verdict::Worse),
    }
}

fn measured() -> Report {
    let mut report = Report::for_tests();
    let figure = |value: f64| Estimate {
        low: Some(value * 0.9),
        high: Some(value * 1.1),
        ..Estimate::exact(value).expect("it is finite")
    };
    for (side, factor) in report.sides.iter_mut().zip([1.0, 1.4]) {
        side.side = Side::of_name(&format!(
            "./a/rather/long/path/of/an/application-{factor} --with arguments"
        ));
        side.metrics = Metrics::default()
            .with(Metric::ColdStartMs, Some(figure(1234.5 * factor)))
            .with(Metric::ImageSizeBytes, Some(figure(123_456_789.0 * factor)))
            .with(Metric::BuildSeconds, Some(figure(1234.5 * factor)));
        side.series.cold_starts_ms = (0..20).map(|n| factor * f64::from(1000 + n)).collect();
        side.series.latency_histogram = vec![Bin {
            from_ms: 1.0,
            to_ms: 1.1 * factor,
            count: 100,
        }];
    }
    report
}

#[test]
fn the_label_of_a_long_metric_is_beside_its_whisker() {
    let mut report = measured();
    let all: Vec<Comparison> = Metric::ALL.iter().map(|metric| compared(*metric)).collect();
    for metric in Metric::ALL {
        report.noise_floor.insert(*metric, 2.0);
    }
    assert_apart(&changes(&report, &all.iter().collect::<Vec<_>>()));
    // Where all are short the plot has the room.
    let short = compared(Metric::ThroughputRps);
    let svg = changes(&Report::for_tests(), &[&short]);
    let (_, first) = marks(&svg)
        .iter()
        .fold((0, f64::MAX), |(n, left), mark| (n + 1, left.min(mark.0)));
    assert!(first < 104.0, "{first}");
}

#[test]
fn long_names_of_sides_are_beside_their_figures() {
    let report = measured();
    assert_apart(&cold_starts(&report));
    assert_apart(&distributions(&report));
    for metric in [Metric::ImageSizeBytes, Metric::BuildSeconds] {
        let svg = bars(&report, metric);
        assert_apart(&svg);
        assert!(
            svg.contains("<title>./a/rather"),
            "the whole name is there: {svg}"
        );
    }
}

#[test]
fn numbers_at_the_left_of_a_plot_are_on_it() {
    let mut report = measured();
    for side in &mut report.sides {
        side.series.within_round_ms = vec![1234.5, 1250.0, 1300.0];
    }
    for (attributes, text) in elements(&within_a_round(&report), "text") {
        if attributes.contains("\"end\"") {
            assert!(
                number(attributes, "x") + 0.1 >= width(text, 11.0),
                "{text}: {attributes}"
            );
        }
    }
}
