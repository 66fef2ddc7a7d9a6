//! A disk that loses what was not synced, refuses at will, and keeps range locks as a system does.

use std::{
    fmt, io,
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use redb::{BackendError, StorageBackend};

use super::Dice;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What goes wrong, at the operation counted from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The power fails.
    Crash,
    /// This many operations are refused.
    Refuse(u64),
    /// There is no room for this many writes; reading goes on.
    Full(u64),
}

#[derive(Debug, Clone)]
enum Op {
    Write(usize, Vec<u8>),
    Len(usize),
}

#[derive(Debug)]
struct State {
    /// What is left after the power fails, but for what of `unsynced` came through.
    durable: Vec<u8>,
    /// What everyone reads.
    now: Vec<u8>,
    unsynced: Vec<Op>,
    locks: Vec<Lock>,
    /// Counts power cuts: what was opened before one is dead.
    life: u64,
    handles: u64,
    dead: bool,
    fault: Option<(u64, Fault)>,
    dice: Dice,
    /// Operations in all.
    ops: u64,
}

#[derive(Debug)]
struct Lock {
    handle: u64,
    from: u64,
    to: u64,
    alone: bool,
}

/// The disk. Clones are the same disk.
#[derive(Debug, Clone)]
pub struct SimDisk(Arc<Mutex<State>>);

