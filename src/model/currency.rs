//! Currencies by their ISO 4217 codes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A currency of ISO 4217: `EUR`, `USD`, `JPY` …
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A text that is no currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a currency of ISO 4217: {0}")]
pub struct NotACurrency(pub String);

/// Codes with two decimals, also those that gave way to the euro: old orders are in them.
const TWO: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD \
HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR \
MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR \
ZMW ZWG ZWL ATS BEF CYP DEM EEK FIM FRF IEP LTL LVL MTL NLG PTE SIT SKK";
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ESP GRD ITL";
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR: &str = "CLF UYW";

/// The marks that stand only for one currency when written, and are understood when read.
const MARKS: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₪", "ILS"),
    ("₫", "VND"),
    ("₦", "NGN"),
    ("₱", "PHP"),
    ("฿", "THB"),
    ("₸", "KZT"),
    ("₾", "GEL"),
];

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// The dollar of the United States.
    pub const USD: Currency = Currency(*b"USD");

    /// The currency of a code in either case; `None` for a code that ISO 4217 does not have.
    pub fn new(code: &str) -> Option<Currency> {
        let upper = code.trim().to_ascii_uppercase();
        let bytes: [u8; 3] = upper.as_bytes().try_into().ok()?;
        [TWO, NONE, THREE, FOUR].iter().any(|list| has(list, &upper)).then_some(Currency(bytes))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        // Only codes of the lists above get in, so they are ASCII.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals its minor unit has: 2 for cents, 0 for yen, 3 for fils.
    pub fn exponent(self) -> u32 {
        let code = self.as_str();
        match () {
            () if has(NONE, code) => 0,
            () if has(THREE, code) => 3,
            () if has(FOUR, code) => 4,
            () => 2,
        }
    }

    /// The mark that represents it before an amount, where it has one.
    pub fn mark(self) -> Option<&'static str> {
        MARKS.iter().find(|(_, code)| *code == self.as_str()).map(|(mark, _)| *mark)
    }

    /// The currency of a mark. `$`, `¥` and `kr` belong to several: to `default` where that is one of them.
    pub fn of_mark(mark: &str, default: Currency) -> Option<Currency> {
        const DOLLARS: &str = "USD AUD CAD NZD HKD SGD TWD MXN ARS CLP COP BSD BBD BZD FJD JMD TTD XCD";
        let shared = match mark {
            "$" => DOLLARS,
            "¥" | "￥" => "JPY CNY",
            "£" => "GBP EGP GIP FKP SHP SYP LBP",
            "kr" | "kr." | "Kr" | "Kr." => "SEK NOK DKK ISK",
            _ => "",
        };
        if has(shared, default.as_str()) {
            return Some(default);
        }
        MARKS.iter().find(|(m, _)| *m == mark).and_then(|(_, code)| Currency::new(code))
    }
}

fn has(list: &str, code: &str) -> bool {
    list.split_whitespace().any(|c| c == code)
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(s: &str) -> Result<Currency, NotACurrency> {
        Currency::new(s).ok_or_else(|| NotACurrency(s.to_owned()))
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_iso_4217() {
        let exponent = |code| Currency::new(code).unwrap().exponent();
        assert_eq!(exponent("usd"), 2);
        assert_eq!(exponent("JPY"), 0);
        assert_eq!(exponent("BHD"), 3);
        assert_eq!(exponent("CLF"), 4);
        assert_eq!(Currency::new("XYZ"), None);
        assert_eq!(Currency::new("EU"), None);
        assert_eq!(Currency::new(""), None);
    }

    #[test]
    fn a_shared_mark_is_the_default_currency_where_it_can_be() {
        let cad = Currency::new("CAD").unwrap();
        assert_eq!(Currency::of_mark("$", cad), Some(cad));
        assert_eq!(Currency::of_mark("$", Currency::EUR), Some(Currency::USD));
        assert_eq!(Currency::of_mark("kr", Currency::EUR), None);
        assert_eq!(Currency::EUR.mark(), Some("€"));
        assert_eq!(cad.mark(), None);
    }
}
