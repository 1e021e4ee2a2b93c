//! Certificate chain like those of AWS: RSA 2048 for the server, the intermediate and the root.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256,
};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::NoServerSessionStorage,
};

use crate::Result;

/// Root certificates that functions trust on AWS. They are in the bundle because parsing them is part of a start.
const AMAZON_ROOTS: &str = include_str!("../../../../shared/lambda/roots/amazon.pem");

/// Root, intermediate and server certificates of one run.
pub(crate) struct CertificateChain {
    root_pem: String,
    presented: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl CertificateChain {
    /// Creates a chain for `localhost`.
    pub(crate) fn new() -> Result<Self> {
        let root = CertifiedIssuer::self_signed(issuer_params("Bench Root CA 1", 1), rsa_key()?)?;
        let intermediate = CertifiedIssuer::signed_by(issuer_params("Bench RSA 2048 M01", 0), rsa_key()?, &root)?;
        let (mut own, key) = (CertificateParams::new(vec!["localhost".to_owned()])?, rsa_key()?);
        own.distinguished_name.push(DnType::CommonName, "localhost");
        own.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        own.use_authority_key_identifier_extension = true;
        let own = own.signed_by(&key, &intermediate)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        Ok(Self { root_pem: root.pem(), presented: vec![own.der().clone(), intermediate.der().clone()], key })
    }

    /// PEM bundle of Amazon's roots and the chain's root.
    pub(crate) fn bundle_pem(&self) -> String {
        format!("{AMAZON_ROOTS}\n{}", self.root_pem)
    }

    /// Server configuration with TLS 1.3 or 1.2 and HTTP/1.1, as at DynamoDB, but without resumption, so that every handshake is
    /// complete.
    pub(crate) fn server_config(self) -> Result<Arc<ServerConfig>> {
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let mut server = builder
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.presented, self.key)?;
        server.session_storage = Arc::new(NoServerSessionStorage {});
        server.send_tls13_tickets = 0;
        Ok(Arc::new(server))
    }
}

fn rsa_key() -> Result<KeyPair> {
    Ok(KeyPair::generate_for(&PKCS_RSA_SHA256)?)
}

fn issuer_params(name: &str, path_length: u8) -> CertificateParams {
    let mut issuer = CertificateParams::default();
    issuer.distinguished_name.push(DnType::CommonName, name);
    issuer.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    issuer.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    issuer.use_authority_key_identifier_extension = true;
    issuer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_presents_the_intermediate_and_the_bundle_contains_the_root() {
        let chain = CertificateChain::new().unwrap();
        assert_eq!(chain.presented.len(), 2);
        let amazon_roots = AMAZON_ROOTS.matches("BEGIN CERTIFICATE").count();
        assert_eq!(chain.bundle_pem().matches("BEGIN CERTIFICATE").count(), amazon_roots + 1);
        assert!(chain.server_config().is_ok());
    }
}
