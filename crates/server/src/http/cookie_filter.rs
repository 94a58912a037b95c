//! Drops `Cookie` headers of requests before anything reads them.
//!
//! A page on one environment can set cookies for the domain that environments share, up to megabytes of them. Every request
//! to another environment then carries them, and a server that reads them would refuse its head as too large, for as long
//! as the visitor's browser keeps them. Environments use no cookies, so they are dropped from the stream of bytes: they
//! take no memory, and the head that remains is small.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes of cookies one request may have. A head with more is passed on as it is, and refused for its size.
const MAX_COOKIE_BYTES: usize = 1024 * 1024;
const READ_BYTES: usize = 16 * 1024;

/// The headers that matter, in lower case.
const COOKIE: &[u8] = b"cookie:";
const BODY_HEADERS: [&[u8]; 2] = [b"content-length:", b"transfer-encoding:"];

/// A connection without the `Cookie` headers of its requests.
pub(super) struct WithoutCookies<S> {
    stream: S,
    filter: CookieFilter,
    /// Bytes to read before the stream.
    filtered: BytesMut,
}

impl<S> WithoutCookies<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, filter: CookieFilter::default(), filtered: BytesMut::new() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WithoutCookies<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.filtered.is_empty() {
            let mut bytes = [0; READ_BYTES];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.filter.filter(read.filled(), &mut this.filtered);
        }
        let count = this.filtered.len().min(buffer.remaining());
        buffer.put_slice(this.filtered.get(..count).unwrap_or_default());
        this.filtered.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WithoutCookies<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The position in the bytes of a connection.
enum Position {
    /// In the name of a header, of which these bytes could still be one that matters.
    Name(Vec<u8>),
    /// In the rest of a line that is passed on.
    Line,
    /// In the rest of a `Cookie` header.
    Cookie,
    /// After a request with a body, whose end only a complete HTTP parser knows. Everything is passed on.
    Unfiltered,
}

struct CookieFilter {
    position: Position,
    has_body: bool,
    /// The number of bytes that were dropped from the current head.
    dropped: usize,
}

impl Default for CookieFilter {
    fn default() -> Self {
        Self { position: Position::Name(Vec::new()), has_body: false, dropped: 0 }
    }
}

impl CookieFilter {
    fn filter(&mut self, mut input: &[u8], output: &mut BytesMut) {
        while let Some((&byte, rest)) = input.split_first() {
            match &mut self.position {
                Position::Unfiltered => {
                    output.extend_from_slice(input);
                    return;
                }
                Position::Name(name) => {
                    name.push(byte);
                    input = rest;
                    if byte == b'\n' {
                        let is_empty_line = matches!(name.as_slice(), b"\n" | b"\r\n");
                        output.extend_from_slice(name);
                        name.clear();
                        if is_empty_line {
                            self.end_head();
                        }
                    } else {
                        self.match_name(output);
                    }
                }
                Position::Line | Position::Cookie => {
                    let end = input.iter().position(|byte| *byte == b'\n').map(|index| index + 1);
                    let (line, after) = input.split_at(end.unwrap_or(input.len()));
                    input = after;
                    if matches!(self.position, Position::Line) {
                        output.extend_from_slice(line);
                    } else {
                        self.dropped += line.len();
                    }
                    if self.dropped > MAX_COOKIE_BYTES {
                        self.position = Position::Unfiltered;
                    } else if end.is_some() {
                        self.position = Position::Name(Vec::new());
                    }
                }
            }
        }
    }

    /// Decides what the beginning of a line is, as soon as that is certain.
    fn match_name(&mut self, output: &mut BytesMut) {
        let Position::Name(name) = &self.position else { return };
        let could_be = |header: &[u8]| header.get(..name.len()).is_some_and(|start| name.eq_ignore_ascii_case(start));
        let is_body_header = BODY_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header));
        if name.eq_ignore_ascii_case(COOKIE) {
            self.dropped += name.len();
            self.position = Position::Cookie;
        } else if is_body_header || name != b"\r" && !could_be(COOKIE) && !BODY_HEADERS.into_iter().any(could_be) {
            output.extend_from_slice(name);
            self.has_body |= is_body_header;
            self.position = Position::Line;
        }
    }

    fn end_head(&mut self) {
        if self.has_body {
            self.position = Position::Unfiltered;
        }
        self.dropped = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filtered(input: &[u8], chunk: usize) -> Vec<u8> {
        let (mut filter, mut output) = (CookieFilter::default(), BytesMut::new());
        input.chunks(chunk).for_each(|part| filter.filter(part, &mut output));
        output.to_vec()
    }

    #[test]
    fn cookies_are_dropped_from_every_head_and_nothing_else() {
        let head =
            |cookies: &str| format!("GET /cookie:a HTTP/1.1\r\nHost: a\r\n{cookies}X-Cookie: b\r\nCook: c\r\n\r\n");
        for cookies in ["", "Cookie: a=1; b=2\r\n", "COOKIE:a\r\ncookie:\r\n", "cookie: a\n"] {
            for chunk in [1, 2, 7, 1_000] {
                let two = [head(cookies), head(cookies)].concat();
                let expected = [head(""), head("")].concat();
                assert_eq!(
                    String::from_utf8(filtered(two.as_bytes(), chunk)).unwrap(),
                    expected,
                    "{cookies:?} {chunk}"
                );
            }
        }
    }

    #[test]
    fn a_body_is_passed_on() {
        for header in ["content-length: 9", "Transfer-Encoding: chunked"] {
            let text = format!("POST / HTTP/1.1\r\nCookie: a\r\n{header}\r\n\r\ncookie: b\r\n\r\n\r\ncookie: c\r\n");
            let expected = text.replacen("Cookie: a\r\n", "", 1);
            assert_eq!(String::from_utf8(filtered(text.as_bytes(), 3)).unwrap(), expected);
        }
    }

    #[test]
    fn a_megabyte_of_cookies_is_dropped_and_more_is_passed_on_to_be_refused() {
        let head = |length: usize| format!("GET / HTTP/1.1\r\ncookie: {}\r\n\r\n", "x".repeat(length));
        assert_eq!(filtered(head(1_000_000).as_bytes(), 5_000), b"GET / HTTP/1.1\r\n\r\n");
        assert!(filtered(head(3_000_000).as_bytes(), 5_000).len() > 1_000_000);
    }

    proptest! {
        #[test]
        fn the_result_does_not_depend_on_how_the_bytes_arrive(
            text in "(GET / HTTP/1.1\r\n|Cookie: ?[a-z]{0,9}\r?\n|cook|Content-Length: 3\r\n|[a-z: \r\n]{0,4}|\r\n){0,12}",
            chunk in 1_usize..20,
        ) {
            prop_assert_eq!(filtered(text.as_bytes(), chunk), filtered(text.as_bytes(), text.len().max(1)));
        }

        #[test]
        fn no_line_of_a_head_begins_with_cookie(text in "(Cookie:|COOKIE: a|[a-z]{1,8}: b|\r\n|\n){0,30}") {
            let text = filtered(text.to_lowercase().as_bytes(), 5);
            prop_assert!(!String::from_utf8(text).unwrap().lines().any(|line| line.starts_with("cookie:")));
        }
    }
}
