//! Which addresses and names are not of the public web (`networks.yaml`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use serde::Deserialize;

/// The embedded table.
pub static NETWORKS: LazyLock<Networks> = LazyLock::new(|| {
    let raw: Raw = table!("networks");
    let ranges = |rows: Vec<Row>| {
        rows.into_iter().map(|row| row.parse().expect("the embedded ranges are read by a test")).collect()
    };
    Networks { ipv4: ranges(raw.ipv4), ipv6: ranges(raw.ipv6), names: raw.names }
});

/// What is not of the public web.
pub struct Networks {
    ipv4: Vec<Range>,
    ipv6: Vec<Range>,
    names: Vec<Name>,
}

struct Range {
    network: IpAddr,
    prefix: u32,
    what: String,
    embeds: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    ipv4: Vec<Row>,
    ipv6: Vec<Row>,
    names: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    range: String,
    what: String,
    #[serde(default)]
    embeds: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
    what: String,
}

impl Row {
    fn parse(self) -> Option<Range> {
        let (network, prefix) = self.range.split_once('/')?;
        let network: IpAddr = network.parse().ok()?;
        let prefix: u32 = prefix.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        (prefix <= most).then_some(Range { network, prefix, what: self.what, embeds: self.embeds })
    }
}

impl Range {
    fn holds(&self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                (u32::from(network) ^ u32::from(address)) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                (u128::from(network) ^ u128::from(address)) & mask == 0
            }
            _ => false,
        }
    }
}

impl Networks {
    /// What an address is, when it is none of the public web; to complete "it is …".
    #[must_use]
    pub fn not_public(&self, address: IpAddr) -> Option<&str> {
        match address {
            IpAddr::V4(v4) => self.ipv4.iter().find(|r| r.holds(v4.into())).map(|r| r.what.as_str()),
            IpAddr::V6(v6) => {
                if let Some(inner) = isatap(v6)
                    && let Some(what) = self.not_public(inner.into())
                {
                    return Some(what);
                }
                let range = self.ipv6.iter().find(|r| r.holds(address))?;
                if range.embeds {
                    let [.., a, b, c, d] = v6.octets();
                    return self.not_public(Ipv4Addr::new(a, b, c, d).into());
                }
                Some(&range.what)
            }
        }
    }

    /// What a host name is, when it is none of the public web; to complete "it is …".
    #[must_use]
    pub fn not_public_name(&self, host: &str) -> Option<&str> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let below = |name: &Name| {
            host.strip_suffix(name.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if let Some(name) = self.names.iter().find(|name| below(name)) {
            return Some(&name.what);
        }
        (!host.contains('.')).then_some("a name of a local network")
    }
}

/// The IPv4 address in an address of ISATAP, a tunnel that works below any prefix.
fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., flag, zero, five_e, fe, a, b, c, d] = address.octets();
    (matches!(flag, 0 | 2) && [zero, five_e, fe] == [0, 0x5e, 0xfe]).then(|| Ipv4Addr::new(a, b, c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_web_is_told_from_the_rest() {
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2606:4700::5efe:8.8.8.8",
        ];
        for address in public {
            assert_eq!(NETWORKS.not_public(address.parse().expect("an address")), None, "{address}");
        }
        let special = [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.0.192",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.1.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:1::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "8000::1",
            "c000::1",
            "2606:4700::5efe:127.0.0.1",
            "2606:4700::200:5efe:10.0.0.1",
        ];
        for address in special {
            assert!(NETWORKS.not_public(address.parse().expect("an address")).is_some(), "{address}");
        }
    }

    #[test]
    fn names_of_no_public_host_are_known() {
        for name in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer",
            "nas.local",
            "metadata.google.internal",
            "1.0.0.127.in-addr.arpa",
            "vendor.example",
            "www.example.com",
            "x.onion",
        ] {
            assert!(NETWORKS.not_public_name(name).is_some(), "{name}");
        }
        for name in
            ["vendor.io", "notlocal.io", "myexample.com", "local.io", "localhost.io", "xn--bcher-kva.ch"]
        {
            assert_eq!(NETWORKS.not_public_name(name), None, "{name}");
        }
    }
}
