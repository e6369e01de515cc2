//! What is never dialled. Names lead where the test wants, and the connector only notes: no packet is sent.

use std::net::{IpAddr, SocketAddr};

use mailpermit::facts::Flaw;
use mailpermit::online::{AllowedHost, FetchError, Fetcher, Proxies, Settings, address};

use super::support::net::{Names, Recorder};

/// The two addresses of the public web in these tests.
const PUBLIC: [&str; 2] = ["93.184.215.14", "2606:2800:21f:cb07::1"];

fn names() -> Names {
    Names::of(&[
        ("vendor.io", &[&[PUBLIC[0]]]),
        ("both.io", &[&PUBLIC]),
        ("to-loopback.io", &[&["127.0.0.1"]]),
        ("to-loopback6.io", &[&["::1"]]),
        ("to-private.io", &[&["10.1.2.3"]]),
        ("to-metadata.io", &[&["169.254.169.254"]]),
        ("to-mapped.io", &[&["::ffff:192.168.0.1"]]),
        ("to-nat64.io", &[&["64:ff9b::7f00:1"]]),
        ("to-ula.io", &[&["fd00:ec2::254"]]),
        ("to-this.io", &[&["0.0.0.0"]]),
        ("to-cgnat.io", &[&["100.100.100.200"]]),
        ("to-azure.io", &[&["168.63.129.16"]]),
        ("to-multicast.io", &[&["224.0.0.251"]]),
        ("mixed.io", &[&[PUBLIC[0], "127.0.0.1"]]),
        ("mixed6.io", &[&[PUBLIC[0], "fe80::1"]]),
        ("mixed-late.io", &[&[PUBLIC[0], PUBLIC[1], PUBLIC[0], "10.0.0.1"]]),
        // What these lead to changes between one look-up and the next.
        ("changes.io", &[&[PUBLIC[0]], &["127.0.0.1"]]),
        ("changes6.io", &[&[PUBLIC[1]], &["::1"]]),
        ("changes-back.io", &[&["127.0.0.1"], &[PUBLIC[0]]]),
        ("xn--bcher-kva.io", &[&["10.0.0.1"]]),
    ])
}

fn fetcher(names: &Names, recorder: &Recorder, settings: Settings) -> Fetcher {
    Fetcher::with(settings, Box::new(names.clone()), Box::new(recorder.clone()))
}

/// Asks for an address as a file names it; gives what came and what was dialled.
fn ask(text: &str, redirects: &[(&str, &str)]) -> (Result<(), FetchError>, Vec<(String, Vec<SocketAddr>)>) {
    let (names, recorder) = (names(), Recorder::with(redirects));
    let fetcher = fetcher(&names, &recorder, Settings::default());
    let came = address(text).and_then(|url| fetcher.fetch(&url)).map(|_| ());
    (came, recorder.dialled())
}

fn is_public(address: &SocketAddr) -> bool {
    PUBLIC.iter().any(|p| p.parse::<IpAddr>().expect("an address") == address.ip())
}

