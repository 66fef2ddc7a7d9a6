//! Reading on one thread while what was read is written on another.

use crossbeam_channel::bounded;

use super::ImportError;

/// Pieces read ahead at most.
const AHEAD: usize = 16;

/// Reads pieces on a separate thread and gives each to `take`, in order, until that answers `false`. `read` gives pieces to
/// the function that it is handed, and stops where that answers `false`. Gives what `read` ends with; `None` where it
/// was stopped.
///
/// # Errors
/// What either of them gives; what was read before is taken first.
pub fn ahead<T: Send, R: Send>(
    read: impl FnOnce(&mut dyn FnMut(T) -> bool) -> Result<R, ImportError> + Send,
    mut take: impl FnMut(T) -> Result<bool, ImportError>,
) -> Result<Option<R>, ImportError> {
    std::thread::scope(|threads| {
        let (give, given) = bounded(AHEAD);
        let reader = threads.spawn(move || read(&mut |piece| give.send(piece).is_ok()));
        let mut going = true;
        while going && let Ok(piece) = given.recv() {
            going = take(piece)?;
        }
        // A reader that waits for room finds the channel closed, and ends.
        drop(given);
        match reader.join() {
            Ok(read) => Ok(Some(read?).filter(|_| going)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(to: u32) -> impl FnOnce(&mut dyn FnMut(u32) -> bool) -> Result<u32, ImportError> + Send {
        move |give| Ok((0..to).take_while(|n| give(*n)).count() as u32)
    }

    #[test]
    fn pieces_come_in_order_and_all_of_them() {
        let mut taken = Vec::new();
        let all = ahead(numbers(1000), |n| {
            taken.push(n);
            Ok(true)
        });
        assert_eq!(all.unwrap(), Some(1000));
        assert_eq!(taken, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn a_reader_ends_where_nobody_takes_any_more() {
        let mut taken = 0;
        let stopped = ahead(numbers(u32::MAX), |_| {
            taken += 1;
            Ok(taken < 10)
        });
        assert_eq!((stopped.unwrap(), taken), (None, 10));
        let why = || ImportError::Read { file: "f".into(), what: "w".into() };
        assert!(ahead(numbers(u32::MAX), |_| Err(why())).is_err());
    }

    #[test]
    fn what_was_read_before_a_failure_is_taken() {
        let mut taken = 0;
        let failed = ahead(
            |give| {
                assert!((0..5).all(give));
                Err::<(), _>(ImportError::Read { file: "f".into(), what: "w".into() })
            },
            |_| {
                taken += 1;
                Ok(true)
            },
        );
        assert!(failed.is_err());
        assert_eq!(taken, 5);
    }
}
