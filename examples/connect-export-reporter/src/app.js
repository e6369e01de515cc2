'use strict';

const http = require('http');
const path = require('path');

const bodyParser = require('body-parser');
const compression = require('compression');
const cookieParser = require('cookie-parser');
const express = require('express');
const hbs = require('express-hbs');
const helmet = require('helmet');
const ace = require('atlassian-connect-express');

const log = require('./log');
const { migrate } = require('./store/db');
const { startJobs } = require('./jobs');
const routes = require('./routes');

const app = express();
const addon = ace(app);

const root = path.join(__dirname, '..');
app.engine('hbs', hbs.express4({ partialsDir: path.join(root, 'views') }));
app.set('view engine', 'hbs');
app.set('views', path.join(root, 'views'));
app.set('port', addon.config.port());

app.use(helmet({ frameguard: false, contentSecurityPolicy: false }));
app.use(bodyParser.json());
app.use(bodyParser.urlencoded({ extended: false }));
app.use(cookieParser());
app.use(compression());
app.use(addon.middleware());
app.use(express.static(path.join(root, 'public')));

routes(app, addon);

migrate()
  .then(() => {
    http.createServer(app).listen(app.get('port'), () => {
      log.info({ port: app.get('port') }, 'listening');
      startJobs(addon);
    });
  })
  .catch((error) => {
    log.fatal({ reason: error.message }, 'could not prepare the database');
    process.exit(1);
  });
