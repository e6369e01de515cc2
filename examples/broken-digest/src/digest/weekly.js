import { recipients } from './recipients';
import { reporterEmail } from './reporter';
import { ownerEmail } from './owners';
import { leadEmail } from './leads';
import { mentionEmail } from './mentions';
import { projects } from '../lib/projects';
import { pageOwners } from '../confluence/page-owners';
import { spaceAdmins } from '../confluence/space-admins';
import { commenterEmail } from '../confluence/commenters';
import { addToAudience, sendCampaign } from '../marketing/mailchimp';
import { rememberRecipient } from '../lib/recipient-cache';
import { weekOf } from '../lib/format';

export const weeklyDigest = async () => {
  for (const project of await projects()) {
    const list = await recipients(project.memberIds);
    for (const person of list) {
      await rememberRecipient(person.accountId, person.email);
    }

    const extra = [
      await leadEmail(project.leadId),
      await ownerEmail(project.ownerId),
      await reporterEmail(project.lastReporterId),
      await mentionEmail(project.lastMentionId),
      await commenterEmail(project.lastCommenterId),
      ...(await pageOwners(project.pageOwnerIds)),
      ...(await spaceAdmins(project.spaceAdminIds)),
    ];
    for (const email of extra) {
      await addToAudience(email, project.name);
    }

    await sendCampaign(`${project.name}: week of ${weekOf(new Date())}`);
  }
};
