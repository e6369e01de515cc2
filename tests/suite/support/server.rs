//! A web server on 127.0.0.1 that does what a test tells it to, well or badly.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// How often this path was asked before.
    pub before: usize,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// What the server does next.
pub enum Act {
    Send(Vec<u8>),
    Wait(u64),
    /// These bytes again and again, until the other side has enough.
    Endless(Vec<u8>),
}

type Handler = dyn Fn(&Asked) -> Vec<Act> + Send + Sync;

pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub fn start(handler: impl Fn(&Asked) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::listen(Arc::new(handler), None)
    }

    /// With TLS, by the certificate in `tls/`, which is for 127.0.0.1 and docs.vendor.io.
    pub fn start_tls(handler: impl Fn(&Asked) -> Vec<Act> + Send + Sync + 'static) -> Self {
        use rustls::pki_types::pem::PemObject as _;
        use rustls::pki_types::{CertificateDer, PrivateKeyDer};
        let certificate =
            CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("they belong together");
        Self::listen(Arc::new(handler), Some(Arc::new(config)))
    }

    fn listen(handler: Arc<Handler>, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (log, stopped) = (Arc::clone(&asked), Arc::clone(&stop));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (handler, log, tls) = (Arc::clone(&handler), Arc::clone(&log), tls.clone());
                std::thread::spawn(move || match tls {
                    None => serve(stream, &*handler, &log),
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config).expect("a configuration");
                        serve(rustls::StreamOwned::new(connection, stream), &*handler, &log);
                    }
                });
            }
        });
        Self { port, asked, stop }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The requests that came, in their order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics in there").clone()
    }

    /// How often a path was asked.
    pub fn times(&self, path: &str) -> usize {
        self.asked().iter().filter(|a| a.path == path).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees that it is to stop.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Answers one request; what fails on the way is what the test is about.
fn serve(mut stream: impl Read + Write, handler: &Handler, log: &Mutex<Vec<Asked>>) {
    let mut head = Vec::new();
    let mut byte = [0_u8; 1];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 64 << 10 {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let path = lines.next().and_then(|l| l.split(' ').nth(1)).unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|l| l.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let asked = {
        let mut log = log.lock().expect("no test panics in there");
        let before = log.iter().filter(|a| a.path == path).count();
        let asked = Asked { path, headers, before };
        log.push(asked.clone());
        asked
    };
    for act in handler(&asked) {
        match act {
            Act::Wait(millis) => std::thread::sleep(Duration::from_millis(millis)),
            Act::Send(bytes) => {
                if stream.write_all(&bytes).and_then(|()| stream.flush()).is_err() {
                    return;
                }
            }
            // Bounded, should nobody hang up.
            Act::Endless(bytes) => {
                for _ in 0..100_000 {
                    if stream.write_all(&bytes).is_err() {
                        return;
                    }
                }
            }
        }
    }
    let _ = stream.flush();
}

/// An answer with a length.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<Act> {
    let mut head =
        format!("HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    vec![Act::Send([head.as_bytes(), body].concat())]
}

/// A page.
pub fn page(html: &str) -> Vec<Act> {
    answer(200, &[("content-type", "text/html; charset=utf-8")], html.as_bytes())
}

pub fn redirect(status: u16, target: &str) -> Vec<Act> {
    answer(status, &[("location", target)], b"")
}

/// A PDF with a page for each text; a text's lines become lines of the page.
pub fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut objects: Vec<String> = Vec::new();
    let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    objects.push("<< /Type /Catalog /Pages 2 0 R >>".to_owned());
    objects.push(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()));
    objects
        .push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned());
    for (n, text) in pages.iter().enumerate() {
        let escaped = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        let lines: Vec<String> = escaped.lines().map(|l| format!("({l}) Tj 0 -14 Td")).collect();
        let content = format!("BT /F1 11 Tf 50 750 Td {} ET", lines.join("\n"));
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * n
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    pdf_of(&objects.iter().map(|o| o.as_bytes().to_vec()).collect::<Vec<_>>())
}

/// A PDF of these objects; the first is the catalog.
pub fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", n + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer =
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.extend_from_slice(trailer.as_bytes());
    out
}

/// Packs as gzip does.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("into memory");
    encoder.finish().expect("into memory")
}
