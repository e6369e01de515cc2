//! Addresses from clients of many forms: wrapped, injected, promised by an interface, known by their names alone.
//! Marked as in `mechanisms`.

use crate::mechanisms::check;

#[test]
fn python_wrapper_class() {
    check(
        "python wrapper class",
        &[
            (
                "a/onyx.py",
                r#"from atlassian import Confluence
class OurConfluence:
    def __init__(self, url):
        self._confluence = Confluence(url=url)
    def __getattr__(self, name):
        return getattr(self._confluence, name)
    def get_user(self, key):
        return self._confluence.get_user_details_by_userkey(key)
"#,
            ),
            (
                "a/use.py",
                r#"import logging
from a.onyx import OurConfluence
logger = logging.getLogger(__name__)
def one(client: OurConfluence, key: str):
    u = client.get_user_details_by_userkey(key)
    logger.info(u.get("email")) # -> log
def two(client: OurConfluence, key: str):
    u = client.get_user(key)
    logger.info(u.get("email")) # -> log
def three(client: OurConfluence, page_id):
    page = client.get_page_by_id(page_id, expand="version")
    author = page["version"]["by"]
    logger.info(author.get("email")) # -> log
def four(client: OurConfluence, key):
    space = client.get_space(key, expand="permissions")
    for p in space["permissions"]:
        for u in p["subjects"]["user"]["results"]:
            logger.info(u["email"]) # -> log
"#,
            ),
        ],
    );
}

#[test]
fn python_injected_client() {
    check(
        "python injected client",
        &[(
            "a/migrate.py",
            r#"import logging
logger = logging.getLogger(__name__)
class Migration:
    def __init__(self, jira_client, op):
        self.jira_client = jira_client
        self.op = op
    def run(self):
        for watcher in self.jira_client.get_watchers("A-1"):
            email = watcher.get("emailAddress")
            logger.info("w %s", email) # -> log
        for jira_user in self.jira_client.get_users():
            mail = (jira_user.get("emailAddress") or "").lower()
            self.op.find_user_by_email(mail) # -> identity
"#,
        )],
    );
}

#[test]
fn python_nested_unknown() {
    check(
        "python nested unknown",
        &[(
            "c/confluence_pages.py",
            r#"import logging
from c.confluence import wiki
log = logging.getLogger(__name__)
def handle(page):
    author = page["version"]["by"]
    log.info("by %s", author.get("email", "x")) # -> log
def restrict(restrictions):
    read = restrictions.get("read", {})
    inner = read.get("restrictions", {})
    users = inner.get("user", {}).get("results", [])
    for user in users:
        if user.get("email"):
            log.info("u %s", user["email"]) # -> log
"#,
        )],
    );
}

#[test]
fn trello() {
    check(
        "trello",
        &[(
            "a/trello.py",
            r#"import requests
def me(key, token):
    u = requests.get("https://api.trello.com/1/members/me", params={"key": key, "token": token}).json()
    print(u["email"]) # -> log
def member(id):
    m = requests.get(f"https://api.trello.com/1/members/{id}?fields=fullName,email").json()
    print(m["email"]) # -> log
"#,
        )],
    );
}

#[test]
fn bitbucket_dc() {
    check(
        "bitbucket dc",
        &[(
            "bb.go",
            r#"package bb
import ("context"; "fmt"; bitbucket "github.com/neticdk/go-bitbucket/bitbucket")
func run(ctx context.Context, bc *bitbucket.Client) {
	user, _, err := bc.Users.GetUser(ctx, "x")
	if err != nil { return }
	fmt.Println(user.Email) // -> log
}
"#,
        )],
    );
}

#[test]
fn bitbucket_rest_py() {
    check(
        "bitbucket rest py",
        &[(
            "bb.py",
            r#"import requests
def run(base, ws):
    r = requests.get("https://api.bitbucket.org/2.0/user/emails", auth=("a", "b"))
    for e in r.json()["values"]:
        print(e["email"]) # -> log
    users = requests.get(f"{base}/rest/api/1.0/users?filter=x").json()
    for u in users["values"]:
        print(u["emailAddress"]) # -> log
    prs = requests.get(f"{base}/rest/api/1.0/projects/P/repos/r/pull-requests").json()
    for pr in prs["values"]:
        print(pr["author"]["user"]["emailAddress"]) # -> log
"#,
        )],
    );
}

#[test]
fn retrofit() {
    check(
        "retrofit",
        &[
            (
                "src/main/java/a/JiraApi.java",
                r#"package a;
import retrofit2.Call;
import retrofit2.http.*;
import java.util.List;
public interface JiraApi {
  @GET("rest/api/3/myself") Call<JiraUser> me();
  @GET("/rest/api/3/user/search") Call<List<JiraUser>> search(@Query("query") String q);
}
"#,
            ),
            (
                "src/main/java/a/JiraUser.java",
                r#"package a;
public class JiraUser { public String accountId; public String emailAddress; }
"#,
            ),
            (
                "src/main/java/a/Use.java",
                r#"package a;
public class Use {
  private final JiraApi api;
  public Use(JiraApi api) { this.api = api; }
  void run() throws Exception {
    JiraUser me = api.me().execute().body();
    System.out.println(me.emailAddress); // -> log
    for (JiraUser u : api.search("x").execute().body()) { System.out.println(u.emailAddress); } // -> log
  }
}
"#,
            ),
        ],
    );
}

