//! Every store, and values to insert into them.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use padlock_api::memory::MemoryStore;
use padlock_api::ports::{Attempt, Insert, Store, Transaction};
use padlock_domain::package::Sha256;
use padlock_domain::password::PasswordForm;
use padlock_domain::{
    Account, AccountId, App, AppId, Deployment, DeploymentId, Environment, EnvironmentId, EnvironmentState, Manifest,
    Membership, MfaChallenge, Package, PackageId, PasswordHash, PermissionSet, Promotion, SecretHash, SessionId,
    SessionKind, Timestamp,
};
use padlock_server::store::{DatabaseUrl, SqlStore};
use tempfile::TempDir;

/// Runs each of these test functions with every store.
macro_rules! for_each_store {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() {
                super::$test($crate::store::fixtures::TestStore::memory()).await;
            })+
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() {
                super::$test($crate::store::fixtures::TestStore::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() {
                super::$test($crate::store::fixtures::TestStore::postgres().await).await;
            })+
        }
    };
}
pub(super) use for_each_store;

/// An empty store.
pub(super) struct TestStore {
    store: Arc<dyn Store>,
    in_memory: bool,
    _folder: Option<TempDir>,
}

impl TestStore {
    pub(super) fn memory() -> Self {
        Self { store: Arc::new(MemoryStore::default()), in_memory: true, _folder: None }
    }

    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqlStore::open(&DatabaseUrl::Sqlite(folder.path().join("padlock.db"))).await.unwrap();
        Self { store: Arc::new(store), in_memory: false, _folder: Some(folder) }
    }

    pub(super) async fn postgres() -> Self {
        let url = padlock_trials::postgres::new_database().await.parse().unwrap();
        let store = SqlStore::open(&url).await.unwrap();
        Self { store: Arc::new(store), in_memory: false, _folder: None }
    }

    pub(super) fn is_in_memory(&self) -> bool {
        self.in_memory
    }

    pub(super) fn shared(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }
}

impl Deref for TestStore {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

/// Returns a time this many seconds after the start of the sample data.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + second * 1_000).unwrap()
}

/// Returns random bytes for an id; no two calls return the same.
pub(crate) fn unique() -> [u8; 10] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let [a, b, c, d] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    [a, b, c, d, 0, 0, 0, 0, 0, 1]
}

pub(super) fn account(login: &str) -> Account {
    Account {
        id: AccountId::new(at(0), unique()),
        login: login.parse().unwrap(),
        name: format!("{login} – Ünïcode 'quoted'"),
        password_hash: PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(), PasswordForm::Nfc),
        disabled: false,
        support_agent: false,
    }
}

/// Inserts an account.
pub(super) async fn add_account(tx: &mut dyn Transaction, login: &str) -> Account {
    let account = account(login);
    assert_eq!(tx.add_account(&account).await.unwrap(), Insert::Inserted);
    account
}

/// Returns a sign-in that waits for a code since second 4.
pub(super) fn challenge(account: &Account) -> MfaChallenge {
    MfaChallenge {
        id: SessionId::new(at(4), unique()),
        secret_hash: SecretHash([4; 32]),
        account: account.id,
        kind: SessionKind::Cookie,
        user_agent: "curl/8".to_owned(),
        created_at: at(4),
        attempts: 0,
    }
}

pub(super) fn app(slug: &str, technical_contact: AccountId) -> App {
    App {
        id: AppId::new(at(0), unique()),
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        promotion: Promotion::Strict,
        technical_contact,
    }
}

pub(super) fn environment(app: &App, slug: &str, position: u32) -> Environment {
    Environment {
        id: EnvironmentId::new(at(0), unique()),
        app: app.id,
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        position,
        protected: position == 2,
        state: EnvironmentState::Empty,
        active_deployment: None,
        revision: 1,
    }
}

pub(super) fn package(app: &App, by: &Account, second: i64) -> Package {
    let json = br#"{"RuntimeVersion":"10.6.1","ModelVersion":"1.2.0","Constants":[{"Name":"A.B","DefaultValue":"x"}]}"#;
    Package {
        id: PackageId::new(at(second), unique()),
        app: app.id,
        file_name: "shop-1.2.0.mda".to_owned(),
        manifest: Manifest::parse(json).unwrap(),
        has_index_page: true,
        size: 123_456_789_012,
        sha256: Sha256(std::array::from_fn(|i| u8::try_from(i * 7).unwrap())),
        uploaded_by: by.id,
        created_at: at(second),
    }
}

pub(super) fn deployment(onto: &Environment, package: &Package, by: &Account, second: i64) -> Deployment {
    Deployment {
        id: DeploymentId::new(at(second), unique()),
        app: onto.app,
        environment: onto.id,
        from: None,
        package: package.to_ref(),
        replaces: None,
        start: true,
        requested_by: by.id,
        created_at: at(second),
        stages: Vec::new(),
        end: None,
    }
}

/// An account, an app with three environments whose Technical Contact it is, and a package.
pub(crate) struct SampleData {
    pub(crate) tess: Account,
    pub(crate) shop: App,
    pub(crate) environments: Vec<Environment>,
    pub(crate) package: Package,
}

impl SampleData {
    pub(crate) async fn insert(store: &dyn Store) -> Self {
        let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
        let tess = add_account(&mut *tx, "tess@padlock.example").await;
        let shop = app("shop", tess.id);
        let environments: Vec<_> =
            ["test", "acceptance", "production"].iter().zip(0..).map(|(s, n)| environment(&shop, s, n)).collect();
        let package = package(&shop, &tess, 0);
        assert_eq!(tx.add_app(&shop).await.unwrap(), Insert::Inserted);
        // The membership refers to environments that the same transaction inserts later.
        let granted: BTreeMap<_, _> = environments.iter().map(|e| (e.id, PermissionSet::ALL)).collect();
        tx.add_membership(&Membership {
            app: shop.id,
            account: tess.id,
            technical_contact: true,
            deploy_permissions: true,
            deactivated: false,
            granted,
        })
        .await
        .unwrap();
        for environment in &environments {
            assert_eq!(tx.add_environment(environment).await.unwrap(), Insert::Inserted);
        }
        tx.add_package(&package).await.unwrap();
        tx.commit().await.unwrap();
        Self { tess, shop, environments, package }
    }
}
