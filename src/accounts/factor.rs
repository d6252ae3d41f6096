//! The second factor: a code of six digits from a device (TOTP, RFC 6238), each good once; and recovery codes for a lost device.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, TOTP};
use zeroize::Zeroizing;

use super::{
    account::AccountId,
    secret::{MasterKey, Purpose},
};
use crate::kernel::{
    random,
    sealed::{self, SealError},
};

/// Seconds a code lasts.
const STEP: i64 = 30;
/// Codes given for a lost device.
const RECOVERY_CODES: usize = 10;

/// The secret a device and we share.
#[derive(Debug)]
pub struct Factor(TOTP);

impl Factor {
    /// A new one, for that account; `issuer` is what the device shows (no colon).
    pub fn generate(account: &AccountId, issuer: &str) -> Self {
        Self::of(random::bytes::<20>().to_vec(), account, issuer)
    }

    fn of(secret: Vec<u8>, account: &AccountId, issuer: &str) -> Self {
        let issuer = issuer.replace(':', " ");
        Self(
            TOTP::new(
                Algorithm::SHA1,
                6,
                1,
                30,
                secret,
                Some(issuer),
                account.to_string(),
            )
            .expect("20 bytes, 6 digits and names without a colon make a factor"),
        )
    }

    /// `otpauth://…`, for a QR code.
    pub fn uri(&self) -> String {
        self.0.get_url()
    }

    /// The secret to type where no camera is.
    pub fn text(&self) -> String {
        self.0.get_secret_base32()
    }

    /// Sealed for the database.
    pub fn seal(&self, master: &MasterKey, account: &AccountId) -> String {
        let secret = Zeroizing::new(STANDARD.encode(&self.0.secret));
        sealed::seal(
            &master.derive(Purpose::SecondFactor),
            account.as_str(),
            secret.as_bytes(),
        )
    }

    /// As kept in the database.
    pub fn open(sealed: &str, master: &MasterKey, account: &AccountId) -> Result<Self, SealError> {
        let text = sealed::open(&master.derive(Purpose::SecondFactor), account.as_str(), sealed)?;
        let secret = STANDARD.decode(text.as_slice()).map_err(|_| SealError)?;
        Ok(Self::of(secret, account, "yosatte"))
    }

    /// The number of the half minute a code belongs to: now, the one before or the one after (seconds since 1970).
    pub fn step_of(&self, code: &str, now: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let steps = [0, -1, 1].map(|d| now / STEP + d);
        steps.into_iter().find(|step| {
            let right = self.0.generate(u64::try_from(step * STEP).unwrap_or_default());
            bool::from(right.as_bytes().ct_eq(code.as_bytes()))
        })
    }
}

/// Ten codes to write down, each good once.
pub fn recovery_codes() -> Vec<String> {
    // 24 letters are 117 bits: enough for a plain digest to be kept of them.
    let code = || {
        (0..4)
            .map(|_| random::plain_letters(6))
            .collect::<Vec<_>>()
            .join("-")
    };
    (0..RECOVERY_CODES).map(|_| code()).collect()
}

/// What is kept of a recovery code or a token: they are random enough (112 bits and more) for a plain digest.
pub fn digest(code: &str) -> String {
    let plain: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    Sha256::digest(plain.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_belongs_to_its_half_minute_and_the_ones_beside_it() {
        let (id, master) = (AccountId::new("sato").unwrap(), MasterKey::of_bytes([1; 32]));
        let factor = Factor::generate(&id, "よさって");
        let again = Factor::open(&factor.seal(&master, &id), &master, &id).unwrap();
        let now = 1_764_000_000;
        let code = factor.0.generate(now as u64);
        assert_eq!(again.step_of(&code, now), Some(now / STEP));
        assert_eq!(again.step_of(&code, now + 30), Some(now / STEP));
        assert_eq!(again.step_of(&code, now + 90), None);
        assert!(
            Factor::open(
                &factor.seal(&master, &id),
                &master,
                &AccountId::new("kato").unwrap()
            )
            .is_err()
        );
    }
}
