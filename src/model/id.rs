//! Ids: UUIDv7, made by the caller before the write, and the numbers that people see.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Stamp;

/// A record's id: the sixteen bytes of a UUIDv7. Orders by the time it was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id(pub [u8; 16]);

/// Names one attempt at a change: the same op is applied once, however often it is sent.
pub type OpId = Id;

impl Id {
    /// The id of all zeroes: the one workspace record, and "no one".
    pub const NIL: Id = Id([0; 16]);

    /// A UUIDv7 (RFC 9562, 5.7) of a time in milliseconds and ten random bytes.
    pub fn v7(at: Stamp, random: [u8; 10]) -> Id {
        let [_, _, t @ ..] = at.max(0).to_be_bytes();
        let [t0, t1, t2, t3, t4, t5] = t;
        let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9] = random;
        Id([t0, t1, t2, t3, t4, t5, 0x70 | (r0 & 0x0f), r1, 0x80 | (r2 & 0x3f), r3, r4, r5, r6, r7, r8, r9])
    }

    /// Whether this is [`Id::NIL`].
    pub fn is_nil(&self) -> bool {
        *self == Id::NIL
    }

    /// The id in bytes, big-endian: as in keys.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, b) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{b:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected 32 hexadecimal digits")]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(s: &str) -> Result<Self, NotAnId> {
        let mut out = [0u8; 16];
        let mut digits = s.chars().filter(|c| *c != '-').map(|c| c.to_digit(16));
        for b in &mut out {
            let (Some(Some(h)), Some(Some(l))) = (digits.next(), digits.next()) else { return Err(NotAnId) };
            *b = u8::try_from(h << 4 | l).map_err(|_| NotAnId)?;
        }
        if digits.next().is_some() { Err(NotAnId) } else { Ok(Id(out)) }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { s.serialize_bytes(&self.0) }
    }
}

struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_bytes<E: de::Error>(self, v: &[u8]) -> Result<Id, E> {
        v.try_into().map(Id).map_err(|_| E::custom("an id has sixteen bytes"))
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Id, E> {
        v.parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() { d.deserialize_str(IdVisitor) } else { d.deserialize_bytes(IdVisitor) }
    }
}

/// Ids of one command, drawn from its op: running the command again draws the same ones.
#[derive(Debug, Clone)]
pub struct Ids {
    op: OpId,
    at: Stamp,
    next: u64,
}

impl Ids {
    /// Ids for the command of that op, made at that time.
    pub fn new(op: OpId, at: Stamp) -> Ids {
        Ids { op, at, next: 0 }
    }

    /// Sixteen bytes that no one can guess without the op: a salt.
    pub fn salt(&mut self) -> [u8; 16] {
        let mut out = [0u8; 16];
        for (to, from) in out.iter_mut().zip(self.draw()) {
            *to = from;
        }
        out
    }

    fn draw(&mut self) -> [u8; 32] {
        use sha2::Digest;
        self.next += 1;
        let mut h = sha2::Sha256::new();
        h.update(self.op.0);
        h.update(self.next.to_be_bytes());
        h.finalize().into()
    }
}

impl Iterator for Ids {
    type Item = Id;

    /// The next id; there is always one. Later ones sort after earlier ones of the same command.
    fn next(&mut self) -> Option<Id> {
        let n = self.next;
        let mut random = [0u8; 10];
        for (to, from) in random.iter_mut().zip(self.draw()) {
            *to = from;
        }
        // The counter leads (rand_a and the top of rand_b), so that ids of one command keep their order.
        let [_, _, _, _, _, a, b, c] = n.to_be_bytes();
        let [r0, r1, r2, r3, ..] = &mut random;
        *r0 = a >> 4;
        *r1 = (a << 4) | (b >> 4);
        *r2 = ((b & 0x0f) << 2) | (c >> 6);
        *r3 = (c << 2) | (*r3 & 0x03);
        Some(Id::v7(self.at, random))
    }
}

impl Ids {
    /// The next id, as [`Iterator::next`] without the `Option`.
    pub fn id(&mut self) -> Id {
        self.next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_prints_and_parses() {
        let id = Id::v7(1_700_000_000_000, [7; 10]);
        assert_eq!(id.to_string().parse::<Id>().unwrap(), id);
        assert_eq!(id.to_string().len(), 36);
        assert!("12".parse::<Id>().is_err());
        assert!("é".repeat(40).parse::<Id>().is_err());
    }

    #[test]
    fn ids_of_one_command_are_the_same_each_time_and_in_order() {
        let op = Id([3; 16]);
        let first: Vec<Id> = Ids::new(op, 5).take(5000).collect();
        let again: Vec<Id> = Ids::new(op, 5).take(5000).collect();
        assert_eq!(first, again);
        assert!(first.windows(2).all(|w| w[0] < w[1]));
    }
}
