//! `check --online`: the program itself, with a server on 127.0.0.1 that it is allowed to ask.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::support::server::{Act, Asked, Server, answer, page};

const POLICY: &str = "<title>Privacy policy</title><p>This policy says which personal data our app reads and what becomes of \
    it. When an export fails, the app asks for the email address of its owner and sends one message with the reason. \
    The address is not stored, and nobody else gets it. You can ask us which data we hold about you, and ask us to \
    delete it, at any time by writing to us.</p>";

fn site(asked: &Asked) -> Vec<Act> {
    match asked.path.as_str() {
        "/privacy" => page(POLICY),
        "/template" => page(&POLICY.replace("our app", "[Company Name]'s app")),
        "/login" => page("<title>Log in</title>"),
        "/terms" => page(
            "<title>Terms of use</title><p>These terms are an agreement between the vendor and the customer who installs the app. By installing it the customer accepts them. The app is provided as it is, and support is given by mail on working days. The customer is responsible for who may see the exports.</p>",
        ),
        "/busy" => answer(429, &[("retry-after", "9999")], b""),
        _ => answer(404, &[], b""),
    }
}

fn app(privacy: &str, terms: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let manifest =
        "app:\n  id: ari:cloud:ecosystem::app/1\npermissions:\n  scopes:\n    - read:email-address:jira\n";
    std::fs::write(folder.path().join("manifest.yml"), manifest).expect("writable");
    let declaration = format!(
        "version: 1\ndocuments:\n  privacy-policy: {privacy}\n  customer-terms: {terms}\npersonal-data:\n  collects: true\n  stores: []\n"
    );
    std::fs::write(folder.path().join("email-access.yaml"), declaration).expect("writable");
    folder
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program where no variable of the machine's says anything about the network.
fn run(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command.current_dir(folder).args(args).env("XDG_CACHE_HOME", folder.join("none"));
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command.envs(variables.iter().copied());
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}\n{}\n{}", ran.out, ran.err))
}

fn state<'v>(report: &'v Value, rule: &str) -> &'v str {
    let rules = report["apps"][0]["rules"].as_array().expect("rules");
    let found = rules
        .iter()
        .find(|r| r["name"] == rule || r["rule"] == rule)
        .unwrap_or_else(|| panic!("{rule}: {rules:?}"));
    found["state"].as_str().expect("a state")
}

fn findings<'v>(report: &'v Value, rule: &str) -> Vec<&'v str> {
    let all = report["findings"].as_array().expect("findings");
    all.iter().filter(|f| f["rule"] == rule).filter_map(|f| f["message"].as_str()).collect()
}

const ONLINE: &[&str] = &["check", "--format", "json", "--online", "--no-cache"];

#[test]
fn documents_are_asked_for_and_judged() {
    let server = Server::start(site);
    let allow = server.host();
    for (privacy, terms, unreachable, placeholder, omits) in [
        ("/privacy", "/terms", vec![], vec![], "passed"),
        ("/privacy", "/gone", vec!["customer terms at", "is not there (status 404)"], vec![], "passed"),
        ("/login", "/terms", vec!["privacy policy at", "one has to sign in"], vec![], "not-evaluated"),
        ("/template", "/terms", vec![], vec!["`[Company Name]`"], "passed"),
    ] {
        let folder = app(&server.url(privacy), &server.url(terms));
        let ran = run(folder.path(), &[], &[ONLINE, &["--allow-host", &allow]].concat());
        let report = json(&ran);
        let got = findings(&report, "unreachable-document");
        assert_eq!(got.len(), usize::from(!unreachable.is_empty()), "{privacy} {terms} {got:?}");
        assert!(unreachable.iter().all(|part| got[0].contains(part)), "{got:?}");
        let got = findings(&report, "placeholder-document");
        assert_eq!(got.len(), placeholder.len(), "{privacy} {terms} {got:?}");
        assert!(placeholder.iter().all(|part| got[0].contains(part)), "{got:?}");
        assert_eq!(state(&report, "policy-omits-email"), omits, "{privacy}");
        let document = &report["documents"][0];
        assert_eq!(document["fetched"]["status"], 200, "{document}");
        assert_eq!(document["fetched"]["content_type"], "text/html");
        assert!(ran.err.contains(&format!("fetched {}: 200", server.url(privacy))), "{}", ran.err);
    }
}

