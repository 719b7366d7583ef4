//! Whose certificates are accepted.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, DigitallySignedStruct, Error as RustlsError, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, Result};

/// Whose certificates are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Whom the system trusts.
    #[default]
    System,
    /// These too, as issuers or for themselves.
    Also(Vec<CertificateDer<'static>>),
    /// Anybody.
    Anyone,
}

impl Trust {
    /// Trusts the certificates of a PEM file besides the system's; fails where there is none in it.
    pub fn also(file: &Path) -> Result<Self> {
        let cannot = |why: String| {
            Error::usage(format!("could not read `{}`", file.display()))
                .because(why)
                .hint("`--cacert` takes PEM: `-----BEGIN CERTIFICATE-----` …")
        };
        let certificates = CertificateDer::pem_file_iter(file)
            .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
            .map_err(|error| match error {
                PemError::Io(error) => cannot(error.to_string()),
                error => cannot(format!("it is not a whole PEM file: {error}")),
            })?;
        if certificates.is_empty() {
            return Err(cannot("there is no certificate in it".to_owned()));
        }
        let mut store = RootCertStore::empty();
        for (n, certificate) in (1..).zip(&certificates) {
            store
                .add(certificate.clone())
                .map_err(|error| cannot(format!("certificate {n}: {error}")))?;
        }
        Ok(Self::Also(certificates))
    }

    /// What judges a server's certificate; fails where the system trusts nobody and nobody is named.
    pub(super) fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, RustlsError> {
        let provider = Arc::clone(provider);
        Ok(match self {
            Self::System => Arc::new(Verifier::new(provider)?),
            Self::Also(named) => Arc::new(Named {
                issuers: Verifier::new_with_extra_roots(named.iter().cloned(), provider)?,
                named: named.clone(),
            }),
            Self::Anyone => Arc::new(Anyone(provider)),
        })
    }
}

/// Accepts a certificate that was named itself, which webpki does not where it may sign others: `openssl req -x509` makes such.
#[derive(Debug)]
struct Named {
    issuers: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        let issuers = &self.issuers;
        let judged = issuers.verify_server_cert(certificate, intermediates, name, ocsp, now);
        match judged {
            Err(RustlsError::InvalidCertificate(CertificateError::Other(_)))
                if self.named.iter().any(|named| named == certificate) =>
            {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        let issuers = &self.issuers;
        issuers.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        let issuers = &self.issuers;
        issuers.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.issuers.supported_verify_schemes()
    }
}

/// Accepts whatever it is shown.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
