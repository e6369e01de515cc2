//! What addresses give, asked from a real server on 127.0.0.1: each verdict is right.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use mailpermit::facts::{DocumentKind, DocumentState, Fetched, Flaw};
use mailpermit::online::connect::Http;
use mailpermit::online::documents::fetched;
use mailpermit::online::{AllowedHost, Fetcher, Limits, Retry, Settings, address};
use mailpermit::text::Place;
use rayon::prelude::*;

use super::support::net::Names;
use super::support::server::{Act, Asked, Server, answer, gzip, page, pdf, redirect};

const POLICY: &str = "This policy says which personal data our app reads and what becomes of it. When an export \
    fails, the app asks for the email address of its owner and sends one message with the reason. The address is \
    not stored, and nobody else gets it. You can ask us which data we hold about you, and ask us to delete it, at \
    any time by writing to us.";

const GERMAN: &str = "Diese Erklärung beschreibt, welche personenbezogenen Daten unsere App liest und was mit ihnen \
    geschieht. Wenn ein Export fehlschlägt, fragt die App nach der E-Mail-Adresse des Besitzers und schickt ihm eine \
    Nachricht mit dem Grund. Die Adresse wird nicht gespeichert und an niemanden weitergegeben. Sie können jederzeit \
    Auskunft über Ihre Daten und deren Löschung verlangen.";

const JAPANESE: &str = "本プライバシーポリシーは、当社のアプリがどのような個人情報を読み取り、どのように利用するかを説明するものです。\
    エクスポートが失敗した場合、アプリは所有者のメールアドレスを取得し、その理由を記載した通知を一通だけ送信します。\
    メールアドレスは保存されず、第三者に提供されることもありません。お客様はいつでもデータの削除を依頼することができます。";

