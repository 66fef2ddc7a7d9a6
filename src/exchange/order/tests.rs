use std::{collections::HashSet, fs, io::Cursor, path::Path};

use proptest::prelude::*;

use super::*;
use crate::exchange::{bytes::Input, dialect::Map, table::Table};

fn items(text: &str, map: &str) -> Vec<OrderItem> {
    let table = Table::new(Cursor::new(text.as_bytes().to_vec()), None).unwrap();
    let orders = Orders::csv(table, &map.parse().unwrap(), OrderOptions::new(Currency::EUR)).unwrap();
    orders.map(Result::unwrap).collect()
}

fn orders(text: &str) -> Vec<OrderRow> {
    let order = |item| match item {
        OrderItem::Order(order) => *order,
        OrderItem::Rejected(rejects) => panic!("{rejects:?}"),
    };
    items(text, "").into_iter().map(order).collect()
}

fn reason(text: &str) -> String {
    match items(text, "").remove(0) {
        OrderItem::Order(order) => panic!("{order:?}"),
        OrderItem::Rejected(rejects) => rejects[0].reason.clone(),
    }
}

#[test]
fn rows_of_one_order_are_its_lines() {
    let all = orders(
        "Order,Email,Date,SKU,Qty,Price,Tax,Shipping,Discount,Total,Status,Currency\n\
1,a@b.example,2024-05-01,X,2,10.00,4.56,5.00,1.00,28.56,paid,USD\n\
1,a@b.example,2024-05-01,Y,1,0.00,,,,,,\n\
2,a@b.example,2024-05-02T10:00:00Z,X,1,10,,,,,Partially refunded,\n",
    );
    assert_eq!(all.len(), 2);
    let order = &all[0];
    assert_eq!((order.order_id.as_deref(), order.line, order.currency), (Some("1"), 2, Currency::USD));
    assert_eq!(
        order.lines.iter().map(|l| (l.sku.as_str(), l.quantity, l.amount)).collect::<Vec<_>>(),
        [("X", 2, 2000), ("Y", 1, 0)]
    );
    assert_eq!((order.tax, order.shipping, order.discount, order.total()), (456, 500, 100, Some(2856)));
    assert_eq!(all[1].date, When::At(1_714_644_000_000));
    assert_eq!((all[1].status.clone(), all[1].currency), (OrderStatus::RefundedPart, Currency::EUR));
}

#[test]
fn an_amount_is_what_was_paid_where_it_adds_up_so() {
    let one =
        |row: &str| orders(&format!("customer,date,quantity,price,amount,tax,total\n{row}\n")).remove(0);
    let charged = one("7,2024-05-01,2,10,24,4,");
    assert_eq!((charged.lines[0].amount, charged.total()), (2000, Some(2400)));
    let goods = one("7,2024-05-01,2,10,20,4,");
    assert_eq!((goods.lines[0].amount, goods.total()), (2000, Some(2400)));
    let total_only = one("7,2024-05-01,2,,,4,24");
    assert_eq!((total_only.lines[0].amount, total_only.total()), (2000, Some(2400)));
    let inside = one("7,2024-05-01,2,12,,4,24");
    assert_eq!((inside.tax, inside.total(), inside.flaws.len()), (0, Some(2400), 1));
    let finer = one("7,2024-05-01,3,0.125,,,");
    assert_eq!((finer.lines[0].unit_price, finer.lines[0].amount), (None, 38));
    let fraction = one("7,2024-05-01,0.5,10,,,");
    assert_eq!(
        (fraction.lines[0].quantity, fraction.lines[0].unit_price, fraction.lines[0].amount),
        (1, None, 500)
    );
}

