'use strict';

const subscriptions = require('../store/subscriptions');

// Only the person who is looking at the page can be subscribed: the account id
// comes from the verified token, never from the request's body.
module.exports = function subscriptionRoutes(app, addon) {
  app.put('/schedules/:id/subscription', addon.checkValidToken(), async (req, res) => {
    const { clientKey, userAccountId } = req.context;
    const found = await subscriptions.subscribe(clientKey, req.params.id, userAccountId);
    return found ? res.json({ subscribed: true }) : res.sendStatus(404);
  });

  app.delete('/schedules/:id/subscription', addon.checkValidToken(), async (req, res) => {
    const { clientKey, userAccountId } = req.context;
    await subscriptions.unsubscribe(clientKey, req.params.id, userAccountId);
    return res.json({ subscribed: false });
  });
};
