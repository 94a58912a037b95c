//! [`Api`]: a typed method for each endpoint of the API.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::{FutureExt, LocalBoxFuture};
use gloo_timers::future::sleep;
use leptos::prelude::*;
use padlock_contract::activity::ActivityEntry;
use padlock_contract::apps::App;
use padlock_contract::deployments::{Deployment, NewDeployment};
use padlock_contract::environments::Environment;
use padlock_contract::packages::{Package, PackageSummary};
use padlock_contract::session::{Portal, Session, SignInRequest, SignInResponse};
use padlock_contract::{ErrorCode, Page, Problem, paths};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connection::{Connection, provide_connection, use_connection};
use super::{ApiError, Method, NetworkError, Request, Response, call, upload};

/// How long a new session cookie may take to arrive.
const NEW_COOKIE_DELAY: Duration = Duration::from_millis(250);

/// The client of the API.
#[derive(Clone, Copy)]
pub struct Api {
    is_signed_in: Signal<bool>,
    on_signed_out: Callback<()>,
    revision: StoredValue<u32>,
    connection: Connection,
}

/// Makes [`use_api`] work below. `is_signed_in` says whether somebody seems to be signed in. `on_signed_out` is called
/// when a response says that nobody is, unless `revision` has changed since the request was sent: it counts the changes
/// of the session in this tab, and the response is about an earlier session.
pub fn provide_api(is_signed_in: Signal<bool>, on_signed_out: Callback<()>, revision: StoredValue<u32>) -> Api {
    let api = Api { is_signed_in, on_signed_out, revision, connection: provide_connection() };
    provide_context(api);
    api
}

/// Returns the client of the API.
#[must_use]
pub fn use_api() -> Api {
    use_context().unwrap_or_else(|| Api {
        is_signed_in: false.into(),
        on_signed_out: Callback::new(|()| ()),
        revision: StoredValue::new(0),
        connection: use_connection(),
    })
}

/// The result of a call to the API.
pub type ApiResult<T> = Result<T, ApiError>;

/// A pending request whose response is a `T` in JSON. Dropping it aborts the request.
pub struct Call<T> {
    /// Resolves to the body of the response. Not generic, so that the program has the code for sending once.
    body: LocalBoxFuture<'static, ApiResult<String>>,
    response_type: PhantomData<fn() -> T>,
}

impl<T> Call<T> {
    pub(super) fn new(body: LocalBoxFuture<'static, ApiResult<String>>) -> Self {
        Self { body, response_type: PhantomData }
    }
}

impl<T: DeserializeOwned> Future for Call<T> {
    type Output = ApiResult<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<ApiResult<T>> {
        self.body.poll_unpin(context).map(|body| {
            let body = body?;
            serde_json::from_str(&body).map_err(|error| ApiError::InvalidResponse(error.to_string()))
        })
    }
}

impl Api {
    /// Returns the session: who is signed in.
    #[must_use]
    pub fn session(self) -> Call<Session> {
        self.get(paths::SESSION.to_owned())
    }

    /// Returns the facts about the portal that everyone may know.
    #[must_use]
    pub fn portal(self) -> Call<Portal> {
        self.get(paths::PORTAL.to_owned())
    }

    /// Signs in with a login and a password.
    #[must_use]
    pub fn sign_in(self, login: String, password: String) -> Call<SignInResponse> {
        self.post(paths::SIGN_IN.to_owned(), &SignInRequest { login, password, token: false })
    }

