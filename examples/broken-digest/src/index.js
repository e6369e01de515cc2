export { resolver } from './resolvers';
export { weeklyDigest } from './digest/weekly';
export { onAssigned } from './digest/assigned';
