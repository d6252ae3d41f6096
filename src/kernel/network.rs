//! Addresses on a network, ranges of them, and who asked when proxies stand between.

use std::{fmt, net::IpAddr, str::FromStr};

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: IpAddr,
    /// How many bits all its addresses share.
    shared: u8,
}

/// No range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("10.0.0.1 か 10.0.0.0/8 のように書いてください")]
pub struct RangeError;

/// The address as a number on its left, in 128 bits, and how many of them it has.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

impl Range {
    /// Whether it is one of them.
    ///
    /// ```
    /// use yosatte::kernel::network::Range;
    /// let holds = |range: &str, address: &str| range.parse::<Range>().unwrap().holds(address.parse().unwrap());
    /// assert!(holds("10.0.0.0/8", "10.200.3.4") && !holds("10.0.0.0/8", "11.0.0.1"));
    /// assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "10.0.0.1"));
    /// // An IPv4 address on an IPv6 socket is the same address.
    /// assert!(holds("127.0.0.1", "::ffff:127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
    /// assert!(holds("0.0.0.0/0", "203.0.113.7") && "10.0.0.0/33".parse::<Range>().is_err());
    /// ```
    pub fn holds(&self, address: IpAddr) -> bool {
        let ((own, width), (other, others)) = (bits(self.first), bits(address.to_canonical()));
        let differ = (own ^ other).leading_zeros();
        width == others && differ >= u32::from(self.shared)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.shared)
    }
}

impl FromStr for Range {
    type Err = RangeError;
    fn from_str(text: &str) -> Result<Self, RangeError> {
        let (address, shared) = match text.split_once('/') {
            Some((address, shared)) => (address, Some(shared)),
            None => (text, None),
        };
        let first: IpAddr = address.trim().parse().map_err(|_| RangeError)?;
        let first = first.to_canonical();
        let width = bits(first).1;
        let shared = match shared {
            Some(shared) => shared.trim().parse().map_err(|_| RangeError)?,
            None => width,
        };
        if shared <= width {
            Ok(Self { first, shared })
        } else {
            Err(RangeError)
        }
    }
}

/// Who asked: `peer` is at the other end of the connection, `forwarded` what `X-Forwarded-For` says, as it came. From the right,
/// every address is the word of the one behind it; the first that is not `trusted` asked, and what stands before is anybody's word.
///
/// ```
/// use yosatte::kernel::network::asker;
/// let proxy = "10.0.0.1".parse().unwrap();
/// let trusted = ["10.0.0.0/24".parse().unwrap()];
/// let told = |forwarded: &str| asker(proxy, &[forwarded], &trusted).to_string();
/// assert_eq!(told("198.51.100.1, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
/// assert_eq!(told("203.0.113.7:4711"), "203.0.113.7");
/// assert_eq!(told("203.0.113.7, unknown"), "10.0.0.1");
/// assert_eq!(asker(proxy, &["203.0.113.7"], &[]), proxy);
/// ```
pub fn asker(peer: IpAddr, forwarded: &[&str], trusted: &[Range]) -> IpAddr {
    let mut known = peer.to_canonical();
    let mut said = forwarded.iter().rev().flat_map(|line| line.rsplit(','));
    while trusted.iter().any(|range| range.holds(known)) {
        match said.next().and_then(address) {
            Some(before) => known = before,
            None => break,
        }
    }
    known
}

/// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:4711`, as proxies write them.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || {
        let inside = text.strip_prefix('[')?.split_once(']')?.0;
        inside.parse().ok()
    };
    let with_port = || Some(text.parse::<std::net::SocketAddr>().ok()?.ip());
    let found: Option<IpAddr> = text.parse().ok().or_else(with_port).or_else(bare);
    found.map(|a| a.to_canonical())
}
