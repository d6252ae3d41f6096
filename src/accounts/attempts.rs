//! How often one may try to sign in, so that guessing is slow and no colleague is locked out by somebody else's guessing.
//!
//! A browser that has signed in to the account before carries a proof of it and has a count of its own. Everyone else is
//! counted by account and address together, by address, and by account; so an attacker from elsewhere can use up the
//! account's count for strangers, but never the one of the person's own computer (OWASP, device cookies).

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
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

type Limiter = DefaultKeyedRateLimiter<String>;

/// Counts attempts in memory.
#[derive(Debug)]
pub struct Attempts {
    device: Limiter,
    pair: Limiter,
    address: Limiter,
    account: Limiter,
    key: Zeroizing<[u8; 32]>,
}

fn limiter(burst: u32, seconds: u64) -> Limiter {
    let burst = NonZeroU32::new(burst).expect("more than none");
    let quota = Quota::with_period(Duration::from_secs(seconds))
        .expect("a period")
        .allow_burst(burst);
    RateLimiter::keyed(quota)
}

impl Attempts {
    /// Nobody has tried yet.
    pub fn new(master: &MasterKey) -> Self {
        Self {
            device: limiter(10, 30),
            pair: limiter(10, 30),
            // A whole town hall may sign in through one address at half past eight.
            address: limiter(300, 1),
            account: limiter(30, 20),
            key: master.derive(Purpose::Device),
        }
    }

    /// Counts an attempt; `device` is the proof the browser brought.
    pub fn count(&self, account: &AccountId, address: IpAddr, device: Option<&str>) -> Result<(), TooOften> {
        if let Some(proof) = device.filter(|d| self.knows(d, account)) {
            return self.device.check_key(&proof.to_owned()).map_err(|_| TooOften);
        }
        let pair = format!("{account}@{address}");
        let fine = self.address.check_key(&address.to_string()).is_ok()
            && self.pair.check_key(&pair).is_ok()
            && self.account.check_key(&account.to_string()).is_ok();
        if self.pair.len() > 10_000 {
            for limiter in [&self.device, &self.pair, &self.address, &self.account] {
                limiter.retain_recent();
            }
        }
        if fine { Ok(()) } else { Err(TooOften) }
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
        assert_eq!(attempts.count(&sato, from(1), Some(&own)), Ok(()));
        // Another account is not touched, and another's proof is none.
        assert_eq!(attempts.count(&kato, from(250), None), Ok(()));
        assert_eq!(
            attempts.count(&sato, from(251), Some(&attempts.proof(&kato))),
            Err(TooOften)
        );
        let again = (0..50)
            .filter(|_| attempts.count(&sato, from(1), Some(&own)).is_ok())
            .count();
        assert!(again <= 10, "{again} guesses from a stolen computer");
    }
}
