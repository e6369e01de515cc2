import React, { useEffect, useState } from 'react';
import ForgeReconciler, { Button, Heading, List, ListItem, Stack, Text } from '@forge/react';
import { invoke, requestJira, view } from '@forge/bridge';

const loadEmail = async (accountId) => {
  const res = await requestJira(`/rest/api/3/user/email?accountId=${accountId}`); // breaks: wrong-caller, undeclared-access
  return res.json();
};

const Lead = ({ accountId }) => {
  const [lead, setLead] = useState({});
  const [profile, setProfile] = useState({});

  useEffect(() => {
    loadEmail(accountId).then(setLead);
    requestJira(`/rest/api/3/user?accountId=${accountId}`)
      .then((res) => res.json())
      .then(setProfile);
  }, [accountId]);

  return (
    <Stack>
      <Text>Contact: {lead.email}</Text>{/* breaks: email-in-ui */}
      <Text>Works in {profile.timeZone}</Text>{/* breaks: timezone-in-ui */}
    </Stack>
  );
};

const App = () => {
  const [context, setContext] = useState();
  const [emails, setEmails] = useState([]);

  useEffect(() => {
    view.getContext().then(setContext);
  }, []);

  const preview = async () => {
    const result = await invoke('recipients', { issueKey: `${context.extension.project.key}-1` });
    setEmails(result.emails);
  };

  if (!context) return <Text>Loading…</Text>;
  return (
    <Stack space="space.200">
      <Heading as="h2">Digest Blaster</Heading>
      <Lead accountId={context.accountId} />
      <Button onClick={preview}>Who gets the next digest?</Button>
      <List type="unordered">
        {emails.map((email) => (
          <ListItem key={email}>{email}</ListItem> // breaks: email-in-ui
        ))}
      </List>
    </Stack>
  );
};

ForgeReconciler.render(<App />);
