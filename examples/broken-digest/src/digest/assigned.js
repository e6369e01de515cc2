import api, { fetch, route } from '@forge/api';

const fetchAssignee = async (accountId) => {
  // @email-use activity-mail
  const res = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${accountId}`);
  const { email } = await res.json();
  return email;
};

export const onAssigned = async ({ issue }) => {
  const assignee = issue.fields.assignee;
  if (!assignee) return;

  const email = await fetchAssignee(assignee.accountId);
  console.log(`mailing ${email} about ${issue.key}`); // breaks: email-in-logs

  await fetch('https://api.sendgrid.com/v3/mail/send', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${process.env.SENDGRID_KEY}`,
      'Content-Type': 'application/json',
    },
    // breaks: email-to-third-party (host neither declared nor in the manifest)
    body: JSON.stringify({
      personalizations: [{ to: [{ email }] }],
      from: { email: 'digest@digestblaster.example' },
      subject: `${issue.key} is yours now`,
      content: [{ type: 'text/plain', value: issue.fields.summary }],
    }),
  });
};
