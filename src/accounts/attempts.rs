//! How often one may try to sign in, so that guessing is slow and no colleague is locked out by somebody else's guessing.
//!
//! A browser that has signed in to the account before carries a proof of it and has a count of its own. Everyone else is
//! counted by account and address together, by address, and by account; so an attacker from elsewhere can use up the
//! account's count for strangers, but never the one of the person's own computer (OWASP, device cookies). Who turns out to be right
//! is taken off every count again: a whole town hall signs in through one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{
    account::AccountId,
    secret::{MasterKey, Purpose},
};
use crate::kernel::random;

/// Too often; come again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("サインインの試みが続いたため、しばらく受けつけません。数分待ってから、もう一度お試しください")]
pub struct TooOften;

/// Counts by key: so many at once, and one more after each period.
#[derive(Debug)]
struct Limiter {
    period: Duration,
    burst: u32,
    /// When each key's tries are all given back.
    full: Mutex<HashMap<String, Instant>>,
}

/// More keys than these are looked through for those whose tries are all given back.
const KEYS: usize = 10_000;

impl Limiter {
    fn new(burst: u32, seconds: u64) -> Self {
        Self {
            period: Duration::from_secs(seconds),
            burst,
            full: Mutex::default(),
        }
    }

    fn take(&self, key: &str, now: Instant) -> bool {
        let mut full = self.full.lock().expect("no panic while counting");
        if full.len() > KEYS {
            full.retain(|_, at| *at > now);
        }
        let next = full.get(key).map_or(now, |at| *at.max(&now)) + self.period;
        let left = next <= now + self.period * self.burst;
        if left {
            full.insert(key.to_owned(), next);
        }
        left
    }

    fn give_back(&self, key: &str) {
        if let Some(at) = self.full.lock().expect("no panic while counting").get_mut(key) {
            *at -= self.period;
        }
    }
}

/// As what an address is counted: whoever has one of IPv6 has at least 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & (u128::MAX << 64)).into()),
        v4 => v4,
    }
}

/// What an attempt was counted under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted(Vec<(Kind, String)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Device,
    Address,
    Pair,
    Account,
}

/// Counts attempts in memory.
#[derive(Debug)]
pub struct Attempts {
    device: Limiter,
    pair: Limiter,
    address: Limiter,
    account: Limiter,
    key: Zeroizing<[u8; 32]>,
}

impl Attempts {
    /// Nobody has tried yet.
    pub fn new(master: &MasterKey) -> Self {
        Self {
            device: Limiter::new(10, 30),
            pair: Limiter::new(10, 30),
            // In a whole town hall many mistype at half past eight.
            address: Limiter::new(300, 1),
            account: Limiter::new(30, 20),
            key: master.derive(Purpose::Device),
        }
    }

    /// Counts an attempt; `device` is the proof the browser brought.
    pub fn count(
        &self,
        account: &AccountId,
        address: IpAddr,
        device: Option<&str>,
    ) -> Result<Counted, TooOften> {
        let address = network(address);
        let keys = match device.filter(|d| self.knows(d, account)) {
            Some(proof) => vec![(Kind::Device, proof.to_owned())],
            None => vec![
                (Kind::Address, address.to_string()),
                (Kind::Pair, format!("{account}@{address}")),
                (Kind::Account, account.to_string()),
            ],
        };
        let now = Instant::now();
        if keys.iter().all(|(kind, key)| self.of(*kind).take(key, now)) {
            Ok(Counted(keys))
        } else {
            Err(TooOften)
        }
    }

    /// The attempt was right: it counts against nobody.
    pub fn right(&self, counted: &Counted) {
        for (kind, key) in &counted.0 {
            self.of(*kind).give_back(key);
        }
    }

    fn of(&self, kind: Kind) -> &Limiter {
        match kind {
            Kind::Device => &self.device,
            Kind::Address => &self.address,
            Kind::Pair => &self.pair,
            Kind::Account => &self.account,
        }
    }

    /// A proof that this browser has signed in to the account.
    pub fn proof(&self, account: &AccountId) -> String {
        let nonce = URL_SAFE_NO_PAD.encode(random::bytes::<12>());
        let seal = URL_SAFE_NO_PAD.encode(self.mac(account, &nonce).finalize().into_bytes());
        format!("{nonce}.{seal}")
    }

    fn knows(&self, proof: &str, account: &AccountId) -> bool {
        let Some((nonce, seal)) = proof.split_once('.') else {
            return false;
        };
        let Ok(seal) = URL_SAFE_NO_PAD.decode(seal) else {
            return false;
        };
        self.mac(account, nonce).verify_slice(&seal).is_ok()
    }

    fn mac(&self, account: &AccountId, nonce: &str) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.as_slice()).expect("HMAC takes a key of any length");
        mac.update(format!("{account}\n{nonce}").as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_from_elsewhere_never_locks_the_persons_own_computer_out() {
        let attempts = Attempts::new(&MasterKey::of_bytes([3; 32]));
        let (sato, kato) = (AccountId::new("sato").unwrap(), AccountId::new("kato").unwrap());
        let own = attempts.proof(&sato);
        let from = |n: u8| IpAddr::from([10, 0, 0, n]);
        let tried = (0..200)
            .filter(|n| attempts.count(&sato, from(*n), None).is_ok())
            .count();
        assert!(tried <= 31, "{tried} guesses from many addresses");
        assert!(attempts.count(&sato, from(1), Some(&own)).is_ok());
        // Another account is not touched, and another's proof is none.
        assert!(attempts.count(&kato, from(250), None).is_ok());
        assert_eq!(
            attempts.count(&sato, from(251), Some(&attempts.proof(&kato))),
            Err(TooOften)
        );
        let again = (0..50)
            .filter(|_| attempts.count(&sato, from(1), Some(&own)).is_ok())
            .count();
        assert!(again <= 10, "{again} guesses from a stolen computer");
    }

    #[test]
    fn a_town_hall_that_signs_in_through_one_address_leaves_room_for_everyone() {
        let attempts = Attempts::new(&MasterKey::of_bytes([3; 32]));
        let address = IpAddr::from([10, 0, 0, 1]);
        for n in 0..1_000 {
            let id = AccountId::new(&format!("shokuin{n}")).unwrap();
            attempts.right(&attempts.count(&id, address, None).expect("room"));
        }
        // Who guesses is counted, and then the address too.
        let guesses = (0..1_000).filter(|n| {
            let id = AccountId::new(&format!("guess{n}")).unwrap();
            attempts.count(&id, address, None).is_ok()
        });
        assert!(guesses.count() <= 310);
    }
}
