'use strict';

const log = require('../log');
const { eraseSite } = require('../store/erasure');

module.exports = function lifecycle(app, addon) {
  // atlassian-connect-express answers /installed itself.
  app.post('/uninstalled', addon.authenticateInstall(), async (req, res) => {
    const { clientKey } = req.body;
    try {
      const erased = await eraseSite(clientKey);
      await addon.settings.del('clientInfo', clientKey);
      log.info({ clientKey, ...erased }, 'site uninstalled, data erased');
      res.sendStatus(204);
    } catch (error) {
      log.error({ clientKey, reason: error.message }, 'erasing a site failed');
      res.sendStatus(500);
    }
  });
};
