//! Typed calls.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture};
use leptos::prelude::*;
use padlock_contract::activity::ActivityEntry;
use padlock_contract::apps::App;
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::environments::Environment;
use padlock_contract::packages::Package;
use padlock_contract::session::{Portal, Session, SignIn, SignedIn};
use padlock_contract::{ErrorCode, Page, Problem, paths};
use serde::Serialize;

use super::{Failure, Method, NoAnswer, Request, Response, call, json, upload};

/// How long the cookie of a proof that was given meanwhile may take to arrive.
const COOKIE: Duration = Duration::from_millis(250);

/// The API, as the pages see it.
#[derive(Clone, Copy)]
pub struct Api {
    signed_in: Signal<bool>,
    signed_out: Callback<()>,
    turn: StoredValue<u32>,
}

/// Makes [`use_api`] work below. `signed_in` says whether somebody seems to be signed in; `signed_out` is called when
/// an answer says that nobody is, unless `turn`, which counts what happens to the session here, changed since it was
/// asked: then it tells of a session before.
pub fn provide_api(signed_in: Signal<bool>, signed_out: Callback<()>, turn: StoredValue<u32>) -> Api {
    let api = Api { signed_in, signed_out, turn };
    provide_context(api);
    api
}

/// The API.
#[must_use]
pub fn use_api() -> Api {
    use_context().unwrap_or_else(|| Api {
        signed_in: false.into(),
        signed_out: Callback::new(|()| ()),
        turn: StoredValue::new(0),
    })
}

/// What a call answers.
pub type Answer<T> = Result<T, Failure>;

/// A call on its way; dropped, it stops. Everything but the reading of its answer is the same for all types.
pub struct Call<T> {
    text: LocalBoxFuture<'static, Answer<String>>,
    of: PhantomData<fn() -> T>,
}

impl<T> Call<T> {
    pub(super) fn of(text: LocalBoxFuture<'static, Answer<String>>) -> Self {
        Self { text, of: PhantomData }
    }
}

impl<T: json::FromNode> Future for Call<T> {
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
        let (path, progress) = (paths::packages(app), Rc::new(progress));
        let send = move || {
            let progress = Rc::clone(&progress);
            upload(path.clone(), file.clone(), move |sent, of| progress(sent, of)).boxed_local()
        };
        Call::of(self.checked(Box::new(send)))
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

    /// A page of an app's audit trail, the latest first; `filter` as names and values of the query.
    #[must_use]
    pub fn activity(self, app: &str, filter: &[(&str, &str)], cursor: Option<&str>) -> Call<Page<ActivityEntry>> {
        let query = [filter, &[("cursor", cursor.unwrap_or_default())]].concat();
        self.get(crate::address::with_query(&paths::activity(app), &query))
    }

    /// Whether the audit trail may be had as a file: asks for an empty one. A link, which fetches the whole, could not say
    /// why not.
    #[must_use]
    pub fn may_export_activity(self, app: &str) -> LocalBoxFuture<'static, Answer<String>> {
        let query = [("format", "csv"), ("until", "1970-01-01T00:00:01Z")];
        self.ask(Method::Get, crate::address::with_query(&paths::activity(app), &query), None)
    }

    pub(super) fn get<T>(self, path: String) -> Call<T> {
        Call::of(self.ask(Method::Get, path, None))
    }

    pub(super) fn post<T>(self, path: String, body: &impl Serialize) -> Call<T> {
        // The contract's own requests: they are always JSON.
        let body = serde_json::to_string(body).unwrap_or_default();
        Call::of(self.ask(Method::Post, path, Some(body)))
    }

    pub(super) fn ask(
        self,
        method: Method,
        path: String,
        body: Option<String>,
    ) -> LocalBoxFuture<'static, Answer<String>> {
        let request = Request { method, path, body };
        self.checked(Box::new(move || call(request.clone()).boxed_local()))
    }

    fn checked(self, send: Sender) -> LocalBoxFuture<'static, Answer<String>> {
        let wait = move || self.signed_in.try_get_untracked().unwrap_or_default().then(cookie);
        let turn = self.turn.try_get_value();
        let answered = move |answer: Answer<String>| {
            if is_not_signed_in(&answer) && self.turn.try_get_value() == turn {
                self.signed_out.try_run(());
            }
            answer
        };
        asked(send, wait).map(answered).boxed_local()
    }
}

/// Sends the same request, as often as it is called.
type Sender = Box<dyn Fn() -> LocalBoxFuture<'static, Result<Response, NoAnswer>>>;

