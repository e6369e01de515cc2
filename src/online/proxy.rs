//! Which requests go through a proxy, by the variables that programs agree on.
//!
//! The variables themselves are read by `cli`. Through a proxy it is the proxy that looks names up, so that
//! only addresses as they are written can be checked here, of redirects too.

use std::net::IpAddr;

use url::Url;

/// Proxies, as `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    except: Vec<String>,
}

impl Proxies {
    /// Reads the variables by a function that knows their values.
    ///
    /// # Errors
    /// When one is no address of a proxy, in words.
    pub fn read(value: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let either = |name: &str| {
            // A server's `HTTP_PROXY` may come from a header of a stranger's request.
            let upper = name != "http_proxy" || value("REQUEST_METHOD").is_none();
            let named = value(name).map(|v| (name.to_owned(), v));
            named.or_else(|| upper.then(|| name.to_uppercase()).and_then(|n| Some((n.clone(), value(&n)?))))
        };
        let filled = |name: &str| either(name).filter(|(_, v)| !v.trim().is_empty());
        let proxy = |name: &str| {
            let Some((name, text)) = filled(name).or_else(|| filled("all_proxy")) else { return Ok(None) };
            parse(&text).map(Some).ok_or_else(|| {
                format!("`{name}` names no proxy that can be used: only `http://` and `https://` ones can")
            })
        };
        let except = filled("no_proxy").map(|(_, v)| v).unwrap_or_default();
        let except = except.split(',').map(|part| part.trim().to_ascii_lowercase());
        Ok(Self {
            http: proxy("http_proxy")?,
            https: proxy("https_proxy")?,
            except: except.filter(|part| !part.is_empty()).collect(),
        })
    }

    /// The proxy for an address, if it is to be asked through one.
    #[must_use]
    pub fn for_url(&self, url: &Url) -> Option<&Url> {
        let proxy = if url.scheme() == "https" { self.https.as_ref() } else { self.http.as_ref() }?;
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let port = url.port_or_known_default();
        (!self.except.iter().any(|except| covers(except, &host, port))).then_some(proxy)
    }
}

fn parse(text: &str) -> Option<Url> {
    let text = text.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    Url::parse(&text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
}

/// Whether a part of `no_proxy` covers a host: `*`, a name with all below it, an address or a range.
fn covers(except: &str, host: &str, port: Option<u16>) -> bool {
    if except == "*" {
        return true;
    }
    let bare = |text: &str| text.trim_start_matches('[').trim_end_matches(']').to_owned();
    let (except, only) = match except.rsplit_once(':') {
        Some((name, digits)) if !name.contains(':') || name.ends_with(']') => match digits.parse::<u16>() {
            Ok(only) => (bare(name), Some(only)),
            Err(_) => return false,
        },
        _ => (bare(except), None),
    };
    if only.is_some() && only != port {
        return false;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return match except.split_once('/') {
            Some((network, prefix)) => in_range(address, network, prefix),
            None => except.parse::<IpAddr>().is_ok_and(|e| e == address),
        };
    }
    let name = except.trim_start_matches("*.").trim_start_matches('.');
    !name.is_empty() && host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn in_range(address: IpAddr, network: &str, prefix: &str) -> bool {
    let (Ok(network), Ok(prefix)) = (network.parse::<IpAddr>(), prefix.parse::<u32>()) else { return false };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) if prefix <= 32 => {
            (u32::from(a) ^ u32::from(n)) & u32::MAX.checked_shl(32 - prefix).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(n)) if prefix <= 128 => {
            (u128::from(a) ^ u128::from(n)) & u128::MAX.checked_shl(128 - prefix).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, String> {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Proxies::read(&value)
    }

    #[test]
    fn variables_decide() {
        type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<&'a str>);
        let table: &[Row<'_>] = &[
            (&[], "https://a.io/", None),
            (&[("https_proxy", "http://p:3128")], "https://a.io/", Some("http://p:3128/")),
            (&[("https_proxy", "http://p:3128")], "http://a.io/", None),
            (&[("HTTPS_PROXY", "p:3128")], "https://a.io/", Some("http://p:3128/")),
            (&[("HTTP_PROXY", "http://p")], "http://a.io/", Some("http://p/")),
            (&[("HTTP_PROXY", "http://p"), ("REQUEST_METHOD", "GET")], "http://a.io/", None),
            (&[("ALL_PROXY", "https://p")], "https://a.io/", Some("https://p/")),
            (&[("https_proxy", ""), ("ALL_PROXY", "http://q")], "https://a.io/", Some("http://q/")),
            (&[("all_proxy", "http://p"), ("no_proxy", "*")], "https://a.io/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "b.io, a.io")], "https://a.io/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", ".a.io")], "https://x.A.io./", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "*.a.io")], "https://x.a.io/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "a.io")], "https://ba.io/", Some("http://p/")),
            (&[("all_proxy", "http://p"), ("no_proxy", "a.io:8443")], "https://a.io/", Some("http://p/")),
            (&[("all_proxy", "http://p"), ("no_proxy", "a.io:443")], "https://a.io/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "10.0.0.0/8")], "http://10.1.2.3/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "[::1]")], "http://[::1]/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "::1")], "http://[::1]/", None),
            (&[("all_proxy", "http://p"), ("no_proxy", "fd00::/8")], "http://[fd00::1]/", None),
        ];
        for (variables, url, expected) in table {
            let proxies = proxies(variables).expect("readable");
            let found = proxies.for_url(&Url::parse(url).expect("an address")).map(Url::as_str);
            assert_eq!(found, *expected, "{variables:?} {url}");
        }
        for bad in ["socks5://p:1080", "http://", "ftp://p"] {
            assert!(proxies(&[("all_proxy", bad)]).is_err_and(|e| e.contains("all_proxy")), "{bad}");
        }
    }
}
