//! Typed calls.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::{FutureExt, LocalBoxFuture};
use leptos::prelude::*;
use padlock_contract::apps::App;
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::environments::Environment;
use padlock_contract::packages::Package;
use padlock_contract::session::{Portal, Session, SignIn, SignedIn};
use padlock_contract::{ErrorCode, Page, Problem, paths};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Failure, Method, NoAnswer, Request, Response, call, json, upload};

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

/// A call on its way; dropped, it stops. Everything but the reading of its answer is the same for all types.
pub struct Call<T> {
    text: LocalBoxFuture<'static, Answer<String>>,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Future for Call<T> {
    type Output = Answer<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer<T>> {
        self.text.poll_unpin(context).map(|text| {
            let text = text?;
            json::read(&text).map_err(|_| Failure::Unreadable("an answer of another shape".to_owned()))
        })
    }
}

impl Api {
    /// Who I am.
    #[must_use]
    pub fn session(self) -> Call<Session> {
        self.get(paths::SESSION.to_owned())
    }

    /// What a stranger may know.
    #[must_use]
    pub fn portal(self) -> Call<Portal> {
        self.get(paths::PORTAL.to_owned())
    }

    /// Signs in.
    #[must_use]
    pub fn sign_in(self, login: String, password: String) -> Call<SignedIn> {
        self.post(paths::SIGN_IN.to_owned(), &SignIn { login, password, token: false })
    }

    /// Signs out.
    #[must_use]
    pub fn sign_out(self) -> LocalBoxFuture<'static, Answer<String>> {
        self.ask(Method::Delete, paths::SESSION.to_owned(), None)
    }

    /// The apps I belong to, all of them.
    #[must_use]
    pub fn apps(self) -> Call<Page<App>> {
        self.get(paths::APPS.to_owned())
    }

    /// One of them.
    #[must_use]
    pub fn app(self, app: &str) -> Call<App> {
        self.get(paths::app(app))
    }

    /// Its environments in promotion order, all of them.
    #[must_use]
    pub fn environments(self, app: &str) -> Call<Page<Environment>> {
        self.get(paths::environments(app))
    }

    /// A page of the Deployment Package Repository, the newest first.
    #[must_use]
    pub fn packages(self, app: &str, cursor: Option<&str>) -> Call<Page<Package>> {
        self.get(crate::address::with_query(&paths::packages(app), &[("cursor", cursor.unwrap_or_default())]))
    }

    /// A package.
    #[must_use]
    pub fn package(self, app: &str, package: &str) -> Call<Package> {
        self.get(paths::package(app, package))
    }

    /// Deletes a package.
    #[must_use]
    pub fn delete_package(self, app: &str, package: &str) -> LocalBoxFuture<'static, Answer<String>> {
        self.ask(Method::Delete, paths::package(app, package), None)
    }

    /// Sends a file to the repository; `progress` is told how many bytes of how many went out.
    #[must_use]
    pub fn upload(self, app: &str, file: web_sys::File, progress: impl Fn(u64, u64) + 'static) -> Call<Package> {
        Call { text: self.checked(upload(paths::packages(app), file, progress)), of: PhantomData }
    }

    /// Asks for a deployment.
    #[must_use]
    pub fn deploy(self, app: &str, environment: &str, what: &NewDeployment) -> Call<Deployment> {
        self.post(paths::deployments(app, environment), what)
    }

    /// Starts, stops or restarts an environment.
    #[must_use]
    pub fn act(self, app: &str, environment: &str, act: &str) -> LocalBoxFuture<'static, Answer<String>> {
        self.ask(Method::Post, paths::act(app, environment, act), None)
    }

    fn get<T>(self, path: String) -> Call<T> {
        Call { text: self.ask(Method::Get, path, None), of: PhantomData }
    }

    fn post<T>(self, path: String, body: &impl Serialize) -> Call<T> {
        // The contract's own requests: they are always JSON.
        let body = serde_json::to_string(body).unwrap_or_default();
        Call { text: self.ask(Method::Post, path, Some(body)), of: PhantomData }
    }

    fn ask(self, method: Method, path: String, body: Option<String>) -> LocalBoxFuture<'static, Answer<String>> {
        self.checked(call(Request { method, path, body }))
    }

    fn checked(
        self,
        answer: impl Future<Output = Result<Response, NoAnswer>> + 'static,
    ) -> LocalBoxFuture<'static, Answer<String>> {
        answer.map(move |answer| self.judge(answer)).boxed_local()
    }

    fn judge(self, answer: Result<Response, NoAnswer>) -> Answer<String> {
        let Response { status, body } = answer?;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let problem: Problem =
            json::read(&body).map_err(|_| Failure::Unreadable(format!("an answer with the status {status}")))?;
        if problem.code == ErrorCode::NotSignedIn {
            self.signed_out.try_run(());
        }
        Err(Failure::Problem(Box::new(problem)))
    }
}

/// What changed, from the data of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// An environment.
    Environment,
    /// The repository.
    Packages,
    /// Nobody knows.
    Something,
}

/// Reads the data of an event: only what kind of change it is, for what changed is fetched anew.
#[must_use]
pub fn changed(data: &str) -> Changed {
    #[derive(serde::Deserialize)]
    struct Kind {
        r#type: String,
    }
    let kind = json::read::<Kind>(data).map(|kind| kind.r#type);
    match kind.as_deref() {
        Ok("environment") => Changed::Environment,
        Ok("packages") => Changed::Packages,
        _ => Changed::Something,
    }
}

#[cfg(test)]
mod tests {
    use padlock_contract::events::Change;

    use super::*;

    #[test]
    fn changes_are_told_apart_by_the_contracts_words() {
        let read = |change| changed(&serde_json::to_string(&change).unwrap());
        assert_eq!(read(Change::Environment { environment: "test".into() }), Changed::Environment);
        assert_eq!(read(Change::Packages), Changed::Packages);
        assert_eq!(read(Change::Missed), Changed::Something);
        assert_eq!(changed("not json"), Changed::Something);
    }
}
