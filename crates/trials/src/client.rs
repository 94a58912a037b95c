//! An API client with a session.

use std::io::{self, BufWriter, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use padlock_domain::second_factor::totp::Seed;
use serde_json::{Value, json};

use crate::clock::totp_code;
use crate::http::{Request, Response, read_response};

/// The password of every account that these tests create.
pub const PASSWORD: &str = "a fine long sentence";

const POLL_INTERVAL: Duration = Duration::from_millis(20);
const CHUNK_SIZE: usize = 64 * 1024;

/// A client of the API, signed in or not.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address of the portal.
    pub portal: SocketAddr,
    /// The session token.
    pub token: Option<String>,
    /// The recovery codes of the last enrolment.
    pub recovery_codes: Vec<String>,
    /// If set, each request is followed by a disconnect after this time, and its response is not read.
    pub disconnect_after: Option<Duration>,
}

impl Client {
    /// Creates a client that is not signed in.
    #[must_use]
    pub const fn anonymous(portal: SocketAddr) -> Self {
        Self { portal, token: None, recovery_codes: Vec::new(), disconnect_after: None }
    }

    /// Signs in, and uses the new session if the server accepts the password.
    pub fn sign_in(&mut self, login: &str, password: &str) -> io::Result<Response> {
        let form = json!({ "login": login, "password": password, "token": true });
        let response = Self { token: None, ..self.clone() }.post("/sign-in", &form)?;
        self.update_token(&response);
        Ok(response)
    }

    /// Creates a client that is signed in with [`PASSWORD`].
    #[must_use]
    pub fn signed_in(portal: SocketAddr, login: &str) -> Self {
        let mut client = Self::anonymous(portal);
        let _ = client.sign_in(login, PASSWORD).unwrap().expect(200);
        client
    }

    /// Enrols an authenticator app with the current code and returns its seed. With `at_sign_in`, a code is required at
    /// each sign-in from now on.
    pub fn enrol(&mut self, at_sign_in: bool) -> Seed {
        let form = json!({ "method": "authenticator", "password": PASSWORD });
        let pending = self.post("/account/second-factor", &form).unwrap().expect(201).json();
        let seed = Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap();
        let code = totp_code(&seed, 0);
        let form = json!({ "enrolment_id": pending["enrolment_id"], "code": code, "sign_in": at_sign_in });
        let confirmed = self.post("/account/second-factor/confirm", &form).unwrap().expect(200);
        let codes = confirmed.json()["recovery_codes"].as_array().unwrap().clone();
        self.recovery_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        self.update_token(&confirmed);
        seed
    }

    /// Uploads a package and returns its id.
    #[must_use]
    pub fn upload_package(&self, app: &str, bytes: &[u8]) -> String {
        let package = self.upload(&format!("/apps/{app}/packages"), bytes).unwrap().expect(201).json();
        package["id"].as_str().unwrap().to_owned()
    }

    /// Starts a deployment with this form and waits until it is done.
    pub fn deploy(&self, app: &str, environment: &str, form: &Value) {
        let path = format!("/apps/{app}/environments/{environment}/deployments");
        let deployment = self.post(&path, form).unwrap().expect(202).json();
        let path = format!("{path}/{}", deployment["id"].as_str().unwrap());
        loop {
            let deployment = self.get(&path).unwrap().json();
            assert_ne!(deployment["state"], "failed", "{deployment}");
            if deployment["state"] == "done" {
                return;
            }
            std::thread::sleep(POLL_INTERVAL);
        }
    }

    /// Replaces the session token if the response contains a new one.
    pub fn update_token(&mut self, response: &Response) {
        if let Some(token) = response.json()["session_token"].as_str() {
            self.token = Some(token.to_owned());
        }
    }

    fn send(&self, request: &Request) -> io::Result<Response> {
        let Some(after) = self.disconnect_after else { return request.send(self.portal) };
        let stream = request.send_part(self.portal, usize::MAX)?;
        std::thread::sleep(after);
        drop(stream);
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// Creates a request to the API in this session.
    #[must_use]
    pub fn request(&self, method: &str, path: &str) -> Request {
        let request = Request::new(method, &format!("/api/v1{path}"));
        match &self.token {
            Some(token) => request.header("Authorization", &format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends a `GET` request.
    pub fn get(&self, path: &str) -> io::Result<Response> {
        self.send(&self.request("GET", path))
    }

    /// Sends a `POST` request without a body.
    pub fn post_empty(&self, path: &str) -> io::Result<Response> {
        self.send(&self.request("POST", path))
    }

    /// Sends a `POST` request with a file.
    pub fn upload(&self, path: &str, bytes: &[u8]) -> io::Result<Response> {
        self.send(&self.request("POST", path).body("application/octet-stream", bytes))
    }

    /// Sends a `POST` request with JSON.
    pub fn post(&self, path: &str, body: &Value) -> io::Result<Response> {
        self.send(&self.request("POST", path).json(body))
    }

    /// Sends a `DELETE` request.
    pub fn delete(&self, path: &str) -> io::Result<Response> {
        self.send(&self.request("DELETE", path))
    }

    /// Sends a `POST` request whose body `write` produces in pieces, so that memory never holds all of it.
    pub fn post_stream(
        &self,
        path: &str,
        media_type: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Response> {
        let request = self.request("POST", path).header("Content-Type", media_type);
        let request = request.header("Transfer-Encoding", "chunked");
        let mut stream = request.send_part(self.portal, usize::MAX)?;
        let mut body = BufWriter::with_capacity(CHUNK_SIZE, ChunkWriter(&stream));
        // The server may respond and close the connection before it has received everything.
        let sent = write(&mut body).and_then(|()| body.flush());
        // Without this, dropping the writer would try to send the remaining bytes again.
        let _ = body.into_parts();
        let sent = sent.and_then(|()| stream.write_all(b"0\r\n\r\n"));
        read_response(&mut stream, false).map_err(|error| sent.err().unwrap_or(error))
    }
}

/// Sends each write as a chunk (RFC 9112 §7.1).
struct ChunkWriter<'a>(&'a TcpStream);

impl Write for ChunkWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write!(self.0, "{:x}\r\n", bytes.len())?;
        self.0.write_all(bytes)?;
        self.0.write_all(b"\r\n")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
