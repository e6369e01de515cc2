//! What is found of reporting and erasing in small apps, a table for each language: whether a report is
//! seen, what runs it how often, how large it is, whether its answer is looked at, and what is erased when
//! the app is removed.

use std::fs;

use mailpermit::facts::{Facts, ReportVia};
use mailpermit::settings::Settings;

/// The facts of a tree of these files.
fn facts(files: &[(&str, &str)]) -> Facts {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let settings = Settings { threads: Some(1), ..Settings::of(folder.path().to_owned()) };
    mailpermit::check(&settings).expect("it is checked").apps.remove(0).facts
}

/// What is expected of an app.
struct Expected {
    via: Option<ReportVia>,
    /// The schedule's id and its hours.
    schedule: Option<(&'static str, Option<u32>)>,
    batch: Option<u32>,
    closed: bool,
    /// What runs when the app is removed, and whether it deletes.
    erasure: Option<bool>,
}

const NOTHING: Expected = Expected { via: None, schedule: None, batch: None, closed: false, erasure: None };
const REST: Option<ReportVia> = Some(ReportVia::Rest);

fn holds(name: &str, files: &[(&str, &str)], expected: &Expected) {
    let data = facts(files).personal_data;
    let found = format!("{name}\n{data:#?}");
    assert_eq!(data.reports.first().map(|r| r.via), expected.via, "{found}");
    assert!(data.reports.len() <= 1, "{found}");
    let report = data.reports.first();
    assert_eq!(report.and_then(|r| r.batch.as_ref()).map(|b| b.value), expected.batch, "{found}");
    assert_eq!(report.is_some_and(|r| r.closed.is_some()), expected.closed, "{found}");
    let schedules: Vec<_> = data.schedules.iter().map(|s| (s.by.as_str(), s.hours)).collect();
    assert_eq!(schedules, expected.schedule.into_iter().collect::<Vec<_>>(), "{found}");
    let erases: Vec<bool> = data.erasures.iter().map(|e| !e.deletes.is_empty()).collect();
    assert_eq!(erases.iter().any(|e| *e), expected.erasure == Some(true), "{found}");
    assert_eq!(erases.is_empty(), expected.erasure.is_none(), "{found}");
}

const CONNECT: (&str, &str) = (
    "atlassian-connect.json",
    r#"{"key": "com.example.a", "name": "A", "baseUrl": "https://a.example", "vendor": {"name": "A", "url": "https://a.example"},
        "authentication": {"type": "jwt"}, "lifecycle": {"uninstalled": "/uninstalled"}, "apiMigrations": {"gdpr": true}, "scopes": ["READ"]}"#,
);

const JS_REPORT: &str = "const BATCH = 90;
export async function report(ids) {
  for (let i = 0; i < ids.length; i += BATCH) {
    const response = await fetch('https://api.atlassian.com/app/report-accounts/', {
      method: 'POST',
      body: JSON.stringify({ accounts: ids.slice(i, i + BATCH) }),
    });
    for (const { accountId, status } of (await response.json()).accounts) {
      if (status === 'closed') await forget(accountId);
    }
  }
}
";

