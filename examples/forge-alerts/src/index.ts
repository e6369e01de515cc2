export { resolver } from './resolvers';
export { onIssueUpdated } from './triggers/issue-updated';
export { onPageUpdated } from './triggers/page-updated';
export { reportPersonalData } from './triggers/report-personal-data';
export { eraseAll } from './triggers/erase-all';
