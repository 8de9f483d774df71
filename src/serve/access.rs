//! Who may come in: the checks that each request passes before anything else is done with it.
//!
//! 1. *Host* names this machine as it was told to be called: else a page of somebody else whose name leads here (DNS
//!    rebinding) would be answered. The port is not looked at: a tunnel changes it.
//! 2. *Origin*, where a browser says it, equals Host; *Sec-Fetch-Site* says that the page itself asks. Host alone does not
//!    stop a page on another port of this machine, for which cookies are the same; Origin alone does not stop rebinding.
//! 3. Only GET and HEAD, without a body: nothing here changes anything.
//! 4. The token: in the cookie, in `Authorization: Bearer`, or in the address of the page itself.

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};

use super::token::Token;

/// Names of this machine for itself.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// What is let in.
#[derive(Debug)]
pub(super) struct Access {
    token: Token,
    cookie: String,
    hosts: Vec<String>,
}

/// How a request is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    /// It has shown the token in a header.
    ByHeader,
    /// It has the token in its address, and is given a cookie.
    ByAddress,
}

/// Why a request is not let in: a status, and a sentence that quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) StatusCode, pub(super) &'static str);

impl Access {
    /// Lets in who has the token and calls this machine by one of its own names or one of `hosts`.
    pub(super) fn new(token: Token, hosts: Vec<String>) -> Self {
        let hosts = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        Self { cookie: token.cookie_name(), token, hosts }
    }

    /// The cookie that the page is given.
    pub(super) fn set_cookie(&self) -> String {
        format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.token.text())
    }

    /// Checks a request.
    pub(super) fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Admitted, Refusal> {
        let host = single(headers, &header::HOST)
            .ok_or(Refusal(StatusCode::BAD_REQUEST, "a request has one Host header"))?;
        if uri.authority().is_some() {
            return Err(Refusal(StatusCode::BAD_REQUEST, "this is no proxy: ask for a path"));
        }
        if !self.is_own(host) {
            let text =
                "this machine is not known by that name: give its name to `ringplot serve --allow-host`";
            return Err(Refusal(StatusCode::FORBIDDEN, text));
        }
        if headers.contains_key(header::ORIGIN) {
            let origin = single(headers, &header::ORIGIN).unwrap_or_default();
            let origin = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            if origin.is_none_or(|origin| !origin.eq_ignore_ascii_case(host)) {
                return Err(Refusal(StatusCode::FORBIDDEN, "another page asks: only the page itself may"));
            }
        }
        let is_page = uri.path() == "/";
        if let Some(site) = headers.get("sec-fetch-site") {
            // A link to the page itself may stand anywhere.
            let is_followed = is_page && headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
            if site != "same-origin" && site != "none" && !is_followed {
                return Err(Refusal(StatusCode::FORBIDDEN, "another page asks: only the page itself may"));
            }
        }
        if method != Method::GET && method != Method::HEAD {
            return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, "nothing can be changed here: use GET"));
        }
        let has_length = headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0");
        if has_length || headers.contains_key(header::TRANSFER_ENCODING) {
            return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE, "a request has no body here"));
        }
        self.admit(is_page, uri, headers)
    }

    fn admit(&self, is_page: bool, uri: &Uri, headers: &HeaderMap) -> Result<Admitted, Refusal> {
        let in_address =
            uri.query().unwrap_or_default().split('&').find_map(|part| part.strip_prefix("token="));
        match in_address {
            Some(token) if is_page && self.token.is(token) => return Ok(Admitted::ByAddress),
            Some(_) if is_page => {
                let text = "the token in the address is wrong: open the address that `ringplot serve` prints";
                return Err(Refusal(StatusCode::UNAUTHORIZED, text));
            }
            Some(_) => {
                let text =
                    "a token belongs in the header `Authorization: Bearer TOKEN`: addresses end up in logs";
                return Err(Refusal(StatusCode::UNAUTHORIZED, text));
            }
            None => {}
        }
        let bearer = single(headers, &header::AUTHORIZATION).and_then(|text| text.strip_prefix("Bearer "));
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let own = |pair: &str| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.cookie).then(|| self.token.is(value))
        };
        let has_cookie = cookies.flat_map(|text| text.split(';')).filter_map(own).any(|is_right| is_right);
        if has_cookie || bearer.is_some_and(|token| self.token.is(token.trim())) {
            return Ok(Admitted::ByHeader);
        }
        let text = "the token is missing or wrong: open the address that `ringplot serve` prints, or send the header \
                    `Authorization: Bearer TOKEN`";
        Err(Refusal(StatusCode::UNAUTHORIZED, text))
    }

    fn is_own(&self, host: &str) -> bool {
        let name = host_name(host).to_ascii_lowercase();
        LOCAL.contains(&name.as_str()) || self.hosts.contains(&name)
    }
}

