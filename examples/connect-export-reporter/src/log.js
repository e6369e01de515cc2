'use strict';

const pino = require('pino');

// Log lines may carry account ids, schedule ids and status codes, nothing that
// names a person. The redaction is a second net, not a licence to pass more.
module.exports = pino({
  level: process.env.LOG_LEVEL || 'info',
  redact: {
    paths: ['to', 'address', '*.to', '*.address', 'req.headers.authorization'],
    remove: true,
  },
});
