import api, { route } from '@forge/api';
import { kvs } from '@forge/kvs';

export async function projects() {
  const res = await api.asApp().requestJira(route`/rest/api/3/project/search?expand=lead`);
  const { values } = await res.json();
  const settings = (await kvs.get('projects')) ?? {};

  return values.map((project) => ({
    name: project.name,
    leadId: project.lead.accountId,
    memberIds: [],
    pageOwnerIds: [],
    spaceAdminIds: [],
    ...settings[project.id],
  }));
}
