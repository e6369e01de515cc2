import { kvs } from '@forge/kvs';

const KEY = 'site-url';

/** Events do not say which site they are from, so the panel leaves a note here. */
export async function rememberSite(url: string): Promise<void> {
  await kvs.set(KEY, url);
}

export async function linkTo(path: string): Promise<string> {
  const site = await kvs.get<string>(KEY);
  return site ? `${site}${path}` : '';
}

export async function forgetSite(): Promise<void> {
  await kvs.delete(KEY);
}
