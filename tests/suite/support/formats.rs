//! Reports in every format, for the tests of formats.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hostile;
use mailpermit::findings::run::Run;
use mailpermit::findings::{Finding, Severity};
use mailpermit::reports::{Checked, Format, Options, human, write};
use mailpermit::settings::FailOn;
use mailpermit::text::{Place, SourceFile, Span};

/// All formats.
pub const EVERY: [Format; 8] = [
    Format::Human,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Markdown,
    Format::Html,
];

/// Texts that would do harm where they are not escaped.
pub const HOSTILE: [&str; 6] = [
    "<script>document.documentElement.dataset.pwned = 1</script><img src=x onerror=\"document.documentElement.dataset.pwned=1\">",
    "'\"><svg onload=\"document.documentElement.dataset.pwned=1\"><a href=\"javascript:alert(1)\">x</a></title></style></script>",
    "a\n::error file=x::b\r\n::set-output name=x::y,title=z%0A::warning::c",
    "]]></failure><!-- \u{0} \u{1b}[31m \u{202e} \u{ffff} & &amp; {{ 7*7 }} {% include \"x\" %}",
    "# h\n- [x](javascript:alert(1)) ![i](https://x.example/i.png) | @admins `code` <b>b</b> jane.doe@example.com",
    "😀 {0} [link](1) 日本語 very/long/very/long/very/long/very/long/very/long/very/long/very/long/very/long.ts",
];

pub fn options() -> Options {
    let human = human::Options {
        width: 100,
        color: false,
        quiet: false,
        rule_summary: |_| None,
        rule_link: |_| None,
    };
    Options { human, fail_on: FailOn::At(Severity::Error) }
}

/// The report over `checked` in `format`.
pub fn written(format: Format, checked: &[Checked]) -> String {
    let mut bytes = Vec::new();
    write(format, checked, &options(), &mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

/// A run whose every text is `text`, with a file of that name and findings in it.
pub fn hostile_run(text: &str) -> Run {
    let (mut app, mut run) = hostile::app(text);
    let path: Arc<str> = text.into();
    let file = SourceFile::new(Arc::clone(&path), format!("first {text}\nlast {text}\n"));
    let place = file.place(Span::new(0, file.text.len()));
    let whole = Place::start_of(&path);
    for place in [place.clone(), whole] {
        let mut finding = Finding::new(place.clone(), text)
            .note(text)
            .help(format!("{text}\n{text}"))
            .label(text)
            .related(place, text);
        finding.rule = "email-in-logs";
        finding.severity = Severity::Error;
        app.findings.push(finding);
    }
    for (index, finding) in app.findings.iter_mut().enumerate() {
        finding.fingerprint = format!("f{index}");
    }
    run.files = BTreeMap::from([(path, file)]);
    run.apps = vec![app];
    run
}
