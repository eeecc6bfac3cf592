#![doc = include_str!("../../docs/errors.md")]

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::page;
    use crate::words::{AccessDenied, known};

    /// The page that the table gives.
    fn written() -> String {
        let mut page = String::from(
            "# Every known error of the Partner API\n\n\
             Written from the table in `words/refusals.rs`; `UPDATE_PAGES=1 cargo test -p partner-api-types` writes it \
             anew.\n\n\
             Key on `errorCode`: a validation error has no `errorName`, and trouble of the provider arrives as HTTP 400. \
             *Transient* means that the same call may succeed later; it does not mean that repeating a change is \
             harmless. Under *known from*, `assumed` is our guess, and only the sandbox is certain to answer it.\n\n\
             | Code | Name | HTTP | Meaning | Transient | What to do | Known from |\n|---|---|---|---|---|---|---|\n",
        );
        for row in known() {
            let name = row
                .name
                .map_or_else(String::new, |name| format!("`{name}`"));
            let transient = if row.is_transient() { "yes" } else { "no" };
            writeln!(
                page,
                "| {} | {name} | {} | {} | {transient} | {} | {} |",
                row.code,
                row.status,
                row.rule.map_or(row.message, |rule| rule.broken()),
                row.remedy(),
                row.provenance.as_str(),
            )
            .unwrap();
        }
        page.push_str(
            "\n# Before the request is looked at\n\n\
             A wrong or missing key is HTTP 401 with a text body, no JSON:\n\n| Body | Meaning |\n|---|---|\n",
        );
        for denied in AccessDenied::ALL {
            writeln!(page, "| `{}` | {} |", denied.body(), denied.meaning()).unwrap();
        }
        page.push_str(
            "\nToo many calls in a short time are HTTP 429 with `Retry-After` (assumed); nothing was done.\n",
        );
        page
    }

    #[test]
    fn the_page_is_what_the_table_says() {
        page::check("docs/errors.md", &written());
    }
}