/// Addresses that are refused as they are written or by what they lead to: nothing is dialled at all.
const NEVER: &[&str] = &[
    // loopback, in every way to write it
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7F.1/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://017700000001/",
    "http://127.0x0.00.1/",
    "http://127.0.0.1./",
    "http://127.255.255.254/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127%2e0%2e0%2e1/",
    "http://%31%32%37.0.0.1/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:////127.0.0.1/",
    "  http://127.0.0.1/  ",
    "ht\ntp://127.0.\t0.1/",
    "https://127.0.0.1:443/",
    // the rest of IPv4
    "http://0/",
    "http://0.0.0.0:80/",
    "http://0x0/",
    "http://10.0.0.1/",
    "http://167772161/",
    "http://012.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://0xc0a80101/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://203.0.113.7/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    // IPv6
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000::0001]:8080/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:10.0.0.1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2606:2800::5efe:10.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1%25lo]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[100::1]/",
    // names
    "http://localhost/",
    "http://LOCALHOST:8080/",
    "http://localhost./",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://a.localhost/",
    "http://localhost.localdomain/",
    "http://printer/",
    "http://nas.local/",
    "http://wiki.corp/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://vendor.example/",
    "http://www.example.com/",
    // names that lead to such addresses
    "http://to-loopback.io/",
    "http://to-loopback.io./",
    "http://TO-LOOPBACK.io/",
    "http://to-loopback6.io/",
    "https://to-private.io/",
    "http://to-metadata.io/",
    "http://to-mapped.io/",
    "http://to-nat64.io/",
    "http://to-ula.io/",
    "http://to-this.io/",
    "http://to-cgnat.io/",
    "http://to-azure.io/",
    "http://to-multicast.io/",
    "http://bücher.io/",
    "http://xn--bcher-kva.io/",
    "http://mixed.io/",
    "http://mixed6.io/",
    "http://mixed-late.io/",
    "http://changes-back.io/",
    // credentials
    "http://user@vendor.io/",
    "http://user:secret@vendor.io/",
    "http://:secret@vendor.io/",
    "http://vendor.io@127.0.0.1/",
    "http://vendor.io:80@127.0.0.1/",
    "http://127.0.0.1@vendor.io/",
    // other schemes, and what is no address
    "file:///etc/passwd",
    "ftp://vendor.io/privacy",
    "gopher://127.0.0.1:70/_",
    "dict://127.0.0.1:11211/stat",
    "ldap://127.0.0.1/",
    "ws://vendor.io/",
    "data:text/html,privacy",
    "javascript:alert(1)",
    "blob:http://vendor.io/x",
    "view-source:http://vendor.io/",
    "jar:http://vendor.io!/",
    "mailto:a@vendor.io",
    "unix:/var/run/docker.sock",
    "//vendor.io/privacy",
    "/privacy",
    "vendor.io/privacy",
    "http://",
    "http:///",
    "http://./",
    "http://vendor.io:0/",
    "http://vendor.io:99999/",
    "http://[::1/",
    "http://1.2.3.4.5/",
    "http://256.256.256.256/",
    "http://0x100000000/",
    "http://vendor io/",
    "http://vendor.io\u{0}.localhost/",
    "",
];

#[test]
fn nothing_is_dialled_for_an_address_that_is_not_public() {
    assert!(NEVER.len() >= 60);
    for text in NEVER {
        let (came, dialled) = ask(text, &[]);
        assert_eq!(dialled, [], "{text}");
        let error = came.expect_err(text);
        assert_eq!(error.flaw, Flaw::Refused, "{text}: {error}");
        assert!(!error.detail.contains('\n') && !error.detail.ends_with('.'), "{error}");
        assert!(!error.detail.contains("secret"), "what is secret is not told: {error}");
    }
}

#[test]
fn no_redirect_leads_to_one() {
    let start = "http://vendor.io/privacy";
    let mut tried = 0;
    for target in NEVER {
        // An address without a host of its own stays with the host that redirects.
        let relative = !target.contains("://") && !target.contains(':') || target.starts_with("//vendor.io");
        if relative || ["http:127.0.0.1/", "http:/127.0.0.1/"].contains(target) {
            continue;
        }
        tried += 1;
        for status_of_the_way in
            [vec![(start, *target)], vec![(start, "https://both.io/"), ("https://both.io/", *target)]]
        {
            let (came, dialled) = ask(start, &status_of_the_way);
            assert_eq!(dialled.len(), status_of_the_way.len(), "{target}: {dialled:?}");
            assert!(dialled.iter().flat_map(|(_, to)| to).all(is_public), "{target}: {dialled:?}");
            let error = came.expect_err(target);
            assert!(matches!(error.flaw, Flaw::Refused | Flaw::BadRedirect), "{target}: {error:?}");
        }
    }
    assert!(tried >= 60, "{tried}");
}

#[test]
fn what_is_dialled_is_what_was_looked_up_and_checked() {
    // Each request is dialled by the answer of its own look-up, and there is exactly one.
    for (host, first) in [("changes.io", PUBLIC[0]), ("changes6.io", PUBLIC[1])] {
        let (start, next) = (format!("http://{host}/a"), format!("http://{host}/b"));
        let (names, recorder) = (names(), Recorder::with(&[(start.as_str(), next.as_str())]));
        let fetcher = fetcher(&names, &recorder, Settings::default());
        let error = fetcher
            .fetch(&address(&start).expect("an address"))
            .expect_err("it leads to this machine by now");
        assert_eq!(error.flaw, Flaw::Refused);
        let to = SocketAddr::new(first.parse().expect("an address"), 80);
        assert_eq!(recorder.dialled(), [(start, vec![to])]);
        assert_eq!(names.asked(), [host, host]);
    }
    // The port is that of the address, whatever the look-up says; all answers are handed on.
    let (names, recorder) = (names(), Recorder::default());
    let fetcher = fetcher(&names, &recorder, Settings::default());
    fetcher.fetch(&address("https://both.io:8443/x#part").expect("an address")).expect("a page");
    let all = PUBLIC.map(|p| SocketAddr::new(p.parse().expect("an address"), 8443));
    assert_eq!(recorder.dialled(), [("https://both.io:8443/x".to_owned(), all.to_vec())]);
    assert_eq!(names.asked(), ["both.io"]);
}