/// A header that is there once, as text.
fn single<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

/// A host without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(access: &Access, uri: &str, headers: &[(&'static str, &str)]) -> Result<Admitted, u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        access.check(&Method::GET, &uri.parse().unwrap(), &map).map_err(|refusal| refusal.0.as_u16())
    }

    #[test]
    fn who_has_the_token_and_asks_from_the_page_itself_is_let_in() {
        let token = Token::random().unwrap();
        let access = Access::new(token.clone(), vec!["Lab-7.example".to_owned()]);
        let bearer = format!("Bearer {}", token.text());
        let cookie = access.set_cookie().split(';').next().unwrap().to_owned();
        let address = format!("/?token={}", token.text());
        let by_header = Ok(Admitted::ByHeader);
        for host in [
            "localhost",
            "localhost:1",
            "127.0.0.1:65535",
            "[::1]:8",
            "[::1]",
            "lab-7.example:80",
            "LOCALHOST",
        ] {
            assert_eq!(
                check(&access, "/api/streams", &[("host", host), ("authorization", &bearer)]),
                by_header,
                "{host}"
            );
            assert_eq!(check(&access, &address, &[("host", host)]), Ok(Admitted::ByAddress), "{host}");
            let origin = format!("http://{host}");
            assert_eq!(
                check(&access, "/ws", &[("host", host), ("origin", &origin), ("cookie", &cookie)]),
                by_header
            );
        }
        let with_others = format!("theme=dark; {cookie}; ringplot-00000000=x");
        assert_eq!(check(&access, "/", &[("host", "localhost"), ("cookie", &with_others)]), by_header);
        let followed =
            [("host", "localhost"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert_eq!(check(&access, &address, &followed), Ok(Admitted::ByAddress), "a link in a mail");
    }

    #[test]
    fn nobody_else_is() {
        let token = Token::random().unwrap();
        let access = Access::new(token.clone(), Vec::new());
        let bearer = format!("Bearer {}", token.text());
        let cookie = access.set_cookie().split(';').next().unwrap().to_owned();
        for host in [
            "evil.example",
            "localhost.evil.example",
            "evil.example:8177",
            "127.0.0.1.evil.example",
            "",
            "localhost:x",
            "0.0.0.0",
        ] {
            assert_eq!(
                check(&access, "/", &[("host", host), ("authorization", &bearer)]),
                Err(403),
                "{host}"
            );
        }
        assert_eq!(check(&access, "/", &[("authorization", &bearer)]), Err(400), "no Host");
        let twice = [("host", "localhost"), ("host", "localhost"), ("authorization", bearer.as_str())];
        assert_eq!(check(&access, "/", &twice), Err(400));
        assert_eq!(
            check(&access, "http://localhost/", &[("host", "localhost"), ("authorization", &bearer)]),
            Err(400)
        );
        for origin in
            ["null", "http://evil.example", "http://localhost:9999", "localhost:80", "ws://localhost:80", ""]
        {
            let asked = [("host", "localhost:80"), ("origin", origin), ("cookie", cookie.as_str())];
            assert_eq!(check(&access, "/ws", &asked), Err(403), "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            let asked = [("host", "localhost"), ("sec-fetch-site", site), ("cookie", cookie.as_str())];
            assert_eq!(check(&access, "/api/streams", &asked), Err(403), "{site}");
        }
        for wrong in
            ["Bearer", "Bearer ", "Bearer x", "Basic x", &bearer[..bearer.len() - 1], &format!("{bearer}0")]
        {
            assert_eq!(
                check(&access, "/", &[("host", "localhost"), ("authorization", wrong)]),
                Err(401),
                "{wrong}"
            );
        }
        assert_eq!(check(&access, "/?token=x", &[("host", "localhost"), ("cookie", &cookie)]), Err(401));
        let query = format!("/api/streams?token={}", token.text());
        assert_eq!(
            check(&access, &query, &[("host", "localhost")]),
            Err(401),
            "tokens in addresses are for the page"
        );
        let other = Access::new(Token::random().unwrap(), Vec::new());
        assert_eq!(
            check(&other, "/", &[("host", "localhost"), ("cookie", &cookie)]),
            Err(401),
            "another server's"
        );
        let body = [("host", "localhost"), ("authorization", bearer.as_str()), ("content-length", "5")];
        assert_eq!(check(&access, "/", &body), Err(413));
    }
}