#[test]
fn a_map_says_what_headers_do_not() {
    let all = items(
        "Wer,Wann,Wieviel\n\"k@b.example\",18.01.1997,\"1.204,50 €\"\n",
        "customer=Wer,date=Wann,amount=Wieviel",
    );
    let [OrderItem::Order(order)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((order.customer.email.as_deref(), order.total()), (Some("k@b.example"), Some(120_450)));
    let table = |text: &str| Table::new(Cursor::new(text.as_bytes().to_vec()), None).unwrap();
    let refused =
        |text: &str| Orders::csv(table(text), &Map::default(), OrderOptions::new(Currency::EUR)).err();
    assert_eq!(refused("date,amount\n"), Some(OrderMapError::NoCustomer));
    assert_eq!(refused("email,amount\n"), Some(OrderMapError::NoDate));
    assert_eq!(refused("email,date\n"), Some(OrderMapError::NoAmount));
}

#[test]
fn an_order_that_does_not_add_up_says_so() {
    let row = |row: &str| reason(&format!("order,customer,date,quantity,price,total,currency\n{row}\n"));
    assert_eq!(row("1,7,2024-05-01,2,10,21,"), "the order adds up to 20.00 and its total says 21.00");
    assert_eq!(row("1,,2024-05-01,2,10,20,"), "no customer: no customer id and no e-mail address");
    assert_eq!(row("1,7,,2,10,20,"), "no date");
    assert!(row("1,7,03/04/2024,2,10,20,").contains("--date-format"));
    assert_eq!(row("1,7,2024-05-01,2,ten,,"), "unit price: not an amount: \"ten\"");
    assert_eq!(row("1,7,2024-05-01,2,10,,XYZ"), "unknown currency: XYZ");
    assert_eq!(row("1,7,2024-05-01,2,10,$20,EUR"), "order total: \"$20\" in an order in EUR");
    assert_eq!(row("1,7,2024-05-01,2,,,"), "no amount");
    let both =
        items("order,customer,date,amount\n1,7,2024-05-01,5\n1,7,2024-05-01,x\n2,7,2024-05-01,5\n", "");
    let [OrderItem::Rejected(rejects), OrderItem::Order(_)] = both.as_slice() else { panic!("{both:?}") };
    assert_eq!(rejects.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn an_order_with_a_broken_row_in_its_middle_is_not_taken_too_small() {
    let all = items(
        "order,customer,date,amount\n1,7,2024-05-01,5\n1,7,2024-05-01,1,2\n1,7,2024-05-01,3\n2,7,2024-05-01,5\n",
        "",
    );
    let [OrderItem::Rejected(row), OrderItem::Rejected(order), OrderItem::Order(_)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!((row[0].line, order.len()), (3, 2));
    assert_eq!(order[1].reason, "a row of this order, in line 3, cannot be read");
    let all = items("customer,date,amount\n7,2024-05-01,5\n7,2024-05-01,1,2\n7,2024-05-01,3\n", "");
    assert!(matches!(all.as_slice(), [OrderItem::Order(_), OrderItem::Rejected(_), OrderItem::Order(_)]));
}

#[test]
fn columns_of_text_are_named_by_position() {
    let fields = parse_columns("customer _ date quantity amount").unwrap();
    let text = "  00004 0001 19970101  2   29.33\r\n\n 1 2 3\n 5 6 19970102 1 14.96";
    let all: Vec<_> = Orders::text(Cursor::new(text), fields, OrderOptions::new(Currency::USD))
        .map(Result::unwrap)
        .collect();
    let [OrderItem::Order(a), OrderItem::Rejected(bad), OrderItem::Order(b)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (a.customer.external_id.as_deref(), a.total(), a.lines[0].quantity),
        (Some("00004"), Some(2933), 2)
    );
    assert_eq!((bad[0].line, bad[0].raw.as_str()), (3, " 1 2 3"));
    assert_eq!((b.line, b.date.to_string().as_str()), (4, "1997-01-02"));
    assert!(parse_columns("customer date").is_err());
    assert!(parse_columns("customer when amount").is_err());
}

#[test]
fn cdnow_gives_6919_orders_of_2357_customers_with_the_right_sum() {
    let path =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/orders_cdnow/CDNOW_sample.txt"));
    if !path.exists() {
        return eprintln!("skipped: {} is absent", path.display());
    }
    // The sum of the last words, their points taken out, in cents.
    let text = fs::read_to_string(path).unwrap();
    let cents: i64 =
        text.lines().filter_map(|l| l.split_whitespace().last()?.replace('.', "").parse::<i64>().ok()).sum();
    for columns in ["_ customer date quantity amount", "customer _ date quantity amount"] {
        let fields = parse_columns(columns).unwrap();
        let source = Input::open(path).unwrap().into_text(None);
        let mut customers = HashSet::new();
        let mut keys = HashSet::new();
        let (mut count, mut sum) = (0, 0);
        for item in Orders::text(source, fields, OrderOptions::new(Currency::USD)) {
            let OrderItem::Order(order) = item.unwrap() else { panic!("a row was rejected") };
            count += 1;
            sum += order.total().unwrap();
            keys.insert(order.content_key());
            customers.insert(order.customer.external_id.unwrap());
        }
        assert_eq!((count, customers.len(), sum), (6919, 2357, cents));
        assert_eq!(count - keys.len(), 21);
    }
    assert_eq!(cents, 24_409_194);
}

proptest! {
    #[test]
    fn every_row_is_an_order_a_line_of_one_or_a_reject(
        rows in prop::collection::vec(("[1-3]?", "[7x@]{0,2}", "(2024-05-01|1/2/24|)", "[0-9.,€-]{0,6}", "[0-9.,x]{0,4}"), 0..30),
    ) {
        let mut text = String::from("order;customer;date;amount;quantity\n");
        rows.iter().for_each(|(a, b, c, d, e)| text.push_str(&format!("{a};{b};{c};{d};{e}\n")));
        let blank = |(a, b, c, d, e): &&(String, String, String, String, String)| {
            [a, b, c, d, e].iter().all(|s| s.is_empty())
        };
        let wanted = rows.iter().filter(|r| !blank(r)).count();
        let got: usize = items(&text, "").iter().map(|item| match item {
            OrderItem::Order(order) => order.lines.len(),
            OrderItem::Rejected(rejects) => rejects.len(),
        }).sum();
        prop_assert!(got <= wanted);
        let bare = |r: &&(String, String, String, String, String)| r.3.is_empty() && r.4.is_empty();
        prop_assert!(got + rows.iter().filter(bare).count() >= wanted);
    }
}

#[test]
fn a_grocers_25873_lines_are_2486_baskets_with_the_right_sum() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/baskets/basket_lines.csv"));
    if !path.exists() {
        return eprintln!("skipped: {} is absent", path.display());
    }
    let text = fs::read_to_string(path).unwrap();
    let cents = |amount: &str| {
        let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
        format!("{whole}{part:0<2}").parse::<i64>().unwrap()
    };
    let wanted: i64 = text.lines().skip(1).map(|l| cents(l.rsplit(',').next().unwrap())).sum();
    let table = Table::new(Input::open(path).unwrap().into_text(None), None).unwrap();
    let orders = Orders::csv(table, &Map::default(), OrderOptions::new(Currency::USD)).unwrap();
    let (mut ids, mut lines, mut count, mut sum) = (HashSet::new(), 0, 0, 0);
    for item in orders {
        count += 1;
        let item = item.unwrap();
        let OrderItem::Order(order) = item else { panic!("{item:?}") };
        lines += order.lines.len();
        sum += order.total().unwrap();
        ids.insert(order.order_id.unwrap());
    }
    assert_eq!((lines, ids.len(), count, sum), (25_873, 2486, 2486, wanted));
}