/// Every proof of a second factor gives the session another cookie, and a request that was under way with the old one
/// is told that nobody is signed in. That is no sign-out: asked once more, it goes with the new one. `wait` says for what
/// to wait until then; nothing if nobody was signed in.
async fn asked<W: Future>(send: Sender, wait: impl FnOnce() -> Option<W>) -> Answer<String> {
    let answer = judged(send().await);
    if is_not_signed_in(&answer)
        && let Some(wait) = wait()
    {
        wait.await;
        return judged(send().await);
    }
    answer
}

fn judged(answer: Result<Response, NoAnswer>) -> Answer<String> {
    let Response { status, body } = answer?;
    if (200..300).contains(&status) {
        return Ok(body);
    }
    let problem: Problem =
        json::read(&body).map_err(|_| Failure::Unreadable(format!("an answer with the status {status}")))?;
    Err(Failure::Problem(Box::new(problem)))
}

fn is_not_signed_in(answer: &Answer<String>) -> bool {
    answer.as_ref().is_err_and(|failure| failure.code() == Some(ErrorCode::NotSignedIn))
}

async fn cookie() {
    let (here, waited) = oneshot::channel::<()>();
    set_timeout(move || drop(here), COOKIE);
    let _ = waited.await;
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
    match json::field(data, "type").as_deref() {
        Ok("environment") => Changed::Environment,
        Ok("packages") => Changed::Packages,
        _ => Changed::Something,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use padlock_contract::events::Change;

    use super::*;

    /// What comes of a request that is answered with this and that, and how often it was sent.
    fn outcome(answers: &'static [Result<(), ErrorCode>], signed_in: bool) -> (Option<Result<(), ErrorCode>>, usize) {
        let sent = Rc::new(Cell::new(0));
        let count = Rc::clone(&sent);
        let send = move || {
            let answer = match answers[count.replace(count.get() + 1)] {
                Ok(()) => Response { status: 200, body: String::new() },
                Err(code) => {
                    let body = serde_json::to_string(&Problem::new(code, "")).unwrap();
                    Response { status: code.status(), body }
                }
            };
            ready(Ok(answer)).boxed_local()
        };
        let answer = asked(Box::new(send), || signed_in.then(|| ready(()))).now_or_never();
        (answer.map(|answer| answer.map(drop).map_err(|failure| failure.code().unwrap())), sent.get())
    }

    #[test]
    fn a_cookie_that_was_replaced_meanwhile_is_no_sign_out() {
        const OUT: Result<(), ErrorCode> = Err(ErrorCode::NotSignedIn);
        const LOCKED: Result<(), ErrorCode> = Err(ErrorCode::StepUpRequired);
        assert_eq!(outcome(&[OUT, Ok(())], true), (Some(Ok(())), 2));
        assert_eq!(outcome(&[OUT, LOCKED], true), (Some(LOCKED), 2), "the second answer is the answer");
        assert_eq!(outcome(&[OUT, OUT, Ok(())], true), (Some(OUT), 2), "twice is a sign-out");
        assert_eq!(outcome(&[OUT, Ok(())], false), (Some(OUT), 1), "nobody was signed in");
        assert_eq!(outcome(&[LOCKED, Ok(())], true), (Some(LOCKED), 1), "a refusal is not sent again");
    }

    #[test]
    fn what_was_asked_before_somebody_signed_in_signs_nobody_out() {
        for signs_in in [false, true] {
            let owner = Owner::new();
            owner.set();
            let (turn, out) = (StoredValue::new(0), StoredValue::new(false));
            let signed_out = Callback::new(move |()| out.set_value(true));
            let api = Api { signed_in: false.into(), signed_out, turn };
            let body = serde_json::to_string(&Problem::new(ErrorCode::NotSignedIn, "")).unwrap();
            let answer =
                api.checked(Box::new(move || ready(Ok(Response { status: 401, body: body.clone() })).boxed_local()));
            if signs_in {
                turn.set_value(1);
            }
            assert!(is_not_signed_in(&answer.now_or_never().unwrap()));
            assert_eq!(out.get_value(), !signs_in, "somebody signed in meanwhile: {signs_in}");
        }
    }

    #[test]
    fn changes_are_told_apart_by_the_contracts_words() {
        let read = |change| changed(&serde_json::to_string(&change).unwrap());
        assert_eq!(read(Change::Environment { environment: "test".into() }), Changed::Environment);
        assert_eq!(read(Change::Packages), Changed::Packages);
        assert_eq!(read(Change::Missed), Changed::Something);
        assert_eq!(changed("not json"), Changed::Something);
    }
}
