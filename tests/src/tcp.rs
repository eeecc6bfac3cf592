//! Hand-made HTTP: requests that no decent client would send.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::wire::{Answer, check_answer};

/// A request, byte by byte.
#[derive(Clone, Debug)]
pub struct Crude {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Crude {
    /// A request for `path` as it stands, neither normalised nor encoded.
    pub fn new(method: &str, path: &str) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self {
            method,
            path,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header, also one that is there already.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A body that claims to be JSON.
    pub fn json(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    /// Sends it to `http://HOST:PORT` and reads the answer, which must keep every promise of an answer.
    pub fn send(&self, base: &str) -> Answer {
        let (status, headers, text) = self.exchange(base);
        check_answer(&self.path, status, headers, text, true)
    }

    /// Sends it and reads whatever comes back.
    pub fn exchange(&self, base: &str) -> (StatusCode, HeaderMap, String) {
        let address = base.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).expect("the sandbox listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a timeout can be set");
        let mut request = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n", self.body.len());
        stream
            .write_all(request.as_bytes())
            .expect("the head is sent");
        // A server may refuse a huge body before it has read all of it.
        let _ = stream.write_all(&self.body);
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut buffer) {
            answer.extend_from_slice(&buffer[..read]);
        }
        parse(&String::from_utf8(answer).expect("answers are UTF-8"))
    }
}

fn parse(answer: &str) -> (StatusCode, HeaderMap, String) {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .expect("a status line");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a header's name");
            (
                name,
                HeaderValue::from_str(value).expect("a header's value"),
            )
        });
    (
        status.parse().expect("a status"),
        headers.collect(),
        body.to_owned(),
    )
}
