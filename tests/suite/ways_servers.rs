//! Ways of addresses in Java, Kotlin, C# and Go: requests put together step by step, functions and events that are
//! handed on, what a type is wrapped in, and what names alone say. Marked as in `mechanisms`.

use crate::mechanisms::check;

#[test]
fn java_requests_put_together() {
    check(
        "java requests",
        &[(
            "A.java",
            r#"import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.StringEntity;
import com.atlassian.jira.user.ApplicationUser;
import org.springframework.web.reactive.function.client.WebClient;
class A {
    private final HttpClient http = HttpClient.newHttpClient();
    private final OkHttpClient ok = new OkHttpClient();
    private final WebClient web = WebClient.builder().baseUrl("https://crm.example.com").build();
    private final WebClient own = WebClient.builder().baseUrl("https://x.atlassian.net").build();
    void a(ApplicationUser u) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://hooks.example.com/in")) // -> third-party
                .POST(HttpRequest.BodyPublishers.ofString("{\"mail\":\"" + u.getEmailAddress() + "\"}")) // ~> third-party
                .build();
        http.send(request, HttpResponse.BodyHandlers.ofString()); // ~> third-party
    }
    void b(ApplicationUser u) throws Exception {
        RequestBody body = RequestBody.create(u.getEmailAddress(), null);
        Request request = new Request.Builder().url("https://hooks.example.com/x").post(body).build(); // -> third-party
        ok.newCall(request).execute(); // ~> third-party
    }
    void c(ApplicationUser u) throws Exception {
        HttpPost post = new HttpPost("https://hooks.example.com/x");
        post.addHeader("X", "y");
        post.setEntity(new StringEntity(u.getEmailAddress())); // -> third-party
    }
    void d(ApplicationUser u) throws Exception {
        web.post().uri("/x").bodyValue(Map.of("mail", u.getEmailAddress())).retrieve(); // -> third-party
        own.post().uri("/rest/api/3/x").bodyValue(Map.of("mail", u.getEmailAddress())).retrieve();
    }
}
"#,
        )],
    );
}

#[test]
fn kotlin_requests_put_together() {
    check(
        "kotlin requests",
        &[(
            "B.kt",
            r#"import com.atlassian.jira.user.ApplicationUser
import io.ktor.client.*
import io.ktor.client.request.*
import okhttp3.*
import okhttp3.RequestBody.Companion.toRequestBody
class B(private val http: HttpClient, private val ok: OkHttpClient) {
    suspend fun a(u: ApplicationUser) {
        http.post("https://hooks.example.com/in") {
            header("X", "y")
            setBody(mapOf("channel" to u.emailAddress)) // -> third-party
        }
        http.get("https://x.atlassian.net/rest/api/3/x") {
            parameter("mail", u.emailAddress)
        }
    }
    fun b(u: ApplicationUser) {
        val req = Request.Builder().url("https://crm.example.com/hook").post(u.emailAddress.toRequestBody()).build() // -> third-party
        ok.newCall(req).execute() // ~> third-party
    }
}
"#,
        )],
    );
}

#[test]
fn csharp_requests_put_together() {
    check(
        "csharp requests",
        &[(
            "C.cs",
            r#"using System.Net.Http; using System.Net.Http.Json; using System.Text.Json; using RestSharp; using Atlassian.Jira;
public class C {
  private readonly IHttpClientFactory _factory; private readonly HttpClient _http; private readonly Jira _jira;
  public C(IHttpClientFactory factory, HttpClient http, Jira jira) { _factory = factory; _http = http; _jira = jira; }
  public async Task A() {
    var user = await _jira.Users.GetUserAsync("x");
    var client = _factory.CreateClient();
    await client.PostAsJsonAsync("https://crm.example.com/contacts", new { email = user.Email }); // -> third-party
  }
  public async Task B() {
    var user = await _jira.Users.GetUserAsync("x");
    var body = new StringContent(JsonSerializer.Serialize(new { channel = user.Email })); // -> third-party
    await _http.PostAsync("https://hooks.example.com/x", body); // ~> third-party
  }
  public async Task D() {
    var user = await _jira.Users.GetUserAsync("x");
    var request = new RestRequest("https://hooks.example.com/x", Method.Post);
    request.AddJsonBody(new { mail = user.Email }); // -> third-party
  }
  public async Task E() {
    var user = await _jira.Users.GetUserAsync("x");
    using var request = new HttpRequestMessage(HttpMethod.Post, "https://hooks.example.com/x");
    request.Content = JsonContent.Create(new { mail = user.Email }); // -> third-party
    await _http.SendAsync(request); // ~> third-party
  }
}
"#,
        )],
    );
}