#[test]
fn a_host_that_was_not_allowed_is_not_asked() {
    let server = Server::start(site);
    let folder = app(&server.url("/privacy"), "http://localhost:1/terms");
    let ran = run(folder.path(), &[], ONLINE);
    let report = json(&ran);
    assert_eq!((ran.code, server.asked().len()), (Some(1), 0));
    let got = findings(&report, "unreachable-document");
    assert!(
        got[0].contains("`127.0.0.1` is a loopback address")
            && got[1].contains("`localhost` is a name of this machine"),
        "{got:?}"
    );
    assert_eq!(report["documents"][0]["fetched"]["flaw"], "refused");
}

#[test]
fn what_cannot_be_verified_is_said_once_and_the_rest_stands() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("it listens").port()
    };
    // Nobody listens behind this proxy: for the program there is no network, and no name is looked up.
    let proxy = format!("http://127.0.0.1:{port}");
    let folder = app("https://docs.vendor.io/privacy", "https://docs.vendor.io/terms");
    let offline = json(&run(folder.path(), &[], &["check", "--format", "json"]));
    for (variables, flags, said) in [
        (
            &[("all_proxy", proxy.as_str())][..],
            &[][..],
            "the network cannot be reached: 2 addresses were not verified, all else was checked",
        ),
        (&[], &["--offline"], "offline: 2 addresses were not verified"),
        (&[("HTTPS_PROXY", proxy.as_str())], &["--offline"], "offline: 2 addresses were not verified"),
    ] {
        let ran = run(folder.path(), variables, &[ONLINE, flags].concat());
        let report = json(&ran);
        assert_eq!(ran.err.matches("not verified").count(), 1, "{}", ran.err);
        assert!(ran.err.contains(said), "{}", ran.err);
        assert_eq!(report["findings"], offline["findings"]);
        for rule in ["unreachable-document", "placeholder-document", "policy-omits-email"] {
            assert_eq!(state(&report, rule), "not-evaluated", "{rule}");
        }
        assert_eq!(report["documents"][0]["fetched"]["unverified"], true);
    }
}

#[test]
fn a_busy_server_leaves_the_rule_unevaluated() {
    let server = Server::start(site);
    let folder = app(&server.url("/busy"), &server.url("/terms"));
    let report = json(&run(folder.path(), &[], &[ONLINE, &["--allow-host", &server.host()]].concat()));
    assert_eq!(state(&report, "unreachable-document"), "not-evaluated");
    assert_eq!(findings(&report, "unreachable-document"), [""; 0]);
}

#[test]
fn answers_are_kept_in_the_users_cache() {
    let server = Server::start(site);
    let folder = app(&server.url("/privacy"), &server.url("/terms"));
    let cache = tempfile::tempdir().expect("there is room for a folder");
    let args = ["check", "--online", "--allow-host", &server.host()];
    let variables = [("XDG_CACHE_HOME", cache.path().to_str().expect("UTF-8"))];
    let first = run(folder.path(), &variables, &args);
    let second = run(folder.path(), &variables, &args);
    assert_eq!((server.times("/privacy"), server.times("/terms")), (1, 1), "{}\n{}", first.err, second.err);
    assert!(second.err.contains(", kept ") && !first.err.contains(", kept "), "{}", second.err);
    assert_eq!(first.out, second.out);
    let away = run(folder.path(), &variables, &[&args[..], &["--offline"]].concat());
    assert_eq!((away.out, server.times("/privacy")), (first.out, 1));
    let again = run(folder.path(), &variables, &[&args[..], &["--max-age", "0"]].concat());
    assert_eq!(server.times("/privacy"), 2, "{}", again.err);
    assert!(cache.path().join("mailpermit").is_dir());
    let elsewhere = cache.path().join("elsewhere");
    run(
        folder.path(),
        &variables,
        &[&args[..], &["--cache-dir", elsewhere.to_str().expect("UTF-8")]].concat(),
    );
    assert_eq!(std::fs::read_dir(elsewhere).expect("it was made").count(), 2);
}

