//! Migrations of the database.

use padlock_api::ports::{StoreError, StoreResult};
use sqlx::AnyPool;
use sqlx::migrate::MigrateError;

use super::engine::Engine;
use super::error::failed;
use super::query::sql;
use super::row::Columns;
use super::transaction::SqlTransaction;

/// Applies the migrations that the database does not have yet.
///
/// # Errors
/// Returns [`StoreError`], also if other migrations were applied to the database.
pub(super) async fn run(engine: Engine, pool: &AnyPool) -> StoreResult<()> {
    adopt_earlier_record(engine, pool).await?;
    engine.migrations().run(pool).await.map_err(|error| migration_error(engine, error))
}

/// Applies the migrations up to this one.
///
/// # Errors
/// As [`run`].
pub(super) async fn run_to(engine: Engine, pool: &AnyPool, version: i64) -> StoreResult<()> {
    engine.migrations().run_to(version, pool).await.map_err(|error| migration_error(engine, error))
}

/// Returns an error unless exactly the known migrations were applied.
pub(super) async fn require_current(engine: Engine, pool: &AnyPool) -> StoreResult<()> {
    let mut tx = SqlTransaction::begin(pool, engine, engine.begin_read(), None).await?;
    let mut is_current = table_exists(&mut tx, "_sqlx_migrations").await?;
    if is_current {
        let versions = sql("SELECT version FROM _sqlx_migrations ORDER BY version");
        let versions = tx.fetch_all(versions, |row| row.integer("version")).await?;
        is_current = versions.into_iter().eq(engine.migrations().iter().map(|migration| migration.version));
    }
    if is_current {
        return Ok(());
    }
    Err(failed("the server that runs on it is of another version: stop it first, or use its own command"))
}

/// Takes over the record of migrations that earlier versions kept in the table `migrations`.
async fn adopt_earlier_record(engine: Engine, pool: &AnyPool) -> StoreResult<()> {
    let mut tx = SqlTransaction::begin(pool, engine, engine.begin_read(), None).await?;
    if engine == Engine::Postgres || !table_exists(&mut tx, "migrations").await? {
        return Ok(());
    }
    let last = sql("SELECT COALESCE(MAX(number), 0) AS last FROM migrations");
    let last = tx.fetch_optional(last, |row| row.integer("last")).await?;
    drop(tx);
    engine.migrations().skip(pool, last).await.map_err(|error| migration_error(engine, error))?;
    let mut tx = SqlTransaction::begin(pool, engine, engine.begin_write(), None).await?;
    tx.execute(sql("DROP TABLE migrations")).await?;
    tx.commit().await
}

/// Returns whether the database has a table with this name.
pub(super) async fn table_exists(tx: &mut SqlTransaction, name: &str) -> StoreResult<bool> {
    let find = tx.engine().find_table();
    tx.exists(sql(find).bind(name)).await
}

