//! Every kind of caller: members of the app `shop` in each role, with each credential and authorised window.

use std::fmt;
use std::sync::Arc;

use padlock_api::demo::PASSWORD;
use padlock_api::memory::{InlineHasher, MemoryStore, Revision};
use padlock_api::ports::Insert;
use padlock_domain::{
    Account, AccountId, App, Environment, Membership, Permission, PermissionSet, SignedDuration, Timestamp,
};
use padlock_server::system::SystemEntropy;
use serde_json::json;

use super::requests::{AccountKind, Case, Objects};
use super::table::Member;
use crate::authenticator::Authenticator;
use crate::client::Client;
use crate::test_api::TestApi;

/// A role in the app `shop`.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) technical_contact: bool,
    pub(super) deactivated: bool,
    pub(super) is_stranger: bool,
    deploy_permissions: bool,
    /// The names of the permissions that have an effect.
    permissions: Vec<String>,
    granted: PermissionSet,
    /// The only environment on which they are granted; `None` for all of them.
    only_on: Option<&'static str>,
}

impl Role {
    pub(super) fn all() -> Vec<Self> {
        let role = |name: &str, permissions: &[Permission]| Self {
            name: name.to_lowercase().replace(' ', "-"),
            technical_contact: false,
            deactivated: false,
            is_stranger: false,
            deploy_permissions: true,
            permissions: permissions.iter().map(|permission| permission.name().to_owned()).collect(),
            granted: permissions.iter().copied().collect(),
            only_on: None,
        };
        let mut roles = vec![
            Self { technical_contact: true, ..role("technical contact", &[]) },
            Self { deactivated: true, ..role("deactivated", Permission::ALL) },
            Self { is_stranger: true, ..role("stranger", &[]) },
            role("nothing", &[]),
            role("everything", Permission::ALL),
            Self { only_on: Some("acceptance"), ..role("only acceptance", Permission::ALL) },
            Self { only_on: Some("production"), ..role("only production", Permission::ALL) },
            role("script deployer", &[Permission::TransportRights, Permission::ApiRights]),
            Self { deploy_permissions: false, granted: PermissionSet::ALL, ..role("no deploy permissions", &[]) },
        ];
        roles.extend(Permission::ALL.iter().map(|permission| role(permission.name(), &[*permission])));
        roles
    }

    fn login(&self) -> String {
        format!("{}@padlock.example", self.name)
    }

    fn membership(&self, app: &App, account: AccountId, environments: &[Environment]) -> Membership {
        Membership {
            app: app.id,
            account,
            technical_contact: self.technical_contact,
            deploy_permissions: self.deploy_permissions,
            deactivated: self.deactivated,
            granted: environments
                .iter()
                .filter(|environment| self.only_on.is_none_or(|slug| slug == environment.slug.as_str()))
                .map(|environment| (environment.id, self.granted))
                .collect(),
        }
    }
}

/// What the credential has proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Window {
    /// There is no credential.
    Anonymous,
    /// A right password at a sign-in that requires a code.
    Waiting,
    /// A right password.
    Closed,
    /// A code, eight hours ago.
    Expired,
    /// A code.
    Open,
}

#[derive(Clone)]
pub(super) struct Caller {
    pub(super) role: Role,
    pub(super) window: Window,
    pub(super) browser: bool,
    pub(super) client: Client,
    pub(super) authenticator: Option<Arc<Authenticator>>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credential = if self.browser { "cookie" } else { "bearer" };
        write!(f, "{} with {credential}, {:?}", self.role.name, self.window)
    }
}

impl Caller {
    /// Returns the member as the table sees them. `environment` is that of the request, if it is about one.
    pub(super) fn as_member(&self, environment: Option<&str>) -> Member<'_> {
        let only_elsewhere = self.role.only_on.zip(environment).is_some_and(|(only, environment)| only != environment);
        Member {
            technical_contact: self.role.technical_contact,
            deactivated: self.role.deactivated,
            permissions: if only_elsewhere { &[] } else { &self.role.permissions },
            browser: self.browser,
            token: false,
            open: self.window == Window::Open,
        }
    }
}

pub(super) struct Callers {
    pub(super) api: TestApi,
    store: MemoryStore,
    start: Revision,
    start_time: Timestamp,
    pub(super) objects: Objects,
    enrolled: Vec<Caller>,
    not_enrolled: Vec<Caller>,
}

impl Callers {
    pub(super) async fn create() -> Self {
        let store = MemoryStore::default();
        let api = TestApi::in_memory_with(|ports| {
            ports.store = Arc::new(store.clone());
            ports.hasher = Arc::new(InlineHasher::for_public_passwords(Arc::new(SystemEntropy)));
        })
        .await;
        let mut not_enrolled = Vec::new();
        let mut members = Vec::new();
        for role in Role::all() {
            add_account(&api, &role).await;
            not_enrolled.extend(without_second_factor(&api, &role).await);
            members.push(EnrolledMember::create(&api, role).await);
        }
        for browser in [true, false] {
            next_step(&api);
            for member in &mut members {
                member.verify(&api, Window::Expired, browser).await;
            }
        }
        api.clock.advance(SignedDuration::from_hours(8));
        for browser in [true, false] {
            next_step(&api);
            for member in &mut members {
                member.verify(&api, Window::Open, browser).await;
                let waiting = sign_in(&api, &member.role, browser).await;
                member.clients.push((Window::Waiting, browser, waiting));
            }
        }
        // Nobody has used the code of this step yet.
        next_step(&api);
        let objects = Objects::find(&api).await;
        let enrolled = members.into_iter().flat_map(EnrolledMember::into_callers).collect();
        let callers =
            Self { start: store.revision(), start_time: api.now(), api, store, objects, enrolled, not_enrolled };
        callers.use_every_session().await;
        Self { start: callers.store.revision(), start_time: callers.api.now(), ..callers }
    }

