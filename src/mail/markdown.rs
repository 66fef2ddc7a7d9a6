//! The HTML part of a reply whose text is Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html::push_html};

/// Makes HTML of a text. HTML in the text stays text, ends of lines are kept, images become links, and links lead to the
/// web or to an address: a reply quotes what others wrote.
pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::SoftBreak => Event::HardBreak,
        Event::Start(
            Tag::Link { link_type, dest_url, title, id } | Tag::Image { link_type, dest_url, title, id },
        ) => {
            let dest_url = if leads_outside(&dest_url) { dest_url } else { "".into() };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        other => other,
    });
    let mut body = String::new();
    push_html(&mut body, events);
    format!("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{body}</body></html>\n")
}

fn leads_outside(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn marks_become_html_and_lines_stay_lines() {
        let html = to_html(
            "Dear *Ada*,\n\n1. **stop** it\n2. call\n\n[us](https://x.example/a?b=1&c=2)\n\n-- \nDana\nDesk\n\n> It leaks.",
        );
        for part in [
            "<p>Dear <em>Ada</em>,</p>",
            "<li><strong>stop</strong> it</li>",
            "<a href=\"https://x.example/a?b=1&amp;c=2\">us</a>",
            "Dana<br />\nDesk",
            "<blockquote>\n<p>It leaks.</p>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn nothing_in_a_text_runs_or_loads() {
        let text = "<script>alert(1)</script>\n\nA <img src=x onerror=y> b ![pixel](https://t.example/p.gif) \
                    [x](javascript:alert(1)) [y](data:text/html,z) <javascript:alert(1)>";
        let html = to_html(text);
        for bad in ["<script", "<img", "href=\"javascript", "href=\"data", "src="] {
            assert!(!html.to_lowercase().replace("&lt;img src=x", "").contains(bad), "{bad} in {html}");
        }
        assert!(
            html.contains("&lt;script&gt;") && html.contains("<a href=\"https://t.example/p.gif\">pixel</a>")
        );
    }
}
