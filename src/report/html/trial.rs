//! A controller's trial as one page: the verdict, its interval beside zero and the limit, every pair of workers.

use super::svg::{Anchor, Plot, Scale, WIDTH, escape, left_of, short};
use super::{FOOT, head};
use crate::report::trial::{Outcome, TrialReport};

const RIGHT: f64 = WIDTH - 12.0;

/// Renders the whole page.
pub fn trial_page(trial: &TrialReport) -> String {
    let class = match trial.verdict.outcome {
        Outcome::Better | Outcome::NotWorse => "pass",
        Outcome::Worse => "worse",
        Outcome::CannotTell => "open",
    };
    let mut page = head(&format!("{}: trial", trial.function));
    page += &format!(
        "<h1>{}</h1>\n<p class=\"soft\">{}</p>\n<p class=\"card verdict {class}\">{}</p>\n",
        escape(&trial.function),
        escape(trial.title()),
        escape(trial.verdict_line())
    );
    let plots = [
        ("Change of the mean latency", interval(trial)),
        ("Pair by pair", pairs(trial)),
    ];
    let plots = plots.iter().filter(|(_, plot)| !plot.is_empty());
    let cards = plots.map(|(title, plot)| {
        format!("<section class=\"card\">\n<h2>{title}</h2>\n{plot}\n</section>\n")
    });
    page += &format!(
        "<div class=\"grid\">\n{}</div>\n",
        cards.collect::<String>()
    );
    page += &card("Figures", &trial.header(), &trial.figures());
    if !trial.pairs().is_empty() {
        page += &card(
            "Pairs of workers",
            &trial.pairs_header(),
            &trial.pair_rows(),
        );
    }
    page + FOOT
}

fn card(title: &str, header: &[String], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String], tag: &str| {
        let cells = cells
            .iter()
            .map(|cell| format!("<{tag}>{}</{tag}>", escape(cell)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let body: String = rows.iter().map(|cells| row(cells, "td")).collect();
    format!(
        "<section class=\"card\">\n<h2>{title}</h2>\n<div class=\"scroll\"><table>\n{}{body}</table></div>\n</section>\n",
        row(header, "th")
    )
}

/// The change with its interval, beside zero and the limit.
fn interval(trial: &TrialReport) -> String {
    let verdict = &trial.verdict;
    let (Some(percent), Some(low), Some(high)) =
        (verdict.latency_percent, verdict.low, verdict.high)
    else {
        return String::new();
    };
    let limit = trial.max_worse_percent;
    let least = low.min(-2.0);
    let most = high.max(limit.unwrap_or(0.0)).max(2.0);
    let margin = (most - least) * 0.06;
    let (top, bottom, middle) = (20.0, 60.0, 40.0);
    let scale = Scale::linear((least - margin, most + margin), (12.0, RIGHT));
    let mut plot = Plot::new(bottom + 22.0, "change in percent with its interval");
    plot.x_axis(&scale, (top, bottom), |percent| match percent {
        0.0 => "0".to_owned(),
        _ => format!("{percent:+.0} %"),
    });
    let class = match verdict.outcome {
        Outcome::Better => "better",
        Outcome::Worse => "worse",
        Outcome::NotWorse | Outcome::CannotTell => "open",
    };
    plot.line(
        (scale.at(low), middle),
        (scale.at(high), middle),
        &format!("interval {class}"),
    );
    let word = format!("{percent:+.1} % [{low:+.1}, {high:+.1}]");
    let place = (scale.at(percent), middle);
    plot.circle(place, 5.0, &format!("dot {class}"), &word);
    let zero = scale.at(0.0);
    plot.line((zero, top), (zero, bottom), "zero");
    if let Some(limit) = limit {
        let x = scale.at(limit);
        plot.line((x, top), (x, bottom), "interval worse");
        plot.text((x, top - 6.0), Anchor::End, "tick", "limit");
    }
    plot.finish()
}

/// Both workers of every pair, in the order in which they were measured.
fn pairs(trial: &TrialReport) -> String {
    let pairs = trial.pairs();
    let all = || pairs.iter().flat_map(|(one, other)| [*one, *other]);
    let (Some(low), Some(high)) = (all().min_by(f64::total_cmp), all().max_by(f64::total_cmp))
    else {
        return String::new();
    };
    let (top, bottom) = (8.0, 190.0);
    let y = Scale::fitting((low, high), (bottom, top));
    let words = |ms| format!("{} ms", short(ms));
    let left = left_of(&y, words);
    let last = pairs.len().max(2) as f64;
    let x = Scale::linear((1.0, last), (left + 8.0, RIGHT - 4.0));
    let mut plot = Plot::new(bottom + 20.0, "mean latency of every pair of workers");
    plot.y_axis(&y, (left, RIGHT), words);
    let sides = trial.sides();
    let of = |side: usize, pair: &(f64, f64)| match side {
        0 => pair.0,
        _ => pair.1,
    };
    for (side, name) in sides.iter().enumerate() {
        let points: Vec<(f64, f64)> = pairs
            .iter()
            .enumerate()
            .map(|(place, pair)| (x.at(place as f64 + 1.0), y.at(of(side, pair))))
            .collect();
        plot.path(&points, &format!("thread c{side}"));
        for (place, (point, pair)) in points.iter().zip(pairs).enumerate() {
            let word = format!("{name}, pair {}: {:.3} ms", place + 1, of(side, pair));
            plot.circle(*point, 3.6, &format!("dot c{side}"), &word);
        }
    }
    plot.text(
        ((left + RIGHT) / 2.0, bottom + 15.0),
        Anchor::Middle,
        "tick",
        "pairs of workers in the order of measurement →",
    );
    let key = sides
        .iter()
        .enumerate()
        .map(|(side, name)| format!("<span><i class=\"k{side}\"></i>{}</span>", escape(name)));
    format!(
        "<p class=\"key\">{}</p>\n{}",
        key.collect::<String>(),
        plot.finish()
    )
}
