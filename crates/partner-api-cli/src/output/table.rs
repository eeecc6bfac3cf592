//! Tables and records for people.

use unicode_width::UnicodeWidthStr as _;

use super::cell::{Cell, Field};

const BOLD: anstyle::Style = anstyle::Style::new().bold();

/// A header and a line for each row, in columns.
pub(super) fn table(fields: &[Field], rows: &[Vec<Cell>]) -> String {
    let heads: Vec<String> = fields.iter().map(|it| head(*it).to_uppercase()).collect();
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|cells| cells.iter().map(clean).collect())
        .collect();
    let widths: Vec<usize> = (0..fields.len())
        .map(|column| {
            let cells = shown.iter().map(|row| row[column].width());
            cells.chain([heads[column].width()]).max().unwrap_or(0)
        })
        .collect();
    let at_right: Vec<bool> = (0..fields.len())
        .map(|column| rows.iter().any(|row| row[column].is_numeric()))
        .collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).zip(&at_right);
        let padded = cells.map(|((text, width), at_right)| {
            let space = " ".repeat(width - text.width());
            match at_right {
                true => format!("{space}{text}"),
                false => format!("{text}{space}"),
            }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = format!("{BOLD}{}{BOLD:#}\n", line(&heads));
    for row in &shown {
        text.push_str(&line(row));
        text.push('\n');
    }
    text
}

/// A line for each field.
pub(super) fn record(fields: &[Field], cells: &[Cell]) -> String {
    let width = fields.iter().map(|it| it.name.width()).max().unwrap_or(0);
    let lines = fields.iter().zip(cells).map(|(field, cell)| {
        let space = " ".repeat(width - field.name.width());
        format!("{BOLD}{}{BOLD:#}{space}  {}\n", head(*field), clean(cell))
    });
    lines.collect()
}

fn head(field: Field) -> String {
    field.name.replace('_', " ")
}

/// What the other side wrote does not get to move a terminal's cursor.
fn clean(cell: &Cell) -> String {
    let text = cell.shown();
    text.chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::cell::{money, text};
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        let fields = [text("id"), money("amount"), text("note")];
        let row = |id: &str, amount: &str, note: &str| {
            let money: partner_api::Money = amount.parse().unwrap();
            vec![Cell::text(id), money.into(), Cell::text(note)]
        };
        let rows = [
            row("a", "1 eur", "\u{1b}[2Jx"),
            row("日本", "1000.5 eur", ""),
        ];
        expect![[r#"
            ID         AMOUNT  NOTE
            a        1.00 eur   [2Jx
            日本  1000.50 eur
        "#]]
        .assert_eq(&plain(&table(&fields, &rows)));
    }

    #[test]
    fn a_record_has_a_line_for_each_field() {
        let fields = [text("id"), text("created_at")];
        let cells = [Cell::text("a"), Cell::Nothing];
        expect![[r#"
            id          a
            created at  -
        "#]]
        .assert_eq(&plain(&record(&fields, &cells)));
    }
}
