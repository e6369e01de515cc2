'use strict';

const log = require('../log');
const { sharedFilterName } = require('../jira/filters');
const { downloadLink } = require('../store/files');
const schedules = require('../store/schedules');
const subscriptions = require('../store/subscriptions');

const FREQUENCIES = new Set(['daily', 'weekdays', 'weekly']);

module.exports = function scheduleRoutes(app, addon) {
  app.get('/schedules', addon.authenticate(), async (req, res) => {
    const { clientKey, userAccountId } = req.context;
    const [all, subscribed] = await Promise.all([
      schedules.onSite(clientKey),
      subscriptions.scheduleIdsOf(clientKey, userAccountId),
    ]);

    res.render('schedules', {
      schedules: all.map((schedule) => ({
        id: schedule.id,
        name: schedule.name,
        frequency: schedule.frequency,
        lastRun: schedule.last_run_at,
        lastStatus: schedule.last_status,
        mine: schedule.owner_account_id === userAccountId,
        subscribed: subscribed.has(schedule.id),
      })),
    });
  });

  app.post('/schedules', addon.checkValidToken(), async (req, res) => {
    const { clientKey, userAccountId } = req.context;
    const { filterId, frequency } = req.body;
    if (!/^\d+$/.test(filterId || '') || !FREQUENCIES.has(frequency)) {
      return res.status(400).json({ error: 'filterId and frequency are required' });
    }

    const name = await sharedFilterName(addon, clientKey, filterId);
    if (!name) {
      return res.status(404).json({ error: 'No filter with this id is shared with everybody' });
    }

    const id = await schedules.create(clientKey, {
      filterId,
      frequency,
      name,
      ownerAccountId: userAccountId,
    });
    log.info({ clientKey, scheduleId: id }, 'schedule created');
    return res.status(201).json({ id, name, frequency });
  });

  app.get('/schedules/:id/file', addon.checkValidToken(), async (req, res) => {
    const { clientKey, userAccountId } = req.context;
    const key = await schedules.lastFile(clientKey, req.params.id, userAccountId);
    return key ? res.json({ url: await downloadLink(key) }) : res.sendStatus(404);
  });

  app.delete('/schedules/:id', addon.checkValidToken(), async (req, res) => {
    const { clientKey, userAccountId } = req.context;
    const removed = await schedules.remove(clientKey, req.params.id, userAccountId);
    return res.sendStatus(removed ? 204 : 404);
  });
};
