// jsforce does all that tests/foreign_clients asks of a client, against the Salesforce simulator.
// Usage: node jsforce_operations.mjs URL CLIENT_ID CLIENT_SECRET; prints one line of JSON.
import jsforce from 'jsforce';

const [url, clientId, clientSecret] = process.argv.slice(2);
const connection = new jsforce.Connection({
  instanceUrl: url,
  loginUrl: url,
  version: '66.0',
  oauth2: { clientId, clientSecret, loginUrl: url },
});

async function refusal(work) {
  try {
    await work();
    return null;
  } catch (error) {
    return [error.constructor.name, error.errorCode];
  }
}

const user = await connection.authorize({ grant_type: 'client_credentials' });
const contacts = connection.sobject('Contact');
const made = await contacts.create({ LastName: 'Brandon', Email: 'brandon@example.com' });
const read = await contacts.retrieve(made.id);
await contacts.update({ Id: made.id, Title: 'Colonel' });
const gone = await contacts.create({ LastName: 'Gone' });
const keyed = (title) => contacts.upsert({ CC_Record_Key__c: 'key-1', LastName: 'Keyed', Title: title }, 'CC_Record_Key__c');
const first = await keyed('One');
const second = await keyed('Two');
const rows = await connection.query('SELECT Id FROM Contact ORDER BY Id', { autoFetch: true, maxFetch: 1000 });
const described = await contacts.describe();
const batch = await connection.request({
  method: 'POST',
  url: '/composite/batch',
  body: JSON.stringify({
    batchRequests: [
      { method: 'POST', url: 'v66.0/sobjects/Contact', richInput: { LastName: 'Batch' } },
      { method: 'POST', url: 'v66.0/sobjects/Contact', richInput: { FirstName: 'Nobody' } },
    ],
  }),
  headers: { 'Content-Type': 'application/json' },
});
await contacts.destroy(gone.id);
const errors = {
  'nothing in a required field': await refusal(() => contacts.create({ FirstName: 'Nobody' })),
  'an unknown field': await refusal(() => connection.query('SELECT Nothing FROM Contact')),
  'a deleted record': await refusal(() => contacts.retrieve(gone.id)),
};

console.log(
  JSON.stringify({
    user: user.id,
    created: made.id,
    gone: gone.id,
    read: read.LastName,
    upserts: [first.created, second.created],
    rows: rows.records.map((row) => row.Id),
    fields: described.fields.map((field) => field.name),
    batch: batch.results.map((result) => result.statusCode),
    errors,
  }),
);
