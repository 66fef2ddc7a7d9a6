//! HTML mail for a browser: what is shown, without anything that runs, loads or tells the sender that it was read.
//!
//! The page is rebuilt from the tags and attributes that are known to be harmless; what is not known is left out.
//! A content security policy says the same to the browser once more.

use super::{decode_entities, skip_element, tag_end, tag_name};
use crate::model::{limits, steps};

/// What the browser may do: show the text, its styles and the images that are in the page itself.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The tags that are kept.
#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite",
    "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s",
    "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "tt", "u", "ul", "var", "wbr",
];

/// The attributes that are kept as they are; `href`, `src` and `style` are looked into.
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir", "face", "height",
    "hspace", "lang", "nowrap", "rowspan", "size", "span", "start", "title", "valign", "value", "vspace", "width",
];

/// Tags that go with all that is in them.
const GONE: [&str; 18] = [
    "script", "title", "template", "noscript", "iframe", "object", "svg", "math", "xmp", "textarea",
    "applet", "audio", "video", "canvas", "noembed", "noframes", "select", "frameset",
];

/// What is shown above the mail.
const NOTE: &str = "<p style=\"font: 14px sans-serif; color: #555; border-bottom: 1px solid #ccc\">\
Remote images, scripts and forms were left out by frontdesk.</p>";

/// A page that a browser can be given. `image` gives the content of an image that came with the mail, by its Content-ID,
/// as a `data:` address. Linear in the length of `html`.
pub fn page(html: &str, image: &mut dyn FnMut(&str) -> Option<String>) -> String {
    steps::count(html.len());
    let mut out = format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
<meta name=\"referrer\" content=\"no-referrer\"></head><body>\n{NOTE}\n"
    );
    let mut rest = html;
    let (mut no_comment_end, mut no_tag_end, mut tags) = (false, false, 0);
    let mut unending = [false; GONE.len()];
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        escape(&mut out, &decode_entities(text));
        if let Some(comment) = tag.strip_prefix("<!--").filter(|_| !no_comment_end) {
            if let Some(end) = memchr::memmem::find(comment.as_bytes(), b"-->") {
                rest = comment.get(end + 3..).unwrap_or_default();
                continue;
            }
            no_comment_end = true;
        }
        let inner = tag.get(1..).unwrap_or_default();
        let begins = inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let Some(end) = (begins && !no_tag_end).then(|| tag_end(inner)).flatten() else {
            no_tag_end |= begins;
            out.push_str("&lt;");
            rest = inner;
            continue;
        };
        let (markup, after) = inner.split_at_checked(end).unwrap_or((inner, ""));
        rest = after.strip_prefix('>').unwrap_or(after);
        let name = tag_name(markup);
        tags += 1;
        if tags > limits::HTML_NODES {
            out.push_str("<p>The rest of this mail is too long to be shown.</p>");
            rest = "";
            break;
        }
        if name == "style" {
            if let Some(after) = skip_element(rest, "style") {
                let css = rest.get(..rest.len() - after.len()).unwrap_or_default();
                let css = css.rsplit_once("</").map_or("", |(css, _)| css);
                if let Some(css) = harmless(css) {
                    out.push_str(&format!("<style>{css}</style>"));
                }
                rest = after;
            }
            continue;
        }
        if let Some(at) = GONE.iter().position(|gone| *gone == name) {
            // Looked for once: what has no end hides nothing.
            match GONE
                .get(at)
                .filter(|_| unending.get(at) == Some(&false))
                .and_then(|n| skip_element(rest, n))
            {
                Some(after) => rest = after,
                None => unending.iter_mut().skip(at).take(1).for_each(|u| *u = true),
            }
            continue;
        }
        write_tag(&mut out, &name, markup, image);
    }
    escape(&mut out, &decode_entities(rest));
    out.push_str("\n</body></html>\n");
    out
}

fn write_tag(out: &mut String, name: &str, markup: &str, image: &mut dyn FnMut(&str) -> Option<String>) {
    // The body is ours; what the mail calls its body becomes a box.
    let name = match name {
        "body" => "div",
        "/body" => "/div",
        name => name,
    };
    if let Some(closed) = name.strip_prefix('/') {
        if TAGS.contains(&closed) {
            out.push_str(&format!("</{closed}>"));
        }
        return;
    }
    if !TAGS.contains(&name) {
        return;
    }
    out.push_str(&format!("<{name}"));
    for (key, value) in attributes(markup) {
        let value = match (name, key.as_str()) {
            ("a", "href") => Some(value).filter(|v| is_link(v)),
            ("img", "src") => source(&value, image),
            (_, "style") => harmless(&value),
            (_, key) if ATTRIBUTES.contains(&key) => Some(value),
            _ => None,
        };
        if let Some(value) = value {
            out.push_str(&format!(" {key}=\""));
            escape(out, &value);
            out.push('"');
        }
    }
    out.push_str(if name == "a" { " rel=\"noreferrer noopener\">" } else { ">" });
}

/// A link that someone has to follow by hand.
fn is_link(url: &str) -> bool {
    let head: String = url.trim_start().chars().take(8).collect::<String>().to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:", "#"].iter().any(|s| head.starts_with(s))
}

/// The image itself where it came with the mail; one from elsewhere is not loaded.
fn source(src: &str, image: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
    let src = src.trim();
    if src.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("cid:")) {
        return image(src.get(4..)?);
    }
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=;,:.-".contains(&b));
    let raster = [
        "data:image/png;base64,",
        "data:image/jpeg;base64,",
        "data:image/gif;base64,",
        "data:image/webp;base64,",
    ];
    let data = raster.iter().any(|r| src.get(..r.len()).is_some_and(|s| s.eq_ignore_ascii_case(r)));
    (data && plain(src)).then(|| src.to_owned())
}

