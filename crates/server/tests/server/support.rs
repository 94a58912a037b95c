//! What several tests need: both stores, a small world, packages, and a client that speaks plain HTTP.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use padlock_api::memory::MemoryStore;
use padlock_api::ports::{Insert, Store, Transaction};
use padlock_domain::Timestamp;
use padlock_domain::account::{Account, PasswordHash};
use padlock_domain::app::{App, Membership, Promotion};
use padlock_domain::deployment::Deployment;
use padlock_domain::environment::{Environment, Slot};
use padlock_domain::ids::{AccountId, AppId, DeploymentId, EnvironmentId, PackageId};
use padlock_domain::package::{Manifest, Package, Sha256};
use padlock_domain::permission::{Permission, PermissionSet};
use padlock_server::store::SqliteStore;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Both stores, empty. The folder goes when the tests are done with it.
pub(crate) async fn stores() -> Vec<(&'static str, Arc<dyn Store>, Option<TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteStore::open(&folder.path().join("padlock.db")).await.unwrap();
    vec![("memory", Arc::new(MemoryStore::default()), None), ("sqlite", Arc::new(sqlite), Some(folder))]
}

/// A moment, in seconds of the tests' own time.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + second * 1_000).unwrap()
}

/// Ten bytes that never come twice.
pub(crate) fn unique() -> [u8; 10] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let [a, b, c, d] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    [a, b, c, d, 0, 0, 0, 0, 0, 1]
}

pub(crate) fn account(login: &str) -> Account {
    Account {
        id: AccountId::new(at(0), unique()),
        login: login.parse().unwrap(),
        name: format!("{login} – Ünïcode 'quoted'"),
        password: PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned()),
        disabled: false,
        support_agent: false,
    }
}

pub(crate) fn app(slug: &str, technical_contact: AccountId) -> App {
    App {
        id: AppId::new(at(0), unique()),
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        promotion: Promotion::Strict,
        technical_contact,
    }
}

pub(crate) fn environment(app: &App, slug: &str, position: u32) -> Environment {
    Environment {
        id: EnvironmentId::new(at(0), unique()),
        app: app.id,
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        position,
        protected: position == 2,
        slot: Slot::Empty,
        job: None,
        revision: 1,
    }
}

pub(crate) fn package(app: &App, by: &Account, second: i64) -> Package {
    let json = br#"{"RuntimeVersion":"10.6.1","ModelVersion":"1.2.0","Constants":[{"Name":"A.B","DefaultValue":"x"}]}"#;
    Package {
        id: PackageId::new(at(second), unique()),
        app: app.id,
        file_name: "shop-1.2.0.mda".to_owned(),
        manifest: Manifest::parse(json).unwrap(),
        size: 123_456_789_012,
        sha256: Sha256(std::array::from_fn(|i| u8::try_from(i * 7).unwrap())),
        uploaded_by: by.id,
        created_at: at(second),
    }
}

pub(crate) fn deployment(onto: &Environment, package: &Package, by: &Account, second: i64) -> Deployment {
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

/// A person, an app with three environments, and a package.
pub(crate) struct World {
    pub(crate) tess: Account,
    pub(crate) shop: App,
    pub(crate) environments: Vec<Environment>,
    pub(crate) package: Package,
}

impl World {
    pub(crate) async fn make(store: &dyn Store) -> Self {
        let tess = account("tess@padlock.example");
        let shop = app("shop", tess.id);
        let environments: Vec<_> =
            ["test", "acceptance", "production"].iter().zip(0..).map(|(s, n)| environment(&shop, s, n)).collect();
        let package = package(&shop, &tess, 0);
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&tess).await.unwrap(), Insert::Inserted);
        assert_eq!(work.add_app(&shop).await.unwrap(), Insert::Inserted);
        // The matrix before its columns: the order within one transaction is nobody's concern.
        let granted: BTreeMap<_, _> = environments.iter().map(|e| (e.id, PermissionSet::ALL)).collect();
        work.add_membership(&Membership {
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
            assert_eq!(work.add_environment(environment).await.unwrap(), Insert::Inserted);
        }
        work.add_package(&package).await.unwrap();
        work.commit().await.unwrap();
        Self { tess, shop, environments, package }
    }
}

pub(crate) fn some_permissions() -> PermissionSet {
    [Permission::TransportRights, Permission::ApiRights].into_iter().collect()
}

pub(crate) async fn commit(work: Box<dyn Transaction>) {
    work.commit().await.unwrap();
}

/// A package file with these files in it.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An answer as it came over the wire.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Sends a request as it stands (its head's lines, then its body) and reads the answer to its end.
pub(crate) async fn ask(to: SocketAddr, head: &str, body: &(impl AsRef<[u8]> + ?Sized)) -> Answer {
    let (mut stream, body) = (TcpStream::connect(to).await.unwrap(), body.as_ref());
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = head.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r\n");
    let request = format!("{head}\r\n{length}Connection: close\r\n\r\n");
    stream.write_all(&[request.as_bytes(), body].concat()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head: head.replace('\r', ""), body: body.to_owned() }
}