#[test]
fn javascript() {
    let scheduled = |by, hours| Expected {
        via: REST,
        schedule: Some((by, hours)),
        batch: Some(90),
        closed: true,
        erasure: None,
    };
    for (name, jobs, expected) in [
        (
            "nothing runs it",
            "export const x = 1; // report\n",
            Expected { schedule: None, ..scheduled("", None) },
        ),
        (
            "node-cron in another file",
            "import cron from 'node-cron';\nimport { report } from './report';\ncron.schedule('37 2 * * 3', () => report(all()));\ncron.schedule('* * * * *', () => tidy());\n",
            scheduled("js.cron", Some(168)),
        ),
        (
            "setInterval with a constant",
            "import { report } from './report';\nconst DAY = 24 * 60 * 60 * 1000;\nsetInterval(() => report(all()), 10 * DAY);\nsetInterval(tidy, 1000);\n",
            scheduled("js.timers", Some(240)),
        ),
        (
            "CronJob, by the function itself",
            "import { CronJob } from 'cron';\nimport { report } from './report';\nexport const job = new CronJob('0 0 3 * * 1', report);\n",
            scheduled("js.cron", Some(168)),
        ),
        (
            "through a wrapper that runs other jobs too",
            "import cron from 'node-cron';\nimport { report } from './report';\nconst guarded = (name, job) => async () => { await job(); };\ncron.schedule('*/5 * * * *', guarded('a', () => tidy()));\ncron.schedule('5 4 * * 0', guarded('b', () => report(all())));\n",
            scheduled("js.cron", Some(168)),
        ),
        (
            "how often comes from outside",
            "import cron from 'node-cron';\nimport { report } from './report';\ncron.schedule(process.env.REPORT_CRON, () => report(all()));\n",
            scheduled("js.cron", None),
        ),
    ] {
        holds(name, &[("src/report.js", JS_REPORT), ("src/jobs.js", jobs)], &expected);
    }
    let nest = "import { Injectable } from '@nestjs/common';\nimport { Cron } from '@nestjs/schedule';\n@Injectable()\nexport class Reporter {\n  constructor(private http) {}\n  @Cron('0 3 * * 1')\n  async run() {\n    const answer = await this.http.post('https://api.atlassian.com/app/report-accounts/', { accounts: [] });\n    return answer.data.accounts.filter((a) => a.status === 'closed');\n  }\n}\n";
    let expected = Expected { batch: None, ..scheduled("nest.schedule", Some(168)) };
    holds("nest", &[("src/reporter.ts", nest)], &expected);
}

const FORGE: &str = "app:
  id: ari:cloud:ecosystem::app/8f0c6b3e-0d7e-4f0f-9a53-2a1d0f6f5a10
  runtime: {name: nodejs22.x}
modules:
  scheduledTrigger:
    - {key: other, function: tidy, interval: hour}
    - {key: pd, function: report, interval: INTERVAL}
  trigger:
    - key: gone
      function: gone
      events: [avi:forge:uninstalled:app]
  function:
    - {key: tidy, handler: index.tidy}
    - {key: report, handler: index.reportAll}
    - {key: gone, handler: index.onGone}
permissions:
  scopes: [report:personal-data]
";

