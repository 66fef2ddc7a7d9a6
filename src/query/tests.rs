//! The grammar: what parses to what, what it prints, and where errors point.

use proptest::prelude::*;

use super::{
    ast::{Field, Number, Op, Operand, OperandKind, Scalar, Sort, Text},
    *,
};
use crate::model::Kind;

fn word(text: &str) -> Expr {
    Expr::Text(Text { text: text.into(), phrase: false, span: Span::default() })
}

fn phrase(text: &str) -> Expr {
    Expr::Text(Text { text: text.into(), phrase: true, span: Span::default() })
}

fn scalar(text: &str) -> Scalar {
    Scalar { text: text.into(), quoted: false, span: Span::default() }
}

fn field(name: &str, op: Op, values: Vec<OperandKind>) -> Expr {
    let span = Span::default();
    let values = values.into_iter().map(|kind| Operand { kind, span }).collect();
    Expr::Field(Field { name: name.into(), name_span: span, op, values, span })
}

fn is(name: &str, op: Op, value: &str) -> Expr {
    field(name, op, vec![OperandKind::Scalar(scalar(value))])
}

fn expr(text: &str) -> Expr {
    parse(text).unwrap_or_else(|e| panic!("{e}")).expr.unwrap()
}

/// The error of a text: its message, and the part it points at.
fn wrong(text: &str) -> (String, &str) {
    let e = parse(text).expect_err(text);
    let at = text.get(e.span.start..e.span.end).unwrap_or_else(|| panic!("{text}: span {:?}", e.span));
    assert!(e.to_string().contains('^'), "{e}");
    (e.message, at)
}

#[test]
fn the_example_of_the_design_is_understood() {
    let q = parse(
        "is:open -tag:spam (priority>=high or due<2d) assignee:@me,none org:acme* created:2w.. sort:-updated",
    );
    let q = q.unwrap();
    let any = Expr::Or(vec![is("priority", Op::AtLeast, "high"), is("due", Op::Less, "2d")]);
    assert_eq!(
        q.expr,
        Some(Expr::And(vec![
            is("is", Op::Has, "open"),
            Expr::Not(Box::new(is("tag", Op::Has, "spam"))),
            any,
            field("assignee", Op::Has, vec![OperandKind::Scalar(scalar("@me")), OperandKind::None]),
            field("org", Op::Has, vec![OperandKind::Glob("acme*".into())]),
            field("created", Op::Has, vec![OperandKind::Range(Some(scalar("2w")), None)]),
        ]))
    );
    assert_eq!(
        q.sort,
        Some(Sort { field: "updated".into(), descending: true, span: Span::default(), then: vec![] })
    );
    assert_eq!(q.limit, None);
}