#[test]
fn public_addresses_are_dialled() {
    for text in [
        "http://vendor.io/",
        "https://vendor.io/privacy?lang=en",
        "https://both.io./",
        "http://93.184.215.14/",
        "http://[2606:2800:21f:cb07::1]/",
        "http://0x5db8d70e/",
        "HTTP://VENDOR.IO/",
        "http://[::ffff:93.184.215.14]/",
    ] {
        let (came, dialled) = ask(text, &[]);
        assert_eq!(came, Ok(()), "{text}");
        assert_eq!(dialled.len(), 1, "{text}");
        assert!(
            dialled[0].1.iter().all(|a| is_public(&SocketAddr::new(a.ip().to_canonical(), 0))),
            "{dialled:?}"
        );
    }
}

#[test]
fn an_allowed_host_allows_nothing_else() {
    let allowed = |list: &[&str]| Settings {
        allowed: list.iter().map(|h| AllowedHost::parse(h).expect("a host")).collect(),
        ..Settings::default()
    };
    for (list, redirects, text, expected) in [
        (&["127.0.0.1:8080"][..], &[][..], "http://127.0.0.1:8080/", Ok(1)),
        (&["127.0.0.1:8080"], &[], "http://2130706433:8080/", Ok(1)),
        (&["127.0.0.1:8080"], &[], "http://127.0.0.1:8081/", Err(0)),
        (&["127.0.0.1:8080"], &[], "http://localhost:8080/", Err(0)),
        (&["127.0.0.1:8080"], &[], "http://to-loopback.io:8080/", Err(0)),
        (&["to-private.io"], &[], "https://to-private.io/", Ok(1)),
        (
            &["to-private.io"],
            &[("https://to-private.io/", "https://10.1.2.3/")],
            "https://to-private.io/",
            Err(1),
        ),
        (
            &["to-private.io"],
            &[("https://to-private.io/", "http://to-metadata.io/")],
            "https://to-private.io/",
            Err(1),
        ),
        (&["127.0.0.1"], &[], "http://user@127.0.0.1/", Err(0)),
        (&["127.0.0.1"], &[], "file://127.0.0.1/etc/passwd", Err(0)),
    ] {
        let (names, recorder) = (names(), Recorder::with(redirects));
        let fetcher = fetcher(&names, &recorder, allowed(list));
        let came = address(text).and_then(|url| fetcher.fetch(&url));
        let dialled = recorder.dialled().len();
        match expected {
            Ok(n) => assert!(came.is_ok() && dialled == n, "{text}: {came:?}"),
            Err(n) => assert!(came.is_err_and(|e| e.flaw == Flaw::Refused) && dialled == n, "{text}"),
        }
    }
}

#[test]
fn through_a_proxy_addresses_are_checked_as_they_are_written() {
    let proxies = |name: &str| match name {
        "all_proxy" => Some("http://proxy.corp:3128".to_owned()),
        "no_proxy" => Some("vendor.io".to_owned()),
        _ => None,
    };
    let settings = Settings { proxies: Proxies::read(&proxies).expect("proxies"), ..Settings::default() };
    let names = Names::of(&[("proxy.corp", &[&["10.0.0.9"]]), ("vendor.io", &[&[PUBLIC[0]]])]);
    let recorder = Recorder::with(&[("https://shop.io/r", "http://169.254.169.254/")]);
    let fetcher = fetcher(&names, &recorder, settings);
    let ask = |text: &str| address(text).and_then(|url| fetcher.fetch(&url)).map(|_| ()).map_err(|e| e.flaw);
    assert_eq!(ask("https://shop.io/"), Ok(()), "the proxy looks the name up");
    assert_eq!(ask("https://vendor.io/"), Ok(()), "this one goes past it");
    assert_eq!(ask("http://127.0.0.1/"), Err(Flaw::Refused));
    assert_eq!(ask("http://printer/"), Err(Flaw::Refused));
    assert_eq!(ask("https://shop.io/r"), Err(Flaw::Refused), "a redirect is checked too");
    let dialled: Vec<String> =
        recorder.dialled().iter().flat_map(|(_, to)| to).map(ToString::to_string).collect();
    assert_eq!(dialled, ["10.0.0.9:3128", "93.184.215.14:443", "10.0.0.9:3128"]);
    assert_eq!(names.asked(), ["proxy.corp", "vendor.io", "proxy.corp"]);
}