#[test]
fn functions_held_by_an_object() {
    check(
        "functions held",
        &[
            (
                "src/A.java",
                r#"package a;
import com.atlassian.jira.user.ApplicationUser;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
class A {
    void each(ApplicationUser u, BiConsumer<String, String> sink) {
        sink.accept("x", u.getEmailAddress()); // ~> log
    }
    void print(ApplicationUser u) {
        each(u, (id, mail)->System.out.println(id + mail)); // -> log
        each(u, (id, mail)->System.out.println(id));
    }
    void supplied(ApplicationUser u) {
        Supplier<String> mail = ()->u.getEmailAddress();
        System.out.println(mail.get()); // -> log
    }
}
"#,
            ),
            (
                "src/B.cs",
                r#"using Atlassian.Jira;
public class B {
  public event EventHandler<string> Seen; public event Action<string> Named; private readonly Jira jira;
  public B(Jira jira) { this.jira = jira; Seen += (s, m) => Console.WriteLine(m); Named += Print; } // -> log
  private void Print(string mail) => Console.WriteLine(mail); // -> log
  public async Task Run() {
    var u = await jira.Users.GetUserAsync("x");
    Seen?.Invoke(this, u.Email); // ~> log
    Named?.Invoke(u.Email); // ~> log
  }
}
"#,
            ),
        ],
    );
}

#[test]
fn events_by_their_class() {
    check(
        "events",
        &[
            (
                "src/Joined.java",
                "package a;\npublic class Joined {\n  private final String mail;\n  public Joined(String mail) { this.mail = mail; }\n  public String getMail() { return mail; }\n}\n",
            ),
            (
                "src/Sync.java",
                r#"package a;
import com.atlassian.jira.user.ApplicationUser;
import org.springframework.context.ApplicationEventPublisher;
class Sync {
    private final ApplicationEventPublisher events;
    Sync(ApplicationEventPublisher events) { this.events = events; }
    void joined(ApplicationUser u) {
        events.publishEvent(new Joined(u.getEmailAddress())); // ~> mail
    }
}
"#,
            ),
            (
                "src/Welcome.java",
                r#"package a;
import org.springframework.context.event.EventListener;
import org.springframework.mail.SimpleMailMessage;
class Welcome {
    @EventListener
    public void on(Joined event) {
        SimpleMailMessage message = new SimpleMailMessage();
        message.setTo(event.getMail()); // -> mail
    }
}
"#,
            ),
            (
                "src/Invite.cs",
                r#"using MediatR; using Atlassian.Jira;
public record Invite(string To) : IRequest<bool>;
public class Inviter { private readonly IMediator mediator; private readonly Jira jira;
  public Inviter(IMediator m, Jira j) { mediator = m; jira = j; }
  public async Task Run() {
    var u = await jira.Users.GetUserAsync("x");
    await mediator.Send(new Invite(u.Email)); // ~> mail
  }
}
public class InviteHandler : IRequestHandler<Invite, bool> {
  public async Task<bool> Handle(Invite request, CancellationToken ct) {
    var message = new System.Net.Mail.MailMessage();
    message.To.Add(request.To); // -> mail
    return true;
  }
}
"#,
            ),
        ],
    );
}

#[test]
fn state_that_is_copied() {
    check(
        "state",
        &[(
            "Profile.kt",
            r#"package app
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.lifecycle.ViewModel
import com.atlassian.jira.user.ApplicationUser
import kotlinx.coroutines.flow.*
data class ProfileState(val name: String = "", val mail: String? = null)
class ProfileViewModel : ViewModel() {
    private val _state = MutableStateFlow(ProfileState())
    val state: StateFlow<ProfileState> = _state.asStateFlow()
    fun load(user: ApplicationUser) {
        _state.update { it.copy(name = user.displayName, mail = user.emailAddress) }
    }
}
@Composable
fun Profile(viewModel: ProfileViewModel) {
    val state by viewModel.state.collectAsState()
    Text(state.name)
    Text(text = state.mail ?: "hidden") // -> ui
}
"#,
        )],
    );
}

#[test]
fn builders_filled_by_functions() {
    check(
        "builders",
        &[(
            "Index.java",
            r#"package a;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.atlassian.jira.user.ApplicationUser;
import com.slack.api.methods.MethodsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.HashMap;
import com.atlassian.sal.api.pluginsettings.PluginSettings;
class Index {
    private ElasticsearchClient es;
    private MethodsClient slack;
    private PluginSettings settings;
    void a(ApplicationUser u) throws Exception {
        es.index(i->i.index("users").id("x").document(Map.of("mail", u.getEmailAddress()))); // -> storage
        slack.chatPostMessage(r->r.channel("x").text(u.getEmailAddress())); // -> third-party
        Map<String, Object> context = new HashMap<>();
        context.put("mail", u.getEmailAddress());
        settings.put("mail", u.getEmailAddress()); // -> storage
    }
}
"#,
        )],
    );
}

