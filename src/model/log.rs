//! The log: one row a command, with what it changed, before and after. From it come undo, audit and the feed.

use rmpv::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Id, Key, Kind, OpId, Seq, Stamp, Via};

/// One field of a record, before and after; `None`: it held nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name on disk.
    #[serde(rename = "f")]
    pub field: String,
    /// Before.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// After.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// It was made; its encoded record.
    #[serde(rename = "c")]
    Created(#[serde(with = "bytes")] Vec<u8>),
    /// Some of its fields changed.
    #[serde(rename = "u")]
    Updated(Vec<FieldChange>),
    /// It was taken away; its encoded record.
    #[serde(rename = "d")]
    Deleted(#[serde(with = "bytes")] Vec<u8>),
}

/// One changed record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its kind, as [`Kind::code`].
    #[serde(rename = "k")]
    pub kind: u8,
    /// Its id.
    #[serde(rename = "i")]
    pub id: Id,
    /// What became of it.
    #[serde(rename = "w")]
    pub what: ChangeKind,
}

impl Change {
    /// Its kind; `None` for a kind of a later version.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_code(self.kind)
    }
}

mod bytes {
    use serde::{Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(v: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(v)
    }

    struct Bytes;

    impl de::Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("bytes")
        }

        fn visit_bytes<E: de::Error>(self, v: &[u8]) -> Result<Vec<u8>, E> {
            Ok(v.to_vec())
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        d.deserialize_bytes(Bytes)
    }
}

/// A row of the log, without personal data: that is in the [`LogBody`], which can be erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogRow {
    /// Its place.
    #[serde(rename = "s")]
    pub seq: Seq,
    /// Who.
    #[serde(rename = "a")]
    pub actor: Id,
    /// When it was written down.
    #[serde(rename = "l")]
    pub logged_at: Stamp,
    /// When it happened in the world.
    #[serde(rename = "e")]
    pub effective_at: Stamp,
    /// The command's word: `ticket reply`.
    #[serde(rename = "c")]
    pub command: String,
    /// The op.
    #[serde(rename = "o")]
    pub op: OpId,
    /// The batch that it is a part of.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Id>,
    /// The row that it takes back.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub undo_of: Option<Seq>,
    /// The row that it does again.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub redo_of: Option<Seq>,
    /// By which way it came; none: it was not kept yet.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// The Unix user who really asked, where that is not the agent's own.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub unix_user: Option<String>,
    /// The hash of the row before it.
    #[serde(rename = "p")]
    pub prev_hash: [u8; 32],
    /// SHA-256 of salt ‖ body.
    #[serde(rename = "d")]
    pub digest: [u8; 32],
}

impl LogRow {
    /// The hash that the next row carries: SHA-256 of this row's bytes.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        rmp_serde::to_vec_named(self).unwrap_or_default()
    }

    /// The row of bytes; `None` where they are damaged.
    pub fn decode(bytes: &[u8]) -> Option<LogRow> {
        rmp_serde::from_slice(bytes).ok()
    }
}

/// What a row of the log says of people: its changes and its sentence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LogBody {
    /// The sentence for people: `T-104 solved`.
    #[serde(rename = "s", default)]
    pub summary: String,
    /// The changed records, each once.
    #[serde(rename = "c", default)]
    pub changes: Vec<Change>,
    /// For a step of an erasure: the rows of the log that lost their body by it. `None` for everything else, and for the
    /// erasures of versions that did not note it.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Vec<Seq>>,
}

/// A row of the log on its way into the store, which gives it its place.
#[derive(Debug, Clone, PartialEq)]
pub struct LogDraft {
    /// Who.
    pub actor: Id,
    /// When it is written down.
    pub logged_at: Stamp,
    /// When it happened in the world.
    pub effective_at: Stamp,
    /// The command's word.
    pub command: String,
    /// The op.
    pub op: OpId,
    /// The batch that it is a part of.
    pub batch: Option<Id>,
    /// The row that it takes back.
    pub undo_of: Option<Seq>,
    /// The row that it does again.
    pub redo_of: Option<Seq>,
    /// By which way it came.
    pub via: Option<Via>,
    /// The Unix user who really asked, where that is not the agent's own.
    pub unix_user: Option<String>,
    /// Sixteen random bytes, so that an erased body cannot be guessed from its digest.
    pub salt: [u8; 16],
    /// What it says of people.
    pub body: LogBody,
}

impl LogDraft {
    /// The row at a place after a row with that hash, and the bytes of its body (salt first).
    pub fn seal(&self, seq: Seq, prev_hash: [u8; 32]) -> (LogRow, Vec<u8>) {
        let mut body = self.salt.to_vec();
        body.extend(rmp_serde::to_vec_named(&self.body).unwrap_or_default());
        let row = LogRow {
            seq,
            actor: self.actor,
            logged_at: self.logged_at,
            effective_at: self.effective_at,
            command: self.command.clone(),
            op: self.op,
            batch: self.batch,
            undo_of: self.undo_of,
            redo_of: self.redo_of,
            via: self.via.clone(),
            unix_user: self.unix_user.clone(),
            prev_hash,
            digest: Sha256::digest(&body).into(),
        };
        (row, body)
    }
}

impl LogBody {
    /// The body of a row's bytes (salt first); `None` where they are damaged.
    pub fn decode(bytes: &[u8]) -> Option<LogBody> {
        rmp_serde::from_slice(bytes.get(16..)?).ok()
    }
}

/// The key of a log row.
pub fn key(seq: Seq) -> Vec<u8> {
    Key::new().u64(seq).into_bytes()
}
