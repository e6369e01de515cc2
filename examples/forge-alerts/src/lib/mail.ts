import { fetch } from '@forge/api';

export interface Mail {
  subject: string;
  text: string;
}

const ENDPOINT = 'https://api.postmarkapp.com/email';
const FROM = 'Watchtower Alerts <alerts@post.nordlys.example>';

/** Hands one mail to Postmark, with open and link tracking off. */
export async function sendMail(to: string, mail: Mail): Promise<boolean> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'X-Postmark-Server-Token': process.env.POSTMARK_TOKEN ?? '',
    },
    body: JSON.stringify({
      From: FROM,
      To: to,
      Subject: mail.subject,
      TextBody: mail.text,
      MessageStream: 'outbound',
      TrackOpens: false,
      TrackLinks: 'None',
    }),
  });
  if (!response.ok) {
    // Postmark quotes the recipient in its error text, so the status has to do.
    console.error(`Postmark answered ${response.status}`);
  }
  return response.ok;
}
