//! Doc comments of generated code.

use syn::parse_quote;

const WIDTH: usize = 92;

/// `text` as doc comments, its paragraphs wrapped.
pub(super) fn attributes(text: &str) -> Vec<syn::Attribute> {
    wrapped(text)
        .into_iter()
        .map(|line| {
            let line = if line.is_empty() {
                line
            } else {
                format!(" {line}")
            };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// Puts `text` in the place of the doc comments among `attributes`.
pub(super) fn replace(attrs: &mut Vec<syn::Attribute>, text: &str) {
    attrs.retain(|attribute| !attribute.path().is_ident("doc"));
    attrs.splice(0..0, attributes(text));
}

/// A sentence with its full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim().split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut line = String::new();
        for (index, source) in paragraph.lines().enumerate() {
            let is_list_item = source.trim_start().starts_with("- ");
            if is_list_item && index > 0 {
                lines.push(std::mem::take(&mut line));
            }
            for word in source.split_whitespace() {
                if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_stay_apart_and_long_lines_are_wrapped() {
        let text = format!("First.\n\n{}\n- item\n- item", "word ".repeat(20));
        let lines = wrapped(&text);
        assert_eq!(lines[..2], ["First.", ""]);
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(lines[lines.len() - 2..], ["- item", "- item"]);
    }

    #[test]
    fn a_sentence_gets_one_full_stop() {
        assert_eq!(sentence("Create a user"), "Create a user.");
        assert_eq!(sentence("Done."), "Done.");
    }
}