#[test]
fn a_proxy_is_asked_for_what_it_is_for() {
    // This server plays the proxy: it is asked for whole addresses.
    let proxy = Server::start(|asked| match asked.path.as_str() {
        "http://docs.vendor.io/privacy" => page(POLICY),
        _ => answer(404, &[], b""),
    });
    let folder = app("http://docs.vendor.io/privacy", "http://192.168.0.1/terms");
    let url = format!("http://{}", proxy.host());
    let report = json(&run(folder.path(), &[("http_proxy", &url)], ONLINE));
    assert_eq!(report["documents"][0]["fetched"]["flaw"], Value::Null, "{report:#}");
    assert_eq!(report["documents"][1]["fetched"]["flaw"], "refused");
    assert_eq!(proxy.asked().len(), 1);
}

#[test]
fn wrong_use_of_the_flags_is_2() {
    let folder = app("https://docs.vendor.io/privacy", "https://docs.vendor.io/terms");
    std::fs::write(folder.path().join("no.pem"), "rubbish").expect("writable");
    for (variables, args, said) in [
        (&[][..], &["--allow-host", "http://x/"][..], "name a host"),
        (&[], &["--ca-cert", "none.pem"], "cannot read `none.pem`"),
        (&[], &["--ca-cert", "no.pem"], "cannot read certificates from `no.pem`"),
        (&[], &["--cache-dir", "x", "--no-cache"], "cannot be used with"),
        (&[("https_proxy", "socks5://127.0.0.1:1")], &[], "`https_proxy` names no proxy"),
        (&[], &["--timeout", "0"], "--timeout"),
    ] {
        let ran = run(folder.path(), variables, &[&["check", "--online"], args].concat());
        assert_eq!(ran.code, Some(2), "{args:?} {}", ran.err);
        assert!(ran.err.contains(said), "{args:?} {}", ran.err);
    }
}

/// On a terminal a line says what is being fetched, and is taken away in the end.
#[cfg(unix)]
#[test]
fn a_terminal_shows_progress() {
    let server = Server::start(|asked| {
        let mut acts = vec![Act::Wait(700)];
        acts.extend(site(asked));
        acts
    });
    let folder = app(&server.url("/privacy"), &server.url("/terms"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command.current_dir(folder.path()).args([
        "check",
        "--online",
        "--no-cache",
        "--allow-host",
        &server.host(),
    ]);
    command.env("TERM", "xterm").env("NO_COLOR", "1").env_remove("COLUMNS");
    let mut session = rexpect::session::spawn_command(command, Some(30_000)).expect("a terminal");
    session.exp_string("fetching documents").expect("a line of progress");
    session.exp_string("2/2").expect("both are done");
    session
        .exp_string(&format!("fetched {}: 200, no TLS, text/html", server.url("/privacy")))
        .expect("what came");
    session.exp_eof().expect("it ends");
}

/// A proxy that lets nobody pass says nothing about the document behind it.
#[test]
fn a_proxy_that_refuses_is_not_the_documents_fault() {
    let proxy = Server::start(|_| answer(403, &[], b"not from here"));
    let folder = app("https://docs.vendor.io/privacy", "https://docs.vendor.io/terms");
    let ran = run(folder.path(), &[("https_proxy", &format!("http://{}", proxy.host()))], ONLINE);
    let report = json(&ran);
    assert_eq!(state(&report, "unreachable-document"), "not-evaluated", "{report:#}");
    assert_eq!(report["documents"][0]["fetched"]["flaw"], "no-network");
    assert!(ran.err.contains("the network cannot be reached: 2 addresses were not verified"), "{}", ran.err);
    assert_eq!(proxy.asked().iter().filter(|a| a.path == "docs.vendor.io:443").count(), 2);
}
