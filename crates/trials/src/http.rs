//! HTTP requests that can be sent in part, and responses that are accepted only if they are complete.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use socket2::{Domain, Socket, Type};

const TIMEOUT: Duration = Duration::from_secs(60);

/// A complete HTTP response.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// Parses a response; returns `None` if bytes are missing.
    fn parse(bytes: &[u8], without_body: bool) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).replace('\r', "");
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut response = Self { status, head, body: bytes[end + 4..].to_vec() };
        if without_body {
            return Some(response);
        }
        if response.header("transfer-encoding").is_some() {
            response.body = decode_chunks(&response.body)?;
        } else if let Some(length) = response.header("content-length") {
            (length.parse::<usize>().ok()? == response.body.len()).then_some(())?;
        }
        Some(response)
    }

    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns all headers in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        pairs.map(|(name, value)| (name, value.trim()))
    }

    /// Returns the body as JSON, or null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the code of the problem document, or an empty string if the body is not one.
    #[must_use]
    pub fn error_code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts that the response has this status.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.text());
        self
    }
}

/// An HTTP request.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    path: String,
    host: String,
    headers: String,
    body: Vec<u8>,
}

impl Request {
    /// Creates a request without a body, for the host 127.0.0.1.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            host: "127.0.0.1".to_owned(),
            headers: String::new(),
            body: Vec::new(),
        }
    }

    /// Sets the `Host` header.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers += &format!("{name}: {value}\r\n");
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(self, media_type: &str, body: &[u8]) -> Self {
        let mut request = self.header("Content-Type", media_type).header("Content-Length", &body.len().to_string());
        body.clone_into(&mut request.body);
        request
    }

    /// Sets the body to this JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().as_bytes())
    }

    /// Returns the request as it is sent over the network.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { method, path, host, headers, body } = self;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
        [head.as_bytes(), body].concat()
    }

    /// Sends the request and reads the response.
    pub fn send(&self, server: SocketAddr) -> io::Result<Response> {
        exchange(server, &self.to_bytes(), self.method == "HEAD")
    }

    /// Sends the first `length` bytes of the request and returns the connection.
    pub fn send_part(&self, server: SocketAddr, length: usize) -> io::Result<TcpStream> {
        let mut stream = connect(server)?;
        let bytes = self.to_bytes();
        stream.write_all(&bytes[..length.min(bytes.len())])?;
        Ok(stream)
    }
}

/// Sends bytes that need not be a valid request, and reads the response.
pub fn send_raw(server: SocketAddr, bytes: &[u8]) -> io::Result<Response> {
    exchange(server, bytes, false)
}

fn exchange(server: SocketAddr, bytes: &[u8], without_body: bool) -> io::Result<Response> {
    let mut stream = connect(server)?;
    // The server may respond and close the connection before it has received everything.
    let sent = stream.write_all(bytes);
    read_response(&mut stream, without_body).map_err(|error| sent.err().unwrap_or(error))
}

/// Connects from another address of this machine: all of 127.0.0.0/8 are loopback addresses.
pub fn connect_from(source: [u8; 4], server: SocketAddr) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((source, 0)).into())?;
    socket.connect_timeout(&server.into(), TIMEOUT)?;
    prepare(socket.into())
}

fn connect(server: SocketAddr) -> io::Result<TcpStream> {
    prepare(TcpStream::connect_timeout(&server, TIMEOUT)?)
}

fn prepare(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads a response to its end, for which the server closes the connection.
pub fn read_response(stream: &mut TcpStream, without_body: bool) -> io::Result<Response> {
    let mut bytes = Vec::new();
    // A connection may be reset after a complete response.
    let read = stream.read_to_end(&mut bytes);
    Response::parse(&bytes, without_body)
        .ok_or_else(|| read.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
}

/// Decodes the chunked transfer coding without extensions and trailers (RFC 9112 §7.1).
fn decode_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + length)?);
        rest = rest.get(line + 2 + length + 2..)?;
    }
}
