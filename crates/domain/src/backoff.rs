//! Exponential backoff.

use jiff::SignedDuration;

/// Returns `first` doubled `doublings` times, at most `max`.
pub(crate) fn exponential_backoff(first: SignedDuration, doublings: u32, max: SignedDuration) -> SignedDuration {
    let factor = 1_i32.checked_shl(doublings).filter(|factor| *factor > 0);
    factor.and_then(|factor| first.checked_mul(factor)).map_or(max, |wait| wait.min(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_doubles_up_to_its_maximum() {
        let (first, max) = (SignedDuration::from_mins(1), SignedDuration::from_hours(1));
        for (doublings, minutes) in [(0, 1), (1, 2), (5, 32), (6, 60), (30, 60), (31, 60), (32, 60), (u32::MAX, 60)] {
            let wait = exponential_backoff(first, doublings, max);
            assert_eq!(wait, SignedDuration::from_mins(minutes), "{doublings}");
        }
    }
}
