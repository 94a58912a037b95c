//! Copies the rows of the database into a backup and back. The first line of a table has the names of its columns, each other
//! line the values of a row.

use std::io::{self, BufRead};

use padlock_api::ports::{StoreError, StoreResult};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{Reader, RestoreError, Writer};
use crate::disk;
use crate::store::{Column, Import, PackageFile, SqlStore, TABLES, Table};

/// How many rows are in memory at once.
const ROWS_AT_ONCE: usize = 500;

/// What the rows of a backup require.
pub(crate) struct Requirements {
    /// The package files.
    pub(crate) packages: Vec<PackageFile>,
    /// The ids of the keys that decrypt the secrets.
    pub(crate) key_ids: Vec<String>,
}

/// Writes one consistent state of the tables into a backup, for a move also what is under way, and returns what it requires.
///
/// # Errors
/// Returns an error if the database cannot be read or the backup cannot be written.
pub(crate) async fn write_tables(store: &SqlStore, writer: &mut Writer, is_move: bool) -> StoreResult<Requirements> {
    let mut export = store.export().await?;
    for table in tables(is_move) {
        let mut lines = writer.begin_table(table.name).map_err(|error| io_error(&error))?;
        let columns = export.columns_of(table.name).await?;
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        lines.line(&names).map_err(|error| io_error(&error))?;
        let write = async |rows: Vec<Vec<Json>>| {
            rows.iter().try_for_each(|row| lines.line(row)).map_err(|error| io_error(&error))
        };
        export.rows(table.name, &columns, ROWS_AT_ONCE, write).await?;
        lines.finish();
    }
    Ok(Requirements { packages: export.package_files().await?, key_ids: export.encryption_key_ids().await? })
}

/// Writes the rows of a backup into an empty database, as the installation with this id; for a move, also what was under way.
/// After an error nothing is written.
///
/// # Errors
/// Returns an error if the backup has a column that is not known, or rows that do not fit, or if the database cannot be written.
pub(crate) async fn read_tables(
    reader: &mut Reader,
    store: &SqlStore,
    id: &str,
    is_move: bool,
) -> Result<(), RestoreError> {
    let mut import = store.import(id).await.map_err(RestoreError::writing_rows)?;
    for table in tables(is_move) {
        let unreadable = |why: String| RestoreError::Backup(format!("has no readable table {}: {why}", table.name));
        let Some(lines) = reader.table(table.name).map_err(RestoreError::Backup)? else { continue };
        let mut lines = lines.lines().map(|line| line.map_err(|error| unreadable(error.to_string())));
        let Some(names) = lines.next() else { continue };
        let names: Vec<String> = parse(&names?).map_err(unreadable)?;
        let columns = known_columns(&mut import, table, &names).await?;
        let mut rows = Vec::new();
        for line in lines {
            rows.push(parse(&line?).map_err(unreadable)?);
            if rows.len() >= ROWS_AT_ONCE {
                let rows = std::mem::take(&mut rows);
                import.insert(table.name, &columns, rows).await.map_err(RestoreError::writing_rows)?;
            }
        }
        import.insert(table.name, &columns, rows).await.map_err(RestoreError::writing_rows)?;
    }
    import.commit().await.map_err(RestoreError::writing_rows)
}

/// Copies the rows of one database to another, empty one, as the installation with this id, without what is under way.
///
/// # Errors
/// Returns an error if a database cannot be read or written.
pub(crate) async fn copy_tables(from: &SqlStore, to: &SqlStore, id: &str) -> Result<(), RestoreError> {
    let unusable = |error: StoreError| RestoreError::Backup(format!("has no usable database: {error}"));
    let mut export = from.export().await.map_err(unusable)?;
    let mut import = to.import(id).await.map_err(RestoreError::writing_rows)?;
    for table in tables(false) {
        let columns = export.columns_of(table.name).await.map_err(unusable)?;
        let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
        let known = known_columns(&mut import, table, &names).await?;
        let write = async |rows| import.insert(table.name, &known, rows).await;
        export.rows(table.name, &columns, ROWS_AT_ONCE, write).await.map_err(RestoreError::writing_rows)?;
    }
    import.commit().await.map_err(RestoreError::writing_rows)
}

/// Returns the columns with these names.
async fn known_columns(import: &mut Import, table: &Table, names: &[String]) -> Result<Vec<Column>, RestoreError> {
    let known = import.columns_of(table.name).await.map_err(RestoreError::writing_rows)?;
    let find = |name: &String| {
        let found = known.iter().find(|column| column.name == *name).cloned();
        found.ok_or_else(|| RestoreError::Backup(format!("has an unknown column {name} in {}", table.name)))
    };
    names.iter().map(find).collect()
}

fn tables(is_move: bool) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| is_move || !table.only_moved)
}

fn parse<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

fn io_error(error: &io::Error) -> StoreError {
    if disk::is_disk_full(error) { StoreError::Full } else { StoreError::Failed(error.to_string()) }
}
