//! Columns, numbers and shares as people read them.

use comfy_table::{Cell, CellAlignment, Table, presets};

/// Aligned columns without lines; numbers to the right. Nothing is cut or wrapped: a name is there to be copied.
pub(in crate::cli) struct Columns {
    table: Table,
    right: Vec<bool>,
}

impl Columns {
    /// Columns with these headings; those that begin with `>` are aligned to the right.
    pub(in crate::cli) fn new(headings: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let right: Vec<bool> = headings.iter().map(|text| text.starts_with('>')).collect();
        let mut columns = Self { table, right };
        let header = headings
            .iter()
            .map(|text| text.trim_start_matches('>').to_owned());
        let header = columns.cells(header.collect());
        columns.table.set_header(header);
        columns
    }

    /// Adds a row.
    pub(in crate::cli) fn row(&mut self, row: Vec<String>) {
        let cells = self.cells(row);
        self.table.add_row(cells);
    }

    fn cells(&self, row: Vec<String>) -> Vec<Cell> {
        let align = |(text, right): (String, &bool)| {
            let cell = Cell::new(harmless(&text));
            match right {
                true => cell.set_alignment(CellAlignment::Right),
                false => cell,
            }
        };
        row.into_iter().zip(&self.right).map(align).collect()
    }

    /// The whole table, each line ended.
    pub(in crate::cli) fn text(self) -> String {
        let lines = self
            .table
            .lines()
            .map(|line| format!("{}\n", line.trim_end()));
        lines.collect()
    }
}

/// Text from a file without what a terminal would obey: control characters are marked.
pub(super) fn harmless(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// `23,929,230,826`
pub(in crate::cli) fn count(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12.3 %`; unknown is a dash. What is not quite all or nothing does not read as all or nothing.
pub(in crate::cli) fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        Some(share) if share > 0.0 && share < 0.0005 => "<0.1 %".to_owned(),
        Some(share) if share < 1.0 && share > 0.9995 => ">99.9 %".to_owned(),
        Some(share) => format!("{:.1} %", share * 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn almost_all_is_not_all_and_unknown_is_not_zero() {
        assert_eq!(percent(Some(0.99999)), ">99.9 %");
        assert_eq!(percent(Some(0.00001)), "<0.1 %");
        assert_eq!(
            (percent(Some(1.0)), percent(Some(0.0))),
            ("100.0 %".into(), "0.0 %".into())
        );
        assert_eq!(percent(None), "–");
    }

    #[test]
    fn columns_are_aligned() {
        let mut columns = Columns::new(&[">calls", "method"]);
        columns.row(vec!["7".into(), "a.B.c()".into()]);
        assert_eq!(columns.text(), " calls  method\n     7  a.B.c()\n");
    }

    #[test]
    fn names_cannot_command_the_terminal() {
        let mut columns = Columns::new(&["method"]);
        columns.row(vec!["a\n\u{1b}[31m".into()]);
        assert_eq!(columns.text(), " method\n a\u{fffd}\u{fffd}[31m\n");
    }
}
