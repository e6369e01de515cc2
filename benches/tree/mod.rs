//! A tree that benches write: a Forge app of many files, some of which have to do with addresses.

use std::fmt::Write as _;
use std::path::Path;

/// Files of each tree.
pub const FILES: usize = 5_000;

/// Writes a Forge app of `FILES` files of code, `accesses` of which ask for an address and hand it on.
pub fn write_app(root: &Path, accesses: usize) {
    let write = |path: &str, text: &str| {
        let full = root.join(path);
        std::fs::create_dir_all(full.parent().expect("it has a folder")).expect("a folder can be made");
        std::fs::write(full, text).expect("a file can be written");
    };
    write(
        "manifest.yml",
        "app:\n  id: ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000\npermissions:\n  scopes:\n    - read:jira-user\n    - read:email-address:jira\nmodules:\n  jira:issuePanel:\n    - key: panel\n      function: main\n  function:\n    - key: main\n      handler: index.run\n",
    );
    write(
        "email-access.yaml",
        "version: 1\nuses:\n  failed-export-report:\n    functionality: error-reports\n    description: >-\n      When a scheduled export fails, the owner of the schedule gets one mail\n      with the reason and the time of the next try.\n    addresses-from: [jira-email-api]\n",
    );
    for i in 0..FILES {
        write(&format!("src/m{}/f{i}.ts", i % 50), &source(i, i % (FILES / accesses) == 0));
    }
}

/// One file of code.
pub fn source(i: usize, asks: bool) -> String {
    let next = (i + 1) % FILES;
    let mut text = format!("import {{ compute{next}_0 }} from '../m{}/f{next}';\n", next % 50);
    for k in 0..20 {
        let _ = write!(
            text,
            "\nexport function compute{i}_{k}(a: number, b: number) {{\n  const list = [a, b, {k}].map((x) => x * 2).filter((x) => x > {k});\n  if (list.length > 3) {{ return list.reduce((s, x) => s + x, 0); }}\n  return {{ name: 'item-{k}', total: list.length, items: list }};\n}}\n"
        );
    }
    if asks {
        let _ = write!(
            text,
            "\nimport api, {{ route }} from '@forge/api';\nexport async function mail{i}(accountId: string) {{\n  const res = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${{accountId}}`);\n  const {{ email }} = await res.json();\n  console.log('sending to', email);\n  await fetch('https://hooks.vendor.example/send', {{ method: 'POST', body: JSON.stringify({{ email }}) }});\n}}\n"
        );
    } else if i % 10 == 3 {
        text.push_str("\nexport const label = 'your email';\n");
    }
    text
}