#[test]
fn forge() {
    let code = "import { privacy } from '@forge/api';
import { kvs } from '@forge/kvs';
export const tidy = () => kvs.get('x');
export async function reportAll() {
  const answer = await privacy.reportPersonalData(await kvs.get('accounts'));
  return answer.filter(({ status }) => status === 'closed');
}
export const onGone = async () => { DOES; };
";
    for (interval, hours, does, deletes) in [
        ("week", Some(168), "await kvs.delete('accounts')", true),
        ("day", Some(24), "await kvs.get('accounts')", false),
        ("fortnight", None, "await kvs.delete('accounts')", true),
    ] {
        let files = [
            ("manifest.yml", FORGE.replace("INTERVAL", interval)),
            ("src/index.js", code.replace("DOES", does)),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
        let expected = Expected {
            via: Some(ReportVia::Forge),
            schedule: Some(("forge.scheduled-trigger", hours)),
            batch: None,
            closed: true,
            erasure: Some(deletes),
        };
        holds(interval, &files, &expected);
    }
}

#[test]
fn java_and_kotlin() {
    let java = "package a;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.client.RestTemplate;
class Reporter {
  private static final int BATCH_SIZE = 90;
  private final RestTemplate rest = new RestTemplate();
  ANNOTATION
  public void run() {
    Answer answer = rest.postForObject(\"https://api.atlassian.com/app/report-accounts/\", body(), Answer.class);
    for (Account account : answer.accounts) {
      if (\"closed\".equals(account.status)) { repository.delete(account.id); }
    }
  }
}
";
    for (annotation, hours) in [
        ("@Scheduled(cron = \"0 0 4 * * MON\")", Some(168)),
        ("@Scheduled(fixedRate = 7 * 24 * 60 * 60 * 1000L)", Some(168)),
        ("@Scheduled(cron = \"${report.cron}\")", None),
    ] {
        let expected = Expected {
            via: REST,
            schedule: Some(("spring.scheduled", hours)),
            batch: Some(90),
            closed: true,
            erasure: None,
        };
        holds(annotation, &[("src/Reporter.java", &java.replace("ANNOTATION", annotation))], &expected);
    }
    let lifecycle = "package a;
class Lifecycle {
  @PostMapping(\"/uninstalled\")
  public void gone(Event event) { repository.deleteByClientKey(event.clientKey); }
}
";
    holds(
        "spring lifecycle",
        &[CONNECT, ("src/Lifecycle.java", lifecycle)],
        &Expected { erasure: Some(true), ..NOTHING },
    );
    let kotlin = "package a
import org.springframework.scheduling.annotation.Scheduled
import org.springframework.web.client.RestTemplate
class Reporter(private val rest: RestTemplate) {
    @Scheduled(fixedDelayString = \"86400000\")
    fun run() {
        val answer = rest.postForObject(\"https://api.atlassian.com/app/report-accounts/\", body(), Answer::class.java)
        answer.accounts.filter { it.status == \"closed\" }.forEach { repository.deleteById(it.id) }
    }
}
";
    let expected = Expected {
        via: REST,
        schedule: Some(("spring.scheduled", Some(24))),
        batch: None,
        closed: true,
        erasure: None,
    };
    holds("kotlin", &[("src/Reporter.kt", kotlin)], &expected);
}

const PY_REPORT: &str = "import requests

BATCH_SIZE = 90

def report_accounts():
    for start in range(0, len(ids), BATCH_SIZE):
        answer = requests.post('https://api.atlassian.com/app/report-accounts/', json={'accounts': ids[start:start + BATCH_SIZE]})
        for account in answer.json()['accounts']:
            if account['status'] == 'closed':
                forget(account['accountId'])
";

#[test]
fn python() {
    for (name, jobs, by, hours) in [
        (
            "celery beat",
            "from celery import Celery\nfrom celery.schedules import crontab\napp = Celery()\napp.conf.beat_schedule = {'pd': {'task': 'app.report.report_accounts', 'schedule': crontab(hour=3, day_of_week=1)}, 'x': {'task': 'app.tidy', 'schedule': 60.0}}\n",
            "python.celery-beat",
            Some(168),
        ),
        (
            "apscheduler",
            "from apscheduler.schedulers.background import BackgroundScheduler\nfrom report import report_accounts\nscheduler = BackgroundScheduler()\nscheduler.add_job(report_accounts, 'interval', days=7)\n",
            "python.schedulers",
            Some(168),
        ),
        (
            "django-crontab",
            "CRONJOBS = [('0 3 * * 1', 'app.report.report_accounts'), ('* * * * *', 'app.tidy')]\n# cron\n",
            "python.django-crontab",
            Some(168),
        ),
        (
            "schedule",
            "import schedule\nfrom report import report_accounts\nschedule.every(30).days.do(report_accounts)\n",
            "python.schedulers",
            Some(720),
        ),
    ] {
        let expected =
            Expected { via: REST, schedule: Some((by, hours)), batch: Some(90), closed: true, erasure: None };
        holds(name, &[("report.py", PY_REPORT), ("jobs.py", jobs)], &expected);
    }
    let flask = "from flask import Flask\napp = Flask(__name__)\n\n@app.route('/uninstalled', methods=['POST'])\ndef gone():\n    Account.query.filter_by(client=1).delete()\n    return ''\n";
    holds("flask lifecycle", &[CONNECT, ("app.py", flask)], &Expected { erasure: Some(true), ..NOTHING });
}

#[test]
fn csharp() {
    let code = "using Hangfire;
class Reporter {
  private readonly HttpClient client = new HttpClient();
  public async Task Run() {
    var response = await client.PostAsync(\"https://api.atlassian.com/app/report-accounts/\", Body());
    var answer = await response.Content.ReadAsAsync<Answer>();
    foreach (var account in answer.Accounts) { if (account.Status == \"closed\") { Forget(account.Id); } }
  }
}
class Startup {
  void Jobs(Reporter reporter) { RecurringJob.AddOrUpdate(\"pd\", () => reporter.Run(), Cron.Weekly); }
}
";
    let expected = Expected {
        via: REST,
        schedule: Some(("csharp.hangfire", Some(168))),
        batch: None,
        closed: true,
        erasure: None,
    };
    holds("hangfire", &[("Reporter.cs", code)], &expected);
}

#[test]
fn php() {
    let job = "<?php
namespace App\\Jobs;
use Illuminate\\Support\\Facades\\Http;
class ReportAccounts {
  public function handle() {
    foreach (array_chunk($this->ids(), 90) as $ids) {
      $answer = Http::post('https://api.atlassian.com/app/report-accounts/', ['accounts' => $ids]);
      foreach ($answer->json('accounts') as $account) {
        if ($account['status'] === 'closed') { $this->forget($account); }
      }
    }
  }
}
";
    let kernel = "<?php
namespace App\\Console;
use App\\Jobs\\ReportAccounts;
class Kernel {
  protected function schedule($schedule) {
    $schedule->command('queue:prune')->daily();
    $schedule->job(new ReportAccounts)->weekly();
  }
}
";
    let expected = Expected {
        via: REST,
        schedule: Some(("php.laravel", Some(168))),
        batch: Some(90),
        closed: true,
        erasure: None,
    };
    holds("laravel", &[("app/Jobs/ReportAccounts.php", job), ("app/Console/Kernel.php", kernel)], &expected);
}

#[test]
fn ruby() {
    let worker = "require 'net/http'
class ReportWorker
  def perform
    ids.each_slice(90) do |slice|
      answer = HTTParty.post('https://api.atlassian.com/app/report-accounts/', body: { accounts: slice })
      answer['accounts'].each { |a| forget(a) if a['status'] == 'closed' }
    end
  end
end
";
    let cron = "Sidekiq::Cron::Job.create(name: 'report', cron: '0 3 * * 1', class: 'ReportWorker')\nSidekiq::Cron::Job.create(name: 'x', cron: '* * * * *', class: 'Tidy')\n";
    let expected = Expected {
        via: REST,
        schedule: Some(("ruby.sidekiq-cron", Some(168))),
        batch: Some(90),
        closed: true,
        erasure: None,
    };
    holds("sidekiq", &[("app/report_worker.rb", worker), ("config/schedule.rb", cron)], &expected);
}

#[test]
fn go() {
    let code = "package main

import (
\t\"net/http\"

\t\"github.com/robfig/cron/v3\"
)

const batchSize = 90

func report() error {
\tresponse, err := http.Post(\"https://api.atlassian.com/app/report-accounts/\", \"application/json\", body(batchSize))
\tif err != nil {
\t\treturn err
\t}
\tfor _, account := range read(response) {
\t\tif account.Status == \"closed\" {
\t\t\tforget(account)
\t\t}
\t}
\treturn nil
}

func main() {
\tc := cron.New()
\tc.AddFunc(\"@weekly\", func() { report() })
\tc.AddFunc(\"@hourly\", func() { tidy() })
\tc.Start()
}
";
    let expected = Expected {
        via: REST,
        schedule: Some(("go.cron", Some(168))),
        batch: Some(90),
        closed: true,
        erasure: None,
    };
    holds("robfig/cron", &[("main.go", code)], &expected);
}

#[test]
fn what_only_looks_like_it_is_nothing() {
    for (name, files) in [
        (
            "a report of something else",
            &[("a.js", "setInterval(() => fetch('/api/report'), 1000); // rest/api\n")][..],
        ),
        ("words about it", &[("a.js", "console.log('app/report-accounts answered'); // email\n")]),
        (
            "a route that only looks like it",
            &[("a.js", "app.post('/installed', (req, res) => kvs.delete('x')); // email\n")],
        ),
    ] {
        holds(name, files, &NOTHING);
    }
}
