//! What a large upload takes of memory.

use std::path::Path;

use padlock_trials::{Client, Place, Watch, dist, large};

use crate::table::Table;

const MIB: usize = 200;
/// More than an idle server has.
const MORE_MIB: u64 = 64;
const OWNER: &str = "owner@padlock.example";

pub(crate) fn run(program: &Path, table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    dist(&folder.path().join("dist"));
    let place = Place::new(program, folder.path());
    place.add_account(OWNER);
    place.add_app("shop", OWNER);
    let server = place.start();
    let client = Client::signed_in(server.portal, OWNER);
    let (idle, watch) = (server.peak_mib(), Watch::start());
    let answer = client.stream("/apps/shop/packages", "application/zip", |out| large(out, "1.0.0", MIB)).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let (spent, more) = (watch.spent(), server.peak_mib() - idle);
    table.told("upload of 200 MiB", &format!("{:.1} s", spent.as_secs_f64()));
    let figure = format!("{more} MiB above {idle}");
    table.held("memory of an upload of 200 MiB", &figure, "≤ 64 MiB above idle", more <= MORE_MIB);
    assert_eq!(server.stop().0, Some(0));
}