#[test]
fn a_name_that_is_not_found_is_told_from_a_network_that_is_not_there() {
    let known = ("marketplace.atlassian.com", &[&[PUBLIC[0]][..]][..]);
    for (names, expected, asked) in
        [(Names::of(&[known]), Flaw::UnknownHost, 2), (Names::default(), Flaw::NoNetwork, 2)]
    {
        let recorder = Recorder::default();
        let fetcher = fetcher(&names, &recorder, Settings::default());
        let error =
            fetcher.fetch(&address("https://gone.io/").expect("an address")).expect_err("no such name");
        assert_eq!((error.flaw, recorder.dialled().len()), (expected, 0), "{error}");
        let again = fetcher.fetch(&address("https://gone.io/").expect("an address"));
        assert!(again.is_err_and(|e| e.flaw == expected));
        assert_eq!(names.asked().len(), asked + 1, "the known name is looked up once");
    }
}

#[test]
fn offline_nobody_is_asked() {
    let (names, recorder) = (names(), Recorder::default());
    let settings = Settings { offline: true, ..Settings::default() };
    let fetcher = fetcher(&names, &recorder, settings);
    let error = fetcher.fetch(&address("https://vendor.io/").expect("an address")).expect_err("offline");
    assert_eq!(
        (error.flaw, recorder.dialled(), names.asked()),
        (Flaw::Offline, vec![], Vec::<String>::new())
    );
}

/// An IPv4 address in the forms that a URL may have it in.
fn forms(ip: std::net::Ipv4Addr) -> Vec<String> {
    let n = u32::from(ip);
    let [a, b, c, d] = ip.octets();
    let short = n & 0xff_ffff;
    let wide = |text: String| {
        text.chars()
            .map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10).filter(|_| c.is_ascii_digit()).unwrap_or(c))
            .collect::<String>()
    };
    vec![
        format!("http://{ip}/"),
        format!("http://{ip}./"),
        format!("https://{n}/"),
        format!("http://{n:#x}/"),
        format!("http://0{n:o}/"),
        format!("http://{a:#x}.{b:#X}.{c}.0{d:o}/").replace("0X", "0x"),
        format!("http://{a}.{short}/"),
        format!("http://{a}.{b}.{}/", n & 0xffff),
        format!("http://0{a:o}.0{b:o}.0{c:o}.0{d:o}:8080/"),
        format!("http://{}/", wide(ip.to_string())),
        format!("http://[::ffff:{ip}]/"),
        format!("http://[::ffff:{:x}:{:x}]/", n >> 16, n & 0xffff),
        format!("http://[64:ff9b::{ip}]/"),
    ]
}

proptest::proptest! {
    #[test]
    fn no_form_of_a_forbidden_address_is_dialled(n: u32, block in 0_usize..9) {
        // Half of what is tried lies in a block that matters.
        let blocks = [0x7f00_0000, 0x0a00_0000, 0xa9fe_0000, 0xc0a8_0000, 0xac10_0000, 0xe000_0000];
        let ip = std::net::Ipv4Addr::from(match blocks.get(block) {
            Some(block) => block | (n & 0xffff),
            None => n,
        });
        let private = ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_multicast()
            || ip.is_broadcast() || ip.is_documentation() || ip.is_unspecified();
        let dotted = ask(&forms(ip)[0], &[]).1.len();
        if private {
            proptest::prop_assert_eq!(dotted, 0, "{}", ip);
        }
        for form in forms(ip) {
            let (_, dialled) = ask(&form, &[]);
            proptest::prop_assert_eq!(dialled.len(), dotted, "{}", &form);
            for (_, to) in dialled {
                let host = std::net::Ipv6Addr::from(match to[0].ip() {
                    IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
                    IpAddr::V6(v6) => v6.octets(),
                });
                proptest::prop_assert_eq!(&host.octets()[12..], &ip.octets()[..], "{}", &form);
            }
        }
    }
}
