//! A headless Chromium for tests, driven through its own pipe (the DevTools protocol): what a page shows at any width, light or
//! dark, what it asked for, and what it complained of.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use super::html::chromium;
use super::needs::Needed;
use super::sandbox::wait_for;

/// The longest that Chromium may take for one answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Chromium with one page.
pub struct Browser {
    child: Child,
    pipe: RefCell<Pipe>,
}

struct Pipe {
    to: File,
    from: Receiver<Value>,
    number: u64,
    session: Option<String>,
    seen: Vec<Value>,
}

impl Browser {
    /// Starts one that keeps its files in `folder`.
    pub fn start(folder: &Path) -> Needed<Self> {
        let chromium = chromium()?;
        let (input, output) = (folder.join("to-chromium"), folder.join("from-chromium"));
        let made = Command::new("mkfifo").args([&input, &output]).status();
        assert!(made.unwrap().success());
        // It reads descriptor 3 and writes 4.
        let child = Command::new("sh")
            .args(["-c", "exec 3<\"$0\" 4>\"$1\"; shift; exec \"$@\""])
            .args([&input, &output])
            .arg(chromium)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", folder.join("user").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = File::options().write(true).open(&input).unwrap();
        let mut lines = BufReader::new(File::open(&output).unwrap());
        let (said, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while lines.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                if said
                    .send(serde_json::from_slice(&message).unwrap())
                    .is_err()
                {
                    return;
                }
                message.clear();
            }
        });
        let pipe = Pipe {
            to,
            from,
            number: 0,
            session: None,
            seen: Vec::new(),
        };
        let browser = Self {
            child,
            pipe: RefCell::new(pipe),
        };
        let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": page["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", &attach)["sessionId"].clone();
        browser.pipe.borrow_mut().session = session.as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Ok(browser)
    }

    /// Calls a method of the protocol.
    pub fn call(&self, method: &str, parameters: &Value) -> Value {
        let mut pipe = self.pipe.borrow_mut();
        pipe.number += 1;
        let number = pipe.number;
        let mut message = json!({ "id": number, "method": method, "params": parameters });
        if let Some(session) = &pipe.session {
            message["sessionId"] = session.as_str().into();
        }
        pipe.to
            .write_all(format!("{message}\0").as_bytes())
            .unwrap();
        loop {
            let said = pipe.from.recv_timeout(PATIENCE);
            let said = said.unwrap_or_else(|error| panic!("{method}: {error}"));
            if said["id"] == number {
                assert!(said["error"].is_null(), "{method}: {said}");
                return said["result"].clone();
            }
            pipe.seen.push(said);
        }
    }

    /// How wide the window is, which colours are wished for, and that nothing moves.
    pub fn window(&self, width: u32, dark: bool) {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// Opens a page and waits until it is there.
    pub fn open(&self, url: &str) {
        self.call("Page.navigate", &json!({ "url": url }));
        self.wait(
            "the page",
            "document.readyState === 'complete' && location.href !== 'about:blank'",
        );
    }

    /// The value of an expression in the page.
    pub fn value(&self, expression: &str) -> Value {
        let parameters =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let said = self.call("Runtime.evaluate", &parameters);
        assert!(said["exceptionDetails"].is_null(), "{expression}: {said}");
        said["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub fn wait(&self, what: &str, expression: &str) {
        wait_for(what, || self.value(expression) == true);
    }

    /// What the page asked for since it was opened.
    pub fn requests(&self) -> Vec<String> {
        self.heard("Network.requestWillBeSent", |event| {
            event["request"]["url"].as_str().map(str::to_owned)
        })
    }

    /// What it complained of on its console.
    pub fn complaints(&self) -> Vec<String> {
        let mut all = self.heard("Runtime.exceptionThrown", |event| Some(event.to_string()));
        all.extend(self.heard("Runtime.consoleAPICalled", |event| Some(event.to_string())));
        all.extend(self.heard("Log.entryAdded", |event| Some(event.to_string())));
        all
    }

    fn heard(&self, method: &str, of: impl Fn(&Value) -> Option<String>) -> Vec<String> {
        let pipe = self.pipe.borrow();
        let events = pipe.seen.iter().filter(|event| event["method"] == method);
        events.filter_map(|event| of(&event["params"])).collect()
    }

    /// Keeps a picture of the whole page in the folder that `PGOCTL_TEST_SCREENSHOTS` names, for people to look at.
    pub fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("PGOCTL_TEST_SCREENSHOTS") else {
            return;
        };
        let said = self.call(
            "Page.captureScreenshot",
            &json!({ "captureBeyondViewport": true }),
        );
        let picture =
            base64::engine::general_purpose::STANDARD.decode(said["data"].as_str().unwrap());
        let file = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(file, picture.unwrap()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its other processes end with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
