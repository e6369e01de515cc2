//! Addresses that come back from the app's own tables. Objects are not told apart there, so what is found is never more
//! than possible. Marked as in `mechanisms`; what has another name, or comes from elsewhere, is the trap.

use crate::mechanisms::check;

#[test]
fn django_rows() {
    check(
        "django rows",
        &[
            (
                "app/models.py",
                r#"from django.db import models

class Person(models.Model):
    account_id = models.CharField(max_length=64)
    name = models.TextField()
    email = models.EmailField(null=True)
    city = models.TextField()
"#,
            ),
            (
                "app/sync.py",
                r#"from jira import JIRA
from .models import Person

def pull(key):
    issue = JIRA("https://x.atlassian.net").issue(key)
    a = issue.fields.assignee
    Person.objects.update_or_create(account_id=a.accountId, defaults={"name": a.displayName, "email": a.emailAddress}) # -> storage
"#,
            ),
            (
                "app/views.py",
                r#"import logging
from django.core.mail import send_mail
from django.http import JsonResponse
from .models import Person
log = logging.getLogger(__name__)

def show(request, pk):
    person = Person.objects.get(pk=pk)
    log.info(person.email) # ~> log
    log.info(person.city)
    return JsonResponse({"email": person.email}) # ~> response

def remind(request):
    for person in Person.objects.filter(city="x").order_by("name"):
        send_mail("a", "b", "c", [person.email]) # ~> mail
"#,
            ),
        ],
    );
}

#[test]
fn sqlalchemy_rows() {
    check(
        "sqlalchemy rows",
        &[
            (
                "models.py",
                r#"from sqlalchemy import Column, String
from sqlalchemy.orm import declarative_base
Base = declarative_base()

class Person(Base):
    __tablename__ = "people"
    id = Column(String, primary_key=True)
    email = Column(String)
    name = Column(String)
"#,
            ),
            (
                "sync.py",
                r#"import requests
from models import Person
from db import Session

def pull(account_id):
    u = requests.get("https://x.atlassian.net/rest/api/3/user", params={"accountId": account_id}).json()
    session = Session()
    session.add(Person(id=u["accountId"], email=u["emailAddress"], name=u["displayName"])) # -> storage
    session.commit()
"#,
            ),
            (
                "report.py",
                r#"from flask import jsonify
from sqlalchemy import select
from models import Person
from db import Session

def one(id):
    person = Session().query(Person).filter(Person.id == id).first()
    print(person.email) # ~> log
    print(person.name)

def two():
    for person in Session().scalars(select(Person)).all():
        print(person.email) # ~> log
    return jsonify([{"email": p.email} for p in Person.query.all()]) # ~> response
"#,
            ),
            (
                "db.py",
                r#"from sqlalchemy.orm import sessionmaker
Session = sessionmaker()
"#,
            ),
        ],
    );
}

#[test]
fn rails_rows() {
    check(
        "rails rows",
        &[
            (
                "app/models/person.rb",
                r#"class Person < ApplicationRecord
end
"#,
            ),
            (
                "app/jobs/pull_job.rb",
                r#"class PullJob < ApplicationJob
  def perform(id)
    data = JSON.parse(Net::HTTP.get(URI("https://x.atlassian.net/rest/api/3/user?accountId=#{id}")))
    Person.find_or_create_by!(account_id: id) { |p| p.email = data['emailAddress'] } # -> storage
    Person.create!(account_id: id, email: data['emailAddress'], name: data['displayName']) # -> storage
  end
end
"#,
            ),
            (
                "app/controllers/people_controller.rb",
                r#"class PeopleController < ApplicationController
  def show
    person = Person.find(params[:id])
    Rails.logger.info(person.email) # ~> log
    Rails.logger.info(person.name)
    render json: { email: person.email } # ~> response
  end

  def all
    Person.where(active: true).each { |p| Rails.logger.info(p.email) } # ~> log
  end
end
"#,
            ),
        ],
    );
}

#[test]
fn eloquent_rows() {
    check(
        "eloquent rows",
        &[
            (
                "app/Models/Person.php",
                r#"<?php
namespace App\Models;
use Illuminate\Database\Eloquent\Model;
class Person extends Model
{
    protected $fillable = ['account_id', 'name', 'email'];
}
"#,
            ),
            (
                "app/Sync.php",
                r#"<?php
namespace App;
use App\Models\Person;
use Illuminate\Support\Facades\Http;
class Sync
{
    public function run(string $id)
    {
        $u = Http::get("https://x.atlassian.net/rest/api/3/user?accountId=$id")->json();
        Person::create(['account_id' => $id, 'email' => $u['emailAddress'], 'name' => $u['displayName']]); // -> storage
    }
}
"#,
            ),
            (
                "app/Show.php",
                r#"<?php
namespace App;
use App\Models\Person;
use Illuminate\Support\Facades\Log;
class Show
{
    public function run(int $id)
    {
        $person = Person::find($id);
        Log::info($person->email); // ~> log
        Log::info($person->name);
        foreach (Person::where('x', 1)->get() as $one) {
            Log::info($one->email); // ~> log
        }
    }
}
"#,
            ),
        ],
    );
}