fn migration_error(engine: Engine, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) => failed("the database was made by a newer version of this server"),
        MigrateError::VersionMismatch(_) => failed("a migration of this database was changed"),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => engine.store_error(error),
        other => failed(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use padlock_api::ports::{
        EncryptedSecret, EnrolmentDetailsRecord, EnrolmentRecord, ReadSecondFactors, SecondFactorDetailsRecord,
        SecondFactorRecord,
    };
    use padlock_domain::Timestamp;
    use padlock_domain::second_factor::attempts::Attempts;
    use padlock_domain::second_factor::totp::Step;
    use padlock_trials::postgres::new_database;

    use super::*;
    use crate::store::engine::sqlite::MIGRATIONS;
    use crate::store::row::Row;
    use crate::store::{DatabaseUrl, SqlStore};

    /// How many migrations there were when sqlx took over.
    const EARLIER: usize = 4;

    #[tokio::test]
    async fn a_database_of_an_earlier_version_is_migrated_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("padlock.db");
        let store = SqlStore::connect(&DatabaseUrl::Sqlite(file.clone()), true).await.unwrap();
        sqlx::query("CREATE TABLE migrations (number BIGINT NOT NULL PRIMARY KEY)")
            .execute(&store.writers)
            .await
            .unwrap();
        for (number, migration) in (1_i64..).zip(MIGRATIONS.iter().take(EARLIER)) {
            sqlx::raw_sql(migration.sql.clone()).execute(&store.writers).await.unwrap();
            sqlx::query("INSERT INTO migrations (number) VALUES ($1)")
                .bind(number)
                .execute(&store.writers)
                .await
                .unwrap();
        }
        let account =
            "INSERT INTO accounts (id, login, name, password, disabled) VALUES ('a', 'tess@x', 'Tess', '', 0)";
        sqlx::query(account).execute(&store.writers).await.unwrap();
        store.close().await;
        for _ in 0..2 {
            let store = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
            require_current(Engine::Sqlite, &store.writers).await.unwrap();
            let names: Vec<String> =
                sqlx::query_scalar("SELECT name FROM accounts").fetch_all(&store.readers).await.unwrap();
            assert_eq!(names, ["Tess"]);
            store.close().await;
        }
    }

    /// Creates a database with so many migrations.
    async fn database_with_migrations(file: &Path, count: usize) -> SqlStore {
        let store = SqlStore::connect(&DatabaseUrl::Sqlite(file.to_owned()), true).await.unwrap();
        for migration in MIGRATIONS.iter().take(count) {
            sqlx::raw_sql(migration.sql.clone()).execute(&store.writers).await.unwrap();
        }
        MIGRATIONS.skip(&store.writers, Some(count as i64)).await.unwrap();
        store
    }

    #[tokio::test]
    async fn slugs_that_are_no_longer_valid_are_renamed() {
        /// The last migration before the rule about slugs.
        const BEFORE: usize = 5;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("padlock.db");
        let store = database_with_migrations(&file, BEFORE).await;
        let account =
            "INSERT INTO accounts (id, login, name, password, disabled) VALUES ('a', 'tess@x', 'Tess', '', 0)";
        sqlx::query(account).execute(&store.writers).await.unwrap();
        let longest = format!("{}--{}", "a".repeat(26), "b".repeat(12));
        let cases = [
            ("shop", "shop"),
            ("crm--old", "crm-old"),
            ("a-b", "a-b"),
            ("a--b", "a-b-000000000003"),
            ("a---b----c", "a-b-c"),
            ("a----b-c", "a-b-c-000000000005"),
            ("xn", "xn-000000000006"),
            ("xn--shop", "xn-shop"),
            (&longest.replace("--", "-"), &longest.replace("--", "-")),
            (&longest, &format!("{}-000000000009", "a".repeat(26))),
        ];
        let id = |index: usize| format!("00000000-0000-7000-8000-{index:012}");
        // The environments of one app have the same slugs as the apps.
        for (index, (slug, _)) in cases.iter().enumerate() {
            sqlx::query(
                "INSERT INTO apps (id, slug, name, promotion, technical_contact) VALUES ($1, $2, '', 'free', 'a')",
            )
            .bind(id(index))
            .bind(slug)
            .execute(&store.writers)
            .await
            .unwrap();
            sqlx::query(
                "INSERT INTO environments (id, app, slug, name, position, protected, state, revision)
                 VALUES ($1, $2, $3, '', $4, 0, 'empty', 0)",
            )
            .bind(id(index))
            .bind(id(0))
            .bind(slug)
            .bind(i64::try_from(index).unwrap())
            .execute(&store.writers)
            .await
            .unwrap();
        }
        // Another app may have an environment with the same slug.
        sqlx::query(
            "INSERT INTO environments (id, app, slug, name, position, protected, state, revision)
             VALUES ('other', $1, 'a--b', '', 0, 0, 'empty', 0)",
        )
        .bind(id(1))
        .execute(&store.writers)
        .await
        .unwrap();
        store.close().await;

        let store = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
        let expected: Vec<_> = cases.iter().map(|(_, renamed)| (*renamed).to_owned()).collect();
        assert!(expected.iter().all(|slug| slug.parse::<padlock_domain::Slug>().is_ok()), "{expected:?}");
        for select in
            ["SELECT slug FROM apps ORDER BY id", "SELECT slug FROM environments WHERE id <> 'other' ORDER BY position"]
        {
            let slugs: Vec<String> = sqlx::query_scalar(select).fetch_all(&store.readers).await.unwrap();
            assert_eq!(slugs, expected, "{select}");
        }
        let other: String = sqlx::query_scalar("SELECT slug FROM environments WHERE id = 'other'")
            .fetch_one(&store.readers)
            .await
            .unwrap();
        assert_eq!(other, "a-b");
    }

    #[tokio::test]
    async fn windows_without_a_seal_are_closed_and_lists_have_the_descriptions() {
        /// The last migration before seals.
        const BEFORE: usize = 5;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("padlock.db");
        let store = database_with_migrations(&file, BEFORE).await;
        for statement in [
            "INSERT INTO accounts (id, login, name, password, disabled) VALUES ('a', 'tess@x', 'Tess', '', 0)",
            "INSERT INTO sessions (id, secret, account, kind, user_agent, created_at, last_seen_at, authorised_until,
                 window_used_at) VALUES ('s', 'x', 'a', 'cookie', '', 1, 1, 9999999999999, 1)",
            "INSERT INTO apps (id, slug, name, promotion, technical_contact) VALUES ('b', 'shop', '', 'free', 'a')",
            r#"INSERT INTO packages (id, app, file_name, version, runtime_version, manifest, size, sha256, uploaded_by,
                 created_at) VALUES ('p', 'b', '', '', '', '{"project_name":"Shop","description":"The shop"}', 1, '', 'a', 1)"#,
        ] {
            sqlx::query(statement).execute(&store.writers).await.unwrap();
        }
        store.close().await;
        let store = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
        let query = "SELECT authorised_until IS NULL AND window_used_at IS NULL AND window_seal IS NULL FROM sessions";
        assert_eq!(sqlx::query_scalar::<_, i64>(query).fetch_one(&store.readers).await.unwrap(), 1);
        let texts: (String, String) =
            sqlx::query_as("SELECT project_name, description FROM packages").fetch_one(&store.readers).await.unwrap();
        assert_eq!(texts, ("Shop".to_owned(), "The shop".to_owned()));
    }

    /// Factors, enrolments, sessions and windows in every state keep their meaning on both engines.
    #[tokio::test]
    async fn second_factors_sessions_and_windows_are_kept_when_factors_get_kinds() {
        /// The last migration before second factors of several kinds.
        const BEFORE: i64 = 8;
        let folder = tempfile::tempdir().unwrap();
        let sqlite = DatabaseUrl::Sqlite(folder.path().join("padlock.db"));
        for url in [sqlite, new_database().await.parse().unwrap()] {
            let store = SqlStore::connect(&url, true).await.unwrap();
            run_to(store.engine, &store.writers, BEFORE).await.unwrap();
            let id = |n: u8| format!("00000000-0000-7000-8000-0000000000{n:02}");
            let mut statements = Vec::new();
            // (sign_in, attempts, wait_until, codes_saved): fresh, required at sign-in, after wrong codes, locked, blocked.
            let factors =
                [(0, 0, None, 0), (1, 0, None, 1), (0, 3, None, 1), (1, 10, Some(99_000), 1), (1, 50, None, 0)];
            for (n, (sign_in, attempts, wait_until, codes_saved)) in (1_u8..).zip(factors) {
                let wait_until = wait_until.map_or("NULL".to_owned(), |at: i64| at.to_string());
                statements.extend([
                    format!(
                        "INSERT INTO accounts (id, login, name, password, disabled) VALUES ('{}', '{n}@x', '{n}', '', 0)",
                        id(n)
                    ),
                    format!(
                        "INSERT INTO second_factors (account, id, seed, last_step, sign_in, enrolled_at, attempts,
                             wait_until, codes_saved)
                         VALUES ('{}', '{}', 'v1.k.{n}', {}, {sign_in}, {}, {attempts}, {wait_until}, {codes_saved})",
                        id(n), id(n + 10), 100 + i64::from(n), 1_000 * i64::from(n)
                    ),
                    // A replacement that is pending, with some wrong codes.
                    format!(
                        "INSERT INTO enrolments (account, id, session, seed, replaces, expires_at, attempts)
                         VALUES ('{}', '{}', '{}', 'v1.k.new{n}', '{}', 9000, {n})",
                        id(n), id(n + 20), id(n + 30), id(n + 10)
                    ),
                    // A window that is open, one that has expired, none.
                    format!(
                        "INSERT INTO sessions (id, secret, account, kind, user_agent, created_at, last_seen_at,
                             authorised_until, window_used_at, window_proved_at, window_seal)
                         VALUES ('{}', '{}', '{}', '{}', 'curl/8', 1, 2, {})",
                        id(n + 30), format!("{n:02}").repeat(32), id(n), if n % 2 == 0 { "cookie" } else { "bearer" },
                        match n { 1 => "28800001, 1, 1, 'v1.k.seal'", 2 => "5, 4, 3, 'v1.k.old'", _ => "NULL, NULL, NULL, NULL" }
                    ),
                ]);
            }
            for statement in &statements {
                sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&store.writers).await.unwrap();
            }
            let sessions = "SELECT id, secret, kind, authorised_until, window_used_at, window_proved_at, window_seal
                 FROM sessions ORDER BY id";
            let before = rows(&store, sessions).await;
            run(store.engine, &store.writers).await.unwrap();
            assert_eq!(rows(&store, sessions).await, before, "{url}");

            let mut tx = store.begin_read().await.unwrap();
            for (n, (sign_in, attempts, wait_until, codes_saved)) in (1_u8..).zip(factors) {
                let account = id(n).parse().unwrap();
                let at = |millis| Timestamp::from_millisecond(millis).unwrap();
                let (seed, last_step) = (EncryptedSecret(format!("v1.k.{n}")), Step::from_number(100 + i64::from(n)));
                let expected = SecondFactorRecord {
                    id: id(n + 10).parse().unwrap(),
                    account,
                    details: SecondFactorDetailsRecord::Authenticator { seed, last_step },
                    required_at_sign_in: sign_in == 1,
                    enrolled_at: at(1_000 * i64::from(n)),
                    attempts: Attempts { count: attempts, wait_until: wait_until.map(at) },
                    recovery_codes_saved: codes_saved == 1,
                };
                assert_eq!(tx.second_factor(account).await.unwrap(), Some(expected), "{url}");
                let expected = EnrolmentRecord {
                    id: id(n + 20).parse().unwrap(),
                    account,
                    session: id(n + 30).parse().unwrap(),
                    details: EnrolmentDetailsRecord::Authenticator { seed: EncryptedSecret(format!("v1.k.new{n}")) },
                    replaces: Some(id(n + 10).parse().unwrap()),
                    expires_at: at(9_000),
                    attempts: n.into(),
                };
                assert_eq!(tx.pending_enrolment(account).await.unwrap(), Some(expected), "{url}");
            }
            drop(tx);
            store.close().await;
        }
    }

    async fn rows(store: &SqlStore, select: &'static str) -> Vec<String> {
        let mut tx = store.begin_read().await.unwrap();
        let row = |row: &Row| {
            let text = |name| Ok::<_, StoreError>(row.optional_text(name)?.unwrap_or_default());
            let number = |name| Ok::<_, StoreError>(row.optional_integer(name)?.unwrap_or(-1));
            let texts = [text("id")?, text("secret")?, text("kind")?, text("window_seal")?];
            let numbers = [number("authorised_until")?, number("window_used_at")?, number("window_proved_at")?];
            Ok(format!("{texts:?} {numbers:?}"))
        };
        tx.fetch_all(sql(select), row).await.unwrap()
    }

    #[tokio::test]
    async fn a_database_with_other_migrations_is_refused() {
        for (statement, message) in [
            (
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (999, 'from the future', TRUE, x'00', 0)",
                "newer version",
            ),
            ("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1", "was changed"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("padlock.db");
            let store = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
            sqlx::query(statement).execute(&store.writers).await.unwrap();
            store.close().await;
            let error = SqlStore::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }
}
