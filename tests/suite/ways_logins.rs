//! Addresses that login libraries hand to the program, and what it tells them. Marked as in `mechanisms`.

use crate::mechanisms::check;

#[test]
fn go_provider() {
    check(
        "go provider",
        &[(
            "provider/bitbucket.go",
            r#"package provider
import ("context"; "encoding/json"; "net/http")
type bitbucketUser struct { Name string `json:"display_name"` }
type bitbucketEmail struct { Email string `json:"email"`; Primary bool `json:"is_primary"` }
type bitbucketEmails struct { Values []bitbucketEmail `json:"values"` }
type UserProvidedData struct { Emails []Email }
type Email struct { Email string; Verified bool }
type provider struct{ client *http.Client }
func (g provider) GetUserData(ctx context.Context) (*UserProvidedData, error) {
	resp, err := g.client.Get("https://api.bitbucket.org/2.0/user/emails")
	if err != nil { return nil, err }
	var emails bitbucketEmails
	if err := json.NewDecoder(resp.Body).Decode(&emails); err != nil { return nil, err }
	data := &UserProvidedData{}
	for _, e := range emails.Values {
		data.Emails = append(data.Emails, Email{Email: e.Email, Verified: true}) // -> identity
	}
	return data, nil
}
"#,
        )],
    );
}

#[test]
fn go_connector() {
    check(
        "go connector",
        &[(
            "connector/jira.go",
            r#"package connector
import ("context"; "encoding/json"; "net/http"; "fmt")
type Identity struct { UserID string; Email string }
type user struct { AccountID string `json:"accountId"`; Email string `json:"emailAddress"` }
type conn struct{ c *http.Client }
func (c *conn) user(ctx context.Context) (user, error) {
	var u user
	err := get(ctx, c.c, "https://x.atlassian.net/rest/api/3/myself", &u)
	return u, err
}
func get(ctx context.Context, c *http.Client, url string, v interface{}) error {
	req, err := http.NewRequest("GET", url, nil)
	if err != nil { return fmt.Errorf("new request: %v", err) }
	resp, err := c.Do(req.WithContext(ctx))
	if err != nil { return err }
	return json.NewDecoder(resp.Body).Decode(v)
}
func (c *conn) HandleCallback(ctx context.Context) (identity Identity, err error) { // -> identity
	u, err := c.user(ctx)
	if err != nil { return identity, err }
	identity = Identity{UserID: u.AccountID, Email: u.Email} // -> identity
	return identity, nil
}
func (c *conn) Refresh(ctx context.Context, identity Identity) (Identity, error) {
	u, err := c.user(ctx)
	if err != nil { return identity, err }
	identity.Email = u.Email // ~> identity
	return identity, nil
}
"#,
        )],
    );
}

#[test]
fn ts_provider() {
    check(
        "ts provider",
        &[(
            "src/atlassian.ts",
            r#"import { betterFetch } from "@better-fetch/fetch";
export interface AtlassianProfile { account_id: string; email: string; name: string }
export const atlassian = (options: any) => ({
  id: "atlassian",
  async getUserInfo(token: any) {
    const { data: profile } = await betterFetch<AtlassianProfile>("https://api.atlassian.com/me", { headers: { Authorization: token } });
    if (!profile) return null;
    return { user: { id: profile.account_id, email: profile.email, name: profile.name } }; // -> identity
  },
});
"#,
        )],
    );
}

#[test]
fn next_auth() {
    check(
        "next auth",
        &[(
            "src/auth.ts",
            r#"import NextAuth from "next-auth";
import AtlassianProvider from "next-auth/providers/atlassian";
export default NextAuth({
  providers: [AtlassianProvider({ clientId: "a", clientSecret: "b", profile(profile) { return { id: profile.account_id, email: profile.email }; } })], // -> identity
  callbacks: {
    async signIn({ user, account, profile }) { console.log("in", user.email); return true; }, // -> log
    async session({ session, token }) { session.email = token.email; return session; },
  },
});
"#,
        )],
    );
}

#[test]
fn passport() {
    check(
        "passport",
        &[
            (
                "src/auth.js",
                r#"const passport = require('passport');
const AtlassianStrategy = require('passport-atlassian-oauth2');
const User = require('./user');
passport.use(new AtlassianStrategy({ clientID: 'a' }, async (accessToken, refreshToken, profile, cb) => {
  const user = await User.findOne({ email: profile.email }); // -> identity
  console.log(profile.emails[0].value); // -> log
  return cb(null, user);
}));
"#,
            ),
            (
                "src/user.js",
                r#"const mongoose = require('mongoose');
module.exports = mongoose.model('User', new mongoose.Schema({ email: String }));
"#,
            ),
        ],
    );
}

#[test]
fn omniauth() {
    check(
        "omniauth",
        &[
            (
                "Gemfile",
                r#"gem 'rails'
gem 'omniauth-atlassian-oauth2'
"#,
            ),
            (
                "config/initializers/omniauth.rb",
                r#"Rails.application.config.middleware.use OmniAuth::Builder do
  provider :atlassian_oauth2, ENV['ID'], ENV['SECRET']
end
"#,
            ),
            (
                "app/controllers/sessions_controller.rb",
                r#"class SessionsController < ApplicationController
  def create
    auth = request.env["omniauth.auth"]
    user = User.find_or_create_by(uid: auth["uid"])
    user.update(name: auth["info"]["name"], email: auth["info"]["email"]) # -> storage
    session[:user_id] = user.id
  end
  def other
    auth = request.env['omniauth.auth']
    Rails.logger.info auth.info.email # -> log
    user = User.find_by(email: auth.info.email) # -> identity
  end
end
"#,
            ),
        ],
    );
}

