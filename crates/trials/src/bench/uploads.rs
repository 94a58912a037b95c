//! What a large upload takes of memory.

use std::path::Path;

use padlock_trials::{Watch, large};

use crate::shop::Shop;
use crate::table::Table;

const MIB: usize = 200;
/// More than an idle server has.
const MORE_MIB: u64 = 64;

pub(crate) fn run(program: &Path, table: &mut Table) {
    let Shop { server, client, place: _, _folder } = Shop::open(program);
    let (idle, watch) = (server.peak_mib(), Watch::start());
    let answer = client.stream("/apps/shop/packages", "application/zip", |out| large(out, "1.0.0", MIB)).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let (spent, more) = (watch.spent(), server.peak_mib() - idle);
    table.told("upload of 200 MiB", &format!("{:.1} s", spent.as_secs_f64()));
    let figure = format!("{more} MiB above {idle}");
    table.held("memory of an upload of 200 MiB", &figure, "≤ 64 MiB above idle", more <= MORE_MIB);
    assert_eq!(server.stop().0, Some(0));
}