    /// Signs out.
    #[must_use]
    pub fn sign_out(self) -> LocalBoxFuture<'static, ApiResult<String>> {
        self.request(Method::Delete, paths::SESSION.to_owned(), None)
    }

    /// Lists the apps of the visitor, all of them on one page.
    #[must_use]
    pub fn apps(self) -> Call<Page<App>> {
        self.get(paths::APPS.to_owned())
    }

    /// Returns the app with this slug.
    #[must_use]
    pub fn app(self, app: &str) -> Call<App> {
        self.get(paths::app(app))
    }

    /// Lists the environments of an app in promotion order, all of them on one page.
    #[must_use]
    pub fn environments(self, app: &str) -> Call<Page<Environment>> {
        self.get(paths::environments(app))
    }

    /// Lists packages of the Deployment Package Repository, the newest first. `cursor` is the
    /// `next_cursor` of the previous page.
    #[must_use]
    pub fn packages(self, app: &str, cursor: Option<&str>) -> Call<Page<PackageSummary>> {
        self.get(crate::routes::with_query(&paths::packages(app), &[("cursor", cursor.unwrap_or_default())]))
    }

    /// Returns the package with this id.
    #[must_use]
    pub fn package(self, app: &str, package: &str) -> Call<Package> {
        self.get(paths::package(app, package))
    }

    /// Deletes the package with this id.
    #[must_use]
    pub fn delete_package(self, app: &str, package: &str) -> LocalBoxFuture<'static, ApiResult<String>> {
        self.request(Method::Delete, paths::package(app, package), None)
    }

    /// Uploads a file to the repository. `progress` is called with the bytes sent and their total.
    #[must_use]
    pub fn upload(self, app: &str, file: web_sys::File, progress: impl Fn(u64, u64) + 'static) -> Call<Package> {
        let (path, progress) = (paths::packages(app), Rc::new(progress));
        let send = move || {
            let progress = Rc::clone(&progress);
            upload(path.clone(), file.clone(), move |sent, total| progress(sent, total)).boxed_local()
        };
        Call::new(self.send(Box::new(send)))
    }

    /// Requests a deployment to an environment.
    #[must_use]
    pub fn deploy(self, app: &str, environment: &str, deployment: &NewDeployment) -> Call<Deployment> {
        self.post(paths::deployments(app, environment), deployment)
    }

    /// Runs an operation on an environment: `start`, `stop` or `restart`.
    #[must_use]
    pub fn run_operation(
        self,
        app: &str,
        environment: &str,
        operation: &str,
    ) -> LocalBoxFuture<'static, ApiResult<String>> {
        self.request(Method::Post, paths::operation(app, environment, operation), None)
    }

    /// Lists entries of an app's audit trail, the latest first. `filter` holds the names and values of query
    /// parameters; `cursor` is the `next_cursor` of the previous page.
    #[must_use]
    pub fn activity(self, app: &str, filter: &[(&str, &str)], cursor: Option<&str>) -> Call<Page<ActivityEntry>> {
        let query = [filter, &[("cursor", cursor.unwrap_or_default())]].concat();
        self.get(crate::routes::with_query(&paths::activity(app), &query))
    }

    /// Checks whether the visitor may export the audit trail, by requesting an export without entries. The export
    /// itself is downloaded by a link, which cannot show why it was refused.
    #[must_use]
    pub fn may_export_activity(self, app: &str) -> LocalBoxFuture<'static, ApiResult<String>> {
        let query = [("format", "csv"), ("until", "1970-01-01T00:00:01Z")];
        self.request(Method::Get, crate::routes::with_query(&paths::activity(app), &query), None)
    }

    pub(super) fn get<T>(self, path: String) -> Call<T> {
        Call::new(self.request(Method::Get, path, None))
    }

    pub(super) fn post<T>(self, path: String, body: &impl Serialize) -> Call<T> {
        // The requests of the contract can always be serialised.
        let body = serde_json::to_string(body).unwrap_or_default();
        Call::new(self.request(Method::Post, path, Some(body)))
    }

    pub(super) fn request(
        self,
        method: Method,
        path: String,
        body: Option<String>,
    ) -> LocalBoxFuture<'static, ApiResult<String>> {
        let request = Request { method, path, body };
        self.send(Box::new(move || call(request.clone()).boxed_local()))
    }

    fn send(self, send: SendRequest) -> LocalBoxFuture<'static, ApiResult<String>> {
        let delay = move || self.is_signed_in.try_get_untracked().unwrap_or_default().then(wait_for_new_cookie);
        let revision = self.revision.try_get_value();
        let check_signed_out = move |result: ApiResult<String>| {
            self.connection.note_result(&result);
            if is_not_signed_in(&result) && self.revision.try_get_value() == revision {
                self.on_signed_out.try_run(());
            }
            result
        };
        send_with_retry(send, delay).map(check_signed_out).boxed_local()
    }
}

/// Sends the same request each time it is called.
type SendRequest = Box<dyn Fn() -> LocalBoxFuture<'static, Result<Response, NetworkError>>>;

