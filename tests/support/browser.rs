//! A browser without a screen: keeps its cookies, follows no redirect, and carries the token of forms.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use super::{Answer, Folder, Service, program};

/// A master key beside an empty folder, and a service that has accounts.
pub struct House {
    /// The folder with the data.
    pub folder: Folder,
    /// Where the key lies.
    pub key: std::path::PathBuf,
    _keys: tempfile::TempDir,
}

/// A password that is strong enough, for everyone in the tests.
pub const PASSWORD: &str = "ferry cactus monday brick";

impl House {
    /// With a new key and the districts 北町 (`n1`) and 南町 (`s1`).
    #[track_caller]
    pub fn new() -> Self {
        let keys = tempfile::tempdir().expect("a folder for the key");
        let key = keys.path().join("master.key");
        let folder = Folder::empty();
        folder
            .yosatte(&["key", "new", key.to_str().expect("a path")])
            .done();
        let districts = folder.file(
            "districts.csv",
            "id,name,level,lat,lng\nn1,北町,promotion_council,39.15,141.10\ns1,南町,promotion_council,39.10,141.15\n",
        );
        let house = Self {
            folder,
            key,
            _keys: keys,
        };
        house
            .yosatte(&["import", "districts", districts.to_str().expect("a path")])
            .done();
        house
    }

    /// `yosatte ARGS…` with the key.
    pub fn yosatte(&self, args: &[&str]) -> super::Outcome {
        self.yosatte_told(args, "")
    }

    /// The same, with something on its standard input.
    pub fn yosatte_told(&self, args: &[&str], input: &str) -> super::Outcome {
        let mut child = self.command(args).spawn().expect("yosatte starts");
        child
            .stdin
            .take()
            .expect("its standard input")
            .write_all(input.as_bytes())
            .expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        super::Outcome {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = program(self.folder.path());
        command
            .args(args)
            .env("YOSATTE_MASTER_KEY_FILE", &self.key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// An account of that role with [`PASSWORD`]; `more` are further flags.
    #[track_caller]
    pub fn user(&self, name: &str, role: &str, more: &[&str]) {
        let mut args = vec!["user", "add", name, "--role", role];
        args.extend(more);
        self.yosatte_told(&args, PASSWORD).done();
    }

    /// A running service with these further flags.
    #[track_caller]
    pub fn serve(&self, more: &[&str]) -> Service {
        let key = self.key.to_str().expect("a path");
        let mut args = vec!["--master-key-file", key, "serve"];
        args.extend(more);
        Service::start(self.folder.path(), &args)
    }

    /// A connection to the database file, for looking behind the front door.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("var/yosatte.db")
    }
}

/// One person's browser.
pub struct Browser<'s> {
    service: &'s Service,
    agent: ureq::Agent,
    /// The token its forms carry.
    pub csrf: String,
}

impl<'s> Browser<'s> {
    /// A fresh one.
    pub fn new(service: &'s Service) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build()
            .into();
        Self {
            service,
            agent,
            csrf: String::new(),
        }
    }

    /// One that is signed in with [`PASSWORD`].
    #[track_caller]
    pub fn signed_in(service: &'s Service, name: &str) -> Self {
        let mut browser = Self::new(service);
        let answer = browser.sign_in(name, PASSWORD);
        assert_eq!(answer.status, 303, "{name} signs in: {}", answer.text());
        browser
    }

    /// Fills in the form of signing in.
    #[track_caller]
    pub fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let answer = self.post("/signin", &[("account", name), ("password", password)]);
        if answer.status == 303 {
            self.learn_csrf();
        }
        answer
    }

    /// Reads the token of the session anew.
    #[track_caller]
    pub fn learn_csrf(&mut self) {
        let who = self.get("/api/v1/session");
        if who.status == 200 {
            self.csrf = who.json()["csrf"].as_str().unwrap_or_default().to_owned();
        }
    }

    /// Its cookies, as a header.
    pub fn cookie(&self) -> String {
        let jar = self.agent.cookie_jar_lock();
        let pairs: Vec<String> = jar
            .iter()
            .map(|c| format!("{}={}", c.name(), c.value()))
            .collect();
        pairs.join("; ")
    }

    /// GET.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.answer(path, self.agent.get(self.service.url(path)).call())
    }

    /// POST of a form, with the token.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = fields.to_vec();
        all.push(("csrf", &self.csrf));
        self.post_plain(path, &all, &self.service.url(""))
    }

    /// POST of a form as it is, from a page of that origin.
    #[track_caller]
    pub fn post_plain(&self, path: &str, fields: &[(&str, &str)], origin: &str) -> Answer {
        let request = self.agent.post(self.service.url(path)).header("origin", origin);
        self.answer(path, request.send_form(fields.iter().copied()))
    }

    /// A call of a program in this session: JSON in, with the token in its header.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, body: Option<&serde_json::Value>) -> Answer {
        self.call_with(method, path, body, &[])
    }

    /// The same with further headers.
    #[track_caller]
    pub fn call_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&serde_json::Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let text = body.map(ToString::to_string).unwrap_or_default();
        let mut headers = headers.to_vec();
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.send(method, path, &text, &headers)
    }

    /// The same with a body that need not be JSON.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        self.answer(path, self.sent(method, path, body, headers))
    }

    /// The same while the service may be killed: its whole answer, or nothing.
    pub fn send_or_lose(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let headers = [("content-type", "application/json")];
        let mut response = self.sent(method, path, body, &headers).ok()?;
        let bytes = response.body_mut().read_to_vec().ok()?;
        Some(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes,
        })
    }

    fn sent(
        &self,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.service.url(path))
            .header("x-csrf-token", &self.csrf);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_owned()).expect("a request");
        let agent: ureq::Agent = self.agent.clone();
        let request = agent
            .configure_request(request)
            .allow_non_standard_methods(true)
            .build();
        agent.run(request)
    }

    #[track_caller]
    fn answer(&self, path: &str, result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
        Service::answer(path, result)
    }
}
