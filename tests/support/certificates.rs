//! Certificates for localhost, each signed by itself.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{fs, path::Path, process::Command as Process};

/// The key, a good certificate and one that expired; `None`, with one line, where there is no openssl.
pub fn certificates(folder: &Path) -> Option<[String; 3]> {
    let settings = "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=localhost\n\
        [v3]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:localhost\n\
        [ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n\
        x509_extensions=v3\n[p]\ncommonName=supplied\n";
    fs::write(folder.join("cnf"), settings).unwrap();
    fs::write(folder.join("index"), "").unwrap();
    fs::write(folder.join("serial"), "01").unwrap();
    for line in [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config cnf -keyout key -out good -days 30",
        "req -new -key key -config cnf -out csr",
        "ca -batch -notext -selfsign -config cnf -keyfile key -in csr -out old -startdate 20200101000000Z -enddate 20210101000000Z",
    ] {
        let ran = Process::new("openssl").args(line.split(' ')).current_dir(folder).output();
        if !ran.is_ok_and(|o| o.status.success()) {
            crate::skip::skipped("openssl makes no certificates");
            return None;
        }
    }
    Some(["key", "good", "old"].map(|n| folder.join(n).display().to_string()))
}