/// Words of CSS by which something is loaded: each is made one that means nothing.
const LOADS: [&str; 6] = ["url", "@import", "image", "src", "cross-fade", "expression"];

/// Styles that load nothing; `None` where they hide what they do behind escapes.
fn harmless(css: &str) -> Option<String> {
    if css.contains('\\') {
        return None;
    }
    let lower = css.to_ascii_lowercase();
    let mut out = String::with_capacity(css.len());
    let mut at = 0;
    while let Some(c) = css.get(at..).and_then(|r| r.chars().next()) {
        let here = lower.get(at..).unwrap_or_default();
        if let Some(word) = LOADS.iter().find(|w| here.starts_with(**w)) {
            out.push_str("blocked");
            at += word.len();
        } else {
            if c != '<' {
                out.push(c);
            }
            at += c.len_utf8();
        }
    }
    Some(out)
}

/// The attributes of a tag with their values, character references decoded; names in lower case.
fn attributes(markup: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let name_end = markup.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(markup.len());
    let mut rest = markup.get(name_end..).unwrap_or_default();
    while out.len() < 64 {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end =
            rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
        let (key, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if key.is_empty() && after.is_empty() {
            break;
        }
        let value = after.trim_start();
        let (value, next) = match value.strip_prefix('=').map(str::trim_start) {
            None => ("", after),
            Some(v) => match v.chars().next() {
                Some(q @ ('"' | '\'')) => {
                    let v = v.get(1..).unwrap_or_default();
                    v.split_once(q).unwrap_or((v, ""))
                }
                _ => v
                    .split_at_checked(v.find(|c: char| c.is_ascii_whitespace()).unwrap_or(v.len()))
                    .unwrap_or((v, "")),
            },
        };
        rest = next;
        let key = key.to_ascii_lowercase();
        // A browser takes the first of two.
        if !key.is_empty() && !out.iter().any(|(k, _)| *k == key) {
            out.push((key, decode_entities(value)));
        }
    }
    out
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    fn of(html: &str) -> String {
        let made = page(html, &mut |id| (id == "logo").then(|| "data:image/png;base64,AA==".to_owned()));
        made.split_once("left out by frontdesk.</p>\n")
            .unwrap()
            .1
            .strip_suffix("\n</body></html>\n")
            .unwrap()
            .to_owned()
    }

    #[test]
    fn nothing_runs_and_nothing_is_loaded() {
        for hostile in [
            "<img src=https://spy.example/p.gif>",
            "<img src='//spy.example/p.gif' srcset='https://spy.example/2x 2x'>",
            "<body background=https://spy.example/b.png onload=alert(1)>",
            "<style>@import 'https://spy.example/a.css'; p { background: url(https://spy.example/b) }</style>",
            "<p style=\"background:URL('https://spy.example')\">",
            "<p style='background:u\\72l(https://spy.example)'>",
            "<link rel=stylesheet href=https://spy.example/a.css><base href=https://spy.example/>",
            "<meta http-equiv=refresh content='0;url=https://spy.example'>",
            "<script>fetch('https://spy.example')</script><svg onload=x><image href=https://spy.example></svg>",
            "<iframe src=https://spy.example></iframe><object data=https://spy.example></object>",
            "<video poster=https://spy.example></video><input type=image src=https://spy.example>",
            "<form action=https://spy.example><button>go</button></form>",
            "<table background='https://spy.example'><td background=https://spy.example>",
            "<img/src=https://spy.example/><img title=\"x\"src=\"https://spy.example\">",
            "<style></style foo><img src=https://spy.example>",
        ] {
            let made = of(hostile);
            // What is left of an address is in a style that means nothing.
            let loads = [
                "src",
                "srcset",
                "background=",
                "url(",
                "@import",
                "<link",
                "<base",
                "<meta",
                "<script",
                "<iframe",
            ];
            assert!(!loads.iter().any(|l| made.to_lowercase().contains(l)), "{hostile}: {made}");
            assert!(!made.contains("onload") && !made.contains("poster"), "{hostile}: {made}");
        }
    }

    #[test]
    fn the_text_its_looks_its_links_and_its_own_images_stay() {
        assert_eq!(
            of(
                "<BODY bgcolor=red><p style='color:blue'>A &lt;b&gt; <a href='https://x.example/?a=1&amp;b=2' onclick=x>x</a>"
            ),
            "<div bgcolor=\"red\"><p style=\"color:blue\">A &lt;b&gt; <a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noreferrer noopener\">x</a>"
        );
        assert_eq!(
            of("<img src=cid:logo alt='\"Logo\">'>"),
            "<img src=\"data:image/png;base64,AA==\" alt=\"&quot;Logo&quot;&gt;\">"
        );
        assert_eq!(of("<img src=cid:none>"), "<img>");
        assert_eq!(of("<a href='javascript:alert(1)'>x</a>"), "<a rel=\"noreferrer noopener\">x</a>");
        assert_eq!(of("1 < 2 <script>never ends"), "1 &lt; 2 never ends");
        assert_eq!(of("<style>p { color: red }</style>"), "<style>p { color: red }</style>");
    }

    #[test]
    fn broken_markup_never_panics_and_stays_linear() {
        let mut hostile = vec![
            "<a <b <c".repeat(20_000),
            "<script>".repeat(20_000),
            "<!--".repeat(20_000),
            "<img src=\"".repeat(20_000),
        ];
        hostile.push("<p title='é' é=\u{202e}>ü</p".repeat(1_000));
        for text in hostile {
            let made = page(&text, &mut |_| None);
            assert!(made.len() <= text.len() * 8 + 2_000);
        }
    }
}