    /// Uses every session once, so that none has to save its last use again.
    async fn use_every_session(&self) {
        for caller in self.enrolled.iter().chain(&self.not_enrolled) {
            let expected = if caller.window == Window::Waiting { 401 } else { 200 };
            caller.client.get("/session").await.expect(expected);
        }
    }

    /// Returns to the state and the time in which the callers were created.
    pub(super) async fn reset(&self) {
        self.store.restore(&self.start).await;
        self.api.clock.set(self.start_time);
    }

    /// Returns whether the store has the same rows as after [`Callers::reset`] and the preparation that returned `prepared`.
    pub(super) fn is_unchanged_since(&self, prepared: &Revision) -> bool {
        self.store.revision() == *prepared
    }

    /// Returns the present state of the store.
    pub(super) fn revision(&self) -> Revision {
        self.store.revision()
    }

    /// Returns the callers that a case is for.
    pub(super) fn for_case(&self, case: &Case) -> Vec<Caller> {
        let callers = if case.account == AccountKind::NotEnrolled { &self.not_enrolled } else { &self.enrolled };
        let mut callers = callers.clone();
        // Without a second factor that asks at sign-in nobody waits, so that only enrolled accounts do.
        let client = self.api.anonymous();
        let role = Role::all().remove(0);
        callers.push(Caller { role, window: Window::Anonymous, browser: true, client, authenticator: None });
        callers
    }
}

async fn add_account(api: &TestApi, role: &Role) {
    let id = AccountId::new(api.now(), api.ports.random());
    let (role, clock, entropy) = (role.clone(), api.ports.clock.as_ref(), api.ports.entropy.as_ref());
    let added = api.ports.store.write(clock, entropy, |mut tx| {
        let role = role.clone();
        async move {
            let tess = tx.account_by_login(&"tess@padlock.example".parse().unwrap()).await?.unwrap();
            let account = Account { id, login: role.login().parse().unwrap(), name: role.name.clone(), ..tess };
            assert_eq!(tx.add_account(&account).await?, Insert::Inserted);
            let app = tx.app("shop").await?.unwrap();
            let environments = tx.environments(app.id).await?;
            if !role.is_stranger {
                tx.add_membership(&role.membership(&app, id, &environments)).await?;
            }
            tx.commit(()).await
        }
    });
    added.await.unwrap().into_value();
}

async fn sign_in(api: &TestApi, role: &Role, browser: bool) -> Client {
    let mut client = api.anonymous();
    if !browser {
        client.headers.remove(http::header::ORIGIN);
    }
    let form = json!({ "login": role.login(), "password": PASSWORD, "token": !browser });
    let response = client.post("/sign-in", form).await.expect(200);
    client.update_secret(&response);
    client
}

/// Returns callers whose account has no second factor.
async fn without_second_factor(api: &TestApi, role: &Role) -> Vec<Caller> {
    let role = Role { name: format!("{}-not-enrolled", role.name), ..role.clone() };
    add_account(api, &role).await;
    let mut callers = Vec::new();
    for browser in [true, false] {
        let (role, client) = (role.clone(), sign_in(api, &role, browser).await);
        callers.push(Caller { role, window: Window::Closed, browser, client, authenticator: None });
    }
    callers
}

/// Advances the clock to the next code of every authenticator app.
fn next_step(api: &TestApi) {
    api.clock.advance(SignedDuration::from_secs(30));
}

/// A member with an authenticator app who has to type a code at sign-in.
struct EnrolledMember {
    role: Role,
    authenticator: Arc<Authenticator>,
    clients: Vec<(Window, bool, Client)>,
}

impl EnrolledMember {
    async fn create(api: &TestApi, role: Role) -> Self {
        let mut clients = Vec::new();
        for browser in [true, false] {
            clients.push((Window::Closed, browser, sign_in(api, &role, browser).await));
        }
        let mut enrolling = sign_in(api, &role, true).await;
        let authenticator = Arc::new(enrolling.enrol_for(api, true).await.authenticator);
        Self { role, authenticator, clients }
    }

    /// Signs in with a code.
    async fn verify(&mut self, api: &TestApi, window: Window, browser: bool) {
        let mut client = sign_in(api, &self.role, browser).await;
        client.verify(&self.authenticator.code(api)).await.expect(200);
        self.clients.push((window, browser, client));
    }

    fn into_callers(self) -> Vec<Caller> {
        let caller = |(window, browser, client)| Caller {
            role: self.role.clone(),
            window,
            browser,
            client,
            authenticator: Some(Arc::clone(&self.authenticator)),
        };
        self.clients.into_iter().map(caller).collect()
    }
}