#[test]
fn omniauth_strategy() {
    check(
        "omniauth strategy",
        &[(
            "lib/omniauth/strategies/jira.rb",
            r#"require 'omniauth-oauth2'
module OmniAuth
  module Strategies
    class Jira < OmniAuth::Strategies::OAuth2
      option :name, 'jira'
      uid { raw_info['accountId'] }
      info do
        { name: raw_info['displayName'], email: raw_info['emailAddress'] } # -> identity
      end
      def raw_info
        @raw_info ||= access_token.get('https://x.atlassian.net/rest/api/3/myself').parsed
      end
    end
  end
end
"#,
        )],
    );
}

#[test]
fn socialite() {
    check(
        "socialite",
        &[(
            "src/Atlassian/Provider.php",
            r#"<?php
namespace SocialiteProviders\Atlassian;
use SocialiteProviders\Manager\OAuth2\AbstractProvider;
use SocialiteProviders\Manager\OAuth2\User;
class Provider extends AbstractProvider {
    protected function getUserByToken($token) {
        $response = $this->getHttpClient()->get('https://api.atlassian.com/me', ['headers' => ['Authorization' => 'Bearer '.$token]]);
        return json_decode((string) $response->getBody(), true);
    }
    protected function mapUserToObject(array $user) {
        return (new User())->setRaw($user)->map([ // -> identity
            'id' => $user['account_id'],
            'email' => $user['email'],
        ]);
    }
}
"#,
        )],
    );
}

#[test]
fn socialite_use() {
    check(
        "socialite use",
        &[(
            "app/Http/Controllers/LoginController.php",
            r#"<?php
namespace App\Http\Controllers;
use Laravel\Socialite\Facades\Socialite;
use App\Models\User;
class LoginController extends Controller {
    public function callback() {
        $atlassian = Socialite::driver('atlassian')->user();
        $user = User::where('email', $atlassian->getEmail())->first(); // -> identity
        $user = User::updateOrCreate(['email' => $atlassian->email], ['name' => $atlassian->name]); // -> identity -> storage
    }
}
"#,
        )],
    );
}

#[test]
fn league_oauth1() {
    check(
        "league oauth1",
        &[(
            "src/Server.php",
            r#"<?php
namespace App\Trello;
use League\OAuth1\Client\Server\Server as Base;
use League\OAuth1\Client\Server\User;
class Server extends Base {
    public function urlUserDetails() { return 'https://x.atlassian.net/rest/api/2/myself'; }
    public function userDetails($data, $tokenCredentials) {
        $user = new User();
        $user->uid = $data['accountId'];
        $user->email = $data['emailAddress']; // -> identity
        return $user; // -> identity
    }
    public function userEmail($data, $tokenCredentials) { return $data['emailAddress']; } // -> identity
}
"#,
        )],
    );
}

#[test]
fn league_oauth2() {
    check(
        "league oauth2",
        &[(
            "src/Atlassian.php",
            r#"<?php
namespace App;
use League\OAuth2\Client\Provider\AbstractProvider;
class Atlassian extends AbstractProvider {
    public function getResourceOwnerDetailsUrl($token) { return 'https://api.atlassian.com/me'; }
    protected function createResourceOwner(array $response, $token) { return new Owner($response); }
}
class Owner {
    private $response;
    public function __construct(array $response) { $this->response = $response; }
    public function getEmail() { return $this->response['email']; }
}
"#,
        )],
    );
}

#[test]
fn allauth() {
    check(
        "allauth",
        &[
            (
                "prov/atl/views.py",
                r#"from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
class JiraAdapter(OAuth2Adapter):
    profile_url = "https://api.atlassian.com/me"
    def complete_login(self, request, app, token, response):
        resp = get_adapter().get_requests_session().get(self.profile_url, headers={})
        data = resp.json()
        return self.get_provider().sociallogin_from_response(request, data)
"#,
            ),
            (
                "prov/atl/provider.py",
                r#"from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
class AtlassianProvider(OAuth2Provider):
    id = "atlassian"
    def extract_uid(self, data):
        return data["account_id"]
    def extract_common_fields(self, data):
        return {"email": data["email"], "name": data["name"]} # -> identity
"#,
            ),
        ],
    );
}

#[test]
fn authlib() {
    check(
        "authlib",
        &[(
            "app.py",
            r#"from authlib.integrations.flask_client import OAuth
from flask import Flask, session
app = Flask(__name__)
oauth = OAuth(app)
oauth.register("jira", api_base_url="https://api.atlassian.com/", access_token_url="https://auth.atlassian.com/oauth/token")
@app.route("/cb")
def cb():
    token = oauth.jira.authorize_access_token()
    profile = oauth.jira.get("https://api.atlassian.com/me").json()
    session["email"] = profile["email"] # -> storage
    print(profile["email"]) # -> log
    return "ok"
"#,
        )],
    );
}

#[test]
fn php_table_of_field_names() {
    check(
        "php table of field names",
        &[(
            "src/JiraResourceOwner.php",
            r#"<?php
namespace App\OAuth;

final class JiraResourceOwner extends GenericResourceOwner
{
    protected array $paths = [
        'identifier' => 'accountId',
        'realname' => 'displayName',
        'email' => 'emailAddress', // ?? the library reads it
    ];

    protected array $labels = ['email' => 'E-mail'];
}
"#,
        )],
    );
}