/// Sends a request, and once more if the response says that nobody is signed in although somebody was. Each proof of a
/// second factor replaces the session cookie: a request that was sent with the old cookie gets this response, and the
/// second attempt carries the new cookie. `delay` returns what to wait for before the second attempt, or `None` if
/// nobody was signed in.
async fn send_with_retry<D: Future>(send: SendRequest, delay: impl FnOnce() -> Option<D>) -> ApiResult<String> {
    let result = parse_response(send().await);
    if is_not_signed_in(&result)
        && let Some(delay) = delay()
    {
        delay.await;
        return parse_response(send().await);
    }
    result
}

fn parse_response(response: Result<Response, NetworkError>) -> ApiResult<String> {
    let Response { status, body } = response?;
    if (200..300).contains(&status) {
        return Ok(body);
    }
    match serde_json::from_str::<Problem>(&body) {
        Ok(problem) => Err(ApiError::Problem(Box::new(problem))),
        // What a proxy answers while the server is away (RFC 9110 §15.6).
        Err(_) if matches!(status, 502..=504) => Err(ApiError::Network),
        Err(_) => Err(ApiError::InvalidResponse(format!("HTTP status {status}"))),
    }
}

fn is_not_signed_in(result: &ApiResult<String>) -> bool {
    result.as_ref().is_err_and(|error| error.code() == Some(ErrorCode::NotSignedIn))
}

async fn wait_for_new_cookie() {
    sleep(NEW_COOKIE_DELAY).await;
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use super::*;

    /// Returns the result of a request that gets these responses, and how often it was sent.
    fn outcome(responses: &'static [Result<(), ErrorCode>], signed_in: bool) -> (Option<Result<(), ErrorCode>>, usize) {
        let sent = Rc::new(Cell::new(0));
        let count = Rc::clone(&sent);
        let send = move || {
            let response = match responses[count.replace(count.get() + 1)] {
                Ok(()) => Response { status: 200, body: String::new() },
                Err(code) => {
                    let body = serde_json::to_string(&Problem::new(code, "")).unwrap();
                    Response { status: code.status(), body }
                }
            };
            ready(Ok(response)).boxed_local()
        };
        let result = send_with_retry(Box::new(send), || signed_in.then(|| ready(()))).now_or_never();
        (result.map(|result| result.map(drop).map_err(|error| error.code().unwrap())), sent.get())
    }

    #[test]
    fn a_request_with_a_replaced_cookie_is_sent_once_more() {
        const OUT: Result<(), ErrorCode> = Err(ErrorCode::NotSignedIn);
        const LOCKED: Result<(), ErrorCode> = Err(ErrorCode::StepUpRequired);
        assert_eq!(outcome(&[OUT, Ok(())], true), (Some(Ok(())), 2));
        assert_eq!(outcome(&[OUT, LOCKED], true), (Some(LOCKED), 2), "the second answer is the answer");
        assert_eq!(outcome(&[OUT, OUT, Ok(())], true), (Some(OUT), 2), "twice is a sign-out");
        assert_eq!(outcome(&[OUT, Ok(())], false), (Some(OUT), 1), "nobody was signed in");
        assert_eq!(outcome(&[LOCKED, Ok(())], true), (Some(LOCKED), 1), "a refusal is not sent again");
    }

    #[test]
    fn a_response_from_before_a_sign_in_signs_nobody_out() {
        for signs_in in [false, true] {
            let owner = Owner::new();
            owner.set();
            let (revision, was_signed_out) = (StoredValue::new(0), StoredValue::new(false));
            let on_signed_out = Callback::new(move |()| was_signed_out.set_value(true));
            let connection = use_connection();
            let api = Api { is_signed_in: false.into(), on_signed_out, revision, connection };
            let body = serde_json::to_string(&Problem::new(ErrorCode::NotSignedIn, "")).unwrap();
            let result =
                api.send(Box::new(move || ready(Ok(Response { status: 401, body: body.clone() })).boxed_local()));
            if signs_in {
                revision.set_value(1);
            }
            assert!(is_not_signed_in(&result.now_or_never().unwrap()));
            assert_eq!(was_signed_out.get_value(), !signs_in, "somebody signed in meanwhile: {signs_in}");
        }
    }
}
