//! Typed calls.

use leptos::prelude::*;
use padlock_contract::apps::App;
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::environments::Environment;
use padlock_contract::packages::Package;
use padlock_contract::session::{Portal, Session, SignIn, SignedIn};
use padlock_contract::{ErrorCode, Page, Problem, paths};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Failure, Method, Request, Response, call, upload};

/// The API, as the pages see it.
#[derive(Clone, Copy)]
pub struct Api {
    signed_out: Callback<()>,
}

/// Makes [`use_api`] work below. `signed_out` is called when an answer says that nobody is signed in any more.
pub fn provide_api(signed_out: Callback<()>) -> Api {
    let api = Api { signed_out };
    provide_context(api);
    api
}

/// The API.
#[must_use]
pub fn use_api() -> Api {
    use_context().unwrap_or_else(|| Api { signed_out: Callback::new(|()| ()) })
}

/// What a call answers.
pub type Answer<T> = Result<T, Failure>;

impl Api {
    /// Who I am.
    pub async fn session(self) -> Answer<Session> {
        self.get(paths::SESSION.to_owned()).await
    }

    /// What a stranger may know.
    pub async fn portal(self) -> Answer<Portal> {
        self.get(paths::PORTAL.to_owned()).await
    }

    /// Signs in.
    pub async fn sign_in(self, login: String, password: String) -> Answer<SignedIn> {
        self.post(paths::SIGN_IN.to_owned(), &SignIn { login, password, token: false }).await
    }

    /// Signs out.
    pub async fn sign_out(self) -> Answer<()> {
        self.ask(Method::Delete, paths::SESSION.to_owned(), None).await.map(drop)
    }

    /// The apps I belong to.
    pub async fn apps(self) -> Answer<Vec<App>> {
        self.all(paths::APPS.to_owned()).await
    }

    /// One of them.
    pub async fn app(self, app: String) -> Answer<App> {
        self.get(paths::app(&app)).await
    }

    /// Its environments in promotion order.
    pub async fn environments(self, app: String) -> Answer<Vec<Environment>> {
        self.all(paths::environments(&app)).await
    }

    /// One of them.
    pub async fn environment(self, app: String, environment: String) -> Answer<Environment> {
        self.get(paths::environment(&app, &environment)).await
    }

    /// A page of the Deployment Package Repository, the newest first.
    pub async fn packages(self, app: String, cursor: Option<String>) -> Answer<Page<Package>> {
        let path = paths::packages(&app);
        self.get(cursor.map(|cursor| format!("{path}?cursor={cursor}")).unwrap_or(path)).await
    }

    /// A package.
    pub async fn package(self, app: String, package: String) -> Answer<Package> {
        self.get(paths::package(&app, &package)).await
    }

    /// Deletes a package.
    pub async fn delete_package(self, app: String, package: String) -> Answer<()> {
        self.ask(Method::Delete, paths::package(&app, &package), None).await.map(drop)
    }

    /// Sends a file to the repository; `progress` is told how many bytes of how many went out.
    pub async fn upload(
        self,
        app: String,
        file: web_sys::File,
        progress: impl Fn(u64, u64) + 'static,
    ) -> Answer<Package> {
        self.read(&self.checked(upload(paths::packages(&app), file, progress).await?)?)
    }

    /// Asks for a deployment.
    pub async fn deploy(self, app: String, environment: String, what: NewDeployment) -> Answer<Deployment> {
        self.post(paths::deployments(&app, &environment), &what).await
    }

    /// Starts, stops or restarts an environment.
    pub async fn act(self, app: String, environment: String, act: &'static str) -> Answer<()> {
        self.ask(Method::Post, paths::act(&app, &environment, act), None).await.map(drop)
    }

    /// A whole list, page by page: for lists that are short by nature.
    async fn all<T: DeserializeOwned>(self, path: String) -> Answer<Vec<T>> {
        let mut page: Page<T> = self.get(path.clone()).await?;
        let mut items = page.items;
        while let Some(cursor) = page.next_cursor {
            page = self.get(format!("{path}?cursor={cursor}")).await?;
            items.append(&mut page.items);
        }
        Ok(items)
    }

    async fn get<T: DeserializeOwned>(self, path: String) -> Answer<T> {
        self.read(&self.ask(Method::Get, path, None).await?)
    }

    async fn post<T: DeserializeOwned>(self, path: String, body: &impl Serialize) -> Answer<T> {
        let body = serde_json::to_string(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
        self.read(&self.ask(Method::Post, path, Some(body)).await?)
    }

    /// Not generic, so that the program holds it once.
    async fn ask(self, method: Method, path: String, body: Option<String>) -> Answer<Response> {
        self.checked(call(Request { method, path, body }).await?)
    }

    fn checked(self, response: Response) -> Answer<Response> {
        if (200..300).contains(&response.status) {
            return Ok(response);
        }
        let problem: Problem = serde_json::from_str(&response.body)
            .map_err(|_| Failure::Unreadable(format!("status {}", response.status)))?;
        if problem.code == ErrorCode::NotSignedIn {
            self.signed_out.try_run(());
        }
        Err(Failure::Problem(Box::new(problem)))
    }

    fn read<T: DeserializeOwned>(self, response: &Response) -> Answer<T> {
        serde_json::from_str(&response.body).map_err(|error| Failure::Unreadable(error.to_string()))
    }
}
