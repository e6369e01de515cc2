import { alertSubscribers } from '../lib/alerts';
import { linkTo } from '../lib/site';
import { pageChanged } from '../lib/texts';

interface PageUpdated {
  atlassianId?: string;
  content: { id: string; title: string };
  suppressNotifications?: boolean;
}

export async function onPageUpdated(event: PageUpdated): Promise<void> {
  const { content, atlassianId = '', suppressNotifications } = event;
  if (suppressNotifications) {
    return;
  }
  const url = await linkTo(`/wiki/pages/viewpage.action?pageId=${content.id}`);
  await alertSubscribers(
    { product: 'confluence', id: content.id },
    atlassianId,
    pageChanged(content.title, url),
  );
}
