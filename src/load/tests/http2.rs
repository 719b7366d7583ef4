//! Servers of HTTP/2 that do not answer.

use super::odd_servers::{ask, odd, words};
use super::*;

/// How a server of HTTP/2 treats the eleventh request of each connection.
#[derive(Clone, Copy, Debug)]
enum Eleventh {
    /// It refuses the stream.
    Refused,
    /// It goes away, and names the tenth as the last that it has looked at.
    GoesAway,
    /// It closes the connection.
    Closed,
}

fn http2_server(eleventh: Eleventh) -> SocketAddr {
    odd(move |mut stream, _| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("it can be built");
        stream.set_nonblocking(true).expect("it can");
        let other = stream.try_clone().expect("it is a socket");
        let _ = runtime.block_on(async {
            let other = tokio::net::TcpStream::from_std(other).expect("it is a socket");
            let mut connection = h2::server::handshake(other).await?;
            let mut requests = 0;
            while let Some(accepted) = connection.accept().await {
                let (_, mut respond) = accepted?;
                requests += 1;
                match eleventh {
                    _ if requests != 11 => {
                        respond.send_response(hyper::Response::new(()), true)?;
                    }
                    Eleventh::Refused => respond.send_reset(h2::Reason::REFUSED_STREAM),
                    Eleventh::GoesAway => {
                        // Eight bytes of GOAWAY on stream 0: the last stream was 19, no error (RFC 9113, section 6.8).
                        let frame = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 0, 0, 0];
                        let _ = stream.write_all(&frame);
                        break;
                    }
                    Eleventh::Closed => break,
                }
            }
            Ok::<_, h2::Error>(())
        });
    })
}

#[test]
fn http_2_says_what_became_of_a_request_so_that_more_can_be_sent_again() {
    for (method, eleventh, failed, resent) in [
        ("GET", Eleventh::Refused, 0, 1),
        ("POST", Eleventh::Refused, 0, 1),
        ("GET", Eleventh::GoesAway, 0, 1),
        ("POST", Eleventh::GoesAway, 0, 1),
        ("GET", Eleventh::Closed, 0, 1),
        ("POST", Eleventh::Closed, 1, 0),
    ] {
        let plan = LoadPlan {
            protocol: Protocol::Http2,
            ..LoadPlan::closed(15)
        };
        let outcome = ask(http2_server(eleventh), method, &plan);
        let seen = (outcome.failures.count, outcome.resent);
        assert_eq!(
            seen,
            (failed, resent),
            "{method} {eleventh:?}: {}",
            words(&outcome)
        );
    }
}
