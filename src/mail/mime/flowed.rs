//! `format=flowed` text.

/// Joins the lines of `format=flowed` (RFC 3676): a line that ends in a space goes on in the next of the same
/// quote depth.
pub(super) fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The quote depth of the line that goes on.
    let mut flowing: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let depth = line.bytes().take_while(|&b| b == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if flowing != Some(depth) || signature {
            if flowing.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        if content.ends_with(' ') && !signature {
            out.push_str(if delete_space { content.strip_suffix(' ').unwrap_or(content) } else { content });
            flowing = Some(depth);
        } else {
            out.push_str(content);
            out.push('\n');
            flowing = None;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unflow;

    #[test]
    fn flowed_lines_join_within_their_quote() {
        assert_eq!(unflow("> a \n> b\nc \nd\n-- \nAnn \n>e \n", false), "> a b\nc d\n-- \nAnn \n> e ");
        assert_eq!(unflow(" From x\n", false), "From x\n");
    }
}
