use super::to_text;
use proptest::prelude::*;

#[test]
fn a_mail_reads_as_text() {
    let html = "<html><head><title>x</title><style>p{}</style></head><body><h1>Hello&nbsp;Ada</h1>\
        <p>Your order <b>is</b>\n  late.<br>Sorry &mdash; &#8364;5 &#150; back.</p><ul><li>one</li><li>two</li></ul>\
        <ol><li>first<li>second</ol><p>See <a href=\"https://example.org/a?b=1&amp;c=2\">the page</a> or \
        <a href='http://example.org/'>example.org</a>.</p><script>alert('</p>')</script>\
        <table><tr><td>Item</td><td>Price</td></tr><tr><td>Tea</td><td>3</td></tr></table>\
        <blockquote>You wrote:<br>help<blockquote>deep</blockquote></blockquote>after<!-- no --></body></html>";
    assert_eq!(
        to_text(html),
        "Hello\u{a0}Ada\n\nYour order is late.\nSorry — €5 – back.\n\n- one\n- two\n\n1. first\n2. second\n\n\
         See the page <https://example.org/a?b=1&c=2> or example.org.\n\nItem | Price\nTea | 3\n\n\
         > You wrote:\n> help\n>\n>> deep\n\nafter\n"
    );
}

#[test]
fn preformatted_text_keeps_its_lines() {
    assert_eq!(to_text("a<pre>x  y\n\n z</pre>b"), "a\n\nx  y\n\n z\n\nb\n");
}

#[test]
fn what_is_no_markup_is_text() {
    assert_eq!(to_text("1 < 2 & 3 <3 a<b"), "1 < 2 & 3 <3 a<b\n");
    assert_eq!(to_text("<p title=\"a>b\">c</p"), "c</p\n");
    assert_eq!(to_text("<head>no end"), "no end\n");
    assert_eq!(to_text(""), "");
}

#[test]
fn hostile_markup_takes_no_time() {
    for piece in [
        "<",
        "<!--",
        "<a href=\"",
        "<blockquote>",
        "&",
        "&#",
        "<script>",
        "<a href='http://x'>",
        "</",
        "<p '",
        "<ul><li>",
        "<td>",
        "<head></",
    ] {
        let html = piece.repeat(400_000 / piece.len());
        assert!(to_text(&html).len() < 20 * html.len() + 100, "{piece}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_text(html in "[<>a-z/!&#;\"'= \\-\\n\u{e9}]{0,200}") {
        let _ = to_text(&html);
    }
}
