//! Message authentication codes by a KMS key that never leaves KMS: what tokens are derived from instead of being stored.

use access::mac::Mac;
use aws_sdk_kms::{
    Client, error::SdkError, operation::verify_mac::VerifyMacError, primitives::Blob, types::MacAlgorithmSpec,
};
use kernel::{Error, Result};

use crate::{FromShell, InitError, Shell, unavailable};

/// Derives and checks message authentication codes.
#[derive(Debug, Clone)]
pub struct MacKey {
    client: Client,
    key_id: String,
}

impl FromShell for MacKey {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), key_id: shell.env("MAC_KEY")? })
    }
}

impl MacKey {
    /// The code of a text. Its first word should keep its kind apart from everything else under the same key.
    ///
    /// # Errors
    /// 503 when KMS cannot be asked.
    pub async fn derive(&self, text: &str) -> Result<Mac> {
        let made = self
            .client
            .generate_mac()
            .key_id(&self.key_id)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(text.as_bytes()))
            .send()
            .await
            .map_err(|error| unavailable("GenerateMac", error))?;
        let mac = made.mac.map(Blob::into_inner).and_then(|mac| mac.try_into().ok());
        mac.ok_or_else(|| Error::unavailable("GenerateMac: no code of 32 bytes"))
    }

    /// Whether a code belongs to a text.
    ///
    /// # Errors
    /// 503 when KMS cannot be asked: unknown is not valid.
    pub async fn verify(&self, text: &str, mac: &Mac) -> Result<bool> {
        let checked = self
            .client
            .verify_mac()
            .key_id(&self.key_id)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(text.as_bytes()))
            .mac(Blob::new(mac.as_slice()))
            .send()
            .await;
        match checked {
            Ok(answer) => Ok(answer.mac_valid),
            Err(SdkError::ServiceError(refused))
                if matches!(refused.err(), VerifyMacError::KmsInvalidMacException(_)) =>
            {
                Ok(false)
            }
            Err(error) => Err(unavailable("VerifyMac", error)),
        }
    }
}