#[test]
fn words_phrases_and_numbers() {
    assert_eq!(parse("").unwrap(), Query::default());
    assert_eq!(parse(" \t\n ").unwrap(), Query::default());
    assert_eq!(expr("refund Zoë"), Expr::And(vec![word("refund"), word("Zoë")]));
    assert_eq!(expr(r#""it says \"no\" \\ again""#), phrase(r#"it says "no" \ again"#));
    let number = |kind, number| Expr::Number(Number { kind, number, span: Span::default() });
    assert_eq!(expr("#42"), number(None, 42));
    assert_eq!(expr("T-42"), number(Some(Kind::Ticket), 42));
    assert_eq!(expr("c-104"), number(Some(Kind::Customer), 104));
    for text in [
        "10:30",
        "#tag",
        "T-",
        "T-42b",
        "T-042",
        "Q-4",
        "grace@example.org",
        "x,y..z",
        "5=4",
        "C-99999999999999999999",
    ] {
        assert_eq!(expr(text), word(text), "{text}");
    }
}

#[test]
fn joining_and_excluding() {
    let (a, b, c) = (word("a"), word("b"), word("c"));
    let not = |e: Expr| Expr::Not(Box::new(e));
    assert_eq!(expr("a b or c"), Expr::Or(vec![Expr::And(vec![a.clone(), b.clone()]), c.clone()]));
    assert_eq!(expr("a and b AND c"), Expr::And(vec![a.clone(), b.clone(), c.clone()]));
    assert_eq!(expr("a|b | c"), Expr::Or(vec![a.clone(), b.clone(), c.clone()]));
    assert_eq!(expr("a (b or c)"), Expr::And(vec![a.clone(), Expr::Or(vec![b.clone(), c.clone()])]));
    assert_eq!(expr("-a"), not(a.clone()));
    assert_eq!(expr("not a b"), Expr::And(vec![not(a.clone()), b.clone()]));
    assert_eq!(expr("--a"), not(not(a.clone())));
    assert_eq!(expr("-(a or b)"), not(Expr::Or(vec![a.clone(), b])));
    assert_eq!(expr("((a))"), a);
    assert_eq!(parse("limit:5 a sort:name").unwrap().limit, Some(5));
}

#[test]
fn values_of_all_kinds() {
    let value = |text: &str| match expr(text) {
        Expr::Field(f) => f.values.into_iter().map(|v| v.kind).collect::<Vec<_>>(),
        e => panic!("{e:?}"),
    };
    let quoted = |t: &str| Scalar { quoted: true, ..scalar(t) };
    assert_eq!(
        value("x:a,\"b c\",none,any,*"),
        vec![
            OperandKind::Scalar(scalar("a")),
            OperandKind::Scalar(quoted("b c")),
            OperandKind::None,
            OperandKind::Any,
            OperandKind::Any,
        ]
    );
    assert_eq!(value("x:\"none\""), vec![OperandKind::Scalar(quoted("none"))]);
    assert_eq!(value("x:\"a*\""), vec![OperandKind::Scalar(quoted("a*"))]);
    assert_eq!(value(r"x:/a\/b \d+ (c|d)/"), vec![OperandKind::Regex(r"a/b \d+ (c|d)".into())]);
    assert_eq!(
        value("x:1.50..2.50,..3"),
        vec![
            OperandKind::Range(Some(scalar("1.50")), Some(scalar("2.50"))),
            OperandKind::Range(None, Some(scalar("3"))),
        ]
    );
    assert_eq!(
        value("x:\"last month\"..today"),
        vec![OperandKind::Range(Some(quoted("last month")), Some(scalar("today")))]
    );
    assert_eq!(
        value("at:2026-03-01T10:00:00+01:00"),
        vec![OperandKind::Scalar(scalar("2026-03-01T10:00:00+01:00"))]
    );
    for (text, op) in [
        ("x:1", Op::Has),
        ("x=1", Op::Equal),
        ("x<1", Op::Less),
        ("x<=1", Op::AtMost),
        ("x>1", Op::More),
        ("x>=1", Op::AtLeast),
        ("x:>1", Op::More),
    ] {
        assert_eq!(expr(text), is("x", op, "1"), "{text}");
    }
    assert_eq!(expr("Größe:1"), is("größe", Op::Has, "1"));
    let e = parse("tag:(a or b)").unwrap_err();
    assert!(e.suggestion.unwrap().contains("commas"));
    for text in ["!", "!a", "a!", "hello!", "a!b", "!5:x"] {
        assert_eq!(expr(text), word(text), "{text}");
    }
}

#[test]
fn an_order_has_any_number_of_fields() {
    let sort = |text: &str| parse(text).unwrap().sort.unwrap();
    let one = |field: &str, descending| Sort {
        field: field.into(),
        descending,
        span: Span::default(),
        then: vec![],
    };
    let both = Sort { then: vec![one("due", false), one("number", true)], ..one("priority", true) };
    for text in [
        "sort:-priority,due,-number",
        "sort:-priority a sort:due,-number",
        "sort:-priority sort:due sort:-number",
    ] {
        assert_eq!(sort(text), both, "{text}");
    }
    assert_eq!(parse("a sort:-Priority,due").unwrap().to_string(), "a sort:-priority,due");
}

#[test]
fn errors_point_at_their_place() {
    for (text, message, at) in [
        ("is:open (a or b", "never closed", "("),
        ("a) b", "closes nothing", ")"),
        ("a ()", "nothing in these parentheses", "("),
        ("a \"b c", "never closed", "\""),
        ("a \"\"", "nothing in these quotes", "\"\""),
        ("tag:", "value is missing", ""),
        ("tag: spam", "value is missing", ""),
        ("tag:a, b", "value is missing", ""),
        ("x:a,,b", "value is missing", ""),
        ("x:\"a\"b", "space is missing", "b"),
        ("x:a\"b\"", "space is missing", "\""),
        ("x:..", "at least one end", ".."),
        ("x:1..2..3", "two ends", ".."),
        ("x:a*..b", "single value", "a*"),
        ("x:/ab", "never closed", "/"),
        ("a==b", "like an operator", "=b"),
        ("or a", "`or` stands between", "or"),
        ("a or", "`or` stands between", "or"),
        ("a or or b", "`or` stands between", "or"),
        ("a | ", "`or` stands between", "|"),
        ("and a", "`and` stands between", "and"),
        ("a and", "`and` stands between", "and"),
        ("a and or b", "`and` stands between", "and"),
        ("a - b", "right before", "-"),
        ("a -", "right before", "-"),
        ("not", "nothing to exclude", ""),
        ("(not )", "nothing to exclude", ")"),
        ("-sort:x", "cannot be excluded", "sort"),
        ("a tag!=b", "says nothing here", "tag!="),
        ("a !tag:b", "excludes nothing", "!"),
        ("!(a or b)", "excludes nothing", "!"),
        ("sort:a,-a", "orders already", "a"),
        ("sort:b sort:a x sort:-b", "orders already", "b"),
        ("limit:1 limit:2", "twice", "limit"),
        ("(a sort:b)", "outside of parentheses", "sort"),
        ("sort:a..b", "names of fields", "sort:a..b"),
        ("sort:none", "names of fields", "sort:none"),
        ("limit:1,2", "one value", "limit:1,2"),
        ("sort:-", "name of a field", "-"),
        ("limit:many", "number of rows", "many"),
        ("#99999999999999999999", "too large", "#99999999999999999999"),
    ] {
        let (m, p) = wrong(text);
        assert!(m.contains(message) && p == at, "{text}: {m} at `{p}`");
    }
}

#[test]
fn the_caret_stands_under_the_place() {
    let e = parse("Zoë 北京 tag:").unwrap_err();
    let shown = e.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[1], "  Zoë 北京 tag:");
    // Two wide characters: the caret stands where the eye looks for it.
    assert_eq!(lines[2], format!("  {}^", " ".repeat(13)));
    // Of a long query the place is shown.
    let long = format!("{}tag: {}", "word ".repeat(200), "more ".repeat(200));
    let shown = parse(&long).unwrap_err().to_string();
    assert!(shown.lines().all(|l| l.chars().count() <= 120) && shown.contains("tag:"), "{shown}");
}

#[test]
fn ten_kilobytes_of_anything_end_soon() {
    for piece in [
        "(", ")", "-", "not ", "\"", "x:", "x:a,", "a or ", "..", "x:/", "#", "\\", "é(", "a and ", "<",
        "\u{0}", "x:1..", "((a) ",
    ] {
        let text = piece.repeat(10_000 / piece.len());
        if let Err(e) = parse(&text) {
            assert!(e.to_string().len() < 1000, "{piece}: {e}");
        }
    }
    assert!(parse(&"-".repeat(10_000)).is_err());
    assert!(parse(&"(".repeat(10_000)).unwrap_err().message.contains("too many"));
    assert!(parse(&format!("{}a{}", "(".repeat(60), ")".repeat(60))).is_ok());
    assert!(parse(&"a ".repeat(40_000)).unwrap_err().message.contains("longer"));
}

fn a_word() -> impl Strategy<Value = String> {
    "[a-zà-ÿ北京0-9@.,/*#'!][a-zà-ÿ0-9@.,/*#'!-]{0,8}".prop_filter("a separate word", |w| {
        !matches!(w.as_str(), "or" | "and" | "not") && matches!(parse(w).unwrap().expr, Some(Expr::Text(_)))
    })
}

fn a_scalar() -> impl Strategy<Value = Scalar> {
    let bare = "[a-z0-9@é#-][a-z0-9@é.:/<>=+-]{0,8}"
        .prop_filter("no range", |w| !w.contains("..") && !w.ends_with('.'));
    prop_oneof![
        bare.prop_filter("no word of the grammar", |w| w != "none" && w != "any").prop_map(|t| scalar(&t)),
        ".{0,8}".prop_map(|text| Scalar { text, quoted: true, span: Span::default() }),
    ]
}

fn a_field() -> impl Strategy<Value = Expr> {
    let value = prop_oneof![
        a_scalar().prop_map(OperandKind::Scalar),
        (a_scalar(), a_scalar()).prop_map(|(a, b)| OperandKind::Range(Some(a), Some(b))),
        a_scalar().prop_map(|a| OperandKind::Range(Some(a), None)),
        a_scalar().prop_map(|a| OperandKind::Range(None, Some(a))),
        Just(OperandKind::None),
        Just(OperandKind::Any),
        "[a-z]{1,3}\\*[a-z]{0,3}".prop_map(OperandKind::Glob),
        r"([a-z /.]|\\\\|\\d){1,6}".prop_map(OperandKind::Regex),
    ];
    let ops = [Op::Has, Op::Equal, Op::Less, Op::AtMost, Op::More, Op::AtLeast];
    let name = "[a-zä][a-z0-9_.-]{0,6}".prop_filter("not the order", |n| n != "sort" && n != "limit");
    (name, proptest::sample::select(ops.to_vec()), proptest::collection::vec(value, 1..4))
        .prop_map(|(name, op, values)| field(&name, op, values))
}

fn an_expr() -> impl Strategy<Value = Expr> {
    let number = (proptest::sample::select(vec![None, Some(Kind::Ticket), Some(Kind::Customer)]), 1u64..)
        .prop_map(|(kind, number)| Expr::Number(Number { kind, number, span: Span::default() }));
    let leaf = prop_oneof![
        a_word().prop_map(|w| word(&w)),
        ".{1,8}".prop_filter("not blank", |p| !p.trim().is_empty()).prop_map(|p| phrase(&p)),
        number,
        a_field(),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.prop_map(|e| Expr::Not(Box::new(e))),
        ]
    })
}