#[test]
fn feign() {
    check(
        "feign",
        &[
            (
                "src/main/java/a/JiraApi.java",
                r#"package a;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.*;
@FeignClient(name = "jira", url = "${jira.url}")
public interface JiraApi {
  @GetMapping("/rest/api/3/user") Person user(@RequestParam("accountId") String id);
}
"#,
            ),
            (
                "src/main/java/a/Person.java",
                r#"package a;
import com.fasterxml.jackson.annotation.JsonProperty;
public record Person(String accountId, @JsonProperty("emailAddress") String mail) {}
"#,
            ),
            (
                "src/main/java/a/Use.java",
                r#"package a;
public class Use {
  private final JiraApi api; private final PersonRepository people;
  public Use(JiraApi api, PersonRepository people) { this.api = api; this.people = people; }
  void run() {
    Person p = api.user("x");
    System.out.println(p.mail()); // -> log
    people.findByMail(p.mail()); // -> identity
  }
}
"#,
            ),
            (
                "src/main/java/a/PersonRepository.java",
                r#"package a;
import org.springframework.data.jpa.repository.JpaRepository;
public interface PersonRepository extends JpaRepository<Row, String> { Row findByMail(String mail); }
"#,
            ),
        ],
    );
}

#[test]
fn refit() {
    check(
        "refit",
        &[
            (
                "Api.cs",
                r#"using Refit;
using System.Collections.Generic;
using System.Threading.Tasks;
namespace A;
public class JiraUser { public string AccountId { get; set; } public string EmailAddress { get; set; } }
public interface IJiraApi {
  [Get("/rest/api/3/myself")] Task<JiraUser> GetMyself();
  [Get("/rest/api/3/user/search")] Task<List<JiraUser>> Search(string query);
}
"#,
            ),
            (
                "Use.cs",
                r#"using System;
namespace A;
public class Use {
  private readonly IJiraApi api;
  public Use(IJiraApi api) { this.api = api; }
  public async Task Run() {
    var me = await api.GetMyself();
    Console.WriteLine(me.EmailAddress); // -> log
  }
}
"#,
            ),
        ],
    );
}

#[test]
fn java_dto_renamed() {
    check(
        "java dto renamed",
        &[
            (
                "src/main/java/a/JiraUserDto.java",
                r#"package a;
import com.fasterxml.jackson.annotation.JsonProperty;
import lombok.Data;
@Data public class JiraUserDto { @JsonProperty("account_id") private String id; @JsonProperty("email") private String username; }
"#,
            ),
            (
                "src/main/java/a/Api.java",
                r#"package a;
import org.springframework.web.reactive.function.client.WebClient;
public class Api {
  private final WebClient web = WebClient.create();
  JiraUserDto me(String token) { return web.get().uri("https://api.atlassian.com/me").headers(h->h.setBearerAuth(token)).retrieve().bodyToMono(JiraUserDto.class).block(); }
}
"#,
            ),
            (
                "src/main/java/a/Login.java",
                r#"package a;
public class Login {
  private final Api api; private final Tokens tokens;
  Login(Api api, Tokens tokens) { this.api = api; this.tokens = tokens; }
  String go(String code) { JiraUserDto dto = api.me(code);
   return tokens.create(new java.util.HashMap<>(), dto.getUsername()); }
}
"#,
            ),
            (
                "src/main/java/a/Tokens.java",
                r#"package a;
import io.jsonwebtoken.Jwts;
import java.util.*;
public class Tokens { String create(HashMap<String, Object> claims, String subject) { return Jwts.builder().setClaims(claims).setSubject(subject).setIssuedAt(new Date()).compact(); } }
"#,
            ),
        ],
    );
}

#[test]
fn python_django() {
    check(
        "python django",
        &[(
            "app/jira_views.py",
            r#"from django.http import JsonResponse
from django.contrib.auth.models import User
from django.core.mail import send_mail
from atlassian import Jira
import logging
logger = logging.getLogger(__name__)
def sync(request):
    jira = Jira(url="https://x.atlassian.net")
    u = jira.myself()
    mail = u["emailAddress"]
    user, _ = User.objects.get_or_create(email=mail) # -> identity -> storage
    user.email = mail
    user.save() # -> storage
    send_mail("s", "b", "from@x.y", [mail]) # -> mail
    if mail in request.GET.getlist("mails"): # -> identity
        logger.info("seen")
    return JsonResponse({"mail": mail}) # -> response
"#,
        )],
    );
}

#[test]
fn csharp_ef() {
    check(
        "csharp ef",
        &[(
            "Sync.cs",
            r#"using Atlassian.Jira;
using Microsoft.EntityFrameworkCore;
using System.Net.Mail;
namespace A;
public class Member { public int Id { get; set; } public string Email { get; set; } }
public class Db : DbContext { public DbSet<Member> Members { get; set; } }
public class Sync {
  private readonly Jira jira; private readonly Db db;
  public Sync(Jira jira, Db db) { this.jira = jira; this.db = db; }
  public async Task Run(string name) {
    var user = await jira.Users.GetUserAsync(name);
    var member = await db.Members.FirstOrDefaultAsync(m => m.Email == user.Email); // -> identity
    if (member == null) { member = new Member { Email = user.Email }; db.Members.Add(member); } // -> storage
    await db.SaveChangesAsync();
    var message = new MailMessage();
    message.To.Add(user.Email); // -> mail
    new SmtpClient("h").Send(message);
  }
}
"#,
        )],
    );
}
