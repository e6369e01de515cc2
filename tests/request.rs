//! The request as a whole: expected texts for each kind of app.

mod support;

use mailpermit::findings::run::AppRun;
use mailpermit::request::{Fields, Format, Request, build, render};
use support::apps;

fn request(app: &AppRun) -> Request {
    build(app, &apps::run_of(app), &Fields::builtin())
}

#[test]
fn every_kind_of_app_has_its_request() {
    for (name, app, draft) in [
        ("connect", apps::connect(), false),
        ("forge", apps::forge(), false),
        ("forge-with-connect", apps::forge_with_connect(), false),
        ("oauth2", apps::oauth2(), false),
        ("unknown", apps::unknown(), true),
        ("gaps", apps::gaps(), true),
    ] {
        let request = request(&app);
        assert_eq!(request.draft, draft, "{name}: {:?}", request.gaps);
        for (format, ext) in [(Format::Markdown, "md"), (Format::Text, "txt")] {
            let text = render(&request, format, None).unwrap_or_else(|e| panic!("{name}: {e}"));
            support::snapshot(&format!("request-{name}.{ext}"), &text);
        }
    }
}