impl SimDisk {
    pub fn new(bytes: Vec<u8>, dice: Dice) -> SimDisk {
        SimDisk(Arc::new(Mutex::new(State {
            durable: bytes.clone(),
            now: bytes,
            unsynced: Vec::new(),
            locks: Vec::new(),
            life: 0,
            handles: 0,
            dead: false,
            fault: None,
            dice,
            ops: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reopens the disk with separate locks.
    pub fn open(&self) -> Box<dyn StorageBackend> {
        let mut s = self.state();
        s.handles += 1;
        Box::new(Opened { disk: self.clone(), handle: s.handles, life: s.life })
    }

    /// Something goes wrong after this many operations.
    pub fn plan(&self, after: u64, fault: Fault) {
        self.state().fault = Some((after, fault));
    }

    /// Nothing goes wrong any more.
    pub fn repair(&self) {
        self.state().fault = None;
    }

    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    pub fn ops(&self) -> u64 {
        self.state().ops
    }

    /// Cuts the power and brings it back: what was not synced is kept, dropped or torn.
    pub fn power_cycle(&self) {
        let mut s = self.state();
        let mut left = std::mem::take(&mut s.durable);
        let lost: Vec<Op> = std::mem::take(&mut s.unsynced);
        // All or nothing of it come through, too.
        let keep = [0, 10, 50, 90, 100][s.dice.below(5) as usize];
        for op in lost {
            settle(&mut left, op, keep, &mut s.dice);
        }
        s.now.clone_from(&left);
        s.durable = left;
        s.locks.clear();
        s.life += 1;
        s.dead = false;
        s.fault = None;
    }
}

/// What of an unsynced operation reaches the disk.
fn settle(disk: &mut Vec<u8>, op: Op, keep: u64, dice: &mut Dice) {
    match op {
        Op::Len(len) => {
            if dice.below(100) < keep {
                disk.resize(len, 0);
            }
        }
        Op::Write(at, data) => {
            let whole = dice.below(4) > 0;
            let all = dice.below(100) < keep;
            let mut from = 0;
            while from < data.len() {
                let to = data.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
                let kept = if whole { all } else { dice.below(100) < keep };
                // A length that was lost takes what lies beyond with it.
                if kept && at + to <= disk.len() {
                    disk[at + from..at + to].copy_from_slice(&data[from..to]);
                }
                from = to;
            }
        }
    }
}

impl State {
    /// What happened, where one seed is looked at.
    fn tell(&self, what: std::fmt::Arguments) {
        if std::env::var_os("FRONTDESK_TELL").is_some_and(|v| v == "disk") {
            println!("{:6}   {what}", self.ops);
        }
    }

    /// Counts an operation; fails where something is to go wrong.
    fn step(&mut self, life: u64, grows: bool) -> io::Result<()> {
        self.ops += 1;
        if self.dead || life != self.life {
            return Err(io::Error::other("no power"));
        }
        match &mut self.fault {
            None => Ok(()),
            Some((after, _)) if *after > 0 => {
                *after -= 1;
                Ok(())
            }
            Some((_, Fault::Crash)) => {
                self.dead = true;
                Err(io::Error::other("no power"))
            }
            Some((_, Fault::Refuse(n))) => {
                *n -= 1;
                if *n == 0 {
                    self.fault = None;
                }
                Err(io::Error::from_raw_os_error(5))
            }
            Some((_, Fault::Full(n))) if grows => {
                *n -= 1;
                if *n == 0 {
                    self.fault = None;
                }
                Err(io::ErrorKind::StorageFull.into())
            }
            Some((_, Fault::Full(_))) => Ok(()),
        }
    }
}

struct Opened {
    disk: SimDisk,
    handle: u64,
    life: u64,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "handle {}", self.handle)
    }
}

fn span(start: Bound<u64>, end: Bound<u64>) -> (u64, u64) {
    let from = match start {
        Bound::Included(n) => n,
        Bound::Excluded(n) => n + 1,
        Bound::Unbounded => 0,
    };
    let to = match end {
        Bound::Included(n) => n,
        Bound::Excluded(n) => n - 1,
        Bound::Unbounded => u64::MAX,
    };
    (from, to)
}

impl Opened {
    fn taken(&self, s: &State, (from, to): (u64, u64), alone: bool) -> bool {
        s.locks.iter().any(|l| l.handle != self.handle && l.from <= to && from <= l.to && (l.alone || alone))
    }

    fn take(&self, start: Bound<u64>, end: Bound<u64>, alone: bool) -> Result<bool, BackendError> {
        let mut s = self.disk.state();
        // A system may be out of locks, too.
        s.step(self.life, false).map_err(BackendError::Io)?;
        let (from, to) = span(start, end);
        if self.taken(&s, (from, to), alone) {
            return Ok(false);
        }
        s.locks.push(Lock { handle: self.handle, from, to, alone });
        Ok(true)
    }
}

impl StorageBackend for Opened {
    fn len(&self) -> io::Result<u64> {
        let mut s = self.disk.state();
        s.step(self.life, false)?;
        Ok(s.now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut s = self.disk.state();
        s.step(self.life, false)?;
        let at = offset as usize;
        let found = s.now.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut s = self.disk.state();
        let len = len as usize;
        let grows = len > s.now.len();
        let said = s.step(self.life, grows);
        s.tell(format_args!("{self:?} sets the length to {len}: {said:?}"));
        if let Err(e) = said {
            // The power may have failed just after.
            if s.dead && s.life == self.life && s.dice.below(2) == 0 {
                s.unsynced.push(Op::Len(len));
            }
            return Err(e);
        }
        s.now.resize(len, 0);
        s.unsynced.push(Op::Len(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut s = self.disk.state();
        let said = s.step(self.life, true);
        s.tell(format_args!("{self:?} syncs {}: {said:?}", s.unsynced.len()));
        if let Err(e) = said {
            if !s.dead && s.life == self.life {
                // As Linux does it: a sync that failed counts what it could not write as written.
                let State { durable, unsynced, dice, .. } = &mut *s;
                for op in unsynced.drain(..) {
                    settle(durable, op, 50, dice);
                }
            }
            return Err(e);
        }
        let State { durable, unsynced, .. } = &mut *s;
        for op in unsynced.drain(..) {
            match op {
                Op::Len(len) => durable.resize(len, 0),
                Op::Write(at, data) => {
                    if durable.len() < at + data.len() {
                        durable.resize(at + data.len(), 0);
                    }
                    durable[at..at + data.len()].copy_from_slice(&data);
                }
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut s = self.disk.state();
        let at = offset as usize;
        let said = s.step(self.life, true);
        let god = data.get(9).filter(|_| at == 0);
        s.tell(format_args!("{self:?} writes {} at {at} {god:?}: {said:?}", data.len()));
        if let Err(e) = said {
            // Half of it may have gone out before the refusal.
            if s.life == self.life && s.dice.below(2) == 0 && at + data.len() <= s.now.len() {
                let n = s.dice.below(data.len() as u64 + 1) as usize;
                s.now[at..at + n].copy_from_slice(&data[..n]);
                s.unsynced.push(Op::Write(at, data[..n].to_vec()));
            }
            return Err(e);
        }
        if s.now.len() < at + data.len() {
            s.now.resize(at + data.len(), 0);
        }
        s.now[at..at + data.len()].copy_from_slice(data);
        s.unsynced.push(Op::Write(at, data.to_vec()));
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        let mut s = self.disk.state();
        s.locks.retain(|l| l.handle != self.handle);
        Ok(())
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.take(start, end, true)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.take(start, end, false)
    }

    // `Patient` waits by trying.
    fn lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Err(BackendError::Unsupported)
    }

    fn lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Err(BackendError::Unsupported)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        let (from, to) = span(start, end);
        self.disk.state().locks.retain(|l| (l.handle, l.from, l.to) != (self.handle, from, to));
        Ok(())
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        let s = self.disk.state();
        Ok(self.taken(&s, span(start, end), true))
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = self.close();
    }
}
