import mailchimp from '@mailchimp/mailchimp_marketing';

const LIST = process.env.MAILCHIMP_LIST;

mailchimp.setConfig({ apiKey: process.env.MAILCHIMP_KEY, server: 'us21' });

export async function addToAudience(email, projectName) {
  if (!email) return;
  // breaks: email-to-marketing-service
  await mailchimp.lists.addListMember(LIST, {
    email_address: email,
    status: 'subscribed',
    tags: ['digest', projectName],
  });
}

export async function sendCampaign(subject) {
  const campaign = await mailchimp.campaigns.create({
    type: 'regular',
    recipients: { list_id: LIST },
    settings: { subject_line: subject, from_name: 'Digest Blaster' },
  });
  await mailchimp.campaigns.send(campaign.id);
}