fn html(title: &str, text: &str) -> String {
    format!(
        "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    )
}

fn typed(content_type: &str, body: &[u8]) -> Vec<Act> {
    answer(200, &[("content-type", content_type)], body)
}

fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

/// A head that promises more than comes.
fn head(length: usize) -> Act {
    send(&format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n"))
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n";

/// A few kilobytes that unpack to more than is read.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| gzip(&vec![b' '; 6 << 20]));

/// What the server gives at each path.
fn site(asked: &Asked) -> Vec<Act> {
    let policy = html("Privacy policy", POLICY);
    let long = html("Privacy policy", &POLICY.repeat(20));
    let path = asked.path.as_str();
    match path {
        // readable
        "/html" | "/privacy" | "/fragment" => page(&policy),
        "/no-type" => answer(200, &[], policy.as_bytes()),
        "/xhtml" => typed("application/xhtml+xml", policy.as_bytes()),
        "/capitals" => typed("TEXT/HTML; Charset=\"UTF-8\"", policy.as_bytes()),
        "/markdown" => typed("text/markdown", format!("# Privacy\n\n{POLICY}").as_bytes()),
        "/privacy.md" => {
            typed("text/plain; charset=utf-8", format!("# Privacy\n\n[Company Name]: {POLICY}").as_bytes())
        }
        "/text" => typed("text/plain", POLICY.as_bytes()),
        "/octets" => typed("application/octet-stream", POLICY.as_bytes()),
        "/pdf" => {
            typed("application/pdf", &pdf(&[&format!("Privacy policy\n{}", POLICY.replace(". ", ".\n"))]))
        }
        "/pdf-octets" => typed("application/octet-stream", &pdf(&[POLICY])),
        "/gzip" => answer(
            200,
            &[("content-type", "text/html"), ("content-encoding", "gzip")],
            &gzip(policy.as_bytes()),
        ),
        "/chunked" => vec![send(CHUNKED), send(&format!("{:x}\r\n{policy}\r\n0\r\n\r\n", policy.len()))],
        "/until-close" => vec![send("HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n"), send(&policy)],
        "/in-parts" => {
            vec![head(policy.len()), Act::Wait(40), send(&policy[..100]), Act::Wait(40), send(&policy[100..])]
        }
        "/template" => page(&html("Privacy policy", &format!("We are [Company Name]. {POLICY}"))),
        "/short" => page(&html("Privacy policy", "We read nothing.")),
        // languages and encodings
        "/german" => page(&html("Datenschutzerklärung", GERMAN)),
        "/japanese" => page(&html("プライバシーポリシー", JAPANESE)),
        "/latin1" => typed("text/html; charset=iso-8859-1", &latin1(&html("Datenschutzerklärung", GERMAN))),
        "/latin1-inside" => typed("text/html", &latin1(&html("x\"><meta charset='latin1'>", GERMAN))),
        "/latin1-nowhere" => typed("text/html", &latin1(&html("Datenschutzerklärung", GERMAN))),
        "/utf16" => typed(
            "text/plain",
            &POLICY.encode_utf16().fold(vec![0xff, 0xfe], |mut all, unit| {
                all.extend(unit.to_le_bytes());
                all
            }),
        ),
        "/unknown-charset" => typed("text/html; charset=klingon-8", policy.as_bytes()),
        "/wrong-charset" => typed("text/html; charset=utf-8", &latin1(&GERMAN.replace(['a', 'e', 'n'], "ü"))),
        "/brotli" => answer(
            200,
            &[("content-type", "text/html"), ("content-encoding", "br")],
            b"\x0b\x02\x80rubbish\x03",
        ),
        // redirects
        "/301" => redirect(301, "/privacy"),
        "/302" => redirect(302, "privacy#top"),
        "/303" => redirect(303, "/307"),
        "/307" => redirect(307, "/308"),
        "/308" => redirect(308, "/privacy"),
        "/self" => redirect(302, "/self"),
        "/ping" => redirect(302, "/pong"),
        "/pong" => redirect(302, "/ping"),
        "/forwards" => {
            page("<meta http-equiv=\"Refresh\" content=\"0; URL='/privacy'\"><title>Redirecting</title>")
        }
        "/forwards-late" => {
            page(&policy.replace("<title>", "<meta http-equiv=refresh content='300; url=/other'><title>"))
        }
        "/forwards-there" => page("<meta http-equiv=refresh content='0;url=http://169.254.169.254/'>"),
        "/forwards-round" => page("<meta http-equiv=refresh content='1;url=/forwards-back'>"),
        "/forwards-back" => page("<meta http-equiv=refresh content='1;url=/forwards-round'>"),
        "/reloads" => {
            page(&policy.replace("<title>", "<meta http-equiv=refresh content='0;url=/reloads'><title>"))
        }
        "/noscript-forwards" => page(&policy.replace(
            "<title>",
            "<noscript><meta http-equiv=refresh content='0;url=/other'></noscript><title>",
        )),
        "/nowhere" => answer(302, &[], b""),
        "/to-rubbish" => redirect(302, "http://["),
        "/to-file" => redirect(302, "file:///etc/passwd"),
        "/to-metadata" => redirect(302, "http://169.254.169.254/latest/"),
        "/to-neighbour" => redirect(302, "http://127.0.0.1:1/"),
        "/to-credentials" => redirect(302, "http://u:p@127.0.0.1/"),
        _ if path.starts_with("/on/") => {
            redirect(302, &format!("/on/{}", path.len())[..].replace("/on/", &format!("{path}x")))
        }
        // statuses
        "/404" => answer(404, &[("content-type", "text/html")], html("Privacy policy", POLICY).as_bytes()),
        "/410" => answer(410, &[], b""),
        "/401" => answer(401, &[("www-authenticate", "Basic")], b"sign in"),
        "/403" => answer(403, &[("content-type", "text/html")], html("403 Forbidden", "nginx").as_bytes()),
        "/wall" => answer(
            403,
            &[("content-type", "text/html")],
            html("Just a moment...", "Enable JavaScript and cookies to continue").as_bytes(),
        ),
        "/wall-503" => answer(
            503,
            &[("content-type", "text/html"), ("retry-after", "9999")],
            html("x", "Checking your browser before accessing the site.").as_bytes(),
        ),
        "/wall-200" => page(&html("Vercel Security Checkpoint", "")),
        "/500" => answer(500, &[], b""),
        "/502-once" if asked.before == 0 => answer(502, &[], b""),
        "/503-twice" if asked.before < 2 => answer(503, &[], b""),
        "/429-once" if asked.before == 0 => answer(429, &[("retry-after", "1")], b""),
        "/429-date" if asked.before == 0 => {
            answer(429, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], b"")
        }
        "/502-once" | "/503-twice" | "/429-once" | "/429-date" => page(&policy),
        "/429" => answer(429, &[("retry-after", "3600")], b""),
        "/429-always" => answer(429, &[], b""),
        "/204" => answer(204, &[], b""),
        "/206" => answer(206, &[("content-type", "text/html")], policy.as_bytes()),
        "/300" => answer(300, &[], b""),
        "/304" => answer(304, &[], b""),
        "/418" => answer(418, &[], b""),
        // too slow, too large, broken
        "/slow-head" => vec![Act::Wait(1_500), send("HTTP/1.1 200 OK\r\n\r\n")],
        "/slow-body" => vec![head(10_000), send("<p>"), Act::Wait(1_500)],
        "/drip" => {
            std::iter::once(head(10_000)).chain((0..30).flat_map(|_| [send("x"), Act::Wait(100)])).collect()
        }
        "/huge" => vec![head(50 << 20), Act::Endless(vec![b'x'; 64 << 10])],
        "/endless" => vec![
            send("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n"),
            Act::Endless(b"for ever ".repeat(5_000)),
        ],
        "/bomb" => answer(
            200,
            &[("content-type", "text/html"), ("content-encoding", "gzip")],
            &gzip(&vec![b' '; 12 << 20]),
        ),
        "/bomb-chunked" => {
            let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n";
            vec![
                send(head),
                send(&format!("{:x}\r\n", BOMB.len())),
                Act::Send(BOMB.clone()),
                send("\r\n0\r\n\r\n"),
            ]
        }
        "/truncated" => vec![head(10_000), send(&policy)],
        "/truncated-chunk" => vec![send(CHUNKED), send("ffff\r\nhello")],
        "/truncated-gzip" => {
            let packed = gzip(long.as_bytes());
            answer(
                200,
                &[("content-type", "text/html"), ("content-encoding", "gzip")],
                &packed[..packed.len() / 2],
            )
        }
        "/not-gzip" => {
            answer(200, &[("content-type", "text/html"), ("content-encoding", "gzip")], policy.as_bytes())
        }
        "/not-http" => vec![send("SSH-2.0-OpenSSH_9.6\r\n")],
        "/silence" => vec![],
        "/endless-head" => {
            vec![send("HTTP/1.1 200 OK\r\n"), Act::Endless(b"x-more: and more\r\n".repeat(500))]
        }
        // no text
        "/png" => typed("image/png", b"\x89PNG\r\n\x1a\n\0\0\0"),
        "/zip" => typed("application/octet-stream", b"PK\x03\x04\0\0\0\0\0"),
        "/json" => typed("application/json", b"{\"privacy\": true}"),
        "/binary-text" => typed("text/plain", b"\x00\x01\x02\x03privacy"),
        "/no-pdf" => typed("application/pdf", policy.as_bytes()),
        "/broken-pdf" => typed("application/pdf", b"%PDF-1.7\nrubbish"),
        "/scan" => typed("application/pdf", &pdf(&[""])),
        // something else than the document
        "/soft-title" => {
            page(&html("Page not found | Vendor", "Try the menu, or go back to where you came from."))
        }
        "/soft-text" => page(&html("Vendor", "The page you are looking for has been eaten by a bear.")),
        "/soft-404" => page(&html("404", &POLICY.replace("policy", "site"))),
        "/soft-german" => page(&html("Seite nicht gefunden", "Versuchen Sie es mit der Suche.")),
        "/soft-plain" => typed("text/plain", b"404: Not Found"),
        "/parked" => page(&html("vendor.io", "This domain is for sale! Make an offer today.")),
        "/parked-script" => page(
            "<title>vendor.io</title><script src='//img.sedoparking.com/x.js'></script><p>Related links</p>",
        ),
        "/default" => {
            page(&html("Welcome to nginx!", "If you see this page, the nginx web server is installed."))
        }
        "/soon" => page(&html("Coming soon", "We are working on it.")),
        "/login-form" => {
            page("<title>Sign in to Vendor</title><form><input name=user><input type=password></form>")
        }
        "/password" => page("<title>Wiki</title><p>Wiki</p><form><input type='PASSWORD'></form>"),
        "/to-login" => redirect(302, "/login?next=/privacy"),
        "/login?next=/privacy" => page(&html("Wiki", "Your account")),
        "/to-root" | "/to-root-terms" => redirect(301, "/"),
        "/" | "/en/" => {
            page(&html("Vendor makes reports", &"Reports for teams that have to explain things. ".repeat(20)))
        }
        "/home" => page(&html("Privacy policy of Vendor", POLICY)),
        "/scripts" => {
            page("<!doctype html><title>Vendor</title><body><div id=root></div><script src=/app.js></script>")
        }
        "/noscript" => page(
            "<title>Vendor</title><noscript>You need to enable JavaScript to run this app.</noscript><div id=app>Privacy</div><script src=/app.js></script>",
        ),
        "/loading" => page(
            "<title>Vendor</title><div id=app>Loading, please wait for the page of our vendor to come up soon, it may take a while the first time</div><script>x()</script>",
        ),
        "/empty" => page(""),
        "/blank" => typed("text/plain", b" \n\n "),
        // conditional
        "/etag" if asked.header("if-none-match") == Some("\"v1\"") => answer(304, &[("etag", "\"v1\"")], b""),
        "/etag" => answer(200, &[("content-type", "text/html"), ("etag", "\"v1\"")], policy.as_bytes()),
        "/dated" if asked.header("if-modified-since").is_some() => answer(304, &[], b""),
        "/dated" => answer(
            200,
            &[("content-type", "text/html"), ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT")],
            policy.as_bytes(),
        ),
        "/to-etag" => redirect(302, "/etag"),
        "/changing" => answer(
            200,
            &[("content-type", "text/html"), ("etag", &format!("\"{}\"", asked.before))],
            html("Privacy policy", &format!("{} {POLICY}", asked.before)).as_bytes(),
        ),
        _ => answer(404, &[], b"no such test"),
    }
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("in Latin-1")).collect()
}

fn settings(server: &Server) -> Settings {
    Settings {
        allowed: vec![AllowedHost::parse(&server.host()).expect("a host")],
        now: 1_800_000_000,
        limits: Limits {
            bytes: 2 << 20,
            redirects: 5,
            answer: Duration::from_secs(10),
            total: Duration::from_secs(20),
            retry: Retry { attempts: 3, first: Duration::from_millis(20), longest: Duration::from_secs(2) },
        },
        ..Settings::default()
    }
}

/// Dials for real, and looks nothing up.
fn fetcher(settings: Settings) -> Fetcher {
    let http = Http::new(&settings.certificates).expect("certificates");
    Fetcher::with(settings, Box::new(Names::default()), Box::new(http))
}

fn look(fetcher: &Fetcher, url: &str, kind: DocumentKind) -> Fetched {
    let answer = address(url).and_then(|url| fetcher.fetch(&url));
    fetched(&answer, kind, &Place::start_of(&"email-access.yaml".into()))
}

/// Path, what is wrong, and a part of how that is said, or else of what was read.
const CASES: &[(&str, Option<Flaw>, &str)] = &[
    ("/html", None, "text/html eng"),
    ("/fragment#section-2", None, "text/html eng"),
    ("/no-type", None, "- eng"),
    ("/xhtml", None, "application/xhtml+xml eng"),
    ("/capitals", None, "text/html eng"),
    ("/markdown", None, "text/markdown eng"),
    ("/privacy.md", None, "text/plain eng"),
    ("/text", None, "text/plain eng"),
    ("/octets", None, "application/octet-stream eng"),
    ("/pdf", None, "application/pdf eng"),
    ("/pdf-octets", None, "application/octet-stream eng"),
    ("/gzip", None, "text/html eng"),
    ("/chunked", None, "text/html eng"),
    ("/until-close", None, "text/html eng"),
    ("/in-parts", None, "text/html eng"),
    ("/template", None, "text/html eng"),
    ("/short", None, "text/html"),
    ("/german", None, "text/html deu"),
    ("/japanese", None, "text/html jpn"),
    ("/latin1", None, "text/html deu"),
    ("/latin1-inside", None, "text/html deu"),
    ("/latin1-nowhere", None, "text/html deu"),
    ("/utf16", None, "text/plain eng"),
    ("/unknown-charset", Some(Flaw::Unreadable), "`klingon-8`"),
    ("/wrong-charset", Some(Flaw::Unreadable), "UTF-8, and is not"),
    ("/brotli", Some(Flaw::Unreadable), "packed as `br`"),
    ("/301", None, "text/html eng"),
    ("/302", None, "text/html eng"),
    ("/303", None, "text/html eng"),
    ("/self", Some(Flaw::BadRedirect), "in a circle"),
    ("/ping", Some(Flaw::BadRedirect), "in a circle"),
    ("/on/", Some(Flaw::BadRedirect), "more than 5 times"),
    ("/forwards", None, "text/html eng"),
    ("/forwards-late", None, "text/html eng"),
    ("/forwards-there", Some(Flaw::Refused), "`169.254.169.254`"),
    ("/forwards-round", Some(Flaw::BadRedirect), "in a circle"),
    ("/reloads", None, "text/html eng"),
    ("/noscript-forwards", None, "text/html eng"),
    ("/nowhere", Some(Flaw::BadRedirect), "without saying where to"),
    ("/to-rubbish", Some(Flaw::BadRedirect), "no address"),
    ("/to-file", Some(Flaw::Refused), "begins with `file:`"),
    ("/to-metadata", Some(Flaw::Refused), "`169.254.169.254` is a link-local address"),
    ("/to-neighbour", Some(Flaw::Refused), "loopback"),
    ("/to-credentials", Some(Flaw::Refused), "user name or password"),
    ("/404", Some(Flaw::NotFound), "status 404"),
    ("/410", Some(Flaw::NotFound), "status 410"),
    ("/401", Some(Flaw::Login), "signing in"),
    ("/403", Some(Flaw::BadStatus), "forbids"),
    ("/wall", Some(Flaw::RobotWall), "“Just a moment”"),
    ("/wall-503", Some(Flaw::RobotWall), "wall"),
    ("/wall-200", Some(Flaw::RobotWall), "wall"),
    ("/500", Some(Flaw::ServerError), "status 500"),
    ("/502-once", None, "text/html eng"),
    ("/503-twice", None, "text/html eng"),
    ("/429-once", None, "text/html eng"),
    ("/429-date", None, "text/html eng"),
    ("/429", Some(Flaw::RateLimited), "less often"),
    ("/429-always", Some(Flaw::RateLimited), "less often"),
    ("/204", Some(Flaw::BadStatus), "status 204"),
    ("/206", Some(Flaw::BadStatus), "status 206"),
    ("/300", Some(Flaw::BadStatus), "status 300"),
    ("/304", Some(Flaw::BadStatus), "status 304"),
    ("/418", Some(Flaw::BadStatus), "status 418"),
    ("/slow-head", Some(Flaw::Slow), "too long"),
    ("/slow-body", Some(Flaw::Slow), "too long"),
    ("/drip", Some(Flaw::Slow), "too long"),
    ("/huge", Some(Flaw::TooLarge), "more than 2 MiB"),
    ("/endless", Some(Flaw::TooLarge), "more than 2 MiB"),
    ("/bomb", Some(Flaw::TooLarge), "more than 2 MiB"),
    ("/bomb-chunked", Some(Flaw::TooLarge), "more than 2 MiB"),
    ("/truncated", Some(Flaw::BrokenAnswer), "breaks off after"),
    ("/truncated-chunk", Some(Flaw::BrokenAnswer), "breaks off after"),
    ("/truncated-gzip", Some(Flaw::BrokenAnswer), "breaks off after"),
    ("/not-gzip", Some(Flaw::BrokenAnswer), "breaks off after"),
    ("/not-http", Some(Flaw::BrokenAnswer), "broken"),
    ("/silence", Some(Flaw::BrokenAnswer), "broken"),
    ("/endless-head", Some(Flaw::BrokenAnswer), "broken"),
    ("/png", Some(Flaw::WrongType), "`image/png`"),
    ("/zip", Some(Flaw::WrongType), "no text"),
    ("/json", Some(Flaw::WrongType), "`application/json`"),
    ("/binary-text", Some(Flaw::WrongType), "no text"),
    ("/no-pdf", Some(Flaw::Unreadable), "is none"),
    ("/broken-pdf", Some(Flaw::Unreadable), "damaged PDF"),
    ("/scan", Some(Flaw::Unreadable), "text layer"),
    ("/soft-title", Some(Flaw::SoftNotFound), "“Page not found | Vendor”"),
    ("/soft-text", Some(Flaw::SoftNotFound), "“The page you are looking for has been eaten by a bear”"),
    ("/soft-404", Some(Flaw::SoftNotFound), "“404”"),
    ("/soft-german", Some(Flaw::SoftNotFound), "“Seite nicht gefunden”"),
    ("/soft-plain", Some(Flaw::SoftNotFound), "404: Not Found"),
    ("/parked", Some(Flaw::Parked), "for sale"),
    ("/parked-script", Some(Flaw::Parked), "parked"),
    ("/default", Some(Flaw::Parked), "“Welcome to nginx!”"),
    ("/soon", Some(Flaw::Parked), "before there is a site"),
    ("/login-form", Some(Flaw::Login), "“Sign in to Vendor”"),
    ("/password", Some(Flaw::Login), "asks for a password"),
    ("/to-login", Some(Flaw::Login), "sign in"),
    ("/to-root", Some(Flaw::SiteRoot), "start page of a site: “Vendor makes reports”"),
    ("/", Some(Flaw::SiteRoot), "start page"),
    ("/en/", Some(Flaw::SiteRoot), "start page"),
    ("/home", None, "text/html eng"),
    ("/scripts", Some(Flaw::ScriptOnly), "run no scripts"),
    ("/noscript", Some(Flaw::ScriptOnly), "run no scripts"),
    ("/loading", Some(Flaw::ScriptOnly), "run no scripts"),
    ("/empty", Some(Flaw::Empty), "empty"),
    ("/blank", Some(Flaw::Empty), "empty"),
];

#[test]
fn each_page_is_what_it_is() {
    let started = Instant::now();
    assert!(BOMB.len() < 20_000);
    let server = Server::start(site);
    let patient = fetcher(settings(&server));
    let limits = settings(&server).limits;
    let hurried = Limits { answer: Duration::from_millis(300), total: Duration::from_millis(900), ..limits };
    let hurried = fetcher(Settings { limits: hurried, ..settings(&server) });
    let mut wrong = Vec::new();
    // The slow ones wait side by side.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().expect("threads");
    let got: Vec<Fetched> = pool.install(|| {
        let ask = |(path, flaw, _): &(&str, Option<Flaw>, &str)| {
            let fetcher = if *flaw == Some(Flaw::Slow) { &hurried } else { &patient };
            look(fetcher, &server.url(path), DocumentKind::PrivacyPolicy)
        };
        CASES.par_iter().map(ask).collect()
    });
    for ((path, flaw, part), got) in CASES.iter().zip(got) {
        let said = match flaw {
            Some(_) => got.detail.clone(),
            None => {
                let language = got.language.as_ref().map_or("", |(code, _)| code);
                format!("{} {language}", got.content_type.as_deref().unwrap_or("-"))
            }
        };
        let read = matches!(got.reading, Some(DocumentState::Read { .. }));
        if got.flaw != *flaw || !said.contains(part) || read != flaw.is_none() || said.ends_with('.') {
            wrong.push(format!("{path}: {:?} {said:?}, expected {flaw:?} {part:?}", got.flaw));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(CASES.len() >= 40);
    let seconds = started.elapsed().as_secs();
    assert!(seconds < 30, "{seconds} s");
}

#[test]
fn what_is_recorded() {
    let server = Server::start(site);
    let fetcher = fetcher(settings(&server));
    let got = look(&fetcher, &server.url("/303"), DocumentKind::PrivacyPolicy);
    assert_eq!((got.status, got.redirects, got.tls, got.age), (Some(200), 3, false, None));
    assert_eq!(got.final_url, Some(server.url("/privacy")));
    assert_eq!(got.size, Some(html("Privacy policy", POLICY).len()));
    assert_eq!(
        (got.is_english(), got.language),
        (Some(true), Some(("eng".to_owned(), "English".to_owned())))
    );
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    for request in &asked {
        assert!(request.header("user-agent").is_some_and(|a| a.starts_with("mailpermit/")), "{request:?}");
        assert_eq!(request.header("accept-encoding"), Some("gzip"));
        assert_eq!(
            (request.header("referer"), request.header("cookie"), request.header("authorization")),
            (None, None, None)
        );
    }

    let got = look(&fetcher, &server.url("/to-metadata"), DocumentKind::PrivacyPolicy);
    assert_eq!((got.redirects, got.final_url.as_deref()), (1, Some("http://169.254.169.254/latest/")));
    let got = look(&fetcher, &server.url("/template"), DocumentKind::PrivacyPolicy);
    let Some(DocumentState::Read { words, placeholders, mentions_email, .. }) = got.reading else {
        panic!("read")
    };
    assert!(words > 60 && mentions_email.is_some());
    assert_eq!(
        (placeholders[0].value.as_str(), &*placeholders[0].place.file),
        ("[Company Name]", "email-access.yaml")
    );
    let got = look(&fetcher, &server.url("/short"), DocumentKind::PrivacyPolicy);
    assert!(got.reading.is_some_and(|r| r.is_too_short()));
    // What is the policy's start page is not that of the terms.
    for (kind, expected) in
        [(DocumentKind::PrivacyPolicy, None), (DocumentKind::CustomerTerms, Some(Flaw::SiteRoot))]
    {
        assert_eq!(look(&fetcher, &server.url("/home"), kind).flaw, expected);
    }
}

#[test]
fn a_server_is_asked_again_only_as_often_as_it_wants() {
    let server = Server::start(site);
    let fetcher = fetcher(settings(&server));
    let started = Instant::now();
    let ask = |path: &str| look(&fetcher, &server.url(path), DocumentKind::PrivacyPolicy);
    for (path, times) in
        [("/500", 3), ("/429", 1), ("/wall-503", 1), ("/404", 1), ("/503-twice", 3), ("/429-date", 2)]
    {
        ask(path);
        assert_eq!(server.times(path), times, "{path}");
    }
    assert!(started.elapsed() < Duration::from_secs(2));
    ask("/429-once");
    assert_eq!(server.times("/429-once"), 2);
    assert!(started.elapsed() >= Duration::from_secs(1), "it was told to wait a second");
}

#[test]
fn nobody_there_is_told_from_nothing_there() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("it listens").port()
    };
    let allowed = vec![AllowedHost::parse("127.0.0.1").expect("a host")];
    let fetcher = fetcher(Settings { allowed, ..Settings::default() });
    let got = look(&fetcher, &format!("http://127.0.0.1:{port}/privacy"), DocumentKind::PrivacyPolicy);
    assert_eq!((got.flaw, got.status), (Some(Flaw::NoConnection), None), "{}", got.detail);
}

#[test]
fn answers_are_kept_and_asked_after() {
    let server = Server::start(site);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let at = |now: i64, offline: bool| {
        let settings = Settings {
            cache: Some(folder.path().join("cache")),
            fresh: Duration::from_secs(60),
            now,
            offline,
            ..settings(&server)
        };
        fetcher(settings)
    };
    let ask = |now: i64, offline: bool, path: &str| {
        look(&at(now, offline), &server.url(path), DocumentKind::PrivacyPolicy)
    };
    for path in ["/etag", "/dated", "/to-etag"] {
        assert_eq!(ask(1_000, true, path).flaw, Some(Flaw::Offline), "{path}");
        let first = ask(1_000, false, path);
        assert_eq!((first.flaw, first.age, first.status), (None, None, Some(200)), "{path}");
        let before = server.asked().len();
        let young = ask(1_059, false, path);
        assert_eq!(
            (young.age, &young.final_url, young.redirects),
            (Some(59), &first.final_url, first.redirects)
        );
        assert_eq!(server.asked().len(), before, "nobody was asked");
        let same = ask(1_100, false, path);
        assert_eq!((same.flaw, same.age, same.size), (None, None, first.size), "{path}");
        let last = server.asked().pop().expect("somebody was asked");
        assert!(last.header("if-none-match").or(last.header("if-modified-since")).is_some(), "{last:?}");
        let away = ask(1_150, true, path);
        assert_eq!((away.flaw, away.age), (None, Some(50)), "the server said that it is still right");
    }
    // What changed comes anew.
    let words = |f: Fetched| f.reading.map(|r| format!("{r:?}"));
    let first = ask(1_000, false, "/changing");
    let second = ask(2_000, false, "/changing");
    assert_eq!((first.flaw, second.flaw, second.age), (None, None, None));
    assert_eq!(server.times("/changing"), 2);
    assert!(words(first).is_some() && words(second).is_some());
    // What is no page is not kept, and neither is anything without a folder.
    ask(1_000, false, "/404");
    assert_eq!(ask(1_001, true, "/404").flaw, Some(Flaw::Offline));
}

#[test]
fn tls_is_checked() {
    let server = Server::start_tls(site);
    let authority = include_bytes!("support/tls/authority.pem");
    let trusting = Settings { certificates: authority.to_vec(), ..settings(&server) };
    let url = format!("https://127.0.0.1:{}/privacy", server.port);
    let got = look(&fetcher(trusting.clone()), &url, DocumentKind::PrivacyPolicy);
    assert_eq!((got.flaw, got.tls), (None, true), "{}", got.detail);
    // A certificate of an authority that nobody trusts.
    let got = look(&fetcher(settings(&server)), &url, DocumentKind::PrivacyPolicy);
    assert_eq!(got.flaw, Some(Flaw::BadCertificate), "{}", got.detail);
    assert!(got.detail.contains("certificate"), "{}", got.detail);
    // Names are looked up by what the fetcher was given, and dialled by that alone.
    for (name, expected) in [("docs.vendor.io", None), ("other.vendor.io", Some(Flaw::BadCertificate))] {
        let names = Names::of(&[(name, &[&["127.0.0.1"]])]);
        let allowed = vec![AllowedHost::parse(name).expect("a host")];
        let http = Http::new(authority).expect("a certificate");
        let fetcher =
            Fetcher::with(Settings { allowed, ..trusting.clone() }, Box::new(names.clone()), Box::new(http));
        let got =
            look(&fetcher, &format!("https://{name}:{}/privacy", server.port), DocumentKind::PrivacyPolicy);
        assert_eq!(got.flaw, expected, "{}", got.detail);
        assert_eq!(names.asked(), [name]);
    }
    // HTTP where TLS is spoken, and TLS where it is not.
    let got = look(&fetcher(trusting.clone()), &server.url("/privacy"), DocumentKind::PrivacyPolicy);
    assert_eq!(got.flaw, Some(Flaw::BrokenAnswer), "{}", got.detail);
    let plain = Server::start(site);
    let settings = Settings { certificates: authority.to_vec(), ..settings(&plain) };
    let got = look(
        &fetcher(settings),
        &format!("https://127.0.0.1:{}/privacy", plain.port),
        DocumentKind::PrivacyPolicy,
    );
    assert!(got.flaw.is_some_and(|f| !f.is_unverified()), "{got:?}");
    assert!(Http::new(b"rubbish").is_err());
}

#[test]
fn the_connector_looks_nothing_up_by_itself() {
    use mailpermit::online::connect::{Connect as _, Request, Route};
    let server = Server::start(site);
    let http = Http::new(b"").expect("no certificates");
    // Any look-up of the machine's would find this one.
    let url = address(&format!("http://localhost:{}/privacy", server.port)).expect("an address");
    let to = |addresses: &[std::net::SocketAddr]| Request {
        url: url.clone(),
        route: Route::Direct(addresses.to_vec()),
        headers: Vec::new(),
        time: Duration::from_secs(5),
    };
    assert!(http.exchange(&to(&[])).is_err());
    assert_eq!(server.asked().len(), 0);
    let here = ([127, 0, 0, 1], server.port).into();
    assert_eq!(http.exchange(&to(&[here])).map(|reply| reply.status), Ok(200));
    // What was pinned for one request is not there for the next.
    assert!(http.exchange(&to(&[])).is_err());
    assert_eq!(server.asked().len(), 1);
}
