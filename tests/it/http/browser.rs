//! A browser without script: it keeps cookies, follows nothing by itself, and sends the forms that a page has.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Request, StatusCode};
use belowline::http::address::Peer;
use belowline::http::session::cookie_name;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::support::{Caller, World};

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) html: String,
}

impl Page {
    /// The page, when its status is `status`.
    #[track_caller]
    pub(super) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.html);
        self
    }

    /// Where it leads.
    #[track_caller]
    pub(super) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        self.headers[LOCATION].to_str().unwrap()
    }

    #[track_caller]
    pub(super) fn has(&self, text: &str) -> &Self {
        assert!(self.html.contains(text), "no {text:?} in {}", self.html);
        self
    }

    #[track_caller]
    pub(super) fn lacks(&self, text: &str) -> &Self {
        assert!(!self.html.contains(text), "{text:?} in {}", self.html);
        self
    }

    /// The value of the hidden field `name`: the first whose value ends with `end`.
    #[track_caller]
    pub(super) fn hidden(&self, name: &str, end: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let mut values = self.html.split(&field).skip(1).filter_map(|rest| rest.split('"').next());
        values.find(|value| value.ends_with(end)).unwrap_or_else(|| panic!("no {name} in {}", self.html)).to_owned()
    }

    /// What proves that a form is ours.
    #[track_caller]
    pub(super) fn token(&self) -> String {
        self.hidden("csrf", "")
    }

    /// The hidden fields of the form that is sent to `action`.
    #[track_caller]
    pub(super) fn form(&self, action: &str) -> BTreeMap<String, String> {
        let form = self.html.split("<form").find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap_or_else(|| panic!("no form for {action} in {}", self.html));
        let inputs = form.split("</form>").next().unwrap().split("<input type=\"hidden\"").skip(1);
        let attribute = |input: &str, name: &str| {
            let rest = input.split(&format!(" {name}=\"")).nth(1).unwrap();
            unescaped(rest.split('"').next().unwrap())
        };
        inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
    }

    /// Where the first link that begins with `start` leads.
    #[track_caller]
    pub(super) fn link(&self, start: &str) -> String {
        let rest = self.html.split(&format!("href=\"{start}")).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("no link to {start} in {}", self.html));
        format!("{start}{}", unescaped(rest.split('"').next().unwrap()))
    }
}

fn unescaped(text: &str) -> String {
    let pairs = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// A browser.
pub(super) struct Browser {
    router: Router,
    origin: String,
    session: &'static str,
    cookies: Mutex<BTreeMap<String, String>>,
    extra: Vec<(&'static str, &'static str)>,
}

impl Browser {
    /// One in which nobody is signed in.
    pub(super) fn new(world: &World) -> Self {
        let app = &world.app.app;
        Self {
            router: belowline::http::router(app.clone()),
            origin: app.settings.public_url().as_str().trim_end_matches('/').to_owned(),
            session: cookie_name(app),
            cookies: Mutex::default(),
            extra: Vec::new(),
        }
    }

    /// One in which `caller` is signed in, if that is anybody.
    pub(super) async fn of(world: &World, caller: &Caller) -> Self {
        let browser = Self::new(world);
        if let Some(profile) = &caller.profile {
            let token = world.app.token_of(profile.id).await.expose().to_owned();
            browser.cookies.lock().unwrap().insert(browser.session.to_owned(), token);
        }
        browser
    }

    /// Comes from another origin.
    pub(super) fn at(mut self, origin: &str) -> Self {
        self.origin = origin.to_owned();
        self
    }

    /// Sends one more header with everything.
    pub(super) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.extra.push((name, value));
        self
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.cookies.lock().unwrap().contains_key(self.session)
    }

    /// Forgets the session, as a browser does when it has run out.
    pub(super) fn lose_session(&self) {
        self.cookies.lock().unwrap().remove(self.session);
    }

    pub(super) async fn get(&self, path: &str) -> Page {
        let path = path.split('#').next().unwrap();
        self.send(Request::builder().uri(path), Body::empty()).await
    }

    /// Sends `fields` to `path`.
    pub(super) async fn post(&self, path: &str, fields: &BTreeMap<String, String>) -> Page {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post_fields(path, &fields).await
    }

    /// The same with fields that may come several times.
    pub(super) async fn post_fields(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Fills in the form of `page` that goes to `action`, and sends it.
    pub(super) async fn fill(&self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.form(action);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(action, &fields).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header(COOKIE, cookies.join("; ")).header(ACCEPT, "text/html");
        for (name, value) in &self.extra {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(Peer("192.0.2.1:4000".parse().unwrap()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.lock().unwrap().remove(name),
                value => self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Page { status, headers, html: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}
