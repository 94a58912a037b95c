//! A client that knows which answers are whole: what a server that was killed half-said is no answer.

use std::io::{self, BufWriter, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use padlock_domain::second_factor::totp::Seed;
use serde_json::{Value, json};

use crate::{PASSWORD, code};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before looking again at a deployment.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const PIECE: usize = 64 * 1024;

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its status line and headers.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All its headers, in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        pairs.map(|(name, value)| (name, value.trim()))
    }

    /// Its body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Its body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of its problem document, if it is one.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A request, as it is put together.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    path: String,
    host: String,
    headers: String,
    body: Vec<u8>,
}

impl Request {
    /// A request without a body, to any address of the machine.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        let text = str::to_owned;
        Self {
            method: text(method),
            path: text(path),
            host: text("127.0.0.1"),
            headers: String::new(),
            body: Vec::new(),
        }
    }

    /// With this host name.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(self, media_type: &str, body: &[u8]) -> Self {
        let mut request = self.with("Content-Type", media_type).with("Content-Length", &body.len().to_string());
        body.clone_into(&mut request.body);
        request
    }

    /// With this JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().as_bytes())
    }

    /// Everything that goes over the wire.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let Self { method, path, host, headers, body } = self;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
        [head.as_bytes(), body].concat()
    }

    /// Sends it and takes the answer.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn send(&self, to: SocketAddr) -> io::Result<Answer> {
        let mut stream = connect(to)?;
        // The server may answer, and hang up, before everything is sent.
        let sent = stream.write_all(&self.bytes());
        answer(&mut stream, &self.method).map_err(|error| sent.err().unwrap_or(error))
    }

    /// Sends so many bytes of it, and leaves the rest to whoever takes the connection.
    ///
    /// # Errors
    /// When they cannot be sent.
    pub fn begin(&self, to: SocketAddr, bytes: usize) -> io::Result<TcpStream> {
        let mut stream = connect(to)?;
        let all = self.bytes();
        stream.write_all(&all[..bytes.min(all.len())])?;
        Ok(stream)
    }
}

fn connect(to: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&to, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads an answer to its end.
fn answer(stream: &mut TcpStream, method: &str) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    // A connection that was reset after the answer is no matter, if the answer is whole.
    let read = stream.read_to_end(&mut bytes);
    whole(&bytes, method == "HEAD").ok_or_else(|| read.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
}

/// The answer that these bytes are, if none are missing.
fn whole(bytes: &[u8], without_body: bool) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).replace('\r', "");
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer { status, head, body: bytes[end + 4..].to_vec() };
    if without_body {
        return Some(answer);
    }
    if answer.header("transfer-encoding").is_some() {
        answer.body = unchunked(&answer.body)?;
    } else if let Some(length) = answer.header("content-length") {
        (length.parse::<usize>().ok()? == answer.body.len()).then_some(())?;
    }
    Some(answer)
}

/// RFC 9112 §7.1, without extensions and trailers.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(all);
        }
        all.extend_from_slice(rest.get(line + 2..line + 2 + length)?);
        rest = rest.get(line + 2 + length + 2..)?;
    }
}

/// Somebody's script, signed in or not.
#[derive(Debug, Clone)]
pub struct Client {
    /// The server.
    pub to: SocketAddr,
    /// Its session.
    pub token: Option<String>,
    /// Hangs up so long after everything is sent, without looking at the answer.
    pub hangs_up: Option<Duration>,
}

impl Client {
    /// Somebody who is not signed in.
    #[must_use]
    pub const fn stranger(to: SocketAddr) -> Self {
        Self { to, token: None, hangs_up: None }
    }

