import { alertSubscribers, warnAssignee } from '../lib/alerts';
import { linkTo } from '../lib/site';
import { issueChanged, securityLevelRemoved } from '../lib/texts';

interface ChangelogItem {
  field: string;
  from: string | null;
  to: string | null;
}

interface IssueUpdated {
  issue: {
    id: string;
    key: string;
    fields: { assignee?: { accountId: string } | null };
  };
  atlassianId?: string;
  changelog?: { items: ChangelogItem[] };
}

export async function onIssueUpdated(event: IssueUpdated): Promise<void> {
  const { issue, atlassianId = '', changelog } = event;
  const changes = changelog?.items ?? [];
  if (changes.length === 0) {
    return;
  }

  const url = await linkTo(`/browse/${issue.key}`);
  const fields = changes.map((change) => change.field);
  await alertSubscribers(
    { product: 'jira', id: issue.id },
    atlassianId,
    issueChanged(issue.key, fields, url),
  );

  const exposed = changes.some((change) => change.field === 'security' && change.from && !change.to);
  const assignee = issue.fields.assignee?.accountId;
  if (exposed && assignee) {
    await warnAssignee(assignee, securityLevelRemoved(issue.key, url));
  }
}
