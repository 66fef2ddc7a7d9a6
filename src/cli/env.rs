//! What comes from outside: the clock, randomness, the user, the zone, the country. Nothing below this floor asks for any
//! of it.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::Path,
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

use super::fail::Fail;
use crate::{
    model::{Id, OpId, Stamp, zone::Zone},
    term::caps::is_utf8,
};

/// Now, in milliseconds since 1970.
pub fn now() -> Stamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Stamp::try_from(since.as_millis()).unwrap_or(Stamp::MAX)
}

/// Random bytes.
///
/// # Errors
/// Where the system has none.
pub fn random<const N: usize>() -> Result<[u8; N], Fail> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Fail::failed(format!("the system gives no randomness: {e}")))?;
    Ok(bytes)
}

/// A name for one attempt to change something.
///
/// # Errors
/// As [`random`].
pub fn op() -> Result<OpId, Fail> {
    random().map(Id)
}

/// The value of an environment variable; an empty one counts as none.
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.trim().is_empty())
}

/// Whether all that people or programs read must be ASCII: the locale is not UTF-8.
pub fn is_ascii() -> bool {
    static ASCII: OnceLock<bool> = OnceLock::new();
    *ASCII.get_or_init(|| !is_utf8(&|name| std::env::var(name).ok()))
}

/// Who runs this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The Unix name.
    pub login: String,
    /// The full name; the Unix name where the system knows none.
    pub name: String,
}

/// The user of this process, named by the system.
pub fn user() -> User {
    let uid = rustix::process::geteuid().as_raw();
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    of_passwd(&passwd, uid).unwrap_or_else(|| {
        // Accounts of a directory service are not in the file.
        let login = env("USER").or_else(|| env("LOGNAME")).unwrap_or_else(|| format!("uid{uid}"));
        User { name: login.clone(), login }
    })
}

/// Whether the user of this process owns a file, or is root.
pub fn owns(path: &Path) -> bool {
    let me = rustix::process::geteuid().as_raw();
    me == 0 || fs::metadata(path).is_ok_and(|m| m.uid() == me)
}

fn of_passwd(passwd: &str, uid: u32) -> Option<User> {
    let line = passwd.lines().map(|l| l.split(':').collect::<Vec<_>>());
    let line = line.into_iter().find(|l| l.get(2).and_then(|u| u.parse().ok()) == Some(uid))?;
    let login = line.first()?.trim();
    let full = line.get(4).and_then(|g| g.split(',').next()).unwrap_or("").trim();
    // `&` means the login name (passwd(5) of BSD); some systems name unset accounts "root".
    let full = full.replace('&', login);
    let name = if full.is_empty() { login.to_owned() } else { full };
    (!login.is_empty()).then(|| User { login: login.to_owned(), name })
}

/// The zone of `TZ`, where it names one.
pub fn asked_zone() -> Option<Zone> {
    let tz = env("TZ")?;
    Zone::named(tz.trim_start_matches(':')).ok()
}

/// The zone of this machine.
pub fn zone() -> Zone {
    asked_zone().or_else(|| Zone::named("system").ok()).unwrap_or_else(Zone::utc)
}

/// The currency of the country that the locale names; euros where it names none.
pub fn currency() -> &'static str {
    let locale = ["LC_ALL", "LC_MONETARY", "LANG"].into_iter().find_map(env).unwrap_or_default();
    currency_of(&locale)
}

fn currency_of(locale: &str) -> &'static str {
    const COUNTRIES: &[(&str, &str)] = &[
        ("US", "USD"),
        ("GB", "GBP"),
        ("AE", "AED"),
        ("AR", "ARS"),
        ("AU", "AUD"),
        ("BR", "BRL"),
        ("CA", "CAD"),
        ("CH", "CHF"),
        ("CL", "CLP"),
        ("CN", "CNY"),
        ("CO", "COP"),
        ("CZ", "CZK"),
        ("DK", "DKK"),
        ("HK", "HKD"),
        ("HU", "HUF"),
        ("ID", "IDR"),
        ("IL", "ILS"),
        ("IN", "INR"),
        ("IS", "ISK"),
        ("JP", "JPY"),
        ("KE", "KES"),
        ("KR", "KRW"),
        ("MX", "MXN"),
        ("MY", "MYR"),
        ("NG", "NGN"),
        ("NO", "NOK"),
        ("NZ", "NZD"),
        ("PE", "PEN"),
        ("PH", "PHP"),
        ("PL", "PLN"),
        ("RO", "RON"),
        ("SE", "SEK"),
        ("SG", "SGD"),
        ("TH", "THB"),
        ("TR", "TRY"),
        ("TW", "TWD"),
        ("UA", "UAH"),
        ("VN", "VND"),
        ("ZA", "ZAR"),
    ];
    let country = locale.split(['.', '@']).next().and_then(|l| l.split_once('_')).map_or("", |(_, c)| c);
    COUNTRIES.iter().find(|(c, _)| *c == country).map_or("EUR", |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Currency;

    #[test]
    fn the_user_is_named_from_the_system() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000:Ada Lovelace,,,:/home/ada:/bin/sh\nbob:x:7:7::/:/x\n";
        assert_eq!(of_passwd(passwd, 1000), Some(User { login: "ada".into(), name: "Ada Lovelace".into() }));
        assert_eq!(of_passwd(passwd, 7).map(|u| u.name), Some("bob".into()));
        assert_eq!(of_passwd(passwd, 8), None);
        assert_eq!(of_passwd("broken\n::\n", 0), None);
        assert!(!user().login.is_empty());
    }

    #[test]
    fn a_locale_names_a_currency_that_exists() {
        assert_eq!(currency_of("en_GB.UTF-8"), "GBP");
        assert_eq!(currency_of("de_CH@euro"), "CHF");
        assert_eq!(currency_of("ja_JP"), "JPY");
        for other in ["C.UTF-8", "de_DE.UTF-8", "", "en"] {
            assert_eq!(currency_of(other), "EUR");
        }
        assert!(Currency::new(currency()).is_some());
    }

    #[test]
    fn ops_differ() {
        assert_ne!(op().unwrap(), op().unwrap());
        assert!(now() > 1_700_000_000_000);
    }
}