    /// Signs in, and says what the server said; the session is this client's if it was a yes.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn sign_in(&mut self, login: &str, password: &str) -> io::Result<Answer> {
        let form = json!({ "login": login, "password": password, "token": true });
        let answer = Self::stranger(self.to).post("/sign-in", &form)?;
        self.adopt(&answer);
        Ok(answer)
    }

    /// Somebody who is signed in with [`PASSWORD`].
    ///
    /// # Panics
    /// When the server does not let them.
    #[must_use]
    pub fn signed_in(to: SocketAddr, login: &str) -> Self {
        let mut client = Self::stranger(to);
        let answer = client.sign_in(login, PASSWORD).unwrap();
        assert_eq!(answer.status, 200, "{login}: {}", answer.text());
        client
    }

    /// Enrols an authenticator app, whose code is asked for at each sign-in from now on, and hands over its seed. The code of
    /// this step is spent by it.
    ///
    /// # Panics
    /// When the server does not let them, or asks for a mailed code.
    pub fn enrol(&mut self) -> Seed {
        let form = json!({ "method": "authenticator", "password": PASSWORD });
        let pending = self.post("/account/second-factor", &form).unwrap().json();
        let seed = Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap();
        let form = json!({ "enrolment_id": pending["enrolment_id"], "code": code(&seed, 0), "sign_in": true });
        let confirmed = self.post("/account/second-factor/confirm", &form).unwrap();
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        self.adopt(&confirmed);
        seed
    }

    /// Asks for a deployment by this form, and waits until it is done.
    ///
    /// # Panics
    /// When it is refused, or fails.
    pub fn deploy(&self, app: &str, environment: &str, form: &Value) {
        let path = format!("/apps/{app}/environments/{environment}/deployments");
        let job = self.post(&path, form).unwrap();
        assert_eq!(job.status, 202, "{}", job.text());
        let job = format!("{path}/{}", job.json()["id"].as_str().unwrap());
        loop {
            let now = self.get(&job).unwrap().json();
            assert_ne!(now["state"], "failed", "{now}");
            if now["state"] == "done" {
                return;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Takes over a session's new secret.
    pub fn adopt(&mut self, answer: &Answer) {
        if let Some(token) = answer.json()["session_token"].as_str() {
            self.token = Some(token.to_owned());
        }
    }

    fn send(&self, request: &Request) -> io::Result<Answer> {
        let Some(after) = self.hangs_up else { return request.send(self.to) };
        let stream = request.begin(self.to, usize::MAX)?;
        std::thread::sleep(after);
        drop(stream);
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// A request to the API, in this session.
    #[must_use]
    pub fn request(&self, method: &str, path: &str) -> Request {
        let request = Request::new(method, &format!("/api/v1{path}"));
        match &self.token {
            Some(token) => request.with("Authorization", &format!("Bearer {token}")),
            None => request,
        }
    }

    /// Reads something.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn get(&self, path: &str) -> io::Result<Answer> {
        self.send(&self.request("GET", path))
    }

    /// Posts nothing.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn act(&self, path: &str) -> io::Result<Answer> {
        self.send(&self.request("POST", path))
    }

    /// Posts a file.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn upload(&self, path: &str, bytes: &[u8]) -> io::Result<Answer> {
        self.send(&self.request("POST", path).body("application/octet-stream", bytes))
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn post(&self, path: &str, body: &Value) -> io::Result<Answer> {
        self.send(&self.request("POST", path).json(body))
    }

    /// Deletes something.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn delete(&self, path: &str) -> io::Result<Answer> {
        self.send(&self.request("DELETE", path))
    }

    /// Posts what `write` writes, piece by piece: it is never in memory as a whole.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn stream(
        &self,
        path: &str,
        media_type: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Answer> {
        let request = self.request("POST", path).with("Content-Type", media_type).with("Transfer-Encoding", "chunked");
        let mut stream = request.begin(self.to, usize::MAX)?;
        let mut body = BufWriter::with_capacity(PIECE, Chunked(&stream));
        // The server may answer, and hang up, before everything is sent.
        let sent = write(&mut body).and_then(|()| body.flush());
        // What is left in it was refused already.
        let _ = body.into_parts();
        let sent = sent.and_then(|()| stream.write_all(b"0\r\n\r\n"));
        answer(&mut stream, "POST").map_err(|error| sent.err().unwrap_or(error))
    }
}

/// Each write is a chunk (RFC 9112 §7.1).
struct Chunked<'a>(&'a TcpStream);

impl Write for Chunked<'_> {
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
