//! `frontdesk order`.

use super::{changed, ctx::Ctx, dry_run::DryRun, env, fail::Fail, pick, show, when};
use crate::{
    desk::{Command, command::NewOrder},
    model::{Currency, Kind, Order, order::Line},
    store::records,
};

/// What can be done with orders.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum OrderVerb {
    /// Enter an order: order add --customer C-4 "2 x Tea pot @ 19.90" "Delivery = 5"
    Add(AddArgs),
    /// Give money back: order refund O-7 12.50 --reason "came broken"; without an amount all of it.
    Refund(RefundArgs),
    /// Show an order.
    Show(show::ShowArgs),
}

/// A new order.
#[derive(Debug, Clone, clap::Args)]
pub struct AddArgs {
    /// What was bought, a line each: "TITLE = AMOUNT", "N x TITLE @ PRICE", "\[SKU\] TITLE @ PRICE".
    #[arg(value_name = "LINE", required = true)]
    pub lines: Vec<String>,
    /// Who bought: C-4, or an address.
    #[arg(long, value_name = "WHO")]
    pub customer: String,
    /// When: 2026-03-01, yesterday; today without it.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub date: String,
    /// ISO 4217; the desk's without it.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Tax.
    #[arg(long, value_name = "AMOUNT")]
    pub tax: Option<String>,
    /// Shipping.
    #[arg(long, value_name = "AMOUNT")]
    pub shipping: Option<String>,
    /// Discount.
    #[arg(long, value_name = "AMOUNT")]
    pub discount: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Money given back.
#[derive(Debug, Clone, clap::Args)]
pub struct RefundArgs {
    /// Of which order.
    pub id: String,
    /// How much; all that is still paid without it.
    pub amount: Option<String>,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

fn currency(code: &str) -> Result<Currency, Fail> {
    Currency::new(&code.trim().to_uppercase())
        .ok_or_else(|| Fail::usage(format!("{code} is no currency: give an ISO 4217 code such as EUR")))
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &OrderVerb) -> Result<(), Fail> {
    if let OrderVerb::Show(args) = verb {
        return show::of_kind(ctx, Kind::Order, args);
    }
    let desk = ctx.desk()?;
    let command = match verb {
        OrderVerb::Add(args) => {
            let code = args.currency.clone().map_or_else(|| desk.workspace().map(|w| w.currency), Ok)?;
            let currency = currency(&code)?;
            let some = |a: &Option<String>| a.as_deref().map_or(Ok(0), |a| when::amount(a, currency));
            Command::OrderAdd(NewOrder {
                customer: pick::one(&desk, Kind::Customer, &args.customer)?,
                date: when::day(&args.date, env::now(), &ctx.zone(&desk)?)?,
                currency: currency.as_str().to_owned(),
                lines: args.lines.iter().map(|l| line(l, currency)).collect::<Result<_, _>>()?,
                tax: some(&args.tax)?,
                shipping: some(&args.shipping)?,
                discount: some(&args.discount)?,
            })
        }
        OrderVerb::Refund(args) => {
            let id = pick::one(&desk, Kind::Order, &args.id)?;
            let order: Order = desk.view(|v| records::get(v, id))?.unwrap_or_default();
            let amount = match &args.amount {
                Some(a) => when::amount(a, currency(&order.currency)?)?,
                None => order.total.saturating_sub(order.refunded()),
            };
            Command::OrderRefund(id, amount, args.reason.clone())
        }
        OrderVerb::Show(_) => return Ok(()),
    };
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)
}

/// A line as people type it: `2 x Tea pot @ 19.90`, `[TP-1] Tea pot = 39.80`, `39.80`.
fn line(text: &str, currency: Currency) -> Result<Line, Fail> {
    let wrong =
        || Fail::usage(format!("`{text}` is no line: write \"TITLE = AMOUNT\" or \"N x TITLE @ PRICE\""));
    let (what, price, each) = match (text.rsplit_once('='), text.rsplit_once('@')) {
        (Some((what, amount)), _) => (what, amount, false),
        (None, Some((what, price))) => (what, price, true),
        (None, None) => ("", text, false),
    };
    let minor = when::amount(price, currency)?;
    let what = what.trim();
    let (count, what) = match what.split_once(['x', '×']).map(|(n, w)| (n.trim().parse(), w)) {
        Some((Ok(n), what)) => (n, what.trim()),
        _ => (1_i64, what),
    };
    if count == 0 {
        return Err(wrong());
    }
    let (sku, title) = match what.strip_prefix('[').and_then(|w| w.split_once(']')) {
        Some((sku, title)) => (sku.trim(), title.trim()),
        None => ("", what),
    };
    let amount = if each { minor.checked_mul(count).ok_or_else(wrong)? } else { minor };
    Ok(Line {
        sku: sku.to_owned(),
        title: title.to_owned(),
        quantity: count,
        unit_price: each.then_some(minor),
        amount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_people_type_them() {
        let eur = Currency::new("EUR").unwrap();
        let pot = line("2 x Tea pot @ 19.90", eur).unwrap();
        assert_eq!(
            (pot.quantity, pot.title.as_str(), pot.unit_price, pot.amount),
            (2, "Tea pot", Some(1990), 3980)
        );
        let boxed = line("[BX-1] box = 5", eur).unwrap();
        assert_eq!(
            (boxed.sku.as_str(), boxed.title.as_str(), boxed.unit_price, boxed.amount),
            ("BX-1", "box", None, 500)
        );
        assert_eq!(line("12.50", eur).unwrap().amount, 1250);
        for bad in ["tea", "0 x tea @ 1", "", "tea @", "99999999999 x tea @ 99999999999"] {
            assert_eq!(line(bad, eur).unwrap_err().code(), 2, "{bad}");
        }
    }
}
