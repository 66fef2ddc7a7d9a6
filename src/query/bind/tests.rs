//! What is refused before any record is read.

use super::*;
use crate::query::schema;

#[test]
fn errors_are_told_before_any_record_is_read() {
    let zone = Zone::utc();
    for (text, schema, message, suggestion, at) in [
        ("priorty:high", &schema::TICKETS, "no field `priorty`", "`priority`", "priorty"),
        ("re: hello", &schema::TICKETS, "value is missing", "without a space", ""),
        ("xyzzy:1", &schema::LOG, "log rows have no field", "seq", "xyzzy"),
        ("is:opne", &schema::TICKETS, "`opne` is no `is`", "`open`", "opne"),
        ("status:zzz", &schema::TICKETS, "`zzz` is no `status`", "on_hold", "zzz"),
        ("status:z*", &schema::TICKETS, "takes no word", "new, open", "z*"),
        ("is:none", &schema::TICKETS, "takes no", "open", "none"),
        ("is>open", &schema::TICKETS, "has no order", "`is:open`", "is>open"),
        ("subject<b", &schema::TICKETS, "has no order", "`subject:b`", "subject<b"),
        ("subject:a..b", &schema::TICKETS, "takes no range", "quotes", "a..b"),
        ("due>none", &schema::TICKETS, "single value", "", "none"),
        ("due<soon", &schema::TICKETS, "`soon` is not a time", "", "soon"),
        ("due:2*", &schema::TICKETS, "takes no `*`", "next wed", "2*"),
        ("due:/x/", &schema::TICKETS, "takes no regular", "next wed", "/x/"),
        ("created:2026-03..2026-01", &schema::TICKETS, "ends before it begins", "", "2026-03..2026-01"),
        ("reopens:many", &schema::TICKETS, "no value of `reopens`", "number", "many"),
        ("reopens:1.5", &schema::TICKETS, "no value of `reopens`", "number", "1.5"),
        ("customer>grace", &schema::TICKETS, "no value of `customer`", "C-104", "grace"),
        ("subject:/(/", &schema::TICKETS, "no regular expression", "", "/(/"),
        ("assignee:a subject:\"\"", &schema::TICKETS, "nothing in these quotes", "none", "\"\""),
        ("waiting>2", &schema::TICKETS, "no value of `waiting`", "2h", "2"),
        ("custom:x", &schema::TICKETS, "needs the name", "`custom.plan`", "custom"),
        ("field:x", &schema::TICKETS, "needs the name", "`custom.plan`", "field"),
        ("sort:prio,x", &schema::TICKETS, "no field `x`", "", "x"),
        ("hello sort:relevance,due", &schema::TICKETS, "no order behind it", "", "due"),
        ("number:5-1", &schema::TICKETS, "no value of `number`", "42", "5-1"),
        ("a sort:nme", &schema::CUSTOMERS, "no field `nme`", "`name`", "nme"),
        ("sort:-is", &schema::TICKETS, "has no order", "", "is"),
        ("revenue:1EUR..2USD", &schema::CUSTOMERS, "cannot be compared", "", "1EUR..2USD"),
        ("revenue>9.999EUR", &schema::CUSTOMERS, "no value of `revenue`", "99.50", "9.999EUR"),
        ("***", &schema::TICKETS, "nothing to look for", "", "***"),
    ] {
        let anonymous = Context {
            now: 1_795_000_000_000,
            zone: &zone,
            me: None,
            views: None,
            sensitive: true,
            custom: &[],
        };
        let e = compile(text, schema, &anonymous).expect_err(text);
        assert!(e.message.contains(message), "{text}: {e}");
        assert!(e.suggestion.clone().unwrap_or_default().contains(suggestion), "{text}: {e}");
        assert_eq!(text.get(e.span.start..e.span.end), Some(at), "{text}: {e}");
        assert!(e.to_string().contains('^'));
    }
    let e = compile(
        "assignee:@me",
        &schema::TICKETS,
        &Context { now: 1_795_000_000_000, zone: &zone, me: None, views: None, sensitive: true, custom: &[] },
    )
    .unwrap_err();
    assert!(e.message.contains("no agent"));
}
