'use strict';

const {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} = require('@aws-sdk/client-s3');
const { getSignedUrl } = require('@aws-sdk/s3-request-presigner');

// A lifecycle rule on the bucket removes each file after 14 days.
const Bucket = process.env.EXPORT_BUCKET;
const LINK_SECONDS = 60;
const COLUMNS = ['key', 'summary', 'status', 'priority', 'updated'];

const s3 = new S3Client({ region: 'eu-west-1' });

function cell(value) {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replace(/"/g, '""')}"`;
}

function toCsv(issues) {
  const rows = issues.map((issue) => COLUMNS.map((column) => cell(issue[column])).join(','));
  return [COLUMNS.join(','), ...rows].join('\r\n');
}

async function writeExport(schedule, issues) {
  const Key = `${schedule.client_key}/${schedule.id}/${new Date().toISOString()}.csv`;
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: toCsv(issues),
      ContentType: 'text/csv; charset=utf-8',
    })
  );
  return Key;
}

function downloadLink(Key) {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: LINK_SECONDS });
}

async function eraseFiles(clientKey) {
  let removed = 0;
  for (;;) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: `${clientKey}/` })
    );
    if (Contents.length === 0) {
      return removed;
    }
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    removed += Objects.length;
  }
}

module.exports = { downloadLink, eraseFiles, toCsv, writeExport };
