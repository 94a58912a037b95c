//! Growing delays.

/// Returns 1 doubled `times` times, at most 60.
pub(crate) fn doubled(times: u32) -> i64 {
    (1_i64 << times.min(6)).min(60)
}
