//! Message authentication codes from a KMS key. Refresh, reset and feed tokens are derived from them instead of being stored.

use access::mac::Mac;
use aws_sdk_kms::{
    Client, error::SdkError, operation::verify_mac::VerifyMacError, primitives::Blob, types::MacAlgorithmSpec,
};
use kernel::{Error, Result};

use crate::{FromShell, InitError, Shell, aws_call_error};

/// KMS key for message authentication codes; the key never leaves KMS.
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
    /// Message authentication code of a text. The first word of the text must name its purpose, because all purposes share
    /// the key.
    ///
    /// # Errors
    /// 503 if KMS is unavailable.
    pub async fn derive(&self, text: &str) -> Result<Mac> {
        let response = self
            .client
            .generate_mac()
            .key_id(&self.key_id)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(text.as_bytes()))
            .send()
            .await
            .map_err(|error| aws_call_error("GenerateMac", error))?;
        let mac = response.mac.map(Blob::into_inner).and_then(|mac| mac.try_into().ok());
        mac.ok_or_else(|| Error::unavailable("GenerateMac: the code does not have 32 bytes"))
    }

    /// Whether the code was derived from the text.
    ///
    /// # Errors
    /// 503 if KMS is unavailable; the code must then be treated as invalid.
    pub async fn verify(&self, text: &str, mac: &Mac) -> Result<bool> {
        let response = self
            .client
            .verify_mac()
            .key_id(&self.key_id)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(text.as_bytes()))
            .mac(Blob::new(mac.as_slice()))
            .send()
            .await;
        match response {
            Ok(response) => Ok(response.mac_valid),
            Err(SdkError::ServiceError(refused))
                if matches!(refused.err(), VerifyMacError::KmsInvalidMacException(_)) =>
            {
                Ok(false)
            }
            Err(error) => Err(aws_call_error("VerifyMac", error)),
        }
    }
}
