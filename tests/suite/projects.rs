//! A folder of several projects: what one has says nothing about another.

use std::path::Path;

use crate::support::languages::run;

/// Has the people of a site, under a name that others use too.
const DIRECTORY: &str = "package com.acme;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.URI;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

public class Directory {
    private final HttpClient client = HttpClient.newHttpClient();

    public JsonNode person(String id) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
            URI.create(\"https://acme.atlassian.net/rest/api/3/user?accountId=\" + id)).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return new ObjectMapper().readTree(answer.body());
    }
}
";

/// Logs whom a directory has.
const READER: &str = "package com.acme.reader;

import com.acme.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class Reader {
    private static final Logger log = LoggerFactory.getLogger(Reader.class);
    private final Directory jira = new Directory();

    public void tell(String id) throws Exception {
        log.info(jira.person(id).get(\"emailAddress\").asText());
    }
}
";

fn flows(root: &Path) -> Vec<String> {
    let run = run(root);
    let flows = run.apps.iter().flat_map(|a| &a.facts.flows);
    flows.map(|f| format!("{}:{}", f.place.file, f.sink)).collect()
}

#[test]
fn projects_of_one_folder_are_kept_apart() {
    let write = |root: &Path, path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("it is below the root")).expect("there is room");
        std::fs::write(path, text).expect("there is room");
    };
    let build = |root: &Path, root_file: Option<&str>| {
        write(root, "people/pom.xml", "<project/>");
        write(root, "people/src/Directory.java", DIRECTORY);
        write(root, "people-reader/pom.xml", "<project/>");
        write(root, "people-reader/src/Reader.java", READER);
        if let Some(file) = root_file {
            write(root, file, "<project/>");
        }
    };
    let table: [(Option<&str>, &[&str]); 3] = [
        (None, &[]),
        (Some("pom.xml"), &["people-reader/src/Reader.java:log.slf4j"]),
        (Some(".git/HEAD"), &["people-reader/src/Reader.java:log.slf4j"]),
    ];
    for (root_file, expected) in table {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        build(folder.path(), root_file);
        assert_eq!(flows(folder.path()), expected, "{root_file:?}");
    }
}