fn a_query() -> impl Strategy<Value = Query> {
    let sorts = proptest::collection::btree_map("[a-z][a-z_-]{0,5}", any::<bool>(), 0..3);
    (proptest::option::of(an_expr()), sorts, proptest::option::of(any::<usize>())).prop_map(
        |(expr, sorts, limit)| {
            let one = |(field, descending)| Sort { field, descending, span: Span::default(), then: vec![] };
            let mut sorts = sorts.into_iter().map(one);
            let sort = sorts.next().map(|first| Sort { then: sorts.collect(), ..first });
            Query { expr, sort, limit }
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(q in a_query()) {
        let text = q.to_string();
        prop_assert_eq!(parse(&text).map_err(|e| e.to_string()), Ok(q), "{}", text);
    }

    #[test]
    fn no_text_panics_and_what_parses_prints_and_parses_again(text in r#"([a-z:<>=().,"/*|#@ \\\-é北]|or |not |x:|none|sort:){0,30}"#) {
        match parse(&text) {
            Ok(q) => prop_assert_eq!(parse(&q.to_string()).map_err(|e| e.to_string()), Ok(q)),
            Err(e) => {
                prop_assert!(text.is_char_boundary(e.span.start) && text.is_char_boundary(e.span.end));
                prop_assert!(e.to_string().contains('^'));
            }
        }
    }

    #[test]
    fn any_bytes_are_no_panic(text: String) {
        if let Ok(q) = parse(&text) {
            prop_assert_eq!(parse(&q.to_string()).map_err(|e| e.to_string()), Ok(q));
        }
    }

    #[test]
    fn a_value_that_is_written_is_read_back(text in ".{1,12}") {
        let q = expr(&format!("x:{}", value_text(&text)));
        let Expr::Field(f) = q else { panic!() };
        let [Operand { kind: OperandKind::Scalar(s), .. }] = f.values.as_slice() else { panic!() };
        prop_assert_eq!(&s.text, &text);
    }
}
