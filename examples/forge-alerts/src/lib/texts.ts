import type { Mail } from './mail';

const FOOTER = 'You get this because you asked for alerts. Press "Stop alerts" there to end them.';

export function issueChanged(key: string, fields: string[], url: string): Mail {
  return {
    subject: `${key} was changed`,
    text: [`Changed in ${key}: ${fields.join(', ')}.`, '', url, '', FOOTER].join('\n'),
  };
}

export function pageChanged(title: string, url: string): Mail {
  return {
    subject: `Page changed: ${title}`,
    text: [`"${title}" has a new version.`, '', url, '', FOOTER].join('\n'),
  };
}

export function securityLevelRemoved(key: string, url: string): Mail {
  return {
    subject: `Security alert: ${key} is no longer restricted`,
    text: [
      `The security level of ${key} was removed. Everybody who may browse the project can`,
      'read the issue now. If that was a mistake, set the level again.',
      '',
      url,
      '',
      'You get this because the issue is assigned to you.',
    ].join('\n'),
  };
}