#[test]
fn sinks_by_role() {
    check(
        "roles",
        &[
            (
                "src/Chat.java",
                r#"package a;
import com.atlassian.jira.user.ApplicationUser;
interface UserChatService { void sendText(String to, String text); }
interface ReminderRepository { Object create(Reminder r); }
class Reminder { private String userEmail; public void setUserEmail(String m) { userEmail = m; } public String getUserEmail() { return userEmail; } }
class Chat {
    private final UserChatService service;
    private final ReminderRepository reminders;
    Chat(UserChatService s, ReminderRepository r) { service = s; reminders = r; }
    void a(ApplicationUser u) {
        service.sendText(u.getEmailAddress(), "hello"); // ~> third-party
        Reminder reminder = new Reminder();
        reminder.setUserEmail(u.getEmailAddress());
        reminders.create(reminder); // ~> storage
        SentryClient.capture(null, u.getEmailAddress()); // ~> third-party
        jiraChatService.sendText(u.getEmailAddress());
    }
}
"#,
            ),
            (
                "hooks/hook.go",
                r#"package hooks

import (
	"bytes"
	"encoding/json"
	"net/http"

	jira "github.com/andygrunwald/go-jira"
)

type payload struct {
	Email string `json:"email"`
}

func hook(email string) error {
	body, err := json.Marshal(payload{Email: email}) // -> third-party
	if err != nil {
		return err
	}
	_, err = http.Post("https://crm.example.com/in", "application/json", bytes.NewReader(body)) // ~> third-party
	return err
}

func run(user *jira.User) {
	_ = hook(user.EmailAddress) // ~> third-party
}
"#,
            ),
        ],
    );
}

#[test]
fn what_is_put_into_other_objects_of_a_class() {
    check(
        "other objects",
        &[
            (
                "src/Members.java",
                r#"package a;
import com.atlassian.jira.user.ApplicationUser;
import lombok.Builder;
import lombok.Data;
import org.springframework.data.jpa.repository.JpaRepository;
@Data @Builder class Member { private String id; private String mail; private String phone; }
interface Members extends JpaRepository<Member, Long> { }
interface Directory { Member look(String id); }
class Service {
    private Members members;
    private Directory directory;
    void sync(ApplicationUser u) {
        members.save(Member.builder().id("x").mail(u.getEmailAddress()).build()); // -> storage
    }
    void show() {
        System.out.println(directory.look("x").getMail()); // ~> log
        members.findAll().forEach(m->System.out.println(m.getMail())); // ~> log
        System.out.println(directory.look("x").getPhone());
    }
}
"#,
            ),
            (
                "src/People.cs",
                r#"using Atlassian.Jira; using Microsoft.EntityFrameworkCore;
public class Person { public int Id { get; set; } public string Email { get; set; } }
public class Customer { public string Email { get; set; } }
public class Db : DbContext { public DbSet<Person> People { get; set; } }
public class Sync {
  private readonly Jira jira; private readonly Db db;
  public Sync(Jira j, Db d) { jira = j; db = d; }
  public async Task Run() {
    var u = await jira.Users.GetUserAsync("x");
    var p = await db.People.FirstAsync(x => x.Id == 1);
    p.Email = u.Email; // -> storage
    await db.SaveChangesAsync();
  }
}
public class Show {
  private readonly Db db;
  public void All() { foreach (var p in db.People.ToList()) Console.WriteLine(p.Email); } // ~> log
  public void Other(Customer c) { Console.WriteLine(c.Email); }
}
"#,
            ),
        ],
    );
}

#[test]
fn tools_that_hand_their_work_on() {
    check(
        "tools",
        &[(
            "src/Tools.cs",
            r#"using Atlassian.Jira; using ModelContextProtocol.Server;
[McpServerToolType]
public class Tools {
  private readonly Jira jira; private readonly Guard guard;
  public Tools(Jira j, Guard g) { jira = j; guard = g; }
  [McpServerTool]
  public async Task<string> Who(string id) {
    var u = await jira.Users.GetUserAsync(id);
    return $"{u.DisplayName} <{u.Email}>"; // -> response
  }
  [McpServerTool]
  public Task<Answer> Guarded(string id) => guard.RunAsync("who", async () => { // ~> response
    var u = await jira.Users.GetUserAsync(id);
    return Page.Render(u.Email);
  });
}
"#,
        )],
    );
}
