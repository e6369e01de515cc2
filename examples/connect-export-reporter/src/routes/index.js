'use strict';

const lifecycle = require('./lifecycle');
const schedules = require('./schedules');
const subscriptions = require('./subscriptions');

module.exports = function routes(app, addon) {
  app.get('/', (req, res) => res.redirect('/atlassian-connect.json'));
  app.get('/healthz', (req, res) => res.sendStatus(204));

  lifecycle(app, addon);
  schedules(app, addon);
  subscriptions(app, addon);
};
